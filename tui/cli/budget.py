"""Before money is spent or the network is used: what models a workflow asks, and whether it may.

Whatever a plan says, the budget is held during the run, too: each call is reserved against it
before it is sent.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from engine.errors import ReelgraphError, UsageError
from engine.graph import Const, Graph
from engine.money import Budget, format_usd
from engine.plan import Plan
from engine.problems import nearest
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
    """Tell whether any model, or node with prices of its own, is not known to be free."""
    from nodes.models import catalogue

    for node in graph.nodes.values():
        if node.type.traits_hook is not None and "model" not in node.type.parameters:
            return True
    models = [catalogue().get(name) if name else None for _, name in models_of(graph)]
    return any(model is None or model.price.high != 0 for model in models)


def budget_of(options: Namespace, configured: Budget) -> Budget:
    """Return the limits of a run: those of the home, with what the options say in their place."""
    limit = options.max_cost
    return replace(
        configured,
        run=configured.run if limit is None else limit,
        allow_unknown=options.allow_unknown_cost,
    )


def leave_to_spend(
    options: Namespace,
    budget: Budget,
    plan: Plan,
    spent_today: Callable[[], Decimal],
    terminal: Terminal,
) -> Budget:
    """See to it that somebody has agreed to what a run may cost.

    Args:
        options: The options of `run`.
        budget: The limits of the run.
        plan: What the run would do.
        spent_today: Tells what is spent or reserved since midnight.
        terminal: Where a person is asked.

    Returns:
        The limits to run under: what a person agreed to is one.

    Raises:
        BudgetError: The run may cost too much, nobody knows what it costs, or nobody agreed.
    """
    if not needs_leave(plan):
        return agreed(plan, budget)
    whose = "config.toml: budget.per_run" if options.max_cost is None else "--max-cost"
    hold_to(plan, budget, spent_today, whose)
    if options.max_cost is not None:
        return budget
    if not options.yes:
        return ask_for_leave(plan, budget, terminal)
    if not terminal.can_ask and not is_limited(plan, budget):
        raise BudgetError(
            "--yes alone is no leave to spend where nobody watches",
            hint="Give --max-cost USD, or set [budget] in the config.toml of the home.",
        )
    return budget


def is_limited(plan: Plan, budget: Budget) -> bool:
    """Tell whether a budget limits all that a plan may spend, also where it is of providers."""
    if budget.run is not None or budget.day is not None:
        return True
    asked: set[str] = set()
    for task in plan.tasks:
        if task.status in ("run", "unknown") and task.price.high != 0:
            asked.update(model.partition("/")[0] for model in task.models or ("?",))
    return is_complete(plan) and bool(asked) and asked <= budget.providers.keys()


def refuse_unknown_providers(budget: Budget) -> None:
    """Stop where a limit is set for a provider that nobody knows, which would limit nothing.

    Raises:
        UsageError: There is such a limit.
    """
    from nodes.providers import MODULES

    for name in sorted(budget.providers.keys() - MODULES.keys()):
        near = nearest(name, MODULES)
        raise UsageError(
            f"there is no provider {name!r}, so that this limits nothing",
            where=f"config.toml: budget.providers.{name}",
            hint=f"Did you mean {near}?" if near else f"There are {', '.join(MODULES)}.",
        )


def needs_leave(plan: Plan) -> bool:
    """Tell whether a plan costs something, or may turn out to."""
    return plan.cost_high != 0 or not is_complete(plan)


def is_complete(plan: Plan) -> bool:
    """Tell whether a plan has all tasks that there will be."""
    return all(node.total_known for node in plan.nodes)


def hold_to(
    plan: Plan, budget: Budget, spent_today: Callable[[], Decimal], whose: str = "--max-cost"
) -> None:
    """Stop where a run may cost more than a limit leaves, or nobody knows how much.

    Args:
        plan: What the run would do.
        budget: The limits.
        spent_today: Tells what is spent or reserved since midnight.
        whose: Where the limit of the run comes from.

    Raises:
        BudgetError: It may.
    """
    if not budget.allow_unknown:
        refuse_unknown(plan)
    refuse_expense(plan, budget, spent_today, whose)


def refuse_unknown(plan: Plan) -> None:
    """Stop where there is a call of which nobody knows the highest price.

    Raises:
        BudgetError: There is one.
    """
    if plan.cost_high is None:
        raise BudgetError(
            "nobody knows what this run costs at most",
            hint="`reelgraph plan` shows the prices; --allow-unknown-cost runs it all the same.",
        )


def refuse_expense(
    plan: Plan, budget: Budget, spent_today: Callable[[], Decimal], whose: str = "--max-cost"
) -> None:
    """Stop where a run may cost more than a limit leaves.

    Args:
        plan: What the run would do.
        budget: The limits.
        spent_today: Tells what is spent or reserved since midnight.
        whose: Where the limit of the run comes from.

    Raises:
        BudgetError: It may.
    """
    high = plan.cost_low if plan.cost_high is None else plan.cost_high
    price = price_in_words(plan)
    if budget.run is not None and high > budget.run:
        raise BudgetError(
            f"this run costs {price}, more than {format_usd(budget.run)}",
            where=whose,
            hint="Allow more, use --draft, or run a part of it with --to.",
        )
    if budget.day is not None and high and (spent := spent_today()) + high > budget.day:
        raise BudgetError(
            f"this run costs {price}, and of the {format_usd(budget.day)} for today "
            f"{format_usd(spent)} are spent or reserved",
            where="config.toml: budget.per_day",
            hint="Allow more, use --draft, or run a part of it with --to.",
        )


def ask_for_leave(plan: Plan, budget: Budget, terminal: Terminal) -> Budget:
    """Ask a person before money is spent.

    Returns:
        The limits, with what was agreed to as that of the run, if there was none.

    Raises:
        BudgetError: The answer is no, or there is nobody to ask.
    """
    price = price_in_words(plan)
    if not terminal.can_ask:
        raise BudgetError(
            f"this run costs money ({price}) and nobody was asked",
            hint="Give --max-cost USD, or --yes with [budget] in the config.toml of the home.",
        )
    if terminal.ask(f"This run costs {price}. Go on? [y/N] ").lower() not in ("y", "yes"):
        raise BudgetError("not started; nothing was spent")
    return agreed(plan, budget)


def agreed(plan: Plan, budget: Budget) -> Budget:
    """Return the limits after a person has agreed to a plan: its price is that of the run.

    A plan that costs nothing needs no leave, and gives none: a job that is to be taken up may fail,
    and another one in its place would be paid for.
    """
    if budget.run is None and is_complete(plan) and not budget.allow_unknown:
        return replace(budget, run=plan.cost_high)
    return budget


def price_in_words(plan: Plan) -> str:
    """Return what a run costs, as far as it is known."""
    if is_complete(plan):
        return dollars(plan.cost_low, plan.cost_high)
    if not plan.cost_low:
        return "what nobody knows yet"
    return f"{dollars(plan.cost_low, None)}, as not all of its tasks are known yet"
