"""Panes and screens around a run: its plan, its log, the runs that there were, jobs at providers.

app.run_worker(start(app, runner, to=("film",)))    # plan where it costs money, run, tell the end
LogPane(runner)                                     # a pane; says LogPane.NodeWanted, .Left
app.push_screen(RunsScreen(runner)); app.push_screen(JobsScreen(runner))

Modules are loaded when something of them is first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.editor.panes.jobs import JobsScreen
    from tui.editor.panes.lines import Lines, Row, rows_of
    from tui.editor.panes.log import LogPane
    from tui.editor.panes.plan import Consent, PlanScreen
    from tui.editor.panes.runs import RunsScreen
    from tui.editor.panes.starting import start

_MODULES = {
    "jobs": ("JobsScreen",),
    "lines": (
        "Lines",
        "Row",
        "rows_of",
    ),
    "log": ("LogPane",),
    "plan": (
        "Consent",
        "PlanScreen",
    ),
    "runs": ("RunsScreen",),
    "starting": ("start",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Consent",
    "JobsScreen",
    "Lines",
    "LogPane",
    "PlanScreen",
    "Row",
    "RunsScreen",
    "rows_of",
    "start",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
