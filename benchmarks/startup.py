"""How long a command takes that does next to nothing: what a person feels at every key press."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Bar, Row, Table

_ROOT = Path(__file__).parent.parent
_WORKFLOW = _ROOT / "workflows" / "storyboard-to-video.json"
ARGPARSE = "python -c 'import argparse'"
_HELP = "reelgraph --help"
HELP_FACTOR = 2.0
HELP_MILLISECONDS = 60.0
"""`--help` may take twice the time of importing argparse, and this much more."""


def commands() -> dict[str, list[str]]:
    """Return the commands by the names they have in the table."""
    script = Path(sys.executable).with_name("reelgraph")
    reelgraph = [str(script)] if script.exists() else [sys.executable, "-m", "tui.cli"]
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        ARGPARSE: [sys.executable, "-c", "import argparse"],
        "python -c 'import engine'": [sys.executable, "-c", "import engine"],
        _HELP: [*reelgraph, "--help"],
        f"reelgraph check {_WORKFLOW.name}": [*reelgraph, "check", str(_WORKFLOW)],
    }


def measure(*, quick: bool, tell: Callable[[str], None]) -> list[Table]:
    """Start each command many times, in turns."""
    rounds = 1 if quick else 15
    tell(f"starting commands, {rounds} times each")
    seconds: dict[str, list[float]] = {name: [] for name in commands()}
    with TemporaryDirectory() as home:
        environment = {**os.environ, "REELGRAPH_HOME": home}
        # The first start of each compiles modules and is not counted.
        for number in range(rounds + 1):
            for name, command in commands().items():
                taken = _time(command, environment)
                if number:
                    seconds[name].append(taken)
    medians = {name: statistics.median(times) * 1000 for name, times in seconds.items()}
    limit = HELP_FACTOR * medians[ARGPARSE] + HELP_MILLISECONDS
    rows = [
        Row(
            name,
            {"ms": ms, "ratio to argparse": ms / medians[ARGPARSE]},
            Bar("ms", limit) if name == _HELP and not quick else None,
        )
        for name, ms in medians.items()
    ]
    return [Table("startup", f"Startup: median of {rounds}", tuple(rows))]


def _time(command: Sequence[str], environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{command[1:]} failed with {done.returncode}:\n{done.stderr}")
    return seconds
