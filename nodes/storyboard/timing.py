"""How long a shot stays on the screen."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from nodes.storyboard.limits import SHORTEST
from nodes.storyboard.reading import Moment
from nodes.storyboard.sentences import count_words

LONGEST = 10.0
_FRAMES = 24
"""Frames a second."""
_BREATH = 0.5
_TO_SEE = 1.5
_A_WORD_OF_ACTION = 0.2
_TO_ARRIVE = 1.0
"""More seconds for a place that is seen for the first time."""


def natural_seconds(moments: Sequence[Moment], words_per_minute: float) -> float:
    """Return the length that a shot asks for: its speech read aloud, its action looked at.

    Rounded to half a second, between 1.5 and 10.
    """
    spoken = sum(count_words(moment.beat.spoken) for moment in moments)
    told = sum(count_words(moment.beat.told) for moment in moments)
    speech = spoken * 60 / words_per_minute + _BREATH if spoken else 0.0
    action = _TO_SEE + told * _A_WORD_OF_ACTION if told or not spoken else 0.0
    if moments[0].beat.heading is not None:
        action += _TO_ARRIVE
    wanted = speech + action if spoken and told else max(speech, action)
    return min(LONGEST, max(SHORTEST, math.floor(wanted * 2 + 0.5) / 2))


def fit_seconds(natural: Sequence[float], target: float) -> list[float]:
    """Stretch or squeeze lengths so that their sum is the target, to half a frame.

    Lengths are whole frames of a film, 24 a second, so that no length is lost where shots are cut
    together. Every shot keeps a second where the target allows it; the rest is shared by natural
    length.
    """
    frames = round(target * _FRAMES)
    floor = min(_FRAMES, frames // len(natural))
    rest = frames - floor * len(natural)
    total = sum(natural)
    ends, elapsed = [0], 0.0
    for seconds in natural:
        elapsed += seconds
        ends.append(round(rest * elapsed / total))
    return [(floor + end - start) / _FRAMES for start, end in itertools.pairwise(ends)]
