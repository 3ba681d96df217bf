"""Files that a workflow names: which may be read, and how they become media handles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from engine.endings import kind_by_name
from engine.errors import ErrorKind, FileAccessError, TaskError, WrongKindError
from engine.problems import nearest
from engine.store import Home, digest_file
from engine.values import VALUE_CLASSES, Media

Inspect = Callable[[Path, type[Media]], dict[str, Any]]
"""Looks at a file's bytes; returns the fields of its handle besides digest and size.

Raises WrongKindError if the file is of another kind, and TaskError if it is broken.
"""

MAX_MATCHES = 10_000
_NAMED = 5
"""Files left out that are named, with the reasons."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a folder, or those that match a pattern, in natural order."""

    media: list[Media]
    left_out: tuple[tuple[str, TaskError], ...] = ()
    """Files of a folder, by name, that should be of the right kind and cannot be used, and why."""

    def complaint(self, folder: str) -> str:
        """Say which files of a folder are left out, and why; empty where there are none."""
        if not self.left_out:
            return ""
        number = len(self.left_out)
        files = "1 file" if number == 1 else f"{number:,} files"
        told = [f"{files} of {folder} {'is' if number == 1 else 'are'} left out"]
        told += [f"{name}: {error.message.rstrip('.')}" for name, error in self.left_out[:_NAMED]]
        if number > _NAMED:
            told.append(f"{number - _NAMED:,} more cannot be used either")
        return ". ".join(told) + "."


class FileAccess:
    """Reads files below the workflow's folder and below those that the user allows.

    Args:
        home: Remembers what was read, so that an unchanged file is not hashed again.
        inspect: Looks at media.
        roots: Folders that may be read, with all below them.
        sources: Where files lie that were read, by digest; it is added to.
    """

    def __init__(
        self,
        home: Home,
        inspect: Inspect,
        roots: Iterable[Path],
        sources: dict[str, Path] | None = None,
    ) -> None:
        self._home = home
        self._inspect = inspect
        self._roots = [root.resolve() for root in roots]
        self._sources = {} if sources is None else sources

    def allow(self, text: str, base: Path) -> Path:
        """Resolve a path that a workflow names.

        Args:
            text: The path as written.
            base: The folder that a relative path starts from.

        Raises:
            FileAccessError: It leads out of the folders that may be read (also through links), or
                there is no such file or folder.
        """
        if "\0" in text or not text:
            raise FileAccessError("this is not a path", where=repr(text))
        try:
            path = (base / text).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise FileAccessError(f"this path cannot be followed: {error}", where=text) from error
        self._refuse_outside(text, path)
        try:
            if path.is_file() or path.is_dir():
                return path
            if path.exists():
                raise FileAccessError("this is neither a file nor a folder", where=text)
            near = self._near(path)
        except OSError as error:
            raise FileAccessError(
                f"the file cannot be read: {error.strerror}", where=text
            ) from error
        hint = f"Did you mean {near}?" if near else ""
        raise FileAccessError("there is no such file", where=text, hint=hint)

    def _refuse_outside(self, text: str, path: Path) -> None:
        if not any(path.is_relative_to(root) for root in self._roots):
            raise FileAccessError(
                "the file lies outside the folders that this workflow may read",
                where=text,
                hint=f"Allow its folder with --allow {path.parent}",
            )

    def _near(self, path: Path) -> str:
        if not path.parent.is_dir():
            return ""
        return nearest(path.name, [entry.name for entry in islice(path.parent.iterdir(), 300)])

    def media(self, text: str, kinds: Sequence[str], base: Path) -> Media:
        """Return the handle of a file that a workflow names.

        Raises:
            FileAccessError: It may not be read, or is not there.
            TaskError: It is not of one of the kinds.
        """
        return self.read(self.allow(text, base), kinds)

    def matching(self, text: str, kinds: Sequence[str], base: Path) -> Found:
        """Return the handles of the files of a folder, or of those that match a pattern.

        A folder gives the files of the right kinds in it, passes over other ones, and leaves out
        those that are broken; every file that a pattern matches must be of the right kind and
        whole. The order is natural: `2.png` comes before `10.png`.

        Raises:
            FileAccessError: A file may not be read, nothing matches, or too much does.
            TaskError: The pattern matches a file that is broken or of another kind.
        """
        if not self._is_pattern(text, base):
            path = self.allow(text, base)
            if path.is_file():
                return Found([self.read(path, kinds)])
            found = self._of_kinds(path, kinds, self._refuse_outside)
        else:
            found = Found([self.read(path, kinds) for path in self._glob(text, base)])
        if not found.media:
            message = "no file of the right kind is there"
            raise FileAccessError(message, where=text, hint=found.complaint(text))
        return found

    def folder(self, path: Path, kinds: Sequence[str]) -> Found:
        """Return the handles of the files of a folder, whoever named it, as `matching` does.

        Raises:
            FileAccessError: A file cannot be read, or there are too many.
        """
        return self._of_kinds(path, kinds, lambda text, resolved: None)

    def names_many(self, text: str, base: Path) -> bool:
        """Tell whether a path names a folder, with `/` at its end, or is a pattern."""
        return text.endswith("/") or self._is_pattern(text, base)

    def _is_pattern(self, text: str, base: Path) -> bool:
        if text.endswith("/") or "\0" in text or not re.search(r"[*?[]", text):
            return False
        try:
            # `photo [1].png` may be the name of a file.
            return not (base / text).exists()
        except OSError:
            return True

    def _of_kinds(
        self, folder: Path, kinds: Sequence[str], refuse: Callable[[str, Path], None]
    ) -> Found:
        try:
            visible = (p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
            entries = list(islice(visible, MAX_MATCHES + 1))
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"the folder cannot be read: {reason}"
            raise FileAccessError(message, where=str(folder)) from error
        if len(entries) > MAX_MATCHES:
            raise FileAccessError(f"more than {MAX_MATCHES} files are in it", where=str(folder))
        media: list[Media] = []
        left_out: list[tuple[str, TaskError]] = []
        for path in sorted(entries, key=_natural):
            resolved = path.resolve()
            refuse(str(path), resolved)
            try:
                media.append(self.read(resolved, kinds))
            except TaskError as error:
                if _is_missed(path, kinds, error):
                    left_out.append((path.name, error))
        return Found(media, tuple(left_out))

    def _glob(self, pattern: str, base: Path) -> list[Path]:
        folder, _, name = pattern.rpartition("/")
        root = self.allow(folder or ".", base)
        try:
            matches = list(islice(root.glob(name), MAX_MATCHES + 1))
        except (ValueError, NotImplementedError) as error:
            raise FileAccessError(f"this is not a pattern: {error}", where=pattern) from error
        if len(matches) > MAX_MATCHES:
            raise FileAccessError(f"more than {MAX_MATCHES} files match", where=pattern)
        files = [path for path in matches if path.is_file()]
        return [self.allow(str(path), base) for path in sorted(files, key=_natural)]

    def read(self, path: Path, kinds: Sequence[str]) -> Media:
        """Return the handle of a file, whoever named it; no folder is off limits here.

        Raises:
            FileAccessError: It cannot be read.
            TaskError: It is not of one of the kinds.
        """
        try:
            seen = self._home.files.fingerprint(path)
            for kind in kinds:
                if handle := self._home.files.lookup(seen, kind):
                    self._sources[handle.digest] = path
                    return handle
            handle = self._look(path, kinds)
        except OSError as error:
            reason = error.strerror or str(error)
            raise FileAccessError(f"the file cannot be read: {reason}", where=str(path)) from error
        self._home.files.remember(seen, handle)
        self._sources[handle.digest] = path
        return handle

    def _look(self, path: Path, kinds: Sequence[str]) -> Media:
        if not path.is_file():
            raise FileAccessError("this is not a file", where=str(path))
        refusal: TaskError | None = None
        broken: TaskError | None = None
        for kind in kinds:
            value_class = VALUE_CLASSES[kind]
            assert issubclass(value_class, Media)  # noqa: S101 - narrows the type
            try:
                found = self._inspect(path, value_class)
            except WrongKindError as error:
                refusal = error
                continue
            except TaskError as error:
                broken = error
                continue
            digest, size = digest_file(path)
            return value_class.model_validate({"digest": digest, "size": size, **found})
        raise (
            broken or refusal or FileAccessError("no kind of media is wanted here", where=str(path))
        )

    def path(self, media: Media) -> Path:
        """Return where a blob can be read: in the store, or at its source."""
        if self._home.blobs.has(media.digest, media.size):
            return self._home.blobs.path(media.digest)
        if media.digest in self._sources:
            return self._sources[media.digest]
        raise TaskError(
            "a blob that this task needs is not in the store",
            hint="`reelgraph cache verify --repair` drops what needs it, so that it is made again.",
        )

    def is_stored(self, media: Media) -> bool:
        """Tell whether the blob is in the store."""
        return self._home.blobs.has(media.digest, media.size)

    def store(self, media: Media) -> None:
        """Copy a source file into the store. Blocking.

        Raises:
            TaskError: The file is gone or has changed since it was looked at.
        """
        source = self._sources.get(media.digest)
        if source is None:
            self.path(media)
            return
        digest, _ = self._home.blobs.add_file(source)
        if digest != media.digest:
            raise TaskError(
                "the file changed while the workflow was running",
                kind=ErrorKind.INVALID,
                where=str(source),
                hint="Run again to use its new content.",
            )


def _is_missed(path: Path, kinds: Sequence[str], error: TaskError) -> bool:
    """Tell whether a person may miss a file of a folder that is not used.

    One that is wanted by its name or by what it holds; others are merely beside those.
    """
    is_broken = not isinstance(error, WrongKindError)
    return kind_by_name(path) in kinds or (is_broken and path.stat().st_size > 0)


def _natural(path: Path) -> list[tuple[int, int | str]]:
    parts = re.split(r"(\d+)", path.name.lower())
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts if part]
