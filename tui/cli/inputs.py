"""`--set NAME=VALUE`: what a person types, read by the type that the workflow gives the input.

Text is taken as it stands; `@FILE` takes it from a file, `@@` begins a text with `@`. Media are
paths; where a list is wanted also a folder or a pattern. Other lists are JSON; so is a list for an
input that takes one item, which asks for a take of each.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from engine.document import Document
from engine.errors import FileAccessError, TaskError, UsageError
from engine.files import FileAccess
from engine.problems import Problem, nearest
from engine.types import PortType, parse_type
from engine.unicode import is_encodable
from tui.cli.paths import at_home, near_path
from tui.cli.words import natural

_MAX_TEXT = 16 * 1024 * 1024
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
_PATTERN: Final = frozenset("*?[")


def read_inputs(
    document: Document, settings: Iterable[str], files: FileAccess, base: Path = Path()
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of the inputs that are set, and warnings of what was left out of them.

    Args:
        document: The workflow.
        settings: What was typed, each as `NAME=VALUE`.
        files: Reads media files.
        base: The folder that paths start from.

    Raises:
        UsageError: There is no such input, or a value is not of its type.
        FileAccessError: A file cannot be read.
    """
    inputs = document.workflow.inputs
    values: dict[str, Any] = {}
    warnings: list[Problem] = []
    for setting in settings:
        name, separator, text = setting.partition("=")
        if not separator:
            raise UsageError("a value is missing", where=f"--set {setting}", hint="NAME=VALUE")
        if name not in inputs:
            raise _no_input(name, list(inputs))
        try:
            port_type = parse_type(inputs[name].type, tuple(inputs[name].options))
        except ValueError:
            # The workflow itself is wrong here, and its check says so.
            values[name] = text
            continue
        reader = _Reader(name, files, base)
        values[name] = reader.read(text, port_type)
        warnings += [
            Problem("warning", "left-out-files", told, document.name, f"inputs.{name}")
            for told in reader.complaints
        ]
    return values, warnings


def _no_input(name: str, names: list[str]) -> UsageError:
    near = nearest(name, names)
    listed = f"Its inputs are {', '.join(names)}." if names else "It has no inputs."
    hint = f"Did you mean {near}?" if near else listed
    return UsageError(f"the workflow has no input {name!r}", where=f"--set {name}", hint=hint)


class _Reader:
    """Reads the value of one input."""

    def __init__(self, name: str, files: FileAccess, base: Path) -> None:
        self._where = f"--set {name}"
        self._files = files
        self._base = base
        self.complaints: list[str] = []
        """What was left out, and why."""

    def read(self, text: str, wanted: PortType) -> Any:
        value = self._read(text, wanted)
        is_media = (wanted.item if wanted.is_list else wanted).is_media
        if not is_media and not is_encodable(value):
            raise self._wrong("it holds bytes or halves of characters that are no text")
        return value

    def _read(self, text: str, wanted: PortType) -> Any:
        if wanted.is_list:
            return self._list(text, wanted.item)
        if wanted.kind == "text":
            return self._text(text)
        if text.startswith("[") and not wanted.is_media:
            return [self._checked(item, wanted) for item in self._json_list(text)]
        return self._one(text, wanted)

    def _one(self, text: str, wanted: PortType) -> Any:
        match wanted.kind:
            case "integer" | "number":
                return self._number(text, wanted.kind)
            case "boolean":
                return self._boolean(text)
            case "choice":
                return self._checked(text, wanted)
        if wanted.is_media:
            return self._media(self._path(text), wanted.kind)
        return self._json(self._text(text))

    def _list(self, text: str, item: PortType) -> list[Any]:
        if item.is_media and not text.startswith("["):
            return self._media_list(text, item.kind)
        items = self._json_list(text)
        if item.is_media:
            return [self._media(self._path(str(entry)), item.kind) for entry in items]
        return [self._checked(entry, item) for entry in items]

    # -- plain values --------------------------------------------------------------------------

    def _text(self, text: str) -> str:
        if text.startswith("@@"):
            return text[1:]
        return self._text_file(self._path(text[1:])) if text.startswith("@") else text

    def _text_file(self, path: Path) -> str:
        try:
            with path.open("rb") as file:
                data = file.read(_MAX_TEXT + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            hint = self._meant(path) or "@@ begins a text that starts with @."
            message = f"{path}: the file cannot be read: {reason}"
            raise UsageError(message, where=self._where, hint=hint) from error
        if len(data) > _MAX_TEXT:
            raise self._wrong(f"{path}: the text is longer than {_MAX_TEXT >> 20} MiB")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"{path}: the file is not UTF-8 text (byte {error.start + 1:,})"
            raise self._wrong(message, "Save it as UTF-8.") from error

    def _number(self, text: str, kind: str) -> int | float:
        try:
            number = int(text) if kind == "integer" else float(text)
        except ValueError:
            noun = "a whole number" if kind == "integer" else "a number"
            raise self._wrong(f"{text!r} is not {noun}") from None
        if not math.isfinite(number):
            raise self._wrong(f"{text!r} is not a finite number")
        return number

    def _boolean(self, text: str) -> bool:
        if text.lower() in (*_TRUE, *_FALSE):
            return text.lower() in _TRUE
        raise self._wrong(f"{text!r} is neither true nor false")

    def _json_list(self, text: str) -> list[Any]:
        data = self._json(self._text(text))
        if not isinstance(data, list):
            raise self._wrong("a list is wanted", 'Write it as JSON: ["a", "b"] or [1, 2].')
        return data

    def _json(self, text: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            hint = 'Lists are written as ["a", "b"] or [1, 2].'
            raise self._wrong(f"{text[:60]!r} is not JSON", hint) from None

    def _checked(self, value: Any, wanted: PortType) -> Any:
        """Check a choice; what else there is, the workflow's own check compares."""
        if wanted.kind == "choice" and wanted.options and value not in wanted.options:
            options = [str(option) for option in wanted.options]
            near = nearest(str(value), options)
            hint = f"Did you mean {near}?" if near else f"Choose from {', '.join(options)}."
            raise self._wrong(f"{value!r} is none of its choices", hint)
        return value

    def _wrong(self, message: str, hint: str = "") -> UsageError:
        return UsageError(message, where=self._where, hint=hint)

    # -- files ---------------------------------------------------------------------------------

    def _path(self, text: str) -> Path:
        if not text or "\0" in text:
            raise self._wrong(f"{text!r} is not a path")
        return self._base / at_home(text)

    def _media(self, path: Path, kind: str) -> Any:
        try:
            return self._files.read(path.absolute(), [kind])
        except FileAccessError as error:
            message, hint = f"{path}: {error.message}", self._meant(path) or error.hint
            raise FileAccessError(message, where=self._where, hint=hint) from error
        except TaskError as error:
            raise UsageError(f"{path}: {error.message}", where=self._where) from error

    def _media_list(self, text: str, kind: str) -> list[Any]:
        path = self._path(text)
        try:
            if path.is_dir():
                return self._folder(text, path, kind)
            if path.exists():
                return [self._media(path, kind)]
            if _PATTERN.isdisjoint(path.name):
                raise self._missing(path, "there is no such file or folder")
            if not path.parent.is_dir():
                raise self._missing(path.parent, "there is no such folder")
            found = [self._media(match, kind) for match in _files_matching(path)]
        except (OSError, ValueError, NotImplementedError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self._wrong(f"{path}: this cannot be followed: {reason}") from error
        if not found:
            raise self._wrong(f"{path}: no file matches this pattern")
        return found

    def _folder(self, text: str, path: Path, kind: str) -> list[Any]:
        try:
            found = self._files.folder(path, [kind])
        except FileAccessError as error:
            message = f"{error.where}: {error.message}"
            raise FileAccessError(message, where=self._where, hint=error.hint) from error
        if not found.media:
            raise self._wrong(
                f"{path}: there is no {kind} file in this folder", found.complaint(path.name)
            )
        self.complaints += filter(None, [found.complaint(text)])
        return list(found.media)

    def _missing(self, path: Path, message: str) -> UsageError:
        return self._wrong(f"{path}: {message}", self._meant(path))

    def _meant(self, path: Path) -> str:
        """Ask whether a similar path was meant, as it would be typed; empty where none is near."""
        near = near_path(path)
        if near and Path(near).is_relative_to(self._base):
            near = str(Path(near).relative_to(self._base))
        return f"Did you mean {near}?" if near else ""


def _files_matching(pattern: Path) -> list[Path]:
    hidden = pattern.name.startswith(".")
    matches = [
        path
        for path in (pattern.parent.glob(pattern.name) if pattern.name else ())
        if hidden or not path.name.startswith(".")
    ]
    return sorted((p for p in matches if p.is_file()), key=lambda path: natural(path.name))
