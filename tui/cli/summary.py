"""The last words of a run: what failed, what was done, what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.events import TaskFailed
from engine.execute import RunReport
from engine.store import Job
from tui.cli.terminal import Span, Terminal
from tui.cli.words import count, seconds

_MOST_FAILURES = 20
_MOST_JOBS = 8
_ENDINGS: dict[str, tuple[str, str]] = {
    "done": ("Done", "bold green"),
    "partial": ("Partly done", "bold yellow"),
    "failed": ("Failed", "bold red"),
    "interrupted": ("Stopped", "bold yellow"),
}


def summarise(report: RunReport, terminal: Terminal) -> None:
    """Print how a run ended to stderr; failures even when the terminal is to be quiet."""
    _report_failures(report.failures, terminal)
    word, style = _ENDINGS[report.status]
    terminal.note((word, style), f" in {seconds(report.seconds)}", *_tally(report))
    kept = sum(report.counts.get(status, 0) for status in ("cached", "ran", "shared"))
    if report.status in ("partial", "interrupted") and kept:
        terminal.note(f"{count(kept, 'task')} kept; run again to go on.")
    if report.remote:
        _report_remote(report.remote, terminal)


def _report_remote(jobs: Sequence[Job], terminal: Terminal) -> None:
    shown = ", ".join(f"{job.task} (job {job.id}, {job.provider})" for job in jobs[:_MOST_JOBS])
    more = f" and {len(jobs) - _MOST_JOBS} more" if len(jobs) > _MOST_JOBS else ""
    terminal.complain(("not ended at providers: ", "bold yellow"), shown, more)
    terminal.note(
        "  Run again to go on with them; `reelgraph jobs resume` fetches their results, "
        "`reelgraph jobs cancel ID` calls them off."
    )


def tally(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return what became of a run's tasks, each with its style: `5 ran`, `1 stopped`."""
    parts = [
        (counts.get("ran", 0) + counts.get("shared", 0), "ran", "green"),
        (counts.get("cached", 0), "cached", "cyan"),
        (counts.get("failed", 0), "failed", "bold red"),
        (counts.get("skipped", 0), "skipped", "yellow"),
        (counts.get("blocked", 0), "blocked", "yellow"),
        (counts.get("stopped", 0), "stopped", "yellow"),
    ]
    return [(f"{number:,} {word}", style) for number, word, style in parts if number]


def _tally(report: RunReport) -> list[Span]:
    spans: list[Span] = []
    for part in tally(report.counts):
        spans += [", " if spans else ": ", part]
    return spans


def _report_failures(failures: Sequence[TaskFailed], terminal: Terminal) -> None:
    for failure in failures[:_MOST_FAILURES]:
        terminal.complain(("error: ", "bold red"), (failure.task, "bold"), f": {failure.message}")
        if failure.hint:
            terminal.complain("  ", failure.hint)
    if len(failures) > _MOST_FAILURES:
        terminal.complain(f"and {count(len(failures) - _MOST_FAILURES, 'more failure')}")
