"""What WaveSpeed says of a job, in polls and in messages alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.standard import words_of
from nodes.remote.wording import cleaned, is_moderation

_PHASES: Mapping[str, JobPhase] = {
    "created": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "timeout": JobPhase.FAILED,
    "deleted": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELED,
}


def status_of(prediction: Mapping[str, Any], model: str) -> JobStatus | None:
    """Read how a job stands; None where it does not say.

    Args:
        prediction: What WaveSpeed tells.
        model: The model's name there, or the path of it, which says what is made.
    """
    word = prediction.get("status")
    if not isinstance(word, str):
        return None
    # A word that is not known yet means that it goes on.
    phase = _PHASES.get(word, JobPhase.RUNNING)
    if phase is JobPhase.SUCCEEDED:
        return _made(prediction, model)
    if phase in (JobPhase.QUEUED, JobPhase.RUNNING):
        return JobStatus(phase, note=cleaned(word))
    said = words_of({"error": prediction.get("error")}) or f"WaveSpeed says no more than {word}"
    is_refused = phase is JobPhase.FAILED and (_is_flagged(prediction) or is_moderation(said))
    return JobStatus(JobPhase.REFUSED if is_refused else phase, message=cleaned(said))


def _made(prediction: Mapping[str, Any], model: str) -> JobStatus:
    outputs = prediction.get("outputs")
    urls = [url for url in outputs if _is_address(url)] if isinstance(outputs, list) else []
    if urls:
        kind: Literal["image", "video"] = "video" if "video" in model else "image"
        files = tuple(RemoteFile(url, kind) for url in urls)
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")
    if _is_flagged(prediction):
        message = "WaveSpeed gives no file, and marks what was made as not safe for work"
        return JobStatus(JobPhase.REFUSED, message=message)
    message = "WaveSpeed says that it has succeeded, but gives no file"
    return JobStatus(JobPhase.FAILED, message=message, billed="billed")


def _is_address(url: Any) -> bool:
    return isinstance(url, str) and url.startswith(("https://", "http://"))


def _is_flagged(prediction: Mapping[str, Any]) -> bool:
    flags = prediction.get("has_nsfw_contents")
    return isinstance(flags, list) and any(flag is True for flag in flags)
