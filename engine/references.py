"""References: the wires of a workflow, written inside its texts.

    ${board.shots}            the port `shots` of the node `board`, with its type
    ${board.shots.prompt}     a field of it; on a list, the field of each item
    ${inputs.style}           an input of the workflow
    A frame, ${inputs.style}  text with a reference in it
    $${                       a literal ${

Dollar signs mean something only right before `{`: there two stand for one, and an odd one begins a
reference. `$$${a.b}` is thus a dollar sign followed by a reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from engine.errors import ReelgraphError

INPUTS = "inputs"
"""The name that stands for the workflow's inputs where a node's id would stand."""

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$"
"""Names of nodes, ports, fields, inputs and outputs."""

_NAME = re.compile(NAME_PATTERN)
_OPENING = re.compile(r"(\$+)\{")
_ENDING_DOLLARS = re.compile(r"\$+\Z")


class ReferenceSyntaxError(ReelgraphError):
    """A text holds a reference that cannot be read.

    Args:
        message: What is wrong.
        column: Where in the text, from 1.
        hint: What to do next.
    """

    def __init__(self, message: str, *, column: int, hint: str = "") -> None:
        super().__init__(message, where=f"column {column}", hint=hint)
        self.column = column


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of a node's port or of a workflow input, or a field inside it."""

    node: str
    """Id of the node; `inputs` for the inputs of the workflow."""
    port: str
    """Name of the output port, or of the workflow input."""
    path: tuple[str, ...] = ()
    """Fields inside the value, outermost first."""

    @property
    def is_input(self) -> bool:
        """Whether it names an input of the workflow."""
        return self.node == INPUTS

    def __str__(self) -> str:
        return f"${{{'.'.join((self.node, self.port, *self.path))}}}"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with at least one reference in it; literal parts are never empty or side by side."""

    parts: tuple[str | Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references, in the order of the text."""
        return tuple(part for part in self.parts if isinstance(part, Reference))


Text: TypeAlias = str | Reference | Template
"""A parsed text: literal, exactly one reference, or a mixture."""


def is_name(text: str) -> bool:
    """Return whether a text can name a node, port, field, input or output."""
    return _NAME.fullmatch(text) is not None


def parse(text: str) -> Text:
    """Read a text of a workflow file.

    Raises:
        ReferenceSyntaxError: A reference in it is not closed, is empty or has a bad name.
    """
    if "${" not in text:
        return text
    parts: list[str | Reference] = []
    literal, position = "", 0
    for opening in _OPENING.finditer(text):
        if opening.start() < position:
            continue
        dollars = len(opening[1])
        literal += text[position : opening.start()] + "$" * (dollars // 2)
        if dollars % 2 == 0:
            position = opening.end() - 1
            continue
        if literal:
            parts.append(literal)
        reference, position = _parse_reference(text, opening.end())
        parts.append(reference)
        literal = ""
    literal += text[position:]
    if not parts:
        return literal
    if literal:
        parts.append(literal)
    if len(parts) == 1 and isinstance(parts[0], Reference):
        return parts[0]
    return Template(tuple(parts))


def unparse(value: Text) -> str:
    """Return the text that `parse` reads as the given value.

    Raises:
        ValueError: A reference holds a name that cannot be written.
    """
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, Reference):
        if not all(map(is_name, (value.node, value.port, *value.path))):
            raise ValueError(f"not a name in {value!r}")
        return str(value)
    text = ""
    for part in value.parts:
        if isinstance(part, Reference):
            # Dollar signs right before a reference would join its own.
            text = _ENDING_DOLLARS.sub(_double, text)
        text += unparse(part)
    return text


def escape(text: str) -> str:
    """Return the text that `parse` reads as exactly the given literal text."""
    return re.sub(r"\$+(?=\{)", _double, text)


def _double(dollars: re.Match[str]) -> str:
    return dollars[0] * 2


def _parse_reference(text: str, start: int) -> tuple[Reference, int]:
    """Return the reference whose first name begins at `start`, and the position after it."""
    end = text.find("}", start)
    if end < 0:
        raise ReferenceSyntaxError(
            "a reference is not closed",
            column=start - 1,
            hint="Write ${node.port}, or $${ for a literal ${.",
        )
    names = text[start:end].split(".")
    column = start + 1
    for name in names:
        if not is_name(name):
            raise ReferenceSyntaxError(_explain_name(name, text[start:end]), column=column)
        column += len(name) + 1
    if len(names) == 1:
        raise ReferenceSyntaxError(
            f"the reference ${{{names[0]}}} names no port",
            column=start + 1,
            hint=f"Write ${{{names[0]}.PORT}}, or ${{inputs.{names[0]}}} for a workflow input.",
        )
    return Reference(names[0], names[1], tuple(names[2:])), end + 1


def _explain_name(name: str, inside: str) -> str:
    if not inside.strip():
        return "a reference is empty"
    if not name:
        return "a reference has two dots in a row, or one at its start or end"
    if len(name) > 64:
        return "a name in a reference has more than 64 characters"
    if name.isdigit():
        return f"{name} is not a name; references cannot index a list (the node type `pick` can)"
    return f"{name!r} is not a name: letters, digits, _ and -, and no digit or - first"
