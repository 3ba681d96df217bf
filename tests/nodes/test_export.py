"""Results become files: names, places, metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from engine import Context, node
from engine.engine import Engine
from engine.errors import FileAccessError
from engine.request import Request
from engine.values import Image
from nodes import flow, output
from nodes.export import Exporter, describe_outputs
from nodes.media import inspect_media, read_workflow
from tests.support import media, nodes
from tests.support.engines import Bench


def export(bench: Bench, data: dict[str, Any], out: Path, **asked: Any) -> dict[str, list[str]]:
    document = bench.document(data)
    graph, _ = bench.engine.bind(document)
    find = bench.engine.files(document).path
    request = Request.parse(graph, **asked)
    with Exporter(graph, find, out, document.text, request.targets) as exporter:
        report = anyio.run(bench.engine.run, document, graph, request, exporter.handle)
        exported = exporter.finish(report)
    if exported.failures:
        raise exported.failures[0]
    files = exported.files
    return {name: [str(path.relative_to(out)) for path in paths] for name, paths in files.items()}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    registry = nodes.registry()
    registry.add_module(flow)
    registry.add_module(output)
    return Bench(tmp_path, registry)


BOARD = {"type": "split", "inputs": {"script": "one\ntwo"}}
PICTURE = {"type": "picture", "inputs": {"name": "${board.shots.prompt}"}}


def test_files_are_named_after_nodes_and_tasks(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {
            "board": BOARD,
            "frame": PICTURE,
            "text": {"type": "join", "inputs": {"texts": "${board.shots.prompt}"}},
        },
        "outputs": {"frames": "${frame.image}", "script": "${text.text}"},
    }
    out = tmp_path / "out"
    assert export(bench, data, out) == {
        "frames": ["frame-01.bin", "frame-02.bin"],
        "script": ["text.txt"],
    }
    assert (out / "text.txt").read_text() == "one two\n"
    assert (out / "frame-02.bin").read_text() == "two"


def test_cached_results_are_written_as_well(bench: Bench, tmp_path: Path) -> None:
    data = {"nodes": {"board": BOARD, "frame": PICTURE}, "outputs": {"f": "${frame.image}"}}
    export(bench, data, tmp_path / "one")
    assert export(bench, data, tmp_path / "two") == {"f": ["frame-01.bin", "frame-02.bin"]}


def test_two_ports_of_a_node_have_names_of_their_own(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {"board": BOARD},
        "outputs": {"prompts": "${board.shots.prompt}", "moves": "${board.shots.motion}"},
    }
    assert export(bench, data, tmp_path / "out") == {
        "moves": ["board-shots-motion-01.txt", "board-shots-motion-02.txt"],
        "prompts": ["board-shots-prompt-01.txt", "board-shots-prompt-02.txt"],
    }


def test_structured_values_become_json(bench: Bench, tmp_path: Path) -> None:
    data = {"nodes": {"board": BOARD}, "outputs": {"shots": "${board.shots}"}}
    assert export(bench, data, tmp_path / "out")["shots"] == ["board-01.json", "board-02.json"]


@node(version=1)
async def cut(*, ctx: Context) -> str:
    """Return a text that was cut off within a character, as a model may give it."""
    return "a fox \ud83d"


def test_half_a_character_is_written_as_a_question_mark(bench: Bench, tmp_path: Path) -> None:
    bench.engine.registry.add(nodes.type_of(cut))
    data = {"nodes": {"cut": {"type": "cut"}}, "outputs": {"text": "${cut.text}"}}
    (path,) = export(bench, data, tmp_path / "out")["text"]
    assert (tmp_path / "out" / path).read_text("utf-8") == "a fox ?\n"


def test_an_input_that_is_an_output_is_written(bench: Bench, tmp_path: Path) -> None:
    data = {
        "inputs": {"story": {"default": "a story"}},
        "nodes": {},
        "outputs": {"story": "${inputs.story}"},
    }
    assert export(bench, data, tmp_path / "out") == {"story": ["story.txt"]}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("cut", "cut.bin"),
        ("final/the cut", "final/the cut.bin"),
        ("../../../etc/passwd", "etc/passwd.bin"),
        ("/abs", "abs.bin"),
        ("a\u202eb?", "a_b_.bin"),
    ],
)
def test_save_names_files_below_the_output_folder(
    bench: Bench, tmp_path: Path, name: str, written: str
) -> None:
    data = {
        "nodes": {
            "one": {"type": "picture", "inputs": {"name": "x"}},
            "keep": {"type": "save", "inputs": {"value": "${one.image}", "name": name}},
        }
    }
    before = {p for p in tmp_path.rglob("*") if "home" not in p.parts}
    assert export(bench, data, tmp_path / "out")[""] == [written]
    after = {p for p in tmp_path.rglob("*") if "home" not in p.parts} - before
    assert all(p.is_relative_to(tmp_path / "out") or p.name == "flow.json" for p in after)


def test_saved_items_with_one_name_get_numbers(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {
            "board": BOARD,
            "frame": PICTURE,
            "keep": {"type": "save", "inputs": {"value": "${frame.image}", "name": "still"}},
        }
    }
    saved = export(bench, data, tmp_path / "out")[""]
    assert saved == ["still-01.bin", "still-02.bin"]


def test_a_link_out_of_the_folder_is_not_followed(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "final").symlink_to(outside)
    data = {"nodes": {"keep": {"type": "save", "inputs": {"value": "x", "name": "final/cut"}}}}
    with pytest.raises(FileAccessError, match="leads out of the output folder"):
        export(bench, data, out)
    assert not list(outside.iterdir())


def test_png_carries_the_workflow(tmp_path: Path) -> None:
    media.make_image(tmp_path / "in.png", (8, 6))
    bench = Bench(tmp_path)
    bench.engine = Engine(bench.home, nodes.registry(), inspect_media)
    data = {
        "inputs": {"picture": {"type": "image", "default": "in.png"}},
        "nodes": {"same": {"type": "first", "inputs": {"items": "${inputs.picture}"}}},
        "outputs": {"picture": "${same.value}", "source": "${inputs.picture}"},
    }
    out = tmp_path / "out"
    assert export(bench, data, out) == {"picture": ["same.png"], "source": ["source.png"]}
    assert read_workflow(out / "same.png") == bench.document(data).text
    assert inspect_media(out / "same.png", Image)["width"] == 8


def test_a_task_that_was_asked_for_is_written(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {
            "board": BOARD,
            "frame": PICTURE,
            "all": {"type": "describe", "inputs": {"image": "${frame.image}"}},
        },
        "outputs": {"all": "${all.text}"},
    }
    written = export(bench, data, tmp_path / "out", to=["frame[2]"])
    assert written == {"": ["frame-02.bin"]}


def test_outputs_are_described_by_their_files(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {"sum": {"type": "add", "inputs": {"a": 2, "b": 3}}},
        "outputs": {"sum": "${sum.integer}"},
    }
    report = bench.run(data)
    assert describe_outputs(report, {}) == {"sum": 5}
    described = describe_outputs(report, {"sum": [tmp_path / "sum.json"]})
    assert described == {"sum": [str(tmp_path / "sum.json")]}


def results(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def upper(text: str) -> dict[str, Any]:
    return {"type": "upper", "inputs": {"text": text}}


def saving(value: str, name: str) -> dict[str, Any]:
    return {"type": "save", "inputs": {"value": value, "name": name}}


def test_no_two_results_share_a_file(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {
            "same": upper("output"),
            "one": saving("first", "same"),
            "two": saving("second", "Same"),
        },
        "outputs": {"same": "${same.text}"},
    }
    out = tmp_path / "out"
    written = export(bench, data, out)
    assert sorted(results(out).values()) == ["OUTPUT\n", "first\n", "second\n"]
    assert results(out)[written["same"][0]] == "OUTPUT\n"


def test_numbered_files_never_meet_those_of_a_node_with_such_a_name(
    bench: Bench, tmp_path: Path
) -> None:
    data = {
        "nodes": {
            "board": BOARD,
            "x": {"type": "upper", "inputs": {"text": "${board.shots.prompt}"}},
            "x-01": upper("alone"),
        },
        "outputs": {"a": "${x.text}", "b": "${x-01.text}"},
    }
    out = tmp_path / "out"
    written = export(bench, data, out)
    assert [results(out)[name] for name in written["a"]] == ["ONE\n", "TWO\n"]
    assert [results(out)[name] for name in written["b"]] == ["ALONE\n"]


def test_every_output_has_its_own_files(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {"board": BOARD},
        "outputs": {
            "shots": "${board.shots}",
            "prompts": "${board.shots.prompt}",
            "again": "${board.shots.prompt}",
        },
    }
    out = tmp_path / "out"
    written = export(bench, data, out)
    assert [results(out)[name] for name in written["prompts"]] == ["one\n", "two\n"]
    assert written["again"] == written["prompts"]
    assert all(name.endswith(".json") for name in written["shots"])


def test_no_folder_is_made_behind_a_link_out(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "link").symlink_to(outside)
    with pytest.raises(FileAccessError, match="leads out of the output folder"):
        export(bench, {"nodes": {"keep": saving("x", "link/deep/er/x")}}, out)
    assert not list(outside.iterdir())


def test_what_can_be_written_is_told_when_something_cannot(bench: Bench, tmp_path: Path) -> None:
    data = {
        "nodes": {"good": upper("good"), "bad": upper("bad")},
        "outputs": {"good": "${good.text}", "bad": "${bad.text}"},
    }
    out = tmp_path / "out"
    (out / "bad.txt" / "in the way").mkdir(parents=True)
    document = bench.document(data)
    graph, _ = bench.engine.bind(document)
    with Exporter(graph, bench.engine.files(document).path, out, "") as exporter:
        request = Request.parse(graph)
        report = anyio.run(bench.engine.run, document, graph, request, exporter.handle)
        exported = exporter.finish(report)
    assert exported.files == {"good": [out / "good.txt"]}
    (failure,) = exported.failures
    assert failure.where == str(out / "bad.txt")


def test_files_of_a_longer_run_are_pointed_out(bench: Bench, tmp_path: Path) -> None:
    def frames(script: str) -> dict[str, Any]:
        board = {"type": "split", "inputs": {"script": script}}
        return {"nodes": {"board": board, "frame": PICTURE}, "outputs": {"f": "${frame.image}"}}

    out = tmp_path / "out"
    export(bench, frames("a\nb\nc"), out)
    document = bench.document(frames("a"))
    graph, _ = bench.engine.bind(document)
    with Exporter(graph, bench.engine.files(document).path, out, "") as exporter:
        request = Request.parse(graph)
        report = anyio.run(bench.engine.run, document, graph, request, exporter.handle)
        exported = exporter.finish(report)
    assert [path.name for path in exported.stale] == ["frame-02.bin", "frame-03.bin"]
