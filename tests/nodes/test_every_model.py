"""A workflow goes on working with another model of its kind, or the check says why it does not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from nodes.models import Kind, ModelInfo, catalogue
from tests.support.every_model import (
    FILES,
    HANDLES,
    NODES,
    complaints,
    least,
    most,
    node_inputs,
)
from tests.support.fakes import Fake, factories, serving
from tests.support.place import KeyedStudio
from tests.support.samples import lay_out, samples

KINDS = tuple(NODES)
PAIRS_RUN = 2
"""Workflows of other models that each model is run with, besides its own."""


def models_of(kind: Kind, provider: str | None = None) -> list[ModelInfo]:
    return [m for m in catalogue().for_kind(kind) if provider in (None, m.provider)]


def argument_sets(kind: Kind, media: Any) -> list[dict[str, Any]]:
    """Return what the workflows of all models of a kind set, each different one once."""
    found: dict[str, dict[str, Any]] = {}
    for model in models_of(kind):
        for make in (least, most):
            arguments = make(model, kind, media)
            found.setdefault(repr(sorted(arguments.items(), key=lambda item: item[0])), arguments)
    return list(found.values())


@cache
def workflows(kind: Kind) -> list[dict[str, Any]]:
    """Return what the workflows of all models of a kind set, as they name their files."""
    return argument_sets(kind, FILES)


@pytest.mark.parametrize("kind", KINDS)
def test_another_model_fits_or_the_check_says_why_not(kind: Kind) -> None:
    sets = argument_sets(kind, HANDLES)
    for model in models_of(kind):
        assert complaints(model, kind, least(model, kind, HANDLES)) == []
        for arguments in sets:
            for reason in complaints(model, kind, arguments):
                assert reason.startswith(model.id), reason
                assert len(reason) < 400, reason
                assert "digest" not in reason, reason


class Place(KeyedStudio):
    """A studio with a fake provider's key, and one of each kind of file."""

    def __init__(self, folder: Path, name: str, fake: Fake) -> None:
        super().__init__(folder, name, fake.key)
        lay_out(folder)

    def failures(self, model: ModelInfo, kind: Kind, arguments: dict[str, Any]) -> Iterator[str]:
        """Run a workflow of one node; yield what is wrong, if anything is."""
        node_type = self.engine.registry.get(NODES[kind])
        assert node_type is not None
        inputs = node_inputs(model, kind, arguments, iter(node_type.parameters))
        if inputs is None:
            return
        port = next(iter(node_type.outputs))
        flow = {"nodes": {"it": {"type": NODES[kind], "inputs": inputs}}}
        if kind != "upscale_video":
            flow["outputs"] = {"made": f"${{it.{port}}}"}  # type: ignore[dict-item]
        else:
            flow["outputs"] = {"made": "${it.video}"}  # type: ignore[dict-item]
        for failure in self.run_at_any_price(flow).failures:
            yield f"{model.id} as {kind} with {inputs}: {failure.message} {failure.hint}"


def others(kind: Kind, model: ModelInfo) -> Iterator[dict[str, Any]]:
    """Return some of the other models' workflows that the check lets pass, always the same."""
    found = workflows(kind)
    shuffled = random.Random(model.id).sample(found, len(found))
    passing = (arguments for arguments in shuffled if not complaints(model, kind, arguments))
    return islice(passing, PAIRS_RUN)


@pytest.mark.parametrize("name", sorted(factories()))
def test_what_passes_the_check_runs(name: str, tmp_path: Path) -> None:
    with serving(name, samples()) as fake:
        place = Place(tmp_path, name, fake)
        found: list[str] = []
        for kind in KINDS:
            for model in filter(fake.knows, models_of(kind, name)):
                own = [least(model, kind, FILES), most(model, kind, FILES)]
                for arguments in [*own, *others(kind, model)]:
                    if not complaints(model, kind, arguments):
                        found += place.failures(model, kind, arguments)
        place.home.close()
    assert not found, "\n".join(found[:20]) + f"\n{len(found)} in all"
