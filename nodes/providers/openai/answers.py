"""What OpenAI answers: pictures as base64 text and a count of tokens, responses as jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from engine import ErrorKind, TaskError
from nodes.providers.openai.service import CODES, cut_off
from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.spool import file_in
from nodes.remote.wording import cleaned

_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "in_progress": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "incomplete": JobPhase.FAILED,
    "failed": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELED,
}
_MILLION = 10**6
_MOST_TOKENS = 10**9
"""More than any answer takes."""


def read_pictures(document: Mapping[str, Any], wants: str) -> JobStatus:
    """Read the pictures of an answer, and what they cost.

    Args:
        document: The answer.
        wants: The prices of tokens, as `pictures text=5 image=8 output=30`.

    Raises:
        TypeError: There are none.
    """
    files = tuple(_picture(each) for each in document["data"])
    if not files:
        raise TypeError("there is no picture in the answer")
    cost = _cost(document.get("usage"), wants)
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, cost=cost, billed="billed")


def _picture(item: Mapping[str, Any]) -> RemoteFile:
    url = item.get("url")
    if not item.get("b64_json") and isinstance(url, str) and url:
        # Those who speak as OpenAI does may give an address.
        return RemoteFile(url, "image")
    return file_in(item.get("b64_json"), "image")


def _cost(usage: Any, wants: str) -> Decimal | None:
    """Return what the tokens of an answer cost; those that were cached may have cost less."""
    prices = dict(each.split("=") for each in wants.split()[1:])
    details = usage.get("input_tokens_details") if isinstance(usage, Mapping) else None
    if not prices or not isinstance(details, Mapping):
        return None
    counted = {
        "text": details.get("text_tokens"),
        "image": details.get("image_tokens"),
        "output": usage.get("output_tokens"),
    }
    if not all(type(n) is int and 0 <= n < _MOST_TOKENS for n in counted.values()):
        return None
    return sum((Decimal(prices[n]) * counted[n] for n in counted), Decimal(0)) / _MILLION


def read_response(document: Mapping[str, Any]) -> JobStatus:
    """Read how a response stands.

    Raises:
        KeyError: Its status is not known.
    """
    phase = _PHASES[document["status"]]
    if phase is JobPhase.SUCCEEDED:
        return _finished(document)
    if phase is JobPhase.FAILED:
        return _failed(document)
    return JobStatus(phase, note=str(document["status"]).replace("_", " "))


def _finished(document: Mapping[str, Any]) -> JobStatus:
    parts = list(_parts(document))
    refusals = [part["refusal"] for part in parts if isinstance(part.get("refusal"), str)]
    if refusals:
        said = cleaned(" ".join(refusals)) or "it gives no reason"
        return JobStatus(JobPhase.REFUSED, message=said, billed="billed")
    text = "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    if not text:
        return JobStatus(JobPhase.FAILED, message="it answered without text", billed="billed")
    return JobStatus(JobPhase.SUCCEEDED, 1.0, data={"text": text}, billed="billed")


def _failed(document: Mapping[str, Any]) -> JobStatus:
    details = document.get("incomplete_details")
    reason = str(details.get("reason")) if isinstance(details, Mapping) else ""
    if reason == "max_output_tokens":
        return JobStatus(JobPhase.FAILED, billed="billed", error=cut_off())
    if reason == "content_filter":
        said = "its filter cut the answer off"
        return JobStatus(JobPhase.REFUSED, message=said, billed="billed")
    error = document.get("error")
    told: Mapping[str, Any] = error if isinstance(error, Mapping) else {}
    said = cleaned(str(told.get("message") or told.get("code") or reason or "no reason given"))
    kind = CODES.get(str(told.get("code")))
    if kind is ErrorKind.REFUSED:
        return JobStatus(JobPhase.REFUSED, message=said)
    classed = TaskError(f"OpenAI could not write it: {said}", kind=kind) if kind else None
    return JobStatus(JobPhase.FAILED, message=said, error=classed)


def _parts(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what the messages of a response hold."""
    for item in _objects(document.get("output")):
        if item.get("type") == "message":
            yield from _objects(item.get("content"))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
