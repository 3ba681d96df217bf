"""Requests for pictures: JSON for those from words alone, a form where pictures are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isqrt
from typing import Any

from engine import ErrorKind, Image, TaskError
from nodes.media import EXTENSIONS
from nodes.models import ModelInfo
from nodes.providers.openai.service import PATIENCE
from nodes.remote.adapter import Address, Call, Part
from nodes.remote.mapping import build_body
from nodes.requests import Request

PICTURES = "pictures"
"""How the answer is to be read; the prices of tokens follow."""
_FILES = ("image", "references", "mask")
_PIXELS = "pixels"
"""What the catalogue calls the field of a resolution, which is none of OpenAI's."""
_STEP = 16
_LONGEST = 3840
_LARGEST_MASK = 4 * 1000**2


def picture_call(
    model: ModelInfo, request: Request, urls: Mapping[str, Address], lone_picture: str
) -> Call:
    """Return the call that makes a picture.

    Args:
        model: The model.
        request: What is asked.
        urls: The inputs, by digest.
        lone_picture: What a picture is called in the form where there is no other.

    Raises:
        TaskError: The mask does not fit the picture.
    """
    body = build_body(model, request, urls)
    for name in _FILES:
        body.pop(name, None)
    pixels = body.pop(_PIXELS, None)
    if ":" in body.get("size", ""):
        body["size"] = size_of(body["size"], pixels or _usual_pixels(model))
    prices = [f"{name}={price}" for name, price in model.price.tokens.items()]
    wants = " ".join([PICTURES, *prices])
    pictures = [each for each in (request.image, *request.references) if each is not None]
    if not pictures:
        path = "/images/generations"
        return Call("POST", path, json=body, holds_media=True, patience=PATIENCE, wants=wants)
    _check_mask(request)
    name = lone_picture if len(pictures) == 1 else "image[]"
    files = [_file(name, picture) for picture in pictures]
    files += [_file("mask", request.mask)] if request.mask is not None else []
    form = (*_fields(body), *files)
    return Call(
        "POST", "/images/edits", form=form, holds_media=True, patience=PATIENCE, wants=wants
    )


def size_of(shape: str, pixels: int) -> str:
    """Return the largest size of a shape, as `1280x720`; sides are multiples of 16.

    Args:
        shape: Width to height, as `16:9`.
        pixels: How many there may be.
    """
    ratio = Fraction(shape.replace(":", "/"))
    width, height = _STEP * ratio.numerator, _STEP * ratio.denominator
    times = min(isqrt(pixels // (width * height)), _LONGEST // max(width, height))
    return f"{times * width}x{times * height}"


def _usual_pixels(model: ModelInfo) -> int:
    resolution = model.inputs["resolution"]
    return int(resolution.sent[str(resolution.default)])


def _fields(body: Mapping[str, Any]) -> Iterator[Part]:
    return (Part(name, str(value)) for name, value in body.items())


def _file(name: str, picture: Image) -> Part:
    return Part(name, picture, f"{name.partition('[')[0]}{EXTENSIONS[picture.media_type]}")


def _check_mask(request: Request) -> None:
    mask, picture = request.mask, request.image
    if mask is None or picture is None:
        return
    if (mask.width, mask.height) != (picture.width, picture.height):
        raise TaskError(
            f"the mask has {mask.width} x {mask.height} pixels, and the picture "
            f"{picture.width} x {picture.height}: they are to be as large as each other",
            kind=ErrorKind.INVALID,
        )
    if mask.size >= _LARGEST_MASK:
        message = f"a mask of less than 4 MB is taken, not one of {mask.size / 1e6:.1f} MB"
        raise TaskError(message, kind=ErrorKind.INVALID)
