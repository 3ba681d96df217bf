"""Where a story is: places as a sentence names them, and for how long they hold."""

from __future__ import annotations

import pytest

from nodes.storyboard.split import split_script


@pytest.mark.parametrize(
    ("sentence", "location", "time"),
    [
        ("At dawn, the train crossed the white mountains.", "white mountains", "dawn"),
        ("À l'aube, le port entier l'attendait sur la jetée.", "port", "dawn"),
        ("The station was empty at midnight.", "station", "night"),
        ("Au bout du monde, un vieux phare se dressait face à l'océan.", "vieux phare", ""),
        ("On the far shore, a man waited.", "far shore", ""),
        ("Clara sat alone on the sea wall.", "sea wall", ""),
        ("The train pulled away.", "", ""),
    ],
)  # fmt: skip
def test_the_place_of_a_sentence(sentence: str, location: str, time: str) -> None:
    shot = split_script(sentence)[0]
    assert (shot.location, shot.time) == (location, time)


def test_a_door_is_where_a_moment_is_not_where_the_next_one_is() -> None:
    shots = split_script(
        "Anna sat in the garden. Tom burst through the door. He fell on his knees. Anna wept."
    )
    assert [shot.location for shot in shots] == ["garden", "door", "garden", "garden"]


@pytest.mark.parametrize(
    "gap", ["\n\nYears passed. ", "\n\nTom reached the summit. ", "\n\n***\n\n"]
)
def test_a_place_holds_until_the_story_moves_on(gap: str) -> None:
    shots = split_script(f"Tom sat in the garden. He slept.{gap}Tom wept.")
    assert shots[1].location == "garden"
    assert shots[-1].location == ""
