"""Requests held against the providers' own specifications, and how many were.

The specifications are not part of this project: REELGRAPH_SPECS names a folder with them.
"""

from __future__ import annotations

import functools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from nodes.models import catalogue

R = TypeVar("R")

valid: Counter[str] = Counter()
total: Counter[str] = Counter()
models: set[str] = set()
"""Those whose requests were held against something."""


def specification(name: str) -> Mapping[str, Any]:
    """Return a specification, which is JSON or YAML; without one the test is skipped."""
    return _read(specification_path(name))


def specification_path(name: str) -> Path:
    """Return where a specification lies; without one the test is skipped."""
    folder = os.environ.get("REELGRAPH_SPECS", "")
    if not folder:
        pytest.skip("REELGRAPH_SPECS names no folder with the providers' specifications")
    path = Path(folder) / name
    if not path.is_file():
        pytest.skip(f"REELGRAPH_SPECS has no {name}")
    return path


@functools.cache
def _read(path: Path) -> Mapping[str, Any]:
    text = path.read_bytes()
    if path.suffix == ".json":
        document: Mapping[str, Any] = json.loads(text)
    else:
        document = yaml.load(text, yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
    return document


def checked(
    provider: str, model: str, requests: Iterable[R], faults: Callable[[R], list[str]]
) -> None:
    """Hold requests against a specification.

    Args:
        provider: Whose requests they are.
        model: The model that is asked.
        requests: All kinds that its adapter can make.
        faults: Returns what is wrong with one.
    """
    wrong = []
    number = 0
    for request in requests:
        number += 1
        found = faults(request)
        count(provider, not found)
        wrong += [f"{model}: {fault}" for fault in found]
    models.add(model)
    assert number, f"{model} makes no request"
    assert not wrong, "\n".join(wrong[:20])


def count(provider: str, is_valid: bool = True, number: int = 1) -> None:
    """Count requests that were held against a specification."""
    total[provider] += number
    valid[provider] += number if is_valid else 0


def counted() -> dict[str, Any]:
    """Return the valid and all requests, by provider, and the models, as plain data."""
    return {"counts": {n: [valid[n], total[n]] for n in total}, "models": sorted(models)}


def add(told: Mapping[str, Any]) -> None:
    """Add what another process has counted."""
    for name, (good, every) in told.get("counts", {}).items():
        valid[name] += good
        total[name] += every
    models.update(told.get("models", ()))


def unchecked() -> list[str]:
    """Return offered models of the providers counted that say they were checked, and were not."""
    known = catalogue()
    return [
        model.id
        for model in known.all()
        if model.provider in total
        and model.checked_against != "documentation"
        and model.id not in models
        and known.is_offered(model)
    ]


def lines() -> Iterator[str]:
    """Yield what is told at the end of a test run."""
    if total:
        each = (f"{name} {valid[name]} of {total[name]}" for name in sorted(total))
        yield f"requests validated against official specs: {', '.join(each)}"
    if left := unchecked():
        yield f"said to be checked, and not in this run: {', '.join(left)}"
