"""Running the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.reasons import needs_nodes, needs_selection
from tui.editor.actions.registry import action

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_GROUP = "Run"


def _needs_runner(bench: Workbench) -> str:
    return needs_nodes(bench) or "Runs are not here yet."


@action("run.here", "Run: To here", "r", "Runs what the selected node needs, and the node.", _GROUP,
        why_not=lambda b: needs_selection(b) or _needs_runner(b), word="run to here")  # fmt: skip
def run_here(bench: Workbench) -> None:
    """Run to the selected node."""


@action("run.all", "Run: All", "f5", "Runs the whole workflow.", _GROUP, why_not=_needs_runner,
        word="run")  # fmt: skip
def run_all(bench: Workbench) -> None:
    """Run everything."""
