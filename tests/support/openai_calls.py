"""Calls of OpenAI's API, held against its specification and against the strict copy of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image as Pillow

from engine import Media
from nodes.remote.adapter import Call
from nodes.remote.standard import data_url
from tests.support.every_model import HANDLES
from tests.support.fake_openai import (
    edit_faults,
    generation_faults,
    response_faults,
    speech_faults,
)
from tests.support.forms import Field
from tests.support.openapi import FILE, schema_faults

SPEC = "openai.yaml"
SCHEMAS = {
    "/images/generations": "CreateImageRequest",
    "/images/edits": "CreateImageEditRequest",
    "/audio/speech": "CreateSpeechRequest",
    "/responses": "CreateResponse",
}
NEWER = {
    "/images/generations": {
        "complexity": {"enum": ["low", "medium", "high"]},
        "quality": {"enum": ["low", "medium", "high", "xhigh", "max", "auto"]},
    },
    "/images/edits": {
        "complexity": {"enum": ["low", "medium", "high"]},
        "quality": {"enum": ["low", "medium", "high", "xhigh", "max", "auto"]},
    },
}
"""What OpenAI's SDK of November knows, and its specification of August does not."""


class Inputs(dict[str, Any]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Any:
        return data_url(HANDLES["image"])


def as_body(call: Call, file: Any = FILE) -> dict[str, Any]:
    """Return a body as JSON; of a form with texts as they are, and `file` for each file."""
    if not call.form:
        found: dict[str, Any] = call.json
        return found
    body: dict[str, Any] = {}
    for part in call.form:
        value = part.value if isinstance(part.value, str) else file
        if part.name.endswith("[]"):
            body.setdefault(part.name[:-2], []).append(value)
        else:
            body[part.name] = int(value) if part.name == "output_compression" else value
    return body


def specified(call: Call) -> list[str]:
    newer = json.dumps(NEWER.get(call.url, {}))
    return schema_faults(SPEC, SCHEMAS[call.url], as_body(call), newer)


def as_received(call: Call, folder: Path) -> tuple[dict[str, str], list[Field]]:
    """Return the texts and the files of a form, the mask as the runner draws it."""
    texts = {p.name: p.value for p in call.form if isinstance(p.value, str)}
    files = []
    for part in call.form:
        if isinstance(part.value, Media):
            drawn = folder / f"{'mask' if part.name == 'mask' else 'picture'}.png"
            if not drawn.exists():
                Pillow.new("RGBA", (8, 8)).save(drawn)
            content = drawn.read_bytes()
            files.append(Field(part.name, content, part.filename, part.value.media_type))
    return texts, files


def taken(call: Call, folder: Path, *, is_azure: bool = False) -> list[str]:
    match call.url:
        case "/images/generations":
            return generation_faults(call.json, is_azure=is_azure)
        case "/images/edits":
            return edit_faults(*as_received(call, folder), is_azure=is_azure)
        case "/audio/speech":
            return speech_faults(call.json)
    return response_faults(call.json)
