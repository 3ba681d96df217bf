"""What is sent to ElevenLabs; the catalogue's `field` says what each input is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from engine import ErrorKind, TaskError
from nodes.models import ModelInfo
from nodes.providers.speakers import turns_of, voices_in
from nodes.remote.adapter import Call
from nodes.remote.mapping import build_body
from nodes.requests import Request

SPEAKERS = "speakers"
"""The option that names speakers and their voices."""
TAGGED = "tagged"
"""How speech is read whose text may hold tags in brackets, which are not heard."""
_MOST_VOICES = 10
_LONGEST_DIALOGUE = 2000
"""Characters of all turns together."""
_PATIENCE = 600.0
"""Seconds that a sound may take; music takes minutes."""
_THOUSANDTHS = "music_length_ms"


def speakers_of(request: Request) -> Mapping[str, str]:
    """Return the voices of speakers by their names; empty if one voice reads all.

    Raises:
        TaskError: The option is something else.
    """
    given = request.options.get(SPEAKERS)
    if given is None:
        return {}
    found = voices_in(given, _MOST_VOICES)
    if found is None:
        raise TaskError(
            f"the option speakers names up to {_MOST_VOICES} speakers and their voices",
            kind=ErrorKind.INVALID,
            hint='As {"Anna": "Rachel", "Ben": "Adam"}; lines of the text begin with `Anna:`.',
        )
    return found


def call_of(model: ModelInfo, request: Request) -> Call:
    """Return the call that makes a sound.

    Raises:
        TaskError: The options are not what the model takes.
    """
    body = build_body(model, request, {})
    form = body.pop("output_format", None)
    params = {"output_format": form} if form else {}
    path = f"/{model.endpoint}"
    if request.kind == "speech":
        path = _speak(body, request)
    elif _THOUSANDTHS in body:
        body[_THOUSANDTHS] = round(body[_THOUSANDTHS] * 1000)
    wants = TAGGED if body.get("model_id") == "eleven_v3" else ""
    return Call(
        "POST", path, json=body, params=params, holds_media=True, patience=_PATIENCE, wants=wants
    )


def _speak(body: dict[str, Any], request: Request) -> str:
    """Make a body that of speech, and return where it is sent."""
    if "language_code" in body:
        # The language alone, without a country or a script.
        body["language_code"] = body["language_code"].replace("_", "-").partition("-")[0].lower()
    speakers, narrator = body.pop(SPEAKERS, None), body.pop("voice")
    if not speakers:
        return f"/v1/text-to-speech/{quote(narrator, safe='')}/with-timestamps"
    if len(request.prompt) > _LONGEST_DIALOGUE:
        message = f"a dialogue has at most {_LONGEST_DIALOGUE} characters"
        raise TaskError(
            f"{message}, not {len(request.prompt)}",
            kind=ErrorKind.INVALID,
            hint="Split it into several, and join what they give with `mix_audio`.",
        )
    voices = {"": narrator, **speakers_of(request)}
    turns = turns_of(body.pop("text"), speakers)
    body["inputs"] = [{"text": words, "voice_id": voices[name]} for name, words in turns]
    if len({turn["voice_id"] for turn in body["inputs"]}) > _MOST_VOICES:
        message = f"a dialogue has at most {_MOST_VOICES} voices, also that of the lines of nobody"
        raise TaskError(message, kind=ErrorKind.INVALID)
    if "voice_settings" in body:
        body["settings"] = body.pop("voice_settings")
    return "/v1/text-to-dialogue/with-timestamps"
