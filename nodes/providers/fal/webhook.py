"""Deliveries from fal: who a message is from, and what it says of which job.

The same message may come several times, always with the same request id.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.errors import UsageError
from nodes.providers.fal.answers import result_of, status_of
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, RemoteJob
from nodes.remote.webhooks import TOLERANCE, Delivery
from nodes.remote.wording import complaints, is_recent, read_message

KEYS_URL = "https://rest.fal.ai/.well-known/jwks.json"
"""Where fal's public keys are; they may be kept for a day."""

_SIGNED = ("x-fal-webhook-request-id", "x-fal-webhook-user-id", "x-fal-webhook-timestamp")


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
        verify = _verifier()
        parts = [headers.get(name, "") for name in _SIGNED]
        if not all(parts) or not is_recent(parts[2], now, TOLERANCE):
            return False
        try:
            keys = public_keys(json.loads(secret.get_secret_value()))
            signature = bytes.fromhex(headers.get("x-fal-webhook-signature", ""))
        except (ValueError, RecursionError):
            return False
        message = "\n".join([*parts, hashlib.sha256(body).hexdigest()]).encode()
        return any(verify(key, signature, message) for key in keys)

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


def public_keys(document: Any) -> list[bytes]:
    """Read the keys out of the document at `KEYS_URL`; what is no such key is passed over."""
    keys = document.get("keys") if isinstance(document, Mapping) else None
    return list(_public_keys(keys if isinstance(keys, list) else []))


def _public_keys(keys: list[Any]) -> Iterator[bytes]:
    for key in keys:
        text = key.get("x") if isinstance(key, Mapping) else None
        try:
            raw = base64.urlsafe_b64decode(f"{text}==") if isinstance(text, str) else b""
        except ValueError:
            continue
        if len(raw) == 32:
            yield raw


def _verifier() -> Any:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise UsageError(
            "fal's signatures cannot be checked: the package cryptography is not installed",
            hint='Install it with: pip install "reelgraph[webhooks]"',
        ) from None

    def verify(key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def _reason(document: Mapping[str, Any]) -> str:
    return complaints(document.get("error")) or "fal gives no reason"


WEBHOOK = FalWebhook()
