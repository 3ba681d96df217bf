"""What a form consists of, without any terminal: rows with values, and how each is written.

A `Sheet` is made anew from each state of the workflow. Rows that say the same compare equal, so
that a view draws anew only what has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from engine.problems import Problem, json_path
from engine.references import Reference
from tui.editor.model import MISSING, Change, Limits, Slot, Snapshot, edits, words
from tui.editor.model.data import Path, drop, put
from tui.editor.model.nodes import json_copy

Kind = Literal[
    "text", "lines", "integer", "number", "boolean", "choice", "file", "data", "models",
    "reference", "list", "link", "button", "section", "title", "info",
]  # fmt: skip
Write = Callable[[Snapshot, Any], Change]
Clear = Callable[[Snapshot], Change]

SILENT: Final = frozenset({"title", "info"})
"""Kinds of rows that are only read."""


class Various:
    """The type of `VARIOUS`: several nodes have different values."""

    def __repr__(self) -> str:
        return "VARIOUS"


VARIOUS: Final = Various()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a row, in the words of `check`."""

    text: str
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a form."""

    key: str
    """Its place below the sheet's prefix, as problems name it: `inputs.seed[2]`."""
    label: str
    kind: Kind
    value: Any = MISSING
    """As it is written in the file; `MISSING` where nothing is."""
    default: Any = MISSING
    """What counts where nothing is written."""
    default_of: str = ""
    """Whose default that is, if it is not the node's: a model's id."""
    required: bool = False
    help: str = ""
    choices: tuple[Any, ...] = ()
    limits: Limits = field(default_factory=Limits)
    media: tuple[str, ...] = ()
    """Kinds of files that may be named."""
    item: Kind = "text"
    """Of a list, what its items are."""
    is_takes: bool = False
    """The list asks for takes, where one value is wanted."""
    type: str = ""
    """As people read it: `list[image]`."""
    wire: Reference | None = None
    """What the value is, where it is a reference and nothing else."""
    slot: Slot | None = None
    """Where the value stands; None where no reference may be typed."""
    reason: str = ""
    """Why a value is of no use here, as the model takes none."""
    placeholder: str = ""
    notes: tuple[str, ...] = ()
    """What else there is to say, a line each."""
    complaints: tuple[Complaint, ...] = ()
    level: int = 0
    is_late: bool = False
    """Written when the typing is done, and not at each key: a name."""
    is_open: bool = True
    """Of a section, whether its rows are shown."""
    target: str = ""
    """Of a link, where it leads."""
    phrases: tuple[str, ...] = ()
    """What a problem of the node as a whole says when it is about this row."""
    write: Write | None = field(default=None, compare=False, repr=False)
    clear: Clear | None = field(default=None, compare=False, repr=False)

    @property
    def is_set(self) -> bool:
        """Whether the file gives a value."""
        return self.value is not MISSING

    @property
    def shown(self) -> Any:
        """The value that counts; `MISSING` where there is none."""
        return self.value if self.is_set else self.default

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to do with it."""
        return self.kind in SILENT

    @property
    def is_missing(self) -> bool:
        """Whether a value must be given and is not."""
        return self.required and not self.is_set


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form."""

    target: str
    """What it is for: a node's id, `inputs.NAME`, ...; empty for the workflow."""
    rows: tuple[Row, ...]

    def index(self, key: str) -> int:
        """Return where a row is; -1 if it is nowhere."""
        return next((i for i, row in enumerate(self.rows) if row.key == key), -1)

    def row(self, key: str) -> Row | None:
        """Return a row by its key."""
        at = self.index(key)
        return self.rows[at] if at >= 0 else None


def writes(*paths: Path, name: str) -> tuple[Write, Clear]:
    """Return how a value is written to places of the file, and taken away from them.

    Args:
        *paths: The places; several where several nodes are changed at once.
        name: What is set, for the undo list.
    """
    merge = "set " + " ".join(".".join(map(str, path)) for path in paths)

    def write(snapshot: Snapshot, value: Any) -> Change:
        if len(paths) == 1:
            return edits.set_value(snapshot, paths[0], value, name=f"set {name}")
        data = snapshot.data
        for path in paths:
            data = put(data, path, json_copy(value))
        return Change(snapshot, f"set {name}", data, merge=merge)

    def clear(snapshot: Snapshot) -> Change:
        data = snapshot.data
        for path in paths:
            data = drop(data, path)
        return Change(snapshot, f"unset {name}", data, merge=merge)

    return write, clear


def with_complaints(
    rows: Iterable[Row], problems: Sequence[Problem], prefix: str
) -> tuple[tuple[Row, ...], list[Complaint]]:
    """Return the rows with the problems that are theirs, and those of none of them.

    Args:
        rows: The rows.
        problems: All problems of what the form is for.
        prefix: The place of that, as `nodes.frame`.
    """
    rows = list(rows)
    found: dict[int, list[Complaint]] = {}
    rest: list[Complaint] = []
    for problem in problems:
        complaint = Complaint(words(problem), problem.severity == "error")
        at = _owner(rows, problem, prefix)
        if at < 0:
            rest.append(complaint)
        elif complaint not in found.setdefault(at, []):
            found[at].append(complaint)
    for at, complaints in found.items():
        rows[at] = replace(rows[at], complaints=tuple(complaints))
    return tuple(rows), rest


def _owner(rows: Sequence[Row], problem: Problem, prefix: str) -> int:
    place = problem.path.removeprefix(prefix).removeprefix(".")
    best, length = -1, 0
    for at, row in enumerate(rows):
        if row.kind == "section" or not row.key or len(row.key) <= length:
            continue
        if place == row.key or place.startswith((f"{row.key}.", f"{row.key}[")):
            best, length = at, len(row.key)
    if best >= 0:
        return best
    for at, row in enumerate(rows):
        if any(problem.message.startswith(phrase) for phrase in row.phrases):
            return at
    return -1


def key_of(path: Path) -> str:
    """Return a place as a key."""
    return json_path(path)
