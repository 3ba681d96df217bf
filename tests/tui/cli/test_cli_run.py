"""`reelgraph run`: results on stdout, the rest on stderr, and the right exit code."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import ErrorKind, Price, TaskError
from engine.document import load
from engine.errors import UsageError
from engine.foresight import traits_of
from engine.graph import Graph
from engine.money import Budget
from engine.plan import Plan, PlannedNode, PlannedTask
from nodes import registry
from nodes.models import Catalogue, catalogue
from tests.support import nodes
from tests.tui.cli.conftest import Cli, SmallSession
from tui.cli import budget
from tui.cli.budget import BudgetError, refuse_expense
from tui.cli.exits import Exit
from tui.cli.session import Session


def test_a_run_lists_its_files_and_nothing_else_on_stdout(cli: Cli, story: Path) -> None:
    result = cli("run", story, "--set", "script=one\ntwo")
    assert result.code == 0
    assert sorted(result.lines) == [
        "out/story/all.txt",
        "out/story/loud-01.txt",
        "out/story/loud-02.txt",
    ]
    assert (cli.folder / "out/story/all.txt").read_text() == "ONE TWO\n"
    assert result.err.splitlines()[-1].startswith("Done in ")
    assert "4 ran" in result.err


def test_a_second_run_finds_everything(cli: Cli, story: Path) -> None:
    cli("run", story, "--set", "script=one\ntwo")
    nodes.calls.clear()
    result = cli("run", story, "--set", "script=one\ntwo")
    assert result.code == 0
    assert not nodes.calls
    assert "4 cached" in result.err
    assert "loud  2/2  2 cached" in result.err


def test_the_output_folder_can_be_chosen(cli: Cli, story: Path) -> None:
    result = cli("run", story, "--set", "script=one", "--out", "there")
    assert set(result.lines) == {"there/all.txt", "there/loud-01.txt"}


def test_json_holds_the_whole_report(cli: Cli, story: Path) -> None:
    result = cli("run", story, "--set", "script=one", "--json")
    data = result.json
    assert data["v"] == 1
    assert data["status"] == "done"
    assert data["exit_code"] == 0
    assert data["counts"]["ran"] == 3
    assert data["outputs"] == {"all": ["out/story/all.txt"], "parts": ["out/story/loud-01.txt"]}
    assert data["failures"] == []


def test_a_partial_run_keeps_what_is_done(cli: Cli, story: Path) -> None:
    nodes.failing["loud[2]"] = TaskError("no", kind=ErrorKind.REFUSED, hint="Ask otherwise.")
    result = cli("run", story, "--set", "script=one\ntwo\nthree", "--json")
    assert result.code == 3
    assert "error: loud[2]: no\n  Ask otherwise." in result.err
    assert "3 tasks kept; run again to go on." in result.err
    assert result.json["failures"] == [
        {
            "task": "loud[2]",
            "node": "loud",
            "kind": "refused",
            "message": "no",
            "hint": "Ask otherwise.",
        }
    ]


def test_a_run_of_which_nothing_is_left_has_failed(cli: Cli) -> None:
    file = cli.write({"nodes": {"a": {"type": "upper", "inputs": {"text": "x"}}}})
    nodes.failing["a"] = TaskError("no", kind=ErrorKind.INVALID)
    result = cli("run", file)
    assert result.code == 1
    assert "Failed in" in result.err


def test_events_are_json_lines_and_nothing_else(cli: Cli, story: Path) -> None:
    result = cli("run", story, "--set", "script=one", "--events", "jsonl")
    events = [json.loads(line) for line in result.lines]
    assert {event["v"] for event in events} == {1}
    assert events[0]["event"] == "run-started"
    assert events[-1]["event"] == "run-finished"
    assert events[-1]["exit_code"] == 0


def test_only_the_wanted_tasks_run(cli: Cli, story: Path) -> None:
    cli("run", story, "--set", "script=one\ntwo", "--to", "loud[2]")
    assert nodes.calls["loud[2]"] == 1
    assert nodes.calls["loud[1]"] == 0
    assert nodes.calls["all"] == 0


def test_redo_makes_a_task_anew(cli: Cli, story: Path) -> None:
    cli("run", story, "--set", "script=one\ntwo")
    nodes.calls.clear()
    cli("run", story, "--set", "script=one\ntwo", "--redo", "loud[1]")
    assert nodes.calls == {"loud[1]": 1}


def test_quiet_says_nothing_but_errors(cli: Cli, story: Path) -> None:
    assert cli("run", story, "--set", "script=one", "--quiet").err == ""
    nodes.failing["loud[1]"] = TaskError("no", kind=ErrorKind.INVALID)
    result = cli("run", story, "--set", "script=two", "--quiet")
    assert result.err == "error: loud[1]: no\n"


def test_all_errors_of_a_file_are_told_at_once(cli: Cli) -> None:
    file = cli.write({"nodes": {"a": {"type": "uper"}, "b": {"type": "upper"}}})
    result = cli("run", file)
    assert result.code == 2
    assert "did you mean upper?" in result.err
    assert "nodes.b" in result.err
    assert "2 errors to be mended first" in result.err


def test_a_missing_value_says_how_to_give_it(cli: Cli, story: Path) -> None:
    result = cli("run", story)
    assert result.code == 2
    assert "--set script=..." in result.err


def test_limits_and_jobs_are_taken(cli: Cli, story: Path) -> None:
    result = cli(
        "run", story, "--set", "script=one\ntwo", "--jobs", "1", "--limit", "media=1", "--draft"
    )
    assert result.code == 0


def test_an_output_that_cannot_be_written_is_an_error_after_the_run(cli: Cli, story: Path) -> None:
    (cli.folder / "blocked").write_text("a file, where a folder is wanted")
    result = cli("run", story, "--set", "script=one", "--out", "blocked")
    assert result.code == 1
    assert "Done in" in result.err
    assert "error: blocked" in result.err


def test_events_and_json_exclude_each_other(cli: Cli, story: Path) -> None:
    assert cli("run", story, "--events", "jsonl", "--json").code == 2


class TestBudget:
    def plan(self, *prices: Price) -> Plan:
        tasks = tuple(PlannedTask(f"a[{i}]", "a", "t", "run", (), p) for i, p in enumerate(prices))
        return Plan("plan", tasks, ())

    def test_a_free_run_needs_no_leave(self, cli: Cli, story: Path) -> None:
        assert cli("run", story, "--set", "script=one", "--max-cost", "0").code == 0

    def test_too_much_stops_before_the_run(self) -> None:
        plan = self.plan(*[Price(Decimal("0.5"), Decimal("0.75"))] * 2)
        with pytest.raises(BudgetError, match=r"costs \$1.00 to \$1.50, more than \$1"):
            refuse_expense(plan, Budget(run=Decimal(1)), Decimal)
        refuse_expense(plan, Budget(run=Decimal("1.5")), Decimal)

    def test_what_is_spent_today_counts(self) -> None:
        plan = self.plan(Price(Decimal(1), Decimal(1)))
        budget = Budget(day=Decimal(3))
        with pytest.raises(BudgetError, match=r"of the \$3.00 for today \$2.50 are spent"):
            refuse_expense(plan, budget, lambda: Decimal("2.5"))
        refuse_expense(plan, budget, lambda: Decimal(2))

    def test_an_unknown_price_stops_before_the_run(self) -> None:
        plan = self.plan(Price(high=None))
        with pytest.raises(BudgetError, match="nobody knows"):
            self.leave(plan, max_cost=Decimal(100))
        self.leave(plan, max_cost=Decimal(100), unknown=True)

    def test_nobody_to_ask(self) -> None:
        plan = self.plan(Price(Decimal(1), Decimal(1)))
        with pytest.raises(BudgetError, match="nobody was asked"):
            self.leave(plan)
        with pytest.raises(BudgetError, match="no leave to spend"):
            self.leave(plan, yes=True)
        configured = Budget(day=Decimal(9))
        assert self.leave(plan, yes=True, configured=configured) == configured
        assert self.leave(plan, max_cost=Decimal(2)).run == 2

    def test_a_person_may_say_yes(self) -> None:
        plan = self.plan(Price(Decimal(1), Decimal(1)))
        assert self.leave(plan, answer="y").run == 1
        assert self.leave(plan, answer="y", configured=Budget(run=Decimal(3))).run == 3
        assert self.leave(plan, answer="no", yes=True).run is None
        with pytest.raises(BudgetError, match="nothing was spent"):
            self.leave(plan, answer="")

    def test_what_costs_nothing_is_no_leave_to_spend(self) -> None:
        free = self.plan(Price())
        assert self.leave(free).run == 0
        assert self.leave(free, max_cost=Decimal(2)).run == 2
        assert self.leave(free, configured=Budget(run=Decimal(3))).run == 3

    def test_what_is_not_known_yet_is_said(self) -> None:
        plan = self.plan(Price(Decimal(1), Decimal(1)))
        growing = replace(plan, nodes=(PlannedNode("a", "t", total_known=False),))
        budget = self.leave(growing, answer="y", asked="at least $1.00, as not all of its tasks")
        assert budget.run is None
        free = replace(growing, tasks=())
        self.leave(free, answer="y", asked="costs what nobody knows yet")

    def leave(
        self,
        plan: Plan,
        *,
        max_cost: Decimal | None = None,
        yes: bool = False,
        unknown: bool = False,
        configured: Budget = Budget(),  # noqa: B008 - never changes
        answer: str | None = None,
        asked: str = "$1.00",
    ) -> Budget:
        class Asked:
            can_ask = answer is not None

            def ask(self, question: str) -> str:
                assert asked in question
                return answer or ""

        options = Namespace(max_cost=max_cost, yes=yes, allow_unknown_cost=unknown)
        limits = budget.budget_of(options, configured)
        return budget.leave_to_spend(options, limits, plan, Decimal, Asked())  # type: ignore[arg-type]

    def test_paid_work_without_leave_ends_in_exit_code_4(
        self, cli: Cli, story: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def cost(plan: Any) -> Decimal:
            return Decimal(2)

        monkeypatch.setattr("tui.cli.commands.run.may_cost", lambda graph: True)
        monkeypatch.setattr(Plan, "cost_high", property(cost))
        result = cli("run", story, "--set", "script=one")
        assert result.code == Exit.BUDGET
        assert "Give --max-cost USD" in result.err
        assert not nodes.calls["loud[1]"]
        assert cli("run", story, "--set", "script=one", "--max-cost", "1.5").code == 4
        assert cli("run", story, "--set", "script=one", "--yes").code == 4
        settings = cli.folder / "home" / "config.toml"
        settings.write_text("[budget]\nper_run = 1.99\n")
        assert cli("run", story, "--set", "script=one", "--yes").code == 4
        settings.write_text("[budget]\nper_run = 2\n")
        assert cli("run", story, "--set", "script=one", "--yes").code == 0


def test_the_reader_of_events_may_go_away(
    cli: Cli, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stdout", Closed())
    result = cli("run", story, "--set", "script=one\ntwo", "--events", "jsonl")
    assert result.code == Exit.BROKEN_PIPE
    assert result.err == ""


class Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("fails", [False, True])
def test_on_a_terminal_the_last_picture_stays(
    cli: Cli, story: Path, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    if fails:
        nodes.failing["loud[2]"] = TaskError("no", kind=ErrorKind.INVALID)
    screen = Tty()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    result = cli("run", story, "--set", "script=one\ntwo")
    assert result.code == (3 if fails else 0)
    picture = screen.getvalue()
    assert ("✗ loud" if fails else "✓ loud") in picture
    assert ("2 tasks kept" in picture) is fails


def test_the_limit_of_a_node_is_known_before_the_run(cli: Cli) -> None:
    file = cli.write(
        {
            "nodes": {
                "a": {"type": "text_to_image", "inputs": {"prompt": "x"}},
                "b": {"type": "resize", "inputs": {"image": "${a.image}", "width": 9}},
                "c": {"type": "join_text", "inputs": {"texts": ["x"]}},
            }
        }
    )
    with SmallSession(Namespace(home=cli.folder / "other")) as session:
        session.__dict__["registry"] = registry()
        graph = session.graph(load(file))
    pools = {name: traits_of(node).pool for name, node in graph.nodes.items()}
    assert pools == {"a": "media", "b": "media", "c": ""}


class TestNetwork:
    """`--offline` and what asks for leave, with a catalogue that has a paid model at a provider."""

    @pytest.fixture
    def film(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
        frame = catalogue().draft("text_to_image")
        price = frame.price.model_copy(update={"high": Decimal(1)})
        paid = frame.model_copy(update={"id": "paid/frame", "local": False, "price": price})
        both = Catalogue([frame, paid])
        monkeypatch.setattr("nodes.models.catalogue", lambda: both)
        return cli.write(
            {
                "inputs": {"look": {"default": "x"}},
                "nodes": {
                    "free": {"type": "draw", "inputs": {"prompt": "${inputs.look}"}},
                    "paid": {
                        "type": "draw",
                        "inputs": {"prompt": "x", "model": ["animatic/frame", "paid/frame"]},
                    },
                },
            }
        )

    @pytest.fixture(autouse=True)
    def _draw(self, cli: Cli) -> None:
        (cli.folder / "draw.py").write_text(DRAW_NODE)
        cli.session = None

    def test_models_that_need_the_network_are_refused(self, cli: Cli, film: Path) -> None:
        result = cli("run", film, "--nodes", "draw.py", "--offline")
        assert result.code == 2
        assert "error: --offline: paid: the model paid/frame needs the network" in result.err
        assert "--draft" in result.err

    def test_a_plan_is_refused_likewise(self, cli: Cli, film: Path) -> None:
        assert cli("plan", film, "--nodes", "draw.py", "--offline").code == 2

    def test_paid_models_are_asked_about(self, cli: Cli, film: Path) -> None:
        graph = self.graph(cli, film)
        assert set(budget.models_of(graph)) == {
            ("free", "animatic/frame"),
            ("paid", "animatic/frame"),
            ("paid", "paid/frame"),
        }
        assert budget.may_cost(graph)

    def test_a_model_that_is_wired_in_may_be_any(self, cli: Cli, film: Path) -> None:
        wired = cli.write(
            {
                "nodes": {
                    "name": {"type": "prompt", "inputs": {"template": "animatic/frame"}},
                    "a": {"type": "draw", "inputs": {"prompt": "x", "model": "${name.text}"}},
                }
            }
        )
        graph = self.graph(cli, wired)
        assert list(budget.models_of(graph)) == [("a", None)]
        assert budget.may_cost(graph)
        with pytest.raises(UsageError, match="wired in"):
            budget.refuse_network(graph)

    def graph(self, cli: Cli, file: Path) -> Graph:
        options = Namespace(home=cli.folder / "other", node_files=[cli.folder / "draw.py"])
        with Session(options) as session:
            return session.graph(load(file))


DRAW_NODE = '''
from engine import node

@node(version=1)
async def draw(prompt: str, *, model: list[str] = ["animatic/frame"]) -> str:
    """Pretend to ask a model."""
    return prompt
'''
