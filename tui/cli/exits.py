"""Exit codes, and which error ends in which of them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command tells the shell what became of it."""

    DONE = 0
    """Everything that was asked for is there."""
    FAILED = 1
    """Nothing of it could be made, or reelgraph itself is at fault."""
    USAGE = 2
    """The command line is wrong, or a workflow file is not valid."""
    PARTIAL = 3
    """Some tasks failed, others are done and kept."""
    BUDGET = 4
    """Stopped before money was spent that was not allowed."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C or a signal; what was done is kept."""
    BROKEN_PIPE = 141
    """Whoever read the output went away."""


def bare(error: BaseException) -> BaseException:
    """Return the one error that task groups have wrapped."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def exit_for(error: BaseException) -> Exit:
    """Return the exit code that an error ends in."""
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return Exit.BROKEN_PIPE
    from engine import errors
    from tui.cli.budget import BudgetError

    if isinstance(error, BudgetError):
        return Exit.BUDGET
    refused = (
        errors.UsageError,
        errors.DocumentError,
        errors.CheckError,
        errors.NodeDefinitionError,
        errors.FileAccessError,
    )
    return Exit.USAGE if isinstance(error, refused) else Exit.FAILED
