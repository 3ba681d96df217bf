"""Whose account it is: the place of a project, and the token that its key buys.

The key is the JSON of a service account, or an access token itself. A token lasts about an hour.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.errors import UsageError
from nodes.remote.adapter import Answer, Call
from nodes.remote.settings import check_base_url
from nodes.remote.standard import words_of
from nodes.remote.wording import cleaned

VERSION = "v1beta1"
USUAL_LOCATION = "us-central1"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_HOUR = 3600
_PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]{0,99}")
_LOCATION = re.compile(r"[a-z0-9-]{1,40}")
_HOST = "GOOGLE_VERTEX_BASE_URL"


def address_of(environ: Mapping[str, str]) -> str:
    """Return the base address of a project in a location.

    Raises:
        UsageError: A variable is not set, or not usable.
    """
    project = environ.get("GOOGLE_CLOUD_PROJECT", "").strip()
    location = environ.get("GOOGLE_CLOUD_LOCATION", "").strip() or USUAL_LOCATION
    if not _PROJECT.fullmatch(project):
        raise UsageError(
            "Vertex AI needs the id of a project of Google Cloud",
            where="GOOGLE_CLOUD_PROJECT",
            hint="Set it; GOOGLE_CLOUD_LOCATION is us-central1 unless it is set too.",
        )
    if not _LOCATION.fullmatch(location):
        raise UsageError(f"{location!r} is no location", where="GOOGLE_CLOUD_LOCATION")
    region = "" if location == "global" else f"{location}-"
    host = environ.get(_HOST, "").strip().rstrip("/")
    if host:
        check_base_url(host, _HOST)
    host = host or f"https://{region}aiplatform.googleapis.com"
    return f"{host}/{VERSION}/projects/{project}/locations/{location}"


def token_call(key: SecretStr, now: float) -> Call | SecretStr:
    """Return the call that buys a token; or the key, if that is a token.

    Raises:
        TaskError: The key is of no use (`auth`), or the package that signs is not installed.
    """
    text = key.get_secret_value().strip()
    if not text.startswith("{"):
        return key
    try:
        account = json.loads(text)
        email, uri, pem = (account[n] for n in ("client_email", "token_uri", "private_key"))
        sign = _signer(pem)
        if not uri.startswith(("https://", "http://")):
            raise ValueError("a token is bought at an address")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The reason is not told: it may hold a part of the key.
        raise TaskError(
            "the key of Vertex AI is no key of a service account",
            kind=ErrorKind.AUTH,
            hint="GOOGLE_APPLICATION_CREDENTIALS names the JSON file that Google gave out for it.",
        ) from None
    claims = {"iss": email, "scope": _SCOPE, "aud": uri, "iat": int(now), "exp": int(now) + _HOUR}
    parts = (_encoded({"alg": "RS256", "typ": "JWT"}), _encoded(claims))
    signed = ".".join(parts)
    assertion = f"{signed}.{_base64(sign(signed.encode()))}"
    fields = {"grant_type": _GRANT, "assertion": assertion}
    return Call("POST", uri, fields=fields, authenticated=False)


def read_token(answer: Answer) -> tuple[SecretStr, float]:
    """Return the token that was bought, and the seconds for which it is good.

    Raises:
        TaskError: There is none.
    """
    document = answer.json if isinstance(answer.json, Mapping) else {}
    token, seconds = document.get("access_token"), document.get("expires_in")
    if answer.status < 400 and isinstance(token, str) and isinstance(seconds, int | float):
        return SecretStr(token), float(seconds)
    said = document.get("error_description")
    reason = cleaned(said) if isinstance(said, str) else words_of(document) or "no reason given"
    busy = answer.status == 429 or answer.status >= 500
    raise TaskError(
        f"Google gave no token for the key, but answered {answer.status}: {reason}",
        kind=ErrorKind.TRANSIENT if busy else ErrorKind.AUTH,
        hint="" if busy else "`reelgraph keys --check` says whether the key is accepted.",
    )


def _signer(pem: str) -> Callable[[bytes], bytes]:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise TaskError(
            "the key cannot sign: the package cryptography is not installed",
            kind=ErrorKind.LOCAL,
            hint='Install it with: pip install "reelgraph[vertex]"; or give an access token in '
            "GOOGLE_VERTEX_ACCESS_TOKEN.",
        ) from None
    try:
        private = load_pem_private_key(pem.encode(), password=None)
    except UnsupportedAlgorithm:
        private = None
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("the key is not of the kind RSA")

    def sign(message: bytes) -> bytes:
        return private.sign(message, PKCS1v15(), hashes.SHA256())

    return sign


def _encoded(data: Mapping[str, Any]) -> str:
    return _base64(json.dumps(data, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
