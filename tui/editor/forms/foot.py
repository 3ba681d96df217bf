"""The lines below a form: what the current row is for, its limits, and the keys for it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size

from tui.drawing.labels import harmless
from tui.editor.forms.commands import COMMANDS
from tui.editor.forms.lines import words_of, wrapped
from tui.editor.forms.rows import Row
from tui.editor.forms.values import limits_in_words
from tui.editor.keynames import key_name
from tui.editor.model import MISSING
from tui.editor.steady import Steady

_MOST, _FEW = 5, 3
"""Lines of it, and of it in a low pane."""
_LOW = 19


class Foot(Steady):
    """What is said of the current row."""

    DEFAULT_CSS = """
    Foot { height: auto; max-height: 6; color: $soft; border-top: solid $line; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._row: Row | None = None
        self._is_typing = False
        self._problem = ""
        self._room = Size()
        """Columns for the words, and rows for them and all that is above them."""

    def tell(self, row: Row | None, *, is_typing: bool, problem: str = "") -> None:
        """Say what there is to say of a row.

        Args:
            row: The row.
            is_typing: Whether its value is being typed.
            problem: What is wrong with what is typed, where it is no value yet.
        """
        self._row, self._is_typing, self._problem = row, is_typing, problem
        self.say(self._words())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Say what there is room for; it is asked for its height before it is drawn."""
        room = Size(width, container.height)
        if width and room != self._room:
            self._room = room
            self.update(self._words(), layout=False)
        return super().get_content_height(container, viewport, width)

    def _words(self) -> Text:
        row, is_typing, problem = self._row, self._is_typing, self._problem
        text = Text(no_wrap=True, overflow="ellipsis", end="")
        width = max(20, self._room.width)
        most = _FEW if self._room.height < _LOW else _MOST
        lines = [(line, "") for line in wrapped(about(row), width, most)] if row else []
        if problem:
            lines = [(f"✗ {line}", "bold") for line in wrapped(problem, width - 2, 2)] + lines
        keys = joined(keys_of(row, is_typing=is_typing), width)[: most - 2]
        for line, style in lines[: most - len(keys)]:
            text.append(f"{line}\n", style)
        text.append("\n".join(keys), "bold")
        return text


def about(row: Row) -> str:
    """Return what a row is for, and what its values may be."""
    facts = [row.type, limits_in_words(row)]
    if row.is_set and row.default is not MISSING and row.default not in (None, "", []):
        whose = f" of {row.default_of}" if row.default_of else ""
        facts.append(f"{words_of(row, row.default)} is the default{whose}")
    elif not row.is_set and row.default_of:
        facts.append(f"the default of {row.default_of}")
    told = [" · ".join(filter(None, facts)), row.reason, harmless(row.help)]
    return "\n".join(filter(None, told))


def keys_of(row: Row | None, *, is_typing: bool) -> list[str]:
    """Return the keys that do something with a row, each with its word."""
    if is_typing:
        offers = ["${ offers"] if row and row.slot else []
        return [*offers, "⇥ next", "esc done"]
    words = [
        f"{key_name(each.keys.split(',')[0])} {each.word}"
        for each in (COMMANDS if row else ())
        if row and each.word and not each.why_not(row)
    ]
    return words or ["esc back"]


def joined(words: Sequence[str], width: int) -> list[str]:
    """Return words in lines of at most `width` cells."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} · {word}" if lines[-1] else word
        if cell_len(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
