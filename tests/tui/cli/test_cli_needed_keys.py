"""Keys that models need are missed before a run begins, and in plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodes.keys import NAMES
from tests.tui.cli.conftest import Cli

FRAME = {"prompt": "a hill", "model": ["fal/flux-pro/v1.1-ultra"]}


@pytest.fixture(autouse=True)
def _no_keys(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.session = None
    for name in {name for groups in NAMES.values() for group in groups for name in group}:
        monkeypatch.delenv(name, raising=False)
    # Nothing may be sent, whatever happens.
    monkeypatch.setenv("REELGRAPH_FAL_BASE_URL", "http://127.0.0.1:9")


def flow(cli: Cli, **frame: object) -> Path:
    nodes = {"frame": {"type": "text_to_image", "inputs": FRAME | frame}}
    return cli.write({"nodes": nodes, "outputs": {"frame": "${frame.image}"}})


def test_a_run_without_the_key_is_not_begun(cli: Cli) -> None:
    result = cli("run", flow(cli), "--max-cost", "1")
    assert result.code == 2
    assert "frame: there is no key for fal" in result.err
    assert "Set FAL_KEY" in result.err
    assert cli("runs", "--json").json["runs"] == []


def test_what_waits_for_others_is_missed_as_well(cli: Cli) -> None:
    clip = {"image": "${frame.image}", "prompt": "she turns", "model": "higgsfield/dop"}
    nodes = {
        "frame": {"type": "text_to_image", "inputs": {"prompt": "a hill"}},
        "clip": {"type": "image_to_video", "inputs": clip},
    }
    path = cli.write({"nodes": nodes, "outputs": {"clip": "${clip.video}"}})
    result = cli("run", path, "--max-cost", "9")
    assert result.code == 2
    assert "clip: there is no key for higgsfield" in result.err
    assert cli("run", path, "--max-cost", "9", "--to", "frame").code == 0


def test_plan_names_those_that_have_none(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path = flow(cli, model=["fal/flux-pro/v1.1-ultra", "higgsfield/soul"])
    result = cli("plan", path)
    assert result.code == 0
    assert "warning: there is no key for fal, which is asked by frame" in result.err
    monkeypatch.setenv("FAL_KEY", "key-0123456789")
    assert cli("plan", path, "--json").json["keys_missing"] == {"higgsfield": ["frame"]}


def test_a_key_that_cannot_be_sent_is_none(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAL_KEY", "two words 0123456789")
    assert cli("run", flow(cli), "--max-cost", "1").code == 2


def test_drafts_need_none(cli: Cli) -> None:
    path = flow(cli)
    assert cli("run", path, "--draft").code == 0
    assert cli("plan", path, "--draft", "--json").json["keys_missing"] == {}


def test_one_key_of_several_models_is_enough_to_begin(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", "key-0123456789")
    result = cli(
        "run",
        flow(cli, model=["higgsfield/soul", "fal/flux-pro/v1.1-ultra"]),
        "--max-cost",
        "0.0001",
    )
    assert result.code == 4


def test_deprecated_models_are_warned_of(cli: Cli) -> None:
    path = flow(cli, model=["higgsfield/soul"])
    assert cli("check", path).code == 0
    clip = {
        "type": "text_to_video",
        "inputs": {"prompt": "a", "model": "higgsfield/veo3.1"},
    }
    old = cli.write({"nodes": {"clip": clip}, "outputs": {"clip": "${clip.video}"}}, "old.json")
    said = cli("check", old)
    assert said.code == 0
    assert "warning: higgsfield/veo3.1 is deprecated" in said.out
    assert "is deprecated" in cli("plan", old).err


class TestLivePrices:
    def test_what_cannot_be_asked_is_a_note(self, cli: Cli) -> None:
        result = cli("plan", flow(cli), "--live")
        assert result.code == 0
        assert "note: no live price of fal/flux-pro/v1.1-ultra: " in result.err
        data = cli("plan", flow(cli), "--live", "--json").json
        assert len(data["notes"]) == 1
        assert data["tasks"][0]["price_source"] not in ("", "live")
        assert (
            data["totals"]["cost_high"]
            == cli("plan", flow(cli), "--json").json["totals"]["cost_high"]
        )

    def test_it_needs_the_network(self, cli: Cli) -> None:
        assert cli("plan", flow(cli), "--live", "--offline").code == 2
