"""Azure OpenAI on this machine: as OpenAI, with a header and an address of its own."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.fake_openai import FakeOpenAI
from tests.support.fakes import Fake
from tests.support.loopback import Asked

KEY = "azure-openai-key-canary"


class FakeAzureOpenAI(FakeOpenAI):
    """The service's state, as the test sees and sets it."""

    base = "/openai/v1"
    is_azure = True

    def is_key(self, asked: Asked) -> bool:
        return asked.headers.get("api-key") == KEY and "authorization" not in asked.headers


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeAzureOpenAI(files["image"], files["audio"]), KEY, path="/openai/v1")
