"""Killing runs at every step of the journal, and counting what is paid for twice or lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from engine.store import Home, Job, JobState
from tests.support.fake_provider import FakeProvider
from tests.support.remote import CALLS, FAIL_POINTS, run_until

ANYWHERE = "anywhere"
"""Not after a step, but at a random moment."""
KINDS = {
    "with idempotency key": (True, False),
    "with look-up": (False, True),
    "with neither": (False, False),
}
"""Whether a provider knows idempotency keys, and whether its jobs can be looked up."""
_LONGEST_RUN = 0.25
_MOST_KILLS = 3
_MOST_RUNS = 20


@dataclass
class Tally:
    """What came of the kills of one kind."""

    kills: int = 0
    asked: int = 0
    """Jobs in doubt that a person had to settle."""
    duplicates: int = 0
    """Submissions beyond one for each call."""
    lost: int = 0
    """Results that the provider has and the home has not, or runs that did not come to an end."""

    def add(self, other: Tally) -> None:
        """Count what another counted."""
        self.kills += other.kills
        self.asked += other.asked
        self.duplicates += other.duplicates
        self.lost += other.lost


def processes() -> ForkServerContext:
    """Return a maker of processes that have everything loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.remote"])
    return context


class Scenario:
    """One home, one workflow: killed a few times, then left to come to its end."""

    def __init__(
        self,
        context: ForkServerContext,
        folder: Path,
        workflow: str,
        kind: str,
        chance: random.Random,
    ) -> None:
        self._context = context
        self._folder = folder
        self._workflow = workflow
        self._keyed, self._findable = KINDS[kind]
        self._chance = chance
        self._provider = FakeProvider(keyed=self._keyed, findable=self._findable)

    def run(self, point: str, tally: Tally) -> None:
        """Kill runs at a point first, and after it at others, then let one end."""
        self._folder.mkdir()
        self._provider.start()
        try:
            points = [
                point,
                *self._chance.choices(FAIL_POINTS, k=self._chance.randrange(_MOST_KILLS)),
            ]
            for each in points:
                self._kill(each, tally)
                self._settle(tally)
            is_done = self._finish(tally)
        finally:
            self._provider.stop()
        self._count(tally, is_done)

    def _start(self, fail_point: str) -> BaseProcess:
        arguments = (self._folder, self._provider.url, self._workflow)
        process = self._context.Process(
            target=run_until, args=(*arguments, self._keyed, self._findable, fail_point)
        )
        process.start()
        return process

    def _kill(self, point: str, tally: Tally) -> None:
        if point == ANYWHERE:
            process = self._start("")
            process.join(self._chance.uniform(0.0, _LONGEST_RUN))
            if process.is_alive():
                assert process.pid is not None
                os.kill(process.pid, signal.SIGKILL)
        else:
            process = self._start(f"{point}:{self._chance.randint(1, CALLS[self._workflow])}")
        process.join()
        if process.exitcode == -signal.SIGKILL:
            tally.kills += 1

    def _finish(self, tally: Tally) -> bool:
        for _ in range(_MOST_RUNS):
            process = self._start("")
            process.join()
            if process.exitcode == 0:
                return True
            self._settle(tally)
        return False

    def _settle(self, tally: Tally) -> None:
        """Do what a person does about jobs in doubt: look at the provider's list, and tell.

        Before that a run of its own must leave them alone.
        """
        if self._keyed or self._findable or not self._in_doubt():
            return
        process = self._start("")
        process.join()
        with Home.open(self._folder / "home") as home:
            known = {job.remote_id for job in home.journal.jobs()}
            for job in self._in_doubt():
                tally.asked += 1
                theirs = [
                    each.id
                    for each in self._provider.jobs.values()
                    if each.id not in known and each.body == job.request["json"]
                ]
                if theirs:
                    known.add(theirs[0])
                    home.journal.submitted(job, theirs[0], {})
                else:
                    home.journal.back_to_reserved(job)

    def _in_doubt(self) -> list[Job]:
        with Home.open(self._folder / "home") as home:
            jobs = home.journal.jobs(active_only=True)
            return [job for job in jobs if job.state is JobState.SUBMITTING]

    def _count(self, tally: Tally, is_done: bool) -> None:
        calls = CALLS[self._workflow]
        tally.duplicates += self._provider.submissions - calls
        with Home.open(self._folder / "home") as home:
            jobs = home.journal.jobs()
            stored = {job.remote_id for job in jobs if job.state is JobState.STORED}
            tally.lost += len(self._provider.jobs.keys() - stored)
            tally.lost += not is_done


def run_cell(
    context: ForkServerContext, folder: Path, workflow: str, kind: str, rounds: int
) -> Tally:
    """Run all scenarios of a workflow with one kind of provider.

    Args:
        context: What `processes` gives.
        folder: Where to work; it is made.
        workflow: One of `WORKFLOWS`.
        kind: One of `KINDS`.
        rounds: How many scenarios begin with each step.
    """
    folder.mkdir()
    tally = Tally()
    for number in range(rounds):
        for point in (*FAIL_POINTS, ANYWHERE):
            chance = random.Random(f"{workflow} {kind} {point} {number}")
            place = folder / f"{point}-{number}"
            Scenario(context, place, workflow, kind, chance).run(point, tally)
    return tally
