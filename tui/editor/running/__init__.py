"""The one adapter from the engine to the view: plans, runs, results, jobs and the history.

`Runner(desk)` is what panes and screens are given; `RunState` is what it knows of each node.
What plans and runs is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.editor.running.log import LEVELS, Level, Log, LogEntry
from tui.editor.running.results import Result, Results
from tui.editor.running.runner import Runner
from tui.editor.running.states import Figures, RunState

if TYPE_CHECKING:
    from tui.editor.running.preparing import Order, Prepared

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


def __getattr__(name: str) -> Any:
    if name not in ("Order", "Prepared"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tui.editor.running import preparing

    return getattr(preparing, name)
