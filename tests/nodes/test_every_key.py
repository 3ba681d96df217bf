"""Whatever a provider answers, its key is nowhere afterwards: in no file, in no report."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import anyio
import anyio.lowlevel
import pytest
from pydantic import SecretStr

from engine.engine import Engine
from engine.money import Budget
from engine.request import Request
from nodes.media import inspect_media
from nodes.models import catalogue
from tests.support.every_model import FILES, NODES, least, node_inputs
from tests.support.fakes import Fake, factories, serving
from tests.support.loopback import Asked, Loopback, Reply
from tests.support.samples import lay_out, samples
from tests.support.studio import Studio
from tests.test_canary import contents

STATUSES = (200, 302, 422)
_HEADERS = ("authorization", "x-key", "xi-api-key", "api-key", "x-goog-api-key", "x-api-key")
_PLACES = ("detail", "message", "id", "task_id", "request_id", "status", "code", "failure_reason")


class Echo(Loopback):
    """Answers each request with the key that came with it, in the ways that it can."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status
        self.told: set[str] = set()

    def answer(self, asked: Asked) -> Reply:
        said = next((asked.headers[name] for name in _HEADERS if name in asked.headers), "")
        secret = said.rpartition(" ")[2]
        self.told.add(secret)
        words = f"{said} {quote(said, safe='')} {base64.b64encode(said.encode()).decode()}"
        if self.status >= 400:
            words += f" {secret.encode().hex()}"
        body: dict[str, Any] = dict.fromkeys(_PLACES, words)
        body |= {"error": {"message": words, "code": said}, "errors": [words], "name": said}
        body |= {"base_resp": {"status_code": 1004, "status_msg": words}, "polling_url": words}
        headers = {"X-Request-Id": said}
        if self.status == 302:
            headers["Location"] = f"https://elsewhere.example/{quote(said)}?{secret}"
        if asked.method == "GET" and len(self.asked) % 2:
            return Reply(self.status, body=words.encode(), headers=headers)
        return Reply(self.status, json=body, headers=headers)


class Place(Studio):
    """A studio with one provider's key, and one of each kind of file."""

    def __init__(self, folder: Path, name: str, key: str) -> None:
        super().__init__(folder)
        self.clock = 0.0
        self.engine = Engine(
            self.home,
            self.engine.registry,
            inspect_media,
            secrets=lambda asked: SecretStr(key) if asked == name else None,
            sleep=self._sleep,
            monotonic=lambda: self.clock,
        )
        lay_out(folder)

    async def _sleep(self, seconds: float) -> None:
        # A job that never ends is given up on after few looks.
        self.clock += 1000 * seconds
        await anyio.lowlevel.checkpoint()

    def report(self, flow: Mapping[str, Any]) -> str:
        """Run a workflow; return all that it tells."""
        document = self.document(dict(flow))
        graph, _ = self.engine.bind(document)
        told: list[Any] = []
        run = partial(self.engine.run, budget=Budget(allow_unknown=True))
        report = anyio.run(run, document, graph, Request.parse(graph), told.append)
        return f"{told!r} {report!r}"

    def flows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield workflows of one node that asks the provider."""
        for kind, node in list(NODES.items()):
            models = [m for m in catalogue().for_kind(kind) if m.provider == name]
            node_type = self.engine.registry.get(node)
            if not models or node_type is None:
                continue
            arguments = least(models[0], kind, FILES)
            inputs = node_inputs(models[0], kind, arguments, iter(node_type.parameters))
            if inputs is not None:
                yield {"nodes": {"it": {"type": node, "inputs": inputs, "retry": 0}}}


def _disguises(secret: str) -> set[bytes]:
    coded = {base64.b64encode(bytes(n) + secret.encode()).decode()[4:-4] for n in range(3)}
    shown = {secret, quote(secret, safe=""), secret.encode().hex(), json.dumps(secret)[1:-1]}
    return {form.encode() for form in coded | shown}


@contextmanager
def echoing(name: str, status: int, fake: Fake) -> Iterator[Echo]:
    """Lead a provider's module to a server that repeats the key."""
    server = Echo(status)
    server.start()
    settings = {f"REELGRAPH_{name.upper()}_BASE_URL": server.url + fake.path}
    with patch.dict("os.environ", settings | dict(fake.environ(server.url))):
        try:
            yield server
        finally:
            server.stop()


@pytest.mark.parametrize("name", sorted(factories()))
def test_a_key_that_comes_back_is_kept_nowhere(name: str, tmp_path: Path) -> None:
    asked = 0
    with serving(name, samples()) as fake:
        for status in STATUSES:
            folder = tmp_path / str(status)
            folder.mkdir()
            with echoing(name, status, fake) as server:
                place = Place(folder, name, fake.key)
                said = place.report(next(place.flows(name)))
                place.home.close()
            secrets = {secret for secret in server.told | {fake.key} if secret}
            asked += len(server.asked)
            forbidden = set().union(*map(_disguises, secrets))
            for where, data in [("report", said.encode()), *contents(folder)]:
                assert not [form for form in forbidden if form in data], (status, where)
    assert asked
