"""Recraft's API as pure mapping: each request is answered at once, with addresses of the result.

Pictures stand in requests as data URLs. Nothing can be repeated safely and nothing looked for, so
that a request whose answer was lost is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from engine import ErrorKind, Image, Media, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    Listed,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body
from nodes.remote.runner import RemoteProvider
from nodes.remote.standard import StandardAdapter, data_url
from nodes.remote.wording import cleaned, unexpected
from nodes.requests import Request

_PICTURES = ("image/jpeg", "image/png", "image/webp")
_FROM_PICTURE = "images/imageToImage"
"""Where models that draw are sent a picture to start from."""
_VECTOR = "vector"
_PATIENCE = 1024.0
"""Seconds that the slowest upscaler may take."""
_UNITS = 1000
"""How many of the units that an answer names are a dollar."""
_MOST = 10**6
_KEPT = 300.0
"""Seconds for which the names of styles are taken to be the same."""


class Recraft(StandardAdapter):
    """Maps requests to Recraft's HTTP API and its answers back."""

    name = "recraft"
    title = "Recraft"
    base_url = "https://external.api.recraft.ai/v1"
    probe_path = "/users/me"

    # -- sending -------------------------------------------------------------------------------

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how a picture stands in a request.

        Raises:
            TaskError: Recraft does not take it.
        """
        if isinstance(media, Image) and media.media_type in _PICTURES:
            return data_url(media)
        message = f"Recraft takes no {media.media_type}"
        raise TaskError(message, kind=ErrorKind.INVALID, hint="Pictures are PNG, JPEG or WebP.")

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that is answered by the result.

        Raises:
            TaskError: The model does not take this together.
        """
        refuse_unfit(model, request)
        draws = "generations" in model.endpoint
        is_edit = draws and request.kind == "image_to_image"
        path = _FROM_PICTURE if is_edit else model.endpoint
        body = build_body(model, request, urls)
        wants = _VECTOR if _VECTOR in request.kind else ""
        return Call("POST", f"/{path}", json=body, patience=_PATIENCE, wants=wants)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read where the result is."""
        document = self.document(answer)
        kind: Literal["file", "image"] = "file" if answer.wants == _VECTOR else "image"
        files = tuple(RemoteFile(url, kind) for url in _urls(document))
        if not files:
            raise unexpected(self.title, answer)
        cost = _cost(document.get("credits"))
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, cost=cost, billed="billed")

    # -- styles --------------------------------------------------------------------------------

    def listings(self, model: ModelInfo) -> Mapping[str, Call]:
        """Return the calls that list the styles of the account, and Recraft's own."""
        paths = {"style_id": "/styles", "style": "/styles/basic"}
        return {
            option: Call("GET", path, keep_seconds=_KEPT)
            for option, path in paths.items()
            if option in model.options
        }

    def listed(self, answer: Answer) -> list[Listed]:
        """Read a list of styles: the account's by their ids, Recraft's own by their names."""
        styles = self.document(answer)["styles"]
        return [
            Listed(str(style["style"]), str(style["style"]), str(style.get("model") or ""))
            if "style_id" in style
            else Listed(str(style["id"]), str(style["style"]))
            for style in styles
        ]

    # -- errors --------------------------------------------------------------------------------

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Recraft's words."""
        error = super().error(answer)
        if named := answer.headers.get("x-recraft-requestid"):
            error.hint = f"{error.hint} Recraft calls the request {cleaned(named)}.".strip()
        return error


def _urls(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield where the results are: several of what was drawn, one of what was worked on."""
    data = document.get("data")
    for item in [*(data if isinstance(data, list) else []), document.get("image")]:
        url = item.get("url") if isinstance(item, Mapping) else None
        if isinstance(url, str) and url:
            yield url


def _cost(units: Any) -> Decimal | None:
    is_number = isinstance(units, int) and not isinstance(units, bool)
    return Decimal(units) / _UNITS if is_number and 0 <= units < _MOST * _UNITS else None


PROVIDER = RemoteProvider(Recraft())
