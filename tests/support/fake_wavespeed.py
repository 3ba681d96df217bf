"""WaveSpeed on this machine, strict about keys, fields and media, and counting every submission.

Jobs go on by one step with each question. Written from the provider's documentation, not from this
project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "wavespeed-canary-4711"
SECRET = "whsec_bm90IGJhc2U2NCBoZXJl"
STEPS = ("processing", "completed")

_TEXT: dict[str, Any] = {"type": "string"}
_URL: dict[str, Any] = {"type": "string", "format": "uri"}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


SCHEMAS: Mapping[str, dict[str, Any]] = {
    "higgsfield/soul/image-to-image": _object(
        "image prompt",
        image=_URL,
        prompt=_TEXT,
        soul_id=_TEXT,
        quality=_enum("medium", "high"),
        aspect_ratio=_TEXT,
        strength={"type": "number"},
    ),
    "higgsfield/dop/image-to-video": _object(
        "image prompt",
        image=_URL,
        prompt=_TEXT,
        options=_enum("dop-lite", "dop-turbo", "dop-preview"),
        motions={
            "type": "array",
            "items": _object(
                "motion strength",
                motion=_TEXT,
                strength={"type": "number", "minimum": 0, "maximum": 1},
            ),
        },
    ),
}


@dataclass
class _Job:
    model: str
    input: Any
    words: list[str]


class FakeWaveSpeed(Loopback):
    """The service's state, as the test sees it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = dict(files)
        self.steps: tuple[str, ...] = STEPS
        self.error = ""
        """Why jobs fail, where they do."""
        self.is_flagged = False
        self.jobs: dict[str, _Job] = {}
        self.submissions: list[tuple[str, Any]] = []
        self.uploads: dict[str, bytes] = {}
        self._sizes: dict[str, int] = {}
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        match asked.method, asked.path.split("/")[1:]:
            case "GET", ["made", kind, _]:
                if "authorization" in asked.headers:
                    return _error(400, "the key was sent to the store of files")
                return Reply(body=self.files[kind])
            case "PUT", ["bucket", name]:
                return self._receive(name, asked)
            case _ if asked.headers.get("authorization") != f"Bearer {KEY}":
                return _error(401, "unauthorized")
            case "GET", ["api", "v3", "webhook", "secret"]:
                return _good({"secret_key": SECRET})
            case "POST", ["api", "v3", "media", "uploads"]:
                return self._open(asked.json)
            case "GET", ["api", "v3", "predictions", name, "result"] if name in self.jobs:
                words = self.jobs[name].words
                if len(words) > 1:
                    words.pop(0)
                return _good(self.prediction(name))
            case "POST", ["api", "v3", *model]:
                return self._submit("/".join(model), asked.json)
        return _error(404, "not found")

    # -- files ---------------------------------------------------------------------------------

    def _open(self, body: Any) -> Reply:
        needed = {"filename": str, "size": int, "content_type": str}
        if set(body) != set(needed) or not all(isinstance(body[n], needed[n]) for n in needed):
            return _error(400, "filename, size and content_type")
        if body["size"] > 200 * 1000**2:
            return _error(400, "too large")
        name = f"up-{next(self._ids)}"
        self._sizes[name] = body["size"]
        upload = {
            "method": "PUT",
            "url": f"{self.url}/bucket/{name}",
            "headers": {"Content-Type": body["content_type"], "x-store-tag": name},
        }
        url = f"https://files.wavespeed.test/{name}"
        return _good({"upload": upload, "download_url": url})

    def _receive(self, name: str, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return _error(400, "the key was sent to the store of files")
        if asked.headers.get("x-store-tag") != name or len(asked.body) != self._sizes[name]:
            return _error(403, "signature")
        self.uploads[f"https://files.wavespeed.test/{name}"] = asked.body
        return Reply(200)

    # -- jobs ----------------------------------------------------------------------------------

    def _submit(self, model: str, body: Any) -> Reply:
        if model not in SCHEMAS:
            return _error(404, f"model {model} not found")
        wrong = faults(body, SCHEMAS[model])
        if not wrong and body["image"] not in self.uploads:
            wrong.append("the image cannot be read")
        if wrong:
            return _error(400, "; ".join(wrong))
        self.submissions.append((model, body))
        name = f"pred-{next(self._ids)}"
        self.jobs[name] = _Job(model, body, ["created", *self.steps])
        return _good(self.prediction(name))

    def prediction(self, name: str) -> dict[str, Any]:
        """Return what is told of a job."""
        job = self.jobs[name]
        word = job.words[0]
        kind = "video" if job.model.endswith("video") else "image"
        is_done = word == "completed" and not self.is_flagged
        return {
            "id": name,
            "model": job.model,
            "input": job.input,
            "status": word,
            "outputs": [f"{self.url}/made/{kind}/{name}"] if is_done else [],
            "urls": {"get": f"{self.url}/api/v3/predictions/{name}/result"},
            "has_nsfw_contents": [self.is_flagged],
            "created_at": "2026-10-01T00:00:00Z",
            "error": self.error if word in ("failed", "timeout") else "",
        }

    def delivery(self, name: str, now: float) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of a message about a job."""
        body = json.dumps(self.prediction(name)).encode()
        return signed(body, f"{now:.0f}"), body


def signed(body: bytes, stamp: str) -> dict[str, str]:
    """Return the headers that go with a message."""
    told = b".".join([b"msg-1", stamp.encode(), body])
    key = SECRET.removeprefix("whsec_").encode()
    signature = "v3," + hmac.new(key, told, hashlib.sha256).hexdigest()
    return {"webhook-id": "msg-1", "webhook-timestamp": stamp, "webhook-signature": signature}


def _good(data: Any) -> Reply:
    return Reply(json={"code": 200, "message": "success", "data": data})


def _error(status: int, message: str) -> Reply:
    return Reply(status, json={"code": status, "message": message, "data": None})


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeWaveSpeed(files), KEY)
