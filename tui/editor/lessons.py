"""How the editor works, in a few paragraphs: for its help, and for docs/tui.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tui.editor.canvas.palette import ANY_KIND, KIND_LETTERS, STATE_SIGNS, TASK_SIGNS
from tui.editor.canvas.scene import State

STATE_WORDS: Final[Mapping[State, str]] = {
    State.IDLE: "not run yet",
    State.MISSING: "lacks something",
    State.CACHED: "done before",
    State.QUEUED: "waits",
    State.RUNNING: "runs",
    State.DONE: "done",
    State.FAILED: "failed",
    State.REFUSED: "refused by the provider",
    State.STOPPED: "stopped",
    State.SKIPPED: "left out, as what it needs failed",
    State.DISABLED: "disabled",
}
"""What a state means."""

_KINDS: Final = ", ".join(f"{letter} {kind}" for kind, letter in KIND_LETTERS.items())
_TASKS: Final = ", ".join(
    f"{TASK_SIGNS[state]} {STATE_WORDS[state]}"
    for state in (State.DONE, State.CACHED, State.RUNNING, State.QUEUED, State.FAILED)
)
_STATES: Final = ", ".join(f"{STATE_SIGNS[state]} {words}" for state, words in STATE_WORDS.items())

LESSONS: Final = (
    ("A workflow is a graph",
     "Each box is a node: it takes things at its left and gives things at its right. Wires carry "
     f"what one gives to what another takes. A letter and a colour tell what: {_KINDS}, "
     f"{ANY_KIND} one of several; ≡ is a list. A port that still needs something is lit up."),
    ("Build one",
     "a adds a node. Type a few letters, enter: it is there, wired to the node that you were on. "
     "c draws another wire: inputs that fit carry letters, type one. enter goes to the form. "
     "u takes anything back, without limit."),
    ("Lists repeat nodes",
     "Wire a list into a node that takes one, and it runs once for each item; its box says over "
     f"what, as ×board, and how many are done, with a sign for each: {_TASKS}."),
    ("Run it",
     "r runs what the selected node needs, and the node. What is done already is not done again "
     "and costs nothing. P shows the plan before: what, why and for how much."),
    ("What the signs say",
     f"Each box begins with one: {_STATES}. A box with a problem says how many; ! lists them."),
    ("Find your way",
     "Arrow keys or hjkl go to the nearest node, [ and ] along the wires. / searches, ' goes to a "
     "name, 0 shows all, + and - zoom. : finds any command, and says why one cannot be used now."),
    ("Nothing is lost",
     "Edits are kept safe twice a second, also unsaved ones: after a crash the editor offers them. "
     "Changes that another program makes to the file are taken in."),
)  # fmt: skip
"""Titles and paragraphs."""
