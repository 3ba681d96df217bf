"""The same parameter is told by the same words, whichever provider's model is named."""

from __future__ import annotations

import re

import pytest

from nodes.models import ModelInfo, catalogue

PROVIDERS = ("apiyi", "bytedance", "google", "google_vertex", "kling", "minimax", "wan")
RESOLUTION = re.compile(r"[1-9]\d*p|\d+(\.\d)?K")
SHAPE = re.compile(r"auto|\d+:\d+")
MODELS = [model for model in catalogue().all() if model.provider in PROVIDERS]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_resolutions_and_shapes_are_written_alike(model: ModelInfo) -> None:
    accepted = model.accepted()
    for name, form in (("resolution", RESOLUTION), ("aspect_ratio", SHAPE)):
        if name in accepted:
            assert all(form.fullmatch(str(value)) for value in accepted[name].values), name
