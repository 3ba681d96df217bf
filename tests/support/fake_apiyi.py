"""APIYI on this machine: Google's call for pictures, with a bearer token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.fakes import Fake
from tests.support.gemini import Gemini
from tests.support.loopback import Asked, Loopback, Reply

KEY = "sk-apiyi-canary-4711"
_MODELS = {
    "gemini-3-pro-image": "gemini-3-pro-image",
    "gemini-3-pro-image-preview": "gemini-3-pro-image",
    "gemini-3.1-flash-image-preview": "gemini-3-pro-image",
    "gemini-2.5-flash-image": "gemini-2.5-flash-image",
}
"""Its models, and one of Google's with the same ratios and sizes."""
_PREFIX, _SUFFIX = "/v1beta/models/", ":generateContent"


class FakeApiyi(Loopback):
    """The service's state, as the test sees it.

    Args:
        files: What results are made of: `image`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = dict(files)
        self.gemini = Gemini(self.files)
        self.submissions: list[tuple[str, Any]] = []
        """Path and body of each that was taken: all are charged."""

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "invalid token")
        name = asked.path.removeprefix(_PREFIX).removesuffix(_SUFFIX)
        if asked.method != "POST" or asked.path != f"{_PREFIX}{name}{_SUFFIX}":
            return _error(404, "no such route")
        if name not in _MODELS:
            return _error(503, f"no channel for the model {name}")
        settings = asked.json.get("generationConfig", {})
        if name.startswith("gemini-2.5") and "imageSize" in settings.get("imageConfig", {}):
            return _error(400, "imageSize is not for this model")
        if "seed" in settings or len(asked.body) > 100_000_000:
            return _error(400, "bad request")
        reply = self.gemini.answer(_MODELS[name], asked.json)
        if reply.status == 200:
            self.submissions.append((asked.path, asked.json))
        return reply


def _error(status: int, message: str) -> Reply:
    return Reply(status, json={"error": {"message": message, "type": "api_error"}})


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every model."""
    return Fake(FakeApiyi(files), KEY)
