"""What is said in a beat, as a line of dialogue: without `he said`, with the marks of speech."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nodes.storyboard.beats import Beat, Segment

_LOOSE_END = re.compile(r"[\s,;]+\Z")
_END = re.compile(r"[.!?…:。！？‽\"'’)\]]\Z")
_VERB_FIRST = re.compile(
    r"(?:is|are|was|were|am|has|have|had|does|do|did|will|would|shall|should|can|could|may|might|"
    r"must)\b"
)
"""A verb that a comma before `he said` has parted from its subject."""


def spoken_line(beat: Beat) -> str:
    """Return all that is said in a beat, as one text; empty when nothing is."""
    said = ""
    told = ""
    for segment in beat.segments:
        words = " ".join(segment.text.split())
        if not segment.spoken:
            told = words
        elif words:
            said = _joined(said, words, told)
            told = ""
    if told.startswith(",") and not beat.speaker and said[-1:].isalpha():
        said += ","  # French closes the quotation before the comma
    return _finished(said) if said else ""


def _joined(before: str, words: str, told: str) -> str:
    """Put a speech together again that was interrupted by who speaks."""
    if not before:
        return words
    if not before.endswith(","):
        return f"{before} {words}"
    if told.endswith((".", "!", "?", "…")) and words[0].isupper():
        return f"{before[:-1]}. {words}"
    if _VERB_FIRST.match(words):
        return f"{before[:-1]} {words}"
    return f"{before} {words}"


def _finished(said: str) -> str:
    """Begin a line with a capital; the comma before `he said` becomes a stop."""
    bare = _LOOSE_END.sub("", said)
    loose = bare != said and not _END.search(bare)
    return f"{bare[:1].upper()}{bare[1:]}{'.' * loose}"


def answers_at_once(beats: Sequence[Beat], index: int) -> bool:
    """Tell a quotation right after another one of the same paragraph: somebody else speaks."""
    beat = beats[index]
    if index == 0 or beat.continues or not _begins_with_speech(beat):
        return False
    before = beats[index - 1]
    return before.paragraph == beat.paragraph and before.is_speech


def _begins_with_speech(beat: Beat) -> bool:
    first: Sequence[Segment] = beat.segments[:1]
    return bool(first) and first[0].spoken
