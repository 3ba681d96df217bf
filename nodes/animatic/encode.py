"""H.264 in MP4, the same way for every clip, so that clips of one size join without re-encoding."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av

from engine.errors import TaskError
from nodes.animatic.planes import Planes

_BT709 = 1
_LIMITED_RANGE = 1
_OPTIONS = {
    "preset": "veryfast",
    "crf": "19",
    "profile": "high",
    # No B-frames and closed groups: a clip can be cut and joined at any of its key frames.
    "bf": "0",
    "g": "24",
    "x264-params": "scenecut=0:open-gop=0:repeat-headers=0:stitchable=1",
    # One thread, as the number of threads changes the bytes.
    "threads": "1",
}


_HD_PIXELS = 1920 * 1200


def _options(width: int, height: int) -> dict[str, str]:
    # Every picture looked ahead at is held: at 4K, ten of them would be 250 MB.
    ahead = 10 if width * height <= _HD_PIXELS else 0
    return {**_OPTIONS, "rc-lookahead": str(ahead)}


def write_clip(frames: Iterable[Planes], out: Path, *, width: int, height: int, fps: int) -> int:
    """Encode pictures of one even size as a silent MP4; return how many there were.

    Raises:
        TaskError: The encoder refuses or the file cannot be written.
    """
    count = 0
    try:
        with av.open(
            str(out), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
        ) as file:
            stream = file.add_stream("libx264", rate=fps, options=_options(width, height))
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            context = stream.codec_context
            context.time_base = Fraction(1, fps)
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.color_range = _LIMITED_RANGE
            for picture in frames:
                frame = picture.to_frame()
                frame.pts, frame.time_base = count, Fraction(1, fps)
                count += 1
                file.mux(stream.encode(frame))
            file.mux(stream.encode())
    except (av.FFmpegError, OSError) as error:
        raise TaskError(f"The clip cannot be written: {error}", where=out.name) from error
    return count
