"""A circuit breaker: a provider that does not answer is left alone for a while."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ErrorKind, TaskError

FAILURES = 5
"""Submissions in a row without an answer, after which no more are tried."""
REST = 60.0
"""Seconds until one is tried again."""


@dataclass
class Breaker:
    """Counts the submissions in a row that a provider did not answer."""

    provider: str
    failures: int = 0
    opened: float = 0.0

    def check(self, now: float) -> None:
        """Let a submission pass, or refuse it.

        After a rest one is let through, and the next only when that was answered.

        Args:
            now: A clock for durations, in seconds.

        Raises:
            TaskError: The provider is left alone (`kind` is `down`).
        """
        if self.failures < FAILURES:
            return
        if now - self.opened < REST:
            raise TaskError(
                f"{self.provider} did not answer {self.failures} times in a row; nothing is sent "
                "for a minute",
                kind=ErrorKind.DOWN,
                hint="Run again later; what was submitted is picked up then.",
            )
        self.opened = now

    def failed(self, now: float) -> None:
        """Note that a submission got no answer."""
        self.failures += 1
        self.opened = now

    def answered(self) -> None:
        """Note that the provider answered, whatever it said."""
        self.failures = 0
