"""Reading a prompt: who and what is in the picture, what they do, wear and hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nodes.animatic import lexicon, nouns
from nodes.animatic.scene import STAND_IN, Subject
from nodes.animatic.traits import traits_said
from nodes.animatic.words import Hit, Word, find, split_words

MAX_SUBJECTS = 5
_PLACE_BEFORE_NAME = lexicon.words_of(
    "at in near to from of on a en au vers de before outside inside"
)
_GENITIVE = lexicon.words_of("of de du des d")
_PRONOUNS = lexicon.words_of("he she they him her someone il elle ils elles i we je nous")
_CARRIED = lexicon.words_of(
    "cheese lantern candle sword book letter key crown skull cup flower umbrella phone suitcase map"
    " bottle mug pistol watch guitar"
)
_CALLINGS = ("man", "men", "woman", "women", "eur", "euse")
_MANY = lexicon.words_of(
    "men women children soldiers astronauts soldats astronautes students eleves"
)
_COUNTS = {"crowd": 5, "couple": 2}
_A = lexicon.words_of("a an un une")
_PERCHERS = frozenset({"raven", "bird", "owl"})
_SNATCHERS = frozenset({"fox", "dog", "wolf", "cat", "raven"})


def subjects_in(words: Sequence[Word], used: set[int], *, french: bool) -> list[Subject]:
    """Find who and what a sentence names, with what is said of each one."""
    mentions = _together(words, _mentions(words, used, french))
    subjects: list[Subject] = []
    for number, (hit, subject) in enumerate(mentions):
        # What follows a thing is still said of the one before it: `reached the goal, and dozes`.
        later = (other for other, what in mentions[number + 1 :] if what.alive or not subject.alive)
        end = next((other.start for other in later), len(words))
        start = mentions[number - 1][0].end if number else 0
        before, after = words[start : hit.start], words[hit.end : end]
        if not number and not any(find(lexicon.POSES, after, french=french)):
            after = [*before, *after]
        told = _described(subject, before, after, french)
        said = traits_said(words, hit, (start, end), person=subject.kind == "person", french=french)
        subjects.append(replace(told, traits=told.traits | said))
    _share_poses(subjects, words, french)
    if any(hit.tag == "perch" for hit in find(lexicon.POSES, words, french=french)):
        subjects = [
            replace(one, pose="perch") if one.kind in _PERCHERS else one for one in subjects
        ]
    return subjects


def _together(
    words: Sequence[Word], mentions: Sequence[tuple[Hit, Subject]]
) -> list[tuple[Hit, Subject]]:
    """Join a mention to the one that it describes: `the ghost of the dead king`."""
    joined: list[tuple[Hit, Subject]] = []
    for hit, subject in mentions:
        between = {word.plain for word in words[joined[-1][0].end : hit.start]} if joined else set()
        if (joined and joined[-1][1].kind == subject.kind == "person" and between & _GENITIVE) or (
            joined and _is_apposition(words, joined[-1], (hit, subject))
        ):
            first, owner = joined[-1]
            traits = owner.traits | subject.traits
            joined[-1] = (Hit(first.tag, first.start, hit.end), replace(owner, traits=traits))
        elif joined and _is_worn(words, joined[-1], (hit, subject)):
            first, owner = joined[-1]
            joined[-1] = (first, replace(owner, traits=owner.traits | {"hat"}))
        else:
            joined.append((hit, subject))
    return joined


def _is_apposition(
    words: Sequence[Word], one: tuple[Hit, Subject], other: tuple[Hit, Subject]
) -> bool:
    """Whether the second tells who the first is: `Yann, an old sailor`."""
    between = [word.plain for word in words[one[0].end : other[0].start]]
    named = one[0].tag == one[1].name
    return (
        named
        and one[1].kind == other[1].kind == "person"
        and other[0].tag != other[1].name
        and 0 < len(between) <= 3
        and between[0] in _A
    )


def _is_worn(words: Sequence[Word], one: tuple[Hit, Subject], other: tuple[Hit, Subject]) -> bool:
    """Whether the second is a hat on the head of the first: `a man in a red hat`."""
    between = {word.plain for word in words[one[0].end : other[0].start]}
    wearing = between & {"in", "with", "wearing", "wears", "avec", "au", "a"}
    return one[1].kind == "person" and other[1].kind == "hat" and bool(wearing)


def _mentions(words: Sequence[Word], used: set[int], french: bool) -> list[tuple[Hit, Subject]]:
    mentions: list[tuple[Hit, Subject]] = []
    taken = set(used)
    for hit in find(nouns.ANIMALS, words, french=french):
        if words[hit.start].plain == "crows" and mentions and mentions[-1][0].tag == "cock":
            continue
        if hit.start in taken or _is_mount(words, hit, french):
            continue
        kind, _, traits = hit.tag.partition("+")
        coat = frozenset(filter(None, traits.split(",")))
        mentions.append((hit, Subject(kind, words[hit.start].plain, traits=coat)))
        taken |= set(range(hit.start, hit.end))
    for hit in find(nouns.PEOPLE, words, french=french):
        if hit.start not in taken and not _is_no_person(words, hit, taken):
            kind, _, traits = hit.tag.partition("+")
            count = _COUNTS.get(kind, 3 if words[hit.start].plain in _MANY else 1)
            mentions.append(
                (
                    hit,
                    Subject(
                        "person",
                        words[hit.start].plain,
                        traits=frozenset(filter(None, traits.split(","))),
                        count=count,
                    ),
                )
            )
            taken |= set(range(hit.start, hit.end))
    for hit in find(nouns.OBJECTS, words, french=french):
        if hit.start not in taken:
            mentions.append((hit, Subject(hit.tag, words[hit.start].plain, alive=False)))
            taken |= set(range(hit.start, hit.end))
    for place, word in enumerate(words):
        if place not in taken and _is_name(words, place, french):
            like = word.plain.endswith("a") and word.plain not in nouns.MEN_IN_A
            looks = frozenset({"dress", "long_hair"}) if like else frozenset[str]()
            named = Subject("person", word.plain, traits=looks)
            mentions.append((Hit(word.plain, place, place + 1), named))
    return sorted(mentions, key=lambda mention: mention[0].start)


def _is_mount(words: Sequence[Word], hit: Hit, french: bool) -> bool:
    """Whether a horse is only how somebody rides: `à cheval`, `on a horse`."""
    before = [word.plain for word in words[max(0, hit.start - 2) : hit.start]]
    mounted = before[-1:] == ["a"] if french else before == ["on", "a"]
    return hit.tag == "horse" and mounted


def _is_no_person(words: Sequence[Word], hit: Hit, taken: set[int]) -> bool:
    """Whether `guard` is what is stood, or `giant` the size of what comes next."""
    on_guard = hit.tag.startswith("guard") and hit.start > 0
    if on_guard and words[hit.start - 1].plain in _GUARDING:
        return True
    return _is_giant(words, hit, taken)


_GUARDING = lexicon.words_of("stand stands stood standing keep keeps kept monte montent montait")


def _is_giant(words: Sequence[Word], hit: Hit, taken: set[int]) -> bool:
    """Whether `giant` only tells the size of what comes next."""
    return (
        hit.tag.startswith("giant")
        and hit.end < len(words)
        and (
            hit.end in taken
            or (
                words[hit.end].close
                and words[hit.end].plain not in lexicon.STOP
                and not any(find(lexicon.POSES, words[hit.end : hit.end + 1], french=False))
            )
        )
    )


def _is_name(words: Sequence[Word], place: int, french: bool) -> bool:
    word = words[place]
    if len(word.raw) < 3 or not word.raw[0].isupper() or word.plain in _NO_NAMES:
        return False
    if any(True for _ in _known(word, french)):
        return False
    if word.raw.isupper():
        return True
    before = words[place - 1].plain if place else ""
    if _is_spoken_to(words, place, french):
        return True
    if _is_place_name(words, place, french):
        return False
    if before in _PLACE_BEFORE_NAME or (
        word.close and words[place - 1].raw[0].isupper() and before not in _TITLES
    ):
        return False
    return not word.first or _acts(words, place, french)


def _is_spoken_to(words: Sequence[Word], place: int, french: bool) -> bool:
    """Whether a name is whom somebody addresses: `speaks to Anna`, but not `walks to Verona`."""
    if place < 2 or words[place - 1].plain not in _TOWARDS:
        return False
    verb = find(lexicon.POSES, words[place - 2 : place - 1], french=french)
    return any(hit.tag in _ADDRESSING for hit in verb)


def _is_place_name(words: Sequence[Word], place: int, french: bool) -> bool:
    """Whether a name stands alone between commas after what is done: `they talk, Verona, night`."""
    end = place + 1
    while end < len(words) and words[end].close and words[end].raw[0].isupper():
        end += 1
    alone = not words[place].close and (end == len(words) or not words[end].close)
    listed = end < len(words) and words[end].plain in ("and", "et")
    return alone and not listed and any(find(lexicon.POSES, words[:place], french=french))


_TOWARDS = lexicon.words_of("to at a au with avec")
_ADDRESSING = frozenset({"talk", "look", "point", "hail", "fight"})
_TITLES = lexicon.words_of(
    "maitre monsieur madame mister mrs lord lady sir master out enter exit fade cut"
)

_NO_NAMES = lexicon.STOP | lexicon.ABSTRACT | _TITLES


def _known(word: Word, french: bool) -> list[str]:
    tables = (
        lexicon.POSES,
        nouns.ADJECTIVES,
        lexicon.PLACES,
        lexicon.TIMES,
        lexicon.WEATHERS,
        nouns.TRAITS,
        lexicon.SIZES,
        lexicon.ANGLES,
        lexicon.COUNTS,
        lexicon.STYLES,
        lexicon.PACES,
        lexicon.LIGHTS,
    )
    return [hit.tag for table in tables for hit in find(table, [word], french=french)]


def _acts(words: Sequence[Word], place: int, french: bool) -> bool:
    """Whether the word after a sentence's first word makes that one a name: `Alice walks`."""
    if place + 1 >= len(words):
        return False
    after = words[place + 1]
    listed = after.raw[0].isupper() and not after.close
    if listed or after.plain in ("and", "et", "is", "est"):
        return True
    return _is_verb(after.plain, french) or any(find(lexicon.POSES, [after], french=french))


def _is_verb(word: str, french: bool) -> bool:
    endings = ("ait", "it", "ut", "ent", "a") if french else ("ed", "s")
    return word in lexicon.VERBS or (len(word) > 3 and word.endswith(endings))


def _described(
    subject: Subject, before: Sequence[Word], after: Sequence[Word], french: bool
) -> Subject:
    """Add what the words around a mention say of it."""
    traits = set(subject.traits)
    if subject.kind == "person":
        for words in (before[-3:], after):
            for hit in find(nouns.TRAITS, words, french=french):
                traits |= set(hit.tag.split(","))
    counts = [int(hit.tag) for hit in find(lexicon.COUNTS, before[-2:], french=french)]
    poses = [hit.tag for hit in find(lexicon.POSES, after, french=french)]
    if not subject.alive:
        near = [hit.tag for hit in find(lexicon.POSES, [*before[-3:], *after[:4]], french=french)]
        count = max(counts, default=1)
        return replace(subject, pose="fall" if "fall" in near else "stand", count=count)
    count = max(counts, default=subject.count)
    holds = "cheese" if "hold" in poses and subject.kind in _SNATCHERS else ""
    return replace(
        subject, traits=frozenset(traits), pose=_pose(subject, poses), count=count, holds=holds
    )


def _pose(subject: Subject, poses: Sequence[str]) -> str:
    """Choose the pose that tells most: asleep before lying, perched before anything else."""
    poses = [pose for pose in poses if pose != "hold"]
    if subject.kind in _PERCHERS and "perch" in poses:
        return "perch"
    if {"sleep", "lie"} <= set(poses) or {"fall", "sleep"} <= set(poses):
        return "sleep"
    if poses:
        return poses[0]
    return (
        "hail" if "dance" in subject.traits else "sleep" if "asleep" in subject.traits else "stand"
    )


def _share_poses(subjects: list[Subject], words: Sequence[Word], french: bool) -> None:
    """`Horatio and Marcellus talk`: who is followed by no verb does what the next one does."""
    for number in range(len(subjects) - 2, -1, -1):
        one, after = subjects[number], subjects[number + 1]
        if (
            one.pose == "stand"
            and one.alive
            and after.alive
            and after.pose != "stand"
            and _joined(words, one, after)
        ):
            subjects[number] = replace(one, pose=after.pose)
        if (
            one.kind == after.kind == "person"
            and _joined(words, one, after)
            and "cloak" in after.traits
        ):
            subjects[number] = replace(subjects[number], traits=one.traits | {"cloak"})


def _joined(words: Sequence[Word], one: Subject, other: Subject) -> bool:
    plains = [word.plain for word in words]
    if one.name not in plains or other.name not in plains:
        return False
    between = plains[plains.index(one.name) + 1 : plains.index(other.name)]
    return bool(between) and set(between) & {"and", "et"} != set() and len(between) <= 2


def settle(
    mentioned: Sequence[Subject],
    caption: str,
    *,
    near: bool,
    french: bool,
    strangers: Sequence[Subject] = (),
) -> tuple[Subject, ...]:
    """Merge mentions of the same one, hand out carried things, and keep the most important.

    Args:
        mentioned: Who and what was named, in the order of the text.
        caption: What happens, for pronouns and for descriptions of somebody unknown.
        near: Whether the shot is so close that there must be somebody in it.
        french: The language to try first.
        strangers: Nouns that are not in the lexicon; the first stands in for an empty picture.
    """
    merged: dict[tuple[str, str], Subject] = {}
    for subject in mentioned:
        key = (subject.kind, subject.name if subject.kind in ("person", STAND_IN) else "")
        merged[key] = _merge(merged[key], subject) if key in merged else subject
    subjects = [_awake_or_not(subject) for subject in merged.values()]
    dropped = {subject.kind for subject in subjects if subject.pose == "fall" and not subject.alive}
    if dropped:
        subjects = [_let_go(one, dropped) for one in subjects]
    subjects = _hand_out(subjects)
    if not any(subject.alive for subject in subjects):
        shown = subjects or list(strangers[:1])
        subjects += (
            _unnamed(caption, near=near and not shown, french=french) or shown[len(subjects) :]
        )
    subjects.sort(key=lambda subject: not subject.alive)
    return tuple(subjects[:MAX_SUBJECTS])


def _let_go(one: Subject, dropped: set[str]) -> Subject:
    """It is the thing that falls, not the one who held it."""
    pose = "stand" if one.alive and one.pose == "fall" else one.pose
    return replace(one, pose=pose, holds="" if one.holds in dropped else one.holds)


def _merge(one: Subject, more: Subject) -> Subject:
    pose = one.pose if one.pose != "stand" else more.pose
    return replace(
        one, pose=pose, traits=one.traits | more.traits, count=max(one.count, more.count)
    )


def _awake_or_not(subject: Subject) -> Subject:
    traits = set(subject.traits)
    if subject.kind == "person" and subject.pose == "sleep":
        traits.add("asleep")
    if "dead" in traits and "ghost" not in traits and subject.alive:
        return replace(subject, pose="dead", traits=frozenset(traits | {"asleep"}))
    return replace(subject, traits=frozenset(traits))


def _hand_out(subjects: list[Subject]) -> list[Subject]:
    """Give a small thing to the first living one, unless it falls or lies on a table."""
    living = [subject for subject in subjects if subject.alive]
    things = [
        subject for subject in subjects if subject.kind in _CARRIED and subject.pose != "fall"
    ]
    if not living or not things or living[0].pose in ("sleep", "lie", "dead"):
        return subjects
    holder = next((one for one in living if one.holds == things[0].kind), living[0])
    held = replace(holder, holds=things[0].kind)
    return [held if one is holder else one for one in subjects if one is not things[0]]


def _unnamed(text: str, *, near: bool, french: bool) -> list[Subject]:
    """Return whom a pronoun or a calling (`fisherman`) means, or whom a close shot needs."""
    words = split_words(text)
    said = {word.plain for word in words} & _PRONOUNS
    calling = any(word.plain.endswith(_CALLINGS) and len(word.plain) > 6 for word in words)
    if not (said or calling or near):
        return []
    poses = [hit.tag for hit in find(lexicon.POSES, words, french=french)]
    tables = (nouns.TRAITS, nouns.ADJECTIVES) if calling else (nouns.TRAITS,)
    traits = {
        trait
        for table in tables
        for hit in find(table, words, french=french)
        for trait in hit.tag.split(",")
    }
    if said & {"she", "her", "elle"}:
        traits |= {"dress", "long_hair"}
    count = 2 if said & {"they", "we", "ils", "elles", "nous"} else 1
    one = Subject("person", "", traits=frozenset(traits), count=count)
    return [replace(one, pose=_pose(one, poses))]
