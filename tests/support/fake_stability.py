"""Stability AI on this machine: strict in both generations of its API, and counting every picture.

Written from the provider's documentation, not from this project's catalogue, so that a mistake
there is found here.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections import deque
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from PIL import Image

from tests.support.fakes import Fake
from tests.support.forms import Field, fields_of
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply
from tests.support.openapi import FILE

KEY = "stability-key-canary"

_STYLES = ["enhance", "anime", "photographic", "digital-art", "comic-book", "fantasy-art"]
_STYLES += ["line-art", "analog-film", "neon-punk", "isometric", "low-poly", "origami"]
_STYLES += ["modeling-compound", "cinematic", "3d-model", "pixel-art", "tile-texture"]
_BOOL = {"type": "boolean"}
_FILE = {"type": "string", "enum": [FILE]}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _number(low: float, high: float, kind: str = "number") -> dict[str, Any]:
    return {"type": kind, "minimum": low, "maximum": high}


def _words(most: int = 10_000) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


_RATIO = _enum("21:9", "16:9", "3:2", "5:4", "1:1", "4:5", "2:3", "9:16", "9:21")
_ONE = _number(0, 1)
_BARE = {"seed": _number(0, 4294967294, "integer"), "output_format": _enum("jpeg", "png", "webp")}
_PLAIN = {**_BARE, "negative_prompt": _words()}
_COMMON = {**_PLAIN, "prompt": _words(), "style_preset": _enum(*_STYLES)}
_MODELS = _enum("sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash")
_CONTROL = _object("image prompt", **_COMMON, image=_FILE, control_strength=_ONE)
_NEW = "/v2beta/stable-image"
FORMS: Mapping[str, Mapping[str, Any]] = {
    f"{_NEW}/generate/ultra": _object(
        "prompt", **_COMMON, image=_FILE, strength=_ONE, aspect_ratio=_RATIO
    ),
    f"{_NEW}/generate/core": _object("prompt", **_COMMON, aspect_ratio=_RATIO),
    f"{_NEW}/generate/sd3": _object(
        "prompt",
        **_COMMON,
        mode=_enum("text-to-image", "image-to-image"),
        model=_MODELS,
        image=_FILE,
        strength=_ONE,
        aspect_ratio=_RATIO,
        cfg_scale=_number(1, 10),
    ),
    f"{_NEW}/upscale/fast": _object("image", image=_FILE, output_format=_BARE["output_format"]),
    f"{_NEW}/upscale/conservative": _object(
        "image prompt", **_PLAIN, prompt=_words(), image=_FILE, creativity=_number(0.2, 0.5)
    ),
    f"{_NEW}/upscale/creative": _object(
        "image prompt", **_COMMON, image=_FILE, creativity=_number(0.1, 0.5)
    ),
    f"{_NEW}/edit/erase": _object(
        "image", **_BARE, image=_FILE, mask=_FILE, grow_mask=_number(0, 20)
    ),
    f"{_NEW}/edit/inpaint": _object(
        "image prompt", **_COMMON, image=_FILE, mask=_FILE, grow_mask=_number(0, 100)
    ),
    f"{_NEW}/edit/outpaint": _object(
        "image",
        **_BARE,
        **{side: _number(0, 2000, "integer") for side in ("left", "right", "up", "down")},
        image=_FILE,
        prompt=_words(),
        creativity=_ONE,
        style_preset=_COMMON["style_preset"],
    ),
    f"{_NEW}/edit/search-and-replace": _object(
        "image prompt search_prompt",
        **_COMMON,
        image=_FILE,
        search_prompt=_words(),
        grow_mask=_number(0, 20),
    ),
    f"{_NEW}/edit/search-and-recolor": _object(
        "image prompt select_prompt",
        **_COMMON,
        image=_FILE,
        select_prompt=_words(),
        grow_mask=_number(0, 20),
    ),
    f"{_NEW}/edit/remove-background": _object(
        "image", image=_FILE, output_format=_enum("png", "webp")
    ),
    f"{_NEW}/edit/replace-background-and-relight": _object(
        "subject_image",
        **_PLAIN,
        subject_image=_FILE,
        background_prompt=_words(),
        background_reference=_FILE,
        foreground_prompt=_words(),
        preserve_original_subject=_ONE,
        original_background_depth=_ONE,
        keep_original_background=_BOOL,
        light_source_direction=_enum("above", "below", "left", "right"),
        light_reference=_FILE,
        light_source_strength=_ONE,
    ),
    f"{_NEW}/control/sketch": _CONTROL,
    f"{_NEW}/control/structure": _CONTROL,
    f"{_NEW}/control/style": _object(
        "image prompt", **_COMMON, image=_FILE, fidelity=_ONE, aspect_ratio=_RATIO
    ),
    f"{_NEW}/control/style-transfer": _object(
        "init_image style_image",
        **_PLAIN,
        init_image=_FILE,
        style_image=_FILE,
        prompt=_words(),
        style_strength=_ONE,
        composition_fidelity=_ONE,
        change_strength=_number(0.1, 1),
    ),
}
_LATER = ("upscale/creative", "edit/replace-background-and-relight")
_SAMPLERS = ["DDIM", "DDPM", "K_DPMPP_2M", "K_DPMPP_2S_ANCESTRAL", "K_DPM_2"]
_SAMPLERS += ["K_DPM_2_ANCESTRAL", "K_EULER", "K_EULER_ANCESTRAL", "K_HEUN", "K_LMS"]
_GUIDES = ["FAST_BLUE", "FAST_GREEN", "NONE", "SIMPLE", "SLOW", "SLOWER", "SLOWEST"]
_PROMPTS = {
    "type": "array",
    "minItems": 1,
    "items": _object("text", text=_words(2000), weight={"type": "number"}),
}
_OLD = {
    "text_prompts": _PROMPTS,
    "cfg_scale": _number(0, 35),
    "clip_guidance_preset": _enum(*_GUIDES),
    "sampler": _enum(*_SAMPLERS),
    "samples": _number(1, 10, "integer"),
    "seed": _number(0, 4294967295, "integer"),
    "steps": _number(10, 150, "integer"),
}
_SIDE = {"type": "integer", "enum": list(range(128, 8193, 64))}
_ENGINE = "/v1/generation/stable-diffusion-xl-1024-v1-0"
OLDER: Mapping[str, Mapping[str, Any]] = {
    f"{_ENGINE}/text-to-image": _object("text_prompts", **_OLD, width=_SIDE, height=_SIDE),
    f"{_ENGINE}/image-to-image": _object(
        "text_prompts init_image",
        **_OLD,
        init_image=_FILE,
        init_image_mode=_enum("IMAGE_STRENGTH"),
        image_strength=_ONE,
    ),
    f"{_ENGINE}/image-to-image/masking": _object(
        "text_prompts init_image mask_source mask_image",
        **_OLD,
        init_image=_FILE,
        mask_source=_enum("MASK_IMAGE_WHITE", "MASK_IMAGE_BLACK"),
        mask_image=_FILE,
    ),
}
_NAMES = {
    400: "bad_request",
    401: "unauthorized",
    402: "payment_required",
    403: "content_moderation",
    404: "not_found",
    413: "payload_too_large",
    429: "rate_limit_exceeded",
    500: "internal_error",
}


class FakeStability(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of: `image`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.made = 0
        """Requests that were taken."""
        self.as_json = False
        """Whether pictures come in JSON whatever is accepted."""
        self.tasks: dict[str, deque[str]] = {}
        """What is still to come of each task: `wait`, and at last `done` or `refuse`."""
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return error(401, "authorization: invalid or missing header value")
        if asked.method == "GET":
            return self._get(asked)
        if len(asked.body) > 10 * 1024**2:
            return error(413, "body: payload cannot be larger than 10MiB in size")
        if asked.method != "POST" or asked.path not in {**FORMS, **OLDER}:
            return error(404, "no such path")
        is_json = asked.path == f"{_ENGINE}/text-to-image"
        fields = [] if is_json else list(fields_of(asked))
        if not is_json and not fields:
            return error(400, "content-type: must be multipart/form-data")
        body = asked.json if is_json else read_form(asked.path, fields)
        if found := [*faults_of(asked.path, body), *_picture_faults(asked.path, fields)]:
            return error(400, *found)
        words = str(body)
        if "forbidden" in words:
            return error(403, "prompt: was flagged by our content moderation system")
        self.made += 1
        if asked.path in OLDER:
            return self._artifacts(body.get("samples", 1), "unsafe" in words)
        if asked.path.endswith(_LATER):
            return self._begin("refuse" if "unsafe" in words else "done")
        return self._picture(asked, "unsafe" in words, "image")

    def _artifacts(self, number: int, is_filtered: bool) -> Reply:
        text = base64.b64encode(self.files["image"]).decode()
        reason = "CONTENT_FILTERED" if is_filtered else "SUCCESS"
        each = {"base64": text, "seed": 7, "finishReason": reason}
        return Reply(json={"artifacts": [each] * number})

    def _begin(self, end: str) -> Reply:
        name = f"{next(self._ids):064x}"
        self.tasks[name] = deque(["wait", "wait", end])
        return Reply(json={"id": name})

    def _picture(self, asked: Asked, is_filtered: bool, name: str) -> Reply:
        reason = "CONTENT_FILTERED" if is_filtered else "SUCCESS"
        picture = self.files["image"]
        if self.as_json or asked.headers.get("accept") == "application/json":
            told = {name: base64.b64encode(picture).decode(), "seed": 7, "finish_reason": reason}
            return Reply(json=told, headers={"Content-Type": "application/json; type=image/png"})
        headers = {"Content-Type": "image/png", "finish-reason": reason, "seed": "7"}
        return Reply(body=picture, headers=headers)

    def _get(self, asked: Asked) -> Reply:
        if asked.path == "/v1/user/balance":
            return Reply(json={"credits": 100.0})
        steps = self.tasks.get(asked.path.removeprefix("/v2beta/results/"))
        if steps is None:
            return error(404, "id: the requested resource was not found")
        step = steps.popleft() if len(steps) > 1 else steps[0]
        if step == "wait":
            name = asked.path.rpartition("/")[2]
            return Reply(202, json={"id": name, "status": "in-progress"})
        if step == "refuse":
            return error(403, "image: was flagged by our content moderation system")
        return self._picture(asked, False, "result")


def error(status: int, *says: str) -> Reply:
    """Return an error in the provider's manner."""
    return Reply(status, json={"id": "e-1", "name": _NAMES[status], "errors": list(says)})


# -- what is refused -----------------------------------------------------------------------------

_PROMPT = re.compile(r"text_prompts\[(\d+)\]\[(text|weight)\]")


def read_form(path: str, fields: list[Field]) -> dict[str, Any]:
    """Return the fields of a form as JSON data, with texts turned into what they stand for."""
    known = {**FORMS, **OLDER}[path]["properties"]
    body: dict[str, Any] = {}
    prompts: dict[str, dict[str, Any]] = {}
    for field in fields:
        if match := _PROMPT.fullmatch(field.name):
            value = float(field.text) if match[2] == "weight" else field.text
            prompts.setdefault(match[1], {})[match[2]] = value
        else:
            body[field.name] = _read(field, known.get(field.name, {}).get("type"))
    return {**body, "text_prompts": list(prompts.values())} if prompts else body


def _read(field: Field, kind: str | None) -> Any:
    if field.filename:
        return FILE
    try:
        match kind:
            case "integer":
                return int(field.text)
            case "number":
                return float(field.text)
            case "boolean":
                return {"true": True, "false": False}[field.text]
    except (ValueError, KeyError):
        pass
    return field.text


def faults_of(path: str, body: Mapping[str, Any]) -> list[str]:
    """Return all that is wrong with a request."""
    return faults(body, {**FORMS, **OLDER}[path]) or list(_unlike(path, body))


def _unlike(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the reference forbids in words."""
    has_image, is_sd3 = "image" in body, path.endswith("/sd3")
    backgrounds = {"background_prompt", "background_reference"}
    sides = [body.get(side) for side in ("left", "right", "up", "down")]
    area = body.get("width", 1024) * body.get("height", 1024)
    is_turbo = body.get("model") == "sd3.5-large-turbo"
    mode = body.get("mode", "text-to-image")
    wrong = {
        "strength: with image, and only so": "/generate/" in path
        and has_image != ("strength" in body),
        "mode": is_sd3 and (mode == "image-to-image") != has_image,
        "aspect_ratio: not with image": is_sd3 and has_image and "aspect_ratio" in body,
        "negative_prompt: not with turbo": is_turbo and "negative_prompt" in body,
        "one of the sides": path.endswith("/outpaint") and not any(sides),
        "no background": path.endswith("-relight") and body.keys().isdisjoint(backgrounds),
        "width * height": not 262_144 <= area <= 1_048_576,
    }
    yield from (says for says, is_wrong in wrong.items() if is_wrong)


def _picture_faults(path: str, fields: list[Field]) -> Iterator[str]:
    for field in fields:
        if not field.filename:
            continue
        if field.media_type not in ("image/jpeg", "image/png", "image/webp"):
            yield f"{field.name}: {field.media_type}"
            continue
        width, height = Image.open(BytesIO(field.content)).size
        least, most = 4096, 9_437_184
        if path.endswith("/fast"):
            least, most = 1024, 1_048_576
        if path.endswith("/creative"):
            most = 1_048_576
        if path in FORMS and not least <= width * height <= most:
            yield f"{field.name}: {width * height} pixels"
        if "/edit/" in path and max(width, height) > 2.5 * min(width, height):
            yield f"{field.name}: too long or wide"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeStability(files), KEY)
