"""What a listener of a story keeps in mind: who was met, who spoke, where and when it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

_MOST = 8
"""Characters that are remembered at a time."""


@dataclass(slots=True)
class Memory:
    """What holds from one beat to the next."""

    focus: list[str] = field(default_factory=list)
    """Characters met, the most recent subject first."""
    earlier: list[str] = field(default_factory=list)
    """Who was met in the scenes before."""
    voices: set[str] = field(default_factory=set)
    """All who have spoken."""
    met: dict[str, int] = field(default_factory=dict)
    """The beat in which each was seen last."""
    last_named: str = ""
    """The character named last, which a clause without a subject goes on about."""
    speakers: list[str] = field(default_factory=list)
    """Who spoke in this conversation, the last one first."""
    location: str = ""
    time: str = ""
    interior: bool = False
    scene: int = -1
    paragraph: int = -1

    def meet(self, names: Iterable[str], index: int) -> None:
        """Remember characters, the first named foremost."""
        for name in reversed(list(names)):
            if name in self.focus:
                self.focus.remove(name)
            self.focus.insert(0, name)
            self.met[name] = index
        del self.focus[_MOST:]

    def leave(self) -> None:
        """Leave a scene: only a pronoun can still mean who was there."""
        self.earlier = [*self.focus, *self.earlier][:_MOST]
        self.focus, self.speakers = [], []
        self.last_named = self.location = ""

    def speak(self, name: str) -> None:
        """Remember who spoke."""
        if name in self.speakers:
            self.speakers.remove(name)
        self.speakers.insert(0, name)
        del self.speakers[2:]
        self.voices.add(name)
