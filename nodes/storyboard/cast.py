"""Who is in a story: finding the characters, and finding them again in a sentence.

A character is a name of a cue, a capitalised name, or a being that the lexicon knows (`the girl`).
All forms of one name, with or without a title, in any case, are one character: `A HARE`,
`the Hare`; `Maître Corbeau`, `Monsieur du Corbeau`, `le Corbeau`.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from nodes.storyboard.beats import Beat
from nodes.storyboard.firstnames import HE_NAMES, SHE_NAMES
from nodes.storyboard.lexicon import WORD, Lexicon, words_of
from nodes.storyboard.passages import PassageKind, Script

FIRST_NAMES = HE_NAMES | SHE_NAMES
Gender = Literal["m", "f", ""]

_ELISION = re.compile(r"^(?:[ldjsnmtc]|qu|jusqu|lorsqu|puisqu)[’'](?=\w)", re.IGNORECASE)
_INVERSION = re.compile(r"-(?:t-)?(?P<pronoun>ils?|elles?|on)\Z", re.IGNORECASE)
"""French puts the pronoun behind the verb: `dit-il`, `demande-t-elle`."""
_POSSESSIVE = re.compile(r"[’']s$", re.IGNORECASE)


class Token(NamedTuple):
    """A word of a sentence, apart from an elided article before it."""

    word: str
    """In lower case."""
    shown: str
    start: int
    end: int
    elided: str
    """The elided word before it: `l` of `l'arbre`."""
    possessive: bool
    opens: bool
    """Whether it begins a text or a line, where a capital says nothing."""
    leads: bool
    """Whether a comma is before it."""


def tokenize(text: str) -> list[Token]:
    """Return the words of a text."""
    tokens: list[Token] = []
    last = 0
    for match in WORD.finditer(text):
        shown, (start, end) = match[0], match.span()
        gap = text[last:start]
        opens, leads = not tokens or "\n" in gap, "," in gap
        last = end
        if (inverted := _INVERSION.search(shown)) and inverted.start():
            cut, pronoun = start + inverted.start(), inverted["pronoun"]
            verb = text[start:cut]
            tokens.append(Token(verb.lower(), verb, start, cut, "", False, opens, leads))
            begin = end - len(pronoun)
            tokens.append(Token(pronoun.lower(), pronoun, begin, end, "", False, False, False))
        elif shown.isalpha():
            tokens.append(Token(shown.lower(), shown, start, end, "", False, opens, leads))
        else:
            tokens.append(_joined_token(shown, start, end, opens, leads))
    return tokens


def _joined_token(shown: str, start: int, end: int, opens: bool, leads: bool) -> Token:
    """Return a word with a hyphen or an apostrophe: `l'arbre` is `arbre`, `king's` is `king`."""
    elided, possessive = "", False
    if elision := _ELISION.match(shown):
        elided = elision[0][:-1].lower()
        shown, start = shown[elision.end() :], start + elision.end()
    if owner := _POSSESSIVE.search(shown):
        possessive = True
        shown, end = shown[: owner.start()], end - len(owner[0])
    return Token(shown.lower(), shown, start, end, elided, possessive, opens, leads)


class Mention(NamedTuple):
    """A character named in a sentence."""

    name: str
    place: int
    """Index of the token that names it."""
    complement: bool
    """Whether it only qualifies another noun: `the king's horse`, `the ghost of the king`."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The characters of a story by the words that name them."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Word in lower case -> canonical name."""
    genders: Mapping[str, Gender] = field(default_factory=dict)
    """Canonical name -> grammatical gender, where it is known."""
    cues: Mapping[str, str] = field(default_factory=dict)
    """Cue, as written -> canonical name."""
    proper: frozenset[str] = frozenset()
    """Canonical names that are names, not just nouns."""
    lexicon: Lexicon = field(default_factory=Lexicon)

    def mentions(self, tokens: list[Token]) -> list[Mention]:
        """Return the characters named, in the order of the words."""
        found: list[Mention] = []
        for index, token in enumerate(tokens):
            name = self.names.get(token.word)
            if name is None or not self._is_noun(tokens, index):
                continue
            complement = token.possessive or self._follows_possessor(tokens, index)
            if found and found[-1].place == index - 1 and found[-1].name == name:
                found[-1] = Mention(name, index, found[-1].complement)
            else:
                found.append(Mention(name, index, complement))
        return found

    def _is_noun(self, tokens: list[Token], index: int) -> bool:
        """Tell a name, or a noun after an article, from a verb of the same letters."""
        token = tokens[index]
        if token.shown[0].isupper():
            return True
        return has_article(tokens, index, self.lexicon) or self.lexicon.language == "other"

    def _follows_possessor(self, tokens: list[Token], index: int) -> bool:
        before = tokens[max(0, index - 3) : index]
        if tokens[index].elided == "d":
            return True
        capital = tokens[index].shown[0].isupper()
        return not capital and any(word.word in self.lexicon.possessors for word in before)


def has_article(tokens: list[Token], index: int, lexicon: Lexicon) -> bool:
    """Tell whether a noun has an article of its own, at most two adjectives before it."""
    if tokens[index].elided in lexicon.articles:
        return True
    for token in reversed(tokens[max(0, index - 3) : index]):
        if token.word in lexicon.articles:
            return True
        if token.word in lexicon.beings or token.word in lexicon.function_words:
            return False
    return False


def find_cast(script: Script, beats: Sequence[Beat], lexicon: Lexicon) -> Cast:
    """Find all characters of a story."""
    finder = _Finder(lexicon)
    for passage in script.passages:
        if passage.kind is PassageKind.SPEECH:
            finder.add_cue(passage.speaker)
    finder.telling = {noun for beat in beats for noun in _telling(beat, lexicon)}
    for beat in beats:
        finder.read(tokenize(beat.told), screenplay=script.screenplay)
    for beat in beats:
        finder.read_pronouns(tokenize(beat.told), beat.paragraph)
    return finder.cast()


def _telling(beat: Beat, lexicon: Lexicon) -> Iterator[str]:
    """Yield the noun of `said the conductor`, between or behind quotations."""
    if not beat.spoken:
        return
    for segment in beat.segments:
        tokens = [] if segment.spoken else tokenize(segment.text)
        if len(tokens) < 2 or tokens[0].word not in lexicon.speech:
            continue
        first = 1 + (not tokens[1].elided)
        leads = tokens[1].elided in lexicon.articles or tokens[1].word in lexicon.articles
        phrase = itertools.takewhile(
            lambda token: token.word not in lexicon.function_words and not token.leads,
            tokens[first:],
        )
        nouns = [token for token in phrase if not token.word.endswith(("ly", "ment"))]
        if leads and len(nouns) == 1 and nouns[0].shown.islower():
            yield from {nouns[0].word} - _VOICES - lexicon.scenery - lexicon.places


class _Finder:
    """Counts how words are used, over all beats, and decides in the end."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.cues: dict[str, str] = {}
        self.cue_names: dict[str, str] = {}
        self.full: Counter[tuple[str, ...]] = Counter()
        self.inside: Counter[str] = Counter()
        """Capitalised in the middle of a sentence."""
        self.first: Counter[str] = Counter()
        self.lower: Counter[str] = Counter()
        self.placed: Counter[str] = Counter()
        """After a preposition of place and no article: `in London`."""
        self.beings: dict[str, str] = {}
        self.telling: set[str] = set()
        """Nouns that speak, which makes them beings: `said the conductor`."""
        self.paragraph: tuple[int, str] = (-1, "")
        """The paragraph being read, and the only name in it so far."""
        self.genders: defaultdict[str, Counter[Gender]] = defaultdict(Counter)

    def add_cue(self, speaker: str) -> None:
        """Take a name from a cue, which is certain."""
        name = self.cue_names.setdefault(speaker, _titled(speaker))
        for word in self._significant(tokenize(speaker)):
            self.cues.setdefault(word, name)

    def _significant(self, tokens: list[Token]) -> list[str]:
        words = [token.word for token in tokens]
        kept = [
            word for word in words
            if word not in self.lexicon.titles and word not in self.lexicon.function_words
        ]  # fmt: skip
        return kept or words[-1:]

    def read(self, tokens: list[Token], *, screenplay: bool) -> None:
        """Count the words of one beat."""
        names: list[str] = []
        for index, token in enumerate(tokens):
            if self._is_capital(tokens, index, screenplay=screenplay):
                self._count_capital(tokens, index)
                names.append(token.word)
                continue
            self._close(names)
            self.lower[token.word] += token.word not in self.lexicon.function_words
            if token.word in self.lexicon.beings | self.telling:
                self._count_being(tokens, index)
        self._close(names)

    def read_pronouns(self, tokens: list[Token], paragraph: int) -> None:
        """Learn the gender of the only one whom `he` or `her` can mean in a paragraph so far."""
        known, name = self.paragraph
        name = name if known == paragraph or name != _SEVERAL else ""
        for index, token in enumerate(tokens):
            named = token.shown[0].isupper() and token.word not in self.lexicon.function_words
            if named and not (token.opens and self.lower[token.word]):
                name = token.word if name in ("", token.word) else _SEVERAL
            elif token.word in self.lexicon.beings:
                name = _SEVERAL
            elif name and name != _SEVERAL:
                self.genders[name].update(self._gender_told(tokens, index))
        self.paragraph = (paragraph, name)

    def _gender_told(self, tokens: list[Token], index: int) -> list[Gender]:
        word = tokens[index].word
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        owns = following and not tokens[index + 1].leads
        owns = owns and following not in self.lexicon.function_words
        if word in self.lexicon.she or (word == "her" and owns):
            return ["f"]
        impersonal = self.lexicon.language == "fr" and following in IMPERSONAL
        if (word in self.lexicon.he or word == "his") and not impersonal:
            return ["m"]
        return []

    def _is_capital(self, tokens: list[Token], index: int, *, screenplay: bool) -> bool:
        token = tokens[index]
        if not token.shown[0].isupper() or token.word in self.lexicon.function_words:
            return False
        if not token.shown.isupper():
            return True
        return len(token.shown) > 1 and not (screenplay and self._may_be_a_sound(tokens, index))

    def _may_be_a_sound(self, tokens: list[Token], index: int) -> bool:
        """A screenplay writes sounds and props in capitals too: a name needs a witness.

        That is a cue, the lexicon, a first name, or a position at the head of a sentence, before
        what may be a verb.
        """
        word = tokens[index].word
        if word in self.cues or word in self.lexicon.beings or word in FIRST_NAMES:
            return False
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        heads = tokens[index].opens and following is not None and following.shown.islower()
        return not heads or following is None or following.word in self.lexicon.function_words

    def _count_capital(self, tokens: list[Token], index: int) -> None:
        word = tokens[index].word
        if tokens[index].opens:
            capitals = tokens[index].shown.isupper()
            certain = capitals or word in FIRST_NAMES or self._acts(tokens, index)
            self.first[word] += 1 + certain
        else:
            self.inside[word] += 1
            before = tokens[index - 1].word
            places = word not in FIRST_NAMES or before == "in"
            self.placed[word] += places and before in self.lexicon.place_prepositions
        self._count_gender(tokens, index)

    def _acts(self, tokens: list[Token], index: int) -> bool:
        """Tell whether the next word is a verb: then a single sight of a name is enough."""
        if index + 1 == len(tokens):
            return False
        following, elided = tokens[index + 1].word, tokens[index + 1].elided
        lexicon = self.lexicon
        if lexicon.language == "fr" and (following in ("se", "ne") or elided in _OBJECTS):
            return True
        return (
            following in lexicon.speech | _BEARING or following in lexicon.moving | lexicon.feeling
        )

    def _count_being(self, tokens: list[Token], index: int) -> None:
        if has_article(tokens, index, self.lexicon):
            self.beings.setdefault(tokens[index].word, _titled(tokens[index].shown))
            self._count_gender(tokens, index)

    def _count_gender(self, tokens: list[Token], index: int) -> None:
        word = tokens[index].word
        before = tokens[index - 1].word if index else ""
        if word in self.lexicon.feminine or before in _FEMININE_MARKS:
            self.genders[word]["f"] += _CERTAIN
        elif word in self.lexicon.masculine or before in _MASCULINE_MARKS:
            self.genders[word]["m"] += _CERTAIN

    def _close(self, names: list[str]) -> None:
        """End a run of capitalised words: it is one full name."""
        if names:
            kept = [word for word in names if word not in self.lexicon.titles] or names[-1:]
            self.full[tuple(kept)] += 1
            names.clear()

    def cast(self) -> Cast:
        """Decide who is a character, and under which name."""
        names = dict(self.cues)
        proper = set(names.values())
        for full in sorted(self.full, key=lambda words: (-len(words), -self.full[words], words)):
            if all(self._is_name(word) for word in full):
                known = next((names[word] for word in full if word in names), None)
                name = known or " ".join(map(_titled, full))
                proper.add(name)
                for word in full:
                    names.setdefault(word, name)
        for word, name in self.beings.items():
            names.setdefault(word, name)
        genders: dict[str, Gender] = {}
        for word, name in names.items():
            self._count_known(word)
            if counted := self.genders.get(word):
                genders.setdefault(name, counted.most_common(1)[0][0])
        return Cast(names, genders, self.cue_names, frozenset(proper), self.lexicon)

    def _count_known(self, word: str) -> None:
        """Give a name its usual gender, also if only a cue has it."""
        known: tuple[tuple[frozenset[str], Gender], ...] = ((SHE_NAMES, "f"), (HE_NAMES, "m"))
        for names, gender in known:
            if word in names:
                self.genders[word][gender] += _CERTAIN

    def _is_name(self, word: str) -> bool:
        if self.lexicon.language == "other":
            return False
        if word in self.lexicon.beings or word in self.cues:
            return True
        if self.lower[word] or word in self.lexicon.places or word in self.lexicon.times:
            return False
        seen = self.inside[word]
        if seen:
            return self.placed[word] < seen
        return self.first[word] >= 2 and word not in self.lexicon.scenery


_VOICES = words_of("voice voices voix")
_SEVERAL = "/"
"""In the place of a name, when there is more than one."""
_CERTAIN = 100
"""What the lexicon weighs, next to one pronoun."""
_OBJECTS = words_of("l s m t n")
_BEARING = words_of(
    "met meets sat sits stood stands waited waits looked looks knew knows took takes held holds "
    "wore wears turned turns nodded nods woke wakes thought thinks"
)
"""Verbs of people: who does this in the first word of a sentence has a name."""
IMPERSONAL = words_of("y faut fallait fallut pleut pleuvait neige neigeait")
"""After `il` that is nobody: `il pleut`."""
_FEMININE_MARKS = words_of("la une madame mademoiselle mme mlle mrs miss ms lady queen")
_MASCULINE_MARKS = words_of("le un monsieur maître m mr sir lord king compère")


def _titled(words: str) -> str:
    """Return a name as it is written in running text: `the GHOST` is `The Ghost`."""
    return re.sub(r"[^\W\d_]+", lambda match: match[0][0].upper() + match[0][1:].lower(), words)


def in_order(names: Iterable[str]) -> Iterator[str]:
    """Yield each name once, in the order of first appearance."""
    yield from dict.fromkeys(names)
