"""The editor in the browser: it is served to its own page, and to no other."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from engine.document import create
from tests.tui.editor.shell_driven import FILM
from tests.tui.editor.terminal_driven import ROOT
from tui.editor.web import command_for

pytest.importorskip("textual_serve")


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the editor for a workflow; give the port."""
    tmp_path = tmp_path_factory.mktemp("served")
    create(FILM).save(tmp_path / "film.json")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path)}
    words = ["edit", "film.json", "--web", "--port", str(number), "--home", "home"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tui.cli", *words],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if b"Press Ctrl+C" in line:
                break
        while not _answers(number):
            assert process.poll() is None
            time.sleep(0.05)
        yield number
        process.terminate()
        process.stdout.read()
    assert process.wait(300) == 0


def test_a_page_shows_the_editor_and_its_keys_reach_it(port: int) -> None:
    async def main() -> None:
        async with (
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
            asyncio.timeout(60),
        ):
            async with session.get("/") as page:
                assert page.status == 200
                assert 'querySelector(".xterm-helper-textarea")' in await page.text()
            origin = f"http://127.0.0.1:{port}"
            async with session.ws_connect("/ws?width=100&height=30", origin=origin) as line:
                await read_until(line, b"film.json")
                await line.send_json(["stdin", ":"])
                await read_until(line, b"Commands")

    asyncio.run(main())


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://example.org"},
        {"Origin": "null"},
        {"Host": "example.org"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_pages_of_others_get_no_editor(port: int, headers: dict[str, str]) -> None:
    async def main() -> None:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect("/ws", headers=headers)
            assert refused.value.status == 403

    asyncio.run(main())


async def read_until(line: aiohttp.ClientWebSocketResponse, words: bytes) -> None:
    """Read what the terminal in the page is sent until it has some words."""
    seen = b""
    while words not in seen:
        message = await line.receive()
        assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT)
        seen += message.data if isinstance(message.data, bytes) else b""


@pytest.mark.parametrize("option", ["text", "ascii", "no_color"])
def test_how_it_is_drawn_is_passed_on(option: str) -> None:
    given = {"text": False, "ascii": False, "no_color": False, option: True}
    command = command_for(Namespace(file=None, theme=None, node_files=[], allow=[], **given))
    shown = [word for word in command.split() if word in ("--text", "--ascii", "--no-color")]
    assert shown == [f"--{option.replace('_', '-')}"]


def test_folders_that_are_allowed_are_passed_on(tmp_path: Path) -> None:
    drawn = {"text": False, "ascii": False, "no_color": False}
    options = Namespace(file=None, theme=None, node_files=[], allow=[tmp_path], **drawn)
    assert command_for(options).endswith(f"--allow {tmp_path}")
