"""Reading a prompt: shot, light, place, camera move and caption, sentence by sentence.

`read_scene` is pure: the same words give the same scene.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nodes.animatic import lexicon, nouns
from nodes.animatic.casting import settle, subjects_in
from nodes.animatic.places import main_place, read_places
from nodes.animatic.scene import Scene, Subject
from nodes.animatic.traits import strangers
from nodes.animatic.words import Hit, Word, find, is_french, sentences, split_words

_LABELS = {
    "extreme_wide": "EWS",
    "wide": "WS",
    "full": "FS",
    "medium": "MS",
    "close": "CU",
    "extreme_close": "ECU",
    "insert": "INS",
}


@dataclass(slots=True)
class _Reading:
    """What has been found so far, sentence by sentence."""

    french: bool
    sizes: list[str] = field(default_factory=list)
    angles: set[str] = field(default_factory=set)
    times: list[str] = field(default_factory=list)
    weathers: list[str] = field(default_factory=list)
    lights: set[str] = field(default_factory=set)
    places: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    style: set[str] = field(default_factory=set)
    subjects: list[Subject] = field(default_factory=list)
    caption: list[str] = field(default_factory=list)
    setting: list[str] = field(default_factory=list)
    inside: bool = False
    strangers: list[Subject] = field(default_factory=list)


def read_scene(prompt: str, style: str = "") -> Scene:
    """Read a prompt, in English or French; one of another language gives a landscape."""
    reading = _Reading(is_french(split_words(prompt[:2000])))
    for words in (split_words(part) for part in sentences(style)):
        reading.style |= {hit.tag for hit in find(lexicon.STYLES, words, french=reading.french)}
    for sentence in sentences(_with_heading_apart(prompt)):
        _read_sentence(sentence, reading)
    near = bool({"close", "extreme_close"} & set(reading.sizes[:1]))
    caption = " ".join(reading.caption)
    subjects = settle(
        reading.subjects,
        caption,
        near=near,
        french=reading.french,
        strangers=reading.strangers,
    )
    size = reading.sizes[0] if reading.sizes else _default_size(subjects)
    if size in ("close", "extreme_close", "insert"):
        subjects = _of_the_hand(subjects)
    if "pov" in reading.angles:
        subjects = _without_viewer(subjects)
    return Scene(
        size=size,
        angles=frozenset(reading.angles),
        time=reading.times[0] if reading.times else _default_time(reading),
        weather=reading.weathers[0] if reading.weathers else "",
        lights=frozenset(reading.lights),
        place=main_place(reading.places, subjects, inside=reading.inside),
        move=tuple(dict.fromkeys(reading.moves)),
        style=frozenset(reading.style),
        subjects=subjects,
        caption=" ".join(reading.caption or reading.setting),
        label=_label(size, reading.angles),
    )


def _without_viewer(subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Leave out the one through whose eyes the shot is seen: who looks is not in the picture."""
    viewer = next((one for one in subjects if one.alive and one.pose == "look"), None)
    return tuple(one for one in subjects if one is not viewer)


def _of_the_hand(subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Leave out the person where only a hand is shown."""
    if not any(one.kind == "hand" for one in subjects):
        return subjects
    return tuple(
        sorted((one for one in subjects if not one.alive), key=lambda one: one.kind != "hand")
    )


def _label(size: str, angles: set[str]) -> str:
    if "over_shoulder" in angles:
        return "OTS"
    if "pov" in angles:
        return "POV"
    return "2S" if "two_shot" in angles else _LABELS[size]


def _default_size(subjects: Sequence[Subject]) -> str:
    if not subjects:
        return "extreme_wide"
    if len(subjects) == 1 and not subjects[0].alive:
        return "insert"
    return "full"


def _default_time(reading: _Reading) -> str:
    if any("ghost" in subject.traits for subject in reading.subjects):
        return "night"
    return "evening" if reading.lights else "day"


_HEADING = re.compile(r"\s*([^:.;!?]{3,48}):\s")


def _with_heading_apart(prompt: str) -> str:
    """Turn `Wide shot: a man waits` into two sentences."""
    match = _HEADING.match(prompt)
    if match is None:
        return prompt
    words = split_words(match.group(1))
    if any(
        True for table in (lexicon.SIZES, lexicon.ANGLES) for _ in find(table, words, french=False)
    ):
        return f"{match.group(1)}.\n{prompt[match.end() :]}"
    return prompt


def _read_sentence(sentence: str, reading: _Reading) -> None:
    body = _without_style(sentence, reading)
    words = split_words(body)
    if not words:
        if not split_words(sentence):
            # Signs that are no words, as emoji: nothing to draw, yet something was said.
            reading.setting.append(sentence)
        return
    places = len(reading.places)
    used = _read_setting(words, reading)
    found = subjects_in(words, used, french=reading.french)
    reading.subjects.extend(found)
    close = bool({"close", "extreme_close", "insert"} & set(reading.sizes[:1]))
    opens = words[0].plain in lexicon.ARTICLES and not found
    if close or opens or not reading.places:
        bare = close and not found and not reading.caption
        new = strangers(
            words[:4] if opens and reading.places and not close else words,
            used,
            french=reading.french,
            bare=bare,
        )
        reading.strangers.extend(new)
    meaning = [
        word for i, word in enumerate(words) if i not in used and word.plain not in lexicon.STOP
    ]
    acts = any(True for _ in find(lexicon.POSES, meaning, french=reading.french))
    if found or acts or len(meaning) > 2 or (meaning and len(words) > 5):
        names = {subject.name for subject in found}
        reading.caption.append(_sentence(_without_setting(body, reading, names)))
    elif meaning or len(used) < len(words) or len(reading.places) > places:
        reading.setting.append(_sentence(body))


def _without_setting(body: str, reading: _Reading, names: set[str]) -> str:
    """Cut the trailing comma parts that only say where and when, as the picture shows that."""
    parts = body.split(",")
    while len(parts) > 1 and _is_setting(parts[-1], reading):
        parts.pop()
    said = {word.plain for word in split_words(parts[-1])}
    cut = len(parts) < body.count(",") + 1
    if len(parts) > 1 and cut and not said & names and _is_bare_name(parts[-1]):
        parts.pop()
    return ",".join(parts)


def _is_setting(part: str, reading: _Reading) -> bool:
    words = split_words(part)
    tables = (lexicon.PLACES, lexicon.TIMES, lexicon.WEATHERS, nouns.OBJECTS)
    hits = [hit for table in tables for hit in find(table, words, french=reading.french)]
    said = {place for hit in hits for place in range(hit.start, hit.end)}
    return bool(hits) and all(
        place in said or word.plain in lexicon.STOP for place, word in enumerate(words)
    )


def _is_bare_name(part: str) -> bool:
    words = split_words(part)
    return len(words) in (1, 2) and all(word.raw[0].isupper() for word in words)


def _sentence(text: str) -> str:
    text = text.strip(" ,;:-.")
    text = text[:1].upper() + text[1:]
    return text if text.endswith(("!", "?", "…")) else text + "."


def _without_style(sentence: str, reading: _Reading) -> str:
    """Cut the trailing comma parts that only speak of style, and note what they say."""
    parts = sentence.split(",")
    while parts:
        words = split_words(parts[-1])
        hits = list(find(lexicon.STYLES, words, french=reading.french))
        covered = sum(hit.end - hit.start for hit in hits)
        rest = [word for word in words if word.plain not in lexicon.STOP]
        if words and (not hits or covered < (len(rest) + 1) // 2):
            break
        reading.style |= {hit.tag for hit in hits}
        parts.pop()
    return ",".join(parts)


def _read_setting(words: Sequence[Word], reading: _Reading) -> set[int]:
    """Note shot, light, place and camera move; return the places of the words that said so."""
    used: set[int] = set()
    tables: tuple[tuple[str, list[str] | set[str], bool], ...] = (
        (lexicon.SIZES, reading.sizes, True),
        (lexicon.ANGLES, reading.angles, True),
        (lexicon.TIMES, reading.times, True),
        (lexicon.WEATHERS, reading.weathers, False),
        (lexicon.LIGHTS, reading.lights, False),
    )
    for table, target, consumed in tables:
        for hit in find(table, words, french=reading.french):
            if table is lexicon.SIZES and not _is_size(hit, words):
                continue
            if isinstance(target, list):
                target.append(hit.tag)
            else:
                target.add(hit.tag)
            if consumed:
                used |= set(range(hit.start, hit.end))
    found = read_places(words, french=reading.french)
    reading.places.extend(found.places)
    reading.inside = reading.inside or found.inside
    used |= found.used
    used |= _read_moves(words, reading)
    used |= {
        i for i, word in enumerate(words) if word.plain in ("shot", "plan", "int", "ext", "camera")
    }
    return used


def _is_size(hit: Hit, words: Sequence[Word]) -> bool:
    """Whether `wide` or `close` speaks of the shot and not of a road or a door."""
    if hit.end - hit.start > 1 or hit.tag in ("insert",):
        return True
    after = words[hit.end].plain if hit.end < len(words) else ""
    return after in ("shot", "on", "of", "angle", "") or hit.start == 0


def _read_moves(words: Sequence[Word], reading: _Reading) -> set[int]:
    used: set[int] = set()
    said_camera = any(
        word.plain in ("camera", "travelling", "panoramique", "zoom") for word in words
    )
    for hit in find(lexicon.MOVES, words, french=reading.french):
        if hit.tag != "static" and (
            hit.end - hit.start > 1 or said_camera or hit.tag == "handheld"
        ):
            reading.moves.append(hit.tag)
            used |= set(range(hit.start, hit.end))
    return used
