"""The list of models: columns that line up whatever the prices are."""

from __future__ import annotations

import re
from pathlib import Path

from textual.pilot import Pilot

from tests.tui.editor.forms_host import Host, desk_of, play
from tui.editor.forms.modelpicker import ModelPicker


def test_prices_and_keys_stand_below_each_other(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(host.screen, ModelPicker)
        models = host.screen.models
        lines = [models.render_line(y).text for y in range(models.size.height)]
        assert any("$0.0" in line and " to $" in line for line in lines)
        states = [re.search(r"  ?(no key|built in|key|deprecated)\b", line) for line in lines]
        assert len({state and state.end() - len(state[1]) for state in states}) == 1

    play(desk_of(tmp_path), script, select="frame", size=(130, 44))
