"""The workflow in the editor: its state, every edit of it with undo, and what a view asks of it.

    types = Types.of(engine)
    journal = Journal(default_folder(), path)
    editing = Editing.open(path, types, journal)
    editing.apply(edits.add_node(editing.snapshot, "upscale", source=Reference("clip", "video")))
    editing.undo()
    editing.save()

State.      `Editing` holds the present `Snapshot`, which never changes and may be read in any
            thread. `Snapshot.document` is what the engine checks, plans and runs.
Edits.      An edit is a function of `edits` from a snapshot to a `Change`, which `Editing.apply`
            makes, as one entry of the undo list. One that cannot be raises `Refused` with the
            reason. `Change.notices` says what a person should be told, as references dropped.
Files.      `Editing.save`; `check_outside` now and then, and `settle` where it asks. After opening
            `Journal.leftovers` and `recover`, and `Journal.others` to notice a second editor;
            `Journal.flush` twice a second, in any thread; `Journal.close` at the end.
Questions.  `producers`, `consumers` and `all_types` for adding nodes; `targets`, `sources` and
            `connect_refusal` for wires; `typed_at`, `candidates` and `complete` for `${`; `form_of`
            for a node's form; `find_problems` off the interface's thread; `compare`; wires and
            what is upstream or downstream are methods of `Snapshot`, ports of its `signatures`.

Nothing here knows a terminal, waits for anything but the disk, or starts a thread.
"""

from __future__ import annotations

from engine.references import Reference
from tui.editor.model import edits
from tui.editor.model.change import Change, Refused
from tui.editor.model.compare import Comparison, Difference, compare
from tui.editor.model.completion import Candidate, Typed, candidates, complete, typed_at
from tui.editor.model.data import MISSING
from tui.editor.model.deleting import Relink, relinks
from tui.editor.model.editing import ChangedOutside, Editing
from tui.editor.model.forms import FormField, Limits, extra_of, form_of
from tui.editor.model.journal import Journal, Leftover, OtherEditor, default_folder
from tui.editor.model.merge import Conflict, Merged, Side, merge
from tui.editor.model.offers import Offer, all_types, consumers, producers, sources, targets
from tui.editor.model.outside import Outside, check_outside, settle
from tui.editor.model.problems import Problems, find_problems, how_to_allow, slot_of, words
from tui.editor.model.recovery import recover, recovery_conflicts
from tui.editor.model.signatures import Signatures, Types, fits_port, fits_text
from tui.editor.model.snapshot import Edge, Slot, Snapshot
from tui.editor.model.takes import Takes, takes_of
from tui.editor.model.wires import can_insert, connect_refusal

__all__ = (
    "MISSING",
    "Candidate",
    "Change",
    "ChangedOutside",
    "Comparison",
    "Conflict",
    "Difference",
    "Edge",
    "Editing",
    "FormField",
    "Journal",
    "Leftover",
    "Limits",
    "Merged",
    "Offer",
    "OtherEditor",
    "Outside",
    "Problems",
    "Reference",
    "Refused",
    "Relink",
    "Side",
    "Signatures",
    "Slot",
    "Snapshot",
    "Takes",
    "Typed",
    "Types",
    "all_types",
    "can_insert",
    "candidates",
    "check_outside",
    "compare",
    "complete",
    "connect_refusal",
    "consumers",
    "default_folder",
    "edits",
    "extra_of",
    "find_problems",
    "fits_port",
    "fits_text",
    "form_of",
    "how_to_allow",
    "merge",
    "producers",
    "recover",
    "recovery_conflicts",
    "relinks",
    "settle",
    "slot_of",
    "sources",
    "takes_of",
    "targets",
    "typed_at",
    "words",
)
