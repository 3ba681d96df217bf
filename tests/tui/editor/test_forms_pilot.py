"""Keys and the mouse in the inspector."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.support.effort import within
from tests.support.patience import PATIENCE
from tests.tui.editor.forms_host import FILM, KLING, Host, desk_of, play, typed, with_inputs
from tui.editor.dialogs.choices import Choices
from tui.editor.forms.commands import COMMANDS
from tui.editor.forms.filepicker import FilePicker
from tui.editor.forms.longtext import LongText, edit_outside, editor_of
from tui.editor.forms.modelpicker import ModelPicker
from tui.editor.model import Problems


def test_a_letter_goes_to_its_field_and_what_is_typed_is_written_at_each_key(
    tmp_path: Path,
) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        before = host.desk.snapshot.data
        await pilot.press("s")
        assert host.inspector.is_typing
        await typed(pilot, "12")
        assert host.inputs("frame")["seed"] == 12
        assert host.inspector.area.has_focus
        await pilot.press("enter")
        assert host.inspector.form.has_focus
        host.desk.undo()
        assert host.desk.snapshot.data == before

    play(desk_of(tmp_path), script, select="frame")


def test_typing_is_one_entry_of_the_undo_list_each_time(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await typed(pilot, " at dusk")
        assert host.inputs("frame")["prompt"].endswith("${inputs.style} at dusk")
        assert host.inspector.area.cursor_at == len(host.inspector.area.text)
        await pilot.press("escape", "p")
        await typed(pilot, ", fog")
        assert len(host.desk.editing.done) == 2
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert host.inspector.area.text.endswith("at dusk")
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert host.inspector.area.text == FILM["nodes"]["frame"]["inputs"]["prompt"]
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert host.inspector.area.text.endswith("at dusk")

    play(desk_of(tmp_path), script, select="frame")


def test_problems_appear_beside_the_field_as_one_types(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await typed(pilot, "-1")
        assert "greater than" in host.text
        assert host.inspector.area.text == "-1"
        await pilot.press("backspace", "backspace")
        await typed(pilot, "1")
        assert "greater than" not in host.text
        assert host.inputs("frame")["seed"] == 1

    play(desk_of(tmp_path), script, select="frame")


def test_a_choice_is_made_by_letters_or_by_steps(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("a")
        assert "9:16" in host.text
        await typed(pilot, "9:1")
        assert "aspect_ratio" not in host.inputs("frame")
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("frame")["aspect_ratio"] == "9:16"
        await pilot.press("left")
        await pilot.pause()
        assert host.inputs("frame")["aspect_ratio"] != "9:16"
        await pilot.press("a", "escape")
        await pilot.pause()
        assert not host.inspector.is_typing

    play(desk_of(tmp_path), script, select="frame")


def test_enter_keeps_the_choice_that_was_made(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("a", "down", "down", "enter")
        await pilot.pause()
        chosen = host.inputs("frame")["aspect_ratio"]
        done = len(host.desk.editing.done)
        await pilot.press("a")
        await pilot.pause()
        popup = next(each for each in host.screen.query(Choices) if each.display)
        assert popup.current is not None
        assert popup.current.label == chosen
        assert popup._first == 0
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("frame")["aspect_ratio"] == chosen
        assert len(host.desk.editing.done) == done

    play(desk_of(tmp_path), script, select="frame")


def test_backspace_takes_a_value_and_a_wire_away(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.seed")
        await pilot.press("backspace")
        await pilot.pause()
        assert "seed" not in host.inputs("frame")
        await pilot.press("backspace")
        await pilot.pause()
        assert host.said == ["seed has no value of its own."]
        host.desk.select("clip")
        host.inspector.form.go_to("inputs.image")
        await pilot.press("delete")
        await pilot.pause()
        assert "image" not in host.inputs("clip")

    play(desk_of(tmp_path), script, select="frame")


def test_a_wire_is_chosen_by_its_letters_and_followed(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.image")
        await pilot.press("$")
        assert "frame.image" in host.text
        await typed(pilot, "fr")
        assert "image" not in host.inputs("clip"), "half a reference is not written"
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("clip")["image"] == "${frame.image}"
        await pilot.press(">")
        await pilot.pause()
        assert host.desk.current == "frame"

    play(desk_of(tmp_path, with_inputs("clip", image=None)), script, select="clip")


def test_a_wire_that_is_not_finished_changes_nothing(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("i")
        await typed(pilot, "fr")
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert host.inputs("clip")["image"] == "${frame.image}"
        assert host.inspector.form.has_focus

    play(desk_of(tmp_path), script, select="clip")


def test_references_are_completed_inside_a_long_text(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("p")
        await typed(pilot, ", ${mood")
        assert not host.inspector.area.has_offers
        for _ in range(4):
            await pilot.press("backspace")
        await typed(pilot, "sty")
        await pilot.press("tab")
        await typed(pilot, " end")
        assert host.inputs("frame")["prompt"].endswith("${inputs.style}, ${inputs.style} end")

    play(desk_of(tmp_path), script, select="frame")


def test_takes_are_asked_for_and_taken_away(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.seed")
        await pilot.press("plus", "plus")
        await pilot.pause()
        assert host.inputs("frame")["seed"] == [4, 5, 6]
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert host.inputs("frame")["seed"] == [4, 6, 5]
        await pilot.press("backspace")
        await pilot.pause()
        assert host.inputs("frame")["seed"] == [4, 5]

    play(desk_of(tmp_path), script, select="frame")


def test_a_list_takes_another_wire(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("c")
        await pilot.press("escape", "escape")
        host.inspector.form.go_to("inputs.clips")
        host.inspector.do("form.more")
        await pilot.pause()
        assert isinstance(host.screen, FilePicker)
        await pilot.press("escape")

    play(desk_of(tmp_path), script, select="film")


def test_the_model_is_picked_with_its_price_and_options_appear(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(host.screen, ModelPicker)
        await typed(pilot, "v2.6/pro/image")
        assert host.screen.models.current
        assert host.screen.models.current.model.id == KLING
        assert "$0.70" in host.text
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("clip")["model"] == KLING
        assert host.inspector.sheet.row("inputs.options.negative_prompt")
        assert "$0.70 · key" in host.text

    play(desk_of(tmp_path), script, select="clip", size=(100, 40))


def test_several_models_are_picked_in_order(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("m")
        await pilot.pause()
        await typed(pilot, "v2.6/pro/image")
        await pilot.press("tab")
        await pilot.press("ctrl+u")
        await typed(pilot, "animatic")
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert host.inputs("clip")["model"] == [KLING, "animatic/camera"]

    play(desk_of(tmp_path), script, select="clip", size=(80, 24))


def test_models_are_filtered_by_price_key_provider_and_kind(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("m")
        await pilot.pause()
        screen = host.screen
        assert isinstance(screen, ModelPicker)
        everything = len(screen.models)
        await host.workers.wait_for_complete()
        await pilot.press("f6")
        with_key = len(screen.models)
        assert 1 < with_key < everything
        await pilot.press("f4")
        assert 0 < len(screen.models) < with_key
        await pilot.press("f4", "f4", "f4", "f4", "f4", "f6", "f2")
        assert len(screen.models) > everything
        await pilot.press("f3")
        assert len(screen.models) < everything
        await pilot.press("escape")
        assert "model" not in host.inputs("clip")

    play(desk_of(tmp_path), script, select="clip", size=(100, 40))


def test_a_model_of_another_kind_is_refused_with_the_reason(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("m")
        await pilot.pause()
        await pilot.press("f2")
        await typed(pilot, "animatic/voice")
        await pilot.press("enter")
        await pilot.pause()
        assert [note.message for note in host._notifications] == ["animatic/voice does speech."]

    play(desk_of(tmp_path), script, select="clip", size=(100, 40))


def _folder(folder: Path) -> None:
    frames = folder / "frames"
    frames.mkdir()
    for name in ("f10.png", "f2.png", "notes.txt", ".hidden.png"):
        (frames / name).write_bytes(b"x")


def test_files_are_picked_folder_by_folder(tmp_path: Path) -> None:
    _folder(tmp_path)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.last_image")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(host.screen, FilePicker)
        assert "../" not in host.text
        await typed(pilot, "fram")
        await pilot.press("enter")
        await pilot.pause()
        assert "notes" not in host.text and "hidden" not in host.text
        assert host.text.index("f2.png") < host.text.index("f10.png")
        await typed(pilot, "10")
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("clip")["last_image"] == "frames/f10.png"

    data = with_inputs("clip", model=KLING.replace("v2.6/pro", "v3/pro"))
    play(desk_of(tmp_path, data), script, select="clip", size=(80, 24))


async def _enter_frames(host: Host, pilot: Pilot[None]) -> None:
    host.inspector.form.go_to("inputs.images")
    await pilot.press("enter")
    await pilot.pause()
    await typed(pilot, "frames")
    await pilot.press("enter")
    await pilot.pause()


def test_several_files_a_folder_or_a_pattern_are_taken_for_a_list(tmp_path: Path) -> None:
    _folder(tmp_path)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await _enter_frames(host, pilot)
        names = [choice.label for choice, _ in host.screen.query_one(Choices)._lines]
        assert names == ["all of them", "../", "f2.png", "f10.png"]
        await pilot.press("down", "down", "tab", "tab")
        assert "2 files taken" in host.text
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("who")["images"] == ["frames/f2.png", "frames/f10.png"]
        host.desk.undo()
        await _enter_frames(host, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("who")["images"] == ["frames/"]

    nodes = {**FILM["nodes"], "who": {"type": "character", "inputs": {"name": "Ann"}}}
    play(desk_of(tmp_path, {**FILM, "nodes": nodes}), script, select="who", size=(80, 24))


def test_the_files_begin_at_the_one_that_is_taken(tmp_path: Path) -> None:
    _folder(tmp_path)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.image")
        await pilot.press("enter")
        await pilot.pause()
        current = host.screen.query_one(Choices).current
        assert current is not None
        assert current.label == "f2.png"
        await pilot.press("down", "enter")
        await pilot.pause()
        assert host.inputs("clip")["image"] == "frames/f10.png"

    data = with_inputs("clip", image="frames/f2.png")
    play(desk_of(tmp_path, data), script, select="clip", size=(80, 24))


def test_a_pattern_shows_what_it_matches(tmp_path: Path) -> None:
    _folder(tmp_path)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.images")
        await pilot.press("enter")
        await pilot.pause()
        await typed(pilot, "frames/*.png")
        assert "f10.png" in host.text
        await pilot.press("enter")
        await pilot.pause()
        assert host.inputs("who")["images"] == ["frames/*.png"]

    nodes = {**FILM["nodes"], "who": {"type": "character", "inputs": {"name": "Ann"}}}
    play(desk_of(tmp_path, {**FILM, "nodes": nodes}), script, select="who", size=(80, 24))


@pytest.mark.parametrize("name", ["a\0b.png", "~nobody-of-this-name/a.png", "loop/a.png"])
def test_what_can_be_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.image")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(host.screen, FilePicker)
        host.screen.query_one(Input).value = name
        await pilot.press("enter")
        await pilot.pause()
        assert host.said
        assert isinstance(host.screen, FilePicker)

    play(desk_of(tmp_path, with_inputs("clip", image=name)), script, select="clip")


def test_files_outside_of_what_may_be_read_are_refused(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    (inner / "link.png").symlink_to(tmp_path / "secret.png")

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.image")
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert "link.png" not in host.text
        await typed(pilot, "../secret.png")
        await pilot.press("enter")
        await pilot.pause()
        assert "outside the folders" in host.said[-1]
        assert isinstance(host.screen, FilePicker)

    play(desk_of(inner), script, select="clip", size=(100, 24))


def test_a_file_is_shown_by_what_the_host_gives(tmp_path: Path) -> None:
    (tmp_path / "face.png").write_bytes(b"x")
    seen: list[Path] = []

    def preview(path: Path) -> Static:
        seen.append(path)
        return Static("a picture")

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.image")
        await pilot.press("backspace", "enter")
        await pilot.pause()
        await pilot.press("up")
        async with asyncio.timeout(PATIENCE):
            while "a picture" not in host.text:
                await pilot.pause(0.01)

    play(desk_of(tmp_path), script, select="clip", size=(120, 30), preview=preview)
    assert set(seen) == {tmp_path.resolve() / "face.png"}


def test_a_long_text_is_edited_in_a_large_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("E")
        await pilot.pause()
        assert isinstance(host.screen, LongText)
        await typed(pilot, " ${sty")
        await pilot.press("enter", "enter")
        await typed(pilot, "and on")
        await pilot.press("escape")
        await pilot.pause()
        assert host.inputs("frame")["prompt"].endswith("${inputs.style} ${inputs.style}\nand on")

    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    play(desk_of(tmp_path), script, select="frame", size=(80, 24))


def test_another_program_edits_a_text(tmp_path: Path) -> None:
    program = tmp_path / "edit"
    program.write_text('#!/bin/sh\nprintf "more\\n" >> "$1"\n')
    program.chmod(0o755)
    assert edit_outside([str(program)], "one, ", "one.txt") == "one, more"
    assert edit_outside(["true"], "one", "one.txt") is None
    assert edit_outside(["true"], "half \ud83d", "one.txt") is None
    assert editor_of({"EDITOR": "code --wait"}) == ["code", "--wait"]
    assert editor_of({"EDITOR": "'"}) == []


def test_the_workflow_is_named_and_an_input_made_renamed_and_removed(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        inspector = host.inspector
        inspector.form.go_to("#add-input")
        await pilot.press("enter")
        await typed(pilot, "mood")
        assert "mood" not in host.desk.snapshot.data["inputs"], "a name is written when done"
        await pilot.press("enter")
        await pilot.pause()
        assert host.desk.snapshot.data["inputs"]["mood"] == {"type": "text"}
        inspector.form.go_to("inputs.style")
        await pilot.press("enter")
        await pilot.pause()
        assert inspector.target == "inputs.style"
        inspector.form.go_to("#name")
        await pilot.press("enter")
        await typed(pilot, "look")
        await pilot.press("enter")
        await pilot.pause()
        assert inspector.target == "inputs.look"
        assert "${inputs.look}" in host.inputs("frame")["prompt"]
        inspector.form.go_to("#remove")
        await pilot.press("enter")
        await pilot.pause()
        assert "look" not in host.desk.snapshot.data["inputs"]
        assert inspector.target == ""
        await pilot.press("escape")
        await pilot.pause()
        assert host.left == 1

    play(desk_of(tmp_path), script)


def test_leaving_a_form_goes_back_to_the_row_that_led_to_it(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.style")
        await pilot.press("enter")
        assert host.inspector.target == "inputs.style"
        await pilot.press("escape")
        assert host.inspector.form.cursor == "inputs.style"
        await pilot.press("enter", "enter")
        await typed(pilot, "s")
        await pilot.press("enter", "escape")
        assert host.inspector.form.cursor == "inputs.s"
        host.inspector.form.go_to("outputs.film")
        await pilot.press("enter", "end", "enter")
        assert "film" not in host.desk.snapshot.data.get("outputs", {})
        assert host.inspector.form.current is not None

    play(desk_of(tmp_path), script)


def test_a_value_becomes_an_input_of_the_workflow(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.seed")
        await pilot.press("I")
        await pilot.pause()
        assert host.inputs("frame")["seed"] == "${inputs.seed}"
        assert host.desk.snapshot.data["inputs"]["seed"]["default"] == 4
        await pilot.press(">")
        await pilot.pause()
        assert host.inspector.target == "inputs.seed"
        await pilot.press("escape")
        await pilot.pause()
        assert host.inspector.sheet.target == "frame"

    play(desk_of(tmp_path), script, select="frame")


def test_json_is_written_once_it_is_whole(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.options")
        await pilot.press("enter")
        await typed(pilot, "{")
        assert "not JSON yet" in host.text
        await pilot.press("quotation_mark", "a", "quotation_mark", "colon", "1", "}")
        await pilot.pause()
        assert host.inputs("clip")["options"] == {"a": 1}

    play(desk_of(tmp_path, with_inputs("clip", model="chat/none")), script, select="clip")


def test_json_that_is_not_whole_yet_is_told_of_and_kept_for_the_next_time(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.options")
        await pilot.press("enter")
        await typed(pilot, "{")
        await pilot.press("quotation_mark", "a", "quotation_mark", "colon", "escape")
        await pilot.pause()
        assert "options" not in host.inputs("clip")
        assert "not JSON yet" in host.said[-1]
        await pilot.press("enter", "1", "}")
        await pilot.pause()
        assert host.inputs("clip")["options"] == {"a": 1}
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert host.inspector.area.text == '{\n  "a": 1\n}'

    play(desk_of(tmp_path, with_inputs("clip", model="chat/none")), script, select="clip")


def test_json_of_the_large_window_that_is_not_whole_is_there_again(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.inspector.form.go_to("inputs.options")
        await pilot.press("E")
        await typed(pilot, "{")
        await pilot.press("escape")
        await pilot.pause()
        assert "not JSON yet" in host.said[-1]
        await pilot.press("E")
        await typed(pilot, "}")
        await pilot.press("escape")
        await pilot.pause()
        assert host.inputs("clip")["options"] == {}

    play(desk_of(tmp_path, with_inputs("clip", model="chat/none")), script, select="clip")


def test_the_mouse_presses_rows_and_sections(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        lines = host.text.splitlines()
        more = next(i for i, line in enumerate(lines) if "▸ more" in line)
        await pilot.click(host.inspector.form, offset=(5, more))
        await pilot.pause()
        assert "▾ more" in host.text
        await pilot.click(host.inspector.form, offset=(24, host_line(host, "disabled")))
        await pilot.pause()
        assert host.desk.snapshot.nodes["frame"]["disabled"] is True
        await pilot.click(host.inspector.form, offset=(24, host_line(host, "seed")))
        await pilot.pause()
        assert host.inspector.is_typing

    play(desk_of(tmp_path), script, select="frame")


def host_line(host: Host, word: str) -> int:
    return next(i for i, line in enumerate(host.text.splitlines()) if word in line)


def test_the_host_may_begin_to_edit_a_field(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        assert host.inspector.edit("seed") and not host.inspector.edit("nothing")
        await pilot.pause()
        await typed(pilot, "6")
        assert host.inputs("frame")["seed"] == 6

    play(desk_of(tmp_path), script, select="frame")


def test_tab_goes_on_typing_in_the_next_field(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await typed(pilot, "one")
        await pilot.press("tab")
        await typed(pilot, "two")
        assert host.desk.snapshot.data["name"] == "one"
        assert host.desk.snapshot.data["description"] == "two"

    play(desk_of(tmp_path), script)


def test_selecting_another_node_ends_the_typing_and_keeps_it(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await typed(pilot, "8")
        host.desk.select("clip")
        await pilot.pause()
        assert not host.inspector.is_typing
        assert host.inputs("frame")["seed"] == 8
        assert host.inspector.sheet.target == "clip"

    play(desk_of(tmp_path), script, select="frame")


@pytest.mark.parametrize(
    ("theme", "size"),
    [("dark", (30, 10)), ("light", (80, 24)), ("contrast", (120, 40)), ("plain", (200, 60))],
)
def test_all_sizes_and_themes_are_drawn(tmp_path: Path, theme: str, size: tuple[int, int]) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.theme = theme
        await pilot.press("p")
        await typed(pilot, "${")
        await pilot.resize_terminal(size[0] - 2, size[1] - 1)
        await pilot.pause()
        assert "prompt" in host.text or size[1] < 12
        await pilot.press("escape", "escape", "end", "enter", "down", "down")
        host.desk.select()
        await pilot.pause()
        assert "film" in host.text

    play(desk_of(tmp_path), script, select="frame", size=size)


def test_every_command_says_why_not(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        for row in host.inspector.sheet.rows:
            host.inspector.form.go_to(row.key)
            for command in COMMANDS:
                reason = host.inspector.why_not(command.id)
                assert not reason or reason.endswith(".")

    play(desk_of(tmp_path), script, select="frame")


def test_a_form_of_thirty_fields_appears_at_once(tmp_path: Path) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.desk.know_problems(Problems())
        inspector = host.inspector
        with within(0.8):
            for node in ("clip", "say", "clip", "say"):
                host.desk.select(node)
                await pilot.pause()
        assert len(inspector.sheet.rows) > 25

    data = with_inputs("say", model="minimax/speech-2.8-hd")
    play(desk_of(tmp_path, data), script, select="frame", size=(100, 60))


@pytest.mark.parametrize("seed", [1, 2])
def test_any_keys_in_any_order_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    keys = [
        "up",
        "down",
        "left",
        "right",
        "enter",
        "enter",
        "escape",
        "tab",
        "shift+tab",
        "backspace",
        "delete",
        "home",
        "end",
        "pagedown",
        "ctrl+z",
        "ctrl+y",
        "f2",
        "f4",
        "space",
        "dollar_sign",
        "left_curly_bracket",
        "greater_than_sign",
        "plus",
        "equals_sign",
        "I",
        "left_square_bracket",
        "right_square_bracket",
        "minus",
        "1",
        "a",
        "b",
        "c",
        "d",
        "i",
        "m",
        "p",
        "s",
        "t",
        "E",
    ]
    chance = random.Random(seed)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        for _ in range(12):
            nodes = list(host.desk.snapshot.nodes)
            host.desk.select(*chance.sample(nodes, chance.choice([0, 1, 1, 2])))
            await pilot.press(*chance.choices(keys, k=10))
            await pilot.resize_terminal(chance.randint(20, 120), chance.randint(6, 50))
            if len(host.screen_stack) == 1 and host.focused is None:
                host.inspector.form.focus()
        while host.desk.editing.undo():
            pass
        assert host.desk.snapshot.data == before

    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    desk = desk_of(tmp_path, with_inputs("say", model="minimax/speech-2.8-hd"))
    before = desk.snapshot.data
    play(desk, script, select="frame", size=(60, 24))
