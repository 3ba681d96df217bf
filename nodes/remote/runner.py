"""The one runner of remote jobs: durable from before the first byte is sent to the stored result.

Every step is in the journal before the next one begins, so that a process may die at any moment:
the next run that wants the same work, of whatever workflow, goes on from there.

    reserved -> submitting -> submitted -> finished -> stored

Of processes and tasks that want the same work at once, one drives the job; the others wait for it
and take its result.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import anyio

from engine.context import Context
from engine.errors import ErrorKind, TaskError
from engine.jobs import JobDesk
from engine.nodetype import Price
from engine.store.job import Job, JobState
from engine.values import Media
from nodes.models import ModelInfo, endpoints
from nodes.remote.adapter import Adapter, JobPhase, JobStatus, Listed, Lists, Located
from nodes.remote.addresses import Addresses
from nodes.remote.breaker import Breaker
from nodes.remote.calling_off import ask_to_call_off, settle, with_its_task
from nodes.remote.credentials import Credentials
from nodes.remote.drive import Drive, Made, begun
from nodes.remote.hold import Hold, held, tried
from nodes.remote.http import Http
from nodes.remote.lookup import look, prepare, quote
from nodes.remote.reach import Reach
from nodes.remote.session import Session
from nodes.remote.settings import Settings
from nodes.remote.submission import Hook
from nodes.requests import Request

__all__ = ["Made", "RemoteProvider"]

_RUNS_KEPT = 8


def _no_hook(step: str) -> None:
    pass


def _key(request: Request, ctx: Context) -> str:
    step = "" if request.step == 1 else f"/{request.step}"
    return f"{ctx.key}/{request.model}{step}"


@dataclass(slots=True)
class _Shared:
    session: Session
    users: int = 0


class RemoteProvider:
    """A provider whose work is done elsewhere.

    Args:
        adapter: Maps requests to the provider's API.
        find_model: Finds a model by its id; in the catalogue, or of any endpoint, by default.
        settings: What a person has set; read from the environment by default.
        hook: Told of each step when it is done.
    """

    def __init__(
        self,
        adapter: Adapter,
        *,
        find_model: Callable[[str], ModelInfo | None] = endpoints.find_model,
        settings: Settings | None = None,
        hook: Hook = _no_hook,
    ) -> None:
        self.adapter = adapter
        self._find_model = find_model
        self._settings = settings
        self._hook = hook
        self._sessions: dict[int, _Shared] = {}
        self._runs: dict[tuple[int, int], tuple[Breaker, Reach]] = {}

    async def make(self, request: Request, ctx: Context) -> list[Media]:
        """Return the files that a request asks for.

        Raises:
            TaskError: It could not be done. While a job may be on its way, `kind` is none that has
                another model tried.
            Cancelled: The run is being stopped.
        """
        return (await self.obtain(request, ctx)).files

    async def obtain(self, request: Request, ctx: Context) -> Made:
        """Return all that a request asks for, also what is no file; raises as `make`."""
        model = self._model(request.model)
        key = _key(request, ctx)
        look = partial(begun, ctx.jobs, ctx.task, key)
        async with self._session(ctx) as session, held(session, key, look) as hold:
            drive = Drive(session, ctx, self._hook, hold)
            async with with_its_task(drive, key):
                return await drive.obtain(hold.found, model, request, key)

    async def discard(self, request: Request, ctx: Context) -> None:
        """Let go of a stored result that turned out to be of no use: the next run asks anew."""
        key = _key(request, ctx)
        journal = ctx.jobs.journal

        def let_go(hold: Hold[None]) -> None:
            job = journal.open_job(key)
            if job is not None and job.state is JobState.STORED:
                journal.discard(job)

        async with self._session(ctx) as session, held(session, key, let_go):
            pass

    async def resume_job(self, job: Job, ctx: Context) -> Made:
        """Bring home the result of a job that was submitted once, with no workflow at hand.

        Raises:
            TaskError: It has none, or was never submitted.
        """
        async with self._held(job, ctx) as (session, hold):
            job = hold.found
            drive = Drive(session, ctx, self._hook, hold)
            if job.state is JobState.STORED and (made := drive.at_home(job)):
                return made
            if job.state not in (JobState.SUBMITTED, JobState.FINISHED):
                hint = job.error or "Run its workflow again."
                raise TaskError(f"job {job.id} is {job.state}: nothing to fetch", hint=hint)
            return await drive.resume(job)

    async def cancel_job(self, job: Job, ctx: Context) -> bool:
        """Call a job off, at the provider where it is there; tell whether it is canceled now.

        A job that ended before its provider heard of it is kept: its result is brought home. So is
        one that goes on nevertheless. Where another process drives the job, that one learns of its
        end as of any other.

        Raises:
            TaskError: The provider refuses, as when the job is running already.
        """
        async with (
            self._session(ctx) as session,
            tried(session, job.key, lambda hold: None) as hold,
        ):
            job = await session.write(session.desk.journal.get, job.id)
            if job.state is JobState.SUBMITTED:
                drive = Drive(session, ctx, self._hook, hold)
                if not await ask_to_call_off(drive, job):
                    return False
                return await settle(drive, job) if hold.is_mine else True
            if job.state is not JobState.RESERVED or not hold.is_mine:
                return False
            await session.write(session.desk.journal.canceled, job)
            return True

    async def deliver(self, job: Job, status: JobStatus, ctx: Context) -> Made | None:
        """Take what a provider's webhook says of a job, in place of asking.

        The caller has verified its signature. Deliveries may come late, twice, or never.

        Returns:
            The result, if the job has ended with one; None if it goes on, or had ended before.

        Raises:
            TaskError: The job failed.
        """
        async with self._held(job, ctx) as (session, hold):
            job = hold.found
            is_over = status.phase not in (JobPhase.QUEUED, JobPhase.RUNNING)
            if job.state is not JobState.SUBMITTED or not is_over:
                return None
            return await Drive(session, ctx, self._hook, hold).end(job, status)

    async def quote(self, request: Request, ctx: Context) -> Price | None:
        """Ask the provider what a request will cost; None where it gives no figure.

        Raises:
            TaskError: There is no key, the provider does not answer, or a name in the request is
                not known.
        """
        model = self._model(request.model)
        async with self._session(ctx) as session:
            prepared = await prepare(session, model, request)
            if prepared.job is not None:
                return Price(source="done before")
            return await quote(session, model, prepared.request)

    async def accepts_key(self, ctx: Context) -> bool:
        """Tell whether the provider accepts the key, by a call that costs nothing.

        Raises:
            TaskError: There is no key, or the provider does not answer.
        """
        async with self._session(ctx) as session:
            return await session.ask(self.adapter.probe(), self.adapter.is_accepted)

    async def listings(self, model_id: str, ctx: Context) -> dict[str, list[Listed]]:
        """Return what the options of a model may name, by option; empty if it lists nothing.

        Raises:
            TaskError: There is no key, or the provider does not tell.
        """
        model, adapter = self._model(model_id), self.adapter
        if not isinstance(adapter, Lists):
            return {}
        async with self._session(ctx) as session:
            return {
                option: session.understand(adapter.listed, await look(session, call))
                for option, call in adapter.listings(model).items()
            }

    # -- inside --------------------------------------------------------------------------------

    def _model(self, model_id: str) -> ModelInfo:
        model = self._find_model(model_id)
        if model is None:
            raise TaskError(f"there is no model {model_id!r}", kind=ErrorKind.INVALID)
        return model

    @asynccontextmanager
    async def _held(self, job: Job, ctx: Context) -> AsyncIterator[tuple[Session, Hold[Job]]]:
        """Drive a job alone; finds it as it stands then."""

        def look(hold: Hold[Job]) -> Job:
            return ctx.jobs.journal.get(job.id)

        async with self._session(ctx) as session, held(session, job.key, look) as hold:
            yield session, hold

    @asynccontextmanager
    async def _session(self, ctx: Context) -> AsyncIterator[Session]:
        """Share connections among the jobs of a run, for as long as there are any."""
        desk = ctx.jobs
        shared = self._sessions.get(id(desk))
        if shared is None:
            shared = self._sessions[id(desk)] = _Shared(self._open(ctx, desk))
        shared.users += 1
        try:
            yield shared.session
        finally:
            shared.users -= 1
            if not shared.users:
                del self._sessions[id(desk)]
                with anyio.CancelScope(shield=True):
                    await shared.session.http.close()

    def _open(self, ctx: Context, desk: JobDesk) -> Session:
        adapter = self.adapter
        settings = self._settings or Settings.read(adapter.name)
        own = adapter.base_url
        if isinstance(adapter, Located) and adapter.name not in settings.base_urls:
            own = adapter.address(os.environ)
        base_url = settings.base_url(adapter.name, own)
        credentials = Credentials(adapter, lambda: ctx.secret(adapter.name), ctx.hide, desk.now)
        http = Http(
            Addresses(base_url, adapter.trusted_hosts),
            credentials.headers,
            ctx.clean,
            ctx.path,
            settings.max_download,
        )
        # Runs of several homes have the same numbers.
        run = (id(desk.journal), desk.run)
        if run not in self._runs:
            for old in list(self._runs)[: -_RUNS_KEPT + 1]:
                del self._runs[old]
            self._runs[run] = Breaker(adapter.name), Reach(adapter.name)
        return Session(adapter, http, desk, settings, *self._runs[run])
