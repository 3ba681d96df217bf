"""Steps of many jobs, brought to the disk together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from engine.errors import StoreError
from engine.money import Budget
from engine.store import Home, Job
from nodes.remote.writer import Writer


def reserve(home: Home, key: str) -> Job:
    return home.journal.reserve(
        key=key,
        task="t",
        workflow="w",
        run=1,
        provider="fake",
        model="fake/image",
        low=Decimal(1),
        high=Decimal(1),
        budget=Budget(),
    )


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home") as home:
        yield home


def test_what_is_written_at_once_is_one_transaction(home: Home) -> None:
    batches: list[int] = []
    together = home.journal.together

    @contextmanager
    def counted() -> Iterator[None]:
        batches.append(len(home.journal.jobs()))
        with together():
            yield

    home.journal.together = counted  # type: ignore[method-assign]

    async def main() -> None:
        writer = Writer(home.journal)
        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(writer.write, reserve, home, f"key{number}")

    anyio.run(main)
    assert len(home.journal.jobs()) == 20
    assert len(batches) <= 2


def test_one_that_fails_does_not_undo_the_others(home: Home) -> None:
    job = home.journal.submitting(reserve(home, "busy"), {})
    found: dict[str, object] = {}

    async def main() -> None:
        writer = Writer(home.journal)

        async def step(key: str) -> None:
            try:
                found[key] = await writer.write(reserve, home, key)
            except StoreError as error:
                found[key] = error

        async with anyio.create_task_group() as group:
            for key in ("first", "a", "busy", "b"):
                group.start_soon(step, key)

    anyio.run(main)
    assert isinstance(found["busy"], StoreError)
    kept = {each.key for each in home.journal.jobs()}
    assert kept == {"first", "a", "b", "busy"}
    assert home.journal.get(job.id) == job


def test_what_does_not_reach_the_disk_has_not_happened(home: Home) -> None:
    @contextmanager
    def full() -> Iterator[None]:
        yield
        raise StoreError("the disk is full")

    home.journal.together = full  # type: ignore[method-assign]
    errors: list[str] = []

    async def main() -> None:
        writer = Writer(home.journal)

        async def step(key: str) -> None:
            try:
                await writer.write(reserve, home, key)
            except StoreError as error:
                errors.append(error.message)

        async with anyio.create_task_group() as group:
            for key in "abc":
                group.start_soon(step, key)

    anyio.run(main)
    assert errors == ["the disk is full"] * 3


def test_a_canceled_write_is_not_made_later(home: Home) -> None:
    async def main() -> None:
        writer = Writer(home.journal)
        async with anyio.create_task_group() as group:
            for key in "abc":
                group.start_soon(writer.write, reserve, home, key)
            await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()

    anyio.run(main)
    assert len(home.journal.jobs()) <= 1


def test_who_is_canceled_in_the_lead_lets_the_others_go_on(home: Home) -> None:
    async def main() -> None:
        writer = Writer(home.journal)
        async with anyio.create_task_group() as group:
            with anyio.CancelScope() as scope:
                group.start_soon(writer.write, reserve, home, "b")
                scope.cancel()
                await writer.write(reserve, home, "a")
            await writer.write(reserve, home, "c")

    anyio.run(main)
    assert {job.key for job in home.journal.jobs()} == {"b", "c"}


def test_whoever_comes_while_others_write_goes_with_the_next(home: Home) -> None:
    batches: list[int] = []

    async def main() -> None:
        writer = Writer(home.journal)
        together = home.journal.together

        @contextmanager
        def counted() -> Iterator[None]:
            batches.append(len(home.journal.jobs()))
            with together():
                yield

        home.journal.together = counted  # type: ignore[method-assign]

        async def steps(name: str) -> None:
            for number in range(5):
                await writer.write(reserve, home, f"{name}{number}")

        async with anyio.create_task_group() as group:
            for name in "abcdefgh":
                group.start_soon(steps, name)

    anyio.run(main)
    assert len(home.journal.jobs()) == 40
    assert len(batches) <= 10
