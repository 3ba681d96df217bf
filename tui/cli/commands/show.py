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
    if not path.is_file() or not sniff(path).startswith(("image/", "video/")):
        return load_workflow(path)
    text = read_workflow(path)
    if text is None:
        raise UsageError(
            "there is no workflow in this file",
            where=str(path),
            hint="PNG and MP4 files that `reelgraph run` writes hold theirs.",
        )
    document = loads(text, str(path))
    # Paths in the workflow are meant from the folder that the file lies in.
    return replace(document, path=path)
