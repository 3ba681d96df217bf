"""How many calls are made, and what is in the journal after them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from engine import Media
from engine.store import Home, JobState
from nodes.models import ModelInfo
from nodes.remote.adapter import Call, Inline
from tests.support.fake_provider import FakeProvider, Plan
from tests.support.loopback import Reply
from tests.support.remote import FAIL_POINTS, WORKFLOWS, RemoteBench, engine_for, runner_for


def frames(*prompts: str, **more: Any) -> dict[str, Any]:
    inputs = {"prompt": list(prompts), **more}
    return {
        "nodes": {"frame": {"type": "draw", "inputs": inputs, "retry": 0}},
        "outputs": {"frames": "${frame.image}"},
    }


def test_a_call_goes_through_all_steps(bench: RemoteBench) -> None:
    report = bench.run(WORKFLOWS["image"])
    assert report.status == "done"
    assert bench.steps == list(FAIL_POINTS)
    (job,) = bench.jobs()
    assert job.state is JobState.STORED
    assert (job.remote_id, job.billed, job.cost) == ("job-1", "billed", Decimal("0.04"))
    assert job.request["json"] == {"prompt": "a hill"}
    assert job.outputs[0].digest == report.outputs["frame"].digest


def test_what_was_priced_is_what_was_billed(bench: RemoteBench) -> None:
    planned = bench.plan(WORKFLOWS["video"])
    bench.run(WORKFLOWS["video"])
    assert bench.provider.billed == Decimal("0.54")
    assert sum(task.price.high or 0 for task in planned.tasks) == bench.provider.billed
    assert sum(job.charge for job in bench.jobs()) == bench.provider.billed


def test_one_failed_item_of_four_is_one_more_call(bench: RemoteBench) -> None:
    bench.provider.plan.failing["c"] = "failed"
    report = bench.run(frames("a", "b", "c", "d"))
    assert report.counts["failed"] == 1
    assert "because of c" in report.failures[0].message
    assert bench.provider.submissions == 4
    bench.provider.plan.failing.clear()
    assert bench.run(frames("a", "b", "c", "d")).status == "done"
    assert bench.provider.submissions == 5


def test_two_identical_nodes_are_one_call(bench: RemoteBench) -> None:
    node = {"type": "draw", "inputs": {"prompt": "a"}}
    outputs = {"one": "${one.image}", "two": "${two.image}"}
    report = bench.run({"nodes": {"one": node, "two": node}, "outputs": outputs})
    assert report.outputs["one"] == report.outputs["two"]
    assert bench.provider.submissions == 1


def test_back_to_what_was_before_is_no_call(bench: RemoteBench) -> None:
    for prompt in "ABA":
        bench.run(frames(prompt))
    assert bench.provider.submissions == 2


def test_anew_is_another_call(bench: RemoteBench) -> None:
    bench.run(frames("a"))
    bench.run(frames("a"), redo=["frame"])
    assert bench.provider.submissions == 2


def test_a_refusal_is_told_and_not_retried(bench: RemoteBench) -> None:
    bench.provider.plan.failing["bad"] = "refused"
    data = frames("bad")
    del data["nodes"]["frame"]["retry"]
    (failure,) = bench.run(data).failures
    assert failure.kind == "refused"
    assert failure.message == "fake/image refused it: because of bad"
    assert failure.hint.startswith("Use other words or pictures")
    assert bench.provider.submissions == 1
    (job,) = bench.jobs()
    assert (job.state, job.cost, job.error_kind) == (JobState.FAILED, Decimal(0), "refused")


def test_a_job_that_failed_for_nothing_is_tried_again(bench: RemoteBench) -> None:
    bench.provider.plan.failing["a"] = "failed"
    data = frames("a")
    data["nodes"]["frame"]["retry"] = 1
    assert bench.run(data).status == "failed"
    assert bench.provider.submissions == 2


def test_an_end_without_a_result(bench: RemoteBench) -> None:
    bench.provider.plan.failing["a"] = "empty"
    (failure,) = bench.run(frames("a")).failures
    assert "gave no result" in failure.message
    assert bench.jobs()[0].billed == "billed"


def test_canceled_at_the_provider(bench: RemoteBench) -> None:
    bench.provider.plan.failing["a"] = "canceled"
    (failure,) = bench.run(frames("a")).failures
    assert "was canceled at fake" in failure.message
    assert bench.jobs()[0].state is JobState.CANCELED


def test_a_deadline_leaves_the_job_to_be_picked_up(bench: RemoteBench) -> None:
    bench.provider.plan.polls = 10
    bench.runner.adapter.deadline = 0.0
    (failure,) = bench.run(frames("a")).failures
    assert "has not ended" in failure.message
    assert "run again to pick it up" in failure.hint
    assert bench.jobs()[0].state is JobState.SUBMITTED
    bench.runner.adapter.deadline = 600.0
    assert bench.run(frames("a")).status == "done"
    assert bench.provider.submissions == 1


def test_another_workflow_picks_the_job_up(bench: RemoteBench) -> None:
    bench.provider.script("file", *[Reply(404)] * 4)
    (failure,) = bench.run(frames("a")).failures
    assert "404 in place of the result" in failure.message
    assert bench.jobs()[0].state is JobState.FINISHED
    other = {
        "nodes": {"other": {"type": "draw", "inputs": {"prompt": "a"}}},
        "outputs": {"picture": "${other.image}"},
    }
    bench.provider.scripts.clear()
    assert bench.run(other).status == "done"
    assert bench.provider.submissions == 1


def test_inputs_are_uploaded_once(bench: RemoteBench, tmp_path: Path) -> None:
    (tmp_path / "start.png").write_bytes(b"a picture to start from")
    data = frames("a", "b", "c", image="start.png")
    assert bench.run(data).status == "done"
    assert bench.run(frames("d", image="start.png")).status == "done"
    assert list(bench.provider.uploads.values()) == [b"a picture to start from"]
    bodies = [job.body for job in bench.provider.jobs.values()]
    assert {body["image_url"] for body in bodies} == {f"{bench.provider.url}/inputs/1"}


def test_an_input_for_one_model_is_uploaded_for_each(
    bench: RemoteBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = bench.runner.adapter

    def start_upload_for(model: ModelInfo, media: Media) -> Call | Inline:
        return adapter.start_upload(media)

    monkeypatch.setattr(adapter, "start_upload_for", start_upload_for, raising=False)
    (tmp_path / "start.png").write_bytes(b"a picture to start from")
    assert bench.run(frames("a", "b", image="start.png")).status == "done"
    assert len(bench.provider.uploads) == 1
    film: dict[str, Any] = {
        "nodes": {"clip": {"type": "film", "inputs": {"image": "start.png"}}},
        "outputs": {"clip": "${clip.video}"},
    }
    assert bench.run(film).status == "done"
    assert len(bench.provider.uploads) == 2


def test_without_a_key_nothing_is_reserved(bench: RemoteBench) -> None:
    bench.provider.script("submit", Reply(401, {"error": "bad key"}))
    (failure,) = bench.run(frames("a")).failures
    assert failure.kind == "auth"
    (job,) = bench.jobs()
    assert (job.state, job.charge) == (JobState.FAILED, Decimal(0))


def test_a_key_that_no_header_holds_is_never_sent(bench: RemoteBench) -> None:
    bench.engine = engine_for(bench.home, bench.runner, key="schlüssel")
    assert bench.run(WORKFLOWS["image"]).status == "failed"
    (job,) = bench.jobs()
    assert (job.state, job.remote_id) == (JobState.FAILED, "")
    assert bench.provider.submissions == 0


def test_others_may_go_once_a_job_is_stored(tmp_path: Path, provider: FakeProvider) -> None:
    free: list[tuple[bool, bool]] = []

    def look(step: str) -> None:
        if step == "stored":
            with Home.open(tmp_path / "home") as other:
                (job,) = other.journal.jobs()
                with other.journal.claim_key(job.key) as is_mine:
                    free.append((is_mine, other.journal.turns.enter("fake", 1)[1]))

    with Home.open(tmp_path / "home") as home:
        bench = RemoteBench(tmp_path, provider)
        bench.engine = engine_for(home, runner_for(provider.url, hook=look))
        assert bench.run(WORKFLOWS["image"]).status == "done"
        bench.home.close()
    assert free == [(True, True)]


def test_two_processes_of_one_home_make_one_call(tmp_path: Path, provider: FakeProvider) -> None:
    provider.plan = Plan(polls=3)
    benches = [RemoteBench(tmp_path, provider) for _ in range(2)]

    async def both() -> None:
        async with anyio.create_task_group() as group:
            for number, bench in enumerate(benches):
                document = bench.document(WORKFLOWS["mapped"], f"flow{number}.json")
                graph, _ = bench.engine.bind(document)
                from engine.request import Request

                group.start_soon(bench.engine.run, document, graph, Request())

    anyio.run(both)
    assert provider.submissions == 6
    assert {job.state for job in benches[0].jobs()} == {JobState.STORED}
    for bench in benches:
        bench.home.close()


def test_a_removed_result_is_fetched_again(bench: RemoteBench) -> None:
    report = bench.run(frames("a"))
    digest = report.outputs["frames"][0].digest
    bench.home.blobs.path(digest).unlink()
    bench.home.database.execute("DELETE FROM cache")
    bench.home.database.execute("UPDATE jobs SET taken = 0")
    assert bench.run(frames("a")).outputs == report.outputs
    assert bench.provider.submissions == 1


def test_an_expired_link_is_renewed(bench: RemoteBench) -> None:
    def expire(step: str) -> None:
        if step == "finished":
            bench.provider.jobs["job-1"].links += 1

    bench.runner._hook = expire
    assert bench.run(frames("a")).status == "done"


def test_a_live_price_is_reserved(tmp_path: Path, provider: FakeProvider) -> None:
    from nodes.remote.settings import Settings

    bench = RemoteBench(tmp_path, provider, settings=Settings(live_prices=True))
    bench.run(frames("a"))
    assert provider.count("estimate") == 1
    assert bench.jobs()[0].reserved == Decimal("0.04")
    bench.home.close()
