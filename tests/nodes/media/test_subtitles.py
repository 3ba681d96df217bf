from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import TaskError
from nodes.media import Cue, cues_of, parse_srt, write_srt


def test_lines_share_the_time_by_their_length() -> None:
    cues = cues_of("ANNA: " + "a" * 14 + "\n\nBOB: " + "b" * 35, 6.0)
    assert [cue.text for cue in cues] == ["ANNA: " + "a" * 14, "BOB: " + "b" * 35]
    assert [(cue.start, cue.end) for cue in cues] == [(0.0, 2.0), (2.0, 6.0)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("ANNA: Come here.", "Come here."),
        ("ANNA (whispers): Come here.", "Come here."),
        ("DR. MÜLLER: Oui.", "Oui."),
        ("It is 10:30 now.", "It is 10:30 now."),
        ("Just words.", "Just words."),
        ("12:30: the train", "12:30: the train"),
    ],
)
def test_names_can_be_left_out(line: str, shown: str) -> None:
    assert [cue.text for cue in cues_of(line, 1, speaker_names=False)] == [shown]


def test_no_words_give_no_subtitles(tmp_path: Path) -> None:
    assert cues_of(" \n\n", 3) == []
    write_srt([], tmp_path / "a.srt")
    assert (tmp_path / "a.srt").read_bytes() == b""


def test_srt_is_written_as_players_want_it(tmp_path: Path) -> None:
    write_srt([Cue(0, 1.5, "One\n\ntwo"), Cue(3661.0426, 3662, "Été")], tmp_path / "a.srt")
    assert (tmp_path / "a.srt").read_text("utf-8") == (
        "1\n00:00:00,000 --> 00:00:01,500\nOne\ntwo\n\n2\n01:01:01,043 --> 01:01:02,000\nÉté\n"
    )


def test_srt_from_elsewhere_is_read() -> None:
    text = (
        "\ufeff2\r\n00:00:03.5 --> 00:00:04,000 X1:10\r\n<i>Later</i>\r\nsame\r\n\r\n\r\n"
        "1\r\n0:00:01,000 --> 00:00:02,000\r\n{\\an8}Earlier\r\n\r\n"
        "3\r\n00:00:05,000 --> 00:00:05,000\r\nno time\r\n"
    )
    assert parse_srt(text) == [Cue(1, 2, "Earlier"), Cue(3.5, 4, "Later\nsame")]


def test_what_is_no_srt_names_its_line() -> None:
    with pytest.raises(TaskError, match="Line 2 of the subtitles"):
        parse_srt("1\nHello there\n")
    assert parse_srt("") == []


words = st.text("abcÉß ?!", min_size=1).map(str.strip).filter(lambda text: text)


@given(rows=st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5), words), max_size=8))
def test_what_is_written_is_read_back(
    rows: list[tuple[int, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    cues = [Cue(start / 1000, (start + length) / 1000, text) for start, length, text in rows]
    cues.sort(key=lambda cue: cue.start)
    path = tmp_path_factory.getbasetemp() / "a.srt"
    write_srt(cues, path)
    assert parse_srt(path.read_text("utf-8")) == cues


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(TaskError):
        parse_srt(text)


@given(st.text(max_size=100), st.floats(0.1, 100))
def test_subtitles_fill_the_time_in_order(text: str, seconds: float) -> None:
    cues = cues_of(text, seconds)
    assert all(one.end == other.start for one, other in pairwise(cues))
    if cues:
        assert cues[0].start == 0
        assert cues[-1].end == pytest.approx(seconds)
