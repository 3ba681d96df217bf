"""`generateContent` as Google documents it: what it takes of each model, and what it answers.

Written from the documentation, not from this project's catalogue. Words in a prompt choose how it
ends: `blocked`, `filtered`, `unlucky`, `declined`, `endless`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from tests.support.json_schema import faults
from tests.support.loopback import Reply

_TEN = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
_FOURTEEN = [*_TEN, "1:4", "4:1", "1:8", "8:1"]
PICTURES: Mapping[str, tuple[list[str], list[str]]] = {
    "gemini-nano-banana-2.1": (_FOURTEEN, ["1K", "2K", "4K"]),
    "gemini-3-pro-image": (_TEN, ["1K", "2K", "4K"]),
    "gemini-3.1-flash-image": (_FOURTEEN, ["512", "1K", "2K", "4K"]),
    "gemini-3.1-flash-lite-image": (_FOURTEEN, ["1K"]),
    "gemini-2.5-flash-image": (_TEN, ["1K"]),
}
"""Ratios and sizes."""
_TEXTS = ("flash", "flash-lite", "pro", "argon", "carbon", "hydrogen", "latest", "preview")
_SPEECH: dict[str, Any] = {
    "type": "object",
    "properties": {"style": {"type": "string"}, "speaker": {"type": "string"}},
}
_PART: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1},
        "inlineData": {
            "type": "object",
            "properties": {"mimeType": {"type": "string"}, "data": {"type": "string"}},
            "required": ["mimeType", "data"],
        },
        "fileData": {
            "type": "object",
            "properties": {"mimeType": {"type": "string"}, "fileUri": {"type": "string"}},
            "required": ["fileUri"],
        },
        "speechMetadata": _SPEECH,
    },
}
_CONTENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "role": {"type": "string", "enum": ["user", "model"]},
        "parts": {"type": "array", "minItems": 1, "items": _PART},
    },
    "required": ["parts"],
}
_VOICE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "voice": {"type": "string"},
        "prebuiltVoiceConfig": {
            "type": "object",
            "properties": {"voiceName": {"type": "string"}},
            "required": ["voiceName"],
        },
    },
}
_SPEAKER = {
    "type": "object",
    "properties": {"speaker": {"type": "string"}, "voiceConfig": _VOICE},
    "required": ["speaker", "voiceConfig"],
}
_LEVELS = ["minimal", "low", "medium", "high"]
_THINKING = {
    "type": "object",
    # In capitals at Vertex AI.
    "properties": {"thinkingLevel": {"enum": [*_LEVELS, *map(str.upper, _LEVELS)]}},
}


def _schema(settings: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "contents": {"type": "array", "minItems": 1, "items": _CONTENT},
            "systemInstruction": _CONTENT,
            "generationConfig": {
                "type": "object",
                "properties": {"thinkingConfig": _THINKING, **settings},
                "required": required,
            },
        },
        "required": ["contents", "generationConfig"],
    }


def _modalities(*allowed: str) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(allowed)}}


def _picture_schema(model: str, more: Mapping[str, Any]) -> dict[str, Any]:
    ratios, sizes = PICTURES[model]
    properties = {
        "aspectRatio": {"type": "string", "enum": ratios},
        "imageSize": {"type": "string", "enum": sizes},
        **more,
    }
    return _schema(
        {
            "responseModalities": _modalities("TEXT", "IMAGE"),
            "imageConfig": {"type": "object", "properties": properties},
            "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
        },
        ["responseModalities"],
    )


_SPOKEN = _schema(
    {
        "responseModalities": _modalities("AUDIO"),
        "speechConfig": {
            "type": "object",
            "properties": {
                "voiceConfig": _VOICE,
                "languageCode": {"type": "string"},
                "multiSpeakerVoiceConfig": {
                    "type": "object",
                    "properties": {
                        "speakerVoiceConfigs": {
                            "type": "array",
                            "minItems": 2,
                            "maxItems": 2,
                            "items": _SPEAKER,
                        }
                    },
                    "required": ["speakerVoiceConfigs"],
                },
            },
        },
    },
    ["responseModalities"],
)
_WRITTEN = _schema(
    {
        "responseMimeType": {"type": "string", "enum": ["application/json"]},
        "responseJsonSchema": {"type": "object"},
    },
    ["responseMimeType", "responseJsonSchema"],
)


def refused(status: int, word: str, message: str, **more: Any) -> Reply:
    """Return an error as Google's services answer it."""
    return Reply(status, {"error": {"code": status, "message": message, "status": word, **more}})


class Gemini:
    """Answers `generateContent`.

    Args:
        files: What results are made of: `image`, `audio`.
        options: Fields of `imageConfig` that only this service knows.
    """

    def __init__(
        self, files: Mapping[str, bytes], options: Mapping[str, Any] | None = None
    ) -> None:
        self._files = files
        self._options = options or {}

    def answer(self, model: str, body: Any) -> Reply:
        kind = _kind(model)
        if kind is None:
            return refused(404, "NOT_FOUND", f"models/{model} is not found or no longer available")
        schema = {"text": _WRITTEN, "audio": _SPOKEN}.get(kind) or _picture_schema(
            model, self._options
        )
        if found := [*faults(body, schema), *_more_faults(model, body, kind)]:
            return refused(400, "INVALID_ARGUMENT", "; ".join(found))
        return Reply(json=self._made(body, kind))

    def _made(self, body: Any, kind: str) -> dict[str, Any]:
        text = " ".join(p.get("text", "") for c in body["contents"] for p in c["parts"])
        if "blocked" in text:
            return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
        ends = {
            "filtered": "IMAGE_SAFETY" if kind == "image" else "SAFETY",
            "unlucky": "IMAGE_OTHER",
            "endless": "MAX_TOKENS",
        }
        for word, reason in ends.items():
            if word in text:
                return {"candidates": [{"finishReason": reason}]}
        if "declined" in text and kind != "text":
            parts: list[dict[str, Any]] = [{"text": "I would rather not."}]
        elif kind == "text":
            answer = json.dumps({"said": text[:100]})
            parts = [{"text": "hm", "thought": True}, {"text": answer[:5]}, {"text": answer[5:]}]
        else:
            draft: dict[str, Any] = {
                "inlineData": {"mimeType": "image/png", "data": "AAAA"},
                "thought": True,
            }
            parts = [draft, {"inlineData": self._data(kind)}]
        content = {"role": "model", "parts": parts}
        return {
            "candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
            "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 99},
        }

    def _data(self, kind: str) -> dict[str, Any]:
        if kind == "image":
            content = base64.b64encode(self._files["image"]).decode()
            return {"mimeType": "image/png", "data": content}
        samples = base64.b64encode(bytes(24_000)).decode()
        return {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": samples}


def _kind(model: str) -> str | None:
    if model in PICTURES:
        return "image"
    if "-tts" in model:
        return "audio"
    is_text = model.startswith("gemini-") and model.rpartition("-")[2] in " ".join(_TEXTS)
    return "text" if is_text and "omni" not in model else None


def _more_faults(model: str, body: Any, kind: str) -> list[str]:
    """Return what a schema cannot say."""
    found = []
    parts = [part for content in body.get("contents", ()) for part in content.get("parts", ())]
    for part in parts:
        data = part.get("inlineData", {}).get("data", "AAAA")
        try:
            base64.b64decode(data, validate=True)
        except ValueError:
            found.append("inlineData.data is not base64")
        if len(part.keys() & {"text", "inlineData", "fileData"}) != 1:
            found.append("a part has one field of data")
    speech = body.get("generationConfig", {}).get("speechConfig", {})
    if {"voiceConfig", "multiSpeakerVoiceConfig"} <= speech.keys():
        found.append("voiceConfig and multiSpeakerVoiceConfig exclude each other")
    if "3.1" in model and kind == "audio" and any("speechMetadata" in part for part in parts):
        found.append("speechMetadata is not known")
    if kind != "image" and any("inlineData" in part for part in parts):
        found.append("the model takes no pictures")
    return found
