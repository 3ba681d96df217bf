"""Luma's Agents API as pure mapping: Uni-1 for pictures, Ray for clips; one call starts them all.

Small pictures go into the request, films and large pictures are uploaded before. Nothing can be
repeated safely and nothing looked for, so that a submission whose answer was lost is left to a
person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote

from engine import ErrorKind, Media, TaskError, Video
from nodes.models import ModelInfo
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
from nodes.remote.mapping import build_body
from nodes.remote.runner import RemoteProvider
from nodes.remote.standard import StandardAdapter, bare
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_TYPES: Mapping[str, str] = {
    "text_to_image": "image",
    "image_to_image": "image_edit",
    "text_to_video": "video",
    "image_to_video": "video",
}
_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}
_FAILURES: Mapping[str, ErrorKind] = {
    "content_moderated": ErrorKind.REFUSED,
    "budget_exhausted": ErrorKind.BILLING,
    "rate_limited": ErrorKind.THROTTLED,
    "image_too_large": ErrorKind.INVALID,
    "unsupported_format": ErrorKind.INVALID,
    "corrupt_input": ErrorKind.INVALID,
    "invalid_request": ErrorKind.INVALID,
    "generation_failed": ErrorKind.DOWN,
    "output_not_found": ErrorKind.DOWN,
}
_LARGEST_INSIDE = 4 * 1000**2
"""Bytes of a picture that goes into the request."""
_LAST: Mapping[str, int] = {"5s": 120, "10s": 240}
"""The last picture of a clip, at 24 a second."""


class Luma(StandardAdapter):
    """Maps requests to Luma's HTTP API and its answers back."""

    name = "luma"
    title = "Luma"
    base_url = "https://agents.lumalabs.ai/v1"
    poll_floor = 3.0
    codes = _FAILURES

    # -- sending -------------------------------------------------------------------------------

    def start_upload(self, media: Media) -> Call | Inline:
        """Return the call that announces a file; or how a picture stands in the request."""
        if not isinstance(media, Video) and media.size <= _LARGEST_INSIDE:
            return bare(media)
        file = {"mime_type": media.media_type, "size_bytes": media.size, "purpose": "input"}
        return Call("POST", "/files", json=file, wants="announced")

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Read where the bytes go, that they have come, or whether the file is ready.

        Raises:
            TaskError: It is not; `transient` while it may become so.
        """
        if answer.wants == "announced":
            return self._sent(media, self.document(answer))
        if answer.wants.startswith("sent "):
            if answer.status >= 400:
                raise self.error(answer)
            address = f"/files/{answer.wants.removeprefix('sent ')}"
            return Call("POST", f"{address}/complete", wants="file")
        file = self.document(answer)
        match file.get("state"), file.get("id"):
            case "ready", str(file_id):
                return file_id
            case "pending", str(file_id) if answer.wants == "file":
                return Call("GET", f"/files/{quote(file_id, safe='')}", wants="again")
            case "pending", _:
                raise TaskError("the file is not ready at Luma yet", kind=ErrorKind.TRANSIENT)
        reason = cleaned(str(file.get("failure_reason") or "no reason given"))
        raise TaskError(f"Luma does not take the file: {reason}", kind=ErrorKind.INVALID)

    def _sent(self, media: Media, announced: Mapping[str, Any]) -> Call:
        upload, name = announced["upload"], quote(str(announced["id"]), safe="")
        method = _method(upload["method"])
        headers = {str(key): str(value) for key, value in (upload.get("headers") or {}).items()}
        return Call(
            method,
            str(upload["url"]),
            body=media,
            headers=headers,
            authenticated=False,
            wants=f"sent {name}",
        )

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a generation.

        Raises:
            TaskError: The model does not take this.
        """
        refuse_unfit(model, request)
        body = build_body(model, request, {digest: _reference(a) for digest, a in urls.items()})
        if request.kind in _TYPES:
            body["type"] = _TYPES[request.kind]
        if frames := body.pop("frames", ()):
            body["video"] |= _frames(frames, body["video"]["duration"])
        _check_keyframes(body)
        return Call("POST", f"/{model.endpoint}", json=body)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which generation was started."""
        return RemoteJob(self.id_in(answer, self.document(answer).get("id")))

    # -- waiting -------------------------------------------------------------------------------

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a generation stands."""
        return Call("GET", f"/generations/{quote(job.remote_id, safe='')}")

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a generation stands."""
        document = self.document(answer)
        word = document.get("state")
        if not isinstance(word, str):
            raise unexpected(self.title, answer)
        # A word that is not known yet means that it goes on.
        phase = _PHASES.get(word, JobPhase.RUNNING)
        if phase is JobPhase.SUCCEEDED:
            return _made(document)
        if phase is JobPhase.FAILED:
            return self._failed(document)
        return JobStatus(phase, note=cleaned(word))

    def _failed(self, document: Mapping[str, Any]) -> JobStatus:
        code, reason = document.get("failure_code"), document.get("failure_reason")
        shown = code if isinstance(code, str) else ""
        said = cleaned(reason) if isinstance(reason, str) and reason else cleaned(shown)
        kind = _FAILURES.get(shown, ErrorKind.DOWN)
        message = f"{self.title} answered: {said or 'no reason given'}"
        if kind is ErrorKind.REFUSED:
            return JobStatus(JobPhase.REFUSED, message=said)
        return JobStatus(JobPhase.FAILED, message=said, error=self.failure(message, kind))

    def probe(self) -> Call:
        """Return the call that lists files: free, and only for those with a key."""
        return Call("GET", "/files", params={"limit": "1"})


def _method(name: Any) -> Literal["POST", "PUT"]:
    match str(name).upper():
        case "PUT":
            return "PUT"
        case "POST":
            return "POST"
    message = "Luma wants a file sent in a way that is not known"
    raise TaskError(message, kind=ErrorKind.DOWN)


def _reference(address: Address) -> Any:
    """Return the object by which a request names a file: with its bytes, or by its id."""
    if isinstance(address, Inline):
        return {"data": address, "media_type": address.media.media_type}
    return {"file_id": address}


def _frames(frames: Sequence[Any], duration: str) -> dict[str, Any]:
    """Return the pictures that a clip goes through.

    A first and a last one may be given as such in short clips only; otherwise by their places.
    """
    last = _LAST[duration]
    if len(frames) <= 2 and duration == "5s":
        return dict(zip(("start_frame", "end_frame"), frames, strict=False))
    steps = max(len(frames) - 1, 1)
    places = [round(number * last / steps) for number in range(len(frames))]
    return {"keyframes": list(frames), "keyframe_indexes": places}


def _check_keyframes(body: Mapping[str, Any]) -> None:
    """Refuse places of pictures in a film that are none, or not one for each.

    Raises:
        TaskError: They are (`invalid`).
    """
    edit = body.get("video", {}).get("edit", {})
    places = edit.get("keyframe_indexes")
    if places is None:
        return
    known = isinstance(places, list) and all(type(place) is int and place >= 0 for place in places)
    if not known or len(set(places)) != len(edit.get("keyframes", ())):
        message = "keyframe_indexes: a list of whole numbers, another for each of the references"
        raise TaskError(message, kind=ErrorKind.INVALID)


def _made(document: Mapping[str, Any]) -> JobStatus:
    kind: Literal["video", "image"] = (
        "video" if str(document.get("type")).startswith("video") else "image"
    )
    output = document.get("output")
    found = [item for item in output if isinstance(item, Mapping)] if output else []
    urls = [item.get("url") for item in found if item.get("type", kind) == kind]
    files = tuple(RemoteFile(url, kind) for url in urls if isinstance(url, str) and url)
    if not files:
        message = "Luma says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")


PROVIDER = RemoteProvider(Luma())
