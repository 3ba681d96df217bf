"""How the editor works, in a few paragraphs: for its help, and for docs/tui.md."""

from __future__ import annotations

from typing import Final

LESSONS: Final = (
    ("A workflow is a graph",
     "Each box is a node: it takes things at its left and gives things at its right. Wires carry "
     "what one gives to what another takes. A letter and a colour tell what: T text, I image, "
     "V video, A audio, S shot, # a number. A hollow port that is lit up still needs something."),
    ("Build one",
     "a adds a node. Type a few letters, enter: it is there, wired to the node that you were on. "
     "c draws another wire: inputs that fit carry letters, type one. enter goes to the form. "
     "u takes anything back, without limit."),
    ("Lists repeat nodes",
     "Wire a list into a node that takes one, and it runs once for each item; its box says over "
     "what, and how many are done."),
    ("Run it",
     "r runs what the selected node needs, and the node. What is done already is not done again "
     "and costs nothing. P shows the plan before: what, why and for how much."),
    ("Find your way",
     "Arrow keys or hjkl go to the nearest node, [ and ] along the wires. / searches, ' goes to a "
     "name, 0 shows all, + and - zoom. : finds any command, and says why one cannot be used now."),
    ("Nothing is lost",
     "Edits are kept safe twice a second, also unsaved ones: after a crash the editor offers them. "
     "Changes that another program makes to the file are taken in."),
)  # fmt: skip
"""Titles and paragraphs."""
