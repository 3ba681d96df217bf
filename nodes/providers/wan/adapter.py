"""Wan at Alibaba Model Studio as pure mapping: all is a task, whatever the shape of its request.

Nothing can be repeated safely and nothing looked for, so that a submission whose answer was lost is
left to a person. A key is of one region, as the address is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from engine import Audio, ErrorKind, Image, Media, TaskError, Video
from nodes.models import ModelInfo
from nodes.providers.wan.answers import CODES, output_of, status_of
from nodes.providers.wan.bodies import body_of
from nodes.remote.adapter import Address, Answer, Call, Inline, JobStatus, Part, RemoteJob
from nodes.remote.lookup import refuse_unfit
from nodes.remote.settings import check_base_url
from nodes.remote.standard import StandardAdapter, data_url
from nodes.remote.wording import unexpected
from nodes.requests import Request

_ROOT = "/api/v1"
_OWN_NAMES = ("DASHSCOPE_BASE_URL", "DASHSCOPE_HTTP_BASE_URL")
_STORED = "oss://"
_SOUNDS = frozenset({"audio/wav", "audio/mpeg"})
_FILMS: Mapping[str, str] = {"video/mp4": "mp4", "video/quicktime": "mov"}
_REGION = (
    "Keys are of one region, by default that of Singapore: for another set DASHSCOPE_BASE_URL, "
    "as https://dashscope.aliyuncs.com for Beijing."
)


class Wan(StandardAdapter):
    """Maps requests to Model Studio's HTTP API and its answers back."""

    name = "wan"
    title = "Model Studio"
    base_url = f"https://dashscope-intl.aliyuncs.com{_ROOT}"
    upload_seconds = 86_400.0
    """Half as long as others say that files are kept."""
    poll_floor = 5.0
    codes = CODES

    def address(self, environ: Mapping[str, str]) -> str:
        """Return the base address, also where it is set as for Alibaba's own SDK.

        Raises:
            UsageError: What is set is no address.
        """
        for name in _OWN_NAMES:
            if url := environ.get(name, "").strip().rstrip("/"):
                check_base_url(url, name)
                return url if url.endswith(_ROOT) else f"{url}{_ROOT}"
        return self.base_url

    # -- sending -------------------------------------------------------------------------------

    def start_upload_for(self, model: ModelInfo, media: Media) -> Call | Inline:
        """Return how an input goes along: films by an upload, all else in the request.

        Raises:
            TaskError: Model Studio does not take it.
        """
        if isinstance(media, Image) or media.media_type in _SOUNDS:
            return data_url(media)
        if isinstance(media, Video) and media.media_type in _FILMS:
            params = {"action": "getPolicy", "model": str(model.constants["model"])}
            return Call("GET", "/uploads", params=params)
        hint = "Sounds are WAV or MP3." if isinstance(media, Audio) else "Films are MP4 or MOV."
        message = f"Model Studio takes no {media.media_type}"
        raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that puts a film where the first answer says."""
        document = self.document(answer)
        policy: Any = document.get("data") or document["output"]
        name = f"{media.digest[:16]}.{_FILMS[media.media_type]}"
        key = f"{policy['upload_dir']}/{name}"
        fields = {
            "OSSAccessKeyId": policy["oss_access_key_id"],
            "Signature": policy["signature"],
            "policy": policy["policy"],
            "key": key,
            "x-oss-object-acl": policy["x_oss_object_acl"],
            "x-oss-forbid-overwrite": policy["x_oss_forbid_overwrite"],
            "success_action_status": "200",
            "x-oss-content-type": media.media_type,
        }
        parts = [Part(field, _text(value)) for field, value in fields.items()]
        return Call(
            "POST",
            str(policy["upload_host"]),
            form=(*parts, Part("file", media, name)),
            authenticated=False,
            gives=f"{_STORED}{key}",
        )

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a task.

        Raises:
            TaskError: The model does not take this together.
        """
        refuse_unfit(model, request)
        headers = {"X-DashScope-Async": "enable"}
        if any(isinstance(url, str) and url.startswith(_STORED) for url in urls.values()):
            headers["X-DashScope-OssResourceResolve"] = "enable"
        body = body_of(model, request, urls)
        return Call("POST", f"/{model.endpoint}", json=body, headers=headers)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which task was started."""
        return RemoteJob(self.id_in(answer, output_of(self.document(answer)).get("task_id")))

    # -- waiting -------------------------------------------------------------------------------

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a task stands."""
        return Call("GET", _path(job))

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a task stands."""
        status = status_of(self.document(answer))
        if status is None:
            raise unexpected(self.title, answer)
        return status

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that takes a waiting task back."""
        return Call("POST", f"{_path(job)}/cancel")

    # -- keys and errors -----------------------------------------------------------------------

    def probe(self) -> Call:
        """Return the call that lists tasks: free, and only for those with a key."""
        return Call("GET", "/tasks", params={"page_no": "1", "page_size": "1"})

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error into a classed error with Model Studio's words."""
        error = super().error(answer)
        if error.kind is ErrorKind.AUTH:
            error.hint = _REGION
        return error


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _path(job: RemoteJob) -> str:
    return f"/tasks/{quote(job.remote_id, safe='')}"
