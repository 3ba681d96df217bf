"""What the models of a node take: which of its parameters, in which limits, and which options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.references import INPUTS
from nodes.generate import DRAFTED
from nodes.models import Accepted, Kind, ModelInfo, catalogue
from nodes.models.parameters import catalogue_name
from tui.editor.forms.rows import Kind as RowKind
from tui.editor.model import Limits, Snapshot, texts

MODEL, OPTIONS = "model", "options"
_KINDS: Final[Mapping[str, RowKind]] = {
    "text": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "image": "file",
    "video": "file",
    "audio": "file",
    "images": "list",
    "character": "reference",
    "address": "text",
    "addresses": "list",
    "data": "data",
}
_LONG: Final = 300
"""A text that may have so many characters is given several lines."""


@dataclass(frozen=True)
class Asked:
    """The models that a node asks, as far as the file says."""

    kind: Kind
    names: tuple[str, ...]
    models: tuple[ModelInfo, ...]
    """Those of them that the catalogue knows."""
    is_strict: bool
    """Every parameter of the node goes to the model."""

    def accepted(self, parameter: str) -> tuple[Accepted, str] | None:
        """Return what the first model that takes a parameter accepts, and the model's id."""
        name = catalogue_name(parameter)
        for model in self.models:
            if found := model.accepted(self.kind).get(name):
                return found, model.id
        return None

    def refusal(self, parameter: str) -> str:
        """Return why a parameter is of no use, in the words of the check; empty if it is of use."""
        if not self.is_strict or not self.models or parameter in (MODEL, OPTIONS):
            return ""
        if self.accepted(parameter) or len(self.models) < len(self.names):
            return ""
        return f"{self.models[0].id} takes no {catalogue_name(parameter)}"

    def options(self) -> dict[str, tuple[Accepted, str, str]]:
        """Return the options by name: what is accepted, by whom, and why it is of no use."""
        found: dict[str, tuple[Accepted, str, str]] = {}
        for model in self.models:
            for name, accepted in model.options.items():
                lacking = [m.id for m in self.models if name not in m.options]
                reason = f"{lacking[0]} has no option {name!r}" if lacking else ""
                if not accepted.kinds or self.kind in accepted.kinds:
                    found.setdefault(name, (accepted, model.id, reason))
        return found

    def phrases(self, name: str, *, is_option: bool = False) -> Iterator[str]:
        """Yield how complaints begin that are about a parameter or an option."""
        for model in self.models:
            if is_option:
                yield f"{model.id}, option {name}:"
                yield f"{model.id} needs the option {name}"
                yield f"{model.id} has no option {name!r}"
            else:
                word = catalogue_name(name)
                yield f"{model.id}, {word}:"
                yield f"{model.id} takes no {word}"
                yield f"{model.id} needs {word}"


def asked_of(snapshot: Snapshot, node: str) -> Asked | None:
    """Return the models that a node asks; None if it is of a type that asks none."""
    node_type = snapshot.signatures.type_of(node)
    if node_type is None or MODEL not in node_type.parameters:
        return None
    spec = snapshot.nodes[node]
    kind = kind_of(node_type.name, spec.get("inputs", {}))
    if kind is None:
        return None
    names = _named(spec.get("inputs", {}).get(MODEL, node_type.parameters[MODEL].default), snapshot)
    models = tuple(m for name in names if (m := catalogue().get(name)))
    is_strict = node_type.name in DRAFTED and node_type.name != "character"
    return Asked(kind, names, models, is_strict)


def kind_of(type_name: str, inputs: Mapping[str, Any]) -> Kind | None:
    """Return the kind of work that a node of a type asks its models for."""
    if type_name == "upscale":
        return "upscale_video" if "video" in inputs else "upscale_image"
    return "write_text" if type_name == "storyboard_split" else DRAFTED.get(type_name)


def _named(value: Any, snapshot: Snapshot) -> tuple[str, ...]:
    wire = texts.only(value)
    if wire is not None:
        value = snapshot.data.get(INPUTS, {}).get(wire.port, {}).get("default")
        if not wire.is_input:
            return ()
    values = value if isinstance(value, list) else [value]
    return tuple(each for each in values if isinstance(each, str) and "${" not in each)


def row_kind(accepted: Accepted) -> RowKind:
    """Return how something that a model accepts is typed."""
    if accepted.values and accepted.type in ("text", "integer", "number"):
        return "choice"
    if accepted.type == "text" and (accepted.longest or 0) >= _LONG:
        return "lines"
    return _KINDS[accepted.type]


def limits_of(accepted: Accepted) -> Limits:
    """Return the limits of what a model accepts; those of files are said in words instead."""
    if accepted.measure:
        return Limits(max_length=accepted.longest)
    return Limits(minimum=accepted.low, maximum=accepted.high, max_length=accepted.longest)


def file_limits(accepted: Accepted) -> str:
    """Return in words what files a model accepts."""
    parts = []
    if accepted.measure and (accepted.low is not None or accepted.high is not None):
        low, high = accepted.low, accepted.high
        span = f"{low:g} to {high:g}" if low is not None and high is not None else ""
        span = span or (f"at least {low:g}" if low is not None else f"at most {high:g}")
        parts.append(f"{span} {accepted.measure}")
    parts += accepted.file_limits()
    return ", ".join(parts)


def media_of(accepted: Accepted) -> tuple[str, ...]:
    """Return the kinds of files that may be given."""
    kind = accepted.type.removesuffix("s")
    return (kind,) if kind in ("image", "video", "audio") else ()
