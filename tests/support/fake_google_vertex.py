"""Vertex AI on this machine, with the service that gives out tokens for keys of accounts.

Jobs go on by one step with each poll; a word of a prompt chooses how a clip ends: `FILTERED`,
`CODED`, `FAILED`, `BUCKET`.
"""

from __future__ import annotations

import base64
import functools
import itertools
import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.support.fake_google import interaction_faults
from tests.support.fakes import Fake
from tests.support.gemini import Gemini, refused
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

TOKEN = "ya29.vertex-token-canary"
EMAIL = "robot@demo.iam.gserviceaccount.com"
_VEO = {
    "veo-3.1-generate-001": ["720p", "1080p", "4k"],
    "veo-3.1-fast-generate-001": ["720p", "1080p", "4k"],
    "veo-3.1-lite-generate-001": ["720p", "1080p"],
}
_OMNI = ("gemini-omni-1.2-flash", "gemini-omni-flash-preview")
_MEDIA = {
    "type": "object",
    "properties": {
        "bytesBase64Encoded": {"type": "string", "minLength": 1},
        "mimeType": {
            "type": "string",
            "enum": ["image/png", "image/jpeg", "video/mp4"],
        },
    },
    "required": ["bytesBase64Encoded", "mimeType"],
}
_REFERENCE = {
    "type": "object",
    "properties": {
        "image": _MEDIA,
        "referenceType": {"type": "string", "enum": ["ASSET", "asset"]},
    },
    "required": ["image", "referenceType"],
}
_INSTANCE = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string"},
        "image": _MEDIA,
        "lastFrame": _MEDIA,
        "video": _MEDIA,
        "referenceImages": {"type": "array", "maxItems": 3, "items": _REFERENCE},
    },
}


def _choice(*values: Any) -> dict[str, Any]:
    return {"enum": list(values)}


def _veo_schema(model: str) -> dict[str, Any]:
    parameters = {
        "sampleCount": _choice(1, 2, 3, 4),
        "durationSeconds": {"type": "integer", "enum": [4, 6, 8]},
        "aspectRatio": _choice("16:9", "9:16"),
        "resolution": _choice(*_VEO[model]),
        "generateAudio": {"type": "boolean"},
        "negativePrompt": {"type": "string"},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
        "personGeneration": _choice("allow_adult", "dont_allow", "allowAll"),
        "enhancePrompt": {"type": "boolean"},
        "compressionQuality": _choice("OPTIMIZED", "LOSSLESS"),
        "resizeMode": _choice("PAD", "CROP", "pad", "crop"),
        "storageUri": {"type": "string"},
    }
    return {
        "type": "object",
        "properties": {
            "instances": {"type": "array", "minItems": 1, "maxItems": 1, "items": _INSTANCE},
            "parameters": {
                "type": "object",
                "properties": parameters,
                "required": ["generateAudio"],
            },
        },
        "required": ["instances", "parameters"],
    }


_UPSCALE = {
    "type": "object",
    "properties": {
        "instances": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "properties": {"image": _MEDIA}, "required": ["image"]},
        },
        "parameters": {
            "type": "object",
            "properties": {
                "mode": _choice("upscale"),
                "sampleCount": _choice(1),
                "upscaleConfig": {
                    "type": "object",
                    "properties": {"upscaleFactor": _choice("x2", "x4")},
                    "required": ["upscaleFactor"],
                },
            },
            "required": ["mode", "upscaleConfig"],
        },
    },
    "required": ["instances", "parameters"],
}
_IMAGE_OPTIONS = {
    "personGeneration": _choice("ALLOW_ALL", "ALLOW_ADULT", "ALLOW_NONE"),
    "prominentPeople": _choice("ALLOW_PROMINENT_PEOPLE", "BLOCK_PROMINENT_PEOPLE"),
    "imageOutputOptions": {
        "type": "object",
        "properties": {
            "mimeType": _choice("image/png", "image/jpeg"),
            "compressionQuality": {"type": "integer"},
        },
    },
}


def veo_faults(model: str, body: Any) -> list[str]:
    """Return what is wrong with the body of a request to Veo."""
    found = faults(body, _veo_schema(model))
    if found:
        return found
    instance, parameters = body["instances"][0], body["parameters"]
    given = instance.keys() & {"image", "video", "referenceImages"}
    if len(given) > 1 or not (given or instance.get("prompt")):
        found.append(f"{sorted(given)} do not go together")
    if "lastFrame" in instance and "image" not in instance:
        found.append("lastFrame needs image")
    if "referenceImages" in given and parameters.get("durationSeconds", 8) != 8:
        found.append("references are for 8 s only")
    if "video" in given and parameters.get("resolution", "720p") != "720p":
        found.append("an extension has 720p")
    if "lite" in model and (given - {"image"} or "lastFrame" in instance):
        found.append("the model takes a single picture only")
    return found


@functools.cache
def account_key() -> rsa.RSAPrivateKey:
    """Return the key that the account signs with."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def account(url: str, **more: Any) -> str:
    """Return the key file of an account whose tokens are given out at an address."""
    form = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return json.dumps(
        {
            "type": "service_account",
            "private_key": account_key().private_bytes(*form).decode(),
            "client_email": EMAIL,
            "token_uri": f"{url}/token",
            **more,
        },
        indent=2,
    )


@dataclass
class Operation:
    """A clip that is made."""

    name: str
    body: Mapping[str, Any]
    left: int
    """Polls until it is done."""

    @property
    def prompt(self) -> str:
        if "instances" in self.body:
            return str(self.body["instances"][0].get("prompt", ""))
        return str(self.body["input"][0]["content"][-1]["text"])


class FakeGoogleVertex(Loopback):
    """The service's state, as the test sees it.

    Args:
        files: What results are made of, by kind: `image`, `video`, `audio`.
        anywhere: Whether every model is offered in every location.
    """

    def __init__(self, files: Mapping[str, bytes], anywhere: bool = False) -> None:
        super().__init__()
        self.files = dict(files)
        self.gemini = Gemini(self.files, _IMAGE_OPTIONS)
        self.anywhere = anywhere
        self.now = 0.0
        self.polls = 2
        self.submissions: list[tuple[str, Any]] = []
        """Path and body of each that was taken."""
        self.operations: dict[str, Operation] = {}
        self.tokens: deque[str] = deque([TOKEN])
        """Those that are accepted."""
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/token":
            return self._token(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return refused(401, "UNAUTHENTICATED", "the token is not valid")
        match = re.fullmatch(
            r"/v1(?:beta1)?/(projects/demo/locations/([a-z0-9-]+))/(.+)", asked.path
        )
        if match is None:
            return refused(404, "NOT_FOUND", "no such path")
        place, location, rest = match.groups()
        if (asked.method, rest) == ("POST", "interactions"):
            return self._begin_omni(asked, location)
        if asked.method == "GET" and rest.startswith("interactions/"):
            return self._poll_omni(rest.partition("/")[2])
        path, _, method = rest.partition(":")
        if asked.method != "POST" or not path.startswith("publishers/google/models/"):
            return refused(404, "NOT_FOUND", "no such path")
        return self._model(asked, f"{place}/{path}", path.rpartition("/")[2], method)

    def _token(self, asked: Asked) -> Reply:
        fields = {n: v[0] for n, v in parse_qs(asked.body.decode()).items()}
        form = "application/x-www-form-urlencoded"
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        if asked.headers.get("content-type") != form or fields.get("grant_type") != grant:
            return Reply(400, json={"error": "unsupported_grant_type"})
        head, claims, signature = fields["assertion"].split(".")
        told = json.loads(_decoded(claims))
        try:
            account_key().public_key().verify(
                _decoded(signature),
                f"{head}.{claims}".encode(),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
        except InvalidSignature:
            return Reply(400, json={"error": "invalid_grant", "error_description": "Bad signature"})
        wanted = {
            "iss": EMAIL,
            "aud": f"{self.url}/token",
            "scope": "https://www.googleapis.com/auth/cloud-platform",
        }
        is_fit = json.loads(_decoded(head)) == {"alg": "RS256", "typ": "JWT"}
        if not is_fit or {n: told.get(n) for n in wanted} != wanted or told["exp"] <= told["iat"]:
            return Reply(400, json={"error": "invalid_grant", "error_description": "Bad claims"})
        self.tokens.append(f"{TOKEN}-{next(self._ids)}")
        return Reply(json={"access_token": self.tokens[-1], "expires_in": 3599})

    # -- models --------------------------------------------------------------------------------

    def _model(self, asked: Asked, path: str, model: str, method: str) -> Reply:
        if method == "fetchPredictOperation":
            return self._poll(asked.json, path)
        if method == "predictLongRunning" and model in _VEO:
            if found := veo_faults(model, asked.json):
                return refused(400, "INVALID_ARGUMENT", "; ".join(found))
            name = f"{path}/operations/{next(self._ids)}-ab"
            self.operations[name] = Operation(name, asked.json, self.polls)
            self.submissions.append((asked.path, asked.json))
            return Reply(json={"name": name})
        if method == "predict" and model == "imagen-4.0-upscale-preview":
            if found := faults(asked.json, _UPSCALE):
                return refused(400, "INVALID_ARGUMENT", "; ".join(found))
            self.submissions.append((asked.path, asked.json))
            made = {"bytesBase64Encoded": _text(self.files["image"]), "mimeType": "image/png"}
            return Reply(json={"predictions": [made]})
        if method == "generateContent":
            reply = self.gemini.answer(model, asked.json)
            if reply.status == 200:
                self.submissions.append((asked.path, asked.json))
            return reply
        return refused(404, "NOT_FOUND", f"{model} is not found in this location")

    def _poll(self, body: Any, path: str) -> Reply:
        operation = self.operations.get(body.get("operationName", ""))
        if operation is None or not operation.name.startswith(f"{path}/") or len(body) > 1:
            return refused(404, "NOT_FOUND", "no such operation")
        operation.left -= 1
        if operation.left > 0:
            return Reply(json={"name": operation.name})
        return Reply(json={"name": operation.name, "done": True, **self._end(operation)})

    def _end(self, operation: Operation) -> dict[str, Any]:
        if "FAILED" in operation.prompt:
            return {"error": {"code": 13, "message": "it fell over"}}
        if "CODED" in operation.prompt:
            return {"error": {"code": 3, "message": "Not for us. Support codes: 61493863"}}
        if "FILTERED" in operation.prompt:
            reasons = ["Violates the guidelines. Support codes: 63429089"]
            return {"response": {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": reasons}}
        video = {"bytesBase64Encoded": _text(self.files["video"]), "mimeType": "video/mp4"}
        if "storageUri" in operation.body["parameters"]:
            uri = f"{operation.body['parameters']['storageUri']}1/sample 0.mp4"
            video = {"gcsUri": uri, "mimeType": "video/mp4"}
        return {"response": {"videos": [video]}}

    # -- Omni ----------------------------------------------------------------------------------

    def _begin_omni(self, asked: Asked, location: str) -> Reply:
        body = asked.json
        if location != "global" and not self.anywhere:
            return refused(404, "NOT_FOUND", "the model is offered in global")
        if body.get("model") not in _OMNI:
            return refused(404, "NOT_FOUND", "no such model")
        known = {**body, "model": "gemini-omni-1.2-flash"}
        shape = body.get("response_format", {})
        found = interaction_faults(known)
        if (shape.get("delivery") == "uri") != ("gcs_uri" in shape):
            found.append("delivery uri and gcs_uri go together")
        if {"service_tier", "store"} & body.keys():
            found.append("unknown field")
        if found:
            return refused(400, "INVALID_ARGUMENT", "; ".join(found))
        self.submissions.append((asked.path, body))
        name = f"clip-{next(self._ids)}"
        self.operations[name] = Operation(name, body, self.polls)
        return Reply(json={"id": name, "status": "in_progress"})

    def _poll_omni(self, name: str) -> Reply:
        operation = self.operations.get(name)
        if operation is None:
            return refused(404, "NOT_FOUND", "no such interaction")
        operation.left -= 1
        if operation.left > 0:
            return Reply(json={"id": name, "status": "in_progress"})
        block = {"type": "video", "mime_type": "video/mp4"}
        if uri := operation.body["response_format"].get("gcs_uri"):
            block["uri"] = f"{uri}clip.mp4"
        else:
            block["data"] = _text(self.files["video"])
        steps = [{"type": "model_output", "content": [block]}]
        return Reply(json={"id": name, "status": "completed", "steps": steps})


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every model."""
    place = "/v1beta1/projects/demo/locations/us-central1"
    return Fake(FakeGoogleVertex(files, anywhere=True), TOKEN, path=place)
