"""Sound in one form (48 kHz stereo floating point), read, mixed and faded a little at a time.

Lengths are counted in samples, so that sound and picture stay together however many clips are
joined.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.error import BlockingIOError, EOFError
from av.filter import Graph
from av.filter.context import FilterContext

from nodes.media.encode import SOUND_FORMAT, SOUND_LAYOUT, SOUND_RATE
from nodes.media.reading import expecting, open_media, sound_stream

CHUNK = 4800
"""Samples handled at a time: a tenth of a second."""
_BYTES = 4
_FORM = (
    f"aformat=sample_fmts={SOUND_FORMAT}:channel_layouts={SOUND_LAYOUT}:sample_rates={SOUND_RATE}"
)
FULL_SCALE = 0.97
"""The loudest sample that is let through; encoding may add a little on top."""


def samples_in(seconds: Fraction | float) -> int:
    """Return the number of samples in a time."""
    return round(seconds * SOUND_RATE)


def decode_sound(
    path: Path, start: Fraction = Fraction(0), origin: Fraction | None = None, what: str = "audio"
) -> Iterator[AudioFrame]:
    """Yield the sound of a file from `start` on; nothing where it has none.

    Args:
        path: A video or audio file.
        start: Seconds after `origin`.
        origin: The moment on the file's clock that counts as 0: the first picture's, or by default
            the beginning of the sound itself. Sound that begins later comes after silence.
        what: What to call the file in errors.

    Raises:
        TaskError: The file is broken.
    """
    with open_media(path, what) as container, expecting(what):
        stream = sound_stream(container)
        if stream is None:
            return
        if origin is None:
            origin = (stream.start_time or 0) * (stream.time_base or Fraction(0))
        if start > 0 and stream.time_base:
            # A little early, as codecs need some sound before the first that is right.
            target = max(Fraction(0), origin + start - Fraction(1, 5))
            container.seek(int(target / stream.time_base), stream=stream)
        graph = _common_form(stream, samples_in(origin + start))
        for frame in container.decode(stream):
            graph.push(frame)
            yield from _ready(graph)
        graph.push(None)
        yield from _ready(graph)


def _common_form(stream: AudioStream, first: int) -> Graph:
    graph = Graph()
    nodes = [graph.add_abuffer(template=stream)]
    if stream.channels == 1:
        # The usual conversion of one channel into two takes 3 dB off.
        nodes.append(graph.add("pan", "stereo|c0=c0|c1=c0"))
    nodes.append(graph.add("aresample", f"{SOUND_RATE}:async=1:first_pts={first}"))
    nodes.append(graph.add(*_FORM.split("=", 1)))
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def _ready(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):
            return
        if isinstance(frame, AudioFrame):
            yield frame


class Reader:
    """Sound from an iterator in pieces of exactly the length asked for, then endless silence."""

    def __init__(self, frames: Iterable[AudioFrame]) -> None:
        self._frames = iter(frames)
        self._channels = (bytearray(), bytearray())

    def read(self, samples: int) -> AudioFrame:
        """Return the next samples."""
        length = samples * _BYTES
        while len(self._channels[0]) < length:
            frame = next(self._frames, None)
            if frame is None:
                break
            for channel, data in zip(self._channels, channels_of(frame), strict=True):
                channel += data
        pieces = [bytes(channel[:length]).ljust(length, b"\0") for channel in self._channels]
        for channel in self._channels:
            del channel[:length]
        return make_frame(pieces)

    def chunks(self, samples: int) -> Iterator[AudioFrame]:
        """Yield the next samples, `CHUNK` at a time."""
        for start in range(0, samples, CHUNK):
            yield self.read(min(CHUNK, samples - start))


def channels_of(frame: AudioFrame) -> list[memoryview]:
    """Return the samples of the left and of the right channel, as the frame holds them."""
    # Planes are longer than their samples: decoders align them.
    return [memoryview(plane)[: frame.samples * _BYTES] for plane in frame.planes]


def make_frame(channels: Sequence[bytes]) -> AudioFrame:
    """Return a frame of the samples of the left and the right channel."""
    frame = AudioFrame(SOUND_FORMAT, SOUND_LAYOUT, len(channels[0]) // _BYTES)
    frame.sample_rate = SOUND_RATE
    for plane, data in zip(frame.planes, channels, strict=True):
        plane.update(data)
    return frame


def silence(samples: int) -> Iterator[AudioFrame]:
    """Yield that many samples of silence."""
    return Reader(()).chunks(samples)


def crossfade(first: AudioFrame, second: AudioFrame, start: float, end: float) -> AudioFrame:
    """Return a linear mix of two frames of equal length.

    Args:
        first: The sound that goes.
        second: The sound that comes.
        start: The part of the second at the beginning of the frame.
        end: The part of the second at its end.
    """
    step = (end - start) / max(1, first.samples)
    result = []
    for going, coming in zip(channels_of(first), channels_of(second), strict=True):
        mixed = array("f")
        pairs = zip(going.cast("B").cast("f"), coming.cast("B").cast("f"), strict=True)
        for number, (one, other) in enumerate(pairs):
            share = start + step * number
            mixed.append(one * (1 - share) + other * share)
        result.append(mixed.tobytes())
    return make_frame(result)


def mix(readers: Sequence[Reader], volumes: Sequence[float], samples: int) -> Iterator[AudioFrame]:
    """Yield the sum of several sounds; a volume of 1 leaves a sound as it is."""
    graph = Graph()
    joint = graph.add("amix", f"inputs={len(readers)}:normalize=0")
    inputs = []
    for number, volume in enumerate(volumes):
        source, level = _source(graph), graph.add("volume", f"{volume:.6f}")
        source.link_to(level)
        level.link_to(joint, 0, number)
        inputs.append(source)
    joint.link_to(graph.add("abuffersink"))
    graph.configure()
    for start in range(0, samples, CHUNK):
        for source, reader in zip(inputs, readers, strict=True):
            source.push(_timed(reader.read(min(CHUNK, samples - start)), start))
        yield from _ready(graph)
    for source in inputs:
        source.push(None)
    yield from _ready(graph)


def filtered(frames: Iterable[AudioFrame], *filters: tuple[str, str]) -> Iterator[AudioFrame]:
    """Yield sound through FFmpeg's filters, each a name and its settings."""
    graph = Graph()
    source = _source(graph)
    graph.link_nodes(source, *(graph.add(*each) for each in filters), graph.add("abuffersink"))
    graph.configure()
    samples = 0
    for frame in frames:
        source.push(_timed(frame, samples))
        samples += frame.samples
        yield from _ready(graph)
    source.push(None)
    yield from _ready(graph)


def _source(graph: Graph) -> FilterContext:
    return graph.add_abuffer(
        sample_rate=SOUND_RATE,
        format=SOUND_FORMAT,
        layout=SOUND_LAYOUT,
        time_base=Fraction(1, SOUND_RATE),
    )


def _timed(frame: AudioFrame, start: int) -> AudioFrame:
    frame.pts, frame.time_base = start, Fraction(1, SOUND_RATE)
    return frame


def amplified(frames: Iterable[AudioFrame], gain: float) -> Iterator[AudioFrame]:
    """Yield sound at another level."""
    return filtered(frames, ("volume", f"{gain:.6f}"))


def faded(
    frames: Iterable[AudioFrame], samples: int, fade_in: float, fade_out: float
) -> Iterator[AudioFrame]:
    """Yield sound of a known length that fades in and out over some seconds."""
    first, last = samples_in(fade_in), min(samples, samples_in(fade_out))
    filters = []
    if first:
        filters.append(("afade", f"t=in:ns={first}"))
    if last:
        filters.append(("afade", f"t=out:ss={samples - last}:ns={last}"))
    return filtered(frames, *filters) if filters else iter(frames)


def peak(frames: Iterable[AudioFrame]) -> float:
    """Return the loudest sample, without sign."""
    loudest = 0.0
    for frame in frames:
        for channel in channels_of(frame):
            values = channel.cast("B").cast("f")
            loudest = max(loudest, max(values, default=0.0), -min(values, default=0.0))
    return loudest
