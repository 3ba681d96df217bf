"""What shells are offered."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from tests.tui.cli.conftest import Cli
from tui.cli import completers
from tui.cli.parser import build_parser, command_parsers


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_code_for_a_shell(cli: Cli, shell: str) -> None:
    result = cli("completion", shell)
    assert result.code == 0
    assert "reelgraph" in result.out


def test_names(story: Path) -> None:
    options = Namespace(file=story)
    assert completers.nodes_of_file(options) == ["board", "loud", "all"]
    assert completers.settings("", options) == ["script=", "seed="]
    assert "resize" in completers.node_types(Namespace())
    assert "animatic/frame" in completers.model_ids()
    assert "image_to_video" in completers.model_kinds()
    assert "storyboard-to-video" in completers.templates()
    assert "fal" in completers.providers()


def test_files_behind_a_setting(cli: Cli, story: Path) -> None:
    (cli.folder / "tale.txt").write_text("x")
    assert completers.settings("script=@ta", Namespace(file=story)) == ["script=@tale.txt"]
    assert completers.settings("script=ta", Namespace(file=story)) == ["script=tale.txt"]


def test_broken_files_offer_nothing(cli: Cli) -> None:
    (cli.folder / "bad.json").write_text('{"nodes": 3')
    assert completers.nodes_of_file(Namespace(file=cli.folder / "bad.json")) == []
    assert completers.nodes_of_file(Namespace(file=cli.folder / "none.json")) == []
    assert completers.nodes_of_file(Namespace(workflow=None)) == []
    assert completers.node_types(Namespace(node_files=[cli.folder / "none.py"])) == []


def test_every_operand_has_a_completer() -> None:
    parser = build_parser()
    completers.attach(parser)
    for name, command in command_parsers(parser).items():
        for action in command._actions:
            if action.metavar in ("FILE", "DIR", "TYPE", "WORKFLOW", "NAME=VALUE", "KIND"):
                assert hasattr(action, "completer"), (name, action.dest)
