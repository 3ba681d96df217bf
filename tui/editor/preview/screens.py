"""The screens on which results are looked at side by side: what they share, and a node's wall."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from engine.values import Media
from tui.drawing.labels import harmless
from tui.editor.commands import Topic, command
from tui.editor.preview.opening import open_outside
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.tiles import columns_for, groups_of_takes, tiles_of
from tui.editor.preview.viewer import ViewerScreen
from tui.editor.preview.wall import Wall
from tui.editor.running import Runner
from tui.editor.screens.bars import KeyBar, KeyedScreen


def _needs_file(screen: TilesScreen) -> str:
    tile = screen.wall.tile
    if tile is None:
        return "Nothing has been made yet."
    return "" if isinstance(tile.value, Media) else f"{tile.task} has no file to open."


_TILES: Final = Topic(
    "Tiles",
    "Results side by side.",
    (
        command("tiles.outside", "Tile: System viewer", "o",
                "Opens the tile in the system's own viewer.", lambda screen: screen.outside(),
                why_not=_needs_file, word="system viewer"),
        command("tiles.back", "Tiles: Leave", "escape,q", "Goes back.",
                lambda screen: screen.leave(), word="back"),
    ),
)  # fmt: skip
_WALL: Final = Topic(
    "Wall of results",
    "All that a node has made, and what it is making.",
    (
        command("wall.takes", "Tile: Takes", "t",
                "Shows the takes of the task side by side, to pick one.",
                lambda screen: screen.takes(), why_not=lambda screen: screen.why_no_takes(),
                word="takes"),
    ),
)  # fmt: skip


class TilesScreen(KeyedScreen[int]):
    """A wall with a line above and one below."""

    TOPIC: ClassVar[Topic] = _TILES
    DEFAULT_CSS = """
    TilesScreen { background: $background; }
    TilesScreen .bar { height: 1; color: $soft; background: $surface; padding: 0 1; }
    TilesScreen #title { color: $foreground; text-style: bold; }
    TilesScreen Wall { height: 1fr; }
    """

    def __init__(self, pictures: Pictures, wall: Wall) -> None:
        super().__init__()
        self.pictures = pictures
        self.wall = wall

    def compose(self) -> ComposeResult:
        """Yield the wall and its lines."""
        yield Static(id="title", classes="bar", markup=False)
        yield self.wall
        yield KeyBar()

    def say(self, text: str) -> None:
        """Write the line above the wall."""
        self.query_one("#title", Static).update(harmless(text, 300))

    def full(self) -> None:
        """Show what the current tile holds on the whole screen, and go through all from there."""
        tiles = self.wall.tiles
        owners = [number for number, tile in enumerate(tiles) for _ in tile.pages]
        if self.wall.current not in owners:
            return
        pages = [page for tile in tiles for page in tile.pages]

        def back(page: int | None) -> None:
            if page is not None:
                self.wall.go_to(owners[page])

        screen = ViewerScreen(self.pictures, pages, owners.index(self.wall.current))
        self.app.push_screen(screen, back)

    async def outside(self) -> None:
        """Open the current tile in the system's viewer."""
        tile = self.wall.tile
        if tile is not None and isinstance(tile.value, Media):
            self.say(await open_outside(self.app, self.pictures, tile.value, tile.task))

    def leave(self) -> None:
        """Go back."""
        self.dismiss(None)


class WallScreen(TilesScreen):
    """The results of a node's tasks, as they are made.

    Args:
        runner: Knows them.
        node: The node.
        pictures: Decodes them.
    """

    TOPIC: ClassVar[Topic] = _WALL

    def __init__(self, runner: Runner, node: str, pictures: Pictures) -> None:
        super().__init__(pictures, Wall(pictures))
        self._runner = runner
        self._node = node

    def on_mount(self) -> None:
        """Show what there is, and follow what becomes of it."""
        self._end = self._runner.progressed.subscribe(self._progressed)
        self._show()
        self.wall.focus()

    def on_unmount(self) -> None:
        """Follow it no longer."""
        self._end()

    def _progressed(self, nodes: frozenset[str]) -> None:
        if self._node in nodes:
            self._show()

    def _show(self) -> None:
        tiles = tiles_of(self._runner, self._node)
        self.wall.show(tiles, columns=columns_for(tiles))
        made = sum(bool(tile.pages) for tile in tiles)
        whole = f" of {len(tiles)}" if made < len(tiles) else ""
        self.say(f"{self._node} · {made}{whole} {'result' if len(tiles) == 1 else 'results'}")
        self.tell()

    @on(Wall.Picked)
    def _picked(self, event: Wall.Picked) -> None:
        event.stop()
        self.full()

    def why_no_takes(self) -> str:
        """Say why there are no takes to choose from."""
        if groups_of_takes(self._runner, self._node):
            return ""
        return f"{self._node} has no takes; a list in a parameter that takes one makes some."

    def takes(self) -> None:
        """Show the takes of the current task side by side, to pick one."""
        from tui.editor.preview.takes import show_takes

        tile = self.wall.tile
        show_takes(self.app, self._runner, self._node, self.pictures, tile.task if tile else "")
