"""Interactions, by which Gemini Omni makes clips: what is sent, and what a finished one holds.

A refusal is no error: the interaction is completed, only that there is no clip in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import Address, Inline, JobPhase, JobStatus
from nodes.remote.mapping import build_body
from nodes.remote.spool import file_in
from nodes.remote.standard import codes_of, words_of
from nodes.remote.wording import cleaned
from nodes.requests import Request

_APART = ("prompt", "image", "last_image", "references", "video")
_TYPES: Mapping[str, str] = {"video/quicktime": "video/mov", "video/x-msvideo": "video/avi"}
"""Media types that have another name here."""
_TAG = re.compile(r"<[A-Z]+_(?:FRAME|REF_\d+)>")
_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "in_progress": JobPhase.RUNNING,
    "requires_action": JobPhase.RUNNING,
    "requires_continuation": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "incomplete": JobPhase.FAILED,
    "budget_exceeded": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELED,
}
_SILENT = (
    "it made no clip and said nothing; films of one's own are not edited in some countries "
    "(EEA, Switzerland, the United Kingdom, some states of the US)"
)


def interaction_body(
    model: ModelInfo, request: Request, urls: Mapping[str, Address]
) -> dict[str, Any]:
    """Return the body of a request.

    It runs in the background, unless nothing of it is to be stored: then the answer is the end.
    """
    body = build_body(model, request, urls)
    for name in _APART:
        body.pop(name, None)
    settings = body.setdefault("generation_config", {}).setdefault("video_config", {})
    settings.setdefault("task", _task(request))
    is_kept = body.get("store", True)
    shape = body.setdefault("response_format", {})
    if not is_kept:
        shape["delivery"] = "inline"
    blocks = [_block(media, urls[media.digest]) for media in _media(request)]
    blocks.append({"type": "text", "text": _text(request)})
    return {
        "model": model.endpoint,
        "background": is_kept,
        "input": [{"type": "user_input", "content": blocks}],
        **body,
    }


def _task(request: Request) -> str:
    if request.image is not None:
        return "image_to_video"
    return "reference_to_video" if request.references else "text_to_video"


def _media(request: Request) -> Iterator[Media]:
    given = (request.image, request.last_image, request.video, *request.references)
    return (media for media in given if media is not None)


def _text(request: Request) -> str:
    """Return the prompt; without a tag of its own it is told which frame a picture is."""
    if request.image is None or _TAG.search(request.prompt):
        return request.prompt
    tags = "<FIRST_FRAME>" if request.last_image is None else "<FIRST_FRAME> <LAST_FRAME>"
    return f"{tags} {request.prompt}".strip()


def _block(media: Media, address: Address) -> dict[str, Any]:
    where = "data" if isinstance(address, Inline) else "uri"
    kind = _TYPES.get(media.media_type, media.media_type)
    return {"type": media.kind, "mime_type": kind, where: address}


def id_of(document: Mapping[str, Any]) -> str:
    """Return the id of an interaction.

    Raises:
        TypeError: It has none.
    """
    found = document["id"]
    if not isinstance(found, str) or not re.fullmatch(r"[\w.~:-]{1,500}", found):
        raise TypeError("an interaction has an id")
    return found


def read_interaction(document: Mapping[str, Any]) -> JobStatus | str:
    """Read how an interaction stands; or the address of its clip, where it lies elsewhere.

    Raises:
        ValueError: It has a status that is not known.
    """
    state = document["status"]
    if state not in _PHASES:
        raise ValueError("the status of the interaction is not known")
    phase = _PHASES[state]
    if phase in (JobPhase.QUEUED, JobPhase.RUNNING):
        return JobStatus(phase, note=state.replace("_", " "))
    if phase is JobPhase.CANCELED:
        return JobStatus(phase)
    blocks = list(_blocks(document))
    if phase is JobPhase.FAILED:
        return JobStatus(phase, message=_reason(document) or state, error=_error(state))
    clips = [block for block in blocks if block.get("type") == "video"]
    if not clips:
        texts = [b["text"] for b in blocks if isinstance(b.get("text"), str)]
        said = cleaned(" ".join(texts)) or _reason(document) or _SILENT
        return JobStatus(JobPhase.REFUSED, message=said)
    data, uri = clips[-1].get("data"), clips[-1].get("uri")
    if not data and isinstance(uri, str):
        return uri
    return JobStatus(phase, files=(file_in(data, "video"),), billed="billed")


def _blocks(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what the model has given out, without what it thought."""
    for step in _items(document.get("steps")):
        if step.get("type") == "model_output":
            yield from _items(step.get("content"))


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _reason(document: Mapping[str, Any]) -> str:
    """Return why it failed, in Google's words."""
    steps = [step["error"] for step in _items(document.get("steps")) if step.get("error")]
    for error in (*_items(document.get("errors")), *steps):
        if said := words_of(error) or " ".join(codes_of(error)):
            return said
    return ""


def _error(state: str) -> TaskError | None:
    if state != "budget_exceeded":
        return None
    message = "the interaction was ended as it exceeded its budget"
    return TaskError(message, kind=ErrorKind.BILLING)
