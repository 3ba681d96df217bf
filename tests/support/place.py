"""A studio whose nodes ask one real provider's adapter, at a fake of its service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
from pydantic import SecretStr

from engine import Context, NodeType, Registry, node
from engine._taskcontext import TaskContext
from engine.engine import Engine
from engine.execute import Control, RunReport
from engine.money import Budget
from engine.request import Request
from engine.store import Job
from nodes.media import inspect_media
from nodes.providers import provider_of
from nodes.remote.runner import RemoteProvider
from nodes.requests import Request as RemoteRequest
from tests.support import nodes
from tests.support.media import make_image, make_video
from tests.support.studio import Studio

T = TypeVar("T")
SCHEMA = {
    "type": "object",
    "properties": {"said": {"type": "string"}},
    "required": ["said"],
    "additionalProperties": False,
}


class KeyedStudio(Studio):
    """A studio with one key.

    Args:
        folder: Where it is.
        provider: Whose adapter is asked.
        key: The provider's key.
        node_types: Nodes besides those of the studio.
    """

    def __init__(
        self, folder: Path, provider: str, key: str, node_types: Iterable[NodeType] = ()
    ) -> None:
        super().__init__(folder)
        self.provider = provider
        self.key = key
        self.engine = Engine(
            self.home,
            Registry([*node_types, *self.engine.registry]),
            inspect_media,
            secrets=lambda name: SecretStr(self.key) if name == self.provider else None,
            sleep=self._sleep,
        )

    def run_at_any_price(self, flow: dict[str, Any], control: Control | None = None) -> RunReport:
        """Run a workflow, whatever it costs."""
        document = self.document(flow)
        graph, _ = self.engine.bind(document)
        run = partial(self.engine.run, budget=Budget(allow_unknown=True), control=control)
        return anyio.run(run, document, graph, Request.parse(graph))

    def act(self, do: Callable[[Context], Awaitable[T]]) -> T:
        """Do something outside a run, as a command does."""

        async def main() -> T:
            workshop = self.engine._workshop(None, self.events.append)
            context = TaskContext(workshop, "job", "job", "")
            try:
                return await do(context)
            finally:
                await context.close()
                await workshop.close()

        return anyio.run(main)


class Place(KeyedStudio):
    """A studio with one key.

    In its folder are `a.png`, `b.png` and `a.mp4`; a node `write` has a text written.
    """

    def __init__(self, folder: Path, provider: str, key: str) -> None:
        super().__init__(folder, provider, key, [_writer()])
        make_image(folder / "a.png")
        make_image(folder / "b.png", colour=(9, 9, 9))
        make_video(folder / "a.mp4")

    def go(self, node_type: str, inputs: dict[str, Any], port: str) -> RunReport:
        """Run one node once, at any price."""
        flow = self.workflow(node_type, inputs, port)
        flow["nodes"]["it"]["retry"] = 0
        return self.run_at_any_price(flow)

    @property
    def job(self) -> Job:
        """The newest job."""
        return self.home.journal.jobs()[0]


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
