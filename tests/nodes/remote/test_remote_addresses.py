"""Where requests may go."""

from __future__ import annotations

import socket
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import TaskError, UsageError
from nodes.remote.addresses import Addresses, PublicResolver, is_public
from nodes.remote.settings import Settings

ADDRESSES = Addresses("https://api.example.com/v2", ("cdn.example.com",))


def test_paths_are_below_the_base_address() -> None:
    assert ADDRESSES.absolute("/jobs/1", authenticated=True) == "https://api.example.com/v2/jobs/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/",
        "https://api.example.com.evil.com/",
        "http://api.example.com/",
        "https://api.example.com:444/",
        "https://cdn.example.com@evil.com/",
    ],
)
def test_the_key_goes_to_own_hosts_only(url: str) -> None:
    with pytest.raises(TaskError):
        ADDRESSES.absolute(url, authenticated=True)
    assert ADDRESSES.absolute("https://cdn.example.com/x", authenticated=True)


def test_all_hosts_below_a_name_may_be_the_providers_own() -> None:
    addresses = Addresses("https://api.example.com", (".example.com",))
    assert addresses.absolute("https://api.eu1.example.com/x", authenticated=True)
    for host in ("example.com", "badexample.com", "a.example.com.evil.com"):
        with pytest.raises(TaskError):
            addresses.absolute(f"https://{host}/x", authenticated=True)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_clear_error(text: str) -> None:
    try:
        found = ADDRESSES.absolute(f"https://{text}", authenticated=False)
    except TaskError as error:
        assert "is not used" in error.message
    else:
        assert found.startswith("https://")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_private_addresses_are_known(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_names_that_lead_into_a_private_network_are_not_resolved() -> None:
    async def look(base: str, host: str, port: int) -> list[str]:
        resolver = PublicResolver(Addresses(base))
        found = await resolver.resolve(host, port, socket.AF_INET)
        await resolver.close()
        return [str(result["host"]) for result in found]

    assert anyio.run(look, "http://localhost:9", "localhost", 9) == ["127.0.0.1"]
    with pytest.raises(OSError, match="private network"):
        anyio.run(look, "http://localhost:9", "localhost", 10)


def test_settings_are_read(tmp_path: Path) -> None:
    environ = {
        "REELGRAPH_FAKE_BASE_URL": "http://127.0.0.1:9/",
        "REELGRAPH_LIVE_PRICES": "1",
        "REELGRAPH_MAX_DOWNLOAD_GB": "0.5",
    }
    settings = Settings.read("fake", environ)
    assert settings.base_url("fake", "https://x") == "http://127.0.0.1:9"
    assert (settings.live_prices, settings.max_download) == (True, 2**29)
    assert Settings.read("other", environ).base_url("other", "https://x/") == "https://x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REELGRAPH_FAKE_BASE_URL", "http://example.com"),
        ("REELGRAPH_FAKE_BASE_URL", "ftp://example.com"),
        ("REELGRAPH_FAKE_BASE_URL", "https://user:pw@example.com"),
        ("REELGRAPH_FAKE_BASE_URL", "https://[x"),
        ("REELGRAPH_LIVE_PRICES", "perhaps"),
        ("REELGRAPH_MAX_DOWNLOAD_GB", "-1"),
        ("REELGRAPH_MAX_DOWNLOAD_GB", "inf"),
    ],
)
def test_wrong_settings_are_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError):
        Settings.read("fake", {name: value})
