"""Deliveries from Higgsfield: both payloads, and whom they are from."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from engine import TaskError
from nodes.providers.higgsfield import WEBHOOK
from nodes.remote.adapter import JobPhase
from nodes.remote.webhooks import Delivery
from tests.support.fake_higgsfield import WEBHOOK_SECRET, FakeHiggsfield


def read(body: bytes, headers: dict[str, str]) -> Delivery:
    return WEBHOOK.read(body, headers)


def delivery(*, newer: bool = True, prompt: str = "a") -> tuple[dict[str, str], bytes]:
    fake = FakeHiggsfield({})
    fake.now, fake.steps = 1000.0, ("completed",)
    with fake.serve():
        job = fake.begin("/higgsfield-ai/soul/standard", {"prompt": prompt})
        return fake.delivery(job.id, newer=newer)


@pytest.mark.parametrize("newer", [True, False])
def test_both_payloads_are_read(newer: bool) -> None:
    headers, raw = delivery(newer=newer)
    told = read(raw, headers)
    assert told.status is not None
    assert told.status.phase is JobPhase.SUCCEEDED
    assert [file.kind for file in told.status.files] == ["image"]
    assert told == read(raw, headers)
    headers, raw = delivery(newer=newer, prompt="nsfw")
    refusal = read(raw, headers).status
    assert refusal is not None
    assert refusal.phase is JobPhase.REFUSED


def test_a_signature_is_checked() -> None:
    headers, raw = delivery()
    secret = SecretStr(WEBHOOK_SECRET)
    assert WEBHOOK.is_genuine(raw, headers, secret, 1100.0)
    assert not WEBHOOK.is_genuine(raw, headers, secret, 1400.0)
    assert not WEBHOOK.is_genuine(raw + b" ", headers, secret, 1000.0)
    assert not WEBHOOK.is_genuine(raw, headers, SecretStr("whsec_AAAA"), 1000.0)
    assert not WEBHOOK.is_genuine(raw, headers, SecretStr("whsec_"), 1000.0)
    for name in headers:
        assert not WEBHOOK.is_genuine(raw, {**headers, name: "x"}, secret, 1000.0)
        assert not WEBHOOK.is_genuine(raw, {**headers, name: ""}, secret, 1000.0)


@pytest.mark.parametrize("stamp", ["9" * 400, "9" * 5000, "-1", "1e3", "\u00b2"])
def test_a_strange_time_is_not_now(stamp: str) -> None:
    headers, raw = delivery()
    headers = {**headers, "webhook-timestamp": stamp}
    assert not WEBHOOK.is_genuine(raw, headers, SecretStr(WEBHOOK_SECRET), 1000.0)


def test_a_secret_that_is_none_signs_nothing() -> None:
    headers, raw = delivery()
    assert not WEBHOOK.is_genuine(raw, headers, SecretStr("whsec_\u00e9"), 1000.0)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"request_id": 1, "status": "failed"}', b"\xff"]
)
def test_broken_deliveries(raw: bytes) -> None:
    with pytest.raises(TaskError, match="a message from Higgsfield"):
        read(raw, {})
