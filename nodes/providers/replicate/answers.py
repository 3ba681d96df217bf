"""What Replicate answers: predictions, whose output is whatever their model declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nodes.remote.adapter import Billed, JobPhase, JobStatus, RemoteFile
from nodes.remote.kinds import FileKind, kind_of
from nodes.remote.wording import cleaned

TEXT, ANYTHING = "text", "anything"
"""What a prediction makes, besides the kinds of files: words, or what only its caller knows."""
_PHASES: Mapping[str, JobPhase] = {
    "starting": JobPhase.QUEUED,
    "processing": JobPhase.RUNNING,
    "succeeded": JobPhase.SUCCEEDED,
    "failed": JobPhase.FAILED,
    "canceled": JobPhase.CANCELED,
    "aborted": JobPhase.CANCELED,
}
_REFUSALS = ("(e005)", "flagged as sensitive", "nsfw")
_TOLD = ("id", "model", "version", "output", "metrics")
"""What is handed on of a prediction whose output may be anything."""
_DEPTH = 8
_KINDS: Mapping[str, FileKind] = {"image": "image", "video": "video", "audio": "audio"}
_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)
"""What language models like to put around JSON."""


def id_in(document: Mapping[str, Any]) -> str:
    """Return the id of a prediction; empty if there is none."""
    found = document.get("id")
    return found if isinstance(found, str) else ""


def status_of(document: Mapping[str, Any], makes: str) -> JobStatus | None:
    """Read how a prediction stands; None where it does not say.

    Args:
        document: The prediction.
        makes: What its model makes.
    """
    word = document.get("status")
    if not isinstance(word, str):
        return None
    # A word that is not known yet means that it goes on.
    phase = _PHASES.get(word, JobPhase.RUNNING)
    if phase is JobPhase.SUCCEEDED:
        return _made(document, makes)
    if phase is JobPhase.FAILED:
        return _failed(document)
    billed: Billed = "not billed" if word == "aborted" else "unknown"
    return JobStatus(phase, note=cleaned(word), billed=billed)


def _failed(document: Mapping[str, Any]) -> JobStatus:
    said = document.get("error")
    message = cleaned(said) if isinstance(said, str) else ""
    message = message or "Replicate gives no reason"
    is_refused = any(word in message.lower() for word in _REFUSALS)
    return JobStatus(JobPhase.REFUSED if is_refused else JobPhase.FAILED, message=message)


def _made(document: Mapping[str, Any], makes: str) -> JobStatus:
    output = document.get("output")
    files = () if makes == TEXT else tuple(dict.fromkeys(_files(output, makes, 0)))
    data: dict[str, Any] = {}
    if makes == ANYTHING:
        data = {name: document.get(name) for name in _TOLD}
    if makes in (TEXT, ANYTHING) and not files and (text := _text(output)):
        data["text"] = text
    if output is None or not (files or data):
        gone = " any more: it is deleted after an hour" if document.get("data_removed") else ""
        message = f"Replicate says that it has succeeded, but has no output{gone}"
        return JobStatus(JobPhase.FAILED, message=message, billed="billed")
    return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, data=data or None, billed="billed")


def _text(output: Any) -> str:
    """Return the words of a language model; empty where the output is something else."""
    words = output if isinstance(output, list) else [output]
    if not all(isinstance(word, str) for word in words):
        return ""
    text = "".join(words)
    found = _FENCE.match(text)
    return found[1] if found else text


def _files(value: Any, makes: str, depth: int) -> Iterator[RemoteFile]:
    """Yield the files of an output, wherever they are in it."""
    if depth > _DEPTH:
        return
    if isinstance(value, str) and value.startswith(("https://", "http://")):
        found = kind_of(value)
        # An address need not tell by its ending what a model is known to make.
        yield RemoteFile(value, _KINDS.get(makes, found) if found == "file" else found)
    elif isinstance(value, list):
        for item in value:
            yield from _files(item, makes, depth + 1)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _files(item, makes, depth + 1)
