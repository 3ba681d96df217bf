"""Decoding for the screen: pictures, frames of films and the outlines of sounds, made small.

All of this blocks, and runs in a thread. Nothing here trusts the files: what cannot be read raises
a `TaskError` in one sentence.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from PIL import Image as Pillow

from engine.errors import ErrorKind, TaskError
from nodes.media.film import pictures_of, pixel_aspect_of
from nodes.media.loading import check_size, flattened, load, picture_size
from nodes.media.planes import seen_size
from nodes.media.reading import expecting, open_media
from nodes.media.sound import decode_sound
from tui.editor.preview.bitmap import Bitmap, Box, fitted

T = TypeVar("T")
MAX_STILL = 40_000_000
"""Pixels of the largest picture that is looked at: it takes 160 MB while it is decoded."""
_FORMAT = "rgb0"
_AHEAD = 1.5
"""Seconds up to which it is quicker to decode on than to begin anew from a key frame."""
_TURNS = {
    90: Pillow.Transpose.ROTATE_90,
    180: Pillow.Transpose.ROTATE_180,
    270: Pillow.Transpose.ROTATE_270,
}


def guarded(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function; a file that is gone, or is too much, raises a `TaskError`."""
    try:
        return function(*arguments)
    except OSError as error:
        raise TaskError(f"It cannot be read: {error.strerror or error}.") from error
    except MemoryError as error:
        raise TaskError("It is too large to be shown.") from error


def still(path: Path, box: Box) -> Bitmap:
    """Decode a picture, fitted into a box of pixels.

    Raises:
        TaskError: It cannot be read, or it is too large to be looked at here.
    """
    path.stat()  # The store may have been cleaned: that is another error than a broken picture.
    width, height = picture_size(path)
    check_size(width, height, MAX_STILL)
    size = fitted(width, height, box)
    picture = flattened(load(path, shown=size))
    method = Pillow.Resampling.BOX if size[0] > picture.width else Pillow.Resampling.LANCZOS
    return Bitmap.of(picture.resize(size, method, reducing_gap=3.0))


class FilmReader:
    """An open film: gives the picture at a time, quickly if the times go up.

    Args:
        path: The film.
        box: The pixels that its pictures are fitted into.

    Raises:
        TaskError: The film cannot be read.
    """

    def __init__(self, path: Path, box: Box) -> None:
        self._box = box
        self._stack = ExitStack()
        try:
            with expecting("video"):
                self._container = self._stack.enter_context(open_media(path, "video"))
                self._stream = pictures_of(self._container)
        except BaseException:
            self._stack.close()
            raise
        self._aspect = pixel_aspect_of(self._stream)
        self._base = self._stream.time_base or Fraction(1, 1000)
        self._origin = (self._stream.start_time or 0) * self._base
        self._frames: Iterator[VideoFrame] = iter(())
        self._shown: VideoFrame | None = None
        self._next: VideoFrame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the film."""
        self._frames = iter(())
        self._shown = self._next = None
        self._stack.close()

    def at(self, seconds: float) -> Bitmap:
        """Return the picture that is on screen at a time; the last one after the end.

        Raises:
            TaskError: The film is broken there.
        """
        with expecting("video"):
            self._go_to(max(0.0, seconds))
        if self._shown is None:
            raise TaskError("The video cannot be read: it has no picture.", kind=ErrorKind.INVALID)
        return self._small(self._shown)

    def near(self, seconds: float) -> Bitmap:
        """Return the key frame before a time: quick, wherever it is.

        Raises:
            TaskError: The film is broken there.
        """
        with expecting("video"):
            self._seek(max(0.0, seconds))
            self._shown = next(self._frames, None)
        if self._shown is None:
            return self.at(0.0)
        return self._small(self._shown)

    def _go_to(self, seconds: float) -> None:
        due = seconds + 0.001
        last = self._time(self._shown) if self._shown is not None else None
        if last is None or not last <= due <= last + _AHEAD:
            self._seek(seconds)
        while self._next is None or self._time(self._next) <= due:
            following = next(self._frames, None)
            if self._next is not None:
                self._shown, self._next = self._next, None
            if following is None:
                return
            self._next = following
            if self._shown is None:
                self._shown = following

    def _seek(self, seconds: float) -> None:
        target = int((self._origin + Fraction(seconds)) / self._base)
        self._container.seek(target, stream=self._stream)
        self._shown = self._next = None
        self._frames = (f for f in self._container.decode(self._stream) if f.pts is not None)

    def _time(self, frame: VideoFrame) -> float:
        base = frame.time_base or self._base
        return float((frame.pts or 0) * base - self._origin)

    def _small(self, frame: VideoFrame) -> Bitmap:
        width, height = fitted(*seen_size(frame, self._aspect), self._box)
        turned = frame.rotation % 180 != 0
        size = (height, width) if turned else (width, height)
        small = frame.reformat(*size, format=_FORMAT, interpolation=Interpolation.AREA)
        plane = small.planes[0]
        data = cast("bytes", plane)
        picture = Pillow.frombuffer("RGBX", size, data, "raw", "RGBX", plane.line_size, 1)
        turn = _TURNS.get(frame.rotation % 360)
        if turn is not None:
            picture = picture.transpose(turn)
        return Bitmap(width, height, picture.tobytes())


def outline(path: Path, seconds: float, columns: int) -> list[float]:
    """Return how loud a sound is in each of so many parts of its length, from 0 to 1.

    Raises:
        TaskError: It cannot be read.
    """
    peaks = [0.0] * columns
    done = 0.0
    for frame in decode_sound(path):
        samples = array("f", bytes(memoryview(frame.planes[0]))[: frame.samples * 4])
        loudest = max(max(samples, default=0.0), -min(samples, default=0.0))
        done += frame.samples / (frame.sample_rate or 1)
        place = min(columns - 1, int(done / max(seconds, 0.001) * columns))
        peaks[place] = max(peaks[place], min(1.0, loudest))
    return peaks
