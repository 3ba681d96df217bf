"""Signatures by one of a provider's listed public keys (Ed25519), as fal and Ideogram make them.

Signed are three headers and a digest of the body, a line each; the keys are a JSON Web Key Set.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from engine.errors import UsageError
from nodes.remote.webhooks import TOLERANCE
from nodes.remote.wording import is_recent

_KEY_BYTES = 32


def has_listed_signature(
    provider: str,
    body: bytes,
    headers: Mapping[str, str],
    secret: SecretStr,
    now: float,
    *,
    prefix: str,
    subject: str,
) -> bool:
    """Tell whether a message was signed with one of a provider's keys, and lately.

    Args:
        provider: What the provider is called in messages.
        body: The bytes as they came.
        headers: Names in lower case.
        secret: The document with the keys, as JSON text.
        now: Seconds since 1970.
        prefix: What the names of the headers begin with: `x-fal-webhook-`.
        subject: The rest of the name of the header that names the job: `request-id`.

    Raises:
        UsageError: The package that checks signatures is not installed.
    """
    verify = _verifier(provider)
    parts = [headers.get(prefix + name, "") for name in (subject, "user-id", "timestamp")]
    if not all(parts) or not is_recent(parts[2], now, TOLERANCE):
        return False
    try:
        keys = public_keys(json.loads(secret.get_secret_value()))
        signature = bytes.fromhex(headers.get(f"{prefix}signature", ""))
    except (ValueError, RecursionError):
        return False
    message = "\n".join([*parts, hashlib.sha256(body).hexdigest()]).encode()
    return any(verify(key, signature, message) for key in keys)


def public_keys(document: Any) -> list[bytes]:
    """Read the keys out of a key set; what is no such key is passed over."""
    keys = document.get("keys") if isinstance(document, Mapping) else None
    return list(_public_keys(keys if isinstance(keys, list) else []))


def _public_keys(keys: list[Any]) -> Iterator[bytes]:
    for key in keys:
        text = key.get("x") if isinstance(key, Mapping) else None
        try:
            raw = base64.urlsafe_b64decode(f"{text}==") if isinstance(text, str) else b""
        except ValueError:
            continue
        if len(raw) == _KEY_BYTES:
            yield raw


def _verifier(provider: str) -> Callable[[bytes, bytes, bytes], bool]:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise UsageError(
            f"{provider}'s signatures cannot be checked: the package cryptography is not installed",
            hint='Install it with: pip install "reelgraph[webhooks]"',
        ) from None

    def verify(key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify
