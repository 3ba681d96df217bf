"""Who says what: quotations, what is told between them, and turns that nobody is named with."""

from __future__ import annotations

import pytest

from nodes.storyboard.cast import FIRST_NAMES
from nodes.storyboard.lexicon import lexicon_for
from nodes.storyboard.split import split_script


def lines(story: str) -> list[str]:
    return [line for shot in split_script(story) for line in shot.dialogue.splitlines()]


def cast(story: str) -> set[str]:
    return {name for shot in split_script(story) for name in shot.characters}


def test_french_guillemets_hold_who_speaks_and_turns_with_dashes() -> None:
    story = (
        "Yann trouva une petite fille sur la plage.\n\n"
        "« Comment t'appelles-tu ? demanda Yann.\n"
        "— Je ne sais pas, répondit l'enfant. J'ai oublié mon nom. »\n\n"
        "Il la porta jusqu'à la maison."
    )
    assert lines(story) == [
        "YANN: Comment t'appelles-tu ?",
        "ENFANT: Je ne sais pas.",
        "ENFANT: J'ai oublié mon nom.",
    ]
    assert split_script(story)[-1].characters == ["Yann"]


def test_french_pronouns_behind_a_verb_are_the_one_of_that_gender() -> None:
    story = (
        "Yann entra dans la cuisine. Marie l'attendait.\n"
        "« Tu es en retard, dit-elle.\n"
        "— La mer était mauvaise, lui répondit Yann. Et toi ?\n"
        "— Moi, j'attendais. »"
    )
    assert lines(story) == [
        "MARIE: Tu es en retard.",
        "YANN: La mer était mauvaise.",
        "YANN: Et toi ?",
        "MARIE: Moi, j'attendais.",
    ]


def test_an_imperative_is_no_verb_of_telling() -> None:
    story = "Le roi regarda Marie.\n\n« Allons, parle ! Eh bien, chante, dit le roi. »"
    assert [line.removeprefix("ROI: ") for line in lines(story)] == [
        "Allons, parle !",
        "Eh bien, chante.",
    ]


def test_pronouns_respect_the_gender_of_first_names() -> None:
    story = 'Nora met Samuel in the park. "Come with me," she whispered. "No," he said.'
    assert lines(story) == ["NORA: Come with me.", "SAMUEL: No."]
    assert cast(story) == {"Nora", "Samuel"}


def test_pronouns_teach_the_gender_of_an_unknown_name() -> None:
    story = (
        "Zelmira stood under the clock with her suitcase. She waited.\n\n"
        "Kolvar came in, soaked to the skin. He looked at his watch.\n\n"
        '"Then come," she whispered. "Run," he said.'
    )
    assert lines(story) == ["ZELMIRA: Then come.", "KOLVAR: Run."]


def test_an_animal_does_not_speak_where_people_do() -> None:
    story = (
        "Yann porta Marie dans la cuisine. Le chat sauta sur ses genoux.\n\n"
        "— Ta maison est loin ? dit-il doucement.\n— Ma maison est ici."
    )
    assert lines(story) == ["YANN: Ta maison est loin ?", "MARIE: Ma maison est ici."]


def test_they_are_the_people_not_the_dog() -> None:
    story = "Nora looked at Samuel. A dog barked. They ran."
    assert split_script(story)[-1].characters == ["Nora", "Samuel"]


@pytest.mark.parametrize("blank", [" ", "\n", "\n\n"])
def test_turns_alternate(blank: str) -> None:
    story = blank.join(
        ('"No."', '"Why not?"', '"Because I said so," said Tom.', '"You always do," said Anna.')
    )
    assert lines(story) == [
        "TOM: No.",
        "ANNA: Why not?",
        "TOM: Because I said so.",
        "ANNA: You always do.",
    ]


def test_a_turn_of_somebody_unknown_has_no_name() -> None:
    story = '"No." "Why not?" "Because I said so," said Tom.'
    assert lines(story) == ["TOM: No.", "Why not?", "TOM: Because I said so."]


def test_what_is_told_is_no_turn() -> None:
    story = (
        'Tom met Anna. "He has a Ph.D. in geology," said Tom.\n\n'
        '"In geology."\nThe kettle screamed.'
    )
    shots = split_script(story)
    assert lines(story) == ["TOM: He has a Ph.D. in geology.", "ANNA: In geology."]
    assert (shots[-1].text, shots[-1].dialogue) == ("The kettle screamed.", "")


@pytest.mark.parametrize(
    ("speech", "line"),
    [
        ('"You came," said Tom.', "TOM: You came."),
        ('"Then come," said Tom, "before it rains."', "TOM: Then come, before it rains."),
        ('"Mr. Hale," said Tom, "is not a doctor."', "TOM: Mr. Hale is not a doctor."),
        ('"Wait—" said Tom.', "TOM: Wait—"),
        ('Tom said, "not today."', "TOM: Not today."),
    ],
)
def test_a_line_of_dialogue_is_a_sentence(speech: str, line: str) -> None:
    assert lines(f"Tom met Anna.\n\n{speech}") == [line]


def test_prompts_have_nothing_left_of_who_spoke() -> None:
    story = (
        'Samuel met Nora. "I said I would," he answered his own doubt.\n\n'
        '"Come here," said Samuel. "Sit down. Now listen."'
    )
    shots = split_script(story)
    assert shots[1].prompt == "Medium two-shot: Samuel speaks to Nora"
    assert split_script(story, max_shots=1)[0].prompt == (
        "Wide shot: Samuel met Nora; Samuel speaks to Nora"
    )
    voice = split_script('Nora waited.\n\n"You came," said a voice behind the door.')[-1]
    assert voice.prompt.endswith("A voice behind the door speaks")


def test_who_speaks_is_a_character_whatever_the_noun() -> None:
    french = (
        "— Vous dormez ? demanda le contrôleur.\n\n— Non, répondit Hélène.\n\n"
        "Le contrôleur s'assit près d'elle."
    )
    assert lines(french) == ["CONTRÔLEUR: Vous dormez ?", "HÉLÈNE: Non."]
    assert split_script(french)[-1].characters == ["Contrôleur", "Hélène"]
    assert lines('"Tickets," said the conductor slowly.') == ["CONDUCTOR: Tickets."]


def test_who_is_called_by_name_answers() -> None:
    story = (
        'Lena waited in the square.\n\n"Marcus," she said, "where are you?"\n\n'
        '"On the bridge, with the child."\n\nMarcus leaned over the railing.'
    )
    assert lines(story) == [
        "LENA: Marcus, where are you?",
        "MARCUS: On the bridge, with the child.",
    ]


def test_french_verbs_that_speak_only_before_a_pronoun() -> None:
    story = "Marie regarda Paul. « Il est seul », fit-elle.\n\n« Qui ? » — « Biscuit », dit Marie."
    assert lines(story) == ["MARIE: Il est seul.", "PAUL: Qui ?", "MARIE: Biscuit."]
    assert "fit" not in " ".join(shot.prompt for shot in split_script(story))


def test_a_verb_of_weather_has_no_subject() -> None:
    story = "Paul sortit dans le jardin. Il neige depuis hier."
    assert "Il neige" in split_script(story)[-1].prompt


def test_no_noun_of_a_being_or_a_thing_is_a_first_name() -> None:
    for lexicon in (lexicon_for("en"), lexicon_for("fr")):
        nouns = lexicon.animals | lexicon.places | lexicon.trinkets | lexicon.function_words
        assert not nouns & FIRST_NAMES
