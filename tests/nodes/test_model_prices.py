"""What the catalogue says of prices is a bound: no call costs more than the most that is named."""

from __future__ import annotations

from decimal import Decimal

from engine import Audio, Video
from nodes.models import ModelInfo, catalogue

SHOTS = [{"prompt": "a", "duration": "15"}, {"prompt": "b", "duration": "15"}]


def video(seconds: float) -> Video:
    kind = {"digest": "b" * 64, "media_type": "video/mp4", "size": 1, "width": 1, "height": 1}
    return Video.model_validate({**kind, "seconds": seconds, "fps": 24})


def audio(seconds: float) -> Audio:
    kind = {"digest": "a" * 64, "media_type": "audio/wav", "size": 1, "sample_rate": 48_000}
    return Audio.model_validate({**kind, "seconds": seconds, "channels": 1})


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(name)
    assert found is not None
    return found


def test_shots_within_a_clip_have_lengths_of_their_own() -> None:
    for model in catalogue().all():
        if model.provider in ("fal", "higgsfield") and "multi_prompt" in model.options:
            assert model.estimate({"options": {"multi_prompt": SHOTS}}).high is None, model.id


def test_a_size_of_ones_own_may_be_any() -> None:
    model = model_of("fal/flux-2-pro")
    assert model.estimate({}).high == Decimal("0.045")
    assert model.estimate({"options": {"image_size": {"width": 4096, "height": 4096}}}).high is None


def test_lips_may_move_for_as_long_as_the_film_or_the_sound() -> None:
    model = model_of("fal/sync-lipsync/v2")
    price = model.estimate({"video": video(2), "audio": audio(60)})
    assert (price.low, price.high) == (Decimal("0.10"), Decimal("3.00"))
    assert model.estimate({"video": video(2)}).high is None
    assert model.estimate({"audio": audio(2)}).high is None


def test_a_price_may_hold_without_something() -> None:
    model = model_of("fal/flux-2-pro")
    case = {"when": {"resolution": "1K"}, "without": ["image"], "low": "1", "high": "1"}
    prices = {"low": "2", "cases": [case], "source": "a test", "date": "2026-01-01"}
    changed = model.model_validate(
        {**model.model_dump(), "price": {**prices, "unit": "image"}}, strict=False
    )
    known = {"resolution": "1K"}
    assert changed.estimate(known).high == 1
    assert changed.estimate({**known, "image": "any"}).high is None
    assert changed.estimate({}).low == 2


def test_words_and_pictures_that_are_given_count_as_well() -> None:
    model = model_of("openai/gpt-image-1-mini")
    options = {"quality": "low"}
    price = model.estimate({"prompt": "a", "aspect_ratio": "1:1", "options": options})
    assert (price.low, price.high) == (Decimal("0.005"), Decimal("0.069"))
    price = model.estimate({"prompt": "a", "image": "any", "options": options})
    assert (price.low, price.high) == (Decimal("0.005"), None)
