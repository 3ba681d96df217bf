"""The receiver of deliveries: what providers send when a job ends, in place of being asked.

Polling is the default and needs none of this. A server that is given deliveries passes each one,
with the name of the provider from its own secret path, to `receive`, which checks who it is from;
then to `RemoteProvider.deliver`, or to `RemoteProvider.resume_job` where it tells only that there
is something to ask for. A provider whose module has `WEBHOOK` sends such messages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers import MODULES
from nodes.remote.adapter import Call, JobStatus
from nodes.remote.wording import is_recent

TOLERANCE = 300.0
"""Seconds that a delivery's clock may be off."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message: what became of a job. The same may come several times, and out of order."""

    event_id: str
    """The same for each repetition."""
    remote_id: str
    """The provider's id of the job."""
    status: JobStatus | None = None
    """None: the message tells only that there is something to ask for."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A message that only wants to know whether somebody is there."""

    reply: bytes
    """The JSON body to answer with."""


class Webhook(Protocol):
    """What a provider's module offers as `WEBHOOK`."""

    def lookup(self) -> Call | None:
        """Return the call whose answer holds what signatures are checked with.

        None where the account's owner sets a secret, or where nothing is signed.
        """
        ...

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message is the provider's, and not an old one.

        Args:
            body: The bytes as they came.
            headers: Names in lower case.
            secret: The account's; or the JSON text of the answer to `lookup`.
            now: Seconds since 1970.

        Raises:
            UsageError: A package that this needs is not installed.
        """
        ...

    def read(self, body: bytes, headers: Mapping[str, str]) -> Delivery | Challenge:
        """Read a message that has been found genuine.

        Raises:
            TaskError: It is not understood.
        """
        ...


class StandardWebhook:
    """A provider that signs by Standard Webhooks, with a secret that the account's owner has.

    Subclasses have `read`.
    """

    def lookup(self) -> Call | None:
        """Return None: the secret is set or shown in the account."""
        return None

    def is_genuine(
        self, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
    ) -> bool:
        """Tell whether a message was signed with the account's secret `whsec_...`, and lately."""
        return has_standard_signature(body, headers, secret, now)


def webhook_of(provider: str) -> Webhook | None:
    """Return how a provider's messages are read; None if it sends none."""
    module = MODULES.get(provider)
    webhook: Webhook | None = getattr(import_module(module), "WEBHOOK", None) if module else None
    return webhook


def receive(
    provider: str, body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
) -> Delivery | Challenge:
    """Read a message, after checking whom it is from; parameters as `Webhook.is_genuine`.

    Raises:
        TaskError: The provider sends no messages, this is not one of its (`auth`), or it is not
            understood.
        UsageError: A package that the check needs is not installed.
    """
    webhook = webhook_of(provider)
    if webhook is None:
        raise TaskError(f"{provider} sends no messages", kind=ErrorKind.INVALID)
    names = {name.lower(): value for name, value in headers.items()}
    if not webhook.is_genuine(body, names, secret, now):
        raise TaskError(
            f"a message that says it is from {provider} is not, or is too old", kind=ErrorKind.AUTH
        )
    return webhook.read(body, names)


def has_standard_signature(
    body: bytes, headers: Mapping[str, str], secret: SecretStr, now: float
) -> bool:
    """Tell whether a message was signed with a secret `whsec_...` by Standard Webhooks, and lately.

    Source: https://www.standardwebhooks.com; Higgsfield, Kling, OpenAI and Replicate sign so.
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
