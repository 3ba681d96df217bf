"""Counting a run from its events: what is told at each beat, and in which order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.errors import StoreError
from engine.events import (
    Event,
    NodeCounted,
    NodeInfo,
    ProviderAway,
    ProviderBack,
    RunFinished,
    RunStarted,
    TaskBlocked,
    TaskDone,
    TaskFailed,
    TaskProgress,
    TaskRetried,
    TaskStarted,
)
from engine.foresight import Course
from engine.store import Home
from tests.support import nodes
from tests.support.engines import inspect
from tui.cli.progress.tracker import Tracker
from tui.editor.canvas import State
from tui.editor.running.backstage import Backstage
from tui.editor.running.board import Board
from tui.editor.running.results import Results
from tui.editor.running.states import RunState


def board_of(*names: str) -> Board:
    tracker = Tracker(lambda: 10.0, Course({}))
    board = Board(tracker, lambda: 1000.0)
    board.handle(RunStarted(1, "film", tuple(NodeInfo(name, "t") for name in names)))
    return board


def told(board: Board, *events: Event) -> dict[str, RunState]:
    for event in events:
        board.handle(event)
    return dict(board.pulse().states)


def test_a_task_of_a_known_list_stands_at_its_place() -> None:
    board = board_of("frame")
    state = told(
        board,
        NodeCounted("frame", 4, True),
        TaskStarted("frame[3]", "frame"),
        TaskDone("frame[2]", "frame", "cached", 0.0),
    )["frame"]
    q, running, cached = State.QUEUED, State.RUNNING, State.CACHED
    assert (state.tasks, state.state, state.done, state.total) == (
        (q, cached, running, q), running, 1, 4
    )  # fmt: skip


def test_tasks_along_two_axes_stand_in_order() -> None:
    board = board_of("take")
    events = [TaskStarted(f"take[{i}]", "take") for i in ("10,1", "2,2", "2,1")]
    failed = TaskFailed("take[2,1]", "take", "local", "no")
    tasks = told(board, NodeCounted("take", 4, True), *events, failed)["take"].tasks
    assert tasks == (State.FAILED, State.RUNNING, State.RUNNING, State.QUEUED)


def test_only_nodes_to_which_something_happened_are_told() -> None:
    board = board_of("a", "b")
    assert set(told(board)) == {"a", "b"}
    assert told(board) == {}
    assert not board.has_news
    assert set(told(board, TaskStarted("a", "a"))) == {"a"}


def test_much_is_told_in_parts_and_all_of_it_in_the_end() -> None:
    names = [f"n{i}" for i in range(100)]
    board = board_of(*names)
    first = told(board)
    assert len(first) == 32
    seen = set(first)
    while board.has_news:
        seen |= set(told(board))
    assert seen == set(names)


def test_progress_waits_for_what_matters_more() -> None:
    names = [f"n{i}" for i in range(100)]
    board = board_of(*names)
    while board.has_news:
        told(board)
    for name in names:
        board.handle(TaskProgress(name, name, 0.5))
    found = told(board, TaskStarted("n99", "n99"))
    assert next(iter(found)) == "n99"
    assert len(found) == 17


def test_a_provider_that_is_waited_for_is_told_once_and_when_it_is_back() -> None:
    board = board_of("frame")
    board.pulse()
    for wait, message in ((1.0, "lost"), (2.0, "lost"), (4.0, "shut"), (8.0, "shut")):
        board.handle(ProviderAway("fal", "transient", message, wait))
    pulse = board.pulse()
    assert pulse.figures.away == "fal"
    assert [(entry.level, entry.text) for entry in pulse.entries] == [
        ("warning", "fal: lost; again in 1.0 s"),
        ("detail", "fal: lost; again in 2.0 s"),
        ("warning", "fal: shut; again in 4.0 s"),
        ("detail", "fal: shut; again in 8.0 s"),
    ]
    board.handle(ProviderBack("fal", 15.0))
    board.handle(ProviderAway("fal", "transient", "shut", 1.0))
    board.handle(ProviderBack("fal", 0.5))
    pulse = board.pulse()
    assert pulse.figures.away == ""
    assert [(entry.level, entry.text) for entry in pulse.entries] == [
        ("info", "fal answers again after 15 s"),
        ("warning", "fal: shut; again in 1.0 s"),
        ("info", "fal answers again after 0.5 s"),
    ]


def test_a_subworkflow_is_told_of_as_one_node() -> None:
    board = board_of("look/frame", "look/deep/tell")
    states = told(
        board,
        NodeCounted("look/frame", 1, True),
        NodeCounted("look/deep/tell", 2, True),
        TaskStarted("look/frame", "look/frame"),
        TaskProgress("look/frame", "look/frame", 0.5, "drawing"),
        TaskFailed("look/deep/tell[1]", "look/deep/tell", "local", "no ink", "Buy some."),
    )
    look = states["look"]
    assert (look.state, look.total, look.done, look.note) == (State.RUNNING, 3, 1, "drawing")
    assert (look.failed, look.error, look.hint) == ("look/deep/tell[1]", "no ink", "Buy some.")
    assert look.progress == pytest.approx(0.5)
    assert states["look/deep"].state is State.FAILED


def test_what_the_cache_had_is_one_line_of_the_log() -> None:
    board = board_of("frame")
    board.pulse()
    for number in (1, 2, 3):
        board.handle(TaskDone(f"frame[{number}]", "frame", "cached", 0.0))
    board.handle(RunFinished("done", 0, {}, 1.0))
    texts = [entry.text for entry in board.pulse().entries]
    assert texts == ["3 tasks found in the cache", "run 1 done after 1.0 s"]


def test_a_run_that_kept_something_ends_partly_done() -> None:
    board = board_of("frame")
    board.pulse()
    board.handle(RunFinished("partial", 3, {}, 2.0))
    assert [entry.text for entry in board.pulse().entries] == ["run 1 partly done after 2.0 s"]


def test_mishaps_are_told_with_their_weight() -> None:
    board = board_of("a", "b", "c")
    board.pulse()
    for event in (
        TaskStarted("a", "a"),
        TaskRetried("a", "a", 1, 2.0, "transient", "lost"),
        TaskFailed("a", "a", "local", "gone", "Look.", skipped=True),
        TaskBlocked("b", "b", skipped=True),
        TaskFailed("c", "c", "refused", "unfit"),
    ):
        board.handle(event)
    pulse = board.pulse()
    assert [(e.level, e.text, e.hint) for e in pulse.entries] == [
        ("detail", "starts", ""),
        ("warning", "lost; again in 2.0 s", ""),
        ("warning", "left out: gone", "Look."),
        ("detail", "cannot run: what it needs was not made", ""),
        ("error", "refused: unfit", ""),
    ]
    assert {name: state.state for name, state in pulse.states.items()} == {
        "a": State.SKIPPED, "b": State.SKIPPED, "c": State.REFUSED
    }  # fmt: skip


def test_what_never_ran_is_idle_in_the_end() -> None:
    board = board_of("frame")
    board.handle(NodeCounted("frame", 3, True))
    board.handle(TaskDone("frame[1]", "frame", "ran", 1.5, {}, "0.04"))
    state = told(board, RunFinished("interrupted", 130, {}, 1.0))["frame"]
    assert state.tasks == (State.DONE, State.IDLE, State.IDLE)
    assert [badge.text for badge in state.badges] == ["$0.04"]


def test_what_was_paid_is_told_as_prices_are() -> None:
    board = board_of("frame")
    board.handle(TaskDone("frame", "frame", "ran", 1.5, {}, "0.840"))
    assert board.pulse().entries[-1].text == "done in 1.5 s, $0.84"


def test_results_are_kept_in_the_order_of_tasks() -> None:
    results = Results()
    results.put({"take[2,1]": {"n": 3}, "take[1,2]": {"n": 2}, "take[1,1]": {"n": 1}})
    assert [r.outputs["n"] for r in results.of("take")] == [1, 2, 3]
    found = results.get("take[1,2]")
    assert found is not None and found.is_fresh
    assert results.get("take[9,9]") is None
    assert results.replace("take", {(0, 0): {"n": 1}}, {(0, 0), (0, 1)})
    assert [(r.outputs["n"], r.is_fresh) for r in results] == [(1, True), (2, False)]
    assert not results.replace("take", {(0, 0): {"n": 1}}, None)
    results.drop(["take"])
    assert list(results) == []


class TestBackstage:
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        with Home.open(tmp_path / "home") as home:
            yield Engine(home, nodes.registry(), inspect)

    def test_the_engine_there_has_a_database_of_its_own(self, engine: Engine) -> None:
        backstage = Backstage(engine)
        runs = asyncio.run(backstage.look(lambda own: (own is engine, own.home.history.runs())))
        assert runs == (False, [])
        backstage.close()
        backstage.close()

    def test_what_fails_there_is_raised_here(self, engine: Engine) -> None:
        backstage = Backstage(engine)

        def fail(own: Engine) -> None:
            raise StoreError("the disk is full")

        with pytest.raises(StoreError, match="the disk is full"):
            asyncio.run(backstage.look(fail))
        backstage.close()

    def test_a_home_that_cannot_be_opened_says_so_each_time(self, engine: Engine) -> None:
        backstage = Backstage(engine)
        path, engine.home.path = engine.home.path, engine.home.path / "reelgraph.db"
        for _ in range(2):
            with pytest.raises(StoreError, match="cannot keep results"):
                asyncio.run(backstage.look(lambda own: None))
        engine.home.path = path
        assert asyncio.run(backstage.look(lambda own: 1)) == 1
        backstage.close()

    def test_who_gives_up_waiting_ends_the_work(self, engine: Engine) -> None:
        backstage = Backstage(engine)
        begun = threading.Event()
        ended: list[str] = []

        async def forever(own: Engine) -> None:
            import anyio

            begun.set()
            try:
                await anyio.sleep_forever()
            finally:
                ended.append("ended")

        async def main() -> None:
            waiting = asyncio.create_task(backstage.call(forever))
            await asyncio.to_thread(begun.wait)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await backstage.look(lambda own: None)

        asyncio.run(main())
        assert ended == ["ended"]
        backstage.close()

    def test_who_asks_when_it_is_closed_is_called_off(self, engine: Engine) -> None:
        backstage = Backstage(engine)

        async def main() -> None:
            await backstage.look(lambda own: None)
            asking = [asyncio.create_task(backstage.look(lambda own: None)) for _ in range(3)]
            await asyncio.sleep(0)
            backstage.close()
            asking.append(asyncio.create_task(backstage.look(lambda own: None)))
            answers = await asyncio.gather(*asking, return_exceptions=True)
            assert all(isinstance(each, asyncio.CancelledError) for each in answers)

        asyncio.run(main())
