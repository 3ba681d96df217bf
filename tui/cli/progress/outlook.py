"""Looking ahead in a run: when it will be through, or by how much it takes longer than usual."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.foresight import Course, Left

if TYPE_CHECKING:
    from tui.cli.progress.tracker import NodeTrack, Running

Usual = Callable[["NodeTrack"], float | None]
"""Gives the seconds that a task of a node usually takes; None where nobody knows."""

_TELLING = 0.1
"""The share of a task's work from which on its length can be told by it."""

_A_LITTLE = 1.0
"""Seconds that any task may take longer than usual without a word."""
_SPREAD = 0.25
"""The same as a share of what is usual."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of a run."""

    left: float | None = None
    """Seconds until it is through; None where that cannot be foreseen."""
    over: float = 0.0
    """Seconds by which what it waits for takes longer than usual; then nothing else is foreseen."""


def outlook(course: Course, tracks: Iterable[NodeTrack], usual: Usual, now: float) -> Outlook:
    """Return what is to be expected of a run.

    Args:
        course: Its nodes.
        tracks: How far they are.
        usual: How long tasks take.
        now: The time on the clock that the tracks go by, in seconds.
    """
    open_tracks = [track for track in tracks if not track.finished]
    left = _seconds_left(course, open_tracks, usual, now)
    if left is None:
        return Outlook()
    over = max((_over(track, usual(track), now) for track in open_tracks), default=0.0)
    if over > 0.0:
        soon = _seconds_left(course, open_tracks, usual, now + 1.0)
        if soon is None or soon > left - 0.5:
            # Time goes by and what is left does not get less.
            return Outlook(over=over)
    return Outlook(left)


def node_left(track: NodeTrack, usual: float | None, limit: int, now: float) -> float | None:
    """Return the seconds until a node that works is through; None if that cannot be foreseen."""
    left = _left(track, usual, now)
    if left is None or not any(left.running):
        return None
    return left.span(limit)


def _seconds_left(
    course: Course, tracks: Iterable[NodeTrack], usual: Usual, now: float
) -> float | None:
    found: dict[str, Left] = {}
    for track in tracks:
        left = _left(track, usual(track), now) if track.complete else None
        if left is None:
            return None
        found[track.id] = left
    return course.seconds_left(found)


def _left(track: NodeTrack, usual: float | None, now: float) -> Left | None:
    running = [_length(each, usual) for each in track.running.values()]
    waiting = track.total - track.done - len(running)
    if None in running or (waiting and usual is None and not running):
        return None
    known = [length for length in running if length is not None]
    ages = [now - each.started for each in track.running.values()]
    each = usual or 0.0
    if not track.ran:
        # Until one of them is through, the others are not expected to be any quicker.
        each = max((each, *known, *ages), default=0.0)
    rest = [max(length - age, 0.0) for length, age in zip(known, ages, strict=True)]
    return Left(max(waiting, 0), each, rest)


def _length(running: Running, usual: float | None) -> float | None:
    """Return how long a running task takes in all, as far as it can be told."""
    by_share = None
    if running.share >= _TELLING:
        by_share = (running.marked - running.started) / running.share
    if usual is None or by_share is None:
        return by_share if usual is None else usual
    return max(usual, by_share)


def _over(track: NodeTrack, usual: float | None, now: float) -> float:
    """Return by how many seconds the slowest task of a node takes longer than usual, if by much."""
    if usual is None:
        return 0.0
    over = max((now - each.started - usual for each in track.running.values()), default=0.0)
    return over if over >= max(_A_LITTLE, usual * _SPREAD) else 0.0
