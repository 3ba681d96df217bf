"""What an endpoint takes, read from the schema that its provider keeps of it.

Only what a schema says without doubt is held against an input: anything that is not understood
passes, as the provider looks at it itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine import Media
from engine.problems import nearest

_DEPTH = 12
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str, Media),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (Mapping,),
}
_LIMITS: tuple[tuple[str, str, Callable[[float, float], bool]], ...] = (
    ("minimum", "at least", operator.lt),
    ("maximum", "at most", operator.gt),
    ("exclusiveMinimum", "more than", operator.le),
    ("exclusiveMaximum", "less than", operator.ge),
)


def complaints(inputs: Mapping[str, Any], schema: Any, document: Any = None) -> Iterator[str]:
    """Yield what a schema does not take among inputs.

    Args:
        inputs: Values by name; media stand for their addresses.
        schema: What an object of inputs is to be.
        document: What references within the schema point into.
    """
    if isinstance(schema, Mapping):
        yield from _Checker(document).check(inputs, schema, "", 0)


class _Checker:
    def __init__(self, document: Any) -> None:
        self._document = document

    def check(self, value: Any, schema: Any, place: str, depth: int) -> Iterator[str]:
        schema = self._resolved(schema)
        if not isinstance(schema, Mapping) or depth > _DEPTH:
            return
        if value is None and schema.get("nullable") is True:
            return
        for several in (schema.get("anyOf"), schema.get("oneOf")):
            if isinstance(several, list) and several:
                yield from self._any(value, several, place, depth)
                return
        if not _is_of(value, schema.get("type")):
            yield _said(place, f"takes {_article(schema['type'])}, not {value!r:.60}")
            return
        yield from _limits(value, schema, place)
        if isinstance(value, Mapping):
            yield from self._fields(value, schema, place, depth)
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value, 1):
                yield from self.check(item, schema.get("items"), f"{place}[{number}]", depth + 1)

    def _any(self, value: Any, several: list[Any], place: str, depth: int) -> Iterator[str]:
        """Complain if none of several schemas fits; what the nearest of them says."""
        found = [list(self.check(value, each, place, depth + 1)) for each in several]
        if all(found):
            yield from min(found, key=len)

    def _fields(
        self, value: Mapping[str, Any], schema: Mapping[str, Any], place: str, depth: int
    ) -> Iterator[str]:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping):
            return
        prefix = f"{place}." if place else ""
        for name in schema.get("required") or ():
            if name not in value:
                yield _said(f"{prefix}{name}", "is missing")
        for name, item in value.items():
            if name in properties:
                yield from self.check(item, properties[name], f"{prefix}{name}", depth + 1)
            elif schema.get("additionalProperties") in (None, False):
                near = nearest(str(name), [str(each) for each in properties])
                hint = f" (did you mean {near}?)" if near else ""
                yield _said(f"{prefix}{name}", f"is not known{hint}")

    def _resolved(self, schema: Any) -> Any:
        for _ in range(_DEPTH):
            if not isinstance(schema, Mapping) or not isinstance(schema.get("$ref"), str):
                break
            schema = self._walk(tuple(schema["$ref"].removeprefix("#/").split("/")))
        only = schema.get("allOf") if isinstance(schema, Mapping) else None
        return self._resolved(only[0]) if isinstance(only, list) and len(only) == 1 else schema

    def _walk(self, steps: tuple[str, ...]) -> Any:
        found = self._document
        for step in steps:
            found = found.get(step) if isinstance(found, Mapping) else None
        return found


def _is_of(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, str) or wanted not in _TYPES:
        return wanted != "null" or value is None
    if isinstance(value, bool):
        return wanted == "boolean"
    if wanted == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[wanted])


def _limits(value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    allowed = schema.get("enum")
    if isinstance(allowed, list) and value not in allowed:
        near = nearest(str(value), [str(each) for each in allowed])
        hint = f" (did you mean {near}?)" if near else ""
        shown = ", ".join(str(each) for each in allowed[:20])
        yield _said(place, f"takes {shown}, not {value!r:.60}{hint}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        for name, words, is_beyond in _LIMITS:
            limit = schema.get(name)
            if isinstance(limit, int | float) and is_beyond(value, limit):
                yield _said(place, f"is {words} {limit:g}, not {value:g}")
    elif isinstance(value, str | list | tuple):
        name = "maxLength" if isinstance(value, str) else "maxItems"
        most = schema.get(name)
        if isinstance(most, int) and len(value) > most:
            yield _said(place, f"has at most {most} of what it has {len(value)}")


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _said(place: str, words: str) -> str:
    return f"{place or 'the input'} {words}"
