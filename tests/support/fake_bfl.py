"""Black Forest Labs on this machine: strict, in one region, and counting every submission.

Tasks go on by one step with each look. They are known at the address that their submission's answer
gives, and nowhere else. Written from the provider's documentation, not from this project's
catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "bfl-key-canary"
REGION = "/eu1"
"""Where tasks are known."""

_TEXT: dict[str, Any] = {"type": "string"}
_BOOL = {"type": "boolean"}
_FILE = {"type": "string", "format": "file"}
_INT = {"type": "integer"}


def _enum(*values: Any, kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "enum": list(values)}


def _number(low: float, high: float, kind: str = "number") -> dict[str, Any]:
    return {"type": kind, "minimum": low, "maximum": high}


def _whole(low: float, high: float) -> dict[str, Any]:
    return _number(low, high, "integer")


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _pictures(most: int) -> dict[str, Any]:
    return {"input_image": _FILE, **{f"input_image_{n}": _FILE for n in range(2, most + 1)}}


_FORMAT = _enum("jpeg", "png", "webp")
_HOOK = {"webhook_url": _TEXT, "webhook_secret": _TEXT}
_COMMON = {"seed": _INT, "output_format": _FORMAT, **_HOOK}
_OLD = {**_COMMON, "safety_tolerance": _whole(0, 6), "prompt_upsampling": _BOOL, "prompt": _TEXT}
_MIDDLE = {
    **_COMMON,
    "safety_tolerance": _whole(0, 5),
    "prompt": _TEXT,
    "width": _whole(64, 1e5),
    "height": _whole(64, 1e5),
    "user": _TEXT,
}
_ELEVEN = {
    **_OLD,
    "image_prompt": _FILE,
    "width": _enum(*range(256, 1441, 32), kind="integer"),
    "height": _enum(*range(256, 1441, 32), kind="integer"),
}
_ULTRA = {
    **_OLD,
    "aspect_ratio": _TEXT,
    "image_prompt": _FILE,
    "image_prompt_strength": _number(0, 1),
}
_FILL = {**_OLD, "image": _FILE, "steps": _whole(15, 50), "guidance": _number(1.5, 100)}
_SIDES = {side: _whole(0, 2048) for side in ("top", "bottom", "left", "right")}
_TUNED = {"finetune_id": _TEXT, "finetune_strength": _number(0, 2)}
_TOOL = {**_COMMON, "safety_tolerance": _whole(0, 5)}
_STRICTEST = {"safety_tolerance": _whole(0, 4), "user": _TEXT}
_FILM = {
    **_STRICTEST,
    "mode": _TEXT,
    "prompt": _TEXT,
    "aspect_ratio": _enum("auto", "21:9", "2:1", "16:9", "4:3", "1:1", "3:4", "9:16", "9:21"),
    "duration": _whole(5, 20),
    "resolution": _enum("hd", "fhd", "qhd", "uhd"),
    "generate_audio": _BOOL,
    "draft": _BOOL,
    "version": _enum("latest"),
}
_FRAMES = {"type": "array", "items": _FILE, "minItems": 1, "maxItems": 10}
FILMS: Mapping[str, Mapping[str, Any]] = {
    "t2v": _object("mode prompt", **_FILM),
    "i2v": _object("mode prompt keyframes", **_FILM, keyframes=_FRAMES),
    "v2v": _object(
        "mode prompt start_video", **{**_FILM, "start_video": _FILE, "duration": _whole(5, 15)}
    ),
}
_SHAPES = ["auto", "21:9", "2:1", "16:9", "3:2", "7:5", "4:3", "5:4", "1:1"]
_SHAPES += ["4:5", "3:4", "5:7", "2:3", "9:16", "1:2", "9:21"]
_THREE = _object(
    "prompt",
    **_STRICTEST,
    prompt=_TEXT,
    images=_FRAMES,
    aspect_ratio=_enum(*_SHAPES),
    resolution=_enum("768sq", "1k", "1.5k", "2k", "4k"),
    grounding=_BOOL,
    version=_enum("latest"),
)
_KONTEXT = _object("prompt", **_OLD, **_pictures(4), aspect_ratio=_TEXT)
_EIGHT = _object("prompt", **_MIDDLE, **_pictures(8), disable_pup=_BOOL)
_FOUR = _object("prompt", **_MIDDLE, **_pictures(4))
_FLEX = _object(
    "prompt",
    **_MIDDLE,
    **_pictures(8),
    prompt_upsampling=_BOOL,
    guidance=_number(1.5, 10),
    steps=_whole(1, 50),
)
_TRY_ON = _object("prompt person garment", **_TOOL, prompt=_TEXT, person=_FILE, garment=_FILE)
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "/v1/flux-3-video": {},
    "/v1/flux-3-image": _THREE,
    "/v1/flux-2-max": _EIGHT,
    "/v1/flux-2-pro": _EIGHT,
    "/v1/flux-2-pro-preview": _EIGHT,
    "/v1/flux-2-flex": _FLEX,
    "/v1/flux-2-klein-4b": _FOUR,
    "/v1/flux-2-klein-9b": _FOUR,
    "/v1/flux-2-klein-9b-preview": _FOUR,
    "/v1/flux-kontext-pro": _KONTEXT,
    "/v1/flux-kontext-max": _KONTEXT,
    "/v1/flux-pro-1.1": _object("", **_ELEVEN),
    "/v1/flux-dev": _object("", **_ELEVEN, steps=_whole(1, 50), guidance=_number(1.5, 5)),
    "/v1/flux-pro-1.1-ultra": _object("", **_ULTRA, raw=_BOOL),
    "/v1/flux-pro-1.1-ultra-finetuned": _object("finetune_id", **_ULTRA, **_TUNED),
    "/v1/flux-pro-1.0-fill": _object("image", **_FILL, mask=_FILE),
    "/v1/flux-pro-1.0-fill-finetuned": _object("finetune_id image", **_FILL, **_TUNED, mask=_FILE),
    "/v1/flux-pro-1.0-expand": _object("image", **_FILL, **_SIDES),
    "/v1/flux-tools/erase-v1": _object(
        "image mask", **_TOOL, image=_FILE, mask=_FILE, dilate_pixels=_whole(0, 25)
    ),
    "/v1/flux-tools/deblur-v1": _object("image", **_TOOL, image=_FILE),
    "/v1/flux-tools/outpainting-v1": _object(
        "input_image width height",
        input_image=_FILE,
        width=_whole(64, 1e5),
        height=_whole(64, 1e5),
        auto_crop=_BOOL,
        reference_offset_x=_INT,
        reference_offset_y=_INT,
        prompt=_TEXT,
        mode=_enum("high", "fast"),
        disable_pup=_BOOL,
        safety_tolerance=_whole(0, 5),
        output_format=_FORMAT,
    ),
    "/v1/flux-tools/vto-v1": _TRY_ON,
    "/v1/flux-tools/vto-v2": _TRY_ON,
    "/v1/flux-tools/video-edit-v1": _object(
        "video prompt",
        **_STRICTEST,
        video=_FILE,
        prompt={"type": "string", "minLength": 1, "maxLength": 4096},
    ),
    "/v1/flux-tools/video-upscale-v1": _object(
        "input_video",
        **_HOOK,
        input_video=_FILE,
        prompt=_TEXT,
        creativity=_enum(0, 1, kind="integer"),
        upscale_factor=_number(1.5, 3),
        safety_tolerance=_whole(0, 4),
    ),
}
_ENDS = {
    "forbidden": "Request Moderated",
    "unsafe": "Content Moderated",
    "broken": "Error",
}
"""How a task ends whose words hold one of these."""


@dataclass
class FakeTask:
    """A task."""

    id: str
    kind: str
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    settled: float | None
    """Credits that are told at the end only."""


class FakeBfl(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.tasks: dict[str, FakeTask] = {}
        self.late = 0
        """So many looks at a task find that its region does not know it yet."""
        self.expired = 0
        """So many downloads find their link expired."""
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        if asked.headers.get("x-key") != KEY or "authorization" in asked.headers:
            return Reply(403, json={"detail": "Not authenticated"})
        if asked.method == "GET":
            return self._get(asked)
        if asked.method != "POST" or asked.path not in SCHEMAS:
            return Reply(404, json={"detail": "Not Found"})
        if found := faults_of(asked.path, asked.json):
            detail = [{"loc": ["body"], "msg": each, "type": "value_error"} for each in found]
            return Reply(422, json={"detail": detail})
        return self._begin(asked.path, asked.json)

    def _begin(self, path: str, body: Mapping[str, Any]) -> Reply:
        words = json.dumps(body)
        end = next((end for word, end in _ENDS.items() if word in words), "Ready")
        is_three = "flux-3" in path
        steps = ["Pending", *(["Reasoning", "Generating"] if is_three else []), end]
        kind = "video" if "video" in path else "image"
        task = FakeTask(
            f"t-{next(self._ids)}", kind, deque(steps), 85.5 if kind == "video" else None
        )
        self.tasks[task.id] = task
        told = {"id": task.id, "cost": None if kind == "video" else 4.5, "input_mp": 0.5}
        return Reply(json={**told, "polling_url": f"{self.url}{REGION}/v1/get_result?id={task.id}"})

    def _get(self, asked: Asked) -> Reply:
        if asked.path == "/v1/credits":
            return Reply(json={"credits": 100.0})
        task = self.tasks.get(asked.query.get("id", ""))
        if not asked.path.endswith("/v1/get_result"):
            return Reply(404, json={"detail": "Not Found"})
        if task is None or not asked.path.startswith(REGION) or self.late:
            self.late = max(self.late - 1, 0)
            return Reply(404, json={"id": "x", "status": "Task not found", "result": None})
        if len(task.steps) > 1:
            task.steps.popleft()
        word = task.steps[0]
        told: dict[str, Any] = {"id": task.id, "status": word, "result": None, "details": None}
        if word == "Ready":
            number = self.count(asked.path)
            url = f"{self.url}/made/{task.kind}/{task.id}-{number}"
            told |= {"result": {"sample": url, "seed": 7}, "cost": task.settled}
        if "Moderated" in word:
            told["details"] = {"Moderation Reasons": ["Violence"]}
        if word == "Error":
            told["details"] = "it could not be made"
        return Reply(json=told)

    def _download(self, asked: Asked) -> Reply:
        if "x-key" in asked.headers:
            return Reply(400, body=b"keys do not belong here")
        if self.expired:
            self.expired -= 1
            return Reply(403, body=b"expired")
        return Reply(body=self.files[asked.path.split("/")[2]])


def faults_of(path: str, body: Any) -> list[str]:
    """Return all that is wrong with a submission."""
    schema = SCHEMAS[path]
    if path == "/v1/flux-3-video":
        mode = body.get("mode")
        if mode not in FILMS:
            return [f"mode {mode!r}"]
        schema = FILMS[mode]
    return faults(body, schema) or [*_size_faults(path, body), *_file_faults(schema, body)]


def _size_faults(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    sides = [body[side] for side in ("width", "height") if side in body]
    if path.startswith("/v1/flux-2") and sides:
        if len(sides) != 2 or any(side % 16 for side in sides):
            yield f"sides {sides}"
        elif sides[0] * sides[1] > 4_000_000:
            yield "more than 4 million pixels"


def _file_faults(schema: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    """Yield files that are neither addresses nor base64 text without a prefix."""
    for name, value in body.items():
        each = schema["properties"][name]
        if each.get("items", each) is not _FILE:
            continue
        for item in value if isinstance(value, list) else [value]:
            try:
                base64.b64decode("" if item.startswith("https://") else item, validate=True)
            except binascii.Error:
                yield f"{name} is neither an address nor base64 text"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeBfl(files), KEY)
