"""The node that names a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeVar

from pydantic import Field

from engine import Outputs, StaticArguments, node
from nodes.naming import safe_path

T = TypeVar("T")


def _check(arguments: StaticArguments) -> Iterator[str]:
    name = arguments.get("name")
    if isinstance(name, str) and not safe_path(name).parts:
        yield f"{name!r} leaves nothing to name a file with"


class Saved(Outputs):
    """What was saved, and as what."""

    value: T  # type: ignore[valid-type]  # the registry reads a type variable
    name: str


@node(version=1, instant=True, sink=True, check=_check)
async def save(
    value: Annotated[T, Field(description="What to save: media, text or data")],
    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            description="File name in the output folder, with folders if wanted: `final/cut`",
        ),
    ],
) -> Saved:
    """Save a value under a name of your own, in the output folder.

    The ending follows from the content. Characters that file systems refuse are replaced, and no
    name leads out of the output folder. Items of a list get a number each.
    """
    return Saved(value=value, name=name)
