"""The journal of remote jobs: written before and after each step, so that no paid work is lost.

Each step is on the disk before the call returns. All functions may be called from any thread; they
wait for the disk, some milliseconds, so that many jobs at once should call them from threads.

    with journal.claim_key(key) as mine:                # else another process drives it
        job = journal.open_job(key)                     # whatever was begun before goes on
        if job is None or job.state is JobState.RESERVED:
            job = journal.reserve(key=key, ..., budget=budget)
        job = journal.submitting(job, request)          # now it is sent
        job = journal.submitted(job, remote_id, urls)   # now it can be found again
        job = journal.finished(job, results, cost, "billed")
        job = journal.stored(job, handles)
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import StoreError
from engine.money import Budget, OverBudgetError
from engine.store.claims import Claims
from engine.store.codec import dump_value, media_in, plain_text
from engine.store.database import Database
from engine.store.job import (
    COLUMNS,
    NEXT,
    OPEN,
    Begun,
    Job,
    JobState,
    insert_job,
    job_from,
    known_cost,
    money,
    update_job,
    with_columns,
)
from engine.store.ledger import By, Call, SpendRow, check, spend
from engine.store.lookups import Lookups
from engine.store.turns import Turns
from engine.values import decode

_SELECT = f"SELECT {COLUMNS} FROM jobs"  # noqa: S608
_OWNED = "SELECT id, owner FROM jobs LEFT JOIN claims USING (key) WHERE"
_OPEN = ", ".join(f"'{state}'" for state in OPEN)


class Journal:
    """The remote jobs of a home.

    Args:
        path: The home's database; opened on the first use.
        folder: Holds a lock file for each process that drives jobs.
        clock: Gives the time, in seconds since 1970.
    """

    def __init__(self, path: Path, folder: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._claims = Claims(folder)
        self._opened: Database | None = None
        self._mutex = threading.RLock()
        self.turns = Turns(self._using, self._claims)
        self.lookups = Lookups(self._using)

    def close(self) -> None:
        """Close the database and let go of all claims."""
        with self._mutex:
            self._claims.close()
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @property
    def is_in_use(self) -> bool:
        """Whether this process has worked with it at all."""
        return self._opened is not None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Bring all steps inside to the disk at once; one that fails does not undo the others.

        None of them has happened before the block ends.
        """
        with self._writing():
            yield

    # -- who drives it -------------------------------------------------------------------------

    @contextmanager
    def claim_key(self, key: str) -> Iterator[bool]:
        """Drive all jobs of a key for as long as the block lasts.

        Gives False where another living process, or another task of this one, does so. The claim
        ends with the process, however it dies.
        """
        with self._using() as database:
            mine = self._claims.take(database, key)
        try:
            yield mine
        finally:
            if mine:
                with self._using() as database:
                    self._claims.drop(database, key)

    @contextmanager
    def claim(self, job_id: int) -> Iterator[bool]:
        """Drive a job, as `claim_key` with the job's key."""
        with self.claim_key(self.get(job_id).key) as mine:
            yield mine

    # -- looking -------------------------------------------------------------------------------

    def get(self, job_id: int) -> Job:
        """Return a job.

        Raises:
            StoreError: There is none of that number.
        """
        job = self.find(job_id)
        if job is None:
            raise StoreError(f"there is no job {job_id}", hint="`reelgraph jobs --all` lists them.")
        return job

    def find(self, job_id: int) -> Job | None:
        """Return a job, or None where there is none of that number."""
        with self._using() as database:
            return self._one(database, "WHERE id = ?", (job_id,))

    def open_job(self, key: str) -> Job | None:
        """Return the newest job of a key that a task may go on with; None: a new one is needed.

        That is one on its way, or a stored one whose result is in no cache row yet: a task that is
        to be done anew, as its result was kept already, gets a new job.
        """
        with self._using() as database:
            return self._one(
                database,
                f"""WHERE key = ? AND (state IN ({_OPEN}) OR state = 'stored' AND taken = 0)
                ORDER BY id DESC LIMIT 1""",
                (key,),
            )

    def done_by_another(self, key: str, run: int, since: float) -> Job | None:
        """Return a stored job of a key whose result another run kept only lately.

        A run that began at that moment may have looked into the cache just before.

        Args:
            key: The key.
            run: The run that asks.
            since: When it began, in seconds since 1970.
        """
        with self._using() as database:
            return self._one(
                database,
                """WHERE key = ? AND state = 'stored' AND run != ? AND (updated >= ? OR EXISTS
                (SELECT 1 FROM cache WHERE cache.key = task_key AND cache.created >= ?))
                ORDER BY id DESC LIMIT 1""",
                (key, run, since, since),
            )

    def in_doubt(self) -> frozenset[int]:
        """Return the numbers of the jobs that were being sent when their process ended."""
        with self._using() as database:
            query = f"{_OWNED} state = 'submitting' AND request != '{{}}'"
            return frozenset(self._unclaimed(database, query))

    def jobs(
        self,
        *,
        active_only: bool = False,
        run: int | None = None,
        task_keys: Iterable[str] | None = None,
        limit: int = 1000,
    ) -> list[Job]:
        """Return jobs, the newest first.

        Args:
            active_only: Only those for which something is still to be done.
            run: Only those of this run.
            task_keys: Only those of the tasks with these cache keys.
            limit: At most so many.
        """
        conditions, values = ["1"], list[Any]()
        if active_only:
            conditions.append(f"state IN ({_OPEN})")
        if run is not None:
            conditions.append("run = ?")
            values.append(run)
        if task_keys is not None:
            conditions.append("task_key IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(list(task_keys)))
        where = f"WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?"
        with self._using() as database:
            return [_read(row) for row in database.rows(f"{_SELECT} {where}", (*values, limit))]

    def made_by(self, model: str) -> list[Job]:
        """Return the jobs of a model whose results were brought home, the newest first."""
        with self._using() as database:
            rows = database.rows(
                f"{_SELECT} WHERE state = 'stored' AND model = ? ORDER BY id DESC", (model,)
            )
        return [_read(row) for row in rows]

    def begun(self, task_keys: Iterable[str]) -> dict[str, Begun]:
        """Return those of some cache keys for which a job goes on, or has a result to be taken."""
        with self._using() as database:
            rows = database.rows(
                f"""SELECT task_key, task, state, estimate_high, updated FROM jobs
                WHERE (state IN ({_OPEN}) AND state != 'reserved' OR state = 'stored' AND taken = 0)
                AND NOT (state = 'submitting' AND request = '{{}}')
                AND task_key IN (SELECT value FROM json_each(?)) ORDER BY id""",  # noqa: S608
                (json.dumps(list(task_keys)),),
            )
        found: dict[str, Begun] = {}
        now = self._clock()
        for key, task, state, high, updated in rows:
            before = found.get(key, Begun())
            found[key] = before.with_job(task, state, money(high), now - updated)
        return found

    def costs(self, task_keys: Iterable[str]) -> dict[str, Decimal]:
        """Return what the results cost that no task has taken yet, by cache key, where known."""
        with self._using() as database:
            rows = database.rows(
                """SELECT task_key, cost, estimate_low, estimate_high FROM jobs
                WHERE state = 'stored' AND taken = 0
                AND task_key IN (SELECT value FROM json_each(?))""",
                (json.dumps(list(task_keys)),),
            )
        costs: dict[str, Decimal] = {}
        for task_key, *amounts in rows:
            cost = known_cost(*map(money, amounts))
            if cost is not None:
                costs[task_key] = costs.get(task_key, Decimal(0)) + cost
        return costs

    def spend(
        self, *, since: float = 0.0, run: int | None = None, by: By = "day"
    ) -> list[SpendRow]:
        """Add up what was spent; days in order, else the most first.

        Args:
            since: From this moment on.
            run: Only by this run.
            by: What makes a row.
        """
        with self._using() as database:
            rows = database.rows(
                f"{_SELECT} WHERE created >= ? AND run = coalesce(?, run) ORDER BY id",
                (since, run),
            )
        return spend(map(_read, rows), by)

    # -- the steps -----------------------------------------------------------------------------

    def reserve(
        self,
        *,
        key: str,
        task: str,
        workflow: str,
        run: int,
        provider: str,
        model: str,
        low: Decimal,
        high: Decimal | None,
        budget: Budget,
    ) -> Job:
        """Set money aside for a call, in one step with the look at what all processes have spent.

        A job of the key that is still `reserved` is taken over by this run and held against its
        budget, so the key must have been claimed; and claimed it must stay until the call is sent,
        or the money may be given to others.

        Raises:
            TaskError: A limit of the budget is in the way (`kind` is `billing`).
            StoreError: A job of that key is on its way already.
        """
        amount = budget.hold(model, low, high)
        now = self._clock()
        with self._writing() as database:
            open_job = self._one(database, f"WHERE key = ? AND state IN ({_OPEN})", (key,))
            if open_job is not None and open_job.state is not JobState.RESERVED:
                raise StoreError(f"job {open_job.id} for the same work is {open_job.state} already")
            own = 0 if open_job is None else open_job.id
            call = Call(provider, amount, is_open=high is None)
            self._check_or_free(database, partial(check, database, budget, call, run, now, own))
            values = {
                "task": task,
                "workflow": plain_text(workflow),
                "run": run,
                "estimate_low": str(low),
                "estimate_high": None if high is None else str(high),
                "reserved": str(amount),
                "created": now,
                "updated": now,
            }
            if open_job is None:
                own = insert_job(database, key, provider, model, values)
            else:
                update_job(database, own, JobState.RESERVED, values)
            return self.get(own)

    def submitting(self, job: Job, request: Mapping[str, Any]) -> Job:
        """Write down what is about to be sent: `method`, `url` and `json`, never a header."""
        return self._step(job, JobState.SUBMITTING, request=json.dumps(dict(request)))

    def sent_again(self, job: Job, run: int, workflow: str, budget: Budget) -> Job:
        """Hold a job in doubt against the run that is about to send it again under its key.

        It stays in doubt, and its key is no younger for that.

        Raises:
            TaskError: A limit of the budget is in the way (`kind` is `billing`).
            StoreError: It is not in doubt any more.
        """
        low, high = job.estimate_low, job.estimate_high
        amount = budget.hold(job.model, low, high)
        now = self._clock()
        changes = {"run": run, "workflow": plain_text(workflow), "reserved": str(amount)}
        with self._writing() as database:
            call = Call(job.provider, amount, is_open=high is None)
            self._check_or_free(database, partial(check, database, budget, call, run, now, job.id))
            return self._change(database, job, {**changes, "created": now})

    def back_to_reserved(self, job: Job) -> Job:
        """Write down that a submission provably never arrived."""
        return self._step(job, JobState.RESERVED)

    def submitted(self, job: Job, remote_id: str, urls: Mapping[str, str]) -> Job:
        """Write down the provider's name for the job, before it is asked about."""
        return self._step(job, JobState.SUBMITTED, remote_id=remote_id, urls=json.dumps(dict(urls)))

    def finished(
        self,
        job: Job,
        results: Iterable[Mapping[str, Any]],
        cost: Decimal | None,
        billed: str = "billed",
    ) -> Job:
        """Write down what the provider has made and what it cost, if it tells."""
        found = json.dumps([dict(result) for result in results])
        return self._step(job, JobState.FINISHED, results=found, **_bill(cost, billed))

    def stored(self, job: Job, outputs: Any) -> Job:
        """Write down the handles of what is in the home now; as they are, or encoded."""
        return self._step(job, JobState.STORED, outputs=dump_value(decode(outputs)))

    def failed(
        self,
        job: Job,
        kind: str,
        message: str,
        *,
        cost: Decimal | None = None,
        billed: str = "unknown",
    ) -> Job:
        """Write down that a job came to nothing, and whether it costs something even so."""
        if job.state is JobState.RESERVED:
            billed = "not billed"
        return self._step(
            job,
            JobState.FAILED,
            error_kind=kind,
            error=plain_text(message),
            **_bill(cost if cost is not None else job.cost, billed),
        )

    def canceled(self, job: Job, *, billed: str = "unknown") -> Job:
        """Write down that a job was called off."""
        if job.state is JobState.RESERVED:
            billed = "not billed"
        return self._step(job, JobState.CANCELED, **_bill(job.cost, billed))

    def discard(self, job: Job) -> None:
        """Never give the result of a stored job to a task again."""
        with self._writing() as database:
            database.execute("UPDATE jobs SET taken = 1 WHERE id = ?", (job.id,))

    def gone_on_with(self, job: Job, task: str, workflow: str) -> Job:
        """Write down which task of which workflow file goes on with a job that is there."""
        values = {"task": task, "workflow": plain_text(workflow)}
        with self._writing() as database:
            update_job(database, job.id, job.state, values)
        return self.get(job.id)

    # -- uploads -------------------------------------------------------------------------------

    def upload_url(self, provider: str, digest: str, now: float) -> str | None:
        """Return where a provider has a blob already, if that is still good at `now`."""
        with self._using() as database:
            row = database.row(
                "SELECT url FROM uploads WHERE provider = ? AND digest = ? AND expires > ?",
                (provider, digest, now),
            )
        return None if row is None else str(row[0])

    def remember_upload(self, provider: str, digest: str, url: str, expires: float) -> None:
        """Remember where a provider has a blob, and until when."""
        with self._using() as database, database.writing():
            database.execute("DELETE FROM uploads WHERE expires <= ?", (self._clock(),))
            database.execute(
                "INSERT OR REPLACE INTO uploads (provider, digest, url, expires) "
                "VALUES (?, ?, ?, ?)",
                (provider, digest, url, expires),
            )

    def forget_uploads(self, provider: str, urls: Mapping[str, str]) -> None:
        """Forget addresses, by digest, at which a provider cannot read blobs; newer ones stay."""
        with self._using() as database, database.writing():
            database.executemany(
                "DELETE FROM uploads WHERE provider = ? AND digest = ? AND url = ?",
                [(provider, digest, url) for digest, url in urls.items()],
            )

    # -- inside --------------------------------------------------------------------------------

    @contextmanager
    def _using(self) -> Iterator[Database]:
        with self._mutex:
            if self._opened is None:
                self._opened = Database(self._path, any_thread=True)
            yield self._opened

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with self._using() as database, database.writing(durable=True):
            yield database

    def _one(self, database: Database, where: str, values: tuple[Any, ...]) -> Job | None:
        row = database.row(f"{_SELECT} {where}", values)
        return None if row is None else _read(row)

    def _check_or_free(self, database: Database, check: Callable[[], None]) -> None:
        """Check a budget, with what nobody holds any more if it has to be."""
        try:
            check()
        except OverBudgetError:
            if not self._free_abandoned(database):
                raise
            check()

    def _free_abandoned(self, database: Database) -> bool:
        """Give back what is set aside for jobs that nobody is about to send; tell if it is any.

        Whoever drives one later sets the money aside again.
        """
        ids = self._unclaimed(database, f"{_OWNED} state = 'reserved' AND reserved != '0'")
        database.executemany("UPDATE jobs SET reserved = '0' WHERE id = ?", [(i,) for i in ids])
        return bool(ids)

    def _unclaimed(self, database: Database, query: str) -> list[int]:
        rows = database.rows(query)
        return [i for i, owner in rows if owner is None or not self._claims.is_alive(owner)]

    def _step(self, job: Job, state: JobState, **values: Any) -> Job:
        """Take a job to its next state, if it is still in the one that the caller knows."""
        if state not in NEXT[job.state]:
            raise StoreError(f"job {job.id} is {job.state} and cannot become {state}")
        with self._writing() as database:
            changes = {"state": state, "updated": self._clock(), **values}
            return self._change(database, job, changes)

    def _change(self, database: Database, job: Job, changes: Mapping[str, Any]) -> Job:
        if not update_job(database, job.id, job.state, changes):
            now = self.get(job.id).state
            raise StoreError(f"job {job.id} is {now} by now, and not {job.state}")
        return with_columns(job, changes)


def held_blobs(database: Database) -> set[str]:
    """Return the digests of the stored results that no task has in the cache yet."""
    rows = database.rows(f"{_SELECT} WHERE state = 'stored' AND taken = 0")
    return {media.digest for row in rows for media in media_in(_read(row).outputs)}


def _read(row: Any) -> Job:
    try:
        return job_from(row)
    except (ValueError, ArithmeticError, TypeError) as error:
        raise StoreError(
            f"the journal's entry of job {row[0]} is damaged: {error}",
            hint="Run `reelgraph cache verify` to look for more damage.",
        ) from error


def _bill(cost: Decimal | None, billed: str) -> dict[str, Any]:
    if cost is None and billed == "not billed":
        cost = Decimal(0)
    return {"cost": None if cost is None else str(cost), "billed": billed}
