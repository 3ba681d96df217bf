"""The models that a node may ask, as rows to choose from: price of this call, limits, state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import ValidationError

from engine import Price
from engine.nodetype import Advice, StaticArguments
from nodes.asking import check_of
from nodes.comparing import SECONDS
from nodes.models import Catalogue, Kind, ModelInfo
from nodes.models.info import Status
from nodes.models.parameters import catalogue_name
from tui.cli.words import dollars
from tui.editor import fuzzy
from tui.editor.model import Snapshot, texts

Order = Literal["as listed", "cheapest first", "by name"]
ORDERS: Final[tuple[Order, ...]] = ("as listed", "cheapest first", "by name")
CAPS: Final[tuple[Decimal | None, ...]] = (
    None, Decimal(0), Decimal("0.05"), Decimal("0.25"), Decimal(1), Decimal(5),
)  # fmt: skip
_MEDIA: Final = frozenset({"image", "last_image", "mask", "references", "video", "audio",
                           "character"})  # fmt: skip
_UNKNOWN: Final = Decimal("Infinity")


@dataclass(frozen=True)
class Call:
    """What a node asks for, as far as the file says."""

    kind: Kind
    values: Mapping[str, Any]
    """The literal values, by the names of the node's parameters."""
    wired: frozenset[str]

    def price(self, model: ModelInfo) -> Price:
        """Return what the call costs at a model; 5 seconds where the length is not in the file."""
        call = {catalogue_name(name): value for name, value in self.values.items()}
        call["options"] = {
            name: value
            for name, value in call.get("options", {}).items()
            if name in model.options and not model.options[name].complaint(value)
        }
        if "seconds" in model.accepted(self.kind) and "seconds" not in call:
            call["seconds"] = SECONDS
        return model.estimate(call)

    def complaints(self, model: ModelInfo) -> list[str]:
        """Return what the check would say if the model were asked."""
        values = {name: v for name, v in self.values.items() if name != "options"}
        arguments = StaticArguments({**values, "model": [model.id]}, self.wired)
        found = check_of(self.kind)(arguments)
        return [each for each in found if not isinstance(each, Advice)]


def call_of(snapshot: Snapshot, node: str, kind: Kind) -> Call:
    """Return what a node asks for; of several takes, the first stands for all.

    Values of the wrong kind count as if they were not there: the form says what is wrong with them.
    """
    values: dict[str, Any] = {}
    wired: set[str] = set()
    for name, value in snapshot.nodes.get(node, {}).get("inputs", {}).items():
        if name == "model":
            continue
        if catalogue_name(name) in _MEDIA or any(texts.within(value)):
            wired.add(name)
            continue
        value = value[0] if isinstance(value, list) and value else value
        if _is_valid(snapshot, node, name, value):
            values[name] = value
    return Call(kind, values, frozenset(wired))


def _is_valid(snapshot: Snapshot, node: str, name: str, value: Any) -> bool:
    parameter = snapshot.signatures.parameter(node, name)
    if parameter is None or (name == "options" and not isinstance(value, dict)):
        return False
    try:
        parameter.validate(value)
    except ValidationError:
        return False
    return True


@dataclass(frozen=True)
class ModelRow:
    """A model to choose; what takes time to find out is found when it is asked for."""

    model: ModelInfo
    status: Status
    call: Call

    @cached_property
    def price(self) -> Price:
        """What this call costs."""
        return self.call.price(self.model)

    @cached_property
    def price_words(self) -> str:
        """What this call costs, in words."""
        return dollars(self.price.low, self.price.high)

    @cached_property
    def order(self) -> tuple[Decimal, Decimal]:
        """What the rows are sorted by: the most it may cost, unknown last."""
        high = self.price.high
        return (_UNKNOWN if high is None else high, self.price.low)

    @cached_property
    def limits(self) -> str:
        """The limits that matter most, in a few words: `5, 10 s · 1080p`."""
        return " · ".join(_limits(self.model, self.call.kind))

    @cached_property
    def complaints(self) -> list[str]:
        """What the check would say of this call."""
        if self.call.kind not in self.model.kinds:
            return [f"{self.model.id} does {', '.join(self.model.kinds)}"]
        return self.call.complaints(self.model)


def rows_of(catalogue: Catalogue, call: Call) -> list[ModelRow]:
    """Return a row for every model of the catalogue."""
    return [ModelRow(model, catalogue.status(model), call) for model in catalogue.all()]


def _limits(model: ModelInfo, kind: Kind) -> Iterator[str]:
    accepted = model.accepted(kind)
    if seconds := accepted.get("seconds"):
        if seconds.values:
            yield f"{_few(seconds.values)} s"
        elif seconds.high is not None:
            yield f"{seconds.low or 0:g}–{seconds.high:g} s"
    if (resolution := accepted.get("resolution")) and resolution.values:
        yield _few(resolution.values)
    if references := accepted.get("references"):
        yield f"{references.longest or 'any'} refs"
    if "last_image" in accepted:
        yield "last frame"
    if "audio" in accepted:
        yield "sound in"


def _few(values: Sequence[Any]) -> str:
    words = [f"{each:g}" if isinstance(each, float) else str(each) for each in values]
    return ", ".join(words) if len(words) <= 2 else f"{words[0]}–{words[-1]}"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which models are shown."""

    own_kind: bool = True
    """Only those that do what the node asks for."""
    provider: str = ""
    most: Decimal | None = None
    """The most that the call may cost."""
    offered: bool = True
    """Only those that are still offered."""
    with_key: bool = False
    """Only those that can be asked now: built in, or with a key."""
    order: Order = "as listed"

    def words(self, kind: Kind) -> list[tuple[str, str]]:
        """Return what is filtered by, with the name of the filter."""
        price = "any price" if self.most is None else f"≤ ${self.most:g}" if self.most else "free"
        return [
            ("kind", kind if self.own_kind else "any kind"),
            ("provider", self.provider or "any provider"),
            ("price", price),
            ("offered", "offered" if self.offered else "retired too"),
            ("key", "key present" if self.with_key else "key or not"),
            ("order", self.order),
        ]

    def changed(self, what: str, providers: Sequence[str]) -> Filters:
        """Return the filters with the next value of one of them."""
        match what:
            case "kind":
                return replace(self, own_kind=not self.own_kind)
            case "provider":
                return replace(self, provider=_next(("", *providers), self.provider))
            case "price":
                return replace(self, most=_next(CAPS, self.most))
            case "offered":
                return replace(self, offered=not self.offered)
            case "key":
                return replace(self, with_key=not self.with_key)
        return replace(self, order=_next(ORDERS, self.order))

    def allows(self, row: ModelRow, has_key: Callable[[str], bool | None]) -> bool:
        """Tell whether a model is shown."""
        model = row.model
        if self.own_kind and row.call.kind not in model.kinds:
            return False
        if self.provider not in ("", model.provider):
            return False
        if self.offered and row.status == "retired":
            return False
        if self.with_key and not model.local and not has_key(model.provider):
            return False
        return self.most is None or (row.price.high is not None and row.price.high <= self.most)


def _next(values: Sequence[Any], value: Any) -> Any:
    at = values.index(value) if value in values else -1
    return values[(at + 1) % len(values)]


def chosen(
    rows: Sequence[ModelRow],
    filters: Filters,
    query: str,
    has_key: Callable[[str], bool | None],
) -> list[fuzzy.Match[ModelRow]]:
    """Return the rows that are shown: the best first where something is looked for."""
    allowed = [row for row in rows if filters.allows(row, has_key)]
    if filters.order == "cheapest first":
        allowed.sort(key=lambda row: row.order)
    elif filters.order == "by name":
        allowed.sort(key=lambda row: row.model.id)
    found = fuzzy.find(query, allowed, lambda row: row.model.id)
    if query.strip():
        whole = query.strip().lower()
        found.sort(key=lambda each: whole not in each.item.model.id.lower())
        named = {id(each.item) for each in found}
        found += [
            fuzzy.Match(row, 0, ())
            for row in allowed
            if id(row) not in named and whole in f"{row.model.title} {row.model.summary}".lower()
        ]
    return found
