"""Reading a prompt: where the scene is, and whether that is inside of something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nodes.animatic import lexicon, nouns
from nodes.animatic.scene import INDOORS, Subject
from nodes.animatic.words import Word, find

_INTERIORS = {
    "train": "carriage",
    "bus": "carriage",
    "van": "carriage",
    "car": "carriage",
    "taxi": "carriage",
    "truck": "carriage",
    "plane": "carriage",
    "ship": "cabin",
    "spaceship": "cockpit",
    "church": "chapel",
    "house": "room",
    "lighthouse": "stairs",
    "castle": "hall",
    "village": "room",
    "city": "room",
}
"""What a building or vehicle is from within."""
_HOUSES = lexicon.words_of("house cottage hut cabin farmhouse maison chaumiere cabane")
_ROOMY = frozenset({"train", "bus", "plane", "ship", "spaceship", "church", "house"})
"""Being `in` one of these is being inside; who is in a car or boat is seen from without."""
_SURROUNDINGS = {
    "sea": "ship boat fish shark whale dolphin lighthouse",
    "room": "table bed chair throne mirror laptop telephone lamp",
    "village": "church house",
    "space": "spaceship",
    "road": "motorcycle truck van bicycle cart",
    "city": "car taxi bus statue",
    "forest": "tent monkey",
    "mountain": "dragon",
}
"""Where things are when nothing is said of the place."""


@dataclass(slots=True)
class Places:
    """What one sentence says of the place."""

    places: list[str] = field(default_factory=list)
    inside: bool = False
    used: set[int] = field(default_factory=set)
    """Places of the words that said so."""


def read_places(words: Sequence[Word], *, french: bool) -> Places:
    """Find where a sentence is set."""
    found = Places()
    for hit in find(lexicon.PLACES, words, french=french):
        if _is_pictured(words, hit.start):
            continue
        within = _is_within(words, hit.start)
        tag = "room" if within and words[hit.start].plain in _HOUSES else hit.tag
        found.places.append(tag)
        found.used |= set(range(hit.start, hit.end))
    for hit in find(nouns.OBJECTS, words, french=french):
        if hit.tag in _ROOMY and _is_within(words, hit.start) and not _is_idiom(words, hit.end):
            found.places.append(_INTERIORS[hit.tag])
            found.used |= set(range(hit.start, hit.end))
    for place, word in enumerate(words):
        if word.plain in lexicon.INSIDE:
            found.inside = True
            found.used.add(place)
    return found


def _is_within(words: Sequence[Word], place: int) -> bool:
    before = [word.plain for word in words[max(0, place - 3) : place]]
    return bool(set(before[-2:]) & lexicon.WITHIN) or before[:2] == ["a", "bord"]


def _is_idiom(words: Sequence[Word], end: int) -> bool:
    """Whether `train` is that of `en train de`."""
    return end < len(words) and words[end].plain in ("de", "d") and words[end - 1].plain == "train"


def _is_pictured(words: Sequence[Word], place: int) -> bool:
    """Whether a place is only in a picture: `a drawing of the sea`."""
    before = [word.plain for word in words[max(0, place - 4) : place]]
    return bool({"of", "de", "du", "des"} & set(before)) and bool(lexicon.PICTURED & set(before))


def main_place(places: Sequence[str], subjects: Sequence[Subject], *, inside: bool) -> str:
    """Choose the place of a scene from all that were named, or from what is seen."""
    castle = "castle" in places
    named = [("castle" if castle else "station") if one == "platform" else one for one in places]
    rooms = [place for place in named if place in INDOORS]
    if rooms:
        return max(rooms, key=lambda place: place != "room")
    kinds = [subject.kind for subject in subjects]
    if inside:
        return _interior(named, kinds)
    for place in named:
        if place not in ("road", "meadow"):
            return place
    if named:
        return named[0]
    for place, things in _SURROUNDINGS.items():
        if set(things.split()) & set(kinds):
            return place
    if any("bubble" in subject.traits for subject in subjects):
        return "space"
    return ""


def _interior(places: Sequence[str], kinds: Sequence[str]) -> str:
    for kind in kinds:
        if kind in _INTERIORS and kind != "house":
            return _INTERIORS[kind]
    if "boat" in kinds:
        return "sea"
    if places:
        return _INTERIORS.get(places[0], places[0])
    held = {"suitcase", "box", "letter", "book"} & set(kinds)
    return "" if held else "room"
