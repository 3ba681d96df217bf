"""The list of what is wrong in the workflow; each line leads to its node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from tui.editor.actions.finding import worst_first
from tui.editor.commands import Commanded, Topic
from tui.editor.dialogs.choices import Choice, Choices
from tui.editor.listed import LIST
from tui.editor.model import Problems, slot_of, words

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench


_MOST = 7
"""Lines that are seen at once."""


_PICK, *_OTHERS = LIST.commands
_TOPIC: Final = Topic(
    "Problems",
    "What would keep the workflow from running, the worst first; it is looked at anew after each "
    "edit.",
    (replace(_PICK, word="go to the node"), *_OTHERS),
)


class ProblemsPane(Commanded, Widget, can_focus=True):
    """All problems; enter goes to the node."""

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    ProblemsPane { height: auto; max-height: 8; border-top: solid $line; background: $surface; }
    ProblemsPane:focus { border-top: solid $primary; }
    """

    def __init__(self, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._lines = Choices(_MOST, empty="no problems")

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

    def go(self, step: int) -> None:
        """Move the cursor."""
        self._lines.go(step)

    def go_page(self, step: int) -> None:
        """Move the cursor by what is seen at once."""
        self.go(step * _MOST)

    def go_end(self, step: int) -> None:
        """Move the cursor to the first or last problem."""
        self.go_page(step * len(self._lines))

    def why_no_line(self) -> str:
        """Say why there is no problem to go to."""
        return "" if len(self._lines) else "There are no problems."

    def why_no_pick(self) -> str:
        """Say why there is no problem to go to."""
        return self.why_no_line()

    def pick(self) -> None:
        """Go to the node of the problem."""
        current = self._lines.current
        if current:
            cast("Workbench", self.screen).go_to_problem(current.value)

    @on(Choices.Picked)
    def _picked(self, event: events.Event) -> None:
        self.pick()
