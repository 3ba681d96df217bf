"""A process that spends from a budget beside others: money_worker.py HOME SEED LIMIT ROUNDS.

It reserves random prices for random work, lets some of it fail, and looks after each step whether
all processes together hold more than the limit. Prints how many reservations were refused.
"""

from __future__ import annotations

import random
import sys
from decimal import Decimal
from pathlib import Path

from engine.errors import TaskError
from engine.money import Budget
from engine.store import Home, Job


def held(home: Home) -> Decimal:
    return sum((job.charge for job in home.journal.jobs(limit=10**6)), Decimal(0))


def reserve(home: Home, chance: random.Random, name: str, limit: Decimal) -> Job | None:
    low = Decimal(chance.randrange(1, 200)) / 1000
    try:
        return home.journal.reserve(
            key=name,
            task="t",
            workflow="w",
            run=chance.randrange(1, 4),
            provider=chance.choice(("fal", "higgsfield")),
            model="m",
            low=low,
            high=low + Decimal(chance.randrange(200)) / 1000,
            budget=Budget(day=limit),
        )
    except TaskError:
        return None


def end(home: Home, chance: random.Random, job: Job) -> None:
    journal = home.journal
    fate = chance.randrange(5)
    if fate == 0:
        journal.canceled(job)
        return
    job = journal.submitting(job, {})
    if fate == 1:
        journal.failed(job, "down", "gone", billed=chance.choice(("unknown", "not billed")))
    elif fate > 2:
        cost = job.reserved * chance.randrange(101) / 100
        journal.finished(job, [], cost if fate == 3 else None)


def main(path: str, seed: str, limit: str, rounds: str) -> None:
    chance = random.Random(int(seed))
    refused = 0
    with Home.open(Path(path)) as home:
        for number in range(int(rounds)):
            name = f"{seed}-{number}"
            with home.journal.claim_key(name):
                job = reserve(home, chance, name, Decimal(limit))
                if job is None:
                    refused += 1
                    continue
                assert held(home) <= Decimal(limit)
                end(home, chance, job)
                assert held(home) <= Decimal(limit)
    print(refused)


if __name__ == "__main__":
    main(*sys.argv[1:])
