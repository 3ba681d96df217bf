"""What a test run tells at its end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import spec_check


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["validated"] = spec_check.counted()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    spec_check.add(getattr(node, "workeroutput", {}).get("validated", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in spec_check.lines():
        terminalreporter.write_line(line)
