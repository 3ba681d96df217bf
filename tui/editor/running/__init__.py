"""The one adapter from the engine to the view: plans, runs, results, jobs and the history.

`Runner(desk)` is what panes and screens are given; `RunState` is what it knows of each node.
"""

from __future__ import annotations

from tui.editor.running.log import LEVELS, Level, Log, LogEntry
from tui.editor.running.preparing import Order, Prepared
from tui.editor.running.results import Result, Results
from tui.editor.running.runner import Runner
from tui.editor.running.states import Figures, RunState

__all__ = [
    "LEVELS",
    "Figures",
    "Level",
    "Log",
    "LogEntry",
    "Order",
    "Prepared",
    "Result",
    "Results",
    "RunState",
    "Runner",
]
