"""What the fake fal knows of endpoints: their fields and prices, from fal's documentation.

Where fal's own types are at hand, in the folder that the environment variable REELGRAPH_SPECS
names, those of every endpoint are used.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.json_schema import faults

Schema = Mapping[str, Any]

_URL = {"type": "string", "format": "uri"}
_URLS = {"type": "array", "items": _URL}
_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_WHOLE = {"type": "integer"}
_REAL = {"type": "number"}
_PRESETS = (
    "square_hd",
    "square",
    "portrait_4_3",
    "portrait_16_9",
    "landscape_4_3",
    "landscape_16_9",
)


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _object(*required: str, **properties: Any) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


_SIZE = {"anyOf": [_one_of(*_PRESETS), _object(width=_WHOLE, height=_WHOLE)]}
_DIGITS = [str(n) for n in range(3, 16)]
_BANANA = {
    "prompt": _TEXT,
    "num_images": _WHOLE,
    "seed": _WHOLE,
    "resolution": _one_of("1K", "2K", "4K"),
    "aspect_ratio": _one_of("auto", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16"),
    "output_format": _one_of("jpeg", "png", "webp"),
    "safety_tolerance": _one_of("1", "2", "3", "4", "5", "6"),
    "sync_mode": _FLAG,
}
_VEO = {
    "prompt": _TEXT,
    "duration": _one_of("4s", "6s", "8s"),
    "resolution": _one_of("720p", "1080p", "4k"),
    "generate_audio": _FLAG,
    "negative_prompt": _TEXT,
    "seed": _WHOLE,
}

SCHEMAS: Mapping[str, Schema] = {
    "fal-ai/flux/schnell": _object(
        "prompt",
        prompt=_TEXT,
        image_size=_SIZE,
        num_images=_WHOLE,
        num_inference_steps=_WHOLE,
        guidance_scale=_REAL,
        output_format=_one_of("jpeg", "png"),
        seed=_WHOLE,
        sync_mode=_FLAG,
    ),
    "fal-ai/nano-banana-pro": _object("prompt", **_BANANA),
    "fal-ai/nano-banana-pro/edit": _object("prompt", "image_urls", **_BANANA, image_urls=_URLS),
    "fal-ai/kling-video/v3/pro/image-to-video": _object(
        "start_image_url",
        prompt=_TEXT,
        start_image_url=_URL,
        end_image_url=_URL,
        duration=_one_of(*_DIGITS),
        generate_audio=_FLAG,
        cfg_scale=_REAL,
        negative_prompt=_TEXT,
    ),
    "fal-ai/veo3.1": _object("prompt", **_VEO, aspect_ratio=_one_of("16:9", "9:16")),
    "fal-ai/topaz/upscale/image": _object(
        "image_url", image_url=_URL, upscale_factor=_REAL, model=_TEXT, output_format=_TEXT
    ),
    "fal-ai/seedvr/upscale/video": _object(
        "video_url",
        video_url=_URL,
        upscale_mode=_one_of("target", "factor"),
        upscale_factor=_REAL,
        noise_scale=_REAL,
    ),
    "fal-ai/wan/v2.7/text-to-video": _object(
        "prompt",
        prompt=_TEXT,
        duration=_WHOLE,
        resolution=_one_of("720p", "1080p"),
        aspect_ratio=_TEXT,
        audio_url=_URL,
        seed=_WHOLE,
    ),
    "fal-ai/birefnet/v2": _object("image_url", image_url=_URL, output_format=_one_of("png")),
}
"""What endpoints take. None of them takes fields that are not named."""

_SPECS = os.environ.get("REELGRAPH_SPECS", "")


@functools.cache
def official() -> Mapping[str, Any]:
    """Return fal's own types; empty where they are not at hand."""
    path = Path(_SPECS) / "fal.models.json"
    if not _SPECS or not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def schema_of(endpoint: str) -> Schema | None:
    """Return what an endpoint takes; None if there is no such endpoint."""
    known = official()
    if endpoint in known.get("endpoints", {}):
        schema: Schema = known["types"][known["endpoints"][endpoint]["input"]]
        return schema
    return SCHEMAS.get(endpoint)


def makes_film(endpoint: str) -> bool:
    """Tell whether an endpoint answers with a film, by fal's types or else by its id."""
    known = official()
    types = known.get("endpoints", {}).get(endpoint)
    if types is not None:
        return "video" in known["types"][types["output"]]["properties"]
    return "video" in endpoint or "veo" in endpoint


def complaints(endpoint: str, body: Mapping[str, Any]) -> list[str]:
    """Return all that an endpoint does not take in a body."""
    schema = schema_of(endpoint)
    if schema is None:
        return ["body: no such endpoint"]
    plain = dict(schema["properties"])
    found = []
    for name, each in schema["properties"].items():
        if several := each.get("anyOf") or each.get("oneOf"):
            plain[name] = {}
            if name in body:
                tries = [faults(body[name], one, name, _refs()) for one in several]
                found += sorted(tries, key=len)[0]
    return [*found, *faults(body, {**schema, "properties": plain}, refs=_refs())]


@functools.cache
def _refs() -> Mapping[str, Schema]:
    return {f"#/types/{name}": schema for name, schema in official().get("types", {}).items()}


def _seconds(body: Mapping[str, Any]) -> int:
    return int(str(body.get("duration", "5")).removesuffix("s"))


def _kling(body: Mapping[str, Any]) -> Decimal:
    return Decimal("0.168" if body.get("generate_audio", True) else "0.112") * _seconds(body)


def _veo(body: Mapping[str, Any]) -> Decimal:
    has_sound = body.get("generate_audio", True)
    if body.get("resolution") == "4k":
        rate = "0.60" if has_sound else "0.40"
    else:
        rate = "0.40" if has_sound else "0.20"
    return Decimal(rate) * _seconds({"duration": "8s", **body})


def _banana(body: Mapping[str, Any]) -> Decimal:
    rate = Decimal("0.30" if body.get("resolution") == "4K" else "0.15")
    return rate * int(body.get("num_images", 1))


PRICES: Mapping[str, Callable[[Mapping[str, Any]], Decimal]] = {
    "fal-ai/nano-banana-pro": _banana,
    "fal-ai/nano-banana-pro/edit": _banana,
    "fal-ai/kling-video/v3/pro/image-to-video": _kling,
    "fal-ai/veo3.1": _veo,
    "fal-ai/minimax/hailuo-2.3/pro/text-to-video": lambda body: Decimal("0.49"),
    "fal-ai/wan/v2.7/text-to-video": lambda body: Decimal("0.10") * _seconds(body),
}
"""What endpoints bill for a body, in US dollars; a cent for any other."""
UNIT_PRICES: Mapping[str, str] = {
    "fal-ai/nano-banana": "0.039",
    "fal-ai/wan/v2.7/text-to-video": "0.11",
}
"""What a unit costs today, whatever else the price of a call depends on."""


def openapi(endpoint: str) -> Mapping[str, Any]:
    """Return the document that fal's site has of an endpoint."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Input"}}}
    post = {"requestBody": {"required": True, "content": content}}
    return {
        "openapi": "3.0.4",
        "components": {"schemas": {"Input": SCHEMAS[endpoint]}},
        "paths": {f"/{endpoint}": {"post": post}},
    }
