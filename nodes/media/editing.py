"""Work on one film: cutting a piece out, taking a still, enlarging, and burning subtitles in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.media.encode import (
    Track,
    check_film_size,
    copied,
    encoded_pictures,
    encoded_sound,
    stream_of,
    write_film,
)
from nodes.media.film import Film, at_rate, pictures, read_film
from nodes.media.lettering import MARGIN, Lettering, letter
from nodes.media.pictures import save
from nodes.media.planes import canvases, normalise, to_frame, to_picture, to_planes
from nodes.media.reading import open_media
from nodes.media.sound import Reader, decode_sound, samples_in
from nodes.media.subtitles import Cue


def trim(
    video: Path,
    out: Path,
    start: float = 0.0,
    end: float | None = None,
    seconds: float | None = None,
    tick: Tick = no_tick,
) -> None:
    """Cut a piece out of a film, exact to the picture.

    Args:
        video: The film.
        out: Where the piece goes.
        start: Where the piece begins, in seconds.
        end: Where it ends, in seconds; by default the end of the film.
        seconds: How long it is, instead of `end`.
        tick: Called with the share done.

    Raises:
        TaskError: The film cannot be read, or the piece would be empty.
    """
    film = read_film(video)
    if end is not None and seconds is not None:
        raise TaskError("Both end and seconds are given; one is enough.", kind=ErrorKind.INVALID)
    last = start + seconds if seconds is not None else end
    last = float(film.seconds) if last is None else min(last, float(film.seconds))
    first_index, last_index = round(start * film.rate), round(last * film.rate)
    if start < 0 or last_index <= first_index:
        raise TaskError(
            f"Nothing is left from {start:g} s to {last:g} s: the film lasts"
            f" {float(film.seconds):.2f} s.",
            kind=ErrorKind.INVALID,
        )
    begin = first_index / film.rate
    count = last_index - first_index
    tracks = [_encoded(film, (film.width, film.height), at_rate(film, film.rate, count, begin))]
    if film.has_sound:
        tracks.append(encoded_sound(_sound_piece(film, begin, count / film.rate)))
    write_film(out, tracks, count / film.rate, tick)


def extract_frame(video: Path, out: Path, at: float | None = None, share: float = 0.0) -> None:
    """Take a still out of a film, as PNG.

    Args:
        video: The film.
        out: Where the still goes.
        at: The moment, in seconds.
        share: Where no moment is given, the place in the film: 0 is the first picture and 1 the
            last one.

    Raises:
        TaskError: The film cannot be read, or ends earlier.
    """
    film = read_film(video)
    if at is None:
        moment = film.times[round(min(1.0, max(0.0, share)) * (len(film.times) - 1))]
    elif 0 <= at <= float(film.seconds) + 0.001:
        moment = Fraction(at)
    else:
        raise TaskError(
            f"There is no picture at {at:g} s: the film lasts {float(film.seconds):.2f} s.",
            kind=ErrorKind.INVALID,
        )
    for _, frame in pictures(film, moment):
        upright = normalise(frame, (film.width, film.height), film.pixel_aspect)
        save(to_picture(upright), out)
        return
    raise TaskError("The video cannot be read: a picture that it lists is missing.")


def upscale_video(video: Path, out: Path, factor: int, tick: Tick = no_tick) -> None:
    """Enlarge a film `factor` times, with Lanczos resampling; its sound stays as it is.

    Raises:
        TaskError: The film cannot be read, or the result would be larger than 4K.
    """
    film = read_film(video)
    size = (film.width * factor, film.height * factor)
    check_film_size(*size)
    _rewrite(film, out, size, at_rate(film, film.rate, _count(film)), tick)


def burn_subtitles(
    video: Path, out: Path, cues: Sequence[Cue], bottom: float = MARGIN, tick: Tick = no_tick
) -> None:
    """Write subtitles into the pictures of a film; its sound stays as it is.

    Args:
        video: The film.
        out: Where the result goes.
        cues: The subtitles.
        bottom: Share of the height that stays free below them.
        tick: Called with the share done.

    Raises:
        TaskError: The film cannot be read.
    """
    film = read_film(video)
    size = (film.width, film.height)
    frames = at_rate(film, film.rate, _count(film))
    _rewrite(film, out, size, _lettered(film, frames, cues, bottom), tick)


def _count(film: Film) -> int:
    return max(1, round(film.seconds * film.rate))


def _rewrite(
    film: Film, out: Path, size: tuple[int, int], frames: Iterable[VideoFrame], tick: Tick
) -> None:
    """Write a film with other pictures and the same sound."""
    tracks = [_encoded(film, size, frames)]
    if film.has_sound:
        tracks.append(sound_of(film))
    write_film(out, tracks, film.seconds, tick)


def _encoded(film: Film, size: tuple[int, int], frames: Iterable[VideoFrame]) -> Track:
    fitted = (normalise(frame, size, film.pixel_aspect) for frame in frames)
    return encoded_pictures(fitted, size, film.rate)


def sound_of(film: Film) -> Track:
    """Return the sound of a film as a track: its own packets where an MP4 can hold them."""
    with open_media(film.path, "video") as container:
        is_aac = stream_of(container, "audio").codec_context.name == "aac"
    if is_aac and film.coding is not None:
        return copied([(film.path, -film.origin)], "audio")
    return encoded_sound(_sound_piece(film, Fraction(0), film.seconds))


def pictures_of_film(film: Film) -> Track:
    """Return the pictures of a film as a track: its own packets where an MP4 can hold them."""
    if film.coding is not None:
        return copied([(film.path, -film.origin)], "video")
    size = (film.width, film.height)
    return _encoded(film, size, at_rate(film, film.rate, _count(film)))


def _sound_piece(film: Film, start: Fraction, seconds: Fraction) -> Iterator[AudioFrame]:
    source = decode_sound(film.path, start, film.origin, "video")
    return Reader(source).chunks(samples_in(seconds))


def _lettered(
    film: Film, frames: Iterable[VideoFrame], cues: Sequence[Cue], bottom: float
) -> Iterator[VideoFrame]:
    size = (film.width, film.height)
    shown: Cue | None = None
    lettering: Lettering | None = None
    for number, frame in enumerate(frames):
        time = float(number / film.rate)
        cue = next((cue for cue in cues if cue.start <= time < cue.end), None)
        if cue != shown:
            shown = cue
            lettering = None if cue is None else letter(cue.text, size, bottom=bottom)
        picture = normalise(frame, size, film.pixel_aspect)
        yield picture if lettering is None else _burn(picture, lettering)


def _burn(frame: VideoFrame, lettering: Lettering) -> VideoFrame:
    """Return the frame with white letters that have a black outline."""
    result = to_frame((frame.width, frame.height), to_planes(frame))
    luma, *chroma = canvases(result)
    luma.paste(16, lettering.corner, lettering.outline)
    luma.paste(235, lettering.corner, lettering.fill)
    width, height = lettering.outline.size
    colourless = lettering.outline.resize((width // 2, height // 2), Image.Resampling.BOX)
    for plane in chroma:
        plane.paste(128, (lettering.corner[0] // 2, lettering.corner[1] // 2), colourless)
    return result
