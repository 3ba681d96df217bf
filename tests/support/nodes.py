"""Small node types for tests of the engine: they count, fail and wait as a test wants."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from engine import (
    Advice,
    Character,
    Context,
    ErrorKind,
    Image,
    NodeType,
    Outputs,
    Registry,
    Shot,
    StaticArguments,
    TaskError,
    Video,
    node,
)
from engine.registry import MARK

T = TypeVar("T")

calls: Counter[str] = Counter()
"""Executions by task address."""
failing: dict[str, TaskError] = {}
"""Task addresses that fail, and how."""


def reset() -> None:
    calls.clear()
    failing.clear()


def _called(ctx: Context) -> None:
    calls[ctx.task] += 1
    if error := failing.get(ctx.task):
        raise error


class Board(Outputs):
    shots: list[Shot]


@node(version=1, instant=True)
async def split(script: str, *, ctx: Context) -> Board:
    """Make a shot of every line."""
    _called(ctx)
    lines = [line for line in script.splitlines() if line.strip()]
    return Board(
        shots=[
            Shot(
                number=i, prompt=line, motion=f"move {i}", seconds=float(i), characters=line.split()
            )
            for i, line in enumerate(lines, 1)
        ]
    )


@node(version=1)
async def upper(text: str, *, seed: int = 0, ctx: Context) -> str:
    """Make text upper case."""
    _called(ctx)
    return text.upper() + (f"#{seed}" if seed else "")


@node(version=1)
async def words(text: str, *, ctx: Context) -> list[str]:
    """Split text into words."""
    _called(ctx)
    return text.split()


@node(version=1)
async def join(texts: list[str], *, separator: str = " ", ctx: Context) -> str:
    """Join texts."""
    _called(ctx)
    return separator.join(texts)


@node(version=1)
async def add(
    a: Annotated[int, Field(ge=0, le=1000)],
    b: int = 0,
    *,
    mode: Literal["plus", "times"] = "plus",
    ctx: Context,
) -> int:
    """Add two numbers."""
    _called(ctx)
    return a + b if mode == "plus" else a * b


@node(version=1)
async def total(numbers: list[int], *, ctx: Context) -> int:
    """Add up numbers."""
    _called(ctx)
    return sum(numbers)


@node(version=1)
async def ratio(value: float, *, ctx: Context) -> float:
    """Pass a number on."""
    _called(ctx)
    return value


@node(version=1)
async def picture(name: str, *, ctx: Context) -> Image:
    """Write a picture: here a small text file that the tests' inspector takes for one."""
    _called(ctx)
    path = ctx.scratch("picture.png")
    path.write_text(name, encoding="utf-8")
    return await ctx.publish(path, Image)


@node(version=1)
async def describe(image: Image, *, ctx: Context) -> str:
    """Read a picture back."""
    _called(ctx)
    return ctx.path(image).read_text(encoding="utf-8")


class Upscaled(Outputs):
    image: Image | None = None
    video: Video | None = None


def _needed_branch(arguments: Mapping[str, Any], names: Collection[str]) -> list[str]:
    choice = str(arguments["choose"])
    if choice not in names:
        raise TaskError(f"there is no branch {choice!r}", kind=ErrorKind.INVALID)
    return [choice]


@node(version=1, needs=_needed_branch)
async def choose(choose: str, *, ctx: Context, **branches: T) -> T:
    """Take one of several inputs; the others are not run."""
    _called(ctx)
    return branches[choose]


@node(version=1)
async def first(items: list[T], *, ctx: Context) -> T:
    """Take the first of a list."""
    _called(ctx)
    return items[0]


def _check(arguments: StaticArguments) -> Iterator[str | Advice]:
    number = arguments.get("a")
    if number == 14:
        yield Advice("14 will soon be gone")
    if number == 13:
        yield "13 is unlucky"
    if number == 7 and arguments.wired:
        yield f"7 likes no wires: {', '.join(sorted(arguments.wired))}"
    if number == -1:
        yield str(1 // 0)


@node(version=1, check=_check)
async def checked(a: int, b: int = 0, c: int = 0, d: int = 0, *, ctx: Context) -> int:
    """Add numbers that a check has looked at."""
    _called(ctx)
    return a + b + c + d


@node(version=1)
async def optional(seconds: float | None = None, *, ctx: Context) -> str:
    """Say what was given."""
    _called(ctx)
    return "nothing" if seconds is None else f"{seconds:g} s"


@node(version=1)
async def portrait(character: Character, *, ctx: Context) -> str:
    """Describe a character."""
    _called(ctx)
    return f"{character.name}: {character.description}"


@node(version=1)
async def data(value: Any, *, ctx: Context) -> str:
    """Write any data as text."""
    _called(ctx)
    return json.dumps(value, sort_keys=True)


@node(version=1)
async def gather(images: list[Image], *, ctx: Context) -> str:
    """Read pictures back."""
    _called(ctx)
    return " ".join(ctx.path(image).read_text(encoding="utf-8") for image in images)


@node(version=1)
async def say(words: list[str], *, ctx: Context) -> list[str]:
    """Pass a list on."""
    _called(ctx)
    return words


@node(version=1, instant=True)
async def lines(text: str, *, ctx: Context) -> list[str]:
    """Split text into lines."""
    _called(ctx)
    return text.splitlines()


@node(version=1)
async def count(text: str, *, ctx: Context) -> int:
    """Count letters."""
    _called(ctx)
    return len(text)


@node(version=1)
async def echo(value: Any, *, ctx: Context) -> Any:
    """Pass any data on."""
    _called(ctx)
    return value


@node(version=1)
async def surrogate() -> str:
    """Give text that is not valid Unicode, as odd file names bring it."""
    return chr(0xDC80)


@node(version=1, name="sum")
async def plus(a: int, b: int, c: int = 0) -> int:
    """Add three numbers of any size."""
    return a + b + c


@node(version=1)
async def sum_up(numbers: list[int]) -> int:
    """Add up a list of any length."""
    return sum(numbers)


def type_of(function: Any) -> NodeType:
    """Return the node type that a function was made to."""
    found = getattr(function, MARK)
    assert isinstance(found, NodeType)
    return found


def registry() -> Registry:
    module = ModuleType(__name__)
    module.__dict__.update(globals())
    found = Registry()
    found.add_module(module)
    return found
