"""Words in colour for small widgets, from the spans of the command line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from textual.content import Content

from engine.errors import CheckError, ReelgraphError
from engine.problems import Problem
from tui.cli.terminal import Span, visible
from tui.editor.wording import plainly, signed, what_to_do

_STYLES: Final = {
    "": "",
    "bold": "bold",
    "dim": "$soft",
    "red": "$error",
    "green": "$success",
    "yellow": "$warning",
    "blue": "$primary",
    "cyan": "$primary",
    "magenta": "$primary",
    "bold red": "bold $error",
    "bold yellow": "bold $warning",
    "bold green": "bold $success",
    "bold cyan": "bold $primary",
}


def content_of(spans: Iterable[Span]) -> Content:
    """Return spans as one line of a widget, with control characters made visible."""
    parts: list[tuple[str, str] | str] = []
    for span in spans:
        text, style = (span, "") if isinstance(span, str) else span
        parts.append((visible(text).replace("\n", " "), _STYLES[style]))
    return Content.assemble(*parts)


def error_lines(error: ReelgraphError, width: int | None = None) -> list[list[Span]]:
    """Return what went wrong, and what to do, as lines of at most some width."""
    if isinstance(error, CheckError):
        return [line for each in error.problems for line in problem_lines(each, width)]
    error = plainly(error)
    place = f"{error.where}: " if error.where else ""
    return list(failing_lines(f"{place}{error.message}", width, error.hint))


def failing_lines(message: str, width: int | None = None, hint: str = "") -> Iterator[list[Span]]:
    """Yield what fails, and what to do, as lines of at most some width."""
    yield from _broken("✗", message, width)
    for part in _parts(what_to_do(message, hint), width):
        yield [(f"  {part}", "dim")]


def problem_lines(problem: Problem, width: int | None = None) -> Iterator[list[Span]]:
    """Yield what is wrong in a workflow, with its sign, as lines of at most some width."""
    yield from _broken(*signed(problem), width)


def _broken(sign: str, text: str, width: int | None) -> Iterator[list[Span]]:
    first: Span = (f"{sign} ", "red" if sign == "✗" else "yellow")
    for part in _parts(text, width):
        yield [first, part]
        first = "  "


def _parts(text: str, width: int | None) -> list[str]:
    return textwrap.wrap(text, max(20, width - 2)) if width else [text] if text else []
