"""Vertex AI as pure mapping: Veo by operations, the Gemini models as at their own API.

There is no store of files: what goes in stands in the request, and what comes out in the answer,
unless a bucket is named for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.google.content import content_body, read_content, wanted
from nodes.providers.google.interactions import id_of, interaction_body, read_interaction
from nodes.providers.google.service import PATIENCE, GoogleService
from nodes.providers.google_vertex.account import address_of, read_token, token_call
from nodes.providers.google_vertex.veo import read_operation, read_predictions, veo_body
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobStatus,
    RemoteJob,
)
from nodes.remote.standard import bare
from nodes.remote.wording import unexpected
from nodes.requests import Request

_MODELS = "/publishers/google/models"
_STORE = "https://storage.googleapis.com/storage/v1/b"
_OPERATION = re.compile(
    r"projects/[\w.:-]+/locations/[\w-]+(/publishers/google/models/[\w.-]+)/operations/[\w-]+"
)
_BUCKET = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,221})/(.+)", re.DOTALL)


class GoogleVertex(GoogleService):
    """Maps requests to Vertex AI and its answers back."""

    name = "google_vertex"
    title = "Vertex AI"
    base_url = "https://aiplatform.googleapis.com"
    trusted_hosts: tuple[str, ...] = ("storage.googleapis.com",)
    poll_floor = 10.0

    def address(self, environ: Mapping[str, str]) -> str:
        """Return the base address of the project in its location."""
        return address_of(environ)

    def exchange(self, key: SecretStr, now: float) -> Call | SecretStr:
        """Return the call that buys a token; or the key, if that is a token."""
        return token_call(key, now)

    def exchanged(self, answer: Answer) -> tuple[SecretStr, float]:
        """Return the token that was bought, and the seconds for which it is good."""
        return read_token(answer)

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that makes a thing at once, or starts the job of a clip."""
        method = _method(model, request)
        if method == "interactions":
            body = interaction_body(model, request, urls)
            if body["response_format"].get("gcs_uri"):
                body["response_format"]["delivery"] = "uri"
            return Call("POST", "/interactions", json=body, wants=method)
        path = f"{_MODELS}/{model.endpoint}:{method}"
        if method == "generateContent":
            body, wants = content_body(model, request, urls), wanted(request)
        else:
            body, wants = veo_body(model, request, urls), method
        return Call(
            "POST",
            path,
            json=body,
            holds_media=wants in ("image", "audio", "predict"),
            patience=PATIENCE,
            wants=wants,
        )

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the result, or which job was started."""
        document = self.document(answer)
        match answer.wants:
            case "interactions":
                return RemoteJob(id_of(document))
            case "predictLongRunning":
                name = document["name"]
                _operation(name)
                return RemoteJob(name)
            case "predict":
                return read_predictions(document)
        return read_content(document, answer.wants)

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a clip stands; it may hold the clip itself."""
        if "/" not in job.remote_id:
            path = f"/interactions/{quote(job.remote_id, safe='')}"
            return Call("GET", path, holds_media=True, patience=PATIENCE, wants="interactions")
        path = f"{_operation(job.remote_id)}:fetchPredictOperation"
        body = {"operationName": job.remote_id}
        return Call("POST", path, json=body, holds_media=True, patience=PATIENCE)

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a clip stands; one that lies in a bucket is fetched with the token."""
        if answer.wants == "file":
            return self.fetched(answer)
        document = self.document(answer)
        is_clip = answer.wants == "interactions"
        said = read_interaction(document) if is_clip else read_operation(document)
        return self._fetch(said, answer) if isinstance(said, str) else said

    def _fetch(self, uri: str, answer: Answer) -> Call:
        found = _BUCKET.fullmatch(uri)
        if found is None:
            raise unexpected(self.title, answer)
        url = f"{_STORE}/{found[1]}/o/{quote(found[2], safe='')}"
        params = {"alt": "media"}
        return Call("GET", url, params=params, holds_media=True, patience=PATIENCE, wants="file")

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how a file stands in the request: by its bytes."""
        return bare(media)

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Google's words."""
        error = super().error(answer)
        if answer.status == 404:
            error.hint = "Not every model is in every location: see GOOGLE_CLOUD_LOCATION."
        elif answer.status == 400 and error.kind is ErrorKind.BILLING:
            error.kind, error.hint = ErrorKind.INVALID, ""
        return error


def _method(model: ModelInfo, request: Request) -> str:
    """Return the method of the API that does a kind of work."""
    if request.kind == "upscale_image":
        return "predict"
    if not request.kind.endswith("_video") and request.kind != "video_to_video":
        return "generateContent"
    is_omni = any(name.startswith("response_format.") for name in model.constants)
    return "interactions" if is_omni else "predictLongRunning"


def _operation(name: str) -> str:
    """Return the path of the model that an operation belongs to.

    Raises:
        ValueError: It is no name of an operation.
    """
    found = _OPERATION.fullmatch(name)
    if found is None:
        raise ValueError("this is no name of an operation of Vertex AI")
    return found[1]
