"""Bria's API as pure mapping: everything is a job, which one address tells about.

Pictures stand in requests as base64 text, films are uploaded. Nothing can be repeated safely and
nothing looked for, so that a submission whose answer was lost is left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from engine import ErrorKind, Image, Media, TaskError, Video
from nodes.models import ModelInfo
from nodes.providers.bria.answers import is_moderation, status_of
from nodes.remote.adapter import Address, Answer, Call, Inline, JobStatus, Part, RemoteJob
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body, media_of
from nodes.remote.standard import StandardAdapter, bare, codes_of
from nodes.remote.wording import unexpected
from nodes.requests import Request

_PICTURES = ("image/jpeg", "image/png", "image/webp")
_LARGEST = 12 * 1000**2
"""Bytes of a whole request."""


class Bria(StandardAdapter):
    """Maps requests to Bria's HTTP API and its answers back."""

    name = "bria"
    title = "Bria"
    base_url = "https://engine.prod.bria-api.com/v2"
    upload_seconds = 86_400.0
    probe_path = "/status/none"

    # -- sending -------------------------------------------------------------------------------

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"api_token": key.get_secret_value()}

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how a picture stands in a request, or the call that opens the upload of a film.

        Raises:
            TaskError: Bria does not take it.
        """
        if isinstance(media, Video):
            return Call("POST", "/video/upload", json={"media_type": media.media_type})
        if isinstance(media, Image) and media.media_type in _PICTURES:
            return bare(media)
        message = f"Bria takes no {media.media_type}"
        raise TaskError(message, kind=ErrorKind.INVALID, hint="Pictures are JPEG, PNG or WebP.")

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that sends a film to where it has been told."""
        told = self.document(answer)["result"]
        fields = {str(name): str(value) for name, value in told["upload_fields"].items()}
        fields.setdefault("Content-Type", media.media_type)
        form = [Part(name, value) for name, value in fields.items()]
        # What comes after the file is not read there.
        form.append(Part("file", media))
        return Call(
            "POST",
            str(told["upload_url"]),
            form=tuple(form),
            authenticated=False,
            gives=str(told["file_url"]),
        )

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a job.

        Raises:
            TaskError: The model does not take this together.
        """
        refuse_unfit(model, request)
        pictures = [media.size for media in media_of(request) if isinstance(media, Image)]
        if sum(pictures) * 4 // 3 > _LARGEST:
            message = "the pictures are together larger than the 9 MB that fit into one request"
            raise TaskError(message, kind=ErrorKind.INVALID)
        return Call("POST", f"/{model.endpoint}", json=_body(model, request, urls))

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which job was started."""
        document = self.document(answer)
        if "result" in document and (done := status_of({"status": "COMPLETED", **document})):
            return done
        return RemoteJob(self.id_in(answer, document.get("request_id")))

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job by its id; all are asked about at one address."""
        return RemoteJob(remote_id, {"status": f"/status/{quote(remote_id, safe='')}"})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands."""
        status = status_of(self.document(answer))
        if status is None:
            raise unexpected(self.title, answer)
        return status

    # -- errors --------------------------------------------------------------------------------

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Bria's words."""
        error = super().error(answer)
        if answer.status == 404 and "not_found" not in codes_of(answer.json):
            # Of a job it would say so; else an address in the request leads nowhere.
            return self.failure(error.message, ErrorKind.INVALID)
        if answer.status == 422 and is_moderation(error.message):
            return self.failure(error.message, ErrorKind.REFUSED)
        return error


def _body(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    body = {name: _listed(value) for name, value in build_body(model, request, urls).items()}
    if isinstance(body.get("ref_images"), list):
        (body["ref_images"],) = body["ref_images"]
    return body


def _listed(value: Any) -> Any:
    """Return the list that the catalogue's numbered fields make up."""
    if isinstance(value, dict) and value.keys() <= {"0", "1"}:
        return [value[name] for name in sorted(value)]
    return value
