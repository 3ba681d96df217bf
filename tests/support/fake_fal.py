"""fal on this machine, as strict as the real service and counting every submission.

One address stands for all of fal's hosts. Jobs go on by one step with each poll; links expire by a
clock that the test sets. Written from fal's documentation, not from this project's catalogue, so
that a mistake there is found here.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from nodes.models import ModelInfo
from nodes.models.endpoints import find_model
from nodes.providers.fal.adapter import Fal
from nodes.remote.runner import RemoteProvider
from tests.support.fakes import Fake
from tests.support.fal_models import (
    PRICES,
    SCHEMAS,
    UNIT_PRICES,
    complaints,
    makes_film,
    openapi,
    schema_of,
)
from tests.support.loopback import Asked, Loopback, Reply

KEY = "fal-key-id:fal-key-secret-canary"
TOKEN = "cdn-token-canary"
DAY = 86_400.0
_STEPS = ("IN_QUEUE", "IN_PROGRESS", "COMPLETED")
_ENDINGS = {
    "forbidden": (422, "content_policy_violation", "The content was flagged"),
    "nothing": (422, "no_media_generated", "No media was generated"),
    "slow": (504, "generation_timeout", "The generation timed out"),
    "broken": (500, "internal_server_error", "Something went wrong"),
}
"""How jobs end whose prompts hold a word: HTTP status, type, message."""


@dataclass
class FakeJob:
    """One request in the queue."""

    id: str
    endpoint: str
    body: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    finished: float = 0.0
    sent: float = field(default_factory=time.time)
    is_canceled: bool = False

    @property
    def status(self) -> str:
        return self.steps[0]

    @property
    def app(self) -> str:
        """The part of the endpoint's id that its addresses keep."""
        return "/".join(self.endpoint.split("/")[:2])

    @property
    def ending(self) -> tuple[int, str, str] | None:
        if self.is_canceled:
            return 499, "client_cancelled", "The request was cancelled"
        prompt = str(self.body.get("prompt", ""))
        return next((end for word, end in _ENDINGS.items() if word in prompt), None)


class FakeFal(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.now = 0.0
        self.steps: tuple[str, ...] = _STEPS
        self.foreign_media = False
        """Whether addresses that were not uploaded are taken."""
        self.submissions: list[str] = []
        """The endpoint of each submission that came, taken or not."""
        self.jobs: dict[str, FakeJob] = {}
        self.uploads: dict[str, bytes] = {}
        self.lifetimes: list[str] = []
        """The lifetime that each upload was given."""
        self.billable_units = ""
        """What results say in place of the units that they took."""
        self.currency = "USD"
        self.cut_downloads = 0
        """So many downloads break in the middle."""
        self._places: dict[str, str] = {}
        self._ids = itertools.count(1)

    # -- what the test asks --------------------------------------------------------------------

    @property
    def billed(self) -> Decimal:
        """Dollars charged: what ended in an error of the server's is not."""
        done = [job for job in self.jobs.values() if job.status == "COMPLETED" and not job.ending]
        return sum((_price(job.endpoint, job.body) for job in done), Decimal(0))

    def delivery(self, job_id: str) -> bytes:
        """Return the body of the webhook for a finished request; always the same."""
        job = self.jobs[job_id]
        told: dict[str, Any] = {"request_id": job.id, "gateway_request_id": job.id}
        if job.ending:
            detail = {"detail": _detail(*job.ending[1:])}
            told |= {"status": "ERROR", "error": "Invalid status code: 422", "payload": detail}
        else:
            told |= {"status": "OK", "payload": self._output(job)}
        return json.dumps(told).encode()

    # -- answering -----------------------------------------------------------------------------

    def route(self, asked: Asked) -> str:
        first, *steps = asked.path.strip("/").split("/")
        if first in ("cdn", "place", "results", "api", "storage", "v1"):
            return first
        if "requests" not in steps:
            return "submit"
        return steps[-1] if steps[-1] in ("status", "cancel") else "result"

    def answer(self, asked: Asked) -> Reply:
        open_to_all: Mapping[str, Callable[[Asked], Reply]] = {
            "cdn": self._take_upload,
            "place": self._take_placed,
            "results": self._download,
            "api": self._openapi,
        }
        if handler := open_to_all.get(self.route(asked)):
            return handler(asked)
        if asked.headers.get("authorization") != f"Key {KEY}":
            return _error(401, "Authentication is required to access this application.")
        with_key = {"storage": self._storage, "v1": self._platform}
        return with_key.get(self.route(asked), self._queue)(asked)

    def _queue(self, asked: Asked) -> Reply:
        steps = asked.path.strip("/").split("/")
        if "requests" in steps:
            return self._request(asked, steps)
        if asked.method != "POST":
            return _error(405, "Method Not Allowed")
        return self._submit("/".join(steps), asked)

    # -- submissions ---------------------------------------------------------------------------

    def _submit(self, endpoint: str, asked: Asked) -> Reply:
        self.submissions.append(endpoint)
        if schema_of(endpoint) is None:
            return _error(404, f"Application {endpoint.split('/')[-1]!r} not found")
        if not isinstance(body := asked.json, dict):
            return _error(400, "The body is not an object", error_type="bad_request")
        job = FakeJob(str(UUID(int=next(self._ids))), endpoint, body, deque(self.steps))
        self.jobs[job.id] = job
        return Reply(json={"status": job.status, "queue_position": 0, **self._addresses(job)})

    def _addresses(self, job: FakeJob) -> dict[str, str]:
        base = f"{self.url}/{job.app}/requests/{job.id}"
        urls = {
            "response_url": base,
            "status_url": base + "/status",
            "cancel_url": base + "/cancel",
        }
        return {"request_id": job.id, **urls}

    # -- jobs ----------------------------------------------------------------------------------

    def _request(self, asked: Asked, steps: list[str]) -> Reply:
        place = steps.index("requests")
        job = self.jobs.get(steps[place + 1])
        if job is None:
            return _error(404, "Request not found")
        if "/".join(steps[:place]) != job.app:
            return _error(405, "Method Not Allowed")
        match asked.method, steps[place + 2 :]:
            case "GET", ["status"]:
                return self._status(job)
            case "GET", []:
                return self._result(job)
            case "PUT", ["cancel"]:
                return self._cancel(job)
        return _error(405, "Method Not Allowed")

    def _status(self, job: FakeJob) -> Reply:
        if len(job.steps) > 1:
            job.steps.popleft()
            if job.status == "COMPLETED":
                job.finished = self.now
        told: dict[str, Any] = {"status": job.status, **self._addresses(job)}
        if job.status == "IN_QUEUE":
            told["queue_position"] = 3
        if job.status == "COMPLETED":
            told |= {"logs": None, "metrics": {"inference_time": 1.5}}
        return Reply(json=told)

    def _result(self, job: FakeJob) -> Reply:
        if job.status != "COMPLETED":
            return _error(400, "Request is still in progress")
        headers = {"x-fal-request-id": job.id}
        if found := complaints(job.endpoint, job.body) or self._foreign(job.body):
            shown = [fault.partition(": ") for fault in found]
            detail = [
                {"loc": where.split("."), "msg": msg, "type": "value_error", "input": job.body}
                for where, _, msg in shown
            ]
            return Reply(422, json={"detail": detail}, headers=headers)
        if job.ending:
            status, kind, message = job.ending
            headers |= {"X-Fal-Error-Type": kind, "X-Fal-Retryable": str(status >= 500).lower()}
            return Reply(status, json={"detail": _detail(kind, message)}, headers=headers)
        units = _price(job.endpoint, job.body) / _unit_price(job.endpoint)
        headers["x-fal-billable-units"] = self.billable_units or str(units)
        return Reply(json=self._output(job), headers=headers)

    def _foreign(self, value: Any) -> list[str]:
        """Return complaints about addresses in a body that are not of uploads."""
        if self.foreign_media:
            return []
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return [each for item in value for each in self._foreign(item)]
        is_url = isinstance(value, str) and "://" in value
        return [f"body: cannot load {value}"] if is_url and value not in self.uploads else []

    def _output(self, job: FakeJob) -> dict[str, Any]:
        base = f"{self.url}/results/{job.id}"
        if makes_film(job.endpoint):
            file = {"url": f"{base}/0.mp4", "content_type": "video/mp4", "file_name": "0.mp4"}
            return {"video": file, "seed": 7}
        count = int(job.body.get("num_images", 1))
        made = [
            {"url": f"{base}/{n}.png", "content_type": "image/png", "width": 64, "height": 48}
            for n in range(count)
        ]
        if "upscale" in job.endpoint or "birefnet" in job.endpoint:
            return {"image": made[0]}
        is_bad = "nsfw" in str(job.body.get("prompt"))
        return {"images": made, "seed": 7, "has_nsfw_concepts": [is_bad] * count}

    def _cancel(self, job: FakeJob) -> Reply:
        if job.status == "COMPLETED":
            return Reply(400, json={"status": "ALREADY_COMPLETED"})
        job.steps = deque(["COMPLETED"])
        job.is_canceled = True
        return Reply(202, json={"status": "CANCELLATION_REQUESTED"})

    # -- prices and descriptions ---------------------------------------------------------------

    def _platform(self, asked: Asked) -> Reply:
        if asked.method == "GET" and asked.path == "/v1/models/pricing":
            endpoint = asked.query["endpoint_id"]
            price = {"endpoint_id": endpoint, "unit_price": float(_unit_price(endpoint))}
            prices = [{**price, "unit": "unit", "currency": self.currency}]
            return Reply(json={"prices": prices, "next_cursor": None, "has_more": False})
        if asked.method == "GET" and asked.path == "/v1/models/requests/by-endpoint":
            return self._requests(asked.query)
        if asked.method == "POST" and asked.path == "/v1/models/pricing/estimate":
            body = asked.json
            total = sum(
                Decimal(UNIT_PRICES[endpoint]) * Decimal(str(units["unit_quantity"]))
                for endpoint, units in body["endpoints"].items()
            )
            told = {"total_cost": float(total), "currency": "USD"}
            return Reply(json={"estimate_type": body["estimate_type"], **told})
        return Reply(404, json={"error": {"type": "not_found", "message": "No such path"}})

    def _requests(self, query: Mapping[str, str]) -> Reply:
        """List requests: the last ones to end first, and none that has not ended."""
        start = datetime.fromisoformat(query["start"]).timestamp()
        listed = [
            {
                "request_id": job.id,
                "endpoint_id": job.endpoint,
                "sent_at": datetime.fromtimestamp(job.sent, UTC).isoformat(),
                "started_at": datetime.fromtimestamp(job.sent, UTC).isoformat(),
                **({"json_input": job.body} if query.get("expand") == "payloads" else {}),
            }
            for job in reversed(self.jobs.values())
            if job.endpoint == query["endpoint_id"]
            and job.status == "COMPLETED"
            and job.sent >= start
        ]
        shown = listed[: int(query.get("limit", "50"))]
        return Reply(json={"items": shown, "has_more": len(listed) > 100, "next_cursor": None})

    def _openapi(self, asked: Asked) -> Reply:
        endpoint = asked.query.get("endpoint_id", "")
        if endpoint not in SCHEMAS:
            return _error(404, "Not Found")
        return Reply(json=openapi(endpoint))

    # -- files ---------------------------------------------------------------------------------

    def _storage(self, asked: Asked) -> Reply:
        if asked.path == "/storage/auth/token" and asked.query == {"storage_type": "fal-cdn-v3"}:
            told = {"token": TOKEN, "token_type": "Bearer", "base_url": f"{self.url}/cdn"}
            return Reply(json={**told, "expires_at": "2026-12-01T00:00:00Z"})
        if asked.path == "/storage/upload/initiate":
            number = str(next(self._ids))
            self._places[number] = asked.json["content_type"]
            told = {"file_url": f"{self.url}/media/{number}"}
            return Reply(json={**told, "upload_url": f"{self.url}/place/{number}"})
        return _error(404, "Not Found")

    def _take_upload(self, asked: Asked) -> Reply:
        headers = asked.headers
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, "The token is not accepted")
        if asked.path != "/cdn/files/upload" or not headers.get("x-fal-file-name"):
            return _error(400, "Bad upload")
        self.lifetimes.append(headers.get("x-fal-object-lifecycle", ""))
        address = f"{self.url}/media/{next(self._ids)}"
        self.uploads[address] = asked.body
        return Reply(json={"access_url": address})

    def _take_placed(self, asked: Asked) -> Reply:
        number = asked.path.rpartition("/")[2]
        is_signed = asked.headers.get("content-type") == self._places.get(number)
        if asked.method != "PUT" or not is_signed or "authorization" in asked.headers:
            return Reply(403, body=b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        self.uploads[f"{self.url}/media/{number}"] = asked.body
        return Reply()

    def _download(self, asked: Asked) -> Reply:
        _, _, job_id, name = asked.path.split("/")
        job = self.jobs[job_id]
        if "authorization" in asked.headers:
            return Reply(400, body=b"keys do not belong here")
        if job.status != "COMPLETED" or self.now > job.finished + 7 * DAY:
            return Reply(404, body=b"expired")
        return self._part(asked, self.files["video" if name.endswith(".mp4") else "image"])

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


def _price(endpoint: str, body: Mapping[str, Any]) -> Decimal:
    price = PRICES.get(endpoint)
    return price(body) if price else _unit_price(endpoint)


def _unit_price(endpoint: str) -> Decimal:
    """Return what a unit costs; where prices depend on more than that, units are cents."""
    return Decimal("0.01" if endpoint in PRICES else UNIT_PRICES.get(endpoint, "0.01"))


def _detail(kind: str, message: str) -> list[dict[str, Any]]:
    return [{"loc": ["body", "prompt"], "msg": message, "type": kind, "input": "a secret prompt"}]


def _error(status: int, detail: str, **more: str) -> Reply:
    return Reply(status, json={"detail": detail, **more})


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""

    def provider(url: str) -> RemoteProvider:
        return RemoteProvider(Fal(url, f"{url}/v1", url), find_model=find_model)

    def knows(model: ModelInfo) -> bool:
        return schema_of(model.endpoint) is not None

    return Fake(FakeFal(files), KEY, provider=provider, knows=knows)
