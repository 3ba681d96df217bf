"""Modes: for a while keys mean something else, the bar of keys says what, and esc ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from textual import events

from tui.editor.canvas import PortRef
from tui.editor.footers import Key
from tui.editor.keynames import key_name

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""For jumps, those under the fingers first."""


class Mode(Protocol):
    """What keys mean for a while."""

    name: str

    def keys(self) -> Sequence[Key]:
        """Return what the bar of keys shows."""

    def press(self, event: events.Key) -> bool:
        """Take a key; tell whether it was one of this mode's. Others end the mode."""

    def end(self) -> None:
        """Take back what the mode shows."""


def labels_for(count: int) -> list[str]:
    """Return so many labels that none of them begins another: letters, or two letters each."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return [a + b for a in LETTERS for b in LETTERS][:count]


class Jump(Mode):
    """Ports carry labels; typing one picks the port.

    Args:
        bench: The workbench.
        name: What is to be picked.
        ports: The ports in view, by what picking them means.
        pick: Is told what was picked.
        by_list: Shows all that can be picked, also what is out of view.
    """

    def __init__(
        self,
        bench: Workbench,
        name: str,
        ports: Sequence[PortRef],
        pick: Callable[[PortRef], object],
        by_list: Callable[[], object],
    ) -> None:
        self.name = name
        self._bench = bench
        self._pick = pick
        self._by_list = by_list
        self._labels: Mapping[str, PortRef] = dict(zip(labels_for(len(ports)), ports, strict=False))
        self._typed = ""
        self._draw()

    def _draw(self) -> None:
        left = len(self._typed)
        self._bench.canvas.label_ports(
            {p: label[left:] for label, p in self._labels.items() if label.startswith(self._typed)}
        )

    def keys(self) -> Sequence[Key]:
        """Return what the bar of keys shows."""
        return (
            Key("a…z", "take the port with that letter"),
            Key(key_name("enter"), "pick from a list"),
            Key("esc", "back"),
        )

    def press(self, event: events.Key) -> bool:
        """Take a letter of a label."""
        if event.key in ("enter", "space", "slash"):
            self._bench.leave_mode()
            self._by_list()
            return True
        if not event.character or not event.is_printable:
            return False
        typed = self._typed + event.character.lower()
        if typed in self._labels:
            self._bench.leave_mode()
            self._pick(self._labels[typed])
        elif any(label.startswith(typed) for label in self._labels):
            self._typed = typed
            self._draw()
        else:
            self._bench.say(f"No port is marked {typed}.")
            self._typed = ""
            self._draw()
        return True

    def end(self) -> None:
        """Take the labels away."""
        self._bench.canvas.label_ports({})


_STEPS: Final = {
    "left": (-2, 0), "h": (-2, 0), "right": (2, 0), "l": (2, 0),
    "up": (0, -1), "k": (0, -1), "down": (0, 1), "j": (0, 1),
    "shift+left": (-10, 0), "H": (-10, 0), "shift+right": (10, 0), "L": (10, 0),
    "shift+up": (0, -5), "K": (0, -5), "shift+down": (0, 5), "J": (0, 5),
}  # fmt: skip


class Move(Mode):
    """Arrow keys move what is selected; all steps are one edit."""

    name = "move"

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._has_moved = False

    def keys(self) -> Sequence[Key]:
        """Return what the bar of keys shows."""
        return (
            Key(key_name("arrows"), "move"),
            Key(key_name("shift+arrows"), "move far"),
            Key(key_name("enter"), "done"),
            Key("esc", "put back"),
        )

    def press(self, event: events.Key) -> bool:
        """Move a step, end, or put back."""
        if event.key == "enter":
            self._bench.leave_mode()
            return True
        if event.key == "escape":
            if self._has_moved:
                self._bench.desk.undo()
            self._bench.leave_mode()
            return True
        step = _STEPS.get(event.key)
        if step is None:
            return False
        self._has_moved |= self._bench.move_selection(*step, merge="move by keys")
        return True

    def end(self) -> None:
        """End the undo entry of this move."""
        self._bench.desk.editing.seal()
