"""Small media, and an application that shows them."""

from __future__ import annotations

import asyncio
import wave
from array import array
from collections.abc import Awaitable, Callable, Sequence
from math import sin
from pathlib import Path
from typing import Any

import av
from PIL import Image as Pillow
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui.editor.running_desks import until
from tui.editor.preview import Graphics, Pictures
from tui.editor.preview.picture import Picture
from tui.editor.themes import THEMES

Script = Callable[["Cinema", "Pilot[None]"], Awaitable[Any]]
RED, GREEN, BLUE = (250, 10, 10), (10, 250, 10), (10, 10, 250)


def still(path: Path, color: Any = RED, size: tuple[int, int] = (64, 36)) -> Path:
    Pillow.new("RGB", size, color).save(path)
    return path


def film(path: Path, colors: Sequence[Any] = (RED, GREEN, BLUE), each: int = 8) -> Path:
    """Make a film of 8 pictures a second, some of each colour."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=8, options={"g": "4", "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.codec_context.thread_count = 1
        for color in colors:
            for _ in range(each):
                picture = Pillow.new("RGB", (64, 36), color)
                frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sound(path: Path, seconds: float = 1.0) -> Path:
    """Make a sound that is silent in its second half."""
    count = int(8000 * seconds)
    samples = [int(20000 * sin(i / 5)) if i < count // 2 else 0 for i in range(count)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(array("h", samples).tobytes())
    return path


class Cinema(App[None]):
    """Shows one widget."""

    def __init__(
        self,
        make: Callable[[Pictures], Widget],
        theme: str = "dark",
        graphics: Graphics | None = None,
    ) -> None:
        super().__init__()
        self.pictures = Pictures(Path, graphics)
        self.shown = make(self.pictures)
        self.told: list[Any] = []
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield self.shown

    def on_mount(self) -> None:
        self.shown.focus()

    def on_unmount(self) -> None:
        self.pictures.close()

    @property
    def text(self) -> str:
        """What is on the screen, as plain text."""
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    def colors_at(self, x: int, y: int) -> tuple[Any, Any]:
        """Return the colours of the upper and the lower half of a cell."""
        cells = [
            segment.style
            for segment in self.screen._compositor.render_strips()[y]
            for _ in segment.text
        ]
        style = cells[x]
        assert style is not None
        return tuple(color and tuple(color.get_truecolor())  # type: ignore[return-value]
                     for color in (style.color, style.bgcolor))  # fmt: skip

    async def until_picture(self) -> None:
        picture = self.screen.query_one(Picture)
        await until(lambda: picture.has_picture)

    async def until_text(self, words: str) -> None:
        await until(lambda: words in self.text)


def drive(
    make: Callable[[Pictures], Widget],
    script: Script,
    *,
    size: tuple[int, int] = (80, 24),
    theme: str = "dark",
    graphics: Graphics | None = None,
) -> Any:
    """Run a script of keys on a widget."""

    async def main() -> Any:
        cinema = Cinema(make, theme, graphics)
        async with cinema.run_test(size=size) as pilot:
            await pilot.pause()
            return await script(cinema, pilot)

    return asyncio.run(main())
