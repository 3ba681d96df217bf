"""No meaning is carried by colour alone, and colours can be told from the ground."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.tui.editor.canvas_drawn import node, staged, text
from tui.editor.canvas import (
    KIND_LETTERS,
    PALETTES,
    PLAIN,
    STATE_SIGNS,
    TASK_SIGNS,
    Palette,
    Scene,
    State,
    Zoom,
)
from tui.editor.canvas.palette import mix, style

COLORED = [palette for palette in PALETTES.values() if palette is not PLAIN]


def test_states_and_kinds_differ_by_their_signs() -> None:
    for signs in (STATE_SIGNS, TASK_SIGNS, KIND_LETTERS):
        assert len(set(signs.values())) == len(signs)
        assert all(cell_len(sign) == 1 for sign in signs.values())
    assert set(STATE_SIGNS) == set(TASK_SIGNS) == set(State)


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", COLORED, ids=lambda p: p.name)
def test_words_can_be_read(palette: Palette) -> None:
    least = 7.0 if palette.name == "contrast" else 4.5
    assert contrast(palette.ink, palette.card) >= 7
    assert contrast(palette.soft, palette.card) >= least
    for color in (palette.good, palette.warn, palette.bad, palette.busy, palette.accent):
        assert contrast(color, palette.ground) >= 4.5
    for kind, color in palette.kinds.items():
        assert contrast(color, palette.ground) >= 4.5, kind
    for state in State:
        assert contrast(palette.state(state), palette.ground) >= 1.8


@pytest.mark.parametrize("zoom", list(Zoom))
@pytest.mark.parametrize("state", list(State))
def test_without_colours_no_style_has_any(zoom: Zoom, state: State) -> None:
    stage = staged(Scene((node("a", state=state, progress=0.5),)), 60, 12, zoom, PLAIN)
    stage.select(["a"])
    for row in range(12):
        for segment in stage.line(row):
            assert segment.style is not None
            assert segment.style.color is None
            assert segment.style.bgcolor is None
    if zoom is not Zoom.DOT:
        assert "┏" in "\n".join(text(stage))


def test_mix_and_style() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("", "#ffffff", 0.5) == ""
    assert style("#ffffff", bold=True) is style("#ffffff", bold=True)
