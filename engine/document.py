"""Workflow files: loading, changing and saving them without disturbing what a person wrote.

A `Document` is a file as it was read. Saving one that was not changed writes the same bytes; a
change touches only the lines it concerns, and taking it back restores the original text.
"""

from __future__ import annotations

import codecs
import json
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from engine import _json
from engine._collecting import fewer_collections
from engine._positions import Positions
from engine._write import format_json, splice
from engine.errors import DocumentError
from engine.migrations import migrate
from engine.problems import describe
from engine.workflow import InputSpec, NodeSpec, Workflow, build

__all__ = ["Document", "InputSpec", "NodeSpec", "Workflow", "create", "load", "loads"]


@dataclass(frozen=True, eq=False)
class Document:
    """A workflow file: its model, its data and its text."""

    name: str
    """What the file is called in messages."""
    path: Path | None
    """Where it was loaded from or last saved to; None for one that has no file yet."""
    workflow: Workflow
    data: Mapping[str, Any]
    """The file's JSON data, in the current format. Never to be changed: see `replace`."""
    notes: tuple[str, ...]
    """What was done to bring an older file to the current format."""
    _source: _Source = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The text to be saved."""
        return self._source.with_data(self.data)

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of a place in the data, from 1.

        Where there is nothing at that place, it is the line of what is nearest above it.
        """
        return self._positions.line(path)

    def replace(self, data: Mapping[str, Any]) -> Document:
        """Return the document with other data; the text is changed only where the data differs.

        Args:
            data: JSON data of a whole workflow. It is copied.

        Raises:
            CheckError: The data is not a workflow.
            DocumentError: The data cannot stand in a file: too large, too deep, not a number.
        """
        changed, notes = migrate(_copy(data, self.name), self.name)

        @cache
        def positions() -> Positions:
            return Positions(self._source.with_data(changed))

        workflow = build(changed, name=self.name, line=lambda path: positions().line(path))
        return replace(self, workflow=workflow, data=changed, notes=(*self.notes, *notes))

    def save(self, path: Path | None = None) -> Document:
        """Write the file, and return the document with its path.

        The file is written beside the old one and then takes its place, so that a crash leaves
        either the old or the new one. A symbolic link is followed, and the permissions are kept.

        Args:
            path: Where to; by default where it was loaded from.

        Raises:
            DocumentError: The file cannot be written, or there is no path.
        """
        target = path or self.path
        if target is None:
            raise DocumentError("the workflow has no file yet", hint="Name one to save it to.")
        mark = codecs.BOM_UTF8 if self._source.has_mark else b""
        try:
            _replace_file(target, mark + self.text.encode())
        except (OSError, ValueError, RuntimeError) as error:
            raise DocumentError(
                f"the file cannot be written: {_reason(error)}",
                where=str(target),
                hint="The file that was there before is unchanged."
                if os.path.lexists(target)
                else "Check the path and the permissions.",
            ) from error
        return replace(self, name=str(target), path=target)

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.text)


@dataclass(frozen=True, slots=True)
class _Source:
    """The text that a document was made from; changes are always carried into this one."""

    text: str
    raw: Mapping[str, Any]
    """The data that the text holds."""
    current: Mapping[str, Any]
    """The same data in the current format."""
    has_mark: bool
    """Whether the file begins with a byte order mark."""

    def with_data(self, data: Mapping[str, Any]) -> str:
        # A file of an older format stays as it is until something in it is changed.
        if data is self.current:
            return self.text
        return splice(Positions(self.text), self.raw, data)


def load(path: Path) -> Document:
    """Read a workflow file.

    Raises:
        DocumentError: The file cannot be read, is not JSON, or is not a workflow.
        CheckError: The file has fields that are wrong; holds every problem.
    """
    name = str(path)
    try:
        data = _read_file(path)
    except (OSError, ValueError) as error:
        raise DocumentError(
            f"the file cannot be read: {_reason(error)}",
            where=name,
            hint="Check the path and the permissions.",
        ) from error
    return replace(loads(data, name), path=path)


def loads(data: bytes | str, name: str = "<workflow>") -> Document:
    """Read a workflow from the content of a file.

    Args:
        data: The content.
        name: What to call it in messages.

    Raises:
        DocumentError: The content is not JSON, or not a workflow.
        CheckError: It has fields that are wrong; holds every problem.
    """
    # Broken characters in a str become bytes that the decoder refuses with their place.
    content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    with fewer_collections():
        return _read(content, name)


def _read(content: bytes, name: str) -> Document:
    text = _json.decode(content, name=name)
    raw = _json.parse(text, name=name)
    if not isinstance(raw, dict):
        raise DocumentError(
            f"a workflow file holds one JSON object, found {describe(raw)}",
            where=name,
            hint='It begins with {"reelgraph": 1, ...}.',
        )
    current, notes = migrate(raw, name)
    workflow = build(current, name=name, line=Positions(text).line)
    source = _Source(text, raw, current, has_mark=content.startswith(codecs.BOM_UTF8))
    return Document(name, None, workflow, current, tuple(notes), source)


def create(data: Mapping[str, Any], name: str = "<workflow>") -> Document:
    """Return a new document, laid out by the project's formatter.

    Raises:
        DocumentError: The data cannot stand in a file.
        CheckError: The data is not a workflow.
    """
    return loads(format_json(_copy(data, name)), name)


def _copy(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a copy that holds only what a file can hold."""
    try:
        text = json.dumps(data, ensure_ascii=False)
    except RecursionError:
        raise DocumentError(
            "the data is nested too deeply", where=name, hint="Flatten it."
        ) from None
    copied: dict[str, Any] = _json.read(text.encode("utf-8", "surrogatepass"), name=name)
    return copied


def _read_file(path: Path) -> bytes:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise ValueError(f"it is {kind}")
    _json.check_size(status.st_size, name=str(path))
    with path.open("rb") as file:
        return file.read(_json.MAX_BYTES + 1)


def _replace_file(path: Path, data: bytes) -> None:
    target = path.resolve()
    mode = target.stat().st_mode if target.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        raise ValueError("it is not a regular file")
    if mode is not None and not os.access(target, os.W_OK):
        raise PermissionError("it is write-protected")
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
