"""`generateContent`: pictures, text and speech in one exchange, also at those who relay it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine import ErrorKind, Media, TaskError
from nodes.models import ModelInfo
from nodes.providers.speakers import turns_of, voices_in
from nodes.remote.adapter import Address, Billed, Inline, JobPhase, JobStatus, RemoteFile
from nodes.remote.mapping import build_body
from nodes.remote.spool import file_in
from nodes.remote.wording import cleaned
from nodes.requests import Request

_APART = ("prompt", "image", "references", "style", "speakers")
"""What stands in the parts of the content, and nowhere else."""
_REFUSALS = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "LANGUAGE",
        "OTHER",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
    }
)
_UNLUCKY = frozenset({"IMAGE_OTHER", "NO_IMAGE"})
_RATE = re.compile(r"rate=(\d{4,6})")
_USUAL_RATE = 24_000


def wanted(request: Request) -> str:
    """Return how the answer to a request is to be read: `text`, `audio` or `image`."""
    return {"write_text": "text", "speech": "audio"}.get(request.kind, "image")


def content_body(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the body of a request.

    Raises:
        TaskError: The speakers are not what the model takes.
    """
    if request.kind == "write_text":
        return _conversation(model, request)
    body = build_body(model, request, urls)
    apart = {name: body.pop(name, None) for name in _APART}
    if request.kind == "speech":
        speakers = _speakers(apart["speakers"], request.voice)
        if speakers:
            voices = {"speakerVoiceConfigs": [_speaker(*each) for each in speakers.items()]}
            speech = body.setdefault("generationConfig", {}).setdefault("speechConfig", {})
            speech["multiSpeakerVoiceConfig"] = voices
        parts = list(_spoken(request.prompt, apart["style"], speakers))
    else:
        pictures = [request.image, *request.references]
        parts = [part_of(media, urls[media.digest]) for media in pictures if media is not None]
        parts.append({"text": request.prompt})
    return {"contents": [{"role": "user", "parts": parts}], **body}


def part_of(media: Media, address: Address) -> dict[str, Any]:
    """Return a file as a part of a content: by its bytes, or by where it was uploaded."""
    if isinstance(address, Inline):
        return {"inlineData": {"mimeType": media.media_type, "data": address}}
    return {"fileData": {"mimeType": media.media_type, "fileUri": address}}


def _conversation(model: ModelInfo, request: Request) -> dict[str, Any]:
    """Return the body of a request for text that follows a schema."""
    others = {n: v for n, v in request.options.items() if n in model.options}
    body = build_body(model, Request("write_text", request.model, options=others), {})
    said = request.options["messages"]
    system = [{"text": each["content"]} for each in said if each["role"] == "system"]
    contents = [
        {
            "role": "model" if each["role"] == "assistant" else "user",
            "parts": [{"text": each["content"]}],
        }
        for each in said
        if each["role"] != "system"
    ]
    structure = {
        "responseMimeType": "application/json",
        "responseJsonSchema": request.options["schema"],
    }
    body["generationConfig"] = {**body.get("generationConfig", {}), **structure}
    if system:
        body["systemInstruction"] = {"parts": system}
    return {"contents": contents, **body}


# -- speech ------------------------------------------------------------------------------------


def _speakers(given: Any, voice: str | None) -> Mapping[str, str]:
    """Return the voices of two speakers by their names; empty if one voice reads it all."""
    if not given:
        return {}
    found = voices_in(given, 2)
    if found is None or len(found) != 2:
        raise TaskError(
            "the option speakers names two speakers and their voices",
            kind=ErrorKind.INVALID,
            hint='As {"Anna": "Kore", "Ben": "Puck"}; lines of the text begin with `Anna:`.',
        )
    if voice:
        message = "voice and the option speakers both say who speaks: leave one out"
        raise TaskError(message, kind=ErrorKind.INVALID)
    return found


def _speaker(name: str, voice: str) -> dict[str, Any]:
    return {"speaker": name, "voiceConfig": {"voice": voice}}


def _spoken(text: str, style: str | None, speakers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield a text as one part, or as one for each turn of its speakers."""
    if not speakers:
        yield _turn(text, style, None)
        return
    turns = list(turns_of(text, speakers))
    if not turns or not turns[0][0]:
        raise TaskError(
            f"the text does not begin with a line of {' or '.join(speakers)}",
            kind=ErrorKind.INVALID,
            hint="Write each turn as `NAME: words`.",
        )
    yield from (_turn(words, style, name) for name, words in turns)


def _turn(text: str, style: str | None, speaker: str | None) -> dict[str, Any]:
    told = {name: v for name, v in (("style", style), ("speaker", speaker)) if v}
    return {"text": text, "speechMetadata": told} if told else {"text": text}


# -- answers -----------------------------------------------------------------------------------


def read_content(document: Mapping[str, Any], wants: str, refusal: Billed = "unknown") -> JobStatus:
    """Read a good answer, which may be a refusal all the same.

    Args:
        document: The answer.
        wants: What was asked for: `image`, `audio`, `text`.
        refusal: Whether a refusal is paid for.
    """
    feedback = document.get("promptFeedback")
    if isinstance(feedback, Mapping) and (reason := feedback.get("blockReason")):
        said = cleaned(
            str(feedback.get("blockReasonMessage") or f"the prompt is blocked: {reason}")
        )
        return JobStatus(JobPhase.REFUSED, message=said, billed=refusal)
    candidates = document.get("candidates")
    first = candidates[0] if isinstance(candidates, list) and candidates else {}
    parts = [part for part in _parts(first) if not part.get("thought")]
    reason = str(first.get("finishReason") or "")
    text = "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    if wants == "text":
        if text and reason in ("STOP", ""):
            return JobStatus(JobPhase.SUCCEEDED, data={"text": text}, billed="billed")
    elif files := tuple(_files(parts, wants)):
        return JobStatus(JobPhase.SUCCEEDED, files=files, billed="billed")
    return _nothing(reason, cleaned(str(first.get("finishMessage") or text)), wants, refusal)


def _parts(candidate: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = candidate.get("content")
    parts = content.get("parts") if isinstance(content, Mapping) else None
    return [p for p in parts if isinstance(p, Mapping)] if isinstance(parts, list) else []


def _files(parts: list[Mapping[str, Any]], wants: str) -> Iterator[RemoteFile]:
    for part in parts:
        data, link = part.get("inlineData"), part.get("fileData")
        if isinstance(data, Mapping) and data.get("data"):
            yield _file(data, wants)
        elif isinstance(link, Mapping) and isinstance(link.get("fileUri"), str):
            yield RemoteFile(link["fileUri"], "image" if wants == "image" else "audio")


def _file(data: Mapping[str, Any], wants: str) -> RemoteFile:
    content, kind = data["data"], str(data.get("mimeType") or "").lower()
    if wants == "audio":
        is_bare = kind.startswith("audio/l16")
        found = _RATE.search(kind)
        rate = int(found[1]) if found else _USUAL_RATE
        return file_in(content, "audio", rate if is_bare else None)
    if isinstance(content, str) and content.startswith("https://"):
        # A relay may give an address where the bytes are due.
        return RemoteFile(content, "image")
    return file_in(content, "image")


def _nothing(reason: str, said: str, wants: str, refusal: Billed) -> JobStatus:
    """Return why there is no result."""
    if reason == "MAX_TOKENS":
        return JobStatus(JobPhase.FAILED, billed="billed", error=_cut_off())
    if reason in _UNLUCKY:
        error = TaskError(
            f"the model made no picture: {said or reason}",
            kind=ErrorKind.INVALID,
            hint="Another try, or another seed, may do.",
        )
        return JobStatus(JobPhase.FAILED, billed=refusal, error=error)
    if reason in _REFUSALS or reason in ("STOP", ""):
        silence = f"it answered without {wants}" + (f" ({cleaned(reason)})" if reason else "")
        told = f"{cleaned(reason)}: {said}" if said and reason in _REFUSALS else said or silence
        return JobStatus(JobPhase.REFUSED, message=told, billed=refusal)
    message = f"{cleaned(reason)}: {said}" if said else cleaned(reason)
    return JobStatus(JobPhase.FAILED, message=message, billed=refusal)


def _cut_off() -> TaskError:
    return TaskError(
        "the answer was cut off, as it grew too long",
        kind=ErrorKind.INVALID,
        hint="Ask for less at a time: fewer shots, a shorter text.",
    )
