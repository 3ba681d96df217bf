"""Reading a story beat by beat: who is seen, who speaks to whom, where and when.

The reader keeps what a listener keeps in mind: the characters met last, who spoke last, the place
and the time of day, all of which hold until the story says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from nodes.storyboard.beats import Beat
from nodes.storyboard.cast import IMPERSONAL, Cast, Mention, Token, in_order, tokenize
from nodes.storyboard.dialogue import spoken_line
from nodes.storyboard.lexicon import Lexicon, words_of
from nodes.storyboard.memory import Memory
from nodes.storyboard.places import heading_place, heading_time, holds, moves_on, place_in, time_in
from nodes.storyboard.speakers import Speakers

_PAIR_ARTICLES = words_of("the these les ces tous toutes")
_PAIRS = {
    "en": frozenset(("two", "pair", "couple")),
    "fr": frozenset(("deux", "compères", "compagnons")),
}
_EXPLETIVES = words_of("is was were has had seems seemed rains rained snows snowed")


@dataclass(frozen=True, slots=True)
class Moment:
    """A beat, understood."""

    beat: Beat
    seen: tuple[str, ...]
    """Characters in the picture, the subject first."""
    speaker: str
    listener: str
    lines: tuple[str, ...]
    """What is said, as `NAME: words`."""
    location: str
    place_told: bool
    """Whether the beat itself names the place."""
    time: str
    interior: bool
    pronoun: int
    """Index of the subject pronoun that `meant` can stand for; -1 without one."""
    meant: str
    implied: bool
    """Whether the clause goes on about `meant` without naming it."""


class _Meant(NamedTuple):
    """The characters that a pronoun means."""

    names: tuple[str, ...] = ()
    first: bool = False
    """Whether they come before all characters named."""
    pronoun: int = -1
    """Index of a subject pronoun that a name can stand for; -1 without one."""
    implied: bool = False
    """Whether there is no pronoun: the clause has no subject of its own."""


def read_beats(
    beats: list[Beat], cast: Cast, lexicon: Lexicon, *, screenplay: bool
) -> list[Moment]:
    """Read a whole story; in a screenplay, only headings change the place."""
    reader = _Reader(beats, cast, lexicon, screenplay=screenplay)
    return [reader.read(index) for index in range(len(beats))]


class _Reader:
    def __init__(
        self, beats: list[Beat], cast: Cast, lexicon: Lexicon, *, screenplay: bool
    ) -> None:
        self.screenplay = screenplay
        self.beats = beats
        self.cast = cast
        self.lexicon = lexicon
        self.memory = Memory()
        self.speakers = Speakers(beats, cast, lexicon, self.memory, screenplay=screenplay)

    def read(self, index: int) -> Moment:
        """Understand the next beat."""
        beat = self.beats[index]
        memory = self.memory
        self._enter(beat)
        tokens = tokenize(beat.told)
        mentions = self.cast.mentions(tokens)
        place = self._settle(beat, tokens)
        location = place or memory.location
        time = time_in(tokens, self.lexicon)
        memory.time = time or memory.time
        named = list(in_order(m.name for m in mentions if not m.complement or self._is_proper(m)))
        meant = self._resolve(tokens, mentions)
        present = list(in_order((*meant.names, *named) if meant.first else (*named, *meant.names)))
        speaker = self.speakers.speaker(index, tokens, mentions, present) if beat.spoken else ""
        listener = self.speakers.listener(index, speaker, present) if speaker else ""
        silent = not speaker or beat.offscreen
        if silent and not present and self._tells_of_nothing_new(tokens, place, time):
            present = [name for name in memory.focus[:1] if name != speaker]
        if speaker:
            present = present if beat.offscreen else list(in_order((speaker, *present)))
            if not beat.offscreen:
                memory.speak(speaker)
        memory.paragraph = beat.paragraph
        memory.meet(present, index)
        memory.last_named = named[-1] if named else next(iter(present), memory.last_named)
        return Moment(
            beat=beat,
            seen=tuple(present),
            speaker=speaker,
            listener=listener,
            lines=self._lines(beat, speaker),
            location=location,
            place_told=bool(place),
            time=memory.time,
            interior=memory.interior,
            pronoun=meant.pronoun,
            meant=f" {self.lexicon.both} ".join(meant.names),
            implied=meant.implied,
        )

    def _settle(self, beat: Beat, tokens: list[Token]) -> str:
        """Return the place that a beat names, and keep where the story goes on."""
        if self.screenplay:
            return ""
        memory = self.memory
        place = place_in(tokens, self.cast, self.lexicon)
        if place and holds(place, self.lexicon):
            memory.location = place
        elif not place and beat.paragraph != memory.paragraph and moves_on(tokens, self.lexicon):
            memory.location = ""
        return place

    def _enter(self, beat: Beat) -> None:
        """Start a scene: its heading tells the place; a conversation does not cross it."""
        memory = self.memory
        if beat.scene != memory.scene:
            memory.scene = beat.scene
            memory.leave()
        if beat.heading is not None:
            interior = beat.heading.interior
            memory.location = heading_place(beat.heading, self.lexicon)
            memory.time = heading_time(beat.heading, self.lexicon) or memory.time
            memory.interior = memory.interior if interior is None else interior

    def _is_proper(self, mention: Mention) -> bool:
        return mention.name in self.cast.proper

    def _resolve(self, tokens: list[Token], mentions: list[Mention]) -> _Meant:
        """Find whom the first personal pronoun of a beat means."""
        first = mentions[0].place if mentions else len(tokens)
        for index, token in enumerate(tokens):
            group = self._pronoun(tokens, index)
            if group is None:
                continue
            before = [mention.name for mention in mentions if mention.place < index]
            known = list(in_order((*before, *self.memory.focus, *self.memory.earlier)))
            if group == "they":
                names = tuple(name for name in self._pair(known) if name not in before)
                stands_for = token.word in self.lexicon.they and len(names) == 2
                return _Meant(names, index < first, index if stands_for else -1)
            if token.word in self.lexicon.him:
                return _Meant(tuple(name for name in known if name not in before)[:1])
            fitting = self._fitting(self._able(known, tokens, index), group)
            if fitting and fitting[0] not in before:
                return _Meant(tuple(fitting), index < first, _main_pronoun(tokens, index))
            return _Meant()
        names = tuple(self._implied(tokens, mentions))
        return _Meant(names, True, implied=bool(names))

    def _pronoun(self, tokens: list[Token], index: int) -> str | None:
        word = tokens[index].word
        lexicon = self.lexicon
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        if lexicon.language == "fr" and following in IMPERSONAL:
            return None
        for group, words in (
            ("m", lexicon.he), ("f", lexicon.she), ("they", lexicon.they), ("m", lexicon.him),
        ):  # fmt: skip
            if word in words:
                return group
        if word in lexicon.it:
            return None if following in _EXPLETIVES else "it"
        pair = word in _PAIRS.get(lexicon.language, ()) and index > 0
        return "they" if pair and tokens[index - 1].word in _PAIR_ARTICLES else None

    def _pair(self, known: list[str]) -> list[str]:
        """Return two of whom `they` can be: people, if there are two."""
        people = [name for name in known if name.lower() not in self.lexicon.animals]
        return (people if len(people) > 1 else known)[:2]

    def _able(self, known: list[str], tokens: list[Token], index: int) -> list[str]:
        """Return who can do what a pronoun does: an animal speaks only where animals do."""
        around = tokens[max(0, index - 1) : index + 3]
        if all(token.word not in self.lexicon.speech for token in around):
            return known
        return [name for name in known if not self.speakers.is_mute(name)] or known

    def _fitting(self, known: list[str], group: str) -> list[str]:
        """Return the one character that a pronoun fits best: one surely so, if it is recent."""
        fitting = [name for name in known if self._fits(name, group)]
        sure = [name for name in fitting[:3] if self.cast.genders.get(name) == group]
        return sure[:1] or fitting[:1]

    def _fits(self, name: str, group: str) -> bool:
        gender = self.cast.genders.get(name, "")
        if group == "it":
            return name.lower() in self.lexicon.beings and not gender
        return gender in ("", group)

    def _implied(self, tokens: list[Token], mentions: list[Mention]) -> list[str]:
        """A clause without a subject (`and was dozing`) goes on about the character named last."""
        first = tokens[0].word if tokens else ""
        leads = first in self.lexicon.conjunctions or first in self.lexicon.relatives
        if leads and not mentions:
            return [self.memory.last_named] if self.memory.last_named else []
        return []

    def _tells_of_nothing_new(self, tokens: list[Token], place: str, time: str) -> bool:
        """A sentence that shows nothing by itself, such as a moral, is told over who was there."""
        if place or time or self.lexicon.language == "other":
            return False
        if tokens and (self.screenplay or _shows_something(tokens[0], self.lexicon)):
            return False
        lexicon = self.lexicon
        words = {token.word for token in tokens}
        visible = (lexicon.places, lexicon.scenery, lexicon.beings)
        return all(words.isdisjoint(things) for things in visible)

    @staticmethod
    def _lines(beat: Beat, speaker: str) -> tuple[str, ...]:
        words = spoken_line(beat)
        if not words:
            return ()
        return (f"{speaker.upper()}: {words}" if speaker else words,)


def _shows_something(first: Token, lexicon: Lexicon) -> bool:
    """Tell a sentence with a subject of its own by its first word: `The kettle screamed.`"""
    return first.word in lexicon.articles | lexicon.place_prepositions or first.elided == "c"


def _main_pronoun(tokens: list[Token], first: int) -> int:
    """Return the pronoun of the main clause: `moving as fast as he could, he saw` means the last.

    That is the first one that begins the sentence or follows a comma; else the first of all.
    """
    word = tokens[first].word
    for index in range(first, len(tokens)):
        if tokens[index].word == word and (index == 0 or tokens[index].leads):
            return index
    return first
