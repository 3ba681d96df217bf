"""Sizes in pixels, for providers that are told width and height and no shape and tier."""

from __future__ import annotations

import math

from engine import ErrorKind, TaskError

_SIDES = {"1K": 1024, "1.5K": 1536, "2K": 2048, "3K": 3072, "4K": 4096}
_STEP = 8
_FEWEST = 1024**2
"""Pixels of the smallest tier, which a model may take for the least."""


def pixels(aspect_ratio: str, tier: str) -> tuple[int, int]:
    """Return the width and height of a picture: exactly of the shape, and whole steps of 8.

    It has as many pixels as the square of the tier, or a little less; in the smallest tier, a
    little more.

    Args:
        aspect_ratio: As `16:9`.
        tier: As `2K`.

    Raises:
        TaskError: One of them is not written so (`invalid`).
    """
    width, _, height = aspect_ratio.partition(":")
    if tier not in _SIDES or not (width.isdecimal() and height.isdecimal()):
        message = f"{aspect_ratio} at {tier} is no size; write 16:9 and 2K"
        raise TaskError(message, kind=ErrorKind.INVALID)
    across, down = int(width), int(height)
    common = math.gcd(across, down)
    if not across or not down:
        raise TaskError(f"{aspect_ratio} is no shape", kind=ErrorKind.INVALID)
    across, down = across // common, down // common
    steps = int(_SIDES[tier] / math.sqrt(across * down) / _STEP)
    if across * down * (steps * _STEP) ** 2 < _FEWEST:
        steps += 1
    return across * steps * _STEP, down * steps * _STEP
