"""A worker process: it does the work that it is sent, one piece after another.

`engine.workers` starts it and has the other ends of its two pipes. A message is a pickled tuple
with its length before it; only a process and the workers that it started talk to each other so.

    to the worker:    ("work", number, function and arguments)   ("stop", number)
    from the worker:  READY, once; then
                      ("tick", share)   ("done", value)   ("raised", Raised)   ("unknown",)

The worker ends when it has had nothing to do for a while, and at once, in the middle of work, when
the process that started it is gone. It loads nothing but what the work needs.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import struct
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

from engine.context import Cancelled

TICK = "tick"
"""Stands in pickled arguments for the `Tick` of the task."""
READY = b"\0ready\n"
"""The end of the first line that is a worker's own; what starts with Python may print others."""
_TICK_EVERY = 0.1
"""Seconds between two messages about progress."""
_IDLE = 60.0
"""Seconds without work after which a worker ends."""
_NICE = 10
"""How much less urgent the work is than whatever else the person does."""
_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception on its way to another process."""

    kind: str
    """The name of its class."""
    text: str
    pickled: bytes
    """The exception; empty where that cannot be."""
    trace: str
    """Where in the worker it was raised, as Python shows it."""


class _NobodyError(Exception):
    """There is nobody any more who wants to be told anything."""


def packed(*message: Any) -> bytes:
    """Return a message as it is written; raises whatever pickling it does."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(data)) + data


def write(pipe: BinaryIO, message: bytes) -> None:
    """Write a message; raises OSError when nobody is at the other end."""
    pipe.write(message)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[Any, ...]:
    """Wait for a message and return it.

    Raises:
        EOFError: Nobody is at the other end any more.
    """
    message: tuple[Any, ...] = pickle.loads(_read(pipe, _LENGTH.unpack(_read(pipe, 8))[0]))  # noqa: S301 - our own process
    return message


def _read(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


class Worker:
    """Does work until nobody wants any.

    Args:
        inbox: Where messages come from.
        outbox: Where messages go to.
    """

    def __init__(self, inbox: BinaryIO, outbox: BinaryIO) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._work: SimpleQueue[tuple[int, bytes]] = SimpleQueue()
        self._stopped = 0
        """The number of the last work that is to stop."""

    def serve(self, idle: float) -> None:
        """Do work until there has been none for so many seconds."""
        threading.Thread(target=self._listen, daemon=True).start()
        with suppress(Empty, _NobodyError):
            self._tell(READY)
            while True:
                number, pickled = self._work.get(timeout=idle)
                self._do(number, pickled)

    def _listen(self) -> None:
        """Take messages in while work goes on; without anyone at the other end, end at once."""
        with suppress(EOFError, OSError):
            while True:
                match receive(self._inbox):
                    case "work", number, pickled:
                        self._work.put((number, pickled))
                    case "stop", number:
                        self._stopped = number
        os._exit(0)

    def _do(self, number: int, pickled: bytes) -> None:
        try:
            function, args = _Unpickler(io.BytesIO(pickled), self._tick_of(number)).load()
        except Exception:
            self._tell(packed("unknown"))
            return
        try:
            answer = packed("done", function(*args))
        except _NobodyError:
            raise
        except BaseException as error:
            answer = packed("raised", _raised(error))
        self._tell(answer)

    def _tell(self, message: bytes) -> None:
        try:
            write(self._outbox, message)
        except OSError as error:
            raise _NobodyError from error

    def _tick_of(self, number: int) -> Callable[[float], None]:
        last = float("-inf")

        def tick(share: float) -> None:
            nonlocal last
            if self._stopped == number:
                raise Cancelled
            now = time.monotonic()
            if now - last >= _TICK_EVERY:
                last = now
                self._tell(packed("tick", share))

        return tick


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, tick: Callable[[float], None]) -> None:
        super().__init__(file)
        self._tick = tick

    def persistent_load(self, pid: Any) -> Any:
        return self._tick


def _raised(error: BaseException) -> Raised:
    pickled, text = b"", ""
    with suppress(Exception):
        text = str(error)
        dumped = pickle.dumps(error)
        again = pickle.loads(dumped)  # noqa: S301 - made one line above
        if (type(again), str(again)) == (type(error), text):
            pickled = dumped
    trace = "".join(traceback.format_exception(error))
    return Raised(type(error).__name__, text, pickled, trace)


def main(idle: float = _IDLE) -> None:
    """Serve on standard input and output, which the work itself does not get.

    Args:
        idle: Seconds without work after which the process ends.
    """
    # Ctrl-C in a terminal reaches all that run there: to stop work is the starter's business.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    Worker(inbox, outbox).serve(idle)
    # Without waiting for the listening thread.
    os._exit(0)
