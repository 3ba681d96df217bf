"""The node that asks any endpoint of fal, whether or not it is in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from nodes.models import catalogue
from nodes.providers import Trainer, provider_of
from nodes.providers.fal.endpoints import PREFIX, find_model, is_endpoint, listed
from nodes.requests import Request

M = TypeVar("M", bound=Media)


class Made(Outputs):
    """What an endpoint made, sorted; lists may be empty."""

    images: list[Image]
    videos: list[Video]
    audios: list[Audio]
    files: list[File]
    data: Any
    """The whole answer."""


def _check(arguments: StaticArguments) -> Iterator[str | Advice]:
    endpoint, inputs = arguments.get("endpoint"), arguments.get("inputs")
    if isinstance(endpoint, str):
        yield from _endpoint_complaints(endpoint)
    if inputs is None:
        return
    if not isinstance(inputs, Mapping):
        yield "inputs is an object with names and values"
    elif inputs.get("sync_mode"):
        yield "sync_mode puts files into the answer, where they are not looked for: leave it out"


def _endpoint_complaints(endpoint: str) -> Iterator[str | Advice]:
    known = listed(endpoint)
    if not is_endpoint(endpoint):
        yield f"{endpoint!r} is no id of an endpoint: those are like fal-ai/flux/dev"
    elif known and catalogue().is_offered(known):
        yield from map(Advice, catalogue().advice(known.id))
    elif known:
        successor = find_model(known.lifecycle.successor)
        hint = f"; its successor is {successor.endpoint}" if successor else ""
        yield f"{endpoint} has been retired{hint}"


def _traits(arguments: Mapping[str, Any]) -> Traits:
    model = find_model(f"{PREFIX}{arguments['endpoint']}")
    if model is None:
        return Traits(pool="fal", price=Price(high=None))
    return Traits(
        pool="fal", fingerprint=model.version, price=model.estimate({}), models=(model.id,)
    )


@node(version=1, check=_check, traits=_traits)
async def fal_model(
    endpoint: Annotated[
        str, Field(max_length=200, description="The endpoint's id, as `fal-ai/flux/dev`")
    ],
    inputs: Annotated[
        Any, Field(description="An object with what it takes, by its own names; media are wired in")
    ],
    *,
    ctx: Context,
) -> Made:
    """Ask any endpoint of fal.

    For what no other node covers. `https://fal.ai/models/ID` shows what an endpoint takes. Media
    are given where it wants addresses, as `"image_url": "${photo.image}"`; they are uploaded.
    Before anything is paid, the inputs are held against the endpoint's own schema.
    """
    if not is_endpoint(endpoint) or not isinstance(inputs, Mapping):
        raise TaskError("an endpoint's id and an object are needed", kind=ErrorKind.INVALID)
    model_id = f"{PREFIX}{endpoint}"
    attached = tuple(dict.fromkeys(_media_in(inputs)))
    request = Request("endpoint", model_id, options=inputs, attached=attached)
    provider = provider_of(model_id)
    if not isinstance(provider, Trainer):
        raise TaskError("fal is replaced by something that cannot do this", kind=ErrorKind.INVALID)
    made = await provider.obtain(request, ctx)
    return Made(
        images=_of(made.files, Image),
        videos=_of(made.files, Video),
        audios=_of(made.files, Audio),
        files=_of(made.files, File),
        data=made.data,
    )


def _media_in(value: Any) -> Iterator[Media]:
    if isinstance(value, Media):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _media_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _media_in(item)


def _of(made: list[Media], kind: type[M]) -> list[M]:
    return [each for each in made if isinstance(each, kind)]
