"""The node that waits for a picture which a person makes elsewhere, as with Midjourney.

There is no API to ask and no account is looked into: the node writes down what is to be made, in a
folder of its own, and takes the picture that a person puts there. The folder belongs to the task
and the words together, so that nothing has to be read from the names of files, and the next run
goes on with what was put there meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from engine import Context, ErrorKind, Image, TaskError, node
from nodes.asking import make
from nodes.naming import safe_name

INBOX = "REELGRAPH_INBOX"
"""The setting that names the folder of all such pictures; `inbox` in the current one by default."""
PROMPT_FILE = "prompt.txt"
RECORD_FILE = "taken.json"
_EVERY = 2.0
"""Seconds between two looks at the folder."""
_UNFINISHED = frozenset((".part", ".crdownload", ".download", ".tmp", ".opdownload"))
"""What browsers call a file that is still coming."""
_OWN = frozenset((PROMPT_FILE, RECORD_FILE))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was at one look."""

    path: Path
    size: int
    changed: int


@node(version=1)
async def import_image(
    prompt: Annotated[
        str, Field(min_length=1, description="What is to be made, as `midjourney_prompt` writes it")
    ],
    *,
    hours: Annotated[
        float, Field(gt=0, le=720, description="How long a run waits before it gives up")
    ] = 12.0,
    by_hand: Annotated[
        bool, Field(description="Whether a person makes it; else the built-in model, as in a draft")
    ] = True,
    ctx: Context,
) -> Image:
    """Wait for a picture that a person makes elsewhere.

    Each task has a folder `inbox/TASK-XXXXXXXX`, with the words in `prompt.txt`; `REELGRAPH_INBOX`
    names another place for `inbox`. Put one picture there, of whatever name: a grid or an upscaled
    one, as you choose. It is taken once it has come whole. A run that ended meanwhile goes on with
    it when it is started again; with other words the folder is another one.
    """
    if not by_hand:
        words = prompt.partition(" --")[0]
        return await make("text_to_image", Image, ["animatic/frame"], ctx, prompt=words)
    from anyio.to_thread import run_sync

    folder = _folder(prompt, ctx.task)
    await run_sync(_prepare, folder, prompt)
    seen = await _arrival(folder, hours, ctx)
    copy = ctx.scratch("arrived")
    try:
        # What was looked at is what is kept, whatever becomes of the file meanwhile.
        await run_sync(shutil.copyfile, seen.path, copy)
    except OSError as error:
        raise _unusable(folder, error) from None
    try:
        made = await ctx.publish(copy, Image)
    except TaskError as error:
        error.hint = f"Replace {seen.path} by a picture, and run again."
        raise
    await run_sync(_record, folder, seen, made, prompt)
    return made


def _folder(prompt: str, task: str) -> Path:
    """Return where a task's picture is put: by its address and its words."""
    inbox = Path(os.environ.get(INBOX) or "inbox").absolute()
    name = safe_name(task.replace("[", "-").replace("]", "").replace(",", "-"))
    return inbox / f"{name}-{hashlib.sha256(prompt.encode()).hexdigest()[:8]}"


def _prepare(folder: Path, prompt: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PROMPT_FILE).write_text(prompt + "\n", encoding="utf-8")
    except OSError as error:
        raise _unusable(folder, error) from None


def _unusable(folder: Path, error: OSError) -> TaskError:
    return TaskError(
        f"the folder for the picture cannot be used: {error.strerror or error}",
        hint=f"{INBOX} names another place. Folder: {folder}",
    )


async def _arrival(folder: Path, hours: float, ctx: Context) -> _Seen:
    """Wait until one picture lies in the folder and no longer grows.

    Raises:
        TaskError: None has come in time.
    """
    from anyio.to_thread import run_sync

    desk = ctx.jobs
    end = desk.monotonic() + hours * 3600
    before: list[_Seen] = []
    while True:
        found = await run_sync(_look, folder)
        if len(found) == 1 and found == before:
            return found[0]
        before = found
        note = "leave one picture in" if len(found) > 1 else "waiting for a picture in"
        ctx.progress(0.0, f"{note} {folder}")
        if desk.monotonic() >= end:
            raise TaskError(
                f"no picture has come within {hours:g} hours",
                kind=ErrorKind.LOCAL,
                hint=f"Put one picture into {folder} and run again.",
            )
        await desk.sleep(_EVERY)


def _look(folder: Path) -> list[_Seen]:
    """Return the files that may be the picture; links and what is still coming are not.

    Raises:
        TaskError: The folder cannot be read, as when it was removed meanwhile.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise _unusable(folder, error) from None
    found = []
    for entry in entries:
        if entry.name in _OWN or entry.name.startswith(".") or entry.suffix in _UNFINISHED:
            continue
        try:
            state = entry.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(state.st_mode) and state.st_size:
            found.append(_Seen(entry, state.st_size, state.st_mtime_ns))
    return found


def _record(folder: Path, seen: _Seen, made: Image, prompt: str) -> None:
    told = {"file": seen.path.name, "sha256": made.digest, "prompt": prompt}
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    try:
        (folder / RECORD_FILE).write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unusable(folder, error) from None
