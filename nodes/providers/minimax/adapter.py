"""MiniMax's API as pure mapping: two generations of films at one host, and pictures and speech.

The first generation tells errors in answers that look good, and a film by the id of a file whose
address is asked for in another call. Nothing can be repeated safely and nothing looked for, so that
a submission whose answer was lost is left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from engine import ErrorKind, TaskError
from nodes.models import ModelInfo
from nodes.providers.minimax.answers import (
    CODES,
    code_of,
    id_in,
    is_good,
    made_at_once,
    status_of,
)
from nodes.providers.minimax.bodies import NEWER, body_of, check
from nodes.remote.adapter import Address, Answer, Call, JobPhase, JobStatus, NotTaken, RemoteJob
from nodes.remote.standard import StandardAdapter, words_of
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_STATUSES: Mapping[int, ErrorKind] = {422: ErrorKind.REFUSED, 529: ErrorKind.THROTTLED}
_REGION = (
    "Keys are of one region: for mainland China, set "
    "REELGRAPH_MINIMAX_BASE_URL=https://api.minimaxi.com. "
    "Keys of a plan have fewer models than those that pay by use."
)
_PAUSE = 15.0
"""Seconds to wait where there were too many requests: five films a minute may be asked for."""
_AT_ONCE = 300.0
"""Seconds that pictures and speech may take, of which nothing is documented."""


class MiniMax(StandardAdapter):
    """Maps requests to MiniMax's HTTP API and its answers back."""

    name = "minimax"
    title = "MiniMax"
    base_url = "https://api.minimax.io"
    poll_floor = 10.0
    codes = CODES

    # -- sending -------------------------------------------------------------------------------

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a task, or that is answered by the result.

        Raises:
            TaskError: The model does not take this together.
        """
        check(model, request)
        body = body_of(model, request, urls)
        return Call("POST", f"/{model.endpoint}", json=body, patience=_AT_ONCE)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which task was started, or what was made."""
        document = self._good(answer)
        if remote_id := id_in({"task_id": document.get("task_id")}):
            return RemoteJob(remote_id)
        if (made := made_at_once(document)) is None:
            raise unexpected(self.title, answer)
        return made

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a task by its id; where it is asked about follows from where it was sent."""
        name = quote(remote_id, safe="")
        if sent_to.strip("/").startswith(NEWER):
            urls = {"cancel": f"/v2/video_generation/{name}"}
            return RemoteJob(remote_id, {"status": f"/v2/query/video_generation/{name}", **urls})
        return RemoteJob(remote_id, {"status": f"/v1/query/video_generation?task_id={name}"})

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a task stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a task stands, or where its film is."""
        document = self.document(answer)
        said = status_of(document)
        if not is_good(document) and not _is_end(said):
            raise self.error(answer)
        if said is None:
            raise unexpected(self.title, answer)
        return said

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that takes a queued task back; the first generation has none."""
        url = job.urls.get("cancel")
        return Call("DELETE", url) if url else None

    def may_cancel(self, status: JobStatus) -> bool:
        """Tell whether a task waits still: one that has ended would be deleted with its film."""
        return status.phase is JobPhase.QUEUED

    # -- keys and errors -----------------------------------------------------------------------

    def probe(self) -> Call:
        """Return the call that lists tasks: free, and only for those with a key."""
        params = {"page_num": "1", "page_size": "1"}
        return Call("GET", "/v2/query/video_generation", params=params)

    def is_accepted(self, answer: Answer) -> bool:
        """Read whether the key was taken, which may also be said in an answer that looks good."""
        if self.codes.get(code_of(answer.json)) is ErrorKind.AUTH:
            return False
        return super().is_accepted(answer)

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error into a classed error with MiniMax's words."""
        said = words_of(answer.json) or cleaned(answer.text) or "no reason given"
        code = code_of(answer.json)
        kind = self.codes.get(code) or _STATUSES.get(answer.status)
        shown = "" if not code or code in said else f" ({code})"
        error = self.failure(f"{self.title} answered: {said}{shown}", kind, answer.status)
        if error.kind is ErrorKind.AUTH:
            error.hint = _REGION
        if error.kind is ErrorKind.THROTTLED:
            error.retry_after = None if "retry-after" in answer.headers else _PAUSE
        return error

    def _good(self, answer: Answer) -> Mapping[str, Any]:
        """Return the object of an answer whose code says that all is well.

        Raises:
            NotTaken: The code says that it is not, and that nothing was begun.
            TaskError: The answer is an error, or no object; or the code leaves it open.
        """
        document = self.document(answer)
        if is_good(document):
            return document
        error = self.error(answer)
        if error.kind is ErrorKind.TRANSIENT:
            raise error
        raise NotTaken(
            error.message, kind=error.kind, hint=error.hint, retry_after=error.retry_after
        )


def _is_end(said: JobStatus | Call | None) -> bool:
    ends = (JobPhase.FAILED, JobPhase.REFUSED, JobPhase.CANCELED)
    return isinstance(said, JobStatus) and said.phase in ends
