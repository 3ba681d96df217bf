"""Reading a prompt: what an adjective is said of, and nouns that the lexicon does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nodes.animatic import lexicon, nouns
from nodes.animatic.scene import STAND_IN, Subject
from nodes.animatic.words import Hit, Word, find

_LINKS = lexicon.words_of("is are was were looks all est sont etait parait tout toute")
_DRESSED = lexicon.words_of("in en vetu vetue habille habillee dressed")
_TABLES = (
    nouns.PEOPLE,
    nouns.ANIMALS,
    nouns.OBJECTS,
    nouns.TRAITS,
    nouns.ADJECTIVES,
    lexicon.POSES,
    lexicon.PLACES,
    lexicon.TIMES,
    lexicon.WEATHERS,
    lexicon.LIGHTS,
    lexicon.COUNTS,
    lexicon.SIZES,
    lexicon.ANGLES,
    lexicon.STYLES,
    lexicon.PACES,
    lexicon.MOVES,
)
_FEW = {"two": 2, "deux": 2, "three": 3, "trois": 3, "several": 3, "four": 4, "quatre": 4}


def traits_said(
    words: Sequence[Word], mention: Hit, span: tuple[int, int], *, person: bool, french: bool
) -> frozenset[str]:
    """Return what adjectives say of one who or what is mentioned, and not of its neighbours.

    Args:
        words: The sentence.
        mention: The noun.
        span: Where the mentions before it end and the next one begins.
        person: Whether a garment or hair may be its own.
        french: The language to try first; French adjectives mostly follow their noun.
    """
    said: set[str] = set()
    start, end = span
    nearby = words[start:end]
    hits = [
        Hit(hit.tag, hit.start + start, hit.end + start)
        for hit in find(nouns.ADJECTIVES, nearby, french=french)
    ]
    described = {place for hit in hits for place in range(hit.start, hit.end)}
    for hit in hits:
        if mention.start <= hit.start < mention.end:
            continue
        if _is_beside(words, mention, hit, described, french=french):
            said.add(hit.tag)
        elif person and hit.start >= mention.end:
            said |= _worn(words, hit)
    return frozenset(said)


def _is_beside(
    words: Sequence[Word], mention: Hit, hit: Hit, described: set[int], *, french: bool
) -> bool:
    if hit.end <= mention.start:
        return all(
            place in described or words[place].plain in lexicon.BEFORE_NOUN
            for place in range(hit.end, mention.start)
        )
    between = [place for place in range(mention.end, hit.start) if place not in described]
    if not between:
        return french
    linked = all(words[place].plain in _LINKS for place in between)
    return linked and not _names_another(words, hit.end)


def _names_another(words: Sequence[Word], place: int) -> bool:
    """Whether a word goes on with a noun: `is red` does not, `is red wine` does."""
    return place < len(words) and words[place].close and words[place].plain not in lexicon.STOP


def _worn(words: Sequence[Word], hit: Hit) -> set[str]:
    before = words[hit.start - 1].plain
    after = words[hit.end].plain if hit.end < len(words) else ""
    if {before, after} & nouns.HAIR:
        return {"white_hair"} if hit.tag in ("grey", "white") else set()
    if {before, after} & nouns.GARMENTS:
        return {hit.tag}
    return {hit.tag} if before in _DRESSED and not _names_another(words, hit.end) else set()


def strangers(
    words: Sequence[Word], used: set[int], *, french: bool, bare: bool
) -> Iterator[Subject]:
    """Yield the nouns that stand after an article and are not in the lexicon.

    Args:
        words: The sentence.
        used: Places of words that are known already.
        french: The language to try first; it decides where in a group of words the noun is.
        bare: Whether the sentence itself may begin with the noun, as in `Close-up: rusty anchor`.
    """
    known = set(used)
    for table in _TABLES:
        for hit in find(table, words, french=french):
            known |= set(range(hit.start, hit.end))
    for place, word in enumerate(words):
        if word.plain in lexicon.ARTICLES:
            first = place + 1
        elif bare and place == 0:
            first = 0
        else:
            continue
        noun = _noun(words, first, known, french=french)
        if noun is not None:
            before = words[max(0, place - 1) : noun + 2]
            tints = [hit.tag for hit in find(nouns.ADJECTIVES, before, french=french)]
            yield Subject(
                STAND_IN,
                words[noun].raw.lower(),
                traits=frozenset(tints[:1]),
                count=_FEW.get(word.plain, 1),
                alive=False,
            )


def _noun(words: Sequence[Word], first: int, known: set[int], *, french: bool) -> int | None:
    group: list[int] = []
    for place in range(first, len(words)):
        word = words[place]
        if group and not word.close:
            break
        if word.plain in lexicon.BEFORE_NOUN or (place in known and _is_adjective(word)):
            continue
        if word.plain in lexicon.ABSTRACT:
            return None
        if place in known or word.plain in lexicon.STOP or len(word.plain) < 3:
            # A known word after the group ends it; before it, that one is the noun.
            break
        if word.raw[0].isupper() and place:
            break
        group.append(place)
    if not group:
        return None
    if french or len(group) == 1:
        return group[0]
    last = words[group[-1]].plain
    verb = last.endswith(("ed", "ing", "s")) and not last.endswith("ss")
    return group[-2] if verb else group[min(1, len(group) - 1)]


def _is_adjective(word: Word) -> bool:
    return any(
        True for french in (False, True) for _ in find(nouns.ADJECTIVES, [word], french=french)
    )
