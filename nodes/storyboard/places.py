"""Where and when: places and times of day in sentences and in scene headings."""

from __future__ import annotations

import re

from nodes.storyboard.cast import Cast, Token, tokenize
from nodes.storyboard.lexicon import Lexicon
from nodes.storyboard.passages import Passage

_REACH = 5
"""Words between a preposition and its noun, at most."""
_CONTINUED = re.compile(
    r"^(?:later|continuous|continued|same|same time|moments? later|plus tard|continu|suite|"
    r"même moment|un instant plus tard)\b",
    re.IGNORECASE,
)
_HEADING_TIMES = {"day": "day", "jour": "day", "days": "day"}


def place_in(tokens: list[Token], cast: Cast, lexicon: Lexicon) -> str:
    """Return the first place that a sentence is set in, without its article; or nothing."""
    for index, token in enumerate(tokens):
        if token.word in lexicon.places:
            start = _phrase_start(tokens, index, lexicon)
        elif index and _is_named_place(tokens, index, cast, lexicon):
            start = index
        else:
            continue
        if start is not None:
            return " ".join(word.shown for word in tokens[start : index + 1])
    return ""


def _phrase_start(tokens: list[Token], index: int, lexicon: Lexicon) -> int | None:
    """Return where the noun phrase begins that ends at `index`, if a preposition leads to it."""
    for back in range(index - 1, max(-1, index - 1 - _REACH), -1):
        word = tokens[back].word
        if word in lexicon.place_prepositions or word in lexicon.arriving:
            start = back + 1
            while start < index and tokens[start].word in lexicon.articles | lexicon.possessors:
                start += 1
            return start
        passes = word in lexicon.articles or word in lexicon.possessors
        if not passes and (word in lexicon.function_words or word in lexicon.beings):
            return None
    return None


def _is_named_place(tokens: list[Token], index: int, cast: Cast, lexicon: Lexicon) -> bool:
    token = tokens[index]
    return (
        token.shown[0].isupper()
        and not token.opens
        and token.word not in cast.names
        and token.word not in lexicon.function_words
        and token.word not in lexicon.titles
        and tokens[index - 1].word in lexicon.place_prepositions
    )


def time_in(tokens: list[Token], lexicon: Lexicon) -> str:
    """Return the time of day that a sentence names, as an English label; or nothing."""
    times = lexicon.times
    found = next((times[token.word] for token in tokens if token.word in times), "")
    if lexicon.time_phrases and tokens:
        words = " ".join(f"{token.elided} {token.word}".strip() for token in tokens)
        for phrase, label in lexicon.time_phrases.items():
            if phrase in words:
                return label
    return found


def heading_place(heading: Passage, lexicon: Lexicon) -> str:
    """Return the place of a scene heading, in sentence case."""
    if heading.location:
        return _sentence_case(heading.location)
    words = {token.word for token in tokenize(heading.text)}
    return "" if words.isdisjoint(lexicon.places) else _sentence_case(heading.text)


def heading_time(heading: Passage, lexicon: Lexicon) -> str:
    """Return the time of day of a scene heading; `CONTINUOUS` and the like say none."""
    tokens = tokenize(heading.time or heading.text)
    if label := time_in(tokens, lexicon):
        return label
    if heading.time:
        day = next((_HEADING_TIMES[t.word] for t in tokens if t.word in _HEADING_TIMES), "")
        return day or ("" if _CONTINUED.match(heading.time) else heading.time.lower())
    return ""


def _sentence_case(text: str) -> str:
    return text[:1] + text[1:].lower() if text.isupper() else text
