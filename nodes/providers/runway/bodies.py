"""Bodies of Runway's requests, flat objects that differ from model to model.

The catalogue's `field` says where an input goes, most often into the place itself. Some names lead
into what is built here: `first` and `last` (the frames of a clip), `tier` (half of a size, of which
`ratio` is the other), `character`, and the lists in `_LISTS`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from engine import ErrorKind, TaskError
from nodes.models import Accepted, ModelInfo
from nodes.remote.adapter import Address
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body
from nodes.requests import Request

_LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "references": ("references", {}),
    "referenceImages": ("referenceImages", {}),
    "referenceVideos": ("referenceVideos", {"type": "video"}),
    "plainVideos": ("referenceVideos", {}),
    "referenceAudio": ("referenceAudio", {"type": "audio"}),
}
"""Lists of files, what each is called there, and what is said of every file besides its address."""
_TOLD: Mapping[str, str] = {"tags": "tag", "subjects": "subject"}
"""Options that say something of each picture in turn, and what that is called there."""
_TIER = "tier"
_AUTO = "auto"


def check(model: ModelInfo, request: Request) -> None:
    """Refuse what the model does not take.

    Raises:
        TaskError: It does not (`invalid`).
    """
    refuse_unfit(model, request)
    longest = model.inputs["prompt"].longest if "prompt" in model.inputs else None
    # Runway counts in units of which an emoji is two.
    units = len(request.prompt.encode("utf-16-le")) // 2
    if longest is not None and units > longest:
        message = f"{model.id} takes at most {longest} characters, of which an emoji is two"
        raise TaskError(f"{message}, not {units}", kind=ErrorKind.INVALID)


def body_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request."""
    body = build_body(model, request, urls)
    _put_lists(body)
    if first := body.pop("first", None):
        body["promptImage"] = _frames(first, body.pop("last", None))
    if isinstance(body.get("character"), dict):
        ((kind, url),) = body["character"].items()
        body["character"] = {"type": kind, "uri": url}
    if "audioUri" in body.get("voice", {}):
        body["voice"]["type"] = "reference-audio"
    tier = body.pop(_TIER, None)
    shapes = _shapes_of(model, request)
    if shapes is not None:
        if ratio := _ratio(model, shapes, request):
            body["ratio"] = ratio
    elif tier is not None:
        body["resolution"] = tier
    return body


def _put_lists(body: dict[str, Any]) -> None:
    told = {word: body.pop(name, []) for name, word in _TOLD.items()}
    for name, (field, said) in _LISTS.items():
        if (given := body.pop(name, None)) is not None:
            body[field] = [{**said, "uri": url} for url in given]
    for word, values in told.items():
        for picture, value in zip(body.get("referenceImages", []), values, strict=False):
            picture[word] = value


def _frames(first: Address, last: Address | None) -> Any:
    if last is None:
        return first
    return [{"uri": first, "position": "first"}, {"uri": last, "position": "last"}]


def _shapes_of(model: ModelInfo, request: Request) -> Accepted | None:
    """Return the shapes of which a request may have one; None where it is told no size so."""
    shapes = model.accepted(request.kind).get("aspect_ratio")
    return shapes if shapes is not None and shapes.field == "ratio" else None


def _ratio(model: ModelInfo, shapes: Accepted, request: Request) -> str:
    """Return what Runway calls a shape and a tier; empty where it is to choose.

    The catalogue's `sent` has the sizes, by the shape alone where there is one tier, and else by
    both: `16:9 720p`.
    """
    if "size" in request.options:
        return str(request.options["size"])
    tiers = model.inputs.get("resolution")
    has_tiers = tiers is not None and tiers.field == _TIER
    asked = request.resolution if has_tiers else None
    tier = asked or (str(tiers.default) if tiers is not None and has_tiers else "")
    shape = request.aspect_ratio or _usual_shape(model, shapes, request, asked)
    return str(shapes.sent.get(f"{shape} {tier}", shapes.sent.get(shape, shape)))


def _usual_shape(model: ModelInfo, shapes: Accepted, request: Request, tier: str | None) -> str:
    """Return the shape where none is asked for: that of the picture or film, as far as need be."""
    source = request.image or request.video
    if source is None:
        return str(shapes.default or (shapes.values[0] if tier else ""))
    if tier is None and "ratio" not in model.constants:
        return ""
    if f"{_AUTO} {tier}" in shapes.sent or (_AUTO in shapes.values and tier is None):
        return _AUTO
    return _nearest(source.width / source.height, map(str, shapes.values))


def _nearest(ratio: float, shapes: Iterable[str]) -> str:
    def distance(shape: str) -> float:
        width, _, height = shape.partition(":")
        return abs(math.log(ratio * float(height) / float(width)))

    return min((shape for shape in shapes if shape != _AUTO), key=distance)
