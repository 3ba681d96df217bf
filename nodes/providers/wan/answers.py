"""What Model Studio answers: tasks, with clips or with pictures in one of two forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind, TaskError
from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.standard import class_in, words_of
from nodes.remote.wording import cleaned

CODES: Mapping[str, ErrorKind] = {
    **dict.fromkeys(("datainspectionfailed", "ipinfringementsuspect"), ErrorKind.REFUSED),
    **dict.fromkeys(
        ("invalidparameter", "badrequest", "invalidurl", "unsupportedoperation"), ErrorKind.INVALID
    ),
    **dict.fromkeys(("invalidapikey", "accessdenied", "model.accessdenied"), ErrorKind.AUTH),
    "arrearage": ErrorKind.BILLING,
    "modelnotfound": ErrorKind.DOWN,
    "throttling": ErrorKind.THROTTLED,
    **dict.fromkeys(("internalerror", "systemerror"), ErrorKind.TRANSIENT),
}
_PHASES: Mapping[str, JobPhase] = {
    "PENDING": JobPhase.QUEUED,
    "RUNNING": JobPhase.RUNNING,
    "SUSPENDED": JobPhase.QUEUED,
    "SUCCEEDED": JobPhase.SUCCEEDED,
    "FAILED": JobPhase.FAILED,
    "CANCELED": JobPhase.CANCELED,
    "UNKNOWN": JobPhase.FAILED,
}
_LOST = "Model Studio does not know the task, or not any more: it keeps tasks for 24 hours"
_REASONLESS = "Model Studio gives no reason"


def output_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an answer says of a task; empty if it says nothing."""
    output = document.get("output")
    return output if isinstance(output, Mapping) else {}


def status_of(document: Mapping[str, Any]) -> JobStatus | None:
    """Read how a task stands; None where it does not say."""
    output = output_of(document)
    word = output.get("task_status")
    if not isinstance(word, str):
        return None
    # A word that is not known yet means that it goes on.
    phase = _PHASES.get(word, JobPhase.RUNNING)
    if phase is JobPhase.SUCCEEDED:
        return _made(output)
    if word == "UNKNOWN":
        # It may have been made and paid for, so that no other model is tried in its place.
        lost = TaskError(_LOST, kind=ErrorKind.LOCAL, hint="Run again to have it made anew.")
        return JobStatus(phase, message=_LOST, error=lost)
    if phase is JobPhase.FAILED:
        return _failed(output if output.get("code") or output.get("message") else document)
    if phase is JobPhase.CANCELED:
        return JobStatus(phase, billed="not billed")
    return JobStatus(phase, note=cleaned(word.lower()))


def _made(output: Mapping[str, Any]) -> JobStatus:
    if files := tuple(_files(output)):
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")
    wrong = next((each for each in _items(output.get("results")) if each.get("code")), None)
    if wrong is not None:
        return _failed(wrong)
    message = "Model Studio says that it has succeeded, but gives no file"
    return JobStatus(JobPhase.FAILED, message=message, billed="billed")


def _files(output: Mapping[str, Any]) -> Iterator[RemoteFile]:
    """Yield the clip or the pictures; some of several may be missing, and are not paid for."""
    if link := _link(output, "video_url"):
        yield RemoteFile(link, "video")
    pictures = [_link(item, "url") for item in _items(output.get("results"))]
    for choice in _items(output.get("choices")):
        message = choice.get("message")
        told = message.get("content") if isinstance(message, Mapping) else None
        pictures += [_link(item, "image") for item in _items(told)]
    yield from (RemoteFile(link, "image") for link in pictures if link)


def _link(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _failed(wrong: Mapping[str, Any]) -> JobStatus:
    """Read why there is nothing; what comes to nothing is not billed.

    What is wrong with a request is told so, long after it was taken.
    """
    told = {name: wrong.get(name) for name in ("code", "message")}
    message = words_of(told) or _REASONLESS
    kind = class_in(told, CODES)
    if kind is ErrorKind.REFUSED:
        return JobStatus(JobPhase.REFUSED, message=message, billed="not billed")
    lasts = kind is not None and not kind.retryable
    error = TaskError(f"Model Studio failed: {message}", kind=kind) if kind and lasts else None
    return JobStatus(JobPhase.FAILED, message=message, billed="not billed", error=error)
