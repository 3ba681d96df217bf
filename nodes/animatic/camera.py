"""Camera moves: what the words ask for, and where the camera is at each moment.

A move is a few signed strengths. For a picture in layers each layer shifts and grows by its depth
(parallax); any other picture is filmed through a window that moves over it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from nodes.animatic import lexicon
from nodes.animatic.curves import seeded
from nodes.animatic.words import find, is_french, split_words

DEPTHS = (0.18, 0.68, 0.85, 1.25)
"""How strongly background, set, figures and foreground answer to the camera."""
_FIGURES = DEPTHS[2]
_ORBIT_CENTRE = 0.8
"""Depth about which an orbiting camera turns."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A camera move as strengths from -1 to 1 (and beyond, for a fast one); 0 is no such move."""

    pan: float = 0.0
    """To the right: the whole picture goes left."""
    tilt: float = 0.0
    """Upwards."""
    truck: float = 0.0
    """The camera itself goes right: near things pass faster."""
    crane: float = 0.0
    """The camera itself goes up."""
    dolly: float = 0.0
    """Forward: near things grow faster."""
    zoom: float = 0.0
    """Everything grows alike."""
    orbit: float = 0.0
    """Around the figures, to the right."""
    shake: float = 0.0
    """A hand-held camera's unrest."""
    follow: bool = False
    """Whether the camera keeps up with the figures: they stay where they are in the picture."""

    @property
    def is_static(self) -> bool:
        """Whether nothing moves."""
        return self == Motion()

    @property
    def needs_layers(self) -> bool:
        """Whether the move shows depth, so that layers must move apart."""
        return bool(self.truck or self.crane or self.dolly or self.orbit or self.follow)


_MOVES: dict[str, tuple[str, float]] = {
    "push_in": ("dolly", 1.0),
    "pull_out": ("dolly", -1.0),
    "zoom_in": ("zoom", 1.0),
    "zoom_out": ("zoom", -1.0),
    "pan_left": ("pan", -1.0),
    "pan_right": ("pan", 1.0),
    "tilt_up": ("tilt", 1.0),
    "tilt_down": ("tilt", -1.0),
    "truck_left": ("truck", -1.0),
    "truck_right": ("truck", 1.0),
    "crane_up": ("crane", 1.0),
    "crane_down": ("crane", -1.0),
    "orbit": ("orbit", 1.0),
    "orbit_left": ("orbit", -1.0),
    "handheld": ("shake", 1.0),
}
_PACES = {"slow": 0.6, "fast": 1.5}


def parse_motion(text: str) -> Motion:
    """Read a camera move, in English or French; words that name none give a static camera."""
    words = split_words(text[:1000])
    french = is_french(words)
    pace = 1.0
    for hit in find(lexicon.PACES, words, french=french):
        pace = _PACES[hit.tag]
    strengths: dict[str, float] = {}
    for hit in find(lexicon.MOVES, words, french=french):
        if hit.tag in _MOVES:
            name, strength = _MOVES[hit.tag]
            strengths[name] = strength * (1.0 if name == "shake" else pace)
    sideways = "pan" in strengths or "truck" in strengths
    follow = sideways and any(word.plain in lexicon.FOLLOWS for word in words)
    return Motion(follow=follow, **strengths)


def ease(share: float) -> float:
    """Return how far a move is when `share` of its time is over: slow, faster, slow."""
    share = min(1.0, max(0.0, share))
    return share * share * share * (share * (share * 6 - 15) + 10)


@dataclass(frozen=True, slots=True)
class Shift:
    """How one layer lies under the camera: moved by shares of the picture's size, then enlarged."""

    x: float
    y: float
    scale: float


def layer_shift(
    motion: Motion, progress: float, depth: float, unrest: tuple[float, float]
) -> Shift:
    """Return where a layer is.

    Args:
        motion: The move.
        progress: 0 is the picture as drawn, 1 the end of the move; -1 to 0 leads up to it.
        depth: The layer's answer to the camera, one of `DEPTHS`.
        unrest: The hand's displacement at this moment.
    """
    forward = motion.dolly * progress
    reach = (0.2 if forward > 0 else 0.15 / max(1.0, abs(motion.dolly))) * forward
    zoom = motion.zoom * progress
    lens = (0.2 if zoom > 0 else 0.17 / max(1.0, abs(motion.zoom))) * zoom
    side = (
        motion.pan * 0.095
        + motion.truck * 0.082 * depth
        + motion.orbit * 0.12 * (depth - _ORBIT_CENTRE)
    )
    if motion.follow and depth == _FIGURES:
        side = 0.0
    rise = motion.tilt * 0.075 + motion.crane * 0.06 * depth
    return Shift(
        -side * progress + unrest[0], rise * progress + unrest[1], (1 + reach * depth) * (1 + lens)
    )


def window(motion: Motion, progress: float, unrest: tuple[float, float]) -> Shift:
    """Return the window over a flat picture: its centre from the middle, in shares, and zoom."""
    travel = max(
        abs(motion.pan),
        abs(motion.truck),
        abs(motion.tilt),
        abs(motion.crane),
        abs(motion.orbit) * 0.6,
    )
    zoom = 1 + 0.16 * travel + 0.05 * bool(motion.shake)
    closer = motion.dolly + motion.zoom
    zoom *= 1 + 0.22 * closer * progress if closer >= 0 else 1 + 0.22 * -closer * (1 - progress)
    slack = (1 - 1 / zoom) / 2
    swing = 2 * progress - 1
    side = _sign(motion.pan + motion.truck + motion.orbit)
    rise = _sign(motion.tilt + motion.crane)
    x = min(slack, max(-slack, side * swing * slack + unrest[0]))
    y = min(slack, max(-slack, -rise * swing * slack + unrest[1]))
    return Shift(x, y, zoom)


def _sign(value: float) -> float:
    return math.copysign(1.0, value) if value else 0.0


class Unrest:
    """The smooth random sway of a hand-held camera.

    Args:
        amount: Strength; 0 is a tripod.
        seed: Another seed, another hand.
    """

    def __init__(self, amount: float, seed: int) -> None:
        rng = seeded(seed)
        self._amount = amount
        self._waves = [
            [
                (rate * rng.uniform(0.85, 1.15), rng.uniform(0, 6.28), size)
                for rate, size in ((0.45, 0.0052), (1.1, 0.0026), (2.3, 0.0010))
            ]
            for _ in range(2)
        ]

    def __call__(self, seconds: float) -> tuple[float, float]:
        """Return the displacement at a moment; it grows from nothing, so that shots begin calm."""
        if not self._amount:
            return 0.0, 0.0
        fade = self._amount * min(1.0, seconds / 0.5)
        x, y = (
            sum(
                size * math.sin(2 * math.pi * rate * seconds + phase) for rate, phase, size in waves
            )
            * fade
            for waves in self._waves
        )
        return x, y
