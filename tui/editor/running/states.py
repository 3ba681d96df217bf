"""What is known of the nodes of a workflow from a plan or a run, as plain data for a view."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.money import format_usd
from tui.cli.words import seconds as in_words
from tui.editor.canvas import Badge, State
from tui.editor.sketch import NodeRun

_MOST_TELLING: Final = (
    State.RUNNING,
    State.FAILED,
    State.REFUSED,
    State.STOPPED,
    State.QUEUED,
    State.IDLE,
    State.DONE,
    State.CACHED,
    State.SKIPPED,
)
GIVES: Final = frozenset({State.DONE, State.CACHED})
"""The states of tasks whose results are there."""
ENDED: Final = GIVES | {State.FAILED, State.REFUSED, State.STOPPED, State.SKIPPED}
"""The states of tasks that need no more attention."""


@dataclass(frozen=True, slots=True)
class RunState:
    """What is known of a node."""

    node: str
    state: State = State.IDLE
    tasks: tuple[State, ...] = ()
    """Of each task, in order; empty for a node that is one task."""
    total: int = 0
    """Tasks, as far as they are known."""
    is_whole: bool = True
    """Whether that is all; otherwise a list's length is still to come."""
    done: int = 0
    """Tasks that need no more attention, however they ended."""
    progress: float | None = None
    """Done share, 0 to 1, while it runs."""
    note: str = ""
    """What a running task says that it is doing."""
    cost: Decimal | None = None
    """What was paid for it in this run, in US dollars, where that is known."""
    price: str = ""
    """What a run of it would cost, in words, where it costs something."""
    seconds: float = 0.0
    """How long its tasks worked in this run."""
    failures: int = 0
    failed: str = ""
    """The address of the first task that failed."""
    error: str = ""
    """Why it did."""
    hint: str = ""
    """What to do about it."""

    @property
    def badges(self) -> tuple[Badge, ...]:
        """What stands on the node's box."""
        found: list[Badge] = []
        if self.failures > 1:
            found.append(Badge(f"{self.failures} failed", "bad"))
        if self.cost:
            found.append(Badge(format_usd(self.cost)))
        elif self.price:
            found.append(Badge(self.price))
        if self.seconds >= 1 and self.state is State.DONE:
            found.append(Badge(in_words(self.seconds)))
        return tuple(found)

    @property
    def drawn(self) -> NodeRun:
        """The same as the canvas is told it."""
        return NodeRun(self.state, self.tasks, self.progress, self.badges)


def most_telling(states: Collection[State]) -> State:
    """Return the state of a node whose tasks have these states."""
    return next((state for state in _MOST_TELLING if state in states), State.IDLE)


def together(node: str, parts: Iterable[RunState]) -> RunState:
    """Return the state of a subworkflow's node, from those of the nodes in it."""
    inner = [part for part in parts if part.total or not part.is_whole]
    if not inner:
        return RunState(node)
    total, done = sum(part.total for part in inner), sum(part.done for part in inner)
    costs = [part.cost for part in inner if part.cost is not None]
    state = most_telling({part.state for part in inner})
    worst = next((part for part in inner if part.error), RunState(node))
    share = sum(p.done if p.progress is None else p.progress * p.total for p in inner)
    return RunState(
        node,
        state,
        total=total,
        is_whole=all(part.is_whole for part in inner),
        done=done,
        progress=share / total if state is State.RUNNING and total else None,
        note=next((part.note for part in inner if part.note), ""),
        cost=sum(costs, Decimal(0)) if costs else None,
        seconds=sum(part.seconds for part in inner),
        failures=sum(part.failures for part in inner),
        failed=worst.failed,
        error=worst.error,
        hint=worst.hint,
    )


def outer_names(node: str) -> Iterable[str]:
    """Yield the names of the subworkflow nodes that a node is inside of, the innermost first."""
    while "/" in node:
        node = node.rpartition("/")[0]
        yield node


@dataclass(frozen=True, slots=True)
class Figures:
    """How far a run is as a whole."""

    run: int = 0
    """Its number in the history; 0 until it has one."""
    total: int = 0
    done: int = 0
    is_whole: bool = False
    """Whether `total` is all; otherwise lengths of lists are still to come."""
    running: int = 0
    failed: int = 0
    elapsed: float = 0.0
    """Seconds."""
    left: float | None = None
    """Seconds that are still to come, where that can be foreseen."""
    away: str = ""
    """The providers that do not answer, or want to be left alone, while tasks wait for them."""
    over: float = 0.0
    """Seconds by which what the run waits for takes longer than usual."""
    spent: Decimal = Decimal(0)
    """US dollars that count against budgets: paid, estimated and held."""
    spent_in_words: str = ""
    status: str = "running"
    """`running`, or how it ended: `done`, `failed`, `partial`, `interrupted`."""

    @property
    def share(self) -> float:
        """Done share of what is known, 0 to 1."""
        return self.done / self.total if self.total else 0.0
