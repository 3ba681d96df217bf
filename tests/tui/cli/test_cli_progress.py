"""How a run is shown while it goes on: counts, estimates, lines, pictures."""

from __future__ import annotations

import io
from argparse import Namespace

import pytest
from rich.cells import cell_len
from rich.console import Console

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
    TaskStopped,
)
from engine.foresight import Course, Step
from tui.cli.progress.live import LiveProgress
from tui.cli.progress.outlook import Outlook
from tui.cli.progress.plain import PlainProgress
from tui.cli.progress.tracker import Tracker
from tui.cli.terminal import Terminal


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Show:
    """A tracker with both displays, told of events by hand."""

    def __init__(
        self,
        *nodes: str,
        expected: float | None = None,
        limit: int = 2,
        size: tuple[int, int] = (80, 24),
        encoding: str = "utf-8",
    ) -> None:
        self.clock = Clock()
        step = Step("media", limit, kind=("work", ""), expected=expected)
        self.tracker = Tracker(self.clock, Course(dict.fromkeys(nodes, step)))
        self.lines = io.StringIO()
        terminal = Terminal(io.StringIO(), self.lines, Namespace(), {})
        self.plain = PlainProgress(self.tracker, terminal, self.clock)
        raw = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        self.console = Console(
            file=raw, width=size[0], height=size[1], force_terminal=True, color_system=None
        )
        self.live = LiveProgress(self.tracker, self.console)
        self.tell(RunStarted(1, "film", tuple(NodeInfo(node, "work") for node in nodes)))

    def tell(self, *events: Event) -> None:
        for event in events:
            self.tracker.handle(event)
            self.plain.handle(event)

    def picture(self) -> list[str]:
        with self.console.capture() as captured:
            self.console.print(self.live.render())
        return [line.rstrip() for line in captured.get().splitlines()]

    def run(self, node: str, task: str, seconds: float) -> None:
        self.tell(TaskStarted(task, node))
        self.clock.now += seconds
        self.tell(TaskDone(task, node, "ran", seconds))


class TestTracker:
    def test_every_end_of_a_task_is_counted(self) -> None:
        show = Show("a")
        show.tell(
            NodeCounted("a", 8, complete=True),
            TaskDone("a[1]", "a", "cached", 0.0),
            TaskDone("a[2]", "a", "shared", 0.0),
            TaskDone("a[3]", "a", "ran", 1.0),
            TaskFailed("a[4]", "a", "local", "no"),
            TaskFailed("a[5]", "a", "local", "no", skipped=True),
            TaskBlocked("a[6]", "a"),
            TaskBlocked("a[7]", "a", skipped=True),
            TaskStopped("a[8]", "a"),
        )
        track = show.tracker.nodes["a"]
        assert (track.cached, track.ran, track.failed) == (1, 2, 1)
        assert (track.skipped, track.blocked, track.stopped) == (2, 1, 1)
        assert track.finished
        assert track.share == 1.0

    def test_a_node_that_only_turns_out_to_be_needed_is_added(self) -> None:
        show = Show("a")
        show.tell(TaskStarted("b", "b"))
        assert list(show.tracker.nodes) == ["a", "b"]

    def test_a_task_that_was_cut_off_runs_no_more(self) -> None:
        show = Show("a")
        show.tell(NodeCounted("a", 1, complete=True), TaskStarted("a", "a"))
        show.tell(TaskStopped("a", "a"))
        assert not show.tracker.nodes["a"].running
        assert show.tracker.nodes["a"].finished

    def test_progress_of_running_tasks_counts(self) -> None:
        show = Show("a")
        show.tell(NodeCounted("a", 2, complete=True), TaskStarted("a[1]", "a"))
        show.tell(TaskProgress("a[1]", "a", 0.5, "drawing"))
        assert show.tracker.nodes["a"].share == 0.25

    def left(self, show: Show) -> float | None:
        return show.tracker.outlook().left

    def test_nothing_is_foreseen_without_experience(self) -> None:
        show = Show("a")
        show.tell(NodeCounted("a", 4, complete=True))
        assert show.tracker.outlook() == Outlook()

    def test_nothing_is_foreseen_while_lists_are_still_to_come(self) -> None:
        show = Show("a", "b", expected=3.0)
        show.tell(NodeCounted("a", 4, complete=True))
        assert self.left(show) is None
        show.tell(NodeCounted("b", 0, complete=True))
        assert self.left(show) == 6.0

    def test_earlier_runs_tell_how_long_it_takes(self) -> None:
        show = Show("a", expected=3.0)
        show.tell(NodeCounted("a", 4, complete=True))
        assert self.left(show) == 6.0
        show.tell(TaskStarted("a[1]", "a"), TaskStarted("a[2]", "a"))
        show.clock.now += 1.0
        assert self.left(show) == 5.0

    def test_this_run_tells_it_better(self) -> None:
        show = Show("a", "b", expected=100.0)
        show.tell(NodeCounted("a", 3, complete=True), NodeCounted("b", 1, complete=True))
        show.run("a", "a[1]", 2.0)
        assert self.left(show) == pytest.approx((2 * 2.0 + 2.0) / 2)

    def test_a_limit_wider_than_the_work_does_not_help(self) -> None:
        show = Show("a", expected=3.0, limit=8)
        show.tell(NodeCounted("a", 1, complete=True))
        assert self.left(show) == 3.0

    def test_what_takes_too_long_is_said_to_and_no_number_stands_still(self) -> None:
        show = Show("a", expected=2.0)
        show.tell(NodeCounted("a", 1, complete=True), TaskStarted("a", "a"))
        seen: list[Outlook] = []
        for _ in range(40):
            show.clock.now += 1.0
            seen.append(show.tracker.outlook())
        assert seen[0] == Outlook(left=1.0)
        assert seen[-1] == Outlook(over=38.0)
        assert len(set(seen)) == len(seen)
        assert "0:38 longer than usual" in show.picture()[-1]

    def test_one_slow_task_of_many_does_not_hide_how_long_the_others_take(self) -> None:
        show = Show("a", expected=2.0, limit=2)
        show.tell(NodeCounted("a", 9, complete=True), TaskStarted("a[1]", "a"))
        for number in range(2, 6):
            show.run("a", f"a[{number}]", 2.0)
        show.tell(TaskStarted("a[6]", "a"))
        assert self.left(show) == pytest.approx(4.0)
        show.clock.now += 1.0
        assert self.left(show) == pytest.approx(3.5)

    def test_how_far_a_task_is_tells_of_work_that_nobody_has_done_before(self) -> None:
        show = Show("a", limit=1)
        show.tell(NodeCounted("a", 2, complete=True), TaskStarted("a[1]", "a"))
        show.clock.now += 5.0
        show.tell(TaskProgress("a[1]", "a", 0.5))
        assert self.left(show) == pytest.approx(5.0 + 10.0)
        show.clock.now += 1.0
        show.tell(TaskProgress("a[1]", "a", 0.5))
        assert self.left(show) == pytest.approx(4.0 + 10.0)

    def test_what_is_longer_than_before_is_told_by_how_far_it_is(self) -> None:
        show = Show("a", expected=1.0)
        show.tell(NodeCounted("a", 1, complete=True), TaskStarted("a", "a"))
        show.clock.now += 10.0
        show.tell(TaskProgress("a", "a", 0.25))
        assert self.left(show) == pytest.approx(30.0)

    def test_the_time_that_a_job_has_been_with_its_provider_counts(self) -> None:
        show = Show("a", expected=60.0)
        show.tell(NodeCounted("a", 1, complete=True), TaskStarted("a", "a"))
        show.clock.now += 1.0
        assert show.tracker.outlook().left == 59.0
        show.tell(TaskProgress("a", "a", 0.0, "running", age=41.0))
        assert show.tracker.outlook().left == 19.0
        show.clock.now += 9.0
        show.tell(TaskProgress("a", "a", 0.0, "running", age=2.0))
        assert show.tracker.outlook().left == 10.0


class TestPlain:
    def test_a_line_a_task_and_one_a_node(self) -> None:
        show = Show("a")
        show.tell(NodeCounted("a", 3, complete=True), TaskDone("a[1]", "a", "cached", 0.0))
        show.run("a", "a[2]", 1.0)
        show.tell(TaskFailed("a[3]", "a", "refused", "not allowed"))
        assert show.lines.getvalue().splitlines() == [
            "a[2]  1.0 s",
            "a[3]  failed: not allowed",
            "a  3/3  1 cached, 1 ran, 1 failed  1.0 s",
        ]

    def test_a_node_of_one_task_has_one_line(self) -> None:
        show = Show("a")
        show.tell(NodeCounted("a", 1, complete=True))
        show.run("a", "a", 2.0)
        assert show.lines.getvalue() == "a  ran  2.0 s\n"

    def test_cached_nodes_come_at_the_end_in_order(self) -> None:
        show = Show("a", "b")
        for node in ("b", "a"):
            show.tell(NodeCounted(node, 1, complete=True), TaskDone(node, node, "cached", 0.0))
        assert show.lines.getvalue() == ""
        show.tell(RunFinished("done", 0, {}, 1.0))
        assert show.lines.getvalue() == "a  cached\nb  cached\n"

    def test_thousands_of_tasks_make_few_lines(self) -> None:
        nodes = [f"n{i}" for i in range(1000)]
        show = Show(*nodes)
        for node in nodes:
            show.tell(NodeCounted(node, 1, complete=True), TaskStarted(node, node))
            show.clock.now += 0.001
            show.tell(TaskDone(node, node, "ran", 0.001))
        show.tell(RunFinished("done", 0, {}, 1.0))
        lines = show.lines.getvalue().splitlines()
        assert len(lines) < 15
        assert lines[-1] == "990 more nodes  990 ran"

    def test_a_retry_is_told(self) -> None:
        show = Show("a")
        show.tell(TaskRetried("a", "a", 1, 2.0, "throttled", "too many requests"))
        assert show.lines.getvalue() == "a  too many requests; again in 2.0 s\n"

    def test_a_provider_that_is_waited_for_is_told(self) -> None:
        show = Show("a")
        show.tell(ProviderAway("fal", "transient", "it cannot be reached", 15.8))
        show.tell(ProviderBack("fal", 62.0))
        assert show.lines.getvalue().splitlines() == [
            "fal  it cannot be reached; again in 16 s",
            "fal  answers again after 1 min 02 s",
        ]


class TestLive:
    def test_a_provider_that_is_waited_for(self) -> None:
        show = Show("a", expected=60.0)
        show.tell(NodeCounted("a", 1, complete=True), TaskStarted("a", "a"))
        assert "left" in show.picture()[-1]
        show.tell(ProviderAway("fal", "transient", "it cannot be reached: " + "far " * 30, 15.8))
        show.clock.now += 3.0
        *_, above, away = show.picture()
        assert above == " 0 of 1 tasks   0:03 elapsed"
        assert away.startswith(" fal: it cannot be reached: far far")
        assert away.endswith("; again in 13 s")
        assert len(away) <= 80
        show.clock.now += 20.0
        assert "again" not in show.picture()[-1]
        show.tell(ProviderBack("fal", 62.0))
        assert "fal" not in "".join(show.picture())

    def test_providers_that_are_waited_for_leave_room_for_the_nodes(self) -> None:
        show = Show(*(f"n{i}" for i in range(60)), size=(80, 12))
        for provider in ("fal", "luma", "kling"):
            show.tell(ProviderAway(provider, "transient", "it cannot be reached", 9.0))
        assert len(show.picture()) <= 11

    def test_a_run_half_way(self) -> None:
        show = Show("board", "frame", "clip", expected=4.0)
        show.tell(NodeCounted("board", 1, complete=True), NodeCounted("frame", 4, complete=True))
        show.tell(NodeCounted("clip", 4, complete=True))
        show.tell(TaskDone("board", "board", "cached", 0.0))
        show.run("frame", "frame[1]", 4.0)
        show.tell(TaskStarted("frame[2]", "frame"))
        show.tell(TaskProgress("frame[2]", "frame", 0.5, "drawing"))
        show.clock.now += 2.0
        assert show.picture() == [
            " ✓ board              1/1  cached",
            " ● frame              1/4  ━━━━━━───────────  1 ran  [2] drawing    0:06  ~0:05",
            " · clip               0/4",
            "",
            " 2 of 9 tasks   0:06 elapsed   about 0:13 left",
        ]

    def test_failures_and_what_they_block(self) -> None:
        show = Show("a", "b")
        show.tell(NodeCounted("a", 1, complete=True), NodeCounted("b", 1, complete=True))
        show.tell(TaskFailed("a", "a", "local", "no"), TaskBlocked("b", "b"))
        picture = show.picture()
        assert picture[0].startswith(" ✗ a")
        assert picture[1].startswith(" ⊘ b")
        assert "1 failed, 1 blocked" in picture[-1]

    def test_a_message_stands_below(self) -> None:
        show = Show("a")
        show.live.message = "Stopping."
        assert show.picture()[-1] == " Stopping."

    @pytest.mark.parametrize("size", [(40, 10), (80, 24), (120, 40)])
    def test_large_workflows_fit_the_screen(self, size: tuple[int, int]) -> None:
        nodes = [f"a_node_with_a_long_name_{i}" for i in range(100)]
        show = Show(*nodes, size=size)
        for i, node in enumerate(nodes):
            show.tell(NodeCounted(node, 12, complete=True))
            for task in range(12 if i < 40 else 0):
                show.tell(TaskDone(f"{node}[{task}]", node, "ran", 0.1))
        for node in nodes[40:44]:
            show.tell(TaskStarted(f"{node}[1]", node))
            show.tell(TaskProgress(f"{node}[1]", node, 0.3, "a long note of what is done\x1b[2J"))
        picture = show.picture()
        assert len(picture) < size[1]
        assert all(cell_len(line) <= size[0] for line in picture)
        assert sum(line.startswith(" ●") for line in picture) == 4
        assert "nodes through" in picture[0]
        assert any("more to come" in line for line in picture)
        assert "\x1b" not in "".join(picture)

    def test_more_running_nodes_than_lines(self) -> None:
        nodes = [f"n{i}" for i in range(50)]
        show = Show(*nodes, size=(80, 12))
        for node in nodes:
            show.tell(NodeCounted(node, 1, complete=True), TaskStarted(node, node))
        assert len(show.picture()) < 12

    def test_terminals_without_the_glyphs(self) -> None:
        show = Show("a", encoding="ascii")
        show.tell(NodeCounted("a", 2, complete=True), TaskStarted("a[1]", "a"))
        assert "\n".join(show.picture()).isascii()

    def test_titles_stand_for_ids(self) -> None:
        show = Show()
        show.tell(RunStarted(2, "x", (NodeInfo("a", "work", "漢字" * 20),)))
        assert "漢字" in show.picture()[0]
        assert cell_len(show.picture()[0]) <= 80
