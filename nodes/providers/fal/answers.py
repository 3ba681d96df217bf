"""What fal answers: job states, results, errors.

A job ends as `COMPLETED` whether it went well or not: which of the two tells only its result, by
the HTTP status that it is given out with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import ErrorKind, TaskError
from nodes.remote.adapter import Answer, Billed, Call, JobPhase, JobStatus, RemoteFile, RemoteJob
from nodes.remote.kinds import FileKind, kind_of
from nodes.remote.standard import STATUSES, class_of
from nodes.remote.wording import cleaned, complaints, unexpected

_PHASES: Mapping[str, JobPhase] = {
    "IN_QUEUE": JobPhase.QUEUED,
    "IN_PROGRESS": JobPhase.RUNNING,
    "COMPLETED": JobPhase.SUCCEEDED,
    "FAILED": JobPhase.FAILED,
    "ERROR": JobPhase.FAILED,
    "CANCELLED": JobPhase.CANCELED,
    "CANCELED": JobPhase.CANCELED,
}
_STATUS_FIELDS = frozenset(
    {
        "status",
        "request_id",
        "response_url",
        "status_url",
        "cancel_url",
        "queue_position",
        "logs",
        "metrics",
        "error",
        "error_type",
    }
)
_KINDS: Mapping[str, ErrorKind] = {
    "content_policy_violation": ErrorKind.REFUSED,
    "no_media_generated": ErrorKind.INVALID,
    "generation_timeout": ErrorKind.TRANSIENT,
    "downstream_service_error": ErrorKind.TRANSIENT,
    "downstream_service_unavailable": ErrorKind.TRANSIENT,
    "internal_server_error": ErrorKind.TRANSIENT,
    "internal_error": ErrorKind.TRANSIENT,
    "request_timeout": ErrorKind.TRANSIENT,
    "startup_timeout": ErrorKind.TRANSIENT,
    "runner_scheduling_failure": ErrorKind.TRANSIENT,
    "runner_connection_timeout": ErrorKind.TRANSIENT,
    "runner_disconnected": ErrorKind.TRANSIENT,
    "runner_connection_refused": ErrorKind.TRANSIENT,
    "runner_connection_error": ErrorKind.TRANSIENT,
    "runner_incomplete_response": ErrorKind.TRANSIENT,
    "runner_server_error": ErrorKind.TRANSIENT,
    "client_disconnected": ErrorKind.TRANSIENT,
    "client_cancelled": ErrorKind.TRANSIENT,
    "bad_request": ErrorKind.INVALID,
}
"""Classes by error type; what any other type means, the HTTP status tells."""
_HINTS: Mapping[ErrorKind, str] = {
    ErrorKind.AUTH: "Check FAL_KEY, and that the account may use this model.",
    ErrorKind.BILLING: "Add credit in fal's dashboard, or use another provider's model.",
    ErrorKind.DOWN: "The model may be gone; `reelgraph models` lists those that are known.",
}
_MOST_UNITS = Decimal(10**9)
_REFUSED = "fal's safety checker blocked every picture"


def error_of(answer: Answer) -> TaskError:
    """Turn an answer with an error status into a classed error with fal's words."""
    said = _words(answer) or "no reason given"
    found = _type_of(answer)
    kind = _KINDS.get(found) or _class_of(answer.status, said)
    message = f"fal answered {answer.status}: {said}"
    if found and found not in said:
        message += f" ({found})"
    hint = "Another prompt or seed may do." if found == "no_media_generated" else ""
    return TaskError(message, kind=kind, hint=hint or _HINTS.get(kind, ""))


def _class_of(status: int, said: str) -> ErrorKind:
    if status == 403 and any(word in said.lower() for word in ("balance", "credit", "billing")):
        return ErrorKind.BILLING
    return class_of(status)


def _type_of(answer: Answer) -> str:
    """Return fal's name for what went wrong with a job; empty where it gives none."""
    document = answer.json if isinstance(answer.json, Mapping) else {}
    detail = document.get("detail")
    first = detail[0] if isinstance(detail, list) and detail else None
    found = (
        answer.headers.get("x-fal-error-type")
        or document.get("error_type")
        or (first.get("type") if isinstance(first, Mapping) else None)
    )
    return cleaned(found) if isinstance(found, str) else ""


def _words(answer: Answer) -> str:
    if not isinstance(answer.json, Mapping):
        return cleaned(answer.json if isinstance(answer.json, str) else answer.text)
    error = answer.json.get("error")
    if isinstance(error, Mapping):
        error = error.get("message")
    named = (answer.json.get("detail"), answer.json.get("message"), error)
    return next((said for each in named if (said := complaints(each))), "")


def not_understood(answer: Answer) -> TaskError:
    """Return the error of an answer that is none of the known shapes."""
    return unexpected("fal", answer)


def document_of(answer: Answer) -> Mapping[str, Any]:
    """Return the object of a good answer.

    Raises:
        TaskError: The answer is an error, or no object.
    """
    if answer.status >= 400:
        raise error_of(answer)
    if not isinstance(answer.json, Mapping):
        raise not_understood(answer)
    return answer.json


def text_of(document: Mapping[str, Any], name: str, answer: Answer) -> str:
    """Return a field that must be there and be text.

    Raises:
        TaskError: It is not.
    """
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise not_understood(answer)
    return value


def job_of(answer: Answer) -> RemoteJob:
    """Read which job a submission started.

    Its addresses are kept as given: they leave out parts of the model's path, so that those put
    together by hand are refused.

    Raises:
        TaskError: The answer is an error, or names no job.
    """
    document = document_of(answer)
    urls = {
        purpose: text_of(document, field, answer)
        for purpose, field in (
            ("status", "status_url"),
            ("result", "response_url"),
            ("cancel", "cancel_url"),
        )
    }
    return RemoteJob(text_of(document, "request_id", answer), urls)


def requests_like(answer: Answer, body: Any, since: float) -> set[str]:
    """Return the ids of the requests in a list that were sent since then and had this input.

    What fal adds to an input does not count.

    Raises:
        TaskError: The answer is an error, or no list.
    """
    items = document_of(answer).get("items")
    if not isinstance(items, list):
        raise not_understood(answer)
    return {
        item["request_id"]
        for item in items
        if isinstance(item, Mapping)
        and isinstance(item.get("request_id"), str)
        and _moment(item.get("sent_at")) >= since
        and _holds(item.get("json_input"), body)
    }


def _holds(given: Any, body: Any) -> bool:
    if not isinstance(given, Mapping) or not isinstance(body, Mapping) or not body:
        return False
    return all(name in given and given[name] == value for name, value in body.items())


def _moment(text: Any) -> float:
    """Read a time; one that is none is long ago."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() if moment else 0.0


def status_of(answer: Answer, job: RemoteJob) -> JobStatus | Call:
    """Read how a job stands, or its result.

    Raises:
        TaskError: The answer is an error that says nothing of the job, or is not understood.
    """
    if answer.status >= 400:
        return _failure(answer, job)
    document = document_of(answer)
    if not _is_status(document):
        return result_of(document, answer.headers)
    phase = _PHASES.get(document["status"], JobPhase.RUNNING)
    match phase:
        case JobPhase.SUCCEEDED:
            return Call("GET", job.urls["result"])
        case JobPhase.FAILED | JobPhase.CANCELED:
            said = complaints(document.get("error")) or f"fal says {cleaned(document['status'])}"
            return JobStatus(phase, message=said)
    return JobStatus(phase, note=_note(document))


def _is_status(document: Mapping[str, Any]) -> bool:
    """Tell a job's status from a model's result, which may have a field of that name too."""
    return isinstance(document.get("status"), str) and (
        document["status"] in _PHASES or _STATUS_FIELDS.issuperset(document)
    )


def _note(document: Mapping[str, Any]) -> str:
    position = document.get("queue_position")
    if isinstance(position, int) and document["status"] == "IN_QUEUE":
        return f"{position} before it in the queue" if position else "next in the queue"
    return ""


def _failure(answer: Answer, job: RemoteJob) -> JobStatus:
    """Read an error that a job ended with.

    Raises:
        TaskError: The error is of the question, not of the job, which may well go on.
    """
    error, found = error_of(answer), _type_of(answer)
    is_of_status = bool(answer.asked) and answer.asked == job.urls.get("status")
    if not found or answer.status in STATUSES or (is_of_status and answer.status >= 500):
        raise error
    phase = JobPhase.REFUSED if error.kind is ErrorKind.REFUSED else JobPhase.FAILED
    if found == "client_cancelled":
        phase = JobPhase.CANCELED
    # Server errors cost nothing; what is refused after the work has begun may.
    billed: Billed = "not billed" if answer.status >= 499 else "unknown"
    return JobStatus(phase, message=error.message, billed=billed, error=error)


def result_of(document: Mapping[str, Any], headers: Mapping[str, str]) -> JobStatus:
    """Read what a model made."""
    flagged = document.get("has_nsfw_concepts")
    blocked = {i for i, flag in enumerate(flagged) if flag} if isinstance(flagged, list) else set()
    pictures = document.get("images")
    if blocked and isinstance(pictures, list):
        left = [picture for i, picture in enumerate(pictures) if i not in blocked]
        if not left:
            return JobStatus(JobPhase.REFUSED, message=_REFUSED, billed="billed")
        document = {**document, "images": left}
    files = sorted(_files(document, ""), key=lambda file: _ORDER.index(file.kind))
    return JobStatus(
        JobPhase.SUCCEEDED,
        progress=1.0,
        files=tuple(dict.fromkeys(files)),
        data=dict(document),
        units=_units(headers.get("x-fal-billable-units", "")),
        billed="billed",
    )


def _units(text: str) -> Decimal | None:
    """Read how many units were charged; None where that is not told, or no sensible number."""
    try:
        units = Decimal(text)
    except InvalidOperation:
        return None
    return units if units.is_finite() and 0 < units < _MOST_UNITS else None


_ORDER: tuple[FileKind, ...] = ("video", "image", "audio", "file")


def _files(value: Any, name: str) -> Iterator[RemoteFile]:
    """Yield the files of a result, wherever they are in it."""
    if isinstance(value, list):
        for item in value:
            yield from _files(item, name)
    elif isinstance(value, Mapping):
        url = value.get("url")
        if isinstance(url, str) and url:
            media_type = str(value.get("content_type") or "")
            yield RemoteFile(url, kind_of(url, media_type=media_type, name=name))
            return
        for key, item in value.items():
            yield from _files(item, str(key))
    elif isinstance(value, str) and name.endswith("_url") and value.startswith(("https:", "http:")):
        yield RemoteFile(value, kind_of(value, name=name))
