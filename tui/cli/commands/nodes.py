"""`reelgraph nodes`: the node types, and everything about one of them."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from engine.nodetype import NodeType, Parameter
from engine.values import encode
from tui.cli.exits import Exit
from tui.cli.limits import limits_of
from tui.cli.session import Session, unknown
from tui.cli.tables import Column, paragraphs, table
from tui.cli.terminal import Span, Terminal


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print the node types, or one."""
    registry = session.registry
    if options.type is None:
        types = list(registry)
        if options.json:
            terminal.print_json({"v": 1, "nodes": [_as_json(each) for each in types]})
        else:
            terminal.print_lines(_list(types, terminal.width))
        return Exit.DONE
    node_type = registry.get(options.type)
    if node_type is None:
        raise unknown("node type", options.type, registry.names(), listing="reelgraph nodes")
    if options.json:
        terminal.print_json({"v": 1, **_as_json(node_type)})
    else:
        terminal.print_lines(_explain(node_type, terminal.width))
    return Exit.DONE


def category(node_type: NodeType) -> str:
    """Return the subject that a node belongs to: the module it is in."""
    return node_type.module.rpartition(".")[2]


def _list(types: list[NodeType], width: int | None) -> Iterator[list[Span]]:
    columns = [Column("", style="bold"), Column("", wrap=True)]
    pad = max((len(each.name) for each in types), default=0)
    for number, subject in enumerate(dict.fromkeys(category(each) for each in types)):
        if number:
            yield []
        yield [(subject, "cyan")]
        own = [each for each in types if category(each) == subject]
        rows = [[f"  {each.name:<{pad}}", each.summary] for each in own]
        yield from table(columns, rows, width)


# -- one type --------------------------------------------------------------------------------------


def _explain(node_type: NodeType, width: int | None) -> Iterator[list[Span]]:
    yield [(node_type.name, "bold"), (f"  version {node_type.version}", "dim")]
    yield from paragraphs(f"{node_type.summary}\n\n{node_type.help}", width)
    yield []
    yield [("inputs", "cyan")]
    yield from _parameters(node_type, width)
    yield []
    yield [("outputs", "cyan")]
    rows = [[f"  {name}", str(port)] for name, port in node_type.outputs.items()]
    yield from table([Column("", style="bold"), Column("")], rows, width)
    yield []
    yield [("example", "cyan")]
    for line in example(node_type).splitlines():
        yield [f"  {line}"]


def _parameters(node_type: NodeType, width: int | None) -> Iterator[list[Span]]:
    columns = [
        Column("", style="bold"),
        Column("", style="green"),
        Column("", style="dim", shrink=True),
        Column("", wrap=True),
    ]
    rows: list[list[Span]] = [
        [f"  {each.name}", type_of(each), default_of(each), described(each)]
        for each in node_type.parameters.values()
    ]
    if node_type.extra:
        extra = node_type.extra
        rows.append(["  (any name)", type_of(extra), "any number", described(extra)])
    yield from table(columns, rows, width)


def type_of(parameter: Parameter) -> str:
    """Return the type of a parameter, as help shows it."""
    return str(parameter.type.required()).replace('"', "")


def default_of(parameter: Parameter) -> str:
    """Return what a parameter is when the workflow does not give it."""
    if parameter.required:
        return "required"
    if parameter.default is None:
        return "optional"
    return f"default {json.dumps(encode(parameter.default), ensure_ascii=False)}"


def described(parameter: Parameter) -> str:
    """Return what a parameter is for, with its limits."""
    limits = limits_of(parameter)
    return f"{parameter.description} ({limits})" if limits else parameter.description


def example(node_type: NodeType) -> str:
    """Return a node of this type as it stands in a workflow file: what is required, filled in."""
    inputs = {
        name: _example_value(parameter)
        for name, parameter in node_type.parameters.items()
        if parameter.required
    }
    if not inputs and node_type.parameters:
        name, parameter = next(iter(node_type.parameters.items()))
        inputs[name] = _example_value(parameter)
    fields = json.dumps({"type": node_type.name, "inputs": inputs}, ensure_ascii=False, indent=2)
    return f'"my_{node_type.name}": {fields}'


_EXAMPLES: dict[str, Any] = {"text": "...", "integer": 1, "number": 1.0, "boolean": True}


def _example_value(parameter: Parameter) -> Any:
    wanted = parameter.type.required()
    if wanted.kind == "union":
        wanted = wanted.members[0]
    item = wanted.item if wanted.is_list else wanted
    if item.kind == "choice":
        return parameter.default if not parameter.required else item.options[0]
    if item.kind in _EXAMPLES and not wanted.is_list:
        return _EXAMPLES[item.kind]
    port = "value" if item.kind in ("variable", "data") else item.kind
    return f"${{other.{port}}}"


def _as_json(node_type: NodeType) -> dict[str, Any]:
    parameters = [*node_type.parameters.values()]
    return {
        "name": node_type.name,
        "version": node_type.version,
        "category": category(node_type),
        "module": node_type.module,
        "summary": node_type.summary,
        "help": node_type.help,
        "inputs": [_parameter_as_json(each) for each in parameters],
        "more_inputs": _parameter_as_json(node_type.extra) if node_type.extra else None,
        "outputs": {name: str(port) for name, port in node_type.outputs.items()},
    }


def _parameter_as_json(parameter: Parameter) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": parameter.name,
        "type": str(parameter.type),
        "required": parameter.required,
        "description": parameter.description,
        "limits": limits_of(parameter),
    }
    if parameter.type.options:
        data["options"] = list(parameter.type.options)
    if not parameter.required:
        data["default"] = encode(parameter.default)
    return data
