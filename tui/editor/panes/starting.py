"""From a key to a run: prepared, agreed to where it may cost money, run, and its end told."""

from __future__ import annotations

import time
from typing import Any

from textual.app import App

from engine.errors import CheckError, ReelgraphError
from engine.execute import RunReport
from engine.money import format_usd, total
from tui.cli.summary import tally
from tui.cli.words import count, seconds
from tui.editor.desk import Severity
from tui.editor.dialogs.ask import Answer, Ask
from tui.editor.panes.plan import Consent, PlanScreen, asked_inputs, unset_inputs, wrong_inputs
from tui.editor.running import LogEntry, Prepared, Runner
from tui.editor.wording import plainly, remedy

_MOST_JOBS = 8
_ENDINGS = {
    "done": "Done",
    "partial": "Partly done",
    "failed": "Failed",
    "interrupted": "Stopped",
}


async def start(
    app: App[Any],
    runner: Runner,
    to: tuple[str, ...] = (),
    redo: tuple[str, ...] = (),
    *,
    ask: bool = False,
) -> RunReport | None:
    """Run the workflow; to be called in a worker. What goes wrong is told to the person.

    Args:
        app: Shows the plan.
        runner: Runs it.
        to: Nodes or tasks, with all they need; everything by default.
        redo: Nodes or tasks to be made anew.
        ask: Show the plan also where nothing has to be asked.

    Returns:
        How the run ended; None where there was none.
    """
    desk = runner.desk
    if runner.is_running:
        desk.say("A run goes on already.", "warning")
        return None
    try:
        consent = await _consent(app, runner, to, redo, ask=ask)
        if consent is None:
            return None
        left_out = _note_left_out(runner, consent.prepared)
        report = await runner.run(consent.prepared, consent.budget)
        if report.remote and runner.was_left and await _is_to_be_called_off(app, report):
            desk.say("Calling off the jobs at providers.")
            report = await runner.call_off_left(report)
    except CheckError as error:
        found = count(sum(p.severity == "error" for p in error.problems), "problem")
        desk.say(f"It cannot run yet: {found}. {error.problems[0].message}", "error")
        return None
    except ReelgraphError as error:
        desk.say_error(plainly(error))
        return None
    text, severity = _told(runner, report)
    if left_out:
        text = f"{text} {left_out}. The log says why."
    desk.say(text, severity if severity == "error" or not left_out else "warning")
    return report


async def _consent(
    app: App[Any],
    runner: Runner,
    to: tuple[str, ...],
    redo: tuple[str, ...],
    *,
    ask: bool,
) -> Consent | None:
    order = runner.order(to, redo)
    prepared = None
    if not ask and not unset_inputs(runner):
        try:
            prepared = await runner.prepare(order)
        except ReelgraphError as error:
            # A value that was given in the plan is mended there.
            if not wrong_inputs(error) & asked_inputs(runner).keys():
                raise
    if prepared is not None and not prepared.needs_leave:
        return Consent(prepared, runner.leave(prepared))
    return await app.push_screen_wait(PlanScreen(runner, order, prepared))


async def _is_to_be_called_off(app: App[Any], report: RunReport) -> bool:
    """Ask what is to become of the jobs of a run that was stopped."""
    jobs = sorted(report.remote, key=lambda job: job.id)
    where = " and ".join(dict.fromkeys(job.provider for job in jobs))
    one = len(jobs) == 1
    held = total(job.reserved for job in jobs)
    lines = [f"{job.task} · {job.model}" for job in jobs[:_MOST_JOBS]]
    lines += [f"and {len(jobs) - _MOST_JOBS} more"] if len(jobs) > _MOST_JOBS else []
    lines += ["", f"{'It costs' if one else 'Together they cost'} up to {format_usd(held)}. "
              "Left there, the next run goes on with "
              f"{'it' if one else 'them'} and pays nothing more."]  # fmt: skip
    what = "it" if one else "them"
    answers = [
        Answer("l", "leave", f"Leave {what} there"),
        Answer("s", "call off", f"Call {what} off", "as far as the provider can"),
    ]
    title = f"{count(len(jobs), 'job')} at {where} {'goes' if one else 'go'} on"
    return bool(await app.push_screen_wait(Ask(title, lines, answers)) == "call off")


def _note_left_out(runner: Runner, prepared: Prepared) -> str:
    """Log which files are left out of what the run works on; return how many, in words."""
    told = [each.message for each in prepared.warnings if each.code == "left-out-files"]
    for message in told:
        runner.note(LogEntry(time.time(), "warning", message))
    return ". ".join(message.partition(". ")[0] for message in told)


def _told(runner: Runner, report: RunReport) -> tuple[str, Severity]:
    """Return how a run ended, in a sentence or two."""
    told = ", ".join(part for part, _ in tally(report.counts))
    text = f"{_ENDINGS[report.status]} in {seconds(report.seconds)}: {told or 'nothing to do'}."
    figures = runner.figures
    if figures is not None and figures.spent_in_words:
        text += f" Spent: {figures.spent_in_words}."
    if report.failures:
        failure = report.failures[0]
        text += f" {failure.task}: {failure.message.rstrip('.')}."
        text += f" {found}" if (found := remedy(failure.message)) else ""
    if report.remote:
        text += f" {count(len(report.remote), 'job')} not ended at providers: see the jobs."
    severity: Severity = "information" if report.exit_code == 0 else "warning"
    return text, "error" if report.status == "failed" else severity
