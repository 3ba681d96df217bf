"""Keys that are sent as they are, sign each call, or buy a token first."""

from __future__ import annotations

from collections.abc import Mapping

import anyio
from pydantic import SecretStr

from nodes.remote.adapter import Answer, Call
from nodes.remote.credentials import Credentials
from tests.support.fake_provider import FakeAdapter

KEY = SecretStr("the-key")


class Signing(FakeAdapter):
    def signed(self, key: SecretStr, now: float) -> Mapping[str, str]:
        return {"Authorization": f"{key.get_secret_value()} at {now:g}"}


class Buying(FakeAdapter):
    def exchange(self, key: SecretStr, now: float) -> Call | SecretStr:
        return Call("POST", "/token", json={"at": now}, authenticated=False)

    def exchanged(self, answer: Answer) -> tuple[SecretStr, float]:
        return SecretStr(answer.json["token"]), 3600.0


class Direct(Buying):
    def exchange(self, key: SecretStr, now: float) -> Call | SecretStr:
        return key


class Desk:
    """A clock, and what is hidden and asked."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.hidden: list[str] = []
        self.asked: list[float] = []

    def hide(self, secret: SecretStr) -> None:
        self.hidden.append(secret.get_secret_value())

    async def ask(self, call: Call) -> Answer:
        self.asked.append(call.json["at"])
        return Answer(200, {"token": f"token-{len(self.asked)}"}, {})


def sent(adapter: FakeAdapter, desk: Desk, times: list[float]) -> list[str]:
    credentials = Credentials(adapter, lambda: KEY, desk.hide, lambda: desk.now)

    async def run() -> list[str]:
        found = []
        for desk.now in times:
            found.append((await credentials.headers(desk.ask))["Authorization"])
        return found

    return anyio.run(run)


def test_a_signature_is_of_the_moment() -> None:
    assert sent(Signing("http://x"), Desk(), [1000, 2000]) == [
        "the-key at 1000",
        "the-key at 2000",
    ]


def test_a_token_is_bought_once_and_renewed_before_its_end() -> None:
    desk = Desk()
    times = [1000.0, 1000 + 3299, 1000 + 3301, 1000 + 3302]
    tokens = ["Key token-1", "Key token-1", "Key token-2", "Key token-2"]
    assert sent(Buying("http://x"), desk, times) == tokens
    assert desk.asked == [1000, 4301]
    assert desk.hidden == ["token-1", "token-2"]


def test_tasks_that_begin_at_once_buy_one_token() -> None:
    desk = Desk()
    credentials = Credentials(Buying("http://x"), lambda: KEY, desk.hide, lambda: desk.now)

    async def run() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(credentials.headers, desk.ask)

    anyio.run(run)
    assert len(desk.asked) == 1


def test_a_key_that_is_a_token_is_sent_itself() -> None:
    assert sent(Direct("http://x"), Desk(), [1]) == ["Key the-key"]
