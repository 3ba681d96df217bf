"""Replicate's API as pure mapping: every model is a prediction with an input of its own.

No key tells a repeated submission from a second one. When its answer is lost, it is looked for
among the account's predictions by its input; those are deleted after an hour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from engine import ErrorKind, Media, TaskError
from nodes.media import EXTENSIONS
from nodes.models import ModelInfo
from nodes.providers.replicate.answers import ANYTHING, id_in, status_of
from nodes.providers.replicate.bodies import given, inputs_of, makes
from nodes.remote import input_schema
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobStatus,
    Part,
    RemoteJob,
    Sent,
)
from nodes.remote.standard import StandardAdapter
from nodes.remote.wording import unexpected
from nodes.requests import Request

_DAY = 86_400.0
_LARGEST = 100 * 1000**2
"""Bytes of a file that is uploaded."""
_SKEW = 5.0
"""Seconds that this machine's clock may be ahead."""
_RESETS = re.compile(r"resets in ~?(\d{1,4})\s?s")


class Replicate(StandardAdapter):
    """Maps requests to Replicate's HTTP API and its answers back."""

    name = "replicate"
    title = "Replicate"
    base_url = "https://api.replicate.com/v1"
    upload_seconds = 3000.0
    deadline = 7200.0
    probe_path = "/account"

    # -- sending -------------------------------------------------------------------------------

    def prepare(
        self, model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        """Hold the inputs of a model that is asked by its id against its schema of today.

        Models that are not official are asked in a certain version; the latest by default.

        Raises:
            TaskError: It does not take them.
        """
        if request.kind != "endpoint":
            return request
        name, _, version = model.endpoint.partition(":")
        if not answers:
            path = f"/models/{name}" + (f"/versions/{version}" if version else "")
            return Call("GET", path, keep_seconds=_DAY)
        document = self.document(answers[0])
        latest = document if version else document.get("latest_version")
        schema = latest.get("openapi_schema") if isinstance(latest, Mapping) else None
        taken = _inside(schema, "components", "schemas", "Input")
        found = list(input_schema.complaints(given(request.options), taken, schema))
        if found:
            message = f"{name} does not take this: {'; '.join(found[:5])}"
            raise TaskError(message, kind=ErrorKind.INVALID, hint=f"See {model.docs}")
        newest = _inside(latest, "id")
        if version or document.get("is_official") is True or not isinstance(newest, str):
            return request
        return replace(request, model=f"{request.model}:{newest}")

    def start_upload(self, media: Media) -> Call | Inline:
        """Return the call that uploads an input.

        Raises:
            TaskError: It is too large.
        """
        if media.size > _LARGEST:
            message = f"Replicate takes files of at most 100 MB, not {media.size / 1e6:.0f} MB"
            raise TaskError(message, kind=ErrorKind.INVALID)
        name = f"{media.digest[:16]}{EXTENSIONS.get(media.media_type, '')}"
        form = (
            Part("content", media, name),
            Part("filename", name),
            Part("type", media.media_type),
        )
        return Call("POST", "/files", form=form)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the address of an upload."""
        url = _inside(self.document(answer), "urls", "get")
        if not isinstance(url, str) or not url:
            raise unexpected(self.title, answer)
        return url

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that starts a prediction.

        Raises:
            TaskError: The model does not take this together.
        """
        inputs = {"input": inputs_of(model, request, urls)}
        wants = makes(request)
        # `prepare` has put the version there.
        name, _, version = model.endpoint.partition(":")
        version = version or request.model.partition(":")[2]
        if version:
            body = {"version": f"{name}:{version}", **inputs}
            return Call("POST", "/predictions", json=body, wants=wants)
        return Call("POST", f"/models/{name}/predictions", json=inputs, wants=wants)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which prediction was started."""
        if not (remote_id := id_in(self.document(answer))):
            raise unexpected(self.title, answer)
        return self._job(remote_id, answer.wants or ANYTHING)

    # -- waiting -------------------------------------------------------------------------------

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a prediction by its id."""
        return self._job(remote_id, ANYTHING)

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a prediction stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a prediction stands."""
        status = status_of(self.document(answer), job.urls.get("makes", ANYTHING))
        if status is None:
            raise unexpected(self.title, answer)
        return status

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that calls a prediction off."""
        return Call("POST", job.urls["cancel"])

    def listing_of(self, sent: Sent) -> Call:
        """Return the call that lists the account's predictions of late, with their inputs."""
        start = datetime.fromtimestamp(sent.since - _SKEW, UTC).isoformat(timespec="seconds")
        return Call("GET", "/predictions", params={"created_after": start.replace("+00:00", "Z")})

    def recognised(self, answer: Answer, sent: Sent) -> RemoteJob:
        """Return the one prediction of the same model and input."""
        listed = self.document(answer).get("results")
        if not isinstance(listed, list):
            raise unexpected(self.title, answer)
        found = set(_alike(listed, sent)) - sent.known
        if len(found) != 1:
            several = f"{len(found)} predictions there have the same input"
            raise TaskError(several if found else "among the predictions there it is not")
        return self._job(found.pop(), ANYTHING)

    def _job(self, remote_id: str, kind: str) -> RemoteJob:
        path = f"/predictions/{quote(remote_id, safe='')}"
        return RemoteJob(remote_id, {"status": path, "cancel": f"{path}/cancel", "makes": kind})

    # -- errors --------------------------------------------------------------------------------

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Replicate's words."""
        error = super().error(answer)
        told = _RESETS.search(error.message)
        if error.kind is ErrorKind.THROTTLED and told and "retry-after" not in answer.headers:
            error.retry_after = float(told[1])
        return error


def _inside(document: Any, *steps: str) -> Any:
    for step in steps:
        document = document.get(step) if isinstance(document, Mapping) else None
    return document


def _alike(listed: list[Any], sent: Sent) -> Iterator[str]:
    """Yield the ids of the predictions that were sent with what was sent."""
    wanted = sent.body if isinstance(sent.body, Mapping) else {}
    names = {f"/models/{wanted_name}/predictions" for wanted_name in _names(wanted)}
    for item in listed:
        if not isinstance(item, Mapping) or not id_in(item):
            continue
        path = f"/models/{item.get('model')}/predictions"
        is_same = path == sent.url or path in names
        if is_same and _holds(item.get("input"), wanted.get("input")):
            yield id_in(item)


def _names(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of the model whose version was asked for."""
    version = body.get("version")
    if isinstance(version, str):
        yield version.partition(":")[0]


def _holds(listed: Any, sent: Any) -> bool:
    """Tell whether an input has all that was sent; what a model adds does not count."""
    if not isinstance(listed, Mapping) or not isinstance(sent, Mapping) or not sent:
        return False
    return all(name in listed and listed[name] == value for name, value in sent.items())
