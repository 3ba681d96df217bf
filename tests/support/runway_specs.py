"""Runway's own types and specification: what a body has to be, made strict."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.openapi import plain
from tests.support.spec_check import specification

_NEWER = frozenset(
    {"background", "duration", "mode", "outputFormat", "quality", "ratio", "resolution"}
)
"""Fields for which the SDK, which is newer, has more values than the specification."""


def faults(operation: str, body: Any) -> list[str]:
    """Hold a body against the SDK's types, and against the specification where it has the model."""
    sent = plain(body)
    found = []
    for validator in (_of_sdk(operation, sent["model"]), _of_openapi(operation, sent["model"])):
        if validator is not None:
            errors = validator.iter_errors(sent)
            found += [f"{error.json_path}: {error.message[:200]}" for error in errors]
    return found


def in_specification(operation: str, model: str) -> bool:
    """Tell whether the specification has a model."""
    return _of_openapi(operation, model) is not None


@cache
def _of_sdk(operation: str, model: str) -> Draft202012Validator:
    types = specification("runway.fields.json")["types"]
    schema = _sdk_type(types, operation, model)
    defs = {group: {n: _strict(t) for n, t in named.items()} for group, named in types.items()}
    return Draft202012Validator({**_strict(schema), "types": defs})


def _sdk_type(types: Any, operation: str, model: str) -> Mapping[str, Any]:
    group = types[f"{operation}.request"]
    found: Mapping[str, Any] = next(t for t in group.values() if _names(t, model))
    return found


def _names(schema: Mapping[str, Any], model: str) -> bool:
    named = schema.get("properties", {}).get("model", {})
    return bool(named.get("enum") == [model] or named.get("const") == model)


@cache
def _of_openapi(operation: str, model: str) -> Draft202012Validator | None:
    path = specification("runway.json")["paths"].get(f"/v1/{operation}")
    if path is None:
        return None
    content = path["post"]["requestBody"]["content"]["application/json"]["schema"]
    variants = [v for v in content.get("oneOf", []) if _names(v, model)]
    if not variants:
        return None
    strict = _strict(variants[0])
    strict["properties"] |= {n: {} for n in _NEWER & strict["properties"].keys()}
    newer = _sdk_type(specification("runway.fields.json")["types"], operation, model)
    strict["properties"] |= {n: {} for n in newer["properties"].keys() - strict["properties"]}
    return Draft202012Validator(strict)


def _strict(schema: Any) -> Any:
    """Return a schema in which a field that it does not name is a fault."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {
        name: _strict(value)
        for name, value in schema.items()
        if name not in ("pattern", "format", "discriminator", "$schema", "properties")
    }
    if "properties" in schema:
        found["properties"] = {n: _strict(each) for n, each in schema["properties"].items()}
        found.setdefault("additionalProperties", False)
    return found
