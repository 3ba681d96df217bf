"""Planned work that was done before once and for all, under another key: it costs nothing more.

A likeness is trained once: the same pictures in another order, or with another description of the
person, are another task, and yet the same training.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine import Price
from engine.keys import Prepared
from nodes.models import catalogue

if TYPE_CHECKING:
    from engine.store.journal import Journal

_SOURCE = "trained before"


class KnownWork:
    """Finds such work in the journal; what the engine takes as `appraise`.

    Args:
        journal: The home's.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def __call__(self, tasks: Sequence[Prepared]) -> list[Price | None]:
        """Return a price of nothing for each task whose work is known to be done."""
        return [Price(source=_SOURCE) if self._is_trained(task) else None for task in tasks]

    def _is_trained(self, task: Prepared) -> bool:
        images = task.arguments.get("images") or ()
        models = task.traits.models
        is_training = task.task.node.type.name == "character" and images and models
        model = catalogue().get(models[0]) if is_training else None
        if model is None or model.provider != "higgsfield":
            return False
        from nodes.providers.higgsfield.names import trained_name

        options = task.arguments.get("options") or {}
        wanted = {"name": trained_name(task.arguments["name"], images)}
        wanted |= {name: options.get(name) or value for name, value in model.constants.items()}
        asked = [job.request.get("json") or {} for job in self._journal.made_by(model.id)]
        return any(wanted.items() <= body.items() for body in asked)
