"""The JSON Schema of workflow files, so that any editor completes and checks them.

What a file consists of comes from the pydantic models, what each node type takes from the registry.
The schema allows a little more than a check does: it does not follow references.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from engine.flatten import SUBWORKFLOW
from engine.nodetype import NodeType, Parameter
from engine.registry import Registry
from engine.types import KINDS, PortType, to_annotation
from engine.workflow import Workflow

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_REFERENCE: Final = {"$ref": "#/$defs/Reference"}
_TEXT_WITH_REFERENCES: Final = {"$ref": "#/$defs/TextWithReferences"}
_DEFINITIONS: Final[Schema] = {
    "Reference": {
        "title": "Reference",
        "description": "The value of a node's port or of a workflow input: ${node.port}",
        "type": "string",
        "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)+\}$",
    },
    "TextWithReferences": {
        "title": "Text with references",
        "description": "Text that values are put into: a frame of ${inputs.hero} at dawn",
        "type": "string",
        "pattern": r"\$\{",
    },
    "Path": {
        "title": "Path",
        "description": "A file, a folder (with a slash at its end) or a pattern, as shots/*.png",
        "type": "string",
        "minLength": 1,
    },
}


def workflow_schema(registry: Registry) -> Schema:
    """Return the JSON Schema (draft 2020-12) of workflow files.

    Args:
        registry: The node types that they may use.
    """
    schema = Workflow.model_json_schema(by_alias=True)
    definitions: Schema = {**schema.pop("$defs"), **copy.deepcopy(_DEFINITIONS)}
    definitions["InputSpec"]["properties"]["type"]["anyOf"] = _input_types()
    node = definitions["NodeSpec"]
    node["properties"]["type"]["enum"] = sorted({*registry.names(), SUBWORKFLOW})
    node["allOf"] = [
        *(_rule(node_type, definitions) for node_type in registry if node_type.name != SUBWORKFLOW),
        _when(SUBWORKFLOW, _subworkflow_inputs()),
    ]
    outputs = schema["properties"]["outputs"]["patternProperties"]
    outputs.update(dict.fromkeys(outputs, _REFERENCE))
    return {
        "$schema": DIALECT,
        **schema,
        "title": "reelgraph workflow",
        "$defs": dict(sorted(definitions.items())),
    }


def _input_types() -> list[Schema]:
    return [
        {"enum": [*KINDS, *(f"list[{kind}]" for kind in KINDS)]},
        {"type": "string", "pattern": r"^list\[.+\]$"},
    ]


def _when(type_name: str, inputs: Schema) -> Schema:
    required = {"required": ["inputs"]} if inputs.get("required") else {}
    return {
        "if": {"properties": {"type": {"const": type_name}}, "required": ["type"]},
        "then": {"properties": {"inputs": inputs}, **required},
    }


def _rule(node_type: NodeType, definitions: Schema) -> Schema:
    """Say what the inputs of one node type are, and name the type's help."""
    rule = _when(node_type.name, _inputs(node_type, definitions))
    if node_type.summary:
        rule["then"]["description"] = node_type.summary
    return rule


def _inputs(node_type: NodeType, definitions: Schema) -> Schema:
    parameters = node_type.parameters
    inputs: Schema = {
        "type": "object",
        "properties": {name: _parameter(p, definitions) for name, p in parameters.items()},
        "additionalProperties": (
            _parameter(node_type.extra, definitions) if node_type.extra else False
        ),
    }
    if required := [name for name, parameter in parameters.items() if parameter.required]:
        inputs["required"] = required
    return inputs


def _subworkflow_inputs() -> Schema:
    file = {"description": "The workflow file, from the folder of this one", "type": "string"}
    return {"type": "object", "properties": {"file": file}, "required": ["file"]}


def _parameter(parameter: Parameter, definitions: Schema) -> Schema:
    literal = _literal(parameter, definitions)
    port_type = parameter.type.required()
    forms: list[Schema] = [literal, _REFERENCE]
    if _takes_text(port_type):
        forms.append(_TEXT_WITH_REFERENCES)
    if port_type.is_list:
        forms[0] = _list_with_references(literal)
        forms.append(literal["items"])
    elif port_type.kind != "data":
        forms.append({"type": "array", "items": {"anyOf": list(forms)}, "title": "Takes"})
    schema: Schema = {"anyOf": forms}
    if parameter.description:
        schema["description"] = parameter.description
    if not parameter.required and parameter.default is not None:
        schema["default"] = parameter.default
    return schema


def _list_with_references(literal: Schema) -> Schema:
    items = [literal["items"], _REFERENCE, _TEXT_WITH_REFERENCES]
    limits = {name: limit for name, limit in literal.items() if name not in ("minItems", "default")}
    return {**limits, "items": {"anyOf": items}}


def _literal(parameter: Parameter, definitions: Schema) -> Schema:
    """Return the schema of the values that can be written out for a parameter."""
    port_type = parameter.type.required()
    if port_type.kind in ("variable", "data"):
        return {}
    if special := _special(port_type):
        return special
    schema = parameter.adapter.json_schema(ref_template="#/$defs/{model}")
    definitions.update(_open(schema.pop("$defs", {})))
    schema.pop("default", None)
    if parameter.type.optional:
        schema = _without_null(schema)
    schema.pop("description", None)
    return schema


def _special(port_type: PortType) -> Schema | None:
    """Return the schema of types that a file does not write as their values are."""
    if port_type.is_media:
        return {"$ref": "#/$defs/Path"}
    if port_type.is_list and port_type.item.kind in ("variable", "data"):
        return {"type": "array", "items": {}}
    if port_type.is_list and (item := _special(port_type.item)):
        return {"type": "array", "items": item}
    if port_type.kind == "union" and any(member.is_media for member in port_type.members):
        return {"anyOf": [_of_type(member) for member in port_type.members]}
    return None


def _of_type(port_type: PortType) -> Schema:
    return _special(port_type) or TypeAdapter(to_annotation(port_type)).json_schema()


def _without_null(schema: Schema) -> Schema:
    forms = [form for form in schema.get("anyOf", [schema]) if form != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if len(forms) == 1:
        return {**rest, **forms[0]} if "anyOf" in schema else schema
    return {**rest, "anyOf": forms}


def _open(models: Mapping[str, Any]) -> Schema:
    """Let every field of a structured value be a reference as well."""
    opened: Schema = {}
    for name, model in models.items():
        fields = {
            field: {"anyOf": [schema, _REFERENCE, _TEXT_WITH_REFERENCES]}
            for field, schema in model.get("properties", {}).items()
        }
        opened[name] = {**model, "properties": fields}
    return opened


def _takes_text(port_type: PortType) -> bool:
    members = port_type.members or (port_type,)
    return any(member.kind in ("text", "choice") for member in members)
