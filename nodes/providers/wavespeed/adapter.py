"""WaveSpeed's API as pure mapping: everything is a job, told of in one envelope.

Inputs are uploaded to its own store. Nothing can be repeated safely, looked for or called off, so
that a submission whose answer was lost is left to a person.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.wavespeed.answers import status_of
from nodes.remote.adapter import Address, Answer, Call, Inline, JobStatus, NotTaken, RemoteJob
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body
from nodes.remote.standard import StandardAdapter, class_of, words_of
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_LARGEST = 200 * 1000**2
"""Bytes of one file."""


class WaveSpeed(StandardAdapter):
    """Maps requests to WaveSpeed's HTTP API and its answers back."""

    name = "wavespeed"
    title = "WaveSpeed"
    base_url = "https://api.wavespeed.ai"
    probe_path = "/api/v3/webhook/secret"

    # -- sending -------------------------------------------------------------------------------

    def start_upload(self, media: Media) -> Call | Inline:
        """Return the call that opens an upload.

        Raises:
            TaskError: The file is too large.
        """
        if media.size > _LARGEST:
            message = f"WaveSpeed takes files of up to 200 MB, not {media.size / 1e6:.1f} MB"
            raise TaskError(message, kind=ErrorKind.INVALID)
        name = f"input{mimetypes.guess_extension(media.media_type) or ''}"
        body = {"filename": name, "size": media.size, "content_type": media.media_type}
        return Call("POST", "/api/v3/media/uploads", json=body)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that sends the bytes to where it has been told."""
        data = self._data(answer)
        told = data["upload"]
        if told.get("method", "PUT") != "PUT":
            raise unexpected(self.title, answer)
        headers = {str(name): str(value) for name, value in (told.get("headers") or {}).items()}
        return Call(
            "PUT",
            str(told["url"]),
            headers=headers,
            authenticated=False,
            body=media,
            gives=str(data["download_url"]),
        )

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a job.

        Raises:
            TaskError: The model does not take this together.
        """
        refuse_unfit(model, request)
        body = build_body(model, request, urls)
        if "motions" in body:
            body["motions"] = _motions(body["motions"])
        return Call("POST", f"/api/v3/{model.endpoint}", json=body)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which job was started.

        Raises:
            NotTaken: The envelope says that none was.
        """
        return RemoteJob(self.id_in(answer, self._data(answer).get("id")))

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job by its id; the model's name says what it makes."""
        path = f"/api/v3/predictions/{quote(remote_id, safe='')}/result"
        return RemoteJob(remote_id, {"status": path, "model": sent_to})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands."""
        status = status_of(self._data(answer), job.urls["model"])
        if status is None:
            raise unexpected(self.title, answer)
        return status

    # -- keys and errors -----------------------------------------------------------------------

    def is_accepted(self, answer: Answer) -> bool:
        """Read whether the key was taken, which may also be said in an answer that looks good."""
        return super().is_accepted(answer) and _code(answer) not in (401, 403)

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error, in its status or its envelope, into a classed error."""
        code = answer.status if answer.status >= 400 else _code(answer)
        said = words_of(answer.json) or cleaned(answer.text) or "no reason given"
        # Codes of its own, as 5004, are no HTTP status and tell nothing of the cause.
        kind = class_of(code) if 400 <= code < 600 else ErrorKind.TRANSIENT
        return self.failure(f"{self.title} answered {code}: {said}", kind)

    def _data(self, answer: Answer) -> Mapping[str, Any]:
        """Return what is in the envelope of a good answer.

        Raises:
            NotTaken: The envelope has the code of an error that lies with the request.
            TaskError: The answer is an error, or not understood.
        """
        document = self.document(answer)
        if _code(answer) != 200:
            error = self.error(answer)
            if error.kind is ErrorKind.TRANSIENT:
                raise error
            raise NotTaken(error.message, kind=error.kind, hint=error.hint)
        data = document.get("data")
        if not isinstance(data, Mapping):
            raise unexpected(self.title, answer)
        return data


def _code(answer: Answer) -> int:
    """Return the code in an envelope; that of success where there is none."""
    code = answer.json.get("code") if isinstance(answer.json, Mapping) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else 200


def _motions(given: Any) -> list[dict[str, Any]]:
    return [_motion(item) for item in (given if isinstance(given, list) else [given])]


def _motion(item: Any) -> dict[str, Any]:
    """Return a motion as WaveSpeed writes it.

    Raises:
        TaskError: It is not understood.
    """
    wish = item if isinstance(item, Mapping) else {"name": item}
    name, strength = wish.get("name"), wish.get("strength", 1)
    if not isinstance(name, str) or wish.keys() - {"name", "strength"}:
        shape = '"Zoom Out" or {"name": "Zoom Out", "strength": 0.7}'
        raise TaskError(f"a motion is written {shape}, not {item!r}", kind=ErrorKind.INVALID)
    if not isinstance(strength, int | float) or not 0 <= strength <= 1:
        message = f"the strength of the motion {name!r} is from 0 to 1, not {strength!r}"
        raise TaskError(message, kind=ErrorKind.INVALID)
    return {"motion": name, "strength": strength}
