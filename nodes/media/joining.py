"""Joining clips into one film, by cuts or by crossfades."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, islice
from pathlib import Path

from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.media.choices import Transition
from nodes.media.encode import (
    Track,
    check_film_size,
    copied,
    encoded_pictures,
    encoded_sound,
    write_film,
)
from nodes.media.film import Film, at_rate, read_film
from nodes.media.planes import blend_into, normalise, put_by
from nodes.media.signatures import sniff
from nodes.media.sound import CHUNK, Reader, crossfade, decode_sound, samples_in


@dataclass(frozen=True)
class _Part:
    """A clip and its place in the joined film, in seconds."""

    film: Film
    number: int
    """Counted from 1, as people do."""
    start: Fraction
    end: Fraction


def concat(
    clips: Sequence[Path],
    out: Path,
    transition: Transition = "cut",
    transition_seconds: float = 0.5,
    tick: Tick = no_tick,
) -> None:
    """Join clips in their order.

    With cuts, clips whose pictures were encoded alike are joined without encoding them again.
    Otherwise the film takes its size and its rate from the first clip; clips of other proportions
    get black bars. Sound is always joined sample by sample and encoded anew, as the packets of
    AAC do not end where pictures do. A clip without sound is silent for its length.

    Raises:
        TaskError: There are no clips, a clip is broken, or one is too short for the transition;
            the message says which, counting from 1.
    """
    if not clips:
        raise TaskError("There are no clips to join.", kind=ErrorKind.INVALID)
    films = []
    for number, clip in enumerate(clips, 1):
        with _naming(number):
            films.append(read_film(clip))
    if len(clips) == 1 and sniff(clips[0]) == "video/mp4":
        shutil.copyfile(clips[0], out)
        tick(1.0)
        return
    rate, size = films[0].rate, (films[0].width, films[0].height)
    overlap = round(Fraction(transition_seconds) * rate) if transition == "crossfade" else 0
    if not overlap and _agree(films):
        parts = _end_to_end(films)
        pieces = [(part.film.path, part.start - part.film.origin) for part in parts]
        pictures = copied(pieces, "video")
    else:
        check_film_size(*size)
        parts = _overlapping(films, rate, overlap)
        pictures = encoded_pictures(_pictures(parts, size, rate, out.parent), size, rate)
    tracks: list[Track] = [pictures]
    if any(film.has_sound for film in films):
        tracks.append(encoded_sound(_sound(parts)))
    write_film(out, tracks, parts[-1].end, tick)


@contextmanager
def _naming(number: int) -> Iterator[None]:
    try:
        yield
    except TaskError as error:
        raise TaskError(
            f"Clip {number}: {error.message}", kind=error.kind, hint=error.hint
        ) from error


def _agree(films: Sequence[Film]) -> bool:
    """Whether the packets of all films can follow each other in one stream."""
    codings = [film.coding for film in films]
    first = codings[0]
    return first is not None and all(
        coding is not None and coding.settings == first.settings and coding.lead < first.tail
        for coding in codings
    )


def _end_to_end(films: Sequence[Film]) -> list[_Part]:
    ends = list(accumulate(film.seconds for film in films))
    return [
        _Part(film, number, end - film.seconds, end)
        for number, (film, end) in enumerate(zip(films, ends, strict=True), 1)
    ]


def _overlapping(films: Sequence[Film], rate: Fraction, overlap: int) -> list[_Part]:
    """Place films on whole pictures, each beginning `overlap` pictures before the last ends."""
    parts: list[_Part] = []
    for part in _end_to_end(films):
        earlier = overlap * len(parts)
        start, end = round(part.start * rate), max(round(part.end * rate), 0)
        fades = (part.number > 1) + (part.number < len(films))
        if end - start < max(1, fades * overlap):
            raise _too_short(part, rate, fades, overlap)
        parts.append(replace(part, start=(start - earlier) / rate, end=(end - earlier) / rate))
    return parts


def _too_short(part: _Part, rate: Fraction, fades: int, overlap: int) -> TaskError:
    longest = float(part.film.seconds / max(1, fades))
    return TaskError(
        f"Clip {part.number} lasts {float(part.film.seconds):.2f} s, too short for"
        f" {fades} crossfade{'s' * (fades > 1)} of {float(overlap / rate):.2f} s.",
        kind=ErrorKind.INVALID,
        hint=f"Set transition_seconds to {longest:.2f} or less, or take a longer clip.",
    )


def _pictures(
    parts: Sequence[_Part], size: tuple[int, int], rate: Fraction, folder: Path
) -> Iterator[VideoFrame]:
    """Yield the pictures of the joined film; parts that overlap are mixed.

    Temporary files go into `folder`.
    """
    going: Iterator[VideoFrame] = iter(())
    for part, previous_end, next_start in _neighbours(parts):
        overlap = int((previous_end - part.start) * rate)
        if overlap:
            # One clip is decoded at a time: at 4K, a decoder alone may hold 80 MB of pictures.
            going = put_by(islice(going, overlap), size, folder)
        coming = _fitted(part, size, rate)
        for number in range(overlap):
            share = (number + 1) / (overlap + 1)
            yield blend_into(next(going), next(coming), share)
        yield from islice(coming, int((next_start - part.start) * rate) - overlap)
        going = coming


def _fitted(part: _Part, size: tuple[int, int], rate: Fraction) -> Iterator[VideoFrame]:
    count = int((part.end - part.start) * rate)
    with _naming(part.number):
        for frame in at_rate(part.film, rate, count):
            yield normalise(frame, size, part.film.pixel_aspect)


def _sound(parts: Sequence[_Part]) -> Iterator[AudioFrame]:
    """Yield the sound of the joined film; parts that overlap are mixed."""
    going = Reader(())
    for part, previous_end, next_start in _neighbours(parts):
        film = part.film
        with _naming(part.number):
            coming = Reader(decode_sound(film.path, origin=film.origin, what="sound"))
            start = samples_in(part.start)
            overlap = samples_in(previous_end) - start
            for first in range(0, overlap, CHUNK):
                length = min(CHUNK, overlap - first)
                shares = first / overlap, (first + length) / overlap
                yield crossfade(going.read(length), coming.read(length), *shares)
            yield from coming.chunks(samples_in(next_start) - start - overlap)
        going = coming


def _neighbours(parts: Sequence[_Part]) -> Iterator[tuple[_Part, Fraction, Fraction]]:
    """Yield each part with the end of the one before it and the start of the one after it."""
    for index, part in enumerate(parts):
        previous_end = parts[index - 1].end if index else part.start
        next_start = parts[index + 1].start if index + 1 < len(parts) else part.end
        yield part, previous_end, next_start
