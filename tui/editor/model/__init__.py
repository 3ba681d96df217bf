"""The workflow in the editor: its state, every edit of it with undo, and what a view asks of it.

    types = Types.of(engine)
    editing = Editing.open(Path("film.json"), types)
    editing.apply(edits.add_node(editing.snapshot, "upscale", source=Reference("clip", "video")))
    editing.undo()
    editing.save()

`Editing` holds the present `Snapshot`, which never changes and may be read in any thread. An edit
is a function of `edits` from a snapshot to a `Change`, which `Editing.apply` makes; one that cannot
be raises `Refused` with the reason. Nothing here knows a terminal, waits, or starts a thread.
"""

from __future__ import annotations

from engine.references import Reference
from tui.editor.model import edits
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import MISSING
from tui.editor.model.deleting import Relink, relinks
from tui.editor.model.editing import ChangedOutside, Editing
from tui.editor.model.journal import Journal, Leftover, OtherEditor, default_folder
from tui.editor.model.merge import Conflict, Merged, Side, merge
from tui.editor.model.outside import Outside, check_outside, settle
from tui.editor.model.recovery import recover, recovery_conflicts
from tui.editor.model.signatures import Signatures, Types, fits_port, fits_text
from tui.editor.model.snapshot import Edge, Slot, Snapshot
from tui.editor.model.takes import Takes, takes_of
from tui.editor.model.wires import can_insert, connect_refusal

__all__ = (
    "MISSING",
    "Change",
    "ChangedOutside",
    "Conflict",
    "Edge",
    "Editing",
    "Journal",
    "Leftover",
    "Merged",
    "OtherEditor",
    "Outside",
    "Reference",
    "Refused",
    "Relink",
    "Side",
    "Signatures",
    "Slot",
    "Snapshot",
    "Takes",
    "Types",
    "can_insert",
    "check_outside",
    "connect_refusal",
    "default_folder",
    "edits",
    "fits_port",
    "fits_text",
    "merge",
    "recover",
    "recovery_conflicts",
    "relinks",
    "settle",
    "takes_of",
)
