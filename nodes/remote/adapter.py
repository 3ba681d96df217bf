"""What an adapter is: pure mapping between a request and a provider's HTTP, without any I/O.

An adapter says which calls to make and reads the answers. It holds no loop, no sleep, no file and
no retry; the runner (`nodes.remote.runner`) makes the calls, keeps the journal, downloads results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import SecretStr

from engine import Media, TaskError
from engine.nodetype import Price
from nodes.models import ModelInfo
from nodes.requests import Request


@dataclass(frozen=True, slots=True)
class Inline:
    """Media whose bytes stand in a JSON body as base64 text, where an address could stand."""

    media: Media
    prefix: str = ""
    """What comes before the bytes: `data:image/png;base64,`."""


Address = str | Inline
"""How a request names an input: where it was uploaded, or by its bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; media are sent as files, streamed from the disk."""

    name: str
    value: str | Media
    filename: str = ""
    """For a file; one that tells its type by default."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file that came inside an answer and lies on the disk."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call that an adapter wants made.

    `url` is absolute, or a path below the provider's base URL. Authentication headers are added by
    the runner from `Adapter.auth`, and only for hosts that the adapter trusts.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    url: str
    json: Any = None
    """The body, in which `Inline` may stand for bytes."""
    form: tuple[Part, ...] = ()
    """In place of `json`: the body as multipart/form-data."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """In place of `json`, except in submissions: as application/x-www-form-urlencoded."""
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    authenticated: bool = True
    body: Media | None = None
    """In place of `json`, for uploads: the blob whose bytes are the body, streamed from disk."""
    holds_media: bool = False
    """Of a submission or a poll: the answer may be a file, or JSON with whole files in it. They go
    to the disk, and a `Spooled` stands in their place in `Answer.json`, or is `Answer.file`."""
    gives: str = ""
    """For the last call of an upload: the address of the input once the call has succeeded."""
    wants: str = ""
    """What its answer is to be read as, in the adapter's own words; `Answer.wants` repeats it."""
    repeatable: bool = True
    """Of a submission: False where an idempotent provider promises nothing for this route, so that
    a second sending may start a second job."""
    key_lasts: float = 20 * 3600.0
    """Of a submission: seconds after which its idempotency key is not relied upon. Providers keep
    keys for a day; less where one does not say."""
    patience: float = 60.0
    """Seconds of silence after which no answer is expected any more."""
    keep_seconds: float = 0.0
    """Of a look-up: how long its answer may be used again; 0 asks each time."""
    is_paid: bool = False
    """Of a look-up: it costs a little, so that it is made once, and only for a job that is about to
    be sent; the price of the model includes it."""
    finder: Call | None = None
    """Of a submission: what looks for its job where `Adapter.find` cannot know where to look."""


class Gone(TaskError):
    """The provider does not know a job: it was called off, or is another account's."""


class NotTaken(TaskError):
    """The provider says in a good answer that it did not take a submission."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: small, already read, with its size checked."""

    status: int
    json: Any
    """The decoded body; None when it is empty or not JSON."""
    headers: Mapping[str, str]
    """Names in lower case."""
    text: str = ""
    """The first characters of a body that is not JSON."""
    asked: str = ""
    """Of a poll: the `url` of the call that it answers."""
    wants: str = ""
    """What that call's `wants` says."""
    file: Spooled | None = None
    """The body, where it is a file."""


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A job as the provider knows it: what the journal must keep to find it again."""

    remote_id: str
    urls: Mapping[str, str] = field(default_factory=dict)
    """What the provider gave, by purpose: the addresses `status`, `result` and `cancel`, and what
    else its adapter must know to read what comes later."""


class JobPhase(StrEnum):
    """Where a remote job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    """Moderation."""
    CANCELED = "canceled"


Billed = Literal["billed", "not billed", "unknown"]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that a job made."""

    url: str
    """Where it can be fetched; empty for one that has come already."""
    kind: Literal["image", "video", "audio", "file"]
    spooled: Spooled | None = None
    """The file, where it came with the answer."""
    content: str = ""
    """The same as base64 text, where it is too short to have been spooled."""
    pcm_rate: int | None = None
    """For sound without a header, as bare 16-bit mono samples: samples a second."""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """What a provider says of a job."""

    phase: JobPhase
    progress: float | None = None
    """0 to 1, where the provider tells."""
    note: str = ""
    message: str = ""
    """Why it failed or was refused, in the provider's words."""
    files: tuple[RemoteFile, ...] = ()
    data: Any = None
    """A result that is no file: a trained character's id, text."""
    cost: Decimal | None = None
    """US dollars, where the provider tells."""
    units: Decimal | None = None
    """Where it tells that instead: how many of the units that its price is for were charged."""
    billed: Billed = "unknown"
    error: TaskError | None = None
    """For a failed job: the class of failure; where None, the runner makes one of `message`."""


class Adapter(Protocol):
    """One provider's API, as pure functions."""

    name: str
    """The provider's name, as in model ids."""
    base_url: str
    """Default base address; the setting REELGRAPH_<NAME>_BASE_URL replaces it."""
    trusted_hosts: tuple[str, ...]
    """Hosts, besides that of the base URL, that may be sent the key and may give job addresses;
    `.example.com` stands for all hosts below it."""
    is_idempotent: bool
    """A submission repeated with the same key and body gives the first job, never a second."""
    upload_seconds: float
    """How long an uploaded input can be used."""
    poll_floor: float
    """Least seconds between two polls of a job."""
    deadline: float
    """Seconds after which a job is given up on (it stays in the journal and can be resumed)."""

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the headers that carry the key."""
        ...

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a job.

        Args:
            model: The model, with its endpoint and fields.
            request: What is asked.
            urls: The inputs by digest: what `start_upload` and `continue_upload` made of them.
            idempotency_key: Sent where the provider has a place for it.
        """
        ...

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the answer to `submit`: a job to wait for, or a finished one.

        Raises:
            NotTaken: The status is that of success, and yet the job was not taken.
            TaskError: The answer is an error, or is not understood.
        """
        ...

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        ...

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read the answer to `poll`, or to the call that this returned before.

        A `Call` means that one more is needed: some providers keep the result elsewhere.

        Raises:
            TaskError: The answer is an error, or is not understood.
        """
        ...

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that cancels a job; None where there is none."""
        ...

    def find(self, idempotency_key: str, since: float) -> Call | None:
        """Return the call that looks for a job whose id was never learnt; None if there is none."""
        ...

    def found(self, answer: Answer, idempotency_key: str) -> RemoteJob | None:
        """Read the answer to `find`; None when the job does not exist.

        Raises:
            TaskError: The answer leaves it open.
        """
        ...

    def estimate(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address]
    ) -> Call | None:
        """Return the call that prices a request; None where there is none."""
        ...

    def estimated(self, answer: Answer) -> Price:
        """Read the answer to `estimate`.

        Raises:
            TaskError: The answer is an error, or is not understood.
        """
        ...

    def start_upload(self, media: Media) -> Call | Inline:
        """Return the first call of an upload; or how the bytes stand in the request itself."""
        ...

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Read the answer of an upload's step (from 0): the next call, or the address to use.

        Not asked after a call that has `gives`: that is the address.

        Raises:
            TaskError: The answer is an error, or is not understood.
        """
        ...

    def probe(self) -> Call:
        """Return a free call that tells whether a key is accepted."""
        ...

    def is_accepted(self, answer: Answer) -> bool:
        """Read the answer to `probe`."""
        ...

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with the provider's words."""
        ...


@runtime_checkable
class Located(Protocol):
    """What an adapter has besides, when its address depends on the account."""

    def address(self, environ: Mapping[str, str]) -> str:
        """Return the base address for the environment variables that its own SDK reads.

        Raises:
            UsageError: Something is not set, and the message says what.
        """
        ...


@runtime_checkable
class Signs(Protocol):
    """What an adapter has in place of `auth`, when what it sends depends on the time."""

    def signed(self, key: SecretStr, now: float) -> Mapping[str, str]:
        """Return the headers of a call made at `now`, in seconds since 1970."""
        ...


@runtime_checkable
class Exchanges(Protocol):
    """What an adapter has besides, when the key buys a token that is sent in its place."""

    def exchange(self, key: SecretStr, now: float) -> Call | SecretStr:
        """Return the call that fetches a token; or the token, where the key is one already."""
        ...

    def exchanged(self, answer: Answer) -> tuple[SecretStr, float]:
        """Read the token, and the seconds for which it can be used.

        Raises:
            TaskError: The key is not accepted (`auth`).
        """
        ...


@runtime_checkable
class LooksUp(Protocol):
    """What an adapter has besides, when requests name things that the provider knows by an id."""

    def prepare(
        self, model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        """Say what is to be looked up before a request is priced or sent.

        Called first with no answers, then with all that came so far, until it gives no call.

        Returns:
            The next call to make; or the request with ids in place of names; or the job that does
            the same work already, to be waited for instead of sending another.

        Raises:
            TaskError: A name is not known, or an answer is an error.
        """
        ...


@runtime_checkable
class BillsUnits(Protocol):
    """What an adapter has besides, when a job tells how many units of a price it took."""

    def unit_price(self, sent_to: str) -> Call:
        """Return the call that asks what a unit costs.

        Args:
            sent_to: The address of the submission.
        """
        ...

    def unit_priced(self, answer: Answer) -> Decimal:
        """Read what a unit costs, in US dollars.

        Raises:
            TaskError: The answer is an error, or does not tell.
        """
        ...


@runtime_checkable
class Finds(Protocol):
    """What an adapter has besides, when a job's id alone does not say where to ask about it."""

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job whose id a person has found out.

        Args:
            remote_id: The id, as the person gave it.
            sent_to: The address of its submission.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission whose answer was lost."""

    url: str
    body: Any
    since: float
    """When it was about to be sent, in seconds since 1970."""
    known: frozenset[str]
    """The ids of all other jobs in the journal: none of them is the one that is looked for."""


@runtime_checkable
class Recognises(Protocol):
    """What an adapter has besides, when its provider lists requests with what was in them."""

    def listing_of(self, sent: Sent) -> Call:
        """Return the call that lists the requests among which a submission may be."""
        ...

    def recognised(self, answer: Answer, sent: Sent) -> RemoteJob:
        """Return the job of a submission.

        Raises:
            TaskError: It is not among them, which does not tell that there is none; or several are
                alike.
        """
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing that an option may name."""

    id: str
    name: str
    note: str = ""


@runtime_checkable
class Lists(Protocol):
    """What an adapter has besides, when it can list the names that options take."""

    def listings(self, model: ModelInfo) -> Mapping[str, Call]:
        """Return the calls that list what the options of a model may name, by option."""
        ...

    def listed(self, answer: Answer) -> list[Listed]:
        """Read the answer to such a call.

        Raises:
            TaskError: The answer is an error, or is not understood.
        """
        ...


@runtime_checkable
class BindsUploads(Protocol):
    """What an adapter has in place of `start_upload`, when a file is uploaded for one model."""

    def start_upload_for(self, model: ModelInfo, media: Media) -> Call | Inline:
        """Return the first call of an upload; or how the bytes stand in the request itself."""
        ...


MaskForm = Literal["white", "black", "transparent"]
"""What a mask is where a picture may change; elsewhere it is black, white, or opaque."""


@runtime_checkable
class Masks(Protocol):
    """What an adapter has besides, when a mask is not white where a picture may change."""

    def mask_form(self, model: ModelInfo) -> MaskForm:
        """Return how a model wants a mask; the runner draws it anew where that is not `white`."""
        ...


@runtime_checkable
class SparesTheRunning(Protocol):
    """What an adapter has besides, when its call to cancel harms a job that is under way."""

    def may_cancel(self, status: JobStatus) -> bool:
        """Tell whether a job that stands so may be called off."""
        ...


@runtime_checkable
class Lends(Protocol):
    """What an adapter has besides, when a result's own address may be given as an input."""

    def lasts(self, url: str) -> float:
        """Return for how many seconds a job's result can be read at its address; 0: do not rely."""
        ...

    def is_unread(self, error: TaskError) -> bool:
        """Tell whether the provider says that it could not read an input at its address."""
        ...
