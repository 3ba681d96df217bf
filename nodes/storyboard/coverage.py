"""How a shot is filmed: the grammar of coverage.

A scene opens wide. Dialogue alternates over the shoulders and comes closer; feelings are seen
close, movement wide enough to move in; small objects get an insert; the film ends on a wide shot,
unless on an insert. No size comes three times in a row, except where the screenplay directs it.
Choices hang on what a shot is and on its place, never on its exact words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from nodes.storyboard.cast import tokenize
from nodes.storyboard.lexicon import Lexicon
from nodes.storyboard.reading import Moment
from nodes.storyboard.sentences import count_words


class Matter(Enum):
    """What a shot is about, as far as the camera is concerned."""

    OPENING = "opening"
    ENTRANCE = "entrance"
    DIALOGUE = "dialogue"
    REACTION = "reaction"
    MOVEMENT = "movement"
    FIGHT = "fight"
    RISE = "rise"
    FALL = "fall"
    REVELATION = "revelation"
    FEELING = "feeling"
    INSERT = "insert"
    PLACE = "place"
    ACTION = "action"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Framing:
    """Size, angle and movement of the camera."""

    size: str
    angle: str
    motion: str
    reaction: bool = False
    """Whether the camera is on the one who listens."""

    @property
    def camera(self) -> str:
        """Size and angle, as `wide shot, high angle`."""
        return f"{self.size.lower()}, {self.angle}"

    @property
    def alone(self) -> bool:
        """Whether the frame holds one character only."""
        return self.size in _CLOSE


_TELLING = 12
"""Moments that decide what a long shot is about."""
_CLOSE = frozenset(("Close-up", "Medium close-up"))
_EYE, _LOW, _HIGH = "eye level", "low angle", "high angle"

_SIZES: dict[Matter, tuple[tuple[str, str], ...]] = {
    Matter.OPENING: (("Wide shot", _EYE), ("Extreme wide shot", _HIGH), ("Wide shot", _LOW)),
    Matter.ENTRANCE: (("Wide shot", _EYE), ("Full shot", _EYE)),
    Matter.INSERT: (("Insert shot", _EYE), ("Insert shot", _HIGH)),
    Matter.DIALOGUE: (
        ("Medium two-shot", _EYE),
        ("Over-the-shoulder shot", _EYE),
        ("Over-the-shoulder shot", _EYE),
        ("Close-up", _EYE),
        ("Over-the-shoulder shot", _EYE),
        ("Medium close-up", _EYE),
    ),
    Matter.REACTION: (("Close-up", _EYE), ("Medium close-up", _EYE)),
    Matter.MOVEMENT: (("Full shot", _EYE), ("Wide shot", _LOW), ("Medium shot", _EYE)),
    Matter.FIGHT: (("Medium shot", _LOW), ("Full shot", _EYE)),
    Matter.RISE: (("Full shot", _LOW), ("Medium shot", _LOW)),
    Matter.FALL: (("Medium shot", _HIGH), ("Full shot", _HIGH)),
    Matter.REVELATION: (("Medium shot", _EYE), ("Medium close-up", _EYE), ("Full shot", _EYE)),
    Matter.FEELING: (("Close-up", _EYE), ("Medium close-up", _HIGH), ("Medium shot", _EYE)),
    Matter.PLACE: (("Wide shot", _EYE), ("Full shot", _LOW)),
    Matter.ACTION: (("Medium shot", _EYE), ("Full shot", _EYE), ("Medium close-up", _EYE)),
    Matter.ENDING: (("Wide shot", _EYE), ("Wide shot", _HIGH)),
}
_MOTIONS: dict[Matter, tuple[str, ...]] = {
    Matter.OPENING: ("slow pan {way}", "slow pull out", "slow push in"),
    Matter.ENTRANCE: ("slow pan {way}", "slow push in"),
    Matter.INSERT: ("static", "slow push in"),
    Matter.DIALOGUE: ("static", "slow push in", "static"),
    Matter.REACTION: ("slow push in", "static"),
    Matter.MOVEMENT: ("truck {way}, tracking the movement", "pan {way}, following the movement"),
    Matter.FIGHT: ("handheld", "truck {way}"),
    Matter.RISE: ("tilt up", "slow tilt up"),
    Matter.FALL: ("tilt down", "slow tilt down"),
    Matter.REVELATION: ("push in", "slow push in"),
    Matter.FEELING: ("slow push in", "static"),
    Matter.PLACE: ("slow pan {way}", "slow pull out"),
    Matter.ACTION: ("slow pan {way}", "static", "slow push in", "slow orbit"),
    Matter.ENDING: ("slow pull out",),
}


_DIRECTED: tuple[tuple[tuple[str, ...], tuple[str, str, str]], ...] = (
    (("EXTREME CLOSE", "TRÈS GROS"), ("Extreme close-up", _EYE, "static")),
    (("CLOSE", "GROS PLAN"), ("Close-up", _EYE, "slow push in")),
    (("EXTREME WIDE",), ("Extreme wide shot", _EYE, "static")),
    (("WIDE", "PLAN LARGE"), ("Wide shot", _EYE, "static")),
    (("INSERT",), ("Insert shot", _EYE, "static")),
    (("POV",), ("Point-of-view shot", _EYE, "handheld")),
    (("TRACKING", "TRAVELLING"), ("Full shot", _EYE, "truck {way}, tracking the movement")),
    (("LOW ANGLE",), ("Medium shot", _LOW, "static")),
    (("HIGH ANGLE",), ("Medium shot", _HIGH, "static")),
    (("ANGLE",), ("Medium shot", _EYE, "static")),
)
"""Directives of a screenplay -> size, angle and motion; the first row with a word of it counts."""


def _directed(directive: str, way: str) -> Framing | None:
    for words, (size, angle, motion) in _DIRECTED:
        if any(word in directive for word in words):
            return Framing(size, angle, motion.format(way=way))
    return None


def frame_shots(groups: Sequence[Sequence[Moment]], lexicon: Lexicon) -> list[Framing]:
    """Decide on the framing of all shots of a film."""
    matters: list[Matter] = []
    for index in range(len(groups)):
        matter = _matter(groups, index, lexicon)
        listening = matter is Matter.DIALOGUE and _goes_on(groups, index, matters)
        matters.append(Matter.REACTION if listening else matter)
    framings: list[Framing] = []
    turns: dict[Matter, int] = dict.fromkeys(Matter, 0)
    run = 0
    for group, matter in zip(groups, matters, strict=True):
        run = run + 1 if matter in (Matter.DIALOGUE, Matter.REACTION) else 0
        turn = run - 1 if matter is Matter.DIALOGUE else turns[matter]
        turns[matter] += 1
        way = "right" if group[0].beat.scene % 2 == 0 else "left"
        if directed := _directed(group[0].beat.directive, way):
            framings.append(directed)
            continue
        size, angle = _pick_size(matter, turn, group, framings)
        motions = _MOTIONS[matter]
        motion = motions[turn % len(motions)].format(way=way)
        framings.append(Framing(size, angle, motion, matter is Matter.REACTION))
    return framings


def _pick_size(
    matter: Matter, turn: int, group: Sequence[Moment], framings: Sequence[Framing]
) -> tuple[str, str]:
    """Return the next size of the pattern that fits the shot and is not worn out."""
    pattern = _SIZES[matter]
    worn = framings[-1].size if len(framings) > 1 and framings[-1].size == framings[-2].size else ""
    for step in range(len(pattern)):
        size, angle = pattern[(turn + step) % len(pattern)]
        if size != worn and _fits(size, group):
            return size, angle
    return ("Medium shot", _EYE) if worn != "Medium shot" else ("Full shot", _EYE)


def _fits(size: str, group: Sequence[Moment]) -> bool:
    seen = {name for moment in group for name in moment.seen}
    speakers = {moment.speaker for moment in group if moment.speaker}
    if size in ("Medium two-shot", "Over-the-shoulder shot"):
        listeners = {moment.listener for moment in group if moment.listener}
        return bool(listeners) and len(seen | listeners) == 2
    if size in _CLOSE:
        return len(seen | speakers) == 1
    return True


def _matter(groups: Sequence[Sequence[Moment]], index: int, lexicon: Lexicon) -> Matter:
    group = groups[index]
    if index == 0 or group[0].beat.heading is not None:
        return Matter.ENTRANCE if group[0].interior else Matter.OPENING
    spoken = sum(count_words(moment.beat.spoken) for moment in group)
    told = sum(count_words(moment.beat.told) for moment in group)
    heard = any(moment.lines and not moment.beat.offscreen for moment in group)
    if heard and told <= spoken + 12:
        return Matter.DIALOGUE
    matter = _matter_of_action(group, lexicon)
    return Matter.ENDING if index == len(groups) - 1 and matter is not Matter.INSERT else matter


def _matter_of_action(group: Sequence[Moment], lexicon: Lexicon) -> Matter:
    words = {token.word for moment in group[:_TELLING] for token in tokenize(moment.beat.told)}
    seen = any(moment.seen for moment in group)
    if not seen and not words.isdisjoint(lexicon.trinkets):
        return Matter.INSERT
    for matter, telling in (
        (Matter.FIGHT, lexicon.fighting),
        (Matter.FALL, lexicon.falling),
        (Matter.RISE, lexicon.rising),
        (Matter.REVELATION, lexicon.revealing),
        (Matter.FEELING, lexicon.feeling),
        (Matter.MOVEMENT, lexicon.moving),
    ):
        if not words.isdisjoint(telling) and (seen or matter is not Matter.FEELING):
            return matter
    return Matter.ACTION if seen else Matter.PLACE


def _goes_on(groups: Sequence[Sequence[Moment]], index: int, matters: Sequence[Matter]) -> bool:
    """Tell a third shot in a row of one speech: time to see how it is taken."""
    if list(matters[-2:]) != [Matter.DIALOGUE, Matter.DIALOGUE]:
        return False
    run = [moment for group in groups[index - 2 : index + 1] for moment in group]
    spoken_by = {moment.speaker for moment in run}
    told = any(moment.beat.told for moment in groups[index])
    return len(spoken_by) == 1 and bool(run[-1].listener) and run[-1].beat.continues and not told
