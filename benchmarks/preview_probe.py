"""A film that plays in the preview of the editor, and nothing else, to be measured from outside."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import av
from PIL import Image
from textual.app import App, ComposeResult

from tui.editor.preview import Page, Pictures, Preview
from tui.editor.themes import THEMES

_SIZE = (1280, 720)
RATE = 24


def make_film(path: Path, seconds: float) -> None:
    """Make a film in which every cell changes with every picture: clouds of colour that move."""
    chance = random.Random(5)
    grain = Image.frombytes("RGB", (128, 72), chance.randbytes(128 * 72 * 3))
    clouds = grain.resize((2 * _SIZE[0], 2 * _SIZE[1]), Image.Resampling.BICUBIC)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *_SIZE, "yuv420p"
        for number in range(int(seconds * RATE)):
            left, top = number * 16 % _SIZE[0], number * 9 % _SIZE[1]
            picture = clouds.crop((left, top, left + _SIZE[0], top + _SIZE[1]))
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


class _Probe(App[None]):
    def __init__(self, path: Path, width: int, height: int) -> None:
        super().__init__()
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = "dark"
        self._pictures = Pictures(Path)
        self._preview = Preview(self._pictures)
        self._path, self._size_of = path, (width, height)

    def compose(self) -> ComposeResult:
        yield self._preview

    async def on_mount(self) -> None:
        width, height = self._size_of
        # Two lines are the timeline and the caption.
        self._preview.styles.width, self._preview.styles.height = width, height + 2
        media = await self._pictures.adopt(self._path)
        self._preview.show_pages([Page(media, "film")])
        self._preview.focus()

    def on_unmount(self) -> None:
        self._pictures.close()


if __name__ == "__main__":
    _Probe(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).run()
