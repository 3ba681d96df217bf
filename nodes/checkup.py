"""A look at the models that a workflow names: which are gone or going, dearer than need be, locked.

Only what the catalogue and the keys say is told. That another model takes the same arguments for
less says nothing of how good its pictures are, and the words do not pretend it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine import Price
from engine.document import NodeSpec, Workflow
from engine.money import format_usd
from engine.nodetype import StaticArguments
from nodes.asking import check_of
from nodes.comparing import SECONDS
from nodes.generate import DRAFTED
from nodes.models import Catalogue, Kind, ModelInfo, catalogue
from nodes.models.parameters import catalogue_name

Code = Literal["unknown", "retired", "deprecated", "no-key", "same-cheaper", "cheaper"]
_REFERENCE = re.compile(r"(?<!\$)\$\{")
_INPUT = re.compile(r"\$\{inputs\.([A-Za-z_][A-Za-z0-9_]*)\}")
_MEDIA = ("image", "last_image", "mask", "references", "video", "audio", "character")
_FEW = 3
_NAME = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a model that a node names."""

    node: str
    model: str
    code: Code
    is_serious: bool
    """The node cannot do its work like this."""
    message: str
    replacements: tuple[str, ...] = ()
    """Models that take what the node sets, the cheapest first."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """A node that asks models, as far as the file says."""

    node: str
    kind: Kind
    models: tuple[str, ...]
    arguments: StaticArguments

    def fits(self, model: ModelInfo) -> bool:
        """Tell whether a model takes all that the node sets."""
        values = {**self.arguments, "model": [model.id]}
        wired = self.arguments.wired
        return not any(
            isinstance(each, str) for each in check_of(self.kind)(StaticArguments(values, wired))
        )

    def price(self, model: ModelInfo) -> Price:
        """Return what the node costs at a model; 5 seconds where the length is not in the file."""
        call = {catalogue_name(n): v for n, v in self.arguments.items()}
        if "seconds" in model.accepted(self.kind) and "seconds" not in call:
            call["seconds"] = SECONDS
        return model.estimate(call)


def look_over(workflow: Workflow, has_key: Callable[[str], bool]) -> list[Finding]:
    """Return what there is to say of the models of a workflow's nodes, in the order of the file.

    Workflows that it is made of are not looked into.

    Args:
        workflow: The workflow.
        has_key: Tells whether a provider can be asked.
    """
    known = catalogue()
    found: list[Finding] = []
    for asking in _askings(workflow):
        found += _state(asking, known, has_key)
        found += _cheaper(asking, known, has_key)
    return found


def _askings(workflow: Workflow) -> Iterator[_Asking]:
    for node, spec in workflow.nodes.items():
        kind = _kind(spec)
        models = _named(spec.inputs.get("model"), workflow)
        if kind is None or not models or spec.disabled:
            continue
        values: dict[str, Any] = {}
        wired: set[str] = set()
        for name, value in spec.inputs.items():
            if catalogue_name(name) in _MEDIA or _has_reference(value):
                wired.add(name)
            elif name != "model":
                # Of several takes, the first stands for all.
                values[name] = value[0] if isinstance(value, list) and value else value
        yield _Asking(node, kind, models, StaticArguments(values, wired))


def _kind(spec: NodeSpec) -> Kind | None:
    if spec.type == "upscale":
        return "upscale_video" if "video" in spec.inputs else "upscale_image"
    return "write_text" if spec.type == "storyboard_split" else DRAFTED.get(spec.type)


def _named(value: Any, workflow: Workflow) -> tuple[str, ...]:
    """Return the models that a parameter names, also by the default of an input."""
    if isinstance(value, str) and (match := _INPUT.fullmatch(value)):
        spec = workflow.inputs.get(match[1])
        value = spec.default if spec else None
    values = value if isinstance(value, list) else [value]
    return tuple(v for v in values if isinstance(v, str) and not _REFERENCE.search(v))


def _has_reference(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_reference, value.values()))
    if isinstance(value, list):
        return any(map(_has_reference, value))
    return isinstance(value, str) and _REFERENCE.search(value) is not None


# -- what is wrong ---------------------------------------------------------------------------------


def _state(asking: _Asking, known: Catalogue, has_key: Callable[[str], bool]) -> Iterator[Finding]:
    usable = [m for name in asking.models if (m := known.get(name)) and known.is_offered(m)]
    is_locked = not any(has_key(name.partition("/")[0]) for name in asking.models)
    for name in asking.models:
        model = known.get(name)
        provider = name.partition("/")[0]
        if model is None and provider != "chat":
            said = next(iter(known.complaints(name, asking.kind)))
            yield Finding(asking.node, name, "unknown", not usable, said)
            continue
        if model is not None and known.status(model) != "active":
            yield _leaving(asking, model, known, is_serious=not usable)
        if not has_key(provider):
            said = f"there is no key for {provider}"
            others = tuple(m.id for m in _fitting(asking, known) if has_key(m.provider))[:_FEW]
            yield Finding(asking.node, name, "no-key", is_locked, said, others)


def _leaving(asking: _Asking, model: ModelInfo, known: Catalogue, *, is_serious: bool) -> Finding:
    is_retired = not known.is_offered(model)
    said = known.complaints(model.id, asking.kind) if is_retired else known.advice(model.id)
    successor = known.get(model.lifecycle.successor)
    first = [successor.id] if successor and asking.fits(successor) else []
    others = [m.id for m in _fitting(asking, known) if m.id not in first]
    code: Code = "retired" if is_retired else "deprecated"
    replacements = tuple([*first, *others][:_FEW])
    return Finding(asking.node, model.id, code, is_retired and is_serious, next(said), replacements)


def _fitting(asking: _Asking, known: Catalogue) -> list[ModelInfo]:
    """Return the offered models that take what a node sets, the cheapest first, built-in ones last.

    Those whose highest price is not known are not among them.
    """
    fitting = [
        (price.high, m.id, m)
        for m in known.for_kind(asking.kind)
        if not m.local
        and m.id not in asking.models
        and known.status(m) == "active"
        and (price := asking.price(m)).high is not None
        and asking.fits(m)
    ]
    return [model for _, _, model in sorted(fitting, key=lambda each: each[:2])]


def _cheaper(
    asking: _Asking, known: Catalogue, has_key: Callable[[str], bool]
) -> Iterator[Finding]:
    model = known.get(asking.models[0])
    if model is None or model.local or not known.is_offered(model):
        return
    own = asking.price(model)
    less = [m for m in _fitting(asking, known) if (asking.price(m).high or 0) < own.low]
    if same := [m for m in less if _title(m) == _title(model)]:
        said = (
            f"{model.id} costs {_dollars(own)} here, and a model of the same name"
            f" {_dollars(asking.price(same[0]))} at {same[0].provider}"
        )
        ids = tuple(m.id for m in same[:_FEW])
        yield Finding(asking.node, model.id, "same-cheaper", False, said, ids)
    if others := [m for m in less if m not in same]:
        said = (
            f"{model.id} costs {_dollars(own)} here; others take the same for less, from"
            f" {_dollars(asking.price(others[0]))} on (how good they are, the catalogue cannot say)"
        )
        ids = tuple(m.id for m in others[:_FEW])
        yield Finding(asking.node, model.id, "cheaper", False, said, ids)


def _title(model: ModelInfo) -> str:
    return _NAME.sub("", model.title.lower())


def _dollars(price: Price) -> str:
    if price.high == price.low:
        return format_usd(price.low)
    return f"{format_usd(price.low)} or more"
