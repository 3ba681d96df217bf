"""The provider `fal`: its adapter on the runner of remote jobs.

The queue's address is the setting REELGRAPH_FAL_BASE_URL, as for any provider; those of fal's other
hosts are REELGRAPH_FAL_REST_BASE_URL, REELGRAPH_FAL_PLATFORM_BASE_URL, REELGRAPH_FAL_SITE_BASE_URL.
"""

from __future__ import annotations

from nodes.providers.fal.adapter import PLATFORM, REST, SITE, Fal
from nodes.providers.fal.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider
from nodes.remote.settings import Settings

__all__ = ["PROVIDER", "WEBHOOK"]


def _address(host: str, default: str) -> str:
    name = f"fal_{host}"
    return Settings.read(name).base_url(name, default)


PROVIDER = RemoteProvider(
    Fal(_address("rest", REST), _address("platform", PLATFORM), _address("site", SITE))
)
