"""Higgsfield's models as data, against what is billed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from nodes.models import ModelInfo, catalogue
from nodes.providers.higgsfield.adapter import body_of
from nodes.requests import Request
from tests.support.handles import AUDIO, MARA, UUID, VIDEO, Urls, image, model_of
from tests.support.higgsfield_models import CREDIT, credits_for


def _sample(model: ModelInfo, *, full: bool) -> Request:
    media: Mapping[str, Any] = {
        "image": image(1),
        "images": (image(2), image(3)),
        "audio": AUDIO,
        "video": VIDEO,
        "character": MARA,
        "data": [{"id": UUID, "strength": 0.5}],
        "boolean": True,
    }

    def value(accepted: Any) -> Any:
        if accepted.type in media:
            return media[accepted.type]
        if accepted.values:
            return accepted.values[-1]
        return {"text": UUID, "integer": 2, "number": 0.5}[accepted.type]

    inputs = {n: value(a) for n, a in model.inputs.items() if full or a.required}
    options = {n: value(a) for n, a in model.options.items() if full or a.required}
    if "seconds" in inputs:
        inputs["seconds"] = 5.0
    return Request(model.kinds[0], model.id, **inputs, options=options)


PRICED: list[tuple[str, dict[str, Any]]] = [
    ("soul", {}),
    ("soul", {"resolution": "1080p"}),
    ("soul-2", {"resolution": "720p"}),
    ("soul-2-edit", {"resolution": "1080p", "image": image(1)}),
    ("dop", {"image": image(1)}),
    ("dop-turbo", {"image": image(1)}),
    ("dop-lite", {"image": image(1)}),
    ("alibaba/wan-3.0/text-to-video", {"seconds": 6.2}),
    ("alibaba/wan-3.0/text-to-video", {"seconds": 1.0, "resolution": "480p"}),
    ("kling-video/v3.0/pro/image-to-video", {"image": image(1)}),
    ("kling-video/v3.0/pro/image-to-video", {"image": image(1), "options": {"sound": False}}),
    ("speak", {"image": image(1), "audio": AUDIO}),
    ("speak", {"image": image(1), "audio": AUDIO, "seconds": 8.0, "options": {"quality": "high"}}),
    ("soul-id", {"name": "Mara", "references": (image(1),)}),
]


@pytest.mark.parametrize(("name", "fields"), PRICED)
def test_prices_are_those_that_are_billed(name: str, fields: dict[str, Any]) -> None:
    model = model_of(name)
    request = Request(model.kinds[0], model.id, prompt="a", **fields)
    billed = credits_for(f"/{model.endpoint}", body_of(model, request, Urls())) * CREDIT
    price = model.estimate({"prompt": "a", **fields})
    assert price.low == price.high == billed


def test_what_is_not_published_is_not_claimed() -> None:
    assert model_of("soul").estimate({"count": 4}).high is None
    assert model_of("popcorn").estimate({}).high is None
    assert model_of("kling-video/v3.0/pro/image-to-video").estimate({"seconds": 7}).high is None
    restyle = model_of("genjutsu/restyle/v1.0")
    assert restyle.estimate({"video": VIDEO, "resolution": "720p"}).high == Decimal("2.724")
    assert restyle.estimate({"resolution": "720p"}).high is None
    assert restyle.estimate({"video": VIDEO}).high is None


def test_every_model_has_what_the_runner_needs() -> None:
    models = [model for model in catalogue().all() if model.provider == "higgsfield"]
    assert len(models) > 100
    for model in models:
        assert model.endpoint
        assert model.price.source
        body_of(model, _sample(model, full=True), Urls())
