"""Node types that cost next to nothing, or nothing but time, and an engine that knows them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import anyio
from pydantic import Field

from engine import Media, Registry, node
from engine.engine import Engine
from engine.store import Home

STUDIO = "studio"
"""The pool of the nodes that wait."""
_PRIME = 1_000_003


@node(version=1)
async def add(
    values: Annotated[list[int], Field(description="Numbers to add")],
    *,
    offset: Annotated[int, Field(description="Added to them")],
) -> int:
    """Add numbers, and keep the sum small."""
    return (sum(values) + offset) % _PRIME


@node(version=1, instant=True)
async def count(
    to: Annotated[int, Field(ge=1, description="The last number")],
) -> list[int]:
    """Count from 1."""
    return list(range(1, to + 1))


@node(version=1, pool=STUDIO)
async def wait(
    after: Annotated[int, Field(description="Handed on")],
    *,
    seconds: Annotated[float, Field(ge=0, description="How long it takes")],
) -> int:
    """Take as long as a remote model would."""
    await anyio.sleep(seconds)
    return after


@node(version=1, pool=STUDIO)
async def gather(
    after: Annotated[list[int], Field(description="Waited for")],
    *,
    seconds: Annotated[float, Field(ge=0, description="How long it takes")],
) -> int:
    """Take its time once all are there."""
    await anyio.sleep(seconds)
    return sum(after)


def open_engine(folder: Path) -> Engine:
    """Return an engine with a home in a folder, for workflows without media."""
    registry = Registry()
    registry.add_module(sys.modules[__name__])
    return Engine(Home.open(folder / "home"), registry, _inspect)


def _inspect(path: Path, kind: type[Media]) -> dict[str, Any]:
    raise AssertionError("no workflow of the benchmarks reads media")
