"""What is sent to Ideogram; the catalogue's `field` says what each input is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import Address, Inline, Part
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body
from nodes.requests import Request

NEWER = "v2/"
"""What the newer addresses begin with."""
_AS_JSON = frozenset(
    {
        "ideogram-4-5",
        "ideogram-4-transparent",
        "ideogram-2",
        "ideogram-2a",
        "p-image-ideogram",
        "z-image",
    }
)
"""What newer addresses end with that take JSON where no file is sent."""
_BY_OTHERS = ("gpt-image", "nano-banana")
"""Models that write shapes as 16:9, where Ideogram's own write 16x9."""
_WEIGHT = "image_weight"
_STYLE_BYTES = 10 * 1000**2


def check(model: ModelInfo, request: Request) -> None:
    """Refuse what the model does not take.

    Raises:
        TaskError: It does not (`invalid`).
    """
    refuse_unfit(model, request)
    size = sum(picture.size for picture in request.references)
    if not model.endpoint.startswith(NEWER) and "v3" in model.endpoint and size > _STYLE_BYTES:
        message = "the references are together larger than 10 MB"
        raise TaskError(message, kind=ErrorKind.INVALID, hint="`resize` makes them smaller.")


def path_of(model: ModelInfo, request: Request) -> str:
    """Return where a request is sent; some addresses differ by what there is to begin with."""
    action = "inpaint" if request.mask else "remix" if request.image else "generate"
    source = "image" if request.image else "reference" if request.references else "text"
    return "/" + model.endpoint.format(action=action, source=source)


def body_of(
    path: str, model: ModelInfo, request: Request, urls: Mapping[str, Address]
) -> dict[str, Any]:
    """Return the fields of a request."""
    body = build_body(model, request, urls)
    if _WEIGHT in body:
        body[_WEIGHT] = max(1, round(100 * (1 - body[_WEIGHT])))
    if "aspect_ratio" in body and not any(name in path for name in _BY_OTHERS):
        body["aspect_ratio"] = body["aspect_ratio"].replace(":", "x")
    if path.startswith(f"/{NEWER}"):
        body["async"] = True
    return body


def takes_json(path: str, body: Mapping[str, Any]) -> bool:
    """Tell whether a request is sent as JSON, and not as a form."""
    if not path.startswith(f"/{NEWER}"):
        return False
    name = path.rpartition("/")[2]
    has_files = any(isinstance(each, Inline) for value in body.values() for each in _items(value))
    return not has_files and (name in _AS_JSON or name.endswith("-text-to-video"))


def form_of(body: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return fields as parts of a form: lists as repeated parts, objects as JSON text."""
    return tuple(_part(name, each) for name, value in body.items() for each in _items(value))


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    else:
        yield value


def _part(name: str, value: Any) -> Part:
    if isinstance(value, Inline):
        return Part(name, value.media)
    return Part(name, value if isinstance(value, str) else json.dumps(value))
