"""Errors as a person reads them: what happened, where, what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import CheckError, ReelgraphError
from engine.problems import Problem
from tui.cli.terminal import Span, Terminal
from tui.cli.words import count

_MOST_PROBLEMS = 50


def report_error(error: BaseException, terminal: Terminal) -> None:
    """Print an error to stderr."""
    if isinstance(error, CheckError):
        report_problems(error.problems, terminal)
    elif isinstance(error, ReelgraphError):
        where = f"{error.where}: " if error.where else ""
        terminal.complain(("error: ", "bold red"), (where, "bold"), error.message)
        if error.hint:
            terminal.complain("  ", error.hint)
    elif isinstance(error, KeyboardInterrupt):
        terminal.complain("Interrupted.")
    elif isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        terminal.complain(("error: ", "bold red"), (where, "bold"), error.strerror)
    else:
        kind = type(error).__name__
        terminal.complain(("error: ", "bold red"), f"reelgraph failed: {kind}: {error}")
        terminal.complain("  This is a fault of reelgraph. --debug shows where it arose.")


def report_problems(problems: Sequence[Problem], terminal: Terminal) -> None:
    """Print the problems of workflow files to stderr, and how many there are."""
    ordered = in_order(problems)
    for problem in ordered[:_MOST_PROBLEMS]:
        tell = terminal.complain if problem.severity == "error" else terminal.note
        tell(*problem_line(problem))
    if len(ordered) > _MOST_PROBLEMS:
        terminal.note(f"and {len(ordered) - _MOST_PROBLEMS:,} more")
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        terminal.complain(("error: ", "bold red"), f"{count(errors, 'error')} to be mended first")


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems by file and line, each once."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line or 0, p.path))


def problem_line(problem: Problem) -> list[Span]:
    """Return a problem as one line: `file:line: path: message`."""
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    spans: list[Span] = [(place, "bold"), ": "] if place else []
    if problem.path:
        spans += [(problem.path, "cyan"), ": "]
    if problem.severity == "warning":
        spans.append(("warning: ", "yellow"))
    spans.append(problem.message)
    for label, text in (("expected", problem.expected), ("found", problem.found)):
        if text:
            spans.append(f"{':' if spans[-1] == problem.message else ','} {label} {text}")
    if problem.suggestion:
        spans.append((f" (did you mean {problem.suggestion}?)", "green"))
    return spans
