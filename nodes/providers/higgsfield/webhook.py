"""Deliveries from Higgsfield: who a message is from, and what it says of which job.

Two forms of payload are in use, and both are read. Signatures follow Standard Webhooks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.higgsfield.answers import request_status
from nodes.remote.adapter import JobStatus
from nodes.remote.wording import is_recent, read_message

TOLERANCE = 300.0
"""Seconds that a delivery's clock may be off."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message: the same event may come several times, always under the same id."""

    event_id: str
    remote_id: str
    status: JobStatus


def is_genuine(body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float) -> bool:
    """Tell whether a message was signed with the account's secret, and lately.

    Args:
        body: The bytes as they came.
        headers: Names in lower case.
        secret: The account's, as `whsec_...`.
        now: Seconds since 1970.
    """
    event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event_id or not is_recent(stamp, now, TOLERANCE):
        return False
    try:
        key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    signed = b".".join([event_id.encode(), stamp.encode(), body])
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    # Every entry is compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(expected.encode(), each.encode()) for each in given]
    return bool(key) and any(matches)


def read_delivery(body: bytes, headers: Mapping[str, str]) -> Delivery:
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
