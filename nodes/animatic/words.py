"""From text to words, and from words to tags.

Words are compared in lower case without accents. The language of a text is guessed from its small
words; a word is looked up in that language first, then in the other one.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nodes.animatic import lexicon, nouns

MAX_TEXT = 4000
"""Characters of a prompt that are read."""
_LONGEST_PHRASE = 5
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_QUOTED = re.compile(r"[“«][^”»]*[”»]|\"[^\"]*\"")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+|\s*[;—]\s*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a prompt."""

    raw: str
    plain: str
    """Lower case, without accents."""
    first: bool
    """Whether it begins a sentence."""
    close: bool = False
    """Whether only a space parts it from the word before: `Hamlet Prince`, not `Hamlet, Prince`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A word or phrase found in one table of the lexicon."""

    tag: str
    start: int
    end: int


def plain(text: str) -> str:
    """Return text in lower case without accents and ligatures."""
    text = text.replace("’", "'").replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def sentences(text: str) -> list[str]:
    """Split a prompt into sentences and clauses, speech in quotation marks left out."""
    text = _QUOTED.sub(" ", text[:MAX_TEXT])
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip(" .,;:!?")]


def split_words(text: str) -> list[Word]:
    """Return the words of one sentence."""
    words: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        raw = match.group()
        close = bool(words) and text[end : match.start()].isspace()
        words.append(Word(raw, plain(raw), not words, close))
        end = match.end()
    return words


def is_french(words: Sequence[Word]) -> bool:
    """Guess whether a text is French rather than English, by its small words and its nouns."""
    french = 2 * sum(word.plain in lexicon.FRENCH for word in words)
    english = 2 * sum(word.plain in lexicon.ENGLISH for word in words)
    for word in words:
        told = [
            any(form in _index(table)[language] for table in _TELLING for form in forms(word.plain))
            for language, forms in ((0, _english_forms), (1, _french_forms))
        ]
        english += told == [True, False]
        french += told == [False, True]
    return french > english


_TELLING = (nouns.PEOPLE, nouns.ANIMALS, nouns.OBJECTS, lexicon.POSES, lexicon.PLACES)
"""Tables whose words show the language of a text; shot sizes and styles are often English."""


def find(table: str, words: Sequence[Word], *, french: bool) -> Iterator[Hit]:
    """Yield the words and phrases of a table, the longest first where they overlap.

    Args:
        table: A table of `lexicon`, as `lexicon.PLACES`.
        words: The words of a sentence.
        french: The language to try first.
    """
    english_index, french_index = _index(table)
    own, other = (french_index, english_index) if french else (english_index, french_index)
    forms = _french_forms if french else _english_forms
    place = 0
    while place < len(words):
        length, tag = _match(own, other, forms, words, place)
        if tag:
            yield Hit(tag, place, place + length)
        place += max(1, length)


def _match(
    own: dict[str, str],
    other: dict[str, str],
    forms: Callable[[str], tuple[str, ...]],
    words: Sequence[Word],
    place: int,
) -> tuple[int, str]:
    for length in range(min(_LONGEST_PHRASE, len(words) - place), 0, -1):
        phrase = "_".join(word.plain for word in words[place : place + length])
        for form in forms(phrase):
            if form in own:
                return length, own[form]
        if length > 1 or (len(phrase) > 3 and phrase not in lexicon.FALSE_FRIENDS):
            for form in _french_forms(phrase):
                if form in other and form not in lexicon.FALSE_FRIENDS:
                    return length, other[form]
    return 1, ""


def _french_forms(word: str) -> tuple[str, ...]:
    """Return a word and its singular."""
    return (word, word[:-1]) if len(word) > 3 and word[-1] in "sx" else (word,)


@functools.lru_cache(maxsize=4096)
def _english_forms(word: str) -> tuple[str, ...]:
    """Return a word and what it may be an inflection of."""
    forms = [word]
    if "_" in word or len(word) < 4:
        return tuple(forms)
    if word[-1] == "s":
        forms.append(word[:-1])
    for ending in ("es", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: -len(ending)]
            forms += [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])
    if word.endswith(("ies", "ied")):
        forms.append(word[:-3] + "y")
    return tuple(forms)


@functools.cache
def _index(table: str) -> tuple[dict[str, str], dict[str, str]]:
    english: dict[str, str] = {}
    french: dict[str, str] = {}
    # A line that begins with a space goes on with the row above it.
    for row in table.strip().replace("\n ", " ").splitlines():
        tag, _, listing = row.partition(":")
        left, _, right = listing.partition("|")
        for index, names in ((english, left), (french, right)):
            for name in names.split():
                index.setdefault(name.replace("'", "_"), tag.strip())
    return english, french
