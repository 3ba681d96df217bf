"""Doing one task: calling its node function and looking at what it gave."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import anyio.to_thread

from engine._taskcontext import TaskContext
from engine.errors import ReelgraphError, TaskError
from engine.keys import Prepared
from engine.store.codec import media_in
from engine.tasks import Task
from engine.types import PortType
from engine.values import VALUE_CLASSES, Value
from engine.workshop import Workshop

_INTEGERS = range(-(2**63), 2**63)
"""What every JSON reader and database can hold."""


async def perform(prepared: Prepared, workshop: Workshop) -> dict[str, Any]:
    """Do a task's work once, with the media that it needs in the store.

    Raises:
        TaskError: It could not do its work, or gave something else than it promises.
        Cancelled: The run is being stopped.
        Exception: The node function has a fault.
    """
    for media in media_in(prepared.arguments):
        if not workshop.files.is_stored(media):
            await anyio.to_thread.run_sync(workshop.files.store, media)
    return await call(prepared, workshop)


async def call(prepared: Prepared, workshop: Workshop) -> dict[str, Any]:
    """Call a task's node function and return the values of its ports; raises as `perform`."""
    task = prepared.task
    node_type = task.node.type
    context = TaskContext(workshop, task.name, task.node.id, prepared.key)
    try:
        extra = {"ctx": context} if node_type.takes_context else {}
        result = await node_type.function(**prepared.arguments, **extra)
    except ReelgraphError as error:
        workshop.secrets.clean_error(error)
        raise
    except Exception as error:
        if workshop.secrets.clean(str(error)) == str(error):
            raise
        crash = explain_crash(task, error)
        workshop.secrets.clean_error(crash)
        # The original would bring the secret along wherever a traceback is printed.
        raise crash from None
    finally:
        await context.close()
    outputs: dict[str, Any] = workshop.secrets.clean_value(read_result(task, result))
    return outputs


def read_result(task: Task, result: Any) -> dict[str, Any]:
    """Return what a node function gave, by port.

    Raises:
        TaskError: It is not what the node promises.
    """
    node_type = task.node.type
    try:
        outputs = node_type.split_outputs(result)
    except AttributeError:
        raise _broken_promise(task, result, ", ".join(node_type.outputs)) from None
    for name, value in outputs.items():
        wanted = task.node.outputs.get(name, node_type.outputs[name])
        if not conforms(value, wanted):
            raise _broken_promise(task, value, f"{wanted} for its output {name!r}")
    return outputs


def _broken_promise(task: Task, value: Any, wanted: str) -> TaskError:
    shown = type(value).__name__
    if isinstance(value, float | bool):
        shown = repr(value)
    elif isinstance(value, int):
        shown = repr(value) if value in _INTEGERS else "an integer of more than 64 bits"
    message = f"the node gave {shown}, but promises {wanted}"
    hint = f"This is a fault of the node {task.node.type.name} ({task.node.type.module})."
    return TaskError(message, where=task.name, hint=hint)


def conforms(value: Any, port_type: PortType) -> bool:
    """Tell whether a value is of a port's type, and can be stored.

    Numbers must be finite, and integers fit into 64 bits.
    """
    if value is None:
        return port_type.optional or port_type.kind in ("data", "variable")
    if port_type.kind == "list":
        return isinstance(value, list) and all(conforms(item, port_type.item) for item in value)
    if port_type.kind == "union":
        return any(conforms(value, member) for member in port_type.members)
    if port_type.kind in ("data", "variable"):
        return _is_data(value)
    if port_type.kind == "choice":
        return isinstance(value, str) or _is_number(value, int)
    if port_type.kind == "number":
        return _is_number(value, (int, float))
    if port_type.kind == "integer":
        return _is_number(value, int)
    return isinstance(value, _CLASSES[port_type.kind])


_CLASSES: Mapping[str, type] = {"text": str, "boolean": bool, **VALUE_CLASSES}


def _is_number(value: Any, wanted: type | tuple[type, ...]) -> bool:
    if isinstance(value, bool) or not isinstance(value, wanted):
        return False
    return math.isfinite(value) if isinstance(value, float) else value in _INTEGERS


def _is_data(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_data, value.values()))
    if value is None or isinstance(value, str | bool | Value):
        return True
    return _is_number(value, (int, float))


def explain_crash(task: Task, error: Exception) -> TaskError:
    """Return the failure of a task for whatever its node function raised."""
    if isinstance(error, TaskError):
        return error
    if isinstance(error, OSError):
        return TaskError(f"the system said: {error}", where=task.name)
    if isinstance(error, ReelgraphError):
        return TaskError(error.message, where=error.where or task.name, hint=error.hint)
    kind = type(error).__name__
    hint = f"This is a fault of the node {task.node.type.name} ({task.node.type.module})."
    crash = TaskError(f"the node crashed: {kind}: {error}", where=task.name, hint=hint)
    crash.__cause__ = error
    return crash
