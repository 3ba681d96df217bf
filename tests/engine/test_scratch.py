"""Scratch folders of a run: used again, empty each time, and gone at its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from tests.support.engines import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.home.close()


def test_a_folder_is_used_again_and_is_empty_then(bench: Bench, tmp_path: Path) -> None:
    workshop = bench.engine._workshop(None, bench.events.append)

    async def main() -> None:
        first, second = workshop.take_folder(), workshop.take_folder()
        assert first != second
        (first / "frames").mkdir()
        (first / "frames" / "1.png").write_bytes(b"left behind")
        (first / "note").symlink_to(tmp_path)
        await workshop.give_folder_back(first)
        await workshop.give_folder_back(second)
        assert {workshop.take_folder(), workshop.take_folder()} == {first, second}
        assert not any(first.iterdir())
        assert tmp_path.exists()
        await workshop.close()

    anyio.run(main)
    assert not any((bench.home.path / "tmp").iterdir())
