"""The collector is held back while the editor runs, and is afterwards as it was before."""

from __future__ import annotations

import pytest

from tui.editor.canvas import QuietGarbage, garbage


class Collector:
    """What the module `gc` does, written down."""

    def __init__(self, is_enabled: bool) -> None:
        self.is_enabled = is_enabled
        self.number_new = 0
        self.did: list[str] = []

    def isenabled(self) -> bool:
        return self.is_enabled

    def enable(self) -> None:
        self.is_enabled = True

    def disable(self) -> None:
        self.is_enabled = False

    def collect(self, generation: int = 2) -> None:
        self.did.append(f"collect {generation}")

    def freeze(self) -> None:
        self.did.append("freeze")

    def unfreeze(self) -> None:
        self.did.append("unfreeze")

    def get_count(self) -> tuple[int, int, int]:
        return self.number_new, 0, 0


@pytest.mark.parametrize("was_enabled", [True, False])
def test_garbage_waits_for_a_quiet_moment(
    was_enabled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = Collector(was_enabled)
    monkeypatch.setattr(garbage, "gc", collector)
    quiet = QuietGarbage()
    quiet.start()
    assert not collector.is_enabled
    quiet.loaded()
    quiet.busy()
    quiet.idle()
    assert collector.did == ["collect 2", "freeze", "collect 2"]
    collector.number_new = 1_000_000
    quiet.busy()
    assert collector.did[-1] == "collect 0"
    quiet.stop()
    assert collector.did[-1] == "unfreeze"
    assert collector.is_enabled is was_enabled
