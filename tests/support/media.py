"""Tiny real media for tests, and ways to look at what was made of them."""

from __future__ import annotations

import math
import wave
from array import array
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.frame import VideoFrame
from PIL import Image

from nodes.media.encode import encoded_pictures, encoded_sound, write_film
from nodes.media.planes import from_picture
from nodes.media.sound import Reader, decode_sound, make_frame, peak

Colour = tuple[int, int, int]
RED, GREEN, BLUE, WHITE, GREY = (
    (200, 30, 30),
    (30, 180, 60),
    (40, 60, 200),
    (255, 255, 255),
    (128, 128, 128),
)
SIZE = (64, 48)
_PITCH = 440


def make_image(
    path: Path, size: tuple[int, int] = SIZE, colour: Any = RED, mode: str = "RGB", **options: Any
) -> Path:
    """Write a picture of one colour; the name's extension says the format."""
    Image.new(mode, size, colour).save(path, **options)
    return path


def make_gradient(path: Path, size: tuple[int, int] = SIZE) -> Path:
    """Write a picture that gets redder to the right and greener downwards."""
    width, height = size
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    Image.merge("RGB", (across, down, Image.new("L", (width, height), 90))).save(path)
    return path


def make_video(
    path: Path,
    colours: Sequence[Colour] = (RED,) * 12,
    *,
    size: tuple[int, int] = SIZE,
    rate: Fraction | int = 24,
    tone: float | None = None,
) -> Path:
    """Write an MP4 of one picture a colour, with a tone of that amplitude where one is given."""
    rate = Fraction(rate)
    frames = [from_picture(Image.new("RGB", size, colour)) for colour in colours]
    tracks = [encoded_pictures(frames, (frames[0].width, frames[0].height), rate)]
    seconds = len(colours) / rate
    if tone is not None:
        samples = round(seconds * 48_000)
        wave_form = array("f", (tone * math.sin(n * 0.0576) for n in range(samples))).tobytes()
        tracks.append(encoded_sound(Reader([make_frame([wave_form, wave_form])]).chunks(samples)))
    write_film(path, tracks, seconds)
    return path


def make_raw_video(
    path: Path,
    times: Sequence[int],
    *,
    time_base: Fraction = Fraction(1, 24),
    size: tuple[int, int] = SIZE,
    codec: str = "libx264",
    colour: Callable[[int], Colour] = lambda number: RED,
    prepare: Callable[[Any], None] = lambda stream: None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a video of any kind with pictures at the given times, past the project's encoder."""
    with av.open(str(path), "w") as output:
        stream: Any = output.add_stream(codec, rate=1 / time_base, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = stream.codec_context.time_base = time_base
        prepare(stream)
        for number, time in enumerate(times):
            frame: Any = VideoFrame.from_image(  # type: ignore[no-untyped-call]
                Image.new("RGB", size, colour(number))
            )
            frame.pts, frame.time_base = time, time_base
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def make_wav(
    path: Path,
    seconds: float = 0.5,
    *,
    amplitude: float = 0.5,
    rate: int = 44_100,
    channels: int = 1,
) -> Path:
    """Write a WAV with a tone of 440 Hz."""
    turns = rate // math.gcd(rate, _PITCH)
    wave_form = array("h")
    for number in range(turns):
        value = round(amplitude * 32767 * math.sin(number * 2 * math.pi * _PITCH / rate))
        wave_form.extend([value] * channels)
    count = round(seconds * rate)
    samples = (wave_form * (count // turns + 1))[: count * channels]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def frames_of(path: Path) -> list[Image.Image]:
    """Decode all pictures of a video."""
    with av.open(str(path)) as container:
        return [
            frame.to_image(src_colorspace=1)  # type: ignore[no-untyped-call]
            for frame in container.decode(video=0)
        ]


def colour_of(picture: Image.Image, box: tuple[int, int, int, int] | None = None) -> Colour:
    """Return the average colour of a picture, or of a part of it."""
    red, green, blue = picture.convert("RGB").crop(box).resize((1, 1), Image.Resampling.BOX).split()
    values = [band.getextrema()[0] for band in (red, green, blue)]
    return int(values[0]), int(values[1]), int(values[2])  # type: ignore[arg-type]


def close(first: Sequence[float], second: Sequence[float], within: float = 8) -> bool:
    """Whether two colours look the same."""
    return all(abs(one - other) <= within for one, other in zip(first, second, strict=True))


def packets_of(path: Path, kind: str = "video") -> list[bytes]:
    """Return the bytes of all packets of a stream."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def stream_seconds(path: Path, kind: str = "video") -> float:
    """Return the length of a stream as the container tells it."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        assert stream.duration is not None
        assert stream.time_base is not None
        return float(stream.duration * stream.time_base)


def level(path: Path, start: float, end: float) -> float:
    """Return the loudest sample between two moments of a file's sound."""
    reader = Reader(decode_sound(path))
    if start:
        reader.read(round(start * 48_000))
    return peak([reader.read(round((end - start) * 48_000))])
