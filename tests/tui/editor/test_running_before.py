"""What the editor knows before a run: jobs of earlier ones, and results of drafts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.money import Budget
from engine.store import Home
from nodes.models import catalogue
from tests.tui.editor.running_desks import run_all
from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.canvas import State


def _leave_job(folder: Path, workflow: Path) -> None:
    """Put a job into the home that an earlier run has left at its provider."""
    home = Home.open(folder / "home")
    try:
        job = home.journal.reserve(
            key="a" * 64 + "/fal/image",
            task="frame",
            workflow=str(workflow),
            run=1,
            provider="fal",
            model="fal/image",
            low=Decimal("0.04"),
            high=Decimal("0.04"),
            budget=Budget(),
        )
        home.journal.submitting(job, {"method": "POST", "url": "/x", "json": {}})
    finally:
        home.close()


def _of_jobs(shell: Shell) -> list[str]:
    return [told for told in shell.told if "of an earlier run" in told]


def test_jobs_of_an_earlier_run_are_told_of_once(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    _leave_job(tmp_path, path)

    async def scene(shell: Shell) -> None:
        await shell.until(lambda: _of_jobs(shell))
        assert _of_jobs(shell) == [
            "1 job of an earlier run is still at fal. A run goes on with it; F12 shows the jobs."
        ]
        (entry,) = shell.bench.runner.log.sifted("info", "", "earlier")
        assert entry.hint.endswith("shows the jobs.")

    play(tmp_path, scene, path=path, keymap={"run.jobs": "f12"})


def test_jobs_of_other_workflows_are_not_told_of(tmp_path: Path) -> None:
    _leave_job(tmp_path, tmp_path / "other.json")

    async def scene(shell: Shell) -> None:
        assert await shell.bench.runner.begun_before() == []
        assert _of_jobs(shell) == []

    play(tmp_path, scene)


def test_results_of_a_draft_are_seen_as_long_as_runs_are_drafts(tmp_path: Path) -> None:
    remote = next(m.id for m in catalogue().for_kind("text_to_image") if not m.local)
    frame: dict[str, Any] = {
        "type": "text_to_image",
        "inputs": {"prompt": "a hill", "model": remote},
    }

    async def scene(shell: Shell) -> None:
        runner = shell.bench.runner
        runner.draft = True
        await run_all(runner)
        await runner.survey()
        assert runner.states["frame"].state in (State.DONE, State.CACHED)
        assert [each.is_fresh for each in runner.results.of("frame")] == [True]
        runner.draft = False
        await shell.until(lambda: runner.states["frame"].state is State.IDLE)

    play(tmp_path, scene, {"reelgraph": 1, "name": FILM["name"], "nodes": {"frame": frame}})
