"""Measuring in a process of its own, so that its peak memory is that of one job alone.

`in_child` starts one; run as a program, this module is that process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent


def in_child(function: str, **arguments: Any) -> dict[str, float]:
    """Call a function in a new process.

    Args:
        function: `module:name`; it returns figures by name.
        arguments: JSON data.

    Raises:
        RuntimeError: The process failed; the message ends with what it wrote.
    """
    command = [sys.executable, "-m", __name__, function, json.dumps(arguments)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{function} failed with code {done.returncode}:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def peak_mb() -> float:
    """Return the most memory that this process ever held, in MB."""
    # A new program's `ru_maxrss` starts at the size of the process that started it; this does not.
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _main() -> None:
    module, _, name = sys.argv[1].partition(":")
    function = getattr(import_module(module), name)
    print(json.dumps(function(**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    _main()
