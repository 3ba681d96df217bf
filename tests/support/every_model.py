"""Arguments that models accept, for tests that go over every model of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import Any

from engine import Advice, Audio, Character, Image, Video
from engine.nodetype import StaticArguments
from engine.registry import Registry
from nodes import builtin
from nodes.asking import check_of
from nodes.models import Accepted, Kind, ModelInfo
from nodes.models.parameters import catalogue_name

NODES: Mapping[Kind, str] = {
    "text_to_image": "text_to_image",
    "image_to_image": "image_to_image",
    "image_to_video": "image_to_video",
    "text_to_video": "text_to_video",
    "video_to_video": "video_to_video",
    "storyboard_images": "storyboard_images",
    "lip_sync": "lip_sync",
    "upscale_image": "upscale",
    "upscale_video": "upscale",
    "speech": "speech",
    "text_to_audio": "text_to_audio",
    "text_to_vector": "text_to_vector",
    "image_to_vector": "image_to_vector",
    "train_character": "character",
}
"""The node that asks for each kind of work, for those that are asked one call."""
_IMAGE = Image(digest="1" * 64, media_type="image/png", size=100, width=1024, height=768)
_VIDEO = Video(
    digest="2" * 64, media_type="video/mp4", size=100, width=1024, height=768, seconds=5, fps=24
)
_AUDIO = Audio(
    digest="3" * 64, media_type="audio/wav", size=100, seconds=4, sample_rate=48_000, channels=1
)
HANDLES: Mapping[str, Any] = {
    "image": _IMAGE,
    "images": [_IMAGE],
    "video": _VIDEO,
    "audio": _AUDIO,
    "character": Character(name="Mara"),
}
FILES: Mapping[str, Any] = {
    "image": "picture.png",
    "images": ["picture.png"],
    "video": "film.mp4",
    "audio": "voice.wav",
}
"""What stands for each type of media: as a node gets it, and as a workflow names it."""

_TEXTS = {
    "aspect_ratio": "16:9",
    "language": "en",
    "name": "Mara",
    "prompt": "A lighthouse at dusk",
}
_NUMBERS = {"factor": 2, "speed": 1.0, "count": 2}


def least(model: ModelInfo, kind: Kind, media: Mapping[str, Any]) -> dict[str, Any]:
    """Return as few arguments as a node and a model need, by the catalogue's names."""
    inputs = model.accepted(kind)
    needed = [*_required(NODES[kind]), *(n for n, accepted in inputs.items() if accepted.required)]
    if model.one_of and not set(model.one_of) & set(needed):
        needed.append(next(name for name in model.one_of if name in inputs))
    given = {name: value_of(name, inputs.get(name) or _plain(name), media) for name in needed}
    given = {name: value for name, value in given.items() if value is not None}
    options = {n: value_of(n, o, media) for n, o in model.options.items() if o.required}
    for name in _demanded(model, kind, given.keys() | options.keys()):
        if name in inputs:
            given[name] = value_of(name, inputs[name], media)
        else:
            options[name] = value_of(name, model.options[name], media)
    return given | ({"options": options} if options.keys() - given.keys() else {})


def _demanded(model: ModelInfo, kind: Kind, given: Set[str]) -> list[str]:
    """Return what rules that any value keeps want besides."""
    return [
        name
        for rule in model.rules
        if kind in (rule.kinds or (kind,)) and not rule.when
        if given >= set(rule.given) and given.isdisjoint(rule.without)
        for name, values in rule.needs.items()
        if name not in given and not values
    ]


def most(model: ModelInfo, kind: Kind, media: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that a model accepts, by the catalogue's names, where there is a value for it."""
    values = {n: value_of(n, accepted, media) for n, accepted in model.accepted(kind).items()}
    given = {name: value for name, value in values.items() if value is not None}
    return least(model, kind, media) | given


def _required(node_type: str) -> list[str]:
    """Return what a node cannot do without, by the catalogue's names."""
    found = _registry().get(node_type)
    assert found is not None
    return [catalogue_name(name) for name, each in found.parameters.items() if each.required]


def _plain(name: str) -> Accepted:
    kind = name if name in ("image", "video", "audio") else "text"
    return Accepted.model_validate({"type": kind})


@cache
def _registry() -> Registry:
    return builtin()


def value_of(name: str, accepted: Accepted, media: Mapping[str, Any]) -> Any:
    """Return a value that is accepted; None if none comes to mind."""
    if accepted.type in ("image", "images", "video", "audio", "character", "data"):
        return media.get(accepted.type)
    if accepted.values:
        return accepted.default if accepted.default in accepted.values else accepted.values[0]
    if accepted.default is not None:
        return accepted.default
    if accepted.type == "boolean":
        return True
    if accepted.type == "address":
        return "https://example.com/film.mp4"
    if accepted.type == "addresses":
        return ["https://example.com/film.mp4"]
    if accepted.type == "text":
        return _TEXTS.get(name, "any" if accepted.required else "")[: accepted.longest] or None
    number = _NUMBERS.get(name, 4)
    low, high = accepted.low or 0, accepted.high if accepted.high is not None else 1e9
    return min(max(number, low), high)


def node_inputs(
    model: ModelInfo, kind: Kind, arguments: Mapping[str, Any], parameters: Iterator[str]
) -> dict[str, Any] | None:
    """Return the inputs of a node by its own names; None if it lacks a parameter for one."""
    names = {catalogue_name(name): name for name in parameters}
    if not set(arguments) <= set(names):
        return None
    return {"model": model.id, **{names[name]: value for name, value in arguments.items()}}


def complaints(model: ModelInfo, kind: Kind, arguments: Mapping[str, Any]) -> list[str]:
    """Return what the check of a node says of a model with arguments by the catalogue's names."""
    values = {"model": [model.id], **arguments}
    found = check_of(kind)(StaticArguments(values))
    return [each for each in found if not isinstance(each, Advice)]
