"""Lists: how nodes are mapped over them, how lists meet, and how they are gathered again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from engine.errors import UsageError
from engine.request import Request
from tests.support import nodes as support
from tests.support.engines import Bench

Data = dict[str, Any]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    support.reset()
    return Bench(tmp_path)


def node(kind: str, **inputs: Any) -> Data:
    return {"type": kind, "inputs": inputs}


def value(bench: Bench, output: str, inputs: Data | None = None, **nodes: Data) -> Any:
    """Return what a workflow gives for one reference."""
    report = bench.run({"inputs": inputs or {}, "nodes": nodes, "outputs": {"o": output}})
    assert report.exit_code == 0, report.failures
    return report.outputs["o"]


WORDS = node("words", text="a b c")


class TestMapping:
    def test_a_list_maps_a_node(self, bench: Bench) -> None:
        got = value(bench, "${u.text}", w=WORDS, u=node("upper", text="${w.texts}"))
        assert got == ["A", "B", "C"]
        assert bench.statuses() == dict.fromkeys(["w", "u[1]", "u[2]", "u[3]"], "ran")

    def test_a_chain_stays_on_the_axis(self, bench: Bench) -> None:
        got = value(
            bench,
            "${x.text}",
            w=WORDS,
            u=node("upper", text="${w.texts}"),
            x=node("upper", text="${u.text}${w.texts}"),
        )
        assert got == ["AA", "BB", "CC"]

    def test_one_value_goes_to_every_item(self, bench: Bench) -> None:
        got = value(
            bench,
            "${u.text}",
            w=WORDS,
            one=node("upper", text="x"),
            u=node("upper", text="${one.text}-${w.texts}"),
        )
        assert got == ["X-A", "X-B", "X-C"]

    def test_fields_of_a_list_go_together(self, bench: Bench) -> None:
        got = value(
            bench,
            "${u.text}",
            s=node("split", script="one\ntwo"),
            u=node("upper", text="${s.shots.prompt} ${s.shots.number} ${s.shots.seconds}"),
        )
        assert got == ["ONE 1 1", "TWO 2 2"]

    def test_a_port_of_a_list_is_given_out_whole(self, bench: Bench) -> None:
        assert value(bench, "${w.texts}", w=WORDS) == ["a", "b", "c"]

    def test_an_input_of_list_type(self, bench: Bench) -> None:
        inputs = {"names": {"type": "list[text]", "default": ["x", "y"]}}
        got = value(bench, "${u.text}", inputs, u=node("upper", text="${inputs.names}"))
        assert got == ["X", "Y"]

    def test_a_list_given_for_an_input_of_one(self, bench: Bench) -> None:
        data = {
            "inputs": {"seed": {"type": "integer"}},
            "nodes": {"u": node("upper", text="x", seed="${inputs.seed}")},
            "outputs": {"o": "${u.text}"},
        }
        report = bench.run(data, {"seed": [1, 2]})
        assert report.outputs == {"o": ["X#1", "X#2"]}


class TestTakes:
    def test_are_an_inner_axis(self, bench: Bench) -> None:
        got = value(bench, "${u.text}", w=WORDS, u=node("upper", text="${w.texts}", seed=[1, 2]))
        assert got == [["A#1", "A#2"], ["B#1", "B#2"], ["C#1", "C#2"]]
        assert "u[3,2]" in bench.statuses()

    def test_in_two_parameters_are_two_axes(self, bench: Bench) -> None:
        got = value(bench, "${n.integer}", n=node("add", a=[1, 2], b=[10, 20, 30]))
        assert got == [[11, 21, 31], [12, 22, 32]]

    def test_none_is_an_empty_list(self, bench: Bench) -> None:
        got = value(
            bench,
            "${j.text}",
            u=node("upper", text="x", seed=[]),
            j=node("join", texts="${u.text}"),
        )
        assert got == ""

    def test_with_references_among_them(self, bench: Bench) -> None:
        got = value(
            bench,
            "${u.text}",
            a=node("upper", text="x"),
            w=WORDS,
            u=node("upper", text=["${a.text}", "lit", "${w.texts}"]),
        )
        assert got == [["X", "LIT", "A"], ["X", "LIT", "B"], ["X", "LIT", "C"]]

    def test_files_of_a_pattern(self, bench: Bench) -> None:
        for name in ("10.png", "2.png", "note.txt"):
            (bench.folder / name).write_text(name, "utf-8")
        got = value(bench, "${d.text}", d=node("describe", image="*.png"))
        assert got == ["2.png", "10.png"]

    def test_a_pattern_among_takes(self, bench: Bench) -> None:
        for name in ("10.png", "2.png", "last.jpg"):
            (bench.folder / name).write_text(name, "utf-8")
        got = value(bench, "${d.text}", d=node("describe", image=["*.png", "last.jpg"]))
        assert got == ["2.png", "10.png", "last.jpg"]


class TestMeeting:
    TWO: ClassVar[Data] = {"a": node("words", text="1 2"), "b": node("words", text="x y")}

    def test_product(self, bench: Bench) -> None:
        c = {**node("upper", text="${a.texts}${b.texts}"), "over": "product"}
        assert value(bench, "${c.text}", **self.TWO, c=c) == [["1X", "1Y"], ["2X", "2Y"]]

    def test_zip(self, bench: Bench) -> None:
        c = {**node("upper", text="${a.texts}${b.texts}"), "over": "zip"}
        assert value(bench, "${c.text}", **self.TWO, c=c) == ["1X", "2Y"]

    def test_zip_of_three_with_takes(self, bench: Bench) -> None:
        third = node("words", text="! ?")
        c = {**node("upper", text="${a.texts}${b.texts}${d.texts}", seed=[7, 8]), "over": "zip"}
        got = value(bench, "${c.text}", **self.TWO, d=third, c=c)
        assert got == [["1X!#7", "1X!#8"], ["2Y?#7", "2Y?#8"]]

    def test_zip_goes_on_along_the_first_list(self, bench: Bench) -> None:
        c = {**node("upper", text="${a.texts}${b.texts}"), "over": "zip"}
        d = node("upper", text="${c.text}${a.texts}")
        assert value(bench, "${d.text}", **self.TWO, c=c, d=d) == ["1X1", "2Y2"]

    def test_zip_of_unequal_lists_fails_and_says_so(self, bench: Bench) -> None:
        data = {
            "nodes": {
                "a": node("words", text="1 2 3"),
                "b": node("words", text="x y"),
                "c": {**node("upper", text="${a.texts}${b.texts}"), "over": "zip"},
                "j": node("join", texts="${c.text}"),
                "fine": node("join", texts="${a.texts}"),
            },
            "outputs": {"o": "${j.text}", "p": "${fine.text}"},
        }
        report = bench.run(data)
        assert report.exit_code == 3
        (failure,) = report.failures
        assert failure.node == "c"
        assert failure.message == "zip wants lists of equal length: a has 3, b has 2"
        assert report.outputs == {"o": None, "p": "1 2 3"}
        assert bench.statuses() == {
            "a": "ran",
            "b": "ran",
            "fine": "ran",
            "c": "failed",
            "j": "blocked",
        } | {task: "blocked" for task in bench.statuses() if task.startswith("c[")}

    @pytest.mark.parametrize("to", [(), ("c[1]",)])
    def test_zip_with_a_given_list_of_another_length_says_what_to_do(
        self, bench: Bench, to: tuple[str, ...]
    ) -> None:
        data = {
            "inputs": {"n": {"type": "list[integer]", "default": [1, 2]}},
            "nodes": {
                "a": node("words", text="1 2 3"),
                "c": {**node("upper", text="${a.texts}", seed="${inputs.n}"), "over": "zip"},
            },
        }
        told = (
            "zip wants lists of equal length: a has 3, inputs.n has 2. "
            "Give inputs.n 3 items, one for each of a."
        )
        assert bench.run(data, to=to).failures[0].message == told
        assert list(bench.plan(data, to=to).errors.values()) == [told]

    def test_unequal_zip_behind_a_single_task_target(self, bench: Bench) -> None:
        data = {
            "nodes": {
                "a": node("words", text="1 2 3"),
                "b": node("words", text="x y"),
                "c": {**node("upper", text="${a.texts}${b.texts}"), "over": "zip"},
            }
        }
        report = bench.run(data, to=["c[3]"])
        assert report.exit_code == 3
        assert "equal length" in report.failures[0].message

    def test_prefix_is_broadcast(self, bench: Bench) -> None:
        got = value(
            bench,
            "${v.text}",
            w=node("words", text="a b"),
            u=node("upper", text="${w.texts}", seed=[1, 2]),
            v=node("upper", text="${u.text}/${w.texts}"),
        )
        assert got == [["A#1/A", "A#2/A"], ["B#1/B", "B#2/B"]]

    def test_zip_of_nested_lists(self, bench: Bench) -> None:
        got = value(
            bench,
            "${z.text}",
            a=node("words", text="ab cd"),
            x=node("say", words=["1", "2"]),
            u=node("upper", text="${a.texts}", seed=[1, 2]),
            v=node("upper", text="${a.texts}", seed=[3, 4]),
            z={**node("upper", text="${u.text}${v.text}"), "over": "zip"},
        )
        assert got == [["AB#1AB#3", "AB#2AB#4"], ["CD#1CD#3", "CD#2CD#4"]]


class TestCollecting:
    def test_the_last_axis(self, bench: Bench) -> None:
        got = value(
            bench,
            "${j.text}",
            w=node("words", text="a b"),
            u=node("upper", text="${w.texts}", seed=[1, 2]),
            j=node("join", texts="${u.text}"),
        )
        assert got == ["A#1 A#2", "B#1 B#2"]

    def test_a_named_axis(self, bench: Bench) -> None:
        got = value(
            bench,
            "${j.text}",
            w=node("words", text="a b"),
            u=node("upper", text="${w.texts}", seed=[1, 2]),
            j={**node("join", texts="${u.text}"), "collect": "w"},
        )
        assert got == ["A#1 B#1", "A#2 B#2"]

    def test_a_named_axis_of_takes(self, bench: Bench) -> None:
        got = value(
            bench,
            "${j.text}",
            n=node("add", a=[1, 2], b=[10, 20]),
            u=node("upper", text="${n.integer}!"),
            j={**node("join", texts="${u.text}"), "collect": "n.a"},
        )
        assert got == ["11! 12!", "21! 22!"]

    def test_one_value_is_a_list_of_one(self, bench: Bench) -> None:
        got = value(
            bench,
            "${j.text}",
            a=node("upper", text="x"),
            j=node("join", texts="${a.text}"),
        )
        assert got == "X"

    def test_one_literal_is_a_list_of_one(self, bench: Bench) -> None:
        assert value(bench, "${j.text}", j=node("join", texts="x")) == "x"

    def test_text_with_values_is_a_list_of_one(self, bench: Bench) -> None:
        got = value(bench, "${j.text}", w=WORDS, j=node("join", texts="<${w.texts}>"))
        assert got == ["<a>", "<b>", "<c>"]

    def test_lists_in_a_literal_list_are_spliced(self, bench: Bench) -> None:
        got = value(
            bench,
            "${j.text}",
            w=WORDS,
            x=node("upper", text="x"),
            j=node("join", texts=["start", "${w.texts}", "${x.text}", "end"]),
        )
        assert got == "start a b c X end"

    def test_files_in_a_literal_list_are_spliced(self, bench: Bench) -> None:
        (bench.folder / "in").mkdir()
        for name in ("a.png", "b.png", "in/c.png", "in/d.png"):
            (bench.folder / name).write_text(Path(name).stem, "utf-8")
        pictures = ["b.png", "in/*.png", "a.png"]
        assert value(bench, "${g.text}", g=node("gather", images=pictures)) == "b c d a"
        pictures.append("${p.image}")
        got = value(
            bench, "${g.text}", p=node("picture", name="p"), g=node("gather", images=pictures)
        )
        assert got == "b c d a p"

    def test_into_the_outer_list_later(self, bench: Bench) -> None:
        got = value(
            bench,
            "${k.text}",
            w=node("words", text="a b"),
            u=node("upper", text="${w.texts}", seed=[1, 2]),
            j=node("join", texts="${u.text}"),
            k=node("join", texts="${j.text}", separator=" | "),
        )
        assert got == "A#1 A#2 | B#1 B#2"


class TestNested:
    def test_lists_of_mapped_nodes_may_differ_in_length(self, bench: Bench) -> None:
        got = value(
            bench,
            "${u.text}",
            lines=node("lines", text="a b c\nd\ne f"),
            w=node("words", text="${lines.texts}"),
            u=node("upper", text="${w.texts}"),
        )
        assert got == [["A", "B", "C"], ["D"], ["E", "F"]]
        assert "u[3,2]" in bench.statuses()

    def test_are_collected_from_the_inside_out(self, bench: Bench) -> None:
        got = value(
            bench,
            "${k.text}",
            lines=node("lines", text="a b c\nd\n\ne f"),
            w=node("words", text="${lines.texts}"),
            u=node("upper", text="${w.texts}"),
            j=node("join", texts="${u.text}", separator="+"),
            k=node("join", texts="${j.text}", separator=" | "),
        )
        assert got == "A+B+C | D |  | E+F"

    def test_the_outer_one_cannot_be_collected_first(self, bench: Bench) -> None:
        problems = bench.check(
            {
                "nodes": {
                    "lines": node("lines", text="a b\nc"),
                    "w": node("words", text="${lines.texts}"),
                    "j": {**node("join", texts="${w.texts}"), "collect": "lines"},
                }
            }
        )
        assert problems[0].code == "axis-conflict"
        assert "cannot be collected before w" in problems[0].message

    def test_fields_that_are_lists(self, bench: Bench) -> None:
        got = value(
            bench,
            "${u.text}",
            s=node("split", script="ann bob\ncy"),
            u=node("upper", text="${s.shots.characters}"),
        )
        assert got == [["ANN", "BOB"], ["CY"]]
        got = value(
            bench,
            "${u.text}",
            s=node("split", script="ann bob\ncy"),
            u=node("upper", text="with ${s.shots.characters}"),
        )
        assert got == ["WITH ANN, BOB", "WITH CY"]
        got = value(
            bench,
            "${u.text}",
            s=node("split", script="ann bob\ncy"),
            j=node("join", texts="${s.shots.characters}", separator="+"),
            u=node("upper", text="${j.text}"),
        )
        assert got == ["ANN+BOB", "CY"]

    def test_fields_that_are_lists_map_on_their_own_axis(self, bench: Bench) -> None:
        got = value(
            bench,
            "${o.integer}",
            s=node("split", script="ann bob\ncy"),
            u=node("choose", choose="x", x="${s.shots.characters}"),
            o=node("count", text="${u.value}"),
        )
        assert got == [[3, 3], [2]]


class TestEmpty:
    def test_maps_to_an_empty_list(self, bench: Bench) -> None:
        got = value(
            bench,
            "${u.text}",
            w=node("words", text=""),
            u=node("upper", text="${w.texts}"),
        )
        assert got == []
        assert bench.statuses() == {"w": "ran"}

    def test_is_collected_as_an_empty_list(self, bench: Bench) -> None:
        got = value(
            bench,
            "${j.text}",
            w=node("words", text=""),
            u=node("upper", text="${w.texts}"),
            j=node("join", texts="${u.text}"),
        )
        assert got == ""

    def test_product_with_one(self, bench: Bench) -> None:
        c = {**node("upper", text="${a.texts}${b.texts}"), "over": "product"}
        got = value(bench, "${c.text}", a=WORDS, b=node("words", text=""), c=c)
        assert got == [[], [], []]


class TestText:
    def test_numbers_truth_values_and_lists(self, bench: Bench) -> None:
        inputs = {
            "n": {"type": "integer", "default": 3},
            "x": {"type": "number", "default": 2.0},
            "y": {"type": "number", "default": 0.25},
            "t": {"type": "boolean", "default": True},
            "c": {"type": "choice", "options": ["p", "q"], "default": "q"},
        }
        text = "${inputs.n} ${inputs.x} ${inputs.y} ${inputs.t} ${inputs.c} $${inputs.n}"
        got = value(bench, "${d.text}", inputs, d=node("data", value=text))
        assert got == '"3 2 0.25 true q ${inputs.n}"'

    def test_very_large_numbers_keep_their_exponent(self, bench: Bench) -> None:
        inputs = {"x": {"type": "number", "default": 1e300}}
        got = value(bench, "${u.text}", inputs, u=node("upper", text="${inputs.x}!"))
        assert got == "1E+300!"


class TestStructuredLiterals:
    def test_an_object_for_a_structured_value(self, bench: Bench) -> None:
        got = value(
            bench,
            "${p.text}",
            p=node("portrait", character={"name": "Mira", "description": "tall"}),
        )
        assert got == "Mira: tall"

    def test_with_a_reference_in_it(self, bench: Bench) -> None:
        got = value(
            bench,
            "${p.text}",
            w=WORDS,
            p=node("portrait", character={"name": "${w.texts}", "description": "tall"}),
        )
        assert got == ["a: tall", "b: tall", "c: tall"]

    def test_wrong_fields_are_found_by_the_check(self, bench: Bench) -> None:
        problems = bench.check(
            {
                "nodes": {
                    "x": node("add", a=1),
                    "p": node(
                        "portrait", character={"nam": "${x.integer}", "name": "${x.integer}"}
                    ),
                    "q": node("portrait", character={"description": 3}),
                }
            }
        )
        assert [(p.code, p.path) for p in problems] == [
            ("unknown-field", "nodes.p.inputs.character.nam"),
            ("type-mismatch", "nodes.p.inputs.character.name"),
            ("bad-literal", "nodes.q.inputs.character"),
            ("bad-literal", "nodes.q.inputs.character"),
        ]

    def test_nobody_can_claim_a_blob(self, bench: Bench) -> None:
        image = {"digest": "0" * 64, "media_type": "x", "size": 1, "width": 1, "height": 1}
        for forged in (image, {"$kind": "image", **image}):
            problems = bench.check({"nodes": {"d": node("describe", image=forged)}})
            assert [p.code for p in problems] == ["bad-literal"]

    def test_data_that_looks_like_a_handle_stays_data(self, bench: Bench) -> None:
        image = {"$kind": "image", "digest": "0" * 64}
        nodes = {"f": node("echo", value=image), "d": node("data", value="${f.value}")}
        text = '{"$kind": "image", "digest": "' + "0" * 64 + '"}'
        assert value(bench, "${d.text}", **nodes) == text
        assert value(bench, "${d.text}", **nodes) == text
        assert set(bench.statuses().values()) == {"cached"}


class TestTargets:
    DATA: ClassVar[Data] = {
        "nodes": {
            "w": WORDS,
            "u": node("upper", text="${w.texts}", seed=[1, 2]),
            "v": node("upper", text="${u.text}"),
            "other": node("upper", text="z"),
        }
    }

    def test_one_task_with_what_it_needs(self, bench: Bench) -> None:
        report = bench.run(self.DATA, to=["v[3,2]"])
        assert report.exit_code == 0
        assert list(bench.statuses()) == ["w", "u[3,2]", "v[3,2]"]

    def test_a_whole_node(self, bench: Bench) -> None:
        bench.run(self.DATA, to=["u", "other"])
        assert len(bench.statuses()) == 1 + 6 + 1

    def test_a_task_that_is_not_there(self, bench: Bench) -> None:
        for _ in range(2):
            report = bench.run(self.DATA, to=["u[4,1]", "other"])
            assert (report.status, report.exit_code) == ("failed", 1)
            (failure,) = report.failures
            assert failure.message == "there is no task u[4,1]: the list has 3 items"
            assert report.counts["failed"] == 0
            assert set(bench.statuses()) == {"w", "other"}
            assert failure.message in bench.plan(self.DATA, to=["u[4,1]"]).errors.values()

    def test_a_task_beyond_a_list_in_the_file(self, bench: Bench) -> None:
        graph, _ = bench.engine.bind(bench.document(self.DATA))
        for wanted, anew in ((["u[1,3]"], []), ([], ["u[1,3]"])):
            with pytest.raises(UsageError, match=r"no task u\[1,3\]: the list u.seed has 2 items"):
                Request.parse(graph, to=wanted, redo=anew)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("w[1]", "has 0 axes"),
            ("u[1]", "has 2 axes"),
            ("u[0,1]", "counted from 1"),
            ("u[a]", "stand numbers"),
            ("u[1,1", "closing bracket"),
            ("uu", "no node 'uu'"),
            ("inputs.x", "no node"),
        ],
    )
    def test_addresses_that_mean_nothing(self, bench: Bench, text: str, message: str) -> None:
        graph, _ = bench.engine.bind(bench.document(self.DATA))
        with pytest.raises(UsageError, match=message):
            Request.parse(graph, to=[text])

    @pytest.mark.parametrize("limits", [{"jobs": 0}, {"jobs": -1}, {"limits": {"media": 0}}])
    def test_limits_that_let_nothing_run(self, bench: Bench, limits: Any) -> None:
        graph, _ = bench.engine.bind(bench.document(self.DATA))
        with pytest.raises(UsageError, match="at least 1"):
            Request.parse(graph, **limits)


def test_a_product_too_large_ends_in_an_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.tasks.MAX_TASKS", 1000)
    many = list(range(1000))
    data = {"nodes": {"n": node("checked", a=many, b=many, c=many), "x": node("upper", text="x")}}
    report = bench.run(data, to=["x", "n"])
    assert report.exit_code in (1, 3)
    assert "more than 1,000 tasks" in report.failures[0].message
