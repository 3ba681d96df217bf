"""Segmind on this machine, strict about keys, fields and media, and counting every submission.

Jobs go on by one step with each question. Its API and its asset store, which are two hosts, are one
here. Written from the provider's documentation, not from this project's catalogue.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nodes.providers.segmind import Segmind
from nodes.remote.runner import RemoteProvider
from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "SG_canary_4711"
STEPS = ("QUEUED", "PROCESSING", "COMPLETED")

_TEXT: dict[str, Any] = {"type": "string"}
_URL: dict[str, Any] = {"type": "string", "format": "uri"}
_UUID: dict[str, Any] = {"type": "string", "format": "uuid"}
_BOOL = {"type": "boolean"}
_INT = {"type": "integer"}
_PART = {"type": "number", "minimum": 0, "maximum": 1}
_SIZES = (
    "2048x1152 2048x1536 2016x1344 1696x960 1632x1088 1152x2048 1536x2048 1344x2016 960x1696 "
    "1088x1632 1536x1536 1536x1152 1152x1536"
)


def _enum(*values: Any, kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "enum": list(values)}


def _range(low: int, high: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


SCHEMAS: Mapping[str, dict[str, Any]] = {
    "higgsfield-text2image-soul": _object(
        "prompt width_and_height enhance_prompt",
        prompt=_TEXT,
        width_and_height=_enum(*_SIZES.split()),
        enhance_prompt=_BOOL,
        quality=_enum("720p", "1080p"),
        style_id=_UUID,
        style_strength=_PART,
        image_url=_URL,
        seed=_INT,
    ),
    "higgsfield-image2video": _object(
        "prompt image_urls enhance_prompt",
        model=_enum("dop-lite", "dop-turbo", "dop-preview"),
        prompt=_TEXT,
        image_urls={"type": "array", "items": _URL, "minItems": 1},
        motion_id=_UUID,
        motion_strength=_PART,
        enhance_prompt=_BOOL,
        check_nsfw=_BOOL,
        seed=_INT,
    ),
    "higgsfield-speech2video": _object(
        "input_image input_audio prompt",
        input_image=_URL,
        input_audio=_URL,
        prompt=_TEXT,
        quality=_enum("mid", "high"),
        duration=_enum(5, 10, 15, kind="integer"),
        enhance_prompt=_BOOL,
        seed=_INT,
    ),
    "seedream-4": _object(
        "prompt",
        prompt=_TEXT,
        size=_enum("1K", "2K", "4K", "custom"),
        width=_range(1024, 4096),
        height=_range(1024, 4096),
        aspect_ratio=_enum("1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"),
        image_input={"type": "array", "items": _URL, "maxItems": 10},
        max_images=_range(1, 15),
        sequential_image_generation=_enum("disabled", "auto"),
    ),
}
_DATA_URL = re.compile(r"data:(image/(?:png|jpeg|webp)|audio/wav|video/mp4);base64,")


@dataclass
class _Job:
    slug: str
    count: int
    words: list[str]


class FakeSegmind(Loopback):
    """The service's state, as the test sees it.

    Args:
        files: What results are made of, by kind: `image`, `video`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = dict(files)
        self.steps: tuple[str, ...] = STEPS
        self.shape = "list"
        """How `output` is given: `text`, `list` or `object`."""
        self.error = "something went wrong"
        """Why jobs fail, where they do."""
        self.jobs: dict[str, _Job] = {}
        self.submissions: list[tuple[str, Any]] = []
        self.assets: dict[str, bytes] = {}
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        match asked.method, asked.path.split("/")[1:]:
            case "GET", ["made", kind, _]:
                if {"x-api-key", "authorization"} & asked.headers.keys():
                    return _error(400, "the key was sent to the store of files")
                return Reply(body=self.files[kind])
            case _ if asked.headers.get("x-api-key") != KEY:
                return _error(401, "Invalid API key")
            case "GET", ["v1", "get-user-credits"]:
                return Reply(json={"credits": 9.5})
            case "POST", ["upload-asset"]:
                return self._store(asked.json)
            case "POST", ["v2", slug]:
                return self._submit(slug, asked.json)
            case "GET", ["v2", "requests", name] if name in self.jobs:
                return self._told(name, with_output=True)
            case "GET", ["v2", "requests", name, "status"] if name in self.jobs:
                return self._told(name, with_output=False)
        return _error(404, "not found")

    def _store(self, body: Any) -> Reply:
        (data,) = body["data_urls"]
        found = _DATA_URL.match(data)
        if set(body) != {"data_urls"} or found is None:
            return _error(400, "data_urls")
        url = f"https://assets.segmind.test/{next(self._ids)}"
        self.assets[url] = base64.b64decode(data[found.end() :], validate=True)
        return Reply(json={"file_urls": [url], "message": "ok"})

    def _submit(self, slug: str, body: Any) -> Reply:
        if slug not in SCHEMAS:
            return _error(404, "model not found")
        wrong = [*faults_of(slug, body), *self._unknown(body)]
        if wrong:
            return _error(422, "; ".join(wrong))
        self.submissions.append((slug, body))
        name = f"req-{next(self._ids)}"
        self.jobs[name] = _Job(slug, body.get("max_images", 1), list(self.steps))
        path = f"{self.url}/v2/requests/{name}"
        urls = {"poll_url": path, "status_url": f"{path}/status", "response_url": path}
        return Reply(json={"request_id": name, "status": "QUEUED", **urls})

    def _unknown(self, body: Mapping[str, Any]) -> Iterator[str]:
        given = [body.get(n) for n in ("image_url", "input_image", "input_audio")]
        lists = [body.get(n, []) for n in ("image_urls", "image_input")]
        for url in filter(None, [*given, *itertools.chain(*lists)]):
            if url not in self.assets:
                yield f"{url} cannot be read"

    def _told(self, name: str, *, with_output: bool) -> Reply:
        job = self.jobs[name]
        word = job.words.pop(0) if len(job.words) > 1 else job.words[0]
        told: dict[str, Any] = {"request_id": name, "status": word}
        if word == "FAILED":
            return Reply(422, json={**told, "error": self.error})
        if word == "COMPLETED":
            told["metrics"] = {"inference_time": 1.5}
            if with_output:
                told["output"] = self._output(name, job)
        return Reply(json=told)

    def _output(self, name: str, job: _Job) -> Any:
        kind = "video" if job.slug.endswith("video") else "image"
        urls = [f"{self.url}/made/{kind}/{name}-{n}" for n in range(job.count)]
        shapes = {"text": urls[0], "list": urls, "object": {f"{kind}_url": urls[0], "seed": 1}}
        return shapes[self.shape]


def _error(status: int, message: str) -> Reply:
    return Reply(status, json={"error": message})


def faults_of(slug: str, body: Any) -> list[str]:
    """Return what is wrong with the body of a submission."""
    return faults(body, SCHEMAS[slug]) or list(_more_faults(body))


def _more_faults(body: Mapping[str, Any]) -> Iterator[str]:
    is_custom = body.get("size") == "custom"
    if is_custom != ("width" in body) or is_custom != ("height" in body):
        yield "width and height belong to the size custom"
    if "max_images" in body and body.get("sequential_image_generation") != "auto":
        yield "max_images is for series"
    if "motion_strength" in body and "motion_id" not in body:
        yield "motion_strength belongs to motion_id"


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeSegmind(files), KEY, provider=lambda url: RemoteProvider(Segmind(url)))
