"""Replicate on this machine, strict about keys, fields and media, and counting each prediction.

Predictions go on by one step with each poll. What models take is in `replicate_models.json`: their
schemas as Replicate told them in February 2026, and of a few more what its pages say. None of it is
from this project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.fakes import Fake
from tests.support.forms import fields_of
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "replicate-token-canary"
SECRET = "whsec_" + "c2VjcmV0" * 4
STEPS = ("starting", "processing", "succeeded")
COMMUNITY = "acme/enlarge"
VERSION = "ab" * 32
_FIELDS = {"input", "webhook", "webhook_events_filter", "stream"}
_FAILURES = {
    "unsafe": "The input or output was flagged as sensitive. Please try again. (E005)",
    "broken": "Service is temporarily unavailable. (E004)",
}
"""Words in a prompt that make a prediction fail, and with which error."""
_ENDINGS = {"image": "png", "video": "mp4", "audio": "wav"}


@dataclass
class FakePrediction:
    """A prediction."""

    model: str
    version: str
    input: Mapping[str, Any]
    steps: deque[str]
    """Statuses still to come; the last one stays."""
    error: str | None = None


class FakeReplicate(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.predictions: dict[str, FakePrediction] = {}
        self.uploads: dict[str, bytes] = {}
        self.expired = 0
        """So many downloads find their link expired."""
        self.is_removed = False
        """Whether the outputs of all predictions have been deleted."""
        self.words = ["[", "]"]
        """What the language model says."""

    # -- answering -----------------------------------------------------------------------------

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            return self._download(asked)
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return _problem(401, "You did not pass a valid authentication token")
        steps = asked.path.strip("/").split("/")
        found = self._get(steps, asked.query) if asked.method == "GET" else None
        found = found or (self._post(steps, asked) if asked.method == "POST" else None)
        return found or _problem(404, "The requested resource could not be found.")

    def _get(self, steps: list[str], query: Mapping[str, str]) -> Reply | None:
        match steps:
            case ["account"]:
                return Reply(json={"type": "user", "username": "ada"})
            case ["webhooks", "default", "secret"]:
                return Reply(json={"key": SECRET})
            case ["models", owner, name]:
                return _model(f"{owner}/{name}")
            case ["models", owner, name, "versions", version]:
                return _version(f"{owner}/{name}", version)
            case ["predictions"]:
                return self._list(query)
            case ["predictions", name]:
                return self._status(name)
        return None

    def _post(self, steps: list[str], asked: Asked) -> Reply | None:
        match steps:
            case ["files"]:
                return self._receive(asked)
            case ["models", owner, name, "predictions"]:
                return self._begin(f"{owner}/{name}", "hidden", asked.json, _FIELDS)
            case ["predictions"]:
                name, _, version = str(asked.json.get("version")).partition(":")
                return self._begin(name, version, asked.json, _FIELDS | {"version"})
            case ["predictions", name, "cancel"]:
                return self._cancel(name)
        return None

    def _begin(self, name: str, version: str, body: Any, fields: set[str]) -> Reply:
        is_official = version == "hidden"
        if name not in models() or is_official is not (name != COMMUNITY):
            return _problem(404, "The requested resource could not be found.")
        if not is_official and version != VERSION:
            return _problem(422, "Invalid version or not permitted")
        if set(body) - fields or not isinstance(body.get("input"), dict):
            return _problem(422, f"Unknown fields: {sorted(set(body) - fields)}")
        if found := faults_of(name, body["input"]) + list(self._unknown_files(body)):
            return _problem(422, f"- input: {'; '.join(found)}")
        steps, error = STEPS, None
        for word, told in _FAILURES.items():
            if word in str(body["input"].get("prompt")):
                steps, error = ("starting", "processing", "failed"), told
        number = f"p{len(self.predictions) + 1}"
        self.predictions[number] = FakePrediction(name, version, body["input"], deque(steps), error)
        return Reply(201, json=self.told(number))

    def told(self, number: str) -> dict[str, Any]:
        """Return a prediction as it is told, in polls and in messages."""
        made = self.predictions[number]
        status = made.steps[0]
        output = self._output(number) if status == "succeeded" and not self.is_removed else None
        return {
            "id": number,
            "model": made.model,
            "version": made.version,
            "input": made.input,
            "output": output,
            "logs": "",
            "error": made.error if status == "failed" else None,
            "status": status,
            "created_at": "2026-11-25T10:00:00.000Z",
            "data_removed": self.is_removed,
            "metrics": {"predict_time": 1.5},
            "urls": {
                "get": f"{self.url}/predictions/{number}",
                "cancel": f"{self.url}/predictions/{number}/cancel",
                "web": f"https://replicate.com/p/{number}",
            },
        }

    def _output(self, number: str) -> Any:
        made = self.predictions[number]
        model = models()[made.model]
        if model["kind"] == "llm":
            return self.words
        is_film = model["kind"] in ("video", "lipsync") or made.model.endswith("-video")
        kind = "video" if is_film else "image"
        asked = self.count(f"/predictions/{number}")
        urls = [
            f"{self.url}/made/{kind}/{number}-{asked}-{n}.{_ENDINGS[kind]}"
            for n in range(made.input.get("num_outputs", 1))
        ]
        return urls if model["output"].get("type") == "array" else urls[0]

    def _status(self, number: str) -> Reply:
        if number not in self.predictions:
            return _problem(404, "The requested resource could not be found.")
        told = self.told(number)
        steps = self.predictions[number].steps
        if len(steps) > 1:
            steps.popleft()
        return Reply(json=told)

    def _cancel(self, number: str) -> Reply:
        if number not in self.predictions:
            return _problem(404, "The requested resource could not be found.")
        made = self.predictions[number]
        if len(made.steps) > 1:
            made.steps = deque(["canceled"])
        return Reply(json=self.told(number))

    def _list(self, query: Mapping[str, str]) -> Reply:
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", query.get("created_after", "")):
            return _problem(422, "created_after")
        listed = [self.told(number) for number in reversed(self.predictions)]
        return Reply(json={"next": None, "previous": None, "results": listed})

    def _download(self, asked: Asked) -> Reply:
        if "authorization" in asked.headers:
            return Reply(400, body=b"the key was sent to the store of files")
        if self.expired:
            self.expired -= 1
            return Reply(404)
        return Reply(body=self.files[asked.path.split("/")[2]])

    # -- files that go in ----------------------------------------------------------------------

    def _receive(self, asked: Asked) -> Reply:
        fields = {field.name: field for field in fields_of(asked)}
        if fields.keys() - {"content", "filename", "type", "metadata"} or "content" not in fields:
            return _problem(400, f"fields {sorted(fields)}")
        content = fields["content"].content
        if len(content) > 100 * 1000**2:
            return _problem(413, "Files must be less than 100MB in size")
        name = f"f{len(self.uploads) + 1}"
        self.uploads[name] = content
        told = {"id": name, "size": len(content), "urls": {"get": f"{self.url}/files/{name}"}}
        return Reply(201, json=told)

    def _unknown_files(self, body: Any) -> Iterator[str]:
        for name in re.findall(rf"{re.escape(self.url)}/files/(\w+)", json.dumps(body)):
            if name not in self.uploads:
                yield f"file {name} is not known"


def _problem(status: int, detail: str) -> Reply:
    return Reply(status, json={"title": "A problem", "detail": detail, "status": status})


def _schema(name: str) -> dict[str, Any]:
    model = models()[name]
    return {"components": {"schemas": {"Input": model["input"], "Output": model["output"]}}}


def _model(name: str) -> Reply:
    if name not in models():
        return _problem(404, "The requested resource could not be found.")
    latest = {"id": VERSION, "openapi_schema": _schema(name)}
    owner, _, short = name.partition("/")
    told = {"owner": owner, "name": short, "is_official": name != COMMUNITY}
    return Reply(json={**told, "latest_version": latest})


def _version(name: str, version: str) -> Reply:
    if name != COMMUNITY or version != VERSION:
        return _problem(404, "The requested resource could not be found.")
    return Reply(json={"id": version, "openapi_schema": _schema(name)})


# -- what is refused -----------------------------------------------------------------------------


@cache
def models() -> Mapping[str, Any]:
    """Return what there is, by name."""
    path = Path(__file__).with_name("replicate_models.json")
    taken = {
        "type": "object",
        "required": ["image"],
        "properties": {
            "image": {"type": "string", "format": "uri"},
            "scale": {"type": "number", "minimum": 0, "maximum": 10, "default": 4},
            "tint": {"allOf": [{"$ref": "#/components/schemas/tint"}], "default": "none"},
        },
    }
    output = {"type": "string", "format": "uri"}
    own = {COMMUNITY: {"kind": "image", "input": taken, "output": output}}
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found | own


def faults_of(name: str, given: Any) -> list[str]:
    """Return what is wrong with an input."""
    found = faults(given, models()[name]["input"], "input")
    return found or list(_unlike(name, given))


def _unlike(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the words of a model's page forbid."""
    references = {"reference_images", "reference_videos", "reference_audios"} & given.keys()
    if "last_frame_image" in given and "image" not in given:
        yield "last_frame_image needs image"
    if "seedance" in name and references and {"image", "last_frame_image"} & given.keys():
        yield "references do not go with frames"
    if "width" in given and given.get("aspect_ratio", "custom") != "custom":
        yield "width is for custom"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeReplicate(files), KEY)
