"""The workflow being edited: its present state, what was done to it, and its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from engine.document import Document, create, load
from engine.errors import CheckError, DocumentError, ReelgraphError
from engine.workflow import MAX_MEMBERS
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import Data
from tui.editor.model.delta import Delta, Members, difference
from tui.editor.model.following import renames
from tui.editor.model.history import Bases, Entry, History, Selection
from tui.editor.model.signatures import Types
from tui.editor.model.snapshot import Snapshot

EMPTY: Data = {"reelgraph": 1, "nodes": {}}
"""A workflow of which nothing is made yet."""
_SECTIONS = ("inputs", "nodes", "outputs", "layout", "groups", "notes")

Stamp = tuple[int, int, int]
"""What tells, without reading it, that a file is another one than before."""


class ChangedOutside(ReelgraphError):
    """The file has been changed by another program since it was read or saved."""


class Recorder(Protocol):
    """Where edits go so that a crash does not lose them."""

    def note(self, data: Data, name: str) -> None:
        """Take a new state, and the name of the edit that led to it."""
        ...

    def restart(self, path: Path | None, text: str, data: Data) -> None:
        """Take what the file holds as the state to start from: what went before is saved."""
        ...


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The file as this model last read or wrote it."""

    stamp: Stamp | None
    text: str
    data: Data


class Editing:
    """A workflow in the editor.

    Args:
        document: The workflow as it was loaded or created.
        types: The node types that it may use.
        recorder: Keeps edits that are not saved yet.
    """

    def __init__(self, document: Document, types: Types, recorder: Recorder | None = None) -> None:
        self._history = History()
        self._recorder: Recorder | None = None
        self._state = self._last_state = self._saved_state = 0
        self._anchors = {0: document.data}
        self._disk = OnDisk(stamp_of(document.path), document.text, document.data)
        self._snapshot = Snapshot(document.data, document, types)
        self.record_in(recorder)

    @classmethod
    def open(cls, path: Path, types: Types, recorder: Recorder | None = None) -> Editing:
        """Open a workflow file.

        Raises:
            DocumentError, CheckError: It cannot be read, or is no workflow.
        """
        # The stamp goes first: a change while the file is read is then noticed later.
        stamp = stamp_of(path)
        editing = cls(load(path), types, recorder)
        editing._disk = replace(editing._disk, stamp=stamp)
        return editing

    @classmethod
    def new(cls, types: Types, path: Path | None = None) -> Editing:
        """Begin an empty workflow; `path` is where it will be saved."""
        name = str(path) if path else "<new workflow>"
        return cls(replace(create(EMPTY, name), path=path), types)

    # -- the present state ---------------------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""
        return self._snapshot

    @property
    def path(self) -> Path | None:
        """The file; None for a workflow that has none yet."""
        return self._snapshot.path

    @property
    def is_dirty(self) -> bool:
        """Whether there is something to save."""
        return self._state != self._saved_state

    @property
    def disk(self) -> OnDisk:
        """The file as this model last read or wrote it."""
        return self._disk

    def record_in(self, recorder: Recorder | None) -> None:
        """Keep edits from now on in another recorder, or in none."""
        self._recorder = recorder
        if recorder:
            recorder.restart(self.path, self._disk.text, self._disk.data)
            if self.is_dirty:
                recorder.note(self._snapshot.data, "unsaved changes")

    def select(self, nodes: Iterable[str]) -> Snapshot:
        """Select nodes; names of no node are passed over. It is no edit."""
        chosen = _existing(nodes, self._snapshot.data)
        if chosen != self._snapshot.selection:
            self._history.seal()
            self._snapshot = self._next(self._snapshot.data, selection=chosen, edited=False)
        return self._snapshot

    # -- edits ---------------------------------------------------------------------------------

    def apply(self, change: Change) -> Snapshot:
        """Make an edit, and return the state after it. One that changes nothing leaves no entry.

        Raises:
            Refused: The result would be no workflow, or the edit was made for another state.
        """
        if change.before.data is not self._snapshot.data:
            raise Refused("the workflow has changed in the meantime", hint="Try again.")
        delta = difference(change.before.data, change.data)
        if delta is None:
            return self.select(
                self._snapshot.selection if change.selection is None else change.selection
            )
        ensure_valid(delta, change.data)
        return self._do(delta, change)

    def seal(self) -> None:
        """End the present undo entry: typing after this is another one."""
        self._history.seal()

    @property
    def done(self) -> tuple[str, ...]:
        """Names of the edits that undo takes back, the last one at the end."""
        return tuple(entry.name for entry in self._history.done)

    @property
    def undone(self) -> tuple[str, ...]:
        """Names of the edits that redo makes again, the next one at the end."""
        return tuple(entry.name for entry in self._history.undone)

    def undo(self) -> str | None:
        """Take the last edit back, and return its name; None if there is nothing to undo."""
        entry = self._history.undo()
        if entry is None:
            return None
        delta = entry.delta.inverse() if entry.delta else None
        base = entry.bases.before if entry.bases else None
        self._go(delta, entry.state_before, base, entry.selection_before)
        self._note(f"undo {entry.name}")
        return entry.name

    def redo(self) -> str | None:
        """Make the edit again that was undone last, and return its name; None if there is none."""
        entry = self._history.redo()
        if entry is None:
            return None
        base = entry.bases.after if entry.bases else None
        self._go(entry.delta, entry.state_after, base, entry.selection_after)
        self._note(f"redo {entry.name}")
        return entry.name

    # -- the file ------------------------------------------------------------------------------

    def save(self, path: Path | None = None, *, force: bool = False) -> Path:
        """Write the file, which takes the old one's place at once; undo goes on behind it.

        Args:
            path: Where to; by default where it was loaded from.
            force: Whether to write over what another program wrote in the meantime.

        Raises:
            ChangedOutside: The file has been changed by another program.
            DocumentError: The file cannot be written, or there is no path.
        """
        target = path or self.path
        if target == self.path and not force and self.is_changed_outside():
            raise ChangedOutside(
                "the file was changed by another program",
                where=str(target),
                hint="Take its changes in first, or write over them.",
            )
        if target is None:
            raise DocumentError("the workflow has no file yet", hint="Name one to save it to.")
        saved = self._snapshot.document.save(target)
        base = replace(self._snapshot.base, name=saved.name, path=target)
        self._snapshot = replace(self._snapshot, base=base)
        self._saved_state = self._state
        self._history.seal()
        self.know_disk(OnDisk(stamp_of(target), saved.text, self._snapshot.data))
        return target

    def is_changed_outside(self) -> bool:
        """Tell whether the file holds something else than was last read or written."""
        if self.path is None or stamp_of(self.path) in (None, self._disk.stamp):
            return False
        try:
            return load(self.path).text != self._disk.text
        except (CheckError, DocumentError):
            return True

    def touch_disk(self, stamp: Stamp | None) -> None:
        """Take note that the file holds the same as before, of another date."""
        self._disk = replace(self._disk, stamp=stamp)

    def know_disk(self, disk: OnDisk) -> None:
        """Take note of what the file holds now."""
        self._disk = disk
        self.record_in(self._recorder)

    def rebase(self, theirs: Document, stamp: Stamp | None, data: Data, name: str) -> Snapshot:
        """Go on from another text of the file, as one entry of the undo list.

        Args:
            theirs: The file as another program left it.
            stamp: When it was so.
            data: The state to go on with: the same, or with changes of one's own.
            name: What to call it in the undo list.

        Raises:
            Refused: The data is no workflow.
        """
        before = self._snapshot
        delta = difference(before.data, data)
        if data is not theirs.data:
            _ensure_document(theirs, data)
        self._history.seal()
        base = replace(theirs, name=before.base.name, path=before.base.path)
        names = renames(before.nodes, data.get("nodes", {})) if before.selection else {}
        selection = tuple(names.get(node, node) for node in before.selection)
        entry = self._entry(name, delta, selection, bases=Bases(before.base, base))
        self._history.push(entry)
        self._anchors[entry.state_after] = data
        self._go(delta, entry.state_after, base, entry.selection_after)
        if difference(data, theirs.data) is None:
            self._saved_state = entry.state_after
        elif self._saved_state == entry.state_before:
            self._saved_state = -1
        self.know_disk(OnDisk(stamp, theirs.text, theirs.data))
        return self._snapshot

    # -- inside --------------------------------------------------------------------------------

    def _do(self, delta: Delta, change: Change) -> Snapshot:
        before, last = self._snapshot, self._history.next_undo
        chosen = before.selection if change.selection is None else change.selection
        selection = _existing(chosen, change.data)
        entry = self._entry(change.name, delta, selection, merge=change.merge)
        if last and change.merge and last.merge == change.merge and not self._history.undone:
            self._history.take_last()
            start = last.delta.inverse().apply(before.data) if last.delta else before.data
            whole = difference(start, change.data)
            entry = replace(
                entry,
                delta=whole,
                state_before=last.state_before,
                state_after=entry.state_after if whole else last.state_before,
                selection_before=last.selection_before,
            )
        if entry.delta:
            self._history.push(entry)
        self._state = entry.state_after
        self._snapshot = self._next(change.data, selection=selection)
        for name in change.steps or (change.name,):
            self._note(name)
        return self._snapshot

    def _entry(
        self,
        name: str,
        delta: Delta | None,
        selection: Selection | None = None,
        *,
        merge: str = "",
        bases: Bases | None = None,
    ) -> Entry:
        self._last_state += 1
        before = self._snapshot.selection
        after = before if selection is None else selection
        return Entry(name, delta, self._state, self._last_state, before, after, merge, bases)

    def _go(
        self, delta: Delta | None, state: int, base: Document | None, selection: Selection
    ) -> None:
        data = delta.apply(self._snapshot.data) if delta else self._snapshot.data
        # A file of an older format keeps its text only as long as its data is the very same.
        data = self._anchors.get(state, data)
        self._state = state
        if base is not None:
            now = self._snapshot.base
            base = replace(base, name=now.name, path=now.path)
        self._snapshot = self._next(data, base=base, selection=_existing(selection, data))

    def _next(
        self,
        data: Data,
        *,
        selection: Selection,
        base: Document | None = None,
        edited: bool = True,
    ) -> Snapshot:
        now = self._snapshot
        revision = now.revision + edited
        return replace(
            now, data=data, base=base or now.base, selection=selection, revision=revision
        )

    def _note(self, name: str) -> None:
        if self._recorder:
            self._recorder.note(self._snapshot.data, name)


def stamp_of(path: Path | None) -> Stamp | None:
    """Return what tells a file from its former state; None where there is none."""
    try:
        status = path.stat() if path else None
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino) if status else None


def ensure_valid(delta: Delta, data: Data) -> None:
    """Make sure that what an edit changed is what a workflow file may hold.

    Only the changed members are looked at, in the way that a whole file is.

    Raises:
        Refused: It is not.
    """
    if not isinstance(delta, Members):
        part: dict[str, Any] = dict(data)
    else:
        part = {"reelgraph": data["reelgraph"]} if "reelgraph" in data else {}
        part |= {key: value for _, key, value in delta.added}
        for key, inner in delta.changed.items():
            part[key] = data[key]
            if key in _SECTIONS and isinstance(inner, Members):
                names = [*inner.changed, *(name for _, name, _ in inner.added)]
                part[key] = {name: data[key][name] for name in names}
    for key in _SECTIONS:
        if len(data.get(key, ())) > MAX_MEMBERS:
            raise Refused(f"there are more than {MAX_MEMBERS:,} {key}")
    try:
        create(part)
    except CheckError as error:
        raise Refused("; ".join(_short(p) for p in error.problems)) from error
    except DocumentError as error:
        raise Refused(error.message, hint=error.hint) from error


def _short(problem: Any) -> str:
    return str(replace(problem, file="", line=None))


def _ensure_document(theirs: Document, data: Data) -> None:
    try:
        theirs.replace(data)
    except (CheckError, DocumentError) as error:
        raise Refused(str(error)) from error


def _existing(nodes: Iterable[str], data: Data) -> Selection:
    known = data.get("nodes", {})
    return tuple(node for node in dict.fromkeys(nodes) if node in known)
