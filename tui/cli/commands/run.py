"""`reelgraph run`: run a workflow, show how it goes, write its files, say what came of it."""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio

from engine.errors import UsageError
from engine.execute import Control, RunReport
from engine.money import Budget, midnight, total
from nodes.export import Exported, Exporter, describe_outputs
from nodes.known import KnownWork
from tui.cli import remote
from tui.cli.budget import budget_of, leave_to_spend, may_cost, refuse_unknown_providers
from tui.cli.commands.jobs import as_json as job_as_json
from tui.cli.commands.spend import spend_as_json, spend_in_words
from tui.cli.exits import Exit
from tui.cli.needed_keys import refuse_without_key
from tui.cli.opening import Opened, open_workflow
from tui.cli.progress.watch import Watch
from tui.cli.report import report_error, report_problems
from tui.cli.session import Session
from tui.cli.summary import summarise
from tui.cli.terminal import Terminal
from tui.cli.words import count

_FORCED = "Stopped at once. Finished tasks are kept."
_TO_THINK = 3.0
"""Seconds for a second Ctrl-C after a run has stopped."""
_PATIENCE = 30.0
"""Seconds for providers to call off jobs."""


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Run the workflow that the options name; return the exit code of the run."""
    if options.events and options.json:
        raise UsageError("--events and --json cannot go together", hint="Take one of them.")
    opened = open_workflow(session, options)
    report_problems(opened.warnings, terminal)
    budget = _mind_the_budget(options, session, opened, terminal)
    control = _Control()
    watch = Watch(opened, session, terminal, control, jsonl=bool(options.events))
    find = session.engine.files(opened.document).path
    targets = opened.request.targets
    with Exporter(opened.graph, find, opened.out, opened.graph.text, targets) as exporter:
        watch.also(exporter.handle)
        report = anyio.run(_run, session, opened, budget, control, watch, terminal)
        exported = exporter.finish(report)
    if watch.reader_left:
        raise BrokenPipeError
    if not options.events:
        _print_results(report, exported.files, session, terminal, as_json=options.json)
    _say_the_end(report, session, terminal)
    _say_of_files(exported, terminal)
    return report.exit_code or (Exit.FAILED if exported.failures else Exit.DONE)


def _say_of_files(exported: Exported, terminal: Terminal) -> None:
    for error in exported.failures:
        report_error(error, terminal)
    if exported.stale:
        first, last = exported.stale[0], exported.stale[-1]
        which = str(first) if first == last else f"{first} to {last.name}"
        terminal.complain(f"Older files stand beside the new ones: {which}")


class _Control(Control):
    """Knows also whether a person wants what runs at providers called off."""

    def __init__(self) -> None:
        super().__init__()
        self.call_off = anyio.Event()


def _mind_the_budget(
    options: Namespace, session: Session, opened: Opened, terminal: Terminal
) -> Budget:
    refuse_unknown_providers(session.config.budget)
    budget = budget_of(options, session.config.budget)
    if not may_cost(opened.graph):
        return budget
    known = KnownWork(session.home.journal)
    plan = anyio.run(session.engine.plan, opened.document, opened.graph, opened.request, known)
    refuse_without_key(plan, session.keys)

    def spent_today() -> Decimal:
        rows = session.home.journal.spend(since=midnight(session.home.clock()))
        return total(row.total for row in rows)

    return leave_to_spend(options, budget, plan, spent_today, terminal)


async def _run(
    session: Session,
    opened: Opened,
    budget: Budget,
    control: _Control,
    watch: Watch,
    terminal: Terminal,
) -> RunReport:
    async with anyio.create_task_group() as group:
        if sys.platform != "win32":
            # The event loop of Windows knows no signals: there Ctrl-C unwinds the run at once.
            group.start_soon(_stop_on_signals, session, control, watch)
        group.start_soon(watch.refresh_forever)
        with watch:
            report = await session.engine.run(
                opened.document, opened.graph, opened.request, watch.handle, control, budget
            )
        if report.remote and control.stopped:
            report = await _call_off_if_wanted(report, session, control, terminal)
        group.cancel_scope.cancel()
    return report


async def _call_off_if_wanted(
    report: RunReport, session: Session, control: _Control, terminal: Terminal
) -> RunReport:
    """Give a person some seconds to have the jobs at providers called off, too."""
    if terminal.can_ask and not control.call_off.is_set():
        jobs = count(len(report.remote), "job")
        terminal.complain(
            f"{jobs} at providers. Ctrl-C within {_TO_THINK:g} s calls off what can be called off."
        )
        with anyio.move_on_after(_TO_THINK):
            await control.call_off.wait()
    if not control.call_off.is_set():
        return report
    with anyio.move_on_after(_PATIENCE):
        await remote.cancel(session, report.remote, remote.teller(terminal))
    still = [session.home.journal.get(job.id) for job in report.remote]
    return replace(report, remote=tuple(job for job in still if job.state.is_open))


async def _stop_on_signals(session: Session, control: _Control, watch: Watch) -> None:
    """Stop the run on the first Ctrl-C; on the next, call off its jobs; on the last, end."""
    journal = session.home.journal

    def has_jobs() -> bool:
        return journal.is_in_use and bool(journal.jobs(active_only=True, limit=1))

    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            if not control.stopped:
                again = "calls off what runs at providers" if has_jobs() else "stops at once"
                watch.say(f"Stopping; what is done is kept. Ctrl-C again {again}.")
                control.stop()
            elif has_jobs() and not control.call_off.is_set():
                watch.say("Calling off what runs at providers. Ctrl-C again stops at once.")
                control.call_off.set()
            else:
                watch.close(_FORCED)
                os._exit(Exit.INTERRUPTED)


def _say_the_end(report: RunReport, session: Session, terminal: Terminal) -> None:
    summarise(report, terminal)
    if session.home.journal.is_in_use:
        spent = spend_in_words(session.home.journal.spend(run=report.run, by="provider"))
        if spent:
            terminal.note(f"Spent: {spent}.")


def _print_results(
    report: RunReport,
    files: Mapping[str, list[Path]],
    session: Session,
    terminal: Terminal,
    *,
    as_json: bool,
) -> None:
    if as_json:
        terminal.print_json(_as_json(report, files, session))
        return
    for name in (*report.outputs, ""):
        for path in files.get(name, ()):
            terminal.print_path(path)


def _as_json(
    report: RunReport, files: Mapping[str, list[Path]], session: Session
) -> dict[str, Any]:
    journal = session.home.journal
    spent = journal.spend(run=report.run) if journal.is_in_use else []
    in_doubt = journal.in_doubt() if report.remote else ()
    return {
        "v": 1,
        "run": report.run,
        "status": report.status,
        "exit_code": report.exit_code,
        "counts": dict(report.counts),
        "seconds": round(report.seconds, 3),
        "spent": spend_as_json(spent),
        "remote": [job_as_json(job, in_doubt) for job in report.remote],
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
