"""From a path to a workflow on the desk, with a journal that keeps its edits safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.editor.desk import Desk
from tui.editor.model import Editing, Journal, Types, default_folder

if TYPE_CHECKING:
    from tui.cli.session import Session

_BLANK = 64
"""Bytes from which a file is taken as one with something in it."""


def open_desk(
    session: Session, path: Path | None, journals: Path | None = None
) -> tuple[Desk, Journal | None]:
    """Open a workflow.

    Args:
        session: The home, node types and engine.
        path: The file; one that is not there yet, or has nothing in it, is begun. None for a
            workflow without a file.
        journals: The folder of journals; that of the user by default.

    Raises:
        ReelgraphError: The file is no workflow, or the home cannot be opened.
    """
    engine = session.engine
    if path is not None and _is_there(path) and not _is_blank(path):
        editing = Editing.open(path, Types.of(engine))
    else:
        editing = Editing.new(Types.of(engine), path)
    journal = _journal(journals, path)
    editing.record_in(journal)
    desk = Desk(
        engine,
        editing,
        editing.snapshot.types,
        session.config,
        session.keys,
        lambda: session.limits,
    )
    return desk, journal


def _is_there(path: Path) -> bool:
    """Tell whether there is a file; one that cannot be reached counts, as reading it says why."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return True


def _is_blank(path: Path) -> bool:
    """Tell whether a file has nothing in it, as one that was made for the name only."""
    try:
        return path.is_file() and path.stat().st_size < _BLANK and not path.read_bytes().strip()
    except OSError:
        # Reading it as a workflow says what is wrong.
        return False


def _journal(folder: Path | None, path: Path | None) -> Journal | None:
    try:
        return Journal(folder or default_folder(), path)
    except OSError:
        # Without a journal one can edit all the same.
        return None
