"""The fakes of all providers, for tests that go over every model.

A provider's fake is found by its file: `tests/support/fake_NAME.py` with NAME as in model ids, and
in it a function

    def as_fake(files: Mapping[str, bytes]) -> Fake

`files` holds small real files to answer with, by kind, those of `samples`: `image` (PNG), `video`
(MP4), `audio` (WAV), `svg`. The fake must answer every submission that its real provider would
take, whatever the model; models that it cannot answer for are left out by `Fake.knows`. Nothing
else is to be done: tests/nodes/test_every_model.py then runs every model of the provider against
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from unittest.mock import patch

from nodes.models import ModelInfo
from nodes.providers import MODULES
from nodes.remote.runner import RemoteProvider
from tests.support.loopback import Loopback


def _all(model: ModelInfo) -> bool:
    return True


@dataclass(frozen=True)
class Fake:
    """A provider's fake, and what leads the provider's own module to it."""

    server: Loopback
    key: str
    environ: Callable[[str], Mapping[str, str]] = field(default=lambda url: {})
    """Settings for the server's address, besides REELGRAPH_<NAME>_BASE_URL."""
    path: str = ""
    """What follows the server's address in that setting."""
    provider: Callable[[str], RemoteProvider] | None = None
    """Makes what stands in for the module's `PROVIDER`, where settings are read at import."""
    knows: Callable[[ModelInfo], bool] = _all
    """Whether it can answer for a model."""


Factory = Callable[[Mapping[str, bytes]], Fake]


@cache
def factories() -> Mapping[str, Factory]:
    """Return what makes each provider's fake, by the provider's name."""
    found: dict[str, Factory] = {}
    for name in MODULES:
        module = f"tests.support.fake_{name}"
        if find_spec(module) is not None:
            factory = getattr(import_module(module), "as_fake", None)
            if factory is not None:
                found[name] = factory
    return found


@contextmanager
def serving(name: str, files: Mapping[str, bytes]) -> Iterator[Fake]:
    """Serve a provider's fake, with the provider's module led to it, until the block is left."""
    fake = factories()[name](files)
    fake.server.start()
    try:
        url = fake.server.url
        settings = {f"REELGRAPH_{name.upper()}_BASE_URL": url + fake.path, **fake.environ(url)}
        with patch.dict("os.environ", settings):
            module = import_module(MODULES[name])
            made = fake.provider(url) if fake.provider else module.PROVIDER
            with patch.object(module, "PROVIDER", made):
                yield fake
    finally:
        fake.server.stop()
