"""One key at a time: the next is handed out when all has been done that the one before led to."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_ROUNDS: Final = 3
"""How often a message goes from the widget to the application: for the key, for the message that
it makes, and for the one that comes of this."""
_LOOK: Final = 0.1
"""Seconds between two looks whether the widget that is waited for is gone."""
_PATIENCE: Final = 50
"""Looks after which the next key has its turn anyway, as where a widget waits for the next key."""
_MODIFIERS: Final = frozenset(
    [f"{side}_{key}" for side in ("left", "right")
     for key in ("shift", "control", "alt", "super", "hyper", "meta")]
    + ["iso_level3_shift", "iso_level5_shift", "caps_lock", "num_lock", "scroll_lock"]
)  # fmt: skip
"""Keys that only change what others do. By kitty's keyboard protocol terminals tell of them, too,
where they would end a mode that the next key is meant for."""
_KEYPAD: Final = {
    "decimal": ("full_stop", "."), "divide": ("slash", "/"), "multiply": ("asterisk", "*"),
    "subtract": ("minus", "-"), "add": ("plus", "+"), "equal": ("equals_sign", "="),
    "separator": ("comma", ","),
}  # fmt: skip
"""Keys of the keypad as that protocol names them, by name and sign of those that they stand for."""


class Turns:
    """Holds keys back while another one is under way.

    Widgets answer keys with messages, and what answers these may move the focus. A key that is
    typed in between would go to what had the focus before, and be lost or do something else.

    Args:
        app: The application that keys come to.
        hand_out: Gives a key to whoever it is for.
        rest: Called when a key has had its turn and no other waits.
    """

    def __init__(
        self,
        app: App[Any],
        hand_out: Callable[[events.Event], Awaitable[None]],
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._hand_out = hand_out
        self._rest = rest
        self._waiting: deque[events.Event] = deque()
        self._turn = 0
        self._is_taken = False
        self._at: MessagePump = app
        """Whose turn it is to do something; what was asked of it goes with it."""
        self._held: events.Event | None = None
        """The key whose turn it is, while there is nobody yet to have it."""
        self._looks = 0

    async def take(self, event: events.Event) -> None:
        """Hand a key out, now or when its turn comes; at the end of the application to nobody."""
        if isinstance(event, events.Key):
            if event.key in _MODIFIERS:
                return
            if event.key in _KEYPAD:
                event = events.Key(*_KEYPAD[event.key])
        if self._is_taken:
            self._waiting.append(event)
        elif self._app.screen_stack:
            await self._begin(event)

    async def _begin(self, event: events.Event) -> None:
        self._is_taken = True
        self._turn += 1
        self._looks = 0
        self._held = event
        self._app.set_timer(_LOOK, partial(self._look, self._turn))
        self._at = screen = self._app.screen
        if screen.is_mounted:
            await self._give(self._turn)
        else:
            # It has nothing in it yet that a key could be for.
            screen.call_later(self._app.call_later, self._give, self._turn)

    async def _give(self, turn: int) -> None:
        event = self._held
        if not self._is_over(turn) and event is not None:
            start, self._held = self._target, None
            await self._hand_out(event)
            self._follow(turn, start, start, _ROUNDS)

    @property
    def _target(self) -> MessagePump:
        """Who would get a key now."""
        return self._app.focused or self._app.screen

    def _is_over(self, turn: int) -> bool:
        return turn != self._turn or not self._app.screen_stack

    def _follow(self, turn: int, start: MessagePump, at: MessagePump, rounds: int) -> None:
        """Go after what the key has led to, through the queues of all that may answer it."""
        if self._is_over(turn):
            return
        if at is not self._app:
            then: MessagePump = at._parent or self._app
            if at.is_running and at.call_later(self._follow, turn, start, then, rounds):
                self._at = at
                return
        self._at = self._app
        if self._target is not start:
            # What has the focus now may be on its way to the screen yet, or hand it on.
            start, rounds = self._target, _ROUNDS + 1
        if rounds > 1:
            self._app.call_later(self._follow, turn, start, start, rounds - 1)
        else:
            self._app.call_later(self._end, turn)

    async def _look(self, turn: int) -> None:
        """Go on in the place of a widget that is gone; end a turn that nobody else will end."""
        if self._is_over(turn) or not self._is_taken:
            return
        self._looks += 1
        if self._looks == _PATIENCE:
            await self._end(turn)
            return
        self._app.set_timer(_LOOK, partial(self._look, turn))
        if not self._at.is_running:
            self._at = self._app
            if self._held is not None:
                self._app.call_later(self._give, turn)
            else:
                self._follow(turn, self._target, self._app, _ROUNDS)

    async def _end(self, turn: int) -> None:
        if self._is_over(turn) or not self._is_taken:
            return
        if self._held is not None:
            await self._give(turn)
        self._is_taken = False
        if self._waiting:
            await self._begin(self._waiting.popleft())
        else:
            self._rest()
