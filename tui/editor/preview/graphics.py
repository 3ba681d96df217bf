"""How this terminal shows pictures: in pixels by kitty's protocol or as sixels, or in half-blocks.

The terminal is asked before the interface starts; answers that come later tell nothing any more.
`REELGRAPH_GRAPHICS` overrides what is found.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import Final

from engine.errors import UsageError
from engine.problems import nearest

VARIABLE: Final = "REELGRAPH_GRAPHICS"
_SECONDS = 1.0
"""How long a terminal is waited for. It answers at once unless the machine is busy."""
_SECONDS_FAR = 3.0
"""The same for a terminal at the other end of a line."""
_USUAL_CELL = (10, 20)
_LEAST = 100
"""Pixels below which an answer about the largest picture is not believed."""
_KITTY_QUESTION: Final = "\x1b_Gi=1,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Whether the terminal knows kitty's protocol. For tmux, what is sent so is a title."""
_QUESTIONS: Final = (
    "\x1b[>q"  # name and version
    "\x1b[16t"  # size of a cell
    "\x1b[?2;4;0S"  # size of the largest picture in sixels
    "\x1b[c"  # attributes; all terminals answer this one, so it comes last
)
_ATTRIBUTES = re.compile(r"\x1b\[\?([\d;]*)c")
_CELL = re.compile(r"\x1b\[6;(\d+);(\d+)t")
_MOST = re.compile(r"\x1b\[\?2;0;(\d+);(\d+)S")
_NAME = re.compile(r"\x1bP>\|([^\x1b]*)\x1b\\")
_KITTY = re.compile(r"kitty\((\d+)\.(\d+)")
_PLACES_BY_TEXT = (0, 28)
"""The first version of kitty in which cells of text can say that they show a part of a picture;
one before it shows such cells as empty boxes."""


class Protocol(Enum):
    """A way to show pictures."""

    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    NONE = "none"
    """None are shown; what they are is written instead."""


@dataclass(frozen=True, slots=True)
class Graphics:
    """What the terminal can do."""

    protocol: Protocol = Protocol.BLOCKS
    cell: tuple[int, int] = _USUAL_CELL
    """Pixels that are sent for a cell, across and down."""
    most: tuple[int, int] | None = None
    """Pixels of the largest picture in sixels, across and down; a larger one is not painted at all.
    None where nothing is known of that."""
    through_tmux: bool = False
    """Whether tmux is to hand escape codes through to the terminal around it."""
    heard: str | None = field(default=None, compare=False, repr=False)
    """What the terminal sent while it was asked, keys among it; None where it was not asked."""


def detect(
    environ: Mapping[str, str] = os.environ,
    ask: Callable[[float], str] | None = None,
    tmux: Callable[[], tuple[str, bool]] | None = None,
) -> Graphics:
    """Find out what the terminal can do; must not be called while the interface runs.

    Args:
        environ: The environment.
        ask: Asks the terminal, for so many seconds at most; returns its answers.
        tmux: Returns the name of the terminal around tmux, and whether tmux hands codes through.

    Raises:
        UsageError: `REELGRAPH_GRAPHICS` is none of the protocols.
    """
    wanted = _wanted(environ)
    if wanted in (Protocol.BLOCKS, Protocol.NONE):
        return Graphics(wanted)
    if wanted is None and not _may_have_graphics(environ):
        return Graphics()
    is_far = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    ask = ask or partial(ask_terminal, in_tmux=bool(environ.get("TMUX")))
    answers = ask(_SECONDS_FAR if is_far else _SECONDS)
    found = _told(answers, wanted, environ, tmux or ask_tmux, is_far=is_far)
    return replace(found, heard=answers)


def _told(
    answers: str,
    wanted: Protocol | None,
    environ: Mapping[str, str],
    tmux: Callable[[], tuple[str, bool]],
    *,
    is_far: bool,
) -> Graphics:
    """Return what a terminal can do by its answers."""
    cell = _cell_of(answers)
    in_tmux = bool(environ.get("TMUX"))
    if in_tmux:
        outer, hands_through = tmux()
        has_kitty = hands_through and _can_place_by_text(outer)
    else:
        has_kitty = _has_kitty(answers)
    if wanted is Protocol.KITTY or (wanted is None and has_kitty):
        # Over a line, half of the pixels are a quarter of the bytes; the terminal makes them fit.
        sent = (max(1, cell[0] // 2), max(1, cell[1] // 2)) if is_far else cell
        return Graphics(Protocol.KITTY, sent, through_tmux=in_tmux)
    if wanted is Protocol.SIXEL or _has_sixels(answers):
        return Graphics(Protocol.SIXEL, cell, _most_of(answers))
    return Graphics(cell=cell)


def _wanted(environ: Mapping[str, str]) -> Protocol | None:
    name = environ.get(VARIABLE, "").strip().lower()
    if not name:
        return None
    names = [each.value for each in Protocol]
    if name not in names:
        near = nearest(name, names)
        raise UsageError(
            f"{VARIABLE} is {name!r}",
            hint=f"Did you mean {near}?" if near else f"It may be {', '.join(names)}.",
        )
    return Protocol(name)


def _may_have_graphics(environ: Mapping[str, str]) -> bool:
    if environ.get("NO_COLOR"):
        return False
    term = environ.get("TERM", "")
    return not environ.get("STY") and term not in ("", "dumb", "linux", "vt100", "vt220")


def _has_kitty(answers: str) -> bool:
    found = _NAME.search(answers)
    return "\x1b_Gi=1;OK" in answers and found is not None and _can_place_by_text(found[1])


def _can_place_by_text(name: str) -> bool:
    # Others that know the protocol do not know pictures placed by text.
    found = _KITTY.search(name)
    if found:
        return (int(found[1]), int(found[2])) >= _PLACES_BY_TEXT
    return "ghostty" in name.lower()


def _has_sixels(answers: str) -> bool:
    found = _ATTRIBUTES.search(answers)
    return found is not None and "4" in found[1].split(";")[1:]


def _most_of(answers: str) -> tuple[int, int] | None:
    found = _MOST.search(answers)
    most = (int(found[1]), int(found[2])) if found else (0, 0)
    return most if min(most) >= _LEAST else None


def _cell_of(answers: str) -> tuple[int, int]:
    if found := _CELL.search(answers):
        height, width = int(found[1]), int(found[2])
    else:
        width, height = _cell_by_window()
    is_likely = 3 <= width <= 100 and 5 <= height <= 200
    return (width, height) if is_likely else _USUAL_CELL


def _cell_by_window() -> tuple[int, int]:
    try:
        import fcntl
        import struct
        import termios

        data = fcntl.ioctl(sys.__stdout__ or 1, termios.TIOCGWINSZ, bytes(8))
        rows, columns, width, height = struct.unpack("HHHH", data)
        return width // columns, height // rows
    except (ImportError, OSError, ValueError, ZeroDivisionError):
        return _USUAL_CELL


def ask_terminal(seconds: float, *, in_tmux: bool = False) -> str:
    """Ask the terminal what it can do; return its answers, nothing where there is none."""
    try:
        import termios
        import tty
    except ImportError:
        return ""
    source, target = sys.__stdin__, sys.__stdout__
    if not (source and target and source.isatty() and target.isatty()):
        return ""
    handle = source.fileno()
    before = termios.tcgetattr(handle)
    try:
        tty.setcbreak(handle, termios.TCSANOW)
        target.write(_QUESTIONS if in_tmux else _KITTY_QUESTION + _QUESTIONS)
        target.flush()
        return _answers(handle, seconds)
    except OSError:
        return ""
    finally:
        termios.tcsetattr(handle, termios.TCSANOW, before)


def _answers(handle: int, seconds: float) -> str:
    end = time.monotonic() + seconds
    found = b""
    while not _ATTRIBUTES.search(found.decode("utf-8", "replace")):
        left = end - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            break
        data = os.read(handle, 4096)
        if not data:
            break
        found += data
    return found.decode("utf-8", "replace")


def ask_tmux() -> tuple[str, bool]:
    """Return the name of the terminal around tmux, and whether tmux hands escape codes through."""
    try:
        found = subprocess.run(
            ["tmux", "display-message", "-p", "#{client_termname} #{client_termtype}\n"  # noqa: S607
             "#{allow-passthrough}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "", False
    name, _, passing = found.stdout.strip().partition("\n")
    return name, passing.strip() in ("1", "on", "all")
