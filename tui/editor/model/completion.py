"""Completing a reference as it is typed: what `${` offers at a place of the workflow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from engine.references import Reference
from engine.types import PortType, fields_of
from tui.editor.model import texts
from tui.editor.model.signatures import fits_port, fits_text, item_of
from tui.editor.model.snapshot import Slot, Snapshot

_MOST_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Typed:
    """The unfinished or finished reference that the cursor is in."""

    start: int
    """Where its names begin, after `${`."""
    end: int
    """Where they end: at the brace, or at the cursor."""
    prefix: str
    """What stands before the cursor."""
    is_whole: bool
    """Whether nothing else stands in the text, so that the value keeps its type."""
    is_closed: bool
    """Whether a brace follows."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reference on offer."""

    reference: Reference
    kind: PortType
    fits: bool
    """Whether its type may stand at that place."""

    @property
    def text(self) -> str:
        """What goes between the braces: `board.shots.prompt`."""
        return str(self.reference)[2:-1]


def typed_at(text: str, cursor: int) -> Typed | None:
    """Return the reference that a cursor is in, or None where it is in none.

    Args:
        text: The text being edited.
        cursor: Characters before the cursor.
    """
    opening = text.rfind("${", 0, cursor)
    if opening < 0 or "}" in text[opening:cursor]:
        return None
    dollars = len(text[: opening + 1]) - len(text[: opening + 1].rstrip("$"))
    prefix = text[opening + 2 : cursor]
    if dollars % 2 == 0 or any(c.isspace() for c in prefix):
        return None
    brace = text.find("}", cursor)
    rest = text[cursor:brace] if brace >= 0 else " "
    is_closed = brace >= 0 and not any(c.isspace() or c in "${" for c in rest)
    end = brace if is_closed else cursor
    is_whole = opening == 0 and end + is_closed == len(text)
    return Typed(opening + 2, end, prefix, is_whole, is_closed)


def complete(text: str, typed: Typed, candidate: Candidate) -> tuple[str, int]:
    """Return the text with a candidate put in, and where the cursor is then: behind the brace."""
    closing = "" if typed.is_closed else "}"
    after = text[: typed.start] + candidate.text + closing + text[typed.end :]
    return after, typed.start + len(candidate.text) + 1


def candidates(
    snapshot: Snapshot, target: Slot, prefix: str = "", *, whole: bool = True, limit: int = 100
) -> list[Candidate]:
    """Return the references on offer at a slot: those that fit first, then the nearest upstream.

    Nodes downstream of the slot's node are left out, as a wire from them would close a circle.

    Args:
        snapshot: The workflow.
        target: The parameter or output that is typed in.
        prefix: What is typed already; matches the beginning of a name or of a part of it.
        whole: Whether the reference stands alone, or within a longer text.
        limit: Most references.
    """
    parameter = snapshot.signatures.parameter(target.node, target.name) if target.node else None
    wanted = parameter.type if parameter else None
    fits = fits_port if whole else fits_text
    found = (
        Candidate(reference, kind, wanted is None or fits(kind, wanted))
        for reference, kind in islice(_on_offer(snapshot, target, prefix), _MOST_LOOKED_AT)
        if _matches(str(reference)[2:-1], prefix)
    )
    return sorted(found, key=lambda candidate: not candidate.fits)[:limit]


def _on_offer(
    snapshot: Snapshot, target: Slot, prefix: str
) -> Iterator[tuple[Reference, PortType]]:
    for name in snapshot.data.get("inputs", {}):
        if kind := snapshot.signatures.input_type(name):
            yield from _with_fields(texts.input_reference(name), kind)
    for node in _nearest_first(snapshot, target.node):
        if _may_match(node, prefix):
            for port, kind in snapshot.signatures.outputs(node).items():
                yield from _with_fields(Reference(node, port), kind)


def _with_fields(reference: Reference, kind: PortType) -> Iterator[tuple[Reference, PortType]]:
    yield reference, kind
    if not item_of(kind).is_media:
        for name, field in fields_of(item_of(kind)).items():
            yield Reference(reference.node, reference.port, (*reference.path, name)), field


def _nearest_first(snapshot: Snapshot, node: str) -> Iterator[str]:
    """Yield upstream nodes, the nearest first, and then the others that are not downstream."""
    after = snapshot.downstream((node,)) | {node} if node else set()
    seen = set(after)
    front = [node] if node else []
    while front:
        step = dict.fromkeys(s for each in front for s in sorted(snapshot.sources(each)))
        front = [each for each in step if each not in seen]
        seen.update(front)
        yield from front
    yield from (each for each in snapshot.nodes if each not in seen)


def _may_match(node: str, prefix: str) -> bool:
    name, dot, _ = prefix.partition(".")
    return node == name if dot else True


def _matches(text: str, prefix: str) -> bool:
    if text.casefold().startswith(prefix.casefold()):
        return True
    parts = text.casefold().split(".")
    return "." not in prefix and any(part.startswith(prefix.casefold()) for part in parts)
