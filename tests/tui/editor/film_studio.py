"""A home in which things have happened, the same ones each time: runs, jobs, pictures, prices.

Its clock stands still except where it is told to go on, and its models are those of a catalogue of
its own: what others cost changes with theirs.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import anyio

from engine.document import create
from engine.errors import ErrorKind
from engine.events import Event, TaskDone
from engine.money import Budget
from engine.request import Request
from engine.store import Home
from nodes.models import Catalogue, ModelInfo, catalogue
from tests.tui.editor.preview_support import film, sound, still
from tui.cli.session import Session

NOON: Final = 1_750_000_000.0
"""When the runs begin: 2025-06-15 15:06:40 in Greenwich."""
FILE: Final = "/films/film.json"
"""Where the workflow is said to be in what is told of runs."""
_HOUR: Final = 3600.0
_FILE_SIZE: Final = 4800
"""Bytes of each picture to choose from, whatever it was packed with."""

STORY: Final = (
    "A hare laughs at a tortoise. The two start together at dawn. The hare lies down below a tree. "
    "The tortoise walks past without a word. The hare wakes up and runs. "
    "The tortoise dozes at the goal."
)
FILM: Final[Mapping[str, Any]] = {
    "reelgraph": 1,
    "name": "film",
    "inputs": {
        "story": {"type": "text", "default": STORY},
        "style": {"type": "text", "default": "ink and watercolour"},
    },
    "nodes": {
        "board": {
            "type": "storyboard_split",
            "inputs": {"script": "${inputs.story}", "max_shots": 6},
        },
        "frame": {
            "type": "text_to_image",
            "inputs": {
                "prompt": "${board.shots.prompt}, ${inputs.style}",
                "model": "animatic/frame",
                "resolution": "360p",
            },
        },
        "clip": {
            "type": "image_to_video",
            "inputs": {
                "image": "${frame.image}",
                "prompt": "${board.shots.motion}",
                "duration": 4,
                "model": "fal/glide-2",
            },
        },
        "film": {"type": "concat", "inputs": {"clips": "${clip.video}"}},
    },
    "outputs": {"film": "${film.video}"},
}
FAILING: Final[Mapping[str, Any]] = {
    **FILM,
    "nodes": {
        **FILM["nodes"],
        "poster": {"type": "pick", "inputs": {"items": "${frame.image}", "index": 9}},
    },
    "outputs": {**FILM["outputs"], "poster": "${poster.value}"},
}
TAKES: Final[Mapping[str, Any]] = {
    "reelgraph": 1,
    "name": "takes",
    "nodes": {
        "board": {"type": "storyboard_split", "inputs": {"script": STORY, "max_shots": 2}},
        "frame": {
            "type": "text_to_image",
            "inputs": {
                "prompt": "${board.shots.prompt}",
                "seed": [1, 2, 3],
                "model": "animatic/frame",
                "resolution": "360p",
            },
        },
    },
    "outputs": {"frames": "${frame.image}"},
}
ALBUM: Final[Mapping[str, Any]] = {
    "reelgraph": 1,
    "name": "album",
    "nodes": {"face": {"type": "load_image", "inputs": {"image": "pictures/hare.png"}}},
    "outputs": {"face": "${face.image}"},
}


def with_story(old: str, new: str) -> dict[str, Any]:
    """Return the film with other words in its story."""
    story = {"type": "text", "default": STORY.replace(old, new)}
    return {**FILM, "inputs": {**FILM["inputs"], "story": story}}


class Clock:
    """Tells the time, which goes on where it is told to.

    Args:
        hours: After the first run.
    """

    def __init__(self, hours: int = 0) -> None:
        self.now = NOON + hours * _HOUR

    def __call__(self) -> float:
        return self.now


def furnish(folder: Path) -> None:
    """Make what there is in the home: two runs of the film, takes, and jobs at a provider."""
    clock = Clock()
    options = Namespace(home=folder / "home", env_file=None, node_files=[], allow=())
    with Session(options) as session:
        session.__dict__["home"] = home = Home.open(options.home, clock=clock)
        _run(session, clock, with_story("below a tree", "in the grass"), folder / "film.json",
             "frame")  # fmt: skip
        clock.now += _HOUR
        _run(session, clock, FAILING, folder / "film.json", "poster")
        _run(session, clock, TAKES, folder / "takes.json")
        clock.now += _HOUR
        _send_jobs(home)


def _run(session: Session, clock: Clock, data: Mapping[str, Any], path: Path, *to: str) -> None:
    document = create(data).save(path)
    graph, _ = session.engine.bind(document)

    def emit(event: Event) -> None:
        clock.now += 1.5 if isinstance(event, TaskDone) else 0.0

    request = Request.parse(graph, to=to)
    report = anyio.run(session.engine.run, document, graph, request, emit)
    history = session.home.history
    ran = [task for task in history.tasks(report.run) if task.status != "cached"]
    history.record(report.run, [replace(task, seconds=1.5) for task in ran])


def _send_jobs(home: Home) -> None:
    """Have three jobs at a provider: one that failed, one that runs, one of which nobody knows."""
    price = Decimal("0.40")
    for task, word in (("clip[1]", "failed"), ("clip[2]", "submitted"), ("clip[3]", "in doubt")):
        job = home.journal.reserve(
            key=task, task=task, workflow=FILE, run=2, provider="fal", model="fal/glide-2",
            low=price, high=price, budget=Budget(),
        )  # fmt: skip
        job = home.journal.submitting(job, {"method": "POST", "url": "/glide", "json": {}})
        if word == "submitted":
            home.journal.submitted(job, "8f2c-4411", {})
        elif word == "failed":
            job = home.journal.submitted(job, "8f2c-4410", {})
            home.journal.failed(
                job, ErrorKind.REFUSED, "the prompt was refused: it names a person",
                billed="not billed",
            )  # fmt: skip


def fill_album(folder: Path) -> None:
    """Make files to choose from."""
    pictures = folder / "pictures"
    (pictures / "older").mkdir(parents=True)
    for name, color in (("hare", "tan"), ("tortoise", "olive"), ("a tree at dawn", "navy")):
        picture = still(pictures / f"{name}.png", color)
        picture.write_bytes(picture.read_bytes().ljust(_FILE_SIZE, b"\0"))
    film(pictures / "race.mp4")
    sound(pictures / "wind.wav")


def small_catalogue() -> Catalogue:
    """Return the built-in models and a few that cost something."""
    models = [
        _clip("fal/glide-2", "Glide 2", "0.10"),
        _clip("fal/glide-2-pro", "Glide 2 Pro", "0.28", longest=12),
        _clip("openai/reel-1", "Reel 1", "0.15",
              lifecycle={"status": "deprecated", "until": "2026-12-31",
                         "successor": "openai/reel-2"}),
        _clip("openai/reel-2", "Reel 2", "0.20", longest=20),
        _clip("kling/sway", "Sway", "0.07", accepts_last=True),
    ]  # fmt: skip
    local = [model for model in catalogue().all() if model.local]
    return Catalogue([*local, *models], today=lambda: date(2026, 1, 1))


def _clip(
    name: str, title: str, price: str, longest: int = 10, accepts_last: bool = False, **more: Any
) -> ModelInfo:
    last = {"last_image": {"type": "image"}} if accepts_last else {}
    return ModelInfo.model_validate({
        "id": name,
        "title": title,
        "summary": "Films a picture that moves as the prompt says, with calm cameras.",
        "kinds": ["image_to_video"],
        "version": "1",
        "inputs": {
            "image": {"type": "image", "required": True},
            "prompt": {},
            "seconds": {"type": "integer", "low": 2, "high": longest, "default": 4},
            "resolution": {"values": ["480p", "1080p"], "default": "1080p"},
            **last,
        },
        "price": {"unit": "second", "low": price, "high": price, "source": "test",
                  "date": "2026-01-01"},
        **more,
    })  # fmt: skip
