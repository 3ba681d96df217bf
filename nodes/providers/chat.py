"""Text with a given structure from any server that speaks OpenAI's Chat Completions.

`chat/NAME` asks for the model NAME at the base address (REELGRAPH_CHAT_BASE_URL, else
OPENAI_BASE_URL, else OpenAI itself). A submission is answered by the finished text: there is no job
to wait for, nothing to look up and nothing to cancel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.models.chat import chat_model
from nodes.providers.openai.service import cut_off, milliseconds
from nodes.remote.adapter import Address, Answer, Call, Inline, JobPhase, JobStatus, RemoteJob
from nodes.remote.runner import RemoteProvider
from nodes.remote.standard import StandardAdapter
from nodes.remote.wording import cleaned
from nodes.requests import Request

_REFUSALS = frozenset({"moderation_blocked", "content_filter", "content_policy_violation"})


class Chat(StandardAdapter):
    """Maps requests for text to Chat Completions, and the answers back."""

    name = "chat"
    title = "the chat server"
    base_url = "https://api.openai.com/v1"
    deadline = 600.0
    probe_path = "/models"

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that asks for a text.

        `options` of the request hold the `messages`, and the JSON `schema` that the answer is to
        follow, in the strict subset that the servers understand.
        """
        structure = {"name": "answer", "strict": True, "schema": request.options["schema"]}
        body = {
            "model": model.endpoint,
            "messages": request.options["messages"],
            "response_format": {"type": "json_schema", "json_schema": structure},
        }
        return Call("POST", "/chat/completions", json=body, patience=self.deadline)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the text, or why there is none."""
        if answer.status >= 400:
            raise self.error(answer)
        choice = answer.json["choices"][0]
        message, reason = choice["message"], choice.get("finish_reason")
        if message.get("refusal") or reason == "content_filter":
            said = cleaned(str(message.get("refusal") or "its filter cut the answer off"))
            return JobStatus(JobPhase.REFUSED, message=said, billed="billed")
        if reason == "length":
            return JobStatus(JobPhase.FAILED, billed="billed", error=cut_off())
        text = message["content"]
        if not isinstance(text, str):
            raise TypeError("the content of an answer is text")
        return JobStatus(JobPhase.SUCCEEDED, data={"text": text}, billed="billed")

    def start_upload(self, media: Media) -> Call | Inline:
        """Refuse: only words are sent."""
        raise TaskError("a chat takes no media", kind=ErrorKind.INVALID)

    def is_accepted(self, answer: Answer) -> bool:
        """Read whether the key was taken; where nothing lists models, the address is wrong."""
        if answer.status == 404:
            raise self.error(answer)
        return super().is_accepted(answer)

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with the server's words."""
        detail = answer.json.get("error") if isinstance(answer.json, Mapping) else None
        fields: Mapping[str, Any] = detail if isinstance(detail, Mapping) else {"message": detail}
        said = cleaned(str(fields.get("message") or answer.text or "no reason given"))
        kind, hint = _class_of(answer.status, str(fields.get("code")))
        message = f"{self.title} answered {answer.status}: {said}"
        return TaskError(message, kind=kind, hint=hint, retry_after=milliseconds(answer))


def _class_of(status: int, code: str) -> tuple[ErrorKind, str]:
    if code in _REFUSALS:
        return ErrorKind.REFUSED, ""
    if status == 402 or code == "insufficient_quota":
        return ErrorKind.BILLING, "Add credit with the server's owner; waiting does not help."
    match status:
        case 401 | 403:
            return ErrorKind.AUTH, "`reelgraph keys --check` says whether the key is accepted."
        case 404:
            return ErrorKind.DOWN, "Check the model's name and REELGRAPH_CHAT_BASE_URL."
        case 429:
            return ErrorKind.THROTTLED, ""
        case 408 | 409:
            return ErrorKind.TRANSIENT, ""
    return (ErrorKind.TRANSIENT if status >= 500 else ErrorKind.INVALID), ""


PROVIDER = RemoteProvider(Chat(), find_model=chat_model)
