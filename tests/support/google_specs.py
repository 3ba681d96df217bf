"""Google's own specifications, made strict: a field that they do not name is a fault.

They leave room for what may come (`additionalProperties`, unknown enum values), in which a
misspelt field would hide.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from nodes.remote.adapter import Inline
from tests.support.spec_check import specification

_NEWER = {"thinkingLevel": {"type": "string"}}
"""Of Google's SDK, and of the other two specifications; this one is older."""


def plain(data: Any) -> Any:
    """Return a body as it is sent, with a few bytes in place of each file."""
    return json.loads(json.dumps(data, default=_as_text))


def _as_text(value: Any) -> str:
    assert isinstance(value, Inline)
    return f"{value.prefix}AAAA"


def content_faults(body: Any) -> list[str]:
    """Hold a body against `GenerateContentRequest` of the Gemini API."""
    return _faults("google_generativelanguage.json", "GenerateContentRequest", body)


def interaction_faults(body: Any) -> list[str]:
    """Hold a body against `CreateModelInteraction`."""
    return _faults("google_interactions.json", "CreateModelInteraction", body)


def upload_faults(body: Any) -> list[str]:
    """Hold a body against `CreateFileRequest`."""
    return _faults("google_generativelanguage.json", "CreateFileRequest", body)


def vertex_faults(name: str, body: Any) -> list[str]:
    """Hold a body against a request of the discovery document of Vertex AI."""
    return _faults("google_aiplatform.json", f"GoogleCloudAiplatformV1{name}", body)


def _faults(file: str, name: str, body: Any) -> list[str]:
    return [
        f"{error.json_path}: {error.message[:200]}"
        for error in _validator(file, name).iter_errors(plain(body))
    ]


@functools.cache
def _validator(file: str, name: str) -> Draft202012Validator:
    document = specification(file)
    schemas = copy.deepcopy(document.get("schemas") or document["components"]["schemas"])
    if "ThinkingConfig" in schemas and "properties" in schemas["ThinkingConfig"]:
        schemas["ThinkingConfig"]["properties"] |= _NEWER
    defs = {each: _strict(schema) for each, schema in schemas.items()}
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": defs})


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {name: _strict(value) for name, value in schema.items() if name not in _DROPPED}
    if isinstance(schema.get("required"), list):
        found["required"] = schema["required"]
    if isinstance(schema.get("$ref"), str):
        return {"$ref": f"#/$defs/{schema['$ref'].rpartition('/')[2]}"}
    if schema.get("type") == "any":
        return {}
    if "anyOf" in found:
        found["anyOf"] = _narrowed(found["anyOf"])
    if isinstance(schema.get("properties"), Mapping):
        found["properties"] = {n: _strict(p) for n, p in schema["properties"].items()}
        found["additionalProperties"] = False
    return found


_DROPPED = (
    "properties",
    "required",
    "description",
    "format",
    "title",
    "default",
    "enumDescriptions",
    "id",
)
"""Of no matter, or looked at apart: discovery documents write `required` as true or false."""


def _narrowed(choices: list[Any]) -> list[Any]:
    """Leave out of a choice what would take anything."""
    named = [each for each in choices if not _is_open(each)]
    has_values = any("enum" in each for each in named)
    return [each for each in named if not (has_values and each == {"type": "string"})]


def _is_open(schema: Mapping[str, Any]) -> bool:
    is_any_object = schema.get("type") == "object" and "properties" not in schema
    has_no_names = is_any_object and schema.get("additionalProperties") is True
    return has_no_names or "/Unknown" in str(schema.get("$ref", ""))
