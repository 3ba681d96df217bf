"""The command line as a process of its own: start-up, signals, pipes, completion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.document import create
from tests.support.patience import PATIENCE

HEAVY = (
    "PIL",
    "anyio",
    "argcomplete",
    "av",
    "dataclasses",
    "difflib",
    "engine",
    "httpx",
    "networkx",
    "nodes",
    "platformdirs",
    "pydantic",
    "rich",
    "textual",
)

SLOW_NODE = '''
import anyio
from engine import Context, node

@node(version=1)
async def wait(text: str, *, ctx: Context) -> str:
    """Wait until the run is stopped, unless the text is `go`."""
    if text != "go":
        await anyio.sleep_forever()
    return text
'''


def reelgraph(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "tui.cli", *map(str, arguments)]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    root = str(Path(__file__).parents[3])
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("COV")},
        "REELGRAPH_HOME": str(tmp_path / "home"),
        "PYTHONPATH": root,
        "COLUMNS": "100",
    }


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"], ["run"]])
def test_nothing_heavy_is_imported_for_help(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom tui.cli import main\n"
        f"main({arguments!r})\n"
        f"found = sorted(set({HEAVY!r}) & set(sys.modules))\n"
        "sys.exit(f'imported: {found}' if found else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_pipe_that_breaks_ends_quietly(environ: dict[str, str]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            reelgraph("nodes", "--json"), stdout=write, stderr=subprocess.PIPE, env=environ
        )
    finally:
        os.close(write)
    assert done.returncode == 141
    assert done.stderr == b""


@pytest.fixture
def waiting(tmp_path: Path) -> list[str]:
    """The arguments of a run of two tasks, of which one never ends by itself."""
    (tmp_path / "slow.py").write_text(SLOW_NODE)
    tasks = {
        "first": {"type": "wait", "inputs": {"text": "go"}},
        "second": {"type": "wait", "inputs": {"text": "${first.text}, and wait"}},
    }
    file = tmp_path / "wait.json"
    create({"reelgraph": 1, "nodes": tasks}).save(file)
    nodes = tmp_path / "slow.py"
    return reelgraph("run", file, "--nodes", nodes, "--out", tmp_path / "out")


def start(command: list[str], environ: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run_and_keeps_what_is_done(
    waiting: list[str], environ: dict[str, str], number: signal.Signals
) -> None:
    process = start([*waiting, "--events", "jsonl"], environ)
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "task-started" and event["task"] == "second":
            break
    process.send_signal(number)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Stopping; what is done is kept." in told
    assert "1 task kept; run again to go on." in told
    runs = subprocess.run(reelgraph("runs"), capture_output=True, text=True, env=environ)
    assert "interrupted" in runs.stdout


STUBBORN_NODE = '''
import anyio
from engine import Context, node

@node(version=1)
async def wait(text: str, *, ctx: Context) -> str:
    """Wait, whoever wants it to stop."""
    with anyio.CancelScope(shield=True):
        await anyio.sleep_forever()
    return text
'''


def test_a_second_signal_ends_the_process_at_once(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(STUBBORN_NODE)
    file = tmp_path / "wait.json"
    task = {"type": "wait", "inputs": {"text": "x"}}
    create({"reelgraph": 1, "nodes": {"only": task}}).save(file)
    command = reelgraph("run", file, "--nodes", tmp_path / "slow.py", "--events", "jsonl")
    process = start(command, environ)
    assert process.stdout is not None
    assert process.stderr is not None
    assert any('"task-started"' in line for line in process.stdout)
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline().startswith("Stopping")
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert told == "Stopped at once. Finished tasks are kept.\n"


def test_progress_in_a_pipe_is_plain_lines(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW_NODE)
    file = tmp_path / "go.json"
    task = {"type": "wait", "inputs": {"text": "go"}}
    create({"reelgraph": 1, "nodes": {"only": task}}).save(file)
    done = subprocess.run(
        reelgraph("run", file, "--nodes", tmp_path / "slow.py", "--out", tmp_path / "out"),
        capture_output=True,
        text=True,
        env=environ,
    )
    assert done.returncode == 0
    assert done.stderr.splitlines()[0].startswith("only  ran  ")
    assert "\x1b" not in done.stderr


def test_a_shell_is_answered(environ: dict[str, str], tmp_path: Path) -> None:
    line = "reelgraph run flow.json --set s"
    create(
        {"reelgraph": 1, "inputs": {"story": {}, "style": {}, "length": {"type": "number"}}}
    ).save(tmp_path / "flow.json")
    answer = tmp_path / "answer"
    asked = {
        **environ,
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "_ARGCOMPLETE_IFS": "\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "9",
    }
    subprocess.run(reelgraph(), env=asked, cwd=tmp_path, check=True)
    assert answer.read_text().splitlines() == ["story=", "style="]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_fault(closed: str) -> None:
    command = f'"{sys.executable}" -m tui.cli nodes {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
