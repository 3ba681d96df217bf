"""What a check says of a workflow: every problem at once, with its place and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.document import loads
from engine.errors import CheckError
from engine.problems import Problem
from tests.support.engines import Bench

Data = dict[str, Any]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def node(kind: str, **inputs: Any) -> Data:
    return {"type": kind, "inputs": inputs}


def flow(inputs: Data | None = None, outputs: Data | None = None, **nodes: Data) -> Data:
    return {"inputs": inputs or {}, "nodes": nodes, "outputs": outputs or {}}


@dataclass
class Case:
    """A workflow with one problem."""

    data: Data
    code: str
    path: str
    line: str
    """What stands in the line that the problem names."""
    expected: str = ""
    found: str = ""
    suggestion: str = ""
    severity: str = "error"


SPLIT = node("split", script="one\ntwo")

CASES = {
    "unknown type": Case(
        flow(a=node("uper", text="x")), "unknown-type", "nodes.a.type", "uper", "", "uper", "upper"
    ),
    "unknown input type": Case(
        flow({"x": {"type": "pix", "default": "y"}}, a=node("upper", text="${inputs.x}")),
        "unknown-type",
        "inputs.x.type",
        '"pix"',
        "",
        "pix",
    ),
    "unknown port": Case(
        flow(a=node("upper", text="x"), b=node("upper", text="${a.txt}")),
        "unknown-port",
        "nodes.b.inputs.text",
        "${a.txt}",
        "text",
        "txt",
        "text",
    ),
    "unknown field": Case(
        flow(a=SPLIT, b=node("upper", text="${a.shots.promt}")),
        "unknown-field",
        "nodes.b.inputs.text",
        "promt",
        "number, prompt, motion, camera, seconds, dialogue, characters, location, time, text",
        "promt",
        "prompt",
    ),
    "field of a plain value": Case(
        flow(a=node("upper", text="x"), b=node("upper", text="${a.text.length}")),
        "unknown-field",
        "nodes.b.inputs.text",
        "length",
        "",
        "length",
    ),
    "unknown parameter": Case(
        flow(a=node("upper", text="x", sed=3)),
        "unknown-parameter",
        "nodes.a.inputs.sed",
        '"sed"',
        "text, seed",
        "sed",
        "seed",
    ),
    "missing input": Case(flow(a=node("upper")), "missing-input", "nodes.a.inputs", '"a"', "text"),
    "wrong type": Case(
        flow(a=node("picture", name="x"), b=node("upper", text="${a.image}")),
        "type-mismatch",
        "nodes.b.inputs.text",
        "a.image",
        "text",
        "image",
    ),
    "number for text": Case(
        flow(a=node("add", a=1), b=node("upper", text="${a.integer}")),
        "type-mismatch",
        "nodes.b.inputs.text",
        "a.integer",
        "text",
        "integer",
    ),
    "image in text": Case(
        flow(a=node("picture", name="x"), b=node("upper", text="see ${a.image}")),
        "type-mismatch",
        "nodes.b.inputs.text",
        "a.image",
        "text, a number or a field of the value",
        "image",
    ),
    "wrong literal": Case(
        flow(a=node("add", a="one")), "bad-literal", "nodes.a.inputs.a", "one", "integer", '"one"'
    ),
    "literal out of limits": Case(
        flow(a=node("add", a=5000)), "bad-literal", "nodes.a.inputs.a", "5000", "integer", "5000"
    ),
    "wrong choice": Case(
        flow(a=node("add", a=1, mode="minus")),
        "bad-literal",
        "nodes.a.inputs.mode",
        "minus",
        '"plus" | "times"',
        '"minus"',
    ),
    "truth value for a number": Case(
        flow(a=node("ratio", value=True)),
        "bad-literal",
        "nodes.a.inputs.value",
        "true",
        "number",
        "true",
    ),
    "wrong item of a list": Case(
        flow(a=node("total", numbers=[1, "two", 3])),
        "bad-literal",
        "nodes.a.inputs.numbers[1]",
        "two",
        "list[integer]",
        '[1, "two", 3]',
    ),
    "wrong take": Case(
        flow(a=node("upper", text="x", seed=[1, "b"])),
        "bad-literal",
        "nodes.a.inputs.seed[1]",
        '"b"',
        "integer",
        '"b"',
    ),
    "path for media": Case(
        flow(a=node("describe", image="nothing.png")),
        "bad-file",
        "nodes.a.inputs.image",
        "nothing.png",
        "image",
        "nothing.png",
    ),
    "text put together for media": Case(
        flow(a=node("upper", text="x"), b=node("describe", image="${a.text}.png")),
        "bad-literal",
        "nodes.b.inputs.image",
        ".png",
        "image",
    ),
    "dangling node": Case(
        flow(frame=node("upper", text="x"), b=node("upper", text="${fram.text}")),
        "dangling-reference",
        "nodes.b.inputs.text",
        "fram.text",
        "",
        "fram",
        "frame",
    ),
    "dangling input": Case(
        flow({"story": {"default": "x"}}, b=node("upper", text="${inputs.stroy} ${inputs.story}")),
        "dangling-reference",
        "nodes.b.inputs.text",
        "stroy",
        "",
        "inputs.stroy",
        "story",
    ),
    "dangling output": Case(
        flow(outputs={"film": "${cut.text}", "x": "${cat.text}"}, cat=node("upper", text="x")),
        "dangling-reference",
        "outputs.film",
        "cut.text",
        "",
        "cut",
        "cat",
    ),
    "output that is no reference": Case(
        flow(outputs={"film": "see ${a.text}"}, a=node("upper", text="x")),
        "bad-output",
        "outputs.film",
        "see ",
        "",
        "see ${a.text}",
    ),
    "broken reference": Case(
        flow(a=node("upper", text="x ${b.text")),
        "bad-reference",
        "nodes.a.inputs.text",
        "b.text",
        "",
        "x ${b.text",
    ),
    "axes that meet": Case(
        flow(
            a=node("words", text="x y"),
            b=node("words", text="z w"),
            c=node("choose", choose="${a.texts}", x="${b.texts}"),
        ),
        "axis-conflict",
        "nodes.c.inputs",
        '"inputs"',
        '"over": "product" (every pair) or "over": "zip" (first with first)',
        "a (from choose), b (from x)",
    ),
    "input without a value": Case(
        flow({"story": {"type": "text"}}, a=node("upper", text="${inputs.story}")),
        "missing-value",
        "inputs.story",
        "story",
        "text",
    ),
    "default of the wrong type": Case(
        flow({"n": {"type": "integer", "default": "x"}}, a=node("add", a="${inputs.n}")),
        "bad-literal",
        "inputs.n.default",
        '"x"',
        "integer",
        '"x"',
    ),
    "unused input": Case(
        flow({"style": {"default": "ink"}}, a=node("upper", text="x")),
        "unused-input",
        "inputs.style",
        "style",
        severity="warning",
    ),
    "unreachable node": Case(
        flow(outputs={"x": "${a.text}"}, a=node("upper", text="x"), b=node("upper", text="y")),
        "unreachable-node",
        "nodes.b",
        '"b"',
        severity="warning",
    ),
    "older node version": Case(
        flow(a={**node("upper", text="x"), "version": 7}),
        "node-version",
        "nodes.a.version",
        "7",
        "1",
        "7",
        severity="warning",
    ),
    "unknown axis to collect": Case(
        flow(
            boards=node("words", text="x y"),
            b={**node("join", texts="${boards.texts}"), "collect": "bords"},
        ),
        "unknown-axis",
        "nodes.b.collect",
        "bords",
        "boards",
        "bords",
        "boards",
    ),
    "lists of unequal length": Case(
        flow(
            {
                "a": {"type": "list[integer]", "default": [1, 2]},
                "b": {"type": "list[integer]", "default": [1, 2, 3]},
            },
            c={**node("add", a="${inputs.a}", b="${inputs.b}"), "over": "zip"},
        ),
        "zip-length",
        "nodes.c.over",
        "zip",
        "",
        "inputs.a has 2, inputs.b has 3",
    ),
    "output of a disabled node": Case(
        flow(outputs={"x": "${a.image}"}, a={**node("picture", name="x"), "disabled": True}),
        "disabled-output",
        "outputs.x",
        '"x"',
        severity="warning",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_problem_names_place_and_way_out(bench: Bench, case: Case) -> None:
    document = bench.document(case.data)
    problems = bench.check(case.data)
    assert [p.code for p in problems] == [case.code], problems
    (problem,) = problems
    assert problem.file == str(bench.folder / "flow.json")
    assert problem.path == case.path
    assert problem.line is not None
    assert case.line in document.text.splitlines()[problem.line - 1]
    assert (problem.expected, problem.found) == (case.expected, case.found)
    assert problem.suggestion == case.suggestion
    assert problem.severity == case.severity
    assert problem.message


def test_lines_are_those_of_the_file_as_written(bench: Bench) -> None:
    text = """{"reelgraph": 1,

"nodes": {
  "a": {"type": "upper",
        "inputs": {"text": "x",
                   "seed": [1,
                            "two"]}}}}"""
    path = bench.folder / "hand.json"
    path.write_text(text, "utf-8")
    with pytest.raises(CheckError) as caught:
        bench.engine.bind(loads(text, str(path)))
    assert [(p.line, p.path) for p in caught.value.problems] == [(7, "nodes.a.inputs.seed[1]")]


def test_all_problems_are_reported_at_once(bench: Bench) -> None:
    problems = bench.check(
        flow(
            {"unused": {"default": "x"}, "n": {"type": "integer"}},
            {"out": "${nobody.text}"},
            a=node("uper", text="x"),
            b=node("upper", text="${c.text}", sed=1),
            c=node("upper", text="${b.text}"),
            d=node("add", a="x", mode="y"),
            e=node("upper"),
            f=node("describe", image="${d.integer}"),
        )
    )
    assert sorted(p.code for p in problems) == [
        "bad-literal",
        "bad-literal",
        "cycle",
        "dangling-reference",
        "missing-input",
        "missing-value",
        "type-mismatch",
        "unknown-parameter",
        "unknown-type",
        "unused-input",
        "unused-input",
    ]


class TestNoBlame:
    """What depends on something broken is not blamed for it."""

    def test_users_of_an_unknown_type(self, bench: Bench) -> None:
        data = flow(a=node("uper", text="x"), b=node("upper", text="${a.text}"))
        assert [p.code for p in bench.check(data)] == ["unknown-type"]

    def test_what_a_broken_node_needs_is_not_useless(self, bench: Bench) -> None:
        data = flow(
            {"style": {"default": "ink"}},
            {"x": "${a.text}", "y": "${c.text}"},
            a=node("uper", text="${b.text} ${inputs.style}"),
            b=node("upper", text="x"),
            c=node("upper", text="x"),
        )
        assert [p.code for p in bench.check(data)] == ["unknown-type"]

    def test_nothing_is_called_useless_when_an_output_is_broken(self, bench: Bench) -> None:
        data = flow(
            outputs={"x": "${a.text}", "y": "${q.text}"},
            a=node("upper", text="x"),
            b=node("upper", text="x"),
        )
        assert [p.code for p in bench.check(data)] == ["dangling-reference"]

    def test_a_list_with_a_broken_reference_in_it(self, bench: Bench) -> None:
        data = flow(a=node("say", words=["x", "${"]), b=node("say", words="${a.texts}"))
        assert [p.code for p in bench.check(data)] == ["bad-reference"]

    def test_users_of_an_input_of_unknown_type(self, bench: Bench) -> None:
        data = flow({"x": {"type": "pix"}}, a=node("upper", text="${inputs.x}"))
        assert [p.code for p in bench.check(data)] == ["unknown-type"]

    def test_one_that_waits_for_a_cycle(self, bench: Bench) -> None:
        data = flow(
            a=node("upper", text="${b.text}"),
            b=node("upper", text="${a.text}"),
            c=node("upper", text="${a.nothing}"),
        )
        assert [p.code for p in bench.check(data)] == ["cycle"]


class TestCycles:
    def cycles(self, problems: list[Problem]) -> list[str]:
        assert {p.code for p in problems} <= {"cycle"}
        return [p.message for p in problems]

    def test_named_in_full_in_the_order_of_the_data(self, bench: Bench) -> None:
        data = flow(
            c=node("upper", text="${b.text}"),
            a=node("upper", text="${c.text}"),
            b=node("upper", text="say ${a.text}"),
        )
        assert self.cycles(bench.check(data)) == ["the nodes need each other: a -> b -> c -> a"]

    def test_self_loop(self, bench: Bench) -> None:
        data = flow(a=node("upper", text="${a.text}"))
        assert self.cycles(bench.check(data)) == ["the nodes need each other: a -> a"]

    def test_two_at_once(self, bench: Bench) -> None:
        data = flow(
            a=node("upper", text="${b.text}"),
            b=node("upper", text="${a.text}"),
            c=node("upper", text="${d.text} ${b.text}"),
            d=node("upper", text="${c.text}"),
        )
        assert self.cycles(bench.check(data)) == [
            "the nodes need each other: a -> b -> a",
            "the nodes need each other: c -> d -> c",
        ]

    def test_through_a_list_and_an_object(self, bench: Bench) -> None:
        data = flow(a=node("join", texts=["x", "${b.text}"]), b=node("upper", text="${a.text}"))
        assert self.cycles(bench.check(data)) == ["the nodes need each other: a -> b -> a"]

    def test_through_subworkflows(self, bench: Bench) -> None:
        bench.document(
            flow({"t": {"type": "text"}}, {"o": "${u.text}"}, u=node("upper", text="${inputs.t}")),
            "child.json",
        )
        data = flow(
            one=node("subworkflow", file="child.json", t="${two.o}"),
            two=node("subworkflow", file="child.json", t="${one.o}"),
        )
        (message,) = self.cycles(bench.check(data))
        assert message == "the nodes need each other: one/u -> two/u -> one/u"

    def test_of_a_thousand_is_named_shortly(self, bench: Bench) -> None:
        nodes = {f"n{i}": node("upper", text=f"${{n{(i + 1) % 1000}.text}}") for i in range(1000)}
        (message,) = self.cycles(bench.check(flow(**nodes)))
        assert "(950 more)" in message


class TestHostile:
    def test_a_chain_of_ten_thousand(self, bench: Bench) -> None:
        nodes = {
            f"n{i}": node("upper", text=f"${{n{i - 1}.text}}" if i else "x") for i in range(10_000)
        }
        assert bench.check(flow(**nodes)) == []

    def test_takes_in_many_parameters_do_not_explode(self, bench: Bench) -> None:
        takes = list(range(1000))
        data = flow(a=node("checked", a=takes, b=takes, c=takes, d=takes))
        assert bench.check(data) == []

    def test_a_check_that_fails_is_a_problem_not_a_crash(self, bench: Bench) -> None:
        (problem,) = bench.check(flow(a=node("checked", a=-1)))
        assert (problem.code, problem.path) == ("bad-argument", "nodes.a.inputs")
        assert "ZeroDivisionError" in problem.message

    @pytest.mark.parametrize("path", ["\0", "", "x" * 5000, "../../../../etc/passwd", "/dev/zero"])
    def test_odd_paths(self, bench: Bench, path: str) -> None:
        (problem,) = bench.check(flow(a=node("describe", image=path)))
        assert problem.code == "bad-file"


class TestCheckHook:
    def test_complaint_names_the_node(self, bench: Bench) -> None:
        (problem,) = bench.check(flow(n=node("checked", a=13)))
        assert (problem.code, problem.message) == ("bad-argument", "13 is unlucky")
        assert problem.path == "nodes.n.inputs"

    def test_every_take_is_looked_at(self, bench: Bench) -> None:
        problems = bench.check(flow(n=node("checked", a=[1, 13, 2])))
        assert [p.message for p in problems] == ["13 is unlucky"]

    def test_it_sees_inputs_of_the_workflow_that_have_a_value(self, bench: Bench) -> None:
        data = flow({"n": {"type": "integer", "default": 13}}, n=node("checked", a="${inputs.n}"))
        assert [p.message for p in bench.check(data)] == ["13 is unlucky"]

    def test_wires_are_told_apart_from_literals(self, bench: Bench) -> None:
        data = flow(x=node("add", a=1), n=node("checked", a=7, b="${x.integer}"))
        assert [p.message for p in bench.check(data)] == ["7 likes no wires: b"]

    def test_advice_is_a_warning_and_keeps_nothing_from_running(self, bench: Bench) -> None:
        data = flow(n=node("checked", a=14))
        (problem,) = bench.check(data)
        assert (problem.severity, problem.message) == ("warning", "14 will soon be gone")
        wired = flow(x=node("add", a=14), n=node("checked", a="${x.integer}"))
        assert bench.run(data).exit_code == bench.run(wired).exit_code == 0


def test_values_for_inputs_are_checked(bench: Bench) -> None:
    document = bench.document(
        flow({"story": {}}, a=node("upper", text="${inputs.story}")), "flow.json"
    )
    with pytest.raises(CheckError) as caught:
        bench.engine.bind(document, {"stroy": "x", "story": 5})
    assert sorted((p.code, p.suggestion) for p in caught.value.problems) == [
        ("bad-literal", ""),
        ("unknown-input", "story"),
    ]
    assert bench.engine.bind(document, {"story": "${a.text} is text"})[1] == []


def test_a_default_of_null_makes_an_input_optional(bench: Bench) -> None:
    data = flow(
        {"seconds": {"type": "number", "default": None}},
        a=node("optional", seconds="${inputs.seconds}"),
    )
    assert bench.check(data) == []
    assert bench.run({**data, "outputs": {"o": "${a.text}"}}).outputs == {"o": "nothing"}
    data["nodes"]["b"] = node("ratio", value="${inputs.seconds}")
    (problem,) = bench.check(data)
    assert (problem.code, problem.found) == ("type-mismatch", "number or nothing")


class TestTypeVariables:
    """Ports whose type follows from what is given."""

    @pytest.mark.parametrize(
        ("items", "use", "codes"),
        [
            (["a", "b"], node("upper", text="${f.value}"), []),
            ([1, 2], node("add", a="${f.value}"), []),
            ([1, 2.5], node("ratio", value="${f.value}"), []),
            ([1, 2.5], node("add", a="${f.value}"), ["type-mismatch"]),
            ([1, "b"], node("upper", text="${f.value}"), ["type-mismatch"]),
            (["a"], node("add", a="${f.value}"), ["type-mismatch"]),
        ],
    )
    def test_follow_from_literals(
        self, bench: Bench, items: list[Any], use: Data, codes: list[str]
    ) -> None:
        assert [p.code for p in bench.check(flow(f=node("first", items=items), u=use))] == codes

    def test_follow_from_wires(self, bench: Bench) -> None:
        data = flow(p=node("picture", name=["a", "b"]), f=node("first", items="${p.image}"))
        data["nodes"]["d"] = node("describe", image="${f.value}")
        assert bench.check(data) == []

    def test_must_agree(self, bench: Bench) -> None:
        data = flow(
            p=node("picture", name="a"),
            c=node("choose", choose="x", x="${p.image}", y="${t.text}"),
            t=node("upper", text="x"),
        )
        assert [p.code for p in bench.check(data)] == ["type-mismatch"]

    def test_of_a_broken_input_blame_nobody(self, bench: Bench) -> None:
        data = flow(
            c=node("choose", choose="x", x="${nobody.text}"), u=node("upper", text="${c.value}")
        )
        assert [p.code for p in bench.check(data)] == ["dangling-reference"]


def test_a_node_of_unknown_type_is_still_searched_for_what_it_names(bench: Bench) -> None:
    data = {
        "inputs": {"story": {"default": ""}},
        "nodes": {"board": {"type": "splitt", "inputs": {"script": "${inputs.stori}"}}},
    }
    codes = bench.codes(data)
    assert set(codes) == {"unknown-type", "dangling-reference", "unused-input"}
