"""Pika's own API as pure mapping: experimental, as only others' clients tell how it works.

Before anything is sent, a request is held against the schema of today in Pika's public catalogue.
Files are uploaded. A submission repeated with the same key and body gives the first job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError, Video
from nodes.models import ModelInfo
from nodes.remote import input_schema
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
from nodes.remote.kinds import FileKind, kind_of
from nodes.remote.lookup import refuse_unfit, stand_ins
from nodes.remote.mapping import build_body, with_urls
from nodes.remote.runner import RemoteProvider
from nodes.remote.standard import StandardAdapter, class_in, words_of
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_DAY = 86_400.0
_KEY_LASTS = 900.0
"""Seconds for which a key is relied upon, as nobody says how long Pika keeps one."""
_LARGEST, _LARGEST_FILM = 20 * 1000**2, 50 * 1000**2
"""Bytes of a file that is uploaded."""
_DEPTH = 6
_CODES: Mapping[str, ErrorKind] = {
    "missing_credentials": ErrorKind.AUTH,
    "invalid_input": ErrorKind.INVALID,
    "content_moderation": ErrorKind.REFUSED,
    "rate_limited": ErrorKind.THROTTLED,
    "provider_unavailable": ErrorKind.TRANSIENT,
    **dict.fromkeys(
        (
            "insufficient_balance",
            "membership_required",
            "cycle_limit_exceeded",
            "usage_limit_exceeded",
            "admission_suspended",
        ),
        ErrorKind.BILLING,
    ),
}
_LEFT_OPEN = (ErrorKind.TRANSIENT, ErrorKind.THROTTLED)
"""Classes of failure of which the runner judges whether another try is worth its price."""
_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "running": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}


class Pika(StandardAdapter):
    """Maps requests to Pika's HTTP API and its answers back."""

    name = "pika"
    title = "Pika"
    base_url = "https://api.dev.pika.art"
    is_idempotent = True
    upload_seconds = 900.0
    poll_floor = 4.0
    codes = _CODES

    # -- sending -------------------------------------------------------------------------------

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"X-API-Key": key.get_secret_value()}

    def prepare(
        self, model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        """Hold a request against the schema of today.

        Raises:
            TaskError: Pika does not take it.
        """
        if not answers:
            url, params = f"/catalog/apis/{model.endpoint}", {"expand": "inputs"}
            return Call("GET", url, params=params, authenticated=False, keep_seconds=_DAY)
        schema = self.document(answers[0]).get("input_schema")
        body = _body(model, request, stand_ins(request))
        if found := list(input_schema.complaints(body, schema, schema)):
            message = f"{model.endpoint} does not take this: {'; '.join(found[:5])}"
            raise TaskError(message, kind=ErrorKind.INVALID, hint=f"See {model.docs}")
        return request

    def start_upload(self, media: Media) -> Call | Inline:
        """Return the call that opens an upload.

        Raises:
            TaskError: The file is too large.
        """
        largest = _LARGEST_FILM if isinstance(media, Video) else _LARGEST
        if media.size > largest:
            says = f"at most {largest / 1e6:.0f} MB, not {media.size / 1e6:.0f} MB"
            raise TaskError(f"Pika takes files of {says}", kind=ErrorKind.INVALID)
        told = {"content_type": media.media_type, "size_bytes": media.size}
        return Call("POST", "/v1/media/uploads", json=told)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that sends the bytes, with the headers that were told and no others."""
        told = self.document(answer)
        headers = {str(name): str(value) for name, value in (told.get("headers") or {}).items()}
        return Call(
            "PUT",
            str(told["upload_url"]),
            headers=headers,
            authenticated=False,
            body=media,
            gives=str(told["url"]),
        )

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a job.

        Raises:
            TaskError: The model does not take this together.
        """
        if request.kind != "endpoint":
            refuse_unfit(model, request)
        headers = {"Idempotency-Key": idempotency_key}
        body = _body(model, request, urls)
        path = f"/v1/media/{model.endpoint}"
        return Call("POST", path, json=body, headers=headers, key_lasts=_KEY_LASTS)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which job was started."""
        document = self.document(answer)
        return RemoteJob(self.id_in(answer, document.get("id") or document.get("request_id")))

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job by its id; what it makes follows from where it was sent."""
        path = f"/v1/media/jobs/{quote(remote_id, safe='')}"
        makes = "image" if sent_to.rstrip("/").endswith("-to-image") else "video"
        return RemoteJob(remote_id, {"status": path, "result": f"{path}/content", "makes": makes})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands, or where its result is, which may come a moment later."""
        is_result = answer.asked == job.urls.get("result")
        if is_result and answer.status == 409:
            return JobStatus(JobPhase.RUNNING, note="its result is not ready yet")
        document = self.document(answer)
        if is_result:
            return self._made(document, document, job)
        word = document.get("status")
        if not isinstance(word, str):
            raise unexpected(self.title, answer)
        # A word that is not known yet means that it goes on.
        phase = _PHASES.get(word, JobPhase.RUNNING)
        if phase is JobPhase.FAILED:
            return self._failed(document)
        if phase is not JobPhase.SUCCEEDED:
            return JobStatus(phase, note=cleaned(word))
        made = self._made(document.get("output"), document, job)
        return made if made.files else Call("GET", job.urls["result"])

    def _made(self, output: Any, document: Mapping[str, Any], job: RemoteJob) -> JobStatus:
        usual: FileKind = "image" if job.urls.get("makes") == "image" else "video"
        files = tuple(dict.fromkeys(_files(output, usual, "", 0)))
        if not files:
            return JobStatus(JobPhase.RUNNING, note="its result is not ready yet")
        data = document.get("output")
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, data=data, billed="billed")

    def _failed(self, document: Mapping[str, Any]) -> JobStatus:
        said = words_of(document.get("error")) or "Pika gives no reason"
        kind = class_in(document, self.codes)
        if kind is ErrorKind.REFUSED:
            return JobStatus(JobPhase.REFUSED, message=said)
        error = self.failure(said, kind) if kind and kind not in _LEFT_OPEN else None
        return JobStatus(JobPhase.FAILED, message=said, error=error)

    # -- errors --------------------------------------------------------------------------------

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Pika's words."""
        error = super().error(answer)
        if answer.status == 409:
            # Another body under the same key: the same again helps nothing.
            return self.failure(error.message, ErrorKind.INVALID)
        return error


def _body(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    if request.kind != "endpoint":
        return build_body(model, request, urls)
    given = {name: value for name, value in request.options.items() if value is not None}
    return {name: with_urls(value, urls) for name, value in given.items()}


def _files(value: Any, usual: FileKind, name: str, depth: int) -> Iterator[RemoteFile]:
    """Yield the files of a result, wherever they are in it."""
    if isinstance(value, str) and value.startswith(("https://", "http://")):
        found = kind_of(value, name=name)
        yield RemoteFile(value, usual if found == "file" and not name.startswith("stem") else found)
    elif isinstance(value, Mapping) and depth < _DEPTH:
        for key, item in value.items():
            yield from _files(item, usual, name if key == "url" else str(key), depth + 1)
    elif isinstance(value, list) and depth < _DEPTH:
        for item in value:
            yield from _files(item, usual, name, depth + 1)


PROVIDER = RemoteProvider(Pika())
