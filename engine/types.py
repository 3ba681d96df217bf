"""Port types: what a wire may carry, and which wire fits which port.

A type is read from a Python annotation (`from_annotation`) or from its name in a workflow file
(`parse_type`), and is compared with `fits`.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Optional, TypeVar, Union, get_args, get_origin

from engine.values import VALUE_CLASSES, Value

SCALARS: dict[type, str] = {str: "text", int: "integer", float: "number", bool: "boolean"}
KINDS: tuple[str, ...] = (*SCALARS.values(), "choice", *VALUE_CLASSES)
"""Names of all types that a workflow file may use, besides `list[...]`."""

MEDIA_KINDS = frozenset({"file", "image", "video", "audio"})


@dataclass(frozen=True, slots=True)
class PortType:
    """The type of a port.

    `kind` is a name of `KINDS`, or `list` (of `members[0]`), `union` (of `members`), `variable`
    (any type, the same wherever `name` stands in one signature), or `data` (any JSON value).
    """

    kind: str
    members: tuple[PortType, ...] = ()
    options: tuple[str | int, ...] = ()
    name: str = ""
    optional: bool = False

    @property
    def is_list(self) -> bool:
        """Whether this is `list[...]`."""
        return self.kind == "list"

    @property
    def item(self) -> PortType:
        """The type of one item of a list."""
        return self.members[0]

    @property
    def is_media(self) -> bool:
        """Whether a value is a blob: an image, a video, sound, a file."""
        return self.kind in MEDIA_KINDS

    @property
    def is_open(self) -> bool:
        """Whether there is a type variable in it."""
        return self.kind == "variable" or any(member.is_open for member in self.members)

    def required(self) -> PortType:
        """Return the same type without its optionality."""
        return PortType(self.kind, self.members, self.options, self.name) if self.optional else self

    def __str__(self) -> str:
        if self.kind == "list":
            text = f"list[{self.item}]"
        elif self.kind == "union":
            text = " | ".join(str(member) for member in self.members)
        elif self.kind == "choice":
            text = " | ".join(repr(o) if isinstance(o, int) else f'"{o}"' for o in self.options)
        elif self.kind == "variable":
            text = "any"
        else:
            text = self.kind
        return f"{text} or nothing" if self.optional else text


TEXT = PortType("text")


def list_of(item: PortType) -> PortType:
    """Return the type of a list of `item`."""
    return PortType("list", (item,))


def from_annotation(annotation: Any) -> PortType:
    """Read a port type from a Python annotation; `Annotated` wrappers are looked through.

    Raises:
        TypeError: The annotation is none that a port can have.
    """
    if annotation in SCALARS:
        return PortType(SCALARS[annotation])
    if annotation is Any:
        return PortType("data")
    if isinstance(annotation, TypeVar):
        return PortType("variable", name=annotation.__name__)
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return PortType(annotation.kind)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        return from_annotation(arguments[0])
    if origin is Literal:
        return PortType("choice", options=tuple(arguments))
    if origin is list and arguments:
        return list_of(from_annotation(arguments[0]))
    if origin in (Union, types.UnionType):
        return _from_union(arguments)
    raise TypeError(f"{annotation!r} is not a port type")


def _from_union(arguments: tuple[Any, ...]) -> PortType:
    members = tuple(from_annotation(a) for a in arguments if a is not type(None))
    optional = len(members) < len(arguments)
    if len(members) == 1:
        only = members[0]
        return PortType(only.kind, only.members, only.options, only.name, optional)
    return PortType("union", members, optional=optional)


_LIST = re.compile(r"list\[(.+)\]$")


def parse_type(text: str, options: tuple[str, ...] = ()) -> PortType:
    """Read a type from its name in a workflow file: `text`, `image`, `list[video]`.

    Raises:
        ValueError: There is no such type.
    """
    text = text.strip()
    if match := _LIST.match(text):
        item = parse_type(match[1], options)
        if item.is_list:
            raise ValueError("a list of lists is not a port type")
        return list_of(item)
    if text not in KINDS:
        raise ValueError(f"there is no type {text!r}")
    return PortType(text, options=options if text == "choice" else ())


def to_annotation(port_type: PortType) -> Any:
    """Return a Python annotation for a type of a workflow file: the way back of `parse_type`."""
    if port_type.optional:
        return Optional[to_annotation(port_type.required())]  # noqa: UP045 - built at run time
    if port_type.is_list:
        return list[to_annotation(port_type.item)]  # type: ignore[misc]  # built at run time
    if port_type.kind == "choice":
        return Literal[port_type.options] if port_type.options else str
    if port_type.kind in VALUE_CLASSES:
        return VALUE_CLASSES[port_type.kind]
    return next((t for t, name in SCALARS.items() if name == port_type.kind), Any)


def is_structured(port_type: PortType) -> bool:
    """Tell whether values of a type may be, or hold, objects of `engine.values`."""
    if port_type.members:
        return any(map(is_structured, port_type.members))
    return port_type.kind in VALUE_CLASSES or port_type.kind in ("data", "variable")


def build_values(value: Any, port_type: PortType) -> Any:
    """Turn JSON objects into the structured values that a type wants, as shots and characters.

    Media are left alone: a file names them by path, never by what it claims of their content.

    Raises:
        pydantic.ValidationError: An object is not such a value.
    """
    if isinstance(value, list) and port_type.is_list:
        return [build_values(item, port_type.item) for item in value]
    if not isinstance(value, dict):
        return value
    members = port_type.members if port_type.kind == "union" else (port_type,)
    kinds = [m.kind for m in members if m.kind in VALUE_CLASSES and not m.is_media]
    return VALUE_CLASSES[kinds[0]].model_validate(value) if len(kinds) == 1 else value


def fields_of(port_type: PortType) -> dict[str, PortType]:
    """Return the fields that a reference may go on into; empty for types without any."""
    value_class = VALUE_CLASSES.get(port_type.kind)
    if value_class is None:
        return {}
    return {
        name: from_annotation(field.annotation) for name, field in value_class.model_fields.items()
    }


def fits(source: PortType, target: PortType, variables: dict[str, PortType] | None = None) -> bool:
    """Tell whether a value of type `source` may go into a port of type `target`.

    An integer may go where a number is wanted, and text where a choice is wanted (its value is
    checked when it is known). `variables` collects what the type variables of a signature stand
    for; the first use decides.
    """
    variables = {} if variables is None else variables
    if target.kind == "data":
        return True
    if source.optional and not target.optional:
        return False
    source, target = source.required(), target.required()
    if source.kind == "union":
        return all(fits(member, target, variables) for member in source.members)
    if target.kind == "variable":
        bound = variables.setdefault(target.name, source)
        return bound is source or fits(source, bound, variables)
    if target.kind == "union":
        return any(fits(source, member, variables) for member in target.members)
    if source.is_list and target.is_list:
        return fits(source.item, target.item, variables)
    if target.kind == "choice":
        return _fits_choice(source, target)
    return source.kind in (target.kind, *_WIDENINGS.get(target.kind, ()))


_WIDENINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("integer",),
    "text": ("choice",),
    "file": ("image", "video", "audio"),
}


def _fits_choice(source: PortType, target: PortType) -> bool:
    if source.kind == "choice" and source.options and target.options:
        return set(source.options) <= set(target.options)
    wanted = "integer" if any(isinstance(o, int) for o in target.options) else "text"
    return source.kind in ("choice", wanted)


def substitute(port_type: PortType, variables: Mapping[str, PortType]) -> PortType:
    """Replace type variables by what they stand for."""
    if not port_type.is_open:
        return port_type
    if port_type.kind == "variable":
        try:
            return variables[port_type.name]
        except KeyError:
            return port_type
    members = tuple(substitute(member, variables) for member in port_type.members)
    return PortType(port_type.kind, members, optional=port_type.optional)
