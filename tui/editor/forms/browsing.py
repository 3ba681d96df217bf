"""What is in a folder that a workflow may read, for choosing files: folders first, then files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from engine.endings import kind_by_name
from engine.references import escape
from tui.cli.words import natural, size

MOST = 5000
"""Most entries of a folder that are listed."""
_PATTERN: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder."""

    path: Path
    name: str
    is_folder: bool
    detail: str = ""


def kind_of(path: Path) -> str:
    """Return the kind of a file, by its name: `image`, `video`, `audio`, `workflow`, `file`."""
    return "workflow" if path.suffix.lower() == ".json" else kind_by_name(path) or "file"


def is_wanted(path: Path, kinds: Sequence[str]) -> bool:
    """Tell whether a file is of one of the kinds; every file is a `file`."""
    return not kinds or "file" in kinds or kind_of(path) in kinds


def listing(folder: Path, kinds: Sequence[str], is_allowed: Callable[[Path], bool]) -> list[Entry]:
    """Return what a folder holds: the folder above, folders, and the files of the kinds wanted.

    Hidden entries are passed over, links that lead nowhere or out of what may be read, pipes and
    the like, and names that are no Unicode, as no workflow can hold them.

    Raises:
        OSError: The folder cannot be read.
    """
    above = [Entry(folder.parent, "../", True)] if is_allowed(folder.parent) else []
    folders, files = [], []
    with os.scandir(folder) as entries:
        for each in islice(entries, MOST):
            path = Path(each.path)
            if each.name.startswith(".") or not _is_text(each.name):
                continue
            if each.is_symlink() and not is_allowed(path):
                continue
            if each.is_dir():
                folders.append(Entry(path, f"{each.name}/", True))
            elif each.is_file() and is_wanted(path, kinds):
                files.append(Entry(path, each.name, False, size(each.stat().st_size)))
    in_order = [*sorted(folders, key=_order), *sorted(files, key=_order)]
    return above + in_order


def _is_text(name: str) -> bool:
    """Tell whether a name is Unicode; other bytes of a file system arrive as lone surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def _order(entry: Entry) -> list[tuple[int, int, str]]:
    return natural(entry.name)


def written(path: Path, base: Path) -> str:
    """Return a path as a workflow names it: from its folder on where it is below that."""
    return escape((path.relative_to(base) if path.is_relative_to(base) else path).as_posix())


def is_pattern(text: str) -> bool:
    """Tell whether a text names many files, as `frames/*.png`."""
    return not _PATTERN.isdisjoint(text)


def matching(text: str, base: Path, is_allowed: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield the files that a pattern matches, as many as are listed at most."""
    folder, _, name = text.rpartition("/")
    root = (base / folder).resolve() if folder else base
    if not name or not is_allowed(root):
        return
    try:
        found = sorted(islice(root.glob(name), MOST), key=lambda path: natural(path.name))
    except (ValueError, NotImplementedError, OSError):
        return
    yield from (path for path in found if path.is_file() and is_allowed(path))
