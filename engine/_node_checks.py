"""What is wrong with a node besides its values: names, versions, lists, its author's own check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any, Final

from engine._axes import Joined
from engine._flat import Flat, RawNode
from engine.graph import Axis, Binding, Const, Node, Takes, wires_of
from engine.nodetype import Advice, StaticArguments
from engine.problems import nearest

_MAX_VARIANTS: Final = 1000
"""Most combinations of takes that a node's check sees."""


def check_signature(flat: Flat, raw: RawNode) -> None:
    """Report parameters that the node type does not have, and those that it lacks."""
    parameters = raw.type.parameters
    for name in raw.inputs:
        if raw.type.parameter(name) is None:
            flat.report(
                "unknown-parameter",
                f"{raw.type.name} has no parameter {name!r}",
                raw.place / "inputs" / name,
                expected=", ".join(parameters),
                found=name,
                suggestion=nearest(name, parameters),
            )
    for name, parameter in parameters.items():
        if parameter.required and name not in raw.inputs:
            flat.report(
                "missing-input",
                f"{raw.type.name} needs {name!r}",
                raw.place / "inputs",
                expected=str(parameter.type),
            )
    if raw.spec.version not in (None, raw.type.version):
        flat.report(
            "node-version",
            f"the file was made for version {raw.spec.version} of {raw.type.name}",
            raw.place / "version",
            expected=str(raw.type.version),
            found=str(raw.spec.version),
            severity="warning",
        )


def check_zip(flat: Flat, raw: RawNode, joined: Joined, axes: Mapping[str, Axis]) -> None:
    """Report zipped lists that are known to differ in length; the others show in the run."""
    for group in joined.zip_groups:
        known = [axes[name] for name in group]
        lengths = {axis.name: axis.length for axis in known if axis.length is not None}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            flat.report(
                "zip-length", "zip wants lists of equal length", raw.place / "over", found=told
            )


def check_collect(flat: Flat, raw: RawNode, bindings: Mapping[str, Binding]) -> None:
    """Report a `collect` that names no axis of a list that the node takes."""
    name = raw.spec.collect
    if not name:
        return
    wires = [wire for binding in bindings.values() for wire in wires_of(binding) if wire.collect]
    scope = raw.expression_scope
    if any(wire.collect == scope + name for wire in wires):
        return
    own = dict.fromkeys(axis.removeprefix(scope) for wire in wires for axis in wire.axes)
    flat.report(
        "unknown-axis",
        f"no list that this node takes has the axis {name!r}",
        raw.place / "collect",
        expected=", ".join(own),
        found=name,
        suggestion=nearest(name, own),
    )


def run_hook(flat: Flat, raw: RawNode, node: Node, static: StaticArguments) -> None:
    """Report what the node type's own check complains of, for each combination of takes."""
    if raw.type.check is None:
        return
    try:
        said = dict.fromkeys(
            each
            for variant in islice(_variants(node, static), _MAX_VARIANTS)
            for each in raw.type.check(variant)
        )
    except Exception as error:
        message = f"the check of {raw.type.name} failed: {type(error).__name__}: {error}"
        said = {message: None}
    for each in said:
        if isinstance(each, Advice):
            flat.report("advice", each.message, raw.place / "inputs", severity="warning")
        else:
            flat.report("bad-argument", each, raw.place / "inputs")


def _variants(node: Node, static: StaticArguments) -> Iterator[StaticArguments]:
    """Yield the arguments with each combination of the literal takes."""
    takes: list[list[tuple[str, Any]]] = []
    for name, binding in node.bindings.items():
        if isinstance(binding, Takes):
            known = [(name, item.value) for item in binding.items if isinstance(item, Const)]
            takes.extend([known] if known else [])
    for combination in product(*takes):
        chosen = dict(combination)
        yield StaticArguments({**static, **chosen}, static.wired - chosen.keys())
