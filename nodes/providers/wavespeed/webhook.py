"""Deliveries from WaveSpeed: as by the standard, but signed in hexadecimal, by the bare secret."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.wavespeed.answers import status_of
from nodes.remote.adapter import Call
from nodes.remote.webhooks import TOLERANCE, Delivery
from nodes.remote.wording import is_recent, read_message

_SECRET = re.compile(r'whsec_([^"\\\s]+)')
_VERSION = "v3"


class WaveSpeedWebhook:
    """Reads WaveSpeed's messages."""

    def lookup(self) -> Call | None:
        """Return the call that tells the account's secret."""
        return Call("GET", "/api/v3/webhook/secret")

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message was signed with the account's secret, and lately.

        Args:
            body: The bytes as they came.
            headers: Names in lower case.
            secret: The secret `whsec_...`, or an answer that holds it.
            now: Seconds since 1970.
        """
        event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        found = _SECRET.search(secret.get_secret_value())
        if not event_id or found is None or not is_recent(stamp, now, TOLERANCE):
            return False
        signed = b".".join([event_id.encode(), stamp.encode(), body])
        # What follows `whsec_` is the key itself, and not its base64 text.
        made = hmac.new(found[1].encode(), signed, hashlib.sha256).hexdigest()
        expected = f"{_VERSION},{made}".encode()
        return hmac.compare_digest(expected, headers.get("webhook-signature", "").encode())

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read a message that has been found genuine.

        Raises:
            TaskError: It is not understood.
        """
        document = read_message("WaveSpeed", body)
        remote_id, model = document.get("id"), document.get("model")
        status = status_of(document, model if isinstance(model, str) else "")
        if not isinstance(remote_id, str) or not remote_id or status is None:
            raise TaskError("a message from WaveSpeed names no job", kind=ErrorKind.INVALID)
        return Delivery(headers.get("webhook-id", remote_id), remote_id, status)


WEBHOOK = WaveSpeedWebhook()
