"""What the engine package offers by name."""

from __future__ import annotations

import inspect

import engine


def test_every_name_is_there_and_described() -> None:
    for name in engine.__all__:
        value = getattr(engine, name)
        is_alias = not inspect.isclass(value) and not inspect.isfunction(value)
        assert is_alias or inspect.getdoc(value), name


def test_names_are_sorted_and_few() -> None:
    assert list(engine.__all__) == sorted(engine.__all__)
    assert len(engine.__all__) <= 40
    assert set(engine.__all__) <= set(dir(engine))


def test_only_those_names_are_found() -> None:
    assert set(engine._HOMES) == set(engine.__all__)
    assert not hasattr(engine, "nothing")
