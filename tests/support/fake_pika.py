"""Pika's own API on this machine, as others' clients tell of it, strict and counting each job.

Jobs go on by one step with each poll. Its catalogue of operations is public, as is Pika's.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "pika-key-canary"
STEPS = ("queued", "running", "completed")
_FAILURES = {
    "unsafe": ("content_moderation", "it is not allowed"),
    "broken": ("provider_error", "it was not made"),
    "poor": ("insufficient_balance", "add credit"),
}
"""Words in a prompt that make a job fail, and with which error."""
_TEXT: dict[str, Any] = {"type": "string"}
_URL = {"type": "string", "format": "uri"}
_SEED = {"type": "integer"}
_SIZE = {"type": "string", "enum": ["720p", "1080p"]}
_EFFECTS = [
    "Cake-ify", "Crumble", "Crush", "Deflate", "Dissolve", "Explode", "Inflate", "Levitate",
    "Melt", "Peel", "Poke", "Squish", "Ta-da", "Tear",
]  # fmt: skip
_FILM_EFFECTS = [
    "Anime Cat", "Cute Shroom", "Duplicate it", "Happy Asteroid", "Its Alive", "Its Computer",
    "Pink Hair", "Swan Head", "Wizard Cat",
]  # fmt: skip


def _enum(*values: Any, kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "enum": list(values)}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


_WORDS = {"prompt": _TEXT, "negative_prompt": _TEXT, "seed": _SEED, "resolution": _SIZE}
SCHEMAS: Mapping[str, dict[str, Any]] = {
    "pika/pika-2.5/text-to-video": _object("prompt", **_WORDS, duration_s=_enum(5, kind="integer")),
    "pika/pika-2.5/image-to-video": _object(
        "image", **_WORDS, image=_URL, duration_s=_enum(5, 10, kind="integer")
    ),
    "pika/pikaframes/image-to-video": _object(
        "images",
        **_WORDS,
        images={"type": "array", "items": _URL, "minItems": 2, "maxItems": 5},
        transition_duration_s={"type": "integer", "minimum": 1, "maximum": 10},
    ),
    "pika/pikadditions/video-to-video": _object(
        "video prompt", **_WORDS, video=_URL, image=_URL, duration_s=_enum(5, 10, kind="integer")
    ),
    "pika/pikaswaps/video-to-video": _object(
        "video prompt",
        **_WORDS,
        video=_URL,
        image=_URL,
        duration_s={"type": "integer"},
        modify_region_roi=_TEXT,
        modify_region_mask=_URL,
    ),
    "pika/pikaffects/image-to-video": _object(
        "image pikaffect", image=_URL, pikaffect=_enum(*_EFFECTS), seed=_SEED, prompt_override=_TEXT
    ),
    "pika/pikaffects/video-to-video": _object(
        "video pikaffect", video=_URL, pikaffect=_enum(*_FILM_EFFECTS), seed=_SEED
    ),
    "bytedance/seedream-5.0-pro/text-to-image": _object(
        "prompt", prompt=_TEXT, size=_enum("1k", "2k")
    ),
}


@dataclass
class FakeJob:
    """A job."""

    operation: str
    body: Any
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    error: tuple[str, str] = ("", "")


class FakePika(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.jobs: dict[str, FakeJob] = {}
        self.keys: dict[str, str] = {}
        """Jobs by the idempotency keys that they were sent under."""
        self.uploads: dict[str, bytes] = {}
        self.is_output_told = True
        """Whether a finished job tells its output itself."""
        self.late = 0
        """So many times the content of a finished job is not there yet."""
        self.expired = 0
        """So many downloads find their link expired."""
        self._ids = itertools.count(1)

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        match asked.method, asked.path.strip("/").split("/"):
            case "GET", ["made", kind, _]:
                return self._download(asked, kind)
            case "PUT", ["bucket", name]:
                return self._receive(asked, name)
            case "GET", ["catalog", "apis", *operation]:
                return _described("/".join(operation), asked)
        if asked.headers.get("x-api-key") != KEY:
            return Reply(401, json={"code": "missing_credentials", "message": "no key"})
        match asked.method, asked.path.strip("/").split("/"):
            case "POST", ["v1", "media", "uploads"]:
                return self._open(asked.json)
            case "POST", ["v1", "media", *operation]:
                return self._begin("/".join(operation), asked)
            case "GET", ["v1", "media", "jobs", name]:
                return self._status(name)
            case "GET", ["v1", "media", "jobs", name, "content"]:
                return self._content(name)
        return Reply(404, json={"message": "not found"})

    def _begin(self, operation: str, asked: Asked) -> Reply:
        if operation not in SCHEMAS:
            return Reply(404, json={"message": "no such operation"})
        key, body = asked.headers.get("idempotency-key", ""), asked.json
        if known := self.keys.get(key):
            if self.jobs[known].body != body:
                return Reply(409, json={"message": "another body under the same key"})
            return Reply(202, json={"id": known, "status": "queued"})
        if found := faults_of(operation, body) + list(self._unknown_files(body)):
            return Reply(422, json={"code": "invalid_input", "message": "; ".join(found)})
        steps, error = STEPS, ("", "")
        for word, told in _FAILURES.items():
            if word in str(body.get("prompt")):
                steps, error = ("queued", "running", "failed"), told
        name = f"media_{next(self._ids)}"
        self.jobs[name] = FakeJob(operation, body, deque(steps), error)
        self.keys[key] = name
        return Reply(202, json={"id": name, "status": "queued"})

    def _status(self, name: str) -> Reply:
        job = self.jobs.get(name)
        if job is None:
            return Reply(404, json={"message": "no such job"})
        told: dict[str, Any] = {"id": name, "status": job.steps[0]}
        if len(job.steps) > 1:
            job.steps.popleft()
        if told["status"] == "failed":
            code, message = job.error
            told["error"] = {"code": code, "message": message}
        if told["status"] == "completed" and self.is_output_told:
            url = self._link(name)
            is_film = job.operation.endswith("video")
            media = {"video": {"url": url}} if is_film else {"images": [{"url": url}]}
            told["output"] = {"media_type": "video" if is_film else "image", **media}
        return Reply(json=told)

    def _content(self, name: str) -> Reply:
        if name not in self.jobs:
            return Reply(404, json={"message": "no such job"})
        if self.jobs[name].steps[0] != "completed" or self.late:
            self.late = max(self.late - 1, 0)
            return Reply(409, json={"message": "content is not ready"})
        return Reply(json={"url": self._link(name)})

    def _link(self, name: str) -> str:
        kind = "video" if self.jobs[name].operation.endswith("video") else "image"
        return f"{self.url}/made/{kind}/{name}-{len(self.asked)}"

    def _download(self, asked: Asked, kind: str) -> Reply:
        if "x-api-key" in asked.headers:
            return Reply(400, body=b"the key was sent to the store of files")
        if self.expired:
            self.expired -= 1
            return Reply(403)
        return Reply(body=self.files[kind])

    # -- files that go in ----------------------------------------------------------------------

    def _open(self, body: Any) -> Reply:
        kind = str(body.get("content_type")).partition("/")[0]
        most = {"image": 20_000_000, "audio": 20_000_000, "video": 50_000_000}.get(kind)
        if set(body) != {"content_type", "size_bytes"} or most is None:
            return Reply(415, json={"message": "content_type"})
        if body["size_bytes"] > most:
            return Reply(413, json={"message": "too large"})
        name = f"u{next(self._ids)}"
        told = {"upload_url": f"{self.url}/bucket/{name}", "url": f"https://cdn.pika.test/{name}"}
        return Reply(json={**told, "headers": {"Content-Type": body["content_type"], "X-A": "b"}})

    def _receive(self, asked: Asked, name: str) -> Reply:
        if "x-api-key" in asked.headers or asked.headers.get("x-a") != "b":
            return Reply(400, body=b"exactly the headers that were told")
        self.uploads[name] = asked.body
        return Reply(200)

    def _unknown_files(self, body: Any) -> Iterator[str]:
        for name in re.findall(r"https://cdn\.pika\.test/(\w+)", json.dumps(body)):
            if name not in self.uploads:
                yield f"{name} was not uploaded"


def _described(operation: str, asked: Asked) -> Reply:
    if "x-api-key" in asked.headers:
        return Reply(400, json={"message": "the catalogue is public"})
    if operation not in SCHEMAS:
        return Reply(404, json={"message": "no such operation"})
    told: dict[str, Any] = {
        "api_id": operation,
        "category": operation.rpartition("-")[2],
        "call": {"method": "POST", "path": f"/v1/media/{operation}"},
    }
    if asked.query.get("expand") == "inputs":
        told["input_schema"] = SCHEMAS[operation]
    return Reply(json=told)


# -- what is refused -----------------------------------------------------------------------------


def faults_of(operation: str, body: Any) -> list[str]:
    """Return what is wrong with the body of a submission."""
    return faults(body, SCHEMAS[operation]) or list(_unlike(body))


def _unlike(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what others' words about the operations forbid."""
    if body.get("transition_duration_s", 5) > 5 and len(body["images"]) != 2:
        yield "transition_duration_s is above 5 with exactly two images"
    if {"modify_region_roi", "modify_region_mask"} <= body.keys():
        yield "one region"
    for name in ("image", "video", "modify_region_mask"):
        if name in body and not body[name].startswith("https://"):
            yield f"{name}: https only"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakePika(files), KEY)
