"""Prose, verse and Markdown as passages.

Markdown is read for its words only: headings part scenes, emphasis and links leave their text, and
code, pictures, HTML, tables' rules and front matter are no story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nodes.storyboard.passages import Passage, PassageKind, Script, without_between

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(r"^(?P<mark>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=mark)[`~]*[ \t]*$|\Z)", re.M | re.S)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")
_SETEXT = re.compile(r"^(?P<title>\S[^\n]{0,200})\n(?:=+|-+)[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^\s{0,3}(?P<level>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*$")
_PICTURE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\n]{0,300}\)")
_LINK = re.compile(r"\[(?P<text>[^\[\]\n]{1,300})\](?:\([^()\n]{0,300}\)|\[[^\[\]\n]{0,300}\])")
_LINK_TARGET = re.compile(r"^ {0,3}\[[^\[\]\n]{1,300}\]: +\S[^\n]*$", re.MULTILINE)
_INLINE = re.compile(
    r"(?<![\\\w*_~`])(?P<mark>\*{1,3}|_{1,3}|~~|`{1,2})(?=[^\s*_~`])(?P<text>[^\n]{1,500}?)(?<=\S)(?P=mark)(?!\w)"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")
_LIST_ITEM = re.compile(r"^\s*(?:[*+-]|\d{1,3}[.)])[ \t]+(?=\S)")
_QUOTE = re.compile(r"^\s{0,3}(?:>[ \t]?)+")
_TABLE_RULE = frozenset("|-: \t")
_BREAK = re.compile(r"^\s*(?:(?:[*][ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|⁂|§|\*)\s*$")
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^(?:```|~~~)|\]\([^)\n]{1,300}\)|\*\*\S|^\s*[*+] \S|^\d{1,3}\. \S[^\n]*\n\d|^> \S",
    re.M,
)
_CHAPTER = re.compile(
    r"^(?:chapter|chapitre|part|partie|act|acte|scene|scène|book|livre|kapitel|capítulo|prologue|"
    r"epilogue|épilogue)\b[^\n]{0,60}$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^(?:by|par|von|de|por|di)\s[^\n.!?]{1,60}$", re.IGNORECASE)
_THE_END = re.compile(r"^(?:the end|fin|ende|fine)\.?$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;,。！？»”\"]\s*$")
_SPEECH_END = re.compile(r"[.!?…][\"”]$")
_SPEECH_OPEN_END = re.compile(r"[!?…].$")
"""After which `said Tom` may follow."""
_SPEECH_MARKS = frozenset('"“')
_DIALOGUE_DASH = re.compile(r"^\s*[—–―-]\s*(?=\S)")
_MARK = re.compile(r"[*_~`\[\\|]|[ \t]{2}")
_BLANKS = re.compile(r"[ \t]+")
_TITLE_LENGTH = 80
_HEADING_LENGTH = 300


def parse_prose(text: str, *, dash_dialogue: bool) -> Script:
    """Read prose, verse or Markdown.

    Args:
        text: The script.
        dash_dialogue: Whether a hyphen at the beginning of a line opens a speech, as in French,
            where the text shows no other sign of being Markdown.
    """
    markdown = bool(_MARKDOWN.search(text)) or bool(_FRONT_MATTER.match(text))
    if markdown:
        text = _without_blocks(text)
    passages = list(_read(text, lists=markdown or not dash_dialogue))
    return Script(tuple(_without_title(passages)))


def _without_blocks(text: str) -> str:
    """Take out what is no story, and make the headings uniform."""
    text = _FRONT_MATTER.sub("", text)
    text = _FENCE.sub("\n", text)
    text = without_between(text, "<!--", "-->")
    text = _TAG.sub("", text)
    text = _PICTURE.sub("", text)
    text = _LINK_TARGET.sub("", text)
    return _SETEXT.sub(lambda match: f"\n# {match['title'].strip()}\n", text)


def _read(text: str, *, lists: bool) -> Iterator[Passage]:
    paragraph: list[str] = []
    for line in (*text.split("\n"), ""):
        heading = _HEADING.match(line) if len(line) <= _HEADING_LENGTH else None
        opens = bool(_DIALOGUE_DASH.match(line)) or (lists and bool(_LIST_ITEM.match(line)))
        answers = bool(paragraph) and _answers(paragraph[-1], line)
        if paragraph and (not line.strip() or heading or opens or answers or _BREAK.match(line)):
            yield from _paragraph(paragraph)
            paragraph = []
        if heading:
            yield Passage(PassageKind.SCENE, _plain(heading["title"]))
        elif _BREAK.match(line):
            yield Passage(PassageKind.SCENE)
        elif line.strip() and not _is_table_rule(line):
            paragraph.append(_plain(_without_marker(line, lists=lists)))


def _answers(previous: str, line: str) -> bool:
    """Tell a line that cannot be of one paragraph with a speech that ends the line before it."""
    if not _SPEECH_END.search(previous):
        return False
    first = line.lstrip()[:1]
    return first in _SPEECH_MARKS or (first.isupper() and not _SPEECH_OPEN_END.search(previous))


def _is_table_rule(line: str) -> bool:
    return "|" in line and "-" in line and _TABLE_RULE.issuperset(line)


def _without_marker(line: str, *, lists: bool) -> str:
    line = _QUOTE.sub("", line)
    return _LIST_ITEM.sub("", line) if lists else line


def _plain(line: str) -> str:
    """Take the inline markup off one line."""
    if not _MARK.search(line):
        return line.strip()
    line = _LINK.sub(r"\g<text>", line)
    for _ in range(2):  # bold inside italics, or the other way round
        line = _INLINE.sub(r"\g<text>", line)
    return _BLANKS.sub(" ", _ESCAPE.sub(r"\1", line.replace("|", " "))).strip()


def _paragraph(lines: list[str]) -> Iterator[Passage]:
    if len(lines) == 1 and _CHAPTER.match(lines[0]) and not _SENTENCE_END.search(lines[0]):
        yield Passage(PassageKind.SCENE, lines[0])
    elif len(lines) == 1 and _THE_END.match(lines[0]):
        yield Passage(PassageKind.TRANSITION, lines[0])
    elif any(lines):
        yield Passage(PassageKind.PROSE, ("\n" if is_verse(lines) else " ").join(lines))


def is_verse(lines: list[str]) -> bool:
    """Tell lines of verse, which are short and begin with capitals, from wrapped prose."""
    if len(lines) < 2 or max(map(len, lines)) > 90:
        return False
    capitals = sum(line.lstrip("«“\"‘'—– ")[:1].isupper() for line in lines[1:])
    return capitals >= 0.6 * (len(lines) - 1)


def _without_title(passages: list[Passage]) -> Iterator[Passage]:
    """Drop a leading paragraph that is a title, and the name of the author under it."""
    head = 0
    if len(passages) > 1 and _is_title(passages[0]):
        head = 1
        if len(passages) > 2 and _BYLINE.match(passages[1].text):
            head = 2
    yield from passages[head:]


def _is_title(passage: Passage) -> bool:
    if passage.kind is PassageKind.SCENE:
        return True
    text = passage.text
    return (
        "\n" not in text
        and len(text) <= _TITLE_LENGTH
        and not _SENTENCE_END.search(text)
        and not _DIALOGUE_DASH.match(text)
    )
