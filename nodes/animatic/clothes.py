"""The colours that people wear: skin, hair, cloth and steel.

`look` is a number made of a person's name, so that one person looks the same in every frame.
"""

from __future__ import annotations

import zlib

from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK

SKIN: Color = (226, 190, 160)
GHOST_SKIN: Color = (222, 230, 232)
STEEL: Color = (168, 176, 186)
GOLD: Color = (222, 178, 70)
WOOD: Color = (124, 92, 62)

COLORS: dict[str, Color] = {
    "white": (232, 228, 216),
    "black": (62, 60, 68),
    "red": (170, 66, 54),
    "blue": (72, 106, 158),
    "green": (88, 128, 84),
    "yellow": (222, 184, 82),
    "grey": (148, 150, 152),
    "brown": (122, 88, 62),
    "pink": (220, 152, 160),
    "purple": (124, 88, 148),
    "orange": (216, 132, 64),
    "gold": (222, 178, 70),
    "khaki": (118, 120, 84),
}
"""Colours by the words for them."""
_CLOTHES: tuple[Color, ...] = (
    (96, 112, 146),
    (158, 92, 70),
    (92, 122, 84),
    (186, 152, 92),
    (124, 84, 116),
    (70, 118, 124),
    (168, 164, 152),
    (110, 84, 66),
    (156, 108, 116),
)
_HAIRS: tuple[Color, ...] = (
    (70, 52, 40),
    (40, 36, 38),
    (150, 110, 62),
    (104, 62, 40),
    (190, 160, 104),
)


def look_of(name: str) -> int:
    """Return the number that chooses what somebody of a name wears."""
    return zlib.crc32(name.encode())


def color_of(traits: frozenset[str]) -> Color | None:
    """Return the colour that traits name, if any."""
    return next((color for name, color in COLORS.items() if name in traits), None)


def cloth_color(traits: frozenset[str], look: int) -> Color:
    """Return the colour of coat or dress."""
    if "ghost" in traits:
        return (226, 238, 244)
    if "armour" in traits:
        return STEEL
    named = color_of(traits)
    if named is not None:
        return named
    return _CLOTHES[look % len(_CLOTHES)]


def cloak_color(traits: frozenset[str], look: int) -> Color:
    """Return the colour of cloak and hood."""
    if "ghost" in traits:
        return (190, 206, 216)
    if "red" in traits or "crown" in traits:
        return (150, 52, 50)
    named = color_of(traits)
    if named is not None:
        return mix(named, BLACK, 0.15)
    return mix(_CLOTHES[(look + 3) % len(_CLOTHES)], BLACK, 0.5)


def hand_color(traits: frozenset[str]) -> Color:
    """Return the colour of bare or gloved hands."""
    if "ghost" in traits:
        return GHOST_SKIN
    return mix(STEEL, BLACK, 0.2) if "armour" in traits else SKIN


def hair_color(traits: frozenset[str], look: int) -> Color:
    """Return the colour of hair and beard."""
    if "ghost" in traits:
        return (196, 208, 214)
    if traits & {"old", "white_hair"}:
        return (206, 202, 194)
    return _HAIRS[(look >> 16) % len(_HAIRS)]
