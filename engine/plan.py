"""A plan: which tasks a run would do, why, and what they would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from engine.nodetype import Price

Status = Literal["cached", "run", "shared", "unknown"]
"""`shared`: another task of the run does the same work. `unknown`: runs unless what it waits for
comes out as before, or is not needed in the end."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task runs."""

    code: Literal[
        "new",
        "changed",
        "version",
        "model",
        "redo",
        "never",
        "gone",
        "upstream",
        "optional",
        "shared",
        "pinned",
        "attached",
        "doubt",
        "known",
    ]
    field: str = ""
    """The parameter that changed, or that waits for another task."""
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        return _REASONS[self.code].format(field=self.field, old=self.old, new=self.new)


_REASONS = {
    "new": "no result yet",
    "changed": "{field}: {old} -> {new}",
    "version": "node version {old} -> {new}",
    "model": "model or adapter version: {old} -> {new}",
    "redo": "asked to be made anew",
    "never": 'the node says "cache": "never"',
    "gone": "its stored result was removed or is damaged",
    "upstream": "{field} waits for {new}",
    "optional": "needed only if a later choice falls on it",
    "shared": "the same work as {new}",
    "pinned": "pinned, but there is no result yet",
    "known": "{new}, which costs nothing more",
    "attached": "a job for it is under way, which costs nothing more",
    "doubt": "its job is in doubt: sent again only if the provider does not have it",
}


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task of a plan."""

    task: str
    node: str
    type: str
    status: Status
    reasons: tuple[Reason, ...] = ()
    price: Price = field(default_factory=Price)
    seconds: float | None = None
    """Expected length of its own work; None when there is none, or nothing like it has run yet."""
    models: tuple[str, ...] = ()
    """The models that it may ask, in order of preference."""
    outputs: Mapping[str, Any] | None = field(default=None, repr=False)
    """Its values by port, where they are known without a run; None otherwise."""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """The tasks of one node, in numbers."""

    node: str
    type: str
    cached: int = 0
    run: int = 0
    shared: int = 0
    unknown: int = 0
    total_known: bool = True
    """Whether that is all; otherwise a list's length is still to come."""
    predicted: int | None = None
    """For such a node: how many tasks it had in the last run that was done."""


@dataclass(frozen=True, repr=False)
class Plan:
    """What a run would do."""

    name: str
    tasks: tuple[PlannedTask, ...]
    nodes: tuple[PlannedNode, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    """Nodes or tasks that would fail for sure, and why."""
    elapsed: float | None = None
    """Seconds that the run is expected to take; None where something like it has never run."""

    def __repr__(self) -> str:
        # The event loop asks for this of whatever it returns; thousands of rows would take long.
        return f"<Plan of {self.name}: {len(self.tasks)} tasks>"

    def count(self, status: Status) -> int:
        """Return how many tasks have a status."""
        return sum(1 for task in self.tasks if task.status == status)

    @property
    def cost_low(self) -> Decimal:
        """The least that the run costs, in US dollars."""
        return sum((t.price.low for t in self.tasks if t.status == "run"), Decimal(0))

    @property
    def cost_high(self) -> Decimal | None:
        """The most that it costs; None when a price is not known."""
        total = Decimal(0)
        for task in self.tasks:
            if task.status in ("run", "unknown"):
                if task.price.high is None:
                    return None
                total += task.price.high
        return total

    @property
    def seconds(self) -> float:
        """Work to be done, in seconds of tasks, as far as it can be foreseen."""
        return sum(t.seconds or 0.0 for t in self.tasks)
