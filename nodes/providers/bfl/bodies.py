"""Bodies of Black Forest Labs' requests; the catalogue's `field` says what each input is there.

Some of those names stand for what the provider tells otherwise: `input_images` for numbered fields,
`size`, `shape` with `pixels`, and `canvas` for a width and a height.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind, Image, TaskError, Video
from nodes.models import ModelInfo
from nodes.remote.adapter import Address
from nodes.remote.mapping import build_body
from nodes.requests import Request

_STEP = 16
"""Pixels that widths and heights of FLUX.2 are multiples of."""
_MODES: Mapping[str, str] = {"text_to_video": "t2v", "image_to_video": "i2v"}
_SINGLE = ("image_prompt", "garment")
"""Fields for one picture, which is the only one of a list of references."""
_LEAST_SIDE, _LONGER, _SHORTER = 160, 2560, 1440
"""Pixels of the sides of films: the least for an edit, the most for an upscaling."""


def body_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request."""
    body = build_body(model, request, urls)
    for number, picture in enumerate(body.pop("input_images", ()), start=1):
        body["input_image" if number == 1 else f"input_image_{number}"] = picture
    for name in _SINGLE:
        if name in body:
            (body[name],) = body[name]
    if sides := _sides(model, request, body):
        body = {**body, "width": sides[0], "height": sides[1]}
    if "keyframes" in body or request.kind == "text_to_video":
        body["mode"] = _MODES[request.kind]
    return body


def _sides(model: ModelInfo, request: Request, body: dict[str, Any]) -> tuple[int, int] | None:
    """Take what says how large a picture is to be out of a body, and return it in pixels."""
    size, canvas = body.pop("size", None), body.pop("canvas", None)
    shape, pixels = body.pop("shape", None), body.pop("pixels", None)
    if isinstance(size, str):
        width, _, height = size.partition("x")
        return int(width), int(height)
    if canvas and request.image and "width" not in body:
        return _around(request.image, _ratio(canvas))
    if shape or pixels:
        least = min(int(value) for value in model.inputs["resolution"].sent.values())
        return _within(pixels or least, _ratio(shape) if shape else _shape_of(request.image))
    return None


def _ratio(text: str) -> float:
    width, _, height = text.partition(":")
    return float(width) / float(height)


def _shape_of(image: Image | None) -> float:
    return image.width / image.height if image else 1.0


def _within(pixels: int, ratio: float) -> tuple[int, int]:
    """Return the sides of the largest picture of a shape that has no more pixels."""
    height = math.sqrt(pixels / ratio)
    width = pixels / height
    return int(width / _STEP + 1e-9) * _STEP, int(height / _STEP + 1e-9) * _STEP


def _around(image: Image, ratio: float) -> tuple[int, int]:
    """Return the sides of the smallest canvas of a shape that holds a picture."""
    width = max(image.width, math.ceil(image.height * ratio))
    return width, max(image.height, math.ceil(width / ratio))


def check_film(model: ModelInfo, film: Video | None) -> None:
    """Refuse a film that cannot be sent.

    Raises:
        TaskError: The model does not take it (`invalid`).
    """
    if film is None:
        return
    for complaint in _film_complaints(model, film):
        raise TaskError(
            f"{model.id}: {complaint}",
            kind=ErrorKind.INVALID,
            hint="`trim` makes an MP4 of a film.",
        )


def _film_complaints(model: ModelInfo, film: Video) -> Iterator[str]:
    shorter, longer = sorted((film.width, film.height))
    if film.media_type != "video/mp4":
        yield f"films are MP4, not {film.media_type}"
    if model.endpoint.endswith("video-edit-v1") and shorter < _LEAST_SIDE:
        yield f"films are at least {_LEAST_SIDE} pixels a side, not {shorter}"
    if model.endpoint.endswith("video-upscale-v1") and (longer > _LONGER or shorter > _SHORTER):
        yield f"films are at most {_LONGER} x {_SHORTER} pixels, not {film.width} x {film.height}"
