"""The workflows that come with reelgraph, as choices to begin with."""

from __future__ import annotations

import json
from importlib.resources import files

from tui.editor.dialogs.choices import Choice


def examples() -> list[Choice]:
    """Return the ready workflows; the value is the text of the file."""
    from tui.cli.commands.new import templates

    found = []
    for name in templates():
        text = files("workflows").joinpath(f"{name}.json").read_text("utf-8")
        found.append(Choice(text, name, str(json.loads(text).get("description", ""))))
    return found
