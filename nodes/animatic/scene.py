"""What a prompt asks to be drawn: size of shot, light, place, and who does what."""

from __future__ import annotations

from dataclasses import dataclass

INDOORS = frozenset(
    {
        *("room", "hall", "cave", "bar", "kitchen", "office", "classroom", "hospital"),
        *("chapel", "stairs", "carriage", "cabin", "cockpit"),
    }
)
"""Places with a wall instead of a sky."""

STAND_IN = "stand_in"
"""Kind of a thing that nobody taught the drawing: a plain shape with its name on it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, an animal or a thing in the picture."""

    kind: str
    """`person`, or a kind of `animals`, `beasts` or `things`."""
    name: str = ""
    pose: str = "stand"
    traits: frozenset[str] = frozenset()
    count: int = 1
    holds: str = ""
    """The thing it carries."""
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that decides a drawing, except its size and seed."""

    size: str = "wide"
    angles: frozenset[str] = frozenset()
    time: str = "day"
    weather: str = ""
    lights: frozenset[str] = frozenset()
    place: str = ""
    move: tuple[str, ...] = ()
    style: frozenset[str] = frozenset()
    subjects: tuple[Subject, ...] = ()
    caption: str = ""
    label: str = ""
    """Shot size and time as an artist notes them: `WS`."""

    @property
    def indoors(self) -> bool:
        """Whether there is a wall instead of a sky."""
        return self.place in INDOORS
