"""Luma's older API as pure mapping: Ray 2 and Photon, with pictures by public addresses only.

Nothing can be repeated safely. The list of generations shows what was asked for, so that one whose
answer was lost is found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
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
    Listed,
    RemoteFile,
    RemoteJob,
    Sent,
)
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body
from nodes.remote.runner import RemoteProvider
from nodes.remote.standard import StandardAdapter
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "dreaming": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
}
_FRAMES = {"url": "image", "id": "generation"}
"""What a first or last picture is, by what it is given by."""
_SKEW = 300.0
"""Seconds that two clocks may differ."""
_A_DAY = 24 * 3600.0
_NO_FILES = (
    "Give the address of a picture or film on the public internet, as an option; "
    "the models of `luma` take files."
)


class DreamMachine(StandardAdapter):
    """Maps requests to the older HTTP API and its answers back."""

    name = "luma_dream_machine"
    title = "Luma Dream Machine"
    base_url = "https://api.lumalabs.ai/dream-machine/v1"
    poll_floor = 3.0
    probe_path = "/credits"

    # -- sending -------------------------------------------------------------------------------

    def start_upload(self, media: Media) -> Call | Inline:
        """Refuse: there is no upload, and no place for bytes."""
        message = "Luma Dream Machine takes no files"
        raise TaskError(message, kind=ErrorKind.INVALID, hint=_NO_FILES)

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a generation.

        Raises:
            TaskError: The model does not take this.
        """
        refuse_unfit(model, request)
        return Call("POST", f"/{model.endpoint}", json=_body(model, request, urls))

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
            reason = document.get("failure_reason")
            said = cleaned(reason) if isinstance(reason, str) else ""
            ended = JobPhase.REFUSED if _is_refusal(said) else phase
            return JobStatus(ended, message=said)
        return JobStatus(phase, note=cleaned(word))

    def listing_of(self, sent: Sent) -> Call:
        """Return the call that lists the last generations."""
        return Call("GET", "/generations", params={"limit": "100", "offset": "0"})

    def recognised(self, answer: Answer, sent: Sent) -> RemoteJob:
        """Return the one generation of the same request."""
        found = set(_alike(self.document(answer), sent)) - sent.known
        if len(found) != 1:
            alike = f"{len(found)} generations there are of the same request" if found else ""
            raise TaskError(alike or "it is not among the last generations there")
        return RemoteJob(found.pop())

    # -- names and errors ----------------------------------------------------------------------

    def listings(self, model: ModelInfo) -> Mapping[str, Call]:
        """Return the call that lists the moves of the camera, for models that take them."""
        call = Call("GET", "/generations/concepts/list", keep_seconds=_A_DAY)
        return {"concepts": call} if "concepts" in model.options else {}

    def listed(self, answer: Answer) -> list[Listed]:
        """Read the moves of the camera."""
        if answer.status >= 400:
            raise self.error(answer)
        if not isinstance(answer.json, list):
            raise unexpected(self.title, answer)
        return [Listed(name, name) for name in answer.json if isinstance(name, str)]

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Luma's words."""
        error = super().error(answer)
        if answer.status < 500 and _is_refusal(error.message):
            error.kind = ErrorKind.REFUSED
        return error


def _is_refusal(said: str) -> bool:
    """Tell whether words say that what was asked for is not allowed; there is no code for it."""
    return "moderat" in said.lower()


def _body(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    body = build_body(model, request, urls)
    for frame in body.get("keyframes", {}).values():
        frame["type"] = next(kind for name, kind in _FRAMES.items() if name in frame)
    for name in ("image", "style"):
        weight = body.pop(f"{name}_weight", None)
        if addresses := body.get(f"{name}_ref"):
            told = {} if weight is None else {"weight": weight}
            body[f"{name}_ref"] = [{"url": address, **told} for address in addresses]
    if (concepts := body.get("concepts")) is not None:
        body["concepts"] = list(_concepts(concepts))
    return body


def _concepts(names: Any) -> Iterator[dict[str, str]]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = "concepts: a list of moves of the camera by name"
        raise TaskError(message, kind=ErrorKind.INVALID)
    yield from ({"key": name} for name in names)


def _made(document: Mapping[str, Any]) -> JobStatus:
    assets = document.get("assets")
    found = assets if isinstance(assets, Mapping) else {}
    files: list[RemoteFile] = []
    if isinstance(url := found.get("video"), str) and url:
        files.append(RemoteFile(url, "video"))
    elif isinstance(url := found.get("image"), str) and url:
        files.append(RemoteFile(url, "image"))
    if not files:
        message = "Luma says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=tuple(files), billed="billed")


def _alike(document: Mapping[str, Any], sent: Sent) -> Iterator[str]:
    """Yield the ids of generations of the same request that were made since."""
    for each in document["generations"]:
        asked, name = each.get("request"), each.get("id")
        if not isinstance(asked, Mapping) or not isinstance(name, str):
            continue
        made = datetime.fromisoformat(str(each["created_at"]))
        is_of_late = made.timestamp() >= sent.since - _SKEW
        if is_of_late and all(asked.get(key) == value for key, value in sent.body.items()):
            yield name


PROVIDER = RemoteProvider(DreamMachine())
