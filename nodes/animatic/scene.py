"""What a prompt asks to be drawn: size of shot, light, place, and who does what.

`read_scene` is pure: the same words give the same scene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nodes.animatic import lexicon
from nodes.animatic.words import Hit, Word, find, is_french, sentences, split_words

MAX_SUBJECTS = 5
_PLACE_BEFORE_NAME = frozenset("at in near to from of on a en au vers de before outside inside".split())
_GENITIVE = frozenset("of de du des d".split())
_PRONOUNS = frozenset("he she they him her someone il elle ils elles i we je nous".split())
_INDOORS = frozenset({"room", "hall", "cave"})
_CARRIED = frozenset("cheese lantern candle sword book letter key crown skull cup flower umbrella phone".split())
_PERCHERS = frozenset({"raven", "bird", "owl"})
_SNATCHERS = frozenset({"fox", "dog", "wolf", "cat", "raven"})


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, an animal or a thing in the picture."""

    kind: str
    """`person`, or a kind of `animals`, `beasts` or `things`."""
    name: str = ""
    pose: str = "stand"
    traits: frozenset[str] = frozenset()
    count: int = 1
    holds: str = ""
    """The thing it carries."""
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that decides a drawing, except its size and seed."""

    size: str = "wide"
    angles: frozenset[str] = frozenset()
    time: str = "day"
    weather: str = ""
    lights: frozenset[str] = frozenset()
    place: str = ""
    move: tuple[str, ...] = ()
    style: frozenset[str] = frozenset()
    subjects: tuple[Subject, ...] = ()
    caption: str = ""
    label: str = ""
    """Shot size and time as an artist notes them: `WS`."""

    @property
    def indoors(self) -> bool:
        """Whether there is a wall instead of a sky."""
        return self.place in _INDOORS


_LABELS = {"extreme_wide": "EWS", "wide": "WS", "full": "FS", "medium": "MS", "close": "CU",
           "extreme_close": "ECU", "insert": "INS"}


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


def read_scene(prompt: str, style: str = "") -> Scene:
    """Read a prompt, in English or French, into a scene; words of other languages give landscape."""
    reading = _Reading(is_french(split_words(prompt[:2000])))
    for words in (split_words(part) for part in sentences(style)):
        reading.style |= {hit.tag for hit in find(lexicon.STYLES, words, french=reading.french)}
    for sentence in sentences(prompt):
        _read_sentence(sentence, reading)
    subjects = _settle(reading)
    size = reading.sizes[0] if reading.sizes else _default_size(subjects)
    return Scene(
        size=size,
        angles=frozenset(reading.angles),
        time=reading.times[0] if reading.times else _default_time(reading),
        weather=reading.weathers[0] if reading.weathers else "",
        lights=frozenset(reading.lights),
        place=_main_place(reading.places, subjects),
        move=tuple(dict.fromkeys(reading.moves)),
        style=frozenset(reading.style),
        subjects=subjects,
        caption=" ".join(reading.caption or reading.setting),
        label=_label(size, reading.angles),
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


def _main_place(places: Sequence[str], subjects: Sequence[Subject]) -> str:
    for place in places:
        if place in _INDOORS:
            return place
    for place in places:
        if place not in ("road", "meadow"):
            return place
    if places:
        return places[0]
    kinds = {subject.kind for subject in subjects}
    if kinds & {"ship", "boat", "fish"}:
        return "sea"
    if kinds & {"table", "bed", "chair", "throne", "door", "mirror", "clock"}:
        return "room"
    return "city" if "car" in kinds else ""


def _read_sentence(sentence: str, reading: _Reading) -> None:
    body = _without_style(sentence, reading)
    words = split_words(body)
    if not words:
        return
    used = _read_setting(words, reading)
    found = _subjects_in(words, used, reading)
    reading.subjects.extend(found)
    meaning = [word for i, word in enumerate(words) if i not in used and word.plain not in lexicon.STOP]
    if found or len(meaning) > 2 or (meaning and len(words) > 5):
        reading.caption.append(_sentence(body))
    elif meaning or len(used) < len(words):
        reading.setting.append(_sentence(body))


def _sentence(text: str) -> str:
    text = text.strip(" ,;:-").rstrip(" .")
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
        (lexicon.PLACES, reading.places, False),
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
            if consumed or table is lexicon.PLACES:
                used |= set(range(hit.start, hit.end))
    used |= _read_moves(words, reading)
    used |= {i for i, word in enumerate(words) if word.plain in ("shot", "plan", "int", "ext", "camera")}
    return used


def _is_size(hit: Hit, words: Sequence[Word]) -> bool:
    """Whether `wide` or `close` speaks of the shot and not of a road or a door."""
    if hit.end - hit.start > 1 or hit.tag in ("insert",):
        return True
    after = words[hit.end].plain if hit.end < len(words) else ""
    return after in ("shot", "on", "of", "angle", "") or hit.start == 0


def _read_moves(words: Sequence[Word], reading: _Reading) -> set[int]:
    used: set[int] = set()
    said_camera = any(word.plain in ("camera", "travelling", "panoramique", "zoom") for word in words)
    for hit in find(lexicon.MOVES, words, french=reading.french):
        if hit.tag != "static" and (hit.end - hit.start > 1 or said_camera or hit.tag == "handheld"):
            reading.moves.append(hit.tag)
            used |= set(range(hit.start, hit.end))
    return used


def _subjects_in(words: Sequence[Word], used: set[int], reading: _Reading) -> list[Subject]:
    """Find who and what a sentence names, with what is said of each one."""
    mentions = _together(words, _mentions(words, used, reading))
    subjects: list[Subject] = []
    for number, (hit, subject) in enumerate(mentions):
        end = mentions[number + 1][0].start if number + 1 < len(mentions) else len(words)
        start = mentions[number - 1][0].end if number else 0
        subjects.append(_described(subject, words[start : hit.start], words[hit.end : end], reading))
    _share_poses(subjects, words, reading)
    if any(hit.tag == "perch" for hit in find(lexicon.POSES, words, french=reading.french)):
        subjects = [replace(one, pose="perch") if one.kind in _PERCHERS else one for one in subjects]
    return subjects


def _together(words: Sequence[Word], mentions: Sequence[tuple[Hit, Subject]]) -> list[tuple[Hit, Subject]]:
    """Join a mention to the one that it describes: `the ghost of the dead king`."""
    joined: list[tuple[Hit, Subject]] = []
    for hit, subject in mentions:
        between = {word.plain for word in words[joined[-1][0].end : hit.start]} if joined else set()
        if joined and joined[-1][1].kind == subject.kind == "person" and between & _GENITIVE:
            first, owner = joined[-1]
            traits = owner.traits | subject.traits
            joined[-1] = (Hit(first.tag, first.start, hit.end), replace(owner, traits=traits))
        else:
            joined.append((hit, subject))
    return joined


def _mentions(words: Sequence[Word], used: set[int], reading: _Reading) -> list[tuple[Hit, Subject]]:
    mentions: list[tuple[Hit, Subject]] = []
    taken = set(used)
    for hit in find(lexicon.ANIMALS, words, french=reading.french):
        mentions.append((hit, Subject(hit.tag, words[hit.start].plain)))
        taken |= set(range(hit.start, hit.end))
    for hit in find(lexicon.PEOPLE, words, french=reading.french):
        if hit.start not in taken:
            kind, _, traits = hit.tag.partition("+")
            count = 5 if kind == "crowd" else 1
            mentions.append((hit, Subject("person", words[hit.start].plain,
                                          traits=frozenset(filter(None, traits.split(","))), count=count)))
            taken |= set(range(hit.start, hit.end))
    for hit in find(lexicon.OBJECTS, words, french=reading.french):
        if hit.start not in taken:
            mentions.append((hit, Subject(hit.tag, words[hit.start].plain, alive=False)))
            taken |= set(range(hit.start, hit.end))
    for place, word in enumerate(words):
        if place not in taken and _is_name(words, place, reading):
            mentions.append((Hit(word.plain, place, place + 1), Subject("person", word.plain)))
    return sorted(mentions, key=lambda mention: mention[0].start)


def _is_name(words: Sequence[Word], place: int, reading: _Reading) -> bool:
    word = words[place]
    if len(word.raw) < 3 or not word.raw[0].isupper() or word.plain in lexicon.STOP | _TITLES:
        return False
    if any(True for _ in _known(word, reading)):
        return False
    if word.raw.isupper():
        return True
    before = words[place - 1].plain if place else ""
    if before in _PLACE_BEFORE_NAME or (place and words[place - 1].raw[0].isupper() and before not in _TITLES):
        return False
    return not word.first or _acts(words, place, reading)


_TITLES = frozenset("maitre monsieur madame mister mrs lord lady sir master out enter exit fade cut".split())


def _known(word: Word, reading: _Reading) -> list[str]:
    tables = (lexicon.POSES, lexicon.PLACES, lexicon.TIMES, lexicon.WEATHERS, lexicon.TRAITS, lexicon.SIZES,
              lexicon.ANGLES, lexicon.COUNTS, lexicon.STYLES, lexicon.PACES, lexicon.LIGHTS)
    return [hit.tag for table in tables for hit in find(table, [word], french=reading.french)]


def _acts(words: Sequence[Word], place: int, reading: _Reading) -> bool:
    """Whether the word after a sentence's first word makes that one a name: `Alice walks`."""
    if place + 1 >= len(words):
        return False
    after = words[place + 1]
    if after.plain in ("and", "et", "is", "est"):
        return True
    return any(find(lexicon.POSES, [after], french=reading.french))


def _described(subject: Subject, before: Sequence[Word], after: Sequence[Word], reading: _Reading) -> Subject:
    """Add what the words around a mention say of it."""
    french = reading.french
    traits = set(subject.traits)
    if subject.kind == "person":
        for words in (before[-3:], after):
            traits |= {hit.tag for hit in find(lexicon.TRAITS, words, french=french)}
    counts = [int(hit.tag) for hit in find(lexicon.COUNTS, before[-2:], french=french)]
    poses = [hit.tag for hit in find(lexicon.POSES, after, french=french)]
    count = max(counts, default=subject.count)
    holds = "cheese" if "hold" in poses and subject.kind in _SNATCHERS else ""
    return replace(subject, traits=frozenset(traits), pose=_pose(subject, poses), count=count, holds=holds)


def _pose(subject: Subject, poses: Sequence[str]) -> str:
    """Choose the pose that tells most: asleep before lying, perched before anything else."""
    poses = [pose for pose in poses if pose != "hold"]
    if subject.kind in _PERCHERS and "perch" in poses:
        return "perch"
    if "sleep" in poses and "lie" in poses or {"fall", "sleep"} <= set(poses):
        return "sleep"
    return poses[0] if poses else "stand"


def _share_poses(subjects: list[Subject], words: Sequence[Word], reading: _Reading) -> None:
    """`Horatio and Marcellus talk`: who is followed by no verb does what the next one does."""
    for number in range(len(subjects) - 2, -1, -1):
        one, after = subjects[number], subjects[number + 1]
        if one.pose == "stand" and one.alive and after.alive and after.pose != "stand" and _joined(words, one, after):
            subjects[number] = replace(one, pose=after.pose)
        if one.kind == after.kind == "person" and _joined(words, one, after) and "cloak" in after.traits:
            subjects[number] = replace(subjects[number], traits=one.traits | {"cloak"})


def _joined(words: Sequence[Word], one: Subject, other: Subject) -> bool:
    plains = [word.plain for word in words]
    if one.name not in plains or other.name not in plains:
        return False
    between = plains[plains.index(one.name) + 1 : plains.index(other.name)]
    return bool(between) and set(between) & {"and", "et"} != set() and len(between) <= 2


def _settle(reading: _Reading) -> tuple[Subject, ...]:
    """Merge mentions of the same one, hand out carried things, and keep the most important."""
    merged: dict[tuple[str, str], Subject] = {}
    for subject in reading.subjects:
        key = (subject.kind, subject.name if subject.kind == "person" else "")
        merged[key] = _merge(merged[key], subject) if key in merged else subject
    subjects = [_awake_or_not(subject) for subject in merged.values()]
    subjects = _hand_out(subjects)
    if not any(subject.alive for subject in subjects):
        subjects += _pronoun(reading)
    subjects.sort(key=lambda subject: not subject.alive)
    return tuple(subjects[:MAX_SUBJECTS])


def _merge(one: Subject, more: Subject) -> Subject:
    pose = one.pose if one.pose != "stand" else more.pose
    return replace(one, pose=pose, traits=one.traits | more.traits, count=max(one.count, more.count))


def _awake_or_not(subject: Subject) -> Subject:
    traits = set(subject.traits)
    if subject.kind == "person" and subject.pose == "sleep":
        traits.add("asleep")
    if "dead" in traits and "ghost" not in traits and subject.alive:
        return replace(subject, pose="dead", traits=frozenset(traits | {"asleep"}))
    return replace(subject, traits=frozenset(traits))


def _hand_out(subjects: list[Subject]) -> list[Subject]:
    """Give a small thing to the first living one, unless the thing falls or nobody is there."""
    living = [index for index, subject in enumerate(subjects) if subject.alive]
    things = [subject for subject in subjects if subject.kind in _CARRIED and subject.pose != "fall"]
    if not living or not things:
        return subjects
    holder = living[0]
    if things[0].kind == "cheese" and any(subjects[i].pose == "fall" for i in living):
        return [replace(subject, pose="stand" if subject.alive and subject.pose == "fall" else
                        "fall" if subject.kind == "cheese" else subject.pose) for subject in subjects]
    kept = [subject for subject in subjects if subject is not things[0]]
    kept[kept.index(subjects[holder])] = replace(subjects[holder], holds=things[0].kind)
    return kept


def _pronoun(reading: _Reading) -> list[Subject]:
    text = " ".join(reading.caption)
    said = {word.plain for word in split_words(text)} & _PRONOUNS
    if not said:
        return []
    words = split_words(text)
    poses = [hit.tag for hit in find(lexicon.POSES, words, french=reading.french)]
    traits = frozenset({"dress", "long_hair"}) if said & {"she", "her", "elle"} else frozenset()
    count = 2 if said & {"they", "we", "ils", "elles", "nous"} else 1
    one = Subject("person", "", traits=traits, count=count)
    return [replace(one, pose=_pose(one, poses))]
