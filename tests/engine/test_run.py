"""Runs: order, limits, retries, failures, events, and stopping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, cast

import anyio
import anyio.to_thread
import pytest

from engine import Cancelled, Context, ErrorKind, Image, Outputs, Registry, TaskError, node
from engine.engine import Engine
from engine.errors import StoreError
from engine.events import (
    Event,
    NodeCounted,
    RunFinished,
    RunStarted,
    TaskBlocked,
    TaskDone,
    TaskFailed,
    TaskProgress,
    TaskRetried,
    TaskStarted,
    TaskStopped,
    to_json,
)
from engine.execute import Control, RunReport
from engine.request import Request
from engine.store import BlobStore, CacheEntry
from tests.support import nodes as support
from tests.support.engines import Bench, inspect
from tests.support.patience import PATIENCE

Data = dict[str, Any]

running: Counter[str] = Counter()
peak: Counter[str] = Counter()
gates: dict[str, anyio.Event] = {}


async def _busy(pool: str) -> None:
    """Be at work for a few turns of the event loop, and note how many are at once."""
    for name in (pool, "all"):
        running[name] += 1
        peak[name] = max(peak[name], running[name])
    try:
        for _ in range(3):
            await anyio.lowlevel.checkpoint()
    finally:
        for name in (pool, "all"):
            running[name] -= 1


@node(version=1, pool="paid")
async def paid(number: int, *, ctx: Context) -> int:
    """Work that counts against a limit."""
    support.calls[ctx.task] += 1
    await _busy("paid")
    return number


@node(version=1)
async def free(number: int, *, ctx: Context) -> int:
    """Work that counts against none."""
    support.calls[ctx.task] += 1
    await _busy("free")
    return number


@node(version=1)
async def gate(name: str, *, ctx: Context) -> str:
    """Wait until the test opens a gate."""
    support.calls[ctx.task] += 1
    await gates[name].wait()
    return name


@node(version=1)
async def blocking(name: str, *, ctx: Context) -> str:
    """Work in a thread until the run is stopped."""

    def work() -> None:
        while True:
            ctx.tick(0.5)

    await ctx.run(work)
    return name


failures: dict[str, list[TaskError]] = {}


@node(version=1)
async def flaky(name: str, *, ctx: Context) -> str:
    """Fail as often as the test says."""
    support.calls[ctx.task] += 1
    if failures.get(name):
        raise failures[name].pop(0)
    return name


class Pair(Outputs):
    left: str
    right: int


FAULTS: dict[str, Exception] = {
    "crash": ZeroDivisionError("division by zero"),
    "system": FileNotFoundError(2, "No such file", "thing.png"),
    "store": StoreError("the disk is full", where="store", hint="Free some space."),
    "cancelled": Cancelled(),
    "group": ExceptionGroup("several", [ValueError("a"), ValueError("b")]),
}
RESULTS: dict[str, Any] = {
    "type": "text",
    "nothing": None,
    "port": Pair.model_construct(left=cast("Any", b"bytes"), right=1),
    "huge": Pair(left="x", right=10**5000),
    "truth": Pair.model_construct(left="x", right=True),
    "large": Pair(left="x" * 1_000_000, right=2**63 - 1),
}


@node(version=1)
async def broken(how: str, *, ctx: Context) -> Pair:
    """Do everything that a node must not do."""
    if how in FAULTS:
        raise FAULTS[how]
    if how == "scratch":
        ctx.scratch("../x")
    return RESULTS[how]  # type: ignore[no-any-return]


@node(version=1)
async def odd(which: str) -> float:
    """Give numbers that JSON has no name for."""
    return {"nan": float("nan"), "inf": float("inf"), "int": 3}[which]


@node(version=1)
async def chatty(name: str, *, ctx: Context) -> str:
    """Tell of its progress."""
    for i in range(1000):
        ctx.progress(i / 1000)
    ctx.progress(5.0, "nearly there")
    return name


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    support.reset()
    for counter in (running, peak, gates, failures):
        counter.clear()
    registry = support.registry()
    for function in (paid, free, gate, blocking, flaky, broken, odd, chatty):
        registry.add(support.type_of(function))
    return Bench(tmp_path, registry)


def call(kind: str, **inputs: Any) -> Data:
    return {"type": kind, "inputs": inputs}


def flow(outputs: Data | None = None, **nodes: Data) -> Data:
    return {"nodes": nodes, "outputs": outputs or {}}


class TestLimits:
    def test_of_a_pool(self, bench: Bench) -> None:
        data = flow(p=call("paid", number=list(range(40))), f=call("free", number=list(range(40))))
        bench.run(data, limits={"paid": 3})
        assert peak == {"paid": 3, "free": 40, "all": 43}

    def test_of_all_jobs(self, bench: Bench) -> None:
        data = flow(p=call("paid", number=list(range(40))), f=call("free", number=list(range(40))))
        bench.run(data, limits={"paid": 3}, jobs=5)
        assert peak["all"] == 5
        assert len(bench.statuses()) == 80

    def test_one_at_a_time(self, bench: Bench) -> None:
        bench.run(flow(f=call("free", number=list(range(20)))), jobs=1)
        assert peak["all"] == 1

    def test_thousands_of_tasks_are_not_thousands_of_coroutines(self, bench: Bench) -> None:
        bench.run(flow(f=call("free", number=list(range(2000)))))
        assert peak["all"] == 256

    def test_the_longest_path_starts_first(self, bench: Bench) -> None:
        data = flow(
            short=call("free", number=1),
            long=call("free", number=2),
            long2=call("free", number="${long.integer}"),
            long3=call("free", number="${long2.integer}"),
        )
        data["nodes"]["long2"]["inputs"]["number"] = "${long.integer}"
        bench.run(data, jobs=1)
        started = [e.task for e in bench.events if isinstance(e, TaskStarted)]
        assert started[0] == "long"


class TestPipelining:
    def test_an_item_goes_on_while_others_are_at_work(self, bench: Bench) -> None:
        data = flow(g=call("gate", name=["open", "shut"]), u=call("upper", text="${g.text}"))
        document = bench.document(data)
        graph, _ = bench.engine.bind(document)
        order: list[str] = []

        async def run() -> None:
            gates.update({"open": anyio.Event(), "shut": anyio.Event()})
            gates["open"].set()

            def listen(event: Event) -> None:
                if isinstance(event, TaskDone):
                    order.append(event.task)
                    if event.task == "u[1]":
                        gates["shut"].set()

            await bench.engine.run(document, graph, Request(), listen)

        anyio.run(run)
        assert order == ["g[1]", "u[1]", "g[2]", "u[2]"]


class TestSharing:
    def test_equal_work_at_once_is_done_once(self, bench: Bench) -> None:
        report = bench.run(flow(f=call("free", number=[1, 1, 1, 2])))
        assert support.calls.total() == 2
        assert report.counts["ran"] == 2
        assert report.counts["shared"] == 2
        assert bench.statuses()["f[3]"] == "shared"

    def test_equal_work_later_is_shared_too(self, bench: Bench) -> None:
        data = flow(
            a=call("free", number=1),
            u=call("upper", text="x"),
            b=call("count", text="${u.text}"),
            c=call("free", number="${b.integer}"),
        )
        report = bench.run(data)
        assert bench.statuses() == {"a": "ran", "u": "ran", "b": "ran", "c": "shared"}
        assert report.exit_code == 0

    def test_a_failure_is_shared(self, bench: Bench) -> None:
        failures["x"] = [TaskError("no") for _ in range(9)]
        report = bench.run(flow(f=call("flaky", name=["x", "x"])))
        assert support.calls.total() == 1
        assert (report.exit_code, report.counts["failed"]) == (1, 2)

    def test_what_is_never_cached_is_never_shared(self, bench: Bench) -> None:
        bench.run(flow(f={**call("free", number=[1, 1, 1]), "cache": "never"}))
        assert support.calls.total() == 3


class TestRetries:
    def fail(self, bench: Bench, errors: list[TaskError], **extra: Any) -> RunReport:
        failures["x"] = errors
        return bench.run(flow({"o": "${f.text}"}, f={**call("flaky", name="x"), **extra}))

    def test_transient_failures_are_tried_again_with_backoff(self, bench: Bench) -> None:
        errors = [TaskError("lost", kind=ErrorKind.TRANSIENT) for _ in range(5)]
        report = self.fail(bench, errors, retry=5)
        assert report.outputs == {"o": "x"}
        assert support.calls["f"] == 6
        for i, wait in enumerate(bench.waits):
            assert 0.75 * 2**i <= wait <= 1.25 * 2**i

    def test_the_wait_that_the_other_side_names_is_kept(self, bench: Bench) -> None:
        errors = [TaskError("slow down", kind=ErrorKind.THROTTLED, retry_after=17.5)]
        assert self.fail(bench, errors).exit_code == 0
        assert bench.waits == [17.5]

    def test_by_default_twice(self, bench: Bench) -> None:
        errors = [TaskError("lost", kind=ErrorKind.TRANSIENT) for _ in range(5)]
        report = self.fail(bench, errors)
        assert (report.exit_code, support.calls["f"]) == (1, 3)
        retried = [e for e in bench.events if isinstance(e, TaskRetried)]
        assert [(e.attempt, e.kind, e.message) for e in retried] == [
            (1, "transient", "lost"),
            (2, "transient", "lost"),
        ]

    def test_none_when_the_node_says_so(self, bench: Bench) -> None:
        self.fail(bench, [TaskError("lost", kind=ErrorKind.TRANSIENT)], retry=0)
        assert support.calls["f"] == 1

    @pytest.mark.parametrize(
        "kind", [k for k in ErrorKind if k not in (ErrorKind.TRANSIENT, ErrorKind.THROTTLED)]
    )
    def test_other_failures_are_final(self, bench: Bench, kind: ErrorKind) -> None:
        report = self.fail(bench, [TaskError("no", kind=kind, hint="Do that.")])
        assert support.calls["f"] == 1
        assert [(f.kind, f.message, f.hint) for f in report.failures] == [
            (kind.value, "no", "Do that.")
        ]

    def test_the_wait_is_bounded(self, bench: Bench) -> None:
        errors = [TaskError("lost", kind=ErrorKind.TRANSIENT) for _ in range(10)]
        self.fail(bench, errors, retry=10)
        assert max(bench.waits) <= 75


class TestFailures:
    DATA = flow(
        {"o": "${j.text}", "p": "${fine.text}"},
        w=call("words", text="a b c"),
        u=call("upper", text="${w.texts}"),
        v=call("upper", text="${u.text}"),
        j=call("join", texts="${v.text}"),
        fine=call("upper", text="x"),
    )

    def test_only_what_hangs_on_it_is_blocked(self, bench: Bench) -> None:
        support.failing["u[2]"] = TaskError("no")
        report = bench.run(self.DATA)
        assert report.exit_code == 3
        assert report.status == "partial"
        assert report.outputs == {"o": None, "p": "X"}
        statuses = bench.statuses()
        assert {t: s for t, s in statuses.items() if s not in ("ran", "shared")} == {
            "u[2]": "failed",
            "v[2]": "blocked",
            "j": "blocked",
        }

    def test_all_failed(self, bench: Bench) -> None:
        support.failing["f"] = TaskError("no")
        report = bench.run(flow(f=call("upper", text="x"), g=call("upper", text="${f.text}")))
        assert (report.status, report.exit_code) == ("failed", 1)

    def test_a_list_that_cannot_be_made_blocks_what_collects_it(self, bench: Bench) -> None:
        support.failing["w"] = TaskError("no")
        report = bench.run(self.DATA)
        assert bench.statuses() == {"w": "failed", "j": "blocked", "fine": "ran"}
        assert report.counts["blocked"] == 1
        counted = {e.node: e for e in bench.events if isinstance(e, NodeCounted)}
        assert all(e.complete for e in counted.values())

    def test_behind_a_blocked_maker_too(self, bench: Bench) -> None:
        support.failing["a"] = TaskError("no")
        data = flow(
            a=call("upper", text="x y"),
            w=call("words", text="${a.text}"),
            u=call("upper", text="${w.texts}"),
            j=call("join", texts="${u.text}"),
            k=call("upper", text="${j.text}"),
        )
        bench.run(data)
        assert bench.statuses() == {"a": "failed", "w": "blocked", "j": "blocked", "k": "blocked"}

    def test_skip_leaves_the_item_out(self, bench: Bench) -> None:
        support.failing["u[2]"] = TaskError("no")
        data = {**self.DATA, "nodes": {**self.DATA["nodes"]}}
        data["nodes"]["u"] = {**data["nodes"]["u"], "on_error": "skip"}
        report = bench.run(data)
        assert report.exit_code == 0
        assert report.outputs == {"o": "A C", "p": "X"}
        statuses = bench.statuses()
        assert (statuses["u[2]"], statuses["v[2]"]) == ("skipped", "skipped")
        (failed,) = [e for e in bench.events if isinstance(e, TaskFailed)]
        assert failed.skipped

    def test_skip_of_a_list_leaves_it_out_all_the_way(self, bench: Bench) -> None:
        support.failing["w[2]"] = TaskError("no")
        data = flow(
            {"o": "${k.text}"},
            l=call("lines", text="a b\nc d\ne"),
            w={**call("words", text="${l.texts}"), "on_error": "skip"},
            u=call("upper", text="${w.texts}"),
            j=call("join", texts="${u.text}", separator="+"),
            k=call("join", texts="${j.text}"),
        )
        assert bench.run(data).outputs == {"o": "A+B E"}

    @pytest.mark.parametrize("failing", ["a", "w", "b", "u[2]"])
    def test_skip_leaves_out_what_a_written_list_names(self, bench: Bench, failing: str) -> None:
        data = flow(
            {"o": "${j.text}"},
            a=call("upper", text="a"),
            b=call("upper", text="b"),
            w=call("words", text="v w"),
            u=call("upper", text="${w.texts}"),
            j=call(
                "join",
                separator="+",
                texts=["${a.text}", "${w.texts}", "<${b.text}>", "${u.text}", "lit"],
            ),
        )
        for name in "abwu":
            data["nodes"][name]["on_error"] = "skip"
        support.failing[failing] = TaskError("no")
        expected = {
            "a": "v+w+<B>+V+W+lit",
            "w": "A+<B>+lit",
            "b": "A+v+w+V+W+lit",
            "u[2]": "A+v+w+<B>+V+lit",
        }
        report = bench.run(data)
        assert report.outputs == {"o": expected[failing]}
        assert report.exit_code == 0
        support.failing.clear()
        assert bench.run(data).outputs == {"o": "A+v+w+<B>+V+W+lit"}

    def test_a_written_list_does_not_go_on_without_what_failed(self, bench: Bench) -> None:
        support.failing["a"] = TaskError("no")
        data = flow(a=call("upper", text="a"), j=call("join", texts=["${a.text}", "lit"]))
        bench.run(data)
        assert bench.statuses() == {"a": "failed", "j": "blocked"}

    def test_skip_of_everything_gives_an_empty_list(self, bench: Bench) -> None:
        for i in (1, 2, 3):
            support.failing[f"u[{i}]"] = TaskError("no")
        data = {**self.DATA, "nodes": {**self.DATA["nodes"]}}
        data["nodes"]["u"] = {**data["nodes"]["u"], "on_error": "skip"}
        assert bench.run(data).outputs == {"o": "", "p": "X"}

    def test_one_item_fails_and_a_later_run_repeats_exactly_that(self, bench: Bench) -> None:
        data = flow(
            {"o": "${j.text}", "p": "${v.integer}"},
            w=call("words", text="a b c d e f"),
            u=call("upper", text="${w.texts}"),
            v=call("count", text="${u.text}${w.texts}"),
            j=call("join", texts="${u.text}"),
        )
        support.failing["u[3]"] = TaskError("no")
        assert bench.run(data).exit_code == 3
        support.failing.clear()
        assert bench.run(data).exit_code == 0
        assert sorted(support.calls) == ["j", "u[3]", "v[3]"]


class TestBrokenNodes:
    @pytest.mark.parametrize(
        ("how", "message"),
        [
            ("crash", "the node crashed: ZeroDivisionError: division by zero"),
            ("system", "the system said: [Errno 2] No such file: 'thing.png'"),
            ("store", "the disk is full"),
            ("cancelled", "the node crashed: Cancelled: "),
            ("type", "the node gave str, but promises left, right"),
            ("nothing", "the node gave NoneType, but promises left, right"),
            ("port", "the node gave bytes, but promises text for its output 'left'"),
            ("truth", "the node gave True, but promises integer for its output 'right'"),
            ("group", "the node crashed: ExceptionGroup: several (2 sub-exceptions)"),
            ("scratch", "a scratch file needs a plain name, not '../x'"),
        ],
    )
    def test_faults_fail_one_task(self, bench: Bench, how: str, message: str) -> None:
        report = bench.run(flow(b=call("broken", how=how), fine=call("upper", text="x")))
        assert report.exit_code == 3
        assert [f.message for f in report.failures] == [message]

    def test_a_number_too_large_to_store(self, bench: Bench) -> None:
        report = bench.run(flow(b=call("broken", how="huge")))
        assert report.failures[0].message == (
            "the node gave an integer of more than 64 bits, but promises integer for its output "
            "'right'"
        )

    @pytest.mark.parametrize("kind", ["nan", "inf"])
    def test_numbers_that_are_none(self, bench: Bench, kind: str) -> None:
        report = bench.run(flow(b=call("odd", which=kind)))
        assert (
            report.failures[0].message
            == f"the node gave {kind}, but promises number for its output 'number'"
        )

    def test_an_integer_is_a_number(self, bench: Bench) -> None:
        assert bench.run(flow({"o": "${b.number}"}, b=call("odd", which="int"))).outputs == {"o": 3}

    def test_large_results_are_fine(self, bench: Bench) -> None:
        data = flow({"o": "${b.left}"}, b=call("broken", how="large"))
        assert len(bench.run(data).outputs["o"]) == 1_000_000
        bench.run(data)
        assert bench.statuses() == {"b": "cached"}

    def test_a_value_out_of_limits_at_run_time(self, bench: Bench) -> None:
        data = flow(a=call("add", a=1000, b=1), b=call("add", a="${a.integer}"))
        report = bench.run(data)
        (failure,) = report.failures
        assert (failure.task, failure.kind) == ("b", "invalid")
        assert failure.message.startswith("a is not acceptable")

    def test_text_that_is_not_unicode(self, bench: Bench) -> None:
        data = flow({"o": "${d.text}"}, e=call("surrogate"), d=call("data", value="${e.text}"))
        assert bench.run(data).outputs == {"o": '"\\udc80"'}
        assert bench.run(data).counts["cached"] == 2


class TestEvents:
    def test_order_and_completeness(self, bench: Bench) -> None:
        support.failing["u[2]"] = TaskError("no")
        bench.run(TestFailures.DATA)
        events = bench.events
        assert isinstance(events[0], RunStarted)
        assert [n.id for n in events[0].nodes] == ["w", "fine", "u", "v", "j"]
        assert isinstance(events[-1], RunFinished)
        assert sum(isinstance(e, RunFinished) for e in events) == 1
        started = [e.task for e in events if isinstance(e, TaskStarted)]
        ended = [e.task for e in events if isinstance(e, TaskDone | TaskFailed | TaskBlocked)]
        assert len(set(ended)) == len(ended)
        assert set(started) <= set(ended)
        for task in started:
            first = next(e for e in events if getattr(e, "task", "") == task)
            assert isinstance(first, TaskStarted)
        counted = {e.node: (e.total, e.complete) for e in events if isinstance(e, NodeCounted)}
        assert counted == {
            "w": (1, True),
            "u": (3, True),
            "v": (3, True),
            "j": (1, True),
            "fine": (1, True),
        }

    def test_counts_agree_with_the_events(self, bench: Bench) -> None:
        support.failing["u[2]"] = TaskError("no")
        report = bench.run(TestFailures.DATA)
        finished = bench.events[-1]
        assert isinstance(finished, RunFinished)
        assert finished.counts == report.counts
        told = Counter(bench.statuses().values())
        assert told == {name: n for name, n in report.counts.items() if n}

    def test_empty_lists_are_counted(self, bench: Bench) -> None:
        bench.run(flow(w=call("words", text=""), u=call("upper", text="${w.texts}")))
        counted = {
            e.node: (e.total, e.complete) for e in bench.events if isinstance(e, NodeCounted)
        }
        assert counted == {"w": (1, True), "u": (0, True)}

    def test_nodes_behind_lazy_inputs_are_announced(self, bench: Bench) -> None:
        data = flow(
            {"o": "${c.value}"},
            a=call("upper", text="a"),
            b=call("upper", text="b"),
            c=call("choose", choose="x", x="${a.text}", y="${b.text}"),
        )
        bench.run(data)
        assert isinstance(bench.events[0], RunStarted)
        assert {n.id for n in bench.events[0].nodes} == {"a", "b", "c"}

    def test_progress_is_thinned_out_and_clamped(self, bench: Bench) -> None:
        bench.run(flow(c=call("chatty", name="x")))
        shares = [(e.share, e.note) for e in bench.events if isinstance(e, TaskProgress)]
        assert len(shares) < 100
        assert shares[-1] == (1.0, "nearly there")

    def test_as_json(self, bench: Bench) -> None:
        bench.run(flow(p=call("picture", name="x"), w=call("words", text="a")))
        rows = [to_json(event, 1234.5678) for event in bench.events]
        assert rows[0] | {"run": 0} == {
            "v": 1,
            "event": "run-started",
            "time": 1234.568,
            "run": 0,
            "name": "flow",
            "nodes": [
                {"id": "p", "type": "picture", "title": ""},
                {"id": "w", "type": "words", "title": ""},
            ],
        }
        done = next(r for r in rows if r["event"] == "task-done" and r["task"] == "p")
        assert done["outputs"]["image"]["$kind"] == "image"


def cancels(scope: anyio.CancelScope, task: str) -> Callable[[Event], None]:
    """Return a listener that cancels a scope once a task has begun."""

    def listen(event: Event) -> None:
        if isinstance(event, TaskStarted) and event.task == task:
            scope.cancel()

    return listen


class TestStopping:
    def run(self, bench: Bench, data: Data, stop_at: str) -> RunReport:
        """Run, and stop when a task's event of that name comes."""
        document = bench.document(data)
        graph, _ = bench.engine.bind(document)
        control = Control()
        bench.events.clear()

        def listen(event: Event) -> None:
            bench.events.append(event)
            if f"{type(event).__name__} {getattr(event, 'task', '')}" == stop_at:
                control.stop()

        async def run() -> RunReport:
            gates.update({name: anyio.Event() for name in ("shut",)})
            return await bench.engine.run(document, graph, Request(), listen, control)

        return anyio.run(run)

    def test_running_work_is_cut_off_and_finished_work_kept(self, bench: Bench) -> None:
        data = flow(
            u=call("upper", text="x"),
            v=call("upper", text="${u.text}y"),
            g=call("gate", name="shut"),
        )
        report = self.run(bench, data, "TaskDone v")
        assert (report.status, report.exit_code) == ("interrupted", 130)
        assert bench.statuses() == {"u": "ran", "v": "ran", "g": "stopped"}
        assert isinstance(bench.events[-1], RunFinished)
        assert bench.events[-1].exit_code == 130
        record = bench.home.history.get(report.run)
        assert record is not None
        assert (record.status, record.exit_code) == ("interrupted", 130)
        plan = bench.plan(data)
        assert {t.task: t.status for t in plan.tasks} == {"u": "cached", "v": "cached", "g": "run"}

    def test_blocking_work_unwinds(self, bench: Bench) -> None:
        report = self.run(bench, flow(b=call("blocking", name="x")), "TaskStarted b")
        assert report.exit_code == 130
        assert bench.statuses() == {"b": "stopped"}

    def test_blocking_work_unwinds_when_a_scope_outside_is_cancelled(self, bench: Bench) -> None:
        document = bench.document(flow(b=call("blocking", name="x")))
        graph, _ = bench.engine.bind(document)

        async def run() -> None:
            with anyio.CancelScope() as scope:
                listen = cancels(scope, "b")
                await bench.engine.run(document, graph, Request(), listen)

        anyio.run(run)
        assert bench.home.history.runs()[0].status == "interrupted"

    def test_blocking_work_unwinds_when_the_store_fails(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(entries: list[CacheEntry]) -> None:
            if entries:
                raise StoreError("the disk is full")

        monkeypatch.setattr(bench.home.cache, "put_many", full)
        with pytest.raises(StoreError, match="disk is full"):
            bench.run(flow(b=call("blocking", name="x"), u=call("upper", text="x")))

    def test_before_it_begins(self, bench: Bench) -> None:
        report = self.run(bench, flow(u=call("upper", text="x")), "RunStarted ")
        assert report.exit_code == 130
        assert support.calls.total() == 0

    def test_from_a_scope_outside(self, bench: Bench) -> None:
        data = flow(u=call("upper", text="x"), g=call("gate", name="shut"))
        document = bench.document(data)
        graph, _ = bench.engine.bind(document)
        events: list[Event] = []

        async def run() -> None:
            gates["shut"] = anyio.Event()
            with anyio.CancelScope() as scope:
                cancel = cancels(scope, "g")

                def listen(event: Event) -> None:
                    events.append(event)
                    cancel(event)

                await bench.engine.run(document, graph, Request(), listen)

        anyio.run(run)
        assert isinstance(events[-1], RunFinished)
        assert events[-1].status == "interrupted"
        assert bench.home.history.runs()[0].status == "interrupted"
        assert not bench.home.history.active()
        stopped = [e.task for e in events if isinstance(e, TaskStopped)]
        assert stopped == ["g"]


@node(version=1)
async def pass_on(image: Image, *, ctx: Context) -> Image:
    """Publish a file that is not the node's own."""
    return await ctx.publish(ctx.path(image), Image)


def test_the_history_knows_of_tasks_while_the_run_goes_on(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    seconds = count(step=2)
    engine = Engine(bench.home, support.registry(), inspect, monotonic=lambda: float(next(seconds)))
    document = bench.document(flow(u=call("upper", text="x"), v=call("upper", text="${u.text}y")))
    graph, _ = engine.bind(document)
    known: list[list[str]] = []

    def listen(event: Event) -> None:
        if isinstance(event, TaskStarted):
            (run,) = bench.home.history.active()
            known.append([task.node for task in bench.home.history.tasks(run.id)])

    anyio.run(engine.run, document, graph, Request(), listen)
    assert known == [[], ["u"]]
    bench.home.close()


def test_the_history_knows_that_a_run_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.execute.RECORDS_AFTER", 0.0)
    monkeypatch.setattr("engine._record.RECORDS_AFTER", 0.0)
    document = bench.document(flow(g=call("gate", name="shut")))
    graph, _ = bench.engine.bind(document)

    async def main() -> None:
        gates["shut"] = anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(bench.engine.run, document, graph, Request(), bench.events.append)
            with anyio.fail_after(PATIENCE):
                while not [run for run in bench.home.history.active() if run.last_heard]:
                    await anyio.lowlevel.checkpoint()
            gates["shut"].set()

    anyio.run(main)
    (run,) = bench.home.history.runs()
    assert run.status == "done"


def test_only_scratch_files_are_used_up(bench: Bench) -> None:
    bench.engine.registry.add(support.type_of(pass_on))
    source = bench.folder / "a.png"
    source.write_text("mine", "utf-8")
    data = flow(
        {"o": "${d.text}", "i": "${p.image}"},
        p=call("pass_on", image="a.png"),
        d=call("describe", image="${p.image}"),
    )
    report = bench.run(data)
    assert report.outputs["o"] == "mine"
    assert source.read_text("utf-8") == "mine"
    assert bench.home.blobs.has(report.outputs["i"].digest, 4)


class FullDisk(BlobStore):
    """A store in which some files find no room."""

    def add_file(self, source: Path, **options: Any) -> tuple[str, int]:
        if "big" in source.read_text("utf-8"):
            raise StoreError("the disk is full", where=str(self.objects), hint="Free some space.")
        return super().add_file(source, **options)


class TestStoreTrouble:
    def test_no_room_for_a_blob(self, bench: Bench) -> None:
        bench.home.blobs = FullDisk(bench.home.path, bench.home.clock)
        data = flow(
            {"o": "${d.text}", "p": "${e.text}"},
            big=call("picture", name="big"),
            d=call("describe", image="${big.image}"),
            small=call("picture", name="small"),
            e=call("describe", image="${small.image}"),
        )
        report = bench.run(data)
        assert report.exit_code == 3
        assert report.outputs == {"o": None, "p": "small"}
        assert [(f.message, f.hint) for f in report.failures] == [
            ("the disk is full", "Free some space.")
        ]
        assert not list(bench.home.blobs.tmp.iterdir())

    def test_no_room_for_results_ends_the_run_with_one_error(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(entries: list[CacheEntry]) -> None:
            raise StoreError("the disk is full")

        monkeypatch.setattr(bench.home.cache, "put_many", full)
        data = flow(u=call("upper", text="x"), g=call("gate", name="shut"))
        gates["shut"] = anyio.Event()
        with pytest.raises(StoreError, match="disk is full"):
            bench.run(data)
        assert isinstance(bench.events[-1], RunFinished)
        assert bench.events[-1].status == "failed"
        assert bench.home.history.runs()[0].status == "failed"

    def test_a_blob_that_is_gone_is_made_again(self, bench: Bench) -> None:
        data = flow(
            {"o": "${d.text}"},
            p=call("picture", name="x"),
            d=call("describe", image="${p.image}"),
        )
        image = bench.run({**data, "outputs": {"o": "${p.image}"}}).outputs["o"]
        assert isinstance(image, Image)
        bench.home.blobs.remove(image.digest)
        plan = bench.plan({**data, "outputs": {"o": "${p.image}"}})
        assert [(t.task, t.status, [str(r) for r in t.reasons]) for t in plan.tasks] == [
            ("p", "run", ["its stored result was removed or is damaged"])
        ]
        bench.run(data)
        assert bench.statuses()["p"] == "ran"

    def test_a_blob_that_goes_away_between_look_up_and_use(self, bench: Bench) -> None:
        data = flow(
            {"o": "${d.text}", "x": "${u.text}"},
            p=call("picture", name="x"),
            d=call("describe", image="${p.image}"),
            u=call("upper", text="x"),
        )
        bench.run({**data, "outputs": {"o": "${p.image}"}})
        document = bench.document(data)
        graph, _ = bench.engine.bind(document)

        def listen(event: Event) -> None:
            if isinstance(event, TaskDone) and event.task == "p":
                bench.home.blobs.remove(event.outputs["image"].digest)

        report = anyio.run(bench.engine.run, document, graph, Request(), listen)
        assert report.exit_code == 3
        assert report.outputs == {"o": None, "x": "X"}
        assert report.failures[0].message == "a blob that this task needs is not in the store"

    def test_a_source_file_that_changes_during_the_run(self, bench: Bench) -> None:
        path = bench.folder / "a.png"
        path.write_text("before", "utf-8")
        data = flow({"o": "${d.text}"}, d=call("describe", image="a.png"))
        document = bench.document(data)
        graph, _ = bench.engine.bind(document)
        path.write_text("after", "utf-8")
        report = anyio.run(bench.engine.run, document, graph, Request())
        assert report.failures[0].message == "the file changed while the workflow was running"
        assert bench.run(data).outputs == {"o": "after"}

    def test_the_home_is_locked_by_upkeep(self, bench: Bench, monkeypatch: Any) -> None:
        monkeypatch.setattr("engine.store.home.BUSY_SECONDS", 0.0)
        with bench.home.alone(), pytest.raises(StoreError, match="cleaning"):
            bench.run(flow(u=call("upper", text="x")))


def test_results_that_no_longer_fit_the_node_are_made_again(tmp_path: Path) -> None:
    async def old(text: str) -> int:
        """Give an integer."""
        return 1

    async def new(text: str) -> str:
        """Give text."""
        return "one"

    def registry(function: Any) -> Registry:
        return Registry([support.type_of(node(version=1, name="thing")(function))])

    data = {"nodes": {"t": call("thing", text="x")}}
    bench = Bench(tmp_path, registry(old))
    bench.run(data)
    bench.engine = Engine(bench.home, registry(new), inspect)
    assert bench.plan(data).count("run") == 1
    report = bench.run({**data, "outputs": {"o": "${t.text}"}})
    assert report.outputs == {"o": "one"}
