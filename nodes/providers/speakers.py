"""Who speaks which part of a text whose turns begin with a name: `Anna: Are you there?`"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any


def voices_in(given: Any, most: int) -> Mapping[str, str] | None:
    """Return the voices of speakers by their names; None if it is something else.

    Args:
        given: What an option holds.
        most: Of how many speakers.
    """
    if not isinstance(given, Mapping) or not 0 < len(given) <= most:
        return None
    is_right = all(isinstance(each, str) and each for pair in given.items() for each in pair)
    return given if is_right else None


def turns_of(text: str, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name of who speaks, and the words, in order.

    Args:
        text: The text.
        names: Has the names; what comes before the first of them is nobody's, with an empty name.
    """
    named = "|".join(map(re.escape, names))
    first, *rest = re.split(rf"^[ \t]*({named})[ \t]*:", text, flags=re.MULTILINE)
    for name, words in (("", first), *zip(rest[::2], rest[1::2], strict=True)):
        if words.strip():
            yield name, words.strip()
