"""From results to files: readable names in the output folder, as results come in.

PNG and MP4 files carry the workflow that made them; `reelgraph show FILE` gives it back. Nothing
is ever written outside the output folder.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from engine.errors import FileAccessError
from engine.events import Event, TaskDone
from engine.execute import RunReport
from engine.graph import Graph, Index, Takes, Wire, parse_task
from engine.request import Target
from engine.values import Media, encode
from nodes.media import EXTENSIONS, embed_workflow
from nodes.naming import safe_name, safe_path


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A port whose values become files."""

    wire: Wire
    name: str


class Exporter:
    """Writes the outputs of one run.

    Files are written by one thread of its own, so that a long film holds nothing up. Use it as a
    context manager, or call `close`.

    Args:
        graph: The workflow: its outputs and its `save` nodes name what is written.
        find: Gives the path where a blob can be read, as `FileAccess.path` does.
        out: The output folder; made when something is written.
        workflow: The workflow's text, to put into the files.
        targets: Tasks that were asked for by name: their results become files as well.

    Raises:
        FileAccessError: (from `finish`) a file cannot be written.
        TaskError: (from `finish`) a result is no longer in the store.
    """

    def __init__(
        self,
        graph: Graph,
        find: Callable[[Media], Path],
        out: Path,
        workflow: str,
        targets: Collection[Target] = (),
    ) -> None:
        self._graph = graph
        self._find = find
        self._out = out
        self._workflow = workflow
        self._targets = frozenset(targets)
        self._wanted: dict[str, list[_Wanted]] = {}
        for wanted in _name_outputs(graph):
            self._wanted.setdefault(wanted.wire.node, []).append(wanted)
        self._owners: dict[PurePosixPath, str] = {}
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="export")
        self._writes: dict[PurePosixPath, Future[Path]] = {}

    def handle(self, event: Event) -> None:
        """Take note of an event; results that are wanted as files are written in the background."""
        if not isinstance(event, TaskDone):
            return
        index = parse_task(event.task)[1] or ()
        for wanted in self._wanted.get(event.node, ()):
            self._export(wanted, index, event.outputs[wanted.wire.port], event.task)
        if self._graph.nodes[event.node].type.name == "save":
            self._save(event, index)
        elif event.node not in self._wanted and (
            {(event.node, None), (event.node, index)} & self._targets
        ):
            self._export_target(event, index)

    def _save(self, event: TaskDone, index: Index) -> None:
        name = safe_path(str(event.outputs["name"]))
        if self._shares_name(event.node) or self._is_taken(name, event.task):
            name = name.with_name(name.name + _number(index))
        self._write_all(name, event.outputs["value"], event.task)

    def _export_target(self, event: TaskDone, index: Index) -> None:
        given = {port: value for port, value in event.outputs.items() if value is not None}
        for port, value in given.items():
            name = _file_name(event.node) if len(given) == 1 else f"{_file_name(event.node)}-{port}"
            self._write_all(PurePosixPath(name + _number(index)), value, event.task)

    def finish(self, report: RunReport) -> dict[str, list[Path]]:
        """Wait until everything is written.

        Returns:
            The files by workflow output, in order; those of `save` nodes and of targets under the
            empty name.

        Raises:
            FileAccessError: A file could not be written.
            TaskError: A result is no longer in the store.
        """
        for name, wire in self._graph.outputs.items():
            if self._graph.nodes[wire.node].internal:
                # What is only passed on has no event of its own.
                self._write_all(PurePosixPath(safe_name(name)), report.outputs[name], name)
        self._writer.shutdown(wait=True)
        files: dict[str, list[Path]] = {}
        for relative, write in self._writes.items():
            files.setdefault(self._output_of(relative), []).append(write.result())
        return {name: sorted(paths) for name, paths in files.items()}

    def close(self) -> None:
        """Stop writing; what has begun is finished."""
        self._writer.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # -- which files ---------------------------------------------------------------------------

    def _export(self, wanted: _Wanted, index: Index, value: Any, task: str) -> None:
        for path, item in _follow(value, wanted.wire, index):
            self._write_all(PurePosixPath(wanted.name + _number(path)), item, task)

    def _write_all(self, name: PurePosixPath, value: Any, owner: str) -> None:
        if isinstance(value, list) and value and isinstance(value[0], Media):
            for i, item in enumerate(value, 1):
                self._submit(name.with_name(f"{name.name}-{i:02}"), item, owner)
        elif value is not None:
            self._submit(name, value, owner)

    def _submit(self, name: PurePosixPath, value: Any, owner: str) -> None:
        relative = name.with_name(_with_extension(name.name, value))
        self._owners[relative] = owner
        self._writes[relative] = self._writer.submit(self._write, relative, value)

    def _shares_name(self, node_id: str) -> bool:
        """Tell whether all items of a mapped `save` node are given one name."""
        node = self._graph.nodes[node_id]
        own = isinstance(node.bindings["name"], Takes) or any(
            wire.mapped_axes for name, wire in node.wires if name == "name"
        )
        return bool(node.axes) and not own

    def _is_taken(self, name: PurePosixPath, task: str) -> bool:
        names = (p for p, owner in self._owners.items() if owner != task)
        return any(name in (p, p.with_suffix("")) for p in names)

    def _output_of(self, relative: PurePosixPath) -> str:
        owner = parse_task(self._owners[relative])[0]
        if owner in self._graph.outputs and owner not in self._graph.nodes:
            return owner
        for name, wire in self._graph.outputs.items():
            named = [w.name for w in self._wanted.get(wire.node, ()) if w.wire == wire]
            if wire.node == owner and any(relative.name.startswith(n) for n in named):
                return name
        return ""

    # -- writing -------------------------------------------------------------------------------

    def _write(self, relative: PurePosixPath, value: Any) -> Path:
        target = self._out / relative
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(self._out.resolve()):
                raise FileAccessError(
                    "a link leads out of the output folder", where=str(target.parent)
                )
            descriptor, temporary_name = tempfile.mkstemp(
                prefix=".", suffix=target.suffix, dir=target.parent
            )
            os.close(descriptor)
            temporary = Path(temporary_name)
            try:
                self._fill(temporary, value)
                temporary.chmod(0o666 & ~_umask())
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise FileAccessError(f"cannot write the file: {reason}", where=str(target)) from error
        return target

    def _fill(self, temporary: Path, value: Any) -> None:
        if isinstance(value, Media):
            blob = self._find(value)
            if self._workflow and value.media_type in ("image/png", "video/mp4"):
                embed_workflow(blob, value.media_type, temporary, self._workflow)
            else:
                shutil.copyfile(blob, temporary)
        elif isinstance(value, str):
            temporary.write_text(value if value.endswith("\n") else value + "\n", "utf-8")
        else:
            text = json.dumps(encode(value), ensure_ascii=False, indent=2)
            temporary.write_text(text + "\n", "utf-8")


def _name_outputs(graph: Graph) -> Iterator[_Wanted]:
    """Name the files of each workflow output after its node, and its port where there are more."""
    by_node: dict[str, set[tuple[str, Any]]] = {}
    for wire in graph.outputs.values():
        by_node.setdefault(wire.node, set()).add((wire.port, wire.steps))
    for wire in graph.outputs.values():
        if graph.nodes[wire.node].internal:
            continue
        name = _file_name(wire.node)
        if len(by_node[wire.node]) > 1:
            fields = [step for step in wire.steps if step]
            name = "-".join([name, wire.port, *fields])
        yield _Wanted(wire, name)


def _follow(value: Any, wire: Wire, index: Index) -> Iterator[tuple[Index, Any]]:
    """Yield every item that a wire leads to within one port value, with its full index."""
    items: list[tuple[Index, Any]] = [(index, value)]
    for step in wire.steps:
        if step is None:
            items = [((*i, k), item) for i, v in items for k, item in enumerate(v)]
        else:
            items = [(i, getattr(v, step)) for i, v in items]
    yield from items


def _file_name(node_id: str) -> str:
    return safe_name(node_id.replace("/", "-"))


def _number(index: Index) -> str:
    return "".join(f"-{i + 1:02}" for i in index)


def _with_extension(name: str, value: Any) -> str:
    if isinstance(value, Media):
        extension = EXTENSIONS.get(value.media_type, ".bin")
    else:
        extension = ".txt" if isinstance(value, str) else ".json"
    return name if name.lower().endswith(extension) else name + extension


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def describe_outputs(report: RunReport, files: Mapping[str, list[Path]]) -> dict[str, Any]:
    """Return the workflow's outputs as JSON data: paths for what became files, else values."""
    return {
        name: [str(path) for path in files[name]] if name in files else encode(value)
        for name, value in report.outputs.items()
    }
