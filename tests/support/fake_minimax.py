"""MiniMax on this machine, strict in both generations of its API, and counting every submission.

Tasks go on by one step with each poll. Written from the provider's documentation, not from this
project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "minimax-key-canary"

_TEXT: dict[str, Any] = {"type": "string"}
_BOOL = {"type": "boolean"}
_ADDRESS = {"type": "string", "format": "uri"}


def _enum(*values: Any, kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "enum": list(values)}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _list(items: Any, most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _number(low: float, high: float, kind: str = "number") -> dict[str, Any]:
    return {"type": kind, "minimum": low, "maximum": high}


_FILMS: Mapping[str, tuple[str, ...]] = {
    "MiniMax-Hailuo-2.3": ("text", "first"),
    "MiniMax-Hailuo-2.3-Fast": ("first",),
    "MiniMax-Hailuo-02": ("text", "first", "both"),
    "T2V-01-Director": ("text",),
    "T2V-01": ("text",),
    "I2V-01-Director": ("first",),
    "I2V-01-live": ("first",),
    "I2V-01": ("first",),
    "S2V-01": ("person",),
}
"""What the films of the first generation are made from, by model."""
_FILM = _object(
    "model",
    model=_enum(*_FILMS),
    prompt={"type": "string", "maxLength": 2000},
    prompt_optimizer=_BOOL,
    fast_pretreatment=_BOOL,
    duration=_enum(6, 10, kind="integer"),
    resolution=_enum("512P", "720P", "768P", "1080P"),
    first_frame_image=_TEXT,
    last_frame_image=_TEXT,
    subject_reference=_list(
        _object("type image", type=_enum("character"), image=_list(_TEXT, 1)), 1
    ),
    callback_url=_ADDRESS,
)
_H3 = {
    "MiniMax-H3": (("768P", "2K"), range(4, 16)),
    "MiniMax-H3-Max": (("480P", "768P"), range(5, 16)),
}
_CONTENT = _object(
    "type",
    type=_enum("text", "image_url", "video_url", "audio_url"),
    text=_TEXT,
    image_url=_object("url", url=_TEXT),
    video_url=_object("url", url=_TEXT),
    audio_url=_object("url", url=_TEXT),
    role=_TEXT,
)
_NEWER = _object(
    "model content resolution duration",
    model=_enum(*_H3),
    content=_list(_CONTENT, 20),
    resolution=_TEXT,
    duration={"type": "integer"},
    ratio=_enum("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive"),
    callback_url=_ADDRESS,
    aigc_watermark=_BOOL,
)
_AGAIN = _object(
    "content resolution",
    model=_enum("MiniMax-H3"),
    content=_list(_CONTENT, 20),
    resolution=_enum("2K"),
    callback_url=_ADDRESS,
    aigc_watermark=_BOOL,
)
_ROLES: Mapping[str, tuple[str, int]] = {
    "first_frame": ("image_url", 1),
    "last_frame": ("image_url", 1),
    "reference_image": ("image_url", 9),
    "reference_video": ("video_url", 3),
    "reference_audio": ("audio_url", 3),
    "base_video": ("video_url", 1),
}
_SIDE = {"type": "integer", "enum": list(range(512, 2049, 8))}
_PICTURE = _object(
    "model prompt",
    model=_enum("image-01", "image-01-live"),
    prompt={"type": "string", "maxLength": 1500},
    style=_object("style_type", style_type=_TEXT, style_weight=_number(0.001, 1)),
    aspect_ratio=_enum("1:1", "16:9", "4:3", "3:2", "2:3", "3:4", "9:16", "21:9"),
    width=_SIDE,
    height=_SIDE,
    n=_number(1, 9, "integer"),
    seed={"type": "integer"},
    prompt_optimizer=_BOOL,
    aigc_watermark=_BOOL,
    response_format=_enum("url", "base64"),
    subject_reference=_list(
        _object("type image_file", type=_enum("character"), image_file=_TEXT), 1
    ),
)
_EMOTIONS = ["happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm"]
_EMOTIONS += ["fluent", "whisper"]
_VOICE = _object(
    "voice_id",
    voice_id=_TEXT,
    speed=_number(0.5, 2),
    vol=_number(0.001, 10),
    pitch=_number(-12, 12, "integer"),
    emotion=_enum(*_EMOTIONS),
    text_normalization=_BOOL,
    latex_read=_BOOL,
)
_SOUND = _object(
    sample_rate=_enum(8000, 16000, 22050, 24000, 32000, 44100, kind="integer"),
    bitrate=_enum(32000, 64000, 128000, 256000, kind="integer"),
    format=_enum("mp3", "pcm", "flac", "wav", "pcmu_raw", "pcmu_wav", "opus"),
    channel=_enum(1, 2, kind="integer"),
    force_cbr=_BOOL,
)
_HUNDRED = _number(-100, 100, "integer")
_MODIFY = _object(
    pitch=_HUNDRED,
    intensity=_HUNDRED,
    timbre=_HUNDRED,
    sound_effects=_enum("spacious_echo", "auditorium_echo", "lofi_telephone", "robotic"),
)
_SPEECH = _object(
    "model text",
    model=_enum(*(f"speech-{g}-{q}" for g in ("2.8", "2.6", "02", "01") for q in ("hd", "turbo"))),
    text={"type": "string", "maxLength": 9999},
    stream=_BOOL,
    voice_setting=_VOICE,
    audio_setting=_SOUND,
    timbre_weights=_list(
        _object("voice_id weight", voice_id=_TEXT, weight=_number(1, 100, "integer")), 4
    ),
    pronunciation_dict=_object(tone=_list(_TEXT, 1000)),
    language_boost=_TEXT,
    voice_modify=_MODIFY,
    output_format=_enum("hex", "url"),
)
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "/v1/video_generation": _FILM,
    "/v2/video_generation": _NEWER,
    "/v2/video_regeneration": _AGAIN,
    "/v1/image_generation": _PICTURE,
    "/v1/t2a_v2": _SPEECH,
}
STEPS = {"v1": ("Queueing", "Processing", "Success"), "v2": ("queued", "running", "succeeded")}
_CODES = {
    401: 1004,
    402: 1008,
    400: 2013,
    404: 2013,
    422: 1026,
    429: 1002,
}


@dataclass
class FakeTask:
    """A task."""

    id: str
    generation: str
    steps: deque[str]
    """Statuses still to come; the last one stays."""

    @property
    def status(self) -> str:
        return self.steps[0]


class FakeMiniMax(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`, `audio`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.tasks: dict[str, FakeTask] = {}
        self.made = 0
        """Pictures and speeches."""
        self.hex_instead = False
        """Whether speech comes in hexadecimal digits all the same."""
        self.expired = 0
        """So many downloads find their link expired."""
        self._ids = itertools.count(900_001)

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return _error(asked.path, 401, "login fail")
        if asked.method == "GET":
            return self._get(asked)
        if asked.method == "DELETE":
            return self._cancel(asked.path.rpartition("/")[2])
        if asked.method != "POST" or asked.path not in SCHEMAS:
            return _error(asked.path, 404, "no such path")
        body = asked.json
        if found := faults_of(asked.path, body):
            return _error(asked.path, 400, "; ".join(found))
        if "forbidden" in json.dumps(body):
            return _error(asked.path, 422, "input new_sensitive")
        if "image_generation" in asked.path:
            return self._pictures(body)
        if "t2a" in asked.path:
            return self._speech(body)
        return self._begin(asked.path, body)

    def _begin(self, path: str, body: Mapping[str, Any]) -> Reply:
        generation = path.split("/")[1]
        steps = deque(STEPS[generation])
        if "unsafe" in json.dumps(body) or "broken" in json.dumps(body):
            word = {"v1": "Fail", "v2": "failed"}[generation]
            steps = deque([steps[0], word + (":1027" if "unsafe" in json.dumps(body) else "")])
        task = FakeTask(str(next(self._ids)), generation, steps)
        self.tasks[task.id] = task
        if generation == "v2":
            return Reply(json={"task_id": task.id})
        return _good(task_id=task.id)

    def _get(self, asked: Asked) -> Reply:
        match asked.path.strip("/").split("/"):
            case ["v1", "query", "video_generation"]:
                return self._first_status(asked.query.get("task_id", ""))
            case ["v1", "files", "retrieve"]:
                return self._file(asked.query.get("file_id", ""))
            case ["v2", "query", "video_generation"]:
                return Reply(json={"items": [], "total": 0})
            case ["v2", "query", "video_generation", name]:
                return self._second_status(name)
        return _error(asked.path, 404, "no such path")

    def _advanced(self, name: str, generation: str) -> FakeTask | None:
        task = self.tasks.get(name)
        if task is None or task.generation != generation:
            return None
        if len(task.steps) > 1:
            task.steps.popleft()
        return task

    def _first_status(self, name: str) -> Reply:
        task = self._advanced(name, "v1")
        if task is None:
            return _error("/v1/", 400, "invalid task_id")
        word, _, code = task.status.partition(":")
        told: dict[str, Any] = {"task_id": task.id, "status": word, "file_id": ""}
        if word == "Success":
            told |= {"file_id": int(task.id) + 5, "video_width": 1366, "video_height": 768}
        if code:
            base = {"status_code": int(code), "status_msg": "output new_sensitive"}
            return Reply(json={**told, "base_resp": base})
        return _good(**told)

    def _file(self, name: str) -> Reply:
        if not name.isdigit() or str(int(name) - 5) not in self.tasks:
            return _error("/v1/", 400, "file not exist")
        url = f"{self.url}/made/video/{name}-{self.count('/v1/files/retrieve')}"
        file = {"file_id": int(name), "bytes": 1, "filename": "output.mp4", "download_url": url}
        return _good(file=file)

    def _second_status(self, name: str) -> Reply:
        task = self._advanced(name, "v2")
        if task is None:
            return _error("/v2/", 404, "task not found")
        word, _, code = task.status.partition(":")
        told: dict[str, Any] = {"id": task.id, "model": "MiniMax-H3", "status": word}
        if word == "succeeded":
            number = self.count(f"/v2/query/video_generation/{name}")
            told["content"] = {"url": f"{self.url}/made/video/{task.id}-{number}"}
            told["usage"] = {"duration": 5}
        if word == "failed":
            told["error"] = {"code": code or "1000", "message": "it could not be made"}
        return Reply(json={"task": told})

    def _cancel(self, name: str) -> Reply:
        task = self.tasks.get(name)
        word = task.status.partition(":")[0] if task and task.generation == "v2" else ""
        if task is None or word not in ("queued", "succeeded", "failed"):
            return _error("/v2/", 400, "the task is not queued")
        if word == "queued":
            task.steps = deque(["cancelled"])
        else:
            # A task that has ended is deleted, and its film with it.
            del self.tasks[name]
        return Reply(json={})

    def _pictures(self, body: Mapping[str, Any]) -> Reply:
        self.made += 1
        number = 0 if "unsafe" in body["prompt"] else body.get("n", 1)
        urls = [f"{self.url}/made/image/{self.made}-{n}" for n in range(number)]
        counts = {"success_count": str(number), "failed_count": str(body.get("n", 1) - number)}
        return _good(id="p-1", data={"image_urls": urls}, metadata=counts)

    def _speech(self, body: Mapping[str, Any]) -> Reply:
        self.made += 1
        is_url = body.get("output_format") == "url" and not self.hex_instead
        audio = f"{self.url}/made/audio/{self.made}" if is_url else self.files["audio"].hex()
        info = {"audio_length": 500, "usage_characters": len(body["text"])}
        return _good(data={"audio": audio, "status": 2}, extra_info=info, trace_id="t-1")

    def _download(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, body=b"keys do not belong here")
        if self.expired:
            self.expired -= 1
            return Reply(403, body=b"expired")
        return Reply(body=self.files[asked.path.split("/")[2]])


def _good(**told: Any) -> Reply:
    return Reply(json={**told, "base_resp": {"status_code": 0, "status_msg": "success"}})


def _error(path: str, status: int, says: str) -> Reply:
    """Return an error in the manner of the path's generation."""
    code = _CODES[status]
    if path.startswith("/v2/"):
        error = {"type": "an_error", "message": f"{says} ({code})", "http_code": str(status)}
        return Reply(status, json={"type": "error", "error": error, "request_id": "r-1"})
    return Reply(json={"base_resp": {"status_code": code, "status_msg": says}})


# -- what is refused -----------------------------------------------------------------------------


def faults_of(path: str, body: Any) -> list[str]:
    """Return all that is wrong with a submission."""
    return faults(body, SCHEMAS[path]) or list(_unlike(path, body)) or list(_unaddressed(body))


def _unlike(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the documentation's tables forbid."""
    if path == "/v1/video_generation":
        yield from _film_faults(body)
    elif path.startswith("/v2/"):
        yield from _newer_faults(path, body)
    elif path == "/v1/image_generation":
        yield from _picture_faults(body)
    elif body.get("output_format") == "url" and body.get("stream"):
        yield "no addresses in a stream"
    else:
        emotion = body.get("voice_setting", {}).get("emotion")
        if emotion in ("fluent", "whisper") and "2.6" not in body["model"]:
            yield "the emotion is for 2.6 only"


def _film_faults(body: Mapping[str, Any]) -> Iterator[str]:
    model, size = body["model"], body.get("resolution")
    mode = "first" if "first_frame_image" in body else "text"
    if "last_frame_image" in body:
        mode = "both" if mode == "first" else "last"
    if "subject_reference" in body:
        mode = "person" if mode == "text" else "person and frames"
    is_hailuo = "Hailuo" in model
    has_size = size is not None or "duration" in body
    sizes = ["768P", "1080P"] + ["512P"] * (model == "MiniMax-Hailuo-02" and mode == "first")
    wrong = {
        f"{model} from {mode}": mode not in _FILMS[model],
        "prompt is required": mode in ("text", "person") and not body.get("prompt"),
        f"resolution {size}": is_hailuo and size is not None and size not in sizes,
        "1080P is for 6 seconds": size == "1080P" and body.get("duration", 6) != 6,
        "720P for 6 seconds only": not is_hailuo and (size or "720P") != "720P",
        "neither resolution nor duration": mode == "person" and has_size,
        "no fast_pretreatment": not is_hailuo and "fast_pretreatment" in body,
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


def _newer_faults(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    texts = [item.get("text") for item in body["content"] if item["type"] == "text"]
    is_again = path.endswith("regeneration")
    if len(texts) != 1 or not texts[0] or len(texts[0]) > (40_000 if is_again else 7000):
        yield "exactly one text"
    roles = Counter(item.get("role") for item in body["content"] if item["type"] != "text")
    for item in body["content"]:
        kind = item["type"]
        wanted = {"type", "text"} if kind == "text" else {"type", kind, "role"}
        if set(item) != wanted or (kind != "text" and _ROLES[item["role"]][0] != kind):
            yield f"content {sorted(item)}"
    yield from (f"too many {r}" for r, n in roles.items() if n > _ROLES[str(r)][1])
    frames = roles["first_frame"] + roles["last_frame"]
    references = sum(number for role, number in roles.items() if "reference" in str(role))
    if frames and references:
        yield "frames and references exclude each other"
    if roles["reference_audio"] and references == roles["reference_audio"] and not is_again:
        yield "a sound needs a picture or film beside it"
    if bool(roles["base_video"]) != is_again:
        yield "base_video"
    if not is_again:
        yield from _h3_faults(body, frames, references)


def _h3_faults(body: Mapping[str, Any], frames: int, references: int) -> Iterator[str]:
    sizes, lengths = _H3[body["model"]]
    if body["resolution"] not in sizes or body["duration"] not in lengths:
        yield "resolution or duration"
    if not frames and not references and body.get("ratio", "adaptive") == "adaptive":
        yield "ratio is required"
    if references and body["model"] == "MiniMax-H3-Max":
        yield "H3-Max takes no references"


def _picture_faults(body: Mapping[str, Any]) -> Iterator[str]:
    is_live = body["model"] == "image-01-live"
    sides = {"width", "height"} & body.keys()
    if len(sides) == 1 or (sides and (is_live or "aspect_ratio" in body)):
        yield "width and height"
    if is_live and body.get("aspect_ratio") == "21:9":
        yield "aspect_ratio"
    if "style" in body and not is_live:
        yield "style"


_MEDIA = frozenset({"url", "image", "image_file", "first_frame_image", "last_frame_image"})
_DATA = re.compile(r"data:(image|video|audio)/[a-z0-9.+-]+;base64,")


def _unaddressed(value: Any, name: str = "") -> Iterator[str]:
    """Yield media that are neither addresses nor data URLs."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unaddressed(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _unaddressed(item, name)
    elif isinstance(value, str) and name in _MEDIA and not value.startswith("https://"):
        head = _DATA.match(value)
        try:
            base64.b64decode(value[head.end() :] if head else "?", validate=True)
        except binascii.Error:
            yield f"{name}: neither an address nor a data URL"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeMiniMax(files), KEY)
