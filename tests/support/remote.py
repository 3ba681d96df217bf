"""An engine whose nodes ask the fake provider, and one such run in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from pydantic import SecretStr

from engine import Context, Image, NodeType, Registry, Traits, Video, node
from engine.document import create
from engine.engine import Engine
from engine.money import Budget
from engine.request import Request as RunRequest
from engine.store import Home, Job
from nodes.remote.runner import RemoteProvider
from nodes.remote.settings import Settings
from nodes.requests import Request
from tests.support import nodes
from tests.support.engines import Bench, inspect
from tests.support.fake_provider import KEY, MODELS, FakeAdapter, FakeProvider

FAIL_POINTS = (
    "reserved",
    "uploaded",
    "submitting",
    "sent",
    "submitted",
    "finished",
    "downloaded",
    "published",
    "stored",
)
"""The steps of the runner, in order; after each a process may be killed."""


def no_hook(step: str) -> None:
    pass


def runner_for(
    url: str,
    *,
    keyed: bool = True,
    findable: bool = False,
    hook: Callable[[str], None] = no_hook,
    settings: Settings | None = None,
) -> RemoteProvider:
    """Return the runner on a fake provider."""
    adapter = FakeAdapter(url, keyed=keyed, findable=findable)
    return RemoteProvider(
        adapter, find_model=MODELS.get, settings=settings or Settings(), hook=hook
    )


def node_types(runner: RemoteProvider) -> list[NodeType]:
    """Return nodes that ask a fake provider for a picture, a clip, a larger clip."""

    def traits(name: str) -> Callable[[Mapping[str, Any]], Traits]:
        told = Traits("fake", "1", MODELS[name].estimate({}), (name,))
        return lambda arguments: told

    @node(version=1, traits=traits("fake/image"))
    async def draw(
        prompt: str, *, seed: int | None = None, image: Image | None = None, ctx: Context
    ) -> Image:
        """Ask for a picture."""
        request = Request("text_to_image", "fake/image", prompt=prompt, seed=seed, image=image)
        (made,) = await runner.make(request, ctx)
        assert isinstance(made, Image)
        return made

    @node(version=1, traits=traits("fake/video"))
    async def film(image: Image, prompt: str = "move", *, ctx: Context) -> Video:
        """Ask for a clip."""
        request = Request("image_to_video", "fake/video", prompt=prompt, image=image)
        (made,) = await runner.make(request, ctx)
        assert isinstance(made, Video)
        return made

    @node(version=1, traits=traits("fake/upscale"))
    async def sharpen(video: Video, *, ctx: Context) -> Video:
        """Ask for a larger clip."""
        request = Request("upscale_video", "fake/upscale", prompt="sharp", video=video)
        (made,) = await runner.make(request, ctx)
        assert isinstance(made, Video)
        return made

    return [nodes.type_of(function) for function in (draw, film, sharpen)]


def engine_for(home: Home, runner: RemoteProvider, *, key: str = KEY, **seams: Any) -> Engine:
    """Return an engine that has the key, if there is one, and the nodes of the fake provider."""
    registry = Registry([*node_types(runner), *nodes.registry()])
    secret = SecretStr(key) if key else None
    return Engine(home, registry, inspect, secrets=lambda name: secret, **seams)


class RemoteBench(Bench):
    """Runs workflows against a fake provider; waiting takes no time."""

    def __init__(self, folder: Path, provider: FakeProvider, **options: Any) -> None:
        super().__init__(folder)
        self.provider = provider
        self.steps: list[str] = []
        options = {"keyed": provider.keyed, "findable": provider.findable, **options}
        self.runner = runner_for(provider.url, hook=self.steps.append, **options)
        self.engine = engine_for(self.home, self.runner, sleep=self._sleep)

    def jobs(self) -> list[Job]:
        return self.home.journal.jobs()


WORKFLOWS: dict[str, dict[str, Any]] = {
    "image": {
        "nodes": {"frame": {"type": "draw", "inputs": {"prompt": "a hill"}}},
        "outputs": {"frame": "${frame.image}"},
    },
    "video": {
        "nodes": {
            "frame": {"type": "draw", "inputs": {"prompt": "a hill"}},
            "clip": {"type": "film", "inputs": {"image": "${frame.image}"}},
        },
        "outputs": {"clip": "${clip.video}"},
    },
    "mapped": {
        "nodes": {
            "frame": {
                "type": "draw",
                "inputs": {"prompt": "a hill", "seed": [1, 2, 3, 4, 5, 6]},
            }
        },
        "outputs": {"frames": "${frame.image}"},
    },
}
"""Small workflows with 1, 2 and 6 calls."""
CALLS = {"image": 1, "video": 2, "mapped": 6}


def run_until(
    folder: Path,
    url: str,
    name: str,
    keyed: bool,
    findable: bool,
    fail_point: str,
    *,
    key: str = KEY,
    most: str | None = None,
) -> None:
    """Run a workflow, and kill the process right after a step; the exit code is that of the run.

    Args:
        folder: Holds the home.
        url: The fake provider's.
        name: Which of `WORKFLOWS`.
        keyed: Whether the provider knows idempotency keys.
        findable: Whether its jobs can be looked up.
        fail_point: `STEP:COUNT`, the count from 1; empty to let the process live.
        key: The provider's key; empty for none.
        most: US dollars that the run may cost; None for no limit.
    """
    step, _, count = fail_point.partition(":")
    left = int(count or 0)

    def hook(reached: str) -> None:
        nonlocal left
        if reached == step:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)

    home = Home.open(folder / "home")
    runner = runner_for(url, keyed=keyed, findable=findable, hook=hook)
    engine = engine_for(home, runner, key=key)
    path = folder / f"{name}-{os.getpid()}.json"
    document = create({"reelgraph": 1, **WORKFLOWS[name]}).save(path)
    graph, _ = engine.bind(document)
    run = partial(engine.run, budget=Budget(run=None if most is None else Decimal(most)))
    report = anyio.run(run, document, graph, RunRequest.parse(graph))
    home.close()
    sys.exit(report.exit_code)
