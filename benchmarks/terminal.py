"""A program on a pseudo-terminal: keys in, frames out, with the time between."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path

_END_OF_FRAME = b"\x1b[?2026l"
_ASKS_FOR_FRAMES = b"\x1b[?2026$p"
_HAS_FRAMES = b"\x1b[?2026;2$y"
_ASKS_FOR_ATTRIBUTES = b"\x1b[c"
_ATTRIBUTES = b"\x1b[?62c"
"""A terminal that knows no graphics; all terminals answer this question."""
_TICKS = os.sysconf("SC_CLK_TCK")


class Terminal:
    """A running program and the terminal that it believes to be on."""

    def __init__(self, command: Sequence[str], *, width: int, height: int, folder: Path) -> None:
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder,
            env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._master = master
        self._tail = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait(10)
        os.close(self._master)

    def press(self, keys: str, *, wait: float = 2.0) -> float | None:
        """Send keys; return the seconds until the frame that follows, None if none does."""
        self.drain()
        start = time.perf_counter()
        os.write(self._master, keys.encode())
        return self._until(_END_OF_FRAME, start, wait)

    def wait_for(self, words: str, seconds: float = 30.0) -> float | None:
        """Return the seconds from the start until words have been written."""
        return self._until(words.encode(), self.started, seconds)

    def drain(self, seconds: float = 0.0) -> int:
        """Read what is written in some time; return how many bytes."""
        end = time.perf_counter() + seconds
        count = 0
        while True:
            data = self._read(max(0.0, end - time.perf_counter()))
            count += len(data)
            if not data and time.perf_counter() >= end:
                self._tail = b""
                return count

    def frames(self, seconds: float) -> tuple[int, int]:
        """Read what is written in some time; return how many frames end in it, and the bytes."""
        end = time.perf_counter() + seconds
        data = bytearray()
        while (left := end - time.perf_counter()) > 0:
            data += self._read(left)
        return data.count(_END_OF_FRAME), len(data)

    def cpu_seconds(self) -> float:
        """Return the processor time that the program has used."""
        fields = (
            Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def megabytes(self) -> float:
        """Return the memory that the program has in use."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def finish(self, keys: str) -> None:
        """Send keys that end the program, and wait for its end."""
        os.write(self._master, keys.encode())
        end = time.perf_counter() + 10
        while self._process.poll() is None and time.perf_counter() < end:
            self._read(0.05)

    def _until(self, mark: bytes, start: float, seconds: float) -> float | None:
        while (left := start + seconds - time.perf_counter()) > 0:
            self._tail += self._read(left)
            at = self._tail.find(mark)
            if at >= 0:
                self._tail = self._tail[at + len(mark) :]
                return time.perf_counter() - start
            self._tail = self._tail[-4096:]
        return None

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._master], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return b""
        if _ASKS_FOR_FRAMES in data:
            os.write(self._master, _HAS_FRAMES)
        if _ASKS_FOR_ATTRIBUTES in data:
            os.write(self._master, _ATTRIBUTES)
        return data
