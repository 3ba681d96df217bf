"""What something is called after the workflow has changed: it may have been renamed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any


def renames(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Return the new names of members that were renamed, as far as that can be told.

    The same content under another name tells it, and so does the only pair of one type: of a node
    that was renamed together with what it refers to, the content is another one too.

    Args:
        before: The members, as nodes or inputs, by name.
        after: The same at a later time.
    """
    gone = {name: spec for name, spec in before.items() if name not in after}
    new = {name: spec for name, spec in after.items() if name not in before}
    found = _pairs(gone, new, _content)
    rest = {name: spec for name, spec in gone.items() if name not in found}
    taken = set(found.values())
    return found | _pairs(rest, {k: v for k, v in new.items() if k not in taken}, _type)


def _pairs(
    gone: Mapping[str, Any], new: Mapping[str, Any], mark: Callable[[Any], str]
) -> dict[str, str]:
    """Pair what has a mark that nothing else on its side has."""
    old_marks, new_marks = ({k: mark(v) for k, v in side.items()} for side in (gone, new))
    old_counts, new_counts = Counter(old_marks.values()), Counter(new_marks.values())
    by_mark = {each: name for name, each in new_marks.items()}
    return {
        name: by_mark[each]
        for name, each in old_marks.items()
        if each and old_counts[each] == 1 and new_counts[each] == 1
    }


def _content(spec: Any) -> str:
    return json.dumps(spec)


def _type(spec: Any) -> str:
    return str(spec.get("type", "")) if isinstance(spec, Mapping) else ""
