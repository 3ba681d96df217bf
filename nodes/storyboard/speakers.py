"""Who speaks, and to whom: named beside the words, meant by a pronoun, or known by turn.

In a conversation two people alternate; where nobody is named, the name is looked for in the turns
before, then in those that follow.
"""

from __future__ import annotations

from collections.abc import Iterator

from nodes.storyboard.beats import Beat
from nodes.storyboard.cast import Cast, Mention, Token, in_order, tokenize
from nodes.storyboard.dialogue import answers_at_once
from nodes.storyboard.lexicon import Lexicon, words_of
from nodes.storyboard.memory import Memory

_CONVERSATION = 12
"""Beats to look ahead for the name of somebody who speaks."""
_EARSHOT = 2
"""Beats after which somebody who was not seen again is not spoken to."""
_NARRATORS = words_of("narrator narrateur narratrice narration voix-off voiceover")


class Speakers:
    """Finds the speaker and the listener of one beat after another."""

    def __init__(
        self, beats: list[Beat], cast: Cast, lexicon: Lexicon, memory: Memory, *, screenplay: bool
    ) -> None:
        self.screenplay = screenplay
        self.beats = beats
        self.cast = cast
        self.lexicon = lexicon
        self.memory = memory

    def speaker(
        self, index: int, tokens: list[Token], mentions: list[Mention], present: list[str]
    ) -> str:
        """Return who says the words of a beat; nothing when it is a narrator or unknown."""
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
        others += [*self._addressed(index - 1), *self._named_ahead(index)]
        silent = [name for name in others if name not in memory.speakers]
        return next(iter(self.talking_first(silent)), "")

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

    def listener(self, index: int, speaker: str, present: list[str]) -> str:
        """Return who is spoken to: whoever is addressed, else the other one of the conversation."""
        if self.cast.lexicon.language != "other" or self.screenplay:
            for name in self._addressed(index):
                if name != speaker and name in self.memory.focus:
                    return name
        answers = bool(index and self.beats[index - 1].spoken)
        last, following = self.memory.speakers, self._next_speaker(index)
        candidates = [*last, *following] if answers else [*following, *last]
        candidates += present
        if not self.screenplay:
            near = index - _EARSHOT
            candidates += [n for n in self.memory.focus if self.memory.met[n] >= near]
        candidates = self.talking_first(candidates)
        return next((name for name in candidates if name != speaker), "")

    def _addressed(self, index: int) -> list[str]:
        """Return whom a speech names, who may be the one spoken to."""
        mentions = self.cast.mentions(tokenize(self.beats[index].spoken)) if index >= 0 else []
        return [mention.name for mention in mentions if mention.name in self.cast.proper]

    def _next_speaker(self, index: int) -> list[str]:
        following = self.beats[index + 1 : index + 2]
        return [
            self._cue(beat.speaker)
            for beat in following
            if beat.speaker and not beat.offscreen and beat.scene == self.beats[index].scene
        ]

    def talking_first(self, names: list[str]) -> list[str]:
        """Return names with animals that may be mute at the end."""
        return sorted(names, key=self.is_mute)

    def is_mute(self, name: str) -> bool:
        """Tell an animal that has not spoken: it may be one that cannot."""
        return name.lower() in self.lexicon.animals and name not in self.memory.voices
