"""Files that a person names on the command line, and what was probably meant."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from engine.document import Document, load
from engine.errors import DocumentError
from engine.problems import nearest

_MANY = 1000


def near_path(path: Path) -> str:
    """Return the path of a file with a similar name, or an empty string."""
    try:
        names = [entry.name for entry in islice(path.parent.iterdir(), _MANY)]
    except OSError:
        return ""
    near = nearest(path.name, names)
    return str(path.with_name(near)) if near and near != path.name else ""


def at_home(text: str) -> str:
    """Return a path with the home folder in place of `~`, if there is such a user.

    If not, it may be a file's name all the same.
    """
    try:
        return str(Path(text).expanduser())
    except RuntimeError:
        return text


def load_workflow(path: Path) -> Document:
    """Read a workflow file.

    Raises:
        DocumentError: It cannot be read; the hint names a file with a similar name.
        CheckError: It has fields that are wrong.
    """
    try:
        return load(path)
    except DocumentError as error:
        if not path.exists() and (near := near_path(path)):
            error.hint = f"Did you mean {near}?"
        raise
