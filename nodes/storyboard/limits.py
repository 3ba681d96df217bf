"""How many shots a storyboard may have."""

from __future__ import annotations

MOST_SHOTS = 2000
"""The largest storyboard: some three hours of film."""
SHORTEST = 1.5
"""Seconds of the shortest shot; below, an eye does not find its way around a frame."""


def most_shots(max_shots: int | None, target_seconds: float | None) -> int | None:
    """Return how many shots there may be: as many as asked for, and as many as can be seen."""
    limits = [] if max_shots is None else [max_shots]
    if target_seconds is not None:
        limits.append(max(1, int(target_seconds / SHORTEST)))
    return min(limits, default=None)
