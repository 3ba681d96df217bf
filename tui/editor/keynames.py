"""Keys as people write them: with signs, or in words where a terminal has no signs."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final


def is_function(key: str) -> bool:
    """Tell whether a key is one of those at the top of the keyboard."""
    return key[0] == "f" and key[1:].isdigit()


_NAMES: Final = {
    "question_mark": "?", "slash": "/", "exclamation_mark": "!", "number_sign": "#", "at": "@",
    "colon": ":", "backslash": "\\", "apostrophe": "'", "left_square_bracket": "[",
    "right_square_bracket": "]", "left_curly_bracket": "{", "right_curly_bracket": "}",
    "less_than_sign": "<", "greater_than_sign": ">", "plus": "+", "equals_sign": "=",
    "minus": "-", "full_stop": ".", "period": ".", "comma": ",", "escape": "esc", "space": "space",
    "delete": "del", "backspace": "⌫", "enter": "⏎", "tab": "tab", "left": "←", "right": "→",
    "up": "↑", "down": "↓", "pageup": "pgup", "pagedown": "pgdn", "dollar_sign": "$",
    "ampersand": "&", "percent_sign": "%", "asterisk": "*", "tilde": "~", "underscore": "_",
    "grave_accent": "`", "semicolon": ";", "quotation_mark": '"', "vertical_line": "|",
    "circumflex_accent": "^", "arrows": "←↓↑→",
    "letters": "a…z",
}  # fmt: skip
_WORDS: Final = {
    "enter": "enter", "backspace": "bksp", "left": "left", "right": "right", "up": "up",
    "down": "down", "arrows": "arrows",
}  # fmt: skip
"""Names of keys that are otherwise signs."""
_is_spelt: ContextVar[bool] = ContextVar("is_spelt", default=False)


def spell_out() -> None:
    """Name keys in words from now on, in this program: its terminal has no signs for them."""
    _is_spelt.set(True)


def key_name(key: str) -> str:
    """Return a key as people write it: `^s` for control and s, `?` for `question_mark`."""
    if key.startswith("ctrl+"):
        return f"^{key_name(key.removeprefix('ctrl+'))}"
    if key.startswith("shift+"):
        sign = "shift+" if _is_spelt.get() else "⇧"
        return f"{sign}{key_name(key.removeprefix('shift+'))}"
    if _is_spelt.get() and key in _WORDS:
        return _WORDS[key]
    return key.upper() if is_function(key) else _NAMES.get(key, key)


def key_names(keys: Iterable[str]) -> str:
    """Return several keys as people write them."""
    return " ".join(dict.fromkeys(map(key_name, keys)))
