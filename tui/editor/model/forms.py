"""What a form for a node shows: a field for each parameter, with its limits and its value."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic.fields import FieldInfo

from engine.nodetype import Parameter
from engine.references import Reference
from engine.types import PortType
from tui.editor.model import texts
from tui.editor.model.data import MISSING
from tui.editor.model.signatures import FILE, SUBWORKFLOW, item_of
from tui.editor.model.snapshot import Snapshot
from tui.editor.model.takes import takes_of

_LONG = 500
"""Most characters of a text that is meant for one line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a parameter's values may be; None where there is no such limit."""

    minimum: float | None = None
    maximum: float | None = None
    is_minimum_open: bool = False
    """The value must be more than the minimum, not the same."""
    is_maximum_open: bool = False
    max_length: int | None = None
    """Of a text its characters, of a list its items."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One parameter of a node, for a form."""

    name: str
    type: PortType
    kind: str
    """Of one value: `text`, `integer`, `number`, `boolean`, `choice`, `image`, ..., or `data`. Of
    a parameter of several types it is the first; `type` has them all."""
    is_list: bool
    required: bool
    default: Any
    """`MISSING` where a value must be given."""
    help: str
    choices: tuple[str | int, ...]
    limits: Limits
    value: Any
    """As it is written in the file; `MISSING` where nothing is."""
    wires: tuple[Reference, ...]
    """What is referred to in the value."""
    is_wired: bool
    """Whether the value is a reference and nothing else."""
    takes: int
    """How many values are written where one is wanted; 0 where none or one is."""
    is_multi_line: bool
    is_extra: bool
    """Whether the node takes any number of such parameters, by names of the person's choice."""

    @property
    def is_set(self) -> bool:
        """Whether the file gives a value."""
        return self.value is not MISSING

    @property
    def shown(self) -> Any:
        """The value that counts: the file's, or the default; `MISSING` where neither is."""
        return self.value if self.is_set else self.default


def form_of(snapshot: Snapshot, node: str) -> tuple[FormField, ...]:
    """Return the fields of a node's form, in the order of its signature."""
    inputs = snapshot.nodes.get(node, {}).get("inputs", {})
    takes = {takes.slot.name: len(takes.values) for takes in takes_of(snapshot, node)}
    node_type = snapshot.signatures.type_of(node)
    own = set(node_type.parameters) if node_type else set()
    is_child = snapshot.nodes.get(node, {}).get("type") == SUBWORKFLOW
    return tuple(
        _field(
            parameter,
            inputs.get(name, MISSING),
            takes.get(name, 0),
            is_extra=name not in own and not is_child,
        )
        for name, parameter in snapshot.signatures.parameters(node).items()
    )


def extra_of(snapshot: Snapshot, node: str) -> FormField | None:
    """Return what a further parameter of a node would be, whose name a person chooses."""
    node_type = snapshot.signatures.type_of(node)
    if node_type is None or node_type.extra is None or node_type.name == SUBWORKFLOW:
        return None
    return _field(node_type.extra, MISSING, 0, is_extra=True)


def limits_of(parameter: Parameter) -> Limits:
    """Return the limits that a parameter's annotation names."""
    found: dict[str, Any] = {}
    for constraint in _constraints(parameter.annotation):
        for name in ("ge", "gt", "le", "lt", "max_length"):
            value = getattr(constraint, name, None)
            if value is not None:
                found.setdefault(name, value)
    return Limits(
        minimum=found.get("ge", found.get("gt")),
        maximum=found.get("le", found.get("lt")),
        is_minimum_open="ge" not in found and "gt" in found,
        is_maximum_open="le" not in found and "lt" in found,
        max_length=found.get("max_length"),
    )


def _field(parameter: Parameter, value: Any, takes: int, *, is_extra: bool) -> FormField:
    item = item_of(parameter.type).required()
    limits = limits_of(parameter)
    wires = () if value is MISSING else tuple(r for _, r in texts.within(value))
    return FormField(
        name=parameter.name,
        type=parameter.type,
        kind=_kind(item),
        is_list=parameter.type.required().is_list,
        required=parameter.required,
        default=MISSING if parameter.required else parameter.default,
        help=parameter.description,
        choices=_choices(item),
        limits=limits,
        value=value,
        wires=tuple(dict.fromkeys(wires)),
        is_wired=texts.only(value) is not None,
        takes=takes,
        is_multi_line=_is_multi_line(parameter, item, limits, value),
        is_extra=is_extra,
    )


def _kind(item: PortType) -> str:
    single = [member for member in item.members or (item,) if not member.is_list]
    kind = single[0].kind if single else "data"
    return "data" if kind == "variable" else kind


def _choices(item: PortType) -> tuple[str | int, ...]:
    members = item.members if item.kind == "union" else (item,)
    return tuple(option for member in members for option in member.options)


def _is_multi_line(parameter: Parameter, item: PortType, limits: Limits, value: Any) -> bool:
    if item.kind != "text" or parameter.type.required().is_list:
        return False
    if isinstance(value, str) and "\n" in value:
        return True
    is_long = limits.max_length is None or limits.max_length >= _LONG
    return is_long and not parameter.type.optional and parameter.name != FILE


def _constraints(annotation: Any) -> Iterator[Any]:
    if typing.get_origin(annotation) is Literal:
        return
    for extra in getattr(annotation, "__metadata__", ()):
        yield from extra.metadata if isinstance(extra, FieldInfo) else (extra,)
    for part in typing.get_args(annotation):
        yield from _constraints(part)
