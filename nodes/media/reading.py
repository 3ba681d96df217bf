"""Opening media files that nobody vouches for: the one place where FFmpeg meets unknown bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from engine.errors import TaskError
from nodes.media.signatures import describe, sniff

MAX_FRAME_PIXELS = 8192 * 4608
"""The largest picture of a video that is read; more would not fit the memory bound."""

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "audio/mp4": "mov",
}
"""Media type -> FFmpeg's name of its reader."""


@contextmanager
def expecting(what: str) -> Iterator[None]:
    """Turn FFmpeg's errors into a `TaskError` that says that `what` is broken."""
    try:
        yield
    except (FFmpegError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TaskError(
            f"The {what} cannot be read: {reason}.",
            hint="The file may be damaged or cut short; play it, or export it again.",
        ) from error


@contextmanager
def open_media(path: Path, what: str) -> Iterator[InputContainer]:
    """Open a video or audio file for reading.

    The reader is chosen by the file's first bytes. FFmpeg's own guess would also take playlists,
    which name other files and addresses to open.

    Raises:
        TaskError: The file is no video or audio file, or it is broken.
    """
    media_type = sniff(path)
    if media_type not in DEMUXERS:
        raise TaskError(f"The {what} cannot be read: the file is {describe(path)}.")
    with expecting(what):
        container = av.open(
            f"file:{path}",
            format=DEMUXERS[media_type],
            options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        )
        with container:
            yield container


def video_stream(container: InputContainer) -> VideoStream | None:
    """Return the moving picture of a file; a cover picture does not count.

    Raises:
        TaskError: Its codec is not known.
    """
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            _expect_codec(stream, "video")
            return stream
    return None


def sound_stream(container: InputContainer) -> AudioStream | None:
    """Return the first sound of a file.

    Raises:
        TaskError: Its codec is not known, or it has no channels.
    """
    for stream in container.streams.audio:
        _expect_codec(stream, "sound")
        if not stream.channels or not stream.sample_rate:
            raise TaskError("The sound cannot be read: it has no channels or no sample rate.")
        return stream
    return None


def _expect_codec(stream: Stream, what: str) -> None:
    # Streams of an unknown codec have no context at all, whatever the annotation says.
    if stream.codec_context is None:
        raise TaskError(f"The {what} cannot be read: its codec is not known.")
