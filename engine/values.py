"""The values that travel along the wires of a workflow.

Text, numbers and booleans are plain Python values. Media are *handles*: the digest of a blob in the
store and what is known of it. A handle is small, immutable and says nothing of where the blob lies.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a blob, in lower-case hexadecimal."""


class Value(BaseModel):
    """Base of structured values; `kind` is the name of the port type in workflow files."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)
    kind: ClassVar[str]


class Media(Value):
    """A blob in the store."""

    digest: Digest
    media_type: str
    """IANA media type, found by looking at the bytes: `image/png`, `video/mp4`."""
    size: int = Field(ge=0)
    """Length in bytes."""


class File(Media):
    """A file of any type: subtitles, a PDF, plain text."""

    kind: ClassVar[str] = "file"


class Image(Media):
    """A still picture."""

    kind: ClassVar[str] = "image"
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class Video(Media):
    """A moving picture, with or without sound."""

    kind: ClassVar[str] = "video"
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    seconds: float = Field(ge=0)
    fps: float = Field(gt=0)
    has_audio: bool = False


class Audio(Media):
    """Sound."""

    kind: ClassVar[str] = "audio"
    seconds: float = Field(ge=0)
    sample_rate: int = Field(gt=0)
    channels: int = Field(gt=0)


class Character(Value):
    """A person or creature of the story."""

    kind: ClassVar[str] = "character"
    name: str
    description: str = ""
    model: str = ""
    """The model that was trained to draw them; empty when none was."""
    identity: str = ""
    """The id by which that model's provider knows them."""


class Shot(Value):
    """One shot of a storyboard."""

    kind: ClassVar[str] = "shot"
    number: int = Field(ge=1)
    """Place in the film, from 1."""
    prompt: str
    """What is seen, ready for a text-to-image model."""
    motion: str = ""
    """How the camera moves: `slow push in`."""
    camera: str = ""
    """Shot size and angle: `wide shot, low angle`."""
    seconds: float = Field(default=4.0, gt=0)
    """Length on screen."""
    dialogue: str = ""
    """Spoken lines, one a line, as `NAME: words`; narration has no name."""
    characters: list[str] = []
    location: str = ""
    time: str = ""
    """Time of day: `night`, `dawn`; empty when the story does not say."""
    text: str = ""
    """The passage of the script that the shot was made from."""


VALUE_CLASSES: dict[str, type[Value]] = {
    cls.kind: cls for cls in (File, Image, Video, Audio, Character, Shot)
}

KIND_TAG = "$kind"
PLAIN_KIND = "data"


def encode(value: Any) -> Any:
    """Turn a port value into JSON data; structured values carry their kind as a tag.

    Raises:
        TypeError: It is nothing that travels along wires, as a secret.
    """
    if isinstance(value, Value):
        return {KIND_TAG: value.kind, **value.model_dump(mode="json")}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return mark_mapping({key: encode(item) for key, item in value.items()})
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} is no value of a port")


def mark_mapping(data: dict[str, Any]) -> dict[str, Any]:
    """Wrap a plain object that holds the tag's name itself, so that none passes for a handle."""
    return {KIND_TAG: PLAIN_KIND, "fields": data} if KIND_TAG in data else data


def decode(data: Any) -> Any:
    """Turn what `encode` made back into a port value.

    Raises:
        pydantic.ValidationError: The data was not made by `encode`.
    """
    if isinstance(data, list):
        return [decode(item) for item in data]
    if isinstance(data, dict):
        if data.get(KIND_TAG) == PLAIN_KIND:
            return {key: decode(item) for key, item in data["fields"].items()}
        if (kind := data.get(KIND_TAG)) in VALUE_CLASSES:
            fields = {key: item for key, item in data.items() if key != KIND_TAG}
            return VALUE_CLASSES[kind].model_validate(fields)
        return {key: decode(item) for key, item in data.items()}
    return data
