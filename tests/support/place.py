"""A studio whose nodes ask one real provider's adapter, at a fake of its service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
from pydantic import SecretStr

from engine import Context, NodeType, Registry, node
from engine._taskcontext import TaskContext
from engine.engine import Engine
from engine.execute import RunReport
from engine.money import Budget
from engine.request import Request
from engine.store import Job
from nodes.media import inspect_media
from nodes.providers import provider_of
from nodes.remote.runner import RemoteProvider
from nodes.requests import Request as RemoteRequest
from tests.support import nodes
from tests.support.media import make_image, make_video, make_wav
from tests.support.studio import Studio

T = TypeVar("T")
SCHEMA = {
    "type": "object",
    "properties": {"said": {"type": "string"}},
    "required": ["said"],
    "additionalProperties": False,
}


class Place(Studio):
    """A studio with one key.

    In its folder are `a.png`, `b.png` and `a.mp4`; a node `write` has a text written.

    Args:
        folder: Where it is.
        provider: Whose adapter is asked.
        key: The provider's key.
    """

    def __init__(self, folder: Path, provider: str, key: str) -> None:
        super().__init__(folder)
        registry = Registry([_writer(), *self.engine.registry])
        self.engine = Engine(
            self.home,
            registry,
            inspect_media,
            secrets=lambda name: SecretStr(key) if name == provider else None,
            sleep=self._sleep,
        )
        make_image(folder / "a.png")
        make_image(folder / "b.png", colour=(9, 9, 9))
        make_video(folder / "a.mp4")

    def go(self, node_type: str, inputs: dict[str, Any], port: str) -> RunReport:
        """Run one node once, at any price."""
        flow = self.workflow(node_type, inputs, port)
        flow["nodes"]["it"]["retry"] = 0
        document = self.document(flow)
        graph, _ = self.engine.bind(document)
        run = partial(self.engine.run, budget=Budget(allow_unknown=True))
        return anyio.run(run, document, graph, Request.parse(graph))

    @property
    def job(self) -> Job:
        """The newest job."""
        return self.home.journal.jobs()[0]

    def act(self, do: Callable[[Context], Awaitable[T]]) -> T:
        """Do something outside a run, as a command does."""

        async def main() -> T:
            document = self.document(self.workflow("write", {"prompt": "x", "model": "x"}, "text"))
            workshop = self.engine._workshop(document, self.events.append)
            context = TaskContext(workshop, "job", "job", "")
            try:
                return await do(context)
            finally:
                await context.close()
                await workshop.close()

        return anyio.run(main)


def _writer() -> NodeType:
    @node(version=1)
    async def write(prompt: str, *, model: str, ctx: Context) -> str:
        """Have a text written."""
        options = {"messages": [{"role": "user", "content": prompt}], "schema": SCHEMA}
        provider = provider_of(model)
        assert isinstance(provider, RemoteProvider)
        made = await provider.obtain(RemoteRequest("write_text", model, options=options), ctx)
        text: str = made.data["text"]
        return text

    return nodes.type_of(write)


def samples(folder: Path) -> dict[str, bytes]:
    """Return small files to answer with, by kind."""
    folder.mkdir(exist_ok=True)
    return {
        "image": make_image(folder / "made.png").read_bytes(),
        "video": make_video(folder / "made.mp4").read_bytes(),
        "audio": make_wav(folder / "made.wav", 0.5).read_bytes(),
    }
