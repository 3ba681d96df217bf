"""The same parameter is told by the same words, whichever provider's model is named."""

from __future__ import annotations

import re

import pytest

from nodes.models import ModelInfo, catalogue

RESOLUTION = re.compile(r"[1-9]\d*(p|sq)|\d+(\.\d)?K")
SHAPE = re.compile(r"auto|\d+(\.\d)?:\d+(\.\d)?")


@pytest.mark.parametrize("model", catalogue().all(), ids=lambda model: model.id)
def test_resolutions_and_shapes_are_written_alike(model: ModelInfo) -> None:
    accepted = model.accepted()
    for name, form in (("resolution", RESOLUTION), ("aspect_ratio", SHAPE)):
        if name in accepted:
            assert all(form.fullmatch(str(value)) for value in accepted[name].values), name
