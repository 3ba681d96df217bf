"""What ModelArk answers: pictures at once, one by one good or bad, and tasks for clips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind, TaskError
from nodes.remote.adapter import Billed, JobPhase, JobStatus, RemoteFile
from nodes.remote.spool import file_in
from nodes.remote.standard import class_in, codes_of, words_of
from nodes.remote.wording import cleaned

_REFUSALS = ("sensitivecontent", "riskdetection")
_CODES: Mapping[str, ErrorKind] = {
    **dict.fromkeys(("authenticationerror", "accessdenied", "modelnotopen"), ErrorKind.AUTH),
    **dict.fromkeys(("accountoverdueerror", "quotaexceeded"), ErrorKind.BILLING),
    **dict.fromkeys(("missingparameter", "invalidparameter"), ErrorKind.INVALID),
    **dict.fromkeys(("invalidendpoint", "unsupportedmodel"), ErrorKind.DOWN),
    **dict.fromkeys(
        (
            "ratelimitexceeded",
            "modelaccountrpmratelimitexceeded",
            "modelaccounttpmratelimitexceeded",
            "modelloadingerror",
            "serveroverloaded",
        ),
        ErrorKind.THROTTLED,
    ),
    "internalserviceerror": ErrorKind.TRANSIENT,
}
"""Classes of error by the first part of a code, up to the dot."""
_HINTS: Mapping[str, str] = {
    "modelnotopen": "Switch the model on in the console of ModelArk.",
    "privacyinformation": "A real person was seen: use a picture that the console has authorised, "
    "as asset://ID, or another one.",
    "authenticationerror": "A key is of one shop and region: for Volcengine, set the option "
    "`model_id`, and REELGRAPH_BYTEDANCE_BASE_URL=https://ark.cn-beijing.volces.com/api/v3.",
}
_PHASES: Mapping[str, JobPhase] = {
    "queued": JobPhase.QUEUED,
    "running": JobPhase.RUNNING,
    "succeeded": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELED,
    "expired": JobPhase.FAILED,
}
_EXPIRED = "it waited longer than `execution_expires_after` allows"
_REASONLESS = "ModelArk gives no reason"


def class_of_code(document: Any) -> ErrorKind | None:
    """Return the class of an error by its code; None where the code is not known."""
    if any(word in code for code in codes_of(document) for word in _REFUSALS):
        return ErrorKind.REFUSED
    return class_in(document, _CODES)


def hint_of(document: Any) -> str:
    """Return what to do about an error, where its code tells; else nothing."""
    codes = list(codes_of(document))
    return next((hint for word, hint in _HINTS.items() if any(word in c for c in codes)), "")


def id_in(document: Mapping[str, Any]) -> str:
    """Return the id of a task; empty if there is none."""
    found = document.get("id")
    return found if isinstance(found, str) else ""


def pictures_in(document: Mapping[str, Any]) -> JobStatus | None:
    """Read the pictures of an answer; None where it tells of none.

    Some of a set may be missing: those are not billed, and the others are the result.
    """
    data = document.get("data")
    items = [i for i in data if isinstance(i, Mapping)] if isinstance(data, list) else []
    if files := tuple(_files(items)):
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")
    wrong = next((each for each in (document, *items) if each.get("error")), None)
    return None if wrong is None else _failed(wrong)


def _files(items: list[Mapping[str, Any]]) -> Iterator[RemoteFile]:
    for item in items:
        url = item.get("url")
        if isinstance(url, str) and url:
            yield RemoteFile(url, "image")
        elif item.get("b64_json"):
            yield file_in(item["b64_json"], "image")


def status_of(document: Mapping[str, Any]) -> JobStatus | None:
    """Read how a task stands; None where it does not say."""
    word = document.get("status")
    if not isinstance(word, str):
        return None
    # A word that is not known yet means that it goes on.
    phase = _PHASES.get(word, JobPhase.RUNNING)
    if phase is JobPhase.SUCCEEDED:
        return _clip(document.get("content"))
    if word == "expired":
        return JobStatus(phase, message=_EXPIRED)
    if phase is JobPhase.FAILED:
        return _failed(document)
    billed: Billed = "not billed" if phase is JobPhase.CANCELED else "unknown"
    return JobStatus(phase, note=cleaned(word), billed=billed)


def _clip(content: Any) -> JobStatus:
    told = content if isinstance(content, Mapping) else {}
    links = (told.get(name) for name in ("video_url", "file_url"))
    url = next((link for link in links if isinstance(link, str) and link), "")
    if not url:
        message = "ModelArk says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    files = (RemoteFile(url, "video"),)
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")


def _failed(document: Mapping[str, Any]) -> JobStatus:
    """Read why there is nothing; what comes to nothing is not billed."""
    wrong = {"error": document.get("error")}
    message = words_of(wrong) or _REASONLESS
    kind = class_of_code(wrong)
    if kind is ErrorKind.REFUSED:
        said = f"{message} {hint_of(wrong)}".strip()
        return JobStatus(JobPhase.REFUSED, message=said, billed="not billed")
    # What is wrong with a request will be wrong with it the next time.
    lasts = kind is not None and not kind.retryable
    error = TaskError(f"ModelArk failed: {message}", kind=kind) if kind and lasts else None
    return JobStatus(JobPhase.FAILED, message=message, billed="not billed", error=error)
