"""Runway's API as pure mapping: every model is a task, which one address tells about.

Small pictures stand in requests as data URLs; all else is uploaded. Nothing can be repeated safely
and nothing looked for, so that a submission whose answer was lost is left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from engine import ErrorKind, Image, Media, TaskError
from nodes.media import EXTENSIONS
from nodes.models import ModelInfo
from nodes.providers.runway.bodies import body_of, check
from nodes.remote.adapter import (
    Address,
    Answer,
    Billed,
    Call,
    Gone,
    Inline,
    JobPhase,
    JobStatus,
    Part,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.kinds import FileKind, kind_of
from nodes.remote.standard import StandardAdapter, data_url
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_VERSION = "2024-11-06"
_PICTURES = ("image/jpeg", "image/png", "image/webp")
_LARGEST_INLINE = 3_700_000
"""Bytes of a picture whose data URL is not longer than 5 million characters."""
_DAY = 86_400.0
_CREDIT = Decimal("0.01")
_MOST = 10**7
"""Credits that no task costs."""
_MAKES: Mapping[str, FileKind] = {
    "text_to_image": "image",
    "image_upscale": "image",
    "sound_effect": "audio",
    "text_to_speech": "audio",
}
"""What the tasks of an operation make; those of the others films."""
_PHASES: Mapping[str, JobPhase] = {
    "PENDING": JobPhase.QUEUED,
    "THROTTLED": JobPhase.QUEUED,
    "RUNNING": JobPhase.RUNNING,
    "SUCCEEDED": JobPhase.SUCCEEDED,
    "FAILED": JobPhase.FAILED,
    "CANCELLED": JobPhase.CANCELED,
}
_NOTES: Mapping[str, str] = {"THROTTLED": "waits for the account's other tasks"}
_REFUSALS = ("SAFETY.", "INPUT_PREPROCESSING.SAFETY.")
_UNFIT = "ASSET.INVALID"
_GONE = "Runway does not know the task: it was deleted there, or the key is of another account"


class Runway(StandardAdapter):
    """Maps requests to Runway's HTTP API and its answers back."""

    name = "runway"
    title = "Runway"
    base_url = "https://api.dev.runwayml.com"
    upload_seconds = _DAY
    poll_floor = 5.0
    probe_path = "/v1/organization"

    # -- sending -------------------------------------------------------------------------------

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the headers with the key and the version of the API."""
        return {**super().auth(key), "X-Runway-Version": _VERSION}

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how a small picture stands in a request, or the call that opens an upload.

        Raises:
            TaskError: Runway does not take it.
        """
        if isinstance(media, Image):
            if media.media_type not in _PICTURES:
                message = f"Runway takes no {media.media_type}"
                hint = "Pictures are JPEG, PNG or WebP."
                raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)
            if media.size <= _LARGEST_INLINE:
                return data_url(media)
        filename = f"{media.digest[:16]}{EXTENSIONS[media.media_type]}"
        return Call("POST", "/v1/uploads", json={"filename": filename, "type": "ephemeral"})

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that sends a file to where it has been told."""
        told = self.document(answer)
        fields = [Part(str(name), str(value)) for name, value in told["fields"].items()]
        # What comes after the file is not read there.
        form = (*fields, Part("file", media))
        url, gives = told["uploadUrl"], told["runwayUri"]
        return Call("POST", str(url), form=form, authenticated=False, gives=str(gives))

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a task.

        Raises:
            TaskError: The model does not take this together.
        """
        check(model, request)
        wants = "file" if request.kind == "text_to_vector" else ""
        path = "/" + model.endpoint.format(kind=request.kind)
        return Call("POST", path, json=body_of(model, request, urls), wants=wants)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which task was started."""
        remote_id = self.id_in(answer, self.document(answer).get("id"))
        if not answer.wants:
            return RemoteJob(remote_id)
        return RemoteJob(remote_id, {"status": _path(remote_id), "makes": answer.wants})

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a task by its id; what it makes follows from where it was sent."""
        makes = _MAKES.get(sent_to.rstrip("/").rpartition("/")[2], "video")
        return RemoteJob(remote_id, {"status": _path(remote_id), "makes": makes})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a task stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a task stands."""
        if answer.status == 404:
            raise Gone(_GONE, kind=ErrorKind.DOWN)
        task = self.document(answer)
        word = task.get("status")
        if not isinstance(word, str):
            raise unexpected(self.title, answer)
        # A word that is not known yet means that it goes on.
        phase = _PHASES.get(word, JobPhase.RUNNING)
        if phase is JobPhase.SUCCEEDED:
            return _made(task, job)
        if phase is JobPhase.FAILED:
            return self._failed(task)
        if phase is JobPhase.CANCELED:
            return JobStatus(phase, cost=_cost(task), billed=_billed(task))
        return JobStatus(phase, _progress(task), _NOTES.get(word, cleaned(word.lower())))

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that calls a task off; of one that has ended it deletes the result."""
        return Call("DELETE", job.urls["status"])

    def may_cancel(self, status: JobStatus) -> bool:
        """Tell whether a task is still under way: a finished one would be deleted."""
        return status.phase in (JobPhase.QUEUED, JobPhase.RUNNING)

    def _failed(self, task: Mapping[str, Any]) -> JobStatus:
        said, code = task.get("failure"), task.get("failureCode")
        message = cleaned(said) if isinstance(said, str) else ""
        code = cleaned(code).upper() if isinstance(code, str) else ""
        shown = f"{message or 'no reason given'}{f' ({code})' if code else ''}"
        is_refused = code.startswith(_REFUSALS)
        phase = JobPhase.REFUSED if is_refused else JobPhase.FAILED
        billed = _billed(task)
        if is_refused and billed == "unknown":
            billed = "billed"
        error = self.failure(shown, ErrorKind.INVALID) if code.startswith(_UNFIT) else None
        return JobStatus(phase, message=shown, cost=_cost(task), billed=billed, error=error)


def _path(remote_id: str) -> str:
    return f"/v1/tasks/{quote(remote_id, safe='')}"


def _made(task: Mapping[str, Any], job: RemoteJob) -> JobStatus:
    output = task.get("output")
    urls = (
        [url for url in output if isinstance(url, str) and url] if isinstance(output, list) else []
    )
    if not urls:
        message = "Runway says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed", cost=_cost(task))
    makes = job.urls.get("makes", "video")
    files = tuple(RemoteFile(url, _kind(url, makes)) for url in urls)
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, cost=_cost(task), billed="billed")


def _kind(url: str, makes: str) -> FileKind:
    # A vector picture is told from others by its ending, as the operation is the same.
    if makes == "image":
        return "file" if kind_of(url, name="image") == "file" else "image"
    return "audio" if makes == "audio" else "file" if makes == "file" else "video"


def _progress(task: Mapping[str, Any]) -> float | None:
    told = task.get("progress")
    is_share = isinstance(told, int | float) and not isinstance(told, bool) and 0 <= told <= 1
    return float(told) if is_share else None  # type: ignore[arg-type]


def _cost(task: Mapping[str, Any]) -> Decimal | None:
    """Return the dollars that a task took; None where it does not tell."""
    cost = task.get("cost")
    credits = cost.get("credits") if isinstance(cost, Mapping) else None
    if isinstance(credits, bool) or not isinstance(credits, int | float):
        return None
    return Decimal(str(credits)) * _CREDIT if 0 <= credits < _MOST else None


def _billed(task: Mapping[str, Any]) -> Billed:
    cost = _cost(task)
    return "unknown" if cost is None else "billed" if cost else "not billed"
