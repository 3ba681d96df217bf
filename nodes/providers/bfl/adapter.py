"""Black Forest Labs' API as pure mapping: every submission starts a job at one of its clusters.

Only the address that the answer gives leads to the job; one that is made of the job's id may lead
to a cluster that knows nothing of it. Nothing can be repeated safely and nothing looked for, so
that a submission whose answer was lost is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.bfl.bodies import body_of, check_film
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.lookup import refuse_unfit
from nodes.remote.standard import StandardAdapter, bare, words_of
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_PHASES: Mapping[str, JobPhase] = {
    "pending": JobPhase.QUEUED,
    "ready": JobPhase.SUCCEEDED,
    "request moderated": JobPhase.REFUSED,
    "content moderated": JobPhase.REFUSED,
    "error": JobPhase.FAILED,
    "failed": JobPhase.FAILED,
}
_UNKNOWN = "task not found"
_LOST = (
    "For a moment after it was sent a task may not be known yet; one that has expired is lost, "
    "and `reelgraph jobs resolve` with `--discard` gives it up."
)
_CREDIT = Decimal("0.01")
_MOST_CREDITS = 10**6
_MOST_SECONDS = 10**6


class BlackForestLabs(StandardAdapter):
    """Maps requests to the provider's HTTP API and its answers back."""

    name = "bfl"
    title = "Black Forest Labs"
    base_url = "https://api.bfl.ai"
    trusted_hosts: tuple[str, ...] = (".bfl.ai",)
    poll_floor = 1.5
    probe_path = "/v1/credits"

    # -- sending -------------------------------------------------------------------------------

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"x-key": key.get_secret_value()}

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how an input stands in a request: as base64 text alone."""
        return bare(media)

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a task.

        Raises:
            TaskError: The model does not take this.
        """
        refuse_unfit(model, request)
        check_film(model, request.video)
        path = f"/{model.endpoint}"
        return Call("POST", path, json=body_of(model, request, urls), wants=path)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which task was started, where it is asked about, and what it costs."""
        document = self.document(answer)
        remote_id, address = self.id_in(answer, document.get("id")), document.get("polling_url")
        job = self.job_named(remote_id, answer.wants)
        urls = dict(job.urls)
        if isinstance(address, str) and address:
            urls["status"] = address
        if (credits := _credits(document)) is not None:
            urls["credits"] = str(credits)
        return RemoteJob(remote_id, urls)

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a task by its id, which is asked about at the base address."""
        makes = "video" if "video" in sent_to else "image"
        address = f"/v1/get_result?id={quote(remote_id, safe='')}"
        return RemoteJob(remote_id, {"status": address, "makes": makes})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a task stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a task stands, which may be told with the status of an error.

        Raises:
            TaskError: It is not known (yet), or the answer is an error or not understood.
        """
        document = answer.json if isinstance(answer.json, Mapping) else {}
        word = document.get("status")
        word = word if isinstance(word, str) else ""
        if answer.status == 404 or word.lower() == _UNKNOWN:
            said = words_of(document) or "it knows no such task"
            message = f"{self.title} answered: {said}"
            raise TaskError(message, kind=ErrorKind.TRANSIENT, hint=_LOST)
        if word and (answer.status < 400 or word.lower() in _PHASES):
            return _status(document, word, job)
        raise self.error(answer) if answer.status >= 400 else unexpected(self.title, answer)

    # -- errors --------------------------------------------------------------------------------

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with the provider's words."""
        error = super().error(answer)
        if answer.status == 503 and "capacity" in error.message.lower():
            # It says that nothing was begun.
            error.kind = ErrorKind.THROTTLED
        if answer.status == 429 and isinstance(answer.json, Mapping):
            error.retry_after = _number(answer.json.get("retry_after"), _MOST_SECONDS)
        return error


def _status(document: Mapping[str, Any], word: str, job: RemoteJob) -> JobStatus:
    # A word that is not known yet means that it goes on.
    phase = _PHASES.get(word.lower(), JobPhase.RUNNING)
    cost = _cost(document, job)
    if phase is JobPhase.SUCCEEDED:
        result = document.get("result")
        url = result.get("sample") if isinstance(result, Mapping) else None
        if isinstance(url, str) and url:
            file = RemoteFile(url, "video" if job.urls.get("makes") == "video" else "image")
            return JobStatus(phase, 1.0, files=(file,), cost=cost, billed="billed")
        message = "Black Forest Labs says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    if phase in (JobPhase.QUEUED, JobPhase.RUNNING):
        return JobStatus(phase, _number(document.get("progress"), 1), note=cleaned(word))
    reasons = cleaned(", ".join(_texts(document.get("details"))))
    return JobStatus(phase, message=f"{cleaned(word)}: {reasons}" if reasons else cleaned(word))


def _cost(document: Mapping[str, Any], job: RemoteJob) -> Decimal | None:
    """Return the dollars that a task took: settled at its end, or told at its beginning."""
    told = _credits(document)
    if told is None and "credits" in job.urls:
        told = Decimal(job.urls["credits"])
    return None if told is None else told * _CREDIT


def _credits(document: Mapping[str, Any]) -> Decimal | None:
    told = _number(document.get("cost"), _MOST_CREDITS)
    return None if told is None else Decimal(str(told))


def _number(value: Any, most: float) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= most else None


def _texts(details: Any) -> Iterator[str]:
    """Yield what stands in details of an unknown shape."""
    if isinstance(details, str):
        yield details
    elif isinstance(details, Mapping):
        for value in details.values():
            yield from _texts(value)
    elif isinstance(details, list):
        for value in details:
            yield from _texts(value)
