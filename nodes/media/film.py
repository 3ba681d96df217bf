"""Reading films: what is known of one, and its pictures in order, a few at a time.

All times are in seconds from the first picture, as exact fractions: files may start at any time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import TaskError, WrongKindError
from nodes.media.planes import SQUARE, even, seen_size
from nodes.media.reading import MAX_FRAME_PIXELS, expecting, open_media, sound_stream, video_stream
from nodes.media.signatures import sniff

MAX_RATE = 120
"""Pictures a second. More is a broken clock, or more than any screen shows; less than 1 is too."""
MAX_SECONDS = 24 * 3600
"""A film that claims to be longer has broken times."""
MAX_PICTURE_SECONDS = 120
"""The same holds for a film whose pictures, on average, stay longer: three pictures are no hour."""
USUAL_RATE = Fraction(24)
_RATES = tuple(
    Fraction(rate)
    for rate in (10, 12, 15, "24000/1001", 24, 25, "30000/1001", 30, 48, 50, "60000/1001", 60, 120)
)
_SLOWER = Fraction(95, 100)
"""What a film may lose of an irregular rate."""

_COPYABLE_FILES = ("video/mp4", "video/quicktime")
_COPYABLE_CODECS = ("h264", "hevc", "av1")


@dataclass(frozen=True)
class Coding:
    """What decides whether the packets of two films can stand in one stream."""

    settings: tuple[object, ...]
    """Codec, sizes and headers, which must be equal."""
    lead: Fraction
    """Seconds by which the first packet is decoded before the first picture is shown."""
    tail: Fraction
    """Seconds from when the last packet is decoded to the end of the film."""


@dataclass(frozen=True)
class Film:
    """A video file that has been looked through, without decoding more than one picture."""

    path: Path
    width: int
    height: int
    """Size as seen: turned upright, with square pixels, and made even."""
    rotation: int
    """Degrees, counter-clockwise, by which the stored pictures are turned to be upright."""
    pixel_aspect: Fraction
    """Width of a stored pixel by its height."""
    rate: Fraction
    """Pictures a second; where they come irregularly, a usual rate near their average."""
    times: tuple[Fraction, ...]
    """When each picture is shown, in order, from 0."""
    seconds: Fraction
    """When the last picture ends."""
    origin: Fraction
    """The first picture's time on the file's own clock."""
    has_sound: bool
    coding: Coding | None
    """How the packets are coded; None where they cannot be put into an MP4 as they are."""

    def index_at(self, time: Fraction) -> int:
        """Return the number, from 0, of the picture that is on screen at a time."""
        # Files round times to their clock: a picture due within a quarter frame counts as shown.
        after = bisect_left(self.times, time + Fraction(1, 4) / self.rate)
        return max(0, after - 1)


def read_film(path: Path) -> Film:
    """Look through a video file.

    Raises:
        TaskError: It is no video, it is broken, or its pictures are too large.
    """
    with open_media(path, "video") as container:
        stream = pictures_of(container)
        first = first_picture(container, stream)
        rate, pixel_aspect = rate_of(stream), pixel_aspect_of(stream)
        has_sound = sound_stream(container) is not None
        settings = _settings(stream)
    width, height = seen_size(first, pixel_aspect)
    scan = _scan(path)
    longest = min(MAX_SECONDS, MAX_PICTURE_SECONDS * len(scan.times))
    if not scan.times or scan.end - scan.times[0] > longest:
        raise TaskError("The video cannot be read: the times of its pictures make no sense.")
    origin = scan.times[0]
    copyable = sniff(path) in _COPYABLE_FILES and scan.starts_clean and not first.rotation
    coding = Coding(settings, origin - scan.first_decoded, scan.end - scan.last_decoded)
    return Film(
        path=path,
        width=even(width),
        height=even(height),
        rotation=first.rotation,
        pixel_aspect=pixel_aspect,
        rate=rate,
        times=tuple(time - origin for time in scan.times),
        seconds=max(scan.end - origin, 1 / rate),
        origin=origin,
        has_sound=has_sound,
        coding=coding if copyable and settings[0] in _COPYABLE_CODECS else None,
    )


def pictures_of(container: InputContainer) -> VideoStream:
    """Return the video stream of an open file, ready to decode in little memory.

    Raises:
        WrongKindError: There is none.
        TaskError: Its codec is not known, or its pictures are too large.
    """
    stream = video_stream(container)
    if stream is None:
        raise WrongKindError("The file has no moving picture.")
    codec = stream.codec_context
    if codec.width * codec.height > MAX_FRAME_PIXELS:
        raise TaskError(
            f"The video is {codec.width} x {codec.height}; pictures of up to"
            f" {MAX_FRAME_PIXELS:,} pixels are read."
        )
    # Each more thread of the decoder holds one more picture.
    codec.thread_count = 1
    return stream


def first_picture(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Decode the first picture: stream headers may lie about the size and say no rotation.

    Raises:
        TaskError: There is no picture.
    """
    for frame in container.decode(stream):
        return frame
    raise TaskError("The video has no pictures.")


def rate_of(stream: VideoStream) -> Fraction:
    """Return the pictures a second, kept within what makes sense.

    An average such as 15.22, of a telephone whose pictures come as they can, is no rate to make a
    film at: the nearest usual one is taken, or the next faster one where that is too slow.
    """
    average = stream.average_rate or stream.guessed_rate or USUAL_RATE
    # Clocks in odd units give rates such as 23.9997.
    rate = min(max(average, Fraction(1)), Fraction(MAX_RATE)).limit_denominator(1001)
    if rate.denominator <= 2 or (rate.denominator == 1001 and rate.numerator % 1000 == 0):
        return rate
    return min((usual for usual in _RATES if usual >= rate * _SLOWER), key=lambda u: abs(u - rate))


def pixel_aspect_of(stream: VideoStream) -> Fraction:
    """Return the width of a pixel by its height; values that no camera makes count as square."""
    aspect = stream.sample_aspect_ratio
    return aspect if aspect and Fraction(1, 4) <= aspect <= 4 else SQUARE


def _settings(stream: VideoStream) -> tuple[object, ...]:
    codec = stream.codec_context
    return (
        codec.name,
        codec.extradata,
        codec.width,
        codec.height,
        codec.pix_fmt,
        stream.sample_aspect_ratio,
        rate_of(stream),
    )


@dataclass
class _Scan:
    """The times of all packets, on the file's own clock."""

    times: list[Fraction]
    end: Fraction = Fraction(0)
    first_decoded: Fraction = Fraction(0)
    last_decoded: Fraction = Fraction(0)
    starts_clean: bool = True
    """Whether the first packet can be decoded by itself, and none is to be thrown away."""


def _scan(path: Path) -> _Scan:
    scan = _Scan([])
    with open_media(path, "video") as container:
        stream = pictures_of(container)
        usual = 1 / rate_of(stream)
        for packet in container.demux(stream):
            if packet.pts is None:
                continue
            if packet.is_discard:
                scan.starts_clean = False
                continue
            time = packet.pts * packet.time_base
            decoded = time if packet.dts is None else packet.dts * packet.time_base
            length = (packet.duration or 0) * packet.time_base or usual
            if not scan.times:
                scan.first_decoded, scan.end = decoded, time + length
                scan.starts_clean &= packet.is_keyframe
            scan.times.append(time)
            scan.end = max(scan.end, time + length)
            scan.last_decoded = decoded
    scan.times.sort()
    return scan


def pictures(film: Film, start: Fraction = Fraction(0)) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Yield the pictures of a film with their times, from the one on screen at `start` on.

    Raises:
        TaskError: The stream is broken.
    """
    first = film.times[film.index_at(start)]
    with open_media(film.path, "video") as container, expecting("video"):
        stream = pictures_of(container)
        if first > 0 and stream.time_base:
            container.seek(int((film.origin + first) / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            if frame.pts is None or frame.time_base is None:
                continue
            time = frame.pts * frame.time_base - film.origin
            if time >= first:
                yield time, frame


def at_rate(
    film: Film, rate: Fraction, count: int, start: Fraction = Fraction(0)
) -> Iterator[VideoFrame]:
    """Yield `count` pictures, one each 1/rate seconds: the one on screen at that time.

    The last picture stays where the film ends earlier.

    Raises:
        TaskError: The stream is broken.
    """
    source = pictures(film, start)
    shown: tuple[Fraction, VideoFrame] | None = None
    for number in range(count):
        wanted = film.times[film.index_at(start + number / rate)]
        while shown is None or shown[0] < wanted:
            following = next(source, None)
            if following is None:
                break
            shown = following
        if shown is None:
            raise TaskError("The video cannot be read: a picture that it lists is missing.")
        yield shown[1]
