"""`reelgraph run`: run a workflow, show how it goes, write its files, say what came of it."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import anyio

from engine.errors import ReelgraphError, UsageError
from engine.execute import Control, RunReport
from nodes.export import Exporter, describe_outputs
from tui.cli.budget import ask_for_leave, may_cost, refuse_expense
from tui.cli.exits import Exit
from tui.cli.opening import Opened, open_workflow
from tui.cli.progress.watch import Watch
from tui.cli.report import report_error, report_problems
from tui.cli.session import Session
from tui.cli.summary import summarise
from tui.cli.terminal import Terminal

_FORCED = "Stopped at once. Finished tasks are kept."


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Run the workflow that the options name; return the exit code of the run."""
    if options.events and options.json:
        raise UsageError("--events and --json cannot go together", hint="Take one of them.")
    opened = open_workflow(session, options)
    report_problems(opened.warnings, terminal)
    _mind_the_budget(options, session, opened, terminal)
    control = Control()
    watch = Watch(opened, session, terminal, control, jsonl=bool(options.events))
    find = session.engine.files(opened.document).path
    targets = opened.request.targets
    with Exporter(opened.graph, find, opened.out, opened.graph.text, targets) as exporter:
        watch.also(exporter.handle)
        report = anyio.run(_run, session, opened, control, watch)
        try:
            files = exporter.finish(report)
        except ReelgraphError as error:
            summarise(report, terminal)
            report_error(error, terminal)
            return Exit.FAILED
    if watch.reader_left:
        raise BrokenPipeError
    if not options.events:
        _print_results(report, files, terminal, as_json=options.json)
    summarise(report, terminal)
    return report.exit_code


def _mind_the_budget(
    options: Namespace, session: Session, opened: Opened, terminal: Terminal
) -> None:
    limited = options.max_cost is not None
    asks = not options.yes and not limited and may_cost(opened.graph)
    if not limited and not asks:
        return
    plan = anyio.run(session.engine.plan, opened.document, opened.graph, opened.request)
    if limited:
        refuse_expense(plan, options.max_cost)
    else:
        ask_for_leave(plan, terminal)


async def _run(session: Session, opened: Opened, control: Control, watch: Watch) -> RunReport:
    async with anyio.create_task_group() as group:
        if sys.platform != "win32":
            # The event loop of Windows knows no signals: there Ctrl-C unwinds the run at once.
            group.start_soon(_stop_on_signals, control, watch)
        group.start_soon(watch.refresh_forever)
        with watch:
            report = await session.engine.run(
                opened.document, opened.graph, opened.request, watch.handle, control
            )
        group.cancel_scope.cancel()
    return report


async def _stop_on_signals(control: Control, watch: Watch) -> None:
    """Stop the run on the first Ctrl-C, and the process on the second."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            if control.stopped:
                watch.close(_FORCED)
                os._exit(Exit.INTERRUPTED)
            watch.say("Stopping; what is done is kept. Ctrl-C again stops at once.")
            control.stop()


def _print_results(
    report: RunReport, files: dict[str, list[Path]], terminal: Terminal, *, as_json: bool
) -> None:
    if as_json:
        terminal.print_json(_as_json(report, files))
        return
    for name in (*report.outputs, ""):
        for path in files.get(name, ()):
            terminal.print_path(path)


def _as_json(report: RunReport, files: dict[str, list[Path]]) -> dict[str, Any]:
    return {
        "v": 1,
        "run": report.run,
        "status": report.status,
        "exit_code": report.exit_code,
        "counts": dict(report.counts),
        "seconds": round(report.seconds, 3),
        "outputs": describe_outputs(report, files),
        "saved": [str(path) for path in files.get("", ())],
        "failures": [
            {
                "task": failure.task,
                "node": failure.node,
                "kind": failure.kind,
                "message": failure.message,
                "hint": failure.hint,
            }
            for failure in report.failures
        ],
    }
