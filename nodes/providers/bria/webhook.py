"""Deliveries from Bria, signed with a key that is made of the account's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.bria.answers import status_of
from nodes.remote.adapter import Call
from nodes.remote.webhooks import TOLERANCE, Delivery
from nodes.remote.wording import is_recent, read_message

_PURPOSE = b"bria-webhook-signing-v1"
_VERSION = "v1="


class BriaWebhook:
    """Reads Bria's messages."""

    def lookup(self) -> Call | None:
        """Return None: the secret is the account's key."""
        return None

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message was signed for the account, and lately.

        Args:
            body: The bytes as they came.
            headers: Names in lower case.
            secret: The account's key for requests.
            now: Seconds since 1970.
        """
        event_id = headers.get("bria-webhook-id", "")
        stamp = headers.get("bria-webhook-timestamp", "")
        token = secret.get_secret_value().encode()
        if not event_id or not token or not is_recent(stamp, now, TOLERANCE):
            return False
        key = hmac.new(token, _PURPOSE, hashlib.sha256).digest()
        signed = b".".join([event_id.encode(), stamp.encode(), body])
        made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        given = headers.get("bria-webhook-signature", "").split(",")
        # Every entry is compared, so that the time taken tells nothing.
        expected = _VERSION.encode() + made
        matches = [hmac.compare_digest(expected, each.strip().encode()) for each in given]
        return any(matches)

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read a message that has been found genuine.

        Raises:
            TaskError: It is not understood.
        """
        document = read_message("Bria", body)
        remote_id, status = document.get("request_id"), status_of(document)
        if not isinstance(remote_id, str) or not remote_id or status is None:
            raise TaskError("a message from Bria names no job", kind=ErrorKind.INVALID)
        return Delivery(headers.get("bria-webhook-id", remote_id), remote_id, status)


WEBHOOK = BriaWebhook()
