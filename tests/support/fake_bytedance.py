"""ByteDance ModelArk on this machine: strict by model, and counting every submission.

Tasks go on by one step with each poll. Written from the provider's documentation, not from this
project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

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

KEY = "ark-canary-4711"
ROOT = "/api/v3"
IMAGES = "/images/generations"
TASKS = "/contents/generations/tasks"

_BOOL = {"type": "boolean"}
_TEXT = {"type": "string"}
_SEED = {"type": "integer", "minimum": -1, "maximum": 2147483647}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _integer(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


_SEARCH = {"type": "array", "items": _object("type", type=_enum("web_search")), "maxItems": 1}
_SETS = {
    "sequential_image_generation": _enum("auto", "disabled"),
    "sequential_image_generation_options": _object(max_images=_integer(1, 15)),
    "stream": _BOOL,
}
_FORMAT = {"output_format": _enum("png", "jpeg")}
_THINKING = _object(thinking=_enum("auto", "enabled", "disabled"), mode=_enum("standard"))


@dataclass(frozen=True)
class Drawing:
    """What a model for pictures takes."""

    tiers: tuple[str, ...]
    pixels: tuple[int, int]
    most: int
    fields: Mapping[str, Any]


_NEWEST = Drawing(
    ("1K", "1.5K", "2K"),
    (921_600, 4_624_220),
    10,
    {
        **_FORMAT,
        "optimize_prompt_options": _THINKING,
        "layer_decomposition": _BOOL,
        "background": _enum("transparent"),
    },
)
DRAWING: Mapping[str, Drawing] = {
    "seedream-4-0-250828": Drawing(
        ("1K", "2K", "4K"),
        (1024**2, 4096**2),
        14,
        {**_SETS, "optimize_prompt_options": _object(mode=_enum("standard", "fast"))},
    ),
    "seedream-4-5-251128": Drawing(("2K", "4K"), (2560 * 1440, 4096**2), 14, _SETS),
    "seedream-5-0-260128": Drawing(
        ("2K", "3K"),
        (2560 * 1440, 3072**2),
        14,
        {**_SETS, **_FORMAT, "tools": _SEARCH, "optimize_prompt_options": _THINKING},
    ),
    "dola-seedream-5-0-pro-260628": _NEWEST,
    "dola-seedream-5-0-flash-260915": _NEWEST,
    "seededit-3-0-i2i-250628": Drawing(
        ("adaptive",), (0, 0), 1, {"seed": _SEED, "guidance_scale": {"type": "number"}}
    ),
    "seedream-3-0-t2i-250415": Drawing(
        (), (512**2, 2048**2), 0, {"seed": _SEED, "guidance_scale": {"type": "number"}}
    ),
}
_DRAWN: Mapping[str, Any] = {
    "model": _TEXT,
    "prompt": _TEXT,
    "image": {},
    "size": _TEXT,
    "response_format": _enum("url", "b64_json"),
    "watermark": _BOOL,
}
_RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "adaptive")


@dataclass(frozen=True)
class Filming:
    """What a model for clips takes."""

    resolutions: tuple[str, ...]
    seconds: tuple[int, int]
    modes: str
    """The ways of working: `t` words, `f` first picture, `l` last picture."""
    references: tuple[int, int, int] = (0, 0, 0)
    """Most pictures, films and sounds to go by."""
    fields: Mapping[str, Any] | None = None


_SOUND = {"generate_audio": _BOOL}
_SECOND = {**_SOUND, "tools": _SEARCH}
_FIRST = {
    "seed": {"type": "integer", "minimum": -1, "maximum": 2**32 - 1},
    "camera_fixed": _BOOL,
    "service_tier": _enum("default", "flex"),
}
_FIRST_RATIO = {**_FIRST, "ratio": _enum(*_RATIOS, "9:21")}
_THREE = ("480p", "720p", "1080p")
FILMING: Mapping[str, Filming] = {
    "dreamina-seedance-2-5-260628": Filming(
        ("480p", "720p"),
        (4, 30),
        "tfl",
        (30, 10, 10),
        {
            **_SECOND,
            "output_format": _enum("mp4", "mov"),
            "omni_reference_task_type": _enum("auto", "reference", "edit", "extend"),
        },
    ),
    "dreamina-seedance-2-0-260128": Filming(
        (*_THREE, "4k"), (4, 15), "tfl", (9, 3, 3), {**_SECOND, "priority": _integer(0, 9)}
    ),
    "dreamina-seedance-2-0-fast-260128": Filming(
        ("480p", "720p"), (4, 15), "tfl", (9, 3, 3), _SECOND
    ),
    "dreamina-seedance-2-0-mini-260615": Filming(
        ("480p", "720p"), (4, 15), "tfl", (9, 3, 3), _SECOND
    ),
    "seedance-1-5-pro-251215": Filming(
        _THREE, (4, 12), "tfl", (9, 0, 0), {**_FIRST, **_SOUND, "draft": _BOOL}
    ),
    "seedance-1-0-pro-250528": Filming(_THREE, (2, 12), "tfl", fields=_FIRST_RATIO),
    "seedance-1-0-pro-fast-251015": Filming(_THREE, (2, 12), "tf", fields=_FIRST_RATIO),
    "seedance-1-0-lite-t2v-250428": Filming(_THREE, (2, 12), "t", fields=_FIRST_RATIO),
    "seedance-1-0-lite-i2v-250428": Filming(_THREE, (2, 12), "fl", (4, 0, 0), _FIRST_RATIO),
}
_FILMED: Mapping[str, Any] = {
    "model": _TEXT,
    "content": {"type": "array", "items": {"type": "object"}, "minItems": 1},
    "ratio": _enum(*_RATIOS),
    "watermark": _BOOL,
    "return_last_frame": _BOOL,
    "execution_expires_after": _integer(3600, 259200),
    "safety_identifier": {"type": "string", "maxLength": 64},
    "callback_url": {"type": "string", "format": "uri"},
}
_ROLES = {
    "first_frame": "image_url",
    "last_frame": "image_url",
    "reference_image": "image_url",
    "reference_video": "video_url",
    "reference_audio": "audio_url",
}
_DATA = {
    "image_url": r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+",
    "audio_url": r"data:audio/(wav|mp3);base64,[A-Za-z0-9+/=]+",
}


@dataclass
class FakeTask:
    """A task."""

    id: str
    body: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    error: Mapping[str, str] | None = None

    @property
    def status(self) -> str:
        return self.steps[0]


@dataclass
class Refusal(Exception):
    """An answer with an error."""

    status: int
    code: str
    message: str


class FakeByteDance(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.steps: tuple[str, ...] = ("queued", "running", "succeeded")
        self.tasks: dict[str, FakeTask] = {}
        self.drawn = 0
        """Pictures that are billed."""
        self._ids = itertools.count(1)

    def route(self, asked: Asked) -> str:
        return asked.path.removeprefix(ROOT)

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        try:
            if asked.headers.get("authorization") != f"Bearer {KEY}":
                raise Refusal(401, "AuthenticationError", "The API key is missing or invalid.")
            return Reply(json=self._reply(asked))
        except Refusal as refusal:
            told = {"code": refusal.code, "message": f"{refusal.message} Request id: q-1"}
            return Reply(
                refusal.status, json={"error": {**told, "param": "", "type": "BadRequest"}}
            )

    def _reply(self, asked: Asked) -> Any:
        path = self.route(asked)
        name = path.removeprefix(f"{TASKS}/")
        match asked.method:
            case "POST" if path == IMAGES:
                return self._draw(asked.json)
            case "POST" if path == TASKS:
                return self._begin(asked.json)
            case "GET" if path == TASKS:
                return {"total": len(self.tasks), "items": [*map(self._told, self.tasks.values())]}
            case "GET" if name in self.tasks:
                return self._told(self._advanced(self.tasks[name]))
            case "DELETE" if name in self.tasks:
                return self._take_back(self.tasks[name])
        raise Refusal(404, "InvalidEndpoint.NotFound", "The task or model does not exist.")

    def _draw(self, body: Any) -> Any:
        if found := drawing_faults(body):
            raise Refusal(400, "InvalidParameter", "; ".join(found))
        _moderate(body)
        number = 1
        if body.get("sequential_image_generation") == "auto":
            number = body.get("sequential_image_generation_options", {}).get("max_images", 15)
        wrong = {"code": "OutputImageSensitiveContentDetected", "message": "It may be unsafe."}
        items: list[dict[str, Any]] = [
            {"url": f"{self.url}/made/image/{n}", "size": "2048x2048"} for n in range(number)
        ]
        if "partly" in body["prompt"]:
            items[0] = {"error": wrong}
        if "unsafe" in body["prompt"]:
            items = [{"error": wrong}]
        good = sum("url" in item for item in items)
        self.drawn += good
        usage = {"generated_images": good, "output_tokens": 16384, "total_tokens": 16384}
        return {"model": body["model"], "created": 1, "data": items, "usage": usage}

    def _begin(self, body: Any) -> Any:
        if found := filming_faults(body):
            raise Refusal(400, "InvalidParameter", "; ".join(found))
        _moderate(body)
        words = json.dumps(body)
        task = FakeTask(f"cgt-{next(self._ids)}", body, deque(self.steps))
        if "unsafe" in words:
            code = "OutputVideoSensitiveContentDetected.PolicyViolation"
            task.error = {"code": code, "message": "The clip may be unsafe."}
        if "broken" in words:
            task.error = {"code": "InternalServiceError", "message": "It broke."}
        if task.error:
            task.steps = deque(["queued", "failed"])
        self.tasks[task.id] = task
        return {"id": task.id}

    def _take_back(self, task: FakeTask) -> Any:
        if task.status == "running":
            raise Refusal(400, "InvalidParameter", "A running task cannot be cancelled.")
        if task.status == "queued":
            task.steps = deque(["cancelled"])
        else:
            del self.tasks[task.id]
        return {}

    def _advanced(self, task: FakeTask) -> FakeTask:
        if len(task.steps) > 1:
            task.steps.popleft()
        return task

    def _told(self, task: FakeTask) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": task.id,
            "model": task.body["model"],
            "status": task.status,
            "created_at": 1,
            "updated_at": 2,
        }
        if task.status == "succeeded":
            usage = {"completion_tokens": 108_000, "total_tokens": 108_000}
            told |= {"content": {"video_url": f"{self.url}/made/video/{task.id}"}, "usage": usage}
        if task.status == "failed":
            told["error"] = task.error
        return told

    def _download(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, body=b"keys do not belong here")
        return Reply(body=self.files[asked.path.split("/")[2]])


def _moderate(body: Any) -> None:
    words = json.dumps(body)
    if "forbidden" in words:
        raise Refusal(400, "InputTextSensitiveContentDetected", "The text may be unsafe.")


def drawing_faults(body: Any) -> list[str]:
    """Return all that is wrong with a request for pictures.

    Raises:
        Refusal: There is no such model.
    """
    model = DRAWING.get(body.get("model"))
    if model is None:
        raise Refusal(404, "InvalidEndpoint.NotFound", "The model does not exist.")
    needed = "prompt watermark" + (" image" if model.most == 1 else "")
    schema = _object(needed, **_DRAWN, **model.fields)
    return faults(body, schema) or list(_drawing_faults(model, body))


def _drawing_faults(model: Drawing, body: Mapping[str, Any]) -> Iterator[str]:
    pictures = body.get("image", [])
    pictures = [pictures] if isinstance(pictures, str) else pictures
    if len(pictures) > model.most:
        yield f"at most {model.most} pictures"
    yield from (f"image: {p[:40]}" for p in pictures if not _is_file(p, "image_url"))
    size = str(body.get("size", ""))
    if size and size not in model.tiers:
        found = re.fullmatch(r"(\d+)x(\d+)", size)
        width, height = (int(found[1]), int(found[2])) if found else (0, 1)
        low, high = model.pixels
        if not low <= width * height <= high or not 1 / 16 <= width / height <= 16:
            yield f"size {size}"
    if body.get("sequential_image_generation") == "auto":
        most = body.get("sequential_image_generation_options", {}).get("max_images", 15)
        if len(pictures) + most > 15:
            yield "at most 15 pictures, given and drawn"
    if "background" in body and (len(pictures) != 1 or body.get("output_format") != "png"):
        yield "background: one picture, and png"


def filming_faults(body: Any) -> list[str]:
    """Return all that is wrong with a request for a clip.

    Raises:
        Refusal: There is no such model.
    """
    model = FILMING.get(body.get("model"))
    if model is None:
        raise Refusal(404, "UnsupportedModel", "The model does not exist.")
    fields = {
        **_FILMED,
        "resolution": _enum(*model.resolutions),
        "duration": _integer(*model.seconds),
        **(model.fields or {}),
    }
    found = faults(body, _object("content", **fields)) or list(_item_faults(body["content"]))
    return found or list(_filming_faults(model, body))


def _item_faults(content: list[Any]) -> Iterator[str]:
    for item in content:
        if item.get("type") == "text":
            if item.keys() != {"type", "text"} or not item["text"]:
                yield "text"
            continue
        kind = _ROLES.get(str(item.get("role")))
        if kind is None or item.keys() != {"type", kind, "role"} or item["type"] != kind:
            yield f"content: {sorted(item)}"
        elif item[kind].keys() != {"url"} or not _is_file(item[kind]["url"], kind):
            yield f"{item['role']}: {str(item[kind])[:60]}"


def _filming_faults(model: Filming, body: Mapping[str, Any]) -> Iterator[str]:
    content = body["content"]
    roles = Counter(item.get("role", "text") for item in content)
    frames = roles["first_frame"] + roles["last_frame"]
    pictures, films, sounds = (roles[f"reference_{kind}"] for kind in ("image", "video", "audio"))
    references = pictures + films + sounds
    is_new = "2-" in body["model"].partition("seedance-")[2][:2]
    wrong = {
        "one text": roles["text"] > 1,
        "frames do not go with references": bool(frames and references),
        "a last frame alone": roles["last_frame"] > roles["first_frame"],
        "too many frames": roles["first_frame"] > 1,
        "no frames": bool(frames) and "f" not in model.modes,
        "no last frame": bool(roles["last_frame"]) and "l" not in model.modes,
        "no clip from words": not frames and not references and "t" not in model.modes,
        "too many references": any(
            given > most
            for given, most in zip((pictures, films, sounds), model.references, strict=True)
        ),
        "sounds alone": bool(sounds) and not pictures + films,
        "a search is for words": "tools" in body and len(content) > roles["text"],
        "ratio with a frame": bool(frames) and "ratio" in body and "2-5" in body["model"],
        "a draft is of 480p": bool(body.get("draft")) and body.get("resolution") != "480p",
        "not in this family": is_new and bool({"seed", "service_tier"} & body.keys()),
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


def _is_file(url: Any, kind: str) -> bool:
    if not isinstance(url, str):
        return False
    if re.match(r"(https?|asset)://[^ ]+", url):
        return True
    return kind in _DATA and re.fullmatch(_DATA[kind], url) is not None


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeByteDance(files), KEY, path=ROOT)
