"""Kling on this machine, strict in both request standards, and counting every submission.

Tasks go on by one step with each poll. Written from the provider's documentation, not from this
project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
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

KEY = "kling-key-canary"
ACCESS, SECRET = "access-4711", "secret-canary"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of a secret, ok").decode()

_TEXT: dict[str, Any] = {"type": "string", "maxLength": 2500}
_BOOL = {"type": "boolean"}
_ADDRESS = {"type": "string", "format": "uri"}
_RATIO = {"type": "string", "enum": ["16:9", "9:16", "1:1"]}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _list(items: Any, most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _number(low: float, high: float, kind: str = "number") -> dict[str, Any]:
    return {"type": kind, "minimum": low, "maximum": high}


_OPTIONS = _object(
    callback_url=_ADDRESS,
    external_task_id={"type": "string"},
    watermark_info=_object(enabled=_BOOL),
)
_NEW_MODELS: Mapping[str, Mapping[str, Any]] = {
    "kling-3.0-turbo": {"resolution": ["720p", "1080p"], "seconds": range(3, 16)},
    "kling-3.0": {
        "resolution": ["720p", "1080p", "4k"],
        "seconds": range(3, 16),
        "audio": ["native", "off"],
        "multi_shot": True,
        "items": {"last_frame": 1, "element": 3},
    },
    "kling-2.6": {
        "resolution": ["720p", "1080p"],
        "seconds": (5, 10),
        "audio": ["native", "off"],
        "items": {"last_frame": 1, "voice": 2},
    },
    "kling-2.5-turbo": {
        "resolution": ["720p", "1080p"],
        "seconds": (5, 10),
        "items": {"last_frame": 1},
    },
    "kling-3.0-omni": {
        "resolution": ["720p", "1080p", "4k"],
        "seconds": range(3, 16),
        "audio": ["native", "original", "off"],
        "multi_shot": True,
    },
    "kling-o1": {
        "resolution": ["720p", "1080p"],
        "seconds": range(3, 11),
        "audio": ["original", "off"],
    },
}
_MOTION = {"kling-3.0": {"element": 1}, "kling-2.6": {}}
_COMMON: dict[str, Any] = {
    "callback_url": _ADDRESS,
    "external_task_id": {"type": "string"},
    "watermark_info": _object(enabled=_BOOL),
}
_T2V = ["v1", "v1-6", "v2-master", "v2-1-master", "v2-5-turbo", "v2-6", "v3"]
_I2V = [*_T2V, "v1-5", "v2-1"]
_SHOT = _object(
    "index prompt duration",
    index={"type": "integer"},
    prompt={"type": "string", "maxLength": 512},
    duration={"type": "string"},
)
_CLIP: dict[str, Any] = {
    "model_name": {"type": "string"},
    "prompt": _TEXT,
    "negative_prompt": _TEXT,
    "cfg_scale": _number(0, 1),
    "mode": _enum("std", "pro"),
    "duration": _enum(*map(str, range(3, 16))),
    "sound": _enum("on", "off"),
    "voice_list": _list(_object("voice_id", voice_id={"type": "string"}), 2),
    "camera_control": _object("type", type={"type": "string"}, config={"type": "object"}),
    "multi_shot": _BOOL,
    "shot_type": _enum("customize", "intelligence"),
    "multi_prompt": _list(_SHOT, 6),
    **_COMMON,
}
_IMAGE = {"type": "string"}
_ELEMENTS = _list(_object("element_id", element_id={}), 10)
_IMAGE_RATIO = ("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9")
_FILM = _object(
    "video_url refer_type",
    video_url=_ADDRESS,
    refer_type=_enum("feature", "base"),
    keep_original_sound=_enum("yes", "no"),
)
_FACE = _object(
    "face_id sound_insert_time",
    face_id={"type": "string"},
    audio_id={"type": "string"},
    sound_file={"type": "string"},
    sound_start_time={"type": "integer"},
    sound_end_time={"type": "integer"},
    sound_insert_time=_number(0, 60_000, "integer"),
    sound_volume=_number(0, 2),
    original_audio_volume=_number(0, 2),
)
LEGACY: Mapping[str, Mapping[str, Any]] = {
    "/v1/videos/text2video": _object("prompt", **_CLIP, aspect_ratio=_RATIO),
    "/v1/videos/image2video": _object(
        image=_IMAGE,
        image_tail=_IMAGE,
        static_mask={"type": "string"},
        dynamic_masks=_list({"type": "object"}, 6),
        **_CLIP,
    ),
    "/v1/videos/multi-image2video": _object(
        "prompt image_list",
        model_name=_enum("kling-v1-6"),
        prompt=_TEXT,
        image_list=_list(_object("image", image=_IMAGE), 4),
        **_COMMON,
    ),
    "/v1/videos/omni-video": _object(
        "prompt",
        model_name=_enum("kling-video-o1", "kling-v3-omni"),
        prompt=_TEXT,
        image_list=_list(
            _object("image_url", image_url=_IMAGE, type=_enum("first_frame", "end_frame")), 7
        ),
        element_list=_ELEMENTS,
        video_list=_list(_FILM, 1),
        mode=_enum("std", "pro"),
        aspect_ratio=_RATIO,
        duration=_enum(*map(str, range(3, 16))),
        sound=_enum("on", "off"),
        **_COMMON,
    ),
    "/v1/videos/motion-control": _object(
        "image_url video_url character_orientation",
        model_name=_enum("kling-v2-6", "kling-v3"),
        prompt=_TEXT,
        image_url=_IMAGE,
        video_url=_ADDRESS,
        keep_original_sound=_enum("yes", "no"),
        character_orientation=_enum("image", "video"),
        mode=_enum("std", "pro"),
        **_COMMON,
    ),
    "/v1/videos/video-extend": _object(
        "video_id",
        video_id={"type": "string"},
        prompt=_TEXT,
        negative_prompt=_TEXT,
        **_COMMON,
    ),
    "/v1/videos/effects": _object(
        "effect_scene input",
        effect_scene={"type": "string"},
        input=_object(image=_IMAGE, images=_list(_IMAGE, 2, 2)),
        **_COMMON,
    ),
    "/v1/videos/avatar/image2video": _object(
        "image",
        image=_IMAGE,
        audio_id={"type": "string"},
        sound_file={"type": "string"},
        prompt=_TEXT,
        mode=_enum("std", "pro"),
        **_COMMON,
    ),
    "/v1/videos/advanced-lip-sync": _object(
        "session_id face_choose",
        session_id={"type": "string"},
        face_choose=_list(_FACE, 1),
        **_COMMON,
    ),
    "/v1/images/generations": _object(
        "prompt",
        model_name=_enum("kling-v3", "kling-v2-1"),
        prompt=_TEXT,
        negative_prompt=_TEXT,
        image=_IMAGE,
        image_reference=_enum("subject", "face"),
        image_fidelity=_number(0, 1),
        human_fidelity=_number(0, 1),
        element_list=_ELEMENTS,
        resolution=_enum("1k", "2k"),
        n=_number(1, 9, "integer"),
        aspect_ratio=_enum(*_IMAGE_RATIO),
        callback_url=_ADDRESS,
    ),
    "/v1/images/omni-image": _object(
        "prompt",
        model_name=_enum("kling-image-o1", "kling-v3-omni"),
        prompt=_TEXT,
        image_list=_list(_object("image", image=_IMAGE), 10),
        element_list=_ELEMENTS,
        resolution=_enum("1k", "2k", "4k"),
        result_type=_enum("single", "series"),
        series_amount=_number(2, 9, "integer"),
        n=_number(1, 9, "integer"),
        aspect_ratio=_enum(*_IMAGE_RATIO, "auto"),
        callback_url=_ADDRESS,
    ),
    "/v1/audio/tts": _object(
        "text voice_id",
        text={"type": "string", "maxLength": 1000},
        voice_id={"type": "string"},
        voice_language=_enum("zh", "en"),
        voice_speed=_number(0.8, 2),
    ),
    "/v1/audio/text-to-audio": _object(
        "prompt",
        prompt={"type": "string", "maxLength": 200},
        duration=_number(3, 10),
    ),
}
_FACES = "/v1/videos/identify-face"
_PICTURES = frozenset(
    {"image", "image_tail", "image_url", "images", "first_frame", "last_frame", "refer_image"}
)


@dataclass
class FakeTask:
    """A task."""

    id: str
    path: str
    body: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come, by the names of the new standard; the last one stays."""
    external_id: str = ""
    message: str = ""

    @property
    def status(self) -> str:
        return self.steps[0]

    @property
    def is_new(self) -> bool:
        return not self.path.startswith("/v1/")


@dataclass
class Refusal(Exception):
    """An answer with an error."""

    status: int
    code: int
    message: str
    data: Any = field(default=None)


class FakeKling(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`, `audio`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.now = 0.0
        self.steps: tuple[str, ...] = ("submitted", "processing", "succeeded")
        self.faces = 1
        self.tasks: dict[str, FakeTask] = {}
        self.looks = 0
        """Looks for faces, each of which is paid for."""
        self._ids = itertools.count(700_001)
        self._sessions: dict[str, str] = {}

    def delivery(self, task_id: str) -> tuple[dict[str, str], bytes]:
        """Return headers and body of the message about a task."""
        task = self.tasks[task_id]
        body = json.dumps(self._told(task)).encode()
        stamp = str(int(self.now))
        key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
        signed = f"msg_{task_id}.{stamp}.".encode() + body
        signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        headers = {
            "webhook-id": f"msg_{task_id}",
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,b2xk v1,{signature}",
        }
        return headers, body

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        try:
            self._check_key(asked)
            data = self._get(asked) if asked.method == "GET" else self._post(asked)
        except Refusal as refusal:
            told = {"code": refusal.code, "message": refusal.message, "request_id": "q-1"}
            return Reply(refusal.status, json=told)
        return Reply(json={"code": 0, "message": "", "request_id": "q-1", "data": data})

    def _check_key(self, asked: Asked) -> None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token == KEY:
            return
        if not token:
            raise Refusal(401, 1001, "Authorization is empty")
        if token.count(".") != 2 or not asked.path.startswith("/v1/"):
            raise Refusal(401, 1002, "Authorization is invalid")
        head, claims, signature = token.split(".")
        made = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        told = json.loads(_decoded(claims))
        is_signed = json.loads(_decoded(head)) == {"alg": "HS256", "typ": "JWT"}
        if not is_signed or _decoded(signature) != made or told["iss"] != ACCESS:
            raise Refusal(401, 1002, "Authorization is invalid")
        if self.now and told["nbf"] > self.now:
            raise Refusal(401, 1003, "Authorization is not yet valid")
        if self.now and told["exp"] < self.now:
            raise Refusal(401, 1004, "Authorization has expired")

    def _get(self, asked: Asked) -> Any:
        if asked.path == "/tasks":
            ids = asked.query.get("task_ids", "").split(",")
            theirs = asked.query.get("external_task_ids", "").split(",")
            found = [t for t in self.tasks.values() if t.id in ids or t.external_id in theirs]
            return [self._told(self._advanced(task)) for task in found if task.is_new]
        if asked.path in LEGACY:
            return [self._told(t) for t in self.tasks.values() if t.path == asked.path]
        path, _, name = asked.path.rpartition("/")
        for task in self.tasks.values():
            if task.path == path and name in (task.id, task.external_id):
                return self._told(self._advanced(task))
        raise Refusal(404, 1203, "The requested resource does not exist")

    def _post(self, asked: Asked) -> Any:
        body = asked.json
        if asked.path == _FACES:
            return self._look(body)
        found = faults_of(asked.path, body)
        ours = _external_id(body)
        if ours and any(task.external_id == ours for task in self.tasks.values()):
            found.append("external_task_id is taken")
        if found:
            raise Refusal(400, 1201, "; ".join(found))
        words = json.dumps(body)
        if "forbidden" in words:
            raise Refusal(400, 1301, "The content was found to be unsafe")
        return self._told(self.begin(asked.path, body))

    def begin(self, path: str, body: Mapping[str, Any]) -> FakeTask:
        """Begin a task; its prompt may say how it ends: `unsafe`, `broken`."""
        prompt = json.dumps(body)
        steps = deque(self.steps)
        message = ""
        if "unsafe" in prompt or "broken" in prompt:
            steps = deque(["submitted", "failed"])
            unsafe = "unsafe" in prompt
            message = "Failure to pass the content safety check" if unsafe else "out of paint"
        task = FakeTask(str(next(self._ids)), path, body, steps, _external_id(body), message)
        if path == "/v1/audio/tts":
            task.steps = deque(["succeeded"])
        self.tasks[task.id] = task
        return task

    def _look(self, body: Mapping[str, Any]) -> Any:
        if len(body) != 1 or not body.keys() <= {"video_id", "video_url"}:
            raise Refusal(400, 1201, "one of video_id and video_url")
        self.looks += 1
        session = f"session-{self.looks}"
        self._sessions[session] = next(iter(body.values()))
        faces = [
            {"face_id": str(n), "start_time": 500 * n, "end_time": 5000, "face_image": "https://x"}
            for n in range(self.faces)
        ]
        return {"session_id": session, "face_data": faces}

    def _advanced(self, task: FakeTask) -> FakeTask:
        if len(task.steps) > 1:
            task.steps.popleft()
        return task

    # -- what is told of a task ----------------------------------------------------------------

    def _told(self, task: FakeTask) -> dict[str, Any]:
        is_done = task.status == "succeeded"
        if task.is_new:
            told: dict[str, Any] = {
                "id": task.id,
                "status": task.status,
                "message": task.message if task.status == "failed" else "",
                "create_time": 0,
                "update_time": 0,
                "external_id": task.external_id,
            }
            if is_done:
                outputs = [
                    {"id": "v-1", "type": "video", "url": self._link(task, 0), "duration": "5"}
                ]
                billing = {"charge_type": "cash", "amount": "0.42", "currency": "USD"}
                told |= {"outputs": outputs, "billing": [billing]}
            return told
        result = {"task_result": self._result(task)} if is_done else {}
        return {
            "task_id": task.id,
            "task_status": "succeed" if is_done else task.status,
            "task_status_msg": task.message if task.status == "failed" else "",
            "task_info": {"external_task_id": task.external_id},
            "created_at": 0,
            "updated_at": 0,
            **result,
        }

    def _result(self, task: FakeTask) -> dict[str, Any]:
        if task.path.startswith("/v1/audio/"):
            return {"audios": [{"id": "a-1", "url": self._link(task, 0), "duration": "3"}]}
        if task.path.startswith("/v1/images/"):
            is_series = task.body.get("result_type") == "series"
            number = task.body.get("series_amount", 4) if is_series else task.body.get("n", 1)
            made = [{"index": n, "url": self._link(task, n)} for n in range(number)]
            name = "series_images" if is_series else "images"
            kind = {"result_type": "series" if is_series else "single"}
            return {**kind, name: made[::-1]}
        return {"videos": [{"id": "v-1", "url": self._link(task, 0), "duration": "5"}]}

    def _link(self, task: FakeTask, number: int) -> str:
        return f"{self.url}/made/{task.id}/{number}"

    def _download(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, body=b"keys do not belong here")
        path = self.tasks[asked.path.split("/")[2]].path
        kind = next((k for k in ("image", "audio") if path.startswith(f"/v1/{k}")), "video")
        return Reply(body=self.files[kind])


def faults_of(path: str, body: Any) -> list[str]:
    """Return all that is wrong with a submission.

    Raises:
        Refusal: There is no such path.
    """
    if path in LEGACY:
        found = faults(body, LEGACY[path])
    elif (schema := _new_schema(path)) is not None:
        found = faults(body, schema) or list(_new_faults(path, body))
    else:
        raise Refusal(404, 1203, "The model does not exist")
    return found or list(_unlike(path, body)) or list(_not_bare(body))


def _external_id(body: Mapping[str, Any]) -> str:
    return str(body.get("external_task_id") or body.get("options", {}).get("external_task_id", ""))


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _settings(limits: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    names: dict[str, Any] = {"resolution": _enum(*limits["resolution"])}
    if "seconds" in limits:
        names["duration"] = {"type": "integer", "enum": list(limits["seconds"])}
    if "audio" in limits:
        names["audio"] = _enum(*limits["audio"])
    if limits.get("multi_shot"):
        names["multi_shot"] = _BOOL
    return _object(**names, **more)


def _most_words(model: str) -> int:
    return 3072 if model in ("kling-3.0", "kling-3.0-omni") else 2500


def _new_schema(path: str) -> Mapping[str, Any] | None:
    _, family, model = [*path.split("/"), "", ""][:3]
    contents = _list({"type": "object"}, 20)
    is_omni = model in ("kling-3.0-omni", "kling-o1")
    match family:
        case "text-to-video" if model in _NEW_MODELS and not is_omni:
            settings = _settings(_NEW_MODELS[model], aspect_ratio=_RATIO)
            text = {"type": "string", "maxLength": _most_words(model)}
            return _object("prompt", prompt=text, settings=settings, options=_OPTIONS)
        case "image-to-video" if model in _NEW_MODELS and not is_omni:
            settings = _settings(_NEW_MODELS[model])
        case "omni-video" if is_omni:
            settings = _settings(_NEW_MODELS[model], aspect_ratio=_RATIO)
        case "motion-control" if model in _MOTION:
            limits = {"resolution": ["720p", "1080p"], "audio": ["original", "off"]}
            settings = _settings(limits, character_orientation=_enum("image", "video"))
            settings["required"] = ["character_orientation"]
        case _:
            return None
    return _object("contents settings", contents=contents, settings=settings, options=_OPTIONS)


_ITEM_FIELDS: Mapping[str, tuple[set[str], set[str]]] = {
    "prompt": ({"text"}, {"text"}),
    "element": ({"element_id"}, {"element_id", "id"}),
    "voice": ({"voice_id"}, {"voice_id", "id"}),
}


def _new_faults(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    _, family, model = path.split("/")
    settings = body.get("settings", {})
    is_small = settings.get("resolution") != "1080p"
    if model == "kling-2.6" and settings.get("audio") == "native" and is_small:
        yield "native audio needs 1080p"
    if family == "text-to-video":
        return
    items = Counter(str(item.get("type")) for item in body["contents"])
    if items["last_frame"] and not items["first_frame"]:
        yield "a last frame alone"
    most = {"prompt": 1, "first_frame": 1}
    if family == "omni-video":
        most |= {"last_frame": 1, "refer_image": 7, "element": 7}
        most |= {"feature_video": 1, "base_video": 1}
        yield from _omni_faults(model, items, settings)
    elif family == "motion-control":
        most = {"prompt": 1, "image": 1, "video": 1, **_MOTION[model]}
    else:
        most |= _NEW_MODELS[model].get("items", {})
        if is_small and items["last_frame"] and model in ("kling-2.6", "kling-2.5-turbo"):
            yield "a last frame needs 1080p"
        if items["voice"] and settings.get("audio") == "off":
            yield "voices need audio"
    yield from (f"{kind}: too many" for kind, number in items.items() if number > most.get(kind, 0))
    for item in body["contents"]:
        yield from _item_faults(family, item)
        if family != "motion-control" and len(item.get("text", "")) > _most_words(model):
            yield "too many words"


def _omni_faults(model: str, items: Counter[str], settings: Mapping[str, Any]) -> Iterator[str]:
    films = items["feature_video"] + items["base_video"]
    if films > 1:
        yield "at most one film"
    pictures = sum(items[n] for n in ("first_frame", "last_frame", "refer_image", "element"))
    if pictures > (4 if films else 7):
        yield "too many pictures"
    if not films and not items["first_frame"] and "aspect_ratio" not in settings:
        yield "aspect_ratio is required"
    if items["base_video"] and (settings.get("multi_shot") or items["first_frame"]):
        yield "no shots and frames with a film that is edited"
    others = items["refer_image"] + items["element"]
    if items["last_frame"] and model == "kling-o1" and others:
        yield "a last frame excludes references"
    is_frame_alone = items["first_frame"] and not items["last_frame"] and not others
    if model == "kling-o1" and is_frame_alone and settings.get("duration", 5) not in (5, 10):
        yield "5 or 10 seconds"


def _item_faults(family: str, item: Mapping[str, Any]) -> Iterator[str]:
    kind = item.get("type")
    required, allowed = _ITEM_FIELDS.get(str(kind), ({"url"}, {"url", "id"}))
    given = set(item) - {"type"}
    if not required <= given <= allowed:
        yield f"{kind}: fields {sorted(given)}"
    if family == "omni-video" and kind == "element" and "id" not in item:
        yield "element: id is required"
    if kind in ("feature_video", "base_video", "video") and "://" not in str(item.get("url")):
        yield f"{kind}: an address is wanted"


def _unlike(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the documentation's tables of models forbid in the legacy standard."""
    if path in ("/v1/videos/text2video", "/v1/videos/image2video"):
        yield from _clip_faults(path, body)
        yield from _camera_faults(body.get("camera_control"))
    if path == "/v1/videos/omni-video":
        has_frame = any(i.get("type") == "first_frame" for i in body.get("image_list", ()))
        edits = any(i["refer_type"] == "base" for i in body.get("video_list", ()))
        if not has_frame and not edits and "aspect_ratio" not in body:
            yield "aspect_ratio is required"
        if body.get("video_list") and body.get("sound") == "on":
            yield "no sound with a film"
    if path == "/v1/images/generations" and "image" in body and "negative_prompt" in body:
        yield "negative_prompt does not go with image"


def _clip_faults(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    model = str(body.get("model_name", "")).removeprefix("kling-")
    is_from_words = path.endswith("text2video")
    ways = [{"image_tail"}, {"static_mask", "dynamic_masks"}, {"camera_control"}]
    needs_pro = "image_tail" in body and model in ("v2-5-turbo", "v2-6")
    duration = body.get("duration", "5")
    wrong = {
        f"model_name {model!r}": model not in (_T2V if is_from_words else _I2V),
        "image or image_tail": not is_from_words and not body.keys() & {"image", "image_tail"},
        "they exclude each other": sum(bool(way & body.keys()) for way in ways) > 1,
        "image_tail needs pro": needs_pro and body.get("mode") != "pro",
        "masks are for 5 seconds": bool(ways[1] & body.keys()) and duration != "5",
        "v2-master has no mode": model == "v2-master" and "mode" in body,
        "cfg_scale is not for v2": model.startswith("v2") and "cfg_scale" in body,
        "no sound": "sound" in body and model not in ("v2-6", "v3"),
        "sound needs pro": model == "v2-6"
        and body.get("sound") == "on"
        and body.get("mode") != "pro",
        "no voices": "voice_list" in body and model != "v2-6",
        "no shots": "multi_shot" in body and model != "v3",
        "duration": model != "v3" and duration not in ("5", "10"),
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


_CAMERAS = ("simple", "down_back", "forward_up", "right_turn_forward", "left_turn_forward")


def _camera_faults(camera: Any) -> Iterator[str]:
    if camera is None:
        return
    if camera["type"] not in _CAMERAS or ("config" in camera) != (camera["type"] == "simple"):
        yield "camera_control"
    moves = [value for value in camera.get("config", {}).values() if value]
    if camera["type"] == "simple" and (len(moves) != 1 or not -10 <= moves[0] <= 10):
        yield "exactly one move"


def _not_bare(value: Any, name: str = "") -> Iterator[str]:
    """Yield pictures that are neither addresses nor bare base64."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            inner = str(value.get("type")) if key == "url" else key
            yield from _not_bare(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _not_bare(item, name)
    elif isinstance(value, str) and name in (*_PICTURES, "sound_file"):
        if re.match(r"https?://", value):
            return
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error:
            yield f"{name}: neither an address nor base64"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeKling(files), KEY)
