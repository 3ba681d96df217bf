"""How tests of interfaces wait."""

from __future__ import annotations

import sys

import pytest

from tests.support.quiet import wait_until_quiet


@pytest.fixture(autouse=True)
def _waits_for_what_is_to_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "linux":
        for module in ("textual.app", "textual.pilot"):
            monkeypatch.setattr(f"{module}.wait_for_idle", wait_until_quiet)
