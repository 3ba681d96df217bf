"""What MiniMax answers: tasks of two generations of its API, pictures, speech."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind
from nodes.remote.adapter import Call, JobPhase, JobStatus, RemoteFile
from nodes.remote.standard import codes_of, words_of
from nodes.remote.wording import cleaned

CODES: Mapping[str, ErrorKind] = {
    **dict.fromkeys(("1000", "1001", "1024", "1033"), ErrorKind.TRANSIENT),
    **dict.fromkeys(("1002", "1039"), ErrorKind.THROTTLED),
    **dict.fromkeys(("1004", "2049", "2061"), ErrorKind.AUTH),
    **dict.fromkeys(("1008", "1028", "1030", "2056"), ErrorKind.BILLING),
    **dict.fromkeys(("1026", "1027"), ErrorKind.REFUSED),
    **dict.fromkeys(("1042", "2013"), ErrorKind.INVALID),
}
_PHASES: Mapping[str, JobPhase] = {
    "preparing": JobPhase.QUEUED,
    "queueing": JobPhase.QUEUED,
    "queued": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "running": JobPhase.RUNNING,
    "success": JobPhase.SUCCEEDED,
    "succeeded": JobPhase.SUCCEEDED,
    "fail": JobPhase.FAILED,
    "failed": JobPhase.FAILED,
    "unknown": JobPhase.FAILED,
    "expired": JobPhase.FAILED,
    "cancelled": JobPhase.CANCELED,
}
"""The two generations, and messages, spell them with and without capitals."""
_CODE_AT_END = re.compile(r"[(\[](\d{4})[)\]]\s*\Z")
_REASONLESS = "MiniMax gives no reason"
_BLOCKED = "MiniMax blocked every picture, without saying why"


def id_in(document: Mapping[str, Any]) -> str:
    """Return the id of a task, which may come as a number; empty if there is none."""
    found = document.get("task_id") or document.get("id")
    is_id = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found) if is_id else ""


def code_of(document: Any) -> str:
    """Return MiniMax's own code for what is wrong; empty if there is none.

    The second generation puts it at the end of its words.
    """
    known = next((code for code in codes_of(document) if code in CODES), "")
    found = _CODE_AT_END.search(words_of(document))
    return known or (found[1] if found and found[1] in CODES else "")


def is_good(document: Mapping[str, Any]) -> bool:
    """Tell whether an answer says that all is well."""
    base = document.get("base_resp")
    return not isinstance(base, Mapping) or base.get("status_code") in (0, "0", None)


def status_of(document: Mapping[str, Any]) -> JobStatus | Call | None:
    """Read how a task stands; None where it does not say.

    A task of the first generation names a file, whose address is asked for in one more call.
    """
    task = document.get("task")
    told: Mapping[str, Any] = task if isinstance(task, Mapping) else document
    if isinstance(file := document.get("file"), Mapping):
        return _made([file.get("download_url")], "video")
    word = told.get("status")
    if not isinstance(word, str):
        return None
    # A word that is not known yet means that it goes on.
    phase = _PHASES.get(word.lower(), JobPhase.RUNNING)
    if phase is JobPhase.SUCCEEDED:
        return _succeeded(told)
    if phase in (JobPhase.QUEUED, JobPhase.RUNNING):
        return JobStatus(phase, note=cleaned(word))
    reason = told if phase is JobPhase.FAILED else {}
    is_refused = CODES.get(code_of(reason)) is ErrorKind.REFUSED
    said = words_of({name: reason.get(name) for name in ("error", "base_resp")})
    said = "" if said.lower() == "success" else said
    return JobStatus(JobPhase.REFUSED if is_refused else phase, message=said or _REASONLESS)


def _succeeded(task: Mapping[str, Any]) -> JobStatus | Call:
    file = task.get("file_id")
    if isinstance(file, str | int) and file:
        return Call("GET", "/v1/files/retrieve", params={"file_id": str(file)})
    content = task.get("content")
    return _made([content.get("url") if isinstance(content, Mapping) else None], "video")


def _made(urls: list[Any], kind: Any) -> JobStatus:
    files = tuple(RemoteFile(url, kind) for url in urls if isinstance(url, str) and url)
    if not files:
        message = "MiniMax says that it has succeeded, but gives no file"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed")


def made_at_once(document: Mapping[str, Any]) -> JobStatus | None:
    """Read pictures or speech; None where there is neither."""
    data = document.get("data")
    if not isinstance(data, Mapping):
        # With no word of what is wrong, that is how all pictures are told to be blocked.
        return JobStatus(JobPhase.REFUSED, message=_BLOCKED) if "metadata" in document else None
    if "audio" in data:
        files = tuple(_speech(data["audio"]))
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, billed="billed") if files else None
    urls = data.get("image_urls")
    if isinstance(urls, list) and any(isinstance(url, str) and url for url in urls):
        return _made(urls, "image")
    return JobStatus(JobPhase.REFUSED, message=_BLOCKED)


def _speech(audio: Any) -> Iterator[RemoteFile]:
    """Yield speech: an address, as was asked for; or else the file itself in hexadecimal digits."""
    if not isinstance(audio, str) or not audio:
        return
    if audio.startswith(("https://", "http://")):
        yield RemoteFile(audio, "audio")
        return
    try:
        content = base64.b64encode(bytes.fromhex(audio)).decode()
    except ValueError:
        return
    yield RemoteFile("", "audio", content=content)
