"""Nodes that choose: which branch runs, which of several results goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from engine import ErrorKind, StaticArguments, TaskError, node

T = TypeVar("T")

OTHERWISE = "otherwise"


def _branch(choose: Any, names: Collection[str]) -> str:
    text = str(choose).lower() if isinstance(choose, bool) else str(choose)
    if text in names:
        return text
    if OTHERWISE in names:
        return OTHERWISE
    raise TaskError(
        f"there is no branch {text!r}; there are {', '.join(sorted(names))}",
        kind=ErrorKind.INVALID,
        hint=f"Give the node an input {text!r}, or one called {OTHERWISE!r}.",
    )


def _needs(arguments: Mapping[str, Any], names: Collection[str]) -> list[str]:
    return [_branch(arguments["choose"], names)]


def _check_switch(arguments: StaticArguments) -> Iterator[str]:
    names = (set(arguments) | arguments.wired) - {"choose"}
    if not names:
        yield "a switch needs branches: inputs named after the values of `choose`"
    elif "choose" in arguments:
        try:
            _branch(arguments["choose"], names)
        except TaskError as error:
            yield error.message


@node(version=1, instant=True, needs=_needs, check=_check_switch)
async def switch(
    choose: Annotated[
        str | bool | int, Field(description="The name of the branch; true and false work too")
    ],
    **branches: T,
) -> T:
    """Take one of several inputs; what only the others need is not run.

    Each further input is a branch, named after the value of `choose` that takes it; `otherwise` is
    taken for all values without a branch of their own.
    """
    return branches[_branch(choose, branches)]


def _check_pick(arguments: StaticArguments) -> Iterator[str]:
    if arguments.given("index") and arguments.given("scores"):
        yield "pick by index or by scores, not by both"


@node(version=1, instant=True, check=_check_pick)
async def pick(
    items: Annotated[list[T], Field(description="What to choose from")],
    *,
    index: Annotated[
        int, Field(description="Which one, counted from 1; from the end with -1, -2")
    ] = 1,
    scores: Annotated[
        list[float] | None, Field(description="A number for each item, to choose by")
    ] = None,
    best: Annotated[
        Literal["highest", "lowest"], Field(description="Which score wins; the first of equals")
    ] = "highest",
) -> T:
    """Take one of a list: by its place, or by the best score."""
    if not items:
        raise TaskError("there is nothing to pick from: the list is empty", kind=ErrorKind.INVALID)
    if scores is not None:
        if len(scores) != len(items):
            message = f"there are {len(items)} items but {len(scores)} scores"
            raise TaskError(message, kind=ErrorKind.INVALID)
        choose = max if best == "highest" else min
        return items[scores.index(choose(scores))]
    place = index - 1 if index > 0 else index
    if index == 0 or not -len(items) <= place < len(items):
        message = f"there is no item {index}: the list has {len(items)}"
        raise TaskError(message, kind=ErrorKind.INVALID, hint="Items are counted from 1.")
    return items[place]


@node(version=1)
async def subworkflow(
    file: Annotated[str, Field(description="Path of the workflow file, written out")],
    **inputs: Annotated[Any, Field(description="An input of that file")],
) -> Any:
    """Use another workflow file as a node.

    Its inputs are the parameters, its outputs are the ports: `${shot.clip}`. It is mapped, cached
    and planned like any node, and its tasks are called `shot/frame[3]`. Inside it, a list parameter
    collects only lists made in that file. A file that contains itself is refused.
    """
    raise AssertionError("the nodes of the file take the place of this one")
