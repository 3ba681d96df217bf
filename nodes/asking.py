"""What all nodes that ask a model share: parameters, checks, prices, and trying the next model.

Which model is an argument; `animatic/*` is built in, draws on this machine and costs nothing.
Several models may be named in order: the next is tried when one is down, refuses, lacks a key or
credit, or is retired.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field

from engine import (
    Advice,
    Audio,
    Character,
    Context,
    ErrorKind,
    Image,
    Media,
    Price,
    StaticArguments,
    TaskError,
    Traits,
)
from engine.money import OverBudgetError
from nodes.models import Kind, catalogue
from nodes.models.parameters import catalogue_name
from nodes.providers import provider_of
from nodes.requests import Request

T = TypeVar("T")
M = TypeVar("M", bound=Media)

Models = Annotated[
    list[str],
    Field(
        min_length=1,
        max_length=8,
        description="The model, or several in order of preference; `reelgraph models` lists them",
    ),
]
Prompt = Annotated[str, Field(description="What is seen")]
AspectRatio = Annotated[
    str | None, Field(max_length=20, description="Width to height, as 16:9; the model's by default")
]
Resolution = Annotated[
    str | None, Field(max_length=20, description="As 720p; the model's own by default")
]
Seed = Annotated[
    int | None, Field(ge=0, le=4_294_967_295, description="Another seed gives another take")
]
Seconds = Annotated[
    float | None,
    Field(
        gt=0,
        le=3600,
        description="Length of the clip in seconds; a model of fixed lengths makes the next longer",
    ),
]
References = Annotated[
    list[Image] | None, Field(max_length=100, description="More pictures for the model to go by")
]
Who = Annotated[
    Character | None, Field(description="Who is to be seen, as the node `character` makes them")
]
Sound = Annotated[Audio | None, Field(description="The sound that the clip is made to")]
Options = Annotated[
    Any, Field(description="What only this model knows, as an object; `reelgraph models ID`")
]

LIVE = "live"
"""The source of a price that the provider itself has told just now."""

_NOT_INPUTS = frozenset({"model", "options"})


def _call(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node's arguments by the names that the catalogue uses."""
    return {catalogue_name(n): v for n, v in arguments.items() if n != "model"}


def _names(kind: Kind, arguments: Mapping[str, Any]) -> list[str]:
    named = arguments.get("model") or [catalogue().draft(kind).id]
    return [named] if isinstance(named, str) else list(named)


def traits_of(kind: Kind) -> Callable[[Mapping[str, Any]], Traits]:
    """Return the hook that tells a task's pool, price and models' versions."""

    def traits(arguments: Mapping[str, Any]) -> Traits:
        found = [catalogue().get(name) for name in _names(kind, arguments)]
        models = [model for model in found if model is not None]
        if not models:
            return Traits(price=Price(high=None))
        asked = [m for m in models if catalogue().is_offered(m)] or models
        return Traits(
            pool="media" if asked[0].local else asked[0].provider,
            # Of all that are named: a result stays good when one of them is no longer offered.
            fingerprint=",".join(f"{model.id}@{model.version}" for model in models),
            price=price_of([model.estimate(_call(arguments)) for model in asked]),
            models=tuple(model.id for model in asked),
        )

    return traits


def price_of(prices: list[Price]) -> Price:
    """Price a task from the cheapest to the dearest of the models that may do it."""
    highs = [price.high for price in prices]
    known = [high for high in highs if high is not None]
    high = max(known) if len(known) == len(highs) else None
    return Price(min(price.low for price in prices), high, prices[0].source)


def check_of(kind: Kind) -> Callable[[StaticArguments], Iterator[str | Advice]]:
    """Return the hook that checks a node's arguments against what its models accept."""

    def check(arguments: StaticArguments) -> Iterator[str | Advice]:
        if not isinstance(arguments.get("options") or {}, Mapping):
            yield "options is an object with names and values"
            return
        if "model" in arguments.wired and "model" not in arguments:
            return
        literals = [n for n, value in arguments.items() if value not in (None, "")]
        given = {catalogue_name(n) for n in (*literals, *arguments.wired)} - _NOT_INPUTS
        given |= {"options"} & arguments.wired
        names = _names(kind, arguments)
        for name in names:
            found = list(catalogue().complaints(name, kind))
            if _is_retired(name) and not all(map(_is_retired, names)):
                yield Advice(f"{found[0]}, and the next is asked")
                continue
            yield from found
            yield from map(Advice, catalogue().advice(name))
            if not found and (model := catalogue().get(name)):
                yield from model.complaints(_call(arguments), frozenset(given), kind)

    return check


def _is_retired(name: str) -> bool:
    model = catalogue().get(name)
    return model is not None and not catalogue().is_offered(model)


def in_turn(models: list[str], ctx: Context) -> list[str]:
    """Return models in the order in which they are asked.

    First come those that have a job for the task already, as it is paid for. Retired ones are
    passed over.
    """
    if len(models) == 1:
        return models
    jobs = ctx.jobs.journal
    begun = [model for model in models if jobs.open_job(f"{ctx.key}/{model}") is not None]
    offered = [model for model in models if not _is_retired(model)] or models
    return begun + [model for model in offered if model not in begun]


_TRY_NEXT = frozenset({ErrorKind.DOWN, ErrorKind.REFUSED, ErrorKind.AUTH, ErrorKind.BILLING})


def _may_go_on(error: TaskError) -> bool:
    """Tell whether another model may do what one could not.

    Never so while a job of the first may be on its way.
    """
    from nodes.remote.http import NotSent

    return error.kind in _TRY_NEXT or isinstance(error, NotSent)


async def first_that_can(models: list[str], ask: Callable[[str], Awaitable[T]]) -> T:
    """Ask the models in order until one answers.

    Where the budget is in the way of one, it is in the way of all.

    Raises:
        TaskError: What the last one said, or the first that leaves no hope for the others.
    """
    failure: TaskError | None = None
    for number, model in enumerate(models, 1):
        try:
            return await ask(model)
        except OverBudgetError as error:
            raise error.after(failure) from failure
        except TaskError as error:
            if number == len(models) or not _may_go_on(error):
                raise
            failure = error
    raise AssertionError("unreachable")


async def make_all(
    kind: Kind, wanted: type[M], models: list[str], ctx: Context, **fields: Any
) -> list[M]:
    """Have the first model that can make what is asked for, and return all that it made.

    Args:
        kind: What is asked for.
        wanted: What each result must be.
        models: Ids of models, in order of preference.
        ctx: The task's.
        **fields: Those of `Request`.

    Raises:
        TaskError: None of the models could.
    """
    fields = {name: value for name, value in fields.items() if value is not None}
    models = in_turn(models, ctx)
    if "references" in fields:
        fields["references"] = tuple(fields["references"])

    async def ask(model: str) -> list[M]:
        made = await provider_of(model).make(Request(kind, model, **fields), ctx)
        fitting = [each for each in made if isinstance(each, wanted)]
        if not made or len(fitting) < len(made):
            raise TaskError(f"{model} gave no {wanted.kind}", kind=ErrorKind.DOWN)
        return fitting

    return await first_that_can(models, ask)


async def make(kind: Kind, wanted: type[M], models: list[str], ctx: Context, **fields: Any) -> M:
    """Have one thing made; as `make_all`."""
    return (await make_all(kind, wanted, models, ctx, **fields))[0]
