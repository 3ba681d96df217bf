"""Plays a film without its sound: decodes in a thread, and leaves out pictures that are late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.strip import Strip

from tui.editor.preview.bitmap import Box
from tui.editor.preview.blocks import Depth, printed

if TYPE_CHECKING:
    from tui.editor.preview.decoding import FilmReader

RATE: Final = 12.0
"""Pictures a second; more cost more than they show in cells of text."""

Show = Callable[[Sequence[Strip], float], None]


class Playback:
    """One go at playing a film.

    Args:
        path: The film.
        box: The pixels that its pictures are fitted into.
        depth: The colours of the terminal.
        fps: Pictures a second that it has.
        seconds: How long it is.
    """

    def __init__(self, path: Path, box: Box, depth: Depth, fps: float, seconds: float) -> None:
        self._path = path
        self._box = box
        self._depth = depth
        self._step = 1 / min(RATE, fps)
        self._seconds = seconds
        self._film: FilmReader | None = None

    async def play(self, start: float, show: Show) -> None:
        """Play from a time, in seconds, to the end; what is shown is told with its time.

        Raises:
            TaskError: The film is broken.
        """
        from tui.editor.preview.decoding import guarded

        loop = asyncio.get_running_loop()
        thread = ThreadPoolExecutor(1, "film")
        zero = loop.time() - start
        try:
            while (at := loop.time() - zero) < self._seconds:
                lines = await loop.run_in_executor(thread, guarded, self._lines, at)
                show(lines, at)
                passed = loop.time() - zero
                late = passed % self._step
                await asyncio.sleep(self._step - late)
            lines = await loop.run_in_executor(thread, guarded, self._lines, self._seconds)
            show(lines, self._seconds)
        finally:
            # Behind a picture that is still being decoded.
            thread.submit(self._close)
            thread.shutdown(wait=False)

    def _lines(self, at: float) -> list[Strip]:
        if self._film is None:
            from tui.editor.preview.decoding import FilmReader

            self._film = FilmReader(self._path, self._box)
        return printed(self._film.at(at), self._depth, coarse=True)

    def _close(self) -> None:
        if self._film is not None:
            self._film.close()
