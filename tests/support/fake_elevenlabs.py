"""ElevenLabs on this machine: strict about keys, fields and limits, and counting what it made.

Written from the provider's documentation, not from this project's catalogue, so that a mistake
there is found here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "elevenlabs-key-canary"
RACHEL, ADAM = "21m00Tcm4TlvDq8ikWAM", "pNInz6obpgDQGcFmaJgB"
VOICES = {RACHEL: "Rachel", ADAM: "Adam", "A" * 20: "any", "B" * 20: "Twin", "C" * 20: "Twin"}
_LONGEST = {
    "eleven_v3": 5000,
    "eleven_multilingual_v2": 10_000,
    "eleven_flash_v2_5": 40_000,
    "eleven_flash_v2": 30_000,
}


def _number(low: float, high: float, kind: str = "number") -> dict[str, Any]:
    return {"type": kind, "minimum": low, "maximum": high}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


_STRING = {"type": "string"}
_BOOL = {"type": "boolean"}
_LANGUAGE = {"type": "string", "minLength": 2, "maxLength": 2}
_DICTIONARIES = {
    "type": "array",
    "maxItems": 3,
    "items": _object(
        "pronunciation_dictionary_id", pronunciation_dictionary_id=_STRING, version_id=_STRING
    ),
}
_SEED = _number(0, 4294967295, "integer")
_SPEECH = _object(
    "text",
    text=_STRING,
    model_id={"type": "string", "enum": list(_LONGEST)},
    language_code=_LANGUAGE,
    voice_settings=_object(
        "",
        stability=_number(0, 1),
        similarity_boost=_number(0, 1),
        style=_number(0, 1e9),
        speed=_number(0.7, 1.2),
        use_speaker_boost=_BOOL,
    ),
    pronunciation_dictionary_locators=_DICTIONARIES,
    seed=_SEED,
    previous_text=_STRING,
    next_text=_STRING,
    apply_text_normalization={"type": "string", "enum": ["auto", "on", "off"]},
    apply_language_text_normalization=_BOOL,
)
_DIALOGUE = _object(
    "inputs",
    inputs={
        "type": "array",
        "minItems": 1,
        "items": _object("text voice_id", text=_STRING, voice_id=_STRING),
    },
    model_id={"type": "string", "enum": ["eleven_v3"]},
    language_code=_LANGUAGE,
    settings=_object("", stability=_number(0, 1)),
    pronunciation_dictionary_locators=_DICTIONARIES,
    seed=_SEED,
    apply_text_normalization={"type": "string", "enum": ["auto", "on", "off"]},
)
_EFFECT = _object(
    "text",
    text=_STRING,
    model_id={"type": "string", "enum": ["eleven_text_to_sound_v2"]},
    duration_seconds=_number(0.5, 30),
    prompt_influence=_number(0, 1),
    loop=_BOOL,
)
_MUSIC = _object(
    "prompt",
    prompt={"type": "string", "maxLength": 4100},
    model_id={"type": "string", "enum": ["music_v1", "music_v2"]},
    music_length_ms=_number(3000, 600_000, "integer"),
    force_instrumental=_BOOL,
    sign_with_c2pa=_BOOL,
)
_MP3 = {f"mp3_{each}" for each in ("22050_32", "24000_48")}
_MP3 |= {f"mp3_44100_{rate}" for rate in (32, 64, 96, 128, 192)}
_BARE = {f"pcm_{rate}" for rate in (8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)}
_WAV = {each.replace("pcm", "wav") for each in _BARE}
_FORMATS = {
    "speech": _MP3 | _BARE | _WAV,
    "effect": _MP3 | _BARE,
    "music": _MP3 | _BARE | {"auto"} | {f"mp3_48000_{rate}" for rate in (128, 192, 240, 320)},
}
_SPEAK = re.compile(r"/v1/text-to-speech/([^/]+)/with-timestamps")


@dataclass
class Refusal(Exception):
    """An answer with an error."""

    status: int
    code: str
    message: str


class FakeElevenLabs(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        sound: The file that every request is answered with.
    """

    def __init__(self, sound: bytes) -> None:
        super().__init__()
        self.sound = sound
        self.made: list[tuple[str, Any]] = []
        """Paths and bodies of what was made and is paid for."""
        self.has_times = True
        self.has_every_voice = False
        """Whether the account has a voice of any name."""

    def route(self, asked: Asked) -> str:
        return "speak" if _SPEAK.fullmatch(asked.path) else asked.path

    def answer(self, asked: Asked) -> Reply:
        try:
            if asked.headers.get("xi-api-key") != KEY:
                raise Refusal(401, "invalid_api_key", "Invalid API key")
            if asked.method == "GET":
                return Reply(json=self._listed(asked))
            found = faults_of(asked.path, asked.json, asked.query)
        except Refusal as refusal:
            detail = {"status": refusal.code, "message": refusal.message}
            return Reply(refusal.status, json={"detail": detail})
        if found:
            wrong = [{"loc": ["body"], "msg": fault, "type": "value_error"} for fault in found]
            return Reply(422, json={"detail": wrong})
        self.made.append((asked.path, asked.json))
        if asked.path.endswith("/with-timestamps"):
            return Reply(json=self._timed(asked.json))
        return Reply(body=self.sound, headers={"Content-Type": "audio/mpeg"})

    def _listed(self, asked: Asked) -> Any:
        if asked.path == "/v1/user/subscription":
            return {"tier": "free", "character_count": 0, "character_limit": 10_000}
        if asked.path != "/v2/voices" or set(asked.query) - {"search", "page_size"}:
            raise Refusal(404, "not_found", "Not found")
        if not 1 <= int(asked.query.get("page_size", "10")) <= 100:
            raise Refusal(400, "invalid_page_size", "page_size is 1 to 100")
        wanted = asked.query.get("search", "")
        voices = {"A" * 20: wanted} if self.has_every_voice else VOICES
        found = [
            {"voice_id": voice, "name": name, "category": "premade"}
            for voice, name in voices.items()
            if wanted.lower() in name.lower()
        ]
        return {"voices": found, "has_more": False, "total_count": len(found)}

    def _timed(self, body: Mapping[str, Any]) -> dict[str, Any]:
        turns = body.get("inputs") or [{"text": body["text"], "voice_id": ""}]
        letters = "".join(turn["text"] for turn in turns)
        step = 0.4 / len(letters)
        times = [round(number * step, 6) for number in range(len(letters) + 1)]
        alignment = {
            "characters": list(letters),
            "character_start_times_seconds": times[:-1],
            "character_end_times_seconds": times[1:],
        }
        told: dict[str, Any] = {
            "audio_base64": base64.b64encode(self.sound).decode(),
            "alignment": alignment if self.has_times else None,
            "normalized_alignment": None,
        }
        if "inputs" in body:
            told["voice_segments"] = list(_segments(turns))
        return told


def _segments(turns: list[Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    start = 0
    for number, turn in enumerate(turns):
        end = start + len(turn["text"])
        yield {
            "voice_id": turn["voice_id"],
            "start_time_seconds": 0.0,
            "end_time_seconds": 0.0,
            "character_start_index": start,
            "character_end_index": end,
            "dialogue_input_index": number,
        }
        start = end


def faults_of(path: str, body: Any, query: Mapping[str, str]) -> list[str]:
    """Return all that is wrong with a request.

    Raises:
        Refusal: It is refused by a code.
    """
    if path == "/v1/sound-generation":
        kind, found = "effect", faults(body, _EFFECT)
    elif path == "/v1/music":
        kind, found = "music", faults(body, _MUSIC)
    elif path == "/v1/text-to-dialogue/with-timestamps":
        kind, found = "speech", faults(body, _DIALOGUE) or list(_dialogue_faults(body))
    elif match := _SPEAK.fullmatch(path):
        kind, found = "speech", faults(body, _SPEECH) or list(_speech_faults(match[1], body))
    else:
        raise Refusal(404, "not_found", "Not found")
    if set(query) - {"output_format"} or query.get("output_format", "auto") not in {
        "auto",
        *_FORMATS[kind],
    }:
        found.append(f"query: {dict(query)}")
    return found


def _speech_faults(voice: str, body: Mapping[str, Any]) -> Iterator[str]:
    model = body.get("model_id", "eleven_multilingual_v2")
    if voice not in VOICES:
        raise Refusal(400, "voice_not_found", f"A voice with id {voice} does not exist")
    if len(body["text"]) > _LONGEST[model]:
        raise Refusal(400, "max_character_limit_exceeded", "The text is too long")
    if model == "eleven_multilingual_v2" and "language_code" in body:
        yield "language_code is not supported"
    if model == "eleven_v3" and body.keys() & {"previous_text", "next_text"}:
        yield "no request stitching"


def _dialogue_faults(body: Mapping[str, Any]) -> Iterator[str]:
    if not {turn["voice_id"] for turn in body["inputs"]} <= VOICES.keys():
        raise Refusal(400, "voice_not_found", "A voice does not exist")
    if sum(len(turn["text"]) for turn in body["inputs"]) > 2000:
        yield "inputs: more than 2000 characters"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    server = FakeElevenLabs(files["audio"])
    server.has_every_voice = True
    return Fake(server, KEY)
