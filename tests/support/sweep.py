"""All kinds of requests that a model of the catalogue can be asked, for tests of what is sent.

Each value that an entry allows is there alone, among as few others and among as many as can be, and
in mixtures that a fixed seed draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from engine import Media
from nodes.models import Accepted, Kind, ModelInfo
from nodes.models.info import PARAMETERS
from nodes.requests import Request
from tests.support.handles import AUDIO, MARA, UUID, VIDEO, image

_MIXTURES = 20
_MEDIA: Mapping[str, Any] = {"image": image(1), "audio": AUDIO, "video": VIDEO, "character": MARA}
_WORDS = {"style": UUID, "preset": UUID}
"""Options that name things, as they are once they have been looked up."""
_DATA = {"motions": [{"id": UUID, "strength": 0.5}]}
"""Options whose shape is the adapter's own; others of that type are passed on as they come."""


def requests_of(model: ModelInfo) -> Iterator[Request]:
    """Yield requests for each kind of work that a model does."""
    for kind in model.kinds:
        accepted = model.inputs | {n: a for n, a in model.options.items() if _is_known(n, a)}
        fields = {n: list(_values(n, a)) for n, a in accepted.items() if _is_for(a, kind)}
        needed = {n: v[0] for n, v in fields.items() if accepted[n].required} | _usual(model, kind)
        if model.one_of:
            needed |= {model.one_of[0]: fields[model.one_of[0]][0]}
        full = {n: v[-1] for n, v in fields.items()}
        yield _request(model, kind, needed)
        yield _request(model, kind, full)
        for name, values in fields.items():
            for value in values:
                yield _request(model, kind, needed | {name: value})
                yield _request(model, kind, full | {name: value})
        random = Random(model.id)
        for _ in range(_MIXTURES):
            some = random.sample(sorted(fields), random.randint(0, len(fields)))
            yield _request(model, kind, needed | {n: random.choice(fields[n]) for n in some})


def _usual(model: ModelInfo, kind: Kind) -> dict[str, Any]:
    """Return what the node of a kind gives always, where the model takes it."""
    given: dict[str, Any] = {"prompt": "a fox"} if "prompt" in model.inputs else {}
    if kind.startswith("image_") and "image" in model.inputs:
        given["image"] = image(1)
    if kind.startswith("video_") and "video" in model.inputs:
        given["video"] = VIDEO
    return given


def _is_known(name: str, accepted: Accepted) -> bool:
    return accepted.type != "data" or name in _DATA


def _is_for(accepted: Accepted, kind: Kind) -> bool:
    return not accepted.kinds or kind in accepted.kinds


def _values(name: str, accepted: Accepted) -> Iterator[Any]:
    if accepted.values:
        yield from (float(v) if name == "seconds" else v for v in accepted.values)
    elif accepted.type in _MEDIA:
        yield _MEDIA[accepted.type]
    elif accepted.type == "images":
        yield (image(2),)
        yield tuple(image(n) for n in range(2, 2 + min(accepted.longest or 3, 100)))
    elif accepted.type == "boolean":
        yield from (False, True)
    elif accepted.type == "data":
        yield _DATA[name]
    elif accepted.type in ("integer", "number"):
        low = accepted.low if accepted.low is not None else 1
        high = accepted.high if accepted.high is not None else low + 7
        whole = accepted.type == "integer" and name != "seconds"
        yield from (int(each) if whole else each for each in (low, (low + high) / 2, high))
    else:
        text = _WORDS.get(name, "a fox")
        yield text
        if accepted.longest and name not in _WORDS:
            yield "x" * accepted.longest


def _request(model: ModelInfo, kind: Kind, fields: Mapping[str, Any]) -> Request:
    given = {n: v for n, v in fields.items() if n in model.inputs}
    options = {n: v for n, v in fields.items() if n not in model.inputs}
    for name in PARAMETERS:
        if name in options:
            given[name] = options.pop(name)
    return Request(kind, model.id, **given, options=options)


def complaints(model: ModelInfo, request: Request) -> list[str]:
    """Return what the check before a run says of a request; none should get past it."""
    names = ("prompt", "image", "last_image", "references", "character", "name", "video", "audio")
    plain = ("aspect_ratio", "resolution", "seconds", "strength", "count", "factor", "seed")
    every = {n: getattr(request, n) for n in (*names, *plain)}
    given = {n: v for n, v in every.items() if v not in (None, "", ())}
    arguments = {n: v for n, v in given.items() if not isinstance(v, Media)}
    found = model.complaints(
        {**arguments, "options": dict(request.options)}, frozenset(given), request.kind
    )
    return list(found)
