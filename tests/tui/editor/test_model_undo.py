"""Undo and redo: the same bytes as before, whatever was done."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load, loads
from tests.tui.editor.model_films import TEXT, TYPES, film, some_edit
from tui.editor.model import Editing, Refused, edits


def text_of(editing: Editing) -> str:
    return editing.snapshot.document.text


@given(st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_any_edits_and_their_undo_give_the_same_bytes(seed: int) -> None:
    chance, editing = random.Random(seed), film()
    texts = [text_of(editing)]
    for _ in range(12):
        done = len(editing.done)
        try:
            editing.apply(some_edit(chance, editing.snapshot))
        except Refused:
            continue
        if len(editing.done) > done:
            texts.append(text_of(editing))
        else:
            # An edit that takes back the one that it goes on with leaves no entry of it.
            del texts[len(editing.done) + 1 :]
            texts[-1] = text_of(editing)
    for before in reversed(texts[:-1]):
        editing.undo()
        assert text_of(editing) == before
    assert text_of(editing) == TEXT
    assert not editing.is_dirty
    for after in texts[1:]:
        editing.redo()
        assert text_of(editing) == after
    assert editing.redo() is None


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_every_state_is_a_workflow(seed: int) -> None:
    chance, editing = random.Random(seed), film()
    for _ in range(12):
        try:
            editing.apply(some_edit(chance, editing.snapshot))
        except Refused:
            continue
    assert loads(text_of(editing)).data == editing.snapshot.data


def test_entries_have_names() -> None:
    editing = film()
    editing.apply(edits.rename_node(editing.snapshot, "board", "shots"))
    assert editing.done == ("rename board to shots",)
    assert editing.undo() == "rename board to shots"
    assert editing.undone == ("rename board to shots",)


def test_typing_is_one_entry() -> None:
    editing = film()
    for text in ("o", "on", "one"):
        editing.apply(edits.set_parameter(editing.snapshot, "loud", "text", text))
    assert editing.done == ("set loud.text",)
    editing.seal()
    editing.apply(edits.set_parameter(editing.snapshot, "loud", "text", "one two"))
    assert len(editing.done) == 2
    editing.undo()
    assert editing.snapshot.nodes["loud"]["inputs"]["text"] == "one"
    editing.undo()
    assert text_of(editing) == TEXT


def test_typing_that_comes_to_nothing_leaves_no_entry() -> None:
    editing = film()
    for text in ("${tell.text}!", "${tell.text}"):
        editing.apply(edits.set_parameter(editing.snapshot, "loud", "text", text))
    assert editing.done == ()
    assert not editing.is_dirty


def test_what_changes_nothing_leaves_no_entry() -> None:
    editing = film()
    editing.apply(edits.set_parameter(editing.snapshot, "loud", "text", "${tell.text}"))
    assert editing.done == ()


def test_an_edit_after_undo_ends_redo() -> None:
    editing = film()
    editing.apply(edits.set_title(editing.snapshot, "one"))
    editing.undo()
    editing.apply(edits.set_title(editing.snapshot, "two"))
    assert editing.redo() is None
    assert editing.done == ("name the workflow",)


def test_selection_comes_back() -> None:
    editing = film()
    editing.select(["frame", "nobody"])
    editing.apply(edits.add_node(editing.snapshot, "upper"))
    assert editing.snapshot.selection == ("upper",)
    editing.select(["board"])
    editing.undo()
    assert editing.snapshot.selection == ("frame",)
    editing.redo()
    assert editing.snapshot.selection == ("upper",)


def test_undo_goes_on_behind_a_save(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    path.write_text(TEXT)
    editing = Editing.open(path, TYPES)
    editing.apply(edits.set_title(editing.snapshot, "one"))
    editing.save()
    assert not editing.is_dirty
    assert load(path).workflow.name == "one"
    editing.apply(edits.set_title(editing.snapshot, "two"))
    assert len(editing.done) == 2
    editing.undo()
    assert not editing.is_dirty
    editing.undo()
    assert editing.is_dirty
    assert text_of(editing) == TEXT
    editing.save()
    assert path.read_text() == TEXT


def test_an_edit_of_another_state_is_refused() -> None:
    editing = film()
    change = edits.set_title(editing.snapshot, "one")
    editing.apply(edits.set_title(editing.snapshot, "two"))
    with pytest.raises(Refused, match="has changed"):
        editing.apply(change)


@pytest.mark.parametrize("value", [float("nan"), 2**70, {1, 2}, "\ud800"])
def test_what_cannot_stand_in_a_file_is_refused(value: object) -> None:
    editing = film()
    with pytest.raises(Refused):
        editing.apply(edits.set_parameter(editing.snapshot, "loud", "text", value))
    assert editing.done == ()


def test_a_wrong_field_is_refused_in_the_words_of_the_check() -> None:
    editing = film()
    with pytest.raises(Refused, match=r"nodes\.loud\.retry: value not allowed: expected at most"):
        editing.apply(edits.set_field(editing.snapshot, "loud", "retry", 99))


def test_what_is_next_to_a_deleted_node_is_selected() -> None:
    editing = film()
    for node in editing.snapshot.nodes:
        snapshot = editing.select([node])
        editing.apply(edits.delete_nodes(snapshot, [node]))
        near = snapshot.sources(node) or snapshot.users(node) or snapshot.nodes.keys()
        (chosen,) = editing.snapshot.selection
        assert chosen in near
        editing.undo()
        assert editing.snapshot.selection == (node,)
    editing.apply(edits.delete_nodes(editing.snapshot, list(editing.snapshot.nodes)))
    assert editing.snapshot.selection == ()


def test_deleting_what_is_not_selected_leaves_the_selection() -> None:
    editing = film()
    first, second, *_ = editing.snapshot.nodes
    editing.select([first])
    editing.apply(edits.delete_nodes(editing.snapshot, [second]))
    assert editing.snapshot.selection == (first,)
