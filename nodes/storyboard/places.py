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
            if start is None and _sets_the_scene(tokens, index, lexicon):
                start = _subject_start(tokens, index, lexicon)
        elif index and _is_named_place(tokens, index, cast, lexicon):
            start = index
        else:
            continue
        if start is not None:
            end = _phrase_end(tokens, index, lexicon)
            words = (f"{word.elided}'{word.shown}".strip("'") for word in tokens[start + 1 : end])
            return " ".join((tokens[start].shown, *words))
    return ""


def _phrase_start(tokens: list[Token], index: int, lexicon: Lexicon) -> int | None:
    """Return where the noun phrase begins that ends at `index`, if a preposition leads to it."""
    for back in range(index - 1, max(-1, index - 1 - _REACH), -1):
        word = tokens[back].word
        if tokens[back + 1].leads or word in lexicon.times:
            return None
        if word in lexicon.place_prepositions or word in lexicon.arriving:
            start = back + 1
            while start < index and tokens[start].word in lexicon.articles | lexicon.possessors:
                start += 1
            return start
        passes = word in lexicon.articles or word in lexicon.possessors
        if not passes and (word in lexicon.function_words or word in lexicon.beings):
            return None
    return None


def _phrase_end(tokens: list[Token], index: int, lexicon: Lexicon) -> int:
    """Return where a place ends, which can be of several nouns: `sea wall`."""
    end = index + 1
    while end < len(tokens) and tokens[end].word in lexicon.places and not tokens[end].leads:
        end += 1
    return end


def _sets_the_scene(tokens: list[Token], index: int, lexicon: Lexicon) -> bool:
    """Tell whether a place can be where a sentence is set when it is its subject."""
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    fixed = tokens[index].word not in lexicon.vehicles | lexicon.fixtures
    return fixed and bool(following) and following not in lexicon.beings


def _subject_start(tokens: list[Token], index: int, lexicon: Lexicon) -> int | None:
    """Return where a place begins that opens a clause: `[The] station was`, `[un] vieux phare`."""
    if tokens[index].elided in lexicon.articles:
        return index if index == 0 or tokens[index].leads else None
    for back in range(index - 1, max(-1, index - 3), -1):
        if tokens[back].word in lexicon.articles:
            return back + 1 if back == 0 or tokens[back].leads else None
        if tokens[back].word in lexicon.function_words or tokens[back + 1].leads:
            return None
    return None


def holds(place: str, lexicon: Lexicon) -> bool:
    """Tell whether a place is one where the next moments can be too: a door is not."""
    return not {token.word for token in tokenize(place)} & lexicon.fixtures


def moves_on(tokens: list[Token], lexicon: Lexicon) -> bool:
    """Tell whether a sentence goes to a place or a time that the lexicon does not know."""
    words = {token.word for token in tokens}
    if words & lexicon.leaps and words & lexicon.periods:
        return True
    for verb, article, noun in zip(tokens, tokens[1:], tokens[2:], strict=False):
        goes = verb.word in lexicon.arriving and article.word in _DEFINITE
        if goes and noun.word not in lexicon.beings | lexicon.scenery | lexicon.trinkets:
            return noun.shown.islower()
    return False


_DEFINITE = frozenset(("the", "le", "la", "les"))


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
