"""Opening media files that nobody vouches for: the one place where FFmpeg meets unknown bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from engine.errors import TaskError
from nodes.media.signatures import sniff

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
        raise TaskError(f"The {what} cannot be read: the file is {media_type}.")
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
    """Return the moving picture of a file; a cover picture does not count."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None
