"""Desks with small workflows to run, on the nodes of the tests or on a fake provider."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import anyio.to_thread

from engine import Context, Registry, node
from engine.config import Config
from engine.document import create
from engine.engine import Engine
from engine.money import Budget
from engine.store import Home
from nodes.flow import pick
from nodes.keys import Keys
from tests.support import nodes
from tests.support.engines import inspect
from tests.support.fake_provider import FakeProvider
from tests.support.patience import PATIENCE
from tests.support.remote import engine_for, runner_for
from tui.editor.desk import Desk
from tui.editor.model import Editing, Types
from tui.editor.running import Order, Runner

T = TypeVar("T")

gates: dict[str, threading.Event] = {}


@node(version=1)
async def hold(name: str, *, ctx: Context) -> str:
    """Wait until the test opens a gate."""
    nodes.calls[ctx.task] += 1
    ctx.progress(0.5, "holding")
    await anyio.to_thread.run_sync(gates[name].wait, abandon_on_cancel=True)
    return name


def small_registry() -> Registry:
    module = ModuleType(__name__)
    module.__dict__.update(hold=hold)
    registry = Registry()
    registry.add_module(module)
    return Registry([*registry, *nodes.registry(), nodes.type_of(pick)])


def desk_on(engine: Engine, path: Path, budget: Budget | None = None) -> Desk:
    """Return a desk with the workflow of a file."""
    config = Config(budget=budget or Budget())
    editing = Editing.open(path, Types.of(engine))
    return Desk(engine, editing, editing.snapshot.types, config, Keys({}), dict)


def write(folder: Path, data: Mapping[str, Any], name: str = "flow.json") -> Path:
    path = folder / name
    create({"reelgraph": 1, **data}).save(path)
    return path


class Place:
    """A home, and runners on workflows that use it."""

    def __init__(self, folder: Path, provider: FakeProvider | None = None) -> None:
        self.folder = folder
        self.home = Home.open(folder / "home")
        self.provider = provider
        if provider is None:
            self.engine = Engine(self.home, small_registry(), inspect)
        else:
            self.remote = runner_for(provider.url)
            self.engine = engine_for(self.home, self.remote)
        self.runners: list[Runner] = []

    def runner(
        self, data: Mapping[str, Any], budget: Budget | None = None, name: str = "flow.json"
    ) -> Runner:
        path = write(self.folder, data, name)
        runner = Runner(desk_on(self.engine, path, budget))
        self.runners.append(runner)
        return runner

    def close(self) -> None:
        for gate in gates.values():
            gate.set()
        for runner in self.runners:
            runner.close()
        self.home.close()


async def run_all(runner: Runner, *to: str, redo: tuple[str, ...] = ()) -> Any:
    prepared = await runner.prepare(runner.order(to, redo))
    return await runner.run(prepared, runner.leave(prepared))


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so; a run goes on meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


def perform(main: Callable[[], Awaitable[T]]) -> T:
    async def call() -> T:
        return await main()

    return asyncio.run(call())


__all__ = ["Order", "Place", "desk_on", "gates", "perform", "run_all", "until", "write"]
