"""Sending a job once, whatever happens on the way.

Between sending a request and learning the job's id lies a gap: a process that dies there, or an
answer that is lost, leaves it open whether the provider has the job. The ways on, in this order:
send the same again under the same idempotency key; ask the provider; stop and leave it to a person.
Money is never spent on a guess.

A job was provably not taken if no connection was made, if the answer is an error that the adapter
does not class as the server's own fault (`transient`, with a status of 500 or more), or if the
adapter reads so in a good one (`NotTaken`).
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

from engine.context import Cancelled, Context
from engine.errors import ErrorKind, StoreError, TaskError
from engine.money import OverBudgetError
from engine.store.job import Job, JobState
from nodes.remote.adapter import (
    Answer,
    Call,
    JobStatus,
    NotTaken,
    Recognises,
    RemoteJob,
    Sent,
)
from nodes.remote.http import NoAnswer, NotSent
from nodes.remote.outgoing import as_recorded, recorded
from nodes.remote.poll import backoff
from nodes.remote.reach import Patience
from nodes.remote.session import Session, fresh_in
from nodes.remote.turns import leave_to_call

_TRIES = 4
_SKEW = 60.0
"""Seconds that a clock may be set back by; after more, nobody knows how old a key is."""
_SETTLES = 15.0
"""Seconds after which a job that was not found is looked for once more before it is sent again."""
_SAME_KEY = "it is sent under the same key, so that it is not paid for twice."

Hook = Callable[[str], None]


def in_doubt(job: Job, why: str, *, keyed: bool = False) -> TaskError:
    """Return the error of a job that may have been submitted, with the ways on.

    Args:
        job: The job.
        why: Why nobody knows.
        keyed: Whether it may be sent again under its key.
    """
    ways = (
        f"Look at your requests there. If it is among them: `reelgraph jobs resolve {job.id} "
        f"--remote-id ID`; if not: `reelgraph jobs resolve {job.id} --not-submitted`. Then run "
        "again."
    )
    if keyed:
        ways = f"Mend that and run again: {_SAME_KEY} Or settle it by hand. {ways}"
    else:
        ways = f"{ways} Until then it is not sent a second time."
    return TaskError(f"nobody knows whether {job.provider} has job {job.id}: {why}", hint=ways)


@dataclass
class Submission:
    """Sends one job.

    Args:
        session: The provider's.
        job: The job, `reserved` or, after a crash in the gap, `submitting`.
        call: The call that starts it.
        look_up: Looks for a job of the same work, where the adapter can; None: there is none.
        hook: Told of each step.
        ctx: Of the task: told of waits, and gives paths for files that come with the answer.
    """

    session: Session
    job: Job
    call: Call
    look_up: Callable[[], Awaitable[RemoteJob | None]]
    hook: Hook
    ctx: Context
    _doubt: str = ""
    """Why the provider may have the job already; empty while it is certain that it has not."""

    async def run(self) -> tuple[Job, JobStatus | None]:
        """Send the job, and write down the provider's name for it.

        Returns:
            The job, `submitted`; or as it was, with its end, where the answer told that at once.

        Raises:
            TaskError: It was not taken; the job has `failed`, or is `submitting` if in doubt.
            StoreError: It was taken, and that cannot be written down; the message names it.
            Cancelled: The run is being stopped, and nothing is under way.
        """
        if self.job.state is JobState.SUBMITTING:
            self._doubt = "the process that sent it ended before the answer came"
            self.call = as_recorded(self.call, self.job.request)
        patience = Patience(self.session, self.ctx)
        for attempt in itertools.count(1):
            if self._doubt and not self._may_repeat():
                if found := await self._find():
                    return await self._submitted(found), None
                self._doubt = ""
                await self._take_over()
            if self.session.desk.stopping:
                await self._give_back()
                raise Cancelled
            await leave_to_call(self.session)
            await self._book()
            # Once it is sent, the answer is waited for even if the run is being stopped.
            with anyio.CancelScope(shield=True):
                try:
                    return await self._send()
                except TaskError as error:
                    wait = await self._weigh(error, attempt)
                    if wait:
                        patience.failed(error, wait)
            await self.session.desk.sleep(wait)
        raise AssertionError("unreachable")

    async def _send(self) -> tuple[Job, JobStatus | None]:
        session, journal = self.session, self.session.desk.journal
        if self.job.state is JobState.RESERVED:
            session.breaker.check(session.desk.monotonic())
            self.job = await session.write(journal.submitting, self.job, recorded(self.call))
            self.hook("submitting")
        # What may be sent twice needs no connection of its own.
        alone = not self._may_repeat()
        answer = await session.http.call(self.call, alone=alone, fresh=fresh_in(self.ctx))
        self.hook("sent")
        try:
            said = session.understand(session.adapter.submitted, answer)
        except NotTaken:
            raise
        except TaskError as error:
            own_fault = answer.status >= 500 and error.kind is ErrorKind.TRANSIENT
            if answer.status < 400 or own_fault:
                raise NoAnswer(error.message, kind=ErrorKind.TRANSIENT, hint=error.hint) from error
            raise
        finally:
            session.breaker.answered()
        if isinstance(said, JobStatus):
            return self.job, said
        if not said.remote_id:
            message = f"{self.job.provider} did not say what it calls the job"
            raise NoAnswer(message, kind=ErrorKind.TRANSIENT)
        return await self._submitted(said), None

    async def _submitted(self, remote: RemoteJob) -> Job:
        session, name = self.session, remote.remote_id
        try:
            job = await session.insist(
                session.desk.journal.submitted, self.job, name, dict(remote.urls)
            )
        except StoreError as error:
            raise self._unwritten(name, error) from error
        self.hook("submitted")
        return job

    def _unwritten(self, remote_id: str, error: StoreError) -> StoreError:
        """Return the error of a job whose id is known here and now only."""
        job = self.job
        way = f"Then `reelgraph jobs resolve {job.id} --remote-id {remote_id}`, and run again."
        if self._may_repeat():
            way = f"Then run again: {_SAME_KEY}"
        return StoreError(
            f"{job.provider} has taken job {job.id} as {remote_id}, and that cannot be written "
            f"down: {error.message}",
            where=error.where,
            hint=f"{error.hint} {way}".strip(),
        )

    async def _weigh(self, error: TaskError, attempt: int) -> float:
        """Return the seconds after which to go on; raise if that makes no sense."""
        if isinstance(error, NotSent | NoAnswer):
            self.session.breaker.failed(self.session.desk.monotonic())
        if isinstance(error, NoAnswer):
            self._doubt = error.message
        again = error.kind.retryable and attempt < _TRIES
        if not self._doubt:
            await self._take_back(error, final=not again)
        elif not self._may_repeat():
            return 0.0
        elif not again:
            raise self._unsettled(error)
        return backoff(attempt, error.retry_after, self.session.desk.random)

    async def _take_back(self, error: TaskError, *, final: bool) -> None:
        """Write down that the provider does not have the job; and why, if that is the end of it."""
        session, journal = self.session, self.session.desk.journal
        if self.job.state is JobState.SUBMITTING:
            self.job = await session.write(journal.back_to_reserved, self.job)
        if final:
            await session.write(journal.failed, self.job, error.kind.value, error.message)
            raise error

    async def _take_over(self) -> None:
        """Hold a job of an earlier run that is sent anew against the budget of this one."""
        session, desk, job = self.session, self.session.desk, self.job
        if job.run == desk.run:
            return
        self.job = await session.write(desk.journal.back_to_reserved, job)
        self.job = await session.write(
            desk.journal.reserve,
            key=job.key,
            task=job.task,
            workflow=desk.workflow,
            run=desk.run,
            provider=job.provider,
            model=job.model,
            low=job.estimate_low,
            high=job.estimate_high,
            budget=desk.budget,
        )

    async def _book(self) -> None:
        """Hold a job of an earlier run that is sent again under its key against this one's budget.

        Raises:
            OverBudgetError: A limit is in the way; the job stays in doubt.
        """
        desk, job = self.session.desk, self.job
        if not self._doubt or job.run == desk.run:
            return
        try:
            self.job = await self.session.write(
                desk.journal.sent_again, job, desk.run, desk.workflow, desk.budget
            )
        except OverBudgetError as error:
            doubt = in_doubt(job, f"{self._doubt}; {error.message}", keyed=True)
            raise OverBudgetError(doubt.message, hint=doubt.hint) from error

    async def _give_back(self) -> None:
        if self.job.state is JobState.RESERVED:
            await self.session.write(self.session.desk.journal.canceled, self.job)

    def _may_repeat(self) -> bool:
        age = self.session.desk.now() - self.job.updated
        call = self.call
        is_known = -_SKEW < age < call.key_lasts
        return self.session.adapter.is_idempotent and call.repeatable and is_known

    async def _find(self) -> RemoteJob | None:
        """Ask the provider for a job in doubt; None: it does not have it."""
        job, adapter = self.job, self.session.adapter
        try:
            if found := await self.look_up():
                return found
            if isinstance(adapter, Recognises):
                return await self._recognise(adapter)
            call = self.call.finder or adapter.find(job.idempotency_key, job.updated)
            if call is not None:
                return await self._ask_for(call)
        except TaskError as error:
            raise in_doubt(job, f"{self._doubt}; {error.message}") from error
        raise in_doubt(job, self._doubt)

    async def _ask_for(self, call: Call) -> RemoteJob | None:
        """Ask for the job by our own key; twice, as one may be listed later than it was taken."""
        session, key = self.session, self.job.idempotency_key

        def read(answer: Answer) -> RemoteJob | None:
            return session.adapter.found(answer, key)

        if found := await session.ask(call, read):
            return found
        await session.desk.sleep(_SETTLES)
        return await session.ask(call, read)

    async def _recognise(self, adapter: Recognises) -> RemoteJob:
        """Look for the job among the provider's requests, by what was in it."""
        session, job = self.session, self.job
        others = await session.write(session.desk.journal.jobs)
        known = frozenset(each.remote_id for each in others if each.id != job.id)
        sent = Sent(job.request["url"], job.request["json"], job.updated, known)
        return await session.ask(
            adapter.listing_of(sent), lambda answer: adapter.recognised(answer, sent)
        )

    def _unsettled(self, error: TaskError) -> TaskError:
        if not error.kind.retryable:
            return in_doubt(self.job, f"{self._doubt}; {error.message}", keyed=True)
        return TaskError(
            f"{self.job.provider} has not confirmed job {self.job.id}: {error.message}",
            kind=error.kind,
            hint=f"Run again: {_SAME_KEY}",
            retry_after=error.retry_after,
        )
