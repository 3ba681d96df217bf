"""No test of the editor touches the state folder of the person who runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.editor.canvas import QuietGarbage


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


class _Untidy(QuietGarbage):
    """Lets the collector be, which would go over all that other tests of the process have made."""

    def start(self) -> None:
        pass

    loaded = idle = stop = start


@pytest.fixture(autouse=True)
def _little_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.editor.app.QuietGarbage", _Untidy)
