"""Panes and screens around a run: its plan, its log, the runs that there were, jobs at providers.

app.run_worker(start(app, runner, to=("film",)))    # plan where it costs money, run, tell the end
LogPane(runner)                                     # a pane; says LogPane.NodeWanted, .Left
app.push_screen(RunsScreen(runner)); app.push_screen(JobsScreen(runner))
"""

from __future__ import annotations

from tui.editor.panes.jobs import JobsScreen
from tui.editor.panes.lines import Lines, Row, rows_of
from tui.editor.panes.log import LogPane
from tui.editor.panes.plan import Consent, PlanScreen
from tui.editor.panes.runs import RunsScreen
from tui.editor.panes.starting import start

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
