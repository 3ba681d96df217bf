"""Bodies of MiniMax's requests; the catalogue's `field` says what each input is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import ErrorKind, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import Address
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body, media_of
from nodes.requests import Request

NEWER = "v2/"
"""What the endpoints of the second generation begin with."""
_ROLES: Mapping[str, str] = {
    "first_frame": "image_url",
    "last_frame": "image_url",
    "reference_image": "image_url",
    "base_video": "video_url",
    "reference_video": "video_url",
    "reference_audio": "audio_url",
}
"""What an input is in a film of the second generation, and the type of its content."""
_PERSON: Mapping[str, str] = {"v1/video_generation": "image", "v1/image_generation": "image_file"}
"""What the picture of a person is called, by endpoint."""
_LARGEST = 64 * 1000**2
"""Bytes of a whole request of the second generation."""


def check(model: ModelInfo, request: Request) -> None:
    """Refuse what the model does not take.

    Raises:
        TaskError: It does not (`invalid`).
    """
    refuse_unfit(model, request)
    size = sum(media.size for media in media_of(request)) * 4 // 3
    if model.endpoint.startswith(NEWER) and size > _LARGEST:
        message = "the inputs are together larger than the 48 MB that fit into one request"
        raise TaskError(message, kind=ErrorKind.INVALID)


def body_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request."""
    body = build_body(model, request, urls)
    if model.endpoint.startswith(NEWER):
        return _with_contents(model, body)
    if "person" in body:
        picture = body.pop("person")[0]
        field = _PERSON[model.endpoint]
        shown = [picture] if field == "image" else picture
        body["subject_reference"] = [{"type": "character", field: shown}]
    return body


def _with_contents(model: ModelInfo, body: dict[str, Any]) -> dict[str, Any]:
    contents: list[dict[str, Any]] = [{"type": "text", "text": body.pop("text")}]
    for role, kind in _ROLES.items():
        given = body.pop(role, [])
        # An address beside the type, and not within, would be passed over without a word.
        contents += [
            {"type": kind, kind: {"url": url}, "role": role}
            for url in (given if isinstance(given, list) else [given])
        ]
    if len(contents) == 1:
        body.setdefault("ratio", model.inputs["aspect_ratio"].default)
    return {**body, "content": contents}
