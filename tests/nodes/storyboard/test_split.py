"""Stories become shots: whole films, as a director would read them."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ErrorKind, TaskError
from engine.values import Shot
from nodes.storyboard.limits import SHORTEST
from nodes.storyboard.split import split_script
from tests.support.effort import within

STORIES = Path(__file__).parents[3] / "workflows" / "stories"
HARE = (STORIES / "hare-and-tortoise.txt").read_text("utf-8")
CORBEAU = (STORIES / "le-corbeau-et-le-renard.txt").read_text("utf-8")
HAMLET = (STORIES / "hamlet-platform.fountain").read_text("utf-8")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def told(shots: list[Shot]) -> list[str]:
    return words(" ".join(shot.text for shot in shots))


def body(story: str) -> str:
    """A prose story without its title."""
    return story.partition("\n\n")[2]


def cast(shots: list[Shot]) -> set[str]:
    return {name for shot in shots for name in shot.characters}


def speakers(shots: list[Shot]) -> list[str]:
    return [line.partition(":")[0] for shot in shots for line in shot.dialogue.splitlines()]


@pytest.mark.parametrize("story", [HARE, CORBEAU])
@pytest.mark.parametrize("max_shots", [None, 1, 3, 6, 8])
def test_every_word_is_in_one_shot_in_order(story: str, max_shots: int | None) -> None:
    shots = split_script(story, max_shots=max_shots)
    assert told(shots) == words(body(story))
    assert [shot.number for shot in shots] == list(range(1, len(shots) + 1))
    assert max_shots is None or len(shots) <= max_shots


def test_a_screenplay_loses_only_its_title_page() -> None:
    shots = split_script(HAMLET)
    script = HAMLET.partition("\n\n")[2]
    assert told(shots) == words(script)


def test_the_hare_and_the_tortoise() -> None:
    shots = split_script(HARE, max_shots=8)
    assert cast(shots) == {"Hare", "Tortoise", "Fox"}
    assert speakers(shots) == ["TORTOISE"]
    spoken = next(shot for shot in shots if shot.dialogue)
    assert spoken.dialogue == (
        "TORTOISE: Though you be swift as the wind, I will beat you in a race."
    )
    assert "swift as the wind" not in spoken.prompt
    asleep = next(shot for shot in shots if "fast asleep" in shot.text)
    assert (asleep.characters[0], asleep.location) == ("Hare", "wayside")
    agreed = next(shot for shot in shots if "agreed" in shot.text)
    assert agreed.characters == ["Hare", "Tortoise", "Fox"]


def test_pronouns_stand_for_whom_they_mean() -> None:
    shots = split_script(HARE)
    woken = next(shot for shot in shots if shot.text.startswith("At last"))
    assert woken.characters == ["Hare", "Tortoise"]
    assert "could, Hare saw the Tortoise" in woken.prompt
    dozing = next(shot for shot in shots if "dozing" in shot.text)
    assert dozing.characters == ["Tortoise"]
    assert "Tortoise was comfortably dozing" in dozing.prompt


def test_the_crow_and_the_fox() -> None:
    shots = split_script(CORBEAU)
    assert cast(shots) == {"Corbeau", "Renard"}
    assert set(speakers(shots)) == {"RENARD"}
    assert {shot.location for shot in shots} == {"arbre"}
    assert shots[0].prompt == (
        "Wide shot: Maître Corbeau, sur un arbre perché, tenait en son bec un fromage"
    )
    assert "parle à Corbeau" in shots[1].prompt
    opens = next(shot for shot in shots if "large bec" in shot.text)
    assert "Corbeau ouvre un large bec" in opens.prompt


def test_hamlet() -> None:
    shots = split_script(HAMLET)
    assert cast(shots) == {"Francisco", "Bernardo", "Horatio", "Marcellus", "Ghost", "Cock"}
    assert speakers(shots)[:4] == ["BERNARDO", "FRANCISCO", "BERNARDO", "FRANCISCO"]
    assert shots[0].location == "Elsinore, a platform before the castle"
    assert shots[0].time == "night"
    battlements = [shot for shot in shots if shot.location == "The battlements"]
    assert battlements[0].text.startswith("THE BATTLEMENTS")
    assert [shot.time for shot in (battlements[0], battlements[-1])] == ["night", "dawn"]
    assert battlements[-1].text.endswith("FADE OUT.")
    lifts = next(shot for shot in shots if "lifts its head" in shot.text)
    assert lifts.characters == ["Ghost"]
    assert lifts.motion == "tilt up"


def test_shots_never_cross_a_scene_while_there_are_shots_enough() -> None:
    for max_shots in (2, 3, 6):
        for shot in split_script(HAMLET, max_shots=max_shots):
            assert ("BATTLEMENTS" not in shot.text) or shot.text.startswith("THE BATTLEMENTS")
    assert len(split_script(HAMLET, max_shots=1)) == 1


@pytest.mark.parametrize("story", [HARE, CORBEAU, HAMLET])
@pytest.mark.parametrize("max_shots", [None, 6, 8])
def test_the_camera_follows_the_grammar(story: str, max_shots: int | None) -> None:
    shots = split_script(story, max_shots=max_shots)
    sizes = [shot.camera.partition(",")[0] for shot in shots]
    assert sizes[0] == "wide shot"
    assert all(len(set(sizes[i : i + 3])) > 1 for i in range(len(sizes) - 2))
    assert all(shot.prompt.lower().startswith(shot.camera.partition(",")[0]) for shot in shots)
    assert all(shot.motion for shot in shots)


@pytest.mark.parametrize("story", [HARE, CORBEAU, HAMLET])
@pytest.mark.parametrize("target", [7.77, 30, 60])
def test_a_target_length_is_met(story: str, target: float) -> None:
    shots = split_script(story, target_seconds=target)
    assert sum(shot.seconds for shot in shots) == pytest.approx(target, abs=0.5 / 24 + 1e-6)
    assert len(shots) <= target / SHORTEST
    assert all(shot.seconds >= 0.99 for shot in shots)
    frames = [shot.seconds * 24 for shot in shots]
    assert frames == pytest.approx([round(number) for number in frames], abs=1e-6)


@pytest.mark.parametrize("max_shots", [None, 6])
@pytest.mark.parametrize(
    ("old", "new"), [("short", "stout"), ("steady", "sullen"), ("fast", "soft")]
)
def test_another_adjective_changes_one_shot(old: str, new: str, max_shots: int | None) -> None:
    before = split_script(HARE, max_shots=max_shots)
    after = split_script(HARE.replace(old, new, 1), max_shots=max_shots)
    assert len(before) == len(after)
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) == 1
    first, second = changed[0]
    same = {"number", "seconds", "camera", "motion", "characters", "location", "time"}
    assert first.model_dump(include=same) == second.model_dump(include=same)


def test_a_quick_exchange_is_one_shot_and_a_long_speech_has_a_reaction() -> None:
    exchange = next(shot for shot in split_script(HAMLET) if "He." in shot.text)
    assert speakers([exchange]) == ["BERNARDO", "FRANCISCO", "BERNARDO"]
    reaction = next(shot for shot in split_script(CORBEAU) if "écoute" in shot.prompt)
    assert reaction.prompt == "Close-up: Corbeau écoute Renard, arbre"
    assert reaction.characters == ["Corbeau"]


def test_speakers_of_quotations() -> None:
    story = (
        "Anna walked into the kitchen. The old cook looked at her and smiled.\n\n"
        '"Where is the key?" asked Anna.\n\n'
        '"I have no key," the cook said quietly. "Ask Peter."\n\n'
        '"Peter is gone."\n\n'
        'Anna turned to the window and whispered: "Then it is over."'
    )
    shots = split_script(story)
    lines = [line for shot in shots for line in shot.dialogue.splitlines()]
    assert lines == [
        "ANNA: Where is the key?",
        "COOK: I have no key.",
        "COOK: Ask Peter.",
        "ANNA: Peter is gone.",
        "ANNA: Then it is over.",
    ]
    assert shots[0].location == "kitchen"
    assert shots[-1].location == "window"


def test_french_dialogue_with_dashes() -> None:
    story = (
        "Un soir, Marie entra dans la cuisine. Paul dormait près de la cheminée.\n\n"
        "— Tu dors ? demanda Marie.\n\n"
        "— Non, répondit Paul, je rêve.\n"
    )
    shots = split_script(story)
    assert speakers(shots) == ["MARIE", "PAUL"]
    assert [shot.dialogue for shot in shots if shot.dialogue] == [
        "MARIE: Tu dors ?",
        "PAUL: Non, je rêve.",
    ]
    assert shots[0].time == "evening"
    assert {shot.location for shot in shots} == {"cuisine", "cheminée"}


def test_pronouns_of_speech_agree_with_the_speaker() -> None:
    story = (
        "A little girl walked through the forest. A wolf stepped out from the trees. "
        '"Where are you going?" asked the wolf. "To the mill," she said, trembling. '
        'The wolf smiled. "I know a shorter way."'
    )
    assert speakers(split_script(story)) == ["WOLF", "GIRL", "WOLF"]
    french = (
        "Un pêcheur répare son filet. Une fille approche. « Que fais-tu ? » demande-t-elle. "
        "« J'attends la marée », répond-il."
    )
    shots = split_script(french)
    assert speakers(shots) == ["FILLE", "PÊCHEUR"]
    assert shots[2].prompt == "Medium two-shot: Fille parle à Pêcheur"


def test_nobody_speaks_to_one_who_has_left() -> None:
    story = (
        "Anna and Tom came to the station. Tom climbed into the train. She watched it leave. "
        'In the evening, Anna sat alone in her kitchen. The phone rang. "Hello?" she whispered.'
    )
    shots = split_script(story)
    assert shots[2].characters == ["Anna"]
    assert shots[-1].characters == ["Anna"]
    assert shots[-1].time == "evening"


def test_one_person_has_one_name() -> None:
    story = (
        "Captain John Smith crossed the bridge. Behind him walked Mary. "
        "Then Smith stopped, and Mary looked at John."
    )
    assert cast(split_script(story)) == {"John Smith", "Mary"}


@pytest.mark.parametrize(
    ("story", "sentences"),
    [
        ("Der Hund lief in den Wald. Die Katze blieb zu Hause. Es war Nacht.", 3),
        ("El perro corre por la calle. El gato no se mueve. Y la luna sale.", 3),
        ("Собака бежит по лесу. Кошка спит на печи!", 2),
        ("兎が走る。亀は歩く。勝つのは誰だ?", 3),
        ("狐狸看见了乌鸦。乌鸦不说话!天黑了。", 3),
        ("狐狸看见了乌鸦。乌鸦不说话\uff01天黑了。", 3),
    ],
)
def test_other_languages_are_cut_at_their_sentences(story: str, sentences: int) -> None:
    shots = split_script(story)
    assert len(shots) == sentences
    assert told(shots) == words(story)
    assert all(shot.prompt.partition(": ")[2] for shot in shots)


@pytest.mark.parametrize("script", ["", " \n\t\n", "\ufeff"])
def test_an_empty_script_is_an_error(script: str) -> None:
    with pytest.raises(TaskError, match="the script is empty") as caught:
        split_script(script)
    assert caught.value.kind is ErrorKind.INVALID


def test_a_title_alone_is_no_story_and_no_shot() -> None:
    with pytest.raises(TaskError, match="a title but no story"):
        split_script("# The Hare\n")
    assert len(split_script("The Hare\n\nIt ran.")) == 1
    assert len(split_script("It ran")) == 1


def test_too_many_shots_are_refused_with_the_way_out() -> None:
    script = "It ran and ran. " * 2001
    with pytest.raises(TaskError, match="2,001 shots; the most is 2,000") as caught:
        split_script(script)
    assert "max_shots" in caught.value.hint
    assert len(split_script(script, max_shots=2000)) == 2000


def test_time_grows_with_the_script_and_no_faster() -> None:
    def measure(copies: int) -> float:
        start = time.process_time()
        split_script(HARE * copies, max_shots=50)
        return time.process_time() - start

    measure(20)
    assert measure(400) < 40 * max(measure(40), 0.01)


@pytest.mark.parametrize(
    "script",
    [
        "a" * 200_000,
        "; " * 50_000,
        "[[" * 50_000,
        "*" * 100_000,
        '"' * 100_000,
        "«, " * 50_000,
        "A" * 50_000 + "\nB",
        "(" * 50_000,
        "- " * 50_000,
        "<!--" * 30_000,
        "# " + "#" * 90_000,
    ],
)
def test_hostile_text_takes_no_time(script: str) -> None:
    with within(3), suppress(TaskError):
        split_script("Title: x\n\n" + script, max_shots=5)
        split_script(script, max_shots=5)


TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from('\n\n .!?"«»;,—#*@>'),
    max_size=200,
)


@settings(deadline=None)
@given(script=TEXT, max_shots=st.none() | st.integers(1, 5), target=st.none() | st.floats(1, 90))
def test_any_text_gives_a_sound_storyboard(
    script: str, max_shots: int | None, target: float | None
) -> None:
    try:
        shots = split_script(script, max_shots=max_shots, target_seconds=target)
    except TaskError as error:
        assert error.kind is ErrorKind.INVALID
        return
    assert [shot.number for shot in shots] == list(range(1, len(shots) + 1))
    assert max_shots is None or len(shots) <= max_shots
    assert all(shot.seconds > 0 for shot in shots)
    if target is not None:
        assert sum(shot.seconds for shot in shots) == pytest.approx(target, abs=0.5 / 24 + 1e-6)


WORD = st.text("abcdefghij", min_size=1, max_size=8)
SENTENCE = st.builds(
    lambda words, end: " ".join(words).capitalize() + end,
    st.lists(WORD, min_size=1, max_size=40),
    st.sampled_from([".", "!", "?", "…", ' ;"']),
)
PARAGRAPHS = st.lists(
    st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4
)


@settings(deadline=None)
@given(paragraphs=PARAGRAPHS, max_shots=st.none() | st.integers(1, 6))
def test_no_word_of_any_prose_is_lost(paragraphs: list[str], max_shots: int | None) -> None:
    story = "It begins here.\n\n" + "\n\n".join(paragraphs)
    assert told(split_script(story, max_shots=max_shots)) == words(story)
