"""A clip: the camera moves over a picture, and may end on another one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.animatic.camera import Motion, Unrest, ease, parse_motion
from nodes.animatic.frame import check_size
from nodes.animatic.planes import Planes, blend
from nodes.animatic.source import Source, make_source
from nodes.media.encode import encoded_pictures, write_film
from nodes.media.loading import picture_size
from nodes.media.memory import release

MAX_SECONDS = 600.0


def render_clip(
    image: Path,
    out: Path,
    *,
    motion: str,
    seconds: float,
    last_image: Path | None = None,
    width: int | None = None,
    height: int | None = None,
    fps: int = 24,
    seed: int = 0,
    tick: Tick = no_tick,
) -> None:
    """Film a picture as a silent H.264 clip of `round(seconds * fps)` frames.

    Args:
        image: The picture that the clip begins with.
        out: The MP4 to write.
        motion: The camera move in words: `slow push in`, `panoramique à gauche`.
        seconds: Length of the clip.
        last_image: A picture that the clip ends on.
        width: Width in pixels, made even; the picture's own where it is left out.
        height: Height in pixels, made even.
        fps: Frames a second.
        seed: Chooses the sway of a hand-held camera.
        tick: Called with the share done.

    Raises:
        TaskError: A picture cannot be read, an option is out of range, or writing fails.
    """
    frames = _frame_count(seconds, fps)
    size = _even_size(picture_size(image), width, height)
    first = make_source(image, *size)
    last = make_source(last_image, *size) if last_image is not None else None
    # What was drawn on took 120 MB.
    release()
    move = parse_motion(motion)
    pictures = _film(first, last, move, frames, fps, seed, size)
    rate = Fraction(fps)
    write_film(out, [encoded_pictures(pictures, size, rate)], frames / rate, tick)


def _film(
    first: Source,
    last: Source | None,
    move: Motion,
    frames: int,
    fps: int,
    seed: int,
    size: tuple[int, int],
) -> Iterator[VideoFrame]:
    if move.is_static and last is None:
        still = first.frame(move, 0.0, (0.0, 0.0)).enlarged(size).to_frame()
        yield from itertools.repeat(still, frames)
        return
    unrest = Unrest(move.shake, seed)
    for number in range(frames):
        share = number / max(1, frames - 1)
        moment = _moment(first, last, move, share, unrest(number / fps))
        yield moment.enlarged(size).to_frame()


def _moment(
    first: Source, last: Source | None, move: Motion, share: float, sway: tuple[float, float]
) -> Planes:
    """Return a frame, perhaps small; the second picture arrives with the rest of the same move."""
    progress = ease(share)
    weight = ease((share - 0.3) / 0.6) if last is not None else 0.0
    if last is None or weight <= 0.0:
        return first.frame(move, progress, sway)
    calm = (sway[0] * (1 - progress), sway[1] * (1 - progress))
    second = last.frame(move, progress - 1, calm)
    if weight >= 1.0:
        return second
    return blend(first.frame(move, progress, sway), second, weight)


def _frame_count(seconds: float, fps: int) -> int:
    if not (math.isfinite(seconds) and 0 < seconds <= MAX_SECONDS):
        raise TaskError(
            f"A clip of {seconds:g} seconds cannot be made.",
            kind=ErrorKind.INVALID,
            hint=f"Ask for more than 0 and at most {MAX_SECONDS:g} seconds.",
        )
    if not 1 <= fps <= 120:
        raise TaskError(
            f"{fps} frames a second are not possible.",
            kind=ErrorKind.INVALID,
            hint="Ask for 1 to 120.",
        )
    return max(1, round(seconds * fps))


def _even_size(own: tuple[int, int], width: int | None, height: int | None) -> tuple[int, int]:
    """Return the clip's size: as asked, the missing side in proportion, both even."""
    if width is None and height is None:
        width, height = own
    elif height is None and width is not None:
        height = round(own[1] * width / own[0])
    elif width is None and height is not None:
        width = round(own[0] * height / own[1])
    assert width is not None  # noqa: S101 - settled above
    assert height is not None  # noqa: S101
    check_size(width, height)
    return width - width % 2, height - height % 2
