"""What Bria answers: how a job stands, in polls and in messages alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.standard import codes_of, words_of
from nodes.remote.wording import cleaned

_RESULTS: Mapping[str, Literal["image", "video"]] = {
    "image_url": "image",
    "video_url": "video",
    "mask_url": "video",
}
_REFUSED = "422"
"""What a job failed with that moderation has stopped; what is wrong is told at once."""
_REFUSALS = ("moderation", "inappropriate", "restricted content", "safety")


def status_of(document: Mapping[str, Any]) -> JobStatus | None:
    """Read how a job stands; None where it does not say."""
    word = document.get("status")
    if not isinstance(word, str):
        return None
    match word.upper():
        case "COMPLETED":
            return _made(document.get("result"))
        case "ERROR" | "FAILED":
            error = document.get("error")
            said = words_of({"error": error}) or "Bria gives no reason"
            details = error.get("details") if isinstance(error, Mapping) else None
            whole = f"{said}: {cleaned(details)}" if isinstance(details, str) and details else said
            is_refused = _REFUSED in codes_of({"error": error})
            return JobStatus(JobPhase.REFUSED if is_refused else JobPhase.FAILED, message=whole)
    # Also a job of which Bria does not know just now goes on, until it is given up on.
    return JobStatus(JobPhase.RUNNING, note=cleaned(word))


def is_moderation(message: str) -> bool:
    """Tell whether words say that a request was refused, and not that it was wrong."""
    return any(each in message.lower() for each in _REFUSALS)


def _made(result: Any) -> JobStatus:
    found = result if isinstance(result, Mapping) else {}
    files = tuple(
        RemoteFile(url, kind)
        for name, kind in _RESULTS.items()
        if isinstance(url := found.get(name), str) and url
    )
    if not files:
        message = "Bria says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files[:1], billed="billed")
