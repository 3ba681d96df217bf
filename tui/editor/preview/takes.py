"""The takes of a node side by side, task by task, to pick one: for one item, or for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from textual import on
from textual.app import App

from engine.graph import parse_task
from tui.cli.words import count
from tui.editor.commands import Topic, command
from tui.editor.model.edits import pick_for_item, pick_take
from tui.editor.model.picks import picked_take
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.screens import TilesScreen
from tui.editor.preview.tiles import Tile, groups_of_takes
from tui.editor.preview.wall import Wall
from tui.editor.running import Runner

_TAKES: Final = Topic(
    "Takes",
    "The takes of one task side by side. Where the node is repeated, picking one is for that item "
    "only, and goes on to the next item; a picks it for all. Undo takes it back.",
    (
        command("takes.all", "Take: Pick for all items", "a",
                "Picks the take for all items of the node.", lambda screen: screen.pick_for_all(),
                why_not=lambda screen: screen.why_not_for_all(), word="pick for all items"),
        command("takes.next", "Takes: Next item", "right_square_bracket,n",
                "Shows the takes of the next item.", lambda screen: screen.go(1),
                why_not=lambda screen: screen.why_no_item(1), word="next item"),
        command("takes.previous", "Takes: Previous item", "left_square_bracket,N",
                "Shows the takes of the item before.", lambda screen: screen.go(-1),
                why_not=lambda screen: screen.why_no_item(-1)),
        command("takes.full", "Take: Full screen", "f,space",
                "Shows the take on the whole screen.", lambda screen: screen.full(),
                why_not=lambda screen: screen.wall.why_no_pick(), word="full screen"),
    ),
    comes_first=True,
)  # fmt: skip


class Picking:
    """What is picked among the takes of a node: an edit of the workflow.

    Args:
        runner: Has the workflow.
        node: The node that has takes.
        groups: Its takes by what they are takes of: `frame`, or `frame[1]`, `frame[2]`, ...
    """

    def __init__(self, runner: Runner, node: str, groups: Mapping[str, Sequence[Tile]]) -> None:
        self._desk = runner.desk
        self._node = node
        places = [parse_task(title)[1] or () for title in groups]
        self.has_items = any(places)
        """Whether the node is repeated."""
        self.is_alone = self.has_items and all(len(place) == 1 for place in places)
        """Whether a take can be picked for one item: not where lists in lists are gone through."""
        state = runner.states.get(node)
        takes = max(map(len, groups.values()), default=0)
        known = state.total // takes if state and takes else 0
        self._items = max([known, *(place[0] + 1 for place in places if place)])

    def picked(self, title: str) -> int | None:
        """Return which take of an item is used now, from 1; None where that is not known."""
        return picked_take(self._desk.snapshot, self._node, _item(title))

    def pick_alone(self, number: int, title: str) -> bool:
        """Use a take for one item; tell whether it is so."""
        node, items, item = self._node, self._items, _item(title)
        return self._tell(
            self._desk.edit(lambda now: pick_for_item(now, node, number, item, items)),
            number,
            title,
        )

    def pick(self, number: int) -> bool:
        """Use a take for the whole node; tell whether it is so."""
        node = self._node
        whose = f"all items of {node}" if self.has_items else node
        return self._tell(self._desk.edit(lambda now: pick_take(now, node, number)), number, whose)

    def _tell(self, is_done: bool, number: int, whose: str) -> bool:
        if is_done:
            self._desk.say(f"Take {number} of {whose} is picked.")
        return is_done


def _item(title: str) -> int:
    index = parse_task(title)[1]
    return index[0] + 1 if index else 1


class TakesScreen(TilesScreen):
    """The takes of one task side by side, and those of the node's other tasks behind them.

    Args:
        pictures: Decodes them.
        groups: The takes by what they are takes of; their names are their numbers.
        picking: Told what is picked.
        place: Whose takes are shown first.
    """

    TOPIC: ClassVar[Topic] = _TAKES

    def __init__(
        self,
        pictures: Pictures,
        groups: Mapping[str, Sequence[Tile]],
        picking: Picking,
        place: int = 0,
    ) -> None:
        super().__init__(pictures, Wall(pictures, words=3, picks="pick this one"))
        self._groups = list(groups.items())
        self._picking = picking
        self._place = place

    def on_mount(self) -> None:
        """Show the takes."""
        self._show()
        self.wall.focus()

    def _show(self) -> None:
        title, takes = self._groups[self._place]
        self.wall.show(takes, columns=len(takes))
        used = self._picking.picked(title)
        words = [title, count(len(takes), "take")]
        if used is not None:
            self.wall.go_to(used - 1)
            words.append(f"take {used} is used now")
        self.say(" · ".join([*words, self._question(title)]))
        self.tell()

    def _question(self, title: str) -> str:
        """Ask which one, and say what it will be for."""
        if self._picking.is_alone:
            return f"which one for {title} alone?"
        return "which one for all items?" if self._picking.has_items else "which one?"

    @on(Wall.Picked)
    def _picked(self, event: Wall.Picked) -> None:
        event.stop()
        number = int(event.tile.name)
        if not self._picking.is_alone:
            self._pick(number)
        elif self._picking.pick_alone(number, self._groups[self._place][0]):
            if self.why_no_item(1):
                self.dismiss(None)
            else:
                self.go(1)

    def pick_for_all(self) -> None:
        """Pick the current take for all items."""
        if self.wall.tile is not None:
            self._pick(int(self.wall.tile.name))

    def _pick(self, number: int) -> None:
        if self._picking.pick(number):
            self.dismiss(None)

    def why_not_for_all(self) -> str:
        """Say why nothing can be picked for all items."""
        if not self._picking.has_items:
            return "The node is not repeated: these are all its takes."
        return self.wall.why_no_pick()

    def go(self, step: int) -> None:
        """Show the takes of another item."""
        self._place += step
        self._show()

    def why_no_item(self, step: int) -> str:
        """Say why there is no item to go to."""
        if 0 <= self._place + step < len(self._groups):
            return ""
        return f"This is the {'last' if step > 0 else 'first'} item that has takes."


def show_takes(
    app: App[Any], runner: Runner, node: str, pictures: Pictures, task: str = ""
) -> bool:
    """Show the takes of a node, to pick one; tell whether there are any.

    Args:
        app: Where they are shown.
        runner: Knows the results, and has the workflow.
        node: The node.
        pictures: Decodes them.
        task: One of the takes, to choose whose are shown first where several tasks have some.
    """
    groups = groups_of_takes(runner, node)
    if not groups:
        return False
    of = [at for at, tiles in enumerate(groups.values()) if task in [tile.task for tile in tiles]]
    picking = Picking(runner, node, groups)
    app.push_screen(TakesScreen(pictures, groups, picking, of[0] if of else 0))
    return True
