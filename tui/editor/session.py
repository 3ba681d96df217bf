"""What the editor remembers from one time to the next: theme, last file, and views of files.

It is a JSON file in the state folder of the user. It is a convenience: one that cannot be read
counts as empty, and one that cannot be written is no error.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_VERSION = 1
_MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class View:
    """How one looked at a file."""

    camera: tuple[int, int] = (0, 0)
    zoom: int = 2
    selection: tuple[str, ...] = ()
    panes: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    """What the workflow's inputs were given for runs."""
    size: tuple[int, int] = (0, 0)
    """Columns and rows that were seen of the canvas; none where that is not known."""
    is_roomy: bool = False
    """Whether compact boxes were wide enough for their types."""
    fit: str = ""
    """What was kept in view at any size, as the canvas calls it; empty if nothing was."""


class Memory:
    """What is remembered.

    Args:
        path: The file; None to remember nothing beyond this process.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._data = _read(path)

    @property
    def theme(self) -> str:
        """The theme that was chosen; empty if none was."""
        return _text(self._data.get("theme"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._set("theme", name)

    @property
    def was_greeted(self) -> bool:
        """Whether the hint for the first time has been seen."""
        return self._data.get("greeted") is True

    @was_greeted.setter
    def was_greeted(self, seen: bool) -> None:
        self._set("greeted", seen)

    @property
    def files(self) -> list[Path]:
        """The files that were open and are still there, the last one first."""
        return [Path(name) for name in reversed(self._files) if Path(name).is_file()]

    def view(self, path: Path) -> View | None:
        """Return how one looked at a file the last time; None if never."""
        kept = self._files.get(str(path.absolute()))
        if not isinstance(kept, dict):
            return None
        try:
            x, y = kept["camera"]
            names = tuple(map(str, kept["selection"]))
            panes = {str(name): bool(shown) for name, shown in kept["panes"].items()}
            given = kept.get("values", {}).items()
            values = {name: value for name, value in given if isinstance(value, str)}
            zoom = min(max(int(kept["zoom"]), 0), 2)
            columns, rows = kept.get("size", (0, 0))
            size = max(0, int(columns)), max(0, int(rows))
            is_roomy, fit = kept.get("is_roomy") is True, _text(kept.get("fit"))
            return View((int(x), int(y)), zoom, names, panes, values, size, is_roomy, fit)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return None

    def opened(self, path: Path) -> None:
        """Take note that a file is open: the last one, also if the machine fails."""
        self._put(path, self._files.get(str(path.absolute()), {}))

    def remember(self, path: Path, view: View) -> None:
        """Keep how one looks at a file."""
        self._put(path, asdict(view))

    def _put(self, path: Path, kept: dict[str, Any]) -> None:
        files = dict(self._files)
        files.pop(str(path.absolute()), None)
        files[str(path.absolute())] = kept
        self._set("files", dict(list(files.items())[-_MOST_FILES:]))

    @property
    def _files(self) -> dict[str, Any]:
        files = self._data.get("files")
        return files if isinstance(files, dict) else {}

    def _set(self, key: str, value: Any) -> None:
        self._data = {"version": _VERSION, **self._data, key: value}
        if self._path:
            with contextlib.suppress(OSError):
                _write(self._path, self._data)


def default_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where it is kept: in the state folder of this user."""
    if named := environ.get("XDG_STATE_HOME"):
        return Path(named) / "reelgraph" / "editor.json"
    import platformdirs

    return platformdirs.user_state_path("reelgraph", appauthor=False) / "editor.json"


def read_keymap(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the keys that a person has chosen, by the action's id, from `reelgraph/keys.json`.

    The file is looked for in the user's config folder; without one the keys are the usual ones.

    Raises:
        ValueError: The file is no JSON object of texts.
    """
    if named := environ.get("XDG_CONFIG_HOME"):
        path = Path(named) / "reelgraph" / "keys.json"
    else:
        import platformdirs

        path = platformdirs.user_config_path("reelgraph", appauthor=False) / "keys.json"
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict) or not all(isinstance(keys, str) for keys in data.values()):
        raise ValueError(f"{path} has to be an object of keys by action, as {{'node.add': 'a'}}")
    return data


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _read(path: Path | None) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes()) if path else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) and data.get("version") == _VERSION else {}


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".editor-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        # Escaped, halves of characters can be written as well.
        json.dump(data, file, indent=1)
    Path(name).replace(path)
