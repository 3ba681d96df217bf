"""What is seen in a shot, in words for a text-to-image model.

Speech is never given as words, as models paint words: somebody *speaks to* somebody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nodes.storyboard.cast import Cast, in_order, tokenize
from nodes.storyboard.coverage import Framing
from nodes.storyboard.lexicon import WORD, Lexicon, words_of
from nodes.storyboard.places import time_in
from nodes.storyboard.reading import Moment

_LONGEST = 420
"""Characters of action in one prompt; a picture that tells more tells nothing."""
_LEADING = re.compile(r"^[\s,;:.!?…—–-]+")
_TRAILING = re.compile(r"[\s,;:.!?。！？…—–\"«»“”-]+$")
_SPACE_BEFORE_MARK = re.compile(r"\s+([,.])")


def describe(moment: Moment, cast: Cast, lexicon: Lexicon, *, alone: bool = False) -> str:
    """Return the action of one moment as a clause.

    Args:
        moment: What happens.
        cast: The characters, to write their names the canonical way.
        lexicon: The language of the story.
        alone: Whether only the speaker is in the picture.
    """
    told = _tidy(_named(moment, cast, lexicon), lexicon)
    if not moment.lines:
        return told
    speaks = _speaks(moment, lexicon, alone=alone)
    if moment.beat.manner and moment.beat.manner.lower() not in _UNSEEN:
        speaks = f"{speaks}, {moment.beat.manner}"
    return _with_speech(told, speaks, moment, lexicon) if told else speaks


def _speaks(moment: Moment, lexicon: Lexicon, *, alone: bool) -> str:
    if not moment.speaker or moment.beat.offscreen:
        return ""
    if alone or not moment.listener:
        return lexicon.speaks.format(speaker=moment.speaker)
    return lexicon.speaks_to.format(speaker=moment.speaker, listener=moment.listener)


def _with_speech(told: str, speaks: str, moment: Moment, lexicon: Lexicon) -> str:
    """Put `X speaks to Y` in the place of the words that introduce a speech."""
    verb = next((token for token in tokenize(told) if token.word in lexicon.speech), None)
    if verb is None and _ONLY_INVERTED.match(told):
        return speaks
    if verb is None:
        return "; ".join(part for part in (told, speaks) if part)
    before = _without_tail(told[: verb.start], lexicon)
    after = _without_name(_INVERTED.sub("", told[verb.end :]), moment.speaker, lexicon)
    if not moment.speaker and not before and _is_noun_phrase(after, lexicon):
        return lexicon.speaks.format(speaker=_TRAILING.sub("", after.strip()))
    if _OBJECT.match(after) or _is_noun_phrase(after, lexicon):
        after = after.partition(",")[2]
    if before and moment.speaker and before.lower().endswith(moment.speaker.lower()):
        before = before[: -len(moment.speaker)]
        before = _without_tail(before, lexicon)
    if before and moment.speaker.lower() in before.lower():
        speaks = speaks.removeprefix(moment.speaker)
    parts = [before, speaks, after]
    return ", ".join(_LEADING.sub("", _TRAILING.sub("", part)) for part in parts if part.strip())


def _is_noun_phrase(text: str, lexicon: Lexicon) -> bool:
    """Tell whether a text begins with a noun and its article: `a voice behind her`."""
    first = next(iter(tokenize(text)), None)
    if first is None or not text.lstrip()[:1].isalpha():
        return False
    return first.word in lexicon.articles or first.elided in lexicon.articles


_UNSEEN = frozenset(
    ("beat", "a beat", "pause", "a pause", "silence", "then", "cont'd", "continuing", "more")
) | frozenset(("temps", "un temps", "suite", "puis", "v.o.", "o.s.", "off"))
"""Parentheticals that nobody can see."""
_ELIDED = re.compile(r"^[ld][’']")
_INVERTED = re.compile(r"\A-(?:t-)?(?:ils?|elles?|on)\b", re.IGNORECASE)
_ONLY_INVERTED = re.compile(r"\A\w+-(?:t-)?(?:ils?|elles?|on)\Z", re.IGNORECASE)
"""`fit-elle`, whose verb only speaks before a pronoun."""
_OBJECT = re.compile(r"^\s*(?:à|to|ce|ces|this|that|these)\b", re.IGNORECASE)


def _without_tail(text: str, lexicon: Lexicon) -> str:
    """Drop the words that lead to a verb of speech: `, and`, `, who`, `he`."""
    text = _TRAILING.sub("", text)
    while text:
        word = text.split()[-1]
        bare = word.strip('«»“”",').lower()
        if bare and bare not in lexicon.function_words and bare not in lexicon.articles:
            break
        text = _TRAILING.sub("", text[: -len(word)])
    return text


def _without_name(text: str, name: str, lexicon: Lexicon) -> str:
    """Drop the subject after an inverted verb: `said [the Fox] slyly`."""
    words = text.split()
    drop = 0
    for index, word in enumerate(words[:4]):
        bare = _ELIDED.sub("", word.strip(",.;:!?-–—").lower())
        if bare in name.lower().split():
            drop = index + 1
        elif bare not in lexicon.articles and bare not in lexicon.titles:
            break
    pronouns = lexicon.he | lexicon.she | lexicon.they
    if words and words[0].strip(",.;:!?-–—").lower() in pronouns:
        drop = 1
    return " ".join(words[drop:])


def _named(moment: Moment, cast: Cast, lexicon: Lexicon) -> str:
    """Return what is told, with names in canonical letters and the subject pronoun replaced."""
    told = moment.beat.told
    screenplay = bool(cast.cues or moment.beat.directive)
    pieces: list[str] = []
    position = 0
    for index, token in enumerate(tokenize(told)):
        if index == moment.pronoun and moment.meant and told[token.start - 1 :][:1] != "-":
            word = moment.meant
        elif token.shown.isupper() and len(token.shown) > 1 and token.word in cast.names:
            word = token.shown.capitalize()
        elif token.shown.isupper() and len(token.shown) > 1 and screenplay:
            word = token.word  # the capitals of a screenplay, for sounds and props
        elif token.opens and index and token.word in lexicon.function_words:
            word = token.word  # the capital of a line of verse
        elif token.opens and index and "\n" in told and token.word not in cast.names:
            word = token.word
        else:
            continue
        pieces += told[position : token.start], word
        position = token.end
    return "".join(pieces) + told[position:]


def _tidy(text: str, lexicon: Lexicon) -> str:
    """Return a clause without the conjunction before it and the marks around it."""
    text = _LEADING.sub("", _TRAILING.sub("", " ".join(text.split())))
    first, _, rest = text.partition(" ")
    if rest and first.lower() in lexicon.conjunctions & _DROPPED:
        text = rest
    text += '"' * (text.count('"') % 2)
    return _SPACE_BEFORE_MARK.sub(r"\1", text)


_DROPPED = words_of("and but so yet for et mais car donc puis then")


def characters_seen(moments: Sequence[Moment], framing: Framing) -> list[str]:
    """Return who is in the picture: close on a face, there is only one."""
    if framing.reaction:
        return [moments[0].listener]
    seen = [name for moment in moments for name in moment.seen]
    if not framing.alone:
        seen += [m.listener for m in moments if m.listener and not m.beat.offscreen]
    return list(in_order(seen))


def compose_prompt(
    framing: Framing, moments: Sequence[Moment], cast: Cast, lexicon: Lexicon
) -> str:
    """Return the prompt of a shot: its size, who does what, where, and when.

    Args:
        framing: How the shot is filmed; its size begins the prompt.
        moments: What happens in the shot, in order; never empty.
        cast: The characters of the story.
        lexicon: The language of the story.
    """
    size = framing.size
    if framing.reaction:
        action = lexicon.listens_to.format(listener=moments[0].listener, speaker=moments[0].speaker)
    else:
        action = _action(moments, cast, lexicon, alone=framing.alone)
    seen = characters_seen(moments, framing)
    missing = [name for name in seen if name.lower() not in action.lower()]
    subject = f" {lexicon.both} ".join(missing[:3])
    joint = " " if moments[0].implied and len(missing) == 1 else ", "
    scene = joint.join(
        part for part in (subject, _lowered(action, cast, follows=bool(subject))) if part
    )
    body = ", ".join(part for part in (scene, *setting(moments[0], action, lexicon)) if part)
    return f"{size}: {body[0].upper()}{body[1:]}" if body else size


def _action(moments: Sequence[Moment], cast: Cast, lexicon: Lexicon, *, alone: bool) -> str:
    speakers = list(in_order(m.speaker for m in moments if m.speaker and not m.beat.offscreen))
    clauses: dict[str, None] = {}
    room = _LONGEST
    heard: set[str] = set()
    for moment in moments:
        if moment.speaker in heard and not moment.beat.told and not moment.beat.manner:
            continue
        heard |= {moment.speaker} if moment.speaker else set()
        if moment.lines and not moment.beat.told and len(speakers) > 1:
            names = f"{', '.join(speakers[:-1])} {lexicon.both} {speakers[-1]}"
            clause = lexicon.speak_together.format(speakers=names)
        else:
            clause = describe(moment, cast, lexicon, alone=alone)
        if not clause or clause in clauses:
            continue
        if clauses and len(clause) > room:
            break
        clause = _lowered(clause, cast, follows=bool(clauses))
        clauses[clause if len(clause) <= room else clause[:room].rsplit(" ", 1)[0]] = None
        room -= len(clause) + 2
    return "; ".join(clauses)


def _lowered(clause: str, cast: Cast, *, follows: bool) -> str:
    """Return a clause as the continuation of another, without a capital of its own."""
    first = WORD.match(clause)
    if not follows or first is None or first[0].lower() in cast.names:
        return clause
    return clause[0].lower() + clause[1:]


def setting(moment: Moment, action: str, lexicon: Lexicon) -> list[str]:
    """Return place and time of day for the end of a prompt, unless the action tells them."""
    place = moment.location
    told = action.lower()
    parts = [] if not place or place.lower() in told else [place]
    if moment.interior:
        parts.append("interior")
    if moment.time and moment.time not in (time_in(tokenize(action), lexicon), *told.split()):
        parts.append(moment.time)
    return parts
