"""Luma's Agents API on this machine: strict, and counting every generation and every file.

Written from the provider's documentation, not from this project's catalogue, so that a mistake
there is found here.
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

KEY = "luma-api-key-canary"

_TEXT: dict[str, Any] = {"type": "string"}
_BOOL = {"type": "boolean"}
_NUMBER = {"type": "number"}
_ONE = {"type": "number", "minimum": 0, "maximum": 1}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _list(items: Any, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most}


REFERENCE = ("url", "data", "generation_id", "file_id")
"""How a reference names a file: by exactly one of these."""
_REF = _object("", **dict.fromkeys([*REFERENCE, "media_type"], _TEXT))
_INDEXES = _list({"type": "integer", "minimum": 0}, 64)
_SWITCH = {"enabled": _BOOL}
_CONTROLS = _object(
    "",
    pose=_object("", **_SWITCH, strength=_enum("precise", "coarse")),
    depth=_object("", **_SWITCH, blur=_ONE),
    normals=_object("", **_SWITCH, augmentation=_ONE),
    trajectory=_object("", **_SWITCH, sparsity=_ONE),
    face=_object("", **_SWITCH),
)
_STRENGTHS = [f"{name}_{n}" for name in ("adhere", "flex", "reimagine") for n in (1, 2, 3)]
_EDIT = _object(
    "",
    auto_controls=_BOOL,
    strength=_enum(*_STRENGTHS),
    controls=_CONTROLS,
    keyframes=_list(_REF, 64),
    keyframe_indexes=_INDEXES,
)
_POSITION = _object(
    "x_norm y_norm w_norm h_norm",
    x_norm=_NUMBER,
    y_norm=_NUMBER,
    w_norm={"type": "number", "maximum": 2},
    h_norm={"type": "number", "maximum": 2},
)
_VIDEO = _object(
    "",
    duration=_enum("5s", "10s"),
    resolution=_enum("360p", "540p", "720p", "1080p"),
    start_frame=_REF,
    end_frame=_REF,
    keyframes=_list(_REF, 64),
    keyframe_indexes=_INDEXES,
    loop=_BOOL,
    hdr=_BOOL,
    exr_export=_BOOL,
    edit=_EDIT,
    source_position=_POSITION,
)
_TYPES = ["image", "image_edit", "video", "video_edit", "video_reframe", "layering"]
_RATIOS = ["3:1", "2:1", "21:9", "16:9", "4:3", "3:2", "1:1", "3:4", "2:3", "9:16", "1:2", "1:3"]
_RAYS = {"9:16", "3:4", "1:1", "4:3", "16:9", "21:9"}
_GENERATION = _object(
    "prompt",
    prompt={"type": "string", "minLength": 1, "maxLength": 6000},
    model=_enum("uni-1", "uni-1-max", "ray-3.2"),
    type=_enum(*_TYPES),
    aspect_ratio=_enum(*_RATIOS),
    image_ref=_list(_REF, 9),
    source=_REF,
    output_format=_enum("png", "jpeg"),
    style=_enum("auto", "manga"),
    web_search=_BOOL,
    user_id=_TEXT,
    video=_VIDEO,
)
_FILE = _object(
    "mime_type size_bytes",
    mime_type=_TEXT,
    size_bytes={"type": "integer", "minimum": 1},
    filename=_TEXT,
    purpose=_enum("input", "reference"),
)
_FAILURES = {"unsafe": "content_moderated", "broken": "generation_failed"}


@dataclass
class FakeGeneration:
    """A generation."""

    id: str
    kind: str
    states: deque[str]
    """States still to come; the last one stays."""


@dataclass
class FakeFile:
    """A file that is uploaded."""

    id: str
    size: int
    content: bytes = b""
    waits: int = 0
    """So many looks find that it is not ready yet."""


class FakeLuma(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.generations: dict[str, FakeGeneration] = {}
        self.uploads: dict[str, FakeFile] = {}
        self.waits = 1
        """So many looks find that a file is not ready yet."""
        self.expired = 0
        """So many downloads find their link expired."""
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith(("/made/", "/store/")):
            if "authorization" in asked.headers:
                return Reply(400, body=b"keys do not belong here")
            return self._download(asked) if asked.method == "GET" else self._stored(asked)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return Reply(401, json={"detail": "Invalid API key"})
        match asked.method, asked.path.strip("/").split("/"):
            case "POST", ["v1", "generations"]:
                return self._begin(asked.json)
            case "GET", ["v1", "generations", name]:
                return self._generation(name)
            case "POST", ["v1", "files"]:
                return self._announced(asked.json)
            case "GET", ["v1", "files"]:
                return Reply(json={"data": [], "has_more": False})
            case "POST", ["v1", "files", name, "complete"]:
                return self._file(name)
            case "GET", ["v1", "files", name]:
                return self._file(name)
        return Reply(404, json={"detail": "Not Found"})

    # -- generations ---------------------------------------------------------------------------

    def _begin(self, body: Any) -> Reply:
        found = faults_of(body) or list(self._unknown(body))
        if found:
            return Reply(422, json={"detail": "; ".join(found)})
        if "forbidden" in body["prompt"]:
            return Reply(400, json={"detail": "prompt is not allowed"})
        end = next((word for word in _FAILURES if word in body["prompt"]), "completed")
        name = f"g-{next(self._ids)}"
        made = FakeGeneration(name, body["type"], deque(["queued", "processing", end]))
        self.generations[name] = made
        return Reply(201, json=self._shown(made, "queued", body["model"]))

    def _generation(self, name: str) -> Reply:
        made = self.generations.get(name)
        if made is None:
            return Reply(404, json={"detail": "generation not found"})
        if len(made.states) > 1:
            made.states.popleft()
        return Reply(json=self._shown(made, made.states[0], "any"))

    def _shown(self, made: FakeGeneration, state: str, model: str) -> dict[str, Any]:
        told: dict[str, Any] = {"id": made.id, "type": made.kind, "model": model}
        told |= {"created_at": "2026-11-25T00:00:00Z", "state": state, "output": None}
        if state == "completed":
            kind = "video" if made.kind.startswith("video") else "image"
            number = self.count(f"/v1/generations/{made.id}")
            told["output"] = [{"type": kind, "url": f"{self.url}/made/{kind}/{made.id}-{number}"}]
        if state in _FAILURES:
            told |= {"state": "failed", "failure_code": _FAILURES[state]}
            told["failure_reason"] = f"because it is {state}"
        return told

    def _unknown(self, body: Any) -> Iterator[str]:
        for reference in references_in(body):
            file = self.uploads.get(reference.get("file_id", ""))
            if "file_id" in reference and (file is None or not file.content):
                yield f"file {reference['file_id']} is not ready"

    # -- files ---------------------------------------------------------------------------------

    def _announced(self, body: Any) -> Reply:
        if found := faults(body, _FILE):
            return Reply(422, json={"detail": "; ".join(found)})
        file = FakeFile(f"f-{next(self._ids)}", body["size_bytes"], waits=self.waits)
        self.uploads[file.id] = file
        upload = {
            "method": "PUT",
            "url": f"{self.url}/store/{file.id}",
            "headers": {"x-amz-tag": "luma"},
            "expires_at": "2026-11-26T00:00:00Z",
        }
        told = {"id": file.id, "state": "pending", "file": self._state(file, "pending")}
        return Reply(201, json={**told, "upload": upload})

    def _stored(self, asked: Asked) -> Reply:
        file = self.uploads[asked.path.rpartition("/")[2]]
        if asked.headers.get("x-amz-tag") != "luma" or len(asked.body) != file.size:
            return Reply(403, body=b"SignatureDoesNotMatch")
        file.content = asked.body
        return Reply(200)

    def _file(self, name: str) -> Reply:
        file = self.uploads.get(name)
        if file is None:
            return Reply(404, json={"detail": "file not found"})
        if file.content.startswith(b"broken"):
            return Reply(json={**self._state(file, "failed"), "failure_reason": "no film"})
        if file.waits:
            file.waits -= 1
            return Reply(json=self._state(file, "pending"))
        return Reply(json=self._state(file, "ready" if file.content else "pending"))

    def _state(self, file: FakeFile, state: str) -> dict[str, Any]:
        told = {"id": file.id, "state": state, "size_bytes": file.size, "purpose": "input"}
        return {**told, "mime_type": "video/mp4", "created_at": "2026-11-25T00:00:00Z"}

    def _download(self, asked: Asked) -> Reply:
        if self.expired:
            self.expired -= 1
            return Reply(403, body=b"expired")
        return Reply(body=self.files[asked.path.split("/")[2]])


# -- what is refused -----------------------------------------------------------------------------


def references_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield all references to files in a body."""
    if isinstance(value, Mapping):
        if value.keys() & {*REFERENCE}:
            yield value
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from references_in(item)


def faults_of(body: Any) -> list[str]:
    """Return all that is wrong with a submission."""
    found = faults(body, _GENERATION)
    return found or [*_reference_faults(body), *_unlike(body), *_film_faults(body)]


def _reference_faults(body: Any) -> Iterator[str]:
    for reference in references_in(body):
        if len(reference.keys() & {*REFERENCE}) != 1:
            yield f"a reference by {sorted(reference)}"
        if "data" in reference:
            if not reference.get("media_type"):
                yield "data without media_type"
            try:
                base64.b64decode(reference["data"], validate=True)
            except binascii.Error:
                yield "data is not base64 text"


def _unlike(body: Mapping[str, Any]) -> Iterator[str]:
    kind = body.get("type", "image")
    is_ray = body.get("model") == "ray-3.2"
    needs_source = kind in ("image_edit", "video_edit", "video_reframe")
    images = {"output_format", "style", "web_search", "image_ref"}
    wrong = {
        f"{kind} by {body.get('model')}": kind.startswith("video") != is_ray,
        "source": ("source" in body) != needs_source,
        "aspect_ratio": is_ray and body.get("aspect_ratio", "1:1") not in _RAYS,
        "pictures only": is_ray and bool(body.keys() & images),
        "films only": not is_ray and "video" in body,
        "at most 8": kind == "image_edit" and len(body.get("image_ref", ())) > 8,
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


def _film_faults(body: Mapping[str, Any]) -> Iterator[str]:
    film, kind = body.get("video", {}), body.get("type")
    edit = film.get("edit", {})
    ends = film.keys() & {"start_frame", "end_frame"}
    is_long, is_hdr = film.get("duration") == "10s", film.get("hdr", False)
    loops = film.get("loop", False)
    wrong = {
        "frames in a long clip": bool(ends) and is_long,
        "keyframes and frames": "keyframes" in film and (bool(ends) or loops),
        "loop": loops and (is_long or is_hdr or kind != "video" or bool(ends)),
        "a draft with hdr": is_hdr and film.get("resolution") == "360p",
        "hdr": is_hdr and kind == "video_reframe",
        "edit": "edit" in film and kind != "video_edit",
        "source_position": "source_position" in film and kind != "video_reframe",
        "edit.keyframes and start_frame": "keyframes" in edit and bool(ends),
        "duration": kind != "video" and "duration" in film,
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)
    most = 240 if is_long else 120
    for each, last in ((film, most), (edit, 10**6)):
        places = each.get("keyframe_indexes", [])
        if len(set(places)) != len(each.get("keyframes", ())) or max(places, default=0) > last:
            yield f"keyframe_indexes {json.dumps(places)}"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeLuma(files), KEY, path="/v1")
