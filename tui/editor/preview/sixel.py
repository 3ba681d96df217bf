"""Pictures in real pixels, as sixels: bands of six rows of pixels, painted over what was there.

A terminal does not remember sixels as a part of its text. So they are painted on the full screen
only, where nothing scrolls, and again whenever the text below them has been written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from tui.editor.preview.bitmap import Bitmap

COLORS: Final = 128
_BAND = 6
_FIRST = 63
"""The character for six pixels of which none is set."""
_CHARACTERS = bytes(min(255, value + _FIRST) for value in range(256))
_RUN = re.compile(r"(.)\1{3,}")


def encoded(bitmap: Bitmap) -> str:
    """Return the escape code that paints a picture at the cursor."""
    from PIL import Image as Pillow

    picture = bitmap.picture.quantize(COLORS, method=Pillow.Quantize.MEDIANCUT)
    data, palette = picture.tobytes(), picture.getpalette() or []
    parts = [f'\x1bPq"1;1;{bitmap.width};{bitmap.height}']
    for color in sorted(set(data)):
        shares = (round(value * 100 / 255) for value in palette[3 * color : 3 * color + 3])
        parts.append(f"#{color};2;" + ";".join(map(str, shares)))
    for top in range(0, bitmap.height, _BAND):
        last = min(top + _BAND, bitmap.height)
        rows = [data[y * bitmap.width : (y + 1) * bitmap.width] for y in range(top, last)]
        parts.append("$".join(_layers(rows)) + "-")
    return "".join(parts) + "\x1b\\"


def painted(code: str, x: int, y: int) -> str:
    """Return an escape code that paints at a cell, and leaves the cursor where it is."""
    return f"\x1b7\x1b[{y + 1};{x + 1}H{code}\x1b8"


def _layers(rows: list[bytes]) -> list[str]:
    """Return a band, colour by colour."""
    layers = []
    for color in sorted(set(b"".join(rows))):
        # All pixels of a band are set at once, as one large number.
        bits = 0
        for place, row in enumerate(rows):
            bits |= int.from_bytes(row.translate(_mask(color, place)), "big")
        text = bits.to_bytes(len(rows[0]), "big").translate(_CHARACTERS).decode("ascii")
        short = _RUN.sub(lambda run: f"!{len(run[0])}{run[1]}", text.rstrip("?"))
        layers.append(f"#{color}{short}")
    return layers


@lru_cache(maxsize=COLORS * _BAND)
def _mask(color: int, place: int) -> bytes:
    """Return the table that turns pixels of a colour into the bit of a row of the band."""
    table = bytearray(256)
    table[color] = 1 << place
    return bytes(table)
