"""Waiting until an application has nothing more to do, whatever else keeps the machine busy.

Textual's pilot takes an application for idle when the process uses no processor time for a moment,
as it also does where other processes leave it none. Here the event loop is asked what it has still
to do, and the system which threads could run.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

_FRAME = 0.02
"""Seconds: timers that end within a frame are waited for, as what they do belongs to it."""
_STEP = 0.001
_LOOKS = 2
"""So often in a row nothing must be found; between two looks, threads hand over what they have."""
_LONGEST = 10.0
"""Seconds after which what goes on is taken to go on for ever."""
_TASKS = Path("/proc/self/task")


async def wait_until_quiet(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until nothing is left to do but what timers and other programs will bring.

    Args:
        min_sleep: Not looked at; Textual's own function takes it.
        max_sleep: Not looked at either.
    """
    loop: Any = asyncio.get_running_loop()
    begun = loop.time()
    looks = 0
    while looks < _LOOKS and loop.time() - begun < _LONGEST:
        await asyncio.sleep(_STEP)
        is_quiet = not _has_turns(loop, begun + _FRAME) and not _has_working_threads()
        looks = looks + 1 if is_quiet else 0


def _has_turns(loop: Any, until: float) -> bool:
    timers = (timer for timer in loop._scheduled if not timer.cancelled())
    return bool(loop._ready) or any(timer.when() <= until for timer in timers)


def _has_working_threads() -> bool:
    """Tell whether another thread of this process computes, or would, or waits for the disk."""
    own = str(threading.get_native_id())
    return any(_state(task) in "RD" for task in _TASKS.iterdir() if task.name != own)


def _state(task: Path) -> str:
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"  # it has ended meanwhile
