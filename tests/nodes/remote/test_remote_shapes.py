"""Sizes in pixels of a shape and a tier."""

from __future__ import annotations

import itertools

import pytest

from engine import ErrorKind, TaskError
from nodes.remote.shapes import pixels

SHAPES = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
TIERS = {"1K": 1024, "1.5K": 1536, "2K": 2048, "3K": 3072, "4K": 4096}


@pytest.mark.parametrize(("shape", "tier"), [*itertools.product(SHAPES, TIERS)])
def test_a_size_has_its_shape_and_about_as_many_pixels(shape: str, tier: str) -> None:
    width, height = pixels(shape, tier)
    across, down = map(int, shape.split(":"))
    assert width * down == height * across
    assert width % 8 == height % 8 == 0
    wanted = TIERS[tier] ** 2
    assert max(1024**2, 0.87 * wanted) <= width * height <= max(wanted, 1.1 * 1024**2)


def test_known_sizes() -> None:
    assert pixels("1:1", "4K") == (4096, 4096)
    assert pixels("3:2", "2K") == (2496, 1664)
    assert pixels("16:9", "1K") == (1408, 792)


@pytest.mark.parametrize(
    ("shape", "tier"), [("wide", "2K"), ("16:9", "9K"), ("0:1", "2K"), ("auto", "1K")]
)
def test_what_is_no_size(shape: str, tier: str) -> None:
    with pytest.raises(TaskError) as caught:
        pixels(shape, tier)
    assert caught.value.kind is ErrorKind.INVALID
