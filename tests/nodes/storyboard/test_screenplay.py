"""Screenplays: transitions, directives to the camera, scenes that nobody is carried into."""

from __future__ import annotations

import pytest

from nodes.storyboard.split import split_script

HOUSE = "INT. HOUSE - DAY\n\nJohn enters, a coat over his arm.\n\n"


@pytest.mark.parametrize(
    "transition",
    ["FADE OUT.", "FADE TO BLACK.", "THE END", "CUT TO:", "> THE END <", "SMASH CUT TO:", "FIN"],
)
def test_a_transition_is_no_shot(transition: str) -> None:
    shots = split_script(f"FADE IN:\n\n{HOUSE}{transition}\n")
    assert [shot.prompt for shot in shots] == [
        "Wide shot: John enters, a coat over his arm, House, interior, day"
    ]
    assert shots[0].text.endswith(transition.strip("<> "))


def test_a_story_in_prose_ends_without_a_shot_of_its_end() -> None:
    assert len(split_script("The fox ran.\n\nThe crow flew.\n\nThe End")) == 2


@pytest.mark.parametrize(
    ("action", "camera", "motion", "prompt"),
    [
        ("CLOSE ON the scrap.", "close-up, eye level", "slow push in", "The scrap, House"),
        ("WIDE ON the bay.", "wide shot, eye level", "static", "The bay, House"),
        ("ANGLE ON the door.", "medium shot, eye level", "static", "The door, House"),
        ("INSERT - PHONE: \"GO.\"", "insert shot, eye level", "static", 'Phone: "go"'),
        ("JOHN'S POV: the street.", "point-of-view shot, eye level", "handheld", "The street"),
        ("TRACKING boots.", "full shot, eye level", "truck right, tracking the movement", "Boots"),
    ],
)  # fmt: skip
def test_directives_set_the_camera(action: str, camera: str, motion: str, prompt: str) -> None:
    shots = split_script(f"{HOUSE}He sits. {action} He looks up.")
    shot = next(shot for shot in shots if shot.text == action)
    assert (shot.camera, shot.motion, shot.dialogue) == (camera, motion, "")
    assert shot.prompt.partition(": ")[2].startswith(prompt)


def test_nobody_is_carried_into_a_scene() -> None:
    story = (
        "INT. DINER - NIGHT\n\nMAYA waits at a table with LEO.\n\nEXT. PARKING LOT - NIGHT\n\n"
        "A truck rolls in.\n\nINT. DINER - NIGHT\n\nShe flips the table.\n"
    )
    shots = split_script(story)
    assert [shot.characters for shot in shots] == [["Maya", "Leo"], [], ["Maya"]]


def test_parentheticals_that_nobody_sees_are_in_no_prompt() -> None:
    shots = split_script(HOUSE + "JOHN\n(beat)\nHello?\n\nJOHN\n(kneeling)\nAnna?\n")
    prompts = " ".join(shot.prompt for shot in shots)
    assert "beat" not in prompts
    assert "kneeling" in prompts


def test_a_short_english_screenplay_is_english() -> None:
    story = "INT. CAR - NIGHT\n\nJOHN\nDrive!\n\nMARY\nStop!\n\n~la la la la\n\nBoth laugh aloud."
    prompts = " ".join(shot.prompt for shot in split_script(story))
    assert "John speaks" in prompts or "speak together" in prompts


def test_an_interior_is_established_at_eye_level() -> None:
    scenes = "".join(
        f"{where}. PLACE {number} - DAY\n\nA chair falls over in the wind.\n\n"
        for number, where in enumerate(("EXT", "INT", "INT", "INT", "EXT"))
    )
    cameras = [shot.camera for shot in split_script(scenes) if "PLACE" in shot.text]
    assert all("high" not in camera and "extreme" not in camera for camera in cameras[1:4])


def test_what_is_far_or_huge_is_never_a_close_up() -> None:
    story = (
        "Anna came to the beach. The wreck lay on the sand, sad and alone. The train slept. "
        "A silver key lay in the grass. The mountains trembled. Anna wept for the old days. "
        "She left."
    )
    sizes = {shot.text: shot.camera.partition(",")[0] for shot in split_script(story)}
    for far in ("The wreck lay on the sand, sad and alone.", "The train slept."):
        assert "close" not in sizes[far]
    assert "close" not in sizes["The mountains trembled."]
    assert sizes["A silver key lay in the grass."] == "insert shot"
    assert "close" in sizes["Anna wept for the old days."]
