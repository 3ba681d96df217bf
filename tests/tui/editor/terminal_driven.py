"""The editor as a process on a pseudo-terminal, for tests."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[3]
_MOMENT = 0.1
_SEQUENCE = re.compile(rb"\x1b\[[0-9;?<>=]*[a-zA-Z]")


class Process:
    """The editor on a terminal.

    Args:
        folder: Where it runs.
        arguments: Of the command.
        size: Columns and rows of the terminal.
        environ: Variables of the environment beside those that there are.
        errors: Where stderr goes if not to the terminal.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        environ: Mapping[str, str] = MappingProxyType({}),
        errors: IO[bytes] | None = None,
    ) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "REELGRAPH_GRAPHICS": "blocks",
        }
        environment.pop("NO_COLOR", None)
        environment |= environ
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui.cli", "edit", "--home", "home", *arguments],
            stdin=slave, stdout=slave, stderr=errors or slave, cwd=folder, env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.output = b""

    def read(self, seconds: float) -> None:
        """Take in what is written within some time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._master], [], [], min(left, 0.05))[0]:
                continue
            try:
                self.output += os.read(self._master, 1 << 16)
            except OSError:
                return

    def settle(self) -> None:
        """Take in what is written until nothing more comes for a moment."""
        size = -1
        while size != len(self.output):
            size = len(self.output)
            self.read(_MOMENT)

    @property
    def text(self) -> str:
        """What is written, without what moves the cursor and colours."""
        return _SEQUENCE.sub(b"", self.output).decode(errors="replace")

    def wait_for(self, words: str) -> None:
        self.wait_until(lambda: words in self.text)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, taking in what is written."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, self.output[-2000:]
            self.read(0.05)

    def press(self, keys: str) -> None:
        self.output = b""
        os.write(self._master, keys.encode())

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed, as it does for a shell."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def wait(self) -> int:
        """Wait for the end, and return the exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end
            self.read(0.05)
        return self.process.returncode

    def hang_up(self) -> None:
        """Take the terminal away; nobody sends a signal."""
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        if self._master >= 0:
            os.close(self._master)
