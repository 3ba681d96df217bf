"""Deliveries from OpenAI, signed by Standard Webhooks: they tell only that a response has ended."""

from __future__ import annotations

from collections.abc import Mapping

from engine import ErrorKind, TaskError
from nodes.remote.webhooks import Delivery, StandardWebhook
from nodes.remote.wording import read_message


class OpenAIWebhook(StandardWebhook):
    """Reads OpenAI's messages; the secret is shown once when an endpoint is made."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read which response is to be asked about.

        Raises:
            TaskError: It is about something else.
        """
        document = read_message("OpenAI", body)
        data, kind = document.get("data"), document.get("type")
        remote_id = data.get("id") if isinstance(data, Mapping) else None
        is_response = isinstance(kind, str) and kind.startswith("response.")
        if not is_response or not isinstance(remote_id, str) or not remote_id:
            raise TaskError("a message from OpenAI names no response", kind=ErrorKind.INVALID)
        return Delivery(headers.get("webhook-id") or remote_id, remote_id)


WEBHOOK = OpenAIWebhook()
