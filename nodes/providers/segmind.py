"""Segmind, a hub: Higgsfield's models and Seedream as queued jobs, each answered at one address.

Inputs go to its asset store first, whose address is the setting REELGRAPH_SEGMIND_ASSETS_BASE_URL.
Nothing can be repeated safely, looked for or called off, so that a submission whose answer was lost
is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import quote

from pydantic import SecretStr

from engine import Audio, ErrorKind, Media, TaskError
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
from nodes.remote.settings import Settings
from nodes.remote.standard import StandardAdapter, data_url, words_of
from nodes.remote.wording import cleaned, is_moderation, unexpected
from nodes.requests import Request

ASSETS = "https://workflows-api.segmind.com"
_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}
_DEEPEST = 4
"""Levels of a result that are looked through for addresses."""


class Segmind(StandardAdapter):
    """Maps requests to Segmind's HTTP API and its answers back.

    Args:
        assets: The address of its asset store.
    """

    name = "segmind"
    title = "Segmind"
    base_url = "https://api.segmind.com"
    trusted_hosts: tuple[str, ...] = ("workflows-api.segmind.com",)
    probe_path = "/v1/get-user-credits"

    def __init__(self, assets: str = ASSETS) -> None:
        self._assets = assets

    # -- sending -------------------------------------------------------------------------------

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"x-api-key": key.get_secret_value()}

    def start_upload(self, media: Media) -> Call | Inline:
        """Return the call that puts a file into the asset store.

        Raises:
            TaskError: Segmind does not take it.
        """
        if isinstance(media, Audio) and media.media_type != "audio/wav":
            message = f"Segmind takes WAV, and this is {media.media_type}"
            hint = "The node `mix_audio` makes WAV of other sound."
            raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)
        body = {"data_urls": [data_url(media)]}
        return Call("POST", f"{self._assets}/upload-asset", json=body)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return where the file is now."""
        url = next(_addresses(self.document(answer).get("file_urls")), None)
        if url is None:
            raise unexpected(self.title, answer)
        return url

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a job.

        Raises:
            TaskError: The model does not take this together.
        """
        refuse_unfit(model, request)
        body = build_body(model, request, urls)
        if request.kind == "storyboard_images":
            body["sequential_image_generation"] = "auto"
            # The model draws as many as the words ask for, whatever the most may be.
            body["prompt"] = f"Exactly {request.count} pictures. {request.prompt}"
        if "width" in body:
            body["size"] = "custom"
        return Call("POST", f"/v2/{model.endpoint}", json=body)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which job was started."""
        return RemoteJob(self.id_in(answer, self.document(answer).get("request_id")))

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job by its id; what it makes, no answer tells."""
        path = f"/v2/requests/{quote(remote_id, safe='')}"
        makes = "video" if "video" in sent_to else "image"
        return RemoteJob(remote_id, {"status": f"{path}/status", "result": path, "makes": makes})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands, or what it has made.

        A failed job is told with the HTTP status of an error.
        """
        document = answer.json if isinstance(answer.json, Mapping) else {}
        word = document.get("status")
        is_status = isinstance(word, str) and (answer.status < 400 or word.lower() in _PHASES)
        if not isinstance(word, str) or not is_status:
            raise self.error(answer) if answer.status >= 400 else unexpected(self.title, answer)
        # A word that is not known yet means that it goes on.
        phase = _PHASES.get(word.lower(), JobPhase.RUNNING)
        if phase is JobPhase.FAILED:
            said = words_of({"error": document.get("error")}) or "Segmind gives no reason"
            phase = JobPhase.REFUSED if is_moderation(said) else phase
            return JobStatus(phase, message=said, billed="not billed")
        if phase is not JobPhase.SUCCEEDED:
            return JobStatus(phase, note=cleaned(word))
        if "output" not in document and answer.asked == job.urls["status"]:
            return Call("GET", job.urls["result"])
        return _made(document.get("output"), "video" if job.urls["makes"] == "video" else "image")

    # -- errors --------------------------------------------------------------------------------

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Segmind's words."""
        error = super().error(answer)
        if answer.status == 406:
            return self.failure(error.message, ErrorKind.BILLING)
        return error


def _made(output: Any, kind: Literal["image", "video"]) -> JobStatus:
    files = tuple(RemoteFile(url, kind) for url in dict.fromkeys(_addresses(output)))
    if not files:
        message = "Segmind says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")


def _addresses(output: Any, depth: int = 0) -> Iterator[str]:
    """Yield the addresses in a result, which may be one, a list, or an object."""
    if isinstance(output, str) and output.startswith(("https://", "http://")):
        yield output
    elif isinstance(output, list | Mapping) and depth < _DEEPEST:
        for item in output.values() if isinstance(output, Mapping) else output:
            yield from _addresses(item, depth + 1)


PROVIDER = RemoteProvider(
    Segmind(Settings.read("segmind_assets").base_url("segmind_assets", ASSETS))
)
