"""The keys that a plan's models need: who has none is told before anything is spent."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import TaskError, UsageError
from engine.plan import Plan, PlannedTask
from nodes.keys import NAMES, Keys


def without_key(plan: Plan, keys: Keys) -> dict[str, list[str]]:
    """Return the providers that have no key, with the nodes that would ask them.

    Only those of tasks count that would run, or may.
    """
    found: dict[str, dict[str, None]] = {}
    for task in _asking(plan):
        for provider in _providers(task):
            if not has_key(provider, keys):
                found.setdefault(provider, {})[task.node] = None
    return {provider: list(nodes) for provider, nodes in found.items()}


def refuse_without_key(plan: Plan, keys: Keys) -> None:
    """Stop where a task will run for which no model that it names can be asked.

    Raises:
        UsageError: There is one; the message says how to give the key.
    """
    for task in _asking(plan):
        providers = _providers(task)
        is_optional = any(reason.code == "optional" for reason in task.reasons)
        if not is_optional and not any(has_key(provider, keys) for provider in providers):
            names = " or ".join(providers)
            raise UsageError(
                f"there is no key for {names}, so that nothing was begun",
                where=task.task,
                hint=f"{how_to_give(providers[0])} --draft takes the built-in models instead.",
            )


def how_to_give(provider: str) -> str:
    """Return how a provider's key is given."""
    names = " and ".join(NAMES[provider][0])
    return f"Set {names}, or keep it with `reelgraph keys set {provider}`."


def has_key(provider: str, keys: Keys) -> bool:
    """Tell whether a provider can be asked: it has a key that can be sent, or needs none."""
    try:
        return provider not in NAMES or keys.where(provider) is not None
    except TaskError:
        return False


def _asking(plan: Plan) -> Iterator[PlannedTask]:
    """Yield the tasks that ask models, and are not done already."""
    return (task for task in plan.tasks if task.models and task.status in ("run", "unknown"))


def _providers(task: PlannedTask) -> list[str]:
    return list(dict.fromkeys(model.partition("/")[0] for model in task.models))
