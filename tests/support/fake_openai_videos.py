"""A gateway with the call `/v1/videos` on this machine, strict about fields and files.

Written from the documentation of OpenAI's own, not from this project's catalogue.
"""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.forms import Field, fields_of
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "gateway-key-canary"
_SIZES = ["720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"]
_PROMPT = {"type": "string", "minLength": 1, "maxLength": 32_000}
_SECONDS = {"type": "string", "enum": ["4", "8", "12", "16", "20"]}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


ROUTES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "/videos": (
        _object(
            "prompt model",
            prompt=_PROMPT,
            model={"type": "string"},
            seconds=_SECONDS,
            size={"type": "string", "enum": _SIZES},
        ),
        "input_reference",
    ),
    "/videos/edits": (_object("prompt", prompt=_PROMPT), "video"),
    "/videos/extensions": (_object("prompt seconds", prompt=_PROMPT, seconds=_SECONDS), "video"),
}
"""Fields, and the name of the file that may or must go along."""


@dataclass
class FakeFilm:
    """A film in the making."""

    id: str
    steps: deque[str]
    error: Any = None

    @property
    def told(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "video",
            "status": self.steps[0],
            "progress": 40 if self.steps[0] == "in_progress" else 0,
            "error": self.error if self.steps[0] == "failed" else None,
        }


class FakeOpenAIVideos(Loopback):
    """The gateway's state, as the test sees and sets it.

    Args:
        film: What films are answered with.
    """

    def __init__(self, film: bytes) -> None:
        super().__init__()
        self.film = film
        self.steps: tuple[str, ...] = ("queued", "in_progress", "completed")
        self.films: dict[str, FakeFilm] = {}
        self.bodies: list[dict[str, str]] = []
        self._ids = itertools.count(1)

    def route(self, asked: Asked) -> str:
        return asked.path.removeprefix("/v1")

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return _refuse(401, "Incorrect API key provided", "invalid_api_key")
        path = self.route(asked)
        if asked.method == "POST" and path in ROUTES:
            return self._post(path, asked)
        if (asked.method, path) == ("GET", "/videos"):
            return Reply(json={"object": "list", "data": []})
        name, _, rest = path.removeprefix("/videos/").partition("/")
        film = self.films.get(name)
        if asked.method != "GET" or film is None or rest not in ("", "content"):
            return _refuse(404, "Not found")
        if rest:
            if film.steps[0] != "completed":
                return _refuse(400, "Video is not ready")
            return Reply(body=self.film, headers={"Content-Type": "video/mp4"})
        if len(film.steps) > 1:
            film.steps.popleft()
        return Reply(json=film.told)

    def _post(self, path: str, asked: Asked) -> Reply:
        every = list(fields_of(asked))
        files = [each for each in every if each.filename]
        body = {e.name: e.text for e in every if not e.filename} if every else asked.json
        if found := faults_of(path, body, files):
            return _refuse(400, "; ".join(found))
        if "forbidden" in body["prompt"]:
            return _refuse(400, "Blocked by our moderation system.", "moderation_blocked")
        self.bodies.append(body)
        film = FakeFilm(f"video_{next(self._ids)}", deque(self.steps))
        for word, code in (("unsafe", "moderation_blocked"), ("broken", "internal_error")):
            if word in json.dumps(body):
                film.steps[-1] = "failed"
                film.error = {"code": code, "message": f"it is {word}"}
        self.films[film.id] = film
        return Reply(json=film.told)


def _refuse(status: int, message: str, code: str | None = None) -> Reply:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Reply(status, json={"error": error})


def faults_of(path: str, body: Any, files: list[Field]) -> list[str]:
    """Return all that is wrong with a submission."""
    schema, name = ROUTES[path]
    found = faults(body, schema)
    if [each.name for each in files] not in ([name], [] if path == "/videos" else [name]):
        found.append(f"files: {[each.name for each in files]}")
    kinds = ("image/png", "image/jpeg", "image/webp") if path == "/videos" else ("video/mp4",)
    found += [f"file: {f.media_type}" for f in files if f.media_type not in kinds]
    return found


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeOpenAIVideos(files["video"]), KEY, path="/v1")
