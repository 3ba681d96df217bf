"""Opening a result in the system's own viewer, where there is a screen that it can be seen on.

A viewer is given a copy, as the store's own files must never be written to, and its path as one
argument, never through a shell. Only pictures, films, sounds, PDF and plain text are opened.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from textual.app import App

from engine.errors import ReelgraphError
from engine.values import Media
from nodes.media.signatures import EXTENSIONS, sniff
from tui.editor.preview.pictures import Pictures

_OPENED: Final = ("image/", "video/", "audio/", "application/pdf", "text/plain")
_NEVER: Final = ("image/svg+xml",)
"""Opened in a browser, it may run scripts."""

_viewers: list[subprocess.Popen[bytes]] = []


async def open_outside(
    app: App[Any],
    pictures: Pictures,
    media: Media,
    label: str = "",
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Open a file in the system's viewer, or in the browser's window; return what was done.

    Args:
        app: The application.
        pictures: Knows where the file lies.
        media: The file.
        label: What it is called.
        environ: The environment.
    """
    path = pictures.path(media)
    try:
        media_type = await asyncio.to_thread(sniff, path)
        if media_type in _NEVER or not media_type.startswith(_OPENED):
            return f"It is not opened from here, as nobody knows what it would do: {path}"
        if app.is_web:
            name = file_name(label, media_type)
            app.deliver_binary(path, save_filename=name, open_method="browser")
            return "The browser opens it."
        command = viewer(environ)
        if not command:
            return f"There is no screen to open it on here. It lies at {path}"
        copy = await asyncio.to_thread(_copy, path, pictures.folder / file_name(label, media_type))
        await asyncio.to_thread(start, command, copy)
    except (OSError, ReelgraphError) as error:
        return f"It cannot be opened: {error}"
    return f"Opened with {command[0]}."


def viewer(environ: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """Return the command that opens a file; nothing where nobody would see it."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return []
    if platform == "darwin":
        return ["open"]
    if platform == "win32":
        return ["explorer"]
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return []
    return ["xdg-open"] if shutil.which("xdg-open", path=environ.get("PATH")) else []


def file_name(label: str, media_type: str) -> str:
    """Return a name for the copy: of the label's letters and digits only."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-")[:60] or "result"
    return f"{stem}{EXTENSIONS.get(media_type, '.bin')}"


def start(command: list[str], path: Path) -> None:
    """Start a viewer, which goes on by itself."""
    _viewers[:] = [each for each in _viewers if each.poll() is None]
    _viewers.append(
        subprocess.Popen(  # noqa: S603 - a fixed command, and a path of our own making
            [*command, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    )


def _copy(path: Path, copy: Path) -> Path:
    if copy.exists():
        copy.chmod(stat.S_IRUSR | stat.S_IWUSR)
    shutil.copyfile(path, copy)
    copy.chmod(stat.S_IRUSR)
    return copy
