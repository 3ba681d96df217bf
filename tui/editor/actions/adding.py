"""What may be added where, as choices to pick from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.references import Reference
from tui.editor.canvas.palette import kind_letter
from tui.editor.dialogs.choices import Choice
from tui.editor.model import Offer, Slot, all_types, consumers, producers
from tui.editor.sketch import kind_of

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench


def first_outlet(bench: Workbench, node: str) -> Reference | None:
    """Return the first output of a node; None if it has none."""
    outputs = bench.desk.snapshot.signatures.outputs(node)
    return Reference(node, next(iter(outputs))) if outputs else None


def type_choices(bench: Workbench, offers: Iterable[Offer], *, wired: bool) -> list[Choice]:
    """Return node types as choices; those that would be wired carry the port by which."""
    palette = bench.canvas.palette
    found = []
    for offer in offers:
        outputs = list(offer.type.outputs.values())
        kind = kind_of(outputs[0]) if outputs else "data"
        hint = f"→ {offer.port}" if offer.port and wired else ""
        found.append(
            Choice(offer, offer.name, offer.summary, hint, offer.type.help or offer.summary,
                   sign=kind_letter(kind), color=palette.kind(kind))
        )  # fmt: skip
    return found


def offers_after(bench: Workbench, source: Reference | None) -> list[Offer]:
    """Return all types, those first that take what a reference names."""
    snapshot = bench.desk.snapshot
    return consumers(snapshot, source, rest=True) if source else all_types(snapshot)


def offers_before(bench: Workbench, target: Slot) -> list[Offer]:
    """Return the types that give what a parameter takes."""
    return producers(bench.desk.snapshot, target)
