"""Time and peak memory of media jobs at the sizes people work with, each in its own process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.child import in_child, peak_mb
from benchmarks.report import Bar, Row, Table

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.video.frame import VideoFrame

LIMIT_MB = 400.0
_RATE = 24
_PROMPT = "Wide shot: two people and a dog walk along a river at dusk, mountains behind"


@dataclass(frozen=True, slots=True)
class Job:
    """What is done, and to what."""

    name: str
    action: str
    width: int
    height: int
    clips: int = 0
    seconds: float = 0.0
    """Length of each clip."""


JOBS = (
    Job("upscale image 1920x1080 -> 3840x2160", "upscale_image", 1920, 1080),
    Job("upscale image 3840x2160 -> 7680x4320", "upscale_image", 3840, 2160),
    Job("upscale film 1920x1080 -> 3840x2160, 2 s", "upscale_film", 1920, 1080, 1, 2),
    Job("concat by cut, 1920x1080, 60 s", "cut", 1920, 1080, 12, 5),
    Job("concat by cut, 3840x2160, 60 s", "cut", 3840, 2160, 12, 5),
    Job("concat by crossfade, 3840x2160, 3 x 2 s", "crossfade", 3840, 2160, 3, 2),
    Job("animatic frame 1920x1080", "frame", 1920, 1080),
    Job("animatic clip 1920x1080, 4 s", "clip", 1920, 1080, 1, 4),
)
QUICK_JOBS = (
    Job("upscale image 160x90 -> 320x180", "upscale_image", 160, 90),
    Job("upscale film 160x90 -> 320x180, 0.5 s", "upscale_film", 160, 90, 1, 0.5),
    Job("concat by cut, 160x90, 2 s", "cut", 160, 90, 4, 0.5),
    Job("concat by crossfade, 160x90, 2 x 0.5 s", "crossfade", 160, 90, 2, 0.5),
    Job("animatic frame 320x180", "frame", 320, 180),
)


def measure(*, quick: bool, tell: Callable[[str], None]) -> list[Table]:
    """Run every job once."""
    rows = []
    for job in QUICK_JOBS if quick else JOBS:
        tell(job.name)
        with TemporaryDirectory() as folder:
            given = {"folder": folder, "job": asdict(job)}
            in_child(f"{__name__}:prepare", **given)
            values = in_child(f"{__name__}:perform", **given)
        rows.append(Row(job.name, values, None if quick else Bar("peak MB", LIMIT_MB)))
    return [Table("media", "Media: time and peak memory of the whole process", tuple(rows))]


def perform(folder: str, job: dict[str, object]) -> dict[str, float]:
    """Do one job; return its seconds and the peak memory of this process."""
    task, place = Job(**job), Path(folder)  # type: ignore[arg-type]
    start = time.perf_counter()
    _ACTIONS[task.action](task, place)
    return {"seconds": time.perf_counter() - start, "peak MB": peak_mb()}


def _upscale_image(job: Job, folder: Path) -> None:
    from nodes.media import upscale_image

    upscale_image(folder / "picture.png", folder / "out.png", 2)


def _upscale_film(job: Job, folder: Path) -> None:
    from nodes.media import upscale_video

    upscale_video(folder / "clip.mp4", folder / "out.mp4", 2)


def _cut(job: Job, folder: Path) -> None:
    from nodes.media import concat

    concat([folder / "clip.mp4"] * job.clips, folder / "out.mp4")


def _crossfade(job: Job, folder: Path) -> None:
    from nodes.media import concat

    clips = [folder / "clip.mp4"] * job.clips
    concat(clips, folder / "out.mp4", "crossfade", transition_seconds=job.seconds / 4)


def _frame(job: Job, folder: Path) -> None:
    from nodes.animatic import draw_frame

    draw_frame(_PROMPT, folder / "out.png", width=job.width, height=job.height)


def _clip(job: Job, folder: Path) -> None:
    from nodes.animatic import render_clip

    render_clip(folder / "frame.png", folder / "out.mp4", motion="push in", seconds=job.seconds)


_ACTIONS: dict[str, Callable[[Job, Path], None]] = {
    "upscale_image": _upscale_image,
    "upscale_film": _upscale_film,
    "cut": _cut,
    "crossfade": _crossfade,
    "frame": _frame,
    "clip": _clip,
}

# -- what the jobs work on ---------------------------------------------------------------------


def prepare(folder: str, job: dict[str, object]) -> dict[str, float]:
    """Make the media that a job needs."""
    from nodes.animatic import draw_frame
    from nodes.media.encode import encoded_pictures, encoded_sound, write_film

    task, place = Job(**job), Path(folder)  # type: ignore[arg-type]
    size = (task.width, task.height)
    if task.action == "upscale_image":
        next(_pictures(size, 1)).save(place / "picture.png")
    elif task.action == "clip":
        draw_frame(_PROMPT, place / "frame.png", width=task.width, height=task.height)
    elif task.clips:
        pictures = encoded_pictures(_pictures(size, task.seconds), size, Fraction(_RATE))
        tracks = [pictures, encoded_sound(_sound(task.seconds))]
        write_film(place / "clip.mp4", tracks, task.seconds)
    return {}


def _pictures(size: tuple[int, int], seconds: float) -> Iterator[VideoFrame]:
    """Yield the moving test picture that FFmpeg draws."""
    options = f"size={size[0]}x{size[1]}:rate={_RATE}:duration={seconds}"
    yield from _generated("testsrc2", options, "buffersink")  # type: ignore[misc]


def _sound(seconds: float) -> Iterator[AudioFrame]:
    """Yield a tone, in the form that films are written with."""
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="fltp", layout="stereo", rate=48000)
    for frame in _generated("sine", f"sample_rate=48000:duration={seconds}", "abuffersink"):
        yield from resampler.resample(frame)  # type: ignore[arg-type]


def _generated(source: str, options: str, sink: str) -> Iterator[VideoFrame | AudioFrame]:
    from av.error import EOFError as NoMoreFrames
    from av.filter import Graph

    graph = Graph()
    start, end = graph.add(source, options), graph.add(sink)
    start.link_to(end)
    graph.configure()
    while True:
        try:
            yield graph.pull()
        except NoMoreFrames:
            return
