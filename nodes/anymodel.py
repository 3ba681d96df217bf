"""The nodes that ask any model of a provider, whether or not it is in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from pydantic import Field

from engine import (
    Advice,
    Audio,
    Context,
    ErrorKind,
    File,
    Image,
    Media,
    Outputs,
    Price,
    StaticArguments,
    TaskError,
    Traits,
    Video,
    node,
)
from nodes.models import catalogue, endpoints
from nodes.providers import Trainer, provider_of
from nodes.requests import Request

M = TypeVar("M", bound=Media)

Inputs = Annotated[
    Any, Field(description="An object with what it takes, by its own names; media are wired in")
]
_FAL = "fal/"


class Made(Outputs):
    """What a model made, sorted; lists may be empty."""

    images: list[Image]
    videos: list[Video]
    audios: list[Audio]
    files: list[File]
    data: Any
    """The whole answer."""


def _check_model(arguments: StaticArguments) -> Iterator[str | Advice]:
    model = arguments.get("model")
    if isinstance(model, str):
        yield from _complaints(model, arguments.get("inputs"))
    else:
        yield from _complaints("", arguments.get("inputs"))


def _check_fal(arguments: StaticArguments) -> Iterator[str | Advice]:
    endpoint = arguments.get("endpoint")
    model = _FAL + endpoint if isinstance(endpoint, str) else ""
    yield from _complaints(model, arguments.get("inputs"))


def _complaints(model: str, inputs: Any) -> Iterator[str | Advice]:
    """Yield what is wrong with a model, where it is known, and with its inputs, likewise."""
    provider, _, endpoint = model.partition("/")
    if model and provider not in endpoints.providers():
        yield f"{model!r} is of no provider with any model: those are {_named()}"
        return
    if model:
        yield from _endpoint_complaints(provider, endpoint)
    if inputs is not None and not isinstance(inputs, Mapping):
        yield "inputs is an object with names and values"
    elif model and inputs:
        unfit = endpoints.providers()[provider].unfit
        yield from (f"leave {name} out: {unfit[name]}" for name in unfit if inputs.get(name))


def _endpoint_complaints(provider: str, endpoint: str) -> Iterator[str | Advice]:
    known = endpoints.listed(provider, endpoint)
    if not endpoints.is_endpoint(provider, endpoint):
        example = endpoints.providers()[provider].example
        yield f"{endpoint!r} is no id of {provider}'s: those are like {example}"
    elif known and catalogue().is_offered(known):
        yield from map(Advice, catalogue().advice(known.id))
    elif known:
        successor = endpoints.find_model(known.lifecycle.successor)
        hint = f"; its successor is {successor.endpoint}" if successor else ""
        yield f"{endpoint} has been retired{hint}"


def _named() -> str:
    found = endpoints.providers().items()
    return ", ".join(f"{name}/ID (as {name}/{known.example})" for name, known in found)


def _model_traits(arguments: Mapping[str, Any]) -> Traits:
    provider, _, endpoint = str(arguments["model"]).partition("/")
    model = endpoints.find_model(endpoints.model_id(provider, endpoint))
    if model is None:
        return Traits(price=Price(high=None))
    return Traits(
        pool=provider, fingerprint=model.version, price=model.estimate({}), models=(model.id,)
    )


def _fal_traits(arguments: Mapping[str, Any]) -> Traits:
    return replace(_model_traits({"model": f"{_FAL}{arguments['endpoint']}"}), pool="fal")


@node(version=1, check=_check_model, traits=_model_traits)
async def any_model(
    model: Annotated[
        str,
        Field(
            max_length=300,
            description="The provider and its own id, as `replicate/google/veo-3.1`",
        ),
    ],
    inputs: Inputs,
    *,
    ctx: Context,
) -> Made:
    """Ask any model of fal, Replicate or Pika by its own names.

    For what no other node covers. Media are given where the model wants addresses, as
    `"image": "${photo.image}"`; they are uploaded. Before anything is paid, the inputs are held
    against the schema that the provider keeps of the model.
    """
    return await _obtain(model, inputs, ctx)


@node(version=1, check=_check_fal, traits=_fal_traits)
async def fal_model(
    endpoint: Annotated[
        str, Field(max_length=200, description="The endpoint's id, as `fal-ai/flux/dev`")
    ],
    inputs: Inputs,
    *,
    ctx: Context,
) -> Made:
    """Ask any endpoint of fal; the same as `any_model` with `fal/ID`.

    `https://fal.ai/models/ID` shows what an endpoint takes, as `"image_url": "${photo.image}"`.
    """
    return await _obtain(f"{_FAL}{endpoint}", inputs, ctx)


async def _obtain(model: str, inputs: Any, ctx: Context) -> Made:
    provider_name, _, endpoint = model.partition("/")
    is_known = endpoints.is_endpoint(provider_name, endpoint)
    if not is_known or not isinstance(inputs, Mapping):
        raise TaskError("a model's id and an object are needed", kind=ErrorKind.INVALID)
    model_id = endpoints.model_id(provider_name, endpoint)
    request = Request("endpoint", model_id, options=inputs)
    provider = provider_of(model_id)
    if not isinstance(provider, Trainer):
        message = f"{provider_name} is replaced by something that cannot do this"
        raise TaskError(message, kind=ErrorKind.INVALID)
    made = await provider.obtain(request, ctx)
    return Made(
        images=_of(made.files, Image),
        videos=_of(made.files, Video),
        audios=_of(made.files, Audio),
        files=_of(made.files, File),
        data=made.data,
    )


def _of(made: list[Media], kind: type[M]) -> list[M]:
    return [each for each in made if isinstance(each, kind)]
