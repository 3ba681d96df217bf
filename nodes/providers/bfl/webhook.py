"""Deliveries from Black Forest Labs, of which two accounts tell how they are signed.

By one the header holds a digest of the body under the account's secret, by the other the secret
itself. Either shows that the sender knows the secret; only the first that the body is as it was
sent, so that no result is taken from one, and the task is asked about.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.remote.adapter import Call
from nodes.remote.webhooks import Challenge, Delivery
from nodes.remote.wording import read_message

_HEADER = "x-bfl-signature"


class BflWebhook:
    """Reads Black Forest Labs' messages."""

    def lookup(self) -> Call | None:
        """Return None: the account's owner sets the secret with each submission."""
        return None

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message is from who knows the secret; when it was sent is not signed."""
        key, given = secret.get_secret_value().encode(), headers.get(_HEADER, "").encode()
        digest = hmac.new(key, body, hashlib.sha256).hexdigest().encode()
        is_signed = hmac.compare_digest(b"sha256=" + digest, given)
        is_echo = hmac.compare_digest(key, given)
        return bool(key) and (is_signed or is_echo)

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery | Challenge:
        """Read which task is to be asked about.

        Raises:
            TaskError: It names none.
        """
        remote_id = read_message("Black Forest Labs", body).get("id")
        if not isinstance(remote_id, str) or not remote_id:
            message = "a message from Black Forest Labs names no task"
            raise TaskError(message, kind=ErrorKind.INVALID)
        return Delivery(remote_id, remote_id)


WEBHOOK = BflWebhook()
