"""The same parameter is told by the same words, whichever provider's model is named."""

from __future__ import annotations

import re

import pytest

from nodes.models import catalogue

RESOLUTION = re.compile(r"[1-9]\d*(p|sq)|\d+(\.\d)?K")
SHAPE = re.compile(r"auto|\d+(\.\d)?:\d+(\.\d)?")


@pytest.mark.parametrize(("name", "form"), [("resolution", RESOLUTION), ("aspect_ratio", SHAPE)])
def test_resolutions_and_shapes_are_written_alike(name: str, form: re.Pattern[str]) -> None:
    for model in catalogue().all():
        if accepted := model.accepted().get(name):
            odd = [value for value in accepted.values if not form.fullmatch(str(value))]
            assert not odd, f"{model.id}: {odd}"
