"""Deliveries from Kling, in the forms of both standards; signed by Standard Webhooks."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.kling.answers import id_of, status_of
from nodes.remote.adapter import Call
from nodes.remote.webhooks import Delivery, has_standard_signature
from nodes.remote.wording import read_message


class KlingWebhook:
    """Reads Kling's messages; they are signed where the account's owner has made a secret."""

    def lookup(self) -> Call | None:
        """Return None: the secret is made in the console."""
        return None

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message was signed with the account's secret `whsec_...`, and lately."""
        return has_standard_signature(body, headers, secret, now)

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read a message that has been found genuine.

        Raises:
            TaskError: It is not understood.
        """
        document = read_message("Kling", body)
        remote_id, status = id_of(document), status_of(document)
        if not remote_id or status is None:
            raise TaskError("a message from Kling names no task", kind=ErrorKind.INVALID)
        return Delivery(headers.get("webhook-id", remote_id), remote_id, status)


WEBHOOK = KlingWebhook()
