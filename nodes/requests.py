"""What a generating node asks of a model, independent of any provider."""

from __future__ import annotations

from dataclasses import dataclass

from engine import Image

RESOLUTIONS = {"360p": 360, "480p": 480, "540p": 540, "720p": 720, "1080p": 1080}
"""Length of the shorter side in pixels."""


def frame_size(aspect_ratio: str, resolution: str) -> tuple[int, int]:
    """Return width and height in pixels, both even, for a ratio as `16:9` and a resolution."""
    across, down = (int(part) for part in aspect_ratio.split(":"))
    short = RESOLUTIONS[resolution]
    if across >= down:
        width, height = round(short * across / down), short
    else:
        width, height = short, round(short * down / across)
    return width - width % 2, height - height % 2


@dataclass(frozen=True, slots=True)
class TextToImage:
    """A picture from words."""

    model: str
    prompt: str
    aspect_ratio: str
    resolution: str
    seed: int


@dataclass(frozen=True, slots=True)
class ImageToImage:
    """A picture from a picture and words."""

    model: str
    image: Image
    prompt: str
    strength: float
    """0 keeps the picture, 1 keeps little of it."""
    seed: int


@dataclass(frozen=True, slots=True)
class ImageToVideo:
    """A clip that begins with a picture."""

    model: str
    image: Image
    prompt: str
    """What moves, and how the camera moves."""
    seconds: float
    last_image: Image | None
    seed: int


@dataclass(frozen=True, slots=True)
class TextToVideo:
    """A clip from words."""

    model: str
    prompt: str
    motion: str
    seconds: float
    aspect_ratio: str
    resolution: str
    seed: int


ImageRequest = TextToImage | ImageToImage
VideoRequest = ImageToVideo | TextToVideo
