"""From a workflow, its problems and its run to what the canvas draws.

What has not changed stays the same object, so that after an edit of one node one box is made anew,
however many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.problems import Problem
from engine.references import INPUTS, Reference
from engine.types import PortType
from tui.drawing.labels import harmless, list_label, value_label
from tui.editor.canvas import (
    Badge,
    Flow,
    Group,
    Node,
    Note,
    Place,
    Port,
    Scene,
    State,
    Wire,
    WireRef,
)
from tui.editor.model import Edge, Problems, Slot, Snapshot
from tui.editor.model.furniture import place_of_group
from tui.editor.model.signatures import item_of

INPUT, OUTPUT, NOTE = "inputs.", "output:", "note:"
"""How boxes are called that are no nodes; no node's id holds a dot or a colon."""
_NOTABLE: Final = (
    "model", "prompt", "script", "text", "template", "path", "file", "factor", "aspect_ratio",
    "size", "width", "height", "duration", "seconds", "transition", "max_shots", "voice", "seed",
)  # fmt: skip
"""Parameters that tell most of a node, the most telling first."""
_MOST_DETAILS = 3
_MOST_FREE_INLETS = 4
MEDIA: Final = frozenset({"image", "video", "audio", "file"})
"""Kinds of data that are files."""
_DRAWN: Final = MEDIA | {"shot", "character"}
"""Kinds whose inlets are drawn, though nothing is wired to them."""
_GIVES: Final = frozenset({State.DONE, State.CACHED})
_FAILS: Final = frozenset({State.FAILED, State.REFUSED, State.SKIPPED})


@dataclass(frozen=True, slots=True)
class NodeRun:
    """What a run, or a plan, says of a node."""

    state: State = State.IDLE
    tasks: tuple[State, ...] = ()
    progress: float | None = None
    badges: tuple[Badge, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a workflow besides the file."""

    problems: Problems = field(default_factory=Problems)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What each node is repeated over."""
    runs: Mapping[str, NodeRun] = field(default_factory=dict)


@dataclass(slots=True)
class _Drawn:
    """A node as it was drawn last, and what it was made of."""

    spec: Any
    group: str
    problems: tuple[Problem, ...]
    axes: tuple[str, ...]
    run: NodeRun | None
    is_fixed: bool
    """Its ports do not depend on other nodes."""
    node: Node
    wires: tuple[Wire, ...] = ()


class Sketcher:
    """Makes scenes, each out of the one before."""

    def __init__(self) -> None:
        self._drawn: dict[str, _Drawn] = {}
        self._interface: tuple[Any, Any] = (None, None)
        self._edges: dict[WireRef, list[Edge]] = {}
        self._edges_of: Snapshot | None = None
        self._snapshot: Snapshot | None = None

    def scene(self, snapshot: Snapshot, known: Known) -> Scene:
        """Return what the canvas is to draw."""
        data = snapshot.data
        groups = data.get("groups", {})
        group_of = {n: f"{key}/" for key, spec in groups.items() for n in spec.get("nodes", ())}
        interface = (data.get("inputs"), data.get("outputs"))
        inputs_changed = self._interface[0] is not interface[0]
        self._interface = interface
        self._snapshot = snapshot
        drawn, renewed = self._nodes(snapshot, known, group_of)
        if inputs_changed:
            renewed.add(INPUTS)
        self._wires(snapshot, known, drawn, renewed)
        self._drawn = drawn
        outputs = tuple(self._output_wires(snapshot, known))
        wires = tuple(wire for each in drawn.values() for wire in each.wires) + outputs
        return Scene(
            (*self._inputs(snapshot, wires), *(d.node for d in drawn.values()),
             *self._outputs(snapshot, outputs)),
            wires,
            tuple(_group(key, spec) for key, spec in groups.items()),
            tuple(Note(f"{NOTE}{k}", n.get("text", "")) for k, n in data.get("notes", {}).items()),
            _places(data),
        )  # fmt: skip

    def edges(self, ref: WireRef) -> list[Edge]:
        """Return the wires of the workflow that one of the drawn wires stands for."""
        snapshot = self._snapshot
        if snapshot is None:
            return []
        if self._edges_of is not snapshot:
            self._edges, self._edges_of = {}, snapshot
            for edge in snapshot.edges():
                self._edges.setdefault(_ref_of(edge), []).append(edge)
        return self._edges.get(unfolded(ref), [])

    # -- nodes ---------------------------------------------------------------------------------

    def _nodes(
        self, snapshot: Snapshot, known: Known, group_of: Mapping[str, str]
    ) -> tuple[dict[str, _Drawn], set[str]]:
        drawn: dict[str, _Drawn] = {}
        renewed: set[str] = set()
        by_node, axes_of, runs = known.problems.by_node, known.axes, known.runs
        for name, spec in snapshot.nodes.items():
            before = self._drawn.get(name)
            group, problems = group_of.get(name, ""), by_node.get(name, ())
            axes, run = axes_of.get(name, ()), runs.get(name)
            same = (
                before is not None
                and before.spec is spec
                and before.is_fixed
                and before.group == group
                and before.axes == axes
                and before.run == run
                and before.problems == problems
            )
            if before is not None and same:
                drawn[name] = before
                continue
            each = _Drawn(spec, group, problems, axes, run, _is_fixed(snapshot, name),
                          _node(snapshot, name, group, problems, axes, run))  # fmt: skip
            if before is not None and before.node == each.node:
                each.node, each.wires = before.node, before.wires
                if before.spec is not spec or before.problems != problems:
                    renewed.add(name)
            else:
                renewed.add(name)
            drawn[name] = each
        return drawn, renewed

    # -- wires ---------------------------------------------------------------------------------

    def _wires(
        self, snapshot: Snapshot, known: Known, drawn: dict[str, _Drawn], renewed: set[str]
    ) -> None:
        for name, each in drawn.items():
            if name in renewed or any(wire.source in renewed for wire in each.wires):
                changed = True
            else:
                changed = INPUTS in renewed and any(w.source.startswith(INPUT) for w in each.wires)
            if changed:
                wires = dict.fromkeys(
                    _wire(snapshot, known, edge) for edge in snapshot.edges_into(name)
                )
                before = {wire: wire for wire in each.wires}
                each.wires = tuple(before.get(wire, wire) for wire in wires)

    def _output_wires(self, snapshot: Snapshot, known: Known) -> Iterator[Wire]:
        if not snapshot.data.get("outputs"):
            return
        from tui.editor.model import texts

        for name, text in snapshot.data["outputs"].items():
            for found in texts.find(text):
                yield _wire(snapshot, known, Edge(found.reference, Slot("", name)))

    # -- inputs and outputs of the workflow ----------------------------------------------------

    def _inputs(self, snapshot: Snapshot, wires: Collection[Wire]) -> Iterator[Node]:
        for name in snapshot.data.get("inputs", {}):
            key = f"{INPUT}{name}"
            kind = snapshot.signatures.input_type(name)
            port = Port("value", kind_of(kind), "", bool(kind and kind.is_list))
            yield Node(key, harmless(name), "input", kind_of(kind), outlets=(port,), terminal=True)

    def _outputs(self, snapshot: Snapshot, wires: Collection[Wire]) -> Iterator[Node]:
        kinds = {wire.target: wire.kind for wire in wires}
        for name in snapshot.data.get("outputs", {}):
            key = f"{OUTPUT}{name}"
            kind = kinds.get(key, "data")
            yield Node(key, harmless(name), "output", kind,
                       inlets=(Port(name, kind),), terminal=True)  # fmt: skip


# -- one node ----------------------------------------------------------------------------------


def kind_of(port_type: PortType | None) -> str:
    """Return the kind of data of a type, without list and alternatives."""
    if port_type is None:
        return "data"
    inner = item_of(port_type)
    while inner.members:
        inner = item_of(inner.members[0])
    return "text" if inner.kind == "choice" else inner.kind


def _is_fixed(snapshot: Snapshot, name: str) -> bool:
    node_type = snapshot.signatures.type_of(name)
    if node_type is None or node_type.name == "subworkflow":
        return False
    return not any(port_type.is_open for port_type in node_type.outputs.values())


def _node(
    snapshot: Snapshot,
    name: str,
    group: str,
    problems: tuple[Problem, ...],
    axes: tuple[str, ...],
    run: NodeRun | None,
) -> Node:
    spec = snapshot.nodes[name]
    outlets = tuple(
        Port(port, kind_of(kind), many=bool(axes) or kind.is_list)
        for port, kind in snapshot.signatures.outputs(name).items()
    )
    inlets = tuple(_inlets(snapshot, name))
    ports = outlets or inlets
    state = _state(spec, problems, run)
    return Node(
        id=name,
        title=harmless(spec.get("title") or name),
        type=harmless(str(spec.get("type", ""))),
        kind=ports[0].kind if ports else "data",
        inlets=inlets,
        outlets=outlets,
        details=tuple(_details(spec)),
        axes=tuple(harmless(_short_axis(name, axis)) for axis in axes),
        tasks=run.tasks if run else (),
        state=state,
        progress=run.progress if run else None,
        badges=tuple(_badges(problems, run)),
        group=group,
    )


def _short_axis(node: str, axis: str) -> str:
    return axis.removeprefix(f"{node}.").removeprefix(INPUT)


def _state(spec: Any, problems: tuple[Problem, ...], run: NodeRun | None) -> State:
    if spec.get("disabled"):
        return State.DISABLED
    if run and run.state is State.RUNNING:
        return run.state
    if any(problem.severity == "error" for problem in problems):
        return State.MISSING
    return run.state if run else State.IDLE


def _badges(problems: tuple[Problem, ...], run: NodeRun | None) -> Iterator[Badge]:
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        yield Badge(f"{errors} !", "bad")
    elif problems:
        yield Badge(f"{len(problems)} !", "warn")
    if run:
        yield from run.badges


def _inlets(snapshot: Snapshot, name: str) -> Iterator[Port]:
    """Yield the parameters that wires go to, or most likely will."""
    spec = snapshot.nodes[name]
    given = spec.get("inputs", {})
    wired = {edge.target.name: edge.source for edge in snapshot.edges_into(name)}
    free = 0
    for parameter in snapshot.signatures.parameters(name).values():
        kind = kind_of(parameter.type)
        many = parameter.type.required().is_list
        if parameter.name in wired:
            yield Port(parameter.name, kind, many=many)
        elif parameter.required or (kind in _DRAWN and free < _MOST_FREE_INLETS):
            free += 1
            missing = parameter.required and parameter.name not in given
            yield Port(parameter.name, kind, many=many, needed=missing)
    known = snapshot.signatures.parameters(name)
    for unknown in wired.keys() - known.keys():
        yield Port(unknown, "data")


def _details(spec: Any) -> Iterator[tuple[str, str]]:
    """Yield the parameters that tell most of a node, with their values in a few words."""
    given: dict[str, Any] = spec.get("inputs", {})
    shown = 0
    for name in sorted(given, key=_rank):
        label = _label(given[name])
        if label and shown < _MOST_DETAILS:
            shown += 1
            yield harmless(name), label


def _rank(name: str) -> int:
    return _NOTABLE.index(name) if name in _NOTABLE else len(_NOTABLE)


def _label(value: Any) -> str:
    if value is None or (isinstance(value, str) and _is_reference(value)):
        return ""
    if isinstance(value, list):
        if all(isinstance(item, str) and _is_reference(item) for item in value):
            return ""
        return list_label([value_label(item) for item in value[:5]], len(value))
    return value_label(value)


def _is_reference(text: str) -> bool:
    return text.startswith("${") and text.endswith("}") and text.count("${") == 1


# -- wires and furniture -----------------------------------------------------------------------


def _ref_of(edge: Edge) -> WireRef:
    source, target = edge
    start = (f"{INPUT}{source.port}", "value") if source.is_input else (source.node, source.port)
    end = (target.node, target.name) if target.node else (f"{OUTPUT}{target.name}", target.name)
    return (*start, *end)


def _wire(snapshot: Snapshot, known: Known, edge: Edge) -> Wire:
    kind = kind_of(snapshot.signatures.kind(Reference(edge.source.node, edge.source.port)))
    return Wire(*_ref_of(edge), kind, _flow(known, edge))


def _flow(known: Known, edge: Edge) -> Flow:
    problems = known.problems.by_slot.get(edge.target, ())
    if any(problem.severity == "error" for problem in problems):
        return Flow.BROKEN
    source = known.runs.get(edge.source.node)
    if source is None:
        return Flow.IDLE
    if source.state in _FAILS:
        return Flow.BROKEN
    target = known.runs.get(edge.target.node)
    if target and target.state is State.RUNNING:
        return Flow.ACTIVE
    return Flow.READY if source.state in _GIVES else Flow.IDLE


def _group(key: str, spec: Any) -> Group:
    return Group(f"{key}/", harmless(spec.get("title") or key), bool(spec.get("collapsed")))


def _places(data: Mapping[str, Any]) -> dict[str, Place]:
    places = {name: _cell(at) for name, at in data.get("layout", {}).items()}
    for name, spec in data.get("groups", {}).items():
        at = place_of_group(data, name) if spec.get("collapsed") else None
        if at is not None:
            places[f"{name}/"] = _cell(at)
    notes = data.get("notes", {})
    return places | {f"{NOTE}{k}": _cell(n["at"]) for k, n in notes.items() if "at" in n}


def _cell(at: Any) -> Place:
    return round(at[0]), round(at[1])


def unfolded(ref: WireRef) -> WireRef:
    """Return the names of a wire's ends inside the folded groups that it ends at."""
    source, outlet, target, inlet = ref
    if source.endswith("/"):
        source, _, outlet = outlet.partition(".")
    if target.endswith("/"):
        target, _, inlet = inlet.partition(".")
    return source, outlet, target, inlet


def slot_of_port(node: str, port: str) -> Slot:
    """Return the parameter, or the output of the workflow, that an inlet stands for."""
    if node.startswith(OUTPUT):
        return Slot("", node.removeprefix(OUTPUT))
    if node.endswith("/"):
        node, _, port = port.partition(".")
    return Slot(node, port)


def reference_of_port(node: str, port: str) -> Reference:
    """Return what an outlet gives."""
    if node.startswith(INPUT):
        return Reference(INPUTS, node.removeprefix(INPUT))
    if node.endswith("/"):
        node, _, port = port.partition(".")
    return Reference(node, port)


def port_of_slot(slot: Slot) -> tuple[str, str]:
    """Return the box and inlet that stand for a slot."""
    return (slot.node, slot.name) if slot.node else (f"{OUTPUT}{slot.name}", slot.name)


def outlet_of(reference: Reference) -> tuple[str, str]:
    """Return the box and outlet that give what a reference names."""
    if reference.is_input:
        return f"{INPUT}{reference.port}", "value"
    return reference.node, reference.port
