"""What holds in all tests, and what a test run tells at its end."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import offline, spec_check

# How quick the machine is decides about no test.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure() -> None:
    offline.guard()


def pytest_collection_finish() -> None:
    # What has been loaded stays; a collector that looks at it again and again takes a tenth of
    # the time of all tests.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    # Tests of the editor and of processes wait most of their time: two share a core.
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getoption("dist") != "load":
        return None
    # Where many of the long tests stand together, one process would be left with all of them.
    from xdist.scheduler import WorkStealingScheduling  # type: ignore[import-untyped]

    return WorkStealingScheduling(config, log)


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    offline.attempts.clear()
    yield
    assert not offline.attempts, f"the test tried to reach {offline.attempts}"


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
