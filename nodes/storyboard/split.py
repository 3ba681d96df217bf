"""A script becomes a storyboard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from engine.errors import ErrorKind, TaskError
from engine.values import Shot
from nodes.storyboard.beats import Beat, find_beats, group_beats
from nodes.storyboard.cast import Cast, find_cast
from nodes.storyboard.coverage import Framing, frame_shots
from nodes.storyboard.fountain import is_fountain, parse_fountain
from nodes.storyboard.lexicon import Language, Lexicon, detect_language, lexicon_for
from nodes.storyboard.limits import MOST_SHOTS, most_shots
from nodes.storyboard.prompts import characters_seen, compose_prompt
from nodes.storyboard.prose import parse_prose
from nodes.storyboard.reading import Moment, read_beats
from nodes.storyboard.timing import fit_seconds, natural_seconds

_MOST_BEATS = 24
"""Beats that one shot shows and speaks; where a novel is pressed into ten shots, they are its
beginnings, and the rest is only in their `text`."""
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\u200b]")


def split_script(
    script: str,
    *,
    max_shots: int | None = None,
    target_seconds: float | None = None,
    language: Literal["auto"] | Language = "auto",
    words_per_minute: float = 150,
) -> list[Shot]:
    """Split a story into shots.

    Plain prose, verse, Markdown and Fountain screenplays are told apart by their marks. Each word
    of the story is in the `text` of exactly one shot, in order; titles, headings of prose, code,
    markup, and a transition before the first shot are in none.

    Args:
        script: The story.
        max_shots: At most so many shots; neighbouring beats are merged until it holds. Without it,
            each beat (a sentence, a clause of a long one, a speech) is a shot.
        target_seconds: The length of the film, exact to half a frame of 1/24 second. Also limits
            the shots to as many as can be seen in that time, at a second and a half each.
        language: The language of the story: English and French are understood, any other is cut
            at its sentences.
        words_per_minute: How fast the speech is spoken.

    Raises:
        TaskError: The script is empty, or makes more than 2,000 shots (kind `invalid`).
    """
    script = _INVISIBLE.sub("", _LINE_END.sub("\n", script))
    if not script.strip():
        raise _invalid("the script is empty", "Give it a story of at least one sentence.")
    known: Language = detect_language(script) if language == "auto" else language
    lexicon = lexicon_for(known)
    dashes = known == "fr"
    parsed = parse_fountain(script) if is_fountain(script) else parse_prose(
        script, dash_dialogue=dashes
    )  # fmt: skip
    beats = find_beats(parsed, lexicon, dash_dialogue=dashes)
    groups = group_beats(beats, most_shots(max_shots, target_seconds))
    _check_count(len(groups))
    shown = [group[:_MOST_BEATS] for group in groups]
    beats = [beat for group in shown for beat in group]
    cast = find_cast(parsed, beats, lexicon)
    moments = iter(read_beats(beats, cast, lexicon, screenplay=parsed.screenplay))
    film = [[next(moments) for _ in group] for group in shown]
    seconds = [natural_seconds(shot, words_per_minute) for shot in film]
    if target_seconds is not None:
        seconds = fit_seconds(seconds, target_seconds)
    framings = frame_shots(film, lexicon)
    return [
        _make_shot(number, group, moments, framing, length, cast, lexicon)
        for number, (group, moments, framing, length) in enumerate(
            zip(groups, film, framings, seconds, strict=True), start=1
        )
    ]


def _check_count(count: int) -> None:
    if count == 0:
        raise _invalid("the script has a title but no story", "Write a sentence below the title.")
    if count > MOST_SHOTS:
        raise _invalid(
            f"the script makes {count:,} shots; the most is {MOST_SHOTS:,}",
            "Set max_shots, or split a chapter at a time.",
        )


def _invalid(message: str, hint: str) -> TaskError:
    return TaskError(message, kind=ErrorKind.INVALID, where="script", hint=hint)


def _make_shot(
    number: int,
    beats: Sequence[Beat],
    moments: Sequence[Moment],
    framing: Framing,
    seconds: float,
    cast: Cast,
    lexicon: Lexicon,
) -> Shot:
    return Shot(
        number=number,
        prompt=compose_prompt(framing, moments, cast, lexicon),
        motion=framing.motion,
        camera=framing.camera,
        seconds=seconds,
        dialogue="\n".join(line for moment in moments for line in moment.lines),
        characters=characters_seen(moments, framing),
        location=moments[0].location,
        time=moments[0].time,
        text=_source(beats),
    )


def _source(beats: Sequence[Beat]) -> str:
    """Return the passage of a shot, with the paragraphs it had."""
    parts: list[str] = []
    last: Beat | None = None
    for beat in beats:
        if beat.heading is not None and beat.heading.location:
            parts += ["\n\n" if parts else "", beat.heading.text, "\n\n" if beat.text else ""]
        elif last is not None:
            parts.append(" " if beat.paragraph == last.paragraph else "\n\n")
        parts.append(beat.text)
        last = beat
    return "".join(parts)
