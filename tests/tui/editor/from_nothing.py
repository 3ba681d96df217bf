"""The keys with which the storyboard-to-video workflow is built from an empty canvas.

A step is a key by the name that tmux gives it, or a `Text` that is typed.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Text(NamedTuple):
    """What a person types: letters to look for, names, values."""

    text: str


ENTER, ESCAPE, SAVE, TAB = "Enter", "Escape", "C-s", "Tab"
T = Text

STEPS: Final[tuple[str | Text, ...]] = (
    # Inputs of the workflow, each with its default.
    "I", ENTER, T("style = ink and watercolour, soft light"), ENTER,
    "I", T("integer"), ENTER, T("shots = 6"), ENTER,
    "I", ENTER, T("story"), ENTER,
    # Nodes, each wired to the one before as it is added, and its parameters.
    "a", T("board: split"), ENTER,
    ENTER, "m", T("${inputs.sho"), ENTER, ESCAPE,
    "a", T("frame: text_to_image"), ENTER,
    ENTER, "=", T(", ${inputs.style}"), ESCAPE,
    "m", T("animatic/frame"), ENTER,
    "a", T("16:9"), ENTER,
    "r", T("540p"), ENTER, ESCAPE,
    "a", T("clip: image_to_video"), ENTER,
    ENTER, "p", T("${board.shots.motion}"), ESCAPE,
    "d", T("${board.shots.seconds}"), ENTER,
    "m", T("animatic/camera"), ENTER, ESCAPE,
    "a", T("sharp: upscale"), ENTER,
    ENTER, "f", T("2"), ENTER, ESCAPE,
    "a", T("film: concat"), ENTER,
    # What a run writes.
    "O", T("film"), ENTER,
    "'", T("frame"), ENTER, "O", T("frames"), ENTER,
    # What it is called.
    ESCAPE, "e", "n", T("storyboard-to-video"), TAB,
    T("A story becomes shots, frames, clips and one film."), ESCAPE, ESCAPE,
    SAVE,
)  # fmt: skip


def key_presses() -> int:
    """Return how many keys are pressed besides typed text."""
    return sum(isinstance(step, str) for step in STEPS)
