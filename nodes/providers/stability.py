"""Stability AI: pictures, their editing and enlargement, in forms that are answered by a picture.

Two of the operations answer with the id of a task instead. The first generation of the API, which
has Stable Diffusion XL, takes JSON where no picture goes along, and answers in JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    NotTaken,
    Part,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body, media_of
from nodes.remote.runner import RemoteProvider
from nodes.remote.spool import file_in
from nodes.remote.standard import StandardAdapter, bare, codes_of
from nodes.remote.wording import unexpected
from nodes.requests import Request

_CODES: Mapping[str, ErrorKind] = {
    "bad_request": ErrorKind.INVALID,
    "unauthorized": ErrorKind.AUTH,
    "payment_required": ErrorKind.BILLING,
    "content_moderation": ErrorKind.REFUSED,
    "not_found": ErrorKind.DOWN,
    "payload_too_large": ErrorKind.INVALID,
    "invalid_language": ErrorKind.INVALID,
    "public_figure": ErrorKind.REFUSED,
    "rate_limit_exceeded": ErrorKind.THROTTLED,
    "internal_error": ErrorKind.TRANSIENT,
}
_OLDER = "v1/"
"""What the endpoints of the first generation begin with."""
_LATER = ("upscale/creative", "edit/replace-background-and-relight")
"""Ends of endpoints that answer with the id of a task."""
_RESULTS = "/v2beta/results"
_FILTERED = "CONTENT_FILTERED"
_BLURRED = "Stability AI gave a blurred picture, as what it shows is not allowed"
_TYPES = ("image/jpeg", "image/png", "image/webp")
_LARGEST = 10 * 1024**2 - 64 * 1024
"""Bytes of all files of a request: it may have 10 MiB with what is around them."""
_LOCKED_OUT = 60.0
_PATIENCE = 300.0
"""Seconds that a picture may take, of which nothing is documented."""


class StabilityAI(StandardAdapter):
    """Maps requests to Stability AI's HTTP API and its answers back."""

    name = "stability"
    title = "Stability AI"
    base_url = "https://api.stability.ai"
    poll_floor = 10.0
    codes = _CODES
    probe_path = "/v1/user/balance"

    # -- sending -------------------------------------------------------------------------------

    def start_upload(self, media: Media) -> Call | Inline:
        """Return that a file goes along with the request.

        Raises:
            TaskError: It is of a type that is not taken.
        """
        if media.media_type not in _TYPES:
            message = f"Stability AI takes JPEG, PNG and WebP, not {media.media_type}"
            hint = "`resize` makes a PNG of a picture."
            raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)
        return bare(media)

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that makes a picture, or starts a task.

        Raises:
            TaskError: The model does not take this.
        """
        refuse_unfit(model, request)
        if sum(media.size for media in media_of(request)) > _LARGEST:
            message = "the pictures are together larger than the 10 MB that fit into one request"
            raise TaskError(message, kind=ErrorKind.INVALID, hint="`resize` makes them smaller.")
        body = build_body(model, request, urls)
        if model.endpoint.startswith(_OLDER):
            return _older(model, request, body)
        return Call(
            "POST",
            f"/{model.endpoint}",
            form=tuple(_parts(_newer(model, request, body))),
            headers={"Accept": "application/json" if _is_later(model) else "image/*"},
            holds_media=True,
            patience=_PATIENCE,
        )

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the picture, or which task was started.

        Raises:
            NotTaken: It failed, which is not charged.
            TaskError: The answer is another error, or is not understood.
        """
        if answer.status >= 400:
            error = self.error(answer)
            if "internal_error" in codes_of(answer.json):
                raise NotTaken(error.message, kind=error.kind, retry_after=error.retry_after)
            raise error
        if (made := _made(answer)) is not None:
            return made
        return RemoteJob(self.id_in(answer, self.document(answer).get("id")))

    # -- waiting -------------------------------------------------------------------------------

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks for the picture of a task."""
        address = f"{_RESULTS}/{quote(job.remote_id, safe='')}"
        return Call("GET", address, headers={"Accept": "image/*"}, holds_media=True)

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read the picture of a task, or that it is not there yet."""
        if answer.status == 202:
            return JobStatus(JobPhase.RUNNING)
        if answer.status >= 400:
            error = self.error(answer)
            if error.kind is ErrorKind.REFUSED:
                return JobStatus(JobPhase.REFUSED, message=error.message, billed="not billed")
            raise error
        if (made := _made(answer)) is None:
            raise unexpected(self.title, answer)
        return made

    # -- errors --------------------------------------------------------------------------------

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Stability's words."""
        error = super().error(answer)
        if answer.status == 422 and self.codes.keys().isdisjoint(codes_of(answer.json)):
            error.kind = ErrorKind.REFUSED
        if error.kind is ErrorKind.THROTTLED and "retry-after" not in answer.headers:
            error.retry_after = _LOCKED_OUT
        return error


def _is_later(model: ModelInfo) -> bool:
    return model.endpoint.endswith(_LATER)


def _newer(model: ModelInfo, request: Request, body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form of the second generation."""
    # Which factor it is follows from the operation.
    fields = {name: value for name, value in body.items() if name != "factor"}
    if request.image is not None and "strength" in model.inputs:
        fields.setdefault("strength", model.inputs["strength"].default)
    if model.endpoint.endswith("/sd3"):
        fields["mode"] = request.kind.replace("_", "-")
    return fields


def _older(model: ModelInfo, request: Request, body: dict[str, Any]) -> Call:
    """Return a call of the first generation."""
    prompts = [{"text": body.pop("prompt"), "weight": 1}]
    if unwanted := body.pop("negative_prompt", ""):
        prompts.append({"text": unwanted, "weight": -1})
    if size := body.pop("size", ""):
        body["width"], body["height"] = map(int, size.split("x"))
    if request.image is None:
        body["text_prompts"] = prompts
        return _older_call(model, "text-to-image", json=body)
    for number, prompt in enumerate(prompts):
        body |= {f"text_prompts[{number}][{name}]": value for name, value in prompt.items()}
    strength = body.pop("strength", model.inputs["strength"].default)
    if request.mask is not None:
        body["mask_source"] = "MASK_IMAGE_WHITE"
        return _older_call(model, "image-to-image/masking", form=tuple(_parts(body)))
    # There it says how much of the picture stays.
    body |= {"init_image_mode": "IMAGE_STRENGTH", "image_strength": round(1 - strength, 6)}
    return _older_call(model, "image-to-image", form=tuple(_parts(body)))


def _older_call(model: ModelInfo, path: str, **content: Any) -> Call:
    headers = {"Accept": "application/json"}
    url = f"/{model.endpoint}/{path}"
    return Call("POST", url, headers=headers, holds_media=True, patience=_PATIENCE, **content)


def _parts(fields: Mapping[str, Any]) -> Iterator[Part]:
    for name, value in fields.items():
        value = value[0] if isinstance(value, list) else value
        yield Part(name, value.media if isinstance(value, Inline) else _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _made(answer: Answer) -> JobStatus | None:
    """Read the picture, or pictures, of an answer; None where there are none."""
    if answer.file is not None:
        reason = answer.headers.get("finish-reason")
        return _finished([(RemoteFile("", "image", spooled=answer.file), reason)])
    document = answer.json
    if not isinstance(document, Mapping):
        return None
    if isinstance(artifacts := document.get("artifacts"), list):
        return _finished(
            [(file_in(a["base64"], "image"), a.get("finishReason")) for a in artifacts]
        )
    for name in ("image", "result"):
        if document.get(name):
            file = file_in(document[name], "image")
            return _finished([(file, document.get("finish_reason"))])
    return None


def _finished(made: list[tuple[RemoteFile, Any]]) -> JobStatus:
    files = tuple(file for file, reason in made if reason not in (_FILTERED, "ERROR"))
    if files:
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")
    if any(reason == _FILTERED for _, reason in made):
        return JobStatus(JobPhase.REFUSED, message=_BLURRED)
    return JobStatus(JobPhase.FAILED, message="Stability AI gives no picture, and no reason")


PROVIDER = RemoteProvider(StabilityAI())
