"""Text nodes: a template with variables, a text file, several texts as one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from engine import Context, ErrorKind, File, StaticArguments, TaskError, node

LARGEST_TEXT = 16 * 1024 * 1024
"""Bytes of the largest text file that is read."""

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<inside>[^{}]*)\}|[{}]")
_NAME = re.compile(r"[^\W\d]\w*\Z")

Variable = str | int | float


def fill_template(template: str, variables: Mapping[str, Variable]) -> str:
    """Put variables into a template: `{name}`, with `{{` and `}}` for literal braces.

    There is no formatting and no access to attributes or items: a template may come from a
    stranger.

    Raises:
        TaskError: A variable is missing or unused, or a brace is alone; all complaints at once.
    """
    if complaints := list(complaints_about(template, variables)):
        raise TaskError("; ".join(complaints), kind=ErrorKind.INVALID, where="template")

    def fill(match: re.Match[str]) -> str:
        if match["inside"] is None:
            return match[0][0]
        return str(variables[match["inside"].strip()])

    return _PIECE.sub(fill, template)


def complaints_about(template: str, variables: Collection[str]) -> Iterator[str]:
    """Yield all that is wrong with a template and the names given for it."""
    used: dict[str, None] = {}
    for match in _PIECE.finditer(template):
        if match[0] in ("{{", "}}"):
            continue
        if match["inside"] is None:
            place = f"character {match.start() + 1}"
            yield f"the brace at {place} is alone; write {match[0] * 2} for a literal one"
        elif _NAME.match(name := match["inside"].strip()):
            used[name] = None
        else:
            yield f"{match[0]!r} is not a variable; write {{name}}, or {{{{ for a literal brace"
    for name in used:
        if name not in variables:
            yield f"the template uses {{{name}}}, and no variable of that name is given"
    for name in variables:
        if name not in used:
            yield f"the variable {name!r} is not used; the template has no {{{name}}}"


def _check_prompt(arguments: StaticArguments) -> Iterator[str]:
    template = arguments.get("template")
    if isinstance(template, str):
        given = [name for name in (*arguments, *sorted(arguments.wired)) if name != "template"]
        yield from complaints_about(template, given)


@node(version=1, instant=True, check=_check_prompt)
async def prompt(
    template: Annotated[str, Field(description="Text with {name} where a variable goes")],
    **variables: Annotated[Variable, Field(description="A variable of the template")],
) -> str:
    """Fill a template with named variables.

    `{name}` is replaced by the input of that name; `{{` and `}}` are literal braces. A missing or
    an unused variable is an error before anything runs.
    """
    return fill_template(template, variables)


def decode_text(data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, or UTF-16 with one.

    Raises:
        TaskError: The bytes are none of these; the message names the first bad one.
    """
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TaskError(
            f"the text is not {'UTF-16' if encoding == 'utf-16' else 'UTF-8'}: "
            f"byte 0x{data[error.start]:02x} at offset {error.start}",
            hint="Save the file as UTF-8.",
        ) from error


def load_text(path: Path) -> str:
    """Read a text file; line ends become plain newlines.

    Raises:
        TaskError: The file is larger than 16 MiB, or not text.
    """
    with path.open("rb") as stream:
        data = stream.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise TaskError(
            f"the file has more than {LARGEST_TEXT // 1024 // 1024} MiB, too much for a text",
            hint="Split it into parts.",
        )
    return decode_text(data).replace("\r\n", "\n").replace("\r", "\n")


@node(version=1, instant=True)
async def read_text(
    file: Annotated[File, Field(description="A text file: UTF-8, or UTF-16 with its mark")],
    *,
    ctx: Context,
) -> str:
    """Read a text file.

    At most 16 MiB of UTF-8, with or without a byte order mark, or UTF-16 with one.
    """
    return load_text(ctx.path(file))


@node(version=1, instant=True)
async def join_text(
    texts: Annotated[list[str], Field(description="The texts, in order")],
    *,
    separator: Annotated[str, Field(description="What goes between two texts")] = "\n",
) -> str:
    """Join several texts into one."""
    return separator.join(texts)
