"""What a form is open for while another program changes the file: it follows, or it goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.document import create
from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.dialogs.conflicts import Conflicts
from tui.editor.model.following import renames


def _film() -> Any:
    return json.loads(json.dumps(FILM))


def _rename(data: Any, old: str, new: str) -> Any:
    """Return a workflow with a node renamed, as a text editor does it: in all its text."""
    text = json.dumps(data).replace(f'"{old}":', f'"{new}":').replace(f"${{{old}.", f"${{{new}.")
    return json.loads(text)


def _without(node: str) -> Any:
    data = _film()
    del data["nodes"][node]
    return data


async def _write(shell: Shell, data: Any, is_here: Callable[[], object]) -> None:
    create(data).save(Path("film.json"))
    await shell.until(is_here)


async def _open_form(shell: Shell, node: str, row: str = "") -> None:
    await shell.go(node)
    await shell.press("enter")
    if row:
        shell.bench.inspector.form.go_to(row)
        await shell.settle()


def _is_in_form(shell: Shell) -> bool:
    return shell.app.focused is shell.bench.inspector.form


def test_a_form_follows_its_node_that_another_program_renames(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await _open_form(shell, "sharp")
        await _write(shell, _rename(_film(), "sharp", "crisp"), lambda: "crisp" in shell.nodes)
        assert shell.selection() == ("crisp",)
        assert shell.bench.current == "crisp"
        assert _is_in_form(shell)
        assert shell.bench.inspector.sheet.target == "crisp"
        assert any("sharp is called crisp now." in text for text in shell.told)
        await shell.press("escape", "u")
        assert shell.selection() == ("sharp",)
        assert shell.bench.current == "sharp"

    play(tmp_path, scene)


def test_typing_goes_on_in_a_node_that_another_program_renames(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await _open_form(shell, "sharp", "inputs.factor")
        await shell.press("enter", "3")
        shell.bench.desk.editing.save()
        await shell.press("x")
        data = json.loads(Path("film.json").read_bytes())
        await _write(shell, _rename(data, "sharp", "crisp"), lambda: "crisp" in shell.nodes)
        assert shell.bench.inspector.is_typing
        assert shell.bench.inspector.area.text == "3x"
        await shell.press("backspace", "backspace", "4", "enter")
        assert shell.data["nodes"]["crisp"]["inputs"]["factor"] == 4
        assert shell.data["name"] == "film"

    play(tmp_path, scene)


def test_a_form_whose_node_another_program_deletes_gives_the_keys_back(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await _open_form(shell, "sharp")
        await _write(shell, _without("sharp"), lambda: "sharp" not in shell.nodes)
        assert shell.is_on_canvas()
        assert any("sharp was removed by another program" in text for text in shell.told)
        await shell.press("backspace")
        assert shell.data["name"] == "film"
        await shell.press("u")
        assert shell.selection() == ("sharp",)

    play(tmp_path, scene)


def test_what_was_typed_comes_back_with_its_node(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await _open_form(shell, "frame", "inputs.seed")
        await shell.press("enter", "8")
        await _write(shell, _without("frame"), lambda: isinstance(shell.app.screen, Conflicts))
        await shell.press("space", "enter")
        assert "frame" not in shell.nodes
        assert not shell.bench.inspector.is_typing
        assert shell.is_on_canvas()
        await shell.press("u")
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 8

    data = _film()
    data["nodes"]["frame"]["inputs"]["seed"] = 7
    play(tmp_path, scene, data)


def test_a_name_being_typed_for_a_node_that_is_gone_names_nothing_else(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await _open_form(shell, "sharp", "#more")
        await shell.press("enter")
        shell.bench.inspector.form.go_to("#id")
        await shell.press("enter", *"crisp")
        await _write(shell, _without("sharp"), lambda: "sharp" not in shell.nodes)
        assert shell.data["name"] == "film"
        assert shell.is_on_canvas()
        assert "'crisp'" in "\n".join(shell.told)
        await shell.press("u", "enter")
        shell.bench.inspector.form.go_to("#id")
        await shell.press("enter")
        assert shell.bench.inspector.area.text == "crisp"

    play(tmp_path, scene)


def test_the_form_of_an_input_follows_it_too(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await _open_form(shell, "inputs.style")
        data = json.loads(
            json.dumps(FILM).replace('"style"', '"look"').replace(".style}", ".look}")
        )
        await _write(shell, data, lambda: "look" in shell.data["inputs"])
        assert _is_in_form(shell)
        assert shell.bench.inspector.sheet.target == "inputs.look"
        data["inputs"].pop("look")
        await _write(shell, data, lambda: "look" not in shell.data["inputs"])
        assert shell.is_on_canvas()
        assert any("input look was removed by another program" in text for text in shell.told)

    play(tmp_path, scene)


def test_a_form_goes_where_undo_leaves_nothing_of_it(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("a")
        await shell.type("read")
        await shell.press("enter", "enter")
        assert _is_in_form(shell)
        shell.bench.desk.undo()
        await shell.settle()
        assert shell.is_on_canvas()

    play(tmp_path, scene)


def test_a_rename_is_told_by_what_is_in_a_node_or_by_its_type() -> None:
    one, two = {"type": "trim", "inputs": {"start": 1}}, {"type": "trim"}
    assert renames({"a": one}, {"b": one}) == {"a": "b"}
    assert renames({"a": one}, {"b": two}) == {"a": "b"}
    assert renames({"a": one, "b": two}, {"c": two, "d": one}) == {"a": "d", "b": "c"}
    assert renames({"a": one}, {"b": {"type": "read"}}) == {}
    assert renames({"a": one}, {"b": two, "c": two}) == {}
    assert renames({"a": one, "b": one}, {"c": one, "d": one}) == {}
    assert renames({"a": "${x.y}"}, {"b": "${z.y}"}) == {}
    assert renames({"a": one}, {"a": two}) == {}
