"""Settings of remote work, read from the environment: base addresses, live prices, sizes."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from engine.errors import UsageError

GIB = 1024**3
_LIVE = "REELGRAPH_LIVE_PRICES"
_ALSO = {
    "chat": ("OPENAI_BASE_URL",),
    "google": ("GOOGLE_GEMINI_BASE_URL",),
    "openai": ("OPENAI_BASE_URL",),
}
"""Names by which others set a base address."""
_LARGEST = "REELGRAPH_MAX_DOWNLOAD_GB"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may set; the defaults suit everybody else."""

    base_urls: Mapping[str, str] = field(default_factory=dict)
    """Base addresses by provider, in place of the adapters' own."""
    live_prices: bool = False
    """Whether to ask a provider for the price of each call before it is made."""
    max_download: int = 4 * GIB
    """The largest result that is downloaded, in bytes."""

    @classmethod
    def read(cls, provider: str, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings that matter to a provider.

        Raises:
            UsageError: A value is not usable.
        """
        names = (f"REELGRAPH_{provider.upper()}_BASE_URL", *_ALSO.get(provider, ()))
        name = next((name for name in names if environ.get(name, "").strip()), names[0])
        base = environ.get(name, "").strip()
        if base:
            check_base_url(base, name)
        live = environ.get(_LIVE, "").strip().lower()
        if live not in ("", "0", "1", "false", "true", "no", "yes"):
            raise UsageError(f"{live!r} is neither 1 nor 0", where=_LIVE)
        return cls(
            {provider: base} if base else {},
            live in ("1", "true", "yes"),
            _size(environ.get(_LARGEST, "").strip()) or cls().max_download,
        )

    def base_url(self, provider: str, default: str) -> str:
        """Return a provider's base address, without a slash at its end."""
        return self.base_urls.get(provider, default).rstrip("/")


def check_base_url(url: str, where: str) -> None:
    """Refuse a base address that keys must not be sent to.

    Raises:
        UsageError: It is no address, or not encrypted and not on this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{url!r} is not an address: {error}", where=where) from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise UsageError(f"{url!r} is not an address", where=where, hint="Write https://HOST/PATH.")
    if parts.username is not None:
        raise UsageError("an address holds no name or password", where=where)
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(
            f"{url!r} is not encrypted, so that the key could be read on the way",
            where=where,
            hint="Use https; http is for this machine only.",
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its very name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _size(text: str) -> int:
    try:
        size = int(float(text or 0) * GIB)
    except (ValueError, OverflowError):
        size = -1
    if size < 0:
        raise UsageError(f"{text!r} is not a size in GB", where=_LARGEST)
    return size
