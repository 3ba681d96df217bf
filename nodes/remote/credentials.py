"""What calls are authenticated with: the key, a signature, or a token bought with the key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import anyio
from pydantic import SecretStr

from nodes.remote.adapter import Adapter, Answer, Call, Exchanges, Signs

Ask = Callable[[Call], Awaitable[Answer]]
"""Makes the call that fetches a token."""
_EARLY = 300.0
"""Seconds before its end at which a token is renewed."""


class Credentials:
    """The credentials of one provider in one run.

    Args:
        adapter: Says how they are sent.
        key: Finds the key.
        hide: Told of each token, so that it is hidden wherever it turns up.
        now: Seconds since 1970.
    """

    def __init__(
        self,
        adapter: Adapter,
        key: Callable[[], SecretStr],
        hide: Callable[[SecretStr], None],
        now: Callable[[], float],
    ) -> None:
        self._adapter = adapter
        # To look whether an object has a protocol's methods takes as long as a tenth of a call.
        self._exchanger = adapter if isinstance(adapter, Exchanges) else None
        self._signer = adapter if isinstance(adapter, Signs) else None
        self._key = key
        self._hide = hide
        self._now = now
        self._lock = anyio.Lock()
        self._token: tuple[SecretStr, float] | None = None

    async def headers(self, ask: Ask) -> Mapping[str, str]:
        """Return the headers of a call that is made now.

        Args:
            ask: Makes the call that fetches a token, where one is needed.

        Raises:
            TaskError: There is no key, or it is not accepted.
        """
        if self._exchanger is not None:
            return self._adapter.auth(await self._fresh_token(self._exchanger, ask))
        if self._signer is not None:
            return self._signer.signed(self._key(), self._now())
        return self._adapter.auth(self._key())

    async def _fresh_token(self, adapter: Exchanges, ask: Ask) -> SecretStr:
        async with self._lock:
            now = self._now()
            if self._token is not None and now < self._token[1] - _EARLY:
                return self._token[0]
            first = adapter.exchange(self._key(), now)
            if isinstance(first, SecretStr):
                return first
            token, seconds = adapter.exchanged(await ask(first))
            self._hide(token)
            self._token = (token, now + seconds)
            return token
