"""APIYI, a relay of Google's Nano Banana models: the same call at another address.

A picture that is refused is charged all the same; so is a call that is sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.google.content import content_body, read_content
from nodes.providers.google.service import PATIENCE, GoogleService
from nodes.remote.adapter import Address, Answer, Call, Inline, JobStatus, RemoteJob
from nodes.remote.mapping import media_of
from nodes.remote.runner import RemoteProvider
from nodes.remote.standard import bare
from nodes.requests import Request

_LARGEST = 7 * 1000**2
"""Bytes of one picture."""
_LARGEST_REQUEST = 100 * 1000**2


class Apiyi(GoogleService):
    """Maps requests to APIYI and its answers back."""

    name = "apiyi"
    title = "APIYI"
    base_url = "https://api.apiyi.com"

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that makes a picture.

        Raises:
            TaskError: The pictures are together too large.
        """
        if sum(media.size for media in media_of(request)) * 4 // 3 > _LARGEST_REQUEST:
            raise TaskError(
                "the pictures are together larger than the 75 MB that fit into one request",
                kind=ErrorKind.INVALID,
                hint="Make them smaller with the node `resize`.",
            )
        return Call(
            "POST",
            f"/v1beta/models/{model.endpoint}:generateContent",
            json=content_body(model, request, urls),
            holds_media=True,
            patience=PATIENCE,
        )

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the picture, or why there is none."""
        return read_content(self.document(answer), "image", refusal="billed")

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how a picture stands in the request.

        Raises:
            TaskError: It is too large.
        """
        if media.size > _LARGEST:
            raise TaskError(
                f"APIYI takes pictures of up to 7 MB, and this one has {media.size / 1e6:.1f} MB",
                kind=ErrorKind.INVALID,
                hint="Make it smaller with the node `resize`, or ask the same model at Google.",
            )
        return bare(media)


PROVIDER = RemoteProvider(Apiyi())
