"""Opening, saving, and beginning workflows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ReelgraphError
from tui.editor.actions.registry import action
from tui.editor.model import ChangedOutside

if TYPE_CHECKING:
    from tui.editor.dialogs.choices import Choice
    from tui.editor.screens.workbench import Workbench

_GROUP = "File"
_MOST_FILES = 400


@action("file.save", "File: Save", "ctrl+s", "Saves the workflow; undo goes on behind it.", _GROUP,
        scope="everywhere", word="save",
        why_not=lambda bench: "" if bench.desk.editing.is_dirty or not bench.desk.editing.path
        else "Everything is saved.")  # fmt: skip
def save(bench: Workbench) -> None:
    """Save the workflow."""
    if bench.desk.editing.path is None:
        save_as(bench)
    else:
        save_to(bench, None)


@action("file.save-as", "File: Save as", "S", "Saves the workflow to another file.", _GROUP)
def save_as(bench: Workbench) -> None:
    """Ask for a file, and save the workflow to it."""
    ask_where(bench, lambda: None)


def ask_where(bench: Workbench, then: Callable[[], object]) -> None:
    """Ask for a file, save the workflow to it, and go on."""
    from tui.editor.dialogs.prompt import Prompt

    def named(text: str) -> None:
        path = Path(text).expanduser()
        if not path.suffix:
            path = path.with_suffix(".json")
        if path.exists() and path != bench.desk.editing.path:
            _ask_over(bench, path, then)
        else:
            save_to(bench, path, then)

    path = bench.desk.editing.path
    bench.ask(
        Prompt("Save as", str(path or "workflow.json"), help="A path; .json is added.",
               wrong=_wrong_path),
        named,
    )  # fmt: skip


def _wrong_path(text: str) -> str:
    """Tell why no file can be at what was typed; empty if one can."""
    if not text.strip() or "\0" in text:
        return "A file needs a name."
    try:
        is_folder = Path(text).expanduser().is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        return f"There can be no file: {getattr(error, 'strerror', None) or error}."
    return "That is a folder; a file needs a name." if is_folder else ""


def _ask_over(bench: Workbench, path: Path, then: Callable[[], object]) -> None:
    from tui.editor.dialogs.ask import Answer, Ask

    bench.ask(
        Ask("Replace the file?", [f"{path} is there already."],
            [Answer("r", "replace", "Replace it")]),
        lambda _: save_to(bench, path, then),
    )  # fmt: skip


def save_to(
    bench: Workbench,
    path: Path | None,
    then: Callable[[], object] = lambda: None,
    *,
    force: bool = False,
) -> None:
    """Save the workflow, and go on when it is saved.

    Args:
        bench: The workbench.
        path: Where to; None for the file that the workflow has.
        then: What is to be done afterwards.
        force: Whether to write over what another program wrote in the meantime.
    """
    target = path or bench.desk.editing.path
    if target is not None and not target.parent.exists():
        _ask_for_folder(bench, target.parent, lambda: save_to(bench, path, then, force=force))
        return
    try:
        saved = bench.desk.editing.save(path, force=force)
    except ChangedOutside:
        _ask_whose(bench, lambda: save_to(bench, path, then, force=True))
    except ReelgraphError as error:
        bench.desk.say_error(error)
    else:
        bench.say(f"Saved {saved.name}.")
        bench.tell()
        then()


def _ask_for_folder(bench: Workbench, folder: Path, then: Callable[[], object]) -> None:
    from tui.editor.dialogs.ask import Answer, Ask

    def make(_: str) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            bench.say(f"The folder {folder} cannot be made: {error.strerror}.", "error")
        else:
            then()

    bench.ask(
        Ask("Make the folder?", [f"There is no folder {folder}."],
            [Answer("m", "make", "Make it, and save")]),
        make,
    )  # fmt: skip


def _ask_whose(bench: Workbench, write: Callable[[], object]) -> None:
    from tui.editor.dialogs.ask import Answer, Ask

    bench.ask(
        Ask("The file was changed by another program", ["Your edits are not saved yet."],
            [Answer("m", "merge", "Take its changes in first"),
             Answer("o", "over", "Write over them")]),
        lambda answer: write() if answer == "over" else bench.caretaker.look_outside(),
    )  # fmt: skip


@action("file.open", "File: Open", "ctrl+o",
        "Opens another workflow: those that were open lately come first.", _GROUP,
        word="open")  # fmt: skip
def open_file(bench: Workbench) -> None:
    """Pick a file, and open it."""
    from tui.editor.dialogs.picker import Picker

    bench.ask(
        Picker("Open a workflow", list(_files(bench)), free=_typed_path),
        lambda path: leave_for(bench, lambda: bench.editor.open(path)),
    )


def _typed_path(text: str) -> Path | None:
    """Return the path that was typed; None if there can be no file."""
    return None if _wrong_path(text) else Path(text).expanduser()


def _files(bench: Workbench) -> list[Choice]:
    from itertools import islice

    from tui.editor.dialogs.choices import Choice

    here = Path.cwd()
    recent = [path for path in bench.editor.memory.files if path != bench.desk.editing.path]
    patterns = ("*.json", "*/*.json")
    near = [p for pattern in patterns for p in islice(here.glob(pattern), _MOST_FILES)]
    chosen = {path.absolute(): "open lately" for path in recent}
    for path in sorted(near):
        if not path.name.endswith("schema.json"):
            chosen.setdefault(path.absolute(), "")

    def name(path: Path) -> str:
        return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)

    return [Choice(path, name(path), hint=hint) for path, hint in chosen.items()]


@action("file.new", "File: New", "ctrl+n", "Begins an empty workflow.", _GROUP)
def new(bench: Workbench) -> None:
    """Begin an empty workflow."""
    leave_for(bench, lambda: bench.editor.open(None))


@action("file.example", "File: Example", "E",
        "Begins with one of the workflows that come with reelgraph.", _GROUP,
        word="example")  # fmt: skip
def example(bench: Workbench) -> None:
    """Pick a ready workflow, and begin with it."""
    from tui.editor.actions.examples import examples
    from tui.editor.dialogs.picker import Picker

    def picked(text: str) -> None:
        if bench.desk.snapshot.nodes or bench.desk.editing.path:
            leave_for(bench, lambda: bench.editor.open(None, begin_with=text))
        else:
            bench.begin_with(text)

    bench.ask(Picker("Begin with", examples()), picked)


def leave_for(bench: Workbench, then: Callable[[], object]) -> None:
    """Leave the workflow, and ask before that about a run that goes on, and edits not saved."""
    from tui.editor.dialogs.ask import Answer, Ask

    if not bench.runner.is_running:
        _leave_edits_for(bench, then)
        return
    bench.ask(
        Ask("Stop the run?",
            ["A run goes on. Leaving stops it: what is done is kept, and the next run takes up",
             "the jobs at providers."],
            [Answer("s", "stop", "Stop it and leave")]),
        lambda answer: _leave_edits_for(bench, then),
    )  # fmt: skip


def _leave_edits_for(bench: Workbench, then: Callable[[], object]) -> None:
    """Leave the workflow, and ask before that what becomes of edits that are not saved."""
    from tui.editor.dialogs.ask import Answer, Ask

    if not bench.desk.editing.is_dirty:
        then()
        return

    def answered(answer: str) -> None:
        if answer == "drop":
            then()
        elif bench.desk.editing.path is None:
            ask_where(bench, then)
        else:
            save_to(bench, None, then)

    name = bench.desk.editing.path.name if bench.desk.editing.path else "the new workflow"
    bench.ask(
        Ask("Save first?", [f"There are edits in {name} that are not saved."],
            [Answer("s", "save", "Save"), Answer("d", "drop", "Drop the edits")]),
        answered,
    )  # fmt: skip


@action("file.reload", "File: Look for changes", "ctrl+e",
        "Looks whether another program has changed the file; it does so every second anyway.",
        _GROUP, why_not=lambda bench: "" if bench.desk.editing.path
        else "The workflow has no file yet; ctrl+s saves it to one.")  # fmt: skip
def reload(bench: Workbench) -> None:
    """Look for changes now."""
    bench.caretaker.look_outside(asked=True)


@action("app.quit", "File: Quit", "q,ctrl+q",
        "Leaves the editor; asks first where something is not saved, or a run goes on.", _GROUP,
        scope="everywhere", word="quit")  # fmt: skip
def leave(bench: Workbench) -> None:
    """Leave the editor."""
    leave_for(bench, bench.editor.leave)
