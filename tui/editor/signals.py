"""Signals from outside: an end that loses nothing, also when the terminal is gone, and a way back
from a stop.

They are heeded in turn with all else that happens, never in the middle of it, and no longer when
nothing happens any more.
"""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import Any, Final

from textual.app import App

_ENDED: Final = 128 + signal.SIGINT
"""The exit code, as after ctrl+c."""
_LOOK_EVERY: Final = 1.0
"""Seconds between two looks whether the terminal is there."""


def heed(app: App[Any]) -> None:
    """Heed the signals to end and to go on, in place of what the framework does.

    Args:
        app: The application, which has its terminal already.
    """
    loop = asyncio.get_running_loop()
    # Elsewhere than in the main thread, and where there are no such signals, nobody sends them.
    with suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
        loop.add_signal_handler(signal.SIGTERM, partial(app.exit, return_code=_ENDED))
        loop.add_signal_handler(signal.SIGCONT, _go_on, app)
    if not app.is_headless and not app.is_web:
        app.set_interval(_LOOK_EVERY, partial(_end_without_terminal, app))


def _end_without_terminal(app: App[Any]) -> None:
    """End where the terminal is gone, of which no signal tells behind `nohup` or `setsid`."""
    with suppress(AttributeError, OSError, ValueError):
        look = select.poll()
        look.register(sys.__stdin__ or -1, 0)
        if any(found & select.POLLHUP for _, found in look.poll(0)):
            app.exit(return_code=_ENDED)


def _go_on(app: App[Any]) -> None:
    """Take the terminal again where it was given up; after a mere pause, draw all anew."""
    driver = app._driver
    if getattr(driver, "_must_signal_resume", False):
        driver.resume_application_mode()  # type: ignore[union-attr]
    else:
        app.refresh(layout=True)
