"""Modes: for a while keys mean something else, the bar of keys says what, and esc ends it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import App

from tui.editor.canvas import PortRef
from tui.editor.commands import HELP, PALETTE, Bound, Command, Commanded, Offer, Topic, command

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""For jumps, those under the fingers first."""


class Mode(Commanded):
    """What keys mean for a while.

    Args:
        bench: The workbench.
        name: What is going on.
    """

    def __init__(self, bench: Workbench, name: str) -> None:
        self.bench = bench
        self.name = name

    @property
    def app(self) -> App[Any]:
        """The program."""
        return self.bench.app

    @abstractmethod
    def end(self) -> None:
        """Take back what the mode shows."""

    def takes(self, key: str) -> bool:
        """Tell whether a key means something here."""
        return any(key in self.bench.keys_of(each) for each in self.TOPIC.commands)

    def offers(self, bound: Bound) -> Iterator[Offer]:
        """Yield what can be done."""
        for each in self.TOPIC.commands:
            yield Offer(each, self, self.TOPIC, tuple(self.bench.keys_of(each)))

    def press(self, event: events.Key) -> bool:
        """Take a key; tell whether it was one of this mode's. Others end the mode."""
        for each in (HELP, PALETTE):
            if event.key in self.bench.keys_of(each):
                self.bench.do(each.id)
                return True
        for each in self.TOPIC.commands:
            if event.key in self.bench.keys_of(each):
                self._do(each)
                return True
        return False

    def _do(self, each: Command[Any]) -> None:
        if reason := each.why_not(self):
            self.bench.say_in_passing(reason, "warning")
        else:
            each.perform(self)


def labels_for(count: int) -> list[str]:
    """Return so many labels that none of them begins another: letters, or two letters each."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return [a + b for a in LETTERS for b in LETTERS][:count]


_JUMP: Final = Topic(
    "Connecting by letters",
    "Ports that fit are marked with letters; where there are many, with two each.",
    (
        command("jump.take", "Port: Take", "letters",
                "Takes the port with that letter. Chosen from a list of commands, it lists them.",
                lambda mode: mode.list_all(), word="take that port"),
        command("jump.list", "Port: Pick from a list", "enter,space,slash",
                "Lists all ports that fit, also those out of view.",
                lambda mode: mode.list_all(), word="pick from a list"),
        command("jump.back", "Port: Back out", "escape", "Takes none.",
                lambda mode: mode.bench.leave_mode(), word="back"),
    ),
)  # fmt: skip


class Jump(Mode):
    """Ports carry labels; typing one picks the port.

    Args:
        bench: The workbench.
        name: What is to be picked.
        ports: The ports in view, by what picking them means.
        pick: Is told what was picked.
        by_list: Shows all that can be picked, also what is out of view.
    """

    TOPIC: ClassVar[Topic] = _JUMP

    def __init__(
        self,
        bench: Workbench,
        name: str,
        ports: Sequence[PortRef],
        pick: Callable[[PortRef], object],
        by_list: Callable[[], object],
    ) -> None:
        super().__init__(bench, name)
        self._pick = pick
        self._by_list = by_list
        self._labels: Mapping[str, PortRef] = dict(zip(labels_for(len(ports)), ports, strict=False))
        self._typed = ""
        self._draw()

    def _draw(self) -> None:
        left = len(self._typed)
        self.bench.canvas.label_ports(
            {p: label[left:] for label, p in self._labels.items() if label.startswith(self._typed)}
        )

    def takes(self, key: str) -> bool:
        """Tell whether a key means something here: all letters do."""
        return (len(key) == 1 and key.isalpha()) or super().takes(key)

    def list_all(self) -> None:
        """Show all that can be picked."""
        self.bench.leave_mode()
        self._by_list()

    def press(self, event: events.Key) -> bool:
        """Take a letter of a label, or what else is a key of this mode."""
        if super().press(event):
            return True
        if not event.character or not event.is_printable:
            return False
        typed = self._typed + event.character.lower()
        if typed in self._labels:
            self.bench.leave_mode()
            self._pick(self._labels[typed])
        elif any(label.startswith(typed) for label in self._labels):
            self._typed = typed
            self._draw()
        else:
            self.bench.say(f"No port is marked {typed}.")
            self._typed = ""
            self._draw()
        return True

    def end(self) -> None:
        """Take the labels away."""
        self.bench.canvas.label_ports({})


def _step(name: str, x: int, y: int, near: str, far: str) -> tuple[Command[Any], Command[Any]]:
    """Return the commands that move what is selected in a direction, a little and far."""

    def why_not(mode: Move) -> str:
        from tui.editor.actions.furniture import needs_movable

        return needs_movable(mode.bench)

    return (
        command(f"move.{name}", f"Move: {name.capitalize()}", near,
                f"Moves what is selected a step {name}.",
                lambda mode: mode.move(x, y), why_not=why_not, word="move"),
        command(f"move.far-{name}", f"Move: Far {name}", far,
                f"Moves what is selected five steps {name}.",
                lambda mode: mode.move(5 * x, 5 * y), why_not=why_not, word="move far"),
    )  # fmt: skip


_STEPS: Final = (
    _step("left", -2, 0, "left,h", "shift+left,H"),
    _step("right", 2, 0, "right,l", "shift+right,L"),
    _step("up", 0, -1, "up,k", "shift+up,K"),
    _step("down", 0, 1, "down,j", "shift+down,J"),
)
_MOVE: Final = Topic(
    "Moving by key",
    "All steps are one edit. Other keys than these end it, and do what they always do.",
    (
        *(near for near, _ in _STEPS),
        *(far for _, far in _STEPS),
        command("move.done", "Move: Done", "enter", "Leaves it where it is now.",
                lambda mode: mode.bench.leave_mode(), word="done"),
        command("move.back", "Move: Put back", "escape", "Puts it back where it was.",
                lambda mode: mode.put_back(), word="put back"),
    ),
)  # fmt: skip


class Move(Mode):
    """Arrow keys move what is selected; all steps are one edit.

    Args:
        bench: The workbench.
    """

    TOPIC: ClassVar[Topic] = _MOVE

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench, "move")
        self._has_moved = False

    def move(self, x: int, y: int) -> None:
        """Move what is selected by some cells."""
        self._has_moved |= self.bench.move_selection(x, y, merge="move by keys")

    def put_back(self) -> None:
        """Take the steps back."""
        if self._has_moved:
            self.bench.desk.undo()
        self.bench.leave_mode()

    def end(self) -> None:
        """End the undo entry of this move."""
        self.bench.desk.editing.seal()
