"""Mixing sounds with each other, and putting sound under a film."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from pathlib import Path

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.media.choices import Align, SoundMode
from nodes.media.editing import pictures_of_film
from nodes.media.encode import SOUND_LAYOUT, SOUND_RATE, encoded_sound, write_film
from nodes.media.film import Film, read_film
from nodes.media.sound import (
    FULL_SCALE,
    Reader,
    amplified,
    decode_sound,
    faded,
    mix,
    peak,
    samples_in,
    silence,
)

Source = Callable[[], Iterator[AudioFrame]]
"""Sound that can be gone through more than once: to find its peak, and then to write it."""

_SAMPLE_BYTES = 4
"""Of one moment in a WAV file: two channels of 16 bits."""
_MAX_SAMPLES = 4 * 3600 * SOUND_RATE


def mix_sounds(
    sounds: Sequence[Path],
    out: Path,
    volumes: Sequence[float] | None = None,
    align: Align = "start",
    fade_in: float = 0.0,
    fade_out: float = 0.0,
    normalise: bool = False,
    tick: Tick = no_tick,
) -> None:
    """Mix sounds into one, as a 16-bit WAV: nothing is lost, and its length is exact.

    A mix that is too loud is turned down as a whole, so that it never clips.

    Args:
        sounds: The sounds.
        out: Where the mix goes.
        volumes: How loud each is; 1, or nothing at all, leaves them as they are.
        align: Whether they start together, end together, or follow each other.
        fade_in: Seconds over which the mix comes in.
        fade_out: Seconds over which the mix goes out.
        normalise: Whether a quiet mix is made louder too, up to full scale.
        tick: Called with the share done.

    Raises:
        TaskError: There are no sounds, one cannot be read, or there are not as many volumes.
    """
    if not sounds:
        raise TaskError("There are no sounds to mix.", kind=ErrorKind.INVALID)
    levels = list(volumes) if volumes else [1.0] * len(sounds)
    if len(levels) != len(sounds):
        raise TaskError(
            f"There are {len(sounds)} sounds and {len(levels)} volumes.",
            kind=ErrorKind.INVALID,
            hint="Give one volume for each sound, or none.",
        )
    lengths = [_length(sound, number) for number, sound in enumerate(sounds, 1)]
    starts = _starts(lengths, align)
    total = max(start + length for start, length in zip(starts, lengths, strict=True))

    def mixed() -> Iterator[AudioFrame]:
        readers = [
            Reader(chain(silence(start), decode_sound(sound)))
            for start, sound in zip(starts, sounds, strict=True)
        ]
        return faded(mix(readers, levels, total), total, fade_in, fade_out)

    _write_wav(_levelled(mixed, normalise), out, total, tick)


def _length(sound: Path, number: int) -> int:
    samples = sum(frame.samples for frame in decode_sound(sound, what=f"sound {number}"))
    if not 0 < samples <= _MAX_SAMPLES:
        state = "is longer than 4 hours" if samples else "is empty"
        raise TaskError(f"Sound {number} {state}.", kind=ErrorKind.INVALID)
    return samples


def _starts(lengths: Sequence[int], align: Align) -> list[int]:
    if align == "sequence":
        return [0, *accumulate(lengths[:-1])]
    longest = max(lengths)
    return [longest - length if align == "end" else 0 for length in lengths]


def _levelled(source: Source, normalise: bool) -> Iterator[AudioFrame]:
    loudest = peak(source())
    if loudest > FULL_SCALE or (normalise and loudest > 0):
        return amplified(source(), FULL_SCALE / loudest)
    return source()


def _write_wav(frames: Iterable[AudioFrame], out: Path, samples: int, tick: Tick) -> None:
    to_integers = AudioResampler("s16", SOUND_LAYOUT, SOUND_RATE)
    done = 0
    with wave.open(str(out), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        for frame in frames:
            for piece in to_integers.resample(frame):
                file.writeframesraw(bytes(piece.planes[0])[: piece.samples * _SAMPLE_BYTES])
                done += piece.samples
            tick(min(1.0, done / samples))


def mux_audio(
    video: Path,
    audio: Path,
    out: Path,
    mode: SoundMode = "mix",
    volume: float = 1.0,
    loop: bool = False,
    fade_in: float = 0.0,
    fade_out: float = 0.0,
    tick: Tick = no_tick,
) -> None:
    """Put sound under a film, whose pictures and length stay as they are.

    Args:
        video: The film.
        audio: The sound; what is longer than the film is cut off.
        out: Where the result goes.
        mode: Whether the film's own sound is replaced, or mixed with.
        volume: How loud the added sound is; 1 leaves it as it is.
        loop: Whether sound that is shorter than the film starts again.
        fade_in: Seconds over which the added sound comes in.
        fade_out: Seconds over which it goes out at its end.
        tick: Called with the share done.

    Raises:
        TaskError: The film or the sound cannot be read.
    """
    film = read_film(video)
    total = samples_in(film.seconds)
    length = _length(audio, 1)

    def added() -> Reader:
        audible = total if loop else min(total, length)
        source = Reader(_repeated(audio, loop)).chunks(audible)
        return Reader(faded(source, audible, fade_in, fade_out))

    def mixed() -> Iterator[AudioFrame]:
        if mode == "mix" and film.has_sound:
            return mix([_own_sound(film), added()], [1.0, volume], total)
        return mix([added()], [volume], total)

    tracks = [pictures_of_film(film), encoded_sound(_levelled(mixed, normalise=False))]
    write_film(out, tracks, film.seconds, tick)


def _own_sound(film: Film) -> Reader:
    return Reader(decode_sound(film.path, origin=film.origin, what="video"))


def _repeated(audio: Path, loop: bool) -> Iterator[AudioFrame]:
    yield from decode_sound(audio)
    while loop:
        yield from decode_sound(audio)
