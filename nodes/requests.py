"""What a generating node asks of a model, independent of any provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import Audio, Character, Image, Video
from nodes.models import Kind


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a model; None means that the model's own default counts."""

    kind: Kind
    model: str
    prompt: str = ""
    """What is seen; for a clip of a picture, what moves and how."""
    motion: str = ""
    """How the camera moves, for a clip from words."""
    image: Image | None = None
    last_image: Image | None = None
    references: tuple[Image, ...] = ()
    character: Character | None = None
    """Who is to be seen."""
    name: str = ""
    """What a character that is to be trained is called."""
    mask: Image | None = None
    """Where a picture may be changed: white is drawn anew, black stays."""
    video: Video | None = None
    audio: Audio | None = None
    aspect_ratio: str | None = None
    resolution: str | None = None
    seconds: float | None = None
    strength: float | None = None
    count: int | None = None
    """How many pictures, for models that make a set."""
    factor: int | None = None
    """How many times larger, for upscalers."""
    voice: str | None = None
    """Who speaks the prompt, by the provider's name or id."""
    language: str | None = None
    """What a text is spoken in, as `en` or `pt-BR`."""
    speed: float | None = None
    """How fast it is spoken; 1 is the voice's own pace."""
    seed: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """What only this model knows, by its own names; media may be among them."""
    step: int = 1
    """Which of several calls that one task makes of the model; each is done once."""
