"""Runs in the editor: states, results, figures, the log, stopping, what the cache has before."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import CheckError, ErrorKind, TaskError, UsageError
from tests.support import nodes
from tests.tui.editor.running_desks import Place, gates, perform, run_all, until
from tui.editor.canvas import State
from tui.editor.model import edits
from tui.editor.running import Results, Runner

FILM: dict[str, Any] = {
    "name": "film",
    "nodes": {
        "board": {"type": "split", "inputs": {"script": "one\ntwo\nthree"}},
        "frame": {"type": "picture", "inputs": {"name": "${board.shots.prompt}"}},
        "tell": {"type": "describe", "inputs": {"image": "${frame.image}"}},
    },
    "outputs": {"told": "${tell.text}", "frames": "${frame.image}"},
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    nodes.reset()
    gates.clear()
    place = Place(tmp_path)
    yield place
    place.close()


def shown(runner: Runner) -> dict[str, tuple[State, int, int]]:
    return {name: (s.state, s.done, s.total) for name, s in sorted(runner.states.items())}


def test_a_run_tells_what_became_of_each_node_and_gives_results(place: Place) -> None:
    runner = place.runner(FILM)
    told: list[frozenset[str]] = []
    runner.progressed.subscribe(told.append)
    report = perform(lambda: run_all(runner))
    assert report.status == "done"
    assert shown(runner) == {
        "board": (State.DONE, 1, 1), "frame": (State.DONE, 3, 3), "tell": (State.DONE, 3, 3)
    }  # fmt: skip
    assert runner.states["frame"].tasks == (State.DONE,) * 3
    assert runner.states["board"].tasks == ()
    assert [r.outputs["text"] for r in runner.results.of("tell")] == ["one", "two", "three"]
    assert frozenset().union(*told) == {"board", "frame", "tell"}
    figures = runner.figures
    assert figures is not None
    assert (figures.done, figures.total, figures.status, figures.run) == (7, 7, "done", 1)
    assert sorted(p.name for p in (place.folder / "out/film").iterdir()) == [
        "frame-01.bin", "frame-02.bin", "frame-03.bin", "tell-01.txt", "tell-02.txt",
        "tell-03.txt",
    ]  # fmt: skip


def test_what_is_on_the_screen_is_run_though_it_is_not_saved(place: Place) -> None:
    runner = place.runner(FILM)
    runner.desk.edit(lambda now: edits.set_parameter(now, "board", "script", "other"))
    perform(lambda: run_all(runner))
    assert [r.outputs["text"] for r in runner.results.of("tell")] == ["other"]


def test_before_any_run_the_cache_says_what_is_there(place: Place) -> None:
    perform(lambda: run_all(place.runner(FILM)))
    runner = place.runner(FILM)
    perform(runner.survey)
    assert shown(runner) == {
        "board": (State.CACHED, 1, 1), "frame": (State.CACHED, 3, 3), "tell": (State.CACHED, 3, 3)
    }  # fmt: skip
    assert [r.is_fresh for r in runner.results.of("frame")] == [True] * 3
    assert runner.plan is not None and runner.plan.count("cached") == 7


def test_an_edit_leaves_old_results_to_be_seen_as_such(place: Place) -> None:
    runner = place.runner(FILM)

    async def main() -> None:
        await run_all(runner)
        runner.desk.edit(lambda now: edits.set_parameter(now, "board", "script", "one\nnew\nthree"))
        await runner.survey()

    perform(main)
    assert runner.states["frame"].tasks == (State.CACHED, State.IDLE, State.CACHED)
    assert [r.is_fresh for r in runner.results.of("frame")] == [True, False, True]


def test_the_part_without_errors_is_known_while_the_rest_has_some(place: Place) -> None:
    perform(lambda: run_all(place.runner(FILM)))
    data = {**FILM, "nodes": {**FILM["nodes"], "odd": {"type": "describe", "inputs": {}}}}
    runner = place.runner(data)
    perform(runner.survey)
    assert shown(runner)["frame"] == (State.CACHED, 3, 3)
    assert "odd" not in runner.states
    with pytest.raises(CheckError):
        perform(lambda: runner.prepare(runner.order()))


def test_a_run_to_a_node_minds_no_errors_of_others(place: Place) -> None:
    odd = {"type": "describe", "inputs": {"image": "${inputs.gone}"}}
    data = {**FILM, "inputs": {"gone": {"type": "image"}}, "nodes": {**FILM["nodes"], "odd": odd}}
    runner = place.runner(data)
    report = perform(lambda: run_all(runner, "frame[2]"))
    assert (report.status, report.counts["ran"]) == ("done", 2)
    # A difference of runs is not to show the others as taken out.
    assert json.loads(place.home.history.document(report.run) or "")["nodes"] == data["nodes"]
    assert perform(lambda: run_all(runner, "frame", redo=("frame",))).counts["ran"] == 3
    with pytest.raises(CheckError) as caught:
        perform(lambda: runner.prepare(runner.order(("odd",))))
    assert {problem.path for problem in caught.value.problems} == {"inputs.gone"}


def test_a_run_to_a_node_lets_go_of_no_pinned_result_of_others(place: Place) -> None:
    kept = {**FILM["nodes"]["tell"], "cache": "pinned"}
    data = {**FILM, "nodes": {**FILM["nodes"], "tell": kept}}
    perform(lambda: run_all(place.runner(data)))
    path = str(place.folder / "flow.json")
    pinned = place.home.cache.pinned(path)
    assert pinned
    odd = {"type": "describe", "inputs": {"image": "${inputs.gone}"}}
    data = {**data, "inputs": {"gone": {"type": "image"}}, "nodes": {**data["nodes"], "odd": odd}}
    perform(lambda: run_all(place.runner(data), "frame"))
    assert place.home.cache.pinned(path) == pinned
    del data["inputs"], data["nodes"]["odd"], data["nodes"]["tell"]["cache"]
    perform(lambda: run_all(place.runner(data)))
    assert not place.home.cache.pinned(path)


def test_inputs_are_given_as_on_the_command_line(place: Place) -> None:
    data = {
        "inputs": {"script": {"type": "text"}},
        "nodes": {"board": {"type": "split", "inputs": {"script": "${inputs.script}"}}},
    }
    runner = place.runner(data)
    perform(runner.survey)
    assert runner.states == {}
    runner.values = {"script": "one\ntwo", "gone": "x"}
    perform(lambda: run_all(runner))
    assert len(runner.results.of("board")[0].outputs["shots"]) == 2


def test_a_failure_is_told_with_what_to_do(place: Place) -> None:
    nodes.failing["frame[2]"] = TaskError("no ink", hint="Buy some.", kind=ErrorKind.REFUSED)
    runner = place.runner(FILM)
    report = perform(lambda: run_all(runner))
    assert report.status == "partial"
    frame = runner.states["frame"]
    assert frame.tasks == (State.DONE, State.REFUSED, State.DONE)
    assert (frame.state, frame.failed, frame.error, frame.hint) == (
        State.REFUSED, "frame[2]", "no ink", "Buy some."
    )  # fmt: skip
    assert runner.states["tell"].tasks[1] is State.STOPPED
    (error,) = runner.log.sifted("error")
    assert (error.task, error.text, error.hint) == ("frame[2]", "refused: no ink", "Buy some.")
    perform(runner.survey)
    assert runner.states["frame"].state is State.REFUSED


def test_a_failure_is_forgotten_when_its_node_changes(place: Place) -> None:
    nodes.failing["frame[2]"] = TaskError("no ink")
    runner = place.runner(FILM)
    perform(lambda: run_all(runner))
    runner.desk.edit(lambda now: edits.set_parameter(now, "frame", "name", "x"))
    perform(runner.survey)
    assert runner.states["frame"].error == ""


HOLD: dict[str, Any] = {
    "nodes": {
        "one": {"type": "hold", "inputs": {"name": "a"}},
        "two": {"type": "hold", "inputs": {"name": "b"}},
        "loud": {"type": "upper", "inputs": {"text": "${one.text}"}},
    }
}


def begun(place: Place, data: dict[str, Any]) -> Runner:
    gates.update(a=threading.Event(), b=threading.Event())
    return place.runner(data)


def test_a_run_that_goes_on_is_seen_and_can_be_stopped(place: Place) -> None:
    runner = begun(place, HOLD)

    async def main() -> Any:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: shown(runner).get("two", (None,))[0] is State.RUNNING)
        one = runner.states["one"]
        assert (one.state, one.progress, one.note) == (State.RUNNING, 0.5, "holding")
        assert runner.states["loud"].state is State.QUEUED
        assert runner.is_running
        with pytest.raises(UsageError, match="goes on already"):
            await run_all(runner)
        gates["b"].set()
        await until(lambda: runner.states["two"].state is State.DONE)
        runner.stop()
        assert runner.is_stopping
        return await work

    report = perform(main)
    assert (report.status, runner.is_running) == ("interrupted", False)
    assert shown(runner) == {
        "loud": (State.IDLE, 0, 1), "one": (State.STOPPED, 1, 1), "two": (State.DONE, 1, 1)
    }  # fmt: skip


def test_one_task_is_called_off_and_the_others_go_on(place: Place) -> None:
    runner = begun(place, HOLD)

    async def main() -> Any:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: shown(runner).get("one", (None,))[0] is State.RUNNING)
        runner.cancel("one")
        await until(lambda: runner.states["one"].state is State.STOPPED)
        gates["b"].set()
        return await work

    report = perform(main)
    assert report.status == "partial"
    assert [s.state for _, s in sorted(runner.states.items())] == [
        State.STOPPED, State.STOPPED, State.DONE
    ]  # fmt: skip


def test_following_keeps_up_with_edits_and_runs(place: Place) -> None:
    runner = place.runner(FILM)

    async def main() -> None:
        follower = asyncio.ensure_future(runner.follow())
        await until(lambda: runner.plan)
        await run_all(runner)
        runner.desk.edit(lambda now: edits.set_parameter(now, "board", "script", "one"))
        await until(lambda: runner.states["frame"].total == 1)
        follower.cancel()
        with pytest.raises(asyncio.CancelledError):
            await follower

    perform(main)
    assert shown(runner)["frame"] == (State.DONE, 1, 1) or shown(runner)["frame"][0] is State.CACHED


def test_nodes_in_a_subworkflow_are_told_of_as_the_one_that_holds_them(place: Place) -> None:
    from tests.tui.editor.running_desks import write

    inner = {
        "inputs": {"name": {"type": "text"}},
        "nodes": {
            "frame": {"type": "picture", "inputs": {"name": "${inputs.name}"}},
            "tell": {"type": "describe", "inputs": {"image": "${frame.image}"}},
        },
        "outputs": {"told": "${tell.text}"},
    }
    write(place.folder, inner, "inner.json")
    outer = {
        "nodes": {"look": {"type": "subworkflow", "inputs": {"file": "inner.json", "name": "x"}}},
        "outputs": {"told": "${look.told}"},
    }
    runner = place.runner(outer)
    perform(lambda: run_all(runner))
    assert shown(runner) == {
        "look": (State.DONE, 2, 2),
        "look/frame": (State.DONE, 1, 1),
        "look/tell": (State.DONE, 1, 1),
    }


def test_results_of_another_shape_give_way_in_the_run_that_makes_the_new_one(place: Place) -> None:
    """A wall would show them beside it, and as good ones."""
    both = {"nodes": {"all": {"type": "upper", "inputs": {"text": ["a", "b"]}}}}
    runner = place.runner(both)
    perform(lambda: run_all(runner))
    assert [result.task for result in runner.results.of("all")] == ["all[1]", "all[2]"]
    runner.desk.edit(lambda now: edits.set_parameter(now, "all", "text", "c"))
    perform(lambda: run_all(runner))
    assert [result.task for result in runner.results.of("all")] == ["all"]
    runner.desk.edit(lambda now: edits.set_parameter(now, "all", "text", ["a", "b"]))
    perform(lambda: run_all(runner))
    assert [result.task for result in runner.results.of("all")] == ["all[1]", "all[2]"]


def test_results_of_another_shape_go_though_a_list_is_still_to_come() -> None:
    results = Results()
    results.put({"all[1]": {"text": "A"}, "all[2]": {"text": "B"}})
    assert results.replace("all", {(): {"text": "C"}}, None)
    assert [result.task for result in results.of("all")] == ["all"]
