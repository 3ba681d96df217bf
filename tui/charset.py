"""What is written to a terminal that has not all characters: for each the nearest one that it has.

Every character keeps its width, so that boxes and columns stay in their places.
"""

from __future__ import annotations

import codecs
import unicodedata
from typing import Final, TextIO

from rich.cells import cell_len

_SIGNS: Final = str.maketrans(
    {
        "·": ".", "•": "*", "…": "~", "–": "-", "—": "-", "―": "-", "×": "x", "≤": "<", "≡": "=",
        "‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‹": "<", "›": ">",
        "←": "<", "→": ">", "↑": "^", "↓": "v", "⇥": ">", "⇧": "+", "⌫": "<", "⏎": "&", "↷": ">",
        "▸": ">", "▶": ">", "◂": "<", "▾": "v", "▀": '"', "▄": "_", "█": "#", "▌": "|", "▐": "|",
        "▞": "#", "░": ".", "▒": ":", "▓": "%", "■": "#", "□": "o", "▣": "#", "▪": "*", "◆": "*",
        "◼": "#", "◻": "o", "●": "*", "○": "o", "◉": "@", "◌": ".", "◐": "*", "◑": "*", "◒": "*",
        "◓": "*", "◷": "%", "⊕": "+", "⊘": "/", "‖": "=", "✓": "v", "✗": "x", "♪": "d", "⌘": "&",
        "¶": "P", "∗": "*", "æ": "a", "œ": "o", "ø": "o", "ß": "s",
    }
)  # fmt: skip
_BARS: Final = "_.:-=+*#"
"""For bars of an eighth of a cell to seven eighths."""


class Charset(dict[int, str]):
    """What to write for each character, for `str.translate`.

    Args:
        encoding: What the terminal has; what it can encode stays as it is.
    """

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def __missing__(self, code: int) -> str:
        char = chr(code)
        try:
            char.encode(self._encoding)
        except UnicodeEncodeError:
            self[code] = _nearest(char)
        else:
            self[code] = char
        return self[code]


def charset_of(stream: TextIO | None) -> Charset | None:
    """Return what to write for each character; None where the stream takes all of them."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    is_unicode = codecs.lookup(encoding).name.startswith("utf")
    return None if is_unicode else Charset(encoding)


def _nearest(char: str) -> str:
    code = ord(char)
    if code in _SIGNS:
        return _SIGNS[code]
    if 0x2500 <= code < 0x2580:
        return _line(unicodedata.name(char))
    if 0x2581 <= code < 0x2588:
        return _BARS[code - 0x2581]
    width = cell_len(char)
    letter = unicodedata.normalize("NFKD", char)[:1]
    return letter if width == 1 and letter.isascii() else "?" * width


def _line(name: str) -> str:
    """Return what stands for a piece of a line, by what Unicode calls it."""
    across = any(word in name for word in ("HORIZONTAL", "LEFT", "RIGHT"))
    down = any(word in name for word in ("VERTICAL", "UP", "DOWN"))
    if across and down:
        return "+"
    if down:
        return "|"
    if not across:
        return "x"
    return "=" if "HEAVY" in name or name.endswith("DOUBLE HORIZONTAL") else "-"
