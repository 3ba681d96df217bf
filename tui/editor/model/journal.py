"""The autosave journal: what was edited and not saved yet, safe from a crash within a second.

A journal is a file of JSON lines in the state folder of the user, never beside the workflow: first
whose it is, then the text that the edits began with, then for each flush what has changed since the
one before. Each editor has a journal and a lock of its own, so two on one file notice each other,
and the journal of one that died is known by its lock being free.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from engine.document import Document, loads
from engine.errors import ReelgraphError
from engine.store.locks import Lock
from tui.editor.model import delta as deltas
from tui.editor.model.data import Data

_JOURNAL, _LOCK = ".jsonl", ".lock"


def default_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where journals are kept: in the state folder of this user."""
    if named := environ.get("XDG_STATE_HOME"):
        return Path(named) / "reelgraph" / "journals"
    import platformdirs

    return platformdirs.user_state_path("reelgraph", appauthor=False) / "journals"


@dataclass(frozen=True, slots=True)
class Leftover:
    """What an editor that died had not saved."""

    journal: Path
    base: Document
    """The file as it was when these edits began."""
    data: Data
    """The state that the edits led to."""
    edits: tuple[str, ...]
    """What was done, in its order."""
    at: float
    """When the last edit was written down, in seconds since 1970."""

    @property
    def is_empty(self) -> bool:
        """Whether the edits came to nothing."""
        return deltas.difference(self.base.data, self.data) is None


@dataclass(frozen=True, slots=True)
class OtherEditor:
    """Another editor that has the same file open."""

    pid: int
    since: float
    """When it was opened, in seconds since 1970."""


class Journal:
    """The journal of one editor; `flush` is to be called from a timer, twice a second.

    Args:
        folder: Where journals are kept; it is made.
        path: The workflow file; None for one that has no file yet.
        clock: Gives the time, in seconds since 1970.
        sync: Makes what was written to a file durable.

    Raises:
        OSError: The folder cannot be written to.
    """

    def __init__(
        self,
        folder: Path,
        path: Path | None,
        *,
        clock: Callable[[], float] = time.time,
        sync: Callable[[int], None] = os.fsync,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._sync = sync
        self._disk = threading.Lock()
        self._guard = threading.Lock()
        """Held for moments only: edits do not wait for the disk."""
        self._since = clock()
        self._pending: Data | None = None
        self._names: list[str] = []
        self._base: tuple[str, Data] | None = None
        self._flushed: Data | None = None
        self._open(path)

    # -- what the model calls ------------------------------------------------------------------

    def note(self, data: Data, name: str) -> None:
        """Take a new state of the workflow; it is written by the next flush."""
        with self._guard:
            self._pending = data
            self._names.append(name)

    def restart(self, path: Path | None, text: str, data: Data) -> None:
        """Take a state as saved; the edits before it are forgotten."""
        with self._disk, self._guard:
            self._pending, self._names, self._flushed = None, [], None
            self._base = (text, data)
            if path != self._path:
                self._discard()
                self._open(path)
            elif self._file.tell() > self._start:
                self._file.truncate(self._start)
                self._file.seek(self._start)
                self._sync(self._file.fileno())

    # -- what the application calls ------------------------------------------------------------

    def flush(self) -> bool:
        """Make all edits so far durable; return whether there were any. It may wait for the disk.

        It may be called in any thread; edits go on meanwhile.

        Raises:
            OSError: The disk is full, or the like; the edits are kept for the next flush.
        """
        with self._disk:
            with self._guard:
                state, names = self._pending, self._names
                self._pending, self._names = None, []
            if state is None or self._base is None:
                return False
            try:
                self._write(self._lines(self._base, state, names))
            except OSError:
                self._take_back(state, names)
                raise
            self._flushed = state
            return True

    def close(self, *, keep: bool = False) -> None:
        """Give the journal up; a second time does nothing.

        Args:
            keep: Whether to leave the edits for the next editor, as a crash does; otherwise they
                are saved, or not wanted.
        """
        with self._disk:
            if self._file.closed:
                return
            if keep:
                self._file.close()
                self._lock.release()
            else:
                self._discard()

    def others(self) -> list[OtherEditor]:
        """Return the other editors that have the file open now."""
        return [
            OtherEditor(int(header["pid"]), float(header["since"]))
            for journal in self._siblings()
            if _is_locked(journal) and (header := _header(journal))
        ]

    def leftovers(self) -> list[Leftover]:
        """Return what editors of this file that died had not saved, the newest first.

        Journals without edits are removed; those that cannot be read stay where they are.
        """
        found = []
        for journal in self._siblings():
            lock = _take(journal)
            if lock is None:
                continue
            lines = _lines(journal)[1:]
            leftover = _read(journal, lines)
            if not lines or (leftover and leftover.is_empty):
                _remove(journal, lock)
                continue
            lock.release()
            if leftover:
                found.append(leftover)
        return sorted(found, key=lambda leftover: leftover.at, reverse=True)

    def forget(self, leftover: Leftover) -> None:
        """Remove what a dead editor left: it was taken over, or is not wanted."""
        lock = _take(leftover.journal)
        if lock is not None:
            _remove(leftover.journal, lock)

    # -- inside --------------------------------------------------------------------------------

    def _open(self, path: Path | None) -> None:
        self._path = path
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._key = _key(path)
        self._journal = self._folder / f"{self._key}-{secrets.token_hex(4)}{_JOURNAL}"
        # The lock is there before the journal: a journal without one belongs to nobody.
        lock = _take(self._journal, create=True)
        if lock is None:
            raise OSError(f"cannot lock {self._journal}")
        self._lock = lock
        self._file: BinaryIO = self._journal.open("xb")
        header = {"journal": 1, "pid": os.getpid(), "since": self._since, "path": str(path or "")}
        self._write([header])
        self._start = self._file.tell()

    def _take_back(self, state: Data, names: list[str]) -> None:
        with self._guard:
            if self._pending is None:
                self._pending = state
            self._names = [*names, *self._names]

    def _lines(
        self, base: tuple[str, Data], state: Data, names: list[str]
    ) -> Iterator[dict[str, Any]]:
        text, data = base
        if self._flushed is None:
            yield {"base": text}
        change = deltas.difference(data if self._flushed is None else self._flushed, state)
        delta = change.to_json() if change else None
        yield {"delta": delta, "edits": names, "at": self._clock()}

    def _write(self, lines: Iterable[dict[str, Any]]) -> None:
        start = self._file.tell()
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        try:
            self._file.write(text.encode())
            self._file.flush()
            self._sync(self._file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(start)
                self._file.seek(start)
            raise

    def _discard(self) -> None:
        self._file.close()
        _remove(self._journal, self._lock)

    def _siblings(self) -> Iterator[Path]:
        for journal in sorted(self._folder.glob(f"{self._key}-*{_JOURNAL}")):
            if journal != self._journal:
                yield journal


def _key(path: Path | None) -> str:
    """Return what the journals of a file are called; a file has one name, however it is reached."""
    name = os.path.realpath(path) if path else f"{Path.cwd()}{os.sep}"
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _take(journal: Path, *, create: bool = False) -> Lock | None:
    try:
        return Lock.acquire(journal.with_suffix(_LOCK), exclusive=True, create=create)
    except OSError:
        if create:
            raise
        # Where there is no lock, nobody can hold it.
        return Lock.acquire(journal.with_suffix(_LOCK), exclusive=True)


def _is_locked(journal: Path) -> bool:
    lock = _take(journal)
    if lock is not None:
        lock.release()
    return lock is None


def _remove(journal: Path, lock: Lock) -> None:
    journal.unlink(missing_ok=True)
    lock.release()
    journal.with_suffix(_LOCK).unlink(missing_ok=True)


def _lines(journal: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal; the last one may have been cut off by a crash."""
    found: list[dict[str, Any]] = []
    with contextlib.suppress(OSError, ValueError):
        found.extend(map(json.loads, journal.read_bytes().split(b"\n")[:-1]))
    return found


def _header(journal: Path) -> dict[str, Any] | None:
    lines = _lines(journal)
    return lines[0] if lines and "pid" in lines[0] else None


def _read(journal: Path, lines: list[dict[str, Any]]) -> Leftover | None:
    try:
        base = loads(lines[0]["base"], "<journal>")
        data: Data = base.data
        edits: list[str] = []
        for line in lines[1:]:
            if line["delta"] is not None:
                data = deltas.from_json(line["delta"]).apply(data)
            edits += line["edits"]
        at = float(lines[-1]["at"])
    except (ReelgraphError, LookupError, TypeError, ValueError, AttributeError):
        return None
    return Leftover(journal, base, data, tuple(edits), at)
