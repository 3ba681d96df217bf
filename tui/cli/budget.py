"""Before money is spent or the network is used: what models a workflow asks, and whether it may."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.errors import ReelgraphError, UsageError
from engine.graph import Const, Graph
from engine.plan import Plan
from tui.cli.terminal import Terminal
from tui.cli.words import dollars


class BudgetError(ReelgraphError):
    """The run was not started, as it may cost more than is allowed."""


def models_of(graph: Graph) -> Iterator[tuple[str, str | None]]:
    """Yield each node that asks a model, with the model's id; None where it is wired in."""
    for node in graph.nodes.values():
        parameter = node.type.parameters.get("model")
        if node.internal or parameter is None:
            continue
        default = Const(None if parameter.required else parameter.default)
        binding = node.bindings.get("model", default)
        if not isinstance(binding, Const):
            yield node.id, None
            continue
        names = binding.value if isinstance(binding.value, list | tuple) else [binding.value]
        yield from ((node.id, str(name)) for name in names if name)


def refuse_network(graph: Graph) -> None:
    """Hold `--offline`.

    Raises:
        UsageError: A model needs the network, or may turn out to.
    """
    from nodes.models import catalogue

    for node, name in models_of(graph):
        model = catalogue().get(name) if name else None
        if model is None or not model.local:
            what = f"the model {name} needs the network" if name else "its model is wired in"
            raise UsageError(
                what, where=f"--offline: {node}", hint="--draft takes the built-in models instead."
            )


def may_cost(graph: Graph) -> bool:
    """Tell whether any model of a workflow is not known to be free."""
    from nodes.models import catalogue

    models = [catalogue().get(name) if name else None for _, name in models_of(graph)]
    return any(model is None or model.price.high != 0 for model in models)


def refuse_expense(plan: Plan, limit: float) -> None:
    """Hold `--max-cost`.

    Raises:
        BudgetError: The run may cost more than that, or nobody knows what it costs.
    """
    high = plan.cost_high
    if high is None:
        message = "nobody knows what this run costs at most"
        raise BudgetError(message, where="--max-cost", hint="`reelgraph plan` shows the prices.")
    if high > Decimal(str(limit)):
        price = dollars(plan.cost_low, high)
        raise BudgetError(
            f"this run costs {price}, more than ${limit:g}",
            where="--max-cost",
            hint="Allow more, use --draft, or run a part of it with --to.",
        )


def ask_for_leave(plan: Plan, terminal: Terminal) -> None:
    """Ask a person before money is spent.

    Raises:
        BudgetError: The answer is no, or there is nobody to ask.
    """
    high = plan.cost_high
    if high == 0:
        return
    price = dollars(plan.cost_low, high)
    if not terminal.can_ask:
        raise BudgetError(
            f"this run costs money ({price}) and nobody was asked",
            hint="Give --yes or --max-cost USD.",
        )
    if terminal.ask(f"This run costs {price}. Go on? [y/N] ").lower() not in ("y", "yes"):
        raise BudgetError("not started; nothing was spent")
