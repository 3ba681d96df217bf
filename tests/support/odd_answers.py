"""Answers that no service should give, and what must come of them all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from engine import TaskError
from nodes.remote.adapter import Answer
from nodes.remote.session import MISREAD


def odd_json(names: Sequence[str], words: Sequence[str] = ()) -> st.SearchStrategy[Any]:
    """Return JSON of any shape that speaks a service's language.

    Args:
        names: Fields that the service's answers have.
        words: Texts that mean something in them.
    """
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
    return st.recursive(
        leaves | st.sampled_from(words) if words else leaves,
        lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(names), each),
        max_leaves=20,
    )


def read_or_refused(
    told: Answer,
    *readers: Callable[[Answer], Any],
    or_misread: Sequence[Callable[[Answer], Any]] = (),
) -> None:
    """Have an answer read: what comes of it is a value or a short error, and nothing else.

    Args:
        told: The answer.
        readers: Functions of an adapter.
        or_misread: Those whose slips over an answer the runner makes errors of.
    """
    for read in (*readers, *or_misread):
        try:
            found = read(told)
        except TaskError as error:
            assert len(error.message) < 1000
        except MISREAD:
            assert read in or_misread
        else:
            assert "\x1b" not in str(getattr(found, "message", ""))
