"""Higgsfield on this machine, as strict as the real service and counting every submission.

Jobs go on by one step with each poll; links and uploads expire by a clock that the test sets.
Written from the provider's documentation, not from this project's catalogue, so that a mistake
there is found here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from nodes.models import ModelInfo
from tests.support.fakes import Fake
from tests.support.higgsfield_models import (
    CREDIT,
    LISTINGS,
    SCHEMAS,
    TRAINING,
    V1_SCHEMAS,
    credits_for,
)
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "key-id-4711:key-secret-canary"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ok!").decode()
DAY = 86_400.0
_UPLOADABLE = {
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/webp",
    "image/gif",
    "audio/wav",
    "audio/x-wav",
    "video/mp4",
}
_TERMINAL = {"completed", "failed", "nsfw", "canceled"}


@dataclass
class FakeJob:
    """A request, a job set or a training."""

    id: str
    path: str
    body: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    credits: Decimal
    finished: float = 0.0

    @property
    def status(self) -> str:
        return self.steps[0]


class FakeHiggsfield(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.now = 0.0
        self.concurrency = 100
        self.steps: tuple[str, ...] = ("queued", "in_progress", "completed")
        self.submissions: list[tuple[str, str]] = []
        """Path and idempotency key of each submission that came, taken or not."""
        self.jobs: dict[str, FakeJob] = {}
        self.uploads: dict[str, bytes] = {}
        self.cut_downloads = 0
        """So many downloads break in the middle."""
        self._keys: dict[str, tuple[str, str, str]] = {}
        self._tickets: dict[str, str] = {}
        self._ids = itertools.count(1)

    # -- what the test asks --------------------------------------------------------------------

    @property
    def billed(self) -> Decimal:
        """Dollars charged: what did not complete is refunded."""
        done = [job.credits for job in self.jobs.values() if job.status == "completed"]
        return sum(done, Decimal(0)) * CREDIT

    def delivery(self, job_id: str, *, newer: bool = True) -> tuple[dict[str, str], bytes]:
        """Return headers and body of the webhook for a finished request; always the same."""
        job = self.jobs[job_id]
        told: dict[str, Any] = {"request_id": job.id, "status": job.status}
        if newer:
            told |= {"error": None, "payload": self._results(job) or None}
        else:
            told |= {**self._addresses(job), **self._results(job)}
        body = json.dumps(told).encode()
        event, stamp = f"evt_{job.id}", str(int(self.now))
        key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
        signed = f"{event}.{stamp}.".encode() + body
        signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return {
            "webhook-id": event,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{base64.b64encode(b'old').decode()} v1,{signature}",
        }, body

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        public = {"results": self._download, "upload": self._take_upload}
        if handler := public.get(asked.path.split("/")[1]):
            return handler(asked)
        if asked.headers.get("authorization") != f"Key {KEY}":
            return _error(401, "Invalid credentials")
        return self._authorised(asked)

    def _authorised(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            return self._get(asked)
        if asked.method != "POST":
            return _error(405, "Method Not Allowed")
        if asked.path == "/files/generate-upload-url":
            return self._upload_ticket(asked)
        if asked.path.startswith("/requests/") and asked.path.endswith("/cancel"):
            return self._cancel(asked.path.split("/")[2])
        if asked.path.startswith("/estimate/"):
            return self._estimate(asked)
        return self._submit(asked)

    def _get(self, asked: Asked) -> Reply:
        if asked.path in LISTINGS:
            return Reply(json=LISTINGS[asked.path])
        if asked.path == f"{TRAINING}/list":
            return self._characters(asked)
        routes: Mapping[str, Callable[[FakeJob], dict[str, Any]]] = {
            "/requests/": self._request_document,
            "/v1/job-sets/": self._set_document,
            f"{TRAINING}/": self._character_document,
        }
        for prefix, document in routes.items():
            if asked.path.startswith(prefix):
                job = self.jobs.get(asked.path.removeprefix(prefix).removesuffix("/status"))
                if job is None:
                    return _error(404, "request not found")
                self._advance(job)
                return Reply(json=document(job))
        return _error(404, "Not Found")

    # -- submissions ---------------------------------------------------------------------------

    def _submit(self, asked: Asked) -> Reply:
        body, key = asked.json, asked.headers.get("idempotency-key", "")
        self.submissions.append((asked.path, key))
        if (complaint := self._complaint(asked.path, body, uploaded=True)) is not None:
            return complaint
        text = json.dumps(body, sort_keys=True)
        # The routes of the first API know nothing of idempotency keys.
        keyed = key if asked.path in SCHEMAS else ""
        if known := self._keys.get(keyed):
            if known[:2] != (asked.path, text):
                return _error(422, "Idempotency-Key was used for another request")
            return Reply(json=self._accepted(self.jobs[known[2]]))
        if sum(job.status not in _TERMINAL for job in self.jobs.values()) >= self.concurrency:
            limit = f"({self.concurrency})"
            return _error(400, f"Maximum number of concurrent requests {limit} has been reached")
        job = self.begin(asked.path, body)
        if keyed:
            self._keys[keyed] = (asked.path, text, job.id)
        return Reply(json=self._accepted(job))

    def _complaint(self, path: str, body: Any, *, uploaded: bool) -> Reply | None:
        schema = SCHEMAS.get(path) or V1_SCHEMAS.get(path)
        if schema is None:
            return _error(404, "model_not_found")
        if not isinstance(body, dict):
            return _error(422, "Input should be a valid dictionary")
        found = faults(body, schema)
        if found:
            details = [fault.partition(": ") for fault in found]
            shown = [
                {"loc": where.split("."), "msg": msg, "type": "value"} for where, _, msg in details
            ]
            return Reply(422, json={"detail": shown})
        if uploaded and (foreign := self._foreign(body)):
            return _error(422, f"invalid_image_url: {foreign}")
        return None

    def _foreign(self, value: Any) -> str:
        """Return an address in a body that is not one of an upload."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return next(filter(None, map(self._foreign, value)), "")
        is_url = isinstance(value, str) and "://" in value
        return value if is_url and value not in self.uploads else ""

    def begin(self, path: str, body: Mapping[str, Any]) -> FakeJob:
        """Begin a job; its prompt may say how it ends: `nsfw`, `failed`."""
        job_id = str(UUID(int=next(self._ids)))
        prompt = str(body.get("prompt", ""))
        steps = list(self.steps)
        for ending in ("nsfw", "failed"):
            if ending in prompt:
                steps[-1] = ending
        job = FakeJob(job_id, path, body, deque(steps), credits_for(path, body))
        self.jobs[job_id] = job
        return job

    def _accepted(self, job: FakeJob) -> dict[str, Any]:
        if job.path == TRAINING:
            return self._character_document(job)
        if job.path in V1_SCHEMAS:
            return self._set_document(job)
        return {"status": job.status, "request_id": job.id, **self._addresses(job)}

    def _addresses(self, job: FakeJob) -> dict[str, str]:
        return {what + "_url": f"{self.url}/requests/{job.id}/{what}" for what in _ADDRESSES}

    def _estimate(self, asked: Asked) -> Reply:
        path = asked.path.removeprefix("/estimate")
        if path not in SCHEMAS:
            return _error(404, "model_not_found")
        if complaint := self._complaint(path, asked.json, uploaded=False):
            return complaint
        credits = credits_for(path, asked.json)
        dollars = credits * CREDIT
        told = {"type": "estimate", "credits": str(credits), "usd": str(dollars), "discount": None}
        return Reply(json=told)

    # -- jobs ----------------------------------------------------------------------------------

    def _advance(self, job: FakeJob) -> None:
        if len(job.steps) > 1:
            job.steps.popleft()
            if job.status in _TERMINAL:
                job.finished = self.now

    def _cancel(self, job_id: str) -> Reply:
        job = self.jobs.get(job_id)
        if job is None:
            return _error(404, "request not found")
        if job.status != "queued":
            return _error(400, "request is already being processed")
        job.steps = deque(["canceled"])
        return Reply(202)

    def _request_document(self, job: FakeJob) -> dict[str, Any]:
        told = {"status": job.status, "request_id": job.id, **self._addresses(job)}
        return {**told, **self._results(job)}

    def _results(self, job: FakeJob) -> dict[str, Any]:
        if job.status == "failed":
            return {"error": "the generation failed"}
        if job.status != "completed":
            return {}
        if "video" in job.path or "/dop/" in job.path:
            return {"video": {"url": f"{self.url}/results/{job.id}/0.mp4"}}
        count = job.body.get("batch_size") or job.body.get("num_images") or 1
        urls = [f"{self.url}/results/{job.id}/{number}.png" for number in range(count)]
        return {"images": [{"url": url} for url in urls]}

    def _set_document(self, job: FakeJob) -> dict[str, Any]:
        raw = {"type": "video", "url": f"{self.url}/results/{job.id}/0.mp4"}
        small = {"type": "video", "url": f"{self.url}/results/{job.id}/min.mp4"}
        results = {"raw": raw, "min": small} if job.status == "completed" else None
        one = {"id": job.id, "job_set_type": "speak", "status": job.status, "results": results}
        return {"id": job.id, "type": "speak", "jobs": [one], "input_params": dict(job.body)}

    def _character_document(self, job: FakeJob) -> dict[str, Any]:
        return {
            "id": job.id,
            "name": job.body["name"],
            "model_version": job.body.get("model_version", "v1"),
            "status": job.status,
            "created_at": job.id,
            "fail_reason": "no face found" if job.status == "failed" else None,
        }

    def _characters(self, asked: Asked) -> Reply:
        page, size = int(asked.query["page"]), int(asked.query["page_size"])
        jobs = [job for job in self.jobs.values() if job.path == TRAINING]
        shown = jobs[(page - 1) * size : page * size]
        pages = -(-len(jobs) // size)
        told = {"total": len(jobs), "page": page, "page_size": size, "total_pages": pages}
        return Reply(json={**told, "items": [self._character_document(job) for job in shown]})

    # -- files ---------------------------------------------------------------------------------

    def _upload_ticket(self, asked: Asked) -> Reply:
        media_type = asked.json.get("content_type")
        if media_type not in _UPLOADABLE:
            return _error(422, f"unsupported content type {media_type}")
        ticket = str(next(self._ids))
        self._tickets[ticket] = media_type
        headers = {"Content-Type": media_type, "x-amz-tagging": "retention=temporary"}
        told = {"public_url": f"{self.url}/media/{ticket}", "content_type": media_type}
        told |= {"upload_url": f"{self.url}/upload/{ticket}"}
        return Reply(json={**told, "upload_headers": headers})

    def _take_upload(self, asked: Asked) -> Reply:
        ticket = asked.path.rpartition("/")[2]
        media_type = self._tickets.get(ticket)
        is_signed = asked.headers.get("x-amz-tagging") == "retention=temporary"
        is_signed &= asked.headers.get("content-type") == media_type
        if asked.method != "PUT" or not is_signed or "authorization" in asked.headers:
            return Reply(403, body=b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        self.uploads[f"{self.url}/media/{ticket}"] = asked.body
        return Reply(body=b"")

    def _download(self, asked: Asked) -> Reply:
        _, _, job_id, name = asked.path.split("/")
        job = self.jobs[job_id]
        if "authorization" in asked.headers:
            return Reply(400, body=b"keys do not belong here")
        if job.status != "completed" or self.now > job.finished + 7 * DAY:
            return Reply(403, body=b"expired")
        is_video = name.endswith(".mp4")
        return self._part(asked, self.files["video" if is_video else "image"])

    def _part(self, asked: Asked, body: bytes) -> Reply:
        headers = {"Accept-Ranges": "bytes", "ETag": '"1"'}
        start = int(asked.headers.get("range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        cut = None
        if self.cut_downloads:
            self.cut_downloads -= 1
            cut = len(body[start:]) // 2
        return Reply(206 if start else 200, body=body[start:], headers=headers, cut=cut)


_ADDRESSES = ("status", "cancel")


def _error(status: int, detail: str) -> Reply:
    return Reply(status, json={"detail": detail}, headers={"X-Correlation-ID": "c0ffee"})


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""

    def knows(model: ModelInfo) -> bool:
        return f"/{model.endpoint.lstrip('/')}" in SCHEMAS

    return Fake(FakeHiggsfield(files), KEY, knows=knows)
