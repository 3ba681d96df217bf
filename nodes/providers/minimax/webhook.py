"""Deliveries from MiniMax, which signs nothing: all that is believed is that a task may have ended.

Before the first it sends a challenge, which is to be answered within three seconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.minimax.answers import id_in
from nodes.remote.adapter import Call
from nodes.remote.webhooks import Challenge, Delivery
from nodes.remote.wording import read_message


class MiniMaxWebhook:
    """Reads MiniMax's messages."""

    def lookup(self) -> Call | None:
        """Return None: nothing is signed."""
        return None

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Return True: nothing tells who it is from, so that `read` takes no result from it."""
        return True

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery | Challenge:
        """Read which task is to be asked about, or the challenge.

        Raises:
            TaskError: It is neither.
        """
        document = read_message("MiniMax", body)
        if isinstance(challenge := document.get("challenge"), str):
            return Challenge(json.dumps({"challenge": challenge}).encode())
        task = document.get("task")
        remote_id = id_in(task if isinstance(task, Mapping) else document)
        if not remote_id:
            raise TaskError("a message from MiniMax names no task", kind=ErrorKind.INVALID)
        return Delivery(remote_id, remote_id)


WEBHOOK = MiniMaxWebhook()
