"""What models do not take together."""

from __future__ import annotations

from typing import Any

import pytest

from engine import ErrorKind, Image, TaskError
from nodes.models import ModelInfo
from nodes.remote.lookup import refuse_unfit
from nodes.requests import Request
from tests.support.every_model import HANDLES

MODEL = ModelInfo.model_validate(
    {
        "id": "paint/one",
        "title": "One",
        "summary": "Paints.",
        "kinds": ("text_to_video", "image_to_video"),
        "version": "1",
        "inputs": {
            "prompt": {},
            "image": {"type": "image", "kinds": ["image_to_video"]},
            "last_image": {"type": "image"},
            "references": {"type": "images"},
            "resolution": {"values": ["720p", "1080p"], "default": "720p"},
            "seconds": {"type": "integer", "values": [5, 10], "default": 5},
        },
        "options": {"sound": {"type": "boolean", "default": False}, "voices": {"type": "data"}},
        "rules": [
            {"given": ["last_image"], "needs": {"resolution": ["1080p"]}},
            {"when": {"resolution": "1080p"}, "needs": {"seconds": [5]}},
            {"given": ["voices"], "needs": {"sound": [True], "references": []}},
            {"kinds": ["text_to_video"], "excludes": ["voices"]},
            {"counted": ["image", "references", "voices"], "most": 3},
            {"counted": ["seconds", "references"], "most": 12},
            {
                "kinds": ["image_to_video"],
                "without": ["last_image", "voices"],
                "needs": {"seconds": [5]},
            },
        ],
        "price": {"unit": "call", "low": "1", "source": "test", "date": "2026-11-01"},
    }
)
IMAGE = Image(digest="0" * 64, media_type="image/png", size=1, width=8, height=8)


def complaints(kind: Any, given: set[str] | None = None, **arguments: Any) -> list[str]:
    names = frozenset(given or set()) | set(arguments) - {"options"}
    return list(MODEL.complaints(arguments, names, kind))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"last_image": IMAGE}, ["last_image needs resolution 1080p"]),
        ({"last_image": IMAGE, "resolution": "1080p"}, []),
        ({"resolution": "1080p", "seconds": 4.0}, []),
        (
            {"resolution": "1080p", "last_image": IMAGE, "seconds": 6.0},
            ["resolution 1080p needs duration 5"],
        ),
        (
            {
                "references": [IMAGE, IMAGE],
                "image": IMAGE,
                "options": {"voices": ["a"], "sound": True},
            },
            ["image and references and voices are at most 3 together, not 4"],
        ),
        ({"seconds": 10.0}, ["image_to_video without last_image and voices needs duration 5"]),
        (
            {"options": {"voices": ["a"]}},
            ["voices needs sound True", "voices needs references"],
        ),
        ({"options": {"voices": ["a"], "sound": True}, "references": [IMAGE]}, []),
        (
            {"seconds": 10.0, "references": [IMAGE] * 3, "last_image": IMAGE},
            [
                "last_image needs resolution 1080p",
                "duration and references are at most 12 together, not 13",
            ],
        ),
    ],
)
def test_what_does_not_go_together(arguments: dict[str, Any], said: list[str]) -> None:
    assert complaints("image_to_video", **arguments) == [f"paint/one: {each}" for each in said]


def test_a_rule_may_be_for_one_kind_of_work() -> None:
    options = {"voices": ["a"], "sound": True}
    (said,) = complaints("text_to_video", options=options, references=[IMAGE])
    assert said == "paint/one: text_to_video does not go with voices"


def test_what_is_not_known_yet_breaks_no_rule() -> None:
    assert complaints("image_to_video", {"last_image", "resolution"}) == []
    assert complaints("image_to_video", {"seconds"}, resolution="1080p") == []


def test_what_became_known_late_is_refused_before_it_is_sent() -> None:
    refuse_unfit(MODEL, Request("image_to_video", "paint/one", prompt="a", image=IMAGE))
    with pytest.raises(TaskError, match="last_image needs resolution 1080p") as caught:
        refuse_unfit(MODEL, Request("image_to_video", "paint/one", image=IMAGE, last_image=IMAGE))
    assert caught.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize("value", ["film.mp4", 5])
def test_an_option_that_is_a_file_takes_what_a_node_has_made(value: object) -> None:
    dancer = {"type": "video", "high": 30}
    dance = ModelInfo.model_validate(MODEL.model_dump() | {"options": {"dancer": dancer}})
    dance = dance.model_copy(update={"rules": ()})

    def said(given: object) -> list[str]:
        return list(dance.complaints({"options": {"dancer": given}}, frozenset()))

    assert said(value) == [
        f"paint/one, option dancer: not {value!r}; it takes what a node has made"
    ]
    assert said(HANDLES["video"]) == []
    long = HANDLES["video"].model_copy(update={"seconds": 31})
    assert said(long) == ["paint/one, option dancer: at most 30 seconds, not 31"]


def test_what_is_not_known_yet_of_the_options_is_left_to_the_run() -> None:
    only = {"given": ["seconds"], "needs": {"sound": [True]}}
    rules = [only, {"given": ["seconds"], "excludes": ["last_image"]}]
    strict = ModelInfo.model_validate(
        MODEL.model_dump() | {"rules": rules, "options": {"sound": {"required": True}}}
    )
    given = frozenset({"seconds", "last_image"})
    said = list(strict.complaints({"seconds": 5}, given | {"options"}))
    assert said == ["paint/one: duration does not go with last_image"]
    assert len(list(strict.complaints({"seconds": 5}, given))) == 3
