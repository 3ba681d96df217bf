"""OpenAI: what is made of its answers and messages."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.providers.openai.adapter import OpenAI
from nodes.remote.adapter import Answer, JobPhase, JobStatus, RemoteJob, Spooled
from nodes.remote.session import MISREAD
from nodes.remote.webhooks import Delivery, receive, webhook_of
from tests.support.fake_openai import WEBHOOK_SECRET, delivery
from tests.support.odd_answers import odd_json, read_or_refused

ADAPTER = OpenAI()
JOB = RemoteJob("resp_7")
PRICES = "text=5 image=8 output=30"


def drawn(prices: str = "", **more: Any) -> JobStatus:
    document = {"data": [{"b64_json": "iVBORw0="}], **more}
    status = ADAPTER.submitted(Answer(200, document, {}, wants=f"pictures {prices}".strip()))
    assert isinstance(status, JobStatus)
    return status


USAGE = {
    "input_tokens_details": {"text_tokens": 10, "image_tokens": 4},
    "output_tokens": 1000,
}


def test_pictures_and_what_they_cost() -> None:
    status = drawn(PRICES, usage=USAGE)
    assert (status.phase, status.billed) == (JobPhase.SUCCEEDED, "billed")
    assert status.files[0].content == "iVBORw0="
    assert status.cost == Decimal("0.030082")
    assert drawn(usage=USAGE).cost is None
    odd: Any
    for odd in (None, [], {}, {**USAGE, "output_tokens": -1}, {**USAGE, "output_tokens": True}):
        assert drawn(PRICES, usage=odd).cost is None
    spooled = Spooled(Path("x"), 3)
    document = {"data": [{"b64_json": spooled}, {"url": "https://x.test/a.png"}]}
    both = ADAPTER.submitted(Answer(200, document, {}, wants="pictures"))
    assert isinstance(both, JobStatus)
    assert [(file.spooled, file.url) for file in both.files] == [
        (spooled, ""),
        (None, "https://x.test/a.png"),
    ]
    broken: Any
    for broken in ({}, {"data": []}, {"data": [{}]}):
        with pytest.raises(MISREAD):
            ADAPTER.submitted(Answer(200, broken, {}, wants="pictures"))


def test_speech_is_a_file() -> None:
    spooled = Spooled(Path("x"), 3)
    status = ADAPTER.submitted(Answer(200, None, {}, file=spooled, wants="speech"))
    assert isinstance(status, JobStatus)
    assert (status.files[0].spooled, status.billed) == (spooled, "billed")
    with pytest.raises(TaskError, match="something unexpected"):
        ADAPTER.submitted(Answer(200, {}, {}, wants="speech"))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, ErrorKind.INVALID),
        (400, "invalid_value", ErrorKind.INVALID),
        (401, "invalid_api_key", ErrorKind.AUTH),
        (403, None, ErrorKind.AUTH),
        (404, "model_not_found", ErrorKind.DOWN),
        (408, None, ErrorKind.TRANSIENT),
        (409, None, ErrorKind.TRANSIENT),
        (422, None, ErrorKind.INVALID),
        (429, "rate_limit_exceeded", ErrorKind.THROTTLED),
        (429, None, ErrorKind.THROTTLED),
        (429, "insufficient_quota", ErrorKind.BILLING),
        (500, "server_error", ErrorKind.TRANSIENT),
        (502, None, ErrorKind.TRANSIENT),
        (503, None, ErrorKind.TRANSIENT),
        (504, None, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, code: str | None, kind: ErrorKind) -> None:
    detail = {"message": "so", "type": "invalid_request_error", "param": None, "code": code}
    told = Answer(status, {"error": detail}, {"retry-after-ms": "1500"}, wants="pictures")
    with pytest.raises(TaskError, match=f"OpenAI answered {status}: so") as caught:
        ADAPTER.submitted(told)
    assert (caught.value.kind, caught.value.retry_after) == (kind, 1.5)
    assert ("verified" in caught.value.hint) is (status == 403)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("moderation_blocked", "no"),
        ("content_policy_violation", "no"),
        ("image_content_policy_violation", "no"),
        (None, "Your request was rejected as a result of our safety system."),
    ],
)
def test_refusals_are_no_errors_of_ours(code: str | None, message: str) -> None:
    detail = {"message": message, "type": "image_generation_user_error", "code": code}
    status = ADAPTER.submitted(Answer(400, {"error": detail}, {}, wants="pictures"))
    assert status == JobStatus(JobPhase.REFUSED, message=message)


def response(state: str, *content: Any, **more: Any) -> dict[str, Any]:
    message = {"type": "message", "content": list(content)}
    output = [{"type": "reasoning", "summary": []}, message] if content else []
    told = {"id": "resp_7", "status": state, "error": None, "incomplete_details": None}
    return {**told, "output": output, **more}


TEXT = {"type": "output_text", "text": "{}"}
REFUSAL = {"type": "refusal", "refusal": "I will\nnot."}


@pytest.mark.parametrize(
    ("document", "phase", "billed", "words"),
    [
        (response("queued"), JobPhase.QUEUED, "unknown", ""),
        (response("in_progress"), JobPhase.RUNNING, "unknown", ""),
        (response("completed", TEXT), JobPhase.SUCCEEDED, "billed", ""),
        (response("completed", REFUSAL), JobPhase.REFUSED, "billed", "I will not."),
        (response("completed"), JobPhase.FAILED, "billed", "without text"),
        (response("cancelled"), JobPhase.CANCELED, "unknown", ""),
        (
            response("incomplete", TEXT, incomplete_details={"reason": "max_output_tokens"}),
            JobPhase.FAILED,
            "billed",
            "",
        ),
        (
            response("incomplete", incomplete_details={"reason": "content_filter"}),
            JobPhase.REFUSED,
            "billed",
            "its filter",
        ),
        (
            response("incomplete", incomplete_details={"reason": "steered"}),
            JobPhase.FAILED,
            "unknown",
            "steered",
        ),
        (
            response("failed", error={"code": "server_error", "message": "out of ink"}),
            JobPhase.FAILED,
            "unknown",
            "out of ink",
        ),
        (
            response("failed", error={"code": "bio_policy", "message": "not this"}),
            JobPhase.REFUSED,
            "unknown",
            "not this",
        ),
        (response("failed"), JobPhase.FAILED, "unknown", "no reason given"),
    ],
)
def test_responses(document: Any, phase: JobPhase, billed: str, words: str) -> None:
    status = ADAPTER.status(Answer(200, document, {}), JOB)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, billed)
    assert words in status.message
    begun = ADAPTER.submitted(Answer(200, document, {}, wants="text"))
    is_open = phase in (JobPhase.QUEUED, JobPhase.RUNNING)
    assert repr(begun) == repr(RemoteJob("resp_7") if is_open else status)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("invalid_prompt", ErrorKind.INVALID), ("rate_limit_exceeded", ErrorKind.THROTTLED)],
)
def test_why_a_response_failed(code: str, kind: ErrorKind) -> None:
    document = response("failed", error={"code": code, "message": "so"})
    status = ADAPTER.status(Answer(200, document, {}), JOB)
    assert isinstance(status, JobStatus)
    assert status.error is not None
    assert (status.error.kind, status.error.message) == (kind, "OpenAI could not write it: so")


def test_a_response_without_an_id_is_not_understood() -> None:
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.submitted(Answer(200, response("queued", id=7), {}, wants="text"))


NAMES = ["data", "b64_json", "url", "usage", "input_tokens_details", "text_tokens", "output_tokens"]
NAMES += ["image_tokens", "id", "status", "output", "type", "content", "text", "refusal", "error"]
NAMES += ["code", "message", "incomplete_details", "reason"]
JSON = odd_json(
    NAMES, ["completed", "failed", "incomplete", "message", "content_filter", "resp_1", "\ud800"]
)


@settings(max_examples=300)
@given(
    data=JSON,
    status=st.sampled_from([200, 400, 401, 404, 429, 500]),
    wants=st.sampled_from(["text", "speech", "pictures", f"pictures {PRICES}"]),
)
def test_any_answer_is_read_or_refused(data: Any, status: int, wants: str) -> None:
    told = Answer(status, data, {}, wants=wants)
    read_or_refused(
        told, or_misread=(ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    )


# -- messages ------------------------------------------------------------------------------------


def test_messages_are_read_if_they_are_signed() -> None:
    now = 1_790_000_000.0
    headers, said = delivery("resp_7", now)
    secret = SecretStr(WEBHOOK_SECRET)
    told = receive("openai", said, headers, secret, now)
    assert told == Delivery("wh_resp_7", "resp_7")
    for wrong in ({"body": said + b" "}, {"now": now + 301}, {"secret": SecretStr("whsec_")}):
        arguments: dict[str, Any] = {"body": said, "secret": secret, "now": now, **wrong}
        with pytest.raises(TaskError, match="is not, or is too old"):
            receive("openai", headers=headers, **arguments)
    webhook = webhook_of("openai")
    assert webhook is not None
    assert webhook.lookup() is None
    for broken in (b"[]", b"{}", b'{"type": "batch.completed", "data": {"id": "b"}}', b"\xff"):
        with pytest.raises(TaskError, match="message from OpenAI"):
            webhook.read(broken, {})
