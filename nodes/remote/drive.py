"""Driving one job to its result from wherever it stands; the journal is ahead of each step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import anyio

from engine.context import Context
from engine.errors import ErrorKind, TaskError
from engine.jobs import JobDesk
from engine.nodetype import Price
from engine.store.job import Job, JobState
from engine.values import Media, decode
from nodes.models import ModelInfo
from nodes.remote.adapter import Address, JobPhase, JobStatus, RemoteJob
from nodes.remote.hold import Hold
from nodes.remote.lookup import Prepared, check_limits, cost_of, prepare, price_of, stand_ins
from nodes.remote.masks import with_fitting_mask
from nodes.remote.results import Fetched, data_in, fetch, to_rows
from nodes.remote.session import Session
from nodes.remote.submission import Hook, Submission
from nodes.remote.upload import Inputs, remember_results
from nodes.remote.upright import with_upright_pictures
from nodes.remote.watch import kept, wait_for
from nodes.requests import Request

_AT_PROVIDER = (JobState.SUBMITTED, JobState.FINISHED)


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made."""

    files: list[Media]
    data: Any = None
    """A result that is no file."""


def begun(desk: JobDesk, task: str, key: str, hold: Hold[Job | None]) -> Job | None:
    """Return the job that a task goes on with, if there is one, and ask for its place. Blocking."""
    # Another run may have done the work after this one had looked into the cache.
    job = desk.journal.open_job(key) or desk.journal.done_by_another(key, desk.run, desk.began)
    if job is None or job.state is not JobState.STORED:
        hold.ask(going=job is not None and job.state in _AT_PROVIDER)
    if job is not None and job.state in _AT_PROVIDER and job.task != task:
        # People find it by the name that this run gives the task.
        job = desk.journal.gone_on_with(job, task, desk.workflow)
    return job


@dataclass(frozen=True, slots=True)
class Drive:
    """Drives the job of one task.

    Args:
        session: The provider's.
        ctx: The task's.
        hook: Told of each step when it is done.
        hold: What the task holds; the key is claimed, until the job is stored.
    """

    session: Session
    ctx: Context
    hook: Hook
    hold: Hold[Any]

    async def obtain(self, job: Job | None, model: ModelInfo, request: Request, key: str) -> Made:
        """Return what a request asks for, from the job that does it already or from a new one."""
        if job is not None and job.state is JobState.STORED:
            if found := self.at_home(job) or await self._fetch_again(job):
                return found
            job = None
        if job is not None and job.state in _AT_PROVIDER:
            return await self.resume(job)
        await self.hold.turn(going=False)
        inputs = Inputs(self.session, self.ctx, model)
        try:
            return await self._anew(model, request, key, job, inputs)
        except TaskError as error:
            if not await inputs.are_unread(error):
                raise
            if await self.session.write(self.session.desk.journal.open_job, key):
                raise
        return await self._anew(model, request, key, None, Inputs(self.session, self.ctx, model))

    async def resume(self, job: Job) -> Made:
        """Go on with a job that the provider has, which takes its place there whatever waits."""
        await self.hold.turn(going=True)
        return await self.complete(job)

    async def complete(self, job: Job) -> Made:
        """Wait for a submitted job, and bring its result home."""
        if job.state is JobState.SUBMITTED:
            return await self.end(job, await wait_for(self.session, job, self.ctx))
        fetched = await fetch(self.session, job, self.ctx, self.hook)
        await self.session.write(self._keep, job, fetched)
        self.hold.is_mine = False
        self.hook("stored")
        return Made(fetched.files, data_in(job.results))

    def _keep(self, job: Job, fetched: Fetched) -> None:
        """Write down that a job's files are in the store, and that others may go. Blocking."""
        self.session.desk.journal.stored(job, fetched.files)
        remember_results(self.session, job, fetched.urls)
        self.hold.give_back()

    async def end(self, job: Job, status: JobStatus) -> Made:
        """Write down how a job ended, and bring its result home.

        Raises:
            TaskError: It came to nothing.
        """
        return await self.complete(await self._ended(job, status))

    async def _ended(self, job: Job, status: JobStatus) -> Job:
        """Write down how a job ended; files that came with the answer are in the store then.

        Raises:
            TaskError: It came to nothing.
        """
        session, journal = self.session, self.session.desk.journal
        try:
            rows = await to_rows(status, self.ctx)
        except TaskError as unusable:
            # It came whole and is of no use: there is nothing to fetch again.
            status, rows = replace(status, phase=JobPhase.FAILED, error=unusable), []
        if status.phase is JobPhase.SUCCEEDED and rows:
            billed = "billed" if status.billed == "unknown" else status.billed
            cost = await cost_of(session, job, status)
            job = await session.insist(journal.finished, job, rows, cost, billed)
            self.hook("finished")
            return job
        if status.phase is JobPhase.CANCELED:
            await session.write(journal.canceled, job, billed=status.billed)
            raise TaskError(
                f"job {job.id} was canceled at {job.provider}",
                kind=ErrorKind.INVALID,
                hint="Run again to submit a new one.",
            )
        error = _failure(job, status)
        await session.write(
            journal.failed,
            job,
            error.kind.value,
            error.message,
            cost=status.cost,
            billed=status.billed,
        )
        raise error

    def at_home(self, job: Job) -> Made | None:
        """Return the result of a stored job, if all of it is still in the store."""
        files = [media for media in decode(job.outputs) or [] if isinstance(media, Media)]
        try:
            is_there = all(self.ctx.path(media).is_file() for media in files)
        except TaskError:
            is_there = False
        return Made(files, data_in(job.results)) if is_there else None

    # -- before it is submitted ----------------------------------------------------------------

    async def _fetch_again(self, job: Job) -> Made | None:
        """Fetch a stored result that was removed here; None if it is gone for good."""
        try:
            fetched = await fetch(self.session, job, self.ctx, self.hook)
        except TaskError:
            await self.session.write(self.session.desk.journal.discard, job)
            return None
        return Made(fetched.files, data_in(job.results))

    async def _anew(
        self, model: ModelInfo, request: Request, key: str, job: Job | None, inputs: Inputs
    ) -> Made:
        job, end = await self._submit(model, request, key, job, inputs)
        if end is not None:
            # Nobody can be asked again for what came with the answer: a run that is being stopped
            # keeps it, too. Nothing is awaited between the shield of the submission and this one.
            with anyio.CancelScope(shield=True):
                job = await self._ended(job, end)
        return await self.complete(job)

    async def _submit(
        self, model: ModelInfo, request: Request, key: str, job: Job | None, inputs: Inputs
    ) -> tuple[Job, JobStatus | None]:
        """Return the job, submitted; with its end, if the provider told that at once."""
        session, journal = self.session, self.session.desk.journal
        if job is not None and job.state is JobState.SUBMITTING and not job.request:
            # A job that was there already was to be taken over; nothing was sent.
            job = await session.write(journal.back_to_reserved, job)
        if job is None:
            check_limits(model, request)
        try:
            # Without a key there is no use in reserving anything.
            self.ctx.secret(session.adapter.name)
            if job is None or job.state is JobState.RESERVED:
                request = await with_upright_pictures(request, self.ctx)
                request = await with_fitting_mask(session.adapter, model, request, self.ctx)
            prepared = await prepare(session, model, request)
        except TaskError as error:
            if job is None or job.state is not JobState.SUBMITTING:
                raise
            raise kept(error, job) from error
        if job is None or job.state is JobState.RESERVED:
            job = await self._reserve(model, prepared, key, inputs)
        if prepared.job is not None:
            return await self._take_over(job, prepared.job), None
        return await self._send(model, request, prepared, job, inputs)

    async def _reserve(self, model: ModelInfo, prepared: Prepared, key: str, inputs: Inputs) -> Job:
        session = self.session
        price = Price()
        if prepared.job is None:
            live = session.settings.live_prices
            price = await price_of(session, model, prepared.request, live=live)

        def reserve() -> Job:
            inputs.look(prepared.request)
            return session.desk.journal.reserve(
                key=key,
                task=self.ctx.task,
                workflow=session.desk.workflow,
                run=session.desk.run,
                provider=model.provider,
                model=model.id,
                low=price.low,
                high=price.high,
                budget=session.desk.budget,
            )

        job = await session.write(reserve)
        self.hook("reserved")
        return job

    async def _take_over(self, job: Job, remote: RemoteJob) -> Job:
        journal = self.session.desk.journal
        if job.state is JobState.RESERVED:
            job = await self.session.write(journal.submitting, job, {})
        job = await self.session.write(journal.submitted, job, remote.remote_id, dict(remote.urls))
        self.hook("submitted")
        return job

    async def _send(
        self, model: ModelInfo, asked: Request, prepared: Prepared, job: Job, inputs: Inputs
    ) -> tuple[Job, JobStatus | None]:
        """Send a job.

        Args:
            model: The model.
            asked: What was asked.
            prepared: The same with ids in place of names.
            job: The job, `reserved` or `submitting`.
            inputs: The request's inputs at the provider.
        """
        adapter = self.session.adapter
        async with self._released_on_failure(job):
            urls: Mapping[str, Address] = stand_ins(prepared.request)
            if job.state is JobState.RESERVED:
                urls = await inputs.addresses(prepared.request)
                self.hook("uploaded")
                if not prepared.is_whole:
                    prepared = await prepare(self.session, model, asked, may_pay=True)
            call = adapter.submit(model, prepared.request, urls, job.idempotency_key)

        async def look_up() -> RemoteJob | None:
            return (await prepare(self.session, model, asked)).job

        return await Submission(self.session, job, call, look_up, self.hook, self.ctx).run()

    @asynccontextmanager
    async def _released_on_failure(self, job: Job) -> AsyncIterator[None]:
        """Give back what was set aside for a job that is not sent after all."""
        journal = self.session.desk.journal
        try:
            yield
        except TaskError as error:
            if job.state is JobState.RESERVED:
                await self.session.write(journal.failed, job, error.kind.value, error.message)
                raise
            raise kept(error, job) from error
        except BaseException:
            if job.state is JobState.RESERVED:
                with anyio.CancelScope(shield=True):
                    await self.session.write(journal.canceled, job)
            raise


def _failure(job: Job, status: JobStatus) -> TaskError:
    """Return the error for a job that gave no result."""
    if status.error is not None:
        return status.error
    said = status.message or "no reason given"
    if status.phase is JobPhase.REFUSED:
        hint = "Use other words or pictures, or another model: the same is refused again."
        return TaskError(f"{job.model} refused it: {said}", hint=hint, kind=ErrorKind.REFUSED)
    if status.phase is JobPhase.SUCCEEDED:
        return TaskError(f"{job.model} says that it is done, but gave no result")
    # Another try may cost again, so it is worth one only if this one did not.
    kind = ErrorKind.TRANSIENT if status.billed == "not billed" else ErrorKind.DOWN
    return TaskError(f"{job.model} failed: {said}", kind=kind)
