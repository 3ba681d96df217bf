"""The settings of a home: `config.toml`, with budgets and limits. An example with all of them:

[budget]            # US dollars; no limit where nothing is said
per_run = 5
per_day = 20        # from midnight to midnight, by all runs of the home

[budget.providers]  # a day's limit for single providers
fal = 10

[limits]            # tasks at a time; of a provider, by all runs of the home together
media = 2
fal = 8

[calls_a_minute]    # by all runs of the home together
fal = 300
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.errors import UsageError
from engine.money import Budget
from engine.problems import nearest

FILE_NAME = "config.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """What a person has set for a home."""

    budget: Budget = field(default_factory=Budget)
    limits: Mapping[str, int] = field(default_factory=dict)
    """Tasks at a time, by pool or provider."""
    paces: Mapping[str, int] = field(default_factory=dict)
    """Calls a minute, by provider."""


def read_config(home: Path) -> Config:
    """Read the settings of a home; the defaults where there is no file.

    Raises:
        UsageError: The file cannot be read, or something in it is wrong; the message names it.
    """
    path = home / FILE_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except ValueError as error:
        raise UsageError(f"not a TOML file: {error}", where=str(path)) from error
    return _Reader(path).config(data)


class _Reader:
    """Reads the tables of one file; `where` of its errors is the file and the place in it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def config(self, data: Mapping[str, Any]) -> Config:
        self._expect("", data, ("budget", "limits", "calls_a_minute"))
        budget = self._table("budget", data.get("budget", {}))
        self._expect("budget.", budget, ("per_run", "per_day", "providers"))
        providers = self._table("budget.providers", budget.get("providers", {}))
        return Config(
            Budget(
                run=self._amount("budget.per_run", budget.get("per_run")),
                day=self._amount("budget.per_day", budget.get("per_day")),
                providers={
                    name: self._positive(f"budget.providers.{name}", value)
                    for name, value in providers.items()
                },
            ),
            self._numbers("limits", data),
            self._numbers("calls_a_minute", data),
        )

    def _expect(self, prefix: str, table: Mapping[str, Any], known: Collection[str]) -> None:
        for name in table:
            if name not in known:
                near = nearest(name, known)
                hint = f"Did you mean {prefix}{near}?" if near else f"It takes {', '.join(known)}."
                raise self._error(f"{prefix}{name}", "there is no such setting", hint)

    def _table(self, name: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._error(name, "not a table", f"Write it as [{name}] and settings below.")
        return value

    def _amount(self, name: str, value: Any) -> Decimal | None:
        return None if value is None else self._positive(name, value)

    def _positive(self, name: str, value: Any) -> Decimal:
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not is_number or not Decimal(value).is_finite() or value < 0:
            shown = value if isinstance(value, Decimal) else repr(value)
            raise self._error(name, f"{shown} is no amount of US dollars", "Write it as 5 or 0.5")
        return Decimal(value)

    def _numbers(self, name: str, data: Mapping[str, Any]) -> dict[str, int]:
        table = self._table(name, data.get(name, {}))
        return {key: self._number(f"{name}.{key}", value) for key, value in table.items()}

    def _number(self, name: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            shown = value if isinstance(value, Decimal) else repr(value)
            raise self._error(name, f"{shown} is not a whole number from 1")
        return value

    def _error(self, name: str, message: str, hint: str = "") -> UsageError:
        return UsageError(message, where=f"{self._path}: {name}", hint=hint)
