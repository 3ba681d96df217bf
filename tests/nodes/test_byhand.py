"""Pictures that a person makes elsewhere and puts into a folder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from engine.request import Request
from nodes.byhand import INBOX
from nodes.generate import draft_override
from tests.support.media import make_image
from tests.support.studio import Studio

LINE = "a lighthouse at dusk --ar 16:9 --v 7"


class Desk(Studio):
    """A studio in which something happens at each look at a folder; waiting takes no time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = 0.0
        self.at_look: list[Callable[[], None]] = []
        self.engine._monotonic = lambda: self.clock

    async def _sleep(self, seconds: float) -> None:
        self.clock += seconds
        if self.at_look:
            self.at_look.pop(0)()
        await anyio.lowlevel.checkpoint()

    def flow(self, prompt: Any = LINE, **inputs: Any) -> dict[str, Any]:
        node = {"type": "import_image", "inputs": {"prompt": prompt, **inputs}}
        return {"nodes": {"frame": node}, "outputs": {"image": "${frame.image}"}}

    def inbox(self) -> list[Path]:
        return sorted((self.folder / "inbox").iterdir())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv(INBOX, str(tmp_path / "inbox"))
    return Desk(tmp_path)


def test_a_picture_is_taken_when_it_has_come_whole(desk: Desk) -> None:
    whole = make_image(desk.folder / "photo.png").read_bytes()

    def begin() -> None:
        (folder,) = desk.inbox()
        assert (folder / "prompt.txt").read_text() == LINE + "\n"
        (folder / "one.png.crdownload").write_bytes(whole[:10])
        (folder / "one.png").write_bytes(b"")

    def go_on() -> None:
        (folder,) = desk.inbox()
        (folder / "one.png.crdownload").unlink()
        (folder / "one.png").write_bytes(whole[:30])

    def end() -> None:
        (desk.inbox()[0] / "one.png").write_bytes(whole)

    desk.at_look = [begin, go_on, end]
    report = desk.run(desk.flow())
    assert not report.failures
    assert desk.path(report.outputs["image"]).read_bytes() == whole
    record = json.loads((desk.inbox()[0] / "taken.json").read_text())
    assert record["sha256"] == report.outputs["image"].digest
    assert record["prompt"] == LINE


def test_what_is_there_already_is_taken_by_the_next_run(desk: Desk) -> None:
    report = desk.run(desk.flow(hours=0.01))
    assert "no picture has come within 0.01 hours" in report.failures[0].message
    make_image(desk.inbox()[0] / "any name.png")
    assert not desk.run(desk.flow(hours=0.01)).failures
    looks = desk.clock
    assert desk.run(desk.flow(hours=0.01)).outputs["image"]
    assert desk.clock == looks


def test_each_task_has_a_folder_and_other_words_another(desk: Desk) -> None:
    desk.run(desk.flow(["a fox", "a hen"], hours=0.001))
    desk.run(desk.flow("a cat", hours=0.001))
    names = {folder.name.rpartition("-")[0] for folder in desk.inbox()}
    assert sorted(names) == ["frame", "frame-1", "frame-2"]


def test_a_person_chooses_among_several(desk: Desk) -> None:
    def two() -> None:
        make_image(desk.inbox()[0] / "grid.png", colour=(1, 2, 3))
        make_image(desk.inbox()[0] / "upscaled.png")

    desk.at_look = [two, lambda: None, lambda: (desk.inbox()[0] / "grid.png").unlink()]
    report = desk.run(desk.flow())
    kept = (desk.inbox()[0] / "upscaled.png").read_bytes()
    assert desk.path(report.outputs["image"]).read_bytes() == kept


def test_what_is_no_picture_is_told(desk: Desk) -> None:
    def drop() -> None:
        (desk.inbox()[0] / "notes.txt").write_text("soon")

    desk.at_look = [drop]
    (failure,) = desk.run(desk.flow()).failures
    assert "the file is text/plain" in failure.message
    assert "Replace" in failure.hint


def test_a_folder_that_is_removed_meanwhile_is_told(desk: Desk) -> None:
    desk.at_look = [lambda: shutil.rmtree(desk.inbox()[0])]
    (failure,) = desk.run(desk.flow()).failures
    assert "the folder for the picture cannot be used" in failure.message
    assert str(desk.folder) in failure.hint


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_not_followed(desk: Desk) -> None:
    secret = make_image(desk.folder / "photo.png")
    desk.at_look = [lambda: (desk.inbox()[0] / "a.png").symlink_to(secret)]
    assert desk.run(desk.flow(hours=0.01)).failures


def test_a_draft_waits_for_nobody(desk: Desk) -> None:
    document = desk.document(desk.flow())
    graph, _ = desk.engine.bind(document, None, draft_override)
    report = anyio.run(desk.engine.run, document, graph, Request.parse(graph))
    assert not report.failures
    assert not (desk.folder / "inbox").exists()
