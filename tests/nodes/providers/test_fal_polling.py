"""What goes wrong while a job at fal is asked about, and what it means for the job."""

from __future__ import annotations

from typing import Any

import pytest

from engine import ErrorKind, TaskError
from nodes.providers.fal.adapter import Fal
from nodes.providers.fal.answers import error_of
from nodes.remote.adapter import Answer, JobPhase, JobStatus, RemoteJob, Sent

ADAPTER = Fal()
JOB = RemoteJob("r1", {"status": "https://q/s", "result": "https://q/r", "cancel": "https://q/c"})


def typed(status: int, kind: str, asked: str) -> Answer:
    return Answer(status, {"detail": "oops", "error_type": kind}, {}, asked=JOB.urls[asked])


@pytest.mark.parametrize("kind", ["internal_error", "runner_server_error", "something_new"])
def test_a_fault_of_the_queue_is_no_end_of_the_job(kind: str) -> None:
    """Else the job would be given up while it goes on, and paid for again."""
    with pytest.raises(TaskError) as caught:
        ADAPTER.status(typed(500, kind, "status"), JOB)
    assert caught.value.kind is ErrorKind.TRANSIENT


def test_a_fault_in_the_result_is_the_end_of_the_job() -> None:
    said = ADAPTER.status(typed(500, "internal_server_error", "result"), JOB)
    assert isinstance(said, JobStatus)
    assert said.phase is JobPhase.FAILED
    assert said.billed == "not billed"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ErrorKind.AUTH),
        (403, ErrorKind.AUTH),
        (404, ErrorKind.DOWN),
        (429, ErrorKind.THROTTLED),
        (408, ErrorKind.TRANSIENT),
    ],
)
@pytest.mark.parametrize("asked", ["status", "result"])
def test_a_refused_question_is_no_end_of_the_job(status: int, kind: ErrorKind, asked: str) -> None:
    with pytest.raises(TaskError) as caught:
        ADAPTER.status(typed(status, "some_type", asked), JOB)
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, ErrorKind.TRANSIENT), (422, ErrorKind.INVALID), (429, ErrorKind.THROTTLED)],
)
def test_an_unknown_type_counts_as_its_status(status: int, kind: ErrorKind) -> None:
    assert error_of(typed(status, "something_new", "status")).kind is kind


SENT = Sent("/fal-ai/flux/dev", {"prompt": "a", "seed": 1}, 1_000_000.0, frozenset({"known"}))


def listed(**fields: Any) -> dict[str, Any]:
    item = {"request_id": "r1", "sent_at": "1970-01-12T13:46:41Z", "json_input": SENT.body}
    return {**item, **fields}


def test_a_lost_job_is_looked_for_by_its_input() -> None:
    call = ADAPTER.listing_of(SENT)
    assert call.url == "https://api.fal.ai/v1/models/requests/by-endpoint"
    assert call.params["endpoint_id"] == "fal-ai/flux/dev"
    assert call.params["start"] == "1970-01-12T13:46:35Z"
    assert call.params["expand"] == "payloads"


@pytest.mark.parametrize(
    "items",
    [
        [listed()],
        [listed(json_input={**SENT.body, "num_images": 1})],
        [listed(), listed(request_id="known"), listed(request_id="old", sent_at="1970-01-01")],
        [listed(), listed(request_id="b", json_input={"prompt": "b", "seed": 1}), None, 5],
    ],
)
def test_one_request_of_the_same_input_is_the_job(items: list[Any]) -> None:
    job = ADAPTER.recognised(Answer(200, {"items": items}, {}), SENT)
    assert job.remote_id == "r1"
    assert job.urls["status"] == "/fal-ai/flux/requests/r1/status"


@pytest.mark.parametrize(
    "items",
    [
        [],
        [listed(), listed(request_id="r2")],
        [listed(sent_at="1970-01-12T13:46:34Z")],
        [listed(sent_at="soon")],
        [listed(json_input=None)],
        [listed(json_input={"prompt": "a"})],
        [listed(request_id=None)],
        None,
    ],
)
def test_anything_else_leaves_it_open(items: list[Any] | None) -> None:
    with pytest.raises(TaskError):
        ADAPTER.recognised(Answer(200, {"items": items}, {}), SENT)


def test_workflows_keep_three_parts_of_their_paths() -> None:
    job = ADAPTER.job_named("r1", "/workflows/me/film/fast")
    assert job.urls["result"] == "/workflows/me/film/requests/r1"
