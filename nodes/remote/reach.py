"""Whether a provider answers: silence that lasts is told, once for all the tasks that wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import TaskError
from engine.events import ProviderAway, ProviderBack

if TYPE_CHECKING:
    from engine.context import Context
    from nodes.remote.session import Session

_TOLD_FROM = 2
"""Failures in a row from which on a wait is told: one by itself is nothing to speak of."""


@dataclass
class Reach:
    """Keeps whether a provider answers, as far as it was told.

    However many tasks wait for it, there is one word for each wait: the next one is told when that
    is over, and not by those that failed meanwhile.
    """

    provider: str
    answers: int = 0
    """How many there were; two looks tell whether there was one between."""
    _since: float | None = None
    """Since when it is told to be away."""
    _until: float = 0.0
    """When the wait that was told last is over."""

    def failed(self, error: TaskError, wait: float, now: float) -> ProviderAway | None:
        """Return what is to be told of a wait that begins.

        Args:
            error: Why it is waited.
            wait: For how many seconds.
            now: A clock for durations, in seconds.
        """
        if self._since is None:
            self._since = now
        elif now < self._until:
            return None
        self._until = now + wait
        kind, message = error.kind.value, error.message
        return ProviderAway(self.provider, kind, message, wait, now - self._since)

    def answered(self, now: float) -> ProviderBack | None:
        """Note an answer; return what is to be told of it."""
        self.answers += 1
        if self._since is None:
            return None
        since, self._since = self._since, None
        return ProviderBack(self.provider, now - since)


@dataclass(slots=True)
class Patience:
    """What one task tells of its waits for one thing that it asks a provider for.

    Args:
        session: The provider's.
        ctx: The task's; None where there is none to tell.
    """

    session: Session
    ctx: Context | None = None
    _failures: int = 0
    _unheard: int = 0
    """Those since the provider answered anybody."""
    _answers: int = field(default=-1)
    _has_told: bool = False

    def failed(self, error: TaskError, wait: float) -> None:
        """Tell of a wait that begins: beside the task, and as news of the provider."""
        session, reach = self.session, self.session.reach
        self._failures += 1
        self._unheard = self._unheard + 1 if reach.answers == self._answers else 1
        self._answers = reach.answers
        if self._failures >= _TOLD_FROM and self.ctx is not None:
            self._has_told = True
            self.ctx.note(f"{error.message}; again in {wait:.0f} s")
        if self._unheard >= _TOLD_FROM:
            news = reach.failed(error, wait, session.desk.monotonic())
            if news is not None:
                session.desk.tell(news)

    def rewarded(self) -> None:
        """Take back what was told beside the task."""
        if self._has_told and self.ctx is not None:
            self._has_told = False
            self.ctx.note(f"{self.session.adapter.name} answers again")
