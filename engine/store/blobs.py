"""The blobs: immutable files named by the SHA-256 of their bytes.

A blob is written to `tmp/`, hashed on the way, fsynced and only then renamed into
`objects/ab/<digest>`. So whatever lies under `objects/` is whole, whenever a process was killed.
All functions may be called from any thread and from several processes at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from engine.context import Tick, no_tick
from engine.errors import StoreError

_BLOCK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


class StoredBlob(NamedTuple):
    """A file under `objects/`."""

    digest: str
    size: int
    modified: float
    """When it was written or added again last."""


class BlobStore:
    """The folders `objects/` and `tmp/` of a home.

    Args:
        root: The home folder.
        clock: Gives the time, in seconds since 1970.
    """

    def __init__(self, root: Path, clock: Callable[[], float]) -> None:
        self.objects = root / "objects"
        self.tmp = root / "tmp"
        self._clock = clock
        for folder in (self.objects, self.tmp):
            folder.mkdir(mode=0o700, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Return where the blob lies, or would lie. Never write to it."""
        return self.objects / digest[:2] / digest

    def has(self, digest: str, size: int) -> bool:
        """Return whether the blob is there with that length; its bytes are not read."""
        try:
            found = os.stat(self.path(digest))  # noqa: PTH116 - called for every cached task
        except OSError:
            return False
        return found.st_size == size and stat.S_ISREG(found.st_mode)

    def add_file(
        self, source: Path, *, move: bool = False, tick: Tick = no_tick
    ) -> tuple[str, int]:
        """Put the bytes of a file into the store.

        Args:
            source: The file.
            move: Whether the file may be used up: it is renamed where that is possible, and is
                gone afterwards in any case.
            tick: Told the share done.

        Returns:
            The digest and the length in bytes.

        Raises:
            StoreError: The file cannot be read, or the store cannot be written.
        """
        with _explained(source, self.objects):
            if move and _is_private(source):
                with source.open("r+b" if os.name == "nt" else "rb") as stream:
                    digest, size = _hash_stream(stream, source.stat().st_size, tick)
                    # Windows flushes only through a handle that may write.
                    os.fsync(stream.fileno())
                self._install(source, digest, size)
            else:
                with source.open("rb") as stream:
                    digest, size = self._copy(stream, source.stat().st_size, tick)
                if move:
                    source.unlink()
        return digest, size

    def add_bytes(self, data: bytes) -> tuple[str, int]:
        """Put bytes into the store; for what is in memory anyway.

        Raises:
            StoreError: The store cannot be written.
        """
        digest = hashlib.sha256(data).hexdigest()
        with _explained(None, self.objects):
            if not self._freshen(digest, len(data)):
                with self._temporary() as (temporary, stream):
                    stream.write(data)
                    _finish(stream)
                    self._install(temporary, digest, len(data))
        return digest, len(data)

    @contextmanager
    def scratch(self, task: str) -> Iterator[Path]:
        """Give a fresh, private folder that is removed afterwards.

        Args:
            task: What it is for; part of the folder's name, for a person who looks at leftovers.
        """
        prefix = re.sub(r"[^A-Za-z0-9_.-]+", "_", task)[:40]
        with _explained(None, self.tmp):
            folder = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=self.tmp))
        try:
            yield folder
        finally:
            # What another program still holds open stays behind, and gc removes it.
            shutil.rmtree(folder, ignore_errors=True)

    def scan(self) -> Iterator[StoredBlob]:
        """Yield every blob under `objects/`, in no order; other files are passed over."""
        for shard in _entries(self.objects):
            if not shard.is_dir(follow_symlinks=False):
                continue
            for entry in _entries(Path(shard.path)):
                if not _DIGEST.fullmatch(entry.name) or entry.name[:2] != shard.name:
                    continue
                with contextlib.suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    yield StoredBlob(entry.name, found.st_size, found.st_mtime)

    def remove(self, digest: str) -> None:
        """Remove a blob, if it is there, or what is in its place.

        Only upkeep may, with the home to itself.
        """
        path = self.path(digest)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            _unlink(path)

    def leftovers(self, older_than: float) -> list[Path]:
        """Return what lies in `tmp/` untouched since a time: it belongs to no live task."""
        found: list[Path] = []
        for entry in _entries(self.tmp):
            with contextlib.suppress(FileNotFoundError):
                if _last_change(entry) < older_than:
                    found.append(Path(entry.path))
        return found

    def _copy(self, stream: BinaryIO, expected: int, tick: Tick) -> tuple[str, int]:
        with self._temporary() as (temporary, target):
            digest, size = _hash_stream(stream, expected, tick, target.write)
            if self._freshen(digest, size):
                return digest, size
            _finish(target)
            self._install(temporary, digest, size)
        return digest, size

    @contextmanager
    def _temporary(self) -> Iterator[tuple[Path, BinaryIO]]:
        handle, name = tempfile.mkstemp(prefix="blob-", dir=self.tmp)
        path = Path(name)
        try:
            with open(handle, "wb") as stream:  # noqa: PTH123 - a file descriptor
                yield path, stream
        finally:
            _unlink(path)

    def _install(self, whole: Path, digest: str, size: int) -> None:
        """Move a complete, fsynced file to its place, unless the same blob is there already."""
        if self._freshen(digest, size):
            _unlink(whole)
            return
        target = self.path(digest)
        os.utime(whole, (self._clock(), self._clock()))
        whole.chmod(0o444)
        try:
            self._rename(whole, target)
        except PermissionError:
            # Windows does not replace a read-only file: another process was first, or what is
            # there is damaged.
            if not self.has(digest, size):
                _unlink(target)
                whole.replace(target)
        _sync_folder(target.parent)

    def _rename(self, whole: Path, target: Path) -> None:
        try:
            whole.replace(target)
        except FileNotFoundError:
            # Most often the folder is there.
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self.objects)
            whole.replace(target)

    def _freshen(self, digest: str, size: int) -> bool:
        """Return whether the blob is there, and if so mark it as just added: gc spares those."""
        if not self.has(digest, size):
            return False
        try:
            os.utime(self.path(digest), (self._clock(), self._clock()))
        except FileNotFoundError:
            return False
        return True


def digest_file(path: Path, tick: Tick = no_tick) -> tuple[str, int]:
    """Return the SHA-256, in hexadecimal, and the length of a file; read in blocks.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as stream:
        return _hash_stream(stream, path.stat().st_size, tick)


def _hash_stream(
    stream: BinaryIO, expected: int, tick: Tick, write: Callable[[bytes], object] | None = None
) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while block := stream.read(_BLOCK):
        digest.update(block)
        size += len(block)
        if write is not None:
            write(block)
        tick(min(1.0, size / expected) if expected else 1.0)
    return digest.hexdigest(), size


def _is_private(path: Path) -> bool:
    """Return whether a path is the only name of its bytes, so that a rename takes them whole."""
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def _finish(stream: BinaryIO) -> None:
    """Bring all bytes to the disk, and close: Windows renames no open file."""
    stream.flush()
    os.fsync(stream.fileno())
    stream.close()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unlink(path: Path) -> None:
    if os.name == "nt":
        with contextlib.suppress(OSError):
            path.chmod(0o600)
    path.unlink(missing_ok=True)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _last_change(entry: os.DirEntry[str]) -> float:
    newest = entry.stat(follow_symlinks=False).st_mtime
    if entry.is_dir(follow_symlinks=False):
        for inner in _entries(Path(entry.path)):
            newest = max(newest, inner.stat(follow_symlinks=False).st_mtime)
    return newest


@contextmanager
def _explained(source: Path | None, store: Path) -> Iterator[None]:
    """Turn the errors of the operating system into ones that say what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if source is not None and error.filename is not None and Path(error.filename) == source:
            raise StoreError(f"cannot be read: {reason}", where=str(source)) from error
        raise StoreError(
            f"cannot be written: {reason}",
            where=str(store),
            hint="Check the folder's free space and permissions, or choose another with --home.",
        ) from error
