"""What the words of a prompt come to: shot, light, place, subjects, caption."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.animatic.picture import SETS
from nodes.animatic.reader import read_scene
from nodes.animatic.scene import Scene


def kinds(scene: Scene) -> list[str]:
    return [subject.kind for subject in scene.subjects]


@pytest.mark.parametrize(
    ("prompt", "size", "time", "place"),
    [
        ("Wide shot. The Hare sleeps. Countryside road, day.", "wide", "day", "road"),
        ("Extreme close-up, night. Maria weeps.", "extreme_close", "night", ""),
        ("Medium shot at dawn. A man walks. A castle.", "medium", "dawn", "castle"),
        ("Gros plan. Le Renard rit. Un bois, nuit.", "close", "night", "forest"),
        ("Plan large, aube. La tortue marche. Un pré.", "wide", "dawn", "meadow"),
        ("Plan d'ensemble. La mer, crépuscule.", "extreme_wide", "dusk", "sea"),
        ("Insert. A letter on the table.", "insert", "day", "room"),
    ],
)
def test_shot_light_and_place(prompt: str, size: str, time: str, place: str) -> None:
    scene = read_scene(prompt)
    assert (scene.size, scene.time, scene.place) == (size, time, place)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            "The Hare and the Tortoise start together, running.",
            [("hare", "run"), ("tortoise", "run")],
        ),
        ("The Hare, lying down by the wayside, falls fast asleep.", [("hare", "sleep")]),
        ("Le lièvre court.", [("hare", "run")]),
        ("Maître Corbeau, sur un arbre perché.", [("raven", "perch"), ("tree", "stand")]),
        ("Le Corbeau laisse tomber son fromage.", [("raven", "stand"), ("cheese", "fall")]),
        ("A cock crows.", [("cock", "stand")]),
        ("The Tortoise reached the goal, and dozes.", [("tortoise", "sleep"), ("post", "stand")]),
        ("FRANCISCO stands; BERNARDO arrives.", [("person", "stand"), ("person", "walk")]),
        ("Alice runs.", [("person", "run")]),
        ("She sits.", [("person", "sit")]),
        ("Bitter cold.", []),
        ("A castle at Elsinore.", []),
    ],
)
def test_subjects_and_what_they_do(prompt: str, expected: list[tuple[str, str]]) -> None:
    subjects = read_scene(prompt).subjects
    assert [(subject.kind, subject.pose) for subject in subjects] == expected


def test_a_genitive_describes_and_adds_nobody() -> None:
    (ghost,) = read_scene("The GHOST of the dead king, in armour, crosses.").subjects
    assert {"ghost", "crown", "armour"} <= ghost.traits


def test_a_small_thing_is_held() -> None:
    (raven, _tree) = read_scene("Le corbeau tient un fromage sur un arbre.").subjects
    assert raven.holds == "cheese"


def test_numbers_count() -> None:
    (men,) = read_scene("Two men argue in a kitchen.").subjects
    assert men.count == 2


def test_a_close_shot_or_a_calling_is_somebody() -> None:
    (fisher,) = read_scene("A portrait of an old fisherman with a beard.").subjects
    assert {"old", "beard"} <= fisher.traits
    assert kinds(read_scene("Close-up: bitter cold, night")) == ["person"]
    assert kinds(read_scene("Wide shot: bitter cold, night")) == []


def test_several_women_are_women() -> None:
    (women,) = read_scene("Women talk in a cafe.").subjects
    assert women.count == 3
    assert "dress" in women.traits


def test_two_names_share_what_is_said_of_the_second() -> None:
    scene = read_scene("Enter HORATIO and MARCELLUS, cloaked.")
    assert [(one.pose, "cloak" in one.traits) for one in scene.subjects] == [
        ("walk", True),
        ("stand", True),
    ]


def test_words_of_one_language_do_not_count_in_the_other() -> None:
    assert kinds(read_scene("They chat about the pain in his main hand.")) == ["person"]
    assert kinds(read_scene("Le chat mange son pain.")) == ["cat"]


def test_speech_is_not_drawn() -> None:
    assert kinds(read_scene("ANNA says: “A horse, a horse, my kingdom!”")) == ["person"]


def test_the_caption_is_the_action() -> None:
    prompt = "Medium shot, night. ANNA waits. A street in Paris., ink and watercolour, soft light"
    scene = read_scene(prompt)
    assert scene.caption.startswith("ANNA waits.")
    assert "ink" not in scene.caption
    assert "shot" not in scene.caption
    assert {"ink", "soft"} <= scene.style
    assert scene.label == "MS"


def test_a_heading_and_the_trailing_setting_stay_out_of_the_caption() -> None:
    scene = read_scene(
        "Medium two-shot: Marcellus, Bernardo and Horatio speak together, Elsinore, a platform"
        " before the castle, night, ink and watercolour"
    )
    assert scene.caption == "Marcellus, Bernardo and Horatio speak together."
    assert [subject.name for subject in scene.subjects] == ["marcellus", "bernardo", "horatio"]
    assert (scene.size, scene.label, scene.time, scene.place) == ("medium", "2S", "night", "castle")


def names(prompt: str) -> list[str]:
    return [subject.name for subject in read_scene(prompt).subjects]


def test_whom_one_speaks_to_is_in_the_picture() -> None:
    assert names("Two-shot: Bernardo speaks to Francisco, night") == ["bernardo", "francisco"]
    assert names("Plan à deux : Paul parle à Jeanne.") == ["paul", "jeanne"]
    assert names("Wide shot: Bernardo walks to Rimini.") == ["bernardo"]


def test_a_name_alone_after_the_action_is_a_place() -> None:
    assert names("Romeo and Benvolio speak together, Verona, a square, night") == [
        "romeo",
        "benvolio",
    ]
    assert names("Anton, Boris and Carl run.") == ["anton", "boris", "carl"]


def test_a_name_at_the_end_is_somebody_where_nobody_acts() -> None:
    scene = read_scene("Medium shot: Out of the dark, Bernardo, Elsinore, a castle, night")
    assert [subject.name for subject in scene.subjects] == ["bernardo"]
    assert scene.caption == "Out of the dark, Bernardo."
    assert "black" not in scene.subjects[0].traits


def test_who_looks_is_not_in_a_subjective_shot() -> None:
    assert kinds(read_scene("POV: Anna sees a wolf, evening")) == ["wolf"]
    assert kinds(read_scene("Wide shot: Anna sees a wolf, evening")) == ["person", "wolf"]


def test_common_names_of_women_are_women() -> None:
    (ophelia,) = read_scene("Ophelia weeps.").subjects
    assert (ophelia.name, "dress" in ophelia.traits) == ("ophelia", True)


def test_a_cock_crows_without_a_crow() -> None:
    scene = read_scene("Wide shot: the ghost stops; a cock crows, The battlements, night")
    assert kinds(scene) == ["person", "cock"]


def test_a_place_alone_is_the_caption() -> None:
    assert read_scene("Wide shot. Waves.").caption == "Waves."


def test_camera_moves_are_noted() -> None:
    assert read_scene("Wide shot. The sea. Slow push in.").move == ("push_in",)
    assert read_scene("La mer. Travelling avant.").move == ("push_in",)


@given(st.text(max_size=300))
def test_any_text_gives_a_scene(text: str) -> None:
    scene = read_scene(text)
    assert scene.place in SETS
    assert len(scene.subjects) <= 5
