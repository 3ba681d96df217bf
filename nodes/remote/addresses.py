"""Where requests may go: what a provider's answer names is not trusted.

A key goes to the provider's own hosts only. Anything else must be https on the public internet: an
answer, or a redirect, that points into the local network is refused, by the address that a name
resolves to at the moment of connecting.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from engine.errors import TaskError

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LONGEST = 8192
"""Characters of an address."""


class RefusedAddress(TaskError):
    """An address that a provider gave is not used, now or later."""


def refused(url: str, why: str) -> RefusedAddress:
    """Return the error for an address that no request is sent to."""
    host = url[:120].partition("?")[0]
    return RefusedAddress(f"the provider gave an address that is not used, {host}: {why}")


@dataclass(frozen=True)
class Addresses:
    """The rules for one provider.

    Args:
        base_url: Where its API is; chosen by the user, so it may be anywhere.
        trusted_hosts: Other hosts that are the provider's own; `.example.com` stands for all below.
    """

    base_url: str
    trusted_hosts: tuple[str, ...] = ()

    def absolute(self, url: str, *, authenticated: bool) -> str:
        """Return the full address of a call.

        Args:
            url: An address, or a path below the base address.
            authenticated: Whether the key goes along.

        Raises:
            TaskError: No request may be sent there.
        """
        if "://" not in url[:12]:
            return f"{self.base_url}/{url.lstrip('/')}"
        parts = _split(url)
        if authenticated and not self._is_trusted(parts):
            raise refused(url, "it is not one of the provider's own hosts")
        self._check(url, parts)
        return url

    def redirected(self, url: str, location: str) -> str:
        """Return where a redirect leads.

        Raises:
            TaskError: No request may be sent there.
        """
        target = urljoin(url, location)
        self._check(target, _split(target))
        return target

    def is_own(self, host: str, port: int) -> bool:
        """Tell whether a host and port are those of the base address."""
        base = urlsplit(self.base_url)
        return (host, port) == (base.hostname, _port(base))

    def _is_trusted(self, parts: SplitResult) -> bool:
        host = parts.hostname or ""
        if self.is_own(host, _port(parts)):
            return parts.scheme == urlsplit(self.base_url).scheme
        return parts.scheme == "https" and any(
            host == known or (known.startswith(".") and host.endswith(known))
            for known in self.trusted_hosts
        )

    def _check(self, url: str, parts: SplitResult) -> None:
        host = parts.hostname or ""
        if self.is_own(host, _port(parts)):
            return
        if parts.scheme != "https":
            raise refused(url, "it is not https")
        if is_private_literal(host):
            raise refused(url, "it is in a private network")


@functools.lru_cache(maxsize=1024)
def _split(url: str) -> SplitResult:
    """Take an address apart, if it is whole; those of jobs are asked again and again."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise refused(url, "it is broken") from None
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise refused(url, "it is broken")
    if not parts.hostname or parts.username is not None:
        raise refused(url, "it has no host, or holds a password")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)


def is_private_literal(host: str) -> bool:
    """Tell whether a host is written as an IP address that is not on the public internet."""
    try:
        return not is_public(host)
    except ValueError:
        # Short and octal forms, as 127.1, are understood by some systems as addresses.
        return host.rpartition(".")[2].isdigit() or host == "localhost"


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet.

    Raises:
        ValueError: It is not an IP address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class PublicResolver(AbstractResolver):
    """Resolves names, and leaves out addresses that are not on the public internet.

    Args:
        addresses: The base address is resolved wherever it is.
        free: Other hosts and ports that may be anywhere: a proxy that the user has set.
    """

    def __init__(self, addresses: Addresses, free: Iterable[tuple[str, int]] = ()) -> None:
        self._addresses = addresses
        self._free = frozenset(free)
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where a host is.

        Raises:
            OSError: It is nowhere, or in a private network only.
        """
        found = await self._resolver.resolve(host, port, family)
        if self._addresses.is_own(host, port) or (host, port) in self._free:
            return found
        public = [result for result in found if is_public(result["host"])]
        if not public:
            raise OSError(None, f"{host} is in a private network")
        return public

    async def close(self) -> None:
        """Let go of what was opened."""
        await self._resolver.close()
