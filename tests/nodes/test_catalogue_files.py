"""Every model of the files, as they are read one by one only when they are asked for."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, get_args

import pytest

from nodes.models import Kind, ModelInfo, catalogue
from nodes.models.info import CheckedAgainst
from nodes.providers import MODULES
from tests.support.effort import within

FILES = sorted(entry.name for entry in files("nodes.models").iterdir() if ".json" in entry.name)


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(files("nodes.models").joinpath(name).read_bytes())
    return data


@pytest.mark.parametrize("name", FILES)
def test_every_model_of_a_file_is_right_and_its_own(name: str) -> None:
    data = read(name)
    assert name == f"{data['provider']}.json"
    assert data["provider"] in MODULES or not data["models"]
    ids = [row["id"] for row in data["models"]]
    assert len(ids) == len(set(ids))
    for row in data["models"]:
        model = ModelInfo.model_validate(row)
        assert model.provider == data["provider"]
        assert catalogue().get(model.id) is not None


def test_successors_are_there() -> None:
    known = catalogue()
    for model in known.all():
        successor = model.lifecycle.successor
        assert not successor or known.get(successor) is not None, (model.id, successor)


def test_a_file_says_what_requests_were_checked_against() -> None:
    for model in catalogue().all():
        assert model.checked_against in get_args(CheckedAgainst)
        assert set(model.kinds) <= set(get_args(Kind))


def test_the_catalogue_is_there_at_once() -> None:
    times = 5
    with within(0.03 * times):
        for _ in range(times):
            catalogue.__wrapped__()
