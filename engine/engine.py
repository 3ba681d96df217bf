"""The engine as one object: bind, plan and run workflows in a home."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine._collecting import fewer_collections
from engine.bind import Override, bind
from engine.document import Document
from engine.errors import CheckError
from engine.files import FileAccess, Inspect
from engine.graph import Graph
from engine.problems import Problem
from engine.registry import Registry
from engine.secrets import Secrets
from engine.store import Home

if TYPE_CHECKING:
    from pydantic import SecretStr

    from engine._planner import Appraise
    from engine.context import Context
    from engine.events import Event, Listener
    from engine.execute import RunReport
    from engine.money import Budget
    from engine.plan import Plan
    from engine.request import Request
    from engine.workers import Workers
    from engine.workshop import Control, Sleep, Workshop


def _no_secrets(name: str) -> SecretStr | None:
    return None


def _ignore(event: Event) -> None:
    pass


class Engine:
    """Plans and runs workflows.

    Args:
        home: Where results are kept.
        registry: The node types that workflows may use.
        inspect: Looks at a media file; returns the fields of its handle besides digest and size.
        allowed: Folders that workflows may read from, besides their own.
        secrets: Finds a secret by its name.
        monotonic: A clock for durations, in seconds.
        sleep: Waits a number of seconds; `anyio.sleep` by default.
        workers: Processes for the blocking work of nodes, which whoever made them closes; without
            them it is done in threads.
    """

    def __init__(
        self,
        home: Home,
        registry: Registry,
        inspect: Inspect,
        *,
        allowed: Iterable[Path] = (),
        secrets: Callable[[str], SecretStr | None] = _no_secrets,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Sleep | None = None,
        workers: Workers | None = None,
    ) -> None:
        self.home = home
        self.registry = registry
        self._inspect = inspect
        self._allowed = tuple(allowed)
        self._secrets = secrets if isinstance(secrets, Secrets) else Secrets(secrets)
        self._monotonic = monotonic
        self._sleep = sleep
        self._workers = workers
        self._files: dict[Path, FileAccess] = {}
        self._sources: dict[str, Path] = {}

    def on(self, home: Home) -> Engine:
        """Return an engine like this one that works with another opening of the home.

        What a home has in its database may be used in one thread only: that is for another one.
        """
        other = Engine(
            home,
            self.registry,
            self._inspect,
            allowed=self._allowed,
            secrets=self._secrets,
            monotonic=self._monotonic,
            sleep=self._sleep,
            workers=self._workers,
        )
        other._sources = self._sources
        return other

    @property
    def allowed(self) -> tuple[Path, ...]:
        """The folders that workflows may read from, besides their own."""
        return self._allowed

    def clean(self, text: str) -> str:
        """Return a message without any secret that was handed out."""
        return self._secrets.clean(text)

    def files(self, document: Document | None) -> FileAccess:
        """Return the reader of the files that a workflow may read."""
        folder = document.path.parent.resolve() if document and document.path else Path.cwd()
        if folder not in self._files:
            roots = (folder, *self._allowed)
            self._files[folder] = FileAccess(self.home, self._inspect, roots, self._sources)
        return self._files[folder]

    def whereabouts(self, digest: str) -> Path:
        """Return where the bytes of a blob lie, or would lie. Never write to them.

        That is the store, or a file that a workflow names and no run has copied yet, also where
        another engine on the same home has read it.
        """
        stored = self.home.blobs.path(digest)
        return stored if stored.exists() else self._sources.get(digest, stored)

    def check(self, document: Document, values: Mapping[str, Any] | None = None) -> list[Problem]:
        """Return every problem of a workflow; inputs without a value are none."""
        with fewer_collections():
            files = self.files(document)
            return bind(document, self.registry, files, values=values, partial=True)[1]

    def bind(
        self,
        document: Document,
        values: Mapping[str, Any] | None = None,
        override: Override | None = None,
    ) -> tuple[Graph, list[Problem]]:
        """Make a workflow ready to plan and run.

        Args:
            document: The workflow.
            values: Values of its inputs; media as handles.
            override: Arguments forced upon nodes.

        Returns:
            The graph and the warnings.

        Raises:
            CheckError: The workflow has errors; all of them are in it.
        """
        files = self.files(document)
        with fewer_collections():
            graph, problems = bind(document, self.registry, files, values=values, override=override)
        if any(problem.severity == "error" for problem in problems):
            raise CheckError(problems)
        return graph, problems

    async def plan(
        self,
        document: Document,
        graph: Graph,
        request: Request,
        appraise: Appraise | None = None,
    ) -> Plan:
        """Say what a run would do, and why; nothing is done or written.

        Args:
            document: The workflow.
            graph: What `bind` made of it.
            request: Which tasks, and which anew.
            appraise: Asks what paid tasks cost today; by default the catalogue's prices count.
        """
        from engine._planner import Planner

        workshop = self._workshop(document, _ignore)
        with fewer_collections():
            return await Planner(graph, workshop, request, appraise).plan()

    async def run(
        self,
        document: Document,
        graph: Graph,
        request: Request,
        emit: Listener = _ignore,
        control: Control | None = None,
        budget: Budget | None = None,
    ) -> RunReport:
        """Run a workflow; failures of tasks are in the report, not raised.

        Args:
            document: The workflow.
            graph: What `bind` made of it.
            request: Which tasks, which anew, how many at a time.
            emit: Called with each event, in the event loop's thread.
            control: Stops the run from outside.
            budget: What may be spent; no limit by default, but nothing whose price is unknown.
        """
        from engine import workshop as shared
        from engine.execute import Executor

        workshop = self._workshop(document, emit)
        workshop.jobs.workflow = str(graph.path or graph.name)
        workshop.jobs.limits, workshop.jobs.paces = request.limits, request.paces
        if budget is not None:
            workshop.jobs.budget = budget
        weights = self.home.history.durations().by_type
        with self.home.use(), fewer_collections():
            executor = Executor(graph, workshop, request, control or shared.Control(), weights)
            try:
                return await executor.run()
            finally:
                await workshop.close()

    @asynccontextmanager
    async def outside(
        self,
        task: str = "",
        key: str = "",
        emit: Listener = _ignore,
        *,
        limits: Mapping[str, int] | None = None,
        paces: Mapping[str, int] | None = None,
    ) -> AsyncIterator[Context]:
        """Give what a task has to remote work that is done outside of a run.

        Args:
            task: The address of the task that the work was begun for, if any.
            key: That task's cache key.
            emit: Called with progress.
            limits: Jobs at a time by provider.
            paces: Calls a minute by provider.
        """
        from engine._taskcontext import TaskContext

        workshop = self._workshop(None, emit)
        workshop.jobs.limits, workshop.jobs.paces = limits or {}, paces or {}
        context = TaskContext(workshop, task, task.partition("[")[0], key)
        with self.home.use():
            try:
                yield context
            finally:
                await context.close()
                await workshop.close()

    def _workshop(self, document: Document | None, emit: Listener) -> Workshop:
        import anyio

        from engine.jobs import JobDesk
        from engine.workshop import Workshop

        sleep = self._sleep or anyio.sleep
        return Workshop(
            home=self.home,
            files=self.files(document),
            inspect=self._inspect,
            secrets=self._secrets,
            emit=emit,
            monotonic=self._monotonic,
            sleep=sleep,
            workers=self._workers,
            jobs=JobDesk(self.home.journal, self.home.clock, self._monotonic, sleep, emit),
        )
