"""Deliveries from Replicate: whole predictions, signed by Standard Webhooks.

The same may come twice, and out of order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.replicate.answers import ANYTHING, id_in, status_of
from nodes.remote.adapter import Call
from nodes.remote.webhooks import Delivery, has_standard_signature
from nodes.remote.wording import read_message


class ReplicateWebhook:
    """Reads Replicate's messages; the account's secret can be looked up."""

    def lookup(self) -> Call | None:
        """Return the call for the secret; the answer may be kept for an hour."""
        return Call("GET", "/webhooks/default/secret", keep_seconds=3600.0)

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message was signed with the account's secret, and lately.

        Args:
            body: The bytes as they came.
            headers: Names in lower case.
            secret: The JSON text of the answer to `lookup`, or the secret `whsec_...` itself.
            now: Seconds since 1970.
        """
        try:
            told = json.loads(secret.get_secret_value())
        except (ValueError, RecursionError):
            told = None
        key = told.get("key") if isinstance(told, Mapping) else None
        found = SecretStr(key) if isinstance(key, str) else secret
        return has_standard_signature(body, headers, found, now)

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read a message that has been found genuine.

        Of one that succeeded it tells only that there is a result: which kind of file that is, its
        job knows.

        Raises:
            TaskError: It is not understood.
        """
        document = read_message("Replicate", body)
        remote_id, status = id_in(document), status_of(document, ANYTHING)
        if not remote_id or status is None:
            raise TaskError("a message from Replicate names no prediction", kind=ErrorKind.INVALID)
        told = None if document.get("status") == "succeeded" else status
        return Delivery(headers.get("webhook-id", remote_id), remote_id, told)


WEBHOOK = ReplicateWebhook()
