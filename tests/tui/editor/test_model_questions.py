"""What a view asks of the model, and that it agrees with the engine."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tui.editor.model as package
from engine import Engine, Image, Outputs, Registry, StaticArguments, create
from engine import node as declare
from engine.bind import bind
from engine.references import Reference
from engine.types import PortType
from tests.support.engines import Bench
from tests.support.nodes import type_of
from tests.tui.editor.model_films import TYPES, film, model, some_edit
from tui.editor.model import (
    MISSING,
    Conflict,
    Difference,
    Edge,
    Editing,
    Refused,
    Slot,
    Types,
    all_types,
    candidates,
    compare,
    complete,
    connect_refusal,
    consumers,
    edits,
    extra_of,
    find_problems,
    form_of,
    producers,
    sources,
    targets,
    typed_at,
    words,
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.home.close()


def ref(text: str) -> Reference:
    node, port, *path = text.split(".")
    return Reference(node, port, tuple(path))


class TestGraph:
    def test_wires(self) -> None:
        now = film().snapshot
        assert list(now.edges_into("frame")) == [
            Edge(ref("board.shots.prompt"), Slot("frame", "name")),
            Edge(ref("inputs.style"), Slot("frame", "name")),
        ]
        assert now.edges_from(["frame"]) == [
            Edge(ref("frame.image"), Slot("tell", "image")),
            Edge(ref("frame.image"), Slot("", "frames")),
        ]
        assert len(list(now.edges())) == 8

    def test_reach(self) -> None:
        now = film().snapshot
        assert now.upstream(["tell"]) == {"frame", "board"}
        assert now.downstream(["tell"]) == {"loud", "all"}

    def test_an_older_snapshot_stays_what_it_was(self) -> None:
        editing = film()
        before = editing.snapshot
        editing.apply(edits.disconnect(before, Slot("tell", "image")))
        assert before.users("frame") == {"tell"}
        assert editing.snapshot.users("frame") == set()
        assert before.users("frame") == {"tell"}


class TestOffers:
    def test_what_takes_an_image(self) -> None:
        found = consumers(film().snapshot, ref("frame.image"))
        assert [(offer.name, offer.port) for offer in found][:2] == [
            ("describe", "image"),
            ("gather", "images"),
        ]
        assert "upper" not in {offer.name for offer in found}
        rest = consumers(film().snapshot, ref("frame.image"), rest=True)
        assert len(rest) == len(all_types(film().snapshot))
        assert [offer.fits for offer in rest] == sorted((o.fits for o in rest), reverse=True)

    def test_what_gives_an_image(self) -> None:
        found = producers(film().snapshot, Slot("tell", "image"))
        assert found[0].name == "picture"
        assert found[0].port == "image"

    def test_every_offer_can_be_added(self) -> None:
        now = film().snapshot
        for offer in consumers(now, ref("frame.image")):
            edits.add_node(now, offer.name, source=ref("frame.image"))

    def test_where_a_wire_may_go(self) -> None:
        now = film().snapshot
        assert targets(now, ref("frame.image")) == [Slot("tell", "image")]
        found = targets(now, ref("tell.text"))
        assert found[0] == Slot("all", "separator")
        assert set(found) == {
            Slot("loud", "text"),
            Slot("all", "texts"),
            Slot("all", "separator"),
        }
        assert targets(now, ref("frame.nothing")) == []
        assert all(not connect_refusal(now, ref("tell.text"), slot) for slot in found)

    def test_where_a_wire_may_come_from(self) -> None:
        now = film().snapshot
        assert sources(now, Slot("tell", "image")) == [ref("frame.image")]
        assert ref("inputs.story") in sources(now, Slot("loud", "text"))
        assert sources(now, Slot("tell", "image"), among=["board"]) == []


class TestCompletion:
    def test_the_reference_that_the_cursor_is_in(self) -> None:
        text = "a ${board.sh} b"
        typed = typed_at(text, 10)
        assert typed is not None
        assert (typed.prefix, typed.is_whole, typed.is_closed) == ("board.", False, True)
        assert text[typed.start : typed.end] == "board.sh"
        assert typed_at(text, 1) is None
        assert typed_at(text, 14) is None
        assert typed_at("$${a", 4) is None
        whole = typed_at("${", 2)
        assert whole is not None
        assert whole.is_whole

    def test_upstream_comes_first_and_downstream_not_at_all(self) -> None:
        now = film().snapshot
        found = [c.text for c in candidates(now, Slot("loud", "text")) if c.fits]
        assert found[:4] == ["inputs.story", "inputs.style", "tell.text", "board.shots.prompt"]
        assert not any(text.startswith(("all.", "loud.")) for text in found)
        assert "frame.image" in [c.text for c in candidates(now, Slot("loud", "text"))]

    def test_a_prefix_narrows_it(self) -> None:
        now = film().snapshot
        found = candidates(now, Slot("loud", "text"), "board.shots.mo")
        assert [c.text for c in found] == ["board.shots.motion"]
        assert [c.text for c in candidates(now, Slot("loud", "text"), "mot")] == [
            "board.shots.motion"
        ]

    def test_it_is_put_in(self) -> None:
        now = film().snapshot
        for text in ("see ${boa now", "see ${boa} now"):
            typed = typed_at(text, 9)
            assert typed is not None
            chosen = candidates(now, Slot("frame", "name"), typed.prefix, whole=False)[0]
            after, cursor = complete(text, typed, chosen)
            assert after == f"see ${{{chosen.text}}} now"
            assert after[:cursor].endswith("}")

    def test_in_a_text_media_do_not_fit(self) -> None:
        found = candidates(film().snapshot, Slot("loud", "text"), "frame", whole=False)
        assert [(c.text, c.fits) for c in found] == [("frame.image", False)]


class TestForms:
    def test_fields(self) -> None:
        editing = model({"nodes": {"a": {"type": "add", "inputs": {"a": [1, 2], "b": "${a.x}"}}}})
        a, b, mode = form_of(editing.snapshot, "a")
        assert (a.kind, a.required, a.default, a.takes) == ("integer", True, MISSING, 2)
        assert (a.limits.minimum, a.limits.maximum) == (0, 1000)
        assert (b.is_wired, b.wires) == (True, (ref("a.x"),))
        assert (mode.choices, mode.is_set, mode.shown) == (("plus", "times"), False, "plus")

    def test_texts(self) -> None:
        now = film().snapshot
        (script,) = form_of(now, "board")
        assert script.is_multi_line
        texts, separator = form_of(now, "all")
        assert texts.is_list
        assert not texts.is_multi_line
        assert separator.default == " "
        assert len(texts.wires) == 1
        assert not texts.is_wired

    def test_further_inputs(self) -> None:
        editing = model({"nodes": {"c": {"type": "choose", "inputs": {"choose": "x", "x": 1}}}})
        fields = form_of(editing.snapshot, "c")
        assert [(field.name, field.is_extra) for field in fields] == [
            ("choose", False),
            ("x", True),
        ]
        extra = extra_of(editing.snapshot, "c")
        assert extra is not None
        assert extra.is_extra
        assert extra_of(film().snapshot, "tell") is None

    def test_an_unknown_type_has_no_form(self) -> None:
        assert form_of(model({"nodes": {"a": {"type": "nothing"}}}).snapshot, "a") == ()


class TestSubworkflows:
    def test_their_ports_are_those_of_the_other_file(self, bench: Bench) -> None:
        child = {
            "inputs": {"text": {"type": "text", "help": "Words"}, "n": {"type": "integer"}},
            "nodes": {"u": {"type": "upper", "inputs": {"text": "${inputs.text}"}}},
            "outputs": {"loud": "${u.text}"},
        }
        bench.document(child, "child.json")
        part = {"type": "subworkflow", "inputs": {"file": "child.json"}}
        document = bench.document({"nodes": {"part": part, "u": {"type": "upper"}}})
        editing = Editing(document, Types.of(bench.engine, document))
        editing.apply(edits.connect(editing.snapshot, ref("u.text"), Slot("part", "text")))
        with pytest.raises(Refused, match="takes integer"):
            edits.connect(editing.snapshot, ref("u.text"), Slot("part", "n"))
        with pytest.raises(Refused, match="has to be written out"):
            edits.connect(editing.snapshot, ref("u.text"), Slot("part", "file"))
        assert editing.snapshot.signatures.outputs("part") == {"loud": PortType("text")}
        assert [field.name for field in form_of(editing.snapshot, "part")] == [
            "file",
            "text",
            "n",
        ]
        bench.document({**child, "outputs": {}}, "child.json")
        editing.apply(edits.set_title(editing.snapshot, "x"))
        assert editing.snapshot.signatures.outputs("part") == {}

    def test_what_cannot_be_read_has_no_ports(self, bench: Bench) -> None:
        (bench.folder / "bad.json").write_text("{")
        files: list[object] = ["bad.json", "none.json", "/etc/passwd", "${inputs.x}", 5, ""]
        nodes = {
            f"n{i}": {"type": "subworkflow", "inputs": {"file": f}} for i, f in enumerate(files)
        }
        document = bench.document({"nodes": nodes})
        now = Editing(document, Types.of(bench.engine, document)).snapshot
        for node in nodes:
            assert now.signatures.outputs(node) == {}
            assert [field.name for field in form_of(now, node)] == ["file"]
        assert Editing(document, TYPES).snapshot.signatures.outputs("n0") == {}


class Either(Outputs):
    image: Image | None = None
    text: str | None = None


def _either(arguments: StaticArguments) -> dict[str, PortType]:
    if arguments["choose"] == "image":
        return {"image": PortType("image")}
    return {"text": PortType("text")}


@declare(version=1, outputs=_either)
async def either(choose: str) -> Either:
    """Give one or the other."""
    return Either()


class TestPorts:
    def test_they_may_follow_from_the_arguments(self) -> None:
        types = Types(Registry([type_of(either)]))
        nodes = {"e": {"type": "either", "inputs": {"choose": "image"}}, "f": {"type": "either"}}
        now = Editing(create({"reelgraph": 1, "nodes": nodes}), types).snapshot
        assert now.signatures.outputs("e") == {"image": PortType("image")}
        # Its function fails while arguments are missing; the declared ports are shown meanwhile.
        assert set(now.signatures.outputs("f")) == {"image", "text"}

    def test_an_input_of_no_type_there_is(self) -> None:
        now = model({"inputs": {"a": {"type": "pix"}}, "nodes": {"u": {"type": "upper"}}}).snapshot
        assert "nothing called inputs.a" in connect_refusal(now, ref("inputs.a"), Slot("u", "text"))

    def test_a_list_of_literals_tells_a_type(self) -> None:
        nodes = {"f": {"type": "first", "inputs": {"items": [1, 2]}}}
        now = model({"nodes": nodes}).snapshot
        assert now.signatures.outputs("f")["value"] == PortType("integer")

    def test_references_within_objects(self) -> None:
        person = {"name": "${u.text}", "description": "tall"}
        nodes = {
            "u": {"type": "upper", "inputs": {"text": "x"}},
            "p": {"type": "portrait", "inputs": {"character": person}},
        }
        editing = model({"nodes": nodes})
        assert editing.snapshot.users("u") == {"p"}
        editing.apply(edits.disconnect(editing.snapshot, Slot("p", "character")))
        assert editing.snapshot.nodes["p"]["inputs"] == {"character": {"description": "tall"}}


class TestProblems:
    def test_a_broken_part_is_not_the_files_own_problem(self, bench: Bench) -> None:
        bench.document({"nodes": {"u": {"type": "uper"}}}, "child.json")
        part = {"type": "subworkflow", "inputs": {"file": "child.json"}}
        document = bench.document({"nodes": {"part": part}})
        found = find_problems(Editing(document, TYPES).snapshot, bench.engine)
        assert found.errors == 1
        assert found.by_node.get("u") is None

    def test_by_node_and_field(self, bench: Bench) -> None:
        document = bench.document(
            {
                "nodes": {
                    "a": {"type": "uper"},
                    "b": {"type": "add", "inputs": {"a": 5000, "c": 1}},
                    "c": {"type": "upper"},
                },
                "outputs": {"o": "${nobody.text}"},
            }
        )
        editing = Editing(document, Types.of(bench.engine, document))
        found = find_problems(editing.snapshot, bench.engine)
        assert found.all == tuple(bench.engine.check(document))
        assert found.revision == editing.snapshot.revision
        assert set(found.by_node) == {"a", "b", "c"}
        assert len(found.by_slot[Slot("b", "a")]) == 1
        assert len(found.by_slot[Slot("", "o")]) == 1
        assert found.errors + found.warnings == len(found.all)
        assert words(found.by_node["a"][0]).startswith("there is no node type 'uper'")
        editing.apply(edits.set_title(editing.snapshot, "new"))
        assert len(find_problems(editing.snapshot, bench.engine).all) == len(found.all)


class TestComparing:
    def test_nodes_and_the_rest(self) -> None:
        editing = film()
        before = editing.snapshot.data
        editing.apply(edits.add_node(editing.snapshot, "upper"))
        editing.apply(edits.set_parameter(editing.snapshot, "loud", "text", "x"))
        editing.apply(edits.set_title(editing.snapshot, "new"))
        editing.apply(edits.delete_nodes(editing.snapshot, ["all"]))
        found = compare(before, editing.snapshot.data)
        assert found.added == ("upper",)
        assert found.removed == ("all",)
        (difference,) = found.changed["loud"]
        assert (difference.place, difference.old, difference.new) == (
            "loud.text",
            "${tell.text}",
            "x",
        )
        assert {d.place for d in found.other} == {"name", "output film"}
        assert compare(before, before).is_same

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("", "the whole file"),
            ("name", "name"),
            ("nodes frame", "frame"),
            ("nodes frame inputs prompt", "frame.prompt"),
            ("nodes frame inputs options seed", "frame.options.seed"),
            ("nodes frame inputs", "inputs of frame"),
            ("nodes frame title", "title of frame"),
            ("inputs style", "input style"),
            ("inputs style default", "default of input style"),
            ("outputs film", "output film"),
            ("layout frame", "place of frame"),
            ("notes todo at", "place of note todo"),
            ("groups shots nodes", "nodes of group shots"),
            ("x-studio take", "x-studio.take"),
        ],
    )
    def test_places_have_the_names_that_people_know(self, path: str, name: str) -> None:
        assert Difference(tuple(path.split()), 1, 2).place == name
        assert Conflict(tuple(path.split()), 0, 1, 2).place == name

    def test_the_order_of_keys_is_no_difference(self) -> None:
        one = {"nodes": {"a": {"type": "x", "note": "y"}}, "name": "n", "x-a": 1}
        other = {"x-a": 1, "name": "n", "nodes": {"a": {"note": "y", "type": "x"}}}
        assert compare(one, other).is_same


def walked(seed: int) -> Editing:
    chance, editing = random.Random(seed), film()
    for _ in range(10):
        try:
            editing.apply(some_edit(chance, editing.snapshot))
        except Refused:
            continue
    return editing


@given(st.integers(0, 2**32))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_ports_are_what_the_engine_finds(bench: Bench, seed: int) -> None:
    now = walked(seed).snapshot
    graph, problems = bind(
        now.document, TYPES.registry, bench.engine.files(now.document), partial=True
    )
    broken = {problem.path.split(".")[1] for problem in problems if "." in problem.path}
    after = now.downstream(broken) | broken
    for node in now.nodes:
        if node in after or now.nodes[node].get("disabled") or node not in graph.nodes:
            continue
        if any(now.nodes[each].get("disabled") for each in now.upstream([node])):
            continue
        expected = {n: t for n, t in graph.nodes[node].outputs.items() if t.kind != "data"}
        found = now.signatures.outputs(node)
        assert {n: found[n].required() for n in expected} == {
            n: t.required() for n, t in expected.items()
        }


@given(st.integers(0, 2**32))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_wire_that_may_be_is_none_that_the_check_complains_of(bench: Bench, seed: int) -> None:
    editing = walked(seed)
    now = editing.snapshot
    chance = random.Random(seed)
    for edge in [
        Edge(Reference(node, port), slot)
        for node in now.nodes
        for port in now.signatures.outputs(node)
        for slot in targets(now, Reference(node, port))
    ][: chance.randint(1, 8)]:
        after = edits.connect(now, edge.source, edge.target, way="replace").data
        document = create(after)
        problems = bench.engine.check(document)
        codes = {p.code for p in problems if p.path == f"nodes.{edge.target.node}.inputs"
                 f".{edge.target.name}"}  # fmt: skip
        assert not codes & {"wrong-type", "dangling-reference", "unknown-port", "cycle"}, problems


def test_the_public_names_are_all_there_and_sorted_by_kind() -> None:
    for name in package.__all__:
        assert hasattr(package, name)
    assert len(set(package.__all__)) == len(package.__all__)


def test_no_terminal_is_loaded() -> None:
    script = "import sys, tui.editor.model; print('textual' in sys.modules, 'rich' in sys.modules)"
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_the_engine_is_known_by_its_types(bench: Bench) -> None:
    assert isinstance(bench.engine, Engine)
    assert Types.of(bench.engine).registry is bench.engine.registry
