"""What is said of a value: a line below it, and its words where it is no picture.

Words come from files and providers: control characters in them are made visible.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from textual.content import Content

from engine.values import Audio, Character, File, Image, Media, Shot, Value, Video, encode
from tui.cli.terminal import visible
from tui.cli.words import count
from tui.cli.words import seconds as in_words
from tui.cli.words import size as in_bytes
from tui.drawing.labels import harmless

READABLE: Final = ("text/plain", "application/x-subrip")
"""Types of files whose text is shown."""
MOST_WORDS: Final = 100_000
"""Characters that are shown of a text."""
_FORMATS: Final[Mapping[str, str]] = {
    "image/svg+xml": "SVG",
    "video/quicktime": "MOV",
    "video/x-matroska": "MKV",
    "video/x-msvideo": "AVI",
    "audio/mpeg": "MP3",
    "audio/mp4": "M4A",
    "application/pdf": "PDF",
    "application/x-subrip": "subtitles (SRT)",
    "application/octet-stream": "data of an unknown type",
    "text/plain": "text",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One value to look at."""

    value: Any
    label: str = ""
    """What it is called: a task, a port, a file."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is nothing to look at."""

    message: str
    hint: str = ""
    """What to do about it."""
    others: int = 0
    """How many more tasks of the node failed."""

    @property
    def facts(self) -> list[str]:
        """What is said of it in short."""
        return ["failed", *([f"as did {count(self.others, 'other')}"] if self.others else [])]


def pages_of(value: Any, label: str = "") -> list[Page]:
    """Return what there is to look at in a value: the items of a list one by one."""
    if not isinstance(value, list | tuple):
        return [] if value is None else [Page(value, label)]
    return [
        page
        for number, item in enumerate(value, 1)
        for page in pages_of(item, f"{label}[{number}]" if label else f"{number}")
    ]


def pages_of_outputs(outputs: Mapping[str, Any], label: str = "") -> list[Page]:
    """Return what there is to look at in the outputs of a task, pictures and films first."""
    shown = [(port, value) for port, value in outputs.items() if value is not None]
    shown.sort(key=lambda each: _rank(each[1]))
    name = label if len(shown) == 1 else f"{label}." if label else ""
    return [
        page
        for port, value in shown
        for page in pages_of(value, name if len(shown) == 1 else f"{name}{port}")
    ]


def _rank(value: Any) -> int:
    """Return the place of a value among the outputs of a task."""
    first = value[0] if isinstance(value, list | tuple) and value else value
    order: tuple[type[Value], ...] = (Video, Image, Audio, Shot, Character, File)
    return next((i for i, kind in enumerate(order) if isinstance(first, kind)), len(order))


def clock(seconds: float) -> str:
    """Return a moment of a film: `0:03.2`, `1:02:03.0`."""
    tenths = max(0, int(seconds * 10 + 0.0001))
    minutes, tenths = divmod(tenths, 600)
    text = f"{minutes % 60}:{tenths // 10:02}.{tenths % 10}"
    return text if minutes < 60 else f"{minutes // 60}:{text.zfill(7)}"


def caption(value: Any) -> str:
    """Return a line that says what a value is."""
    facts = value.facts if isinstance(value, Trouble) else filter(None, _facts(value))
    return " · ".join(facts)


def _facts(value: Any) -> list[str]:
    match value:
        case Image():
            return [f"{value.width} × {value.height}", _format(value), in_bytes(value.size)]
        case Video():
            rate = f"{value.fps:.2f}".rstrip("0").rstrip(".")
            sound = "with sound" if value.has_audio else "silent"
            size = f"{value.width} × {value.height}"
            facts = [size, in_words(value.seconds), f"{rate} fps", sound]
            return [*facts, _format(value), in_bytes(value.size)]
        case Audio():
            channels = {1: "mono", 2: "stereo"}.get(value.channels, f"{value.channels} channels")
            rate = f"{value.sample_rate / 1000:g} kHz"
            return [in_words(value.seconds), rate, channels, _format(value), in_bytes(value.size)]
        case File():
            return [_format(value), in_bytes(value.size)]
        case Shot():
            return [f"shot {value.number}", in_words(value.seconds), harmless(value.camera, 60)]
        case Character():
            return ["character", harmless(value.model, 60)]
        case bool() | int() | float():
            return [type(value).__name__.replace("bool", "yes or no").replace("int", "number")]
        case str():
            return [count(len(value.split()), "word"), count(len(value), "character")]
        case Path():
            return []
        case _:
            return ["data"]


def _format(media: Media) -> str:
    name = media.media_type
    return _FORMATS.get(name) or harmless(name.rpartition("/")[2].upper(), 30)


def words_of(value: Any) -> Content:
    """Return what there is to read in a value."""
    match value:
        case Shot():
            return _titled(_shot_parts(value))
        case Character():
            about = [("", value.description), ("Model", value.model), ("Identity", value.identity)]
            return Content.assemble((f"{readable(value.name)}\n\n", "bold"), _titled(about))
        case Trouble(message, hint):
            return _titled((("", message), ("What to do", hint)))
        case bool():
            return Content("yes" if value else "no")
        case str():
            return Content(readable(value))
        case int() | float():
            return Content(f"{value}")
        case File():
            return Content.assemble(
                (f"{_format(value)}\n\n", "bold"),
                "It is not shown here: press o to open it in the system's own viewer.",
            )
        case _:
            return Content(readable(_as_json(value)))


def readable(text: str) -> str:
    """Return text that may be shown, cut where there is too much of it."""
    rest = len(text) - MOST_WORDS
    shown = visible(text[:MOST_WORDS].replace("\r\n", "\n")).expandtabs(4)
    return f"{shown}\n… and {count(rest, 'character')} more" if rest > 0 else shown


def _shot_parts(shot: Shot) -> Sequence[tuple[str, str]]:
    place = ", ".join(filter(None, (shot.location, shot.time)))
    return (
        ("", shot.prompt),
        ("Camera", ", ".join(filter(None, (shot.camera, shot.motion)))),
        ("Dialogue", shot.dialogue),
        ("Characters", ", ".join(shot.characters)),
        ("Place", place),
        ("From the story", shot.text),
    )


def _titled(parts: Sequence[tuple[str, str]]) -> Content:
    pieces: list[Content | str | tuple[str, str]] = []
    for title, text in parts:
        if not text:
            continue
        if pieces:
            pieces.append("\n\n")
        if title:
            pieces.append((f"{title}\n", "bold $primary"))
        pieces.append(readable(text))
    return Content.assemble(*pieces)


def _as_json(value: Any) -> str:
    try:
        plain = value.model_dump(mode="json") if isinstance(value, Value) else encode(value)
        return json.dumps(plain, ensure_ascii=False, indent=2)
    except (TypeError, ValueError):
        return f"{value}"
