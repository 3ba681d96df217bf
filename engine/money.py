"""Money: budgets, and what counts against them. Amounts are exact decimals of US dollars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.errors import ErrorKind, TaskError

_CENT = Decimal("0.01")
_COUNTABLE = Decimal(10**15)
"""From here on amounts are nobody's price, and not written out to the cent."""


class OverBudgetError(TaskError):
    """A call was not made, as the budget leaves no room for it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message, kind=ErrorKind.BILLING, hint=hint)

    def after(self, failure: TaskError | None) -> OverBudgetError:
        """Return the error for a call that was to make up for what failed, which is said first."""
        if failure is None:
            return self
        message = f"{failure.message}; no other call was made, as {self.message}"
        return OverBudgetError(message, hint=f"{failure.hint} {self.hint}".strip())


@dataclass(frozen=True, slots=True)
class Spent:
    """What is spent or reserved already, before one more call."""

    run: Decimal = Decimal(0)
    """In the run that wants the call."""
    day: Decimal = Decimal(0)
    """Since midnight, by all runs of the home."""
    provider: Decimal = Decimal(0)
    """Since midnight, at the provider of the call, by all runs of the home."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be spent; None is no limit."""

    run: Decimal | None = None
    day: Decimal | None = None
    """From one local midnight to the next."""
    providers: Mapping[str, Decimal] = field(default_factory=dict)
    """A day's limit for single providers."""
    allow_unknown: bool = False
    """Whether calls may be made whose highest price nobody knows."""

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit at all."""
        return self.run is not None or self.day is not None or bool(self.providers)

    def hold(self, model: str, low: Decimal, high: Decimal | None) -> Decimal:
        """Return how much is to be reserved for a call.

        Raises:
            OverBudgetError: Nobody knows the highest price, and that is not allowed.
        """
        if high is not None:
            return high
        if self.allow_unknown:
            return low
        raise OverBudgetError(
            f"nobody knows what a call of {model} costs at most",
            hint="--allow-unknown-cost makes it all the same.",
        )

    def check(self, provider: str, amount: Decimal, spent: Spent, *, is_open: bool = False) -> None:
        """Refuse a call that a limit does not leave room for. What costs nothing always passes.

        Args:
            provider: Who is called.
            amount: What is to be reserved.
            spent: What is gone already.
            is_open: Whether the call may cost more than that: then something must be left of each
                limit, however little is reserved.

        Raises:
            OverBudgetError: A limit is in the way; the message names it.
        """
        if not amount and not is_open:
            return
        most = "more than anybody knows" if is_open else format_usd(amount)
        for name, limit, so_far in (
            ("this run", self.run, spent.run),
            ("today", self.day, spent.day),
            (f"{provider} today", self.providers.get(provider), spent.provider),
        ):
            if limit is None:
                continue
            if so_far + amount > limit or (is_open and so_far >= limit):
                raise OverBudgetError(
                    f"the budget for {name} is {format_usd(limit)}: {format_usd(so_far)} is spent "
                    f"or reserved, and this call may cost {most}",
                    hint="The call was not sent. Raise the limit (--max-cost, or [budget] in "
                    "config.toml) and run again; what is done is kept.",
                )


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add up amounts."""
    return sum(amounts, Decimal(0))


def format_usd(amount: Decimal) -> str:
    """Write an amount: `$0.40`, `$12`, `$0.0035`; to the cent, or as exactly as it is known."""
    if amount.is_finite() and abs(amount) >= _COUNTABLE:
        return f"${amount:.3g}"
    cents = amount.quantize(_CENT)
    return f"${cents}" if cents == amount else f"${amount.normalize():f}"


def midnight(now: float) -> float:
    """Return when the local day began that a moment is in; both in seconds since 1970."""
    start = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start.timestamp()
