"""Writing workflow files: a formatter, and edits that keep the text around them.

`format_json` writes new files. `splice` carries a change of the data into an existing text: what
did not change keeps its exact characters, added members follow the style of their siblings, and
removed ones take their comma along, so that a small change is a small diff.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine._positions import Member, Path, Positions

WIDTH = 100
"""Columns that an object or list on one line may reach."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is laid out."""

    indent: str = "  "
    newline: str = "\n"
    comma: str = ", "
    colon: str = ": "

    @classmethod
    def of(cls, positions: Positions) -> Style:
        """Return the style that a text is written in, as seen at its outermost members."""
        text, root = positions.text, positions.root
        newline = "\r\n" if "\r\n" in text else "\n"
        first = next(iter(positions.members((), root).values()), None)
        if first is None:
            return cls(newline=newline)
        colon = text[first.key_end : first.value]
        lead = re.fullmatch(r"\s*\n([ \t]+)", text[root.value + 1 : first.start])
        compact = colon == ":"
        return cls(
            indent=lead[1] if lead else "  ",
            newline=newline,
            comma="," if compact and not lead else ", ",
            colon=":" if compact else ": ",
        )


def format_json(data: Any) -> str:
    """Return the text of a new file: short objects and lists on one line, others on several."""
    return _format(data, Style(), "", 0, expanded=2) + "\n"


def splice(positions: Positions, old: Any, new: Any) -> str:
    """Return a text changed so that it holds `new`, with all else left as it is.

    Members that stay do so in the order of the text; added ones go after the member that comes
    before them in `new`.

    Args:
        positions: The text.
        old: The data that the text holds.
        new: The data to hold, as `json.loads` could return it.
    """
    edits = sorted(_Splicer(positions).edits((), old, new))
    text, pieces, position = positions.text, [], 0
    for start, end, replacement in edits:
        pieces += [text[position:start], replacement]
        position = end
    return "".join([*pieces, text[position:]])


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON: 1, 1.0 and true differ, key order does not."""
    return _dumps(one, sort=True) == _dumps(other, sort=True)


Edit: TypeAlias = tuple[int, int, str]
"""Start and end of a part of the text, and what takes its place."""


class _Splicer:
    """Finds the edits that lead from one state of the data to another."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions
        self._text = positions.text
        self._style = Style.of(positions)

    def edits(self, path: Path, old: Any, new: Any) -> Iterator[Edit]:
        if old and new and isinstance(old, dict) and isinstance(new, dict):
            yield from self._object_edits(path, old, new)
        elif old and new and isinstance(old, list) and isinstance(new, list):
            yield from self._list_edits(path, old, new)
        elif not _identical(old, new):
            yield self._replace(path, new)

    def _object_edits(self, path: Path, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Edit]:
        names = _match_keys(old, new)
        if not names:
            yield self._replace(path, new)
            return
        for key, old_key in names.items():
            yield from self.edits((*path, old_key), old[old_key], new[key])
            if key != old_key:
                member = self._members(path)[old_key]
                yield member.start, member.key_end, _dumps(key)
        kept = set(names.values())
        if len(kept) < len(old):
            yield from self._removals(path, [key in kept for key in old])
        if len(names) < len(new):
            yield from self._insertions(path, old, new, names)

    def _list_edits(self, path: Path, old: list[Any], new: list[Any]) -> Iterator[Edit]:
        if len(old) == len(new):
            start, tail = 0, 0
        else:
            start, tail = _common_ends(old, new)
            if not start + tail:
                yield self._replace(path, new)
                return
        common = min(len(old), len(new)) - tail
        for index in range(start, common):
            yield from self.edits((*path, index), old[index], new[index])
        if len(new) < len(old):
            gone = range(common, len(old) - tail)
            yield from self._removals(path, [index not in gone for index in range(len(old))])
        elif len(new) > len(old):
            added = [("", item) for item in new[common : len(new) - tail]]
            yield self._insert(list(self._members(path).values()), common - 1, 0, added)

    def _removals(self, path: Path, kept: Sequence[bool]) -> Iterator[Edit]:
        members = list(self._members(path).values())
        first = kept.index(True)
        if first:
            yield members[0].start, members[first].start, ""
        for index in range(first + 1, len(members)):
            if not kept[index]:
                yield members[index - 1].end, members[index].end, ""

    def _insertions(
        self, path: Path, old: dict[str, Any], new: dict[str, Any], names: dict[str, str]
    ) -> Iterator[Edit]:
        members = list(self._members(path).values())
        index_of = {key: index for index, key in enumerate(old)}
        first = min(index_of[old_key] for old_key in names.values())
        anchor, added = -1, []
        for key, value in new.items():
            if key not in names:
                added.append((f"{_dumps(key)}{self._style.colon}", value))
                continue
            if added:
                yield self._insert(members, anchor, first, added)
            anchor, added = index_of[names[key]], []
        if added:
            yield self._insert(members, anchor, first, added)

    def _insert(
        self, members: list[Member], anchor: int, first: int, added: list[tuple[str, Any]]
    ) -> Edit:
        """Put members after the one at `anchor`, or before that at `first` where it is -1."""
        lead = self._lead(members, anchor)
        texts = [key + self._format_in(lead, key, value) for key, value in added]
        if anchor < 0:
            position = members[first].start
            return position, position, "".join(f"{text},{lead}" for text in texts)
        position = members[anchor].end
        return position, position, "".join(f",{lead}{text}" for text in texts)

    def _lead(self, members: list[Member], anchor: int) -> str:
        """Return the whitespace that goes before a new member, as its siblings have it."""
        nearby = max(anchor, 1)
        if nearby < len(members):
            gap = self._text[members[nearby - 1].end : members[nearby].start]
            return gap[gap.index(",") + 1 :]
        before = self._text[: members[0].start]
        lead = before[len(before.rstrip()) :]
        return lead if "\n" in lead else self._style.comma[1:]

    def _replace(self, path: Path, new: Any) -> Edit:
        member = self._member(path)
        return member.value, member.end, self._format_at(member.value, new)

    def _format_at(self, position: int, value: Any) -> str:
        start = self._text.rfind("\n", 0, position) + 1
        line = self._text[start:position]
        indent = line[: len(line) - len(line.lstrip())]
        return _format(value, self._style, indent, position - start)

    def _format_in(self, lead: str, key: str, value: Any) -> str:
        if "\n" not in lead:
            return _inline(value, self._style)
        indent = lead[lead.rfind("\n") + 1 :]
        return _format(value, self._style, indent, len(indent) + len(key))

    def _member(self, path: Path) -> Member:
        if not path:
            return self._positions.root
        return self._members(path[:-1])[path[-1]]

    def _members(self, path: Path) -> dict[str | int, Member]:
        return self._positions.members(path, self._member(path))


def _match_keys(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    """Return for each key of `new` the key of `old` whose member it keeps.

    A key that is gone is taken to be renamed where a new key has the very same value.
    """
    names = {key: key for key in new if key in old}
    if len(names) < len(old) and len(names) < len(new):
        gone = {_dumps(old[key], sort=True): key for key in old if key not in new}
        for key in new:
            if key not in old and (old_key := gone.pop(_dumps(new[key], sort=True), None)):
                names[key] = old_key
    return names


def _common_ends(old: list[Any], new: list[Any]) -> tuple[int, int]:
    """Return how many items two lists share at their start and, apart from those, at their end."""
    shorter = min(len(old), len(new))
    start = tail = 0
    while start < shorter and same(old[start], new[start]):
        start += 1
    while tail < shorter - start and same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    return start, tail


def _identical(old: Any, new: Any) -> bool:
    # By their text, floats differ where == does not tell them apart: 0.0 and -0.0.
    if isinstance(old, float) and isinstance(new, float):
        return repr(old) == repr(new)
    return type(old) is type(new) and bool(old == new)


def _dumps(value: Any, *, sort: bool = False) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=sort)


def _inline(value: Any, style: Style) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(style.comma, style.colon))


def _format(value: Any, style: Style, indent: str, column: int, expanded: int = 0) -> str:
    """Lay out a value.

    Args:
        value: What to write.
        style: How.
        indent: Indentation of the line that the value begins in.
        column: Where in that line it begins.
        expanded: Levels that take several lines where they hold objects, however short.
    """
    text = _inline(value, style)
    if not isinstance(value, dict | list) or not value:
        return text
    items = value.values() if isinstance(value, dict) else value
    forced = expanded == 2 or (expanded and any(isinstance(item, dict) for item in items))
    # One column is left for the comma.
    if not forced and column + len(text) < WIDTH:
        return text
    inner, deeper = indent + style.indent, max(expanded - 1, 0)
    keys = [_dumps(key) + style.colon for key in value] if isinstance(value, dict) else None
    lines = [
        key + _format(item, style, inner, len(inner) + len(key), deeper)
        for key, item in zip(keys or [""] * len(value), items, strict=True)
    ]
    separator = f",{style.newline}{inner}"
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    body = separator.join(lines)
    return f"{opening}{style.newline}{inner}{body}{style.newline}{indent}{closing}"
