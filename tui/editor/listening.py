"""What a terminal sends while the editor runs: keys, and answers to what it was asked before.

Answers that come late would pass for keys, and do whatever these do. They are taken out until the
last one has come, or none comes any more; keys that were typed meanwhile are kept.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import Final

from textual.driver import Driver

_AWAITED: Final = 10.0
"""Seconds without an answer after which none is awaited any more."""
_HELD: Final = 0.5
"""Seconds for which the rest is waited for of what may be an answer."""
_TICK: Final = 0.1
_LAST = re.compile(r"\x1b\[\?[\d;]*c")
"""The answer to the last question."""
_ANSWER = re.compile(
    r"\x1b_G[^\x1b]{0,200}\x1b\\|\x1bP>\|[^\x1b]{0,200}\x1b\\|\x1b\[6;\d+;\d+t|\x1b\[\?[\d;]*S|"
    + _LAST.pattern
)
_BEGUN = re.compile(
    r"\x1b(_(G[^\x1b]{0,200}\x1b?)?|P(>(\|[^\x1b]{0,200}\x1b?)?)?|\[(6(;[\d;]*)?|\?[\d;]*)?)?\Z"
)
_SHORT: Final = 3
"""Characters of what may as well be a key, as escape or one that is held with alt."""


class Sieve:
    """Takes the answers of a terminal out of what it sends.

    Args:
        heard: What it has sent while it was asked; None where it was not asked.
        clock: Gives the time, in seconds.
    """

    def __init__(self, heard: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        # Enter is another character while a terminal edits lines itself.
        self._held = (heard or "").replace("\n", "\r")
        self._clock = clock
        self._since = self._last = clock()
        self._awaits = heard is not None

    def take(self, text: str) -> str:
        """Return what are keys of what was sent; to be called again and again, also with nothing.

        The begin of what may be an answer is held until its rest comes, or a moment is over.
        """
        now = self._clock()
        if text:
            self._since = now
        text, self._held = self._held + text, ""
        if not self._awaits:
            return text
        keys = _ANSWER.sub("", text)
        if keys != text:
            self._last = now
        self._awaits = not _LAST.search(text) and now - self._last < _AWAITED
        begun = _BEGUN.search(keys)
        if begun is None or not self._awaits:
            return keys
        keys, held = keys[: begun.start()], begun[0]
        if now - self._since < _HELD:
            self._held = held
            return keys
        return keys + held if len(held) <= _SHORT else keys


def listening(driver: type[Driver], heard: str | None) -> type[Driver]:
    """Return a driver that also stands what no terminal should send.

    The framework's own ends the program at a byte that is no text.

    Args:
        driver: The framework's.
        heard: What the terminal has sent while it was asked; None where it was not asked.
    """
    if sys.platform == "win32":
        return driver
    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver

    if not issubclass(driver, LinuxDriver):
        return driver
    sieve = Sieve(heard)

    class Listener(driver):  # type: ignore[misc, valid-type]
        def run_input_thread(self) -> None:
            parser = XTermParser(self._debug)
            decode = getincrementaldecoder("utf-8")("replace").decode
            sent = b""
            while not self.exit_event.is_set():
                if keys := sieve.take(decode(sent)):
                    for event in parser.feed(keys):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
                sent = self._sent()
            # What comes when the program ends is not for the shell.
            self._sent()

        def _sent(self) -> bytes:
            is_ready = select.select([self.fileno], [], [], _TICK)[0]
            return os.read(self.fileno, 1 << 12) if is_ready else b""

    return Listener
