"""As much of JSON Schema as providers' specifications use, stricter in one thing.

Fields that a schema does not name are refused: providers drop them without a word, or fail late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

Schema = Mapping[str, Any]
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def faults(
    value: Any, schema: Schema, where: str = "body", refs: Schema | None = None
) -> list[str]:
    """Return all that is wrong with a value.

    Args:
        value: JSON data.
        schema: What it should be.
        where: Its place, for the messages.
        refs: Schemas by their `$ref`.
    """
    return list(_faults(value, schema, where, refs or {}))


def _faults(value: Any, schema: Schema, where: str, refs: Schema) -> Iterator[str]:
    schema = refs.get(schema["$ref"], {}) if "$ref" in schema else schema
    kind = schema.get("type")
    if kind and (
        not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")
    ):
        yield f"{where}: {value!r} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str):
        yield from _text_faults(value, schema, where)
    elif isinstance(value, int | float):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            yield f"{where}: {value} is out of range"
    elif isinstance(value, list):
        yield from _sized(len(value), schema, where, "Items")
        for number, item in enumerate(value):
            yield from _faults(item, schema.get("items", {}), f"{where}.{number}", refs)
    elif isinstance(value, dict):
        yield from _object_faults(value, schema, where, refs)


def _text_faults(value: str, schema: Schema, where: str) -> Iterator[str]:
    yield from _sized(len(value), schema, where, "Length")
    if schema.get("format") == "uri" and urlsplit(value).scheme not in ("http", "https"):
        yield f"{where}: {value!r} is no address"
    if schema.get("format") == "uuid":
        try:
            UUID(value)
        except ValueError:
            yield f"{where}: {value!r} is no uuid"


def _sized(length: int, schema: Schema, where: str, unit: str) -> Iterator[str]:
    if not schema.get(f"min{unit}", 0) <= length <= schema.get(f"max{unit}", length):
        yield f"{where}: of length {length}"


def _object_faults(
    value: Mapping[str, Any], schema: Schema, where: str, refs: Schema
) -> Iterator[str]:
    properties = schema.get("properties")
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}.{name}: Field required"
    for name, item in value.items():
        if properties is None:
            continue
        if name not in properties:
            yield f"{where}.{name}: Extra inputs are not permitted"
        else:
            yield from _faults(item, properties[name], f"{where}.{name}", refs)
