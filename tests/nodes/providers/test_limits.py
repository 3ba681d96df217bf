"""Limits that only show while a workflow runs: nothing is sent, and nothing paid, beyond them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Audio, ErrorKind, Image, Video
from nodes.models import Accepted
from nodes.providers import higgsfield
from nodes.providers.higgsfield.adapter import Higgsfield
from nodes.remote.runner import RemoteProvider
from tests.support.fake_higgsfield import KEY, FakeHiggsfield
from tests.support.media import make_image
from tests.support.place import KeyedStudio


class Place(KeyedStudio):
    """A studio with a key."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "higgsfield", KEY)


@pytest.fixture
def fake(tmp_path: Path) -> FakeHiggsfield:
    return FakeHiggsfield({"image": make_image(tmp_path / "made.png").read_bytes()})


@pytest.fixture
def place(tmp_path: Path, fake: FakeHiggsfield, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_HIGGSFIELD_BASE_URL", server.url)
        monkeypatch.setattr(higgsfield, "PROVIDER", RemoteProvider(Higgsfield()))
        made = Place(tmp_path)
        yield made
        made.home.close()


def test_a_prompt_that_is_too_long_is_not_sent(place: Place, fake: FakeHiggsfield) -> None:
    model = "higgsfield/z-image/turbo"
    literal = place.workflow("text_to_image", {"prompt": "a" * 801, "model": model}, "image")
    assert "at most 800 characters, not 801" in "\n".join(place.problems(literal))
    wired = place.workflow("text_to_image", {"prompt": "${words.text}", "model": model}, "image")
    words = {"texts": ["a" * 500, "b" * 500]}
    wired["nodes"]["words"] = {"type": "join_text", "inputs": words}
    (failure,) = place.run(wired).failures
    assert "at most 800 characters, not 100" in failure.message
    assert failure.kind == ErrorKind.INVALID
    assert not fake.asked
    assert not place.home.journal.jobs()


@pytest.mark.parametrize(
    ("accepted", "value", "words"),
    [
        ({"type": "video", "low": 4, "high": 30}, 3.5, "at least 4 seconds, not 3.5"),
        ({"type": "video", "low": 4, "high": 30}, 31, "at most 30 seconds, not 31"),
        ({"type": "audio", "high": 15}, 16, "at most 15 seconds, not 16"),
    ],
)
def test_lengths_of_media(accepted: dict[str, Any], value: float, words: str) -> None:
    file = {"digest": "a" * 64, "size": 20_000_000, "seconds": value}
    video = {**file, "media_type": "video/mp4", "width": 64, "height": 48, "fps": 24}
    audio = {**file, "media_type": "audio/wav", "sample_rate": 8000, "channels": 1}
    is_video = accepted["type"] == "video"
    media = Video.model_validate(video) if is_video else Audio.model_validate(audio)
    assert Accepted.model_validate(accepted).complaint(media) == words


def test_sizes_of_pictures() -> None:
    def picture(width: int, size: int = 1) -> Image:
        return Image(digest="a" * 64, media_type="image/png", size=size, width=width, height=500)

    some = Accepted(type="images", low=240, high=7680, megabytes=30, longest=2)
    assert some.complaint((picture(240), picture(7680))) == ""
    assert some.complaint((picture(240), picture(239))) == "at least 240 pixels a side, not 239"
    assert some.complaint((picture(7681),)) == "at most 7680 pixels a side, not 7681"
    assert some.complaint((picture(500, 31_000_000),)) == "a file of at most 30 MB, not 31.0 MB"
    assert some.complaint((picture(500),) * 3) == "at most 2 pictures, not 3"


def test_shapes_of_pictures() -> None:
    def picture(width: int, height: int) -> Image:
        file = {"digest": "a" * 64, "media_type": "image/png", "size": 1}
        return Image.model_validate({**file, "width": width, "height": height})

    some = Accepted(type="images", ratio=2.5, megapixels=0.5)
    assert some.complaint([picture(500, 200), picture(200, 500), picture(1000, 500)]) == ""
    too_long = "at most 2.5 times as long as wide, or as wide as long"
    assert some.complaint([picture(501, 200)]) == too_long
    assert some.complaint([picture(200, 501)]) == too_long
    assert some.complaint([picture(1000, 600)]) == "at most 0.5 million pixels, not 0.6"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["https://x.test/a.mp4", "asset://a-1"], ""),
        (["https://x.test/a"] * 3, "at most 2 addresses, not 3"),
        (["a.mp4"], "not ['a.mp4']; it takes addresses"),
        ("https://x.test/a", "not 'https://x.test/a'; it takes addresses"),
    ],
)
def test_lists_of_addresses(value: Any, said: str) -> None:
    assert Accepted(type="addresses", longest=2).complaint(value) == said
