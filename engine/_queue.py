"""Work that waits for its turn: by pool and priority, with equal work queued once."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter

from engine.errors import TaskError
from engine.keys import Prepared
from engine.request import Request
from engine.tasks import Task


class Queue:
    """Tasks that are to run, and those that run now.

    Args:
        request: Says how many may run at a time.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._waiting: dict[str, list[tuple[float, int, Prepared]]] = {}
        self._running: Counter[str] = Counter()
        self._followers: dict[str, list[Prepared]] = {}
        self._sequence = itertools.count()
        self.made: set[str] = set()
        """Keys of what was done in this run."""
        self.broken: dict[str, TaskError] = {}
        """What was tried in this run and failed: why, by `identity`."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs."""
        return not self._running.total()

    def add(self, prepared: Prepared, priority: float) -> None:
        """Add a task; where the same work is queued or running, it follows that one.

        Args:
            prepared: The task.
            priority: The highest starts first.
        """
        identity = self.identity(prepared)
        if identity in self._followers:
            self._followers[identity].append(prepared)
            return
        self._followers[identity] = []
        heap = self._waiting.setdefault(prepared.traits.pool, [])
        heapq.heappush(heap, (-priority, next(self._sequence), prepared))

    def take(self) -> list[Prepared]:
        """Take out the tasks that may start now, the longest path first in each pool."""
        taken: list[Prepared] = []
        for pool, heap in self._waiting.items():
            limit = self._request.limit(pool)
            while heap and self._running[pool] < limit and not self._is_full():
                self._running[pool] += 1
                taken.append(heapq.heappop(heap)[2])
        return taken

    def followers(self, prepared: Prepared) -> list[Prepared]:
        """Return the tasks that wait for what a running one makes."""
        return self._followers[self.identity(prepared)]

    def remove(self, task: Task) -> bool:
        """Take out a task that waits; tell whether it did. What followed it waits in its place."""
        for followers in self._followers.values():
            for prepared in followers:
                if prepared.task is task:
                    followers.remove(prepared)
                    return True
        for heap in self._waiting.values():
            for place, (priority, number, prepared) in enumerate(heap):
                if prepared.task is task:
                    followers = self._followers[self.identity(prepared)]
                    if followers:
                        heap[place] = (priority, number, followers.pop(0))
                    else:
                        del heap[place], self._followers[self.identity(prepared)]
                        heapq.heapify(heap)
                    return True
        return False

    def finish(self, prepared: Prepared) -> list[Prepared]:
        """Note that a task no longer runs, and return those that follow it."""
        self._running[prepared.traits.pool] -= 1
        return self._followers.pop(self.identity(prepared))

    def _is_full(self) -> bool:
        jobs = self._request.jobs
        return jobs is not None and self._running.total() >= jobs

    @staticmethod
    def identity(prepared: Prepared) -> str:
        """Return what equal work has in common; what is never cached equals nothing else."""
        if prepared.task.node.cache == "never":
            return f"{prepared.key} {prepared.task.name}"
        return prepared.key
