"""Google's Gemini API as pure mapping: `generateContent` for all but clips, which are interactions.

Neither knows a key by which a second submission would be the first: nothing is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError, Video
from nodes.models import ModelInfo
from nodes.providers.google.content import content_body, read_content, wanted
from nodes.providers.google.interactions import id_of, interaction_body, read_interaction
from nodes.providers.google.service import PATIENCE, GoogleService
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    Listed,
    RemoteJob,
)
from nodes.remote.standard import bare
from nodes.remote.wording import unexpected
from nodes.requests import Request

VERSION = "/v1beta"
_HOUR = 3600.0
_LARGEST_INLINE = 5 * 1000**2
"""Bytes of a picture that stands in the request; a request holds 100 MB, and up to 14 pictures."""
_AT_ONCE = 3600.0
"""Seconds that a clip may take of which nothing is stored: it is lost with its connection."""
_PROCESSING = 5.0
"""Seconds after which a film that was uploaded is asked after again."""
_FILE = re.compile(r"files/([a-z0-9-]{1,40})")
_CLIP = "clip"


class Google(GoogleService):
    """Maps requests to the Gemini API and its answers back."""

    name = "google"
    title = "Google"
    base_url = "https://generativelanguage.googleapis.com"
    upload_seconds = 47 * _HOUR
    poll_floor = 10.0
    probe_path = f"{VERSION}/models"

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"x-goog-api-key": key.get_secret_value()}

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that makes a thing at once, or starts the job of a clip.

        Raises:
            TaskError: The options are not what the model takes.
        """
        if request.kind in ("text_to_video", "image_to_video", "video_to_video"):
            body = interaction_body(model, request, urls)
            return Call(
                "POST",
                f"{VERSION}/interactions",
                json=body,
                holds_media=not body["background"],
                patience=60.0 if body["background"] else _AT_ONCE,
                wants=_CLIP,
            )
        wants = wanted(request)
        return Call(
            "POST",
            f"{VERSION}/models/{model.endpoint}:generateContent",
            json=content_body(model, request, urls),
            holds_media=wants != "text",
            patience=PATIENCE,
            wants=wants,
        )

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the result, or which job was started."""
        document = self.document(answer)
        if answer.wants != _CLIP:
            return read_content(document, answer.wants)
        said = read_interaction(document)
        is_over = isinstance(said, JobStatus) and said.phase not in (
            JobPhase.QUEUED,
            JobPhase.RUNNING,
        )
        return said if isinstance(said, JobStatus) and is_over else RemoteJob(id_of(document))

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a clip stands; it may hold the clip itself."""
        return Call("GET", _path(job), holds_media=True, wants=_CLIP)

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a clip stands; one that lies in the store of files is fetched with the key."""
        if answer.wants == "file":
            return self.fetched(answer)
        if answer.status == 400:
            # Seen in the first seconds of a job that then went on.
            error = self.error(answer)
            error.kind = ErrorKind.TRANSIENT
            raise error
        said = read_interaction(self.document(answer))
        return self._fetch(said, answer) if isinstance(said, str) else said

    def _fetch(self, uri: str, answer: Answer) -> Call:
        found = _FILE.search(uri)
        if found is None:
            raise unexpected(self.title, answer)
        path = f"{VERSION}/files/{found[1]}:download"
        params = {"alt": "media"}
        return Call("GET", path, params=params, holds_media=True, patience=PATIENCE, wants="file")

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that cancels the job of a clip."""
        return Call("POST", f"{_path(job)}/cancel", json={})

    def listings(self, model: ModelInfo) -> Mapping[str, Call]:
        """Return the call that lists voices, for a model that speaks."""
        return {"voice": Call("GET", f"{VERSION}/voices")} if "speech" in model.kinds else {}

    def listed(self, answer: Answer) -> list[Listed]:
        """Read the voices: Google's own, and those that were made for the account."""
        voices = [v for v in self.document(answer).get("voices") or () if isinstance(v, Mapping)]
        return [
            Listed(str(name), str(v.get("display_name") or name), str(v.get("description") or ""))
            for v in voices
            if (name := v.get("id") or v.get("display_name"))
        ]

    # -- uploads -------------------------------------------------------------------------------

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how a file goes along: small pictures in the request, all else by an upload."""
        if not isinstance(media, Video) and media.size <= _LARGEST_INLINE:
            return bare(media)
        headers = {
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(media.size),
            "X-Goog-Upload-Header-Content-Type": media.media_type,
        }
        # The name tells nothing of the file on this machine.
        body = {"file": {"displayName": media.digest[:16]}}
        return Call("POST", f"/upload{VERSION}/files", json=body, headers=headers)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that sends the bytes, or asks whether they are ready; or the address."""
        if answer.status >= 400:
            raise self.error(answer)
        if step == 0:
            url = answer.headers["x-goog-upload-url"]
            headers = {"X-Goog-Upload-Offset": "0", "X-Goog-Upload-Command": "upload, finalize"}
            return Call("POST", url, headers=headers, authenticated=False, body=media)
        document = self.document(answer)
        file: Any = document["file"] if step == 1 else document
        match file["state"]:
            case "ACTIVE":
                return str(file["uri"])
            case "FAILED":
                message = "Google cannot read the file that was uploaded"
                raise TaskError(message, kind=ErrorKind.INVALID)
        if step > 1:
            message = "Google is still looking through the film that was uploaded"
            raise TaskError(message, kind=ErrorKind.TRANSIENT, retry_after=_PROCESSING)
        found = _FILE.fullmatch(file["name"])
        if found is None:
            raise unexpected(self.title, answer)
        return Call("GET", f"{VERSION}/files/{found[1]}")


def _path(job: RemoteJob) -> str:
    return f"{VERSION}/interactions/{quote(job.remote_id, safe='')}"
