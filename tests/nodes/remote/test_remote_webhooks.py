"""Deliveries: taken from their provider only, whoever says that it is."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from engine.errors import ErrorKind, TaskError
from nodes.providers import MODULES
from nodes.remote.webhooks import Delivery, receive, webhook_of
from tests.support.fake_higgsfield import WEBHOOK_SECRET, FakeHiggsfield

SECRET = SecretStr(WEBHOOK_SECRET)


def delivery() -> tuple[dict[str, str], bytes]:
    fake = FakeHiggsfield({})
    fake.now, fake.steps = 1000.0, ("completed",)
    with fake.serve():
        job = fake.begin("/higgsfield-ai/soul/standard", {"prompt": "a"})
        return fake.delivery(job.id, newer=True)


def test_a_genuine_message_is_read_whatever_the_case_of_its_headers() -> None:
    headers, body = delivery()
    shouted = {name.upper(): value for name, value in headers.items()}
    told = receive("higgsfield", body, shouted, SECRET, 1000.0)
    assert isinstance(told, Delivery)
    assert told.status is not None
    assert told == receive("higgsfield", body, headers, SECRET, 1100.0)


def test_a_forged_message_is_not_read() -> None:
    headers, body = delivery()
    with pytest.raises(TaskError, match="is not, or is too old") as failure:
        receive("higgsfield", body + b" ", headers, SECRET, 1000.0)
    assert failure.value.kind is ErrorKind.AUTH


@pytest.mark.parametrize("name", ["animatic", "nobody"])
def test_who_sends_no_messages_is_not_listened_to(name: str) -> None:
    with pytest.raises(TaskError, match=f"{name} sends no messages"):
        receive(name, b"{}", {}, SECRET, 0.0)


@pytest.mark.parametrize("provider", sorted(name for name in MODULES if webhook_of(name)))
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b"[" * 50_000])
def test_every_providers_messages_are_checked_before_they_are_read(
    provider: str, body: bytes
) -> None:
    with pytest.raises(TaskError):
        receive(provider, body, {}, SecretStr("whsec_c2VjcmV0"), 1000.0)
