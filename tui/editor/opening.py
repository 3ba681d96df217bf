"""From a path to a workflow on the desk, with a journal that keeps its edits safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.editor.desk import Desk
from tui.editor.model import Editing, Journal, Types, default_folder

if TYPE_CHECKING:
    from tui.cli.session import Session


def open_desk(
    session: Session, path: Path | None, journals: Path | None = None
) -> tuple[Desk, Journal | None]:
    """Open a workflow.

    Args:
        session: The home, node types and engine.
        path: The file; one that is not there yet is begun. None for a workflow without a file.
        journals: The folder of journals; that of the user by default.

    Raises:
        ReelgraphError: The file is no workflow, or the home cannot be opened.
    """
    engine = session.engine
    journal = _journal(journals, path)
    if path is not None and path.exists():
        editing = Editing.open(path, Types.of(engine))
    else:
        editing = Editing.new(Types.of(engine), path)
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


def _journal(folder: Path | None, path: Path | None) -> Journal | None:
    try:
        return Journal(folder or default_folder(), path)
    except OSError:
        # Without a journal one can edit all the same.
        return None
