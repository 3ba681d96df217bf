"""What the driver of remote jobs works with: the journal, the budget, clocks and chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from engine.events import Event, Listener
from engine.money import Budget
from engine.request import DEFAULT_LIMIT
from engine.store.journal import Journal

if TYPE_CHECKING:
    from engine.workshop import Sleep


def _tell_nobody(event: Event) -> None:
    pass


@dataclass
class JobDesk:
    """What the remote jobs of one run share."""

    journal: Journal
    now: Callable[[], float]
    """The time, in seconds since 1970."""
    monotonic: Callable[[], float]
    """A clock for durations, in seconds."""
    sleep: Sleep
    """Waits a number of seconds."""
    tell: Listener = _tell_nobody
    """Called with what concerns a provider, and so all tasks that wait for it."""
    budget: Budget = field(default_factory=Budget)
    limits: Mapping[str, int] = field(default_factory=dict)
    """Jobs at a time by provider, over all processes of the home."""
    paces: Mapping[str, int] = field(default_factory=dict)
    """Calls a minute by provider, over all processes of the home; any number by default."""
    run: int = 0
    """The run's number in the history; 0 outside of a run."""
    workflow: str = ""
    """The workflow file."""
    stopping: bool = False
    """Whether the run is being stopped: nothing more is to be sent."""
    called_off: dict[str, str] = field(default_factory=dict)
    """By address, the tasks that are called off by themselves, with their jobs; and what came of
    that, once it is known."""
    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - jitter
    """Spreads out what would otherwise happen at once."""
    began: float = field(init=False)
    """When the run began, before it looked into the cache; in seconds since 1970."""

    def __post_init__(self) -> None:
        self.began = self.now()

    def limit(self, provider: str) -> int:
        """Return how many jobs a provider may have at a time."""
        return self.limits.get(provider, DEFAULT_LIMIT)
