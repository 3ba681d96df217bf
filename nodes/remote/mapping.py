"""From a request to a provider's fields, by what the catalogue says of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import Character, Media
from engine.store.codec import media_in
from nodes.models import Accepted, ModelInfo
from nodes.models.info import PARAMETERS
from nodes.remote.adapter import Address
from nodes.requests import Request


def build_body(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request.

    What the request leaves open is left out, so that the provider's own default counts.

    Args:
        model: Says which field each input goes to, and in which form.
        request: What is asked.
        urls: Addresses of the media, by digest.
    """
    body: dict[str, Any] = {}
    for name, constant in model.constants.items():
        _put(body, name, constant)
    for name, accepted in model.inputs.items():
        value = getattr(request, name, None)
        if name == "seconds" and value is not None:
            value = accepted.length_for(value)
        if value not in (None, "", ()):
            _put(body, accepted.field or name, _sent(accepted, with_urls(value, urls)))
    for name, accepted in model.options.items():
        value = request.options.get(name)
        if value is None and name in PARAMETERS:
            value = getattr(request, name)
        if value is not None:
            _put(body, accepted.field or name, _sent(accepted, with_urls(value, urls)))
    return body


def media_of(request: Request) -> list[Media]:
    """Return the media that a request needs uploaded, each once."""
    named = (request.image, request.last_image, request.mask, request.video, request.audio)
    given = (*named, *request.references, *media_in(request.options))
    return list(dict.fromkeys(media for media in given if media is not None))


def with_urls(value: Any, urls: Mapping[str, Address]) -> Any:
    """Put the addresses of media, by digest, in place of the media in a value, however deep."""
    if isinstance(value, Media):
        return urls[value.digest]
    if isinstance(value, Character):
        return value.identity
    if isinstance(value, tuple | list):
        return [with_urls(item, urls) for item in value]
    if isinstance(value, Mapping):
        return {name: with_urls(item, urls) for name, item in value.items()}
    return value


def _sent(accepted: Accepted, value: Any) -> Any:
    if (text := _plain(value)) in accepted.sent:
        return accepted.sent[text]
    match accepted.form:
        case "text":
            return text
        case "seconds":
            return f"{text}s"
        case "list":
            return value if isinstance(value, list) else [value]
    if accepted.type == "integer" and isinstance(value, float):
        return int(value)
    return value


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        body = body.setdefault(name, {})
    if isinstance(value, list) and isinstance(body.get(last), list):
        # A picture and its references may go into one list.
        value = [*body[last], *value]
    body[last] = value
