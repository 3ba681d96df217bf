"""When each word is heard, from the times of single letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nodes.providers.elevenlabs.bodies import TAGGED

_LISTS = ("characters", "character_start_times_seconds", "character_end_times_seconds")
_ENDS = frozenset("。！？、，")
"""Marks after which a word ends without a space."""


def timing_in(document: Mapping[str, Any], wants: str) -> list[dict[str, Any]]:
    """Return words with their times, in seconds; empty where an answer does not tell them."""
    alignment = document.get("alignment")
    lists = [alignment.get(n) for n in _LISTS] if isinstance(alignment, Mapping) else []
    if not lists or not all(isinstance(each, list) for each in lists):
        return []
    letters = list(zip(*lists, strict=False))
    if not all(isinstance(letter, str) for letter, _, _ in letters):
        return []
    return list(_words(letters, _turns(document), is_tagged=wants == TAGGED))


def _turns(document: Mapping[str, Any]) -> set[Any]:
    """Return at which letters another turn of a dialogue begins."""
    found = document.get("voice_segments")
    segments = found if isinstance(found, list) else []
    numbers = (s.get("character_start_index") for s in segments if isinstance(s, Mapping))
    return {number for number in numbers if isinstance(number, int)}


def _words(
    letters: list[tuple[str, Any, Any]], turns: set[Any], *, is_tagged: bool
) -> Iterator[dict[str, Any]]:
    word: dict[str, Any] = {}
    in_tag = False
    for number, (letter, start, end) in enumerate(letters):
        in_tag = in_tag or (is_tagged and letter == "[")
        is_heard = bool(letter.strip()) and not in_tag
        if word and (not is_heard or number in turns or word["text"][-1] in _ENDS):
            yield word
            word = {}
        if is_heard:
            word = {"start": start, **word, "text": word.get("text", "") + letter, "end": end}
        in_tag = in_tag and letter != "]"
    if word:
        yield word
