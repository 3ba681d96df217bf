"""Messages that fal sends: which are genuine, and what they say."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections import deque

import pytest
from pydantic import SecretStr

from engine import TaskError
from engine.errors import UsageError
from nodes.providers.fal.webhook import WEBHOOK
from nodes.remote.adapter import JobPhase
from nodes.remote.ed25519 import public_keys
from tests.support.fake_fal import FakeFal, FakeJob


@pytest.fixture
def signed() -> tuple[bytes, dict[str, str], SecretStr]:
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    key = ed25519.Ed25519PrivateKey.generate()
    with FakeFal({}).serve() as fake:
        steps = deque(["COMPLETED"])
        fake.jobs["r1"] = FakeJob("r1", "fal-ai/flux/schnell", {"prompt": "a fox"}, steps)
        raw = fake.delivery("r1")
    message = "\n".join(["r1", "me", "1000", hashlib.sha256(raw).hexdigest()])
    headers = {
        "x-fal-webhook-request-id": "r1",
        "x-fal-webhook-user-id": "me",
        "x-fal-webhook-timestamp": "1000",
        "x-fal-webhook-signature": key.sign(message.encode()).hex(),
    }
    public, other = (
        base64.urlsafe_b64encode(each.public_key().public_bytes_raw()).rstrip(b"=").decode()
        for each in (key, ed25519.Ed25519PrivateKey.generate())
    )
    jwks = {
        "keys": [
            {"x": other},
            {"x": "short"},
            {"x": 5},
            {"x": "\u00e9"},
            None,
            {"kty": "OKP", "x": public},
        ]
    }
    assert len(public_keys(jwks)) == 2
    return raw, headers, SecretStr(json.dumps(jwks))


def test_a_genuine_message_is_known(signed: tuple[bytes, dict[str, str], SecretStr]) -> None:
    raw, headers, keys = signed
    assert WEBHOOK.is_genuine(raw, headers, keys, now=1200.0)
    delivery = WEBHOOK.read(raw, headers)
    assert delivery.remote_id == "r1"
    assert delivery.status is not None
    assert delivery.status.phase is JobPhase.SUCCEEDED


@pytest.mark.parametrize(
    "change",
    [
        {"x-fal-webhook-timestamp": "600"},
        {"x-fal-webhook-timestamp": "1001"},
        {"x-fal-webhook-timestamp": "soon"},
        {"x-fal-webhook-timestamp": "9" * 400},
        {"x-fal-webhook-timestamp": "9" * 5000},
        {"x-fal-webhook-user-id": "you"},
        {"x-fal-webhook-user-id": ""},
        {"x-fal-webhook-signature": "zz"},
        {"x-fal-webhook-signature": "00" * 64},
    ],
)
def test_a_forged_or_stale_message_is_not(
    signed: tuple[bytes, dict[str, str], SecretStr], change: dict[str, str]
) -> None:
    raw, headers, keys = signed
    assert not WEBHOOK.is_genuine(raw, headers | change, keys, now=1000.0)
    assert not WEBHOOK.is_genuine(raw + b" ", headers, keys, now=1000.0)
    assert not WEBHOOK.is_genuine(raw, headers, SecretStr("{}"), now=1000.0)
    assert not WEBHOOK.is_genuine(raw, headers, SecretStr("[" * 90_000), now=1000.0)


def test_what_is_missing_for_signatures_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(UsageError) as error:
        WEBHOOK.is_genuine(b"", {}, SecretStr("{}"), now=0.0)
    assert 'pip install "reelgraph[webhooks]"' in error.value.hint


def test_messages_of_failure() -> None:
    detail = {"detail": [{"loc": ["body"], "msg": "no", "type": "content_policy_violation"}]}
    told = {"request_id": "r1", "status": "ERROR", "error": "422", "payload": detail}
    said = WEBHOOK.read(json.dumps(told).encode(), {}).status
    assert said is not None
    assert said.phase is JobPhase.REFUSED
    told = {"request_id": "r1", "status": "ERROR", "error": "Invalid status code: 404"}
    said = WEBHOOK.read(json.dumps(told).encode(), {}).status
    assert said is not None
    assert (said.phase, said.message) == (JobPhase.FAILED, "Invalid status code: 404")
    lost = {"request_id": "r1", "status": "OK", "payload": None, "payload_error": "too large"}
    assert WEBHOOK.read(json.dumps(lost).encode(), {}).status is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"request_id": 5}',
        b'{"request_id": "r1", "status": "IN_PROGRESS"}',
        b"[" * 100_000,
    ],
)
def test_other_messages_are_refused(raw: bytes) -> None:
    with pytest.raises(TaskError):
        WEBHOOK.read(raw, {})
