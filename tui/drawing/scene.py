"""What a drawing of a workflow shows: cards with ports, the wires between them, groups.

The engine's graph holds nodes that only pass values on: inputs of subworkflows and disabled nodes.
Wires are followed through them. The inputs of the workflow itself and its outputs become small
cards of their own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from engine.graph import Binding, Const, Graph, ListOf, Node, Takes, Wire, wires_of
from engine.types import PortType
from tui.drawing.labels import harmless, list_label, value_label
from tui.drawing.layout import Link

_INPUT = "inputs."
_MOST_ENDS = 6
"""Most wires into one port that each get a place of their own; further ones join the last."""
_NOTABLE: Final = (
    "model", "factor", "aspect_ratio", "size", "width", "height", "duration", "seconds",
    "transition", "seed", "max_shots", "shots", "columns", "index", "fps", "format",
)  # fmt: skip
"""Parameters that tell most of a node, the most telling first."""


@dataclass(frozen=True, slots=True)
class Port:
    """An end of wires on a card."""

    key: str
    label: str
    """Empty for a second wire into the port above."""
    kind: str
    """Kind of data: `text`, `image`, ..., without the list around it."""
    many: bool = False
    """A list passes here."""


@dataclass(frozen=True, slots=True)
class Card:
    """A node, or an input or output of the workflow."""

    id: str
    role: Literal["node", "input", "output"]
    title: str
    type: str
    group: str = ""
    axes: tuple[str, ...] = ()
    """What the node is repeated over."""
    inlets: tuple[Port, ...] = ()
    outlets: tuple[Port, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """Literal parameters worth showing, the most telling first."""

    @property
    def kind(self) -> str:
        """The kind of data that the card is about."""
        ports = self.outlets or self.inlets
        return ports[0].kind if ports else "data"


@dataclass(frozen=True, slots=True)
class Line:
    """A wire, with what it carries."""

    link: Link
    kind: str
    """Kind of data that its outlet gives."""
    many: bool
    """It carries a value for each item of a list."""
    label: str
    """`board.shots.prompt`"""


@dataclass(slots=True)
class Scene:
    """All that a drawing shows."""

    title: str
    description: str
    cards: list[Card] = field(default_factory=list)
    """Each stands after those that it needs."""
    lines: list[Line] = field(default_factory=list)


def make_scene(graph: Graph) -> Scene:
    """Return what a drawing of the graph shows."""
    return _SceneMaker(graph).scene()


def base_kind(port_type: PortType) -> str:
    """Return the kind of data of a type, without list and alternatives."""
    while port_type.members:
        port_type = port_type.members[0]
    return "text" if port_type.kind == "choice" else port_type.kind


@dataclass(frozen=True, slots=True)
class _End:
    """The real source of a wire."""

    node: str
    port: str
    label: str
    kind: str
    many: bool


class _SceneMaker:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._ends: dict[tuple[str, str], list[_End]] = {}
        self._lines: list[Line] = []
        self._inlets: dict[str, list[Port]] = defaultdict(list)
        self._used: dict[str, dict[str, Port]] = defaultdict(dict)
        """Outlets that wires leave from."""

    def scene(self) -> Scene:
        """Return the finished scene."""
        nodes = self._graph.nodes.values()
        for node in nodes:
            if self._is_passed_through(node):
                for port, binding in node.bindings.items():
                    self._ends[node.id, port] = list(self._sources(binding))
            else:
                for name, binding in node.bindings.items():
                    self._connect(node.id, name, list(self._sources(binding)))
        for name, wire in self._graph.outputs.items():
            self._connect(_output_id(name), name, list(self._sources(wire)))
        scene = Scene(harmless(self._graph.name), _description(self._graph))
        scene.cards = list(self._cards())
        shown = {card.id for card in scene.cards}
        scene.lines = [line for line in self._lines if line.link.source in shown]
        return scene

    @staticmethod
    def _is_passed_through(node: Node) -> bool:
        return node.internal and not _is_input(node)

    def _sources(self, binding: Binding) -> Iterator[_End]:
        """Yield the shown cards that a value comes from."""
        for wire in wires_of(binding):
            known = self._ends.get((wire.node, wire.port))
            yield from known if known is not None else [self._end(wire)]

    def _end(self, wire: Wire) -> _End:
        source = self._graph.nodes[wire.node]
        port_type = source.outputs.get(wire.port, wire.type)
        many = bool(wire.axes) or port_type.is_list
        fields = [step for step in wire.steps if step]
        start = [_input_name(source)] if _is_input(source) else [wire.node, wire.port]
        return _End(wire.node, wire.port, ".".join([*start, *fields]), base_kind(port_type), many)

    def _connect(self, target: str, name: str, ends: list[_End]) -> None:
        nets: dict[tuple[str, str], str] = {}
        for end in dict.fromkeys(ends):
            self._used[end.node].setdefault(
                end.port, Port(end.port, harmless(end.port), end.kind, end.many)
            )
            net = (end.node, end.port)
            if net in nets:
                continue
            number = min(len(nets), _MOST_ENDS - 1)
            key = nets[net] = f"{name}#{number}" if number else name
            if number == len(nets) - 1:
                port = Port(key, "" if number else harmless(name), end.kind, end.many)
                self._inlets[target].append(port)
            link = Link(end.node, end.port, target, key)
            self._lines.append(Line(link, end.kind, end.many, harmless(end.label)))

    # -- cards ---------------------------------------------------------------------------------

    def _cards(self) -> Iterator[Card]:
        nodes = self._graph.nodes.values()
        waiting = {node.id: node for node in nodes if _is_input(node) and self._used.get(node.id)}
        sources: dict[str, list[str]] = defaultdict(list)
        for line in self._lines:
            sources[line.link.target].append(line.link.source)
        outputs = defaultdict(list)
        for name in self._graph.outputs:
            for source in dict.fromkeys(sources[_output_id(name)]):
                outputs[source].append(name)
        done: set[str] = set()
        for node in nodes:
            if node.internal:
                continue
            # An input stands right before the first node that needs it.
            for source in dict.fromkeys(sources[node.id]):
                if source in waiting:
                    yield self._input_card(waiting.pop(source))
                    yield from self._output_cards(outputs[source], done)
            yield self._node_card(node)
            yield from self._output_cards(outputs[node.id], done)
        for node in waiting.values():
            yield self._input_card(node)
            yield from self._output_cards(outputs[node.id], done)

    def _input_card(self, node: Node) -> Card:
        name = _input_name(node)
        port_type = node.outputs["value"]
        port = Port("value", "", base_kind(port_type), bool(node.axes) or port_type.is_list)
        return Card(node.id, "input", harmless(name), harmless(str(port_type)), outlets=(port,))

    def _output_cards(self, names: list[str], done: set[str]) -> Iterator[Card]:
        for name in names:
            if name not in done:
                done.add(name)
                card_id = _output_id(name)
                inlets = tuple(self._inlets[card_id])
                yield Card(card_id, "output", harmless(name), inlets[0].kind, inlets=inlets)

    def _node_card(self, node: Node) -> Card:
        used = self._used.get(node.id, {})
        names = [name for name in node.outputs if name in used] or list(node.outputs)[:1]
        return Card(
            id=node.id,
            role="node",
            title=harmless(node.title or node.id.removeprefix(node.scope)),
            type=harmless(node.type.name),
            group=node.scope,
            axes=tuple(self._axis_label(node, axis) for axis in node.axes),
            inlets=tuple(self._inlets.get(node.id, ())),
            outlets=tuple(_outlet(name, node.outputs[name], bool(node.axes)) for name in names),
            details=tuple(_details(node.bindings)),
        )

    @staticmethod
    def _axis_label(node: Node, axis: str) -> str:
        short = axis.removeprefix(f"{node.id}.").removeprefix(node.scope).removeprefix(_INPUT)
        return harmless(short)


def _outlet(name: str, port_type: PortType, mapped: bool) -> Port:
    return Port(name, harmless(name), base_kind(port_type), mapped or port_type.is_list)


def _details(bindings: Mapping[str, Binding]) -> Iterator[tuple[str, str]]:
    """Yield the literal parameters, the most telling first."""
    for name in sorted(bindings, key=_rank):
        label = _literal_label(bindings[name])
        if label:
            yield harmless(name), label


def _rank(name: str) -> int:
    return _NOTABLE.index(name) if name in _NOTABLE else len(_NOTABLE)


def _literal_label(binding: Binding) -> str:
    if isinstance(binding, Const):
        return "" if binding.value is None else value_label(binding.value)
    if isinstance(binding, Takes | ListOf):
        known = [item.value for item in binding.items if isinstance(item, Const)]
        if len(known) == len(binding.items):
            return list_label([value_label(value) for value in known[:5]], len(known))
    return ""


def _is_input(node: Node) -> bool:
    return node.internal and not node.scope and node.id.startswith(_INPUT)


def _input_name(node: Node) -> str:
    return node.id.removeprefix(_INPUT)


def _output_id(name: str) -> str:
    # No node is called so: a node's id holds no colon.
    return f"output:{name}"


def _description(graph: Graph) -> str:
    try:
        text = json.loads(graph.text).get("description", "") if graph.text else ""
    except (ValueError, AttributeError, RecursionError):
        return ""
    return harmless(text) if isinstance(text, str) else ""
