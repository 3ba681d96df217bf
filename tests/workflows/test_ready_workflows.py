"""The workflows that ship: every one runs offline, on real media, from any of the stories."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import anyio
import av
import pytest

import nodes
import workflows
from engine import Video
from engine.document import Document, create, load
from engine.engine import Engine
from engine.events import Event, TaskDone
from engine.execute import RunReport
from engine.plan import Plan
from engine.request import Request
from engine.store import Home
from nodes import schema
from nodes.export import Exporter
from nodes.media import inspect_media, read_workflow
from tests.support import media

FOLDER = Path(workflows.__file__).parent
STORIES = sorted((FOLDER / "stories").iterdir())
FILES = sorted({*FOLDER.glob("*.json"), *FOLDER.glob("parts/*.json")} - {schema.TARGET})
SHORT = "A fox sits under an old tree. At night the king walks slowly into the castle."


class Studio:
    """Runs ready workflows in one home, small enough for a test."""

    def __init__(self, home: Home) -> None:
        self.engine = Engine(home, nodes.registry(), inspect_media)
        self.done: list[TaskDone] = []

    def small(self, name: str) -> Document:
        """Return a ready workflow that draws at 360p and does not enlarge."""
        data = json.loads((FOLDER / f"{name}.json").read_text())
        for node in data["nodes"].values():
            if "resolution" in node["inputs"]:
                node["inputs"]["resolution"] = "360p"
            if node["type"] == "upscale":
                node["disabled"] = True
        return create(data, name=name)

    def run(
        self, document: Document, out: Path, values: Mapping[str, Any]
    ) -> tuple[RunReport, dict[str, list[Path]]]:
        graph, problems = self.engine.bind(document, values)
        assert not problems
        self.done.clear()
        exporter = Exporter(graph, self.engine.files(document).path, out, document.text)

        def listen(event: Event) -> None:
            exporter.handle(event)
            if isinstance(event, TaskDone):
                self.done.append(event)

        with exporter:
            report = anyio.run(self.engine.run, document, graph, Request(), listen)
            return report, dict(exporter.finish(report).files)

    def plan(self, document: Document, values: Mapping[str, Any]) -> Plan:
        graph, _ = self.engine.bind(document, values)
        return anyio.run(self.engine.plan, document, graph, Request())

    def executed(self) -> list[str]:
        return [event.task for event in self.done if event.status == "ran"]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Home.open(tmp_path_factory.mktemp("home")) as home:
        yield Studio(home)


def length(path: Path) -> Fraction:
    """Return how long a film plays, in seconds."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert stream.average_rate is not None
        return Fraction(sum(1 for _ in film.decode(stream))) / stream.average_rate


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_free_of_errors_and_warnings(studio: Studio, path: Path) -> None:
    assert studio.engine.check(load(path)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_says_what_it_is_for(path: Path) -> None:
    workflow = load(path).workflow
    assert workflow.name == path.stem
    assert workflow.description.endswith(".")
    assert all(spec.help for spec in workflow.inputs.values())


def test_the_main_workflow_as_it_ships(studio: Studio, tmp_path: Path) -> None:
    document = load(FOLDER / "storyboard-to-video.json")
    report, files = studio.run(document, tmp_path, {"story": SHORT, "shots": 2})
    assert report.exit_code == 0
    (film,) = files["film"]
    assert [path.name for path in files["frames"]] == ["frame-01.png", "frame-02.png"]
    assert film.name == "film.mp4"
    assert inspect_media(film, Video)["height"] == 1080
    board = next(event for event in studio.done if event.task == "board").outputs["shots"]
    promised = sum(shot.seconds for shot in board)
    assert abs(float(length(film)) - promised) <= len(board) / 24
    assert read_workflow(film) == document.text


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_any_story_becomes_a_film(studio: Studio, story: Path, tmp_path: Path) -> None:
    values = {"story": story.read_text(), "shots": 2}
    report, files = studio.run(studio.small("storyboard-to-video"), tmp_path, values)
    assert report.exit_code == 0
    assert len(files["frames"]) == 2
    clips = [event.outputs["video"] for event in studio.done if event.node == "clip"]
    total = sum(clip.seconds for clip in clips)
    assert abs(float(length(files["film"][0])) - total) <= len(clips) / 24


def test_only_what_changed_is_made_again(studio: Studio, tmp_path: Path) -> None:
    document = studio.small("storyboard-to-video")
    story = (FOLDER / "stories/hare-and-tortoise.txt").read_text()
    values = {"story": story, "shots": 6}
    studio.run(document, tmp_path, values)

    report, _ = studio.run(document, tmp_path, values)
    assert (report.counts["ran"], report.counts["cached"]) == (0, 14)

    changed = {**values, "story": story.replace("Fox should choose", "Wolf should choose")}
    plan = studio.plan(document, changed)
    planned = {task.task for task in plan.tasks if task.status != "cached"}
    assert planned == {"board", "frame[3]", "clip[3]", "film"}
    frame = next(task for task in plan.tasks if task.task == "frame[3]")
    (reason,) = frame.reasons
    assert reason.field == "prompt"
    assert ("Fox" in reason.old, "Wolf" in reason.new) == (True, True)

    studio.run(document, tmp_path, changed)
    assert set(studio.executed()) == planned

    studio.run(document, tmp_path, values)
    assert studio.executed() == []


def test_takes_are_compared_and_picked(studio: Studio, tmp_path: Path) -> None:
    document = studio.small("takes-and-pick")
    report, files = studio.run(document, tmp_path, {"story": SHORT, "take": 2})
    assert report.exit_code == 0
    assert [path.name for path in files["compare"]] == ["compare-01.png", "compare-02.png"]
    takes = {e.task: e.outputs["image"].digest for e in studio.done if e.node == "take"}
    picked = {e.task: e.outputs["value"].digest for e in studio.done if e.node == "picked"}
    assert len(set(takes.values())) == 6
    assert picked == {"picked[1]": takes["take[1,2]"], "picked[2]": takes["take[2,2]"]}


def test_a_folder_of_pictures_is_enlarged(studio: Studio, tmp_path: Path) -> None:
    stills = tmp_path / "stills"
    stills.mkdir()
    for name, size in (("a2.png", (20, 10)), ("a10.jpg", (16, 16)), ("a1.png", (8, 8))):
        media.make_image(stills / name, size)
    (stills / "notes.txt").write_text("not a picture")
    data = json.loads((FOLDER / "upscale-batch.json").read_text())
    data["inputs"]["images"]["default"] = "stills/"
    document = create(data, name="upscale-batch").save(tmp_path / "batch.json")
    report, files = studio.run(document, tmp_path / "out", {})
    assert report.exit_code == 0
    assert [path.name for path in files["images"]] == [
        "large-01.png",
        "large-02.png",
        "large-03.png",
    ]
    widths = [image.width for image in report.outputs["images"]]
    assert widths == [16, 40, 32]


def test_the_sheet_is_a_picture_and_a_pdf(studio: Studio, tmp_path: Path) -> None:
    document = studio.small("storyboard-sheet")
    report, files = studio.run(document, tmp_path, {"story": SHORT})
    assert report.exit_code == 0
    assert files["sheet"][0].read_bytes().startswith(b"\x89PNG")
    assert files["pages"][0].read_bytes().startswith(b"%PDF")


def test_dialogue_is_written_on_the_clips(studio: Studio, tmp_path: Path) -> None:
    story = 'The fox saw the crow. "Good morning," said the fox.'
    document = studio.small("talking-shots")
    report, files = studio.run(document, tmp_path, {"story": story, "shots": 2})
    assert report.exit_code == 0
    clips = {e.task[-3:]: e.outputs["video"].digest for e in studio.done if e.node == "clip"}
    spoken = {e.task[-3:]: e.outputs["video"].digest for e in studio.done if e.node == "spoken"}
    assert any(spoken[item] != clips[item] for item in clips)
    assert length(files["film"][0]) > 1


def test_a_subworkflow_makes_every_shot(studio: Studio, tmp_path: Path) -> None:
    document = load(FOLDER / "reuse-subworkflow.json")
    report, files = studio.run(document, tmp_path, {"story": SHORT, "title": "The Fox"})
    assert report.exit_code == 0
    assert [p.name for p in files["frames"]] == ["shot-frame-01.png", "shot-frame-02.png"]
    clips = [e.outputs["video"].seconds for e in studio.done if e.node == "shot/sharp"]
    assert abs(float(length(files["film"][0])) - (2 + sum(clips))) <= 3 / 24
