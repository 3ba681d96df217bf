"""What is known of a model, as data: what it does, accepts and costs, and whether it is offered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.nodetype import Price
from engine.problems import nearest
from engine.values import Audio, Image, Media, Video
from nodes.models.parameters import parameter_name
from nodes.models.rules import Rule

Kind = Literal[
    "text_to_image",
    "image_to_image",
    "image_to_video",
    "text_to_video",
    "storyboard_images",
    "lip_sync",
    "video_to_video",
    "write_text",
    "upscale_image",
    "upscale_video",
    "train_character",
    "speech",
    "text_to_audio",
    "text_to_vector",
    "image_to_vector",
    "endpoint",
]
"""What a model is asked for; for most, the name of the node that asks."""

PARAMETERS = ("aspect_ratio", "resolution", "seed", "strength")
"""Parameters of nodes that a model may also take as options of the same names."""
_TOLD = 20
"""Values that are told where another is given; `reelgraph models ID` tells all."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Accepted(_Data):
    """One thing that a model accepts."""

    type: Literal[
        "text",
        "integer",
        "number",
        "boolean",
        "image",
        "video",
        "audio",
        "images",
        "character",
        "address",
        "addresses",
        "data",
    ] = "text"
    """`address` is one on the public internet that the provider fetches a file from; `addresses` is
    a list of such, or of files that it keeps already, as `asset://ID`; `data` is a list or an
    object in the provider's own shape."""
    required: bool = False
    kinds: tuple[Kind, ...] = ()
    """The kinds of work that it is accepted for; all that the model does by default."""
    default: str | int | float | bool | None = None
    """What the model takes when it is not told."""
    values: tuple[str | int | float, ...] = ()
    """The only values allowed; any by default."""
    low: float | None = None
    """The least number; of films and sounds seconds, of pictures pixels of the shorter side."""
    high: float | None = None
    """The greatest number; of films and sounds seconds, of pictures pixels of the longer side."""
    megabytes: float | None = None
    """Most millions of bytes of a file."""
    megapixels: float | None = None
    """Most millions of pixels of a picture."""
    ratio: float | None = None
    """At most so many times as long as wide, or as wide as long, is a picture."""
    longest: int | None = None
    """Most characters of a text, or most items of a list."""
    field: str = ""
    """The provider's name for it, with dots into objects; its own name by default."""
    form: Literal["plain", "text", "seconds", "list", "objects"] = "plain"
    """How it is sent: as it is, as text (`"5"`), with its unit (`"5s"`), in a list, or as the
    provider's own objects (which its adapter builds)."""
    sent: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """What is sent instead of certain values: `{"720p": "720"}`."""
    help: str = ""

    def complaint(self, value: Any) -> str:
        """Say what is wrong with a value; empty if nothing is."""
        if self.values and value not in self.values:
            known = [str(v) for v in self.values]
            more = f" and {len(known) - _TOLD} more" if len(known) > _TOLD else ""
            near = f" (did you mean {hit}?)" if (hit := nearest(str(value), known)) else ""
            return f"not {_plain(value)}; it takes {', '.join(known[:_TOLD])}{more}{near}"
        if not self._is_of_type(value):
            return f"not {value!r}; it takes {self.type}"
        if isinstance(value, int | float):
            if self.low is not None and value < self.low:
                return f"not {value:g}; at least {self.low:g}"
            if self.high is not None and value > self.high:
                return f"not {value:g}; at most {self.high:g}"
        has_length = isinstance(value, str | list | tuple)
        if self.longest is not None and has_length and len(value) > self.longest:
            return f"at most {self.longest} {self.unit}, not {len(value)}"
        files = value if isinstance(value, list | tuple) else [value]
        found = (self._file_complaint(file) for file in files if isinstance(file, Media))
        return next(filter(None, found), "")

    def file_limits(self) -> list[str]:
        """Say in words how large files may be."""
        limits = (
            (self.megabytes, "files up to {:g} MB"),
            (self.megapixels, "up to {:g} million pixels"),
            (self.ratio, "sides up to {:g} to 1"),
        )
        return [words.format(most) for most, words in limits if most is not None]

    def _file_complaint(self, file: Media) -> str:
        size = file.size / 1e6
        if self.megabytes is not None and size > self.megabytes:
            return f"a file of at most {self.megabytes:g} MB, not {size:.1f} MB"
        measured: list[float] = []
        if isinstance(file, Image):
            if complaint := self._shape_complaint(file.width, file.height):
                return complaint
            measured = [file.width, file.height]
        elif isinstance(file, Video | Audio):
            measured = [file.seconds]
        for each in measured:
            if self.low is not None and each < self.low:
                return f"at least {self.low:g} {self.measure}, not {each:g}"
            if self.high is not None and each > self.high:
                return f"at most {self.high:g} {self.measure}, not {each:g}"
        return ""

    def _shape_complaint(self, width: int, height: int) -> str:
        pixels, ratio = width * height / 1e6, max(width, height) / max(min(width, height), 1)
        if self.megapixels is not None and pixels > self.megapixels:
            return f"at most {self.megapixels:g} million pixels, not {pixels:.1f}"
        if self.ratio is not None and ratio > self.ratio:
            return f"at most {self.ratio:g} times as long as wide, or as wide as long"
        return ""

    @property
    def is_file(self) -> bool:
        """Whether it is one file."""
        return self.type in ("image", "video", "audio")

    @property
    def measure(self) -> str:
        """What `low` and `high` count; empty for plain numbers."""
        is_picture = self.type in ("image", "images")
        return "pixels a side" if is_picture else "seconds" * (self.type in ("video", "audio"))

    @property
    def unit(self) -> str:
        """What its length is counted in."""
        units = {"text": "characters", "images": "pictures", "addresses": "addresses"}
        return units.get(self.type, "items")

    def _is_of_type(self, value: Any) -> bool:
        """Tell whether a text, number or boolean is one where one is wanted; media are handles."""
        if self.type in ("integer", "number"):
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            real = isinstance(value, float) and self.type == "number"
            return (whole or real) and not isinstance(value, bool)
        if self.type == "address":
            return isinstance(value, str) and value.startswith(("https://", "http://"))
        if self.type == "addresses":
            known = ("https://", "http://", "asset://")
            is_list = isinstance(value, list | tuple)
            return is_list and all(isinstance(v, str) and v.startswith(known) for v in value)
        if self.type in ("text", "boolean"):
            return isinstance(value, str if self.type == "text" else bool)
        return True

    def length_for(self, seconds: float) -> float:
        """Return the shortest length on offer that is no shorter than `seconds`; else the longest.

        Models that make clips of certain lengths only are asked for the next longer one.
        """
        if self.values:
            offered = sorted(float(v) for v in self.values)
            return next((v for v in offered if v >= seconds), offered[-1])
        wanted = float(math.ceil(seconds)) if self.type == "integer" else seconds
        return max(wanted, self.low or 0.0)


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


class PriceCase(_Data):
    """A price that holds when arguments have certain values, or are not given."""

    when: dict[str, str | int | float | bool]
    without: tuple[str, ...] = ()
    """Arguments none of which is given where it holds."""
    low: Decimal
    high: Decimal | None = None

    def fits(self, arguments: Mapping[str, Any]) -> bool:
        """Tell whether it holds for these arguments."""
        if any(arguments.get(name) for name in self.without):
            return False
        return all(arguments.get(name) == value for name, value in self.when.items())


class ModelPrice(_Data):
    """What a call costs, in US dollars per unit."""

    unit: Literal["call", "image", "second", "thousand_characters"]
    low: Decimal
    high: Decimal | None = None
    """None: the most it may cost is not known."""
    cases: tuple[PriceCase, ...] = ()
    """Prices for certain arguments; the first that fits counts."""
    counted_by: str = "count"
    """The argument or option that says how many pictures are made, where `unit` is `image`."""
    unbounded_by: tuple[str, ...] = ()
    """Options that, once given, make the most it may cost unknown: lengths or sizes within them."""
    tokens: dict[str, Decimal] = Field(default_factory=dict)
    """US dollars for a million tokens, by what they hold, where answers say how many there were."""
    source: str
    date: date

    def of(self, arguments: Mapping[str, Any], seconds: tuple[float, float] | None) -> Price:
        """Return what a call with these arguments costs.

        Args:
            arguments: The known values.
            seconds: The least and the most of what is made or worked on; None when not known.
        """
        low, high = self.low, self.high
        for case in self.cases:
            if case.fits(arguments):
                low, high = case.low, case.high
                break
        if any(arguments.get(name) for name in self.unbounded_by):
            high = None
        units = self._units(arguments, seconds)
        if units is None:
            return Price(Decimal(0), None if high else high, self.source)
        least, most = (Decimal(str(each)) for each in units)
        return Price(low * least, None if high is None else high * most, self.source)

    def _units(
        self, arguments: Mapping[str, Any], seconds: tuple[float, float] | None
    ) -> tuple[float, float] | None:
        """Return the least and the most units that are paid for; None if that is not known."""
        match self.unit:
            case "call":
                return 1, 1
            case "image":
                number = arguments.get(self.counted_by) or 1
                return number, number
            case "second":
                return seconds
        text = arguments.get("prompt")
        return (len(text) / 1000, len(text) / 1000) if isinstance(text, str) else None


Status = Literal["active", "deprecated", "retired"]
CheckedAgainst = Literal["spec", "sdk", "documentation"]
"""What every request of a model was checked against: the provider's published specification, the
types of its own SDK, or what its documentation says and nothing else."""


class Lifecycle(_Data):
    """Whether a model is still offered."""

    status: Status = "active"
    until: date | None = None
    """The last day on which it is offered."""
    successor: str = ""

    def on(self, day: date) -> Status:
        """Return the status on a day: with a last day it is deprecated, and after it retired."""
        if self.until is None or self.status == "retired":
            return self.status
        return "retired" if self.until < day else "deprecated"


class ModelInfo(_Data):
    """One model, as `provider/name`."""

    id: str = Field(pattern=r"^[a-z0-9_]+/[A-Za-z0-9._/:@+-]+$")
    title: str
    summary: str
    kinds: tuple[Kind, ...]
    version: str
    """Version of the model and of its adapter: part of the cache key."""
    inputs: dict[str, Accepted]
    """What it accepts, by the names of the nodes' parameters."""
    options: dict[str, Accepted] = Field(default_factory=dict)
    """What it accepts besides, by names of its own; given under `options`."""
    endpoint: str = ""
    """Where the provider takes requests for it: a path, or the id that its API uses."""
    one_of: tuple[str, ...] = ()
    """Inputs and options of which at least one must be given."""
    rules: tuple[Rule, ...] = ()
    """What it does not take together."""
    constants: dict[str, Any] = Field(default_factory=dict)
    """What is sent with every request, by the provider's names."""
    price: ModelPrice
    lifecycle: Lifecycle = Field(default_factory=Lifecycle)
    docs: str = ""
    """Link to the provider's documentation."""
    local: bool = False
    """Runs on this machine: no key, no network."""
    checked_against: CheckedAgainst = "documentation"
    called: date | None = None
    """The last day on which the real service did work of this model for us; None: it never did."""

    @property
    def provider(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    def accepted(self, kind: Kind | None = None) -> dict[str, Accepted]:
        """Return what a call may give by parameters of its node.

        Options are among them that any model may have: `PARAMETERS`.
        """
        options = {name: self.options[name] for name in PARAMETERS if name in self.options}
        return {
            name: accepted
            for name, accepted in (options | self.inputs).items()
            if kind is None or not accepted.kinds or kind in accepted.kinds
        }

    def complaints(
        self, arguments: Mapping[str, Any], given: frozenset[str], kind: Kind | None = None
    ) -> Iterator[str]:
        """Yield what it does not accept among the arguments of a call.

        Args:
            arguments: The known values, by the names of `inputs`, and `options`.
            given: The names that the workflow sets, whether or not their values are known; with
                `options` among them where none of those is known yet.
            kind: What it is asked for; any of what it does by default.
        """
        has_open_options, given = "options" in given, given - {"options"}
        inputs = self.accepted(kind)
        for name in sorted(given - set(inputs)):
            here = f" for {kind}" if name in self.inputs else ""
            yield f"{self.id} takes no {parameter_name(name, kind)}{here}"
        named = given | set(arguments.get("options") or {})
        if self.one_of and named.isdisjoint(self.one_of):
            yield f"{self.id} needs {' or '.join(parameter_name(n, kind) for n in self.one_of)}"
        for name, accepted in inputs.items():
            if accepted.required and name not in given:
                yield f"{self.id} needs {parameter_name(name, kind)}"
            value = arguments.get(name)
            if name == "seconds" and value is not None:
                value = max(value, accepted.length_for(value))
            if value is not None and (complaint := accepted.complaint(value)):
                yield f"{self.id}, {parameter_name(name, kind)}: {complaint}"
        if not has_open_options:
            yield from self._option_complaints(arguments.get("options") or {}, given)
        rules = [r for r in self.rules if not has_open_options or r.names.isdisjoint(self.options)]
        if rules:
            yield from self._rule_complaints(rules, arguments, given, kind)

    def _rule_complaints(
        self,
        rules: Iterable[Rule],
        arguments: Mapping[str, Any],
        given: frozenset[str],
        kind: Kind | None,
    ) -> Iterator[str]:
        given = given | set(arguments.get("options") or {})
        # What is given and not known yet may be anything, and not the default.
        unknown = given - {name for name, value in arguments.items() if value is not None}
        known = self._with_defaults(arguments)
        values = {n: v for n, v in known.items() if n not in unknown or n not in self.inputs}
        for rule in rules:
            for complaint in rule.complaints(values, given, kind):
                yield f"{self.id}: {complaint}"

    def _option_complaints(
        self, options: Mapping[str, Any], given: frozenset[str]
    ) -> Iterator[str]:
        for name, option in self.options.items():
            if option.required and name not in options and name not in given:
                yield f"{self.id} needs the option {name}"
        for name, value in options.items():
            accepted = self.options.get(name)
            if accepted is None:
                near = nearest(name, self.options)
                hint = f" (did you mean {near}?)" if near else ""
                yield f"{self.id} has no option {name!r}{hint}"
            elif accepted.is_file and not isinstance(value, Media):
                yield f"{self.id}, option {name}: not {value!r}; it takes what a node has made"
            elif complaint := accepted.complaint(value):
                yield f"{self.id}, option {name}: {complaint}"

    def estimate(self, arguments: Mapping[str, Any]) -> Price:
        """Return what a call costs; arguments that are not there count as the model's defaults."""
        known = self._with_defaults(arguments)
        return self.price.of(known, self._paid_seconds(known))

    def _with_defaults(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of inputs and options by name, as they will be asked for."""
        known = {n: a.default for n, a in (*self.inputs.items(), *self.options.items())}
        known |= {n: v for n, v in arguments.items() if v is not None and n != "options"}
        known |= arguments.get("options") or {}
        if (seconds := known.get("seconds")) and "seconds" in self.inputs:
            known["seconds"] = self.inputs["seconds"].length_for(float(seconds))
        return known

    def _paid_seconds(self, arguments: Mapping[str, Any]) -> tuple[float, float] | None:
        """Return the length that is paid for, as asked, or else that of the film and sound given.

        Where both are given, what is made may be as long as either. None if it is not known.
        """
        if seconds := arguments.get("seconds"):
            return float(seconds), float(seconds)
        lengths = []
        for name in ("video", "audio"):
            media = arguments.get(name)
            if isinstance(media, Video | Audio):
                lengths.append(media.seconds)
            elif name in self.inputs and self.inputs[name].required:
                return None
        return (min(lengths), max(lengths)) if lengths else None
