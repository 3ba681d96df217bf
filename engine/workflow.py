"""The workflow file as pydantic models, and all that is wrong with one at once.

Unknown keys are refused, with the nearest known one named, except those that begin with `x-`: they
belong to other programs and are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from engine.errors import CheckError
from engine.problems import Problem, describe, json_path, nearest
from engine.references import INPUTS, NAME_PATTERN

MAX_MEMBERS = 20_000
"""Most members of `inputs`, `nodes`, `outputs`, `layout`, `groups` and `notes` each."""
MAX_PROBLEMS = 1000
"""Most problems that are listed for one file."""

EXTENSION_PREFIX = "x-"
"""Keys that begin with this belong to other programs."""


def _not_reserved(name: str) -> str:
    if name == INPUTS:
        raise PydanticCustomError(
            "reserved_name", "the name inputs is reserved for the workflow's own inputs"
        )
    return name


Name: TypeAlias = Annotated[str, Field(pattern=NAME_PATTERN)]
"""Name of a port, a field, a workflow input or an output."""
NodeId: TypeAlias = Annotated[Name, AfterValidator(_not_reserved)]
"""Name of a node."""


def _finish_schema(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Tell what the keys are for, and let no others in."""
    from engine._attribute_docs import attribute_docs

    known = schema["properties"]
    for name, text in attribute_docs(model).items():
        key = model.model_fields[name].alias or name
        known[key] = dict(sorted({**known[key], "description": text}.items()))
    schema["patternProperties"] = {f"^{EXTENSION_PREFIX}": {}}
    schema["additionalProperties"] = False


class _Model(BaseModel):
    # Unknown keys are let in here, as `_unknown_keys` reports them with a suggestion.
    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="allow",
        defer_build=True,
        json_schema_extra=_finish_schema,
    )


class InputSpec(_Model):
    """A value that whoever runs the workflow gives."""

    type: str = Field(default="text", min_length=1)
    """Type of the value: text, integer, number, boolean, choice, image, list[image], ..."""
    help: str = ""
    """What the value is for, shown to whoever runs the workflow."""
    default: Any = None
    """Value that is taken when none is given; an input without one must be given."""
    options: Annotated[list[str], FailFast()] = []
    """The allowed values of an input of type choice."""

    @property
    def required(self) -> bool:
        """Whether a value must be given; a default of null is a default."""
        return "default" not in self.model_fields_set


class NodeSpec(_Model):
    """One step of the workflow."""

    type: str = Field(min_length=1)
    """What the node does: the name of a node type, as listed by `reelgraph nodes`."""
    inputs: dict[str, Any] = {}
    """Parameters by name: literal values, references such as ${board.shots}, texts with both."""
    title: str = ""
    """Name to show instead of the id."""
    note: str = ""
    """Remark for the people who read the workflow."""
    disabled: bool = False
    """Leave the node out of runs, with everything that needs it."""
    version: int | None = Field(default=None, ge=1)
    """Version of the node type that the workflow was made for."""
    retry: int | None = Field(default=None, ge=0, le=10)
    """How often a failed task is tried again; by default as the run is set."""
    on_error: Literal["stop", "skip"] = "stop"
    """What a failed task does: stop what hangs on it, or leave its item out of the list."""
    cache: Literal["on", "never", "pinned"] = "on"
    """Whether results are reused: on, never, or pinned, which keeps them when space is freed."""
    over: Literal["zip", "product"] | None = None
    """How lists of different origin meet: item by item, or each with each."""
    collect: str | None = None
    """Name of the list to gather for a parameter that takes one; by default the innermost."""


Place: TypeAlias = Annotated[tuple[float, float], Field(strict=False)]
"""A place on the canvas: column and row, in cells."""


class GroupSpec(_Model):
    """Nodes that the canvas shows together; no part of any result."""

    title: str = ""
    """Name to show instead of the group's own."""
    nodes: Annotated[list[NodeId], FailFast()] = []
    """The nodes in it, by id; a node is in one group at most."""
    color: str = ""
    """Colour of the frame: a name of the editor's theme, or #rrggbb."""
    collapsed: bool = False
    """Show the group as one box."""


class NoteSpec(_Model):
    """A text on the canvas for the people who read the workflow."""

    text: str = ""
    """What it says."""
    at: Place = (0, 0)
    """Where its upper left corner is: column and row, in cells."""


class Workflow(_Model):
    """A workflow: a graph of nodes that hang together by references."""

    schema_: str = Field(default="", alias="$schema")
    """Address of the JSON Schema of this format, for editors."""
    reelgraph: Literal[1]
    """Version of the format of this file."""
    name: str = ""
    """Short name of the workflow."""
    description: str = ""
    """What the workflow makes."""
    inputs: dict[Name, InputSpec] = {}
    """Values that whoever runs the workflow gives, by name."""
    nodes: dict[NodeId, NodeSpec] = {}
    """The steps, by id."""
    outputs: dict[Name, str] = {}
    """What the workflow makes, by name: references to ports of nodes."""
    layout: dict[str, Place] = {}
    """Places on the canvas of nodes that a person put there: column and row, in cells."""
    groups: dict[Name, GroupSpec] = {}
    """Nodes that the canvas shows together, by the group's name."""
    notes: dict[Name, NoteSpec] = {}
    """Texts on the canvas, by the note's name."""


def build(
    data: Mapping[str, Any], *, name: str, line: Callable[[Sequence[str | int]], int]
) -> Workflow:
    """Return the model of a workflow file's data.

    Args:
        data: The file's data, in the current format.
        name: What to call the file in problems.
        line: Finds the line of a place in the data; called only for problems.

    Raises:
        CheckError: The data is not a workflow; holds every problem, up to `MAX_PROBLEMS`.
    """
    finds = list(islice(_oversized(data), MAX_PROBLEMS))
    if not finds:
        finds.extend(islice(_unknown_keys(data), MAX_PROBLEMS))
        try:
            workflow = Workflow.model_validate(data)
        except ValidationError as error:
            finds.extend(map(_translate, error.errors(include_url=False)))
        else:
            finds.extend(_wrong_choices(workflow))
            if not finds:
                return workflow
    problems = [
        Problem("error", file=name, path=json_path(path), line=line(path), **details)
        for path, details in finds[:MAX_PROBLEMS]
    ]
    problems.sort(key=lambda problem: problem.line or 0)
    if len(finds) > MAX_PROBLEMS:
        message = f"only {MAX_PROBLEMS:,} problems are listed; there are more"
        problems.append(Problem("error", "too-many-problems", message, file=name))
    raise CheckError(problems)


_Find: TypeAlias = tuple[tuple[str | int, ...], dict[str, str]]
"""A path, and the texts of the problem there."""


_SECTIONS = ("inputs", "nodes", "outputs", "layout", "groups", "notes")


def _oversized(data: Mapping[str, Any]) -> Iterator[_Find]:
    for section in _SECTIONS:
        members = data.get(section)
        if isinstance(members, dict) and len(members) > MAX_MEMBERS:
            message = f"there are {len(members):,} {section}; the limit is {MAX_MEMBERS:,}"
            yield (section,), {"code": "too-large", "message": message}


def _unknown_keys(data: Mapping[str, Any]) -> Iterator[_Find]:
    yield from _unknown_in((), data, Workflow)
    for section, model in _MEMBERS.items():
        members = data.get(section)
        for key, member in members.items() if isinstance(members, dict) else ():
            if isinstance(member, dict):
                yield from _unknown_in((section, key), member, model)


def _unknown_in(
    path: tuple[str, ...], member: Mapping[str, Any], model: type[_Model]
) -> Iterator[_Find]:
    known = _KEYS[model]
    for key in member:
        if key not in known and not key.startswith(EXTENSION_PREFIX):
            yield (
                (*path, key),
                {
                    "code": "unknown-field",
                    "message": f"a {_LABELS[model]} has no such field",
                    "suggestion": nearest(key, known),
                },
            )


_MEMBERS: dict[str, type[_Model]] = {
    "inputs": InputSpec,
    "nodes": NodeSpec,
    "groups": GroupSpec,
    "notes": NoteSpec,
}
_MODELS: tuple[type[_Model], ...] = (Workflow, *_MEMBERS.values())
_KEYS: dict[type[_Model], frozenset[str]] = {
    model: frozenset(field.alias or name for name, field in model.model_fields.items())
    for model in _MODELS
}
_LABELS: dict[type[_Model], str] = {
    Workflow: "workflow",
    InputSpec: "workflow input",
    NodeSpec: "node",
    GroupSpec: "group",
    NoteSpec: "note",
}


def _wrong_choices(workflow: Workflow) -> Iterator[_Find]:
    for name, spec in workflow.inputs.items():
        path = ("inputs", name)
        if spec.type == "choice" and not spec.options:
            yield (
                path,
                {
                    "code": "missing-field",
                    "message": "an input of type choice needs options",
                    "expected": "a list of allowed texts in options",
                },
            )
        elif spec.type != "choice" and spec.options:
            yield (
                (*path, "options"),
                {
                    "code": "bad-value",
                    "message": "only an input of type choice has options",
                    "found": f"type {spec.type}",
                },
            )


_EXPECTED = {
    "string_type": "text",
    "int_type": "an integer",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
    "list_type": "a list",
    "tuple_type": "a list of two numbers",
}


def _place_of(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the path of the place on the canvas that a path leads into; empty if into none."""
    if path[:1] == ("layout",):
        return path[:2]
    return path[:3] if path[:1] == ("notes",) and path[2:3] == ("at",) else ()


def _translate(error: ErrorDetails) -> _Find:
    """Put one finding of pydantic into this project's words."""
    kind, path, found = error["type"], error["loc"], error["input"]
    context = error.get("ctx", {})
    if path[2:] == ("[key]",):
        path = path[:2]
        message = "the name is not allowed"
        expected = "letters, digits, _ and -, no digit or - first, at most 64 characters"
        if kind == "reserved_name":
            message, expected = error["msg"], "another name"
        return path, {"code": "bad-name", "message": message, "expected": expected}
    if kind in ("missing", "too_long") and (place := _place_of(path)):
        path, kind = place, "tuple_type"
    if kind == "missing":
        return path, {"code": "missing-field", "message": f"the field {path[-1]} is missing"}
    if kind in _EXPECTED:
        details = {"code": "wrong-type", "message": "wrong type", "expected": _EXPECTED[kind]}
        return path, {**details, "found": describe(found)}
    details = {"code": "bad-value", "message": "value not allowed", "found": describe(found)}
    if kind == "literal_error":
        details["expected"] = str(context["expected"]).replace("'", "")
        if isinstance(found, str):
            details["suggestion"] = nearest(found, details["expected"].replace(",", " ").split())
    elif kind == "greater_than_equal":
        details["expected"] = f"at least {context['ge']}"
    elif kind == "less_than_equal":
        details["expected"] = f"at most {context['le']}"
    else:
        details["message"] = error["msg"]
    return path, details
