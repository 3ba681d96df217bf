"""Ideogram's API as pure mapping: two forms of addresses at one host.

The newer ones (`v2/`) are asked for jobs; the older ones (`v1/`) answer with the result. Files are
sent in forms. Nothing can be repeated safely and nothing looked for, so that a request whose
answer was lost is left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from engine import ErrorKind, Image, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.ideogram.answers import made_in, reason_in, status_of
from nodes.providers.ideogram.bodies import NEWER, body_of, check, form_of, path_of, takes_json
from nodes.remote.adapter import Address, Answer, Call, Inline, JobStatus, MaskForm, RemoteJob
from nodes.remote.standard import StandardAdapter
from nodes.remote.wording import unexpected
from nodes.requests import Request

_PICTURES = ("image/jpeg", "image/png", "image/webp")
_PATIENCE = 300.0
"""Seconds that the older addresses may take."""
_FILM = "video"
_REASONS: Mapping[str, ErrorKind] = {
    "inflight_limit": ErrorKind.THROTTLED,
    **dict.fromkeys(
        (
            "insufficient_funds",
            "subscription_required",
            "daily_limit",
            "priority_credit_required",
            "feature_limit",
        ),
        ErrorKind.BILLING,
    ),
}
_STATUSES: Mapping[int, ErrorKind] = {422: ErrorKind.REFUSED}


class Ideogram(StandardAdapter):
    """Maps requests to Ideogram's HTTP API and its answers back."""

    name = "ideogram"
    title = "Ideogram"
    base_url = "https://api.ideogram.ai"

    # -- sending -------------------------------------------------------------------------------

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"Api-Key": key.get_secret_value()}

    def start_upload(self, media: Media) -> Call | Inline:
        """Return a picture, which is sent as a file in the form of the request.

        Raises:
            TaskError: Ideogram does not take it.
        """
        if isinstance(media, Image) and media.media_type in _PICTURES:
            return Inline(media)
        message = f"Ideogram takes no {media.media_type}"
        raise TaskError(message, kind=ErrorKind.INVALID, hint="Pictures are JPEG, PNG or WebP.")

    def mask_form(self, model: ModelInfo) -> MaskForm:
        """Return how a model wants a mask."""
        if "remove-object" in model.endpoint:
            return "white"
        return "transparent" if "gpt-image" in model.endpoint else "black"

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a job, or that is answered by the result.

        Raises:
            TaskError: The model does not take this together.
        """
        check(model, request)
        path = path_of(model, request)
        body = body_of(path, model, request, urls)
        wants = _FILM if _FILM in path else ""
        if takes_json(path, body):
            return Call("POST", path, json=body, patience=_PATIENCE, wants=wants)
        return Call("POST", path, form=form_of(body), patience=_PATIENCE, wants=wants)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which job was started, or what was made."""
        document = self.document(answer)
        remote_id = document.get("generation_id")
        if isinstance(remote_id, str) and remote_id and not document.get("data"):
            return RemoteJob(remote_id)
        made = made_in(document, "video" if answer.wants == _FILM else "image")
        if made is None:
            raise unexpected(self.title, answer)
        return made

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job by its id; where it was sent tells what it makes."""
        urls = {"status": f"/v2/generations/{quote(remote_id, safe='')}"}
        makes = {"makes": _FILM} if f"{NEWER}{_FILM}/" in sent_to else {}
        return RemoteJob(remote_id, urls | makes)

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands."""
        status = status_of(self.document(answer), "video" if "makes" in job.urls else "image")
        if status is None:
            raise unexpected(self.title, answer)
        return status

    # -- keys and errors -----------------------------------------------------------------------

    def probe(self) -> Call:
        """Return the trial of a request, which costs nothing."""
        body: dict[str, Any] = {"prompt": "a lighthouse"}
        return Call(
            "POST", "/v2/image/generate/ideogram-4-5", json=body, params={"dry_run": "true"}
        )

    def is_accepted(self, answer: Answer) -> bool:
        """Read whether the key was taken; also one without credit is."""
        return answer.status == 402 or super().is_accepted(answer)

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Ideogram's words."""
        error, reason = super().error(answer), reason_in(answer.json)
        kind = _REASONS.get(reason) or _STATUSES.get(answer.status)
        if kind is None:
            return error
        shown = f" ({reason})" if reason and reason not in error.message else ""
        return self.failure(f"{error.message}{shown}", kind)
