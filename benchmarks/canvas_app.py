"""A canvas by itself, to look at and to measure: `python -m benchmarks.canvas_app storyboard`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from textual.app import App, ComposeResult
from textual.containers import Horizontal

from benchmarks import canvas_scenes
from tui.editor.canvas import PALETTES, Canvas, Minimap, NodesMoved, Scene


class CanvasApp(App[None]):
    """A canvas with a map beside it, and nothing else."""

    CSS = "Minimap { dock: right; height: 100%; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, scene: Scene, palette: str = "dark", *, map: bool = True) -> None:
        super().__init__()
        self.graph = scene
        self.canvas = Canvas(palette=PALETTES[palette])
        self._map = map

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self.canvas
            if self._map:
                yield Minimap(self.canvas)

    def on_mount(self) -> None:
        self.canvas.show(self.graph)
        self.canvas.focus()

    def on_canvas_nodes_moved(self, event: NodesMoved) -> None:
        graph = self.graph
        places = {**graph.places, **event.places}
        self.graph = Scene(graph.nodes, graph.wires, graph.groups, graph.notes, places)
        self.canvas.show(self.graph)


def scene_named(name: str) -> Scene:
    """Return `storyboard`, or `studio-N` or `woven-N` with so many nodes."""
    shape, _, count = name.partition("-")
    if shape == "storyboard":
        return canvas_scenes.storyboard()
    return {"studio": canvas_scenes.studio, "woven": canvas_scenes.woven}[shape](int(count))


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", default="storyboard")
    parser.add_argument("--palette", choices=sorted(PALETTES), default="dark")
    parser.add_argument("--svg", type=Path, help="take a picture at once")
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--keys", nargs="*", default=())
    options = parser.parse_args(None if arguments is None else list(arguments))
    app = CanvasApp(scene_named(options.scene), options.palette)
    if options.svg is None:
        app.run()
        return
    import anyio

    width, height = map(int, options.size.split("x"))

    async def picture() -> None:
        async with app.run_test(size=(width, height)) as pilot:
            await pilot.press(*options.keys)
            await pilot.pause()
            options.svg.write_text(app.export_screenshot(), "utf-8")

    anyio.run(picture)


if __name__ == "__main__":
    main()
