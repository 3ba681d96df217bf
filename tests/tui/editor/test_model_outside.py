"""Changes of the file by other programs: taken in, merged, or asked about."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load
from tests.tui.editor.model_films import TEXT, TYPES, film, some_edit
from tui.editor.model import (
    MISSING,
    ChangedOutside,
    Editing,
    Refused,
    check_outside,
    edits,
    merge,
    settle,
)


class Desk:
    """A file, the model of it, and another program that writes it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "film.json"
        self.path.write_text(TEXT)
        self.editing = Editing.open(self.path, TYPES)
        self._time = 10**9

    def write(self, text: str) -> None:
        self.path.write_text(text)
        self._time += 10**9
        os.utime(self.path, ns=(self._time, self._time))

    def title(self, name: str) -> None:
        self.editing.apply(edits.set_title(self.editing.snapshot, name))

    @property
    def name(self) -> str:
        return str(self.editing.snapshot.data["name"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def outcome(desk: Desk) -> str:
    found = check_outside(desk.editing)
    return found.outcome if found else ""


def test_nothing_has_changed(desk: Desk) -> None:
    assert outcome(desk) == ""
    desk.write(TEXT)
    assert outcome(desk) == ""
    assert outcome(Desk(desk.path.parent)) == ""


def test_its_own_save_is_no_change(desk: Desk) -> None:
    desk.title("mine")
    desk.editing.save()
    assert outcome(desk) == ""


def test_a_model_without_changes_is_reloaded(desk: Desk) -> None:
    desk.editing.select(["tell"])
    desk.write(TEXT.replace('"name": "film"', '"name": "theirs"'))
    assert outcome(desk) == "reloaded"
    assert desk.name == "theirs"
    assert desk.editing.snapshot.selection == ("tell",)
    assert not desk.editing.is_dirty
    assert outcome(desk) == ""
    desk.editing.undo()
    assert desk.editing.snapshot.document.text == TEXT
    assert desk.editing.is_dirty
    desk.editing.redo()
    assert not desk.editing.is_dirty
    assert desk.editing.snapshot.document.text == desk.path.read_text()


def test_changes_that_do_not_meet_are_merged(desk: Desk) -> None:
    desk.editing.apply(edits.rename_node(desk.editing.snapshot, "board", "shots"))
    desk.title("mine")
    mine = desk.editing.snapshot.document.text
    desk.write(TEXT.replace('"aloud"', '"quietly"').replace('"x-color": 3', '"x-color": 4'))
    assert outcome(desk) == "merged"
    assert desk.editing.done[-1] == "merge the changed file"
    assert desk.name == "mine"
    assert desk.editing.snapshot.nodes["tell"]["note"] == "quietly"
    assert desk.editing.snapshot.nodes["shots"]["x-color"] == 4
    assert desk.editing.is_dirty
    desk.editing.save()
    assert load(desk.path).text == desk.editing.snapshot.document.text
    desk.editing.undo()
    assert desk.editing.snapshot.document.text == mine


def test_conflicts_are_asked_about(desk: Desk) -> None:
    desk.title("mine")
    desk.editing.apply(edits.set_field(desk.editing.snapshot, "tell", "note", "mine"))
    desk.write(TEXT.replace('"aloud"', '"theirs"').replace('"name": "film"', '"name": "theirs"'))
    found = check_outside(desk.editing)
    assert found is not None
    assert found.outcome == "conflicts"
    assert [str(conflict) for conflict in found.conflicts] == [
        'name: mine text "mine", theirs text "theirs"',
        'note of tell: mine text "mine", theirs text "theirs"',
    ]
    assert found.conflicts[0].base == "film"
    settle(desk.editing, found, {("name",): "theirs"})
    assert desk.name == "theirs"
    assert desk.editing.snapshot.nodes["tell"]["note"] == "mine"
    assert outcome(desk) == ""
    desk.editing.undo()
    assert desk.name == "mine"


def test_a_node_that_one_deleted_and_the_other_changed_is_a_conflict(desk: Desk) -> None:
    desk.editing.apply(edits.delete_nodes(desk.editing.snapshot, ["tell"]))
    desk.write(TEXT.replace('"aloud"', '"theirs"'))
    found = check_outside(desk.editing)
    assert found is not None
    (conflict,) = found.conflicts
    assert conflict.path == ("nodes", "tell")
    assert conflict.mine is MISSING
    settle(desk.editing, found, {conflict.path: "theirs"})
    assert desk.editing.snapshot.nodes["tell"]["note"] == "theirs"


def test_settling_after_another_edit_is_refused(desk: Desk) -> None:
    desk.title("mine")
    desk.write(TEXT.replace('"name": "film"', '"name": "theirs"'))
    found = check_outside(desk.editing)
    assert found is not None
    desk.title("other")
    with pytest.raises(Refused, match="in the meantime"):
        settle(desk.editing, found, {})


def test_a_choice_of_sides_that_makes_no_workflow_is_refused(desk: Desk) -> None:
    spec = {"type": "choice", "options": ["ink", "oil"]}
    change = edits.set_value(desk.editing.snapshot, ("inputs", "style"), spec)
    desk.editing.apply(change)
    desk.write(TEXT.replace('"style": {"type": "text"', '"style": {"type": "image"'))
    found = check_outside(desk.editing)
    assert found is not None
    assert [conflict.place for conflict in found.conflicts] == ["type of input style"]
    with pytest.raises(Refused, match="only an input of type choice has options"):
        settle(desk.editing, found, {("inputs", "style", "type"): "theirs"})
    assert desk.editing.snapshot.data["inputs"]["style"] == spec
    with pytest.raises(Refused, match="nothing to settle"):
        settle(desk.editing, replace(found, theirs=None), {})


def test_a_file_that_is_broken_or_gone_leaves_the_model(desk: Desk) -> None:
    desk.write("{")
    found = check_outside(desk.editing)
    assert found is not None
    assert found.outcome == "unreadable"
    assert "ends too early" in found.reason
    desk.path.unlink()
    assert outcome(desk) == "gone"
    assert desk.editing.snapshot.document.text == TEXT
    desk.editing.save()
    assert desk.path.read_text() == TEXT


def test_a_save_does_not_write_over_what_another_wrote(desk: Desk) -> None:
    desk.title("mine")
    desk.write(TEXT.replace('"aloud"', '"theirs"'))
    with pytest.raises(ChangedOutside):
        desk.editing.save()
    desk.editing.save(force=True)
    assert '"aloud"' in desk.path.read_text()
    assert outcome(desk) == ""


def test_both_rename_and_change(desk: Desk) -> None:
    base = film().snapshot.data
    mine, theirs = film(), film()
    mine.apply(edits.rename_node(mine.snapshot, "frame", "still"))
    theirs.apply(edits.set_parameter(theirs.snapshot, "frame", "name", "x"))
    theirs.apply(edits.connect(theirs.snapshot, *next(iter(theirs.snapshot.edges_into("tell")))))
    for one, other in ((mine, theirs), (theirs, mine)):
        merged = merge(base, one.snapshot.data, other.snapshot.data)
        assert merged.conflicts == ()
        assert merged.data["nodes"]["still"]["inputs"]["name"] == "x"
        assert merged.data["nodes"]["tell"]["inputs"]["image"] == "${still.image}"
        assert "frame" not in merged.data["nodes"]


def edited(seed: int, steps: int) -> Editing:
    chance, editing = random.Random(seed), film()
    for _ in range(steps):
        try:
            editing.apply(some_edit(chance, editing.snapshot))
        except Refused:
            continue
    return editing


@given(st.integers(0, 2**32), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_merges_are_fair(one: int, other: int) -> None:
    base = film().snapshot.data
    mine, theirs = edited(one, 3).snapshot.data, edited(other, 3).snapshot.data
    assert merge(base, mine, base).data == mine
    assert merge(base, base, theirs).data == theirs
    assert merge(base, mine, mine).data == mine
    there, back = merge(base, mine, theirs), merge(base, theirs, mine)
    paths = {conflict.path for conflict in there.conflicts}
    assert paths == {conflict.path for conflict in back.conflicts}
    assert there.resolve(dict.fromkeys(paths, "theirs")) == back.data
