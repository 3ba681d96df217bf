"""Inputs of Replicate's models, each of which has names of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nodes.models import ModelInfo
from nodes.providers.replicate.answers import ANYTHING, TEXT
from nodes.remote.adapter import Address
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body, with_urls
from nodes.remote.shapes import pixels
from nodes.requests import Request

_SHAPE = "shape"
"""What the catalogue calls the field of a shape that is told as width and height."""
_FOLLOWS = "Answer with JSON that follows this schema, and with nothing else, also no fence: "


def inputs_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the input of a prediction.

    Raises:
        TaskError: The model does not take this together.
    """
    if request.kind == "endpoint":
        return {name: with_urls(value, urls) for name, value in given(request.options).items()}
    if request.kind == "write_text":
        return {**model.constants, **_words(request)}
    refuse_unfit(model, request)
    body = build_body(model, request, urls)
    if shape := body.pop(_SHAPE, None):
        body["width"], body["height"] = pixels(shape, "1K")
    return body


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that are something: there is no other way to leave one open."""
    return {name: value for name, value in options.items() if value is not None}


def _words(request: Request) -> dict[str, Any]:
    """Return a conversation as a prompt, and the schema of its answer as words."""
    messages = request.options["messages"]
    told = [message["content"] for message in messages if message["role"] == "system"]
    said = [message for message in messages if message["role"] != "system"]
    told.append(f"{_FOLLOWS}{json.dumps(request.options['schema'])}")
    names = {"assistant": "Your answer was"} if len(said) > 1 else {}
    spoken = (
        f"{names[m['role']]}:\n{m['content']}" if m["role"] in names else m["content"] for m in said
    )
    return {"system_prompt": "\n\n".join(told), "prompt": "\n\n".join(spoken)}


def makes(request: Request) -> str:
    """Return what a prediction makes, as far as is known before."""
    if request.kind == "endpoint":
        return ANYTHING
    if request.kind == "write_text":
        return TEXT
    is_picture = request.kind.endswith("image") or request.kind == "storyboard_images"
    return "image" if is_picture else "video"
