"""Blocking work for tests of worker processes: functions of a module, as processes want them."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import anyio

from engine import Context, Registry, TaskError, Tick, node
from tests.support import nodes


class OddError(Exception):
    """Cannot be made again from what it holds."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__(f"{name} is odd")
        self.number = number


class SilentError(Exception):
    """Cannot say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


class OddTaskError(TaskError):
    """A task error of a provider's own, with arguments of its own."""

    def __init__(self, number: int, *, colour: str) -> None:
        super().__init__(f"number {number} is {colour}", hint="Paint it.", retry_after=2.5)
        self.number = number


def pid() -> int:
    return os.getpid()


def echo(value: Any) -> Any:
    return value


def environment(name: str) -> str | None:
    return os.environ.get(name)


def niceness() -> int:
    return os.nice(0)


def fail(error: BaseException) -> NoReturn:
    raise error


def fail_oddly() -> NoReturn:
    raise OddError("seven", 7)


def fail_in_silence() -> NoReturn:
    raise SilentError


def fail_in_depth() -> NoReturn:
    try:
        raise KeyError("deep")
    except KeyError as error:
        raise ValueError("shallow") from error


def talk() -> str:
    """Write to everything that a terminal would show."""
    print("to the terminal", flush=True)
    print("to the terminal", file=sys.stderr, flush=True)
    os.write(1, b"to the terminal")
    os.write(2, b"to the terminal")
    return sys.stdin.read()


def lock() -> Any:
    """Give what cannot be sent back."""
    return threading.Lock()


def report(shares: list[float], tick: Tick) -> int:
    for share in shares:
        tick(share)
    return len(shares)


def until_stopped(tick: Tick) -> NoReturn:
    """Work until it is stopped; with a breath, as there are many tests and few cores."""
    pause = threading.Event()
    while True:
        tick(0.5)
        pause.wait(0.001)


def never_ends(path: Path, tick: Tick) -> NoReturn:
    """Hold a lock on a file, tell so once, and heed nothing from then on."""
    file = path.open("wb")
    fcntl.flock(file, fcntl.LOCK_EX)
    tick(0.1)
    while True:
        pass


def die(number: int) -> NoReturn:
    os.kill(os.getpid(), number)
    raise AssertionError("unreachable")


def die_if(path: Path, tick: Tick) -> str:
    """Die the first time."""
    tick(0.5)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGSEGV)
    return "alive"


def leave(path: Path) -> NoReturn:
    """Note a line, and end the process as if there were nothing to do."""
    with path.open("a") as file:
        file.write("left\n")
    os._exit(0)


class Doer:
    """Counts; a copy in another process would count for itself."""

    def __init__(self) -> None:
        self.times = 0

    def do(self) -> int:
        self.times += 1
        return self.times


# -- nodes --------------------------------------------------------------------------------------


@node(version=1)
async def where(name: str, *, ctx: Context) -> int:
    """Say in which process it works."""
    return await ctx.run(pid)


@node(version=1)
async def inside(name: str, *, ctx: Context) -> int:
    """Say in which process a function inside of it works."""
    return await ctx.run(lambda: os.getpid())


@node(version=1)
async def grind(name: str, *, ctx: Context) -> str:
    """Work until it is stopped."""
    return await ctx.run(until_stopped, ctx.tick)


@node(version=1)
async def crash(name: str, *, ctx: Context) -> str:
    """Take the process along."""
    return await ctx.run(die, signal.SIGSEGV)


@node(version=1)
async def crash_once(path: str, *, ctx: Context) -> str:
    """Take the process along the first time."""
    return await ctx.run(die_if, Path(path), ctx.tick)


@node(version=1)
async def wrong(name: str, *, ctx: Context) -> str:
    """Have a fault."""
    return await ctx.run(fail_in_depth)


@node(version=1)
async def leak(name: str, *, ctx: Context) -> str:
    """Send a secret to another process."""
    return await ctx.run(echo, [ctx.secret("fal")])


scopes: dict[str, anyio.CancelScope] = {}
"""Of the work of `cut_off`, by task."""


@node(version=1)
async def cut_off(name: str, *, ctx: Context) -> str:
    """Work until somebody cancels its scope."""
    with anyio.CancelScope() as scope:
        scopes[ctx.task] = scope
        await ctx.run(until_stopped, ctx.tick)
    return "given up"


def registry() -> Registry:
    functions = (where, inside, grind, crash, crash_once, wrong, leak, cut_off)
    return Registry([nodes.type_of(each) for each in functions])


def hold_and_tell(path: Path) -> None:
    """Have a worker of this process hold a lock; say when it does. The program of a test."""
    from engine.workers import Workers

    class Told:
        def tick(self, share: float) -> None:
            pass

    told = Told()
    work = Workers().prepare(never_ends, (path, told.tick), told.tick)
    assert work is not None
    work.run(lambda share: print("begun", flush=True))
