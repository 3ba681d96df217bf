"""What the words of any story come to: things, creatures, places, whose colour it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodes.animatic import draw_frame
from nodes.animatic.actors import make_sketch
from nodes.animatic.reader import read_scene
from nodes.animatic.scene import STAND_IN, Scene, Subject
from nodes.animatic.sketch import Mass
from nodes.animatic.words import is_french, split_words


def kinds(scene: Scene) -> list[str]:
    return [subject.kind for subject in scene.subjects]


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("Wide shot: Nora waits on the platform, night", "station"),
        ("Wide shot: Horatio waits on the platform, Elsinore, night", "castle"),
        ("Wide shot: Rain hammers the glass roof, station, night", "station"),
        ("Full shot: Samuel looks at his watch, station", "station"),
        ("Full shot: Tom sits in the train", "carriage"),
        ("Plan moyen : Tom lit à l'intérieur du train", "carriage"),
        ("Full shot: Clara waits inside the ship", "cabin"),
        ("Full shot: Clara prays in the church", "chapel"),
        ("Plan large : une église, le soir", "village"),
        ("Full shot: Clara is in the house", "room"),
        ("Plan large : un phare", "sea"),
        ("Insert shot: Inside lay a letter and a drawing of the sea", ""),
        ("Medium shot: Leo waits, Roadside diner, interior", "bar"),
        ("Plan moyen : Léa attend, cuisine", "kitchen"),
        ("Plan moyen : Léa monte l'escalier", "stairs"),
        ("Full shot: the astronaut floats inside the spaceship", "cockpit"),
        ("Wide shot: A crowd marches through the street", "city"),
    ],
)
def test_where_it_is(prompt: str, place: str) -> None:
    assert read_scene(prompt).place == place


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Wide shot: a pickup truck", ["truck"]),
        ("Plan large : un camion et un taxi", ["truck", "taxi"]),
        ("Wide shot: a van and a bus", ["van", "bus"]),
        ("Plan large : une moto", ["motorcycle"]),
        ("Plan large : un phare", ["lighthouse"]),
        ("Insert: une carte et une valise", ["map", "suitcase"]),
        ("Plan large : un requin et une baleine", ["shark", "whale"]),
        ("Full shot: a dragon, a robot and a monster", ["dragon", "robot", "monster"]),
        ("Full shot: a giant robot walks", ["robot"]),
        ("Plan moyen : une grenouille et un singe", ["frog", "monkey"]),
        ("Wide shot: Rain hammered the glass roof, station", []),
        ("Full shot: Nora watches the rails", ["person"]),
        ("Chat parle à Enfant, cuisine", ["cat", "person"]),
        ("Medium shot: Maya, in a biker jacket, sits", ["person"]),
        ("Full shot: Tom buys a horse", ["person", "horse"]),
        ("Full shot: a knight on a horse", ["person"]),
        ("Plan moyen : un chevalier à cheval affronte un dragon", ["person", "dragon"]),
        ("Full shot: The soldier stands guard", ["person"]),
        ("Wide shot: a submarine beneath the waves", [STAND_IN]),
        ("Close-up: Anna's hand on the door handle", ["hand", "door"]),
        ("Medium close-up: Samuel threw the suitcase, night", ["person"]),
    ],
)
def test_who_and_what_is_seen(prompt: str, expected: list[str]) -> None:
    assert kinds(read_scene(prompt)) == expected


def test_a_short_text_is_french_by_its_nouns() -> None:
    assert is_french(split_words("Chat parle à Enfant, cuisine"))
    assert not is_french(split_words("Cat speaks to Child, kitchen"))


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Close-up: a rusty anchor", "anchor"),
        ("Close-up: rusty anchor, night", "anchor"),
        ("Wide shot: A strange pyramid rises above the dunes", "pyramid"),
        ("Gros plan : une ancre rouillée", "ancre"),
    ],
)
def test_an_unknown_noun_gets_a_labelled_stand_in(prompt: str, name: str) -> None:
    (thing,) = read_scene(prompt).subjects
    assert (thing.kind, thing.name) == (STAND_IN, name)
    assert make_sketch(thing, 0).label == name


@pytest.mark.parametrize(
    "prompt", ["Wide shot: The years passed.", "Wide shot: Les années passèrent.", "Fade in."]
)
def test_what_cannot_be_seen_gets_no_stand_in(prompt: str) -> None:
    assert read_scene(prompt).subjects == ()


def test_a_close_up_of_a_thing_shows_no_stranger() -> None:
    (thing,) = read_scene("Close-up: a red suitcase on the platform, night").subjects
    assert (thing.kind, set(thing.traits)) == ("suitcase", {"red"})


def test_a_colour_belongs_to_the_noun_beside_it() -> None:
    def traits(prompt: str) -> list[tuple[str, set[str]]]:
        return [(one.kind, set(one.traits)) for one in read_scene(prompt).subjects]

    assert traits("Wide shot: Tom watches a black car") == [("person", set()), ("car", {"black"})]
    assert traits("Plan large : Paul regarde un vieux phare blanc") == [
        ("person", set()),
        ("lighthouse", {"old", "white"}),
    ]
    assert traits("Full shot: A man in a red coat waits") == [("person", {"red"})]
    assert traits("Full shot: Tom turns, its headlamp white in the rain") == [("person", set())]
    assert traits("Plan moyen : Yann, un vieux marin barbu, attend") == [
        ("person", {"old", "beard"})
    ]


def test_a_coloured_thing_is_drawn_in_its_colour() -> None:
    def tones(*traits: str) -> set[tuple[int, int, int]]:
        sketch = make_sketch(Subject("truck", traits=frozenset(traits), alive=False), 0)
        return {tone for part in sketch.parts if isinstance(part, Mass) for _, tone in part.shapes}

    assert tones() != tones("red") != tones("green")


def test_several_things_are_counted() -> None:
    (ships,) = read_scene("Plan large : trois navires, mer").subjects
    assert (ships.kind, ships.count) == ("ship", 3)


@pytest.mark.parametrize(
    "prompt",
    [
        "Wide shot: Leo on a motorcycle, road",
        "Full shot: Leo rides a motorcycle, Maya on the back, road",
        "Medium shot: a couple dances under an umbrella, an eagle flies",
        "Wide shot: a train, station",
        "Medium shot: a wizard and a witch talk, cave",
        "Full shot: an astronaut holds a suitcase, spaceship",
        "Close-up: a very-long-unheard-of thingamajig",
        "Wide shot: three ships and a lighthouse",
        "Full shot: a woman types on a laptop, office",
    ],
)
def test_all_of_it_can_be_drawn(prompt: str, tmp_path: Path) -> None:
    draw_frame(prompt, tmp_path / "frame.png", width=96, height=54)
