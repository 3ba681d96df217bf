"""What Higgsfield answers: job states, results, errors. Its API has three shapes on one host.

Requests (`/requests/ID/status`), job sets of the first generation (`/v1/job-sets/ID`) and
characters (`/v1/custom-references/ID`) tell their state each in a way of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from engine import ErrorKind, TaskError
from nodes.remote.adapter import Answer, Billed, JobPhase, JobStatus, RemoteFile, RemoteJob
from nodes.remote.wording import cleaned, unexpected

JOB_SETS = "/v1/job-sets/"
CHARACTERS = "/v1/custom-references/"

_PHASES: Mapping[str, JobPhase] = {
    "not_ready": JobPhase.QUEUED,
    "queued": JobPhase.QUEUED,
    "in_progress": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "nsfw": JobPhase.REFUSED,
    "canceled": JobPhase.CANCELED,
}
_TERMINAL = (JobPhase.SUCCEEDED, JobPhase.FAILED, JobPhase.REFUSED, JobPhase.CANCELED)
_WORDLESS = "no reason given"
_REFUSED = "Higgsfield's moderation refused it, without saying why; nothing was charged"


def error_of(answer: Answer) -> TaskError:
    """Turn an answer with an error status into a classed error with Higgsfield's words."""
    said = words(answer.json) or cleaned(answer.text) or _WORDLESS
    kind, hint = _class_of(answer.status, said)
    support = answer.headers.get("x-correlation-id", "")
    if support and not hint:
        hint = f"Higgsfield's support asks for the correlation id {cleaned(support)}."
    message = f"Higgsfield answered {answer.status}: {said}"
    return TaskError(message, kind=kind, hint=hint)


def _class_of(status: int, said: str) -> tuple[ErrorKind, str]:
    match status:
        case 400 if "maximum number of concurrent requests" in said.lower():
            # The account's limit of jobs at a time comes as a wrong request.
            return ErrorKind.THROTTLED, "It goes on when one of your other requests has finished."
        case 401:
            return ErrorKind.AUTH, "Check HF_CREDENTIALS: it holds KEY_ID:KEY_SECRET."
        case 403 if "credit" in said.lower() or said == _WORDLESS:
            return ErrorKind.BILLING, "Buy credits in Higgsfield's console, or use another model."
        case 403:
            return ErrorKind.AUTH, "It may be a filter on the way; another network may pass."
        case 404:
            return ErrorKind.DOWN, "The model may not be enabled for this account."
        case 423 | 503:
            return ErrorKind.DOWN, ""
        case 429:
            return ErrorKind.THROTTLED, ""
        case 408:
            return ErrorKind.TRANSIENT, ""
    return (ErrorKind.TRANSIENT if status >= 500 else ErrorKind.INVALID), ""


def words(document: Any) -> str:
    """Return what an error document says; empty when it says nothing."""
    if not isinstance(document, Mapping):
        return cleaned(document) if isinstance(document, str) else ""
    for name in ("detail", "details", "message", "error"):
        if found := _text_of(document.get(name)):
            return cleaned(found)
    return ""


def _text_of(detail: Any) -> str:
    if isinstance(detail, str):
        return detail
    if isinstance(detail, list):
        return "; ".join(filter(None, map(_complaint, detail)))
    return words(detail) if isinstance(detail, Mapping) else ""


def _complaint(item: Any) -> str:
    if not isinstance(item, Mapping):
        return _text_of(item)
    place = [str(p) for p in item.get("loc") or () if p != "body"]
    return ": ".join(filter(None, [".".join(place), str(item.get("msg") or "")]))


def not_understood(answer: Answer) -> TaskError:
    """Return the error of an answer that is none of the known shapes."""
    return unexpected("Higgsfield", answer)


def job_of(answer: Answer) -> RemoteJob:
    """Read which job a submission started.

    Raises:
        TaskError: The answer is an error, or names no job.
    """
    document = document_of(answer)
    if isinstance(request_id := document.get("request_id"), str):
        given = {"status": document.get("status_url"), "cancel": document.get("cancel_url")}
        return RemoteJob(request_id, {n: url for n, url in given.items() if isinstance(url, str)})
    if isinstance(found := document.get("id"), str):
        return set_job(found) if "jobs" in document else character_job(found)
    raise not_understood(answer)


def set_job(job_id: str) -> RemoteJob:
    """Return the job of a job set."""
    return RemoteJob(job_id, {"status": JOB_SETS + job_id})


def character_job(character_id: str) -> RemoteJob:
    """Return the job that trains a character."""
    return RemoteJob(character_id, {"status": CHARACTERS + character_id})


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


def status_of(answer: Answer, job: RemoteJob) -> JobStatus:
    """Read how a job stands.

    Raises:
        TaskError: The answer is an error, or is not understood.
    """
    document = document_of(answer)
    address = job.urls.get("status", "")
    if JOB_SETS in address:
        return _set_status(document.get("jobs"), answer)
    if not isinstance(document.get("status"), str):
        raise not_understood(answer)
    if CHARACTERS in address:
        return _character_status(document, job)
    return request_status(document)


def request_status(document: Mapping[str, Any]) -> JobStatus:
    """Read a status document of a request."""
    phase = _phase(document)
    files = tuple(_files(document)) if phase is JobPhase.SUCCEEDED else ()
    return _ended(phase, files, words(document), str(document.get("status", "")))


def _phase(document: Mapping[str, Any]) -> JobPhase:
    """Return a document's phase; a word that is not known yet means that it goes on."""
    return _PHASES.get(str(document.get("status")), JobPhase.RUNNING)


def _ended(phase: JobPhase, files: tuple[RemoteFile, ...], said: str, note: str) -> JobStatus:
    match phase:
        case JobPhase.SUCCEEDED if not files:
            message = "Higgsfield says that it is completed, but gives no file"
            return JobStatus(JobPhase.FAILED, message=message, billed="billed")
        case JobPhase.SUCCEEDED:
            return JobStatus(phase, progress=1.0, files=files, billed="billed")
        case JobPhase.REFUSED:
            return JobStatus(phase, message=said or _REFUSED, billed="not billed")
        case JobPhase.FAILED | JobPhase.CANCELED:
            message = said or f"Higgsfield says that it has {phase.value}, without a reason"
            return JobStatus(phase, message=message, billed="not billed")
    return JobStatus(phase, note=cleaned(note).replace("_", " "))


_KEYS: tuple[tuple[str, Literal["image", "video", "audio"]], ...] = (
    ("images", "image"),
    ("video", "video"),
    ("audio", "audio"),
    ("audios", "audio"),
)


def _files(document: Mapping[str, Any]) -> Iterator[RemoteFile]:
    for key, kind in _KEYS:
        found = document.get(key)
        for item in found if isinstance(found, list) else [found]:
            url = item.get("url") if isinstance(item, Mapping) else item
            if isinstance(url, str) and url:
                yield RemoteFile(url, kind)


def _set_status(jobs: Any, answer: Answer) -> JobStatus:
    if not isinstance(jobs, list) or not all(isinstance(job, Mapping) for job in jobs) or not jobs:
        raise not_understood(answer)
    phases = [_phase(job) for job in jobs]
    done = [phase for phase in phases if phase in _TERMINAL]
    if len(done) < len(phases):
        going = JobPhase.RUNNING if done or JobPhase.RUNNING in phases else JobPhase.QUEUED
        return JobStatus(going, progress=len(done) / len(phases) if done else None)
    phase = JobPhase.SUCCEEDED if JobPhase.SUCCEEDED in phases else phases[0]
    files = tuple(file for job in jobs for file in _raw_file(job.get("results")))
    return _ended(phase, files, words(jobs[0]), "")


def _raw_file(results: Any) -> Iterator[RemoteFile]:
    """Yield the full-size file of one job of a set; `min` is a preview."""
    raw = results.get("raw") if isinstance(results, Mapping) else None
    if isinstance(raw, Mapping) and isinstance(url := raw.get("url"), str) and url:
        is_image = str(raw.get("type", "")).startswith("image")
        yield RemoteFile(url, "image" if is_image else "video")


def _character_status(document: Mapping[str, Any], job: RemoteJob) -> JobStatus:
    phase = _phase(document)
    if phase is JobPhase.SUCCEEDED:
        return JobStatus(phase, progress=1.0, data={"identity": job.remote_id}, billed="billed")
    if phase is JobPhase.FAILED:
        reason = document.get("fail_reason")
        said = cleaned(reason) if isinstance(reason, str) else ""
        message = f"Higgsfield could not train the character: {said or 'no reason given'}"
        # Refunds are promised for requests; of trainings nothing is said.
        billed: Billed = "unknown"
        return JobStatus(phase, message=message, billed=billed)
    return JobStatus(phase, note=cleaned(str(document["status"])).replace("_", " "))
