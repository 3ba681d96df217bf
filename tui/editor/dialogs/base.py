"""What all dialogs share: esc backs out, and keys typed ahead are not lost."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.editor.ahead import hand_on

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A question in front of the canvas."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back_out", "Back", show=False)]
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

    def action_back_out(self) -> None:
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
        """Hand over what was typed ahead."""
        ahead, self._ahead = self._ahead, []
        for event in ahead:
            if self.focused is not None:
                hand_on(event, self.focused)
