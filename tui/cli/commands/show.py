"""`reelgraph show`: a workflow drawn as text or SVG, also one inside a picture or film."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from engine.document import Document, loads
from engine.errors import CheckError, UsageError
from nodes.media import read_workflow, sniff
from tui.cli.exits import Exit
from tui.cli.paths import load_workflow
from tui.cli.session import Session
from tui.cli.terminal import Terminal

_RUNS_TO_SEARCH = 1000
_WIDTH = 100
"""Columns of a drawing that goes to a file or a pipe."""


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print the drawing, or the workflow itself."""
    document = open_any(options.file)
    if options.json:
        text = document.text
        terminal.out.write(text if text.endswith("\n") else text + "\n")
        return Exit.DONE
    from tui import drawing

    if is_media(options.file):
        document = replace(document, path=_origin(options.file, session))
    try:
        graph = session.graph(document)
    except CheckError:
        terminal.note("It cannot be drawn as it is; --json prints it all the same.")
        raise
    if options.svg:
        terminal.out.write(drawing.draw_svg(graph))
        return Exit.DONE
    width = options.width or terminal.width or _WIDTH
    terminal.out.write(drawing.draw_text(graph, width=width, color=terminal.out_color))
    return Exit.DONE


def open_any(path: Path) -> Document:
    """Return the workflow of a workflow file, or the one that a picture or film holds.

    Raises:
        ReelgraphError: There is none, or it cannot be read.
    """
    if not is_media(path):
        return load_workflow(path)
    text = read_workflow(path)
    if text is None:
        raise UsageError(
            "there is no workflow in this file",
            where=str(path),
            hint="PNG and MP4 files that `reelgraph run` writes hold theirs.",
        )
    return loads(text, str(path))


def is_media(path: Path) -> bool:
    """Tell whether a file is a picture or a film, and not a workflow file."""
    return path.is_file() and sniff(path).startswith(("image/", "video/"))


def _origin(media: Path, session: Session) -> Path:
    """Return the workflow file that wrote a picture or film, if the history still knows it.

    Files that the workflow names are looked for beside it.
    """
    folder = str(media.absolute().parent)
    for run in session.home.history.runs(_RUNS_TO_SEARCH):
        if run.out == folder:
            return Path(run.workflow)
    return media
