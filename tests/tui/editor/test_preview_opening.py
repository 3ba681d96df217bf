from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import PATIENCE
from tests.tui.editor.preview_support import drive, still
from tui.editor.preview import Page, Pictures, Preview
from tui.editor.preview.opening import file_name, open_outside, start, viewer


class Browser:
    """An application in the browser, as far as this is concerned."""

    is_web = True

    def __init__(self) -> None:
        self.delivered: list[tuple[Path, dict[str, Any]]] = []

    def deliver_binary(self, path: Path, **how: Any) -> None:
        self.delivered.append((path, how))


class Terminal:
    is_web = False


def opened(path: Path, app: Any, environ: dict[str, str], label: str = "frame[1]") -> str:
    async def main() -> str:
        pictures = Pictures(Path)
        try:
            media = await pictures.adopt(path)
            return await open_outside(app, pictures, media, label, environ)
        finally:
            pictures.close()

    return asyncio.run(main())


def test_there_is_a_viewer_only_where_one_sees_it(tmp_path: Path) -> None:
    program = tmp_path / "xdg-open"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    here = {"DISPLAY": ":0", "PATH": str(tmp_path)}
    assert viewer(here, "linux") == ["xdg-open"]
    assert viewer({"PATH": str(tmp_path)}, "linux") == []
    assert viewer({**here, "SSH_CONNECTION": "a b"}, "linux") == []
    assert viewer({**here, "PATH": "/nowhere"}, "linux") == []
    assert viewer({}, "darwin") == ["open"]
    assert viewer({"SSH_TTY": "/dev/pts/1"}, "darwin") == []


def test_over_ssh_the_path_is_said(tmp_path: Path) -> None:
    path = still(tmp_path / "a.png")
    assert str(path) in opened(path, Terminal(), {"SSH_TTY": "x", "DISPLAY": ":0"})


def test_what_may_run_scripts_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    app = Browser()
    assert opened(path, app, {}).startswith("It is not opened from here")
    assert app.delivered == []


def test_in_the_browser_it_is_delivered(tmp_path: Path) -> None:
    path = still(tmp_path / "a.png")
    app = Browser()
    assert opened(path, app, {}) == "The browser opens it."
    assert app.delivered == [(path, {"save_filename": "frame-1.png", "open_method": "browser"})]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("frame[3]", "frame-3.png"),
        ("../../etc/passwd", "etc-passwd.png"),
        ("-rf; $(x)\n", "rf-x.png"),
        ("", "result.png"),
    ],
)
def test_a_copy_has_a_harmless_name(label: str, name: str) -> None:
    assert file_name(label, "image/png") == name


@pytest.mark.skipif(sys.platform != "linux", reason="it opens by xdg-open")
def test_a_viewer_is_given_a_copy_that_is_only_read(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\ncp -p "$1" "{seen}.png" && mv "{seen}.png" "{seen}"\n')
    program.chmod(0o755)
    path = still(tmp_path / "a.png")
    environ = {"DISPLAY": ":0", "PATH": f"{tmp_path}:/usr/bin:/bin"}

    async def main() -> str:
        pictures = Pictures(Path)
        media = await pictures.adopt(path)
        said = await open_outside(Terminal(), pictures, media, "frame[1]", environ)  # type: ignore[arg-type]
        async with asyncio.timeout(PATIENCE):
            while not seen.exists():
                await asyncio.sleep(0.01)
        folder = pictures.folder
        pictures.close()
        assert not folder.exists()
        return said

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", environ["PATH"])
        assert asyncio.run(main()) == "Opened with xdg-open."
    assert seen.read_bytes() == path.read_bytes()
    assert stat.S_IMODE(seen.stat().st_mode) == stat.S_IRUSR


def test_a_viewer_that_is_gone_is_no_crash(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        start([str(tmp_path / "none")], tmp_path)


def test_the_key_says_what_became_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "x")
    path = still(tmp_path / "a.png")

    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show_pages([Page(path, "a.png")])
        await cinema.until_picture()
        await pilot.press("o")
        await cinema.until_text("There is no screen to open it on here.")

    drive(Preview, script)
