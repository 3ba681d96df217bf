"""What a canvas shows: nodes, wires, groups and notes, as plain immutable data.

The host makes a `Scene` from its document and from the run that goes on, and hands it over again
after each change. Nodes that did not change may be the same objects as before; that is what makes
an update quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Literal

Place = tuple[int, int]
"""Column and row of a box's top left corner, in cells at the full zoom; may be negative."""
PortSide = Literal["in", "out"]


class Zoom(IntEnum):
    """How much of a node is drawn; cells cannot be scaled, so the detail is."""

    DOT = 0
    """A sign for the state."""
    COMPACT = 1
    """Title and state."""
    FULL = 2
    """Ports and rows too."""


class State(StrEnum):
    """What is known of a node or of one of its tasks."""

    IDLE = "idle"
    """Nothing is known: not planned, not run."""
    MISSING = "missing"
    """It lacks something that it needs."""
    CACHED = "cached"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    DISABLED = "disabled"


class Flow(StrEnum):
    """What passes a wire."""

    IDLE = "idle"
    READY = "ready"
    """The value is there."""
    ACTIVE = "active"
    """The value is being used."""
    BROKEN = "broken"
    """The value will not come, or does not fit."""


Tone = Literal["plain", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a node."""

    name: str
    kind: str
    """Kind of data: `text`, `image`, ..., without the list around it."""
    label: str = ""
    """What is written; the name if empty."""
    many: bool = False
    """A list passes here."""
    needed: bool = False
    """It has to be wired or filled and is not."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A few words on a node: what it costs, what is wrong with it."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Node:
    """A box."""

    id: str
    title: str
    type: str = ""
    kind: str = "data"
    """Kind of data that it is about; gives its colour."""
    inlets: tuple[Port, ...] = ()
    outlets: tuple[Port, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """Rows of a name and a value: the model, how the prompt begins."""
    axes: tuple[str, ...] = ()
    """What the node is repeated over."""
    tasks: tuple[State, ...] = ()
    """State of each task, in order; empty for a node that is one task."""
    state: State = State.IDLE
    progress: float | None = None
    """Done share of what runs, 0 to 1."""
    badges: tuple[Badge, ...] = ()
    group: str = ""
    """The group that it stands in, as `outer/inner/`."""
    terminal: bool = False
    """It is an input or output of the workflow, drawn as a small pill."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection from an outlet to an inlet."""

    source: str
    outlet: str
    target: str
    inlet: str
    kind: str = "data"
    flow: Flow = Flow.IDLE


@dataclass(frozen=True, slots=True)
class Group:
    """A titled frame around nodes. Groups that nodes name need not be listed."""

    id: str
    """As nodes name it: `outer/inner/`."""
    title: str = ""
    folded: bool = False
    """It is drawn as one node, with `id` as that node's id."""


@dataclass(frozen=True, slots=True)
class Note:
    """Words on the canvas."""

    id: str
    text: str
    width: int = 28


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is drawn."""

    nodes: tuple[Node, ...] = ()
    wires: tuple[Wire, ...] = ()
    groups: tuple[Group, ...] = ()
    notes: tuple[Note, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where nodes and notes stand that a person has placed; the others are laid out."""


@dataclass(frozen=True, slots=True, order=True)
class PortRef:
    """A port of a node."""

    node: str
    side: PortSide
    port: str


WireRef = tuple[str, str, str, str]
"""Source, outlet, target, inlet."""


def wire_ref(wire: Wire) -> WireRef:
    """Return what names a wire."""
    return (wire.source, wire.outlet, wire.target, wire.inlet)
