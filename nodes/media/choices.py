"""The words that choose between ways of working; they need no library, unlike the work itself."""

from __future__ import annotations

from typing import Literal, TypeAlias

Place: TypeAlias = Literal[
    "top-left", "top", "top-right",
    "left", "center", "right",
    "bottom-left", "bottom", "bottom-right",
]  # fmt: skip
"""One of nine places in a picture."""

Fit: TypeAlias = Literal["contain", "cover", "stretch"]
"""How a picture goes into a size: whole, filling and cropped, or out of proportion."""

CellFit: TypeAlias = Literal["contain", "cover"]

Backing: TypeAlias = Literal["outline", "box", "none"]
"""What keeps letters legible on any ground."""

Transition: TypeAlias = Literal["cut", "crossfade"]
"""How one clip becomes the next."""

Align: TypeAlias = Literal["start", "end", "sequence"]
"""Whether sounds start together, end together, or follow each other."""

SoundMode: TypeAlias = Literal["mix", "replace"]
"""What happens to a film's own sound when another is added."""
