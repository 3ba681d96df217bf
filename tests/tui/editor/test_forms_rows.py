"""Forms as data: rows of nodes, what models take, problems in their places, values, words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from nodes.models import catalogue
from tests.tui.editor.forms_host import FILM, KLING, desk_of, give, row, sheet, with_inputs
from tui.editor.forms import items
from tui.editor.forms.commands import COMMANDS
from tui.editor.forms.keystates import KeyStates
from tui.editor.forms.letters import RESERVED, letters_of
from tui.editor.forms.lines import lines_of, shape_of, wrapped
from tui.editor.forms.modelnotes import with_model_notes
from tui.editor.forms.modelrows import call_of, rows_of
from tui.editor.forms.rows import VARIOUS, Row
from tui.editor.forms.suggesting import suggest
from tui.editor.forms.values import Unfinished, from_text, limits_in_words, stepped, to_text
from tui.editor.model import MISSING, Limits, Slot


def test_a_node_has_a_row_for_each_parameter_that_its_model_takes(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    form = sheet(desk, "frame")
    kinds = {each.label: each.kind for each in form.rows if each.key.startswith("inputs.")}
    assert kinds["prompt"] == "lines"
    assert kinds["seed"] == "integer"
    assert kinds["model"] == "models"
    assert kinds["aspect_ratio"] == "choice"
    assert "references" not in kinds
    assert form.rows[0].label == "frame"
    unused = row(desk, "frame", "inputs.references")
    assert unused.reason == "animatic/frame takes no references"


def test_a_value_that_the_model_does_not_take_stays_in_sight_with_the_words_of_the_check(
    tmp_path: Path,
) -> None:
    desk = desk_of(tmp_path, with_inputs("frame", references=["a.png"]))
    shown = sheet(desk, "frame").row("inputs.references")
    assert shown is not None
    assert [each.text for each in shown.complaints] == ["animatic/frame takes no references"]


def test_options_of_the_model_are_rows_with_limits(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, with_inputs("say", model="minimax/speech-2.8-hd"))
    emotion = row(desk, "say", "inputs.options.emotion")
    assert emotion.kind == "choice" and len(emotion.choices) > 2
    pitch = row(desk, "say", "inputs.options.pitch")
    assert (pitch.kind, pitch.limits.minimum, pitch.default_of) == (
        "integer", -12, "minimax/speech-2.8-hd",
    )  # fmt: skip
    give(desk, pitch, 3)
    assert desk.snapshot.nodes["say"]["inputs"]["options"] == {"pitch": 3}
    give(desk, pitch, MISSING)
    assert "options" not in desk.snapshot.nodes["say"]["inputs"]


def test_complaints_stand_beside_the_option_that_they_are_about(tmp_path: Path) -> None:
    options = {"pitch": 99, "foo": 1}
    data = with_inputs("say", model="minimax/speech-2.8-hd", options=options)
    desk = desk_of(tmp_path, data)
    pitch = row(desk, "say", "inputs.options.pitch")
    assert [each.text for each in pitch.complaints] == [
        "minimax/speech-2.8-hd, option pitch: not 99; at most 12"
    ]
    foo = row(desk, "say", "inputs.options.foo")
    assert foo.kind == "data" and "has no option 'foo'" in foo.complaints[0].text


def test_with_several_models_an_option_says_who_does_not_take_it(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, with_inputs("clip", model=[KLING, "animatic/camera"]))
    found = row(desk, "clip", "inputs.options.negative_prompt")
    assert found.reason == "animatic/camera has no option 'negative_prompt'"


def test_what_is_missing_is_said_beside_its_field(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, with_inputs("frame", prompt=None))
    prompt = row(desk, "frame", "inputs.prompt")
    assert prompt.is_missing
    assert prompt.complaints[0].text.startswith("text_to_image needs 'prompt'")


def test_takes_have_rows_and_problems_of_their_own(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, with_inputs("frame", seed=[1, "x"]))
    whole, second = row(desk, "frame", "inputs.seed"), row(desk, "frame", "inputs.seed[1]")
    assert (whole.kind, whole.is_takes, whole.complaints) == ("list", True, ())
    assert (second.kind, second.level, len(second.complaints)) == ("integer", 1, 1)
    give(desk, second, 7)
    assert desk.snapshot.nodes["frame"]["inputs"]["seed"] == [1, 7]


def test_problems_of_the_node_as_a_whole_stand_in_its_heading(tmp_path: Path) -> None:
    form = sheet(desk_of(tmp_path), "say")
    heading = form.row("#summary")
    assert heading and not heading.complaints[0].is_error
    assert "no output needs 'say'" in heading.complaints[0].text


def test_several_nodes_are_changed_at_once(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.select("frame", "clip")
    prompt, seed = row(desk, "", "inputs.prompt"), row(desk, "", "inputs.seed")
    assert prompt.value is VARIOUS and seed.value is VARIOUS
    give(desk, seed, 9)
    assert [desk.snapshot.nodes[n]["inputs"]["seed"] for n in ("frame", "clip")] == [9, 9]
    desk.undo()
    assert "seed" not in desk.snapshot.nodes["clip"]["inputs"]


def test_the_workflow_has_a_form_when_nothing_is_selected(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    form = sheet(desk, "")
    assert {"name", "description", "inputs.story", "#add-input", "outputs.film"} <= {
        each.key for each in form.rows
    }
    add = form.row("#add-input")
    assert add
    give(desk, add, "mood")
    kind = row(desk, "inputs.mood", "type")
    assert kind.default == "text" and "list[image]" in kind.choices
    give(desk, kind, "image")
    default = row(desk, "inputs.mood", "default")
    assert (default.kind, default.media) == ("file", ("image",))


@pytest.mark.parametrize("target", ["inputs.story", "output:film", "note:idea", "looks/"])
def test_everything_on_the_canvas_has_a_form(tmp_path: Path, target: str) -> None:
    form = sheet(desk_of(tmp_path), target)
    assert form.target == target
    assert any(each.write for each in form.rows)


def test_an_output_that_refers_to_nothing_says_so(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, {**FILM, "outputs": {"film": "${film.vdeo}"}})
    assert row(desk, "output:film", "value").complaints


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "12", 12),
        ("integer", "-3", -3),
        ("integer", "1.5", "1.5"),
        ("integer", "", MISSING),
        ("number", "1.5", 1.5),
        ("number", ".5", 0.5),
        ("number", "2", 2),
        ("number", "1e999", "1e999"),
        ("number", "${a.b}", "${a.b}"),
        ("text", "12", "12"),
        ("boolean", "yes", True),
        ("data", '{"a": 1}', {"a": 1}),
        ("data", "", MISSING),
        ("data", "${a.b}", "${a.b}"),
        ("list", "frames/*.png", "frames/*.png"),
        ("list", "[1, 2]", [1, 2]),
    ],
)
def test_what_is_typed_becomes_a_value(kind: Any, text: str, value: Any) -> None:
    found = from_text(Row("a", "a", kind), text)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("text", ["{", '{"a": NaN}', "[" * 10_000])
def test_what_is_no_json_yet_says_so(text: str) -> None:
    with pytest.raises(Unfinished):
        from_text(Row("a", "a", "data"), text)


def test_an_emptied_text_takes_the_value_away_unless_empty_differs_from_the_default() -> None:
    assert from_text(Row("a", "a", "text", default=""), "") is MISSING
    assert from_text(Row("a", "a", "text", default="x"), "") == ""
    assert from_text(Row("a", "a", "lines", required=True), "") is MISSING


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_data_is_typed_as_it_was(value: Any) -> None:
    shown = Row("a", "a", "data", value=value)
    if not (isinstance(value, str) and value.strip().startswith("${")):
        assert from_text(shown, to_text(shown)) == value


def test_steps_keep_within_the_limits() -> None:
    limits = Limits(minimum=1, maximum=3)
    at = Row("a", "a", "integer", value=2, limits=limits)
    assert [stepped(at, step) for step in (-5, -1, 1, 5)] == [1, 1, 3, 3]
    fine = Row("a", "a", "number", value=0.1, limits=Limits(minimum=0, maximum=1))
    assert stepped(fine, 1) == 0.15
    assert stepped(Row("a", "a", "integer", limits=limits), 1) == 1
    above = Limits(minimum=0, is_minimum_open=True)
    assert stepped(Row("a", "a", "number", value=0.5, limits=above), -1) == 0.5


def test_choices_and_booleans_go_round() -> None:
    ratio = Row("a", "a", "choice", value="b", choices=("a", "b"))
    assert stepped(ratio, 1) == "a" and stepped(ratio, -1) == "a"
    assert stepped(Row("a", "a", "choice", value="z", choices=(1, 2)), 1) == 1
    assert stepped(Row("a", "a", "boolean", default=True), 1) is False
    assert stepped(Row("a", "a", "text"), 1) is MISSING


def test_limits_are_said_in_words() -> None:
    words = [
        limits_in_words(Row("a", "a", "number", limits=limits))
        for limits in (
            Limits(0, 1),
            Limits(0, is_minimum_open=True),
            Limits(maximum=5),
            Limits(max_length=9),
        )
    ]
    assert words == ["0 to 1", "more than 0", "at most 5", "at most 9 characters"]


# -- lists -----------------------------------------------------------------------------------------


def test_another_take_is_another_value() -> None:
    seed = Row("inputs.seed", "seed", "integer", value=4)
    assert items.with_another(seed, items.another(seed)) == ([4, 5], 1)
    unset = Row("inputs.seed", "seed", "integer", default=0)
    assert items.with_another(unset, items.another(unset)) == ([0, 1], 1)
    ratio = Row("inputs.r", "r", "choice", value="a", choices=("a", "b"))
    assert items.another(ratio) == "b"


def test_items_move_and_stay_within_the_list() -> None:
    parent = Row("k", "k", "list", value=["a", "b"])
    assert items.moved(parent, Row("k[0]", "1", "text", level=1), 1) == (["b", "a"], 1)
    assert items.moved(parent, Row("k[1]", "2", "text", level=1), 1) is None


# -- words on the screen ---------------------------------------------------------------------------


def test_letters_are_all_different_and_of_their_labels(tmp_path: Path) -> None:
    rows = sheet(desk_of(tmp_path), "clip", "#unused", "#more").rows
    letters = letters_of(rows)
    assert len(set(letters.values())) == len(letters) > 8
    assert RESERVED.isdisjoint(letters.values())
    labels = {each.key: each.label for each in rows}
    assert all(letter in labels[key] for key, letter in letters.items())
    keys = {key for command in COMMANDS for key in command.keys.split(",")}
    assert keys.isdisjoint(letters.values())


@pytest.mark.parametrize("width", [24, 30, 44, 90])
def test_no_line_is_wider_than_the_form(tmp_path: Path, width: int) -> None:
    long = "words " * 60 + "映画映画映画" * 20 + "\x1b[31m"
    data = with_inputs("frame", prompt=long, model=[KLING, "x" * 90], aspect_ratio="y" * 90)
    rows = sheet(desk_of(tmp_path, data), "frame", "#unused", "#more").rows
    shape = shape_of(rows, width)
    for each in rows:
        for line in lines_of(each, shape, "a"):
            words = "".join(span for span, _ in line)
            assert cell_len(words) <= width, words
            assert "\x1b" not in words


@given(st.text(max_size=200), st.integers(4, 40))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrapped(text, width))


# -- what is offered -------------------------------------------------------------------------------


def test_references_are_offered_inside_a_text_and_put_in(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    prompt = row(desk, "clip", "inputs.prompt")
    assert not suggest(desk.snapshot, prompt, "look: frame", 8)
    offers = suggest(desk.snapshot, prompt, "look: ${bo now", 10)
    assert offers[0].text == "look: ${board.shots.number} now"
    assert not offers[0].is_value
    whole = suggest(desk.snapshot, row(desk, "clip", "inputs.image"), "${", 2)
    assert (whole[0].text, whole[0].is_value) == ("${frame.image}", True)
    assert any(offer.choice.reason for offer in whole)


def test_choices_are_offered_by_their_letters() -> None:
    ratio = Row("a", "a", "choice", choices=("16:9", "9:16", "1:1"), slot=Slot("a", "b"))
    assert {each.text for each in suggest(None, ratio, "16", 2)} == {"16:9", "9:16"}  # type: ignore[arg-type]


def test_a_rename_of_the_node_is_written_when_it_is_done(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    name = row(desk, "frame", "#id")
    assert name.is_late and name.write
    assert name.write(desk.snapshot, "still").data["nodes"]["still"]
    with pytest.raises(Exception, match="there is a node clip already"):
        name.write(desk.snapshot, "clip")


def test_wrong_values_do_not_keep_prices_from_being_told(tmp_path: Path) -> None:
    inputs = {"model": KLING, "duration": "}", "options": {"generate_audio": "loud"}}
    desk = desk_of(tmp_path, with_inputs("clip", **inputs))
    form = with_model_notes(sheet(desk, "clip"), desk.snapshot, KeyStates(desk.keys))
    model = form.row("inputs.model")
    assert model and model.notes == ("$0.70",)
    call = call_of(desk.snapshot, "clip", "image_to_video")
    rows = rows_of(catalogue(), call)
    assert all(each.price_words for each in rows)
    assert any(each.complaints for each in rows)
