"""Worker processes for blocking work: it runs beside the program, and may crash without it.

    workers = Workers()
    work = workers.prepare(media.resize, (source, out, 640, ctx.tick), ctx.tick)
    if work is not None:                  # None: it cannot go to another process
        result = work.run(report)         # waits; in another thread: work.stop()
    workers.close()

A process starts when there is work and none is free, and is used again; `engine._worker` is what
it runs. Two threads draw no quicker than one, as Python lets only one of them compute, and the
thread of the interface waits for both; processes do. A codec that crashes takes its process along
and nothing else: the task fails, and the next one gets a new process.
"""

from __future__ import annotations

import inspect
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, BinaryIO, cast

from pydantic import Secret, SecretBytes, SecretStr

from engine._worker import READY, TICK, Raised, packed, receive, write
from engine.context import Cancelled, Tick
from engine.errors import TaskError

_PATIENCE = 2.0
"""Seconds that stopped work has until its process is killed."""
_Answer = tuple[Any, ...]
_START = "import sys; sys.path[:] = sys.argv[1:]; from engine._worker import main; main()"
_OUT_OF_MEMORY = (
    "Most often the system was out of memory: close other programs, or have fewer tasks at a time "
    "with `--limit media=1`."
)
_BAD_FILE = (
    "Most often a codec cannot bear what is in a file: convert the file with another program, or "
    "try another one. All other work is safe."
)


class UnknownWorkError(Exception):
    """No worker starts, or it cannot import what the work needs: it was not begun."""


class Workers:
    """The worker processes of a session; to be used from any thread.

    Args:
        most: How many may wait for work; the number of cores by default.
        hidden: Names of environment variables that workers do not get.
    """

    def __init__(self, most: int | None = None, *, hidden: Iterable[str] = ()) -> None:
        self._most = most or os.cpu_count() or 1
        self._hidden = frozenset(hidden)
        self._lock = threading.Lock()
        self._all: set[_Process] = set()
        self._idle: list[_Process] = []
        self.is_closed = False

    def prepare(
        self, function: Callable[..., Any], args: tuple[Any, ...], tick: Tick
    ) -> Work | None:
        """Return a call as work for a process; None where it cannot go to one.

        Args:
            function: What is called.
            args: Its arguments.
            tick: Its task's tick, wherever it is among the arguments.

        Raises:
            TypeError: There is a secret among the arguments.
        """
        if not _is_of_module(function):
            return None
        file = io.BytesIO()
        try:
            _Pickler(file, tick).dump((function, args))
        except _SecretError:
            raise
        except Exception:
            return None
        return Work(self, file.getvalue())

    def close(self) -> None:
        """End all processes, also those that work."""
        with self._lock:
            self.is_closed = True
            idle, working = set(self._idle), self._all.difference(self._idle)
            self._all.clear()
            self._idle.clear()
        for process in idle:
            process.end()
        for process in working:
            # Whose threads let go of the pipes.
            process.kill()
            process.wait()

    def take(self) -> _Process:
        """Return a process that waits for work; a new one if there is none.

        Raises:
            Cancelled: The workers are closed.
            UnknownWorkError: No process can be started.
        """
        with self._lock:
            if self.is_closed:
                raise Cancelled
            while self._idle:
                process = self._idle.pop()
                if process.is_alive:
                    return process
                self._all.discard(process)
                process.end()
            try:
                process = _Process(self._hidden)
            except OSError as error:
                raise UnknownWorkError from error
            self._all.add(process)
            return process

    def give_back(self, process: _Process) -> None:
        """Let a process wait for other work, or end where enough do."""
        with self._lock:
            if not self.is_closed and len(self._idle) < self._most:
                process.is_new = False
                self._idle.append(process)
                return
        self.dismiss(process)

    def dismiss(self, process: _Process) -> None:
        """End a process."""
        with self._lock:
            self._all.discard(process)
        process.end()


class Work:
    """One call that is made in a worker process.

    Args:
        workers: Where the process comes from.
        pickled: What is called, with its arguments.
    """

    def __init__(self, workers: Workers, pickled: bytes) -> None:
        self._workers = workers
        self._pickled = pickled
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._is_stopped = False
        self._rests = threading.Event()
        """Set before the work begins, and when it is over."""
        self._rests.set()

    def run(self, report: Tick) -> Any:
        """Make the call and return what it gives.

        Args:
            report: Told the share that is done, some times a second.

        Raises:
            UnknownWorkError: No worker starts, or it cannot import what is needed.
            Cancelled: It was stopped.
            TaskError: The process died.
            Exception: Whatever the function raises.
        """
        with self._lock:
            if self._is_stopped:
                raise Cancelled
            self._rests.clear()
        try:
            answer = self._in_process(report)
            while answer is None:
                answer = self._in_process(report)
        finally:
            self._rests.set()
        return _result(answer)

    def stop(self, patience: float = _PATIENCE) -> None:
        """Have the work end, and wait until it has.

        Args:
            patience: Seconds until its process is killed.
        """
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.stop()
        if not self._rests.wait(patience):
            with self._lock:
                if self._process is not None:
                    self._process.kill()
            self._rests.wait()

    def _in_process(self, report: Tick) -> _Answer | None:
        """Return a process's answer; None where it ended before it knew of the work."""
        process = self._workers.take()
        try:
            self._begin(process)
            answer = self._answer(process, report)
        except BaseException:
            self._let_go()
            self._workers.dismiss(process)
            raise
        self._let_go()
        if answer is None:
            self._workers.dismiss(process)
        else:
            self._workers.give_back(process)
        return answer

    def _begin(self, process: _Process) -> None:
        with self._lock:
            self._process = process
        is_ready = not process.is_new or process.starts()
        with self._lock:
            if self._is_over:
                raise Cancelled
            if not is_ready:
                raise UnknownWorkError
            # Of one that is gone, the answer is missing as well.
            with suppress(OSError):
                process.begin(self._pickled)

    @property
    def _is_over(self) -> bool:
        return self._is_stopped or self._workers.is_closed

    def _let_go(self) -> None:
        with self._lock:
            self._process = None

    def _answer(self, process: _Process, report: Tick) -> _Answer | None:
        try:
            while (message := process.receive())[0] == "tick":
                if not self._is_stopped:
                    report(message[1])
        except EOFError:
            code = process.wait()
            if self._is_over:
                raise Cancelled from None
            if code == 0 and not process.is_new:
                return None
            raise _died(code) from None
        return message


class _Process:
    """A worker process, as seen from here."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._popen = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name not in hidden},
        )
        self._inbox = cast("BinaryIO", self._popen.stdout)
        self._outbox = cast("BinaryIO", self._popen.stdin)
        self._number = 0
        self.is_new = True

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    def starts(self) -> bool:
        """Wait until a new one takes work; tell whether it does, or has ended before."""
        return any(line.endswith(READY) for line in self._inbox)

    def begin(self, pickled: bytes) -> None:
        """Have it begin with work."""
        self._number += 1
        write(self._outbox, packed("work", self._number, pickled))

    def stop(self) -> None:
        """Ask it to stop its work at the next tick."""
        with suppress(OSError):
            write(self._outbox, packed("stop", self._number))

    def receive(self) -> tuple[Any, ...]:
        """Wait for a message; raises EOFError when it has ended."""
        return receive(self._inbox)

    def wait(self) -> int:
        """Wait for its end and return the exit code."""
        return self._popen.wait()

    def kill(self) -> None:
        """End it wherever it is."""
        self._popen.kill()

    def end(self) -> None:
        """End it, and let go of its pipes."""
        self.kill()
        self.wait()
        for pipe in (self._inbox, self._outbox):
            with suppress(OSError):
                pipe.close()


class _SecretError(TypeError):
    pass


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, tick: Tick) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._tick = tick

    def persistent_id(self, obj: Any) -> str | None:
        if isinstance(obj, MethodType) and obj == self._tick:
            return TICK
        if isinstance(obj, Secret | SecretBytes | SecretStr):
            raise _SecretError("a secret is not sent to another process")
        return None


def _is_of_module(function: Callable[..., Any]) -> bool:
    """Tell whether a function, or what a `partial` calls, belongs to a module, not to an object."""
    while isinstance(function, partial):
        function = function.func
    if getattr(function, "__module__", "") == "__main__":
        # In the worker, that is another module.
        return False
    if isinstance(function, BuiltinFunctionType):
        return function.__self__ is None or inspect.ismodule(function.__self__)
    return isinstance(function, FunctionType)


def _result(answer: _Answer) -> Any:
    match answer:
        case "done", value:
            return value
        case "raised", raised:
            raise _exception(raised)
    raise UnknownWorkError


class _WorkerTraceback(Exception):
    """Stands for what an exception's traceback was in the worker."""

    def __str__(self) -> str:
        return f"in a worker process:\n{self.args[0]}"


def _exception(raised: Raised) -> BaseException:
    """Return the exception that was raised in a worker, or one with its name and words."""
    error: BaseException = type(raised.kind, (Exception,), {})(raised.text)
    with suppress(Exception):
        error = pickle.loads(raised.pickled)  # noqa: S301 - from our own process
    error.__cause__ = _WorkerTraceback(raised.trace)
    return error


def _died(code: int) -> TaskError:
    """Return the failure of work whose process ended with a code."""
    if code >= 0:
        return TaskError(f"the process that did the work ended with code {code}", hint=_BAD_FILE)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = _OUT_OF_MEMORY if name == "SIGKILL" else _BAD_FILE
    return TaskError(f"the process that did the work was ended by {name}", hint=hint)
