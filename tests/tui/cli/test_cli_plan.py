"""`reelgraph plan`: what it says is what a run then does."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from engine import Price
from engine.plan import Plan, PlannedNode, PlannedTask, Reason
from tests.support import nodes
from tests.tui.cli.conftest import Cli
from tui.cli.plan_table import node_table, totals
from tui.cli.reasons import reason_lines
from tui.cli.terminal import Span


def test_a_first_plan(cli: Cli, story: Path) -> None:
    result = cli("plan", story, "--set", "script=one\ntwo")
    assert result.code == 0
    assert result.lines == [
        "node   type   cached  run  after upstream  price",
        "board  split       ·    1               ·   free",
        "loud   upper       ·    2               ·   free",
        "all    join        ·    ·               1   free",
        "",
        "board           no result yet",
        "loud[1] to [2]  no result yet",
        "all             texts waits for loud",
        "",
        "3 to run, 0 cached, 1 after upstream; free",
    ]
    assert nodes.calls == {"board": 1}


def test_a_changed_line_is_named(cli: Cli, story: Path) -> None:
    cli("run", story, "--set", "script=one\ntwo")
    result = cli("plan", story, "--set", "script=one\nthree")
    assert 'loud[2]  text: "two" -> "three"' in result.out
    assert "2 to run, 1 cached, 1 after upstream" in result.out


def test_nothing_to_do(cli: Cli, story: Path) -> None:
    cli("run", story, "--set", "script=one\ntwo")
    result = cli("plan", story, "--set", "script=one\ntwo")
    assert result.lines[-1] == "0 to run, 4 cached"
    assert "after upstream" not in result.out


def test_the_selecting_options_are_those_of_run(cli: Cli, story: Path) -> None:
    cli("run", story, "--set", "script=one\ntwo")
    result = cli("plan", story, "--set", "script=one\ntwo", "--redo", "loud[2]", "--to", "loud[2]")
    assert "loud[2]  asked to be made anew" in result.out
    assert "1 to run, 1 cached" in result.out


def test_many_reasons_are_cut(cli: Cli, story: Path) -> None:
    before = "\n".join(f"line {i}" for i in range(15))
    cli("run", story, "--set", f"script={before}")
    setting = f"script={before.replace('line', 'row')}"
    short = cli("plan", story, "--set", setting)
    assert 'loud[10]  text: "line 9" -> "row 9"' in short.out
    assert "loud[11]" not in short.out
    assert "and 5 more tasks (--all)" in short.out
    full = cli("plan", story, "--set", setting, "--all")
    assert 'loud[15]  text: "line 14" -> "row 14"' in full.out
    assert "--all" not in full.out


def test_json(cli: Cli, story: Path) -> None:
    data = cli("plan", story, "--set", "script=one", "--json").json
    assert data["v"] == 1
    assert data["totals"] == {
        "run": 2,
        "cached": 0,
        "unknown": 1,
        "seconds": 0.0,
        "cost_low": "0",
        "cost_high": "0",
    }
    assert [task["task"] for task in data["tasks"]] == ["board", "loud[1]", "all"]
    assert data["tasks"][2]["reasons"] == [
        {
            "code": "upstream",
            "field": "texts",
            "old": "",
            "new": "loud[1]",
            "text": "texts waits for loud[1]",
        }
    ]


def test_open_lists_prices_and_certain_failures(cli: Cli) -> None:
    paid = Price(Decimal("0.40"), Decimal("1.20"))
    plan = Plan(
        "film",
        (
            PlannedTask("clip[1]", "clip", "image_to_video", "run", (Reason("new"),), paid, 30.0),
            PlannedTask("clip[2]", "clip", "image_to_video", "unknown", (), paid, 30.0),
        ),
        (
            PlannedNode("clip", "image_to_video", run=1, unknown=1),
            PlannedNode("cut", "trim", total_known=False, predicted=12),
            PlannedNode("end", "trim", total_known=False),
        ),
        {"end": "two lists of different lengths"},
        90.0,
    )
    text = "\n".join(text_of([*node_table(plan, plan.nodes, None), totals(plan)]))
    assert "$0.40 to $2.40" in text
    assert "about 12" in text
    assert "some" in text
    assert "1 to run, 0 cached, 1+ after upstream; about 1 min 30 s" in text


def text_of(lines: Iterable[Iterable[Span]]) -> list[str]:
    return ["".join(s if isinstance(s, str) else s[0] for s in line) for line in lines]


def test_tasks_with_the_same_reason_stand_together() -> None:
    waiting = [
        PlannedTask(f"b[{i}]", "b", "t", "unknown", (Reason("upstream", "x", new=f"a[{i}]"),))
        for i in (1, 2, 3)
    ]
    changed = PlannedTask("b[4]", "b", "t", "run", (Reason("redo"), Reason("never")))
    assert text_of(reason_lines([*waiting, changed])) == [
        "b[1] to [3]  x waits for a",
        "b[4]         asked to be made anew",
        '             the node says "cache": "never"',
    ]


def test_a_lone_task_names_the_item_it_waits_for_but_not_one_of_many() -> None:
    one = PlannedTask("b[3]", "b", "t", "unknown", (Reason("upstream", "x", new="a[3]"),))
    many = PlannedTask("c", "c", "t", "unknown", (Reason("upstream", "x", new="a[3]"),))
    assert text_of(reason_lines([one, many])) == ["b[3]  x waits for a[3]", "c     x waits for a"]


def test_old_and_new_stand_below_each_other_where_a_line_is_too_short() -> None:
    reason = Reason("changed", "prompt", '"a fox in the snow"', '"a crow on the snow"')
    task = PlannedTask("a", "a", "t", "run", (reason,))
    assert text_of(reason_lines([task], width=40)) == [
        'a  prompt: - "a fox in the snow"',
        '           + "a crow on the snow"',
    ]
    assert text_of(reason_lines([task])) == [f"a  {reason}"]


def test_large_plans_show_what_there_is_to_do(cli: Cli) -> None:
    nodes = {f"n{i}": {"type": "upper", "inputs": {"text": f"text {i}"}} for i in range(60)}
    file = cli.write({"nodes": nodes})
    first = cli("plan", file)
    assert "and 20 more nodes (--all)" in first.out
    assert len(cli("plan", file, "--all").lines) > 120
    cli("run", file)
    assert cli("plan", file).lines == ["and 60 more nodes (--all)", "", "0 to run, 60 cached"]
