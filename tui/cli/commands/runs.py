"""`reelgraph runs`: the last runs, and what became of the tasks of one."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from engine.errors import UsageError
from engine.store import TaskRecord
from tui.cli.commands.spend import spend_as_json, spend_in_words
from tui.cli.exits import Exit
from tui.cli.runs_table import in_order, run_lines, run_table
from tui.cli.session import Session
from tui.cli.terminal import Terminal


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print the runs, or one."""
    history = session.home.history
    if options.id is None:
        runs = history.runs(options.limit, options.workflow)
        if options.json:
            terminal.print_json({"v": 1, "runs": [asdict(run) for run in runs]})
        elif runs:
            terminal.print_lines(run_table(runs, terminal.width))
        else:
            terminal.note("There are no runs yet.")
        return Exit.DONE
    run = history.get(options.id)
    if run is None:
        raise UsageError(f"there is no run {options.id}", hint="`reelgraph runs` lists them.")
    tasks = in_order(history.tasks(run.id))
    if options.json:
        spent = spend_as_json(session.home.journal.spend(run=run.id))
        terminal.print_json({"v": 1, **asdict(run), "spent": spent, "tasks": _as_json(tasks)})
    else:
        spent_words = spend_in_words(session.home.journal.spend(run=run.id))
        terminal.print_lines(run_lines(run, tasks, spent_words, terminal.width))
    return Exit.DONE


def _as_json(tasks: list[TaskRecord]) -> list[dict[str, Any]]:
    return [
        {**asdict(task), "cost": None if task.cost is None else str(task.cost)} for task in tasks
    ]
