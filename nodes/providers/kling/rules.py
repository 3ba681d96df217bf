"""What Kling's models do not take together, so that it is told before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import ErrorKind, Image, TaskError
from nodes.models import ModelInfo
from nodes.providers.kling.bodies import LEGACY
from nodes.requests import Request

_MEGABYTE = 1000**2
_LARGEST = {True: 10 * _MEGABYTE, False: 50 * _MEGABYTE}
"""Bytes of a picture, by whether the standard is the legacy one."""
_LARGEST_SOUND = 5 * _MEGABYTE
_SHORTEST_SIDE = 300
_WIDEST = 2.5


@dataclass(frozen=True, slots=True)
class _Rule:
    """Something that must not be, for the models of certain ids."""

    models: tuple[str, ...]
    is_broken: Callable[[Request], object]
    says: str


def _pictures(request: Request) -> int:
    given = [request.image, request.last_image, *request.references]
    named = _listed(request.options.get("elements"))
    return sum(picture is not None for picture in given) + len(named)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _others(request: Request) -> object:
    return request.references or request.options.get("elements")


def _frame_alone(request: Request) -> bool:
    return request.image is not None and request.last_image is None and not _others(request)


_MASKS = ("static_mask", "dynamic_masks")
_EXCLUSIVE = "a last picture, masks and camera_control exclude each other"


def _steered(request: Request) -> int:
    """Return in how many ways a clip is steered of which only one is allowed."""
    has_masks = any(request.options.get(name) for name in _MASKS)
    ways = (request.last_image, has_masks, request.options.get("camera_control"))
    return sum(bool(way) for way in ways)


_V1 = ("kling/v1", "kling/v1-5", "kling/v1-6", "kling/v2-master", "kling/v2-1")
_V2 = ("kling/v2-1-master", "kling/v2-5-turbo", "kling/v2-6", "kling/v3")
_OMNI = ("kling/3.0-omni", "kling/o1", "kling/v3-omni", "kling/video-o1")
_WITH_FILM = tuple(f"{name}-{way}" for name in _OMNI for way in ("reference", "edit"))

_RULES = (
    _Rule(
        ("kling/2.6", "kling/2.5-turbo"),
        lambda r: r.last_image and r.resolution != "1080p",
        "a last picture needs resolution 1080p",
    ),
    _Rule(
        ("kling/2.6",),
        lambda r: r.options.get("sound") == "native" and r.resolution != "1080p",
        "the option sound=native needs resolution 1080p",
    ),
    _Rule(
        ("kling/2.6",),
        lambda r: r.options.get("voices") and r.options.get("sound") != "native",
        "voices need the option sound=native",
    ),
    _Rule(
        ("kling/3.0", "kling/2.6"),
        lambda r: (
            r.kind == "text_to_video" and (r.options.get("elements") or r.options.get("voices"))
        ),
        "elements and voices are for clips of a picture only",
    ),
    _Rule(
        ("kling/3.0-omni",),
        lambda r: r.image and len(_listed(r.options.get("elements"))) > 3,
        "with a first picture, elements are at most 3",
    ),
    _Rule(
        ("kling/v2-5-turbo", "kling/v2-6"),
        lambda r: r.last_image and r.options.get("mode") != "pro",
        "a last picture needs the option mode=pro",
    ),
    _Rule((*_V1, *_V2), lambda r: _steered(r) > 1, _EXCLUSIVE),
    _Rule(_OMNI, lambda r: _pictures(r) > 7, "pictures and elements are at most 7"),
    _Rule(
        ("kling/o1", "kling/video-o1"),
        lambda r: r.last_image and _others(r),
        "a last picture excludes references and elements",
    ),
    _Rule(
        ("kling/o1",),
        lambda r: _frame_alone(r) and r.seconds not in (None, 5, 10),
        "from a first picture alone it makes 5 or 10 seconds",
    ),
    _Rule(
        _WITH_FILM, lambda r: _pictures(r) > 4, "pictures and elements are at most 4 with a film"
    ),
    _Rule(
        ("kling/image-v3", "kling/image-v2-1"),
        lambda r: r.image and r.options.get("negative_prompt"),
        "negative_prompt does not go with a picture",
    ),
    _Rule(
        ("kling/image-o1", "kling/image-v3-omni", "kling/image-v3-omni-series", "kling/image-v3"),
        lambda r: _pictures(r) > 10,
        "pictures and elements are at most 10",
    ),
    _Rule(
        ("kling/effects",),
        lambda r: len(r.references) > 1,
        "an effect takes two people at most: image, and one of references",
    ),
    _Rule(
        ("kling/avatar", "kling/lip-sync"),
        lambda r: r.audio and r.audio.size > _LARGEST_SOUND,
        "the sound is larger than 5 MB",
    ),
)


def check(model: ModelInfo, request: Request) -> None:
    """Refuse what the model does not take.

    Raises:
        TaskError: It does not (`invalid`).
    """
    broken = [rule.says for rule in _RULES if model.id in rule.models and rule.is_broken(request)]
    pictures = (request.image, request.last_image, *request.references)
    is_legacy = model.endpoint.startswith(LEGACY)
    broken += [says for p in pictures if p is not None and (says := _misfit(p, is_legacy))]
    if broken:
        message = f"{model.id}: {'; '.join(dict.fromkeys(broken))}"
        raise TaskError(message, kind=ErrorKind.INVALID)


def _misfit(picture: Image, is_legacy: bool) -> str:
    if picture.size > _LARGEST[is_legacy]:
        return f"a picture is larger than {_LARGEST[is_legacy] // _MEGABYTE} MB"
    short, long = sorted((picture.width, picture.height))
    if short < _SHORTEST_SIDE:
        return f"each side of a picture is at least {_SHORTEST_SIDE} pixels, not {short}"
    return "a picture is at most 2.5 times as long as wide" if long > _WIDEST * short else ""
