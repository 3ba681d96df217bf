"""`reelgraph edit`: the editor in the terminal, or in the browser."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from engine.errors import ReelgraphError, UsageError
from tui.cli.exits import Exit
from tui.cli.session import Session
from tui.cli.terminal import Terminal


class EditorError(ReelgraphError):
    """The editor ended by a fault of its own."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(
            f"the editor failed: {type(fault).__name__}: {fault}",
            hint="What was edited is kept, and offered when the file is opened again. "
            "This is a fault of reelgraph; --debug shows where it arose.",
        )


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Run the editor until the person leaves it."""
    if options.web:
        from tui.editor.web import serve

        return serve(options, terminal)
    if not options.served:
        _ensure_can_draw()
    # What no key led to, as a drag, waits for the next tick. Textual reads it on import.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    from tui.charset import Charset, charset_of
    from tui.editor.app import EditorApp
    from tui.editor.preview.graphics import detect
    from tui.editor.session import Memory, default_path, read_keymap

    try:
        keymap = read_keymap()
    except ValueError as error:
        raise UsageError(str(error)) from error
    app = EditorApp(
        session,
        options.file,
        Memory(default_path()),
        theme=options.theme or ("plain" if options.no_color else ""),
        as_text=options.text,
        keymap=keymap,
        graphics=None if options.served else detect(),
        charset=Charset("ascii") if options.ascii else charset_of(sys.__stderr__),
    )
    app.run()
    if app.fault is not None:
        known = isinstance(app.fault, ReelgraphError)
        raise app.fault if known else EditorError(app.fault) from app.fault
    return Exit(app.return_code or Exit.DONE)


def _ensure_can_draw() -> None:
    """Make sure that there is a terminal which can be drawn on.

    Raises:
        UsageError: There is none.
    """
    hint = "`reelgraph show FILE` draws a workflow as text."
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("the editor needs a terminal", hint=hint)
    if os.environ.get("TERM") == "dumb":
        raise UsageError(
            "this terminal says that it cannot draw (TERM=dumb)",
            hint=f"Set TERM to what it is, as xterm-256color. {hint}",
        )
