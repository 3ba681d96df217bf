"""Speech, subtitles made of it, music and effects, with the built-in models."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.asking import traits_of
from nodes.media import SpokenWord, cues_from_words, parse_srt, read_timing, spread
from nodes.models import ModelInfo, catalogue
from tests.support.media import level, make_video
from tests.support.studio import Studio

TEXT = "The tide is out. Nobody comes here any more, and the lamp is dark!"


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def test_a_text_is_hummed_at_the_pace_of_speech(studio: Studio) -> None:
    audio = studio.outputs("speech", {"text": TEXT}, "audio")["audio"]
    assert 3 < audio.seconds < 8
    assert level(studio.path(audio), 0.0, 1.0) > 0.01


def test_the_same_words_give_the_same_bytes_and_another_voice_others(tmp_path: Path) -> None:
    def digest(folder: str, **inputs: Any) -> str:
        (tmp_path / folder).mkdir()
        made = Studio(tmp_path / folder).outputs("speech", {"text": TEXT, **inputs}, "audio")
        found: str = made["audio"].digest
        return found

    assert digest("a") == digest("b")
    assert digest("c", voice="Mara") != digest("d", voice="Jonas")


def test_a_faster_voice_is_done_sooner(studio: Studio) -> None:
    usual, fast = (
        studio.outputs("speech", {"text": TEXT, "speed": speed}, "audio")["audio"].seconds
        for speed in (1.0, 2.0)
    )
    assert fast == pytest.approx(usual / 2, rel=0.01)


def test_subtitles_of_a_speech_go_straight_onto_a_film(studio: Studio) -> None:
    make_video(studio.folder / "film.mp4")
    flow = {
        "nodes": {
            "say": {"type": "speech", "inputs": {"text": TEXT}},
            "film": {
                "type": "subtitle",
                "inputs": {"video": "film.mp4", "file": "${say.srt}", "burn": False},
            },
        },
        "outputs": {"srt": "${film.srt}", "voice": "${say.audio}"},
    }
    report = studio.run(flow)
    assert not report.failures
    cues = parse_srt(studio.path(report.outputs["srt"]).read_text())
    assert [cue.text for cue in cues] == [
        "The tide is out.",
        "Nobody comes here any more, and the lamp is dark!",
    ]
    assert cues[-1].end == pytest.approx(report.outputs["voice"].seconds, abs=0.01)


def test_a_chord_is_as_long_as_asked_for(studio: Studio) -> None:
    made = studio.outputs("text_to_audio", {"prompt": "rain", "duration": 2.5}, "audio")
    assert made["audio"].seconds == pytest.approx(2.5, abs=0.001)
    assert level(studio.path(made["audio"]), 1.0, 1.2) > 0.01


def test_a_voice_is_priced_by_its_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    voice = catalogue().get("animatic/voice")
    assert voice is not None
    price = {**voice.price.model_dump(), "unit": "thousand_characters", "low": "0.1", "high": "0.1"}
    dear = ModelInfo.model_validate({**voice.model_dump(), "price": price})
    monkeypatch.setattr(type(catalogue()), "get", lambda self, name: dear)
    found = traits_of("speech")({"text": "x" * 2500, "model": ["animatic/voice"]})
    assert found.price.low == found.price.high == Decimal("0.25")


# -- timing ----------------------------------------------------------------------------------------


def test_times_of_a_model_become_subtitles() -> None:
    rows = [
        {"text": "Well.", "start": 0.1, "end": 0.5},
        {"text": "Where", "start": 2.0, "end": 2.2},
        {"text": "to?", "start": 2.2, "end": 9.9},
    ]
    words = read_timing({"timing": rows}, 3.0)
    cues = [(cue.text, cue.start, cue.end) for cue in cues_from_words(words)]
    assert cues == [("Well.", 0.1, 0.5), ("Where to?", 2.0, 3.0)]


@pytest.mark.parametrize(
    "rows",
    [
        None,
        "soon",
        [None],
        [{"text": "a"}],
        [{"text": "a", "start": "0", "end": 1}],
        [{"text": "a", "start": float("nan"), "end": 1}],
        [{"text": "a", "start": 5, "end": 6}, {"text": "b", "start": 1, "end": 2}],
    ],
)
def test_times_that_cannot_be_are_none(rows: Any) -> None:
    assert read_timing({"timing": rows}, 10) == []
    assert read_timing(rows, 10) == []


@given(st.text(max_size=400), st.floats(0.1, 600))
def test_words_share_the_time_in_order(text: str, seconds: float) -> None:
    words = spread(text, seconds)
    assert [word.text for word in words] == text.split()
    for one, other in pairwise(words):
        assert one.start < one.end == pytest.approx(other.start)
    if words:
        assert words[0].start == 0
        assert words[-1].end == pytest.approx(seconds)
    cues = cues_from_words(words)
    assert " ".join(cue.text for cue in cues).split() == text.split()


def test_long_sentences_are_shown_in_parts() -> None:
    words = [SpokenWord("word", i * 0.3, i * 0.3 + 0.3) for i in range(100)]
    assert all(
        len(cue.text) <= 80 and cue.end - cue.start <= 6.01 for cue in cues_from_words(words)
    )
