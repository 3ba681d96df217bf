"""Cache keys: a digest of all that a task's result depends on, and of nothing else.

Node type, version and origin, model and adapter version, normalised arguments, content of the
inputs. Names, places, titles and the order of keys are no part of it. An argument that equals its
default is left out, so that a new parameter with a default keeps old results valid.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.errors import ErrorKind, TaskError
from engine.graph import Const
from engine.nodetype import NodeType, Parameter, StaticArguments, Traits
from engine.tasks import Task
from engine.types import build_values
from engine.values import KIND_TAG, PLAIN_KIND, Media, Value, encode


@dataclass(frozen=True, slots=True)
class Prepared:
    """A task with all its arguments: plain data, ready to be looked up or run anywhere."""

    task: Task
    arguments: Mapping[str, Any]
    traits: Traits
    key: str
    text: str
    """What the key is the digest of: JSON, kept so that a plan can say what changed."""


def prepare(task: Task, arguments: Mapping[str, Any]) -> Prepared:
    """Check and normalise a task's arguments and make its key.

    Raises:
        TaskError: A value is out of its parameter's limits; `kind` is `invalid`.
    """
    node_type = task.node.type
    bindings = task.node.bindings
    checked = {
        # Literals were checked when the workflow was bound.
        name: value if isinstance(bindings.get(name), Const) else _validate(node_type, name, value)
        for name, value in arguments.items()
    }
    if node_type.check is not None and task.node.wires:
        found = node_type.check(StaticArguments(checked))
        complaints = [each for each in found if isinstance(each, str)]
        if complaints:
            raise TaskError("; ".join(complaints), kind=ErrorKind.INVALID, where=task.name)
    traits = node_type.traits(checked)
    text = key_text(node_type, checked, traits.fingerprint)
    key = hashlib.sha256(text.encode("ascii")).hexdigest()
    return Prepared(task, checked, traits, key, text)


def _validate(node_type: NodeType, name: str, value: Any) -> Any:
    parameter = node_type.parameters.get(name) or node_type.extra
    assert parameter is not None  # noqa: S101 - the checker has refused unknown names
    try:
        if isinstance(value, dict | list) and parameter.is_structured:
            value = build_values(value, parameter.type)
        return parameter.validate(value)
    except ValidationError as error:
        details = "; ".join(detail["msg"] for detail in error.errors(include_url=False))
        message = f"{name} is not acceptable: {details}"
        raise TaskError(message, kind=ErrorKind.INVALID) from error


def key_text(node_type: NodeType, arguments: Mapping[str, Any], fingerprint: str) -> str:
    """Return the canonical JSON text that a task's key is the digest of.

    Written here and not by `json`, which takes three times as long for so small a text: it is
    made for every task of every run.
    """
    given = ",".join(
        f"{_quote(name)}:{text}"
        for name in sorted(arguments)
        if (text := _canonical(arguments[name])) != _default_text(node_type.parameters.get(name))
    )
    origin = f'"origin":{_quote(node_type.origin)},' if node_type.origin else ""
    return (
        f'{{"arguments":{{{given}}},"fingerprint":{_quote(fingerprint)},'
        f'"node":{_quote(node_type.name)},{origin}"version":{node_type.version}}}'
    )


def _default_text(parameter: Parameter | None) -> str | None:
    """Return the text of a parameter's default; None without one.

    Texts are compared, and not values: True, 1 and 1.0 are equal but are different data.
    """
    if parameter is None or parameter.required:
        return None
    return _canonical(parameter.normal_default)


_quote = json.encoder.encode_basestring_ascii


def _canonical(value: Any) -> str:
    """Return a value as JSON text: sorted, without blanks, media by their content alone."""
    if isinstance(value, str):
        return _quote(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Media):
        return f'{{"$kind":"{value.kind}","digest":"{value.digest}"}}'
    if isinstance(value, Value):
        return json.dumps(encode(value), sort_keys=True, separators=(",", ":"), allow_nan=False)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_canonical, value))}]"
    if isinstance(value, dict):
        return _mapping(value)
    raise TypeError(f"{type(value).__name__} cannot be part of a cache key")


def _mapping(value: Mapping[str, Any]) -> str:
    members = ",".join(f"{_quote(name)}:{_canonical(value[name])}" for name in sorted(value))
    if KIND_TAG in value:
        # A plain object that holds the tag's name must not pass for a handle.
        return f'{{"{KIND_TAG}":"{PLAIN_KIND}","fields":{{{members}}}}}'
    return f"{{{members}}}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be part of a cache key")
    return repr(value)
