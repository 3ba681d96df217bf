"""What Kling counts together, or measures otherwise than the catalogue can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine import ErrorKind, TaskError
from nodes.models import ModelInfo
from nodes.remote.lookup import refuse_unfit
from nodes.requests import Request

_WIDEST = 2.5
_MOST: Mapping[str, tuple[int, str]] = {
    "omni-video": (7, "pictures and elements are at most 7"),
    "images/": (10, "pictures and elements are at most 10"),
}
"""How many pictures and elements there may be, by a part of the endpoint."""
_WITH_FILM = (4, "pictures and elements are at most 4 with a film")
_FILMS = ("feature_video", "base_video")


def check(model: ModelInfo, request: Request) -> None:
    """Refuse what the model does not take.

    Raises:
        TaskError: It does not (`invalid`).
    """
    refuse_unfit(model, request)
    rules: list[Callable[[ModelInfo, Request], Iterator[str]]] = [_numbers, _shapes]
    if found := [says for rule in rules for says in rule(model, request)]:
        raise TaskError(f"{model.id}: {found[0]}", kind=ErrorKind.INVALID)


def _numbers(model: ModelInfo, request: Request) -> Iterator[str]:
    elements = request.options.get("elements")
    named = len(elements) if isinstance(elements, list) else 0
    given = [request.image, request.last_image, *request.references]
    number = named + sum(picture is not None for picture in given)
    for part, limit in _MOST.items():
        if part in model.endpoint:
            has_film = any(request.options.get(name) for name in _FILMS)
            most, says = _WITH_FILM if has_film else limit
            if number > most:
                yield says
    if model.id == "kling/3.0-omni" and request.image and named > 3:
        yield "with a first picture, elements are at most 3"


def _shapes(model: ModelInfo, request: Request) -> Iterator[str]:
    for picture in (request.image, request.last_image, *request.references):
        if picture is not None:
            short, long = sorted((picture.width, picture.height))
            if long > _WIDEST * short:
                yield "a picture is at most 2.5 times as long as it is wide, or as wide as long"
