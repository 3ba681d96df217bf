"""Veo and the upscaler of Imagen: what is sent as instances and parameters, and what comes back.

A clip that was filtered is no error: the operation is done, only that there is no video in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import Address, JobPhase, JobStatus, RemoteFile
from nodes.remote.mapping import build_body
from nodes.remote.spool import file_in
from nodes.remote.wording import cleaned
from nodes.requests import Request

_APART = ("prompt", "image", "last_image", "references", "video")
_FILTERS: Mapping[str, str] = {
    "58061214": "children",
    "17301594": "children",
    "29310472": "celebrities",
    "15236754": "celebrities",
    "62263041": "danger",
    "57734940": "hate",
    "22137204": "hate",
    "39322892": "persons or faces",
    "92201652": "personal data",
    "89371032": "prohibited content",
    "49114662": "prohibited content",
    "72817394": "prohibited content",
    "90789179": "sexual content",
    "63429089": "sexual content",
    "43188360": "sexual content",
    "78610348": "toxic words",
    "61493863": "violence",
    "56562880": "violence",
    "42876398": "other reasons",
    "29578790": "other reasons",
    "74803281": "other reasons",
}
"""What Google's support codes stand for."""
_CODE = re.compile(r"\b\d{8}\b")
_CODES: Mapping[int, ErrorKind] = {
    3: ErrorKind.INVALID,
    7: ErrorKind.AUTH,
    16: ErrorKind.AUTH,
}
"""Numbers of google.rpc for what another model, or another try, would not better."""


def veo_body(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the body of a request: one instance, and parameters for all of them."""
    body = build_body(model, request, urls)
    for name in _APART:
        body.pop(name, None)

    def media(given: Media) -> dict[str, Any]:
        return {"bytesBase64Encoded": urls[given.digest], "mimeType": given.media_type}

    instance: dict[str, Any] = {"prompt": request.prompt} if request.prompt else {}
    for name, given in (
        ("image", request.image),
        ("lastFrame", request.last_image),
        ("video", request.video),
    ):
        if given is not None:
            instance[name] = media(given)
    if request.references:
        # In capitals, as Google's own SDK sends it.
        instance["referenceImages"] = [
            {"image": media(each), "referenceType": "ASSET"} for each in request.references
        ]
    return {"instances": [instance], **body}


def read_operation(document: Mapping[str, Any]) -> JobStatus | str:
    """Read how an operation stands; or the `gs://` address of its clip.

    Raises:
        TypeError: It is not what an operation is.
    """
    if not document.get("done"):
        return JobStatus(JobPhase.RUNNING)
    error = document.get("error")
    if isinstance(error, Mapping):
        return _failed(error)
    response = document["response"]
    videos = response.get("videos") or ()
    if not videos:
        reasons = response.get("raiMediaFilteredReasons") or ()
        said = cleaned(" ".join(str(reason) for reason in reasons))
        return JobStatus(JobPhase.REFUSED, message=_explained(said) or "its filters took it out")
    first = videos[0]
    if not first.get("bytesBase64Encoded") and isinstance(first.get("gcsUri"), str):
        uri: str = first["gcsUri"]
        return uri
    file = file_in(first.get("bytesBase64Encoded"), "video")
    return JobStatus(JobPhase.SUCCEEDED, files=(file,), billed="billed")


def _failed(error: Mapping[str, Any]) -> JobStatus:
    said = cleaned(str(error.get("message") or "no reason given"))
    if any(_filters(said)):
        return JobStatus(JobPhase.REFUSED, message=_explained(said))
    code = error.get("code")
    kind = _CODES.get(code) if isinstance(code, int) else None
    told = TaskError(f"Vertex AI could not do it: {said}", kind=kind) if kind else None
    return JobStatus(JobPhase.FAILED, message=said, error=told)


def read_predictions(document: Mapping[str, Any]) -> JobStatus:
    """Read the pictures of an answer that came at once."""
    files: list[RemoteFile] = []
    reasons: list[str] = []
    for each in document.get("predictions") or ():
        if content := each.get("bytesBase64Encoded"):
            files.append(file_in(content, "image"))
        elif reason := each.get("raiFilteredReason"):
            reasons.append(cleaned(str(reason)))
    if files:
        return JobStatus(JobPhase.SUCCEEDED, files=tuple(files), billed="billed")
    said = _explained(" ".join(reasons)) or "its filters took it out"
    return JobStatus(JobPhase.REFUSED, message=said)


def _filters(said: str) -> Iterator[str]:
    return (_FILTERS[code] for code in _CODE.findall(said) if code in _FILTERS)


def _explained(said: str) -> str:
    """Return the words of a refusal, with what its support codes stand for."""
    meant = ", ".join(dict.fromkeys(_filters(said)))
    return f"{said} ({meant})" if meant else said
