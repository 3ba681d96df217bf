"""What most providers' adapters have in common; an adapter says only where its provider differs.

The common provider takes the key as a bearer token and inputs inside the request, starts a job or
answers at once, names no price, keeps no job that could be found without its id, and tells what is
wrong by an HTTP status and a sentence somewhere in a JSON object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from engine import ErrorKind, Media, Price, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import Address, Answer, Call, Inline, JobStatus, RemoteJob
from nodes.remote.wording import cleaned, complaints, unexpected
from nodes.requests import Request

STATUSES: Mapping[int, ErrorKind] = {
    401: ErrorKind.AUTH,
    402: ErrorKind.BILLING,
    403: ErrorKind.AUTH,
    404: ErrorKind.DOWN,
    408: ErrorKind.TRANSIENT,
    409: ErrorKind.TRANSIENT,
    410: ErrorKind.DOWN,
    429: ErrorKind.THROTTLED,
}
"""What HTTP statuses below 500 mean, besides that the request is invalid."""
_HINTS: Mapping[ErrorKind, str] = {
    ErrorKind.AUTH: "`reelgraph keys --check` says whether the key is accepted.",
    ErrorKind.BILLING: "Add credit there, or use another provider's model.",
    ErrorKind.DOWN: "The model may be gone; `reelgraph models` lists those that are known.",
}
_WORDS = (
    "message",
    "status_msg",
    "detail",
    "msg",
    "error_message",
    "reason",
    "description",
    "errors",
    "title",
)
"""Where providers put the sentence that says what is wrong."""
_CODES = ("code", "error_code", "status_code", "type", "name", "status", "id")
"""Where they put their own name for it."""
_INSIDE = ("error", "detail", "base_resp", "data")
"""Objects that the two may be in."""


def data_url(media: Media) -> Inline:
    """Return a file as a data URL."""
    return Inline(media, f"data:{media.media_type};base64,")


def bare(media: Media) -> Inline:
    """Return a file as base64 text with nothing before it."""
    return Inline(media)


class StandardAdapter:
    """An adapter of a common provider; subclasses say the rest.

    Subclasses have at least `name`, `title`, `base_url`, `submit` and `submitted`, and `poll` and
    `status` if there are jobs to wait for.
    """

    name: str
    title: str
    """What the provider is called in messages."""
    base_url: str
    trusted_hosts: tuple[str, ...] = ()
    is_idempotent = False
    upload_seconds = 0.0
    poll_floor = 2.0
    deadline = 3600.0
    codes: Mapping[str, ErrorKind] = {}
    """Classes of error by the provider's own codes in lower case, or what these begin with up to a
    dot; the HTTP status tells of the others."""
    probe_path = ""
    """Of a free call that needs the key; empty where there is none."""

    # -- sending -------------------------------------------------------------------------------

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the headers that carry the key."""
        return {"Authorization": f"Bearer {key.get_secret_value()}"}

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how an input stands in a request: as a data URL."""
        return data_url(media)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Refuse: nothing is uploaded."""
        raise TaskError(f"{self.title} takes no uploads", kind=ErrorKind.INVALID)

    # -- waiting -------------------------------------------------------------------------------

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        raise self._no_jobs()

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands."""
        raise self._no_jobs()

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return None: a job cannot be called off."""
        return None

    def find(self, idempotency_key: str, since: float) -> Call | None:
        """Return None: a job cannot be found without its id."""
        return None

    def found(self, answer: Answer, idempotency_key: str) -> RemoteJob | None:
        """Refuse: nothing was asked."""
        raise self._no_jobs()

    # -- prices and keys -----------------------------------------------------------------------

    def estimate(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address]
    ) -> Call | None:
        """Return None: there is no price to ask for."""
        return None

    def estimated(self, answer: Answer) -> Price:
        """Say that the price is not known."""
        return Price(high=None)

    def probe(self) -> Call:
        """Return a free call that needs the key.

        Raises:
            TaskError: The provider has none.
        """
        if not self.probe_path:
            raise TaskError(
                f"{self.title} has no free call that would tell",
                kind=ErrorKind.LOCAL,
                hint="The first paid call tells whether the key is accepted.",
            )
        return Call("GET", self.probe_path)

    def is_accepted(self, answer: Answer) -> bool:
        """Read whether the key was taken."""
        if answer.status in (401, 403):
            return False
        if answer.status >= 400 and answer.status != 404:
            raise self.error(answer)
        return True

    # -- errors --------------------------------------------------------------------------------

    def document(self, answer: Answer) -> Mapping[str, Any]:
        """Return the object of a good answer.

        Raises:
            TaskError: The answer is an error, or no object.
        """
        if answer.status >= 400:
            raise self.error(answer)
        if not isinstance(answer.json, Mapping):
            raise unexpected(self.title, answer)
        return answer.json

    def id_in(self, answer: Answer, named: Any) -> str:
        """Return what a good answer names a job by.

        Raises:
            TaskError: It is no name.
        """
        if not isinstance(named, str) or not named:
            raise unexpected(self.title, answer)
        return named

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with the provider's words."""
        said = words_of(answer.json) or cleaned(answer.text) or "no reason given"
        kind = class_in(answer.json, self.codes)
        return self.failure(f"{self.title} answered {answer.status}: {said}", kind, answer.status)

    def failure(self, message: str, kind: ErrorKind | None, status: int = 0) -> TaskError:
        """Return an error with a hint; where its class is not known, the HTTP status tells it."""
        known = kind or class_of(status)
        return TaskError(message, kind=known, hint=_HINTS.get(known, ""))

    def _no_jobs(self) -> TaskError:
        message = f"{self.title} answers at once; it has no jobs"
        return TaskError(message, kind=ErrorKind.INVALID)


def class_of(status: int) -> ErrorKind:
    """Return what an HTTP status means where nothing else tells."""
    return STATUSES.get(status, ErrorKind.TRANSIENT if status >= 500 else ErrorKind.INVALID)


def class_in(document: Any, codes: Mapping[str, ErrorKind]) -> ErrorKind | None:
    """Return what the codes in a JSON object mean; None where none is known."""
    for code in codes_of(document):
        for name in (code, code.partition(".")[0]):
            if name in codes:
                return codes[name]
    return None


def words_of(document: Any) -> str:
    """Return the sentence in which a JSON object says what is wrong; empty if there is none."""
    if isinstance(document, str | list):
        return complaints(document)
    if not isinstance(document, Mapping):
        return ""
    for name in (*_WORDS, *_INSIDE):
        if said := words_of(document.get(name)):
            return said
    return ""


def codes_of(document: Any) -> Iterator[str]:
    """Yield a provider's own names for what is wrong, in lower case, the innermost first."""
    if isinstance(document, list):
        document = document[0] if document else None
    if not isinstance(document, Mapping):
        return
    for name in _INSIDE:
        yield from codes_of(document.get(name))
    for name in _CODES:
        value = document.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield cleaned(str(value)).lower()
