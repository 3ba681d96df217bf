"""Writing films: H.264 and AAC in an MP4 that every player and browser accepts.

A film is made of tracks. A track is a function that adds its stream to the file and returns its
packets in order; `write_film` puts the packets of all tracks together by time. Whether a track
encodes pictures or copies packets is its own affair.

The same settings everywhere are what lets clips be cut together without encoding them again.
No dates, no random numbers, a fixed number of threads: the same input gives the same bytes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeAlias

import av
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.media.planes import BT709, FORMAT
from nodes.media.reading import open_media, sound_stream, video_stream

MAX_FILM_PIXELS = 4096 * 2304
"""The largest pictures of a film that is written: 4K, in either orientation."""

SOUND_RATE = 48_000
SOUND_LAYOUT = "stereo"
SOUND_FORMAT = "fltp"
_SOUND_BITS = 192_000

AnyPacket: TypeAlias = "Packet[Any]"
Track: TypeAlias = "Callable[[OutputContainer], Iterator[AnyPacket]]"

_MUXER = {
    "movflags": "+faststart",
    "fflags": "+bitexact",
    # The default, milliseconds, would round the length of a film; every usual rate divides this.
    "movie_timescale": "90000",
}
_WRITTEN_BY_THE_MUXER = ("major_brand", "minor_version", "compatible_brands", "creation_time")

_PICTURES = {
    "preset": "veryfast",
    "crf": "18",
    "g": "48",
    # Without B-frames a clip starts at its first packet, and clips join without a gap.
    "bf": "0",
    # What libx264's tree of macroblocks decides varies from one run to the next, and nothing else
    # looks ahead. Each picture looked ahead at would be held.
    "rc-lookahead": "0",
    # Sliced threads split one picture; the other kind of threads each hold one more.
    "x264-params": "threads=4:sliced-threads=1:sync-lookahead=0:mbtree=0",
}


def check_film_size(width: int, height: int) -> None:
    """Refuse films with pictures larger than 4K.

    Raises:
        TaskError: They would be.
    """
    if width * height > MAX_FILM_PIXELS:
        raise TaskError(
            f"A film of {width} x {height} is larger than 4K; films of up to {MAX_FILM_PIXELS:,}"
            " pixels a picture are written.",
            kind=ErrorKind.INVALID,
            hint="Take a smaller film, or a smaller factor.",
        )


def encoded_pictures(frames: Iterable[VideoFrame], size: tuple[int, int], rate: Fraction) -> Track:
    """Return a track of pictures in the common form, one each 1/rate seconds."""
    check_film_size(*size)

    def track(output: OutputContainer) -> Iterator[AnyPacket]:
        stream = output.add_stream("libx264", rate=rate, options=_PICTURES)
        stream.width, stream.height = size
        stream.pix_fmt = FORMAT
        stream.colorspace = BT709
        stream.color_range = ColorRange.MPEG
        stream.color_primaries = ColorPrimaries.BT709
        stream.color_trc = ColorTrc.BT709
        stream.time_base = 1 / rate
        return packets(stream)

    def packets(stream: av.VideoStream) -> Iterator[AnyPacket]:
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base, frame.pict_type = number, 1 / rate, 0
            frame.duration = 1
            yield from stream.encode(frame)
        yield from stream.encode()

    return track


def encoded_sound(frames: Iterable[AudioFrame]) -> Track:
    """Return a track of sound: 48 kHz stereo, planar floating point."""

    def track(output: OutputContainer) -> Iterator[AnyPacket]:
        stream = output.add_stream("aac", rate=SOUND_RATE, layout=SOUND_LAYOUT)
        stream.bit_rate = _SOUND_BITS
        return packets(stream)

    def packets(stream: av.AudioStream) -> Iterator[AnyPacket]:
        samples = 0
        for frame in frames:
            frame.pts, frame.time_base = samples, Fraction(1, SOUND_RATE)
            samples += frame.samples
            yield from stream.encode(frame)
        yield from stream.encode()

    return track


def copied(pieces: Sequence[tuple[Path, Fraction]], kind: Literal["video", "audio"]) -> Track:
    """Return a track of the packets of files, one file after another, as they are.

    Args:
        pieces: Each file, and the seconds by which its packets move.
        kind: Which stream of the files.

    Raises:
        TaskError: When it is written: a file is broken, or has no such stream.
    """

    def track(output: OutputContainer) -> Iterator[AnyPacket]:
        with open_media(pieces[0][0], kind) as container:
            target = output.add_stream_from_template(stream_of(container, kind))
        return packets(target)

    def packets(target: Any) -> Iterator[AnyPacket]:
        for path, seconds in pieces:
            with open_media(path, kind) as container:
                for packet in container.demux(stream_of(container, kind)):
                    if packet.dts is None or packet.pts is None:
                        continue
                    shift = round(seconds / packet.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = target
                    yield packet

    return track


def stream_of(container: Any, kind: Literal["video", "audio"]) -> Any:
    """Return the first stream of that kind.

    Raises:
        TaskError: There is none, or its codec is not known.
    """
    stream: Any = video_stream(container) if kind == "video" else sound_stream(container)
    if stream is None:
        raise TaskError(f"The file has no {kind} stream.")
    return stream


def write_film(
    out: Path,
    tracks: Sequence[Track],
    seconds: Fraction | float,
    tick: Tick = no_tick,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write an MP4.

    Args:
        out: Where it goes.
        tracks: Its streams.
        seconds: The expected length, for `tick`.
        tick: Called with the share done.
        metadata: Tags of the file.

    Raises:
        TaskError: A track cannot be read, or the disk is full.
    """
    options = dict(_MUXER)
    if metadata:
        options["movflags"] += "+use_metadata_tags"
    try:
        with av.open(f"file:{out}", "w", format="mp4", options=options) as output:
            output.metadata.update(metadata or {})
            streams = [track(output) for track in tracks]
            for packet in heapq.merge(*streams, key=_time):
                time = _time(packet)
                output.mux(packet)
                tick(min(1.0, max(0.0, float(time) / float(seconds))) if seconds else 1.0)
    except (FFmpegError, OSError) as error:
        raise TaskError(f"The film cannot be written: {error.strerror}.") from error


def _time(packet: AnyPacket) -> Fraction:
    return (packet.dts or 0) * packet.time_base


def remux(path: Path, out: Path, metadata: Mapping[str, str]) -> None:
    """Copy an MP4 or MOV with its pictures and sound as they are, and with more tags.

    Raises:
        TaskError: The file is broken, or holds streams that an MP4 cannot.
    """
    with open_media(path, "video") as container:
        tags = {**container.metadata, **metadata}
        kinds: list[Literal["video", "audio"]] = ["video"]
        kinds += ["audio"] * (sound_stream(container) is not None)
    for tag in _WRITTEN_BY_THE_MUXER:
        tags.pop(tag, None)
    write_film(out, [copied([(path, Fraction(0))], kind) for kind in kinds], 0, metadata=tags)
