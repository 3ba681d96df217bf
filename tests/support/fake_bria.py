"""Bria on this machine, strict about keys, fields and media, and counting every submission.

Jobs go on by one step with each poll. Written from the provider's documentation, not from this
project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import base64
import binascii
import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "bria-key-canary"
STEPS = ("IN_PROGRESS", "UNKNOWN", "COMPLETED")

_TEXT: dict[str, Any] = {"type": "string"}
_BOOL = {"type": "boolean"}
_INT = {"type": "integer"}
_RATIO = {
    "type": "string",
    "enum": ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9"],
}


def _enum(*values: Any, kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "enum": list(values)}


def _range(low: float, high: float, kind: str = "integer") -> dict[str, Any]:
    return {"type": kind, "minimum": low, "maximum": high}


def _list(items: Any, least: int, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    common = {"webhook_url": {"type": "string", "format": "uri"}, **properties}
    return {"type": "object", "properties": common, "required": required.split()}


_MODERATED = {"visual_input_content_moderation": _BOOL, "visual_output_content_moderation": _BOOL}
_PROMPTED = {"prompt_content_moderation": _BOOL}
_TOOL = {"image": _TEXT, "preserve_alpha": _BOOL, "sync": _BOOL, **_MODERATED}
_MADE = {
    "structured_prompt": _TEXT,
    "model_version": _enum("FIBO"),
    "aspect_ratio": _RATIO,
    "seed": _INT,
    "sync": _BOOL,
    "output_type": _enum("png", "jpeg"),
    "ip_signal": _BOOL,
    "prompt": _TEXT,
    **_PROMPTED,
    **_MODERATED,
}
_LIGHTS = [
    "midday",
    "blue hour light",
    "low-angle sunlight",
    "sunrise light",
    "spotlight on subject, keep background settings",
    "overcast light",
    "soft overcast daylight lighting",
    "cloud-filtered lighting",
    "fog-diffused lighting",
    "moonlight lighting",
    "starlight lighting nighttime",
    "soft bokeh lighting",
    "harsh studio lighting keep background setting",
]
_COLOURS = [
    "Transparent",
    "Black",
    "White",
    "Gray",
    "Red",
    "Green",
    "Blue",
    "Yellow",
    "Cyan",
    "Magenta",
    "Orange",
]
_CODECS = [
    "mp4_h264",
    "mp4_h265",
    "webm_vp9",
    "mov_h265",
    "mov_proresks",
    "mkv_h264",
    "mkv_h265",
    "mkv_vp9",
    "gif",
]
_WITH_ALPHA = ("webm_vp9", "mov_proresks")
_PAIR = _list(_INT, 2, 2)
_EDITS = {
    "add_object_by_text": _object("image instruction", image=_TEXT, instruction=_TEXT),
    "replace_object_by_text": _object("image instruction", image=_TEXT, instruction=_TEXT),
    "blend": _object("image instruction", image=_TEXT, instruction=_TEXT),
    "erase_by_text": _object("image object_name", image=_TEXT, object_name=_TEXT),
    "rewrite_text": _object("image new_text", image=_TEXT, new_text=_TEXT),
    "restyle": _object("image style", image=_TEXT, style=_TEXT),
    "reseason": _object(
        "image season", image=_TEXT, season=_enum("spring", "summer", "autumn", "winter")
    ),
    "colorize": _object(
        "image color",
        image=_TEXT,
        color=_enum("color_contemporary", "color_vivid", "black_and_white", "sepia_vintage"),
    ),
    "relight": _object(
        "image light_type",
        image=_TEXT,
        light_type=_enum(*_LIGHTS),
        light_direction=_enum("front", "side", "bottom", "top-down"),
    ),
    "restore": _object("image", image=_TEXT),
    "sketch_to_colored_image": _object("image", image=_TEXT),
    "erase": _object("image mask", mask=_TEXT, mask_type=_enum("manual", "automatic"), **_TOOL),
    "gen_fill": _object(
        "image mask prompt",
        mask=_TEXT,
        prompt=_TEXT,
        refine_prompt=_BOOL,
        negative_prompt=_TEXT,
        seed=_INT,
        **_PROMPTED,
        **_TOOL,
    ),
    "remove_background": _object("image", **_TOOL),
    "replace_background": _object(
        "image",
        image=_TEXT,
        mode=_enum("base", "high_control", "fast"),
        ref_images=_TEXT,
        enhance_ref_images=_BOOL,
        prompt=_TEXT,
        refine_prompt=_BOOL,
        negative_prompt=_TEXT,
        original_quality=_BOOL,
        force_background_detection=_BOOL,
        sync=_BOOL,
        seed=_INT,
        visual_output_content_moderation=_BOOL,
        **_PROMPTED,
    ),
    "erase_foreground": _object("image", **_TOOL),
    "crop_foreground": _object("image", padding=_INT, force_background_detection=_BOOL, **_TOOL),
    "blur_background": _object("image", scale=_range(1, 5), **_TOOL),
    "expand": _object(
        "image",
        aspect_ratio=_RATIO,
        canvas_size=_PAIR,
        original_image_size=_PAIR,
        original_image_location=_PAIR,
        prompt=_TEXT,
        negative_prompt=_TEXT,
        seed=_INT,
        **_PROMPTED,
        **_TOOL,
    ),
    "enhance": _object("image", image=_TEXT, seed=_INT, preserve_alpha=_BOOL, **_MODERATED),
    "increase_resolution": _object("image", desired_increase=_enum(2, 4, kind="integer"), **_TOOL),
}
_FILM = {"video": _TEXT, "output_container_and_codec": _enum(*_CODECS)}
_LOUD = {**_FILM, "preserve_audio": _BOOL}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "/image/generate": _object(
        "",
        images=_list(_TEXT, 1, 1),
        resolution=_enum("1MP", "4MP"),
        negative_prompt=_TEXT,
        steps_num=_range(35, 50),
        **_MADE,
    ),
    "/image/generate/lite": _object("", images=_list(_TEXT, 1, 1), **_MADE),
    "/image/generate/tailored": _object(
        "tailored_model_id",
        tailored_model_id=_TEXT,
        tailored_model_influence=_range(0, 1.5, "number"),
        prompt=_TEXT,
        structured_prompt=_TEXT,
        negative_prompt=_TEXT,
        guidance_scale=_range(3, 5),
        aspect_ratio=_RATIO,
        steps_num=_range(20, 50),
        seed=_INT,
        sync=_BOOL,
        visual_output_content_moderation=_BOOL,
        **_PROMPTED,
    ),
    "/image/edit": _object(
        "images",
        images=_list(_TEXT, 1, 1),
        instruction=_TEXT,
        structured_instruction=_TEXT,
        mask=_TEXT,
        negative_prompt=_TEXT,
        guidance_scale=_range(3, 5),
        model_version=_enum("FIBO-edit"),
        steps_num=_range(20, 50),
        output_type=_enum("png", "jpeg"),
        seed=_INT,
        sync=_BOOL,
        ip_signal=_BOOL,
        **_PROMPTED,
        **_MODERATED,
    ),
    **{f"/image/edit/{name}": schema for name, schema in _EDITS.items()},
    "/video/edit/increase_resolution": _object(
        "video", desired_increase=_enum(2, 4, kind="integer"), **_LOUD
    ),
    "/video/edit/remove_background": _object(
        "video", background_color=_enum(*_COLOURS), auto_zoom=_BOOL, **_LOUD
    ),
    "/video/edit/replace_background": _object(
        "video background_url", background_url=_TEXT, **_LOUD
    ),
    "/video/edit/green_screen": _object(
        "video", green_shade=_enum("broadcast_green", "chroma_green", "blue_screen"), **_LOUD
    ),
    "/video/edit/erase": _object("video mask", mask=_TEXT, auto_trim=_BOOL, **_LOUD),
    "/video/segment/mask_by_prompt": _object(
        "video prompt", prompt=_TEXT, auto_trim=_BOOL, **_FILM
    ),
    "/video/generate/foreground_mask": _object("video", **_FILM),
    "/video/generate/tailored/image-to-video": _object(
        "tailored_model_id image", tailored_model_id=_TEXT, image=_TEXT, seed=_INT
    ),
}


@dataclass
class FakeJob:
    """A job."""

    path: str
    steps: deque[str]
    """Statuses still to come; the last one stays."""


class FakeBria(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.jobs: dict[str, FakeJob] = {}
        self.uploads: dict[str, bytes] = {}
        """Films that were sent, by the name in their address."""
        self.expired = 0
        """So many downloads find their link expired."""
        self._ids = itertools.count(1)

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        if asked.path.startswith("/bucket/"):
            return self._receive(asked)
        if asked.headers.get("api_token") != KEY:
            return _error(401, "Invalid API token")
        if asked.method == "GET":
            return self._status(asked.path)
        if asked.path == "/video/upload":
            return self._open(asked.json)
        if asked.path not in SCHEMAS:
            return _error(404, "no such path")
        text = asked.body.decode()
        if len(text) > 12_000_000:
            return _error(413, "Payload too large")
        if found := faults_of(asked.path, asked.json) + list(self._unknown_films(asked.json)):
            return _error(422, "; ".join(found))
        if "forbidden" in text:
            return _error(422, "prompt failed prompt_content_moderation")
        return self._begin(asked.path, text)

    def _begin(self, path: str, text: str) -> Reply:
        name = f"job-{next(self._ids)}"
        steps = list(STEPS)
        if "unsafe" in text:
            steps = ["IN_PROGRESS", "ERROR:422"]
        if "broken" in text:
            steps = ["IN_PROGRESS", "ERROR:500"]
        self.jobs[name] = FakeJob(path, deque(steps))
        told = {"request_id": name, "status_url": f"{self.url}/status/{name}"}
        return Reply(202, json=told)

    def _status(self, path: str) -> Reply:
        name = path.rpartition("/")[2]
        job = self.jobs.get(name)
        if job is None or path != f"/status/{name}":
            return Reply(404, json={"status": "NOT_FOUND"})
        word, _, code = job.steps[0].partition(":")
        if len(job.steps) > 1:
            job.steps.popleft()
        return Reply(json=self.told(name, word, int(code or 0)))

    def told(self, name: str, word: str, code: int = 0) -> dict[str, Any]:
        """Return what is said of a job, in polls and in messages."""
        told: dict[str, Any] = {"status": word, "request_id": name}
        if word == "ERROR":
            told["error"] = {"code": code, "message": "it was not made", "details": "no reason"}
        if word == "COMPLETED":
            path = self.jobs[name].path
            kind = "video" if path.startswith("/video/") else "image"
            field = "mask_url" if "segment" in path else f"{kind}_url"
            told["result"] = {field: f"{self.url}/made/{kind}/{name}-{next(self._ids)}"}
            told["result"]["seed"] = "7"
        return told

    def _download(self, asked: Asked) -> Reply:
        if {"api_token", "authorization"} & asked.headers.keys():
            return _error(400, "the key was sent to the store of files")
        if self.expired:
            self.expired -= 1
            return Reply(403)
        return Reply(body=self.files[asked.path.split("/")[2]])

    # -- films ---------------------------------------------------------------------------------

    def _open(self, body: Mapping[str, Any]) -> Reply:
        if set(body) != {"media_type"} or not body["media_type"].startswith("video/"):
            return _error(400, "media_type")
        name = f"film-{next(self._ids)}"
        result = {
            "upload_url": f"{self.url}/bucket/{name}",
            "upload_fields": {"key": name, "policy": "p-1"},
            "file_url": f"https://files.bria.test/{name}",
        }
        return Reply(json={"result": result, "request_id": "r-1"})

    def _receive(self, asked: Asked) -> Reply:
        if "api_token" in asked.headers:
            return _error(400, "the key was sent to the store of files")
        kind, _, boundary = asked.headers["content-type"].partition("; boundary=")
        parts = asked.body.split(f"--{boundary}".encode())[1:-1]
        heads = [part.partition(b"\r\n\r\n")[0].decode() for part in parts]
        names = [head.split('name="')[1].split('"')[0] for head in heads]
        if kind != "multipart/form-data" or names != ["key", "policy", "Content-Type", "file"]:
            return _error(400, f"{kind} {names}")
        self.uploads[asked.path.rpartition("/")[2]] = parts[-1].partition(b"\r\n\r\n")[2][:-2]
        return Reply(204)

    def _unknown_films(self, body: Mapping[str, Any]) -> Iterator[str]:
        video = body.get("video")
        if video is not None and video.rpartition("/")[2] not in self.uploads:
            yield "video: not reachable"


def _error(status: int, message: str) -> Reply:
    error = {"code": status, "message": message, "details": ""}
    return Reply(status, json={"error": error, "request_id": "r-1"})


def faults_of(path: str, body: Any) -> list[str]:
    """Return what is wrong with the body of a submission."""
    return faults(body, SCHEMAS[path]) or list(filter(None, _more_faults(path, body)))


def _more_faults(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    if not path.startswith("/video/") or "tailored" in path:
        pictures = [body.get(name) for name in ("image", "mask", "ref_images")]
        yield from map(_no_base64, filter(None, [*pictures, *body.get("images", [])]))
    if path in _COMBINED:
        yield from _COMBINED[path](body)


def _no_base64(picture: str) -> str:
    try:
        base64.b64decode(picture, validate=True)
    except binascii.Error:
        return "a picture is neither an address nor bare base64"
    return ""


def _generate_faults(body: Mapping[str, Any]) -> Iterator[str]:
    given = frozenset({"prompt", "images", "structured_prompt"} & body.keys())
    if not given or {"images", "structured_prompt"} <= given:
        yield f"{sorted(given)} is no way to ask"


def _edit_faults(body: Mapping[str, Any]) -> Iterator[str]:
    if len({"instruction", "structured_instruction"} & body.keys()) != 1:
        yield "one instruction"


def _expand_faults(body: Mapping[str, Any]) -> Iterator[str]:
    placed = {"original_image_size", "original_image_location"}
    if "aspect_ratio" not in body and not placed <= body.keys():
        yield "aspect_ratio, or original_image_size and original_image_location"


def _background_faults(body: Mapping[str, Any]) -> Iterator[str]:
    if len({"prompt", "ref_images"} & body.keys()) != 1:
        yield "either prompt or ref_images"


def _alpha_faults(body: Mapping[str, Any]) -> Iterator[str]:
    is_clear = body.get("background_color") == "Transparent"
    if is_clear and body.get("output_container_and_codec") not in _WITH_ALPHA:
        yield "Transparent needs a codec with alpha"


_COMBINED: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "/image/generate": _generate_faults,
    "/image/generate/lite": _generate_faults,
    "/image/generate/tailored": _generate_faults,
    "/image/edit": _edit_faults,
    "/image/edit/expand": _expand_faults,
    "/image/edit/replace_background": _background_faults,
    "/video/edit/remove_background": _alpha_faults,
}


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeBria(files), KEY)
