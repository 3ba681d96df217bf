"""What errors and problems say, in the words of the editor: they may have those of the command
line, which names options that one cannot give here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from engine.errors import CheckError, ReelgraphError
from engine.problems import Problem
from tui.editor.model import how_to_allow

_SET: Final = "--set "
"""Before the name of an input, where a value cannot be read that it was given."""
_SENTENCE: Final = re.compile(r"(?<=[.!?]) (?=\S)")
"""Between two sentences."""
_OPTION: Final = re.compile(r"(?:^|\s)--\w")
_COMMAND: Final = re.compile(r"`[^`]*`")
"""What can be typed in a shell as it stands."""
_HERE: Final = {
    "Raise the limit (--max-cost, or [budget] in config.toml) and run again": (
        "Raise the budget in the plan, or [budget] in config.toml, and run again"
    ),
    "--allow-unknown-cost makes it all the same.": "Unknown prices are allowed in the plan.",
    "`reelgraph plan` shows the prices; --allow-unknown-cost runs it all the same.": (
        "Allow unknown prices below to run it all the same."
    ),
    "Allow more, use --draft, or run a part of it with --to.": "Draft models cost nothing.",
    "--draft takes the built-in models instead.": "Draft models need none.",
    "with `--limit media=1`": "with `media = 1` below [limits] in config.toml",
}
"""What is said here in place of what the command line says."""
_OTHER_LENGTH: Final = re.compile(r"\bGive \S*inputs\.\S+ \d+ items?, one for each of ")
"""In what is said of a list of an input that does not go with another one any more."""


def advice(hint: str) -> str:
    """Return what to do, as the editor does it; advice to give an option is left out."""
    hint = how_to_allow(hint)
    for there, here in _HERE.items():
        hint = hint.replace(there, here)
    parts = _SENTENCE.split(hint)
    return " ".join(part for part in parts if not _OPTION.search(_COMMAND.sub("", part)))


def remedy(message: str) -> str:
    """Return what the editor can do about a failure, where its words do not tell."""
    is_picking = _OTHER_LENGTH.search(message)
    return "Where it lists takes that were picked, pick one again." if is_picking else ""


def what_to_do(message: str, hint: str) -> str:
    """Return what to do about a failure, as the editor does it."""
    return " ".join(filter(None, (advice(hint), remedy(message))))


def input_of(error: ReelgraphError) -> str:
    """Return the workflow's input whose value cannot be read; empty where it is none."""
    return error.where.removeprefix(_SET) if error.where.startswith(_SET) else ""


def plainly(error: ReelgraphError) -> ReelgraphError:
    """Return an error in the words of the editor.

    What names an option there names the input here.
    """
    if isinstance(error, CheckError):
        return error
    name = input_of(error)
    message = error.message.removesuffix(", so that nothing was begun")
    if name:
        message = f"the input {name}: {message}"
    return ReelgraphError(message, where="" if name else error.where, hint=advice(error.hint))


def signed(problem: Problem) -> tuple[str, str]:
    """Return the sign of a problem, and what it says, for where the file is clear."""
    sign = "✗" if problem.severity == "error" else "!"
    plain = replace(problem, severity="error", file="", line=None)
    return sign, str(replace(plain, message=how_to_allow(problem.message)))
