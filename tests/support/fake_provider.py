"""A strict provider on this machine, which counts every submission, and the adapter for it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError
from engine.nodetype import Price
from nodes.models import Accepted, Kind, ModelInfo, ModelPrice
from nodes.remote.adapter import Address, Answer, Call, JobPhase, JobStatus, RemoteFile, RemoteJob
from nodes.remote.mapping import build_body
from nodes.requests import Request
from tests.support.loopback import Asked, Loopback, Reply

KEY = "fake-secret-0123456789"
PRICE = {"image": Decimal("0.04"), "video": Decimal("0.50"), "upscale": Decimal("0.10")}
MAKES = {"image": "image", "video": "video", "upscale": "video"}
"""What each model makes."""
_KINDS: dict[str, Kind] = {
    "image": "text_to_image",
    "video": "image_to_video",
    "upscale": "upscale_video",
}
_MEGABYTE = bytes(1_000_000)
_FIELDS = {"prompt": str, "seed": int, "image_url": str, "video_url": str, "reference": str}


@dataclass
class FakeJob:
    """A job as the provider keeps it."""

    id: str
    kind: str
    body: dict[str, Any]
    key: str
    """Its idempotency key, or the client's own reference."""
    began: float
    polls: int = 0
    state: str = "queued"
    reason: str = ""
    links: int = 0
    """How many times its links were renewed."""


@dataclass
class Plan:
    """How jobs go: they end when both the seconds and the polls have passed."""

    polls: int = 1
    seconds: Mapping[str, float] = field(default_factory=dict)
    """By kind."""
    reads_late: bool = False
    """Whether inputs are read only when the job goes."""
    instant: str = ""
    """The prompt whose jobs take no time."""
    failing: dict[str, str] = field(default_factory=dict)
    """Prompts whose jobs end otherwise: `failed`, `refused`, `canceled`, `empty`."""


class FakeProvider(Loopback):
    """The provider.

    Args:
        keyed: Whether the header Idempotency-Key counts.
        findable: Whether jobs can be looked up by the client's own reference.
    """

    def __init__(self, *, keyed: bool = True, findable: bool = False) -> None:
        super().__init__()
        self.keyed = keyed
        self.findable = findable
        self.plan = Plan()
        self.jobs: dict[str, FakeJob] = {}
        self.billed = Decimal(0)
        self.uploads: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        """Contents by job id, in place of the default."""
        self.large = 0
        """Megabytes of each result, in place of the default; 0 for that."""
        self._numbers = itertools.count(1)
        self._places = itertools.count(1)

    @property
    def submissions(self) -> int:
        """How many jobs there are: each is paid for."""
        return len(self.jobs)

    def route(self, asked: Asked) -> str:
        match asked.path.strip("/").split("/"):
            case ["v1", "generate", _]:
                return "submit"
            case ["v1", "jobs"]:
                return "find"
            case ["v1", "jobs", _]:
                return "status"
            case ["v1", "jobs", _, "cancel"]:
                return "cancel"
            case ["v1", "estimate", _]:
                return "estimate"
            case ["v1", "uploads"] | ["put", _]:
                return "upload" if asked.path.startswith("/v1") else "put"
            case ["files", *_]:
                return "file"
        return asked.path

    def answer(self, asked: Asked) -> Reply:
        route = self.route(asked)
        open_routes = ("file", "put")
        has_key = asked.headers.get("authorization") == f"Key {KEY}"
        if route in open_routes and "authorization" in asked.headers:
            return Reply(400, {"error": "a key was sent where none belongs"})
        if route not in open_routes and not has_key:
            return Reply(401, {"error": "bad key"})
        answers: dict[str, Callable[[Asked], Reply]] = {
            "submit": self._submit,
            "find": self._find,
            "status": self._status,
            "cancel": self._cancel,
            "estimate": self._estimate,
            "upload": self._upload,
            "put": self._put,
            "file": self._file,
            "/v1/me": lambda _: Reply(json={"ok": True}),
        }
        return answers[route](asked) if route in answers else Reply(404, {"error": "no such path"})

    # -- routes --------------------------------------------------------------------------------

    def _submit(self, asked: Asked) -> Reply:
        body = asked.json
        for name, value in body.items():
            if name not in _FIELDS or not isinstance(value, _FIELDS[name]):
                return Reply(422, {"error": f"unknown or wrong field {name!r}"})
        if not body.get("prompt"):
            return Reply(422, {"error": "prompt required"})
        for name in ("image_url", "video_url"):
            if name in body and not self.plan.reads_late and not self._is_readable(body[name]):
                return Reply(422, {"error": f"{name} cannot be read"})
        key = asked.headers.get("idempotency-key", "") if self.keyed else ""
        kind = asked.path.rpartition("/")[2]
        for job in self.jobs.values():
            if key and job.key == key:
                if (job.kind, job.body) != (kind, body):
                    return Reply(422, {"error": "the same key with another body"})
                return self._accepted(job)
        number = f"job-{next(self._numbers)}"
        reference = body.get("reference", "") if self.findable else ""
        job = FakeJob(number, kind, body, key or reference, time.monotonic())
        self.jobs[number] = job
        self.billed += PRICE[kind]
        return self._accepted(job)

    def _is_readable(self, url: str) -> bool:
        path, _, version = url.removeprefix(self.url).partition("?v=")
        match path.strip("/").split("/"):
            case ["inputs", place]:
                return f"/put/{place}" in self.uploads
            case ["files", number]:
                return number in self.jobs and version == str(self.jobs[number].links)
        return False

    def _accepted(self, job: FakeJob) -> Reply:
        address = f"{self.url}/v1/jobs/{job.id}"
        urls = {"status_url": address, "cancel_url": f"{address}/cancel"}
        return Reply(json={"id": job.id, **urls})

    def _find(self, asked: Asked) -> Reply:
        wanted = asked.query.get("reference")
        found = [job for job in self.jobs.values() if self.findable and job.key == wanted]
        return Reply(json={"jobs": [self._accepted(job).json for job in found]})

    def _status(self, asked: Asked) -> Reply:
        job = self.jobs.get(asked.path.rpartition("/")[2])
        if job is None:
            return Reply(404, {"error": "no such job"})
        job.polls += 1
        self._advance(job)
        files = []
        if job.state == "completed" and self.plan.failing.get(job.body["prompt"]) != "empty":
            files = [{"url": f"{self.url}/files/{job.id}?v={job.links}", "kind": MAKES[job.kind]}]
        cost = str(PRICE[job.kind]) if job.state == "completed" else None
        document = {"id": job.id, "state": job.state, "files": files, "usd": cost}
        return Reply(json=document | {"reason": job.reason, "progress": 0.5})

    def _advance(self, job: FakeJob) -> None:
        if job.state not in ("queued", "running"):
            return
        job.state = "running"
        passed = time.monotonic() - job.began
        is_instant = job.body["prompt"] == self.plan.instant
        seconds = 0.0 if is_instant else self.plan.seconds.get(job.kind, 0.0)
        given = [job.body[name] for name in ("image_url", "video_url") if name in job.body]
        if not all(map(self._is_readable, given)):
            job.state, job.reason = "failed", "the input cannot be read"
            self.billed -= PRICE[job.kind]
        elif job.polls >= self.plan.polls and passed >= seconds:
            end = self.plan.failing.get(job.body["prompt"], "completed")
            job.state = "completed" if end == "empty" else end
            if job.state != "completed":
                job.reason = f"because of {job.body['prompt']}"
                self.billed -= PRICE[job.kind]

    def _cancel(self, asked: Asked) -> Reply:
        job = self.jobs[asked.path.split("/")[-2]]
        if job.state not in ("queued", "running"):
            return Reply(409, {"error": f"it is {job.state}"})
        job.state = "canceled"
        self.billed -= PRICE[job.kind]
        return Reply(202)

    def _estimate(self, asked: Asked) -> Reply:
        return Reply(json={"usd": str(PRICE[asked.path.rpartition("/")[2]])})

    def _upload(self, asked: Asked) -> Reply:
        place = f"{self.url}/put/{next(self._places)}"
        return Reply(json={"put": place, "url": place.replace("/put/", "/inputs/")})

    def _put(self, asked: Asked) -> Reply:
        self.uploads[asked.path] = asked.body
        return Reply()

    def _file(self, asked: Asked) -> Reply:
        job = self.jobs[asked.path.rpartition("/")[2]]
        if asked.query.get("v") != str(job.links):
            return Reply(403, {"error": "the link has expired"})
        if self.large:
            return Reply(body=_MEGABYTE, repeat=self.large)
        content = self.files.get(job.id) or _content(job)
        headers = {"ETag": f'"{job.id}"'}
        wanted = asked.headers.get("range", "")
        if wanted and asked.headers.get("if-range") == headers["ETag"]:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return Reply(206, body=content[start:], headers=headers)
        return Reply(body=content, headers=headers)


def _content(job: FakeJob) -> bytes:
    """Return what a job makes: the same for the same work."""
    body = {name: value for name, value in job.body.items() if name != "reference"}
    return f"{job.kind} of {json.dumps(body, sort_keys=True)}".encode()


_PHASES = {
    "queued": JobPhase.QUEUED,
    "running": JobPhase.RUNNING,
    "completed": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "refused": JobPhase.REFUSED,
    "canceled": JobPhase.CANCELED,
}


class FakeAdapter:
    """The adapter."""

    name = "fake"
    trusted_hosts: tuple[str, ...] = ()
    upload_seconds = 86_400.0
    result_seconds = 86_400.0
    poll_floor = 0.01
    deadline = 600.0

    def __init__(self, base_url: str, *, keyed: bool = True, findable: bool = False) -> None:
        self.base_url = base_url
        self.is_idempotent = keyed
        self.findable = findable

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        return {"Authorization": f"Key {key.get_secret_value()}"}

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        body = build_body(model, request, urls)
        if self.findable:
            body["reference"] = idempotency_key
        headers = {"Idempotency-Key": idempotency_key}
        return Call("POST", f"/v1/generate/{model.endpoint}", json=body, headers=headers)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        document = self._document(answer)
        return _remote(document)

    def poll(self, job: RemoteJob) -> Call:
        return Call("GET", job.urls.get("status") or f"/v1/jobs/{job.remote_id}")

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        document = self._document(answer)
        phase = _PHASES[document["state"]]
        ended = phase not in (JobPhase.QUEUED, JobPhase.RUNNING, JobPhase.SUCCEEDED)
        return JobStatus(
            phase,
            progress=document["progress"],
            message=document["reason"],
            files=tuple(RemoteFile(file["url"], file["kind"]) for file in document["files"]),
            cost=Decimal(document["usd"]) if document["usd"] else None,
            billed="not billed" if ended else "billed",
        )

    def cancel(self, job: RemoteJob) -> Call | None:
        return Call("POST", job.urls.get("cancel") or f"/v1/jobs/{job.remote_id}/cancel")

    def find(self, idempotency_key: str, since: float) -> Call | None:
        if not self.findable:
            return None
        return Call("GET", "/v1/jobs", params={"reference": idempotency_key})

    def found(self, answer: Answer, idempotency_key: str) -> RemoteJob | None:
        jobs = self._document(answer)["jobs"]
        return _remote(jobs[0]) if jobs else None

    def estimate(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address]
    ) -> Call | None:
        return Call("POST", f"/v1/estimate/{model.endpoint}", json=build_body(model, request, urls))

    def estimated(self, answer: Answer) -> Price:
        usd = Decimal(self._document(answer)["usd"])
        return Price(usd, usd, "asked")

    def start_upload(self, media: Media) -> Call:
        return Call("POST", "/v1/uploads", json={"type": media.media_type})

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        document = self._document(answer)
        return Call("PUT", document["put"], authenticated=False, body=media, gives=document["url"])

    def lasts(self, url: str) -> float:
        return self.result_seconds

    def is_unread(self, error: TaskError) -> bool:
        return "cannot be read" in error.message

    def probe(self) -> Call:
        return Call("GET", "/v1/me")

    def is_accepted(self, answer: Answer) -> bool:
        return answer.status == 200

    def error(self, answer: Answer) -> TaskError:
        data = answer.json if isinstance(answer.json, dict) else {}
        message = f"fake answered {answer.status}: {data.get('error', 'no reason')}"
        return TaskError(message, kind=_kind(answer.status))

    def _document(self, answer: Answer) -> dict[str, Any]:
        if answer.status >= 400:
            raise self.error(answer)
        if not isinstance(answer.json, dict):
            shown = json.dumps(answer.json)[:50]
            raise TaskError(f"fake answered {shown}, no object", kind=ErrorKind.DOWN)
        return answer.json


def _remote(document: Mapping[str, Any]) -> RemoteJob:
    urls = {"status": document["status_url"], "cancel": document["cancel_url"]}
    return RemoteJob(document["id"], urls)


def _kind(status: int) -> ErrorKind:
    known = {401: ErrorKind.AUTH, 402: ErrorKind.BILLING, 429: ErrorKind.THROTTLED}
    if status in known:
        return known[status]
    if status == 503:
        return ErrorKind.DOWN
    return ErrorKind.TRANSIENT if status >= 500 else ErrorKind.INVALID


def model_of(kind: str) -> ModelInfo:
    """Return one of the provider's models."""
    return ModelInfo(
        id=f"fake/{kind}",
        title=kind,
        summary=kind,
        kinds=(_KINDS[kind],),
        version="1",
        inputs={
            "prompt": Accepted(required=True),
            "image": Accepted(type="image", field="image_url"),
            "video": Accepted(type="video", field="video_url"),
            "seed": Accepted(type="integer"),
        },
        endpoint=kind,
        price=ModelPrice(
            unit="call", low=PRICE[kind], high=PRICE[kind], source="fake", date=date(2026, 1, 1)
        ),
    )


MODELS = {model.id: model for model in map(model_of, PRICE)}
