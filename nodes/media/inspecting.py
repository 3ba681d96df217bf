"""What a media file holds: the fields of its handle, found by looking at the bytes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer

from engine.context import M
from engine.errors import ErrorKind, TaskError, WrongKindError
from engine.values import Audio, Image, Media, Video
from nodes.media.film import first_picture, pictures_of, pixel_aspect_of, rate_of, read_film
from nodes.media.loading import picture_size
from nodes.media.planes import seen_size
from nodes.media.reading import open_media, sound_stream, video_stream
from nodes.media.signatures import describe, sniff
from nodes.media.vector import SVG

_AUDIO_ONLY = {
    "video/mp4": "audio/mp4",
    "video/quicktime": "audio/mp4",
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/webm",
}


def inspect_media(path: Path, kind: type[M]) -> dict[str, Any]:
    """Return the fields of a handle of that kind, besides the digest and the length in bytes.

    Raises:
        WrongKindError: The file is of another kind.
        TaskError: The file is broken.
    """
    media_type = sniff(path)
    if issubclass(kind, Image):
        _expect(path, kind, media_type, "image/")
        width, height = picture_size(path)
        return {"media_type": media_type, "width": width, "height": height}
    if issubclass(kind, Video):
        _expect(path, kind, media_type, "video/")
        return {"media_type": media_type, **_video(path)}
    if issubclass(kind, Audio):
        _expect(path, kind, media_type, "audio/", *_AUDIO_ONLY)
        return _audio(path, media_type)
    return {"media_type": media_type}


def _expect(path: Path, kind: type[Media], media_type: str, *allowed: str) -> None:
    if path.stat().st_size == 0:
        raise TaskError(
            f"Expected {_NOUNS.get(kind.kind, kind.kind)}; the file is empty.",
            kind=ErrorKind.INVALID,
        )
    if not media_type.startswith(allowed) or media_type == SVG:
        raise WrongKindError(
            f"Expected {_NOUNS.get(kind.kind, kind.kind)}; the file is {describe(path)}.",
            hint=_HINTS.get(kind.kind, ""),
        )


_HINTS = {
    "image": "PNG, JPEG, WebP, GIF, BMP and TIFF pictures are read.",
    "video": "MP4, MOV, WebM, MKV and AVI videos are read.",
    "audio": "WAV, MP3, FLAC, Ogg and M4A sound is read.",
}


_NOUNS = {"image": "an image", "video": "a video", "audio": "a sound file"}


def _video(path: Path) -> dict[str, Any]:
    with open_media(path, "video") as container:
        stream = pictures_of(container)
        width, height = seen_size(first_picture(container, stream), pixel_aspect_of(stream))
        return {
            "width": max(1, round(width)),
            "height": max(1, round(height)),
            "seconds": round(float(read_film(path).seconds), 6),
            "fps": round(float(rate_of(stream)), 6),
            "has_audio": sound_stream(container) is not None,
        }


def _audio(path: Path, media_type: str) -> dict[str, Any]:
    with open_media(path, "audio") as container:
        stream = sound_stream(container)
        if video_stream(container) is not None or stream is None:
            raise WrongKindError(
                f"Expected a sound file; the file is {media_type} with a moving picture.",
                hint="Wire it to a parameter that takes a video.",
            )
        return {
            "media_type": _AUDIO_ONLY.get(media_type, media_type),
            "seconds": round(float(_sound_seconds(container, stream)), 6),
            "sample_rate": stream.sample_rate,
            "channels": stream.channels,
        }


def _sound_seconds(container: InputContainer, stream: AudioStream) -> Fraction:
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    if container.duration:
        return Fraction(container.duration, 1_000_000)
    end = Fraction(0)
    for packet in container.demux(stream):
        if packet.pts is not None:
            end = (packet.pts + (packet.duration or 0)) * packet.time_base
    return max(end, Fraction(0))
