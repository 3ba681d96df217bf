"""The commands that only look: check, nodes, models, runs, show."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine import ErrorKind, TaskError
from engine.store import Home, TaskRecord
from nodes.media import embed_workflow
from tests.support import nodes
from tests.support.media import make_gradient
from tests.tui.cli.conftest import Cli
from tui.cli.session import Session


class TestCheck:
    def test_a_good_file(self, cli: Cli, story: Path) -> None:
        result = cli("check", story)
        assert (result.code, result.out) == (0, "")
        assert result.err == "no problems in 1 file\n"

    def test_every_problem_by_line(self, cli: Cli) -> None:
        file = cli.write(
            {
                "nodes": {
                    "a": {"type": "uper", "inputs": {"text": "x"}},
                    "b": {"type": "add", "inputs": {"a": -1, "c": 2}},
                }
            }
        )
        result = cli("check", file)
        assert result.code == 2
        numbers = [int(line.split(":")[1]) for line in result.lines]
        assert numbers == sorted(numbers)
        assert len(numbers) == 3
        assert result.lines[0].startswith(f"{file}:4: nodes.a.type: ")
        assert "3 errors in 1 file" in result.err

    def test_unreadable_files_are_problems_too(self, cli: Cli, story: Path) -> None:
        (cli.folder / "bad.json").write_text("{")
        result = cli("check", "bad.json", "none.json", story, "--json")
        assert result.code == 2
        assert [p["file"] for p in result.json["problems"]] == ["bad.json", "none.json"]

    def test_problems_of_fields(self, cli: Cli) -> None:
        (cli.folder / "a.json").write_text('{"reelgraph": 1, "nodez": {}}')
        result = cli("check", "a.json")
        assert "did you mean nodes?" in result.out


class TestNodes:
    def test_the_list_goes_by_subject(self, cli: Cli) -> None:
        result = cli("nodes")
        assert result.lines[0] == "nodes"
        assert re.search(r"^  upper +Make text upper case\.$", result.out, re.MULTILINE)

    def test_one_type(self, cli: Cli) -> None:
        out = cli("nodes", "add").out
        assert "Add two numbers." in out
        assert "0 to 1000" in out
        assert "plus | times" in out
        assert 'default "plus"' in out
        snippet = out.partition("example\n")[2]
        assert json.loads("{" + snippet + "}") == {"my_add": {"type": "add", "inputs": {"a": 1}}}

    def test_a_type_with_inputs_of_any_name(self, cli: Cli) -> None:
        assert "(any name)" in cli("nodes", "choose").out

    def test_json(self, cli: Cli) -> None:
        data = cli("nodes", "upper", "--json").json
        assert data["outputs"] == {"text": "text"}
        assert data["inputs"][1] == {
            "name": "seed",
            "type": "integer",
            "required": False,
            "description": "",
            "limits": "",
            "default": 0,
        }
        assert len(cli("nodes", "--json").json["nodes"]) == len(list(nodes.registry()))

    def test_what_was_meant(self, cli: Cli) -> None:
        result = cli("nodes", "uper")
        assert result.code == 2
        assert result.err == "error: there is no node type 'uper'\n  Did you mean upper?\n"

    def test_every_built_in_type_can_be_explained(self, cli: Cli) -> None:
        cli.session = None
        for node in cli("nodes", "--json").json["nodes"]:
            result = cli("nodes", node["name"])
            assert result.code == 0
            snippet = result.out.partition("example\n")[2]
            assert json.loads("{" + snippet + "}")

    def test_node_files_are_read_before_and_after_the_command(self, cli: Cli) -> None:
        cli.session = None
        for name in ("one", "two"):
            (cli.folder / f"{name}.py").write_text(
                f"from engine import node\n\n@node(version=1)\nasync def my_{name}(text: str)"
                f' -> str:\n    """Do {name}."""\n    return text\n'
            )
        result = cli("--nodes", "one.py", "nodes", "--nodes", "two.py")
        assert "my_one" in result.out
        assert "my_two" in result.out


class TestModels:
    def test_the_list(self, cli: Cli) -> None:
        out = cli("models").out
        assert "animatic/frame" in out
        assert "free" in out

    def test_those_of_a_kind(self, cli: Cli) -> None:
        listed = cli("models", "--for", "image_to_video").out
        assert "animatic/camera" in listed
        assert "animatic/frame" not in listed
        assert "Did you mean" in cli("models", "--for", "image_to_vidio").err

    def test_those_of_a_provider_a_status_and_a_price(self, cli: Cli) -> None:
        def listed(*options: str) -> list[dict[str, Any]]:
            models: list[dict[str, Any]] = cli("models", "--json", *options).json["models"]
            return models

        assert {m["provider"] for m in listed("--provider", "fal")} == {"fal"}
        retired = listed("--status", "retired")
        assert retired
        assert all(
            m["lifecycle"]["status"] == "retired" or m["lifecycle"]["until"] for m in retired
        )
        cheap = [m["id"] for m in listed("--max-price", "0.05", "--for", "text_to_image")]
        assert "fal/nano-banana" in cheap
        assert "animatic/frame" in cheap
        assert "fal/nano-banana-pro" not in cheap
        assert "fal/flux/krea" not in cheap
        assert "Did you mean fal?" in cli("models", "--provider", "fall").err
        assert cli("models", "--max-price", "-1").code == 2
        assert cli("models", "--provider", "animatic", "--status", "retired").out == ""

    def test_one(self, cli: Cli) -> None:
        out = cli("models", "animatic/camera").out
        assert "no key, no network" in out
        assert cli("models", "animatic/camera", "--json").json["provider"] == "animatic"
        assert cli("models", "animatic/came").code == 2

    def test_what_is_taken_for_some_of_its_work_only(self, cli: Cli) -> None:
        lines = {
            line.split()[0]: line
            for line in cli("models", "runway/gen4.5").out.splitlines()
            if line
        }
        assert lines["image"].endswith("required, only for image_to_video")
        assert "only for" not in lines["prompt"]

    def test_what_a_provider_asks_of_those_who_use_its_work(self, cli: Cli) -> None:
        out = " ".join(cli("models", "runway/gen4.5").out.split())
        assert 'terms Runway asks products that use its API to show "Powered by Runway"' in out
        assert "Powered" in cli("models", "runway/gen4.5", "--json").json["terms"]
        assert "\nterms" not in cli("models", "animatic/camera").out

    def test_why_some_that_people_know_are_not_asked(self, cli: Cli) -> None:
        assert cli("models").err == "Not asked: 302.AI, Midjourney; --provider NAME says why.\n"
        result = cli("models", "--provider", "ai302")
        assert (result.code, result.out) == (0, "")
        assert "302.AI is not asked: its documentation does not say" in result.err
        result = cli("models", "midjourney/v7")
        assert result.code == 2
        assert "Midjourney is not asked" in result.err
        assert "midjourney_prompt and import_image" in result.err

    def test_json(self, cli: Cli) -> None:
        ids = [model["id"] for model in cli("models", "--json").json["models"]]
        assert "animatic/frame" in ids


class TestRuns:
    def test_none_yet(self, cli: Cli) -> None:
        result = cli("runs")
        assert (result.code, result.out) == (0, "")

    def test_the_list_and_one(self, cli: Cli, story: Path) -> None:
        cli("run", story, "--set", "script=one\ntwo")
        nodes.failing["loud[2]"] = TaskError("too loud", kind=ErrorKind.REFUSED)
        cli("run", story, "--set", "script=one\nthree")
        result = cli("runs")
        assert result.lines[0].split() == ["run", "when", "workflow", "status", "took", "tasks"]
        assert "partial" in result.lines[1]
        assert "done" in result.lines[2]
        out = cli("runs", "2").out
        assert "loud[2]  failed: too loud" in out
        assert cli("runs", "--workflow", story, "--limit", "1").lines[1:] == result.lines[1:2]

    def test_json(self, cli: Cli, story: Path) -> None:
        cli("run", story, "--set", "script=one")
        assert cli("runs", "--json").json["runs"][0]["status"] == "done"
        tasks = cli("runs", "1", "--json").json["tasks"]
        assert [task["node"] for task in tasks] == ["all", "board", "loud"]

    def test_a_run_that_died(self, cli: Cli, story: Path) -> None:
        clock = iter([1000.0, 1012.0])
        with Home.open(cli.folder / "home", clock=lambda: next(clock)) as home:
            run = home.history.begin(story, name="story", document="{}")
            home.history.record(run, [TaskRecord("board", "", "done", "b")])
        assert "at least 12 s" in cli("runs").lines[1]
        out = cli("runs", "1").out
        assert "at least 12 s" in out
        assert "without finishing: its process is gone" in out
        assert cli("runs", "--json").json["runs"][0]["last_heard"] == 1012.0

    @pytest.mark.parametrize("seconds", [None, 0.01])
    def test_a_run_that_died_at_once(self, cli: Cli, story: Path, seconds: float | None) -> None:
        clock = iter([1000.0, 1000.0 + (seconds or 0.0)])
        with Home.open(cli.folder / "home", clock=lambda: next(clock)) as home:
            run = home.history.begin(story, name="story", document="{}")
            if seconds is not None:
                home.history.record(run, [TaskRecord("board", "", "done", "b")])
        line = cli("runs").lines[1]
        assert "died" in line
        assert "not known" in line
        assert "0.0 s" not in line
        assert ["took", "not", "known"] in [line.split() for line in cli("runs", "1").lines]

    def test_a_run_that_is_not_there(self, cli: Cli) -> None:
        assert "there is no run 7" in cli("runs", "7").err
        assert cli("runs", "seven").code == 2


class TestShow:
    def test_text(self, cli: Cli, story: Path) -> None:
        out = cli("show", story).out
        assert "board" in out
        assert "\x1b" not in out

    def test_svg(self, cli: Cli, story: Path) -> None:
        assert cli("show", story, "--svg").out.startswith("<svg")

    def test_json_gives_the_file_itself(self, cli: Cli, story: Path) -> None:
        assert cli("show", story, "--json").out == story.read_text()

    def test_the_workflow_in_a_picture(self, cli: Cli, story: Path) -> None:
        make_gradient(cli.folder / "bare.png")
        picture = cli.folder / "frame.png"
        embed_workflow(cli.folder / "bare.png", "image/png", picture, story.read_text())
        assert cli("show", picture, "--json").out == story.read_text()
        assert "board" in cli("show", picture).out

    def test_what_the_workflow_names_is_looked_for_beside_the_file_that_was_run(
        self, cli: Cli
    ) -> None:
        (cli.folder / "there").mkdir()
        part = {"type": "upper", "inputs": {"text": "hello"}}
        cli.write(
            {"nodes": {"greeting": part}, "outputs": {"y": "${greeting.text}"}}, "there/part.json"
        )
        whole = {"type": "subworkflow", "inputs": {"file": "part.json"}}
        file = cli.write({"nodes": {"b": whole}}, "there/whole.json")
        cli("run", file, "--out", "made")
        make_gradient(cli.folder / "bare.png")
        (cli.folder / "made").mkdir(exist_ok=True)
        picture = cli.folder / "made" / "frame.png"
        embed_workflow(cli.folder / "bare.png", "image/png", picture, file.read_text())
        result = cli("show", "made/frame.png")
        assert (result.code, result.err) == (0, "")
        assert "greeting" in result.out

    def test_a_picture_without_one(self, cli: Cli) -> None:
        make_gradient(cli.folder / "bare.png")
        result = cli("show", "bare.png")
        assert result.code == 2
        assert "there is no workflow in this file" in result.err

    def test_a_misspelt_file(self, cli: Cli, story: Path) -> None:
        assert cli("show", "flwo.json").err.endswith("\n  Did you mean flow.json?\n")

    def test_a_picture_whose_workflow_needs_files_that_are_not_here(self, cli: Cli) -> None:
        make_gradient(cli.folder / "bare.png")
        text = json.dumps(
            {"reelgraph": 1, "nodes": {"a": {"type": "subworkflow", "inputs": {"file": "b.json"}}}}
        )
        embed_workflow(cli.folder / "bare.png", "image/png", cli.folder / "made.png", text)
        result = cli("show", "made.png")
        assert result.code == 2
        assert "--json prints it all the same" in result.err
        assert cli("show", "made.png", "--json").out == f"{text}\n"

    def test_a_missing_file(self, cli: Cli) -> None:
        result = cli("show", "none.json")
        assert result.code == 2
        assert result.err.startswith("error: none.json: the file cannot be read")


def test_the_allowed_folder_must_be_there(cli: Cli, story: Path) -> None:
    cli.session = Session
    result = cli("check", story, "--allow", "nowhere")
    assert result.code == 2
    assert "there is no such folder" in result.err


@pytest.mark.parametrize("name", ["nodes", "models"])
def test_lists_fit_a_narrow_terminal(cli: Cli, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("tui.cli.terminal.Terminal.width", 60)
    result = cli(name)
    assert max(map(len, result.lines)) <= 60
