"""Today's prices of planned work, as the providers tell them: asked for at once, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import anyio

from engine import Context, Price, TaskError
from engine.keys import Prepared
from nodes.asking import LIVE, price_of
from nodes.generate import DRAFTED
from nodes.models import Kind, catalogue
from nodes.models.parameters import catalogue_name
from nodes.providers import provider_of
from nodes.remote.lookup import arguments_of
from nodes.remote.runner import RemoteProvider
from nodes.requests import Request

_AT_ONCE = 8
"""Prices that are asked for at the same time."""
_PATIENCE = 20.0
"""Seconds after which a provider's price is not waited for any longer."""
_OF_ANY_MODEL = ("any_model", "fal_model")
_FIELDS = frozenset(field.name for field in fields(Request)) - {"kind", "model"}


class LivePrices:
    """Asks providers what tasks cost; what the engine takes as `appraise`.

    Args:
        ctx: Hands out keys and connections.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> list[str]:
        """Why some prices are not live, each reason once."""
        return list(self._notes)

    async def __call__(self, tasks: Sequence[Prepared]) -> list[Price | None]:
        """Return what tasks cost, in order; None where no provider has told."""
        prices: list[Price | None] = [None] * len(tasks)
        limiter = anyio.CapacityLimiter(_AT_ONCE)

        async def appraise(number: int, task: Prepared) -> None:
            async with limiter:
                prices[number] = await self._price(task)

        async with anyio.create_task_group() as group:
            for number, task in enumerate(tasks):
                group.start_soon(appraise, number, task)
        return prices

    async def _price(self, task: Prepared) -> Price | None:
        """Return what a task costs at the cheapest to the dearest of its models."""
        found: list[Price] = []
        is_live = False
        for request in requests_of(task):
            quoted = await self._ask(request)
            is_live = is_live or quoted is not None
            model = catalogue().get(request.model)
            if quoted is not None:
                found.append(quoted)
            elif model is not None:
                found.append(model.estimate(arguments_of(request)))
        if not is_live:
            return None
        price = price_of(found)
        return price if price.high == 0 else replace(price, source=LIVE)

    async def _ask(self, request: Request) -> Price | None:
        try:
            provider = provider_of(request.model)
            if isinstance(provider, RemoteProvider):
                with anyio.fail_after(_PATIENCE):
                    quoted = await provider.quote(request, self._ctx)
                if quoted is None:
                    name = provider.adapter.name
                    self._notes[f"no live price of {request.model}: {name} tells none"] = None
                return quoted
        except TaskError as error:
            self._notes[f"no live price of {request.model}: {error.message}"] = None
        except TimeoutError:
            self._notes[f"no live price of {request.model}: no answer in time"] = None
        return None


def requests_of(task: Prepared) -> Iterator[Request]:
    """Yield what a task of a built-in node asks of its models; nothing for other nodes."""
    node_type = task.task.node.type
    if node_type.name in _OF_ANY_MODEL:
        inputs = task.arguments["inputs"]
        for model in task.traits.models:
            yield Request("endpoint", model, options=inputs)
    elif node_type.name == "storyboard_split":
        for model in task.traits.models:
            yield Request("write_text", model, prompt=task.arguments["script"])
    kind = _kind_of(node_type.name, task.arguments)
    if kind is None:
        return
    defaults = {n: p.default for n, p in node_type.parameters.items() if not p.required}
    given: dict[str, Any] = {}
    for name, value in {**defaults, **task.arguments}.items():
        field = catalogue_name(name)
        if field in _FIELDS and value is not None:
            given[field] = tuple(value) if field == "references" else value
    for model in task.traits.models:
        yield Request(kind, model, **given)


def _kind_of(node: str, arguments: Mapping[str, Any]) -> Kind | None:
    if node == "upscale":
        return "upscale_image" if arguments.get("video") is None else "upscale_video"
    return DRAFTED.get(node)
