"""Reading a story beat by beat: who is seen, who speaks to whom, where and when.

The reader keeps what a listener keeps in mind: the characters met last, who spoke last, the place
and the time of day, all of which hold until the story says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from nodes.storyboard.beats import Beat
from nodes.storyboard.cast import Cast, Mention, Token, in_order, tokenize
from nodes.storyboard.dialogue import answers_at_once, spoken_line
from nodes.storyboard.lexicon import Lexicon, words_of
from nodes.storyboard.places import heading_place, heading_time, holds, moves_on, place_in, time_in

_MEMORY = 8
_CONVERSATION = 12
"""Beats to look ahead for the name of somebody who speaks."""
_EARSHOT = 2
"""Beats after which somebody who was not seen again is not spoken to."""
_PAIR_ARTICLES = words_of("the these les ces tous toutes")
_PAIRS = {
    "en": frozenset(("two", "pair", "couple")),
    "fr": frozenset(("deux", "compères", "compagnons")),
}
_NARRATORS = words_of("narrator narrateur narratrice narration voix-off voiceover")
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


@dataclass(slots=True)
class _Memory:
    focus: list[str] = field(default_factory=list)
    """Characters met, the most recent subject first."""
    earlier: list[str] = field(default_factory=list)
    """Who was met in the scenes before."""
    voices: set[str] = field(default_factory=set)
    """All who have spoken."""
    met: dict[str, int] = field(default_factory=dict)
    """The beat in which each was seen last."""
    last_named: str = ""
    """The character named last, which a clause without a subject goes on about."""
    speakers: list[str] = field(default_factory=list)
    """Who spoke in this conversation, the last one first."""
    location: str = ""
    time: str = ""
    interior: bool = False
    scene: int = -1
    paragraph: int = -1

    def meet(self, names: Iterable[str], index: int) -> None:
        """Remember characters, the first named foremost."""
        for name in reversed(list(names)):
            if name in self.focus:
                self.focus.remove(name)
            self.focus.insert(0, name)
            self.met[name] = index
        del self.focus[_MEMORY:]

    def leave(self) -> None:
        """Leave a scene: only a pronoun can still mean who was there."""
        self.earlier = [*self.focus, *self.earlier][:_MEMORY]
        self.focus, self.speakers = [], []
        self.last_named = self.location = ""

    def speak(self, name: str) -> None:
        """Remember who spoke."""
        if name in self.speakers:
            self.speakers.remove(name)
        self.speakers.insert(0, name)
        del self.speakers[2:]
        self.voices.add(name)


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
        self.memory = _Memory()

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
        speaker = self._speaker(index, tokens, mentions, present) if beat.spoken else ""
        listener = self._listener(index, speaker, present) if speaker else ""
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
        for group, words in (
            ("m", lexicon.he), ("f", lexicon.she), ("they", lexicon.they), ("m", lexicon.him),
        ):  # fmt: skip
            if word in words:
                return group
        if word in lexicon.it:
            following = tokens[index + 1].word if index + 1 < len(tokens) else ""
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
        return [name for name in known if not self._is_mute(name)] or known

    def _talking_first(self, names: list[str]) -> list[str]:
        return sorted(names, key=self._is_mute)

    def _is_mute(self, name: str) -> bool:
        """Tell an animal that has not spoken: it may be one that cannot."""
        return name.lower() in self.lexicon.animals and name not in self.memory.voices

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

    def _speaker(
        self, index: int, tokens: list[Token], mentions: list[Mention], present: list[str]
    ) -> str:
        beat = self.beats[index]
        if beat.speaker:
            return "" if beat.speaker.lower() in _NARRATORS else self._cue(beat.speaker)
        speakers = self.memory.speakers
        if beat.continues:
            return speakers[0] if speakers else ""
        verb = next((i for i, t in enumerate(tokens) if t.word in self.lexicon.speech), None)
        if verb is None:
            return self._unattributed(index, present)
        return self._subject_of(verb, tokens, mentions) or next(iter(present), "")

    def _cue(self, speaker: str) -> str:
        return self.cast.cues.get(speaker, speaker)

    def _subject_of(self, verb: int, tokens: list[Token], mentions: list[Mention]) -> str:
        """Return who does what the verb tells: named after it, right before it, or first."""
        by_index = {mention.place: mention.name for mention in mentions}
        for index in range(verb + 1, min(verb + 4, len(tokens))):
            if index in by_index:
                return by_index[index]
            if not self._leads_to_noun(tokens[index].word):
                break
        before = [mention for mention in mentions if mention.place < verb]
        if not before:
            return ""
        previous = tokens[verb - 1].word
        near = previous in self.lexicon.relatives or before[-1].place == verb - 1
        return before[-1].name if near else before[0].name

    def _leads_to_noun(self, word: str) -> bool:
        lexicon = self.lexicon
        return word in lexicon.articles or word in lexicon.titles

    def _unattributed(self, index: int, present: list[str]) -> str:
        """Nobody is named with the words: whoever acts in the beat, or the other of two."""
        beat, memory = self.beats[index], self.memory
        if beat.told and present:
            return present[0]
        if not memory.speakers and (ahead := self._ahead(index)):
            return ahead
        if beat.paragraph == memory.paragraph and not answers_at_once(self.beats, index):
            spoke = memory.speakers if self.beats[index - 1].spoken else []
            return next(iter(spoke or memory.focus), "")
        if len(memory.speakers) == 2:
            return memory.speakers[1]
        others = [name for name in memory.focus if name not in memory.speakers]
        others += self._named_ahead(index)
        silent = [name for name in others if name not in memory.speakers]
        return next(iter(self._talking_first(silent)), "")

    def _ahead(self, index: int) -> str:
        """Return who speaks first in a conversation, from the first one named in it and the next.

        Speeches alternate: an even number of turns before that one, it is the same person.
        """
        turns, named = 0, list[str]()
        for beat in self._conversation(index):
            turns += not beat.continues and not named
            named = list(in_order((*named, *self._told_speaker(beat))))
            if len(named) > turns % 2:
                return named[turns % 2]
        return ""

    def _named_ahead(self, index: int) -> list[str]:
        return [name for beat in self._conversation(index) for name in self._told_speaker(beat)]

    def _conversation(self, index: int) -> Iterator[Beat]:
        """Yield the speeches that follow without a pause."""
        for beat in self.beats[index + 1 : index + _CONVERSATION]:
            if not beat.spoken or beat.scene != self.beats[index].scene:
                break
            yield beat

    def _told_speaker(self, beat: Beat) -> list[str]:
        """Return the speaker whom a beat names beside the words, if it does."""
        tokens = tokenize(beat.told)
        verb = next((i for i, t in enumerate(tokens) if t.word in self.lexicon.speech), None)
        if verb is None:
            return []
        name = self._subject_of(verb, tokens, self.cast.mentions(tokens))
        return [name] if name else []

    def _listener(self, index: int, speaker: str, present: list[str]) -> str:
        """Return who is spoken to: whoever is addressed, else the other one of the conversation."""
        beat = self.beats[index]
        if self.cast.lexicon.language != "other" or self.screenplay:
            addressed = [m.name for m in self.cast.mentions(tokenize(beat.spoken))]
            for name in addressed:
                if name != speaker and name in self.memory.focus and name in self.cast.proper:
                    return name
        answers = bool(index and self.beats[index - 1].spoken)
        last, following = self.memory.speakers, self._next_speaker(index)
        candidates = [*last, *following] if answers else [*following, *last]
        candidates += present
        if not self.screenplay:
            near = index - _EARSHOT
            candidates += [n for n in self.memory.focus if self.memory.met[n] >= near]
        candidates = self._talking_first(candidates)
        return next((name for name in candidates if name != speaker), "")

    def _next_speaker(self, index: int) -> list[str]:
        following = self.beats[index + 1 : index + 2]
        return [
            self._cue(beat.speaker)
            for beat in following
            if beat.speaker and not beat.offscreen and beat.scene == self.beats[index].scene
        ]

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
