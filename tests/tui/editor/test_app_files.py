"""Files in the editor: changes from outside, recovery, two editors, and what is remembered."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from engine.document import create
from engine.errors import DocumentError
from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.cli.session import Session
from tui.editor.actions.naming import wrong_name
from tui.editor.canvas import Zoom
from tui.editor.dialogs.ask import Ask
from tui.editor.dialogs.conflicts import Conflicts
from tui.editor.dialogs.prompt import Prompt
from tui.editor.model import Journal, default_folder, edits
from tui.editor.opening import open_desk
from tui.editor.running import Runner
from tui.editor.screens.caretaker import Caretaker
from tui.editor.session import Memory, View, default_path


def write(data: Any, name: str = "film.json") -> None:
    create(data).save(Path(name))


def changed(node: str, name: str, value: Any) -> Any:
    """Return the film with one parameter changed."""
    data = json.loads(json.dumps(FILM))
    data["nodes"][node]["inputs"][name] = value
    return data


def set_seed(shell: Shell, seed: int) -> None:
    from tui.editor.model import edits

    shell.bench.desk.edit(lambda s: edits.set_parameter(s, "frame", "seed", seed))


# -- changes from outside ------------------------------------------------------------------------


def test_changes_from_outside_are_taken_in(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        write(changed("frame", "seed", 7))
        await shell.until(lambda: shell.data["nodes"]["frame"]["inputs"].get("seed") == 7)
        assert not shell.bench.desk.editing.is_dirty
        await shell.press("u")
        assert "seed" not in shell.data["nodes"]["frame"]["inputs"]

    play(tmp_path, scene)


def test_changes_from_outside_are_merged(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        set_seed(shell, 7)
        write(changed("sharp", "factor", 4))
        await shell.until(lambda: shell.data["nodes"]["sharp"]["inputs"]["factor"] == 4)
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 7

    play(tmp_path, scene)


def test_it_asks_where_both_changed_the_same(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        set_seed(shell, 7)
        write(changed("frame", "seed", 8))
        await shell.until(lambda: isinstance(shell.app.screen, Conflicts))
        text = "\n".join(shell.text())
        assert "frame.seed" in text
        assert "nodes." not in text
        await shell.press("space", "enter")
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 8
        set_seed(shell, 9)
        write(changed("frame", "seed", 10))
        await shell.until(lambda: isinstance(shell.app.screen, Conflicts))
        await shell.press("t", "m", "enter")
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 9

    play(tmp_path, scene)


def test_saving_asks_before_it_writes_over_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Caretaker, "look_outside", lambda self: None)

    async def scene(shell: Shell) -> None:
        set_seed(shell, 7)
        write(changed("frame", "seed", 8))
        await shell.press("ctrl+s")
        assert isinstance(shell.app.screen, Ask)
        await shell.press("o")
        saved = json.loads(Path("film.json").read_bytes())
        assert saved["nodes"]["frame"]["inputs"]["seed"] == 7

    play(tmp_path, scene)


def test_a_file_that_is_gone_or_broken_is_told_once(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        Path("film.json").unlink()
        await shell.until(lambda: any("gone" in text for text in shell.told))
        Path("film.json").write_text("{")
        await shell.until(lambda: any("cannot be read" in text for text in shell.told))
        assert shell.nodes

    play(tmp_path, scene)


# -- what was not saved --------------------------------------------------------------------------


def die_with(seed: int, folder: Path) -> None:
    """Edit, and end without saving."""

    async def scene(shell: Shell) -> None:
        set_seed(shell, seed)

    play(folder, scene)


def test_an_edit_that_was_just_made_can_be_left_behind(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        set_seed(shell, 7)
        shell.app.leave()

    play(tmp_path, scene)
    assert list(default_folder().iterdir()) == []


def test_unsaved_edits_are_offered(tmp_path: Path) -> None:
    die_with(7, tmp_path)

    async def scene(shell: Shell) -> None:
        await shell.until(lambda: isinstance(shell.app.screen, Ask))
        assert "set frame.seed" in "\n".join(shell.text())
        await shell.press("r")
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 7
        assert shell.bench.desk.editing.is_dirty
        await shell.press("u")
        assert "seed" not in shell.data["nodes"]["frame"]["inputs"]
        await shell.press("U", "ctrl+s")

    play(tmp_path, scene)

    async def again(shell: Shell) -> None:
        assert shell.is_home
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 7

    play(tmp_path, again, None, path=tmp_path / "film.json")


def test_edits_that_were_recovered_and_lost_again_are_listed_themselves(tmp_path: Path) -> None:
    die_with(7, tmp_path)

    async def die_again(shell: Shell) -> None:
        await shell.until(lambda: isinstance(shell.app.screen, Ask))
        await shell.press("r")
        shell.bench.desk.edit(lambda s: edits.set_parameter(s, "sharp", "factor", 4))

    async def scene(shell: Shell) -> None:
        await shell.until(lambda: isinstance(shell.app.screen, Ask))
        text = "\n".join(shell.text())
        assert "set frame.seed" in text
        assert "set sharp.factor" in text
        assert "recover unsaved edits" not in text
        await shell.press("r")
        assert shell.bench.desk.editing.done == ("recover unsaved edits",)

    play(tmp_path, die_again)
    play(tmp_path, scene)


def test_unsaved_edits_may_be_dropped_or_left_for_later(tmp_path: Path) -> None:
    die_with(7, tmp_path)
    for answer in ("escape", "d"):

        async def scene(shell: Shell, answer: str = answer) -> None:
            await shell.until(lambda: isinstance(shell.app.screen, Ask))
            await shell.press(answer)
            assert "seed" not in shell.data["nodes"]["frame"]["inputs"]

        play(tmp_path, scene)

    async def after(shell: Shell) -> None:
        assert shell.is_home

    play(tmp_path, after)


def test_recovery_asks_where_the_file_has_changed_since(tmp_path: Path) -> None:
    die_with(7, tmp_path)

    async def scene(shell: Shell) -> None:
        await shell.until(lambda: isinstance(shell.app.screen, Ask))
        await shell.press("r")
        assert isinstance(shell.app.screen, Conflicts)
        await shell.press("enter")
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 7

    play(tmp_path, scene, changed("frame", "seed", 8))


def test_a_second_editor_is_told_of(tmp_path: Path) -> None:
    write(FILM)
    other = Journal(default_folder(), tmp_path / "film.json")
    try:

        async def scene(shell: Shell) -> None:
            await shell.until(lambda: isinstance(shell.app.screen, Ask))
            assert "another editor" in "\n".join(shell.text())
            await shell.press("g")
            assert shell.is_home

        play(tmp_path, scene)
    finally:
        other.close()


# -- what is remembered --------------------------------------------------------------------------


def test_the_view_of_a_file_is_restored(tmp_path: Path) -> None:
    memory = Memory(default_path())
    memory.was_greeted = True

    async def leave(shell: Shell) -> None:
        await shell.go("clip")
        await shell.press("minus", "i", "exclamation_mark", "escape", "L", "q")

    play(tmp_path, leave, memory=memory)
    kept = Memory(default_path()).view(tmp_path / "film.json")
    assert kept is not None

    async def come_back(shell: Shell) -> None:
        bench = shell.bench
        assert bench.desk.editing.path == tmp_path / "film.json"
        assert bench.canvas.zoom is Zoom.COMPACT
        assert shell.selection() == ("clip",)
        assert bench.canvas.camera == kept.camera
        assert bench.side.has_class("hidden")
        assert not bench.problems.has_class("hidden")

    play(tmp_path, come_back, None, memory=Memory(default_path()))


def test_the_view_is_kept_also_where_the_terminal_is_gone(tmp_path: Path) -> None:
    async def drop(shell: Shell) -> None:
        assert Memory(default_path()).files == [tmp_path / "film.json"]
        assert Memory(default_path()).view(tmp_path / "film.json") is None
        await shell.go("clip")
        await shell.press("minus")
        shell.app.exit(return_code=130)

    play(tmp_path, drop, memory=Memory(default_path()))
    kept = Memory(default_path()).view(tmp_path / "film.json")
    assert kept is not None
    assert kept.selection == ("clip",)
    assert kept.zoom == Zoom.COMPACT


def test_a_file_that_is_opened_again_is_the_last_one_and_keeps_its_view(tmp_path: Path) -> None:
    memory = Memory(None)
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in paths:
        path.write_text("")
        memory.remember(path, View((1, 2), 1, ("x",), {}))
    memory.opened(paths[0])
    assert memory.files == paths
    assert memory.view(paths[0]) == View((1, 2), 1, ("x",), {})


def test_a_state_file_that_cannot_be_read_counts_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "editor.json"
    views = ('{"camera": 3}', '{"camera": [1e999, 0], "zoom": 1, "selection": [], "panes": {}}')
    files = ['{"version": 1, "files": {"/a": ' + view + "}}" for view in views]
    for text in ("", "[]", '{"version": 99}', *files):
        path.write_text(text)
        memory = Memory(path)
        assert memory.theme == ""
        assert memory.files == []
        assert memory.view(Path("/a")) is None
        memory.remember(tmp_path / "b.json", View((1, 2), 1, ("x",), {"side": True}))
        again = Memory(path).view(tmp_path / "b.json")
        assert again == View((1, 2), 1, ("x",), {"side": True})


def test_halves_of_characters_are_remembered_as_well(tmp_path: Path) -> None:
    """A browser may paste them, and names of files may have bytes that are no text."""
    path, memory = tmp_path / "\udcff.json", Memory(tmp_path / "editor.json")
    memory.remember(path, View((1, 2), 1, (), {}, {"story": "a fox \ud83d"}))
    kept = Memory(tmp_path / "editor.json").view(path)
    assert kept is not None
    assert kept.values == {"story": "a fox \ud83d"}


def test_a_state_file_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "editor.json")
    memory.theme = "light"
    assert memory.theme == "light"


def test_a_new_file_is_begun(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("a")
        await shell.type("read")
        await shell.press("enter", "ctrl+s")
        assert Path("new.json").is_file()

    play(tmp_path, scene, None, path=tmp_path / "new.json")


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_begins_an_empty_workflow(content: str, tmp_path: Path) -> None:
    """As `touch` makes one, or a program that gives names to new files."""
    path = tmp_path / "new.json"
    path.write_text(content)

    async def scene(shell: Shell) -> None:
        assert shell.nodes == []
        assert not shell.bench.desk.editing.is_dirty
        await shell.press("a")
        await shell.type("read")
        await shell.press("enter", "ctrl+s")
        assert shell.told == ["Saved new.json."]
        assert json.loads(path.read_text())["nodes"].keys() == set(shell.nodes)

    play(tmp_path, scene, None, path=path)


@pytest.mark.parametrize("name", ["loop.json", "film.json/below.json"])
def test_a_path_that_leads_nowhere_is_told_before_anything_is_opened(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "film.json").write_text("{}")
    options = Namespace(home=tmp_path / "home", env_file=None, node_files=[], allow=())
    with Session(options) as session, pytest.raises(DocumentError, match="cannot be read"):
        open_desk(session, tmp_path / name)


# -- files that a workflow reads ------------------------------------------------------------------


def test_a_picture_that_a_node_reads_is_checked(tmp_path: Path) -> None:
    """What is known of files is in the home's database, which belongs to one thread."""
    from PIL import Image

    async def scene(shell: Shell) -> None:
        assert shell.bench.desk.problems.errors == 0
        shell.bench.desk.edit(lambda s: edits.set_parameter(s, "small", "width", 9))
        revision = shell.bench.desk.snapshot.revision
        await shell.until(lambda: shell.bench.desk.problems.revision == revision)
        assert [each.code for each in shell.bench.desk.problems.all] == []

    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    small = {"type": "resize", "inputs": {"image": "red.png", "width": 4}}
    play(tmp_path, scene, {"reelgraph": 1, "name": "small", "nodes": {"small": small}})


# -- saving where it is not easy -----------------------------------------------------------------


async def save_as(shell: Shell, name: str) -> None:
    """Save to another file, by its name typed."""
    await shell.press("S")
    shell.app.screen.query_one(Input).value = name
    await shell.press("enter")


def test_a_folder_that_is_not_there_is_offered_to_be_made(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await save_as(shell, "cuts/may/film.json")
        assert isinstance(shell.app.screen, Ask)
        assert "cuts/may" in "\n".join(shell.text())
        await shell.press("escape")
        assert not Path("cuts").exists()
        await save_as(shell, "cuts/may/film.json")
        await shell.press("m")
        assert json.loads(Path("cuts/may/film.json").read_bytes()) == FILM
        assert shell.bench.desk.editing.path == Path("cuts/may/film.json")

    play(tmp_path, scene)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        Path("cuts").write_text("a file")
        await save_as(shell, "cuts/may/film.json")
        await shell.press("m")
        assert "cannot be made" in shell.told[-1]

    play(tmp_path, scene)


@pytest.mark.parametrize("name", [".", "~nobody-of-this-name/film.json", "x" * 400, "a\0b"])
def test_a_path_that_can_be_no_file_is_told_while_typing(name: str, tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await save_as(shell, name)
        assert isinstance(shell.app.screen, Prompt)
        assert shell.app.screen.query(".wrong")
        await shell.press("escape", "ctrl+o")
        shell.app.screen.query_one(Input).value = name
        await shell.press("enter", "escape")
        assert shell.bench.desk.editing.path == tmp_path / "film.json"

    play(tmp_path, scene)


def test_leaving_goes_on_behind_the_questions_of_saving(tmp_path: Path) -> None:
    path = tmp_path / "cuts" / "film.json"
    path.parent.mkdir()

    async def scene(shell: Shell) -> None:
        set_seed(shell, 7)
        shutil.rmtree(path.parent)
        await shell.press("q", "s", "m")
        await shell.until(lambda: shell.app._exit)
        assert json.loads(path.read_bytes())["nodes"]["frame"]["inputs"]["seed"] == 7

    play(tmp_path, scene, path=path)


@pytest.mark.parametrize("key", ["q", "ctrl+n"])
def test_a_run_that_goes_on_is_not_left_by_one_key(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(shell: Shell) -> None:
        bench = shell.bench
        monkeypatch.setattr(Runner, "is_running", property(lambda self: True))
        await shell.press(key)
        assert any("A run goes on." in line for line in shell.text())
        await shell.press("escape")
        assert shell.is_home and not shell.app._exit
        await shell.press(key, "s")
        await shell.until(lambda: shell.app._exit or shell.app.workbench is not bench)

    play(tmp_path, scene)


def test_what_went_wrong_and_what_to_do_are_two_sentences(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        shell.bench.desk.say_error(DocumentError("the disk is full", hint="Make room."))
        await shell.settle()
        assert shell.told[-1] == "The disk is full. Make room."
        shell.bench.desk.say_error(DocumentError("sharp takes one value, not several"))
        await shell.settle()
        assert shell.told[-1] == "sharp takes one value, not several"

    play(tmp_path, scene)


def test_undoing_much_does_not_cover_the_screen_with_words(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        for seed in range(1, 5):
            set_seed(shell, seed)
            shell.bench.desk.editing.seal()
        await shell.press(*["u"] * 7)
        assert shell.told == ["There is nothing to undo."]
        await shell.press("U", "U")
        assert shell.told == ["Redid: set frame.seed"]

    play(tmp_path, scene)


def test_a_name_that_cannot_be_is_told_in_sentences() -> None:
    assert "cannot name a node. Letters" in wrong_name((), "node")("two words")
    assert wrong_name(("film",), "node")("clip") == ""
