"""The list of what is wrong in the workflow; each line leads to its node."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.editor.actions.finding import worst_first
from tui.editor.dialogs.choices import Choice, Choices
from tui.editor.model import Problems, slot_of, words

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench


_MOST = 7
"""Lines that are seen at once."""


class ProblemsPane(Widget, can_focus=True):
    """All problems; enter goes to the node."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1)", "Down", show=False),
        Binding("up,k", "go(-1)", "Up", show=False),
        Binding("enter", "jump", "Go there", show=False),
        Binding("escape", "leave", "Back to the canvas", show=False),
    ]
    DEFAULT_CSS = """
    ProblemsPane { height: auto; max-height: 8; border-top: solid $line; background: $surface; }
    ProblemsPane:focus { border-top: solid $primary; }
    """

    def __init__(self, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._lines = Choices(_MOST)

    def compose(self) -> ComposeResult:
        """Yield the list."""
        yield self._lines

    def show(self, problems: Problems) -> None:
        """Show what a check has found."""
        lines = []
        for problem in worst_first(problems):
            slot = slot_of(problem)
            is_error = problem.severity == "error"
            place = str(slot) if slot and slot.name else slot.node if slot else problem.path
            lines.append(
                (
                    Choice(
                        problem, place or "workflow", words(problem), sign="✗" if is_error else "!"
                    ),
                    (),
                )
            )
        self._lines.show(lines)

    def action_go(self, step: int) -> None:
        """Move the cursor."""
        self._lines.go(step)

    def action_jump(self) -> None:
        """Go to the node of the problem."""
        current = self._lines.current
        if current:
            cast("Workbench", self.screen).go_to_problem(current.value)

    def action_leave(self) -> None:
        """Go back to the canvas."""
        cast("Workbench", self.screen).focus_canvas()

    @on(Choices.Picked)
    def _picked(self, event: events.Event) -> None:
        self.action_jump()
