"""One key at a time: the next is handed out when all has been done that the one before led to."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_ROUNDS: Final = 3
"""How often a message goes from the widget to the application: for the key, for the message that
it makes, and for the one that comes of this."""
_PATIENCE: Final = 1.0
"""Seconds after which the next key has its turn anyway, as where a widget is gone."""


class Turns:
    """Holds keys back while another one is under way.

    Widgets answer keys with messages, and what answers these may move the focus. A key that is
    typed in between would go to what had the focus before, and be lost or do something else.

    Args:
        app: The application that keys come to.
        hand_out: Gives a key to whoever it is for.
    """

    def __init__(self, app: App[Any], hand_out: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._hand_out = hand_out
        self._waiting: deque[events.Event] = deque()
        self._turn = 0
        self._is_taken = False

    async def take(self, event: events.Event) -> None:
        """Hand a key out, now or when its turn comes."""
        if self._is_taken:
            self._waiting.append(event)
        else:
            await self._begin(event)

    async def _begin(self, event: events.Event) -> None:
        self._is_taken = True
        self._turn += 1
        turn = self._turn
        start = self._app.focused or self._app.screen
        await self._hand_out(event)
        self._app.set_timer(_PATIENCE, lambda: self._end(turn))
        self._follow(turn, start, start, _ROUNDS)

    def _follow(self, turn: int, start: MessagePump, at: MessagePump, rounds: int) -> None:
        """Go after what the key has led to, through the queues of all that may answer it."""
        if at is not self._app:
            then: MessagePump = at._parent or self._app
            if at.is_running and at.call_later(self._follow, turn, start, then, rounds):
                return
            at = self._app
        if rounds > 1:
            self._app.call_later(self._follow, turn, start, start, rounds - 1)
        else:
            self._app.call_later(self._end, turn)

    async def _end(self, turn: int) -> None:
        if turn != self._turn or not self._is_taken:
            return
        self._is_taken = False
        if self._waiting:
            await self._begin(self._waiting.popleft())
