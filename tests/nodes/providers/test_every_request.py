"""Each kind of request that the two adapters can make, held against the providers' own types."""

from __future__ import annotations

from typing import Any

import pytest

from nodes.models import ModelInfo, catalogue
from nodes.providers.fal.adapter import body_of as fal_body
from nodes.providers.higgsfield.adapter import body_of as higgsfield_body
from nodes.requests import Request
from tests.support import fal_models, spec_check
from tests.support.handles import Urls
from tests.support.json_schema import faults
from tests.support.sweep import complaints, requests_of

MODELS = {
    name: [m for m in catalogue().all() if m.provider == name and catalogue().is_offered(m)]
    for name in ("fal", "higgsfield")
}
NEWER = {"fal-ai/kling-video/v4/image-to-video", "bytedance/seedance-2.5/flash/text-to-video"}
"""Endpoints of fal that came after its types were taken."""
STALE = {"/higgsfield-ai/soul/standard"}
"""Paths of Higgsfield that its live list of models describes otherwise."""
REFS = {
    "#/definitions/MotionSchema": {
        "type": "object",
        "required": ["id", "strength"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "strength": {"type": "number", "minimum": 0, "maximum": 1},
        },
    },
    "#/definitions/ImageUrlInputImageSchema": {
        "type": "object",
        "required": ["type", "image_url"],
        "properties": {"type": {"enum": ["image_url"]}, "image_url": {"type": "string"}},
    },
}
"""What the references in Higgsfield's file mean, which point nowhere."""


@pytest.mark.parametrize("provider", MODELS)
def test_what_the_catalogue_allows_passes_the_check(provider: str) -> None:
    for model in MODELS[provider]:
        for request in requests_of(model):
            assert complaints(model, request) == [], request


@pytest.mark.parametrize("model", MODELS["fal"], ids=lambda m: m.id)
def test_fal_takes_every_request(model: ModelInfo) -> None:
    spec_check.specification("fal.models.json")
    if model.endpoint in NEWER:
        pytest.skip("newer than the types")

    def wrong(request: Request) -> list[str]:
        return fal_models.complaints(model.endpoint, fal_body(model, request, Urls()))

    spec_check.checked("fal", model.id, requests_of(model), wrong)


@pytest.mark.parametrize("model", MODELS["higgsfield"], ids=lambda m: m.id)
def test_higgsfield_takes_every_request(model: ModelInfo) -> None:
    path = f"/{model.endpoint}"
    known = spec_check.specification("higgsfield.json")["paths"].get(path)
    if known is None or path in STALE:
        pytest.skip("not in the published specification")
    content = known["post"]["requestBody"]["content"]
    schema: dict[str, Any] = content["application/json"]["schema"]

    def wrong(request: Request) -> list[str]:
        return faults(higgsfield_body(model, request, Urls()), schema, model.id, REFS)

    spec_check.checked("higgsfield", model.id, requests_of(model), wrong)
