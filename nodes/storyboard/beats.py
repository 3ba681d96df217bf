"""A script as beats, the smallest pieces that can be a shot, and beats merged into fewer.

Merging is agglomerative: the two lightest neighbours become one until few enough are left. Weights
are coarse, so that rewriting a sentence moves no border as long as its length stays about the same.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from nodes.storyboard.lexicon import Lexicon
from nodes.storyboard.passages import Passage, PassageKind, Script
from nodes.storyboard.sentences import (
    Span,
    clause_spans,
    count_words,
    sentence_spans,
    speech_spans,
)


class Segment(NamedTuple):
    """Part of a beat: told, or said aloud."""

    text: str
    spoken: bool


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens: a sentence, a clause of a long one, or a speech."""

    text: str
    """The source of the beat."""
    segments: tuple[Segment, ...]
    scene: int
    """Number of the scene, from 0."""
    paragraph: int
    """Number of the paragraph in the script, from 0."""
    heading: Passage | None = None
    """The heading of the scene, on its first beat."""
    speaker: str = ""
    """Who speaks, when the script says so in a cue."""
    manner: str = ""
    directive: str = ""
    """How a screenplay wants it filmed: `CLOSE ON`."""
    offscreen: bool = False
    continues: bool = False
    """Whether a speech goes on that began in the beat before."""
    length: int = 0
    """Number of words; of a speech, only what is said."""

    @property
    def spoken(self) -> str:
        """All words said aloud."""
        return " ".join(segment.text for segment in self.segments if segment.spoken)

    @property
    def is_speech(self) -> bool:
        """Whether it is said aloud from beginning to end."""
        return bool(self.segments) and all(segment.spoken for segment in self.segments)

    @property
    def told(self) -> str:
        """All words that are not said aloud."""
        return " ".join(segment.text for segment in self.segments if not segment.spoken)


def find_beats(script: Script, lexicon: Lexicon, *, dash_dialogue: bool) -> list[Beat]:
    """Cut a script into beats."""
    beats: list[Beat] = []
    heading: Passage | None = None
    scene = 0
    for paragraph, passage in enumerate(script.passages):
        if passage.kind is PassageKind.SCENE:
            if heading is not None and heading.text and script.screenplay:
                beats.append(_empty_scene(heading, scene, paragraph))
            scene += bool(beats)
            heading = passage
        elif passage.kind is PassageKind.TRANSITION:
            if beats:
                beats[-1] = replace(beats[-1], text=f"{beats[-1].text}\n{passage.text}")
        else:
            for beat in _beats_of(
                passage, lexicon, scene, paragraph, dash_dialogue, quotes=not script.screenplay
            ):
                beat = _directed(beat) if script.screenplay else beat
                beats.append(replace(beat, heading=heading) if heading else beat)
                heading = None
    if heading is not None and heading.text and script.screenplay:
        beats.append(_empty_scene(heading, scene, len(script.passages)))
    return beats


def _empty_scene(heading: Passage, scene: int, paragraph: int) -> Beat:
    """Make the beat of a scene that has a heading and nothing else: its place is seen."""
    return Beat("", (), scene, paragraph, heading)


_DIRECTIVE = re.compile(
    r"(?P<words>(?:(?:EXTREME|LOW|HIGH) )?(?:CLOSE|WIDE|ANGLE|TRACKING|INSERT|POV)"
    r"(?: ON| on|[ -]?UP|ER| SHOT| ANGLE)*(?: OF)?|[A-Z]+['’]S POV"
    r"|(?:TRÈS )?(?:GROS PLAN|PLAN LARGE)(?: SUR| sur)?|TRAVELLING)(?![A-Za-z])\s*[:—–-]*\s*"
)


def _directed(beat: Beat) -> Beat:
    """Take the directive of a screenplay out of what is told; it stays in the source."""
    match = _DIRECTIVE.match(beat.segments[0].text) if beat.segments else None
    if match is None or beat.segments[0].spoken:
        return beat
    told = Segment(beat.segments[0].text[match.end() :], False)
    segments = (*((told,) if told.text else ()), *beat.segments[1:])
    return replace(beat, segments=segments, directive=match["words"].strip())


def _beats_of(
    passage: Passage,
    lexicon: Lexicon,
    scene: int,
    paragraph: int,
    dash_dialogue: bool,
    *,
    quotes: bool,
) -> Iterator[Beat]:
    if passage.kind is PassageKind.SPEECH:
        segments: tuple[Segment, ...] = (
            (Segment(" ".join(passage.words.split()), True),) if passage.words else ()
        )
        yield Beat(
            passage.text,
            segments,
            scene,
            paragraph,
            speaker=passage.speaker,
            manner=passage.manner,
            length=count_words(passage.words),
            offscreen=passage.offscreen,
        )
        return
    text = passage.text
    # What action quotes in a screenplay is read on a screen or a sign: speech has a cue.
    speech = speech_spans(text, lexicon, dash_dialogue=dash_dialogue) if quotes else []
    cursor = 0
    for sentence in sentence_spans(text, lexicon):
        for start, end in clause_spans(text, sentence, lexicon, speech):
            while cursor < len(speech) and speech[cursor][1] <= start:
                cursor += 1
            piece = text[start:end].strip()
            if piece:
                segments = tuple(_segments(text, (start, end), speech, cursor))
                continues = cursor < len(speech) and speech[cursor][0] < start < speech[cursor][1]
                yield Beat(
                    piece,
                    segments,
                    scene,
                    paragraph,
                    continues=continues,
                    length=count_words(piece),
                )


_MARKS = ' \t\n\r\u00a0\u202f«»“”„"「」『』'
_DASHES = _MARKS + "—–"


def _segments(text: str, span: Span, speech: list[Span], cursor: int) -> Iterator[Segment]:
    """Yield the told and the spoken parts of a span, in order, without quotation marks."""
    position, stop = span
    while position < stop:
        if cursor >= len(speech) or speech[cursor][0] >= stop:
            end, spoken = stop, False
        elif position < speech[cursor][0]:
            end, spoken = speech[cursor][0], False
        else:
            end, spoken = min(stop, speech[cursor][1]), True
            cursor += 1
        words = text[position:end].strip(_MARKS)
        # A dash right behind a word is a speech broken off; any other only parts.
        words = words.lstrip(_DASHES).rstrip("" if spoken and words[-2:-1].isalpha() else _DASHES)
        if words and any(character.isalnum() for character in words):
            yield Segment(" ".join(words.split()) if spoken else words, spoken)
        position = max(end, position + 1)


_WEIGHTS = ((4, 1), (12, 2), (24, 3), (40, 4))
_HEAVIEST = 5
_SCENE_BORDER = 1_000_000
_PARAGRAPH_BORDER = 1
_SPEECH_END = 2
"""After a speech something new happens; before one, people take their places for it."""
_EXCHANGE_WORDS = 6
_FRAGMENT_WORDS = 2


def group_beats(beats: Sequence[Beat], limit: int | None) -> list[list[Beat]]:
    """Group neighbouring beats into shots.

    Fragments of a paragraph, and the few words of a quick exchange, always go together. With a
    `limit`, more are merged, the lightest pair first, until no more than `limit` groups are left;
    a border between scenes is crossed last.
    """
    groups: list[list[Beat]] = []
    for beat in beats:
        if groups and _is_one_moment(groups[-1], beat):
            groups[-1].append(beat)
        else:
            groups.append([beat])
    return groups if limit is None or len(groups) <= limit else _merge(groups, limit)


def _is_one_moment(group: list[Beat], beat: Beat) -> bool:
    last = group[-1]
    if last.scene != beat.scene or beat.directive or last.directive:
        return False
    if len(group) == 1 and last.paragraph == beat.paragraph and last.length <= _FRAGMENT_WORDS:
        return True
    words = sum(member.length for member in group) + beat.length
    return words <= _EXCHANGE_WORDS and last.is_speech and beat.is_speech


def _weigh(beat: Beat) -> int:
    """Return how much a beat holds, in coarse steps of its number of words."""
    return next((weight for limit, weight in _WEIGHTS if beat.length <= limit), _HEAVIEST)


def _merge(groups: list[list[Beat]], limit: int) -> list[list[Beat]]:
    """Merge the lightest neighbours until `limit` groups are left."""
    weights = [sum(map(_weigh, group)) for group in groups]
    borders = [0, *(_border(a[-1], b[0]) for a, b in itertools.pairwise(groups))]
    following = [*range(1, len(groups)), None]
    previous = [None, *range(len(groups) - 1)]

    def cost(left: int, right: int) -> tuple[int, int, int]:
        return weights[left] + weights[right] + borders[right], left, right

    heap = [cost(left, left + 1) for left in range(len(groups) - 1)]
    heapq.heapify(heap)
    alive = len(groups)
    while alive > limit:
        entry = heapq.heappop(heap)
        _, left, right = entry
        if following[left] != right or not groups[left] or entry != cost(left, right):
            continue  # one of the two has been merged since
        groups[left] += groups[right]
        groups[right] = []
        weights[left] += weights[right]
        after, before = following[right], previous[left]
        following[left] = after
        if after is not None:
            previous[after] = left
            heapq.heappush(heap, cost(left, after))
        if before is not None:
            heapq.heappush(heap, cost(before, left))
        alive -= 1
    return [group for group in groups if group]


def _border(before: Beat, after: Beat) -> int:
    """Return how much speaks against one shot for two neighbours."""
    return (
        _SCENE_BORDER * (before.scene != after.scene)
        + _PARAGRAPH_BORDER * (before.paragraph != after.paragraph)
        + _SPEECH_END * (before.is_speech and not after.is_speech)
    )
