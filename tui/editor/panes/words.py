"""Words in colour for small widgets, from the spans of the command line."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from textual.content import Content

from engine.errors import CheckError, ReelgraphError
from tui.cli.terminal import Span, visible

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


_SENTENCE: Final = re.compile(r"(?<=[.!?]) (?=\S)")
"""Between two sentences."""


def content_of(spans: Iterable[Span]) -> Content:
    """Return spans as one line of a widget, with control characters made visible."""
    parts: list[tuple[str, str] | str] = []
    for span in spans:
        text, style = (span, "") if isinstance(span, str) else span
        parts.append((visible(text).replace("\n", " "), _STYLES[style]))
    return Content.assemble(*parts)


def plainly(error: ReelgraphError) -> ReelgraphError:
    """Return an error in the words of the editor: it may have those of the command line.

    What names an option there names the input here, and advice to give one is left out.
    """
    if isinstance(error, CheckError):
        return error
    name = error.where.removeprefix("--set ")
    is_input = name != error.where
    message = error.message.removesuffix(", so that nothing was begun")
    advice = [part for part in _SENTENCE.split(error.hint) if "--" not in part]
    if is_input:
        message = f"the input {name}: {message}"
        advice.append("Its value is set in the plan.")
    return ReelgraphError(message, where="" if is_input else error.where, hint=" ".join(advice))


def error_lines(error: ReelgraphError, width: int | None = None) -> list[list[Span]]:
    """Return what went wrong, and what to do, as lines of at most some width."""
    if isinstance(error, CheckError):
        problems = (str(replace(each, file="", line=None)) for each in error.problems)
        return [line for text in problems for line in _broken(text, "", width)]
    error = plainly(error)
    place = f"{error.where}: " if error.where else ""
    lines = list(_broken(f"{place}{error.message}", "", width))
    lines.extend([(f"  {part}", "dim")] for part in _parts(error.hint, width))
    return lines


def _broken(text: str, style: str, width: int | None) -> Iterator[list[Span]]:
    sign: Span = ("✗ ", "red")
    for part in _parts(text, width):
        yield [sign, (part, style)]
        sign = "  "


def _parts(text: str, width: int | None) -> list[str]:
    return textwrap.wrap(text, max(20, width - 2)) if width else [text] if text else []
