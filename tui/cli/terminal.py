"""Where a command writes: results to stdout, everything else to stderr, colour where it is wanted.

A line is made of spans: text, or a pair of text and style. Text comes from files that nobody has
looked at, so control characters in it are made visible instead of being sent to the terminal.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

Span = str | tuple[str, str]
"""Text, or text and the name of its style."""

STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "bold red": "1;31",
    "bold yellow": "1;33",
    "bold green": "1;32",
    "bold cyan": "1;36",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Return text in which characters that steer a terminal are written out."""
    if text.isprintable():
        return text
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def wants_color(stream: TextIO, environ: Mapping[str, str], *, refused: bool = False) -> bool:
    """Tell whether a stream gets colour."""
    if refused or environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


class Terminal:
    """The two streams of a command.

    Args:
        out: Where results go.
        err: Where progress and messages go.
        options: The global options `no_color` and `quiet`.
        environ: The environment variables.
    """

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        options: Namespace,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.out = out
        self.err = err
        self.quiet = bool(getattr(options, "quiet", False))
        no_color = bool(getattr(options, "no_color", False))
        self.out_color = wants_color(out, environ, refused=no_color)
        self.err_color = wants_color(err, environ, refused=no_color)
        self.interactive = err.isatty() and environ.get("TERM") != "dumb" and not self.quiet
        """Whether progress may be drawn in place."""
        self.clean: Callable[[str], str] = str
        """Hides in messages what must not be seen."""

    @property
    def width(self) -> int | None:
        """Columns of a result; None where it goes to a file or a pipe and need not fit."""
        return shutil.get_terminal_size().columns if self.out.isatty() else None

    def print(self, *spans: Span) -> None:
        """Write one line of the result."""
        self.out.write(_paint(spans, self.out_color) + "\n")

    def print_lines(self, lines: Iterable[Iterable[Span]]) -> None:
        """Write several lines of the result."""
        for line in lines:
            self.print(*line)

    def print_path(self, path: Path) -> None:
        """Write the path of a file as a line of the result, so that a program can open it."""
        text = str(path)
        self.out.write((visible(text) if self.out.isatty() else text) + "\n")

    def print_json(self, data: Any) -> None:
        """Write the result as JSON."""
        self.out.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")

    def console(self) -> Console:
        """Return a drawing surface on stderr."""
        from rich.console import Console

        return Console(
            file=self.err,
            no_color=not self.err_color,
            highlight=False,
            markup=False,
            emoji=False,
        )

    @property
    def can_ask(self) -> bool:
        """Whether there is a person to ask."""
        return self.err.isatty() and sys.stdin.isatty()

    def ask(self, question: str) -> str:
        """Ask a person; return the answer, empty when there is none."""
        self.err.write(question)
        self.err.flush()
        return sys.stdin.readline().strip()

    def note(self, *spans: Span) -> None:
        """Write a message, unless `--quiet` forbids it."""
        if not self.quiet:
            self.complain(*spans)

    def complain(self, *spans: Span) -> None:
        """Write a message that must be seen."""
        cleaned = [
            self.clean(span) if isinstance(span, str) else (self.clean(span[0]), span[1])
            for span in spans
        ]
        self.err.write(_paint(cleaned, self.err_color) + "\n")
        self.err.flush()

    def complain_raw(self, text: str) -> None:
        """Write a message of several lines as it is, as a traceback."""
        self.err.write(self.clean(text))
        self.err.flush()


def _paint(spans: Iterable[Span], color: bool) -> str:
    return "".join(_span(span, color) for span in spans)


def _span(span: Span, color: bool) -> str:
    text, style = (span, "") if isinstance(span, str) else span
    text = visible(text)
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if color and style and text else text
