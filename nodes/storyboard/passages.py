"""What a script is made of once its markup is understood: passages, in the order of the film."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PassageKind(Enum):
    """What a passage is for."""

    SCENE = "scene"
    """A new place or time; what follows is never cut together with what came before."""
    PROSE = "prose"
    """A paragraph, a stanza, or the action of a screenplay."""
    SPEECH = "speech"
    """What one character says, in a screenplay."""
    TRANSITION = "transition"
    """How a scene ends: `FADE OUT.`"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of script between two blank lines."""

    kind: PassageKind
    text: str = ""
    """The source, without markup; line breaks stay where they matter, as in verse."""
    words: str = ""
    """What is said, of a speech."""
    speaker: str = ""
    """Who says it, as the screenplay writes it."""
    manner: str = ""
    """How it is said: a parenthetical without its parentheses."""
    offscreen: bool = False
    """Whether the speaker is heard and not seen: `(V.O.)`, `(O.S.)`."""
    location: str = ""
    """Where a scene is, when its heading says so."""
    time: str = ""
    """When a scene is, as the heading says it."""
    interior: bool | None = None
    """Inside or outside, when a heading says so."""


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script, parsed."""

    passages: tuple[Passage, ...]
    screenplay: bool = False
    """Whether names are written as cues, which makes them certain."""


def without_between(text: str, opening: str, closing: str) -> str:
    """Take out what stands between two marks, and the marks; an unclosed mark is left alone."""
    kept: list[str] = []
    position = 0
    while (start := text.find(opening, position)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + len(closing)
    return "".join(kept) + text[position:]
