"""The `node` decorator: reads a function's signature into a node type.

The signature is the schema. Parameters, defaults, `Annotated[..., Field(...)]` limits and the
docstring become what the checker, the editor, the JSON Schema and the help show.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, get_type_hints

from pydantic.fields import FieldInfo

from engine.context import Context
from engine.errors import NodeDefinitionError
from engine.nodetype import (
    CheckHook,
    NeedsHook,
    NodeType,
    Outputs,
    OutputsHook,
    Parameter,
    TraitsHook,
)
from engine.registry import MARK
from engine.types import PortType, from_annotation

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])


def node(
    *,
    version: int,
    name: str | None = None,
    pool: str = "",
    instant: bool = False,
    sink: bool = False,
    check: CheckHook | None = None,
    traits: TraitsHook | None = None,
    needs: NeedsHook | None = None,
    outputs: OutputsHook | None = None,
) -> Callable[[F], F]:
    """Make a node of an async function.

    Args:
        version: Raise it when the same inputs give another result; older results then no
            longer count.
        name: The node's type name; the function's name by default.
        pool: The limit its tasks count against; `media` for blocking local work.
        instant: Pure, free, done in milliseconds, writes no media: planning runs it, so that plans
            are exact.
        sink: Runs even when no output of the workflow needs it, as it leaves something behind.
        check: Called before a run with what is known; returns complaints, and advice.
        traits: Called with a task's arguments; returns its pool, fingerprint and price.
        needs: Makes inputs lazy. Called with the values of all inputs that are not lazy and the
            names of those that are (the variadic ones); returns the names that are wanted.
        outputs: Narrows or names the output ports by what is known of the arguments.

    Raises:
        NodeDefinitionError: The function cannot be a node; the message names function and reason.
    """

    def mark(function: F) -> F:
        bare = _read_function(function, name or function.__name__, version)
        node_type = replace(
            bare,
            pool=pool,
            instant=instant,
            sink=sink,
            check=check,
            traits_hook=traits,
            needs=needs,
            outputs_hook=outputs,
        )
        setattr(function, MARK, node_type)
        return function

    return mark


def _read_function(function: Callable[..., Any], name: str, version: int) -> NodeType:
    where = f"node {name} ({function.__module__})"
    if not inspect.iscoroutinefunction(function):
        raise NodeDefinitionError("a node must be an async function", where=where)
    if version < 1:
        raise NodeDefinitionError("the version must be 1 or more", where=where)
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        raise NodeDefinitionError(f"an annotation cannot be read: {error}", where=where) from error
    signature = inspect.signature(function)
    parameters: dict[str, Parameter] = {}
    extra: Parameter | None = None
    takes_context = False
    for item in signature.parameters.values():
        if hints.get(item.name) is Context:
            takes_context = True
            continue
        parameter = _read_parameter(item, hints, where)
        if item.kind is inspect.Parameter.VAR_KEYWORD:
            extra = parameter
        else:
            parameters[item.name] = parameter
    outputs, single = _read_outputs(hints.get("return"), where)
    doc = inspect.getdoc(function) or ""
    if not doc:
        raise NodeDefinitionError("a node needs a docstring: it is its help", where=where)
    return NodeType(
        name=name,
        version=version,
        function=function,
        parameters=parameters,
        outputs=outputs,
        single_output=single,
        extra=extra,
        takes_context=takes_context,
        summary=doc.partition("\n")[0],
        help=doc.partition("\n")[2].strip(),
        module=function.__module__,
    )


def _read_parameter(item: inspect.Parameter, hints: Mapping[str, Any], where: str) -> Parameter:
    if item.name not in hints:
        raise NodeDefinitionError(f"parameter {item.name} needs a type", where=where)
    if item.kind is inspect.Parameter.VAR_POSITIONAL:
        raise NodeDefinitionError("*args cannot be named in a workflow; use a list", where=where)
    annotation = hints[item.name]
    try:
        port_type = from_annotation(annotation)
    except TypeError as error:
        raise NodeDefinitionError(f"parameter {item.name}: {error}", where=where) from error
    infos = [m for m in getattr(annotation, "__metadata__", ()) if isinstance(m, FieldInfo)]
    description = next((info.description for info in infos if info.description), "")
    default = item.default
    if item.kind is inspect.Parameter.VAR_KEYWORD:
        default = None
    return Parameter(item.name, port_type, _concrete(annotation), default, description or "")


def _concrete(annotation: Any) -> Any:
    """Replace type variables by Any: the checker has compared types before values are there."""
    if isinstance(annotation, TypeVar):
        return Any
    if typing.get_origin(annotation) is typing.Annotated:
        base, *metadata = typing.get_args(annotation)
        return typing.Annotated[(_concrete(base), *metadata)]
    if typing.get_origin(annotation) is list:
        return list[_concrete(typing.get_args(annotation)[0])]  # type: ignore[misc]
    return annotation


def _read_outputs(annotation: Any, where: str) -> tuple[dict[str, PortType], bool]:
    if annotation in (None, type(None)):
        raise NodeDefinitionError("the return type is missing: it names the outputs", where=where)
    try:
        if isinstance(annotation, type) and issubclass(annotation, Outputs):
            hints = get_type_hints(annotation, include_extras=True)
            ports = {name: from_annotation(hints[name]) for name in annotation.model_fields}
            single = False
        else:
            port_type = from_annotation(annotation)
            ports, single = {_port_name(port_type): port_type}, True
    except TypeError as error:
        raise NodeDefinitionError(f"return type: {error}", where=where) from error
    for name, port_type in ports.items():
        if port_type.is_list and port_type.item.is_list:
            raise NodeDefinitionError(f"output {name} is a list of lists", where=where)
    return ports, single


def _port_name(port_type: PortType) -> str:
    if port_type.is_list:
        return _port_name(port_type.item) + "s"
    if port_type.kind in ("union", "variable", "data"):
        return "value"
    return "text" if port_type.kind == "choice" else port_type.kind
