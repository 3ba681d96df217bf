"""Looking at results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.reasons import needs_selection
from tui.editor.actions.registry import action

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_GROUP = "Look"


@action("look.show", "Result: Look", "space", "Shows what the selected node has made.", _GROUP,
        why_not=lambda b: needs_selection(b) or "It has made nothing yet.", word="look",
        )  # fmt: skip
def look(bench: Workbench) -> None:
    """Show what the selected node has made."""
