"""What the editor shows of files that no run has copied into the store yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.widgets import Input

from engine.values import Image
from tests.tui.editor.preview_support import still
from tests.tui.editor.shell_driven import Shell, play
from tui.editor.dialogs.choices import Choices
from tui.editor.forms.filepicker import FilePicker
from tui.editor.preview import Preview
from tui.editor.preview.picture import Picture


def album(folder: Path) -> dict[str, Any]:
    """Return a workflow that takes a picture of its folder, and make the picture."""
    (folder / "pictures").mkdir()
    still(folder / "pictures" / "face.png")
    node = {"type": "load_image", "inputs": {"image": "pictures/face.png"}}
    return {"reelgraph": 1, "nodes": {"face": node}, "outputs": {"face": "${face.image}"}}


def has_picture(preview: Preview) -> bool:
    return any(picture.has_picture for picture in preview.query(Picture))


def test_a_picture_that_no_run_has_stored_is_shown_where_it_lies(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("face")
        await shell.until(lambda: shell.bench.preview.pages)
        await shell.until(lambda: has_picture(shell.bench.preview))

    play(tmp_path, scene, album(tmp_path))


def test_the_file_picker_shows_the_file_under_the_cursor(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("face")
        await shell.press("enter", "enter")
        picker = shell.app.screen
        assert isinstance(picker, FilePicker)
        # It begins on the file that is taken, also when the line to type in tells of itself late.
        picker.query_one(Input).post_message(Input.Changed(picker.query_one(Input), ""))
        await shell.settle()
        await shell.until(lambda: picker.query(Preview))
        preview = picker.query_one(Preview)
        await shell.until(lambda: has_picture(preview))
        assert preview.page is not None
        assert isinstance(preview.page.value, Image)
        assert any("64 × 36" in line for line in shell.text())

    play(tmp_path, scene, album(tmp_path))


def test_a_folder_that_is_allowed_is_read_and_files_are_picked_from_it(tmp_path: Path) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (project, elsewhere):
        folder.mkdir()
    data = album(project)
    data["nodes"]["face"]["inputs"]["image"] = str(still(elsewhere / "hare.png"))

    async def scene(shell: Shell) -> None:
        assert shell.bench.desk.problems.errors == 0
        await shell.go("face")
        await shell.press("enter", "enter")
        assert isinstance(shell.app.screen, FilePicker)
        labels = [choice.label for choice, _ in shell.app.screen.query_one(Choices)._lines]
        assert "hare.png" in labels and f"{project}/" in labels

    play(tmp_path, scene, data, path=project / "album.json", allow=[elsewhere], size=(160, 45))


def test_a_file_elsewhere_says_how_its_folder_is_allowed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    data = album(project)
    data["nodes"]["face"]["inputs"]["image"] = str(still(tmp_path / "hare.png"))

    async def scene(shell: Shell) -> None:
        await shell.press("exclamation_mark")
        assert f"reelgraph edit --allow {tmp_path}" in " ".join(" ".join(shell.text()).split())

    play(tmp_path, scene, data, path=project / "album.json", size=(300, 45))
