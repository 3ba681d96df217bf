"""The catalogue of fal's models: sound by itself, and true to fal's own types where those are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from nodes import builtin
from nodes.models import Accepted, Kind, ModelInfo, catalogue
from nodes.models.parameters import catalogue_name
from nodes.remote.mapping import build_body
from nodes.requests import Request
from tests.support import fal_models

MODELS = [model for model in catalogue().all() if model.provider == "fal"]
NODES: Mapping[str, str] = {"upscale_image": "upscale", "upscale_video": "upscale"}
"""Nodes whose names are not those of the kinds of work."""
NEWER = {"fal-ai/kling-video/v4/image-to-video", "bytedance/seedance-2.5/flash/text-to-video"}
"""Endpoints that came after the types were taken."""
FAMILIES = (
    "flux",
    "kling",
    "veo",
    "wan",
    "hailuo",
    "seedream",
    "seedance",
    "nano-banana",
    "ideogram",
    "recraft",
    "luma",
    "pika",
    "topaz",
    "seedvr",
    "clarity",
    "esrgan",
)


def sent(accepted: Accepted, value: Any) -> Any:
    """Return a value as it goes to fal."""
    model = ModelInfo.model_validate(
        {
            "id": "fal/x",
            "title": "",
            "summary": "",
            "kinds": ("text_to_image",),
            "version": "1",
            "inputs": {},
            "options": {"it": accepted.model_copy(update={"field": "it"})},
            "price": MODELS[0].price,
        }
    )
    return build_body(model, Request("text_to_image", "fal/x", options={"it": value}), {})["it"]


class TestEachModel:
    def test_is_named_after_its_endpoint(self) -> None:
        for model in MODELS:
            assert model.id == f"fal/{model.endpoint.removeprefix('fal-ai/')}"
            assert model.docs == f"https://fal.ai/models/{model.endpoint}"
            assert model.title, model.id
            assert model.summary.endswith("."), model.id

    def test_has_defaults_that_it_accepts(self) -> None:
        for model in MODELS:
            for name, accepted in (model.inputs | model.options).items():
                if accepted.default is not None:
                    assert accepted.complaint(accepted.default) == "", (model.id, name)

    def test_sends_the_defaults_that_its_price_goes_by(self) -> None:
        """Else fal's own default may be another one, and so may the price."""
        for model in MODELS:
            for name in deciding(model):
                accepted = (model.inputs | model.options)[name]
                assert accepted.default is not None, (model.id, name)
                if len(accepted.values) != 1:
                    constant = model.constants[accepted.field or name]
                    assert constant == sent(accepted, accepted.default), (model.id, name)

    def test_has_prices_in_order(self) -> None:
        for model in MODELS:
            prices = [(case.low, case.high) for case in model.price.cases]
            for low, high in [(model.price.low, model.price.high), *prices]:
                assert high is None or 0 <= low <= high, model.id

    def test_takes_what_its_nodes_can_give(self) -> None:
        registry = builtin()
        for model in MODELS:
            for kind in model.kinds:
                node = registry[NODES.get(kind, kind)]
                given = {catalogue_name(name) for name in node.parameters}
                assert set(model.accepted(kind)) & set(model.inputs) <= given, (model.id, kind)

    def test_names_a_successor_that_is_offered(self) -> None:
        for model in MODELS:
            if model.lifecycle.status == "retired":
                successor = catalogue().get(model.lifecycle.successor)
                assert successor is not None, model.id
                assert catalogue().is_offered(successor), model.id
                assert successor.kinds == model.kinds, model.id


def deciding(model: ModelInfo) -> set[str]:
    """Return what the price of a model goes by."""
    found = {name for case in model.price.cases for name in case.when}
    if model.price.unit == "second" and "seconds" in model.inputs:
        found.add("seconds")
    return found


def test_ids_and_kinds() -> None:
    assert len({model.id for model in MODELS}) == len(MODELS)
    assert {kind for model in MODELS for kind in model.kinds} <= set(get_args(Kind))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_families_are_there(family: str) -> None:
    assert any(family in model.id for model in MODELS if catalogue().is_offered(model))


# -- against fal's own types -----------------------------------------------------------------------

needs_types = pytest.mark.skipif(
    not fal_models.official(),
    reason="fal's types are not at hand: REELGRAPH_SPECS names the folder of fal.models.json",
)


def properties_of(endpoint: str) -> tuple[Mapping[str, Any], set[str]]:
    known = fal_models.official()
    for endpoints, types in (("endpoints", "types"), ("retired_endpoints", "retired_types")):
        if endpoint in known[endpoints]:
            schema = known[types][known[endpoints][endpoint]["input"]]
            return schema["properties"], set(schema.get("required", ()))
    raise AssertionError(f"fal has no endpoint {endpoint}")


def choices(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the values that a field takes; None for any."""
    several = schema.get("anyOf") or schema.get("oneOf") or [schema]
    found = [value for each in several for value in each.get("enum", ())]
    is_open = any(each.get("type") == "string" and "enum" not in each for each in several)
    return found if found and not is_open else None


def fields(model: ModelInfo) -> Iterator[tuple[str, str, Accepted]]:
    for name, accepted in (model.inputs | model.options).items():
        yield name, accepted.field or name, accepted


TYPED = [model for model in MODELS if model.endpoint not in NEWER]


@needs_types
@pytest.mark.parametrize(
    "model", TYPED if fal_models.official() else TYPED[:1], ids=lambda model: model.id
)
class TestAgainstTheTypes:
    def test_fields_are_fals(self, model: ModelInfo) -> None:
        properties, _ = properties_of(model.endpoint)
        assert {field for _, field, _ in fields(model)} | set(model.constants) <= set(properties)

    def test_values_are_fals(self, model: ModelInfo) -> None:
        properties, _ = properties_of(model.endpoint)
        for name, field, accepted in fields(model):
            allowed = choices(properties[field])
            values = [sent(accepted, value) for value in accepted.values]
            if allowed is None:
                continue
            assert values or accepted.type == "data", f"{name} is not limited"
            assert set(values) <= set(allowed), name
            left_out = set(map(str, allowed)) - set(map(str, values)) - {"auto", "square"}
            if name not in ("style", "aspect_ratio", "image_size") and accepted.type != "data":
                assert not left_out, name

    def test_forms_are_fals(self, model: ModelInfo) -> None:
        properties, _ = properties_of(model.endpoint)
        for name, field, accepted in fields(model):
            wanted = properties[field].get("type")
            match accepted.type, accepted.form:
                case "image" | "images" | "video" | "audio", form:
                    assert wanted == ("array" if form == "list" else "string"), name
                case "integer" | "number", "plain":
                    assert wanted == "number", name
                case "integer" | "number", _:
                    assert wanted == "string", name
                case "boolean", _:
                    assert wanted == "boolean", name
                case "data", _:
                    assert wanted != "boolean", name

    def test_what_is_required_is_given(self, model: ModelInfo) -> None:
        _, required = properties_of(model.endpoint)
        asked = {field for _, field, accepted in fields(model) if accepted.required}
        assert required <= asked | set(model.constants)

    def test_what_is_not_required_is_not_asked_for(self, model: ModelInfo) -> None:
        _, required = properties_of(model.endpoint)
        for name, field, accepted in fields(model):
            if accepted.required and name not in ("image", "video"):
                assert field in required, name

    def test_retired_ones_are_those_that_are_gone(self, model: ModelInfo) -> None:
        is_there = model.endpoint in fal_models.official()["endpoints"]
        assert is_there is catalogue().is_offered(model)


@needs_types
def test_newer_endpoints_are_not_in_the_types_yet() -> None:
    assert not NEWER & set(fal_models.official()["endpoints"])
