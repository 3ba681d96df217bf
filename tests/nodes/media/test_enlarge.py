from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from engine import TaskError
from nodes.media import enlarge, upscale_image
from tests.support.media import RED, make_gradient, make_image


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("strip_pixels", [1, 2000, 10_000_000])
def test_strips_join_without_a_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factor: int, strip_pixels: int
) -> None:
    monkeypatch.setattr(enlarge, "_STRIP_PIXELS", strip_pixels)
    noise = Image.merge("RGB", [Image.effect_noise((37, 29), 90) for _ in range(3)])
    noise.save(tmp_path / "a.png")
    upscale_image(tmp_path / "a.png", tmp_path / "out.png", factor)
    whole = noise.resize((37 * factor, 29 * factor), Image.Resampling.LANCZOS)
    whole = whole.filter(ImageFilter.UnsharpMask(radius=1, percent=60, threshold=2))
    with Image.open(tmp_path / "out.png") as result:
        difference = ImageChops.difference(result, whole).convert("L").getextrema()
        assert result.size == whole.size
    assert difference[1] <= 1  # type: ignore[operator]


def test_transparency_is_kept(tmp_path: Path) -> None:
    path = make_image(tmp_path / "a.png", (9, 7), (*RED, 77), "RGBA")
    upscale_image(path, tmp_path / "out.png", 2)
    with Image.open(tmp_path / "out.png") as result:
        assert result.mode == "RGBA"
        assert result.size == (18, 14)
        assert result.getpixel((9, 9))[3] == 77  # type: ignore[index]


def test_progress_ends_at_one(tmp_path: Path) -> None:
    shares: list[float] = []
    upscale_image(make_gradient(tmp_path / "a.png"), tmp_path / "out.png", 4, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_too_large_a_result_is_refused(tmp_path: Path) -> None:
    path = make_image(tmp_path / "a.png", (8200, 8200), 0, "L")
    with pytest.raises(TaskError, match="32800 x 32800 pixels is too large"):
        upscale_image(path, tmp_path / "out.png", 4)
