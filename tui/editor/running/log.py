"""What happened in the runs of this session, as lines that can be sifted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["detail", "info", "warning", "error"]
LEVELS: Final[tuple[Level, ...]] = ("detail", "info", "warning", "error")
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that happened."""

    time: float
    """In seconds since 1970."""
    level: Level
    text: str
    node: str = ""
    """The node that it happened to, if any."""
    task: str = ""
    """The address of the task."""
    hint: str = ""
    """What to do about it."""

    def says(self, words: str) -> bool:
        """Tell whether all words are in it, in any case."""
        text = f"{self.task or self.node} {self.text} {self.hint}".casefold()
        return all(word in text for word in words.casefold().split())


class Log:
    """The last entries."""

    def __init__(self) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=_KEPT)

    def add(self, entries: Iterable[LogEntry]) -> None:
        """Take in entries; where there are too many, the oldest go."""
        self._entries.extend(entries)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def sifted(self, level: Level = "info", node: str = "", words: str = "") -> list[LogEntry]:
        """Return those entries, the oldest first, that matter.

        Args:
            level: The least level.
            node: Only those of this node, or of nodes inside of it; empty for all.
            words: Only those with all of these words.
        """
        return [entry for entry in self._entries if passes(entry, level, node, words)]

    def __len__(self) -> int:
        return len(self._entries)


def passes(entry: LogEntry, level: Level, node: str, words: str) -> bool:
    """Tell whether an entry is among those that are wanted, as `Log.sifted` takes them."""
    return (
        LEVELS.index(entry.level) >= LEVELS.index(level)
        and (not node or entry.node == node or entry.node.startswith(f"{node}/"))
        and (not words or entry.says(words))
    )
