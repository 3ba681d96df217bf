"""Imports every module that declares actions; in this order they stand in the help."""

from tui.editor.actions import (  # noqa: F401
    fields,
    files,
    finding,
    furniture,
    history,
    looking,
    moving,
    nodes,
    running,
    talking,
    view,
    wires,
)
