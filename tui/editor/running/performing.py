"""One run in the engine's thread: the engine works, files are written, and pulses go out."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import anyio
import anyio.to_thread

from engine.context import Context
from engine.engine import Engine
from engine.events import Event
from engine.execute import Control, RunReport
from engine.foresight import course_of
from engine.money import Budget
from engine.store import Home, Job, SpendRow
from nodes.export import Exported, Exporter
from tui.cli import remote
from tui.cli.progress.tracker import Tracker
from tui.editor.running.board import Board, Pulse
from tui.editor.running.preparing import Prepared, Terms

BEAT = 0.1
"""Seconds between two pulses."""
_LOOK_AT_MONEY = 10
"""Beats between two looks at what is spent."""
_PATIENCE = 30.0
"""Seconds for providers to call off jobs."""


@dataclass(frozen=True, repr=False)
class Ended:
    """What came of a run."""

    report: RunReport
    exported: Exported
    """What became of its files."""


class Performance:
    """One run.

    Args:
        prepared: What is run.
        budget: What may be spent.
        terms: What holds for all runs.
    """

    def __init__(self, prepared: Prepared, budget: Budget, terms: Terms) -> None:
        self.prepared = prepared
        self.pulses: deque[Pulse] = deque()
        """Taken out by the interface's thread."""
        self._budget = budget
        self._terms = terms
        self._control = Control()
        self._board: Board | None = None

    # -- from the engine's thread --------------------------------------------------------------

    def stop(self) -> None:
        """Stop the run: what is done is kept, and jobs at providers go on."""
        self._control.stop()

    def cancel(self, task: str) -> None:
        """Call off one task, by its address, or those of a node that run; and their jobs."""
        if self._board is None:
            return
        named = self._board.running(task) or [task]
        self._board.call_off([each for each in named if self._control.cancel(each)])

    async def run(self, engine: Engine) -> Ended:
        """Run it; failures of tasks are in the report.

        Raises:
            StoreError: The home cannot be read or written.
        """
        prepared, document = self.prepared, self.prepared.document
        graph, request = prepared.graph, prepared.request
        course = course_of(graph, request, engine.home.history.durations())
        tracker = Tracker(time.monotonic, course)
        board = self._board = Board(tracker, engine.home.clock)
        find = engine.files(document).path
        with Exporter(graph, find, prepared.out, graph.text, request.targets) as exporter:

            def emit(event: Event) -> None:
                board.handle(event)
                exporter.handle(event)

            async with self._beating(board, engine):
                report = await engine.run(
                    document, graph, request, emit, self._control, self._budget
                )
            exported = await anyio.to_thread.run_sync(exporter.finish, report)
        return Ended(report, exported)

    # -- inside --------------------------------------------------------------------------------

    @asynccontextmanager
    async def _beating(self, board: Board, engine: Engine) -> AsyncIterator[None]:
        """Send pulses for as long as the block lasts, and all that is left at its end."""

        async def beat() -> None:
            for number in itertools.count():
                await anyio.sleep(BEAT)
                if number % _LOOK_AT_MONEY == 0:
                    await _look_at_money(board, engine)
                self.pulses.append(board.pulse())

        failure: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(beat)
            try:
                yield
            except Exception as error:
                failure = error
            group.cancel_scope.cancel()
        await _look_at_money(board, engine)
        self.pulses.append(board.pulse())
        while board.has_news:
            self.pulses.append(board.pulse())
        if failure is not None:
            raise failure


async def _look_at_money(board: Board, engine: Engine) -> None:
    if board.run:
        board.know_spending(await anyio.to_thread.run_sync(spent_by, engine, board.run))


def spent_by(engine: Engine, run: int) -> list[SpendRow]:
    """Return what the ledger says of a run, by provider."""
    journal = engine.home.journal
    return journal.spend(run=run, by="provider") if journal.is_in_use else []


@dataclass(frozen=True, slots=True)
class Keeper:
    """What jobs at providers are looked after with."""

    engine: Engine
    terms: Terms

    @property
    def home(self) -> Home:
        """Whose journal has the jobs."""
        return self.engine.home

    def clean(self, text: str) -> str:
        """Return a text without any key that was handed out."""
        return self.engine.clean(text)

    def outside(self, task: str = "", key: str = "") -> AbstractAsyncContextManager[Context]:
        """Give what remote work needs that is done outside of a run."""
        terms = self.terms
        return self.engine.outside(task, key, limits=terms.limits, paces=terms.config.paces)


async def call_off(keeper: Keeper, jobs: Sequence[Job]) -> list[remote.Outcome]:
    """Call jobs off at their providers; those whose provider does not answer in time are left."""
    outcomes: list[remote.Outcome] = []
    with anyio.move_on_after(_PATIENCE):
        await remote.cancel(keeper, jobs, outcomes.append)
    return outcomes
