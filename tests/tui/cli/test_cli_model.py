"""What is told of one model: its prices, its limits, and until when it is offered."""

from __future__ import annotations

import pytest

from tests.tui.cli.conftest import Cli


def test_prices_and_limits_are_told_in_their_units(cli: Cli) -> None:
    out = cli("models", "fal/bytedance/seedance-2.0/reference-to-video").out
    assert "$1.517 by default" in out
    assert "$0.682 a second for resolution 1080p" in out
    assert "unknown with video" in out
    assert "2 to 15 seconds, files up to 50 MB" in out


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_model_that_ends_is_named_with_its_successor(cli: Cli, command: str) -> None:
    cli.session = None
    inputs = {"prompt": "a fox", "model": "higgsfield/kling-video/v2.1/master/text-to-video"}
    said = cli(command, cli.write({"nodes": {"it": {"type": "text_to_video", "inputs": inputs}}}))
    told = " ".join((said.out + said.err).split())
    assert "is deprecated and may end any day" in told
    assert "its successor is higgsfield/kling-video/v3.0/pro/text-to-video" in told
