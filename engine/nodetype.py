"""What the engine knows of a kind of node: its parameters, its outputs and how its tasks behave."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from engine.errors import NodeDefinitionError
from engine.types import PortType, is_structured


class Outputs(BaseModel):
    """Base of a node's return value when it has several ports: each field is a port."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class StaticArguments(Mapping[str, Any]):
    """What is known of a node's arguments before anything runs.

    A mapping of the literal values; `wired` names the parameters whose values come later.
    """

    def __init__(self, values: Mapping[str, Any], wired: Collection[str] = ()) -> None:
        self._values = dict(values)
        self.wired = frozenset(wired)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def given(self, name: str) -> bool:
        """Tell whether the workflow sets this parameter, by a literal or by a wire."""
        return name in self._values or name in self.wired


@dataclass(frozen=True, slots=True)
class Advice:
    """What a node's check says of arguments that are right, but may not be for long."""

    message: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a task will cost, in US dollars, as far as it is known."""

    low: Decimal = Decimal(0)
    high: Decimal | None = Decimal(0)
    """None: nobody knows."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What the scheduler and the cache must know of a task beyond its node type."""

    pool: str = ""
    """The limit it counts against: `media`, or a provider's name; empty for none."""
    fingerprint: str = ""
    """Part of the cache key: the model's and adapter's version."""
    price: Price = field(default_factory=Price)
    models: tuple[str, ...] = ()
    """The models that it may ask, as `provider/name`, in order of preference."""
    instant: bool = True
    """Whether a task of an instant node type is instant too: not so where these arguments ask a
    model, which planning must not do."""


@dataclass(frozen=True)
class Parameter:
    """One input of a node."""

    name: str
    type: PortType
    annotation: Any
    default: Any = inspect.Parameter.empty
    description: str = ""

    @property
    def required(self) -> bool:
        """Whether a workflow must give it."""
        return self.default is inspect.Parameter.empty

    @cached_property
    def normal_default(self) -> Any:
        """The default as a workflow's literal would come out: 1 for a number is 1.0."""
        return None if self.default is None else self.validate(self.default)

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Validates one value, with its limits."""
        return TypeAdapter(self.annotation, config=_config_for(self.annotation))

    def validate(self, value: Any) -> Any:
        """Check one value; numbers are widened, nothing else is converted.

        Raises:
            pydantic.ValidationError: It does not fit.
        """
        return self._validator.validate_python(value, strict=True)

    @cached_property
    def is_structured(self) -> bool:
        """Whether values of its type may be, or hold, objects of `engine.values`."""
        return is_structured(self.type)

    @cached_property
    def _validator(self) -> Any:
        # Without the adapter's own wrapping, which costs as much as the validation of a number.
        return self.adapter.validator


def _config_for(annotation: Any) -> ConfigDict | None:
    base = typing.get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    if isinstance(base, type) and not isinstance(base, types.GenericAlias):
        return None if issubclass(base, BaseModel) else ConfigDict(allow_inf_nan=False)
    return ConfigDict(allow_inf_nan=False, arbitrary_types_allowed=True)


CheckHook = Callable[[StaticArguments], Iterable[str | Advice]]
"""Yields complaints, which keep the workflow from running, and advice, which does not."""
TraitsHook = Callable[[Mapping[str, Any]], Traits]
NeedsHook = Callable[[Mapping[str, Any], Collection[str]], Collection[str]]
OutputsHook = Callable[[StaticArguments], Mapping[str, PortType]]


@dataclass(frozen=True)
class NodeType:
    """What the engine knows of a node: read from its function by the `node` decorator."""

    name: str
    version: int
    function: Callable[..., Awaitable[Any]]
    parameters: Mapping[str, Parameter]
    outputs: Mapping[str, PortType]
    single_output: bool
    """The function returns the value of its only port, not an `Outputs`."""
    extra: Parameter | None = None
    """`**name: T`: any further named inputs, each of this type."""
    takes_context: bool = False
    summary: str = ""
    help: str = ""
    module: str = ""
    origin: str = ""
    """Part of the cache key: which code outside of reelgraph its function is from, as nodes of
    different authors may share a name; empty for a built-in node."""
    pool: str = ""
    instant: bool = False
    sink: bool = False
    check: CheckHook | None = None
    traits_hook: TraitsHook | None = None
    needs: NeedsHook | None = None
    outputs_hook: OutputsHook | None = None

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, or the variadic one; None if there is neither."""
        return self.parameters.get(name, self.extra)

    def check_defaults(self) -> None:
        """Check that each default is within the limits of its own parameter.

        Raises:
            NodeDefinitionError: One is not, or the limits are none for that type.
        """
        for parameter in self.parameters.values():
            if parameter.required:
                continue
            name, where = parameter.name, f"node {self.name} ({self.module})"
            try:
                _ = parameter.normal_default
            except ValidationError as error:
                message = f"the default of {name} breaks its own limits: {error}"
                raise NodeDefinitionError(message, where=where) from error
            except Exception as error:
                message = f"the limits of {name} do not go with its type: {error}"
                raise NodeDefinitionError(message, where=where) from error

    def traits(self, arguments: Mapping[str, Any]) -> Traits:
        """Return what the scheduler and cache must know of a task with these arguments."""
        return self.traits_hook(arguments) if self.traits_hook else self._own_traits

    @cached_property
    def _own_traits(self) -> Traits:
        return Traits(pool=self.pool)

    def split_outputs(self, result: Any) -> dict[str, Any]:
        """Turn what the function returned into port values."""
        if self.single_output:
            return {next(iter(self.outputs)): result}
        return {name: getattr(result, name) for name in self.outputs}
