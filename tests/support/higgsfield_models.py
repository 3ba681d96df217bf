"""What the fake Higgsfield knows of models: their fields and prices, from its documentation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

CREDIT = Decimal("0.0625")
"""US dollars."""
TRAINING = "/v1/custom-references"

_URL = {"type": "string", "format": "uri", "maxLength": 2083}
_UUID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string", "minLength": 1}
_SEED = {"type": "integer", "minimum": 1, "maximum": 1_000_000}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_FLAG = {"type": "boolean"}


def _one_of(*values: str | int) -> dict[str, Any]:
    return {"enum": list(values)}


def _count(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _urls(most: int, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": _URL, "maxItems": most, "minItems": least}


def _schema(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _media(kind: str) -> dict[str, Any]:
    return _schema("type", kind, type=_one_of(kind), **{kind: _URL})


_SOUL = {
    "prompt": _TEXT,
    "aspect_ratio": _one_of("9:16", "16:9", "4:3", "3:4", "1:1", "2:3", "3:2"),
    "resolution": _one_of("720p", "1080p"),
    "batch_size": _one_of(1, 4),
    "enhance_prompt": _FLAG,
    "seed": _SEED,
}
_STYLED = {**_SOUL, "style_id": _UUID, "style_strength": _SHARE}
_PERSON = {"custom_reference_id": _UUID, "custom_reference_strength": _SHARE}
_SOUL_2 = {**_SOUL, "style_id": _UUID, **_PERSON}
_MOTION = _schema("id", "strength", id=_UUID, strength=_SHARE)
_DOP = _schema(
    "prompt",
    "image_url",
    prompt=_TEXT,
    image_url=_URL,
    end_image_url=_URL,
    motions={"type": "array", "items": _MOTION, "maxItems": 2},
    enhance_prompt=_FLAG,
    seed=_SEED,
)
_KLING = {
    "prompt": _TEXT,
    "duration": _count(3, 15),
    "sound": _one_of("on", "off"),
    "cfg_scale": _SHARE,
    "elements": {"type": "array"},
    "multi_shots": _FLAG,
    "multi_prompt": {"type": "array", "maxItems": 6},
}
_VEO = {
    "prompt": _TEXT,
    "duration": _one_of("4", "6", "8"),
    "resolution": _one_of("720", "1080"),
    "aspect_ratio": _one_of("16:9", "9:16"),
    "generate_audio": _FLAG,
}
_WAN = {
    "prompt": _TEXT,
    "duration": _count(2, 30),
    "resolution": _one_of("480p", "720p", "1080p"),
    "aspect_ratio": _one_of("16:9", "4:3", "1:1", "3:4", "9:16", "adaptive"),
    "generate_audio": _FLAG,
    "enable_thinking": _FLAG,
    "seed": {"type": "integer"},
}

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "/higgsfield-ai/soul/standard": _schema("prompt", **_STYLED),
    "/higgsfield-ai/soul/v2/standard": _schema("prompt", **_SOUL_2),
    "/higgsfield-ai/soul/cinema": _schema("prompt", **_SOUL, **_PERSON),
    "/higgsfield-ai/soul/reference": _schema(
        "prompt", "image_reference_url", **_STYLED, image_reference_url=_URL
    ),
    "/higgsfield-ai/soul/character": _schema(
        "prompt", *_PERSON, **_STYLED, **_PERSON, image_reference_url=_URL
    ),
    "/higgsfield-ai/soul/v2/image-to-image": _schema(
        "prompt", "image_url", **_SOUL_2, image_url=_URL
    ),
    "/higgsfield-ai/popcorn/auto": _schema(
        "prompt",
        prompt=_TEXT,
        image_urls=_urls(8),
        num_images=_count(1, 8),
        resolution=_one_of("720p", "1600p"),
        aspect_ratio=_one_of("1:1", "4:3", "3:4", "3:2", "2:3", "16:9", "9:16"),
        seed=_SEED,
    ),
    **{f"/higgsfield-ai/dop/{tier}": _DOP for tier in ("lite", "turbo", "standard")},
    "/kling-video/v3.0/pro/image-to-video": _schema(
        "image_url", **_KLING, image_url=_URL, last_image_url=_URL
    ),
    "/alibaba/wan-3.0/text-to-video": _schema("prompt", **_WAN),
    "/veo3.1/first-last-frame-to-video": _schema(
        "prompt",
        "first_frame_url",
        "last_frame_url",
        **_VEO,
        first_frame_url=_URL,
        last_frame_url=_URL,
    ),
    "/nano-banana": _schema(
        "prompt",
        prompt=_TEXT,
        num_images=_count(1, 4),
        aspect_ratio={"type": "string"},
        input_images={"type": "array", "items": _media("image_url"), "maxItems": 8},
        output_format=_one_of("jpeg", "png"),
    ),
}
"""Flat bodies of the generations, by path."""

V1_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    TRAINING: _schema(
        "name",
        "input_images",
        name={"type": "string", "minLength": 1, "maxLength": 100},
        model_version=_one_of("v1", "v2", "cinema"),
        input_images={
            "type": "array",
            "items": _media("image_url"),
            "minItems": 1,
            "maxItems": 100,
        },
    ),
    "/v1/speak/higgsfield": _schema(
        "params",
        params=_schema(
            "input_image",
            "input_audio",
            "prompt",
            input_image=_media("image_url"),
            input_audio=_media("audio_url"),
            prompt=_TEXT,
            quality=_one_of("mid", "high"),
            duration=_one_of(5, 10, 15),
            enhance_prompt=_FLAG,
            seed={"type": "integer"},
        ),
    ),
}
"""Bodies of what only the first API has."""


def _entry(number: int, name: str, **more: Any) -> dict[str, Any]:
    entry_id = f"00000000-0000-4000-8000-{number:012}"
    return {"id": entry_id, "name": name, "description": "", "preview_url": "", **more}


LISTINGS: Mapping[str, Any] = {
    "/v1/text2image/soul-styles": [_entry(1, "Realistic"), _entry(2, "Tokyo Drift")],
    "/v1/text2image/soul-styles/v2": [_entry(3, "General"), _entry(4, "Film Noir")],
    "/v1/motions": [
        _entry(5, "Dolly In", start_end_frame=True),
        _entry(6, "Crash Zoom", start_end_frame=False),
    ],
    "/marketing-studio/image/presets": {"items": [_entry(7, "Billboard")]},
}

_CREDITS = {
    "/higgsfield-ai/dop/lite": "2",
    "/higgsfield-ai/dop/turbo": "6.5",
    "/higgsfield-ai/dop/standard": "9",
    "/higgsfield-ai/popcorn/auto": "1.472",
    TRAINING: "40",
}


def credits_for(path: str, body: Mapping[str, Any]) -> Decimal:
    """Return what a job costs; zero where no price is known."""
    is_large = body.get("resolution") == "1080p"
    if path == "/higgsfield-ai/soul/standard":
        return Decimal("3.0" if is_large else "1.5")
    if path in ("/higgsfield-ai/soul/v2/standard", "/higgsfield-ai/soul/v2/image-to-image"):
        return Decimal("0.006" if is_large else "0.004") / CREDIT
    if path == "/v1/speak/higgsfield":
        seconds = body["params"].get("duration", 5)
        tiers = {"mid": {5: 11, 10: 22, 15: 33}, "high": {5: 18, 10: 36, 15: 54}}
        return Decimal(tiers[body["params"].get("quality", "mid")][seconds])
    if path == "/alibaba/wan-3.0/text-to-video":
        rate = {"480p": "0.05", "720p": "0.10", "1080p": "0.20"}[body.get("resolution", "1080p")]
        return Decimal(rate) * int(body.get("duration", 5)) / CREDIT
    if path == "/kling-video/v3.0/pro/image-to-video" and body.get("duration", 5) == 5:
        return Decimal("0.84" if body.get("sound", "on") == "on" else "0.56") / CREDIT
    return Decimal(_CREDITS.get(path, 0))
