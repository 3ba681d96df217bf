"""Problems: what is wrong in a workflow file, where, and what was probably meant."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal, TypeAlias

from engine._json import quote
from engine.references import is_name

Severity: TypeAlias = Literal["error", "warning"]

_MAX_CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a workflow file."""

    severity: Severity
    """`error` keeps the workflow from running; `warning` does not."""
    code: str
    """Stable name of the kind of problem, as `unknown-type`."""
    message: str
    """What is wrong, without the place and without what was expected and found."""
    file: str = ""
    path: str = ""
    """Where in the file, as `nodes.frame.inputs.prompt`."""
    line: int | None = None
    """Line in the file, from 1."""
    expected: str = ""
    found: str = ""
    suggestion: str = ""
    """The nearest allowed name; empty when none is near."""

    def __str__(self) -> str:
        file = f"{self.file}:{self.line}" if self.line else self.file
        place = [part for part in (file, self.path) if part]
        text = f"warning: {self.message}" if self.severity == "warning" else self.message
        details = [
            f"{label} {detail}"
            for label, detail in (("expected", self.expected), ("found", self.found))
            if detail
        ]
        if details:
            text += f": {', '.join(details)}"
        if self.suggestion:
            text += f" (did you mean {self.suggestion}?)"
        return ": ".join([*place, text])

    def to_json(self) -> dict[str, Any]:
        """Return the problem as JSON data."""
        return asdict(self)


def json_path(path: Sequence[str | int]) -> str:
    """Return a place in JSON data as text: `nodes.frame.inputs.seed[2]`."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += f"{'.' if text else ''}{key if is_name(key) else quote(key)}"
    return text


def describe(value: Any) -> str:
    """Return a short description of JSON data for a message, safe to print on a terminal."""
    if isinstance(value, str):
        return f"text {quote(value)}" if value else "empty text"
    if isinstance(value, dict):
        return f"an object of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return json.dumps(value)


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return the allowed name most like the given one, or an empty string when none is near.

    Only names of a similar length are compared, and a limited number of them, so that it takes
    milliseconds at most among ten thousand names.
    """
    if not name or len(name) > 64:
        return ""
    folded = _fold(name)
    similar = [other for other in allowed if abs(len(other) - len(name)) <= 2 + len(name) // 3]
    for other in similar:
        if _fold(other) == folded:
            return other
    if len(similar) > _MAX_CANDIDATES:
        similar = [other for other in similar if other[:2] == name[:2] or other[-3:] == name[-3:]]
    candidates = list(islice(similar, _MAX_CANDIDATES))
    return next(iter(difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)), "")


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
