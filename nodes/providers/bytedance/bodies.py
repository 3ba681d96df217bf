"""Bodies of ModelArk's requests; the catalogue's `field` says what each input is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nodes.models import ModelInfo
from nodes.remote.adapter import Address
from nodes.remote.mapping import build_body
from nodes.remote.shapes import pixels
from nodes.requests import Request

TASKS = "contents/generations/tasks"
"""Where clips are asked for; pictures elsewhere."""
_ROLES: Mapping[str, str] = {
    "first_frame": "image_url",
    "last_frame": "image_url",
    "reference_image": "image_url",
    "reference_video": "video_url",
    "reference_audio": "audio_url",
}
"""What an input is in a clip, and the type of its content."""
_USUAL_TIER = "1K"
"""Of a model that is told sizes in pixels only."""


def body_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request.

    Raises:
        TaskError: The size is none (`invalid`).
    """
    body = build_body(model, request, urls)
    if body.pop("tools", False):
        body["tools"] = [{"type": "web_search"}]
    if model.endpoint == TASKS:
        return _with_contents(body)
    if request.kind == "storyboard_images":
        body["sequential_image_generation"] = "auto"
        # The model draws as many as the words ask for, whatever the most may be.
        body["prompt"] = f"Exactly {request.count} pictures. {request.prompt}"
    return _with_size(model, body)


def _with_size(model: ModelInfo, body: dict[str, Any]) -> dict[str, Any]:
    """Put one size in place of a shape and a tier; of a tier alone, the words decide the shape."""
    shape, tier = body.pop("aspect_ratio", None), body.pop("resolution", None)
    if shape is not None:
        known = model.inputs.get("resolution")
        width, height = pixels(shape, tier or (str(known.default) if known else _USUAL_TIER))
        body["size"] = f"{width}x{height}"
    elif tier is not None:
        body["size"] = tier
    return body


def _with_contents(body: dict[str, Any]) -> dict[str, Any]:
    text = body.pop("text", "")
    contents: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    for role, kind in _ROLES.items():
        given = body.pop(role, [])
        contents += [
            {"type": kind, kind: {"url": url}, "role": role}
            for url in (given if isinstance(given, list) else [given])
        ]
    return {**body, "content": contents}
