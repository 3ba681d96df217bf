"""Fountain, the plain-text format of screenplays (fountain.io/syntax).

Kept: scene headings, action, dialogue, parentheticals, lyrics, centred text and transitions.
Left out, as Fountain never prints them: the title page, sections, synopses, notes, the boneyard and
page breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from nodes.storyboard.passages import Passage, PassageKind, Script, without_between

_HEADING = re.compile(
    r"^(?P<where>INT\.?/EXT|EXT\.?/INT|INT|EXT|EST|I/E)(?:\.\s*|\s+)(?P<rest>\S.*)$", re.IGNORECASE
)
_FORCED_HEADING = re.compile(r"^\.(?P<rest>[^.\s].*)$")
_SCENE_NUMBER = re.compile(r"\s*#[^#\n]+#\s*$")
_HEADING_TIME = re.compile(r"\s+[-–—]+\s+(?P<time>[^-–—]+)$")
_TITLE_KEY = re.compile(
    r"^(Title|Credit|Authors?|Source|Draft date|Date|Contact|Copyright|Notes|Revision)\s*:",
    re.IGNORECASE,
)
_ANY_KEY = re.compile(r"^[A-Za-z][\w ]*:")
_TRANSITION = re.compile(
    r"^(?:[^a-z]*\bTO:|FADE (?:IN|OUT|UP|TO BLACK|TO WHITE|FROM BLACK)|DISSOLVE TO"
    r"|(?:SMASH |JUMP |MATCH )?CUT TO(?: BLACK)?|BLACKOUT|BLACK|(?:THE )?END|FIN|NOIR"
    r"|(?:OUVERTURE AU|FERMETURE AU|FONDU AU|FONDU DU) NOIR|FONDU ENCHA[IÎ]N[EÉ]"
    r"|COUPE (?:À|SUR|FRANCHE))[.:]*$"
)
_CUE = re.compile(r"^@?(?P<name>[^()^]+)(?P<extension>(?:\([^()]*\)\s*)*)\^?$")
_OFFSCREEN = re.compile(r"\(\s*(?:V\.? ?O|O\.? ?[SC]|OFF)\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3})(?=\S)([^*\n]{1,500}?)(?<=\S)\1")
_UNDERLINE = re.compile(r"(?<![\\\w])_(?=\S)([^_\n]{1,500}?)(?<=\S)_(?!\w)")
_ESCAPE = re.compile(r"\\([*_\\])")
_SCENE_LINE = re.compile(
    r"(?:\A|\n)[ \t]*(?:(?:INT|EXT|EST|I/E)(?:\.?/(?:INT|EXT))?\.? +\S)[^\n]*(?=\n|\Z)"
)
_CUED_SPEECH = re.compile(
    r"\n[ \t]*\n[ \t]*(?:@\S[^\n]*|[A-Z][A-Z .'\-]+(?:\([^)\n]*\))?\^?)\n[^\n]"
)
_LINE_LENGTH = 200
"""The longest heading or cue; what is longer is action."""


def is_fountain(text: str) -> bool:
    """Tell whether a text is a screenplay in Fountain: by a scene heading, or by two cues."""
    if _TITLE_KEY.match(text) and re.search(r"^\.?[A-Z]", text, re.MULTILINE):
        return bool(_SCENE_LINE.search(text) or _CUED_SPEECH.search(text))
    if _SCENE_LINE.search(text):
        return True
    cues = _CUED_SPEECH.finditer(text)
    return next(cues, None) is not None and next(cues, None) is not None


def parse_fountain(text: str) -> Script:
    """Read a screenplay."""
    text = without_between(without_between(text, "/*", "*/"), "[[", "]]")
    text = _without_title_page(text.lstrip("\n"))
    passages: list[Passage] = []
    for block in _blocks(text):
        passages.extend(_read_block(block, last=passages[-1] if passages else None))
    return Script(tuple(passages), screenplay=True)


def _without_title_page(text: str) -> str:
    if not _ANY_KEY.match(text) or not _TITLE_KEY.match(text):
        return text
    _, _, body = text.partition("\n\n")
    return body


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield runs of lines without a blank line; a line of two blanks continues a speech."""
    block: list[str] = []
    for raw in text.split("\n"):
        line = raw.strip()
        if not line and raw != "  ":
            if block:
                yield block
            block = []
        elif line and not _is_unprinted(line):
            block.append(line)
    if block:
        yield block


def _is_unprinted(line: str) -> bool:
    """Tell sections, synopses and page breaks, which are never part of the film."""
    return line.startswith("#") or line.startswith("=")


def _read_block(block: list[str], last: Passage | None) -> Iterator[Passage]:
    first = block[0]
    if heading := _read_heading(first):
        yield heading
        if block[1:]:
            yield from _read_block(block[1:], heading)
    elif transition := _read_transition(first):
        yield Passage(PassageKind.TRANSITION, transition)
        if block[1:]:
            yield from _read_block(block[1:], last)
    elif len(block) > 1 and (cue := _read_cue(first)):
        yield from _read_speech(cue, block[1:])
    else:
        yield from _read_action(block)


def _read_action(block: list[str]) -> Iterator[Passage]:
    """Yield lines of action; one that is a transition ends them."""
    lines = [_plain(_unforced(line)) for line in block]
    last = next((i for i, line in enumerate(block) if i and _read_transition(line)), len(block))
    yield Passage(PassageKind.PROSE, "\n".join(lines[:last]))
    if last < len(block):
        yield from _read_block(block[last:], None)


def _read_heading(line: str) -> Passage | None:
    if len(line) > _LINE_LENGTH:
        return None
    standard = _HEADING.match(line)
    forced = None if standard else _FORCED_HEADING.match(line)
    match = standard or forced
    if match is None:
        return None
    rest = _SCENE_NUMBER.sub("", _plain(match["rest"])).strip()
    time = _HEADING_TIME.search(rest)
    location = rest[: time.start()] if time else rest
    where = standard["where"].upper() if standard else ""
    interior = {"INT": True, "EXT": False, "EST": False}.get(where)
    shown = _SCENE_NUMBER.sub("", _plain(line if standard else match["rest"])).strip()
    return Passage(
        PassageKind.SCENE,
        shown,
        location=location.strip(" ."),
        time=time["time"].strip(" .") if time else "",
        interior=interior,
    )


def _read_transition(line: str) -> str:
    """Return the words of a transition, or an empty string."""
    if line.startswith(">") and not line.endswith("<"):
        return _plain(line[1:].strip())
    words = _plain(line.strip("<> ")) if line.startswith(">") else _plain(line)
    return words if _TRANSITION.match(words) else ""


class _Cue(NamedTuple):
    name: str
    offscreen: bool


def _read_cue(line: str) -> _Cue | None:
    match = _CUE.match(line) if len(line) <= _LINE_LENGTH else None
    if match is None or line.startswith("!"):
        return None
    name = _plain(match["name"]).strip()
    certain = line.startswith("@") or (name.upper() == name and name.lower() != name)
    return _Cue(name, bool(_OFFSCREEN.search(match["extension"]))) if name and certain else None


def _read_speech(cue: _Cue, lines: list[str]) -> Iterator[Passage]:
    """Yield one passage a stretch of speech; a parenthetical begins a new stretch."""
    manner, spoken = "", list[str]()
    shown = [cue.name]
    for line in lines:
        if line.startswith("(") and line.endswith(")"):
            if spoken:
                yield _speech(cue, manner, spoken, shown)
                spoken, shown = [], []
            manner = _plain(line[1:-1])
            shown.append(_plain(line))
        else:
            words = _plain(line.removeprefix("~").strip())
            spoken.append(words)
            shown.append(words)
    if spoken or len(shown) > 1:
        yield _speech(cue, manner, spoken, shown)


def _speech(cue: _Cue, manner: str, spoken: list[str], shown: list[str]) -> Passage:
    return Passage(
        PassageKind.SPEECH,
        "\n".join(shown),
        words="\n".join(spoken),
        speaker=cue.name,
        offscreen=cue.offscreen,
        manner=manner,
    )


def _unforced(line: str) -> str:
    """Take off the marks that force an element: `!action`, `> centred <`, `~lyrics`."""
    if line.startswith(">") and line.endswith("<"):
        return line[1:-1].strip()
    return line[1:].strip() if line[:1] in ("!", "~", ">", "@") else line


def _plain(text: str) -> str:
    """Take off emphasis and escapes."""
    return _ESCAPE.sub(r"\1", _UNDERLINE.sub(r"\1", _EMPHASIS.sub(r"\2", text)))
