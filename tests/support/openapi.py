"""OpenAPI documents made strict: a field that a schema does not name is a fault.

They leave room for what may come, in which a misspelt field would hide.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from nodes.remote.adapter import Inline, Part
from tests.support.spec_check import specification

_OF_NO_MATTER = frozenset(
    {"default", "deprecated", "description", "discriminator", "example", "examples", "title"}
)


def plain(data: Any) -> Any:
    """Return a body as it is sent, with a few bytes in place of each file."""
    return json.loads(json.dumps(data, default=_as_text))


def _as_text(value: Any) -> str:
    assert isinstance(value, Inline)
    return f"{value.prefix}AAAA"


def schema_faults(file: str, name: str, body: Any, newer: str = "{}") -> list[str]:
    """Hold a body against a schema of a specification.

    Args:
        file: The specification's file.
        name: The schema's name.
        body: The body.
        newer: Properties that newer sources name, as JSON text.
    """
    found = _validator(file, name, newer).iter_errors(plain(body))
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def request_faults(file: str, path: str, body: Any, newer: str = "{}") -> list[str]:
    """Hold a JSON body against an operation of a specification; arguments as `schema_faults`."""
    found = _operation(file, path, newer).iter_errors(plain(body))
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def form_faults(file: str, path: str, form: Sequence[Part]) -> list[str]:
    """Hold a form against an operation of a specification."""
    document = specification(file)
    schemas = document["components"]["schemas"]
    content = document["paths"][path]["post"]["requestBody"]["content"]["multipart/form-data"]
    known = _flat(content["schema"], schemas)["properties"]
    body: dict[str, Any] = {}
    twice = []
    for part in form:
        schema = known.get(part.name, {})
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        kind = schema.get("type")
        is_text = kind in ("string", "array", None) and "oneOf" not in schema
        value = part.value if isinstance(part.value, str) else FILE
        value = value if is_text else json.loads(value)
        if kind == "array":
            body.setdefault(part.name, []).append(value)
        elif part.name in body:
            twice.append(f"{part.name}: more than once")
        else:
            body[part.name] = value
    found = _validator_of(file, content["schema"], "{}").iter_errors(body)
    return [*twice, *(f"{error.json_path}: {error.message[:200]}" for error in found)]


def query_faults(file: str, path: str, method: str, query: Mapping[str, str]) -> list[str]:
    """Hold the query of a request against an operation of a specification."""
    document = specification(file)
    known = {p["name"]: p["schema"] for p in document["paths"][path][method]["parameters"]}
    wrong = [f"{path}?{name}: not known" for name in query if name not in known]
    for name in query.keys() & known.keys():
        allowed = known[name].get("enum")
        if allowed and query[name] not in allowed:
            wrong.append(f"{path}?{name}: {query[name]!r} is none of {allowed}")
    return wrong


@functools.cache
def _validator(file: str, name: str, newer: str) -> Draft202012Validator:
    return _validator_of(file, {"$ref": f"#/components/schemas/{name}"}, newer)


@functools.cache
def _operation(file: str, path: str, newer: str) -> Draft202012Validator:
    content = specification(file)["paths"][path]["post"]["requestBody"]["content"]
    return _validator_of(file, content["application/json"]["schema"], newer)


def _validator_of(file: str, schema: Mapping[str, Any], newer: str) -> Draft202012Validator:
    document = specification(file)
    # Types that are taken from a provider's own SDK stand at the top.
    schemas = document.get("types") or document["components"].get("schemas", {})
    defs = {each: _strict(schema) for each, schema in schemas.items()}
    wanted = _flat(schema, schemas)
    wanted["properties"] = {**wanted["properties"], **json.loads(newer)}
    return Draft202012Validator({**_strict(wanted), "$defs": defs})


def _flat(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of an object with all that it is made of in one."""
    found: dict[str, Any] = {"type": "object", "properties": {}, "required": []}

    def add(schema: Mapping[str, Any]) -> None:
        if "$ref" in schema:
            add(schemas[schema["$ref"].rpartition("/")[2]])
        for part in schema.get("allOf", ()):
            add(part)
        found["properties"].update(schema.get("properties", {}))
        found["required"] += schema.get("required", [])

    add(schema)
    return found


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": f"#/$defs/{schema['$ref'].rpartition('/')[2]}"}
    if schema.get("format") == "binary":
        # In a form a file stands there.
        return {"const": FILE}
    found = {
        name: _strict(value)
        for name, value in schema.items()
        if name not in _OF_NO_MATTER and name not in ("properties", "required")
    }
    if isinstance(schema.get("required"), list):
        found["required"] = schema["required"]
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        found["properties"] = {name: _strict(each) for name, each in properties.items()}
        if "additionalProperties" not in schema:
            found["additionalProperties"] = False
    return found


FILE = "\x00a file"
"""What stands for a file in a form."""
