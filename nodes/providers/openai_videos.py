"""Films by the call `/v1/videos`, which OpenAI had for Sora and many gateways have copied.

OpenAI itself has ended it: this is for a gateway of your own choice, whose address is to be set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from engine import ErrorKind
from engine.errors import UsageError
from nodes.media import EXTENSIONS
from nodes.models import ModelInfo
from nodes.providers.openai.service import CODES, PATIENCE, OpenAIService
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    JobPhase,
    JobStatus,
    Part,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.mapping import build_body, media_of
from nodes.remote.runner import RemoteProvider
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_BASE_URL = "REELGRAPH_OPENAI_VIDEOS_BASE_URL"
_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "in_progress": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}
_SHORT_SIDE = "short_side"
"""What the catalogue calls the field of a resolution, which is none of the call's."""
_FILES = ("input_reference", "video")
_FILM = "film"


class OpenAIVideos(OpenAIService):
    """Maps requests to the calls of `/v1/videos` and their answers back."""

    name = "openai_videos"
    title = "the video gateway"
    base_url = ""
    poll_floor = 10.0
    probe_path = "/videos?limit=1"
    formats = (*OpenAIService.formats, "video/mp4")

    def address(self, environ: Mapping[str, str]) -> str:
        """Refuse: there is no address but one that is set.

        Raises:
            UsageError: Always.
        """
        raise UsageError(
            "which gateway makes films by /v1/videos is not set",
            where=_BASE_URL,
            hint=f"Set {_BASE_URL} to https://HOST/v1; OpenAI has ended its own.",
        )

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a film: a form where a file goes along, else JSON."""
        body = build_body(model, request, urls)
        if size := _size(body.pop("aspect", None), body.pop(_SHORT_SIDE, None)):
            body["size"] = size
        path = f"/{model.endpoint}"
        files = [name for name in _FILES if name in body]
        if not files:
            return Call("POST", path, json=body)
        fields = {name: value for name, value in body.items() if name not in files}
        return Call("POST", path, form=(*_parts(fields), *_with_files(files, request)))

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which film was begun."""
        return RemoteJob(self.id_in(answer, self.document(answer).get("id")))

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a film stands."""
        return Call("GET", _path(job))

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a film stands; one that is done is fetched with the key."""
        if answer.wants == _FILM:
            return self._fetched(answer)
        document = self.document(answer)
        phase = _PHASES[document["status"]]
        if phase is JobPhase.SUCCEEDED:
            path = f"{_path(job)}/content"
            return Call("GET", path, holds_media=True, patience=PATIENCE, wants=_FILM)
        if phase is JobPhase.FAILED:
            return _failed(document.get("error"))
        told = document.get("progress")
        share = told / 100 if isinstance(told, int | float) and 0 <= told <= 100 else None
        return JobStatus(phase, share)

    def _fetched(self, answer: Answer) -> JobStatus:
        if answer.status >= 400:
            raise self.error(answer)
        if answer.file is None:
            raise unexpected(self.title, answer)
        file = RemoteFile("", "video", spooled=answer.file)
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=(file,), billed="billed")


def _path(job: RemoteJob) -> str:
    return f"/videos/{quote(job.remote_id, safe='')}"


def _size(aspect: str | None, short: int | None) -> str:
    """Return a size as `1280x720`; empty where neither shape nor resolution is given."""
    if aspect is None and short is None:
        return ""
    short = short or 720
    long = short * 16 // 9
    return f"{long}x{short}" if aspect == "16:9" else f"{short}x{long}"


def _parts(fields: Mapping[str, Any]) -> Iterator[Part]:
    return (Part(name, str(value)) for name, value in fields.items())


def _with_files(names: list[str], request: Request) -> Iterator[Part]:
    for name, media in zip(names, media_of(request), strict=True):
        yield Part(name, media, f"input{EXTENSIONS[media.media_type]}")


def _failed(error: Any) -> JobStatus:
    told: Mapping[str, Any] = error if isinstance(error, Mapping) else {}
    said = cleaned(str(told.get("message") or told.get("code") or "no reason given"))
    is_refused = CODES.get(str(told.get("code")).lower()) is ErrorKind.REFUSED
    return JobStatus(JobPhase.REFUSED if is_refused else JobPhase.FAILED, message=said)


PROVIDER = RemoteProvider(OpenAIVideos())
