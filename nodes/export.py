"""From results to files: readable names in the output folder, as results come in.

PNG and MP4 files carry the workflow that made them; `reelgraph show FILE` gives it back. Nothing
is ever written outside the output folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from engine.errors import FileAccessError, ReelgraphError
from engine.events import Event, TaskDone
from engine.execute import RunReport
from engine.graph import Graph, Index, parse_task
from engine.request import Target
from engine.values import Media, encode
from nodes.filenames import SAVE, Names, follow, number, shares_name
from nodes.media import EXTENSIONS, embed_workflow
from nodes.naming import safe_path


@dataclass(frozen=True)
class Exported:
    """What became of a run's files."""

    files: Mapping[str, list[Path]]
    """The files by workflow output, in order; those of `save` nodes and of tasks that were asked
    for under the empty name."""
    failures: tuple[ReelgraphError, ...] = ()
    """Why others could not be written."""
    stale: tuple[Path, ...] = ()
    """Numbered files of earlier runs that stand beside the new ones and are not of them."""


@dataclass(frozen=True, slots=True)
class _Write:
    outputs: tuple[str, ...]
    task: str
    path: Future[Path]


@dataclass
class _Series:
    """The numbered files of one stem."""

    endings: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


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
        self._names = Names(graph, targets)
        self._series: dict[PurePosixPath, _Series] = {}
        self._writes: dict[str, _Write] = {}
        """By path, case-folded."""
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="export")
        # Asked for here, in one thread: asking means setting it for a moment.
        self._mode = 0o666 & ~_umask()

    def handle(self, event: Event) -> None:
        """Take note of an event; results that are wanted as files are written in the background."""
        if not isinstance(event, TaskDone):
            return
        index = parse_task(event.task)[1] or ()
        if self._graph.nodes[event.node].type.name == SAVE:
            self._save(event, index)
        for port, claims in self._names.ports.get(event.node, {}).items():
            for claim in claims:
                if claim.wire is not None:
                    for item_index, item in follow(event.outputs[port], claim.wire, index):
                        self._submit(claim.stem, item_index, item, event.task, claim.outputs)
                elif {(event.node, None), (event.node, index)} & self._targets:
                    self._submit_all(claim.stem, index, event.outputs[port], event.task)

    def finish(self, report: RunReport) -> Exported:
        """Wait until everything is written, and tell what was and what was not."""
        for claim in self._names.passed_on:
            value = report.outputs[claim.outputs[0]]
            self._submit_all(claim.stem, (), value, "", claim.outputs)
        self._writer.shutdown(wait=True)
        files: dict[str, list[Path]] = {}
        failures: list[ReelgraphError] = []
        for write in self._writes.values():
            try:
                path = write.path.result()
            except ReelgraphError as error:
                failures.append(error)
                continue
            for name in write.outputs or ("",):
                files.setdefault(name, []).append(path)
        ordered = {name: sorted(paths) for name, paths in files.items()}
        stale = self._stale() if report.exit_code == 0 and not self._targets else ()
        return Exported(ordered, tuple(failures), stale)

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

    def _save(self, event: TaskDone, index: Index) -> None:
        stem = self._names.saves.get(event.node) or safe_path(str(event.outputs["name"]))
        numbers = index if shares_name(self._graph.nodes[event.node]) else ()
        self._submit_all(stem, numbers, event.outputs["value"], event.task)

    def _submit_all(
        self,
        stem: PurePosixPath,
        index: Index,
        value: Any,
        task: str,
        outputs: tuple[str, ...] = (),
    ) -> None:
        """Write a value; each of a list of media as a file of its own."""
        if isinstance(value, list) and value and isinstance(value[0], Media):
            for i, item in enumerate(value):
                self._submit(stem, (*index, i), item, task, outputs)
        elif value is not None:
            self._submit(stem, index, value, task, outputs)

    def _submit(
        self,
        stem: PurePosixPath,
        index: Index,
        value: Any,
        task: str,
        outputs: tuple[str, ...],
    ) -> None:
        ending = _ending(value)
        name = stem.name + number(index)
        if not index and name.lower().endswith(ending):
            name = name[: -len(ending)]
        relative = stem.with_name(name + ending)
        attempt = 1
        # Only names that became known in the run can still meet: those put together from values.
        while (taken := self._writes.get(str(relative).casefold())) and taken.task != task:
            attempt += 1
            relative = stem.with_name(f"{name}_{attempt}{ending}")
        if index:
            series = self._series.setdefault(stem, _Series())
            series.endings.add(ending)
            series.names.add(relative.name)
        path = self._writer.submit(self._write, relative, value)
        self._writes[str(relative).casefold()] = _Write(outputs, task, path)

    def _stale(self) -> tuple[Path, ...]:
        found: list[Path] = []
        for stem, series in self._series.items():
            pattern = re.compile(re.escape(stem.name) + r"(-\d{2,})+")
            folder = (self._out / stem).parent
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                numbered = pattern.fullmatch(path.stem) and path.suffix in series.endings
                if numbered and path.name not in series.names:
                    found.append(path)
        return tuple(found)

    # -- writing -------------------------------------------------------------------------------

    def _write(self, relative: PurePosixPath, value: Any) -> Path:
        target = self._out / relative
        try:
            self._make_folder(target.parent)
            descriptor, temporary_name = tempfile.mkstemp(
                prefix=".", suffix=target.suffix, dir=target.parent
            )
            os.close(descriptor)
            temporary = Path(temporary_name)
            try:
                self._fill(temporary, value)
                temporary.chmod(self._mode)
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise FileAccessError(f"cannot write the file: {reason}", where=str(target)) from error
        return target

    def _make_folder(self, folder: Path) -> None:
        self._out.mkdir(parents=True, exist_ok=True)
        deepest = folder
        while not os.path.lexists(deepest):
            deepest = deepest.parent
        # Looked at before anything is made, so that no folder is made elsewhere either.
        if not deepest.resolve().is_relative_to(self._out.resolve()):
            raise FileAccessError("a link leads out of the output folder", where=str(folder))
        folder.mkdir(parents=True, exist_ok=True)

    def _fill(self, temporary: Path, value: Any) -> None:
        if isinstance(value, Media):
            blob = self._find(value)
            if self._workflow and value.media_type in ("image/png", "video/mp4"):
                embed_workflow(blob, value.media_type, temporary, self._workflow)
            else:
                shutil.copyfile(blob, temporary)
            return
        if isinstance(value, str):
            text = value if value.endswith("\n") else value + "\n"
        else:
            text = json.dumps(encode(value), ensure_ascii=False, indent=2) + "\n"
        # Where a model or a program cut a text off within a character, half of one is left.
        temporary.write_text(text, "utf-8", errors="replace")


def _ending(value: Any) -> str:
    if isinstance(value, Media):
        return EXTENSIONS.get(value.media_type, ".bin")
    return ".txt" if isinstance(value, str) else ".json"


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def describe_outputs(report: RunReport, files: Mapping[str, list[Path]]) -> dict[str, Any]:
    """Return the workflow's outputs as JSON data: paths for what became files, else values."""
    return {
        name: [str(path) for path in files[name]] if name in files else encode(value)
        for name, value in report.outputs.items()
    }
