"""Binding one parameter: a literal, a reference or a mixture, against the parameter's type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from engine._axes import ragged_below
from engine._flat import Expression, Place, RawNode, Unwired, references_in
from engine.errors import FileAccessError, TaskError
from engine.graph import Binding, Const, DictOf, ListOf, Takes, Text, Unset, Wire
from engine.nodetype import Parameter
from engine.problems import nearest
from engine.references import Reference, Template
from engine.types import (
    MEDIA_KINDS,
    TEXT,
    PortType,
    build_values,
    fields_of,
    fits,
    to_annotation,
)

if TYPE_CHECKING:
    from engine.bind import Binder

_DATA = PortType("data")
_IN_TEXT = frozenset({"text", "integer", "number", "boolean", "choice"})


class ParameterBinder:
    """Binds expressions to one parameter of one node; `bind` returns None where it reported."""

    def __init__(
        self,
        binder: Binder,
        raw: RawNode,
        parameter: Parameter,
        name: str,
        variables: dict[str, PortType],
    ) -> None:
        self._binder = binder
        self._raw = raw
        self._parameter = parameter
        self._name = name
        self._variables = variables

    @property
    def _place(self) -> Place:
        return self._raw.place if self._raw.is_input else self._raw.place / "inputs" / self._name

    def bind(self, expression: Expression) -> Binding | None:
        """Bind the expression that the workflow gives for the parameter."""
        wanted = self._parameter.type
        if isinstance(expression, Unwired):
            return self._unset(wanted)
        if isinstance(expression, list) and not _takes_lists(wanted):
            return self._takes(expression)
        return self._one(expression, wanted, self._place)

    def _unset(self, wanted: PortType) -> Binding | None:
        if not self._raw.is_input:
            return None
        # What a subworkflow lacks is reported at the node that stands for it.
        if not self._binder.partial and not self._raw.scope:
            name = self._raw.id.rpartition("inputs.")[2]
            self._report(
                "missing-value",
                f"the input {name!r} has no value; give it with --set {name}=...",
                expected=str(wanted),
            )
        return Unset(wanted)

    # -- kinds of expressions ------------------------------------------------------------------

    def _one(self, expression: Expression, wanted: PortType, place: Place) -> Binding | None:
        if isinstance(expression, Reference):
            return self._reference(expression, wanted, place)
        if isinstance(expression, Template):
            return self._text(expression, wanted, place)
        if isinstance(expression, str) and (kinds := _media_kinds(wanted)):
            return self._path(expression, wanted, kinds, place)
        if isinstance(expression, list) and wanted.kind in ("list", "data"):
            return self._list(expression, wanted, place)
        if isinstance(expression, dict) and any(True for _ in references_in(expression)):
            return self._dict(expression, wanted, place)
        return self._literal(expression, wanted, place)

    def _reference(self, reference: Reference, wanted: PortType, place: Place) -> Binding | None:
        wire = self._binder.wire(reference, self._raw.expression_scope, place)
        if wire is None:
            return None
        item = wanted.required().item if wanted.required().is_list else wanted
        if not fits(wire.type, item, self._variables):
            self._mismatch(wire.type, wanted, place)
            return None
        return self._collect(wire, place) if wanted.required().is_list else wire

    def _collect(self, wire: Wire, place: Place) -> Binding | None:
        axes = self._binder.axes
        scope = self._raw.expression_scope
        own = [axis for axis in wire.axes if axes[axis].scope.startswith(scope)]
        if not own:
            return replace(wire, single=True)
        named = f"{scope}{self._raw.spec.collect}" if self._raw.spec.collect else ""
        collect = named if named in own else own[-1]
        if inner := ragged_below(collect, wire.axes, axes):
            self._report(
                "axis-conflict",
                f"{collect} cannot be collected before {inner}, whose lengths depend on it",
                place,
                expected=inner,
                found=collect,
            )
            return None
        return replace(wire, collect=collect)

    def _text(self, template: Template, wanted: PortType, place: Place) -> Binding | None:
        if _media_kinds(wanted):
            self._report(
                "bad-literal",
                "a path cannot be put together from values",
                place,
                expected=str(wanted),
            )
            return None
        item = wanted.required().item if wanted.required().is_list else wanted
        if not fits(TEXT, item, self._variables):
            self._mismatch(TEXT, wanted, place)
            return None
        parts: list[str | Wire] = []
        for part in template.parts:
            if isinstance(part, str):
                parts.append(part)
            elif (wire := self._text_part(part, place)) is not None:
                parts.append(wire)
        text = Text(tuple(parts))
        return ListOf((text,)) if wanted.required().is_list else text

    def _text_part(self, reference: Reference, place: Place) -> Wire | None:
        scope = self._raw.expression_scope
        wire = self._binder.wire(reference, scope, place, in_text=True)
        if wire is None:
            return None
        inner = wire.type.required()
        inner = inner.item if inner.is_list else inner
        if inner.kind not in _IN_TEXT and inner.kind != "data":
            self._report(
                "type-mismatch",
                f"a {inner} cannot be put into text",
                place,
                expected="text, a number or a field of the value",
                found=str(wire.type),
            )
            return None
        return wire

    def _list(self, items: list[Expression], wanted: PortType, place: Place) -> Binding | None:
        plain = not any(True for _ in references_in(items))
        item_type = wanted.item if wanted.is_list else wanted
        media = _media_kinds(item_type)
        if plain and not media:
            return self._literal(items, wanted, place)
        # Bound as if each were given to the list itself, so that a wire with an axis is spliced in.
        bound = [
            self._list_item(item, wanted, item_type, place / i) for i, item in enumerate(items)
        ]
        good = tuple(binding for binding in bound if binding is not None)
        if wanted.is_list:
            good = tuple(map(_in_list, good))
        if plain and all(isinstance(binding, Const) for binding in good):
            values = [binding.value for binding in good if isinstance(binding, Const)]
            return Const([v for value in values for v in ([value], value)[isinstance(value, list)]])
        return ListOf(good)

    def _list_item(
        self, item: Expression, wanted: PortType, item_type: PortType, place: Place
    ) -> Binding | None:
        if isinstance(item, Reference):
            return self._reference(item, wanted, place)
        if isinstance(item, str) and (kinds := _media_kinds(item_type)):
            return self._path(item, item_type, kinds, place, spliced=True)
        return self._one(item, item_type, place)

    def _dict(
        self, fields: dict[str, Expression], wanted: PortType, place: Place
    ) -> Binding | None:
        known = fields_of(wanted.required())
        if not known and wanted.kind not in ("data", "variable"):
            self._report("bad-literal", "an object is not wanted here", place, expected=str(wanted))
            return None
        bound = []
        for key, item in fields.items():
            if known and key not in known:
                self._unknown_field(wanted, key, place / key)
                continue
            bound.append((key, self._one(item, known.get(key, _DATA), place / key)))
        return DictOf(tuple((key, binding) for key, binding in bound if binding is not None))

    def _takes(self, items: list[Expression]) -> Binding | None:
        wanted = self._parameter.type
        bound = [self._one(item, wanted, self._place / i) for i, item in enumerate(items)]
        if any(binding is None for binding in bound):
            return None
        return Takes(self._takes_axis(), tuple(_flat(bound)))

    def _takes_axis(self) -> str:
        """Return the axis of takes: `frame.seed`, also where `frame` is a subworkflow."""
        if not self._raw.is_input:
            return f"{self._raw.id}.{self._name}"
        return self._raw.id.replace("/inputs.", ".")

    def _literal(self, value: Any, wanted: PortType, place: Place) -> Binding | None:
        own = self._parameter.type
        item_of_list = own.is_list and wanted == own.item
        if _claims_media(value, wanted):
            self._report(
                "bad-literal",
                "media are named by their path",
                place,
                expected=str(wanted),
                found=_shorten(value),
            )
            return None
        if wanted.required().is_list and isinstance(value, str | int | float):
            # One value where a list is wanted is a list of one, as it is for a wire.
            value = [value]
        try:
            value = build_values(value, wanted)
            checked = self._validate(value, wanted, item_of_list=item_of_list)
        except ValidationError as error:
            details = error.errors(include_url=False)
            if item_of_list:
                # How many items a list must have is seen when all of them are there.
                details = [detail for detail in details if detail["loc"]]
            for detail in details:
                self._report(
                    "bad-literal",
                    detail["msg"],
                    _into(place, detail["loc"], skip=item_of_list),
                    expected=str(wanted),
                    found=_shorten(value),
                )
            if details:
                return None
            checked = value
        if wanted.is_open:
            self._learn(checked, wanted)
        return Const(checked)

    def _learn(self, value: Any, wanted: PortType) -> None:
        """Let a literal decide what a type variable stands for."""
        if wanted.kind == "variable":
            fits(_type_of(value), wanted, self._variables)
        elif wanted.is_list and wanted.item.kind == "variable" and value:
            kinds = {_type_of(item) for item in value}
            if kinds == {PortType("integer"), PortType("number")}:
                kinds = {PortType("number")}
            fits(kinds.pop() if len(kinds) == 1 else _DATA, wanted.item, self._variables)

    def _validate(self, value: Any, wanted: PortType, *, item_of_list: bool) -> Any:
        if item_of_list:
            return self._parameter.validate([value])[0]
        if wanted == self._parameter.type:
            return self._parameter.validate(value)
        return _adapter(wanted).validate_python(value, strict=True)

    def _path(
        self,
        text: str,
        wanted: PortType,
        kinds: Sequence[str],
        place: Place,
        *,
        spliced: bool = False,
    ) -> Binding | None:
        base = self._base(place)
        in_list = spliced or wanted.required().is_list
        many = wanted.required().is_list or self._binder.files.names_many(text, base)
        try:
            if not many:
                return Const(self._binder.files.media(text, kinds, base))
            found = self._binder.files.matching(text, kinds, base)
        except (FileAccessError, TaskError) as error:
            self._report("bad-file", str(error), place, expected=str(wanted), found=text)
            return None
        if found.left_out:
            self._report("left-out-files", found.complaint(text), place, severity="warning")
        if in_list:
            return Const(found.media)
        return Takes(self._takes_axis(), tuple(Const(media) for media in found.media))

    def _base(self, place: Place) -> Path:
        path = place.document.path
        return path.parent if path else Path.cwd()

    def _unknown_field(self, wanted: PortType, name: str, place: Place) -> None:
        fields = fields_of(wanted.required())
        self._report(
            "unknown-field",
            f"{wanted} has no field {name!r}",
            place,
            expected=", ".join(fields),
            found=name,
            suggestion=nearest(name, fields),
        )

    # -- reports -------------------------------------------------------------------------------

    def _mismatch(self, found: PortType, wanted: PortType, place: Place) -> None:
        in_text = found.required().kind in _IN_TEXT and fits(TEXT, wanted)
        message = f"{found} does not fit {self._name}"
        self._report(
            "type-mismatch",
            message + ("; put it into text to convert it" if in_text else ""),
            place,
            expected=str(wanted),
            found=str(found),
        )

    def _report(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        expected: str = "",
        found: str = "",
        suggestion: str = "",
        severity: str = "error",
    ) -> None:
        self._binder.report(
            code,
            message,
            place or self._place,
            expected=expected,
            found=found,
            suggestion=suggestion,
            severity=severity,
        )


def _in_list(binding: Binding) -> Binding:
    """Return an item of a list so that the list goes on without it where it is skipped."""
    if isinstance(binding, Wire):
        return replace(binding, in_list=True)
    if isinstance(binding, Text):
        parts = (p if isinstance(p, str) else replace(p, in_list=True) for p in binding.parts)
        return Text(tuple(parts))
    return binding


def _media_kinds(wanted: PortType) -> tuple[str, ...]:
    """Return the media kinds that a type takes; empty where a text literal is just text."""
    inner = wanted.required()
    inner = inner.item if inner.is_list else inner
    members = inner.members if inner.kind == "union" else (inner,)
    kinds = tuple(member.kind for member in members)
    return kinds if all(kind in MEDIA_KINDS for kind in kinds) else ()


def _type_of(value: Any) -> PortType:
    for python_type, kind in ((bool, "boolean"), (int, "integer"), (float, "number")):
        if isinstance(value, python_type):
            return PortType(kind)
    if isinstance(value, str):
        return TEXT
    return PortType(getattr(value, "kind", "data"))


def _into(place: Place, location: tuple[int | str, ...], *, skip: bool) -> Place:
    for part in location[1:] if skip else location:
        if isinstance(part, int):
            place = place / part
    return place


@cache
def _adapter(wanted: PortType) -> TypeAdapter[Any]:
    """Return what validates a field of a structured value."""
    return TypeAdapter(to_annotation(wanted), config=ConfigDict(allow_inf_nan=False))


def _claims_media(value: Any, wanted: PortType) -> bool:
    """Tell whether a file says of media what they hold, where only a look at the bytes counts."""
    if isinstance(value, list) and wanted.is_list:
        return any(_claims_media(item, wanted.item) for item in value)
    members = wanted.members if wanted.kind == "union" else (wanted,)
    return isinstance(value, dict) and any(member.is_media for member in members)


def _takes_lists(wanted: PortType) -> bool:
    return wanted.kind in ("list", "data") or any(member.is_list for member in wanted.members)


def _flat(bound: Iterable[Binding | None]) -> Iterator[Binding]:
    """Yield takes one by one, those of a pattern among them."""
    for binding in bound:
        if isinstance(binding, Takes):
            yield from binding.items
        elif binding is not None:
            yield binding


def _shorten(value: Any, limit: int = 60) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= limit else text[: limit - 1] + "…"
