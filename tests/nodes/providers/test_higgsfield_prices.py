"""What Higgsfield says of prices, keys and credits, and when it cannot tell."""

from __future__ import annotations

import pytest

from engine import ErrorKind, TaskError
from nodes.providers.higgsfield.adapter import Higgsfield, body_of
from nodes.remote.adapter import Answer
from nodes.requests import Request
from tests.support.handles import AUDIO, Urls, image, model_of

ADAPTER = Higgsfield()


def test_models_that_cannot_be_priced_are_not_asked_about_for_minutes() -> None:
    """For some, as Kling's motion control, the route of prices gives 500 each time."""
    price = ADAPTER.estimated(Answer(500, {"detail": "Internal Server Error"}, {}))
    assert price.high is None


def test_an_outage_says_nothing_of_a_key() -> None:
    assert ADAPTER.is_accepted(Answer(200, [], {}))
    assert not ADAPTER.is_accepted(Answer(401, {"detail": "Invalid credentials"}, {}))
    for status in (403, 429, 500, 503):
        with pytest.raises(TaskError):
            ADAPTER.is_accepted(Answer(status, {}, {}))


def test_what_a_talking_face_is_priced_by_is_sent() -> None:
    """No default of Speak's is documented, so that one of its own might cost more."""
    model = model_of("speak")
    request = Request("lip_sync", model.id, image=image(1), audio=AUDIO, prompt="calmly")
    sent = body_of(model, request, Urls())["params"]
    assert (sent["quality"], sent["duration"]) == ("mid", 5)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(403, {"detail": "not_enough_credits"}, {}), ErrorKind.BILLING),
        (Answer(403, None, {}), ErrorKind.BILLING),
        (Answer(403, None, {}, "error code: 1010"), ErrorKind.AUTH),
    ],
)
def test_a_filter_on_the_way_is_no_lack_of_credits(answer: Answer, kind: ErrorKind) -> None:
    assert ADAPTER.error(answer).kind is kind
