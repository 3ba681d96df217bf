"""Bodies of requests for Wan, in the four shapes that its generations have.

The catalogue's `field` says where an input goes, most often into the place itself. Four names lead
into what is built here: `media` (a list of typed inputs), `content` (a message of words and
pictures), `size` (pixels, of a shape and a tier) and `fixed` (what is known and never sent).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nodes.models import ModelInfo
from nodes.remote.adapter import Address
from nodes.remote.mapping import build_body
from nodes.remote.shapes import pixels
from nodes.requests import Request

_CLIPS: Mapping[str, Mapping[str, str]] = {
    "480p": {"16:9": "832*480", "9:16": "480*832", "1:1": "624*624"},
    "720p": {
        "16:9": "1280*720",
        "9:16": "720*1280",
        "1:1": "960*960",
        "4:3": "1088*832",
        "3:4": "832*1088",
    },
    "1080p": {
        "16:9": "1920*1080",
        "9:16": "1080*1920",
        "1:1": "1440*1440",
        "4:3": "1632*1248",
        "3:4": "1248*1632",
    },
}
"""Sizes of clips; those of pictures follow from the tier."""
_USUAL_TIER = "1K"
"""Of a model that is told sizes in pixels only."""


def body_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request.

    Raises:
        TaskError: The size is none (`invalid`).
    """
    body = build_body(model, request, urls)
    body.pop("fixed", None)
    parameters = body.setdefault("parameters", {})
    if (size := body.pop("size", None)) and (text := _size(model, size)):
        parameters["size"] = text
    voice = body.pop("reference_voice", None)
    if (media := body.pop("media", None)) is not None:
        body.setdefault("input", {})["media"] = list(_media(media, voice))
    if (content := body.pop("content", None)) is not None:
        pictures = [{"image": url} for url in content.get("image", [])]
        message = {"role": "user", "content": [{"text": content["text"]}, *pictures]}
        body["input"] = {"messages": [message]}
    if request.kind == "storyboard_images":
        parameters["enable_sequential"] = True
    return body


def _size(model: ModelInfo, size: Mapping[str, str]) -> str:
    shape, tier = size.get("ratio", ""), size.get("tier", "")
    if tier in _CLIPS:
        return _CLIPS[tier][shape]
    if not shape:
        return tier
    known = model.inputs.get("resolution")
    width, height = pixels(shape, tier or (str(known.default) if known else _USUAL_TIER))
    return f"{width}*{height}"


def _media(media: Mapping[str, Any], voice: Address | None) -> Iterator[dict[str, Any]]:
    for kind, given in media.items():
        for url in given if isinstance(given, list) else [given]:
            item = {"type": kind, "url": url}
            if voice is not None and kind.startswith("reference_"):
                item["reference_voice"], voice = voice, None
            yield item
