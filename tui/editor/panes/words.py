"""Words in colour for small widgets, from the spans of the command line."""

from __future__ import annotations

from collections.abc import Iterable
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


def content_of(spans: Iterable[Span]) -> Content:
    """Return spans as one line of a widget, with control characters made visible."""
    parts: list[tuple[str, str] | str] = []
    for span in spans:
        text, style = (span, "") if isinstance(span, str) else span
        parts.append((visible(text).replace("\n", " "), _STYLES[style]))
    return Content.assemble(*parts)


def error_lines(error: ReelgraphError) -> list[list[Span]]:
    """Return what went wrong, and what to do, as lines."""
    if isinstance(error, CheckError):
        return [[("✗ ", "red"), line] for line in str(error).splitlines()]
    place = f"{error.where}: " if error.where else ""
    lines: list[list[Span]] = [[("✗ ", "red"), f"{place}{error.message}"]]
    return [*lines, [("  " + error.hint, "dim")]] if error.hint else lines
