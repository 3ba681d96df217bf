"""Handles of media that exist nowhere, for tests of what is sent about them."""

from __future__ import annotations

from engine import Audio, Character, Image, Video
from nodes.models import ModelInfo, catalogue

UUID = "11111111-2222-4333-8444-555555555555"


def image(number: int, media_type: str = "image/png") -> Image:
    return Image(digest=f"{number:064x}", media_type=media_type, size=1, width=1, height=1)


AUDIO = Audio(
    digest="a" * 64, media_type="audio/wav", size=1, seconds=2, sample_rate=48000, channels=1
)
VIDEO = Video(digest="b" * 64, media_type="video/mp4", size=1, width=1, height=1, seconds=4, fps=24)
MARA = Character(name="Mara", model="higgsfield/soul-id", identity=UUID)


class Urls(dict[str, str]):
    def __missing__(self, digest: str) -> str:
        return f"https://cdn.test/{digest.lstrip('0')}"


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"higgsfield/{name}")
    assert found is not None
    return found
