"""Higgsfield's API as pure mapping: own models (Soul, DoP, Popcorn, Speak) and a hub of others.

Generations are flat JSON to the model's path; what only the first generation of the API has
(Speak, training characters, listings) is asked there. Both take the same key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError
from engine.nodetype import Price
from nodes.models import ModelInfo
from nodes.providers.higgsfield import names
from nodes.providers.higgsfield.answers import (
    CHARACTERS,
    character_job,
    document_of,
    error_of,
    job_of,
    not_understood,
    set_job,
    status_of,
)
from nodes.remote.adapter import Address, Answer, Call, JobStatus, Listed, RemoteJob
from nodes.remote.mapping import build_body, media_of
from nodes.requests import Request

_TRAINING = CHARACTERS.strip("/")
_UPLOADABLE = frozenset(
    {
        "image/jpeg",
        "image/jpg",
        "image/png",
        "image/webp",
        "image/gif",
        "audio/wav",
        "audio/x-wav",
        "video/mp4",
    }
)
_RESULT_SECONDS = 3600.0
_UNREAD = re.compile(
    r"\b(download|fetch|retriev|access|reach|load|open|read)\w*\b.*\b(url|image|video|audio|file)"
    r"|\b(url|image|video|audio|file)\w*\b.*\b(download|fetch|retriev|access|reach|load|open|read)",
    re.IGNORECASE | re.DOTALL,
)
_MOST = 10**6
"""Dollars that no call costs."""
_NOT_UPLOADED = "https://example.com/not-uploaded"
"""Stands for an input in an estimate: prices are asked for before anything is uploaded."""


class Higgsfield:
    """Maps requests to Higgsfield's HTTP API and its answers back."""

    name = "higgsfield"
    base_url = "https://api.higgsfield.ai"
    trusted_hosts: tuple[str, ...] = ("api.higgsfield.ai", "platform.higgsfield.ai")
    is_idempotent = True
    upload_seconds = 3600.0
    poll_floor = 2.0
    deadline = 3600.0

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with `KEY_ID:KEY_SECRET`."""
        return {"Authorization": f"Key {key.get_secret_value()}"}

    def prepare(
        self, model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        """Look up styles, motions and presets by name, and characters that are trained already."""
        return names.prepare(model, request, answers)

    def listings(self, model: ModelInfo) -> Mapping[str, Call]:
        """Return the calls that list styles, motions and presets."""
        found = {option: names.listing(model, option) for option in model.options}
        return {option: call for option, call in found.items() if call is not None}

    def listed(self, answer: Answer) -> list[Listed]:
        """Read a listing."""
        return [
            Listed(entry["id"], entry["name"], names.note_of(entry))
            for entry in names.entries_of(answer)
        ]

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a generation or a training."""
        return Call(
            "POST",
            f"/{model.endpoint}",
            json=body_of(model, request, urls),
            headers={"Idempotency-Key": idempotency_key},
            # Keys are promised for generations only, not for what the first API has.
            repeatable=not _is_first_generation(model),
        )

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which job was started."""
        return job_of(answer)

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        return Call("GET", job.urls.get("status") or f"{_request_path(job)}/status")

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands."""
        return status_of(answer, job)

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that cancels a queued request; job sets and trainings have none."""
        if "/v1/" in job.urls.get("status", ""):
            return None
        return Call("POST", job.urls.get("cancel") or f"{_request_path(job)}/cancel")

    def find(self, idempotency_key: str, since: float) -> Call | None:
        """Return None: requests are repeated with their key, trainings found by `prepare`."""
        return None

    def found(self, answer: Answer, idempotency_key: str) -> RemoteJob | None:
        """Say that nothing can be told: `find` makes no call."""
        raise not_understood(answer)

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job whose id a person has found out."""
        path = sent_to.strip("/")
        if not path.startswith("v1/"):
            return RemoteJob(remote_id)
        return (character_job if path == _TRAINING else set_job)(quote(remote_id, safe=""))

    def estimate(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address]
    ) -> Call | None:
        """Return the call that prices a generation."""
        if _is_first_generation(model):
            return None
        standing_in = {media.digest: _NOT_UPLOADED for media in media_of(request)}
        body = body_of(model, request, {**standing_in, **urls})
        return Call("POST", f"/estimate/{model.endpoint}", json=body)

    def estimated(self, answer: Answer) -> Price:
        """Read a price; one of zero is none at all."""
        if answer.status >= 500:
            # So are some models answered that can be run all the same: asking again is no use.
            return Price(Decimal(0), None, "Higgsfield gives no figure")
        document = document_of(answer)
        dollars = _dollars(document.get("usd"))
        if not dollars:
            return Price(Decimal(0), None, "Higgsfield gives no figure")
        discount = document.get("discount")
        reduced = _dollars(discount.get("usd")) if isinstance(discount, Mapping) else None
        # Nothing says whether a discount's amount is what is taken off or what is left.
        low = min(abs(dollars - reduced), reduced, dollars) if reduced else dollars
        return Price(low, dollars, "Higgsfield's estimate")

    def start_upload(self, media: Media) -> Call:
        """Return the call that asks for a place to upload to."""
        if media.media_type not in _UPLOADABLE:
            message = f"Higgsfield takes no {media.media_type}"
            hint = "It takes JPEG, PNG, WebP, GIF, WAV and MP4; `mix_audio` makes WAV of any sound."
            raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)
        return Call("POST", "/files/generate-upload-url", json={"content_type": media.media_type})

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that sends the bytes; its signature covers all the headers given."""
        document = document_of(answer)
        target, address = document.get("upload_url"), document.get("public_url")
        given = document.get("upload_headers")
        if not isinstance(target, str) or not isinstance(address, str):
            raise not_understood(answer)
        headers = {str(n): str(v) for n, v in given.items()} if isinstance(given, Mapping) else {}
        return Call(
            "PUT",
            target,
            headers=headers or {"Content-Type": media.media_type},
            authenticated=False,
            body=media,
            gives=address,
        )

    def lasts(self, url: str) -> float:
        """Rely on results for an hour: the least that an account can have them kept for."""
        parts = urlsplit(url)
        return _RESULT_SECONDS if parts.scheme == "https" and not parts.query else 0.0

    def is_unread(self, error: TaskError) -> bool:
        """Tell whether Higgsfield says that it could not read an input at its address.

        Its words are not documented; a failed request costs nothing.
        """
        return error.kind is not ErrorKind.REFUSED and bool(_UNREAD.search(error.message))

    def probe(self) -> Call:
        """Return a free call that only a good key may make."""
        return Call("GET", "/v1/text2image/soul-styles/v2")

    def is_accepted(self, answer: Answer) -> bool:
        """Tell whether the key was accepted.

        Raises:
            TaskError: The answer does not tell.
        """
        if answer.status >= 400 and answer.status != 401:
            raise error_of(answer)
        return answer.status == 200

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Higgsfield's words."""
        return error_of(answer)


def body_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request, in the shape that the model's route takes.

    Raises:
        TaskError: A character is to be seen that Higgsfield does not know.
    """
    _check_character(request)
    body = build_body(model, request, urls)
    for name, accepted in model.inputs.items():
        field = accepted.field or name
        if accepted.form == "objects" and field in body:
            kind = "audio_url" if accepted.type == "audio" else "image_url"
            body[field] = _objects(body[field], kind)
    if _is_first_generation(model) and model.endpoint != _TRAINING:
        return {"params": body}
    return body


def _objects(value: Any, kind: str) -> Any:
    if isinstance(value, list):
        return [_objects(item, kind) for item in value]
    return {"type": kind, kind: value}


def _check_character(request: Request) -> None:
    character = request.character
    if character and not (character.identity and character.model.startswith("higgsfield/")):
        message = f"{character.name} is no character that Higgsfield knows"
        hint = "Make one with the node `character` and the model higgsfield/soul-id."
        raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)


def _is_first_generation(model: ModelInfo) -> bool:
    return model.endpoint.startswith("v1/")


def _request_path(job: RemoteJob) -> str:
    return f"/requests/{quote(job.remote_id, safe='')}"


def _dollars(text: Any) -> Decimal | None:
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < _MOST else None
