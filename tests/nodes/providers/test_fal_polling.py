"""What goes wrong while a job at fal is asked about, and what it means for the job."""

from __future__ import annotations

import pytest

from engine import ErrorKind, TaskError
from nodes.providers.fal.adapter import Fal
from nodes.providers.fal.answers import error_of
from nodes.remote.adapter import Answer, JobPhase, JobStatus, RemoteJob

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
