"""The commands that look after files: cache and new."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import nodes
from tests.tui.cli.conftest import Cli
from tui.cli.commands.new import templates


class TestCache:
    def test_stats(self, cli: Cli, story: Path) -> None:
        cli("run", story, "--set", "script=one\ntwo")
        result = cli("cache")
        assert "4 results (0 pinned), 0 files of 0 B" in result.lines
        assert result.lines[-1] == str(cli.folder / "home")
        assert cli("cache", "stats", "--json").json["rows"] == 4

    def test_gc(self, cli: Cli, story: Path) -> None:
        cli("run", story, "--set", "script=one\ntwo")
        nothing = ["--keep-days", "0", "--keep-runs", "0"]
        dry = cli("cache", "gc", *nothing, "--dry-run")
        assert dry.out == "would free 0 B: 4 results, 1 old run; 0 B stay\n"
        assert cli("cache", "gc", "--json").json["rows"] == 0
        assert cli("cache", "gc", *nothing, "--max-size", "1MB").out.startswith("freed 0 B")
        assert cli("cache", "--json").json["rows"] == 0

    def test_verify(self, cli: Cli) -> None:
        file = cli.write(
            {
                "nodes": {"a": {"type": "picture", "inputs": {"name": "x"}}},
                "outputs": {"a": "${a.image}"},
            }
        )
        cli("run", file)
        assert cli("cache", "verify").out.startswith("all is well: 1 file")
        [blob] = [path for path in (cli.folder / "home" / "objects").rglob("*") if path.is_file()]
        blob.chmod(0o600)
        blob.write_text("y")
        result = cli("cache", "verify")
        assert result.code == 1
        assert "--repair removes what is damaged" in result.out
        assert cli("cache", "verify", "--json").json["ok"] is False
        assert cli("cache", "verify", "--repair").code == 0
        assert cli("cache", "verify").code == 0

    def test_forget(self, cli: Cli, story: Path) -> None:
        cli("run", story, "--set", "script=one\ntwo")
        nodes.calls.clear()
        assert cli("cache", "forget", "loud[2]", "--workflow", story).out == "forgot 1 result\n"
        cli("run", story, "--set", "script=one\ntwo")
        assert nodes.calls == {"loud[2]": 1}
        data = cli("cache", "forget", "loud", "all", "--workflow", story, "--json").json
        assert data == {"v": 1, "removed": 3}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["forget", "loud"], "forget needs tasks and their workflow"),
            (["gc", "loud"], "cache gc takes no tasks"),
            (["gd"], "did you mean gc?"),
            (["gc", "--max-size", "much"], "'much' is not a size"),
            (["forget", "lod", "--workflow", "flow.json"], "Did you mean loud?"),
        ],
    )
    def test_mistakes(self, cli: Cli, story: Path, arguments: list[str], message: str) -> None:
        result = cli("cache", *arguments)
        assert result.code == 2
        assert message in result.err


class TestNew:
    def test_a_workflow_with_its_story(self, cli: Cli) -> None:
        result = cli("new", "mine")
        assert result.code == 0
        assert result.lines == ["mine.json", "hare-and-tortoise.txt"]
        assert "reelgraph run mine.json --set story=@hare-and-tortoise.txt" in result.err
        assert '"name": "mine"' in (cli.folder / "mine.json").read_text()

    @pytest.mark.parametrize("template", templates())
    def test_every_ready_workflow_is_valid_where_it_lands(self, cli: Cli, template: str) -> None:
        cli.session = None
        made = cli("new", "folder/mine", "--from", template)
        assert made.code == 0
        result = cli("check", "folder/mine.json")
        assert (result.code, result.out) == (0, "")

    def test_nothing_is_overwritten(self, cli: Cli) -> None:
        cli("new", "mine")
        (cli.folder / "mine.json").write_text("precious")
        result = cli("new", "mine")
        assert result.code == 2
        assert "the file is there already" in result.err
        assert (cli.folder / "mine.json").read_text() == "precious"
        assert cli("new", "mine", "--force").code == 0
        assert (cli.folder / "mine.json").read_text() != "precious"

    def test_an_unknown_template_lists_them(self, cli: Cli) -> None:
        result = cli("new", "mine", "--from", "storybord-sheet")
        assert result.code == 2
        assert "Did you mean storyboard-sheet?" in result.err
        assert "There are reuse-subworkflow, storyboard-sheet" in result.err
        assert "There are " in cli("new", "mine", "--from", "zzz").err

    def test_a_name_must_be_one(self, cli: Cli) -> None:
        assert cli("new", "").code == 2
        assert cli("new", "~nobody-of-this-name/mine").code == 2
        (cli.folder / "file").write_text("")
        assert cli("new", "file/mine").code == 2
