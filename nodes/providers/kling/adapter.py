"""Kling's API as pure mapping: two request standards at one host.

The new standard makes films; everything else, and all films too, are in the legacy one. The models
of the catalogue are of one standard each. A key goes for both, a pair of access key and secret,
from which a token is signed for each call, for the legacy standard only.

A submission cannot be repeated safely. Tasks take an id of our own, by which one whose answer was
lost is found again; those that make pictures or sound do not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from engine import Audio, ErrorKind, Image, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.kling.answers import face_in, finished, id_of, status_of, task_in
from nodes.providers.kling.bodies import (
    LIP_SYNC,
    body_of,
    check,
    film_in,
    path_of,
    takes_our_id,
)
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    NotTaken,
    RemoteJob,
)
from nodes.remote.standard import StandardAdapter, bare, codes_of
from nodes.remote.wording import unexpected
from nodes.requests import Request

_TOKEN_LASTS = 1800
_CLOCK_MAY_BE_OFF = 5
_NEW = "/tasks"
_GONE = "1203"
_CODES: Mapping[str, ErrorKind] = {
    **dict.fromkeys(("1000", "1001", "1002", "1003", "1004", "1103", "1304"), ErrorKind.AUTH),
    **dict.fromkeys(("1100", "1101", "1102"), ErrorKind.BILLING),
    **dict.fromkeys(("1200", "1201", "1202"), ErrorKind.INVALID),
    **dict.fromkeys(("1300", "1301"), ErrorKind.REFUSED),
    **dict.fromkeys(("1302", "1303"), ErrorKind.THROTTLED),
    **dict.fromkeys(("5000", "5001", "5002"), ErrorKind.TRANSIENT),
    _GONE: ErrorKind.DOWN,
}
_PAIR = "A pair of access key and secret is for the models of the legacy standard only; all take "
_CLOCK = "The clock of this computer may be wrong: the token is not valid yet, or not any more."


class Kling(StandardAdapter):
    """Maps requests to Kling's HTTP API and its answers back."""

    name = "kling"
    title = "Kling"
    base_url = "https://api-singapore.klingai.com"
    poll_floor = 5.0
    codes = _CODES

    # -- sending -------------------------------------------------------------------------------

    def signed(self, key: SecretStr, now: float) -> Mapping[str, str]:
        """Return the header with the key, or with a token that a pair of keys has signed."""
        access, _, secret = key.get_secret_value().partition(":")
        return {"Authorization": f"Bearer {_token(access, secret, now) if secret else access}"}

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how an input stands in a request: as base64 text alone.

        Raises:
            TaskError: Kling does not take it so.
        """
        is_picture = isinstance(media, Image) and media.media_type in ("image/jpeg", "image/png")
        if is_picture or isinstance(media, Audio):
            return bare(media)
        hint = "Pictures are JPEG or PNG; films are given by a public address, as an option."
        message = f"Kling takes no {media.media_type} in a request"
        raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)

    def prepare(
        self, model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        """Look for the face that is to speak, which costs a little."""
        if model.endpoint != LIP_SYNC:
            return request
        if not answers:
            check(model, request)
            film = film_in(request)
            return Call("POST", "/v1/videos/identify-face", json=film, is_paid=True)
        document = self._good(answers[0])
        session, face, seen_from = face_in(document, int(request.options.get("face") or 1))
        found = {"session_id": session, "face_id": face, "seen_from": seen_from}
        return replace(request, options={**request.options, **found})

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a task.

        Raises:
            TaskError: The model does not take this together.
        """
        if model.endpoint != LIP_SYNC:
            check(model, request)
        path = path_of(model, request)
        body = body_of(model, request, urls, idempotency_key)
        finder = None
        if takes_our_id(model):
            key, is_new = quote(idempotency_key, safe=""), not path.startswith("/v1/")
            address = f"{_NEW}?external_task_ids={key}" if is_new else f"{path}/{key}"
            finder = Call("GET", address)
        return Call("POST", path, json=body, finder=finder)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which task was started; speech is there at once."""
        task = task_in(self._good(answer))
        if task is None:
            raise unexpected(self.title, answer)
        if task.get("task_result"):
            done = finished(task)
            if done.phase is JobPhase.SUCCEEDED:
                return done
        return self._job(task, answer)

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a task by its id; where it is asked about follows from where it was sent."""
        name, path = quote(remote_id, safe=""), "/" + sent_to.strip("/")
        is_new = not path.startswith("/v1/")
        address = f"{_NEW}?task_ids={name}" if is_new else f"{path}/{name}"
        return RemoteJob(remote_id, {"status": address})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a task stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a task stands."""
        task = task_in(self._good(answer), job.remote_id)
        status = None if task is None else status_of(task)
        if status is None:
            raise unexpected(self.title, answer)
        return status

    def found(self, answer: Answer, idempotency_key: str) -> RemoteJob | None:
        """Read the answer to the look for a task by our own id."""
        if answer.status == 404 and _GONE in codes_of(answer.json):
            return None
        document = self._good(answer)
        if document.get("data") == []:
            return None
        task = task_in(document)
        if task is None:
            raise unexpected(self.title, answer)
        return self._job(task, answer)

    # -- keys and errors -----------------------------------------------------------------------

    def probe(self) -> Call:
        """Return the call that lists tasks: free, and for either kind of key."""
        return Call("GET", "/v1/videos/text2video", params={"pageNum": "1", "pageSize": "1"})

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Kling's words."""
        error = super().error(answer)
        if error.kind is ErrorKind.AUTH:
            found = set(codes_of(answer.json))
            error.hint = _CLOCK if found & {"1003", "1004"} else f"{_PAIR}KLING_API_KEY."
        return error

    def _good(self, answer: Answer) -> Mapping[str, Any]:
        """Return the object of an answer whose code says that all is well.

        Raises:
            NotTaken: The code says that it is not, and that nothing was begun.
            TaskError: The answer is an error, or no object.
        """
        document = self.document(answer)
        if document.get("code", 0) in (0, "0"):
            return document
        error = self.error(answer)
        if error.kind is ErrorKind.TRANSIENT:
            raise error
        raise NotTaken(error.message, kind=error.kind, hint=error.hint)

    def _job(self, task: Mapping[str, Any], answer: Answer) -> RemoteJob:
        if not (remote_id := id_of(task)):
            raise unexpected(self.title, answer)
        return RemoteJob(remote_id)


def _token(access: str, secret: str, now: float) -> str:
    """Return a JSON Web Token (RFC 7519) that a pair of keys has signed."""
    claims = {
        "iss": access,
        "exp": int(now) + _TOKEN_LASTS,
        "nbf": int(now) - _CLOCK_MAY_BE_OFF,
    }
    parts = [
        _encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    ]
    signed = ".".join(parts)
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_encoded(signature)}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
