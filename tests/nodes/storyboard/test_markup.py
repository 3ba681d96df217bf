"""Markup is understood, and none of it gets into the story."""

from __future__ import annotations

import pytest

from nodes.storyboard.split import split_script

MARKDOWN = """---
title: The Fox
draft: true
---
# The Fox

By Anna

## At the river

A **fox** came to the [river](https://example.org/river "the river") and *drank*.
<!-- not a word of this -->

![a map](map.png)

- The _water_ was cold.
- Then it ran.

```python
print("no story")
```

> A crow `watched` him. \\*Silence\\*.

| a | b |
|---|---|

***

## The forest

It was night.
"""


def test_markdown_leaves_only_its_words() -> None:
    shots = split_script(MARKDOWN)
    assert [shot.text for shot in shots] == [
        "A fox came to the river and drank.",
        "The water was cold.",
        "Then it ran.",
        "A crow watched him.",
        "*Silence*.",
        "a b",
        "It was night.",
    ]
    assert shots[0].location == "river"
    assert (shots[-1].location, shots[-1].time) == ("The forest", "night")


FOUNTAIN = """Title:
    _**THE KEY**_
Credit: Written by
Author: Anna
Notes: none

# Act one

= Anna comes home.

INT. KITCHEN - DAY #1#

The door opens. ANNA comes in *slowly*. [[is this too slow?]]

/* A scene
that was cut. */

@McADAM (O.S.) ^
(from the other room)
Is that **you**?
(beat)
Anna?

ANNA
~La la la
~la la

!BANG

> THE END <

===

CUT TO:

.THE GARDEN

EXT. STREET - CONTINUOUS

A car.

> FADE OUT.
"""


def test_fountain_elements() -> None:
    shots = split_script(FOUNTAIN)
    text = "\n".join(shot.text for shot in shots)
    for unprinted in ("THE KEY", "Act one", "comes home", "too slow", "was cut", "===", "*", "#"):
        assert unprinted not in text
    for printed in ("comes in slowly", "Is that you?", "La la la", "BANG", "THE END", "CUT TO:"):
        assert printed in text
    dialogue = [line for shot in shots for line in shot.dialogue.splitlines()]
    assert dialogue == ["MCADAM: Is that you?", "MCADAM: Anna?", "ANNA: La la la la la"]
    heard = next(shot for shot in shots if shot.dialogue.startswith("MCADAM"))
    assert "Mcadam" not in heard.characters
    assert (shots[0].location, shots[0].time) == ("Kitchen", "day")
    assert "interior" in shots[0].prompt
    garden = next(shot for shot in shots if shot.location == "The garden")
    assert garden.text == "THE GARDEN"
    assert (shots[-1].location, shots[-1].time) == ("Street", "day")
    assert shots[-1].text.endswith("FADE OUT.")


@pytest.mark.parametrize(
    ("story", "texts"),
    [
        ("Mr. Fox met Dr. J. Crow at 3.5 p.m. today. They ran.", 2),
        ('"Stop!" Tom said. "Thief!" He ran away through the field.', 2),
        ("« Hé ! bonjour », dit le renard. Le corbeau ne dit rien… Il vole.", 3),
        ("He waited... and waited. Nothing came to him.", 2),
        ("The wind blew over the wide hills; the old fox slept in his den.", 2),
    ],
)
def test_sentences(story: str, texts: int) -> None:
    assert len(split_script(story)) == texts


def test_a_narrator_has_no_name_and_a_voice_no_face() -> None:
    story = (
        "INT. OFFICE - NIGHT\n\nMARLOWE sits behind a desk.\n\nVOICE (V.O.)\nYou have one hour.\n\n"
        "He runs past a BLACK CAR.\n\nNARRATOR (V.O.)\nHe never saw it coming.\n"
    )
    shots = split_script(story)
    assert [shot.dialogue for shot in shots if shot.dialogue] == [
        "VOICE: You have one hour.",
        "He never saw it coming.",
    ]
    assert {name for shot in shots for name in shot.characters} == {"Marlowe"}
    assert "past a black car" in shots[2].prompt


def test_verse_runs_over_lines_and_prose_is_rewrapped() -> None:
    verse = "Slow but steady through the rain\nWalked the tortoise down the lane."
    assert [shot.text for shot in split_script(verse)] == [verse]
    prose = "The hare was\nasleep by the\nroad."
    assert split_script(prose)[0].text == "The hare was asleep by the road."


def test_line_ends_and_marks_of_order_make_no_difference() -> None:
    story = "The Title\n\nThe fox ran.\n\nThe crow flew."
    assert split_script("\ufeff" + story.replace("\n", "\r\n")) == split_script(story)


def test_a_character_of_a_markdown_list_is_no_dialogue_but_a_french_dash_is() -> None:
    french = split_script("Le roi entra dans la salle.\n\n- Bonjour, dit le roi.")
    assert french[-1].dialogue == "ROI: Bonjour."
    english = split_script("The king came in.\n\n- He was very tired.")
    assert english[-1].dialogue == ""
