"""What happens in a run, as typed events: the one source of what any front end shows.

`to_json` gives the documented form of `--events jsonl`; `VERSION` is raised when a field changes
its meaning or goes away. New fields and new events may come at any time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from engine.values import encode

VERSION = 1


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """A node as a front end shows it."""

    id: str
    type: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A run begins."""

    run: int
    """Its number in the history."""
    name: str
    nodes: tuple[NodeInfo, ...]
    """In topological order; those that are not wanted are not among them."""


@dataclass(frozen=True, slots=True)
class NodeCounted(Event):
    """The number of a node's tasks became known, or grew."""

    node: str
    total: int
    complete: bool
    """Whether that is all; otherwise a list's length is still to come."""


@dataclass(frozen=True, slots=True)
class TaskStarted(Event):
    """A task's work begins. Tasks found in the cache do not start."""

    task: str
    node: str


@dataclass(frozen=True, slots=True)
class TaskProgress(Event):
    """A running task tells how far it is."""

    task: str
    node: str
    share: float
    """0 to 1."""
    note: str = ""
    age: float = 0.0
    """Seconds since its job was submitted, by whichever run; 0 where it has none."""


@dataclass(frozen=True, slots=True)
class TaskRetried(Event):
    """A task failed in a way that may pass and will be tried again."""

    task: str
    node: str
    attempt: int
    """The attempt that failed, from 1."""
    wait: float
    """Seconds until the next."""
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class ProviderAway(Event):
    """A provider does not answer, or wants to be left alone: tasks wait, and it is asked again.

    Once for each wait, however many tasks there are. What is sent or asked is not lost by it.
    """

    provider: str
    kind: str
    message: str
    wait: float
    """Seconds until it is asked again."""
    seconds: float = 0.0
    """For how long that has been told already."""


@dataclass(frozen=True, slots=True)
class ProviderBack(Event):
    """A provider answers again that was told to be away."""

    provider: str
    seconds: float
    """For how long it was away."""


@dataclass(frozen=True, slots=True)
class TaskDone(Event):
    """A task has its result."""

    task: str
    node: str
    status: Literal["cached", "ran", "shared"]
    """`shared`: another task of this run did the same work."""
    seconds: float
    outputs: Mapping[str, Any] = field(default_factory=dict)
    cost: str | None = None
    """What was paid for it, in US dollars, where that is known."""


@dataclass(frozen=True, slots=True)
class TaskFailed(Event):
    """A task has no result, and what needs it will not run."""

    task: str
    node: str
    kind: str
    message: str
    hint: str = ""
    skipped: bool = False
    """The node says `"on_error": "skip"`: lists go on without this item."""


@dataclass(frozen=True, slots=True)
class TaskStopped(Event):
    """A task was cut off: the run is being stopped, or it was called off by itself."""

    task: str
    node: str
    note: str = ""
    """Of a task that was called off by itself, what became of its job at a provider."""


@dataclass(frozen=True, slots=True)
class TaskBlocked(Event):
    """A task cannot run, as one that it needs failed or was skipped."""

    task: str
    node: str
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class RunFinished(Event):
    """The run is over."""

    status: str
    """`done`, `failed`, `partial` or `interrupted`."""
    exit_code: int
    counts: Mapping[str, int]
    """Tasks by what became of them: cached, ran, shared, failed, skipped, blocked, stopped."""
    seconds: float


Listener = Callable[[Event], None]


def to_json(event: Event, time: float) -> dict[str, Any]:
    """Return an event as JSON data.

    Args:
        event: The event.
        time: When it happened, in seconds since 1970.
    """
    data = {item.name: _plain(getattr(event, item.name)) for item in fields(event)}
    return {"v": VERSION, "event": _name(type(event)), "time": round(time, 3), **data}


def _name(event_type: type[Event]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", event_type.__name__).lower()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, NodeInfo):
        return {"id": value.id, "type": value.type, "title": value.title}
    return encode(dict(value) if isinstance(value, Mapping) else value)
