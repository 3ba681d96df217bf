"""Ideogram on this machine, strict in both forms of its API, and counting every submission.

Jobs go on by one step with each poll. Written from the provider's documentation, not from this
project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.forms import fields_of
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "ideogram-key-canary"
STEPS = ("pending", "pending", "completed")
FILE = "\x00a file"
"""What stands for a file in a form."""

_TEXT: dict[str, Any] = {"type": "string"}
_FILE = {"type": "string", "enum": [FILE]}
_BOOL = {"type": "boolean"}
_PROMPT = {"type": "string", "minLength": 1}


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _range(low: float, high: float) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _list(items: Any, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": most}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


_SEED = _range(0, 2**31 - 1)
_COUNT = _range(1, 8)
_WEIGHT = _range(1, 100)
_RATIO = {"type": "string", "pattern": r"\d+x\d+"}
_COLON = {"type": "string", "pattern": r"\d+:\d+"}
_PIXELS = {"type": "string", "pattern": r"\d{3,4}x\d{3,4}"}

# -- the older addresses ---------------------------------------------------------------------------

_SHAPES = "1x3 3x1 1x2 2x1 9x16 16x9 10x16 16x10 2x3 3x2 3x4 4x3 4x5 5x4 1x1"
_SPEED = _enum("FLASH", "TURBO", "DEFAULT", "QUALITY")
_SLOW = _enum("TURBO", "DEFAULT", "QUALITY")
_MAGIC = _enum("AUTO", "ON", "OFF")
_MANY = {"type": "object", "properties": {"name": _TEXT, "members": {"type": "array"}}}
_STYLES = {
    "style_preset": _TEXT,
    "style_codes": _list({"type": "string", "minLength": 8, "maxLength": 8}, 100),
    "color_palette": _MANY,
    "style_reference_images": _list(_FILE, 100),
    "num_images": _COUNT,
    "seed": _SEED,
    "rendering_speed": _SPEED,
}
_PERSON = {
    "character_reference_images": _list(_FILE, 1),
    "style_type": _enum("AUTO", "GENERAL", "REALISTIC", "DESIGN", "FICTION"),
    "magic_prompt": _MAGIC,
}
_SHAPED = {
    "aspect_ratio": _enum(*_SHAPES.split()),
    "resolution": _PIXELS,
    "negative_prompt": _TEXT,
}
_V4_SIZES = (
    "2048x2048 1440x2880 1664x2496 1792x2240 1440x2560 1600x2560 1728x2304 1296x3168 1152x2944 "
    "1248x3328 1280x3072 1024x3072"
)
_V4_SIZE = _enum(
    *(size for s in _V4_SIZES.split() for size in (s, "x".join(reversed(s.split("x")))))
)
_OLDER: Mapping[str, Mapping[str, Any]] = {
    "/v1/ideogram-v3/generate": _object(
        "prompt", prompt=_PROMPT, custom_model_uri=_TEXT, **_STYLES, **_PERSON, **_SHAPED
    ),
    "/v1/ideogram-v3/remix": _object(
        "image prompt",
        image=_FILE,
        prompt=_PROMPT,
        image_weight=_WEIGHT,
        **_STYLES,
        **_PERSON,
        **_SHAPED,
    ),
    "/v1/ideogram-v3/inpaint": _object(
        "image mask prompt", image=_FILE, mask=_FILE, prompt=_PROMPT, **_STYLES, **_PERSON
    ),
    "/v1/ideogram-v3/reframe": _object(
        "image resolution", image=_FILE, resolution=_PIXELS, **_STYLES
    ),
    "/v1/ideogram-v3/replace-background": _object(
        "image prompt", image=_FILE, prompt=_PROMPT, magic_prompt=_MAGIC, **_STYLES
    ),
    "/v1/ideogram-v3/generate-transparent": _object(
        "prompt",
        prompt=_PROMPT,
        seed=_SEED,
        upscale_factor=_enum("X1", "X2", "X4"),
        aspect_ratio=_enum(*_SHAPES.split()),
        rendering_speed=_SLOW,
        magic_prompt=_MAGIC,
        negative_prompt=_TEXT,
        num_images=_COUNT,
    ),
    "/v1/edit": _object(
        "prompt",
        prompt=_PROMPT,
        images=_list(_FILE, 10),
        num_images=_COUNT,
        seed=_SEED,
        magic_prompt=_MAGIC,
        resolution=_PIXELS,
        aspect_ratio=_enum(*_SHAPES.split()),
        transparent_background=_BOOL,
    ),
    "/v1/remove-background": _object("image", image=_FILE),
    "/v1/ideogram-v4/generate": _object(
        "",
        text_prompt=_PROMPT,
        json_prompt={"type": "object"},
        resolution=_V4_SIZE,
        rendering_speed=_SLOW,
        enable_copyright_detection=_BOOL,
    ),
    "/v1/ideogram-v4/remix": _object(
        "image text_prompt",
        image=_FILE,
        text_prompt=_PROMPT,
        image_weight=_WEIGHT,
        resolution=_V4_SIZE,
        rendering_speed=_SLOW,
    ),
}

# -- the newer addresses ---------------------------------------------------------------------------


def _job(required: str, **properties: Any) -> dict[str, Any]:
    common = {"async": _BOOL, "webhook_url": _TEXT, **properties}
    return _object(required, **common)


_QUALITY = _enum("very_low", "low", "medium", "high")
_HOSTED_QUALITY = _enum("low", "medium", "high", "auto")
_DRAWN = {"prompt": _PROMPT, "seed": _SEED}
_WIDER = {"upscale_factor": _enum("x2", "x4", "x8")}
_STRENGTH = {"enhancement_strength": _enum("low", "medium", "high")}
_NEWER: dict[str, Mapping[str, Any]] = {
    "/v2/image/generate/ideogram-4-5": _job(
        "prompt",
        prompt={**_PROMPT, "maxLength": 10_000},
        magic_prompt=_enum("auto", "on", "off"),
        images=_list(_FILE, 5),
        mask=_FILE,
        size=_TEXT,
        quality=_QUALITY,
        seed=_SEED,
        num_images=_COUNT,
        enable_copyright_detection=_BOOL,
    ),
    "/v2/image/precise-edit/ideogram-4-5": _job(
        "prompt image",
        image=_FILE,
        reference_images=_list(_FILE, 4),
        mask=_FILE,
        quality=_QUALITY,
        num_images=_COUNT,
        **_DRAWN,
    ),
    "/v2/image/remix/ideogram-4-5": _job(
        "prompt image",
        image=_FILE,
        reference_images=_list(_FILE, 4),
        image_weight=_WEIGHT,
        quality=_QUALITY,
        **_DRAWN,
    ),
    "/v2/image/generate/ideogram-4-transparent": _job("prompt", aspect_ratio=_RATIO, **_DRAWN),
    "/v2/image/generate/ideogram-2": _job("prompt", aspect_ratio=_RATIO, **_DRAWN),
    "/v2/image/generate/ideogram-2a": _job("prompt", aspect_ratio=_RATIO, **_DRAWN),
    "/v2/image/generate/p-image-ideogram": _job(
        "prompt",
        aspect_ratio=_RATIO,
        quality=_enum("very_low", "low", "medium", "high", "very_high"),
        **_DRAWN,
    ),
    "/v2/image/generate/z-image": _job("prompt", resolution=_TEXT, **_DRAWN),
    "/v2/image/generate/auto": _job("prompt", aspect_ratio=_RATIO, resolution=_TEXT, **_DRAWN),
    "/v2/image/remix/auto": _job(
        "prompt image", image=_FILE, aspect_ratio=_RATIO, resolution=_TEXT, **_DRAWN
    ),
    "/v2/image/generate/gpt-image-2": _job(
        "prompt", images=_list(_FILE, 15), aspect_ratio=_COLON, resolution=_TEXT, **_DRAWN
    ),
    "/v2/image/reframe/nano-banana-2": _job(
        "image aspect_ratio", image=_FILE, aspect_ratio=_COLON, seed=_SEED
    ),
    "/v2/image/remove-object/ideogram-1": _job("image mask", image=_FILE, mask=_FILE, seed=_SEED),
    "/v2/image/upscale/auto": _job("image", image=_FILE, seed=_SEED, **_WIDER),
    "/v2/image/upscale/topaz-standard-2": _job("image", image=_FILE, **_WIDER),
    "/v2/image/upscale/topaz-text-refine": _job("image", image=_FILE, seed=_SEED, **_WIDER),
    "/v2/image/upscale/topaz-wonder-3-5": _job(
        "image", image=_FILE, seed=_SEED, **_STRENGTH, **_WIDER
    ),
    "/v2/image/upscale/topaz-wonder-4": _job(
        "image", image=_FILE, seed=_SEED, upscale_factor=_enum("x2", "x4"), **_STRENGTH
    ),
    "/v2/image/upscale/topaz-redefine": _job("image", image=_FILE, **_DRAWN, **_WIDER),
    "/v2/image/upscale/topaz-bloom-2": _job("image", image=_FILE, **_DRAWN, **_WIDER),
    "/v2/image/upscale/nano-banana-pro": _job(
        "image", image=_FILE, resolution_tier=_TEXT, **_DRAWN
    ),
}
for _name in ("gpt-image-2-5-flare", "gpt-image-2-5-sunburst"):
    _NEWER[f"/v2/image/generate/{_name}"] = _job(
        "prompt",
        images=_list(_FILE, 15),
        mask=_FILE,
        quality=_HOSTED_QUALITY,
        aspect_ratio=_COLON,
        resolution=_TEXT,
        **_DRAWN,
    )
for _name in ("nano-banana-2", "nano-banana-pro"):
    _NEWER[f"/v2/image/generate/{_name}"] = _job(
        "prompt", images=_list(_FILE, 9), aspect_ratio=_COLON, **_DRAWN
    )
for _name in ("kling-3-standard", "minimax-h3", "seedance-2", "seedance-2-5"):
    _shape = {"aspect_ratio": _RATIO} if _name == "seedance-2" else {}
    _NEWER |= {
        f"/v2/video/generate/{_name}-text-to-video": _job(
            "prompt", prompt=_PROMPT, aspect_ratio=_RATIO
        ),
        f"/v2/video/generate/{_name}-image-to-video": _job(
            "prompt image", prompt=_PROMPT, image=_FILE, end_image=_FILE, **_shape
        ),
    }
    if _name != "kling-3-standard":
        _NEWER[f"/v2/video/generate/{_name}-reference-to-video"] = _job(
            "prompt reference_images",
            prompt=_PROMPT,
            reference_images=_list(_FILE, 100),
            aspect_ratio=_RATIO,
        )
SCHEMAS: Mapping[str, Mapping[str, Any]] = {**_OLDER, **_NEWER}
_JSON_TOO = (
    "ideogram-4-5",
    "transparent",
    "ideogram-2",
    "ideogram-2a",
    "p-image-ideogram",
    "z-image",
    "-text-to-video",
)


@dataclass
class FakeJob:
    """A job."""

    path: str
    number: int
    """How many pictures it makes."""
    steps: deque[str]
    """Statuses still to come; the last one stays."""


class FakeIdeogram(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.jobs: dict[str, FakeJob] = {}
        self.made = 0
        """Requests to the older addresses that were worked on."""
        self.masks: list[bytes] = []
        self.expired = 0
        """So many downloads find their link expired."""
        self._ids = itertools.count(1)

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        if asked.headers.get("api-key") != KEY:
            return Reply(401, json={"message": "Invalid API key"})
        if asked.method == "GET":
            return self._status(asked.path)
        if asked.path not in SCHEMAS:
            return Reply(404, json={"title": "Not Found", "detail": "no such model"})
        body, is_json = self._read(asked)
        if found := faults_of(asked.path, body, is_json):
            return Reply(400, json={"error": "; ".join(found)})
        if asked.query.get("dry_run") == "true":
            return Reply(json={"price": "?"})
        if "forbidden" in json.dumps(body):
            return Reply(422, json={"error": "the prompt failed safety checks"})
        number = int(body.get("num_images", 1))
        if body.get("async"):
            return self._begin(asked.path, number, json.dumps(body))
        self.made += 1
        return Reply(json={"created": "2026-01-01", "data": self._data(number, json.dumps(body))})

    def _read(self, asked: Asked) -> tuple[dict[str, Any], bool]:
        if asked.headers.get("content-type") == "application/json":
            return asked.json, True
        fields = list(fields_of(asked))
        self.masks += [field.content for field in fields if field.name == "mask"]
        pairs = ((field.name, None if field.filename else field.text) for field in fields)
        return read_form(asked.path, pairs), False

    def _begin(self, path: str, number: int, text: str) -> Reply:
        name = f"gen-{next(self._ids)}"
        steps = list(STEPS)
        if "unsafe" in text:
            steps = ["pending", "completed:unsafe"]
        if "broken" in text:
            steps = ["pending", "failed"]
        self.jobs[name] = FakeJob(path, number, deque(steps))
        return Reply(json={"generation_id": name, "seed": 1})

    def _status(self, path: str) -> Reply:
        name = path.rpartition("/")[2]
        job = self.jobs.get(name)
        if job is None or path != f"/v2/generations/{name}":
            return Reply(404, json={"error": "generation not found"})
        word, _, more = job.steps[0].partition(":")
        if len(job.steps) > 1:
            job.steps.popleft()
        told: dict[str, Any] = {"generation_id": name, "status": word, "created": "2026-01-01"}
        if word == "failed":
            told["failure_reason"] = "the model gave up"
        if word == "completed":
            kind = "video" if "/video/" in job.path else "image"
            told["data"] = self._data(job.number, more, kind)
            told["usage_cost_usd_micros"] = 60_000 * job.number
        return Reply(json=told)

    def _data(self, number: int, text: str, kind: str = "image") -> list[dict[str, Any]]:
        """Return results; of some words none is safe, of others every second one."""
        data = []
        for each in range(number):
            is_safe = "unsafe" not in text and ("half" not in text or each % 2 == 0)
            url = f"{self.url}/made/{kind}/{next(self._ids)}" if is_safe else None
            data.append({"url": url, "prompt": "p", "is_image_safe": is_safe, "seed": 1})
        return data

    def _download(self, asked: Asked) -> Reply:
        if {"api-key", "authorization"} & asked.headers.keys():
            return Reply(400)
        if self.expired:
            self.expired -= 1
            return Reply(403)
        return Reply(body=self.files[asked.path.split("/")[2]])


def read_form(path: str, pairs: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
    """Return a form as the service reads it; a file is None."""
    body: dict[str, Any] = {}
    known = SCHEMAS[path]["properties"]
    for name, text in pairs:
        kind = known.get(name, {}).get("type", "string")
        value: Any = FILE if text is None else text
        if kind in ("integer", "boolean", "object"):
            value = json.loads(value)
        if kind == "array":
            body.setdefault(name, []).append(value)
        else:
            body[name] = "twice" if name in body else value
    return body


def faults_of(path: str, body: Mapping[str, Any], is_json: bool) -> list[str]:
    """Return what is wrong with the body of a submission."""
    return faults(body, SCHEMAS[path]) or list(_more_faults(path, body, is_json))


def _more_faults(path: str, body: Mapping[str, Any], is_json: bool) -> Iterator[str]:
    if is_json and not path.endswith(_JSON_TOO):
        yield f"{path} takes forms"
    for name, schema in SCHEMAS[path]["properties"].items():
        pattern = schema.get("pattern")
        if pattern and name in body and not re.fullmatch(pattern, body[name]):
            yield f"{name}: {body[name]}"
    if "style_codes" in body and {"style_reference_images", "style_type"} & body.keys():
        yield "style_codes go alone"
    if path in _COMBINED:
        yield from _COMBINED[path](body)
    elif {"aspect_ratio", "resolution"} <= body.keys():
        yield "either aspect_ratio or resolution"


def _precise_faults(body: Mapping[str, Any]) -> Iterator[str]:
    if "mask" in body and len(body.get("reference_images", [])) > 3:
        yield "at most three references with a mask"


def _v4_faults(body: Mapping[str, Any]) -> Iterator[str]:
    if len({"text_prompt", "json_prompt"} & body.keys()) != 1:
        yield "either text_prompt or json_prompt"


def _newest_faults(body: Mapping[str, Any]) -> Iterator[str]:
    images = body.get("images", [])
    if body.get("quality") == "very_low" and not images:
        yield "very_low is for pictures"
    if "mask" in body and (not images or len(images) > 4 or "size" in body):
        yield "a mask with no picture, more than three others, or a size"
    if images and "size" in body and body["size"] not in ("auto", "source"):
        width, height = map(int, body["size"].split("x"))
        if width % 32 or height % 32 or min(width, height) < 256 or width * height > 2048**2:
            yield f"size {body['size']}"


_COMBINED: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "/v2/image/generate/ideogram-4-5": _newest_faults,
    "/v2/image/precise-edit/ideogram-4-5": _precise_faults,
    "/v1/ideogram-v4/generate": _v4_faults,
}


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeIdeogram(files), KEY)
