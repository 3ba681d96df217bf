"""Every error that reelgraph raises on purpose.

ReelgraphError
├── UsageError           the command or the settings are wrong
├── DocumentError        a workflow file cannot be read, parsed or migrated
├── CheckError           a workflow file is readable but not valid; holds every problem
├── NodeDefinitionError  a node function is declared wrongly (its author's mistake)
├── StoreError           the home folder, its database or a blob is unusable
├── FileAccessError      a path is outside the folders that may be read or written
└── TaskError            a node could not do its work; its `kind` says what may be done next
    └── WrongKindError   a media file is of another kind than the wanted one
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from engine.problems import Problem


class ReelgraphError(Exception):
    """Base of all expected errors.

    Args:
        message: What happened, in one sentence.
        where: The file, node or field it happened in; empty when there is none.
        hint: What to do next; empty when the message says it all.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  {self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross from one process to another, whatever the arguments of their classes are.
        return self._restored, (self.args, self.__dict__)

    @classmethod
    def _restored(cls, args: tuple[Any, ...], state: dict[str, Any]) -> Self:
        error = cls.__new__(cls, *args)
        error.args = args
        error.__dict__.update(state)
        return error


class UsageError(ReelgraphError):
    """The command line, an environment variable or a setting is wrong."""


class DocumentError(ReelgraphError):
    """A workflow file cannot be read, is not JSON, or is not a workflow."""


class CheckError(ReelgraphError):
    """A workflow file has errors; `problems` lists all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NodeDefinitionError(ReelgraphError):
    """A node function cannot be registered: its signature or options are wrong."""


class StoreError(ReelgraphError):
    """The home folder cannot be used: unwritable, damaged, or of a newer version."""


class FileAccessError(ReelgraphError):
    """A path leads outside the folders that this run may read or write."""


class ErrorKind(StrEnum):
    """Classes of task failure; they decide about retry and failover."""

    TRANSIENT = "transient"
    """A fault that may pass: connection lost, server error. Retried with backoff."""
    THROTTLED = "throttled"
    """Too many requests. Retried, after `retry_after` where the provider names it."""
    REFUSED = "refused"
    """Moderation. Never retried with the same input."""
    INVALID = "invalid"
    """The request itself is wrong."""
    AUTH = "auth"
    """A key is missing or not accepted."""
    BILLING = "billing"
    """No credit left, or the budget is spent."""
    DOWN = "down"
    """The provider or model is not available."""
    LOCAL = "local"
    """This machine: a broken input file, a full disk."""

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later without any change."""
        return self in (ErrorKind.TRANSIENT, ErrorKind.THROTTLED)


class TaskError(ReelgraphError):
    """A node could not do its work.

    Args:
        message: What happened.
        kind: The class of failure.
        hint: What to do next.
        retry_after: Seconds to wait before a retry, where the other side named them.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKind = ErrorKind.LOCAL,
        where: str = "",
        hint: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.kind = kind
        self.retry_after = retry_after


class WrongKindError(TaskError):
    """A media file is of another kind than the wanted one; it may be whole all the same."""

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message, kind=ErrorKind.INVALID, where=where, hint=hint)
