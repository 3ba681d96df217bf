"""Plans and the cache: what is done again after a change, and that plan and run agree."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Price, TaskError, Traits, node
from engine.differences import differences
from engine.plan import Plan
from tests.support import nodes as support
from tests.support.engines import Bench

Data = dict[str, Any]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    support.reset()
    return Bench(tmp_path)


def call(kind: str, **inputs: Any) -> Data:
    return {"type": kind, "inputs": inputs}


def flow(outputs: Data | None = None, **nodes: Data) -> Data:
    return {"nodes": nodes, "outputs": outputs or {}}


def told(plan: Plan) -> dict[str, tuple[str, list[str]]]:
    return {t.task: (t.status, [str(r) for r in t.reasons]) for t in plan.tasks}


def statuses(plan: Plan) -> dict[str, str]:
    return {t.task: t.status for t in plan.tasks}


def film(script: str = "one\ntwo\nthree", style: str = "ink") -> Data:
    return flow(
        {"o": "${film.text}"},
        board=call("split", script=script),
        frame=call("upper", text="${board.shots.prompt}, " + style),
        clip=call("upper", text="${frame.text} ${board.shots.motion}"),
        film=call("join", texts="${clip.text}"),
    )


class TestReuse:
    def test_nothing_is_done_twice(self, bench: Bench) -> None:
        bench.run(film())
        report = bench.run(film())
        assert (report.counts["ran"], report.counts["cached"]) == (0, 8)

    def test_it_survives_restarts(self, bench: Bench, tmp_path: Path) -> None:
        bench.run(film())
        bench.home.close()
        assert Bench(tmp_path).run(film()).counts["ran"] == 0

    def test_one_shot_changed(self, bench: Bench) -> None:
        bench.run(film())
        changed = film("one\nTWO\nthree")
        plan = bench.plan(changed)
        assert {t: v for t, v in told(plan).items() if v[0] != "cached"} == {
            "board": ("run", ['script: "one\\ntwo\\nthree" -> "one\\nTWO\\nthree"']),
            "frame[2]": ("run", ['text: "two, ink" -> "TWO, ink"']),
            "clip[2]": ("unknown", ["text waits for frame[2]"]),
            "film": ("unknown", ["texts waits for clip[2]"]),
        }
        bench.run(changed)
        # The frame of "TWO" comes out as the one of "two": nothing after it is done again.
        assert set(support.calls) == {"board", "frame[2]"}

    def test_what_hangs_on_it_is_done_again_where_it_differs(self, bench: Bench) -> None:
        bench.run(film())
        bench.run(film("one\n2\nthree"))
        assert set(support.calls) == {"board", "frame[2]", "clip[2]", "film"}

    def test_back_and_forth_costs_nothing(self, bench: Bench) -> None:
        bench.run(film())
        bench.run(film(style="oil"))
        assert bench.run(film()).counts["ran"] == 0
        assert bench.run(film(style="oil")).counts["ran"] == 0

    def test_names_titles_places_and_order_do_not_matter(self, bench: Bench) -> None:
        bench.run(film())
        moved: Data = {
            "name": "Another",
            "layout": {"shots": [3, 4]},
            "outputs": {"the_end": "${end.text}"},
            "nodes": {
                "end": call("join", texts="${move.text}"),
                "move": call("upper", text="${still.text} ${shots.shots.motion}"),
                "still": {
                    "title": "Still",
                    "note": "nice",
                    "inputs": {"text": "${shots.shots.prompt}, ink"},
                    "type": "upper",
                },
                "shots": call("split", script="one\ntwo\nthree"),
            },
        }
        assert bench.run(moved).counts["ran"] == 0

    def test_an_argument_equal_to_its_default_does_not_matter(self, bench: Bench) -> None:
        bench.run(flow(u=call("upper", text="x")))
        assert bench.run(flow(u=call("upper", text="x", seed=0))).counts["ran"] == 0
        assert bench.run(flow(r=call("ratio", value=2))).counts["ran"] == 1
        assert bench.run(flow(r=call("ratio", value=2.0))).counts["ran"] == 0

    def test_never(self, bench: Bench) -> None:
        data = flow(
            u={**call("upper", text="x"), "cache": "never"}, v=call("upper", text="${u.text}")
        )
        bench.run(data)
        assert told(bench.plan(data))["u"] == ("run", ['the node says "cache": "never"'])
        bench.run(data)
        assert bench.statuses() == {"u": "ran", "v": "cached"}

    @pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
    def test_never_shares_with_nothing(self, bench: Bench, order: tuple[str, str]) -> None:
        both = {"a": call("upper", text="x") | {"cache": "never"}, "b": call("upper", text="x")}
        data = flow(**{name: both[name] for name in order})
        plan = bench.plan(data)
        assert statuses(plan) == {"a": "run", "b": "run"}
        assert bench.run(data).counts["ran"] == plan.count("run")
        assert statuses(bench.plan(data)) == {"a": "run", "b": "cached"}

    def test_pinned_keeps_the_result_whatever_changes(self, bench: Bench) -> None:
        bench.run(flow(u={**call("upper", text="x"), "cache": "pinned"}))
        data = flow({"o": "${u.text}"}, u={**call("upper", text="y"), "cache": "pinned"})
        assert statuses(bench.plan(data)) == {"u": "cached"}
        assert bench.run(data).outputs == {"o": "X"}
        assert bench.home.cache.pinned(str(bench.folder / "flow.json"))
        data = flow({"o": "${u.text}"}, u=call("upper", text="y"))
        assert bench.run(data).outputs == {"o": "Y"}

    def test_what_is_pinned_no_more_is_let_go(self, bench: Bench) -> None:
        pinned = {**call("upper", text="x"), "cache": "pinned"}
        other = {**call("upper", text="z"), "cache": "pinned"}
        path = str(bench.folder / "flow.json")
        bench.run(flow(u=pinned, v=other))
        first, second = sorted(bench.home.cache.pinned(path))
        bench.run(flow(u=pinned, v={**other, "disabled": True}))
        assert bench.home.cache.pinned(path) == {first, second}
        bench.run(flow(u=pinned, v=call("upper", text="z")))
        (left,) = bench.home.cache.pinned(path)
        changed = {**call("upper", text="y"), "cache": "pinned"}
        bench.run(flow(u=changed), redo=["u"])
        (anew,) = bench.home.cache.pinned(path)
        assert anew != left
        bench.run(flow(w=call("upper", text="w")))
        assert not bench.home.cache.pinned(path)

    def test_pinned_without_a_result_runs(self, bench: Bench) -> None:
        data = flow(u={**call("upper", text="y"), "cache": "pinned"})
        assert told(bench.plan(data)) == {"u": ("run", ["pinned, but there is no result yet"])}
        bench.run(data)
        assert bench.run(data).counts["cached"] == 1

    def test_pinned_result_of_another_type_is_not_taken(self, bench: Bench) -> None:
        bench.run(flow(u={**call("upper", text="x"), "cache": "pinned"}))
        data = flow({"o": "${u.integer}"}, u={**call("count", text="x"), "cache": "pinned"})
        assert bench.run(data).outputs == {"o": 1}

    def test_redo(self, bench: Bench) -> None:
        data = film()
        bench.run(data)
        plan = bench.plan(data, redo=["frame[2]"])
        assert told(plan)["frame[2]"] == ("run", ["asked to be made anew"])
        bench.run(data, redo=["frame[2]"])
        assert set(support.calls) == {"frame[2]"}
        bench.run(data, redo=["frame"])
        assert set(support.calls) == {"frame[1]", "frame[2]", "frame[3]"}


class TestReasons:
    def test_new_and_changed_and_gone(self, bench: Bench) -> None:
        data = flow(u=call("upper", text="x", seed=1))
        assert told(bench.plan(data)) == {"u": ("run", ["no result yet"])}
        bench.run(data)
        data["nodes"]["u"] = call("upper", text="x")
        assert told(bench.plan(data)) == {"u": ("run", ["seed: 1 -> (default)"])}
        data["nodes"]["u"] = call("count", text="x")
        assert told(bench.plan(data))["u"][1][0] == "type: upper -> count"

    def test_the_cached_result_is_forgotten(self, bench: Bench) -> None:
        data = flow(u=call("upper", text="x"))
        bench.run(data)
        keys = bench.home.history.task_keys(bench.folder / "flow.json")
        bench.home.cache.forget(keys.values())
        assert told(bench.plan(data)) == {
            "u": ("run", ["its stored result was removed or is damaged"])
        }

    def test_media_are_told_by_their_digest(self, bench: Bench) -> None:
        data = flow(p=call("picture", name="a"), d=call("describe", image="${p.image}"))
        bench.run(data)
        data["nodes"]["p"]["inputs"]["name"] = "b"
        bench.run({"nodes": {"p": data["nodes"]["p"]}})
        (reason,) = told(bench.plan(data))["d"][1]
        assert reason.startswith("image: image ")

    def test_long_texts_are_cut_where_they_differ(self, bench: Bench) -> None:
        text = "word " * 200
        bench.run(flow(u=call("upper", text=text + "end")))
        plan = bench.plan(flow(u=call("upper", text=text + "END")))
        (reason,) = told(plan)["u"][1]
        assert len(reason) < 200
        assert "end" in reason
        assert "END" in reason

    def test_a_length_is_predicted_by_the_last_run(self, bench: Bench) -> None:
        def data(text: str) -> Data:
            return flow(w=call("words", text=text), u=call("upper", text="${w.texts}"))

        for text in ("a b c d e f", "a b"):
            bench.run(data(text))
        bench.run(data("a b"))
        support.failing["w"] = TaskError("no")
        bench.run(data("c"))
        (row,) = (row for row in bench.plan(data("x y z")).nodes if row.node == "u")
        assert (row.total_known, row.predicted) == (False, 2)

    def test_lists_whose_length_is_not_known(self, bench: Bench) -> None:
        data = flow(
            w=call("words", text="a b"),
            u=call("upper", text="${w.texts}"),
            j=call("join", texts="${u.text}"),
        )
        bench.run(data)
        data["nodes"]["w"]["inputs"]["text"] = "a b c"
        plan = bench.plan(data)
        assert told(plan) == {
            "w": ("run", ['text: "a b" -> "a b c"']),
            "j": ("unknown", ["texts waits for w"]),
        }
        row = next(n for n in plan.nodes if n.node == "u")
        assert (row.total_known, row.predicted) == (False, 2)

    def test_equal_work_is_priced_once(self, bench: Bench) -> None:
        plan = bench.plan(flow(u=call("upper", text=["x", "y", "x"])))
        assert told(plan)["u[3]"] == ("shared", ["the same work as u[1]"])
        assert (plan.count("run"), plan.count("shared")) == (2, 1)
        assert [(n.run, n.shared) for n in plan.nodes] == [(2, 1)]

    def test_what_a_later_choice_may_need(self, bench: Bench) -> None:
        data = flow(
            {"o": "${c.value}"},
            which=call("upper", text="x"),
            a=call("upper", text="a"),
            b=call("upper", text="b"),
            c=call("choose", choose="${which.text}", X="${a.text}", Y="${b.text}"),
        )
        plan = bench.plan(data)
        assert told(plan) == {
            "which": ("run", ["no result yet"]),
            "a": ("unknown", ["needed only if a later choice falls on it"]),
            "b": ("unknown", ["needed only if a later choice falls on it"]),
            "c": (
                "unknown",
                ["choose waits for which", "X waits for a", "Y waits for b"],
            ),
        }
        bench.run(data)
        assert bench.statuses() == {"which": "ran", "a": "ran", "c": "ran"}
        assert statuses(bench.plan(data)) == dict.fromkeys(["which", "a", "c"], "cached")

    def test_a_failure_in_what_may_not_run_is_no_error(self, bench: Bench) -> None:
        support.failing["l"] = TaskError("no")
        data = flow(
            {"o": "${c.value}"},
            which=call("upper", text="x"),
            l=call("lines", text="a"),
            j=call("join", texts="${l.texts}"),
            c=call("choose", choose="${which.text}", X="x", Y="${j.text}"),
        )
        plan = bench.plan(data)
        assert plan.errors == {}
        assert bench.run(data).exit_code == 0

    def test_what_fails_for_sure(self, bench: Bench) -> None:
        support.failing["l"] = TaskError("no")
        data = flow(l=call("lines", text="a"), u=call("upper", text="${l.texts}"))
        plan = bench.plan(data)
        assert plan.errors == {"l": "no"}

    def test_an_instant_node_that_crashes(self, bench: Bench) -> None:
        support.failing["l"] = ZeroDivisionError("oh")  # type: ignore[assignment]
        plan = bench.plan(flow(l=call("lines", text="a")))
        assert plan.errors == {"l": "the node crashed: ZeroDivisionError: oh"}


def _price(arguments: Any) -> Traits:
    if "seconds" not in arguments:
        return Traits(price=Price(low=Decimal(1), high=None))
    cents = Decimal(arguments["seconds"]) / 10
    return Traits(pool="paid", fingerprint="v1", price=Price(cents, cents, "list"))


@node(version=1, traits=_price)
async def costly(seconds: int, prompt: str = "") -> str:
    """Cost something."""
    return f"{seconds} {prompt}"


class TestPrices:
    @pytest.fixture
    def shop(self, tmp_path: Path) -> Bench:
        registry = support.registry()
        registry.add(support.type_of(costly))
        return Bench(tmp_path, registry)

    def test_are_added_up_over_what_runs(self, shop: Bench) -> None:
        data = flow(c=call("costly", seconds=[1, 2, 2]))
        plan = shop.plan(data)
        assert (plan.cost_low, plan.cost_high) == (Decimal("0.3"), Decimal("0.3"))
        shop.run(data)
        assert shop.plan(data).cost_high == 0

    def test_of_what_is_unknown_belong_to_the_upper_end(self, shop: Bench) -> None:
        data = flow(u=call("upper", text="x"), c=call("costly", seconds=5, prompt="${u.text}"))
        plan = shop.plan(data)
        assert (plan.cost_low, plan.cost_high) == (Decimal(0), Decimal("0.5"))

    def test_nobody_knows(self, shop: Bench) -> None:
        data = flow(n=call("count", text="abc"), c=call("costly", seconds="${n.integer}"))
        assert shop.plan(data).cost_high is None


def test_a_model_that_was_named_anew_is_one_reason() -> None:
    def key(model: str, mark: str) -> str:
        request = {"node": "frame", "version": 1, "fingerprint": mark}
        return json.dumps({**request, "arguments": {"model": [model]}})

    named = differences(key("a/one", "one 1"), key("b/two", "two 1"))
    assert [str(reason) for reason in named] == ['model: ["a/one"] -> ["b/two"]']
    grown = differences(key("a/one", "one 1"), key("a/one", "one 2"))
    assert [str(reason) for reason in grown] == ["model or adapter version: one 1 -> one 2"]


def test_a_plan_writes_nothing(bench: Bench) -> None:
    (bench.folder / "a.png").write_text("x", "utf-8")
    data = flow(
        s=call("split", script="a\nb"),
        u=call("upper", text="${s.shots.prompt}"),
        d=call("describe", image="a.png"),
        f=call("first", items=["a.png"]),
    )
    bench.run(flow(u=call("upper", text="a")))

    def snapshot() -> tuple[list[str], list[Any]]:
        files = sorted(str(p) for p in bench.home.path.rglob("*") if "reelgraph.db" not in p.name)
        with sqlite3.connect(bench.home.path / "reelgraph.db") as database:
            tables = ("cache", "cache_blobs", "runs", "run_tasks", "task_keys", "pins", "workflows")
            rows = [database.execute(f"SELECT * FROM {table}").fetchall() for table in tables]
        database.close()
        return files, rows

    before = snapshot()
    plan = bench.plan(data)
    assert plan.count("run") == 4
    assert snapshot() == before


# -- plan and run agree ------------------------------------------------------------------------

TEXTS = ["a", "b c", "d e f", ""]


@st.composite
def workflows(draw: st.DrawFn) -> Data:
    """Small workflows of all kinds of nodes, valid for the most part."""
    nodes: Data = {}
    texts: list[str] = []
    lists: list[str] = []
    for i in range(draw(st.integers(1, 7))):
        name = f"n{i}"
        literal = draw(st.sampled_from(TEXTS))
        one = draw(st.sampled_from([literal, *texts])) if texts else literal
        kind = draw(st.sampled_from(["upper", "words", "lines", "join", "choose", "upper"]))
        if kind == "upper":
            nodes[name] = call("upper", text=one)
            if draw(st.booleans()):
                seeds = st.one_of(st.integers(0, 1), st.lists(st.integers(0, 2), max_size=2))
                nodes[name]["inputs"]["seed"] = draw(seeds)
        elif kind in ("words", "lines"):
            nodes[name] = call(kind, text=one)
        elif kind == "join":
            several = draw(st.lists(st.sampled_from([literal, *texts]), min_size=1, max_size=3))
            given = draw(st.sampled_from([several, *lists, *texts]))
            nodes[name] = call("join", texts=given)
        else:
            nodes[name] = call("choose", choose=one, a=draw(st.sampled_from([literal, *texts])))
            nodes[name]["inputs"]["B C"] = nodes[name]["inputs"].pop("a")
            nodes[name]["inputs"] |= {"A": draw(st.sampled_from([literal, *texts])), "a": "x"}
            del nodes[name]["inputs"]["B C"]
        nodes[name]["over"] = "product"
        nodes[name]["cache"] = draw(st.sampled_from(["on", "on", "on", "never", "pinned"]))
        if draw(st.integers(0, 5)) == 0:
            nodes[name]["on_error"] = "skip"
        if kind in ("words", "lines"):
            lists.append(f"${{{name}.texts}}")
            texts.append(f"${{{name}.texts}}")
        else:
            texts.append(f"${{{name}.{'value' if kind == 'choose' else 'text'}}}")
    wanted = draw(st.lists(st.sampled_from(texts), max_size=2, unique=True))
    return {"nodes": nodes, "outputs": {f"o{i}": text for i, text in enumerate(wanted)}}


def small(plan: Plan) -> bool:
    return len(plan.tasks) < 200


@given(history=st.lists(workflows(), min_size=1, max_size=3), failing=st.sets(st.integers(0, 6)))
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_run_does_what_the_plan_said(
    tmp_path_factory: pytest.TempPathFactory, history: list[Data], failing: set[int]
) -> None:
    support.reset()
    for number in failing:
        if number % 3 == 0:
            support.failing[f"n{number}"] = TaskError("no")
    bench = Bench(tmp_path_factory.mktemp("plan"))
    for data in history:
        if any(p.severity == "error" for p in bench.check(data)):
            continue
        plan = bench.plan(data)
        if not small(plan):
            continue
        bench.run(data)
        _compare(plan, bench.statuses())
    bench.home.close()


def _compare(plan: Plan, happened: dict[str, str]) -> None:
    growing = {n.node for n in plan.nodes if not n.total_known}
    failed = {t for t, s in happened.items() if s in ("failed", "skipped", "blocked")}
    trouble = {"failed", "skipped", "blocked"} if failed else set()
    allowed: dict[str, set[str]] = {
        # A node that is never cached may have made the same result anew before.
        "cached": {"cached", "shared"},
        "run": {"ran", "shared"} | trouble,
        "shared": {"ran", "shared"} | trouble,
        "unknown": {"ran", "shared", "cached", "not needed"} | trouble,
    }
    planned = statuses(plan)
    for task, status in planned.items():
        assert happened.get(task, "not needed") in allowed[status], task
    certain = {t for t, s in planned.items() if s == "run"}
    ran = sum(1 for t in certain if happened.get(t) == "ran")
    shared = sum(1 for t in certain if happened.get(t) == "shared")
    # Which of two tasks with the same work does it may differ; that one of them does may not.
    assert ran + len(failed) >= len(certain) - shared
    known = {t for t, s in planned.items() if s in ("run", "shared")}
    assert sum(1 for t in known if happened.get(t) == "ran") <= len(certain)
    for task in happened.keys() - planned.keys():
        node_id = task.partition("[")[0]
        assert node_id in growing or happened[task] in ("failed", "blocked", "skipped"), task
