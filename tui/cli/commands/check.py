"""`reelgraph check`: every error and warning of workflow files, by line."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from engine.errors import CheckError, DocumentError
from engine.problems import Problem
from tui.cli.exits import Exit
from tui.cli.paths import load_workflow
from tui.cli.report import in_order, problem_line
from tui.cli.session import Session
from tui.cli.terminal import Terminal
from tui.cli.words import count


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Check the files; return 2 when one has an error."""
    problems = [problem for path in options.files for problem in _check(path, session)]
    if options.json:
        terminal.print_json({"v": 1, "problems": [problem.to_json() for problem in problems]})
    else:
        for problem in problems:
            terminal.print(*problem_line(problem))
        _conclude(problems, len(options.files), terminal)
    has_errors = any(problem.severity == "error" for problem in problems)
    return Exit.USAGE if has_errors else Exit.DONE


def _check(path: Path, session: Session) -> list[Problem]:
    try:
        return in_order(session.engine.check(load_workflow(path)))
    except CheckError as error:
        return in_order(error.problems)
    except DocumentError as error:
        hint = f" ({error.hint})" if error.hint else ""
        line = re.match(r":(\d+)", error.where.removeprefix(str(path)))
        message = f"{error.message}{hint}"
        return [
            Problem(
                "error", "unreadable", message, file=str(path), line=int(line[1]) if line else None
            )
        ]


def _conclude(problems: list[Problem], files: int, terminal: Terminal) -> None:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    found = [count(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    style = "bold red" if errors else "bold yellow" if warnings else "bold green"
    terminal.note((" and ".join(found) or "no problems", style), f" in {count(files, 'file')}")
