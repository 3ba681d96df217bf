"""The encoder: the same pictures give the same bytes, whatever else the machine does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nodes.animatic import draw_frame, render_clip
from tests.support.media import make_video

_ENCODE = """
import hashlib, sys
from pathlib import Path
from nodes.media import burn_subtitles

film, out = Path(sys.argv[1]), Path(sys.argv[2])
for _ in range(10):
    burn_subtitles(film, out, [])
    print(hashlib.sha256(out.read_bytes()).hexdigest())
"""


def test_busy_processes_encode_the_same_bytes(tmp_path: Path) -> None:
    picture, film = tmp_path / "drawn.png", tmp_path / "film.mp4"
    draw_frame("Close-up: Tom listens to Anna", picture, width=320, height=180)
    render_clip(picture, film, motion="slow push in", seconds=0.5)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _ENCODE, str(film), str(tmp_path / f"{number}.mp4")],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    hashes = [process.communicate()[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert {len(found) for found in hashes} == {10}
    assert len({one for found in hashes for one in found}) == 1


def test_the_part_of_the_encoder_that_varies_is_off(tmp_path: Path) -> None:
    """Too seldom to be seen in a test, its decisions differ between runs under load."""
    written = make_video(tmp_path / "film.mp4").read_bytes()
    assert b"mbtree=0 " in written
