"""Workflow files as nodes of others, disabled nodes, and inputs that are lazy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import DocumentError, TaskError
from tests.support import nodes as support
from tests.support.engines import Bench

Data = dict[str, Any]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    support.reset()
    return Bench(tmp_path)


def node(kind: str, **inputs: Any) -> Data:
    return {"type": kind, "inputs": inputs}


def sub(file: str = "child.json", **inputs: Any) -> Data:
    return node("subworkflow", file=file, **inputs)


def flow(inputs: Data | None = None, outputs: Data | None = None, **nodes: Data) -> Data:
    return {"inputs": inputs or {}, "nodes": nodes, "outputs": outputs or {}}


def value(bench: Bench, output: str, **nodes: Data) -> Any:
    report = bench.run(flow(None, {"o": output}, **nodes))
    assert report.exit_code == 0, report.failures
    return report.outputs["o"]


SHOUT = flow(
    {"text": {"type": "text"}, "seed": {"type": "integer", "default": 0}},
    {"loud": "${u.text}"},
    u=node("upper", text="${inputs.text}", seed="${inputs.seed}"),
)


class TestSubworkflow:
    def test_is_a_node_typed_by_its_inputs_and_outputs(self, bench: Bench) -> None:
        bench.document(SHOUT, "child.json")
        assert value(bench, "${s.loud}", s=sub(text="x")) == "X"
        assert bench.statuses() == {"s/u": "ran"}

    def test_is_mapped_over_a_list(self, bench: Bench) -> None:
        bench.document(SHOUT, "child.json")
        got = value(
            bench, "${s.loud}", w=node("words", text="a b"), s=sub(text="${w.texts}", seed=3)
        )
        assert got == ["A#3", "B#3"]
        assert "s/u[2]" in bench.statuses()

    def test_takes_are_one_more_inner_axis_of_all_nodes_inside(self, bench: Bench) -> None:
        child = flow(
            {"text": {"type": "text"}, "seed": {"type": "integer"}, "b": {"type": "integer"}},
            {"all": "${j.text}", "n": "${n.integer}"},
            u=node("upper", text="${inputs.text}", seed="${inputs.seed}"),
            w=node("words", text="${u.text} ${inputs.b}"),
            j=node("join", texts="${w.texts}", separator="-"),
            v=node("words", text="${inputs.text} x"),
            n=node("upper", text="${v.texts}", seed="${inputs.seed}"),
        )
        child["outputs"]["n"] = "${n.text}"
        bench.document(child, "inner.json")
        bench.document(
            flow(
                {"t": {"type": "text"}, "s": {"type": "integer"}},
                {"all": "${i.all}", "n": "${i.n}"},
                i=sub("inner.json", text="${inputs.t}", seed="${inputs.s}", b=[7, 8]),
            ),
            "child.json",
        )
        nodes = {"m": node("words", text="a b"), "c": sub(t="${m.texts} q", s=[5, 6])}
        report = bench.run(flow(None, {"all": "${c.all}", "n": "${c.n}"}, **nodes))
        assert report.exit_code == 0, report.failures
        assert report.outputs["all"] == [
            [[f"{t}-Q#{s}-{b}" for b in (7, 8)] for s in (5, 6)] for t in "AB"
        ]
        inner = [[["A#5", "A#6"], ["Q#5", "Q#6"], ["X#5", "X#6"]]]
        assert report.outputs["n"][:1] == inner

    def test_a_conflict_names_the_caller(self, bench: Bench) -> None:
        child = flow(
            {"a": {"type": "text"}, "b": {"type": "text"}},
            {"t": "${u.text}"},
            u=node("upper", text="${inputs.a} ${inputs.b}"),
        )
        bench.document(child, "inner.json")
        middle = flow(
            {"a": {"type": "text"}, "b": {"type": "text"}},
            {"t": "${i.t}"},
            i=sub("inner.json", a="${inputs.a}", b="${inputs.b}"),
        )
        bench.document(middle, "child.json")
        nodes = {name: node("words", text="a b") for name in "vw"}
        data = flow(None, {"t": "${c.t}"}, **nodes, c=sub(a="${v.texts}", b="${w.texts}"))
        (problem,) = bench.check(data)
        assert problem.code == "axis-conflict"
        assert problem.file.endswith("inner.json")
        for node_name, file in (("i", "child.json"), ("c", "flow.json")):
            where = f"through nodes.{node_name} of {bench.folder / file}:"
            assert where in problem.message

    def test_takes_belong_to_the_caller(self, bench: Bench) -> None:
        child = flow(
            {"text": {"type": "text"}, "seed": {"type": "integer"}},
            {"all": "${j.text}"},
            w=node("words", text="${inputs.text}"),
            u=node("upper", text="${w.texts}", seed="${inputs.seed}"),
            j=node("join", texts="${u.text}"),
        )
        child["nodes"]["u"]["over"] = "product"
        bench.document(child, "child.json")
        got = value(bench, "${s.all}", s=sub(text="a b", seed=[1, 2]))
        assert got == ["A#1 B#1", "A#2 B#2"]
        got = value(
            bench,
            "${k.text}",
            s=sub(text="a b", seed=[1, 2]),
            k={**node("join", texts="${s.all}", separator=" | "), "collect": "s.seed"},
        )
        assert got == "A#1 B#1 | A#2 B#2"

    def test_collects_only_its_own_axes(self, bench: Bench) -> None:
        child = flow(
            {"line": {"type": "text"}},
            {"all": "${j.text}", "one": "${g.text}"},
            w=node("words", text="${inputs.line}"),
            u=node("upper", text="${w.texts}"),
            j=node("join", texts="${u.text}"),
            x=node("upper", text="${inputs.line}"),
            g=node("join", texts=["${x.text}", "${x.text}"]),
        )
        bench.document(child, "child.json")
        lines = node("lines", text="a b\nc")
        got = value(bench, "${s.all}", l=lines, s=sub(line="${l.texts}"))
        assert got == ["A B", "C"]
        got = value(bench, "${s.one}", l=lines, s=sub(line="${l.texts}"))
        assert got == ["A B A B", "C C"]

    def test_outputs_bring_their_axes(self, bench: Bench) -> None:
        child = flow(
            {"line": {"type": "text"}},
            {"words": "${w.texts}"},
            w=node("words", text="${inputs.line}"),
        )
        bench.document(child, "child.json")
        got = value(
            bench,
            "${j.text}",
            s=sub(line="a b"),
            u=node("upper", text="${s.words}"),
            j=node("join", texts="${u.text}"),
        )
        assert got == "A B"

    def test_takes_a_list(self, bench: Bench) -> None:
        child = flow(
            {"names": {"type": "list[text]"}},
            {"o": "${j.text}"},
            j=node("join", texts="${inputs.names}"),
        )
        bench.document(child, "child.json")
        words = node("words", text="a b")
        up = node("upper", text="${w.texts}")
        assert value(bench, "${s.o}", w=words, u=up, s=sub(names="${u.text}")) == "A B"
        assert value(bench, "${s.o}", w=words, s=sub(names=["x", "${w.texts}"])) == "x a b"

    def test_nested(self, bench: Bench) -> None:
        bench.document(SHOUT, "child.json")
        outer = flow(
            {"t": {"type": "text"}}, {"o": "${inner.loud}"}, inner=sub(text="<${inputs.t}>")
        )
        bench.document(outer, "outer.json")
        got = value(
            bench,
            "${v.text}",
            s=sub("outer.json", t="x"),
            v=node("upper", text="${s.o}!"),
        )
        assert got == "<X>!"
        assert list(bench.statuses()) == ["s/inner/u", "v"]

    def test_in_a_folder_reads_files_next_to_it(self, bench: Bench) -> None:
        (bench.folder / "parts").mkdir()
        (bench.folder / "parts" / "p.png").write_text("picture", "utf-8")
        child = flow({}, {"o": "${d.text}"}, d=node("describe", image="p.png"))
        bench.document(child, "parts/child.json")
        assert value(bench, "${s.o}", s=sub("parts/child.json")) == "picture"

    def test_output_that_is_an_input(self, bench: Bench) -> None:
        bench.document(flow({"t": {"type": "text"}}, {"o": "${inputs.t}"}), "child.json")
        got = value(bench, "${u.text}", s=sub(t="x"), u=node("upper", text="${s.o}"))
        assert got == "X"

    def test_says_retry_and_skip_for_its_nodes(self, bench: Bench) -> None:
        bench.document(SHOUT, "child.json")
        support.failing["s/u[2]"] = TaskError("no")
        got = value(
            bench,
            "${j.text}",
            w=node("words", text="a b c"),
            s={**sub(text="${w.texts}"), "on_error": "skip"},
            j=node("join", texts="${s.loud}"),
        )
        assert got == "A C"

    def test_results_are_shared_with_the_same_work_outside(self, bench: Bench) -> None:
        bench.document(SHOUT, "child.json")
        value(bench, "${u.text}", u=node("upper", text="x"))
        value(bench, "${s.loud}", s=sub(text="x"))
        assert bench.statuses() == {"s/u": "cached"}


class TestFaultsOfSubworkflows:
    def codes(self, bench: Bench, data: Data) -> list[tuple[str, str, str]]:
        return [(p.code, Path(p.file).name, p.path) for p in bench.check(data)]

    def test_unknown_input_output_and_missing(self, bench: Bench) -> None:
        bench.document(SHOUT, "child.json")
        data = flow(s=sub(txt="x"), u=node("upper", text="${s.lod}"))
        problems = bench.check(data)
        assert [(p.code, p.path, p.suggestion) for p in problems] == [
            ("unknown-parameter", "nodes.s.inputs.txt", "text"),
            ("missing-input", "nodes.s.inputs", ""),
            ("dangling-reference", "nodes.u.inputs.text", "loud"),
        ]

    def test_wrong_type_given(self, bench: Bench) -> None:
        bench.document(SHOUT, "child.json")
        data = flow(s=sub(text=5, seed="${p.image}"), p=node("picture", name="x"))
        assert self.codes(bench, data) == [
            ("bad-literal", "flow.json", "nodes.s.inputs.text"),
            ("type-mismatch", "flow.json", "nodes.s.inputs.seed"),
        ]

    def test_errors_inside_name_the_file_and_line(self, bench: Bench) -> None:
        child = flow(
            {"text": {"type": "text"}},
            {"a": "${u.txt}", "b": "${nobody.text}"},
            u=node("upper", text="${inputs.text}", seed="x"),
        )
        document = bench.document(child, "child.json")
        problems = bench.check(flow(s=sub(text="x"), v=node("upper", text="${s.a} ${s.b}")))
        assert [(p.code, Path(p.file).name, p.path) for p in problems] == [
            ("bad-literal", "child.json", "nodes.u.inputs.seed"),
            ("unknown-port", "child.json", "outputs.a"),
            ("dangling-reference", "child.json", "outputs.b"),
        ]
        assert [p.line for p in problems] == [
            document.line(("nodes", "u", "inputs", "seed")),
            document.line(("outputs", "a")),
            document.line(("outputs", "b")),
        ]

    def test_a_file_used_twice_has_its_problems_once(self, bench: Bench) -> None:
        bench.document(flow({}, {"o": "${u.text}"}, u=node("uper", text="x")), "child.json")
        assert self.codes(bench, flow(a=sub(), b=sub())) == [
            ("unknown-type", "child.json", "nodes.u.type")
        ]

    def test_a_field_that_the_output_lacks(self, bench: Bench) -> None:
        bench.document(flow({}, {"o": "${s.shots}"}, s=node("split", script="x")), "child.json")
        problems = bench.check(flow(c=sub(), u=node("upper", text="${c.o.promt}")))
        assert [(p.code, Path(p.file).name, p.suggestion) for p in problems] == [
            ("unknown-field", "flow.json", "prompt")
        ]

    def test_recursion_is_refused(self, bench: Bench) -> None:
        bench.document(flow(x=sub("flow.json")), "child.json")
        problems = bench.check(flow(s=sub()))
        assert [(p.code, Path(p.file).name) for p in problems] == [
            ("recursive-subworkflow", "child.json")
        ]
        assert "flow.json -> child.json -> flow.json" in problems[0].message

    def test_depth_is_bounded(self, bench: Bench) -> None:
        for i in range(30):
            bench.document(flow(s=sub(f"c{i + 1}.json")), f"c{i}.json")
        bench.document(flow(), "c30.json")
        assert [p.code for p in bench.check(flow(s=sub("c0.json")))] == ["recursive-subworkflow"]

    def test_files_that_multiply_are_bounded(self, bench: Bench) -> None:
        twenty = {f"s{i}": sub("c1.json") for i in range(20)}
        bench.document(flow(**twenty), "c0.json")
        for depth in range(1, 6):
            bench.document(
                flow(**{f"s{i}": sub(f"c{depth + 1}.json") for i in range(20)}), f"c{depth}.json"
            )
        bench.document(flow(), "c6.json")
        with pytest.raises(DocumentError, match="more than 5,000"):
            bench.check(flow(s=sub("c0.json")))

    @pytest.mark.parametrize(
        ("file", "code"),
        [
            ("nothing.json", "unreadable-file"),
            ("../x.json", "unreadable-file"),
            ("broken.json", "unreadable-file"),
            ("parts", "unreadable-file"),
            (5, "missing-input"),
            ("${inputs.x}", "missing-input"),
        ],
    )
    def test_files_that_are_none(self, bench: Bench, file: Any, code: str) -> None:
        (bench.folder / "broken.json").write_text("{", "utf-8")
        (bench.folder / "parts").mkdir()
        assert [p.code for p in bench.check(flow(s=sub(file)))] == [code]

    def test_faulty_file_reports_its_own_problems(self, bench: Bench) -> None:
        (bench.folder / "child.json").write_text('{"reelgraph": 1,\n"nods": {}}', "utf-8")
        (problem,) = bench.check(flow(s=sub()))
        assert (problem.code, problem.line, problem.suggestion) == ("unknown-field", 2, "nodes")


class TestDisabled:
    def test_passes_its_input_on(self, bench: Bench) -> None:
        got = value(
            bench,
            "${v.text}",
            w=node("words", text="a b"),
            u={**node("upper", text="${w.texts}"), "disabled": True},
            v=node("join", texts="${u.text}"),
        )
        assert got == "a b"
        assert set(bench.statuses()) == {"w", "v"}

    def test_what_needs_it_is_left_out(self, bench: Bench) -> None:
        report = bench.run(
            flow(
                None,
                {"o": "${d.text}", "p": "${u.text}"},
                p={**node("picture", name="x"), "disabled": True},
                d=node("describe", image="${p.image}"),
                u=node("upper", text="x"),
            )
        )
        assert report.exit_code == 0
        assert report.outputs == {"p": "X"}
        assert bench.statuses() == {"u": "ran"}

    def test_a_subworkflow_is_left_out(self, bench: Bench) -> None:
        data = flow(
            None,
            {"o": "${v.text}", "p": "${u.text}"},
            s={**sub("nothing.json", text="x"), "disabled": True},
            v=node("upper", text="${s.loud}"),
            u=node("upper", text="x"),
        )
        assert [p.code for p in bench.check(data)] == ["disabled-output"]
        assert bench.run(data).outputs == {"p": "X"}

    def test_inside_a_subworkflow(self, bench: Bench) -> None:
        child = flow(
            {"text": {"type": "text"}},
            {"loud": "${u.text}"},
            u={**node("upper", text="${inputs.text}"), "disabled": True},
        )
        bench.document(child, "child.json")
        assert value(bench, "${s.loud}", s=sub(text="x")) == "x"


class TestLazy:
    def test_only_the_branch_that_is_taken_runs(self, bench: Bench) -> None:
        got = value(
            bench,
            "${c.value}",
            a=node("upper", text="a"),
            b=node("upper", text="b"),
            c=node("choose", choose="x", x="${a.text}", y="${b.text}"),
        )
        assert got == "A"
        assert set(bench.statuses()) == {"a", "c"}

    def test_per_item(self, bench: Bench) -> None:
        got = value(
            bench,
            "${c.value}",
            w=node("words", text="x y x"),
            a=node("upper", text="${w.texts}", seed=1),
            b=node("upper", text="${w.texts}", seed=2),
            c=node("choose", choose="${w.texts}", x="${a.text}", y="${b.text}"),
        )
        assert got == ["X#1", "Y#2", "X#1"]
        assert {t for t in bench.statuses() if t[0] in "ab"} == {"a[1]", "b[2]", "a[3]"}

    def test_chains(self, bench: Bench) -> None:
        got = value(
            bench,
            "${outer.value}",
            which=node("upper", text="x"),
            a=node("upper", text="a"),
            b=node("upper", text="b"),
            c=node("upper", text="c"),
            inner=node("choose", choose="${which.text}", X="${a.text}", Y="${b.text}"),
            outer=node("choose", choose="i", i="${inner.value}", z="${c.text}"),
        )
        assert got == "A"
        assert set(bench.statuses()) == {"which", "a", "inner", "outer"}

    def test_a_branch_that_collects(self, bench: Bench) -> None:
        got = value(
            bench,
            "${c.value}",
            w=node("words", text="a b"),
            u=node("upper", text="${w.texts}"),
            j=node("join", texts="${u.text}"),
            k=node("upper", text="k"),
            c=node("choose", choose="all", all="${j.text}", none="${k.text}"),
        )
        assert got == "A B"
        assert "k" not in bench.statuses()

    def test_one_that_is_also_needed_otherwise_runs(self, bench: Bench) -> None:
        report = bench.run(
            flow(
                None,
                {"o": "${c.value}", "p": "${b.text}"},
                a=node("upper", text="a"),
                b=node("upper", text="b"),
                c=node("choose", choose="x", x="${a.text}", y="${b.text}"),
            )
        )
        assert report.outputs == {"o": "A", "p": "B"}

    def test_no_such_branch_is_a_failure(self, bench: Bench) -> None:
        report = bench.run(flow(c=node("choose", choose="z", x="a")))
        assert report.exit_code == 1
        assert report.failures[0].message == "there is no branch 'z'"

    def test_failure_in_the_branch_that_is_not_taken_does_not_matter(self, bench: Bench) -> None:
        support.failing["b"] = TaskError("no")
        got = value(
            bench,
            "${c.value}",
            a=node("upper", text="a"),
            b=node("upper", text="b"),
            c=node("choose", choose="x", x="${a.text}", y="${b.text}"),
        )
        assert got == "A"

    def test_what_was_not_taken_is_no_part_of_the_key(self, bench: Bench) -> None:
        nodes = {
            "a": node("upper", text="a"),
            "b": node("upper", text="b"),
            "c": node("choose", choose="x", x="${a.text}", y="${b.text}"),
        }
        value(bench, "${c.value}", **nodes)
        nodes["b"] = node("upper", text="other")
        value(bench, "${c.value}", **nodes)
        assert set(bench.statuses().values()) == {"cached"}
