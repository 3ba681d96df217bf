"""Each benchmark runs at a tiny size and gives figures that can be true."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import anyio
import pytest

from benchmarks import __main__ as command
from benchmarks import floor, graphs, makespan, media, remote, startup
from benchmarks.child import in_child
from benchmarks.makespan import Film, Job, list_schedule
from benchmarks.nodes import add
from benchmarks.report import Bar, Row, Table, load_line, machine_line
from benchmarks.shapes import SHAPES, Step, chain, changed, fan, layered, workflow


@pytest.mark.parametrize("shape", SHAPES)
def test_graphs_have_the_size_that_is_asked_for(shape: str) -> None:
    steps = SHAPES[shape](250)
    assert len(steps) == 250
    seen: set[str] = set()
    for name, step in steps.items():
        assert seen.issuperset(step.parents)
        seen.add(name)
    assert SHAPES[shape](250) == steps


def test_layered_graph_has_sixteen_edges_for_ten_nodes() -> None:
    steps = layered(10_000)
    assert sum(len(step.parents) for step in steps.values()) / 9_900 == pytest.approx(1.6, abs=0.02)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_node_is_changed_and_the_end_hangs_on_it(shape: str) -> None:
    steps = SHAPES[shape](500)
    other = changed(steps)
    (name,) = [name for name in steps if steps[name] != other[name]]
    tainted = {name}
    for each, step in steps.items():
        if tainted & set(step.parents):
            tainted.add(each)
    assert tainted & set(list(steps)[-100:])


def test_everything_in_a_workflow_is_needed() -> None:
    data = workflow(fan(5))
    assert list(data["outputs"]) == ["n4"]
    assert data["nodes"]["n4"]["inputs"]["values"] == [f"${{n{i}.integer}}" for i in (1, 2, 3)]


def test_floor_computes_the_graph_and_remembers_it(tmp_path: Path) -> None:
    calls: list[int] = []

    async def work(values: list[int], *, offset: int) -> int:
        calls.append(offset)
        return await add(values, offset=offset)

    cache = floor.Cache(tmp_path / "floor.db")
    steps = {"a": Step((), 1), "b": Step(("a",), 2), "c": Step(("a", "b"), 3)}
    assert anyio.run(floor.run, steps, cache, work) == {"a": 1, "b": 3, "c": 7}
    cache.close()
    again = floor.Cache(tmp_path / "floor.db")
    anyio.run(floor.run, {**steps, "c": Step(("a", "b"), 4)}, again, work)
    again.close()
    assert calls == [1, 2, 3, 4]


def test_engine_and_floor_are_measured() -> None:
    ours = graphs.measure_engine("layered", 120)
    bare = graphs.measure_floor("layered", 120)
    assert set(ours) > {*graphs.STEPS, "memory"}
    assert set(bare) > {*graphs.FLOORS.values(), "memory"}
    assert all(ours[step] > 0 for step in graphs.STEPS)


def test_graph_tables_hold_bars_against_the_large_graph() -> None:
    names = [*graphs.STEPS, *(step + graphs._CPU for step in graphs.STEPS), "memory"]
    ours = dict.fromkeys(names, 0.5)
    small = graphs.Case("layered", 1000, [ours], [dict.fromkeys(ours, 0.5)])
    large = graphs.Case("layered", 10_000, [ours], [dict.fromkeys(ours, 0.1)])
    table = graphs._time_table([small, large])
    assert [row.name for row in table.missed] == [
        "layered 10,000: run, nothing cached",
        "layered 10,000: run, all cached",
    ]
    assert not graphs._growth_table(small, large).missed


def test_list_schedule_is_the_critical_path_without_a_limit() -> None:
    assert list_schedule(Film().jobs()) == pytest.approx(3.0)
    assert list_schedule(Film().jobs(), 4) == pytest.approx(17.0)


def test_list_schedule_starts_what_has_most_to_follow() -> None:
    jobs = {"short": Job(1), "long": Job(1), "last": Job(5, ("long",))}
    assert list_schedule(jobs, 1) == 7
    assert list_schedule(jobs, 2) == 6


def test_makespan_is_no_better_than_the_best() -> None:
    (table,) = makespan.measure(quick=True, tell=lambda _: None)
    assert [row.values["ratio"] >= 0.99 for row in table.rows if row.values["ratio"]] == [True] * 2


def test_remote_jobs_are_measured() -> None:
    costs, film = remote.measure(quick=True, tell=lambda _: None)
    assert all(row.values for row in costs.rows)
    assert all((row.values["ratio"] or 0) > 0.7 for row in film.rows)


def test_startup_measures_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    every = startup.commands()
    few = {name: every[name] for name in ("python -c pass", startup.ARGPARSE)}
    monkeypatch.setattr(startup, "commands", lambda: few)
    (table,) = startup.measure(quick=True, tell=lambda _: None)
    assert [row.name for row in table.rows] == list(few)
    assert table.rows[1].values["ratio to argparse"] == 1.0


@pytest.mark.parametrize("job", media.QUICK_JOBS, ids=lambda job: job.action)
def test_media_jobs_run(job: media.Job, tmp_path: Path) -> None:
    given = {**asdict(job), "width": 64, "height": 36}
    assert media.prepare(str(tmp_path), given) == {}
    figures = media.perform(str(tmp_path), given)
    assert figures["seconds"] > 0
    assert any(path.stem == "out" for path in tmp_path.iterdir())


def test_a_failing_child_says_why() -> None:
    with pytest.raises(RuntimeError, match="KeyError: 'no such shape'"):
        in_child("benchmarks.graphs:measure_floor", shape="no such shape", size=1)


def test_table_is_aligned_and_names_the_bar() -> None:
    rows = (
        Row("first", {"ratio": 2.5, "MB": None}, Bar("ratio", 3)),
        Row("the second", {"ratio": 12.25, "MB": 1234.5}, Bar("ratio", 3)),
    )
    table = Table("t", "Title", rows)
    assert str(table).splitlines() == [
        "Title",
        "              ratio     MB         bar",
        "  first        2.50      -  ratio <= 3   holds",
        "  the second   12.2  1,234  ratio <= 3  MISSED",
    ]
    assert [row.name for row in table.missed] == ["the second"]
    assert [row["holds"] for row in table.to_json()["rows"]] == [True, False]


def test_machine_line_names_versions() -> None:
    assert "Python 3." in machine_line()
    assert load_line().startswith("load average")


@pytest.mark.parametrize(("options", "code"), [([], 1), (["--no-fail"], 0)])
def test_a_missed_bar_fails_the_command(
    options: list[str],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = Table("t", "Title", (Row("slow", {"ms": 5.0}, Bar("ms", 1)),))
    monkeypatch.setattr(command, "_measure", lambda name, *, quick: [table])
    assert command.main(["--only", "startup", "--json", *options]) == code
    printed = capsys.readouterr()
    assert json.loads(printed.out)["tables"][0]["rows"][0]["holds"] is False
    assert "t: slow" in printed.err


def test_media_is_measured_only_when_asked() -> None:
    always = ["startup", "graphs", "editor", "makespan", "remote"]
    assert command._chosen(None, media=False) == always
    assert command._chosen(None, media=True)[-1] == "media"
    assert command._chosen(["crash"], media=False) == ["crash"]
    assert command._chosen(["media"], media=False) == ["media"]


def test_changed_chain_keeps_its_first_half() -> None:
    steps = chain(10)
    assert [name for name, step in changed(steps).items() if step != steps[name]] == ["n5"]
