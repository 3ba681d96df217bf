"""Runway on this machine, strict about keys, versions, fields and media, and counting each task.

Tasks go on by one step with each poll. What models take is in `runway_models.json`, which was made
from the provider's SDK and specification, not from this project's catalogue, so that a mistake
there is found here.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator

from tests.support.fakes import Fake
from tests.support.forms import fields_of
from tests.support.loopback import Asked, Loopback, Reply

KEY = "runway-key-canary"
VERSION = "2024-11-06"
STEPS = ("PENDING", "THROTTLED", "RUNNING", "SUCCEEDED")
CREDITS = 25
_MODELS = Path(__file__).with_name("runway_models.json")
_PICTURES = {
    "image": r"https://.{6,2040}|runway://.+|data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=]+",
    "video": r"https://.{6,2040}|runway://.+|data:video/.+",
    "audio": r"https://.{6,2040}|runway://.+|data:audio/.+",
}
_LONGEST_DATA = 5_000_000
_MADE = {"text_to_image": "image", "image_upscale": "image"}
_MADE |= {"sound_effect": "audio", "text_to_speech": "audio"}
_FAILURES = {
    "unsafe": ("SAFETY.OUTPUT.IMAGE", CREDITS),
    "broken": ("INTERNAL.BAD_OUTPUT.CODE01", 0),
    "unfit": ("ASSET.INVALID", 0),
    "lost": (None, CREDITS),
}
"""Words in a prompt that make a task fail, and how."""


@dataclass
class FakeTask:
    """A task."""

    operation: str
    model: str
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    failure: tuple[str | None, int] = (None, 0)


class FakeRunway(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`, `audio`, `svg`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.tasks: dict[str, FakeTask] = {}
        self.opened: dict[str, str] = {}
        """Names of files that may be sent, by the name of their upload."""
        self.uploads: dict[str, bytes] = {}
        self.expired = 0
        """So many downloads find their link expired."""

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        if asked.path.startswith("/bucket/"):
            return self._receive(asked)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return Reply(401, json={"error": "You did not provide an API key."})
        if asked.headers.get("x-runway-version") != VERSION:
            return Reply(400, json={"error": "The X-Runway-Version header is missing."})
        match asked.method, asked.path.strip("/").split("/"):
            case "GET", ["v1", "organization"]:
                return Reply(json={"creditBalance": 10, "tier": {}, "usage": {}})
            case "GET", ["v1", "tasks", name]:
                return self._status(name)
            case "DELETE", ["v1", "tasks", name]:
                return self._cancel(name)
            case "POST", ["v1", "uploads"]:
                return self._open(asked.json)
            case "POST", ["v1", operation] if operation in models():
                return self._begin(operation, asked.json)
        return Reply(404, json={"error": "Not found"})

    def _begin(self, operation: str, body: Any) -> Reply:
        found = faults_of(operation, body) + list(self._unknown_files(body))
        if found:
            issues = [{"code": "invalid", "path": [], "message": said} for said in found]
            said = {"error": "Validation of body failed", "issues": issues}
            return Reply(400, json={**said, "docUrl": "https://docs.dev.runwayml.com"})
        steps: tuple[str, ...] = STEPS
        failure: tuple[str | None, int] = (None, 0)
        for word, told in _FAILURES.items():
            if word in body.get("promptText", ""):
                steps, failure = ("PENDING", "FAILED"), told
        name = str(UUID(int=len(self.tasks) + 1, version=4))
        self.tasks[name] = FakeTask(operation, body["model"], deque(steps), failure)
        return Reply(json={"id": name, "estimatedCost": {"credits": CREDITS}})

    def _status(self, name: str) -> Reply:
        task = self.tasks.get(name)
        if task is None:
            return Reply(404, json={"error": "An task with that ID was not found."})
        word = task.steps[0]
        if len(task.steps) > 1:
            task.steps.popleft()
        told: dict[str, Any] = {"id": name, "status": word, "createdAt": "2026-11-25T10:00:00Z"}
        match word:
            case "SUCCEEDED":
                kind = "svg" if "vector" in task.model else _MADE.get(task.operation, "video")
                ending = {"svg": "svg", "image": "png", "video": "mp4", "audio": "mp3"}[kind]
                number = self.count(f"/v1/tasks/{name}")
                url = f"{self.url}/made/{kind}/{name}-{number}.{ending}?_jwt=x"
                told |= {"output": [url], "cost": {"credits": CREDITS}}
            case "FAILED":
                code, credits = task.failure
                told |= {"failure": "It was not made.", "failureCode": code}
                told["cost"] = {"credits": credits}
            case "CANCELLED":
                told["cost"] = {"credits": 0}
            case "RUNNING":
                told |= {"progress": 0.5, "estimatedCost": {"credits": CREDITS}}
            case _:
                told["estimatedCost"] = {"credits": CREDITS}
        return Reply(json=told)

    def _cancel(self, name: str) -> Reply:
        task = self.tasks.get(name)
        if task is None:
            return Reply(404, json={"error": "An task with that ID was not found."})
        if task.steps[0] in ("SUCCEEDED", "FAILED"):
            del self.tasks[name]
        else:
            task.steps = deque(["CANCELLED"])
        return Reply(204)

    def _download(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, body=b"the key was sent to the store of files")
        if self.expired:
            self.expired -= 1
            return Reply(403)
        return Reply(body=self.files[asked.path.split("/")[2]])

    # -- files that go in ----------------------------------------------------------------------

    def _open(self, body: Any) -> Reply:
        ending = str(body.get("filename")).rpartition(".")[2]
        is_known = ending in ("png", "jpg", "jpeg", "webp", "mp4", "mov", "webm", "wav", "mp3")
        if set(body) != {"filename", "type"} or body["type"] != "ephemeral" or not is_known:
            return Reply(400, json={"error": f"filename {ending}"})
        name = f"upload-{len(self.opened) + 1}"
        self.opened[name] = body["filename"]
        told = {"uploadUrl": f"{self.url}/bucket/{name}", "runwayUri": f"runway://{name}"}
        return Reply(json={**told, "fields": {"key": name, "policy": "p-1"}})

    def _receive(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers or "x-runway-version" in asked.headers:
            return Reply(400, body=b"the key was sent to the store of files")
        fields = list(fields_of(asked))
        if [field.name for field in fields] != ["key", "policy", "file"]:
            return Reply(400, body=b"the fields, and the file at the end")
        name = asked.path.rpartition("/")[2]
        if fields[0].text != name or not 512 <= len(fields[-1].content) <= 200_000_000:
            return Reply(400, body=b"EntityTooSmall")
        self.uploads[name] = fields[-1].content
        return Reply(204)

    def _unknown_files(self, body: Any) -> Iterator[str]:
        for name in re.findall(r"runway://([^\"]+)", json.dumps(body)):
            if name not in self.uploads:
                yield f"runway://{name} is not known"


# -- what is refused -----------------------------------------------------------------------------


@cache
def models() -> Mapping[str, Mapping[str, Draft202012Validator]]:
    """Return what models take, by operation."""
    document = json.loads(_MODELS.read_bytes())
    defs = document["defs"] | {
        kind: {"type": "string", "pattern": f"^(?:{pattern})$"}
        for kind, pattern in _PICTURES.items()
    }
    return {
        operation: {
            model: Draft202012Validator({**schema, "$defs": defs})
            for model, schema in schemas.items()
        }
        for operation, schemas in document["requests"].items()
    }


def faults_of(operation: str, body: Any) -> list[str]:
    """Return what is wrong with the body of a submission."""
    model = str(body.get("model")) if isinstance(body, Mapping) else ""
    if model not in models()[operation]:
        return [f"model: {model!r} is none of {operation}"]
    errors = models()[operation][model].iter_errors(body)
    found = [f"{error.json_path}: {error.message[:200]}" for error in errors]
    return found or list(_unlike(operation, body))


def _unlike(operation: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the documentation's words forbid."""
    pictures = body.get("promptImage")
    positions = [p.get("position") for p in pictures] if isinstance(pictures, list) else []
    has_sources = any(name in body for name in ("references", "referenceVideos", "promptVideo"))
    formats = str(body.get("outputFormat"))
    wrong = {
        "frames and references exclude each other": len(set(map(bool, positions))) > 1,
        "only a last frame": positions == ["last"],
        "adaptive needs something to follow": body.get("ratio") == "adaptive"
        and not (has_sources or pictures),
        "proresProfile is for prores": "proresProfile" in body and "prores" not in formats,
        "data URLs are at most 5 MB": any(len(t) > _LONGEST_DATA for t in _data_urls(body)),
        "a tag is of small letters, digits and _": any(
            not re.fullmatch(r"[a-z][a-z0-9_]{2,15}", picture["tag"])
            for picture in body.get("referenceImages", [])
            if "tag" in picture
        ),
        "extend takes no ratio": body["model"] == "seedance2_5"
        and body.get("mode") == "extend"
        and "ratio" in body,
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


def _data_urls(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _data_urls(item)
    elif isinstance(value, str) and value.startswith("data:"):
        yield value


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeRunway(files), KEY)
