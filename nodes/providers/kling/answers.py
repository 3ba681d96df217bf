"""What Kling answers: tasks of both standards, which differ in names and in little else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from engine import TaskError
from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.wording import cleaned

_PHASES: Mapping[str, JobPhase] = {
    "submitted": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "succeed": JobPhase.SUCCEEDED,
    "succeeded": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}
_LISTS: Mapping[str, Literal["image", "video", "audio"]] = {
    "videos": "video",
    "series_images": "image",
    "images": "image",
    "audios": "audio",
}
_TYPES: Mapping[str, Literal["image", "video", "audio"]] = {
    "video": "video",
    "image": "image",
    "audio": "audio",
}
_LINKS = ("watermark_url", "url", "wav_url", "mp3_url")
"""Where the address of a result is; one with a watermark is there only if it was asked for."""
_REFUSALS = ("policy", "safety", "sensitive", "moderation")
_MOST = 10**6
"""Dollars that no task costs."""


def task_in(document: Mapping[str, Any], remote_id: str = "") -> Mapping[str, Any] | None:
    """Return a task out of an answer: the only one, or that of an id; None if there is none."""
    data = document.get("data")
    if isinstance(data, Mapping):
        return data
    tasks = [t for t in data if isinstance(t, Mapping)] if isinstance(data, list) else []
    return next((t for t in tasks if id_of(t) == remote_id), tasks[0] if tasks else None)


def id_of(task: Mapping[str, Any]) -> str:
    """Return a task's id; empty if it has none."""
    found = task.get("id") or task.get("task_id")
    is_id = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found) if is_id else ""


def status_of(task: Mapping[str, Any]) -> JobStatus | None:
    """Read how a task stands; None where it does not say."""
    word = task.get("status") or task.get("task_status")
    if not isinstance(word, str):
        return None
    # A word that is not known yet means that it goes on.
    phase = _PHASES.get(word, JobPhase.RUNNING)
    said = task.get("message") or task.get("task_status_msg")
    message = cleaned(said) if isinstance(said, str) else ""
    if phase is JobPhase.SUCCEEDED:
        return finished(task)
    if phase is JobPhase.FAILED:
        is_refusal = any(each in message.lower() for each in _REFUSALS)
        ended = JobPhase.REFUSED if is_refusal else phase
        return JobStatus(ended, message=message or "Kling gives no reason", cost=_cost(task))
    return JobStatus(phase, note=cleaned(word))


def finished(task: Mapping[str, Any]) -> JobStatus:
    """Read what a task has made."""
    found = list(_outputs(task))
    files = tuple(RemoteFile(url, kind) for url, kind, _ in found)
    if not files:
        message = "Kling says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    ids = [each for _, kind, each in found if each and kind != "image"]
    # Films and sounds are named by their ids where they are to be gone on with.
    data = {"ids": ids} if ids else None
    return JobStatus(
        JobPhase.SUCCEEDED, 1.0, files=files, data=data, cost=_cost(task), billed="billed"
    )


def _outputs(
    task: Mapping[str, Any],
) -> Iterator[tuple[str, Literal["image", "video", "audio"], str]]:
    """Yield the address, the kind and the id of each result."""
    result = task.get("task_result")
    if isinstance(result, Mapping):
        # Of a series, the pictures may be in either of two lists.
        name = next((n for n in _LISTS if result.get(n)), "")
        for item in _in_order(result.get(name)):
            if url := _link(item):
                yield url, _LISTS[name], str(item.get("id") or "")
    for item in _in_order(task.get("outputs")):
        kind = _TYPES.get(str(item.get("type")))
        if kind and (url := _link(item)):
            yield url, kind, str(item.get("id") or "")


def _in_order(items: Any) -> Sequence[Mapping[str, Any]]:
    found = [i for i in items if isinstance(i, Mapping)] if isinstance(items, list) else []
    if all(type(item.get("index")) is int for item in found):
        return sorted(found, key=lambda item: int(item["index"]))
    return found


def _link(item: Mapping[str, Any]) -> str:
    others = (name for name in item if "url" in str(name))
    links = (item.get(name) for name in (*_LINKS, *others))
    return next((link for link in links if isinstance(link, str) and link), "")


def _cost(task: Mapping[str, Any]) -> Decimal | None:
    """Return the dollars that a task took; None where it took units of a pack, or does not say."""
    billing = task.get("billing")
    if not isinstance(billing, list) or not billing:
        return None
    amounts = [_dollars(item) for item in billing]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _dollars(item: Any) -> Decimal | None:
    if not isinstance(item, Mapping):
        return None
    if item.get("charge_type") != "cash" or item.get("currency") != "USD":
        return None
    try:
        amount = Decimal(str(item.get("amount")))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < _MOST else None


def face_in(document: Mapping[str, Any], number: int) -> tuple[str, str, int]:
    """Read where in a film a face speaks.

    Args:
        document: The answer to the look for faces.
        number: Which of the faces, from 1.

    Returns:
        The session that knows the film, the face's id, and when it is first seen in milliseconds.

    Raises:
        TaskError: There is no such face.
        TypeError, ValueError: The answer is not understood.
    """
    data = document["data"]
    faces = data.get("face_data")
    if not isinstance(faces, list) or not 1 <= number <= len(faces):
        seen = len(faces) if isinstance(faces, list) else 0
        raise TaskError(f"Kling sees {seen} faces in the film, so that there is no face {number}")
    face = faces[number - 1]
    session, name = data["session_id"], face["face_id"]
    return str(session), str(name), int(face.get("start_time") or 0)
