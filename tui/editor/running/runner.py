"""Runs the workflow of a desk, and keeps what is known of its nodes for whoever shows it.

    runner = Runner(desk)
    prepared = await runner.prepare(Order(to=("film",)))    # raises what is wrong
    if prepared.needs_leave: ...                            # show the plan, ask
    report = await runner.run(prepared, runner.leave(prepared))
    runner.stop()                                           # from a key, while that goes on

The engine works in a thread of its own; signals are sent in the interface's, some times a second.
What plans and runs is imported when it is first needed: the graph is seen before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.errors import ReelgraphError, UsageError
from tui.cli.words import count
from tui.editor.desk import Desk
from tui.editor.model import Snapshot
from tui.editor.running.backstage import Backstage
from tui.editor.running.log import Log, LogEntry
from tui.editor.running.results import Results
from tui.editor.running.states import ENDED, Figures, RunState
from tui.editor.signal import Signal
from tui.editor.sketch import NodeRun

if TYPE_CHECKING:
    from decimal import Decimal

    from engine.execute import RunReport
    from engine.money import Budget
    from engine.plan import Plan
    from engine.store import Job
    from nodes.export import Exported
    from tui.cli.remote import Outcome
    from tui.editor.running.performing import Performance
    from tui.editor.running.preparing import Order, Prepared, Terms
    from tui.editor.running.survey import Survey

_LOOK = 0.05
"""Seconds between two looks for news of a run."""
_BREATH = 0.005
"""Seconds between two pulses, where several wait."""
_QUIET = 0.4
"""Seconds without an edit after which the cache is looked into."""
_FEW = 3
"""Jobs of which it is said one by one why they were not called off."""
_SHARE = 4.0
"""The cache is looked into so seldom that it takes at most one part in five of a core."""


class Runner:
    """Runs the workflow of a desk.

    Args:
        desk: What is open.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.backstage = Backstage(desk.engine)
        """Where the engine works; checks may be made there, too."""
        self.values: dict[str, str] = {}
        """Values of the workflow's inputs, as `--set` takes them; paths start from its folder."""
        self._draft = False
        self.states: dict[str, RunState] = {}
        """What is known of each node; of subworkflows also of the nodes inside, `OUTER/INNER`."""
        self.drawn: dict[str, NodeRun] = {}
        """The same for the canvas; what did not change stays the same object."""
        self.results = Results()
        self.log = Log()
        self.figures: Figures | None = None
        """How far the run is, or was in the end; None before the first."""
        self.plan: Plan | None = None
        """What a run of everything would do, as of the last look into the cache."""
        self.report: RunReport | None = None
        """How the last run ended."""
        self.exported: Exported | None = None
        """What became of its files."""
        self.drafted: Signal[bool] = Signal()
        """The built-in models take the place of all others, or no longer."""
        self.begun: Signal[Prepared] = Signal()
        self.progressed: Signal[frozenset[str]] = Signal()
        """Of these nodes other things are known, or other results are there."""
        self.planned: Signal[Plan] = Signal()
        self.logged: Signal[tuple[LogEntry, ...]] = Signal()
        self.ended: Signal[RunReport] = Signal()
        self._performance: Performance | None = None
        self._is_stopping = False
        self._calls_off = False
        self._ran: Snapshot | None = None

    @property
    def draft(self) -> bool:
        """Whether the built-in models take the place of all others."""
        return self._draft

    @draft.setter
    def draft(self, draft: bool) -> None:
        if draft != self._draft:
            self._draft = draft
            self.drafted.send(draft)

    # -- before a run --------------------------------------------------------------------------

    @cached_property
    def terms(self) -> Terms:
        """What holds for all runs."""
        from tui.editor.running.preparing import Terms

        return Terms(self.desk.config, self.desk.keys, self.desk.limits)

    def order(self, to: tuple[str, ...] = (), redo: tuple[str, ...] = ()) -> Order:
        """Return an order for nodes or tasks, with what is set for all runs here."""
        from tui.editor.running.preparing import Order

        known = self.desk.snapshot.data.get("inputs", {})
        values = {name: value for name, value in self.values.items() if name in known}
        return Order(to, redo, self.draft, values)

    async def prepare(
        self, order: Order, *, plan_anyway: bool = False, live: bool = False
    ) -> Prepared:
        """Check and bind what is on the screen, and plan its run where that may cost money.

        Args:
            order: What is wanted.
            plan_anyway: Make a plan also of what costs nothing.
            live: Ask the providers for today's prices.

        Raises:
            ReelgraphError: The workflow or what is wanted of it is wrong.
        """
        from tui.editor.running import preparing

        snapshot, terms = self.desk.snapshot, self.terms
        return await self.backstage.call(
            lambda engine: preparing.prepare(
                engine, snapshot, order, terms, plan_anyway=plan_anyway, live=live
            )
        )

    def leave(
        self, prepared: Prepared, limit: Decimal | None = None, *, allow_unknown: bool = False
    ) -> Budget:
        """Return the limits for a run that a person has agreed to; as `preparing.leave`.

        Raises:
            ReelgraphError: It may not begin: it costs too much, nobody knows how much, or a key
                is missing.
        """
        from tui.editor.running import preparing

        return preparing.leave(prepared, self.terms, limit, allow_unknown=allow_unknown)

    # -- a run ---------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether a run goes on."""
        return self._performance is not None

    @property
    def is_stopping(self) -> bool:
        """Whether the run that goes on is being stopped."""
        return self.is_running and self._is_stopping

    async def run(self, prepared: Prepared, budget: Budget) -> RunReport:
        """Run what was prepared, and write its files.

        Args:
            prepared: The run.
            budget: What `leave` gave.

        Raises:
            UsageError: A run goes on already.
            ReelgraphError: The home or the output folder cannot be used.
        """
        from tui.editor.running.performing import Performance

        if self.is_running:
            raise UsageError("a run goes on already", hint="Stop it, or wait for its end.")
        performance = self._performance = Performance(prepared, budget, self.terms)
        self._is_stopping = self._calls_off = False
        self._ran = prepared.snapshot
        self.figures = Figures()
        self.begun.send(prepared)
        try:
            work = asyncio.ensure_future(self.backstage.call(performance.run))
            try:
                while not work.done() or performance.pulses:
                    await asyncio.wait([work], timeout=_LOOK)
                    self._take_in(performance)
                    # Keys come first.
                    await asyncio.sleep(_BREATH)
            finally:
                work.cancel()
            done = work.result()
            report = done.report
            if self._calls_off:
                report = await self.call_off_left(report)
            self.report, self.exported = report, done.exported
            self._tell_of_files(done.exported)
        finally:
            while performance.pulses:
                self._take_in(performance)
            self._performance = None
        self.ended.send(report)
        return report

    def stop(self) -> None:
        """Stop the run: what is done is kept, and jobs at providers go on.

        When it is being stopped already, its jobs at providers are called off, too.
        """
        performance = self._performance
        if performance is None:
            return
        self._calls_off = self._is_stopping
        self._is_stopping = True
        self.backstage.soon(performance.stop)

    def cancel(self, task: str) -> None:
        """Call off a task, or those of a node that run: at their providers, too, where that can be.

        Args:
            task: The address of a task, or a node.
        """
        performance = self._performance
        if performance is not None:
            self.backstage.soon(performance.cancel, task)

    async def call_off(self, jobs: tuple[Job, ...]) -> list[Outcome]:
        """Call jobs off at their providers, as far as they can be."""
        from tui.editor.running.performing import Keeper, call_off

        terms = self.terms
        return await self.backstage.call(lambda engine: call_off(Keeper(engine, terms), jobs))

    @property
    def was_left(self) -> bool:
        """Whether the last run was stopped, and nobody has said what is to become of its jobs."""
        return self._is_stopping and not self._calls_off

    async def call_off_left(self, report: RunReport) -> RunReport:
        """Call off the jobs that a run has left at providers; return the report without them.

        What came of it is told, and is in the log.
        """
        self._calls_off = True
        if not report.remote:
            return report
        outcomes = await self.call_off(report.remote)
        ended = {outcome.job.id for outcome in outcomes if not outcome.job.state.is_open}
        still = tuple(job for job in report.remote if job.id not in ended)
        self._tell_of_outcomes(outcomes)
        await self._look_at_money(report.run)
        self.report = replace(report, remote=still)
        return self.report

    async def _look_at_money(self, run: int) -> None:
        from tui.editor.running.board import with_spending
        from tui.editor.running.performing import spent_by

        rows = await self.backstage.look(lambda engine: spent_by(engine, run))
        if self.figures is not None:
            self.figures = with_spending(self.figures, rows)
            self.progressed.send(frozenset())

    def _tell_of_outcomes(self, outcomes: list[Outcome]) -> None:
        now = time.time()
        self._log([
            LogEntry(now, "info" if each.ok else "warning", f"job {each.job.id}: {each.message}",
                     each.job.task.partition("[")[0], each.job.task)
            for each in outcomes
        ])  # fmt: skip
        done = sum(each.ok for each in outcomes)
        told = [f"{count(done, 'job')} called off."] if done else []
        told += [f"{each.job.task}: {each.message}." for each in outcomes if not each.ok][:_FEW]
        self.desk.say(" ".join(told), "warning")

    # -- what is told of it --------------------------------------------------------------------

    def _take_in(self, performance: Performance) -> None:
        """Take in one pulse, if there is one."""
        if not performance.pulses:
            return
        pulse = performance.pulses.popleft()
        self.figures = pulse.figures
        self.results.put(pulse.made)
        for node, state in pulse.states.items():
            self._know(node, state)
        self._log(list(pulse.entries))
        if pulse.told:
            self.desk.say(pulse.told, "warning")
        self.progressed.send(frozenset(pulse.states))

    def _know(self, node: str, state: RunState | None) -> bool:
        """Take note of a node's state; tell whether it is another one."""
        if self.states.get(node) == state:
            return False
        if state is None:
            del self.states[node], self.drawn[node]
            return True
        self.states[node] = state
        drawn = state.drawn
        if self.drawn.get(node) != drawn:
            self.drawn[node] = drawn
        return True

    def _log(self, entries: list[LogEntry]) -> None:
        if entries:
            self.log.add(entries)
            self.logged.send(tuple(entries))

    def note(self, entry: LogEntry) -> None:
        """Put something into the log that is not of a run."""
        self._log([entry])

    def _tell_of_files(self, exported: Exported) -> None:
        now = time.time()
        entries = [
            LogEntry(now, "error", f"{error.where}: {error.message}" if error.where
                     else error.message, hint=error.hint)
            for error in exported.failures
        ]  # fmt: skip
        written = [path for paths in exported.files.values() for path in paths]
        if written:
            folder = written[0].parent
            entries.append(LogEntry(now, "info", f"{count(len(written), 'file')} in {folder}"))
        self._log(entries)

    # -- between runs --------------------------------------------------------------------------

    async def follow(self) -> None:
        """Keep states and results up to date as the workflow is edited, until cancelled."""
        wake = asyncio.Event()
        wake.set()
        ends = [
            self.desk.edited.subscribe(lambda news: wake.set()),
            self.drafted.subscribe(lambda news: wake.set()),
            self.ended.subscribe(lambda news: wake.set()),
        ]
        pause = 0.0
        try:
            while True:
                await wake.wait()
                wake.clear()
                await asyncio.sleep(pause)
                if self.is_running or wake.is_set():
                    continue
                began = time.monotonic()
                with suppress(ReelgraphError):
                    await self.survey()
                pause = max(_QUIET, _SHARE * (time.monotonic() - began))
        finally:
            for end in ends:
                end()

    async def survey(self) -> None:
        """Look at what the cache has of the workflow, and at what would run.

        Raises:
            StoreError: The home cannot be read.
        """
        from tui.editor.running.survey import survey

        snapshot, order = self.desk.snapshot, self.order()
        found = await self.backstage.call(
            lambda engine: survey(engine, snapshot, order.values, draft=order.draft)
        )
        if self.is_running:
            return
        self._take_in_survey(found)

    def _take_in_survey(self, found: Survey) -> None:
        changed: set[str] = set()
        for node, state in found.states.items():
            if self._know(node, self._with_run(node, state, found.snapshot)):
                changed.add(node)
            if node in found.outputs and self.results.replace(
                node, found.outputs[node], found.wanted[node]
            ):
                changed.add(node)
        changed |= self._forget(found)
        self.plan = found.plan
        if changed:
            self.progressed.send(frozenset(changed))
        if found.plan is not None:
            self.planned.send(found.plan)

    def _with_run(self, node: str, planned: RunState, snapshot: Snapshot) -> RunState:
        """Return a node's state: what the last run told of it, as long as that holds."""
        known = self.states.get(node)
        if known is None or not _is_told_by_run(known):
            return planned
        if planned.is_whole and planned.done == planned.total == known.total == known.done:
            return replace(known, price="") if not known.failures else planned
        if known.failures and self._spec(node, self._ran) is self._spec(node, snapshot):
            return replace(known, price=planned.price)
        return planned

    def _forget(self, found: Survey) -> set[str]:
        """Forget nodes that are no more, or that nothing can be said of any longer."""
        snapshot = found.snapshot
        gone = [
            node
            for node in self.states
            if node not in found.states
            and self._spec(node, self._ran) is not self._spec(node, snapshot)
        ]
        for node in gone:
            self._know(node, None)
        self.results.drop(
            [n for n in self.results.nodes() if n.partition("/")[0] not in snapshot.nodes]
        )
        return set(gone)

    @staticmethod
    def _spec(node: str, snapshot: Snapshot | None) -> Mapping[str, Any] | object:
        """Return the data of the node on the canvas that a node is, or is inside of."""
        if snapshot is None:
            return object()
        return snapshot.nodes.get(node.partition("/")[0])

    async def begun_before(self) -> list[Job]:
        """Return the jobs of this workflow that other runs have left at providers.

        Raises:
            StoreError: The journal cannot be read.
        """
        path = str(self.desk.snapshot.path or "")

        def look(engine: Any) -> list[Job]:
            jobs = engine.home.journal.jobs(active_only=True)
            return [job for job in jobs if path and job.workflow == path]

        return await self.backstage.look(look)

    def close(self) -> None:
        """Stop what goes on, and end the engine's thread."""
        self.stop()
        self.backstage.close()


def _is_told_by_run(state: RunState) -> bool:
    return bool(state.seconds or state.failures) or any(
        each in ENDED and each.value != "cached" for each in (state.state, *state.tasks)
    )
