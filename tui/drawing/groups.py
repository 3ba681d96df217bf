"""Layout of graphs whose boxes stand in groups within groups.

Each group is laid out by itself, innermost first, and then is one box of the layout around it:
frames never overlap, and a wire passes a frame only where it has business inside. A group that
could not be one box, since wires lead out of it and back in, is dissolved into the one around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from tui.drawing.layout import (
    Box,
    Frame,
    Layout,
    Link,
    Point,
    Spacing,
    lay_out,
    without_straight_corners,
)

_ENTRY, _EXIT = "\x00in", "\x00out"
"""Suffixes of the ids of boxes that stand for a net's way through a group's frame."""


def lay_out_groups(
    boxes: Sequence[Box],
    links: Sequence[Link],
    spacing: Spacing | None = None,
    near: Mapping[str, int] | None = None,
) -> Layout:
    """Place boxes, wires and the frames around groups of boxes.

    Args:
        boxes: The boxes; `Box.group` says where each stands.
        links: The wires.
        spacing: Distances.
        near: Rows on which boxes and groups stood before.

    Raises:
        ValueError: The links form a cycle.
    """
    spacing = spacing or Spacing()
    parents = _group_of_all(boxes, links) if any(box.group for box in boxes) else {}
    if not any(parents.values()):
        return lay_out(boxes, links, spacing, near)
    return _Nested(boxes, links, parents, spacing, near).layout()


def chain(group: str) -> list[str]:
    """Return a group's name and those of the groups around it, outermost first."""
    parts = group.split("/")[:-1]
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]


# -- which groups can stand -------------------------------------------------------------------


def _group_of_all(boxes: Sequence[Box], links: Sequence[Link]) -> dict[str, str]:
    """Return the group that each box and each group stands in, without the dissolved ones."""
    own = {box.id: chain(box.group) for box in boxes}
    while cyclic := _cyclic_groups(own, links):
        own = {key: [g for g in groups if g not in cyclic] for key, groups in own.items()}
    return {
        inner: outer for key, groups in own.items() for outer, inner in pairwise(["", *groups, key])
    }


def _cyclic_groups(own: Mapping[str, Sequence[str]], links: Sequence[Link]) -> set[str]:
    """Return groups that are part of a cycle when each is taken for one box."""
    edges: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for link in links:
        scope, source, target = _meeting(own, link)
        if source != target:
            edges[scope].add((source, target))
    found = set()
    for pairs in edges.values():
        rest = _without_loose_ends(pairs)
        found |= {end for pair in rest for end in pair if end.endswith("/")}
    return found


def _meeting(own: Mapping[str, Sequence[str]], link: Link) -> tuple[str, str, str]:
    """Return the innermost group that holds both ends, and what in it stands for each end."""
    sources = [*own[link.source], link.source]
    targets = [*own[link.target], link.target]
    scope = ""
    for source, target in zip(sources, targets, strict=False):
        if source != target:
            return scope, source, target
        scope = source
    return scope, link.source, link.target


def _without_loose_ends(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Drop edges that begin or end where no cycle passes, until none is left to drop."""
    rest = list(pairs)
    while rest:
        begins, ends = {a for a, _ in rest}, {b for _, b in rest}
        kept = [(a, b) for a, b in rest if a in ends and b in begins]
        if len(kept) == len(rest):
            return rest
        rest = kept
    return rest


# -- the nested layout ------------------------------------------------------------------------


class _Nested:
    def __init__(
        self,
        boxes: Sequence[Box],
        links: Sequence[Link],
        parents: Mapping[str, str],
        spacing: Spacing,
        near: Mapping[str, int] | None,
    ) -> None:
        self._spacing = spacing
        self._near = near
        self._parents = parents
        self._boxes = {box.id: box for box in boxes}
        self._links = sorted(set(links))
        self._members: dict[str, dict[str, Box | None]] = defaultdict(dict)
        """Direct members of each group, in the order of the boxes; None until laid out."""
        self._inner: dict[str, set[Link]] = defaultdict(set)
        self._steps: dict[Link, list[tuple[str, Link]]] = {}
        """For each wire the groups that it passes, and its piece in each."""
        self._layouts: dict[str, Layout] = {}

    def layout(self) -> Layout:
        """Return the whole."""
        for box in self._boxes.values():
            for inner, outer in self._upwards(box.id):
                self._members[outer].setdefault(inner, box if inner == box.id else None)
        for link in self._links:
            self._cut(link)
        for group in sorted(self._members, key=lambda g: (-g.count("/"), g)):
            self._lay_out_one(group)
        return self._assembled()

    def _upwards(self, key: str) -> list[tuple[str, str]]:
        steps = []
        while key:
            steps.append((key, self._parents[key]))
            key = self._parents[key]
        return steps

    def _cut(self, link: Link) -> None:
        """Cut a wire at the frames that it passes."""
        net = f"{link.source}\x00{link.outlet}"
        sources = [key for key, _ in self._upwards(link.source)]
        targets = [key for key, _ in self._upwards(link.target)]
        common = set(sources) & set(targets)
        ups = [key for key in sources if key not in common]
        downs = [key for key in targets if key not in common]
        steps = []
        at, outlet = link.source, link.outlet
        for group in ups[1:]:
            steps.append((group, Link(at, outlet, net + _EXIT, "in")))
            at, outlet = group, net
        scope = self._parents[ups[-1]]
        for group in reversed(downs[1:]):
            steps.append((scope, Link(at, outlet, group, net)))
            scope, at, outlet = group, net + _ENTRY, "out"
        steps.append((scope, Link(at, outlet, link.target, link.inlet)))
        for group, piece in steps:
            self._inner[group].add(piece)
        self._steps[link] = steps

    def _lay_out_one(self, group: str) -> None:
        members = [box for box in self._members[group].values() if box is not None]
        links = self._inner[group]
        entries = sorted({k.source for k in links if k.source.endswith(_ENTRY)})
        exits = sorted({k.target for k in links if k.target.endswith(_EXIT)})
        borders = [Box(key, 0, 1, {}, {"out": 0}, pin="first") for key in entries]
        borders += [Box(key, 0, 1, {"in": 0}, {}, to_right=True, pin="last") for key in exits]
        layout = self._layouts[group] = lay_out(
            [*borders, *members], list(links), self._spacing, self._near
        )
        if not group:
            return
        left, top, right, bottom = self._spacing.group
        rows = {key: layout.places[key][1] + top for key in (*entries, *exits)}
        self._members[self._parents[group]][group] = Box(
            group,
            layout.width + left + right,
            layout.height + top + bottom,
            {key.removesuffix(_ENTRY): rows[key] for key in entries},
            {key.removesuffix(_EXIT): rows[key] for key in exits},
        )

    def _assembled(self) -> Layout:
        whole = self._layouts[""]
        result = Layout(whole.width, whole.height, {}, {})
        origins: dict[str, Point] = {"": (0, 0)}
        left, top, _, _ = self._spacing.group
        for group in sorted(self._layouts, key=lambda g: (g.count("/"), g)):
            x, y = origins[group]
            for key, box in self._members[group].items():
                px, py = self._layouts[group].places[key]
                if key in self._boxes:
                    result.places[key] = (x + px, y + py)
                elif box is not None:
                    result.frames[key] = Frame(x + px, y + py, box.width, box.height)
                    origins[key] = (x + px + left, y + py + top)
        for link in self._links:
            points: list[Point] = []
            for group, piece in self._steps[link]:
                x, y = origins[group]
                points += [(x + px, y + py) for px, py in self._layouts[group].routes[piece]]
            result.routes[link] = without_straight_corners(points)
        result.places = {key: result.places[key] for key in self._boxes}
        return result
