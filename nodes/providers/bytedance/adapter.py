"""ByteDance ModelArk's API as pure mapping: pictures are answered at once, clips are tasks.

Nothing can be repeated safely, and the list of tasks tells of no prompt, so that a submission whose
answer was lost is left to a person. Volcengine's shop has the same API at another address, with
other keys and names of models.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from engine import Audio, ErrorKind, Image, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.bytedance.answers import (
    class_of_code,
    hint_of,
    id_in,
    pictures_in,
    status_of,
)
from nodes.providers.bytedance.bodies import TASKS, body_of
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    RemoteJob,
)
from nodes.remote.lookup import refuse_unfit
from nodes.remote.standard import StandardAdapter, data_url, words_of
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_PATIENCE = 600.0
"""Seconds that pictures may take, for which nothing is answered meanwhile."""
_A_PICTURE = 60.0
"""Seconds more for each picture of a set."""
_SOUNDS: Mapping[str, str] = {"audio/wav": "wav", "audio/mpeg": "mp3"}


class ByteDance(StandardAdapter):
    """Maps requests to ModelArk's HTTP API and its answers back."""

    name = "bytedance"
    title = "ModelArk"
    base_url = "https://ark.ap-southeast.bytepluses.com/api/v3"
    poll_floor = 10.0
    deadline = 172_800.0
    """As long as a clip may wait there, which one that is made offline may."""

    # -- sending -------------------------------------------------------------------------------

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how an input stands in a request: as a data URL.

        Raises:
            TaskError: ModelArk does not take it so.
        """
        if isinstance(media, Audio) and media.media_type in _SOUNDS:
            return Inline(media, f"data:audio/{_SOUNDS[media.media_type]};base64,")
        if isinstance(media, Image):
            return data_url(media)
        hint = "Sounds are WAV or MP3; films are given by a public address, as an option."
        message = f"ModelArk takes no {media.media_type} in a request"
        raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a task, or that is answered by pictures.

        Raises:
            TaskError: The model does not take this together.
        """
        refuse_unfit(model, request)
        is_task = model.endpoint == TASKS
        return Call(
            "POST",
            f"/{model.endpoint}",
            json=body_of(model, request, urls),
            headers={"X-Client-Request-Id": idempotency_key},
            patience=60.0 if is_task else _PATIENCE + _A_PICTURE * (request.count or 0),
        )

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which task was started, or what was drawn."""
        document = self.document(answer)
        if (made := pictures_in(document)) is not None:
            return made
        if not (remote_id := id_in(document)):
            raise unexpected(self.title, answer)
        return RemoteJob(remote_id)

    # -- waiting -------------------------------------------------------------------------------

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a task stands."""
        return Call("GET", _path(job))

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a task stands."""
        status = status_of(self.document(answer))
        if status is None:
            raise unexpected(self.title, answer)
        return status

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that takes a queued task back."""
        return Call("DELETE", _path(job))

    def may_cancel(self, status: JobStatus) -> bool:
        """Tell whether a task waits still: one that has ended would be deleted with its result."""
        return status.phase is JobPhase.QUEUED

    # -- keys and errors -----------------------------------------------------------------------

    def probe(self) -> Call:
        """Return the call that lists tasks: free, and only for those with a key."""
        return Call("GET", f"/{TASKS}", params={"page_num": "1", "page_size": "1"})

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error into a classed error with ModelArk's words."""
        said = words_of(answer.json) or cleaned(answer.text) or "no reason given"
        kind = class_of_code(answer.json)
        error = self.failure(f"{self.title} answered {answer.status}: {said}", kind, answer.status)
        error.hint = hint_of(answer.json) or error.hint
        return error


def _path(job: RemoteJob) -> str:
    return f"/{TASKS}/{quote(job.remote_id, safe='')}"
