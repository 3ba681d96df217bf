"""`reelgraph new`: a workflow of your own, begun from one of those that ship with reelgraph."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.document import Document, loads
from engine.errors import UsageError
from tui.cli.exits import Exit
from tui.cli.session import Session, unknown
from tui.cli.terminal import Terminal

_STORY = "hare-and-tortoise.txt"
"""The story that goes with a workflow that wants one."""
_SCHEMA = "workflow.schema.json"


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Write the workflow and what it needs; say how to run it."""
    shipped = files("workflows")
    template = _template(shipped, options.template)
    target = _target(options.name)
    document = _own(loads(template.read_bytes(), template.name), target.stem)
    copies = {target: document.text.encode()}
    for name in _parts(document):
        copies[target.parent / name] = shipped.joinpath(name).read_bytes()
    story = _wants_story(document)
    if story:
        copies[target.parent / _STORY] = shipped.joinpath("stories", _STORY).read_bytes()
    _refuse_overwriting(copies, force=options.force)
    for path, content in copies.items():
        _write(path, content)
        terminal.print_path(path)
    setting = f" --set {story}=@{target.parent / _STORY}" if story else _settings(document)
    terminal.note(f"Run it with: reelgraph run {target}{setting}")
    return Exit.DONE


def templates() -> list[str]:
    """Return the names of the ready workflows."""
    return sorted(
        entry.name.removesuffix(".json")
        for entry in files("workflows").iterdir()
        if entry.name.endswith(".json") and entry.name != _SCHEMA
    )


def _template(shipped: Traversable, name: str) -> Traversable:
    bare = name.removesuffix(".json")
    known = templates()
    if bare not in known:
        error = unknown("ready workflow", name, known, listing="reelgraph new --help")
        error.hint = f"{error.hint if 'mean' in error.hint else ''} There are {', '.join(known)}."
        error.hint = error.hint.strip()
        raise error
    return shipped.joinpath(f"{bare}.json")


def _target(name: str) -> Path:
    try:
        path = Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError("there is no such user", where=name) from error
    if not path.name or "\0" in name:
        raise UsageError("this is not a file name", where=repr(name))
    return path if path.suffix == ".json" else path.with_name(f"{path.name}.json")


def _own(document: Document, name: str) -> Document:
    """Return the workflow under its new name, without what only means something where it lay."""
    data = {key: value for key, value in document.data.items() if key != "$schema"}
    return document.replace({**data, "name": name})


def _parts(document: Document) -> Iterator[str]:
    """Yield the workflow files that the workflow uses as nodes."""
    names = (
        str(node.inputs.get("file", ""))
        for node in document.workflow.nodes.values()
        if node.type == "subworkflow"
    )
    yield from dict.fromkeys(name for name in names if name)


def _wants_story(document: Document) -> str:
    inputs = document.workflow.inputs
    return next((n for n, spec in inputs.items() if n == "story" and spec.required), "")


def _settings(document: Document) -> str:
    required = [name for name, spec in document.workflow.inputs.items() if spec.required]
    return "".join(f" --set {name}=..." for name in required)


def _refuse_overwriting(copies: dict[Path, bytes], *, force: bool) -> None:
    for path, content in copies.items():
        if not force and path.exists() and _read(path) != content:
            raise UsageError(
                "the file is there already",
                where=str(path),
                hint="Take another name, or --force to replace it.",
            )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot write the file: {reason}", where=str(path)) from error
