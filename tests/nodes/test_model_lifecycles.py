"""Whether models of the catalogue are still offered, and what replaces them."""

from __future__ import annotations

from datetime import date

import pytest

from nodes.models import Catalogue, Lifecycle, ModelInfo, catalogue

LEAVING = [
    model
    for model in catalogue().all()
    if model.lifecycle.successor and model.provider in ("fal", "higgsfield", "openai")
]


@pytest.mark.parametrize("model", LEAVING, ids=lambda model: model.id)
def test_a_successor_is_offered_and_does_the_same_work(model: ModelInfo) -> None:
    successor = catalogue().get(model.lifecycle.successor)
    assert successor is not None
    assert catalogue().is_offered(successor)
    assert set(model.kinds) <= set(successor.kinds)
    assert model.lifecycle.status != "active"


def test_sora_is_gone_wherever_it_was_offered() -> None:
    found = [model for model in catalogue().all() if "sora" in model.id]
    assert {model.provider for model in found} == {"azure_openai", "fal", "higgsfield", "openai"}
    for model in found:
        (complaint,) = catalogue().complaints(model.id, model.kinds[0])
        # Azure ended it a little earlier.
        last = "2026-09-15" if model.provider == "azure_openai" else "2026-09-24"
        assert f"has been retired (its last day was {last}); its successor is" in complaint


def test_a_last_day_is_told_before_it_has_come() -> None:
    model = (
        catalogue()
        .all()[0]
        .model_copy(update={"lifecycle": Lifecycle(until=date(2026, 12, 1), successor="x/y")})
    )
    known = Catalogue([model], today=lambda: date(2026, 11, 25))
    (advice,) = known.advice(model.id)
    assert advice == f"{model.id} is offered until 2026-12-01 only; its successor is x/y"
    later = Catalogue([model], today=lambda: date(2026, 12, 2))
    assert not later.is_offered(model)
