"""What all dialogs share: esc backs out, and keys typed ahead are not lost."""

from __future__ import annotations

from typing import ClassVar, Final, TypeVar

from rich.cells import cell_len
from rich.markup import escape
from textual import events
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.editor.ahead import hand_on
from tui.editor.commands import PALETTE, CommandedScreen, Topic, command, offers
from tui.editor.footers import fitted, footer

Answer = TypeVar("Answer")


_TOPIC: Final = Topic(
    "Dialogs",
    "A dialog asks for something; nothing is done until it is answered.",
    (
        command("dialog.back", "Dialog: Back out", "escape", "Closes it without an answer.",
                lambda dialog: dialog.back_out(), word="back"),
    ),
    is_common=True,
)  # fmt: skip
_AROUND = 6
"""Cells of the frame around the keys."""


class Dialog(ModalScreen[Answer], CommandedScreen[Answer]):
    """A question in front of the canvas."""

    TOPIC: ClassVar[Topic] = _TOPIC
    HINT: ClassVar[str] = ""
    """What to do besides the keys, before them in the frame."""
    DEFAULT_CSS = """
    Dialog { align: center middle; background: transparent; }
    Dialog .box {
        width: 76; max-width: 94%; height: auto; max-height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
        border-title-color: $primary; border-title-style: bold;
        border-subtitle-color: $soft;
    }
    Dialog Input {
        border: none; height: 1; padding: 0 1; background: $panel; color: $foreground;
    }
    Dialog Input:focus { border: none; }
    Dialog Input>.input--placeholder { color: $soft; }
    Dialog .help { color: $soft; height: auto; max-height: 4; }
    Dialog .wrong { color: $error; height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._ahead: list[events.Key] = []

    def on_mount(self) -> None:
        """Name the keys."""
        self.call_after_refresh(self.tell)

    def on_resize(self) -> None:
        """Name as many keys as there is room for."""
        self.call_after_refresh(self.tell)

    def tell(self) -> None:
        """Name the keys in the frame."""
        for box in self.query(".box"):
            hint = f"{self.HINT} · " if self.HINT else ""
            room = box.size.width - _AROUND - cell_len(hint)
            named = [each for each in offers(self) if each.command is not PALETTE]
            keys = fitted(footer(named), room, around=4)
            words = " · ".join(f"{each.key} {each.word}" for each in keys)
            box.border_subtitle = escape(f"{hint}{words}")

    def back_out(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def take_ahead(self, event: events.Key) -> bool:
        """Take a key that was typed before this dialog had the focus.

        Returns:
            Whether it is dealt with; otherwise it counts as a key of the dialog's bindings.
        """
        if self.focused is not None:
            hand_on(event, self.focused)
            return True
        if self.is_mounted and not self.query(Input):
            return False
        self._ahead.append(event)
        return True

    def on_descendant_focus(self) -> None:
        """Hand over what was typed ahead, and name the keys of what has them now."""
        super().on_descendant_focus()
        ahead, self._ahead = self._ahead, []
        for event in ahead:
            if self.focused is not None:
                hand_on(event, self.focused)
