"""Deliveries from fal: who a message is from, and what it says of which job.

The same message may come several times, always with the same request id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.fal.answers import result_of, status_of
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, RemoteJob
from nodes.remote.ed25519 import has_listed_signature
from nodes.remote.webhooks import Delivery
from nodes.remote.wording import complaints, read_message

KEYS_URL = "https://rest.fal.ai/.well-known/jwks.json"
"""Where fal's public keys are; they may be kept for a day."""


class FalWebhook:
    """Reads fal's messages, which are signed with one of its public keys."""

    def lookup(self) -> Call | None:
        """Return the call for the public keys; the answer may be kept for a day."""
        return Call("GET", KEYS_URL, authenticated=False, keep_seconds=86_400.0)

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message was signed with one of fal's keys, and lately.

        Args:
            body: The bytes as they came.
            headers: Names in lower case.
            secret: The document at `KEYS_URL`, as JSON text.
            now: Seconds since 1970.

        Raises:
            UsageError: The package that checks signatures is not installed.
        """
        return has_listed_signature(
            "fal", body, headers, secret, now, prefix="x-fal-webhook-", subject="request-id"
        )

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Read a message that has been found genuine.

        Where the result did not fit into it, it tells only that there is one.

        Raises:
            TaskError: It is not understood.
        """
        document = read_message("fal", body)
        remote_id = document.get("request_id")
        if not isinstance(remote_id, str):
            raise TaskError("a message from fal names no request", kind=ErrorKind.INVALID)
        if document.get("status") not in ("OK", "ERROR"):
            raise TaskError("a message from fal says neither OK nor ERROR", kind=ErrorKind.INVALID)
        return Delivery(remote_id, remote_id, _status_in(document, RemoteJob(remote_id)))


def _status_in(document: Mapping[str, Any], job: RemoteJob) -> JobStatus | None:
    payload = document.get("payload")
    if document["status"] == "OK":
        if document.get("payload_error") or not isinstance(payload, Mapping):
            return None
        return result_of(payload, {})
    try:
        status = status_of(Answer(422, payload, {}), job)
    except TaskError:
        # The payload holds no word of the model's, so that the message's own must do.
        return JobStatus(JobPhase.FAILED, message=_reason(document))
    return status if isinstance(status, JobStatus) else None


def _reason(document: Mapping[str, Any]) -> str:
    return complaints(document.get("error")) or "fal gives no reason"


WEBHOOK = FalWebhook()
