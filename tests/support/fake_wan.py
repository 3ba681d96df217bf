"""Alibaba Model Studio on this machine: strict by model, and counting every submission.

As the real service it takes a request whose fields are right, and tells only in the end what is
wrong with a length or a size. Tasks go on by one step with each poll. Written from the provider's
documentation, not from this project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import email
import email.policy
import itertools
import json
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "sk-dashscope-canary-4711"
ROOT = "/api/v1"
VIDEO = "/services/aigc/video-generation/video-synthesis"
FRAMES = "/services/aigc/image2video/video-synthesis"
PICTURE = "/services/aigc/image-generation/generation"
T2I = "/services/aigc/text2image/image-synthesis"
I2I = "/services/aigc/image2image/image-synthesis"

_BOOL = {"type": "boolean"}
_TEXT = {"type": "string"}
_FILE = {"type": "string"}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": most}


def _integer(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _list(items: Any, most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


_SIZES: Mapping[str, str] = {
    "480P": "832*480 480*832 624*624",
    "720P": "1280*720 720*1280 960*960 1088*832 832*1088",
    "1080P": "1920*1080 1080*1920 1440*1440 1632*1248 1248*1632",
}
_COMMON: Mapping[str, Any] = {
    "prompt_extend": _BOOL,
    "watermark": _BOOL,
    "seed": _integer(0, 2147483647),
}
_PICTURES: Mapping[str, Any] = {
    "watermark": _BOOL,
    "seed": _integer(0, 2147483647),
    "n": _integer(1, 12),
    "size": _TEXT,
}


@dataclass(frozen=True)
class Known:
    """What a model takes."""

    path: str
    input: Mapping[str, Any]
    parameters: Mapping[str, Any]
    seconds: tuple[int, ...] = ()
    """Lengths that it makes, which are told; empty: it makes one, and is told nothing."""
    tiers: tuple[str, ...] = ()
    media: Mapping[str, int] = field(default_factory=dict)
    """How many there may be of each type of input."""


def _old(required: str, tiers: str, seconds: tuple[int, ...] = (), sound: bool = False) -> Known:
    """Return a model for clips of the old shape, from words."""
    given: dict[str, Any] = {"prompt": _text(1500), "negative_prompt": _text(500)}
    parameters: dict[str, Any] = {"size": _TEXT, **_COMMON}
    return Known(VIDEO, *_with(given, parameters, required, seconds, sound), seconds, _tiers(tiers))


def _from_picture(tiers: str, seconds: tuple[int, ...] = (), sound: bool = False) -> Known:
    given: dict[str, Any] = {
        "prompt": _text(1500),
        "negative_prompt": _text(500),
        "img_url": _FILE,
        "template": _TEXT,
    }
    parameters: dict[str, Any] = {"resolution": _enum(*_tiers(tiers)), **_COMMON}
    return Known(VIDEO, *_with(given, parameters, "img_url", seconds, sound), seconds)


def _with(
    given: dict[str, Any],
    parameters: dict[str, Any],
    required: str,
    seconds: tuple[int, ...],
    sound: bool,
) -> tuple[dict[str, Any], dict[str, Any]]:
    if sound:
        parameters["audio"] = _BOOL
        if "reference_urls" not in given:
            given["audio_url"] = _FILE
    if seconds:
        parameters["duration"] = {"type": "integer"}
    return _object(required, **given), _object(**parameters)


def _tiers(text: str) -> tuple[str, ...]:
    return tuple(f"{each}P" for each in text.split())


def _by_references() -> Known:
    given = {
        "prompt": _text(1500),
        "negative_prompt": _text(500),
        "reference_urls": _list(_FILE, 10),
    }
    parts = _with(given, {"size": _TEXT, **_COMMON}, "prompt reference_urls", _LONG, True)
    return Known(VIDEO, *parts, _LONG, _tiers("720 1080"))


def _new(required: str = "", *, shaped: bool = False, **media: int) -> Known:
    """Return a model for clips of the new shape."""
    item = _object("type url", type=_TEXT, url=_FILE, reference_voice=_FILE)
    given = {"prompt": _text(5000), "negative_prompt": _text(500)}
    parameters = {"resolution": _enum("720P", "1080P"), **_COMMON}
    if "video" in media:
        parameters["audio_setting"] = _enum("auto", "origin")
    else:
        parameters["duration"] = {"type": "integer"}
    if shaped:
        parameters["ratio"] = _enum("16:9", "9:16", "1:1", "4:3", "3:4")
    if media:
        given["media"] = _list(item, 10)
    seconds = tuple(range(2, 16))
    return Known(VIDEO, _object(required, **given), _object(**parameters), seconds, (), media)


def _between(tiers: str) -> Known:
    given = {
        "prompt": _TEXT,
        "first_frame_url": _FILE,
        "last_frame_url": _FILE,
        "template": _TEXT,
    }
    parameters = {"resolution": _enum(*_tiers(tiers)), **_COMMON}
    return Known(FRAMES, _object("first_frame_url", **given), _object(**parameters))


_LONG = (5, 10, 15)
_COLOUR = _object("hex ratio", hex=_TEXT, ratio=_TEXT)
_BOX = _list(_list({"type": "integer"}, 4, 4), 2, 0)
_CONTENT = _list({"type": "object"}, 10)
_MESSAGE = _object("role content", role=_enum("user"), content=_CONTENT)
_MESSAGES = _object("messages", messages=_list(_MESSAGE, 1))
_DRAWN = {
    **_PICTURES,
    "enable_sequential": _BOOL,
    "bbox_list": _list(_BOX, 9),
    "thinking_mode": _BOOL,
    "color_palette": _list(_COLOUR, 10, 3),
}
_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "stylization_all": (),
    "stylization_local": (),
    "description_edit": (),
    "remove_watermark": (),
    "expand": ("top_scale", "bottom_scale", "left_scale", "right_scale"),
    "super_resolution": ("upscale_factor",),
    "colorization": (),
    "doodle": ("is_sketch",),
}
_SCALE: dict[str, Any] = {"type": "number", "minimum": 1}
_SCALES: dict[str, Any] = dict.fromkeys(_FUNCTIONS["expand"], _SCALE)
_EDIT = Known(
    I2I,
    _object(
        "function prompt base_image_url",
        function=_enum(*_FUNCTIONS),
        prompt=_TEXT,
        base_image_url=_FILE,
    ),
    _object(
        n=_integer(1, 4),
        seed=_integer(0, 2147483647),
        watermark=_BOOL,
        upscale_factor=_integer(1, 4),
        is_sketch=_BOOL,
        **_SCALES,
    ),
)
_SHOTS = _old("prompt", "720 1080", _LONG, sound=True)
MODELS: Mapping[str, Known] = {
    "wan2.7-t2v": _new("prompt", shaped=True),
    "wan2.7-i2v": _new("media", first_frame=1, last_frame=1, driving_audio=1, first_clip=1),
    "wan2.7-r2v": _new(
        "prompt media", shaped=True, first_frame=1, reference_image=5, reference_video=5
    ),
    "wan2.7-videoedit": _new("media", video=1, reference_image=4),
    "wan2.6-t2v": Known(
        VIDEO,
        _SHOTS.input,
        _object(**_SHOTS.parameters["properties"], shot_type=_enum("single", "multi")),
        _LONG,
        _SHOTS.tiers,
    ),
    "wan2.6-i2v": _from_picture("720 1080", _LONG, sound=True),
    "wan2.6-i2v-flash": _from_picture("720 1080", _LONG, sound=True),
    "wan2.6-r2v": _by_references(),
    "wan2.6-r2v-flash": _by_references(),
    "wan2.5-t2v-preview": _old("prompt", "480 720 1080", (5, 10), sound=True),
    "wan2.5-i2v-preview": _from_picture("480 720 1080", (5, 10), sound=True),
    "wan2.2-t2v-plus": _old("prompt", "480 1080"),
    "wan2.2-i2v-plus": _from_picture("480 720 1080"),
    "wan2.2-i2v-flash": _from_picture("480 720 1080"),
    "wan2.2-kf2v-flash": _between("480 720 1080"),
    "wan2.1-kf2v-plus": _between("720"),
    "wanx2.1-t2v-turbo": _old("prompt", "480 720"),
    "wanx2.1-t2v-plus": _old("prompt", "720"),
    "wan2.7-image-pro": Known(PICTURE, _MESSAGES, _object("n", **_DRAWN), (), ("1K", "2K", "4K")),
    "wan2.7-image": Known(PICTURE, _MESSAGES, _object("n", **_DRAWN), (), ("1K", "2K")),
    "wan2.6-t2i": Known(PICTURE, _MESSAGES, _object("n", **_PICTURES), (), ("1K", "2K")),
    "wan2.6-image": Known(PICTURE, _MESSAGES, _object("n", **_PICTURES), (), ("1K", "2K")),
    "wan2.5-t2i-preview": Known(
        T2I,
        _object("prompt", prompt=_TEXT, negative_prompt=_text(500)),
        _object("n", **_PICTURES, prompt_extend=_BOOL),
    ),
    "wan2.5-i2i-preview": Known(
        I2I,
        _object("prompt images", prompt=_TEXT, images=_list(_FILE, 2)),
        _object("n", **_PICTURES),
    ),
    "wanx2.1-imageedit": _EDIT,
}


_FORM = (
    "OSSAccessKeyId",
    "Signature",
    "policy",
    "key",
    "x-oss-object-acl",
    "x-oss-forbid-overwrite",
    "success_action_status",
    "x-oss-content-type",
    "file",
)
"""Fields of an upload, the file last."""


@dataclass
class FakeTask:
    """A task."""

    id: str
    path: str
    body: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    wrong: tuple[str, str] = ("", "")
    """Code and message of the end that it comes to."""

    @property
    def status(self) -> str:
        return self.steps[0]


@dataclass
class Refusal(Exception):
    """An answer with an error."""

    status: int
    code: str
    message: str


class FakeWan(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.steps: tuple[str, ...] = ("PENDING", "RUNNING", "SUCCEEDED")
        self.tasks: dict[str, FakeTask] = {}
        self.stored: dict[str, bytes] = {}
        """Uploads, by their addresses."""
        self._leave: dict[str, str] = {}
        """Models that folders are for."""
        self._ids = itertools.count(1)

    def route(self, asked: Asked) -> str:
        return asked.path.removeprefix(ROOT)

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        if asked.path == "/store":
            return self._store(asked)
        try:
            if asked.headers.get("authorization") != f"Bearer {KEY}":
                raise Refusal(401, "InvalidApiKey", "Invalid API-key provided.")
            return Reply(json={"request_id": "q-1", **self._reply(asked)})
        except Refusal as refusal:
            told = {"code": refusal.code, "message": refusal.message, "request_id": "q-1"}
            return Reply(refusal.status, json=told)

    def _reply(self, asked: Asked) -> dict[str, Any]:
        path = self.route(asked)
        name = path.removeprefix("/tasks/").removesuffix("/cancel")
        match asked.method:
            case "GET" if path == "/uploads":
                return {"data": self._allow(asked)}
            case "GET" if path == "/tasks":
                return {"data": [], "total": 0}
            case "GET" if path.startswith("/tasks/"):
                task = self.tasks.get(name)
                if task is None:
                    return {"output": {"task_id": name, "task_status": "UNKNOWN"}}
                return {"output": self._told(self._advanced(task)), "usage": {}}
            case "POST" if path.endswith("/cancel") and name in self.tasks:
                if self.tasks[name].status != "PENDING":
                    raise Refusal(400, "UnsupportedOperation", "Only pending tasks are canceled.")
                self.tasks[name].steps = deque(["CANCELED"])
                return {}
            case "POST":
                return {"output": self._begin(path, asked)}
        raise Refusal(404, "ModelNotFound", "There is nothing there.")

    def _begin(self, path: str, asked: Asked) -> dict[str, Any]:
        body = asked.json
        if asked.headers.get("x-dashscope-async") != "enable":
            raise Refusal(403, "AccessDenied", "The account does not support synchronous calls.")
        if found := shape_faults(path, body):
            raise Refusal(400, "InvalidParameter", "; ".join(found))
        self._check_files(asked, body)
        words = json.dumps(body)
        if "forbidden" in words:
            raise Refusal(400, "DataInspectionFailed", "Input may hold inappropriate content.")
        task = FakeTask(f"t-{next(self._ids)}", path, body, deque(self.steps), _end_of(body, words))
        if task.wrong[0]:
            task.steps = deque(["PENDING", "FAILED"])
        self.tasks[task.id] = task
        return {"task_id": task.id, "task_status": "PENDING"}

    def _check_files(self, asked: Asked, body: Mapping[str, Any]) -> None:
        uploads = re.findall(r"oss://[^\"]+", json.dumps(body))
        if uploads and asked.headers.get("x-dashscope-ossresourceresolve") != "enable":
            raise Refusal(400, "InvalidURL", "The url is invalid.")
        for upload in uploads:
            folder = upload.removeprefix("oss://").rpartition("/")[0]
            if upload not in self.stored or self._leave[folder] != body["model"]:
                raise Refusal(400, "InvalidURL", "The file is not there, or of another model.")

    def _advanced(self, task: FakeTask) -> FakeTask:
        if len(task.steps) > 1:
            task.steps.popleft()
        return task

    def _told(self, task: FakeTask) -> dict[str, Any]:
        told: dict[str, Any] = {"task_id": task.id, "task_status": task.status}
        if task.status == "FAILED":
            told |= {"code": task.wrong[0], "message": task.wrong[1]}
        if task.status != "SUCCEEDED":
            return told
        number = task.body.get("parameters", {}).get("n", 1)
        links = [f"{self.url}/made/image/{task.id}-{n}" for n in range(number)]
        if task.path == PICTURE:
            content = [{"type": "image", "image": link} for link in links]
            choices = [{"finish_reason": "stop", "message": {"content": content}}]
            return {**told, "choices": choices}
        if task.path in (T2I, I2I):
            return {**told, "results": [{"url": link} for link in links]}
        return {**told, "video_url": f"{self.url}/made/video/{task.id}"}

    # -- files ---------------------------------------------------------------------------------

    def _allow(self, asked: Asked) -> dict[str, Any]:
        model = asked.query.get("model", "")
        if asked.query.get("action") != "getPolicy" or model not in MODELS:
            raise Refusal(400, "InvalidParameter", "action and model")
        folder = f"dashscope/{len(self._leave)}"
        self._leave[folder] = model
        return {
            "upload_host": f"{self.url}/store",
            "upload_dir": folder,
            "oss_access_key_id": "oss-id",
            "signature": "signed",
            "policy": "cG9saWN5",
            "x_oss_object_acl": "private",
            "x_oss_forbid_overwrite": "true",
        }

    def _store(self, asked: Asked) -> Reply:
        head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + asked.body, policy=email.policy.HTTP)
        parts: dict[str, Any] = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in message.iter_parts()
        }
        key = parts.get("key", b"").decode()
        is_known = key.rpartition("/")[0] in self._leave and f"oss://{key}" not in self.stored
        if "authorization" in asked.headers or tuple(parts) != _FORM or not is_known:
            return Reply(403, body=b"<Error><Message>AccessDenied</Message></Error>")
        self.stored[f"oss://{key}"] = parts["file"]
        return Reply(200)

    def _download(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, body=b"keys do not belong here")
        return Reply(body=self.files[asked.path.split("/")[2]])


def _end_of(body: Mapping[str, Any], words: str) -> tuple[str, str]:
    """Return code and message with which a task fails; empty if it does not."""
    if late := limit_faults(body):
        return "InvalidParameter", "; ".join(late)
    if "unsafe" in words:
        return "DataInspectionFailed", "Output may hold inappropriate content."
    return ("InternalError", "It broke.") if "broken" in words else ("", "")


# -- what is wrong with a request ------------------------------------------------------------------


def shape_faults(path: str, body: Any) -> list[str]:
    """Return what the service refuses at once.

    Raises:
        Refusal: There is no such model at that path.
    """
    model = MODELS.get(body.get("model"))
    if model is None or model.path != path:
        raise Refusal(404, "ModelNotFound", "The model does not exist.")
    schema = _object(
        "model input parameters" if model.path != VIDEO else "model input",
        model=_TEXT,
        input=model.input,
        parameters=model.parameters,
    )
    return faults(body, schema) or [*_unread(body["input"]), *_media_faults(model, body)]


def limit_faults(body: Mapping[str, Any]) -> list[str]:
    """Return what the service tells in the end only."""
    model, parameters = MODELS[body["model"]], body.get("parameters", {})
    return [*_length_faults(model, body, parameters), *_size_faults(model, body, parameters)]


def _length_faults(
    model: Known, body: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Iterator[str]:
    if "duration" not in parameters:
        return
    seconds = parameters["duration"]
    has_film = any(m["type"] == "reference_video" for m in body["input"].get("media", []))
    if seconds not in model.seconds or (has_film and seconds > 10):
        yield "duration customization is not supported"


def _size_faults(
    model: Known, body: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Iterator[str]:
    size = parameters.get("size")
    if model.path == VIDEO:
        allowed = [each for tier in model.tiers for each in _SIZES[tier].split()]
        if model.tiers and size not in allowed:
            yield f"size must be in {allowed}"
    elif size is not None and size not in model.tiers:
        found = re.fullmatch(r"(\d+)\*(\d+)", size)
        width, height = (int(found[1]), int(found[2])) if found else (1, 100)
        is_of_words = body["model"] == "wan2.7-image-pro" and _is_of_words(body)
        most = (4096 if is_of_words else 2048) ** 2
        if model.path != PICTURE and not 768 <= min(width, height) <= max(width, height) <= 1440:
            yield "sides are from 768 to 1440"
        if not 768**2 <= width * height <= most or not 1 / 8 <= width / height <= 8:
            yield f"size {size} is out of range"
    if size == "4K" and not _is_of_words(body):
        yield "4K is for words alone"


def _is_of_words(body: Mapping[str, Any]) -> bool:
    content = body["input"]["messages"][0]["content"]
    return len(content) == 1 and not body["parameters"].get("enable_sequential")


def _unread(value: Any, name: str = "") -> Iterator[str]:
    """Yield files that are neither addresses nor data URLs."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unread(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _unread(item, name)
    elif name.endswith(("url", "urls", "images", "voice")) or name == "image":
        data = r"data:(image/[a-z]+|audio/(wav|mpeg));base64,[A-Za-z0-9+/=]+"
        if not re.fullmatch(rf"(https?|oss)://[^ ]+|{data}", str(value)):
            yield f"{name}: {str(value)[:40]}"


def _media_faults(model: Known, body: Mapping[str, Any]) -> Iterator[str]:
    if model.path == PICTURE:
        yield from _content_faults(body)
    if "function" in body["input"]:
        own = {name for names in _FUNCTIONS.values() for name in names}
        allowed = set(_FUNCTIONS[body["input"]["function"]])
        yield from (
            f"{name}: another function's" for name in own & set(body["parameters"]) - allowed
        )
    media = body["input"].get("media", [])
    types = Counter(item["type"] for item in media)
    yield from (f"{n}: too many" for n, number in types.items() if number > model.media.get(n, 0))
    references = types["reference_image"] + types["reference_video"]
    wrong = {
        "1 to 5 references": body["model"] == "wan2.7-r2v" and not 1 <= references <= 5,
        "a film to edit": body["model"] == "wan2.7-videoedit" and not types["video"],
        "a first frame or clip": body["model"] == "wan2.7-i2v"
        and types["first_frame"] + types["first_clip"] != 1,
        "a voice is of a reference": any(
            "reference_voice" in item and not item["type"].startswith("reference_")
            for item in media
        ),
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


def _content_faults(body: Mapping[str, Any]) -> Iterator[str]:
    content, parameters = body["input"]["messages"][0]["content"], body["parameters"]
    names = Counter(tuple(item) for item in content)
    pictures = names[("image",)]
    is_set = parameters.get("enable_sequential", False)
    wrong = {
        "one text": names[("text",)] != 1 or sum(names.values()) != 1 + pictures,
        "at most 5000 characters": any(len(item.get("text", "")) > 5000 for item in content),
        "at most 9 pictures": pictures > 9,
        "at most 4 pictures of no set": not is_set and parameters["n"] > 4,
        "no thinking": "thinking_mode" in parameters and bool(pictures or is_set),
        "no palette for sets": "color_palette" in parameters and is_set,
        "no boxes without pictures": "bbox_list" in parameters and not pictures,
        "from words only": body["model"] == "wan2.6-t2i" and pictures > 0,
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeWan(files), KEY, path=ROOT)
