"""What can be done with the field of the form that the cursor is on; the form has these keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.registry import action
from tui.editor.forms.commands import COMMANDS, Command

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench


def _declare(command: Command) -> None:
    def why_not(bench: Workbench) -> str:
        if not bench.side.is_seen:
            return "The form is hidden; enter on a node shows it."
        return bench.inspector.why_not(command.id)

    @action(command.id, command.title, command.keys, command.help, "Fields", why_not=why_not,
            word=command.word, scope="form")  # fmt: skip
    def perform(bench: Workbench) -> None:
        bench.set_focus(bench.inspector.form)
        bench.inspector.do(command.id)


for _command in COMMANDS:
    _declare(_command)
