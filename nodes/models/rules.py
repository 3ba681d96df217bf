"""What a model does not take together, as data, so that it is told before anything is spent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from nodes.models.parameters import parameter_name

Value = str | int | float | bool


class Rule(BaseModel):
    """A rule for calls that give certain things, or have certain values; for all by default."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kinds: tuple[str, ...] = ()
    """The kinds of work that it is for; all that the model does by default."""
    given: tuple[str, ...] = ()
    """Inputs and options that are all given where it applies."""
    without: tuple[str, ...] = ()
    """Inputs and options none of which is given where it applies."""
    when: dict[str, Value] = Field(default_factory=dict)
    """Values that are all there where it applies, the model's defaults among them."""
    needs: dict[str, tuple[Value, ...]] = Field(default_factory=dict)
    """What must be there besides, with one of these values; with any if there are none."""
    excludes: tuple[str, ...] = ()
    """What must not be given."""
    counted: tuple[str, ...] = ()
    """Inputs and options, of which lists count by their items and numbers as what they are..."""
    most: int = 0
    """...and of which there are at most so many together."""

    @property
    def names(self) -> frozenset[str]:
        """The inputs and options that it is about."""
        told = (self.given, self.without, self.when, self.needs, self.excludes, self.counted)
        return frozenset(name for names in told for name in names)

    def complaints(
        self, values: Mapping[str, Any], given: frozenset[str], kind: str | None
    ) -> Iterator[str]:
        """Yield what breaks it.

        Args:
            values: The known values of inputs and options, with the model's defaults.
            given: The names that are set, whether or not their values are known.
            kind: What is asked for; None for any.
        """
        if (self.kinds and kind not in self.kinds) or not given.issuperset(self.given):
            return
        if not given.isdisjoint(self.without):
            return
        if any(values.get(name) != value for name, value in self.when.items()):
            return
        told = {name: parameter_name(name, kind) for name in self.names}
        what = [told[name] for name in self.given]
        what += [f"{told[name]} {_shown(value)}" for name, value in self.when.items()]
        named = " with ".join(what) or f"{kind}"
        if self.without:
            named += f" without {' and '.join(told[name] for name in self.without)}"
        for name, allowed in self.needs.items():
            is_open = name in given and (not allowed or name not in values)
            if is_open or values.get(name) in allowed:
                continue
            wanted = " or ".join(map(_shown, allowed))
            yield f"{named} needs {f'{told[name]} {wanted}'.strip()}"
        for name in self.excludes:
            if name in given:
                yield f"{named} does not go with {told[name]}"
        number = sum(_number(values[name]) for name in self.counted if name in values)
        if self.counted and number > self.most:
            together = " and ".join(told[name] for name in self.counted)
            yield f"{together} are at most {self.most} together, not {number}"


def _number(value: Any) -> int:
    if isinstance(value, list | tuple):
        return len(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number else int(value is not None)


def _shown(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
