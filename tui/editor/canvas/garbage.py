"""Garbage collection at moments when nobody waits for a frame.

A full collection looks at every object of a large graph, which takes longer than a frame. What has
been loaded lives on anyway: it is set aside, and what is new is looked at when nothing happens.
"""

from __future__ import annotations

import gc


class QuietGarbage:
    """Holds the collector back; the host says when there is time for it."""

    _MOST_NEW = 5_000
    """New objects after which they are looked at even if no quiet moment comes: some three
    milliseconds' work."""

    def __init__(self) -> None:
        self._was_enabled = False

    def start(self) -> None:
        """Hold the collector back from now on."""
        self._was_enabled = gc.isenabled()
        gc.disable()

    def loaded(self) -> None:
        """Collect, and set aside what is left: to be called after a document is loaded."""
        gc.collect()
        gc.freeze()

    def idle(self) -> None:
        """Collect what is new: to be called when no key has been pressed for a while."""
        gc.collect()

    def busy(self) -> None:
        """Collect what is new if it is much: to be called after frames and now and then."""
        if gc.get_count()[0] > self._MOST_NEW:
            gc.collect(0)

    def stop(self) -> None:
        """Let the collector run as it did before."""
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
