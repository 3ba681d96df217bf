"""Inputs of any endpoint of fal, held against the document that describes it."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Image
from nodes.providers.fal.schema import complaints
from tests.support import fal_models

PICTURE = Image(digest="0" * 64, media_type="image/png", size=1, width=64, height=48)
EDIT = "fal-ai/nano-banana-pro/edit"


@pytest.mark.parametrize(
    ("endpoint", "inputs", "found"),
    [
        (EDIT, {"prompt": "a", "image_urls": [PICTURE], "seed": 3.0}, []),
        (EDIT, {"image_urls": []}, ["prompt is missing"]),
        (EDIT, {"prompt": "a", "image_urls": PICTURE}, ["image_urls takes an array"]),
        (EDIT, {"prompt": "a", "image_urls": [3]}, ["image_urls[1] takes a string, not 3"]),
        (EDIT, {"prompt": "a", "image_urls": [], "promt": "b"}, ["did you mean prompt?"]),
        (EDIT, {"prompt": "a", "image_urls": [], "seed": True}, ["seed takes an integer"]),
        (
            EDIT,
            {"prompt": "a", "image_urls": [], "resolution": "8K"},
            ["resolution takes 1K, 2K, 4K, not '8K'"],
        ),
        ("fal-ai/flux/schnell", {"prompt": "a", "image_size": "square"}, []),
        ("fal-ai/flux/schnell", {"prompt": "a", "image_size": {"width": 4, "height": 4}}, []),
        ("fal-ai/flux/schnell", {"prompt": "a", "image_size": "huge"}, ["image_size takes"]),
        ("fal-ai/veo3.1", {"prompt": "a", "duration": 8}, ["duration takes a string, not 8"]),
    ],
)
def test_inputs_are_held_against_the_schema(
    endpoint: str, inputs: dict[str, Any], found: list[str]
) -> None:
    said = list(complaints(fal_models.openapi(endpoint), endpoint, inputs))
    assert len(said) == len(found)
    for each, part in zip(said, found, strict=True):
        assert part in each


@pytest.mark.parametrize("document", [None, [], {}, {"paths": []}, {"paths": {"/a/b": None}}])
def test_a_schema_that_is_not_understood_holds_nothing_back(document: Any) -> None:
    assert list(complaints(document, "a/b", {"x": 1})) == []


def test_limits_of_numbers_texts_and_lists() -> None:
    properties = {
        "steps": {"type": "integer", "minimum": 1, "exclusiveMaximum": 50},
        "text": {"allOf": [{"type": "string", "maxLength": 3}]},
        "urls": {"type": "array", "maxItems": 1},
        "any": {"type": ["string", "null"]},
        "none": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    }
    content = {"application/json": {"schema": {"type": "object", "properties": properties}}}
    document = {"paths": {"/a/b": {"post": {"requestBody": {"content": content}}}}}
    fine = {"steps": 49, "text": "abc", "urls": ["a"], "any": 3, "none": None}
    assert list(complaints(document, "a/b", fine)) == []
    wrong = {"steps": 50, "text": "abcd", "urls": [1, 2], "none": "x"}
    assert [each.partition(" ")[0] for each in complaints(document, "a/b", wrong)] == list(wrong)
