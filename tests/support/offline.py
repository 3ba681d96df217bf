"""No test reaches beyond this machine: an attempt is refused, and told.

A test that asks a real service would tell it what it knows, and hang on how that service is today.
"""

from __future__ import annotations

import sys
from ipaddress import ip_address
from typing import Any

attempts: list[str] = []
"""Where this process has tried to reach since they were last looked at."""

_NAMES = frozenset({"", "localhost"})


def guard() -> None:
    """Refuse all of this process's connections that leave the machine, from now on."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_here(host):
        attempts.append(str(host))
        raise OSError(f"tests do not reach {host}")


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in _NAMES:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
