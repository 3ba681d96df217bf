"""Deliveries from Kling, in the forms of both standards; signed by Standard Webhooks."""

from __future__ import annotations

from collections.abc import Mapping

from engine import ErrorKind, TaskError
from nodes.providers.kling.answers import id_of, status_of
from nodes.remote.webhooks import Delivery, StandardWebhook
from nodes.remote.wording import read_message


class KlingWebhook(StandardWebhook):
    """Reads Kling's messages; they are signed where the account's owner has made a secret."""

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
