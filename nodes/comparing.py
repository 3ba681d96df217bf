"""Models side by side: what the same small piece of work costs at each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine import Audio, Image, Price, Video
from nodes.models import Accepted, Kind, ModelInfo

SECONDS = 5.0
RESOLUTION = "720p"
CHARACTERS = 1000
_LINES = {"1k": 1024, "2k": 2048, "4k": 4096, "8k": 8192, "sd": 480, "hd": 720, "fhd": 1080}
_UNKNOWN = Decimal("Infinity")
_PICTURE = Image(digest="0" * 64, media_type="image/png", size=1, width=1280, height=720)
_FILM = Video(
    digest="0" * 64,
    media_type="video/mp4",
    size=1,
    width=1280,
    height=720,
    seconds=SECONDS,
    fps=24,
    has_audio=True,
)
_SOUND = Audio(
    digest="0" * 64, media_type="audio/wav", size=1, seconds=SECONDS, sample_rate=48_000, channels=2
)
_MEDIA: Mapping[str, Any] = {"image": _PICTURE, "video": _FILM, "audio": _SOUND}


@dataclass(frozen=True, slots=True)
class Sample:
    """A small piece of work as one model would do it."""

    model: ModelInfo
    price: Price
    work: str
    """What the price is for, in words: `5 s at 720p`, `1 picture`."""

    @property
    def order(self) -> tuple[Decimal, Decimal, str]:
        """What samples are sorted by: the most they may cost, unknown last."""
        high = self.price.high
        return (_UNKNOWN if high is None else high, self.price.low, self.model.id)


def compared(models: list[ModelInfo], kind: Kind) -> list[Sample]:
    """Return what one piece of work costs at each model, the cheapest first.

    For films and sounds that is 5 seconds, at 720p where a model makes films, or the nearest that
    it takes; for speech 1,000 characters; else one call as the model does it by default.
    """
    return sorted((sample(model, kind) for model in models), key=lambda each: each.order)


def sample(model: ModelInfo, kind: Kind) -> Sample:
    """Price one piece of work at a model."""
    accepted = model.accepted(kind)
    arguments: dict[str, Any] = {}
    for name, each in accepted.items():
        if each.type in _MEDIA and (each.required or name in model.one_of):
            arguments[name] = _MEDIA[each.type]
    words: list[str] = []
    if seconds := accepted.get("seconds"):
        length = seconds.length_for(SECONDS)
        arguments["seconds"] = length if seconds.high is None else min(length, seconds.high)
        words.append(f"{arguments['seconds']:g} s")
    elif {"video", "audio"} & arguments.keys():
        words.append(f"{SECONDS:g} s")
    resolution = accepted.get("resolution")
    if "video" in kind and resolution and (size := nearest_resolution(resolution)):
        arguments["resolution"] = size
        words.append(f"at {size}" if words else size)
    if model.price.unit == "thousand_characters":
        arguments["prompt"] = "x" * CHARACTERS
        words.append(f"{CHARACTERS:,} characters")
    return Sample(model, model.estimate(arguments), " ".join(words) or _one(kind, model))


def _one(kind: Kind, model: ModelInfo) -> str:
    if kind == "storyboard_images" and model.price.unit == "image":
        return f"{model.inputs['count'].default or 1:g} pictures" if "count" in model.inputs else ""
    return "1 picture" if kind.endswith("_image") else "1 call"


def nearest_resolution(accepted: Accepted) -> str:
    """Return which of a model's resolutions is nearest to 720p; empty if it names none."""
    known = [(lines, str(v)) for v in accepted.values if (lines := _lines(str(v))) is not None]
    wanted = 720
    return min(known, key=lambda each: (abs(each[0] - wanted), each[0]))[1] if known else ""


def _lines(resolution: str) -> int | None:
    """Return the lines of a picture of a resolution, as written: `720p`, `2K`, `1280x720`."""
    name = resolution.lower()
    if name in _LINES:
        return _LINES[name]
    numbers = [int(number) for number in re.findall(r"\d+", name)]
    return min(numbers) if numbers else None
