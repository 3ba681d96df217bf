"""Google's Gemini API on this machine, as strict as the real one and counting every submission.

Jobs go on by one step with each poll; the first word of a prompt in capitals chooses how a clip
ends: `REFUSED`, `FAILED`, `BUDGET`, `INLINE`.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.gemini import Gemini, refused
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "google-key-canary-4711"
_IMAGES = ["png", "jpeg", "webp", "heic", "heif", "gif", "bmp", "tiff"]
_VIDEOS = ["mp4", "mpeg", "mpg", "mov", "avi", "x-flv", "webm", "wmv", "3gpp"]
_OMNI = {"gemini-omni-1.2-flash": (3, 15), "gemini-omni-1.1-flash": (3, 10)}
_TASKS = ["text_to_video", "image_to_video", "reference_to_video", "edit", "extend"]
_BLOCK = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["text", "image", "video"]},
        "text": {"type": "string"},
        "data": {"type": "string"},
        "uri": {"type": "string"},
        "mime_type": {
            "type": "string",
            "enum": [*(f"image/{t}" for t in _IMAGES), *(f"video/{t}" for t in _VIDEOS)],
        },
    },
    "required": ["type"],
}
INTERACTION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "model": {"type": "string", "enum": list(_OMNI)},
        "background": {"type": "boolean"},
        "store": {"type": "boolean"},
        "service_tier": {
            "type": "string",
            "enum": ["standard", "flex", "priority", "deferred"],
        },
        "input": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "enum": ["user_input"]},
                    "content": {"type": "array", "minItems": 1, "items": _BLOCK},
                },
                "required": ["type", "content"],
            },
        },
        "response_format": {
            "type": "object",
            "properties": {
                "type": {"type": "string", "enum": ["video"]},
                "aspect_ratio": {"type": "string", "enum": ["16:9", "9:16"]},
                "resolution": {"type": "string", "enum": ["360p", "720p", "1080p", "4k"]},
                "duration": {"type": "string"},
                "delivery": {"type": "string", "enum": ["inline", "uri"]},
                "gcs_uri": {"type": "string"},
            },
            "required": ["type"],
        },
        "generation_config": {
            "type": "object",
            "properties": {
                "seed": {"type": "integer"},
                "thinking_level": {"type": "string", "enum": ["low", "high"]},
                "video_config": {
                    "type": "object",
                    "properties": {"task": {"type": "string", "enum": _TASKS}},
                },
            },
        },
    },
    "required": ["model", "input"],
}


def interaction_faults(body: Any) -> list[str]:
    """Return what is wrong with the body of an interaction."""
    found = faults(body, INTERACTION)
    if found:
        return found
    blocks = body["input"][0]["content"]
    for block in blocks:
        wanted = (
            {"text"} if block["type"] == "text" else {"mime_type", *({"data", "uri"} & set(block))}
        )
        if set(block) != {"type", *wanted} or len(wanted & {"data", "uri"}) > 1:
            found.append(f"a block has {sorted(block)}")
        if not str(block.get("mime_type", block["type"])).startswith(block["type"]):
            found.append("a block is of another type than it says")
    if not body.get("store", True) and body.get("background"):
        found.append("background needs store")
    task = body["generation_config"]["video_config"]["task"]
    count = {kind: sum(b["type"] == kind for b in blocks) for kind in ("image", "video")}
    fits = {
        "text_to_video": count == {"image": 0, "video": 0},
        "image_to_video": count["image"] in (1, 2) and not count["video"],
        "reference_to_video": count["image"] > 0,
        "edit": count["video"] == 1 and count["image"] <= 6,
        "extend": count == {"image": 0, "video": 1},
    }
    if not fits[task]:
        found.append(f"{task} is not for {count}")
    return [*found, *_duration_faults(body, task)]


def _duration_faults(body: Any, task: str) -> Iterator[str]:
    duration = body.get("response_format", {}).get("duration")
    if duration is None:
        return
    match = re.fullmatch(r"(\d+)s", duration)
    low, high = _OMNI[body["model"]]
    most = {"extend": 40 if high == 10 else 10}.get(task, high)
    if match is None or not (1 if task == "extend" else low) <= int(match[1]) <= most:
        yield f"duration {duration} is not valid"
    if task == "edit":
        yield "an edit takes its length from the source"


@dataclass
class Clip:
    """An interaction."""

    id: str
    body: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come; the last one stays."""

    @property
    def prompt(self) -> str:
        return str(self.body["input"][0]["content"][-1]["text"])

    @property
    def is_inline(self) -> bool:
        return self.body["response_format"].get("delivery") != "uri" or "INLINE" in self.prompt


class FakeGoogle(Loopback):
    """The service's state, as the test sees it.

    Args:
        files: What results are made of, by kind: `image`, `video`, `audio`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = dict(files)
        self.gemini = Gemini(self.files)
        self.steps: tuple[str, ...] = ("queued", "in_progress", "completed")
        self.submissions: list[tuple[str, Any]] = []
        """Path and body of each submission that was taken."""
        self.clips: dict[str, Clip] = {}
        self.uploads: dict[str, bytes] = {}
        self.states: dict[str, deque[str]] = {}
        """States of uploaded files that are still to come."""
        self._tickets: dict[str, str] = {}
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/resumable/"):
            return self._take_upload(asked)
        if asked.headers.get("x-goog-api-key") != KEY or "authorization" in asked.headers:
            return refused(403, "PERMISSION_DENIED", "the API key is not valid")
        if asked.path == "/upload/v1beta/files" and asked.method == "POST":
            return self._start_upload(asked)
        if not asked.path.startswith("/v1beta/"):
            return refused(404, "NOT_FOUND", "no such path")
        return self._authorised(asked, asked.path.removeprefix("/v1beta/"))

    def _authorised(self, asked: Asked, path: str) -> Reply:
        match asked.method, path.split("/"):
            case "GET", ["models"]:
                return Reply(json={"models": []})
            case "GET", ["voices"]:
                kore = {"type": "prebuilt", "id": "Kore", "display_name": "Kore"}
                return Reply(json={"voices": [kore]})
            case "GET", ["files", name]:
                return self._file(asked, name)
            case "GET", ["interactions", name] if name in self.clips:
                return self._poll(self.clips[name])
            case "POST", ["interactions", name, "cancel"] if name in self.clips:
                self.clips[name].steps = deque(["cancelled"])
                return Reply(json=self._shown(self.clips[name]))
            case "POST", ["interactions"]:
                return self._begin(asked)
            case "POST", ["models", call] if call.endswith(":generateContent"):
                reply = self.gemini.answer(call.partition(":")[0], asked.json)
                if reply.status == 200:
                    self.submissions.append((asked.path, asked.json))
                return reply
        return refused(404, "NOT_FOUND", "no such path")

    # -- clips ---------------------------------------------------------------------------------

    def _begin(self, asked: Asked) -> Reply:
        body = asked.json
        found = interaction_faults(body) or [
            "the file is not there or not ready"
            for block in body["input"][0]["content"]
            if "uri" in block and not self._is_ready(block["uri"])
        ]
        if found:
            message = "; ".join(found)
            return Reply(400, {"error": {"code": "invalid_request", "message": message}})
        self.submissions.append((asked.path, body))
        clip = Clip(f"v1_clip-{next(self._ids)}", body, deque(self.steps))
        if not body.get("background"):
            clip.steps = deque(["completed"])
        self.clips[clip.id] = clip
        return Reply(json=self._shown(clip))

    def _poll(self, clip: Clip) -> Reply:
        if len(clip.steps) > 1:
            clip.steps.popleft()
        return Reply(json=self._shown(clip))

    def _shown(self, clip: Clip) -> dict[str, Any]:
        status = clip.steps[0]
        shown: dict[str, Any] = {"id": clip.id, "status": status, "model": clip.body["model"]}
        if status != "completed":
            return shown
        if "FAILED" in clip.prompt:
            error = {"code": "internal", "message": "the model fell over"}
            return {**shown, "status": "failed", "errors": [error]}
        if "BUDGET" in clip.prompt:
            return {**shown, "status": "budget_exceeded"}
        refusal = "REFUSED" in clip.prompt
        content = (
            [{"type": "text", "text": "No people, please."}] if refusal else [self._clip(clip)]
        )
        draft = {"type": "video", "mime_type": "video/mp4", "data": "AAAA"}
        steps = [
            {"type": "user_input", "content": []},
            {"type": "thought", "summary": [draft]},
            {"type": "model_output", "content": content},
        ]
        tokens = [{"modality": "video", "tokens": 0 if refusal else 46_336}]
        return {**shown, "steps": steps, "usage": {"output_tokens_by_modality": tokens}}

    def _clip(self, clip: Clip) -> dict[str, Any]:
        block = {"type": "video", "mime_type": "video/mp4"}
        if clip.is_inline:
            return {**block, "data": base64.b64encode(self.files["video"]).decode()}
        name = clip.id.removeprefix("v1_")
        return {**block, "uri": f"{self.url}/v1beta/files/{name}:download?alt=media"}

    # -- files ---------------------------------------------------------------------------------

    def _start_upload(self, asked: Asked) -> Reply:
        names = ("x-goog-upload-protocol", "x-goog-upload-command")
        if [asked.headers.get(name) for name in names] != ["resumable", "start"]:
            return refused(400, "INVALID_ARGUMENT", "the upload is not resumable")
        if set(asked.json) != {"file"} or set(asked.json["file"]) - {"display_name", "displayName"}:
            return refused(400, "INVALID_ARGUMENT", "unknown field")
        ticket = f"/resumable/{next(self._ids)}"
        self._tickets[ticket] = asked.headers["x-goog-upload-header-content-length"]
        return Reply(json={}, headers={"X-Goog-Upload-URL": f"{self.url}{ticket}"})

    def _take_upload(self, asked: Asked) -> Reply:
        expected = self._tickets.pop(asked.path, None)
        command = asked.headers.get("x-goog-upload-command")
        is_whole = expected == str(len(asked.body)) and command == "upload, finalize"
        if not is_whole or asked.headers.get("x-goog-upload-offset") != "0":
            return refused(400, "INVALID_ARGUMENT", "the upload is not whole")
        name = f"up-{next(self._ids)}"
        self.uploads[name] = asked.body
        self.states.setdefault(name, deque(["PROCESSING", "PROCESSING", "ACTIVE"]))
        return Reply(json={"file": self._described(name)})

    def _described(self, name: str) -> dict[str, Any]:
        uri = f"{self.url}/v1beta/files/{name}"
        state = self.states[name][0]
        return {"name": f"files/{name}", "uri": uri, "state": state, "mimeType": "video/mp4"}

    def _is_ready(self, uri: str) -> bool:
        return self.states.get(uri.rpartition("/")[2], deque([""]))[0] == "ACTIVE"

    def _file(self, asked: Asked, name: str) -> Reply:
        if name in self.uploads:
            if len(self.states[name]) > 1:
                self.states[name].popleft()
            return Reply(json=self._described(name))
        clip = self.clips.get(f"v1_{name.removesuffix(':download')}")
        if clip is None or asked.query != {"alt": "media"}:
            return refused(404, "NOT_FOUND", "no such file")
        return Reply(body=self.files["video"], headers={"Content-Type": "video/mp4"})


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every model."""
    return Fake(FakeGoogle(files), KEY)
