"""Work in processes of its own: what goes there, what comes back, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import SecretBytes, SecretStr

from engine import errors
from engine.context import Cancelled
from engine.errors import CheckError, ErrorKind, ReelgraphError, TaskError
from engine.problems import Problem
from engine.workers import UnknownWorkError, Work, Workers
from tests.support import work

pytestmark = pytest.mark.skipif(os.name == "nt", reason="ends processes as POSIX does")
ROOT = Path(__file__).parents[2]


class Told:
    """Stands for a task: notes what it hears."""

    def __init__(self) -> None:
        self.shares: list[float] = []
        self.has_begun = threading.Event()

    def tick(self, share: float) -> None:
        raise AssertionError("called in the wrong process")

    def hear(self, share: float) -> None:
        self.shares.append(share)
        self.has_begun.set()


@pytest.fixture(scope="module")
def shared() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


def prepared(workers: Workers, told: Told, function: Callable[..., Any], *args: Any) -> Work:
    found = workers.prepare(function, args, told.tick)
    assert found is not None
    return found


def do(workers: Workers, function: Callable[..., Any], *args: Any) -> Any:
    return prepared(workers, Told(), function, *args).run(Told().hear)


# -- what goes there ----------------------------------------------------------------------------


def test_work_is_done_in_another_process_which_is_used_again(workers: Workers) -> None:
    first = do(workers, work.pid)
    assert first != os.getpid()
    assert do(workers, work.pid) == first


@pytest.mark.parametrize(
    "value", [None, "text", 1.5, [1, {"a": (2,)}], Path("/a/b"), b"\0" * 200_000]
)
def test_values_go_there_and_back(shared: Workers, value: Any) -> None:
    assert do(shared, work.echo, value) == value
    assert do(shared, partial(work.echo, value=value)) == value


def test_its_tick_reports_at_a_bounded_rate(shared: Workers) -> None:
    told = Told()
    shares = [number / 1000 for number in range(1000)]
    for args in ((work.report, shares, told.tick), (partial(work.report, tick=told.tick), shares)):
        told.shares.clear()
        assert prepared(shared, told, *args).run(told.hear) == 1000
        assert told.shares[0] == 0
        assert len(told.shares) < 100


def test_it_gives_way_to_other_programs(shared: Workers) -> None:
    assert do(shared, work.niceness) == min(os.nice(0) + 10, 19)


def test_what_it_writes_is_not_seen(shared: Workers, capfd: pytest.CaptureFixture[str]) -> None:
    assert do(shared, work.talk) == ""
    assert capfd.readouterr() == ("", "")


def test_it_gets_no_variable_that_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPEN", "seen")
    monkeypatch.setenv("CLOSED", "secret")
    workers = Workers(hidden=["CLOSED"])
    assert do(workers, work.environment, "OPEN") == "seen"
    assert do(workers, work.environment, "CLOSED") is None
    workers.close()


def test_what_belongs_to_no_module_stays_here(shared: Workers) -> None:
    def inner() -> None:
        pass

    functions: list[Callable[..., Any]] = [
        lambda: None,
        inner,
        work.Doer().do,
        partial(inner),
        [].append,
        [].__len__,
    ]
    for function in functions:
        assert shared.prepare(function, (), Told().tick) is None
    assert shared.prepare(work.echo, (threading.Lock(),), Told().tick) is None


@pytest.mark.parametrize("secret", [SecretStr("hush"), SecretBytes(b"hush")])
def test_secrets_are_not_sent(shared: Workers, secret: Any) -> None:
    for function, args in (
        (work.echo, (secret,)),
        (work.echo, ([{"key": secret}],)),
        (partial(work.echo, value=secret), ()),
    ):
        with pytest.raises(TypeError, match="secret"):
            shared.prepare(function, args, Told().tick)


def test_what_only_this_process_knows_is_not_begun(
    shared: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("reelgraph_nodes_mine")
    exec("def work():\n    return 1", module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(UnknownWorkError):
        do(shared, module.work)
    assert do(shared, work.echo, 1) == 1


# -- what is raised -----------------------------------------------------------------------------


def of_every_class() -> list[ReelgraphError]:
    classes = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, ReelgraphError)
    ]
    made: list[ReelgraphError] = [work.OddTaskError(7, colour="grey")]
    for each in classes:
        if each is CheckError:
            made.append(CheckError([Problem("error", "unknown-node", "It is bad.", "nodes.a")]))
        elif each is TaskError:
            made += [
                TaskError("m", kind=kind, where="w", hint="h", retry_after=3) for kind in ErrorKind
            ]
        else:
            made.append(each("what happened", where="there", hint="Do this."))
    return made


@pytest.mark.parametrize("error", of_every_class(), ids=lambda error: type(error).__name__)
def test_errors_stay_what_they_are(shared: Workers, error: ReelgraphError) -> None:
    error.add_note("a note")
    with pytest.raises(ReelgraphError) as caught:
        do(shared, work.fail, error)
    for again in (caught.value, pickle.loads(pickle.dumps(error))):
        assert type(again) is type(error)
        assert again.__dict__ == error.__dict__
        assert (str(again), again.args) == (str(error), error.args)


@pytest.mark.parametrize(
    "error",
    [
        Cancelled(),
        FileNotFoundError(2, "No such file", "a.png"),
        BrokenPipeError(32, "Broken pipe"),
        ValueError("bad", 1),
    ],
)
def test_other_exceptions_stay_what_they_are(shared: Workers, error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        do(shared, work.fail, error)
    assert str(caught.value) == str(error)


def test_an_exception_that_cannot_cross_keeps_its_name_and_words(shared: Workers) -> None:
    with pytest.raises(Exception, match=r"^seven is odd$") as caught:
        do(shared, work.fail_oddly)
    assert type(caught.value).__name__ == "OddError"


def test_an_exception_without_words_keeps_its_name(shared: Workers) -> None:
    with pytest.raises(Exception, match=r"^$") as caught:
        do(shared, work.fail_in_silence)
    assert type(caught.value).__name__ == "SilentError"


def test_the_traceback_in_the_worker_is_told(shared: Workers) -> None:
    with pytest.raises(ValueError, match="shallow") as caught:
        do(shared, work.fail_in_depth)
    said = str(caught.value.__cause__)
    assert "in fail_in_depth" in said
    assert "KeyError: 'deep'" in said


def test_a_result_that_cannot_be_sent_is_a_fault(shared: Workers) -> None:
    with pytest.raises(TypeError, match="pickle"):
        do(shared, work.lock)
    assert do(shared, work.echo, 1) == 1


# -- how it begins ------------------------------------------------------------------------------


def site(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Have Python run code whenever it starts."""
    (folder / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.parametrize(
    "code",
    [
        "import os; os._exit(0)",
        "import signal; signal.signal(2, signal.default_int_handler); signal.raise_signal(2)",
    ],
    ids=["ends", "ctrl-c"],
)
def test_work_is_not_begun_by_a_process_that_does_not_start(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str
) -> None:
    site(monkeypatch, tmp_path, code)
    with pytest.raises(UnknownWorkError):
        do(workers, work.pid)


def test_work_is_not_begun_where_python_is_gone(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(UnknownWorkError):
        do(workers, work.pid)


def test_what_is_printed_while_it_starts_is_passed_over(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site(monkeypatch, tmp_path, "print('Good morning!')\nprint('And', end='')")
    assert do(workers, work.echo, 1) == 1


def test_work_is_stopped_while_its_process_starts(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "begun")
    code = f"open({str(tmp_path / 'begun')!r}, 'w').close()\nwhile True: pass"
    site(monkeypatch, tmp_path, code)
    told, ended = Told(), list[BaseException]()
    doing = prepared(workers, told, work.pid)
    thread = threading.Thread(target=attempt, args=(doing, told, ended))
    thread.start()
    # Comes back when the process has begun.
    (tmp_path / "begun").read_bytes()
    doing.stop(patience=0.05)
    thread.join()
    assert [type(error) for error in ended] == [Cancelled]


def test_what_is_of_the_program_is_not_mistaken_for_what_is_of_the_worker(
    shared: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def main() -> None:
        pass

    main.__module__, main.__qualname__ = "__main__", "main"
    monkeypatch.setattr(sys.modules["__main__"], "main", main, raising=False)
    assert shared.prepare(main, (), Told().tick) is None
    assert shared.prepare(partial(main), (), Told().tick) is None


# -- how it ends --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_a_process_that_dies_fails_its_work_and_no_other(workers: Workers, name: str) -> None:
    before = do(workers, work.pid)
    with pytest.raises(TaskError, match=f"ended by {name}") as caught:
        do(workers, work.die, signal.Signals[name])
    assert caught.value.kind is ErrorKind.LOCAL
    assert ("memory" in caught.value.hint) == (name == "SIGKILL")
    assert do(workers, work.pid) != before


def test_a_process_that_died_while_it_waited_is_not_used(workers: Workers) -> None:
    victim = do(workers, work.pid)
    os.kill(victim, signal.SIGKILL)
    # Waits for its end, and leaves it to its owner to find that.
    os.waitid(os.P_PID, victim, os.WEXITED | os.WNOWAIT)
    assert do(workers, work.pid) != victim


def test_work_whose_process_just_left_is_given_to_another_one_once(
    workers: Workers, tmp_path: Path
) -> None:
    do(workers, work.pid)
    with pytest.raises(TaskError, match="ended with code 0"):
        do(workers, work.leave, tmp_path / "log")
    assert (tmp_path / "log").read_text().splitlines() == ["left", "left"]


def test_a_worker_without_work_ends() -> None:
    script = "from engine._worker import main; main(idle=0.01)"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as worker:
        assert worker.wait(30) == 0


def test_stopped_work_ends_at_its_next_tick(shared: Workers) -> None:
    told, ended = Told(), list[BaseException]()
    doing = prepared(shared, told, work.until_stopped, told.tick)
    thread = threading.Thread(target=attempt, args=(doing, told, ended))
    before = do(shared, work.pid)
    thread.start()
    assert told.has_begun.wait(30)
    doing.stop(patience=30)
    thread.join()
    assert [type(error) for error in ended] == [Cancelled]
    assert do(shared, work.pid) == before


def test_work_that_heeds_nothing_is_killed(workers: Workers, tmp_path: Path) -> None:
    told, ended = Told(), list[BaseException]()
    doing = prepared(workers, told, work.never_ends, tmp_path / "lock", told.tick)
    thread = threading.Thread(target=attempt, args=(doing, told, ended))
    thread.start()
    assert told.has_begun.wait(30)
    doing.stop(patience=0.05)
    thread.join()
    assert [type(error) for error in ended] == [Cancelled]
    assert do(workers, work.echo, 1) == 1


def test_work_that_was_stopped_before_does_not_begin(workers: Workers) -> None:
    doing = prepared(workers, Told(), work.pid)
    doing.stop()
    with pytest.raises(Cancelled):
        doing.run(Told().hear)


def attempt(doing: Work, told: Told, ended: list[BaseException]) -> None:
    try:
        doing.run(told.hear)
    except BaseException as error:
        ended.append(error)


def test_closing_ends_what_goes_on(workers: Workers, tmp_path: Path) -> None:
    told, ended = Told(), list[BaseException]()
    doing = prepared(workers, told, work.never_ends, tmp_path / "lock", told.tick)
    thread = threading.Thread(target=attempt, args=(doing, told, ended))
    thread.start()
    assert told.has_begun.wait(30)
    workers.close()
    doing.stop()
    thread.join()
    assert [type(error) for error in ended] == [Cancelled]
    with pytest.raises(Cancelled):
        do(workers, work.pid)


def test_ctrl_c_is_the_starters_business(workers: Workers) -> None:
    before = do(workers, work.pid)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(before, number)
        assert do(workers, work.pid) == before


def test_no_worker_outlives_a_killed_process_even_in_the_middle_of_work(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    script = f"from tests.support import work; work.hold_and_tell(work.Path({str(lock)!r}))"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"begun\n"
        with lock.open("rb") as file:
            with pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            owner.kill()
            # Comes back when the worker is gone, and with it its lock.
            fcntl.flock(file, fcntl.LOCK_EX)
