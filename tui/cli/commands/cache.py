"""`reelgraph cache`: how much is kept, freeing space, checking, and forgetting results."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict

from engine.errors import UsageError
from engine.request import Request
from engine.store import GcReport, StoreStats, VerifyReport, gc, stats, verify
from tui.cli.exits import Exit
from tui.cli.paths import load_workflow
from tui.cli.session import Session
from tui.cli.tables import Column, table
from tui.cli.terminal import Span, Terminal
from tui.cli.words import count, seconds, size, when


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Do what the action says."""
    if options.tasks and options.action != "forget":
        raise UsageError(f"cache {options.action} takes no tasks", hint="Only forget does.")
    return int(_ACTIONS[options.action](options, session, terminal))


def _stats(options: Namespace, session: Session, terminal: Terminal) -> int:
    found = stats(session.home)
    if options.json:
        types = [{**asdict(each), "cost": str(each.cost)} for each in found.types]
        home = str(session.home.path)
        terminal.print_json({"v": 1, "home": home, **asdict(found), "types": types})
    else:
        terminal.print_lines(_stats_lines(found, str(session.home.path), terminal.width))
    return Exit.DONE


def _stats_lines(found: StoreStats, home: str, width: int | None) -> Iterator[list[Span]]:
    columns = [
        Column("node type", style="bold", shrink=True),
        Column("results", right=True),
        Column("size", right=True),
        Column("work saved", right=True),
        Column("paid", right=True),
        Column("last", style="dim"),
    ]
    rows = [
        [
            each.type,
            f"{each.rows:,}",
            size(each.size),
            seconds(each.seconds),
            f"${each.cost:.2f}" if each.cost else "",
            when(each.newest),
        ]
        for each in found.types
    ]
    if rows:
        yield from table(columns, rows, width)
        yield []
    blobs = f"{count(found.blobs, 'file')} of {size(found.size)}"
    yield [f"{count(found.rows, 'result')} ({found.pinned:,} pinned), {blobs}"]
    yield [f"{count(found.runs, 'run')} in the history, database of {size(found.database)}"]
    yield [(home, "dim")]


def _gc(options: Namespace, session: Session, terminal: Terminal) -> int:
    report = gc(
        session.home,
        keep_days=options.keep_days,
        keep_runs=options.keep_runs,
        max_bytes=options.max_size,
        dry_run=options.dry_run,
    )
    if options.json:
        terminal.print_json({"v": 1, **asdict(report)})
    else:
        terminal.print(*_gc_line(report))
    return Exit.DONE


def _gc_line(report: GcReport) -> list[Span]:
    verb = "would free" if report.dry_run else "freed"
    parts = [
        count(number, noun)
        for number, noun in (
            (report.rows, "result"),
            (report.blobs, "file"),
            (report.runs, "old run"),
            (report.leftovers, "leftover"),
        )
        if number
    ]
    what = f": {', '.join(parts)}" if parts else ""
    return [(f"{verb} {size(report.freed)}", "bold"), what, f"; {size(report.kept)} stay"]


def _verify(options: Namespace, session: Session, terminal: Terminal) -> int:
    report = verify(session.home, repair=options.repair)
    if options.json:
        terminal.print_json({"v": 1, "ok": report.ok, **asdict(report)})
    else:
        terminal.print_lines(_verify_lines(report))
    return Exit.DONE if report.ok or report.repaired else Exit.FAILED


def _verify_lines(report: VerifyReport) -> Iterator[list[Span]]:
    for label, items in (
        ("damaged file", report.corrupt),
        ("missing file", report.missing),
        ("result to be made again", report.rows),
        ("database", report.database),
    ):
        for item in items:
            yield [(f"{label}: ", "red"), item]
    read = f"{count(report.blobs, 'file')} of {size(report.size)} read"
    if report.ok:
        yield [("all is well", "bold green"), f": {read}"]
    elif report.repaired:
        yield [("repaired", "bold green"), f": {read}; what was damaged is made again when needed"]
    else:
        yield [("damaged", "bold red"), f": {read}; --repair removes what is damaged"]


def _forget(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Remove the results of tasks of a workflow, by what its last runs made of them."""
    if not options.tasks or options.workflow is None:
        raise UsageError(
            "forget needs tasks and their workflow",
            hint="reelgraph cache forget frame[3] --workflow film.json",
        )
    graph = session.graph(load_workflow(options.workflow))
    request = Request.parse(graph, to=options.tasks)
    keys: set[str] = set()
    for (node, item), key in session.home.history.task_keys(options.workflow).items():
        index = tuple(int(part) - 1 for part in item.split(",")) if item else ()
        if any(node == name and wanted in (None, index) for name, wanted in request.targets):
            keys.add(key)
    removed = session.home.cache.forget(sorted(keys))
    if options.json:
        terminal.print_json({"v": 1, "removed": removed})
    else:
        terminal.print(f"forgot {count(removed, 'result')}")
    return Exit.DONE


_ACTIONS = {"stats": _stats, "gc": _gc, "verify": _verify, "forget": _forget}
