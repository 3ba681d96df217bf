"""Deliveries from Higgsfield: who a message is from, and what it says of which job.

Two forms of payload are in use, and both are read. Signatures follow Standard Webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine import ErrorKind, TaskError
from nodes.providers.higgsfield.answers import request_status
from nodes.remote.webhooks import Delivery, StandardWebhook
from nodes.remote.wording import read_message


class HiggsfieldWebhook(StandardWebhook):
    """Reads Higgsfield's messages; the account's owner sets the secret."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read a message that has been found genuine.

        Raises:
            TaskError: It is not understood.
        """
        document = read_message("Higgsfield", body)
        remote_id = document.get("request_id")
        if not isinstance(remote_id, str) or not isinstance(document.get("status"), str):
            raise TaskError("a message from Higgsfield names no request", kind=ErrorKind.INVALID)
        payload = document.get("payload")
        results = payload if isinstance(payload, Mapping) else document
        told = {**results, "status": document["status"], "error": document.get("error")}
        return Delivery(headers.get("webhook-id", remote_id), remote_id, request_status(told))


WEBHOOK = HiggsfieldWebhook()
