"""Small real files, made once for all tests of a process: to answer with, and to work on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

from tests.support.media import make_image, make_video, make_wav

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M1 1h6v6z"/></svg>"""


@cache
def samples() -> Mapping[str, bytes]:
    """Return small files to answer with, by kind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return {
            "image": make_image(folder / "made.png").read_bytes(),
            "video": make_video(folder / "made.mp4").read_bytes(),
            "audio": make_wav(folder / "made.wav", 0.5).read_bytes(),
            "svg": SVG,
        }


def lay_out(folder: Path) -> None:
    """Write one file of each kind, named as in `every_model.FILES` and fit for every model."""
    for name, data in _fit().items():
        (folder / name).write_bytes(data)


@cache
def _fit() -> Mapping[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_image(folder / "picture.png", (1024, 768))
        make_video(folder / "film.mp4", size=(1280, 720), rate=Fraction(12, 5))
        make_wav(folder / "voice.wav", 4.0)
        return {path.name: path.read_bytes() for path in folder.iterdir()}
