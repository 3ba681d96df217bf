"""OpenAI's API as pure mapping: pictures and speech are there at once, text is a job.

Nothing knows a key by which a second submission would be the first: nothing is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from engine import ErrorKind
from nodes.models import ModelInfo
from nodes.providers.openai.answers import read_pictures, read_response
from nodes.providers.openai.pictures import PICTURES, picture_call
from nodes.providers.openai.service import PATIENCE, OpenAIService
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    JobPhase,
    JobStatus,
    MaskForm,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.mapping import build_body
from nodes.remote.standard import words_of
from nodes.remote.wording import unexpected
from nodes.requests import Request

_RESPONSES = "/responses"
_TEXT, _SPEECH = "text", "speech"


class OpenAI(OpenAIService):
    """Maps requests to OpenAI's HTTP API and its answers back."""

    name = "openai"
    title = "OpenAI"
    base_url = "https://api.openai.com/v1"
    poll_floor = 3.0
    lone_picture = "image"
    """What a picture is called in a form where there is no other."""

    # -- sending -------------------------------------------------------------------------------

    def mask_form(self, model: ModelInfo) -> MaskForm:
        """Return how a mask shows where a picture may change."""
        return "transparent"

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that makes a picture or speech, or starts the job of a text.

        Raises:
            TaskError: The mask does not fit the picture.
        """
        match request.kind:
            case "write_text":
                body = _conversation(model, request)
                return Call("POST", _RESPONSES, json=body, patience=PATIENCE, wants=_TEXT)
            case "speech":
                return Call(
                    "POST",
                    "/audio/speech",
                    json=_speech(model, request),
                    holds_media=True,
                    patience=PATIENCE,
                    wants=_SPEECH,
                )
        return picture_call(model, request, urls, self.lone_picture)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the result, or which job was started."""
        if answer.status >= 400 or _error_in(answer.json):
            error = self.error(answer)
            if error.kind is not ErrorKind.REFUSED and answer.status >= 400:
                raise error
            is_refused = error.kind is ErrorKind.REFUSED
            phase = JobPhase.REFUSED if is_refused else JobPhase.FAILED
            said = words_of(answer.json) or error.message
            return JobStatus(phase, message=said, error=None if is_refused else error)
        if answer.wants.startswith(PICTURES):
            return read_pictures(self.document(answer), answer.wants)
        if answer.wants == _SPEECH:
            if answer.file is None:
                raise unexpected(self.title, answer)
            file = RemoteFile("", "audio", spooled=answer.file)
            return JobStatus(JobPhase.SUCCEEDED, files=(file,), billed="billed")
        document = self.document(answer)
        status = read_response(document)
        is_open = status.phase in (JobPhase.QUEUED, JobPhase.RUNNING)
        remote_id = self.id_in(answer, document["id"])
        return RemoteJob(remote_id) if is_open else status

    # -- waiting -------------------------------------------------------------------------------

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a text stands."""
        return Call("GET", _path(job))

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a text stands."""
        return read_response(self.document(answer))

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that cancels a text."""
        return Call("POST", f"{_path(job)}/cancel")


def _path(job: RemoteJob) -> str:
    return f"{_RESPONSES}/{quote(job.remote_id, safe='')}"


def _error_in(document: Any) -> bool:
    """Tell whether a good answer holds an error and nothing that was made."""
    is_object = isinstance(document, Mapping) and "output" not in document
    return is_object and bool(document.get("error"))


def _conversation(model: ModelInfo, request: Request) -> dict[str, Any]:
    """Return the body of a request for text that follows a schema.

    It runs in the background, so that a text that takes minutes is not lost with the connection.
    """
    structure = {
        "type": "json_schema",
        "name": "answer",
        "strict": True,
        "schema": request.options["schema"],
    }
    return {
        "model": model.endpoint,
        "input": list(request.options["messages"]),
        "text": {"format": structure},
        "background": True,
    }


def _speech(model: ModelInfo, request: Request) -> dict[str, Any]:
    body = build_body(model, request, {})
    if custom := body.pop("custom_voice", None):
        body["voice"] = {"id": custom}
    return body
