"""Where sentences, clauses and quotations begin and end.

All functions return spans, pairs of offsets into the text they were given, so that no character of
a story can get lost on the way.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import NamedTuple

from nodes.storyboard.lexicon import WORD, Lexicon

Span = tuple[int, int]

_END = re.compile(
    r"(?P<mark>[.!?…‽]+)(?P<quotes>(?:[ \u00a0\u202f]?[»”]|[’\"'）)\]])*)(?=\s|\Z)"
    r"|[。！？]+[」』”）]*|[!?]+(?=[\u3040-\u30ff\u3400-\u9fff])"
)
_OPENING = "«“„‟\"'‘([—–-「『 \u00a0\u202f\t\r\n"
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\Z")
_CUT = re.compile(
    r"[;；](?P<strong>)\s*|(?P<comma>[,，])(?!\n)\s+|\s[—–]\s|(?<=[,:])[ \u00a0]*\n(?!\s?[\"«“„])"
    r"|(?<=:)\s(?!\s?[\"«“„])"
)
_QUOTE = re.compile(r"[«»“”„\"「」『』]|(?<![^\s(«“])‘(?=\S)|(?<=[.,!?…—–-])’(?!\w)")
_OPEN = frozenset("«“„「『‘")
_DASH = re.compile(r"\A\s*[—–―-]\s*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORTEST_CLAUSE = 24
_LONG_SENTENCE = 130
_PEEK = 60
"""Lengths in characters, which cost nothing to know."""


def count_words(text: str) -> int:
    """Count words; in scripts without blanks, two characters count as one."""
    ideographs = 0 if text.isascii() else len(_CJK.findall(text))
    return len(text.split()) + ideographs // 2


def sentence_spans(text: str, lexicon: Lexicon) -> Iterator[Span]:
    """Yield the sentences of a paragraph; together they cover it."""
    start = 0
    for match in _END.finditer(text):
        if _ends_sentence(text, match, lexicon):
            yield start, match.end()
            start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _ends_sentence(text: str, match: re.Match[str], lexicon: Lexicon) -> bool:
    rest = text[match.end() : match.end() + _PEEK].lstrip(_OPENING)
    if rest[:1].islower() or rest[:1] in ",;:":
        return False
    if match["mark"] == "." and not match["quotes"]:
        return not _is_abbreviation(text, match.start(), lexicon)
    if match["quotes"]:
        # "Stop!" Tom said. - the words after the quotation tell who spoke: still one sentence.
        if match["mark"] == "." or _opens_quotation(text, match.end()):
            return True
        following = [word.lower() for word in WORD.findall(rest)[:3]]
        return not any(word in lexicon.speech for word in following)
    return True


def _opens_quotation(text: str, position: int) -> bool:
    rest = text[position : position + _PEEK].lstrip(" \t\n\u00a0—–")
    return rest[:1] in _OPEN or rest[:1] == '"'


def _is_abbreviation(text: str, stop: int, lexicon: Lexicon) -> bool:
    before = _LAST_WORD.search(text[max(0, stop - 20) : stop])
    if before is None:
        return False
    word = before[1].lower()
    initial = len(word) == 1 and before[1].isupper() and word not in ("i", "y")
    return initial or word in lexicon.abbreviations or "." in word


class _Cut(NamedTuple):
    """Where a clause may begin."""

    place: int
    strong: bool
    """After a semicolon of the narration: always worth a cut."""
    comma: bool
    """After a comma, which is worth less than other marks."""


def clause_spans(text: str, span: Span, lexicon: Lexicon, speech: list[Span]) -> Iterator[Span]:
    """Cut a sentence: at semicolons, and where it is long, at clauses near its middle."""
    length = span[1] - span[0]
    semicolon = text.find(";", *span) >= 0 or text.find("；", *span) >= 0
    if length < 2 * _SHORTEST_CLAUSE or (length <= _LONG_SENTENCE and not semicolon):
        yield span
    else:
        yield from _divide(span, list(_cuts(text, span, lexicon, speech)))


def _divide(span: Span, cuts: list[_Cut]) -> Iterator[Span]:
    start, end = span
    possible = [
        cut for cut in cuts if start + _SHORTEST_CLAUSE <= cut.place <= end - _SHORTEST_CLAUSE
    ]
    strong = [cut for cut in possible if cut.strong]
    candidates = strong or (possible if end - start > _LONG_SENTENCE else [])
    if not candidates:
        yield span
        return
    middle, length = (start + end) / 2, end - start
    best = min(candidates, key=lambda cut: abs(cut.place - middle) + cut.comma * length / 4).place
    yield from _divide((start, best), [cut for cut in possible if cut.place < best])
    yield from _divide((best, end), [cut for cut in possible if cut.place > best])


def _cuts(text: str, span: Span, lexicon: Lexicon, speech: list[Span]) -> Iterator[_Cut]:
    for match in _CUT.finditer(text, *span):
        place = match.end()
        strong = match["strong"] is not None and not _inside(place, speech)
        following = WORD.match(text, place) if match["comma"] else None
        conjunction = following is not None and following[0].lower() in lexicon.conjunctions
        if not match["comma"] or conjunction:
            comma = text[max(0, place - 3) : place].rstrip().endswith(",")
            yield _Cut(place, strong, comma)


def _inside(position: int, spans: list[Span]) -> bool:
    index = bisect.bisect_left(spans, (position, 0)) - 1
    return index >= 0 and spans[index][0] < position < spans[index][1]


def speech_spans(text: str, lexicon: Lexicon, *, dash_dialogue: bool) -> list[Span]:
    """Return what is said aloud in a paragraph, without the quotation marks."""
    if (dash := _DASH.match(text)) and (dash_dialogue or dash[0].strip() != "-"):
        end = _unopened(text, dash.end())
        rest = [(a, b) for a, b in _quotations(text) if a > end]
        return [*_around_asides(text, (dash.end(), end), lexicon), *rest]
    quotations = _quotations(text)
    if not dash_dialogue:
        return quotations
    return [span for whole in quotations for span in _around_asides(text, whole, lexicon)]


def _quotations(text: str) -> list[Span]:
    """Return what stands between quotation marks; one that is not closed runs to the end."""
    spans: list[Span] = []
    depth, start = 0, 0
    for match in _QUOTE.finditer(text):
        mark = match[0]
        opens = mark in _OPEN or (mark == '"' and depth == 0)
        if opens and depth == 0:
            start = match.end()
        elif not opens and depth == 1:
            spans.append((start, match.start()))
        depth = max(0, depth + (1 if opens else -1))
    if depth and start < len(text):
        spans.append((start, len(text)))
    return spans


def _unopened(text: str, start: int) -> int:
    """Return where a closing mark stands whose opening one is in a paragraph before."""
    closing = text.find("»", start)
    opening = text.find("«", start)
    return closing if closing >= 0 and not 0 <= opening < closing else len(text)


def _around_asides(text: str, span: Span, lexicon: Lexicon) -> Iterator[Span]:
    """Yield a French speech around its `dit-il` and `répondit le roi`."""
    start, stop = span
    for aside in _ASIDE.finditer(text, start, stop):
        if aside.start() < start or not _tells_who(aside, lexicon):
            continue
        yield start, aside.start("aside")
        after = _ASIDE_END.search(text, aside.end(), stop)
        start = after.end() if after else stop
    if text[start:stop].strip():
        yield start, stop


def _tells_who(aside: re.Match[str], lexicon: Lexicon) -> bool:
    """Tell `dit-il` and `dit Marie`, which have a subject, from `parle !`, which is still said."""
    verb, following = aside["verb"].lower(), aside["following"]
    if aside["pronoun"]:
        return verb in lexicon.speech or verb in _VERBS_BEFORE_PRONOUN
    leads = following.lower() in lexicon.articles | lexicon.titles or bool(aside["elided"])
    return verb in lexicon.speech and (leads or following[:1].isupper())


_ASIDE = re.compile(
    r"[,!?…][ \t\u00a0\u202f]*(?P<aside>(?:(?:lui|leur|me|nous|te|vous)[ ])?"
    r"(?:(?:s|l|m|t)[’'])?(?P<verb>[^\W\d_]+)"
    r"(?:-(?:t-)?(?P<pronoun>ils?|elles?|on|je)\b"
    r"|(?=[ ](?:(?P<elided>l)[’'])?(?P<following>[^\W\d_]+))))"
)
_ASIDE_END = re.compile(r"[.,;:!?…—\n]")
_VERBS_BEFORE_PRONOUN = frozenset(("fit", "pensa", "lança", "souffla", "conclut", "commença"))
