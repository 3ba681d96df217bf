"""Recraft on this machine, strict about keys, fields and sizes, and counting what it made.

Every request is answered at once. Written from the provider's documentation, not from this
project's catalogue, so that a mistake there is found here.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.fakes import Fake
from tests.support.json_schema import faults
from tests.support.loopback import Asked, Loopback, Reply

KEY = "recraft-key-canary"
ID = "11111111-2222-4333-8444-555555555555"

_TEXT: dict[str, Any] = {"type": "string"}
_UUID = {"type": "string", "format": "uuid"}
_BOOL = {"type": "boolean"}
_INT = {"type": "integer"}


def _enum(*values: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _range(low: float, high: float, kind: str = "integer") -> dict[str, Any]:
    return {"type": kind, "minimum": low, "maximum": high}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


_MODELS = [
    f"recraftv{version}{kind}"
    for version in ("4_1", "4_1_pro", "4_1_utility", "4_1_utility_pro", "4_styles", "4_styles_pro")
    for kind in ("", "_vector")
]
_MODELS += [f"recraftv{n}{kind}" for n in ("4", "4_pro", "3", "2") for kind in ("", "_vector")]
_MODELS += ["recraftv4_1_flash"]
_ONE = ["1024x1024", "1536x768", "1280x832", "1216x896", "1152x896", "1280x896", "1344x768"]
_OLD = ["1024x1024", "2048x1024", "1536x1024", "1365x1024", "1280x1024", "1820x1024"]
_OLD += ["1434x1024", "1707x1024"]
_RATIOS = ["1:1", "2:1", "1:2", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "6:10", "14:10"]
_RATIOS += ["10:14", "16:9", "9:16"]


def _both(sizes: list[str]) -> set[str]:
    return {size for each in sizes for size in (each, "x".join(each.split("x")[::-1]))}


def _doubled(size: str) -> str:
    return "x".join(str(2 * int(side)) for side in size.split("x"))


_SMALL = _both(_ONE) | {"832x1344"}
SIZES: Mapping[str, set[str]] = {
    "one": _SMALL,
    "pro": set(map(_doubled, _SMALL)),
    "old": _both(_OLD),
    "vector": set(_RATIOS),
}
_COLOUR = _object(
    "", rgb=_list(_range(0, 255)), std=_list({"type": "number"}), weight={"type": "number"}
)
_GENERAL = {
    "response_format": _enum("url", "b64_json"),
    "image_format": _enum("png", "webp"),
    "expire": _BOOL,
}
_DRAWN = {
    **_GENERAL,
    "model": _enum(*_MODELS),
    "prompt": _TEXT,
    "n": _range(1, 6),
    "style": _TEXT,
    "substyle": _TEXT,
    "style_id": _UUID,
    "style_match": _enum("regular", "precise", "flexible"),
    "negative_prompt": _TEXT,
    "text_layout": _list(_object("text bbox", text=_TEXT, bbox=_list(_list({"type": "number"})))),
    "controls": _object(
        "", colors=_list(_COLOUR), background_color=_COLOUR, artistic_level=_INT, no_text=_BOOL
    ),
    "creativity": _enum("simple", "standard", "eccentric"),
    "random_seed": _range(0, 2**32 - 1),
    "block_nsfw": _BOOL,
    "calculate_features": _BOOL,
}
_UPSCALE = {"upscale": _enum("upscale4mp", "upscale16mp")}
_DRAW = _object("prompt", size=_TEXT, style_reference_urls=_list(_TEXT), **_UPSCALE, **_DRAWN)
_EDIT = {**_DRAWN, "image_url": _TEXT}
_MASKED = _object("image_url mask_url prompt", mask_url=_TEXT, **_EDIT)
_PIXELS = _range(0, 4096)
_PROCESS = _object("image_url", image_url=_TEXT, **_UPSCALE, **_GENERAL)
_ON = _enum("on", "off")
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "/images/generations/raster": _DRAW,
    "/images/generations/vector": _DRAW,
    "/images/imageToImage": _object(
        "image_url prompt strength", strength=_range(0, 1, "number"), **_EDIT
    ),
    "/images/inpaint": _MASKED,
    "/images/generateBackground": _MASKED,
    "/images/replaceBackground": _object("image_url prompt", **_EDIT),
    "/images/outpaint": _object(
        "image_url prompt",
        size=_TEXT,
        expand_left=_PIXELS,
        expand_right=_PIXELS,
        expand_top=_PIXELS,
        expand_bottom=_PIXELS,
        zoom_out_percentage=_range(0, 99.99, "number"),
        **_EDIT,
    ),
    "/images/variateImage": _object(
        "image_url size",
        image_url=_TEXT,
        size=_TEXT,
        n=_range(1, 6),
        model=_enum(*_MODELS),
        random_seed=_range(0, 2**32 - 1),
        **_GENERAL,
    ),
    "/images/eraseRegion": _object(
        "image_url mask_url", image_url=_TEXT, mask_url=_TEXT, **_GENERAL
    ),
    "/images/vectorize": _object(
        "image_url",
        image_url=_TEXT,
        svg_compression=_ON,
        limit_num_shapes=_ON,
        max_num_shapes=_range(1, 2**32),
        color_reduction=_ON,
        return_gradients=_ON,
        shape_stacking=_enum("cut_out", "hierarchical"),
        small_shape_filter=_ON,
        strict_color_palette=_list(_list(_range(0, 255))),
        **_GENERAL,
    ),
    "/images/removeBackground": _PROCESS,
    "/images/crispUpscale": _PROCESS,
    "/images/creativeUpscale": _PROCESS,
    "/images/clarityUpscale": _PROCESS,
    "/images/generativeUpscale": _PROCESS,
}
_ONE_IMAGE = {"eraseRegion", "vectorize", "removeBackground"}
_ONE_IMAGE |= {f"{name}Upscale" for name in ("crisp", "creative", "clarity", "generative")}
_STYLED = {"style", "substyle", "negative_prompt", "text_layout"}


class FakeRecraft(Loopback):
    """The service's state, as the test sees and sets it.

    Args:
        files: What results are made of, by kind: `image`, `svg`.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = files
        self.made = 0
        """Requests that were worked on and are paid for."""
        self._ids = itertools.count(1)

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/made/"):
            if "authorization" in asked.headers:
                return _error(400, "the key was sent to the store of files")
            return Reply(body=self.files[asked.path.split("/")[2]])
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "unauthorized")
        if asked.method == "GET":
            return _listed(asked.path)
        if asked.path not in SCHEMAS:
            return _error(404, "not found")
        if found := faults_of(asked.path, asked.json):
            return _error(400, "; ".join(found))
        if "forbidden" in json.dumps(asked.json):
            return _error(400, "the prompt does not comply with the policy")
        self.made += 1
        return Reply(json=self._told(asked.path.rpartition("/")[2], asked.json))

    def _told(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        kind = "svg" if "vector" in name else "image"
        images = [
            {"image_id": ID, "url": f"{self.url}/made/{kind}/{next(self._ids)}"}
            for _ in range(body.get("n", 1))
        ]
        result = {"image": images[0]} if name in _ONE_IMAGE else {"data": images}
        return {"created": 1, "credits": 40 * len(images), **result}


def _listed(path: str) -> Reply:
    if path == "/users/me":
        return Reply(json={"id": ID, "email": "a@b.test", "name": "A", "credits": 1000})
    if path == "/styles":
        style = {"id": ID, "style": "icon", "creation_time": "2026-01-01", "is_private": True}
        return Reply(json={"styles": [style]})
    if path == "/styles/basic":
        style = {"style_id": ID, "style": "Photorealism", "model": "recraftv3"}
        return Reply(json={"styles": [style]})
    return _error(404, "not found")


def _error(status: int, message: str) -> Reply:
    return Reply(
        status, json={"code": "x", "message": message}, headers={"X-Recraft-Requestid": ID}
    )


def faults_of(path: str, body: Any) -> list[str]:
    """Return what is wrong with the body of a request."""
    return faults(body, SCHEMAS[path]) or list(_more_faults(path, body))


_DATA = re.compile(r"data:image/(png|jpeg|webp);base64,")


def _more_faults(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    given = [body.get("image_url"), body.get("mask_url"), *body.get("style_reference_urls", [])]
    yield from filter(None, map(_no_picture, filter(None, given)))
    model = body.get("model", "")
    if "prompt" in body:
        yield from _drawn_faults(model, body)
    if "/generations/" in path and path.endswith("vector") != model.endswith("vector"):
        yield f"{model} at {path}"
    if "size" in body and body["size"] not in SIZES[_family(model)]:
        yield f"size {body['size']} of {model}"
    masked = ("inpaint", "outpaint", "replaceBackground", "generateBackground")
    if path.endswith(masked) and model != "recraftv3":
        yield f"{model} at {path}"
    if path.endswith("outpaint"):
        expands = any(name.startswith("expand_") for name in body)
        if expands == ("size" in body):
            yield "either size or expand"


def _family(model: str) -> str:
    if not model or model.endswith("vector"):
        return "vector"
    if model in ("recraftv3", "recraftv2"):
        return "old"
    return "pro" if model.endswith("pro") else "one"


def _drawn_faults(model: str, body: Mapping[str, Any]) -> Iterator[str]:
    is_old = model.startswith(("recraftv3", "recraftv2"))
    if len(body["prompt"]) > (1000 if is_old else 10_000):
        yield "prompt: too long"
    if not is_old and (wrong := _STYLED & body.keys()):
        yield f"{model} takes no {sorted(wrong)}"
    if not model.startswith("recraftv3"):
        controls = body.get("controls", {})
        if "text_layout" in body or {"artistic_level", "no_text"} & controls.keys():
            yield "V3 only"
    if "styles" in model:
        if len({"style_id", "style_reference_urls"} & body.keys()) == 0:
            yield "a style is needed"
    elif "style_reference_urls" in body or (not is_old and "style_id" in body):
        yield f"{model} takes no style"
    if {"style", "style_id"} <= body.keys():
        yield "either style or style_id"


def _no_picture(url: str) -> str:
    head = _DATA.match(url)
    try:
        base64.b64decode(url[head.end() :] if head else "?", validate=True)
    except binascii.Error:
        return "a picture is neither an address nor a data URL"
    return ""


def as_fake(files: Mapping[str, bytes]) -> Fake:
    """Return the fake for tests that go over every provider."""
    return Fake(FakeRecraft(files), KEY)
