"""Cache keys: a digest of all that a task's result depends on, and of nothing else.

Node type and version, model and adapter version, normalised arguments, content of the inputs.
Names, places, titles and the order of keys are no part of it. An argument that equals its default
is left out, so that a new parameter with a default keeps old results valid.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.errors import ErrorKind, TaskError
from engine.nodetype import NodeType, StaticArguments, Traits
from engine.tasks import Task
from engine.types import build_values
from engine.values import Media, Value, encode, mark_mapping


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
    checked = {name: _validate(node_type, name, value) for name, value in arguments.items()}
    if node_type.check is not None and task.node.wires:
        complaints = list(node_type.check(StaticArguments(checked)))
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
        if isinstance(value, dict | list):
            value = build_values(value, parameter.type)
        return parameter.validate(value)
    except ValidationError as error:
        details = "; ".join(detail["msg"] for detail in error.errors(include_url=False))
        message = f"{name} is not acceptable: {details}"
        raise TaskError(message, kind=ErrorKind.INVALID) from error


def key_text(node_type: NodeType, arguments: Mapping[str, Any], fingerprint: str) -> str:
    """Return the canonical JSON text that a task's key is the digest of."""
    defaults = node_type.parameters
    given = {
        name: _canonical(value)
        for name, value in arguments.items()
        if name not in defaults or not _is_default(value, defaults[name].default)
    }
    return _ENCODER.encode(
        {
            "arguments": given,
            "fingerprint": fingerprint,
            "node": node_type.name,
            "version": node_type.version,
        }
    )


def _is_default(value: Any, default: Any) -> bool:
    # True == 1, but they are different arguments where a parameter takes any data.
    return isinstance(value, bool) is isinstance(default, bool) and bool(value == default)


_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False
)


def _canonical(value: Any) -> Any:
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Media):
        return {"$kind": value.kind, "digest": value.digest}
    if isinstance(value, Value):
        return encode(value)
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, dict):
        return mark_mapping({key: _canonical(item) for key, item in value.items()})
    raise TypeError(f"{type(value).__name__} cannot be part of a cache key")
