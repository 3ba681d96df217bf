"""Deliveries from Ideogram, signed with one of its public keys.

They tell only that there is something to ask for, as a message does not say what a job makes.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.remote.adapter import Call
from nodes.remote.ed25519 import has_listed_signature
from nodes.remote.webhooks import Delivery
from nodes.remote.wording import read_message

KEYS_PATH = "/v1/.well-known/jwks.json"
"""Where Ideogram's public keys are."""


class IdeogramWebhook:
    """Reads Ideogram's messages."""

    def lookup(self) -> Call | None:
        """Return the call for the public keys."""
        return Call("GET", KEYS_PATH, authenticated=False)

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message was signed with one of Ideogram's keys, and lately.

        Args:
            body: The bytes as they came.
            headers: Names in lower case.
            secret: The document with the keys, as JSON text.
            now: Seconds since 1970.

        Raises:
            UsageError: The package that checks signatures is not installed.
        """
        return has_listed_signature(
            "Ideogram",
            body,
            headers,
            secret,
            now,
            prefix="x-ideogram-webhook-",
            subject="generation-id",
        )

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read a message that has been found genuine.

        Raises:
            TaskError: It is not understood.
        """
        read_message("Ideogram", body)
        remote_id = headers.get("x-ideogram-webhook-generation-id", "")
        if not remote_id:
            raise TaskError("a message from Ideogram names no job", kind=ErrorKind.INVALID)
        return Delivery(remote_id, remote_id)


WEBHOOK = IdeogramWebhook()
