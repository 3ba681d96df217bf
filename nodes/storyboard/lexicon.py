"""What the reader knows of a language: the words that tell who, where, when and how a story moves.

A `Lexicon` is data. English and French have one each; every other language gets the empty one, with
which a story is still cut sentence by sentence.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["en", "fr", "other"]

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
"""A word; an apostrophe or a hyphen inside belongs to it."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, in lower case."""

    language: Language = "other"
    function_words: frozenset[str] = frozenset()
    """Words that are never the name of anybody."""
    articles: frozenset[str] = frozenset()
    possessors: frozenset[str] = frozenset()
    """Words before a noun that make it a complement: `of`, `du`."""
    titles: frozenset[str] = frozenset()
    """Forms of address that are not part of a name: `mr`, `maître`."""
    beings: frozenset[str] = frozenset()
    """People, animals and creatures."""
    animals: frozenset[str] = frozenset()
    feminine: frozenset[str] = frozenset()
    masculine: frozenset[str] = frozenset()
    he: frozenset[str] = frozenset()
    she: frozenset[str] = frozenset()
    it: frozenset[str] = frozenset()
    they: frozenset[str] = frozenset()
    """Words that stand for two or more characters already met."""
    him: frozenset[str] = frozenset()
    """Words for another character than the subject."""
    relatives: frozenset[str] = frozenset()
    """`who`: the subject is the name just before."""
    conjunctions: frozenset[str] = frozenset()
    """Words at which a long sentence may be cut after a comma."""
    speech: frozenset[str] = frozenset()
    moving: frozenset[str] = frozenset()
    feeling: frozenset[str] = frozenset()
    revealing: frozenset[str] = frozenset()
    fighting: frozenset[str] = frozenset()
    rising: frozenset[str] = frozenset()
    falling: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    vehicles: frozenset[str] = frozenset()
    """Places that move: one is in them, but they set no scene by passing."""
    fixtures: frozenset[str] = frozenset()
    """Parts of a place: where a moment is, never where the next one is."""
    trinkets: frozenset[str] = frozenset()
    """Things so small that the camera goes close to them."""
    leaps: frozenset[str] = frozenset()
    """Words that, with a period, tell that time has passed: `years later`."""
    periods: frozenset[str] = frozenset()
    arriving: frozenset[str] = frozenset()
    """Verbs whose object is a place: `reach`, `quitter`."""
    place_prepositions: frozenset[str] = frozenset()
    scenery: frozenset[str] = frozenset()
    """Things seen that are neither a being nor a place."""
    times: Mapping[str, str] = field(default_factory=dict)
    """Word -> time of day, as one of the English labels that prompts use."""
    time_phrases: Mapping[str, str] = field(default_factory=dict)
    """The same for expressions of several words."""
    abbreviations: frozenset[str] = frozenset()
    speaks: str = "{speaker} speaks"
    speaks_to: str = "{speaker} speaks to {listener}"
    speak_together: str = "{speakers} speak together"
    listens_to: str = "{listener} listens to {speaker}"
    both: str = "and"


def words_of(text: str) -> frozenset[str]:
    """Return the words of a blank-separated list."""
    return frozenset(text.split())


@functools.cache
def lexicon_for(language: Language) -> Lexicon:
    """Return the lexicon of a language."""
    if language == "en":
        from nodes.storyboard.english import ENGLISH

        return ENGLISH
    if language == "fr":
        from nodes.storyboard.french import FRENCH

        return FRENCH
    return Lexicon()


_MARKERS: Mapping[str, frozenset[str]] = {
    "en": words_of(
        "the and of to was he she his her that with it for they had not is you at be him into out "
        "up my we this from by what its said asked who when where"
    ),
    "fr": words_of(
        "le la les et des du un une il elle est dans qui que au ne pas sur vous en ce "
        "dit son sa ses mais avec pour"
    ),
    "de": words_of(
        "der die das und nicht ein eine ist er sie mit den dem von zu auf war im es ich"
    ),
    "es": words_of("el los las y que del una con por su no era para lo se al como había más muy"),
    "it": words_of("il gli che di non una con per era del della si ma è lo nel più come suo"),
    "pt": words_of("o os as que não uma com por seu era para do da em um ao mais foi ela ele"),
    "nl": words_of("de het een en van ik dat niet zijn op met hij was te voor er aan maar zij"),
}
_SAMPLE = 20_000


def detect_language(text: str) -> Language:
    """Tell the language of a text by counting function words in its beginning.

    Lines in capitals, the headings and cues of a screenplay, are not counted, and one word alone
    is no evidence, however often it comes (`la la la`). A text with too few of any of them, or one
    of a language without a lexicon, is `other`.
    """
    sample = text[:_SAMPLE].split("\n")
    lines = [line for line in sample if line != line.upper()] or sample
    words = Counter(word.lower() for line in lines for word in WORD.findall(line))
    total = words.total()
    scores = {
        language: sum(words[marker] for marker in markers) for language, markers in _MARKERS.items()
    }
    best = max(scores, key=lambda language: scores[language])
    kinds = sum(marker in words for marker in _MARKERS[best])
    if total == 0 or scores[best] / total < 0.04 or kinds < 2:
        plain = all(letter.isascii() for letter in text[:_SAMPLE] if letter.isalpha())
        return "en" if total and plain else "other"
    if best == "en":
        return "en"
    return "fr" if best == "fr" else "other"
