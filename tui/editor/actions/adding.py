"""What may be added where, as choices to pick from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.references import INPUTS, Reference
from engine.types import PortType, fields_of
from tui.editor.canvas.palette import kind_letter
from tui.editor.dialogs.choices import Choice
from tui.editor.model import Offer, Slot, Snapshot, all_types, consumers, producers
from tui.editor.model.signatures import fits_port, item_of
from tui.editor.model.wires import distance
from tui.editor.sketch import MEDIA, kind_of

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_ANYTHING = 5
"""Distance of an optional parameter that takes any data: nobody means that one."""
_NATURAL = frozenset(
    ("prompt", "text", "texts", "script", "template", "image", "images", "video", "clips", "audio")
)
"""Parameters that hold what a node is about."""
_TYPED = frozenset(("text", "number", "integer", "boolean", "choice"))
"""Kinds of values that one types into a form."""
_FIELD = 0.5
"""A field is meant a little less than the value that it is in."""


@dataclass(frozen=True, slots=True)
class Wired:
    """A node type, and what would be wired to a new node of it."""

    offer: Offer
    source: Reference | None


def outlets(bench: Workbench, node: str) -> list[Reference]:
    """Return the outputs of a node."""
    return [Reference(node, port) for port in bench.desk.snapshot.signatures.outputs(node)]


def after(bench: Workbench, starts: Iterable[Reference]) -> list[Wired]:
    """Return all types; first those that take what one of the references names, or a field of it.

    Of several that would do the one is taken whose name is that of the parameter.
    """
    snapshot = bench.desk.snapshot
    best: dict[str, tuple[float, Wired]] = {}
    for start in starts:
        kind = snapshot.signatures.kind(start)
        fields = fields_within(kind)
        for source in (start, *(Reference(start.node, start.port, (name,)) for name in fields)):
            for offer in consumers(snapshot, source):
                if offer.distance >= _ANYTHING:
                    continue
                far = offer.distance + _strangeness(source, offer.port)
                if offer.name not in best or far < best[offer.name][0]:
                    best[offer.name] = (far, Wired(offer, source))
    found = [wired for _, wired in sorted(best.values(), key=lambda pair: pair[0])]
    others = (offer for offer in all_types(snapshot) if offer.name not in best)
    return found + [Wired(offer, None) for offer in sorted(others, key=_readiness(snapshot))]


def _readiness(snapshot: Snapshot) -> Callable[[Offer], tuple[int, int]]:
    """Return by what types are sorted that nothing is wired to: those that can work come first.

    A type needs something where nothing here gives what it takes, and what it takes is not typed;
    among equals those come first that are used already.
    """
    used = Counter(str(spec.get("type")) for spec in snapshot.nodes.values())
    sources = [Reference(INPUTS, name) for name in snapshot.data.get("inputs", {})]
    for node in snapshot.nodes:
        sources += [Reference(node, port) for port in snapshot.signatures.outputs(node)]
    given = {kind for kind in map(snapshot.signatures.kind, sources) if kind is not None}

    def lacks(offer: Offer) -> int:
        return sum(
            each.required
            and item_of(each.type).kind not in _TYPED
            and not any(fits_port(kind, each.type) for kind in given)
            for each in offer.type.parameters.values()
        )

    return lambda offer: (lacks(offer), -used[offer.name])


def meant(snapshot: Snapshot, source: Reference, slot: Slot) -> tuple[bool, float]:
    """Return by what parameters are sorted that a reference may be wired to: the likely first.

    Those that have no value yet come before those that have; then those that hold what a node is
    about, and at last those that take anything.
    """
    parameter = snapshot.signatures.parameter(slot.node, slot.name)
    kind = snapshot.signatures.kind(source)
    is_set = slot.name in snapshot.nodes.get(slot.node, {}).get("inputs", {})
    if parameter is None or kind is None:
        return is_set, _ANYTHING
    far = distance(kind, parameter.type) * 2 + (not parameter.required)
    return is_set, far + _strangeness(source, slot.name)


def _strangeness(source: Reference, parameter: str) -> float:
    """Return how little a parameter is likely to be meant for a source, by their names."""
    name = source.path[-1] if source.path else source.port
    if source.path:
        return _FIELD + (name != parameter)
    return 0 if parameter in _NATURAL or name == parameter else 0.25


def fields_within(kind: PortType | None) -> Mapping[str, PortType]:
    """Return the fields of a value that people wire; those of a file are not among them."""
    return {} if kind is None or item_of(kind).kind in MEDIA else fields_of(item_of(kind))


def wired_choices(bench: Workbench, found: Iterable[Wired]) -> list[Choice]:
    """Return types as choices that tell what would be wired to which parameter."""
    return [
        _choice(bench, each.offer, each, _wiring(each.source, each.offer.port)) for each in found
    ]


def _wiring(source: Reference | None, port: str) -> str:
    return f"{'.'.join((source.port, *source.path))} → {port}" if source else ""


def offers_before(bench: Workbench, target: Slot) -> list[Offer]:
    """Return the types that give what a parameter takes."""
    return producers(bench.desk.snapshot, target)


def type_choices(bench: Workbench, offers: Iterable[Offer]) -> list[Choice]:
    """Return types as choices."""
    return [_choice(bench, offer, offer, "") for offer in offers]


def _choice(bench: Workbench, offer: Offer, value: object, hint: str) -> Choice:
    given = list(offer.type.outputs.values())
    kind = kind_of(given[0]) if given else "data"
    return Choice(
        value,
        offer.name,
        offer.summary,
        hint,
        offer.type.help or offer.summary,
        sign=kind_letter(kind),
        color=bench.canvas.palette.kind(kind),
    )
