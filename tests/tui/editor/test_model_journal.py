"""The autosave journal: what a crash leaves, and two editors on one file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui.editor.model_films import TEXT, TYPES
from tui.editor.model import Editing, Journal, default_folder, edits, recover, recovery_conflicts


class Desk:
    """Opens editors on one file."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.path = folder / "film.json"
        self.path.write_text(TEXT)
        self.journals: list[Journal] = []

    def journal(
        self, path: Path | None = None, sync: Callable[[int], None] = lambda file: None
    ) -> Journal:
        journal = Journal(self.state, path or self.path, clock=lambda: 5.0, sync=sync)
        self.journals.append(journal)
        return journal

    def unnamed(self) -> Journal:
        self.journals.append(Journal(self.state, None))
        return self.journals[-1]

    def open(self, journal: Journal) -> Editing:
        return Editing.open(self.path, TYPES, journal)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    for journal in desk.journals:
        journal.close()


def title(editing: Editing, name: str) -> None:
    editing.apply(edits.set_title(editing.snapshot, name))


def test_what_was_flushed_is_recovered(desk: Desk) -> None:
    journal = desk.journal()
    editing = desk.open(journal)
    title(editing, "one")
    editing.apply(edits.rename_node(editing.snapshot, "board", "shots"))
    assert journal.flush()
    assert not journal.flush()
    editing.undo()
    editing.apply(edits.add_node(editing.snapshot, "upper"))
    journal.flush()
    journal.close(keep=True)

    journal = desk.journal()
    after = desk.open(journal)
    (leftover,) = journal.leftovers()
    assert leftover.edits[0] == "name the workflow"
    assert leftover.at == 5.0
    recover(after, journal, leftover)
    assert after.snapshot.data == editing.snapshot.data
    assert after.is_dirty
    assert journal.leftovers() == []
    after.undo()
    assert after.snapshot.document.text == TEXT
    journal.close()
    assert list(desk.state.iterdir()) == []


def test_a_save_forgets_what_went_before(desk: Desk) -> None:
    journal = desk.journal()
    editing = desk.open(journal)
    title(editing, "one")
    journal.flush()
    editing.save()
    journal.close(keep=True)
    assert desk.journal().leftovers() == []


def test_edits_after_a_save_begin_with_the_saved_file(desk: Desk) -> None:
    journal = desk.journal()
    editing = desk.open(journal)
    title(editing, "one")
    editing.save()
    title(editing, "two")
    journal.flush()
    journal.close(keep=True)
    (leftover,) = desk.journal().leftovers()
    assert leftover.base.workflow.name == "one"
    assert leftover.data["name"] == "two"


def test_recovered_edits_are_merged_with_a_file_that_changed_since(desk: Desk) -> None:
    journal = desk.journal()
    title(desk.open(journal), "mine")
    journal.flush()
    journal.close(keep=True)
    desk.path.write_text(TEXT.replace('"aloud"', '"quietly"').replace('"film",', '"theirs",'))
    journal = desk.journal()
    editing = desk.open(journal)
    (leftover,) = journal.leftovers()
    (conflict,) = recovery_conflicts(editing, leftover)
    assert conflict.place == "name"
    recover(editing, journal, leftover, {("name",): "theirs"})
    assert editing.snapshot.data["name"] == "theirs"
    assert editing.snapshot.nodes["tell"]["note"] == "quietly"


def test_a_line_that_was_cut_off_loses_that_line_only(desk: Desk) -> None:
    journal = desk.journal()
    editing = desk.open(journal)
    title(editing, "one")
    journal.flush()
    title(editing, "two")
    journal.flush()
    journal.close(keep=True)
    (file,) = desk.state.glob("*.jsonl")
    file.write_bytes(file.read_bytes()[:-20])
    (leftover,) = desk.journal().leftovers()
    assert leftover.data["name"] == "one"


def test_a_broken_journal_is_kept_and_not_offered(desk: Desk) -> None:
    journal = desk.journal()
    title(desk.open(journal), "one")
    journal.flush()
    journal.close(keep=True)
    (file,) = desk.state.glob("*.jsonl")
    file.write_text(file.read_text().replace('"base"', '"bass"'))
    assert desk.journal().leftovers() == []
    assert file.exists()


def test_two_editors_notice_each_other(desk: Desk) -> None:
    one, two = desk.journal(), desk.journal()
    (other,) = one.others()
    assert other.pid == os.getpid()
    assert other.since == 5.0
    assert two.leftovers() == []
    one.close()
    assert two.others() == []


def test_files_do_not_share_journals_but_names_of_one_file_do(desk: Desk) -> None:
    one = desk.journal()
    assert desk.journal(desk.path.with_name("other.json")).others() == []
    link = desk.path.with_name("link.json")
    link.symlink_to(desk.path)
    assert len(desk.journal(link).others()) == 1
    one.close()


def test_a_new_name_has_a_journal_of_its_own(desk: Desk) -> None:
    journal = desk.journal()
    editing = desk.open(journal)
    other = desk.path.with_name("other.json")
    editing.save(other)
    title(editing, "two")
    journal.flush()
    journal.close(keep=True)
    assert desk.journal().leftovers() == []
    (leftover,) = desk.journal(other).leftovers()
    assert leftover.data["name"] == "two"


def test_an_unsaved_new_workflow_is_recovered(desk: Desk) -> None:
    journal = desk.unnamed()
    editing = Editing.new(TYPES)
    editing.record_in(journal)
    editing.apply(edits.add_node(editing.snapshot, "upper"))
    journal.flush()
    journal.close(keep=True)
    journal = desk.unnamed()
    (leftover,) = journal.leftovers()
    assert list(leftover.data["nodes"]) == ["upper"]
    journal.forget(leftover)
    assert journal.leftovers() == []


def test_a_full_disk_keeps_edits_for_the_next_flush(desk: Desk) -> None:
    full = False

    def sync(file: int) -> None:
        if full:
            raise OSError("no space left")

    journal = desk.journal(sync=sync)
    title(desk.open(journal), "one")
    full = True
    with pytest.raises(OSError, match="no space"):
        journal.flush()
    full = False
    assert journal.flush()
    journal.close(keep=True)
    (leftover,) = desk.journal().leftovers()
    assert leftover.data["name"] == "one"


def test_edits_do_not_wait_for_the_disk(desk: Desk) -> None:
    names = ["two"]

    def sync(file: int) -> None:
        if journal and names:
            title(editing, names.pop())

    journal = None
    journal = desk.journal(sync=sync)
    editing = desk.open(journal)
    title(editing, "one")
    assert journal.flush()
    assert editing.snapshot.data["name"] == "two"
    assert journal.flush()
    journal.close(keep=True)
    (leftover,) = desk.journal().leftovers()
    assert leftover.data["name"] == "two"


def test_edits_that_came_to_nothing_are_not_offered(desk: Desk) -> None:
    journal = desk.journal()
    editing = desk.open(journal)
    title(editing, "one")
    journal.flush()
    editing.undo()
    journal.flush()
    journal.close(keep=True)
    assert desk.journal().leftovers() == []
    assert len(list(desk.state.glob("*.jsonl"))) == 1


def test_it_is_in_the_state_folder() -> None:
    assert default_folder({"XDG_STATE_HOME": "/s"}) == Path("/s/reelgraph/journals")
    assert default_folder({}).name == "journals"


VICTIM = """
import sys
from pathlib import Path
from tests.tui.editor.model_films import TYPES
from tui.editor.model import Editing, Journal, edits
path = Path(sys.argv[1])
journal = Journal(path.parent / "state", path)
editing = Editing.open(path, TYPES, journal)
for number in range(100000):
    editing.apply(edits.set_title(editing.snapshot, f"title {number}"))
    if number % 3 == 0:
        journal.flush()
        print(number, flush=True)
"""


def test_a_killed_editor_loses_nothing_that_was_flushed(desk: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(desk.path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    assert len(desk.journal().others()) >= 1
    process.send_signal(signal.SIGKILL)
    last = int((lines + process.stdout.read().splitlines())[-1])
    process.wait()
    process.stdout.close()
    journals = [found.data["name"] for found in desk.journal().leftovers()]
    (name,) = journals
    assert int(name.split()[1]) >= last
