"""Luma's older API on this machine: strict, and counting every generation.

Written from the provider's documentation, not from this project's catalogue, so that a mistake
there is found here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "luma-dream-key-canary"
_BASE = "/dream-machine/v1"

_TEXT: dict[str, Any] = {"type": "string"}
_INT = {"type": "integer"}
_URL = {"type": "string", "format": "uri"}
_ONE = {"type": "number", "minimum": 0, "maximum": 1}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


_RATIO = _enum("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21")
_RAY, _PHOTON = _enum("ray-2", "ray-flash-2"), _enum("photon-1", "photon-flash-1")
_FRAME = _object("type", type=_enum("image", "generation"), url=_URL, id=_TEXT)
_REFS = {"type": "array", "items": _object("url", url=_URL, weight=_ONE), "minItems": 1}
_MEDIA = _object("url", url=_URL)
_BOUNDS = ["grid_position_x", "grid_position_y", "x_start", "x_end", "y_start", "y_end"]
_BOUNDS += ["resized_width", "resized_height"]
_CUT: dict[str, Any] = {
    **dict.fromkeys(_BOUNDS, _INT),
    "media": _MEDIA,
    "prompt": _TEXT,
    "aspect_ratio": _RATIO,
    "callback_url": _URL,
}
_FORMAT = _enum("jpg", "png")
_STRENGTHS = [f"{name}_{n}" for name in ("adhere", "flex", "reimagine") for n in (1, 2, 3)]
_FACES = {"type": "array", "items": _URL, "minItems": 1, "maxItems": 4}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "/generations/video": _object(
        "model",
        model=_RAY,
        prompt=_TEXT,
        aspect_ratio=_RATIO,
        duration=_enum("5s", "9s"),
        resolution=_enum("540p", "720p", "1080p", "4k"),
        loop={"type": "boolean"},
        keyframes=_object("", frame0=_FRAME, frame1=_FRAME),
        concepts={"type": "array", "items": _object("key", key=_TEXT)},
        callback_url=_URL,
        generation_type=_enum("video"),
    ),
    "/generations/image": _object(
        "model",
        model=_PHOTON,
        prompt=_TEXT,
        aspect_ratio=_RATIO,
        format=_FORMAT,
        image_ref={**_REFS, "maxItems": 4},
        style_ref=_REFS,
        character_ref=_object("identity0", identity0=_object("images", images=_FACES)),
        modify_image_ref=_object("url", url=_URL, weight=_ONE),
        callback_url=_URL,
        generation_type=_enum("image"),
    ),
    "/generations/video/modify": _object(
        "media model mode generation_type",
        media=_MEDIA,
        model=_RAY,
        mode=_enum(*_STRENGTHS),
        first_frame=_MEDIA,
        prompt=_TEXT,
        callback_url=_URL,
        generation_type=_enum("modify_video"),
    ),
    "/generations/video/reframe": _object(
        "media aspect_ratio model generation_type",
        **_CUT,
        model=_RAY,
        first_frame=_MEDIA,
        generation_type=_enum("reframe_video"),
    ),
    "/generations/image/reframe": _object(
        "media aspect_ratio model generation_type",
        **_CUT,
        model=_PHOTON,
        format=_FORMAT,
        generation_type=_enum("reframe_image"),
    ),
}
_ENDS = {"unsafe": "Content moderated", "broken": "it could not be made"}


@dataclass
class FakeGeneration:
    """A generation."""

    id: str
    kind: str
    request: Mapping[str, Any]
    states: deque[str]
    """States still to come; the last one stays."""


class FakeDreamMachine(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.generations: dict[str, FakeGeneration] = {}

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            if "authorization" in asked.headers:
                return Reply(400, body=b"keys do not belong here")
            return Reply(body=self.files[asked.path.split("/")[2]])
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return Reply(401, json={"detail": "Invalid API key is provided"})
        path = asked.path.removeprefix(_BASE)
        match asked.method, path.strip("/").split("/"):
            case "POST", _ if path in SCHEMAS:
                return self._begin(path, asked.json)
            case "GET", ["credits"]:
                return Reply(json={"credit_balance": 100.0})
            case "GET", ["generations", "concepts", "list"]:
                return Reply(json=["dolly_zoom", "pan_left"])
            case "GET", ["generations"]:
                shown = [self._shown(each) for each in self.generations.values()]
                return Reply(json={"generations": shown, "has_more": False})
            case "GET", ["generations", name] if name in self.generations:
                each = self.generations[name]
                if len(each.states) > 1:
                    each.states.popleft()
                return Reply(json=self._shown(each))
        return Reply(404, json={"detail": "Not found"})

    def _begin(self, path: str, body: Any) -> Reply:
        if found := faults_of(path, body):
            return Reply(400, json={"detail": "; ".join(found)})
        prompt = body.get("prompt", "")
        if "forbidden" in prompt:
            return Reply(400, json={"detail": "Prompt was moderated"})
        end = next((word for word in _ENDS if word in prompt), "completed")
        name = str(UUID(int=len(self.generations) + 1))
        kind = "image" if "image" in path else "video"
        made = FakeGeneration(name, kind, body, deque(["queued", "dreaming", end]))
        self.generations[name] = made
        return Reply(201, json=self._shown(made))

    def _shown(self, made: FakeGeneration) -> dict[str, Any]:
        state = made.states[0]
        told: dict[str, Any] = {"id": made.id, "generation_type": made.kind, "state": state}
        # What was left open stands there as it was decided.
        told |= {"request": {"loop": False, **made.request}, "failure_reason": None}
        told |= {"created_at": datetime.now(UTC).isoformat(), "assets": None}
        if state in _ENDS:
            told |= {"state": "failed", "failure_reason": _ENDS[state]}
        if state == "completed":
            told["assets"] = {made.kind: f"{self.url}/made/{made.kind}/{made.id}"}
        return told


def faults_of(path: str, body: Any) -> list[str]:
    """Return all that is wrong with a submission."""
    return faults(body, SCHEMAS[path]) or list(_frame_faults(body))


def _frame_faults(body: Mapping[str, Any]) -> Iterator[str]:
    for frame in body.get("keyframes", {}).values():
        named = "url" if frame["type"] == "image" else "id"
        if set(frame) != {"type", named}:
            yield f"a frame by {sorted(frame)}"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeDreamMachine(files), KEY, path=_BASE)
