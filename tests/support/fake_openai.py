"""OpenAI on this machine: strict about keys, fields and files, and counting what it made.

Written from the provider's documentation, not from this project's catalogue, so that a mistake
there is found here. Azure's service is the same with other names and limits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import itertools
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.support.fake_chat import check_schema
from tests.support.fakes import Fake
from tests.support.forms import Field, fields_of
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "sk-openai-key-canary"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of a secret, ok").decode()
_NEWER = re.compile(r"gpt-image-2(\.[56]-(sunburst|flare)(-2026-09-08)?|-2026-04-21)?")
_OLDER = frozenset({"gpt-image-1.5", "chatgpt-image-latest", "gpt-image-1-mini"})
_SAFE = frozenset({"auto", "1024x1024", "1536x1024", "1024x1536"})
_VOICES = frozenset(
    {
        *("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx"),
        *("nova", "sage", "shimmer", "verse", "marin", "cedar"),
    }
)
_LARGEST = 50 * 1000**2


def _enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


_PICTURE: dict[str, Any] = {
    "prompt": {"type": "string", "maxLength": 32_000},
    "model": {"type": "string"},
    "n": {"type": "integer", "minimum": 1, "maximum": 10},
    "size": {"type": "string"},
    "quality": _enum("low", "medium", "high", "xhigh", "max", "auto"),
    "complexity": _enum("low", "medium", "high"),
    "background": _enum("transparent", "opaque", "auto"),
    "output_format": _enum("png", "jpeg", "webp"),
    "output_compression": {"type": "integer", "minimum": 0, "maximum": 100},
}
_MODERATION = {"moderation": _enum("auto", "low")}
_FIDELITY = {"input_fidelity": _enum("high", "low")}
_SPEECH = {
    "type": "object",
    "required": ["model", "input", "voice"],
    "properties": {
        "model": {"type": "string"},
        "input": {"type": "string", "maxLength": 4096},
        "voice": {},
        "instructions": {"type": "string", "maxLength": 4096},
        "response_format": _enum("mp3", "opus", "aac", "flac", "wav", "pcm"),
        "speed": {"type": "number", "minimum": 0.25, "maximum": 4},
    },
}
_NUMBERS = frozenset({"n", "output_compression"})


@dataclass
class Refusal(Exception):
    """An answer with an error."""

    status: int
    message: str
    code: str | None = None


@dataclass
class FakeResponse:
    """A text in the making."""

    id: str
    body: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    output: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        is_done = self.steps[0] in ("completed", "incomplete")
        return {
            "id": self.id,
            "object": "response",
            "status": self.steps[0],
            "error": None,
            "incomplete_details": None,
            "model": self.body["model"],
            "output": self.output if is_done else [],
            **(self.more if len(self.steps) == 1 else {}),
        }


class FakeOpenAI(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        picture: What pictures are answered with.
        sound: What speech is answered with.
    """

    base = "/v1"
    is_azure = False

    def __init__(self, picture: bytes, sound: bytes) -> None:
        super().__init__()
        self.picture = picture
        self.sound = sound
        self.steps: tuple[str, ...] = ("queued", "in_progress", "completed")
        self.texts: deque[str] = deque()
        """What is written next."""
        self.made: list[tuple[str, Any]] = []
        """Paths and bodies of what was made and is paid for."""
        self.files: list[Field] = []
        """Files of the last form."""
        self.responses: dict[str, FakeResponse] = {}
        self._ids = itertools.count(1)

    def route(self, asked: Asked) -> str:
        return asked.path.removeprefix(self.base)

    def is_key(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {KEY}"

    def answer(self, asked: Asked) -> Reply:
        try:
            if not self.is_key(asked):
                raise Refusal(401, "Incorrect API key provided", "invalid_api_key")
            if not asked.path.startswith(f"{self.base}/"):
                raise Refusal(404, f"Invalid URL ({asked.method} {asked.path})")
            return self._reply(asked, asked.method, self.route(asked))
        except Refusal as refusal:
            error = {
                "message": refusal.message,
                "type": "invalid_request_error",
                "param": None,
                "code": refusal.code,
            }
            return Reply(refusal.status, json={"error": error})

    def _reply(self, asked: Asked, method: str, path: str) -> Reply:
        match method, path:
            case "GET", "/models" if not self.is_azure:
                return Reply(json={"object": "list", "data": []})
            case "POST", "/images/generations":
                self._check(generation_faults(asked.json, is_azure=self.is_azure))
                return self._drawn(path, asked.json)
            case "POST", "/images/edits":
                return self._drawn(path, self._form(asked))
            case "POST", "/audio/speech":
                self._check(speech_faults(asked.json))
                self.made.append((path, asked.json))
                return Reply(body=self.sound, headers={"Content-Type": "audio/mpeg"})
            case "POST", "/responses":
                self._check(response_faults(asked.json))
                return Reply(json=self.begin(asked.json).told)
        if (said := path.split("/"))[1] == "responses" and said[2] in self.responses:
            return Reply(json=self._about(self.responses[said[2]], method, said[3:]))
        raise Refusal(404, f"Invalid URL ({method} {path})")

    def _check(self, found: Sequence[str]) -> None:
        if found:
            raise Refusal(400, "; ".join(found))

    def _drawn(self, path: str, body: Mapping[str, Any]) -> Reply:
        if "forbidden" in body["prompt"]:
            code = "contentFilter" if self.is_azure else "moderation_blocked"
            raise Refusal(400, "Your request was rejected by the safety system.", code)
        self.made.append((path, body))
        usage = {
            "input_tokens": 14,
            "input_tokens_details": {"text_tokens": 10, "image_tokens": 4},
            "output_tokens": 1000,
            "total_tokens": 1014,
        }
        data = [{"b64_json": base64.b64encode(self.picture).decode()}]
        return Reply(json={"created": 1_790_000_000, "data": data, "usage": usage})

    def _form(self, asked: Asked) -> dict[str, Any]:
        every = list(fields_of(asked))
        if not every:
            raise Refusal(400, "Invalid content type: the edit API takes a form")
        self.files = [each for each in every if each.filename]
        body = {each.name: each.text for each in every if not each.filename}
        self._check(edit_faults(body, self.files, is_azure=self.is_azure))
        return body

    def begin(self, body: Mapping[str, Any]) -> FakeResponse:
        """Begin a text; what it is asked for may say how it ends."""
        words = json.dumps(body["input"])
        made = FakeResponse(f"resp_{next(self._ids)}", body, deque(self.steps))
        content = {"type": "output_text", "text": self.texts.popleft() if self.texts else "{}"}
        if "refuse" in words:
            content = {"type": "refusal", "refusal": "I will not."}
        if "endless" in words:
            made.steps[-1] = "incomplete"
            made.more = {"incomplete_details": {"reason": "max_output_tokens"}}
        if "broken" in words:
            made.steps[-1] = "failed"
            made.more = {"error": {"code": "server_error", "message": "out of ink"}}
        made.output = [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": [content]},
        ]
        self.responses[made.id] = made
        self.made.append(("/responses", body))
        return made

    def _about(self, made: FakeResponse, method: str, rest: list[str]) -> Any:
        if (method, rest) == ("POST", ["cancel"]):
            made.steps = deque(["cancelled"])
        elif (method, rest) != ("GET", []):
            raise Refusal(404, "Invalid URL")
        elif len(made.steps) > 1:
            made.steps.popleft()
        return made.told


# -- what is refused -----------------------------------------------------------------------------


def generation_faults(body: Any, *, is_azure: bool = False) -> list[str]:
    """Return all that is wrong with a request for a picture from words."""
    extra = {} if is_azure else _MODERATION
    return _picture_faults(body, {**_PICTURE, **extra}, is_azure=is_azure)


def edit_faults(body: Any, files: Sequence[Field], *, is_azure: bool = False) -> list[str]:
    """Return all that is wrong with a form, whose fields are texts and files."""
    typed = {n: int(v) if n in _NUMBERS and v.isdigit() else v for n, v in body.items()}
    found = _picture_faults(typed, {**_PICTURE, **_FIDELITY}, is_azure=is_azure)
    pictures = [each for each in files if each.name in ("image", "image[]")]
    masks = [each for each in files if each.name == "mask"]
    lone = "image[]" if is_azure else "image"
    names = {each.name for each in pictures}
    if len(pictures) not in range(1, 17) or len(masks) > 1 or len(files) > len(pictures) + 1:
        found.append("image: 1 to 16, and a mask")
    elif names != {"image[]" if len(pictures) > 1 else lone}:
        found.append(f"image: sent as {names}")
    kinds = {"image/png", "image/jpeg"} | (set() if is_azure else {"image/webp"})
    for each in files:
        if each.media_type not in kinds or "." not in each.filename:
            found.append(f"unsupported mimetype ({each.media_type}, {each.filename})")
        if len(each.content) >= _LARGEST:
            found.append("image: too large")
    return found or list(_mask_faults(pictures[0], masks))


def _mask_faults(picture: Field, masks: Sequence[Field]) -> Iterator[str]:
    for mask in masks:
        with Image.open(io.BytesIO(mask.content)) as drawn:
            if drawn.format != "PNG" or "A" not in drawn.getbands():
                yield "mask: a PNG with an alpha channel"
            with Image.open(io.BytesIO(picture.content)) as below:
                if below.size != drawn.size:
                    yield "mask: not of the size of the image"


def _picture_faults(body: Any, fields: Mapping[str, Any], *, is_azure: bool) -> list[str]:
    schema = {"type": "object", "properties": fields, "required": ["prompt", "model"]}
    if found := faults(body, schema):
        return found
    model, kind = body["model"], body.get("output_format", "png")
    is_newer = _NEWER.fullmatch(model) is not None
    is_free = is_newer and model.startswith("gpt-image-2.6")
    wrong = {
        f"model {model} does not exist": not (is_newer or model in _OLDER or is_azure),
        "size": not (is_size(body.get("size", "auto")) if is_newer else _is_safe(body)),
        "quality": body.get("quality") in ("xhigh", "max")
        and not model.startswith("gpt-image-2.5"),
        "complexity": "complexity" in body and not is_free,
        "background": body.get("background") == "transparent" and kind == "jpeg",
        "output_compression": "output_compression" in body and kind == "png",
        "input_fidelity": "input_fidelity" in body and is_newer,
        "input_fidelity high": body.get("input_fidelity") == "high"
        and model == "gpt-image-1-mini"
        and not is_azure,
        "quality is always sent": is_azure and body.get("quality") not in ("low", "medium", "high"),
        "output_format": is_azure and kind == "webp",
    }
    return [says for says, is_wrong in wrong.items() if is_wrong]


def _is_safe(body: Mapping[str, Any]) -> bool:
    return body.get("size", "auto") in _SAFE


def is_size(text: str) -> bool:
    """Tell whether the newer models make pictures of a size."""
    if text == "auto":
        return True
    if not re.fullmatch(r"\d{2,4}x\d{2,4}", text):
        return False
    width, height = map(int, text.split("x"))
    return (
        width % 16 == height % 16 == 0
        and max(width, height) <= 3840
        and max(width, height) <= 3 * min(width, height)
        and 655_360 <= width * height <= 8_294_400
    )


def speech_faults(body: Any) -> list[str]:
    """Return all that is wrong with a request for speech."""
    if found := faults(body, _SPEECH):
        return found
    voice = body["voice"]
    is_custom = isinstance(voice, dict) and voice.keys() == {"id"}
    if not is_custom and voice not in _VOICES:
        found.append("voice")
    if body["model"].startswith("tts") and "instructions" in body:
        found.append("instructions")
    return found


def response_faults(body: Any) -> list[str]:
    """Return all that is wrong with a request for a text."""
    known = {"model", "input", "text", "background"}
    found = [f"Unknown parameter: {name}" for name in set(body) - known]
    for item in body.get("input", ()):
        if set(item) != {"role", "content"} or not isinstance(item["content"], str):
            found.append("input")
        if item.get("role") not in ("system", "developer", "user", "assistant"):
            found.append("input.role")
    structure = body.get("text", {}).get("format", {})
    if set(structure) != {"type", "name", "strict", "schema"} or not structure["strict"]:
        return [*found, "text.format"]
    try:
        check_schema(structure["schema"])
    except ValueError as error:
        found.append(f"Invalid schema for response_format: {error}")
    return found


def delivery(response_id: str, now: float) -> tuple[dict[str, str], bytes]:
    """Return headers and body of the message about a response."""
    told = {
        "id": "evt_1",
        "object": "event",
        "created_at": int(now),
        "type": "response.completed",
        "data": {"id": response_id},
    }
    body = json.dumps(told).encode()
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    signed = f"wh_{response_id}.{int(now)}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    headers = {
        "webhook-id": f"wh_{response_id}",
        "webhook-timestamp": str(int(now)),
        "webhook-signature": f"v1,b2xk v1,{signature}",
    }
    return headers, body


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeOpenAI(files["image"], files["audio"]), KEY, path="/v1")
