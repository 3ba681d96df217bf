"""Bodies of Kling's requests.

The new standard puts the inputs into a list of typed `contents`, apart from `settings`; the legacy
one has flat fields, some of which are lists of objects. The catalogue's `field` says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import Audio, ErrorKind, TaskError
from nodes.models import ModelInfo
from nodes.remote.adapter import Address
from nodes.remote.lookup import refuse_unfit
from nodes.remote.mapping import build_body
from nodes.requests import Request

LEGACY = "v1/"
"""What the endpoints of the legacy standard begin with."""
LIP_SYNC = "v1/videos/advanced-lip-sync"
_CONTENTS = (
    "prompt",
    "first_frame",
    "last_frame",
    "refer_image",
    "feature_video",
    "base_video",
    "image",
    "video",
    "element",
    "voice",
)
"""Types of contents, by which the catalogue calls the fields."""
_NAMED = ("element", "voice")
_WIDEST = 2.5
_PRESETS = ("down_back", "forward_up", "right_turn_forward", "left_turn_forward")
_MOVES = frozenset({"horizontal", "vertical", "pan", "tilt", "roll", "zoom"})
"""Moves of the camera of the type `simple`, of which one is made."""
_ITEMS: Mapping[str, str] = {
    "image_list": "image",
    "voice_list": "voice_id",
    "element_list": "element_id",
}
"""Lists of objects of the legacy standard, and the one field of each object."""
_FRAMES: Mapping[str, Mapping[str, str]] = {
    "first_frame": {"type": "first_frame"},
    "last_frame": {"type": "end_frame"},
    "refer_image": {},
}
"""Pictures of the legacy omni video, and what is said of each besides its address."""
_FILMS: Mapping[str, str] = {"feature_video": "feature", "base_video": "base"}


def check(model: ModelInfo, request: Request) -> None:
    """Refuse what the model does not take.

    Raises:
        TaskError: It does not (`invalid`).
    """
    refuse_unfit(model, request)
    for picture in (request.image, request.last_image, *request.references):
        if picture is not None:
            short, long = sorted((picture.width, picture.height))
            if long > _WIDEST * short:
                says = "Kling takes pictures at most 2.5 times as long as wide, or as wide as long"
                raise TaskError(says, kind=ErrorKind.INVALID, hint="`crop` cuts it to shape.")
    camera = request.options.get("camera_control")
    if camera is not None and not _is_move(camera):
        raise TaskError(
            f"camera_control is {', '.join(_PRESETS)}, or simple with one move",
            kind=ErrorKind.INVALID,
            hint='As {"type": "simple", "config": {"zoom": 5}}; moves are '
            f"{', '.join(sorted(_MOVES))}, from -10 to 10.",
        )


def _is_move(camera: Any) -> bool:
    """Tell whether a move of the camera is one that Kling knows."""
    if not isinstance(camera, Mapping):
        return camera in _PRESETS
    config = camera.get("config", {})
    if camera.get("type") != "simple":
        return camera.get("type") in _PRESETS and not config
    if not isinstance(config, Mapping) or not config.keys() <= _MOVES:
        return False
    steps = [step for step in config.values() if step != 0]
    return len(steps) == 1 and type(steps[0]) in (int, float) and -10 <= steps[0] <= 10


def path_of(model: ModelInfo, request: Request) -> str:
    """Return where a request is sent; some endpoints differ by what a clip is made from."""
    return "/" + model.endpoint.format(source=request.kind.partition("_")[0])


def body_of(
    model: ModelInfo, request: Request, urls: Mapping[str, Address], key: str
) -> dict[str, Any]:
    """Return the JSON body of a request.

    Args:
        model: The model.
        request: What is asked.
        urls: The inputs, by digest.
        key: What the task is called on our side, so that it can be found again.

    Raises:
        TaskError: The request cannot be put into one.
    """
    if model.endpoint == LIP_SYNC:
        return {**_lips(request, urls), "external_task_id": key}
    body = build_body(model, request, urls)
    if not model.endpoint.startswith(LEGACY):
        return _new(model, request, body, key)
    if "omni-video" in model.endpoint and _is_shapeless(model, body):
        body.setdefault("aspect_ratio", model.inputs["aspect_ratio"].default)
    body = _legacy(body)
    if takes_our_id(model):
        body["external_task_id"] = key
    return body


def takes_our_id(model: ModelInfo) -> bool:
    """Tell whether tasks of a model can be called by an id of our own."""
    return not model.endpoint.startswith(LEGACY) or model.endpoint.startswith("v1/videos/")


def _new(model: ModelInfo, request: Request, body: dict[str, Any], key: str) -> dict[str, Any]:
    if not path_of(model, request).startswith("/text-to-video"):
        given = {name: body.pop(name) for name in _CONTENTS if name in body}
        body["contents"] = [item for name, value in given.items() for item in _items(name, value)]
        if _is_shapeless(model, given, "feature_video"):
            ratio = model.inputs["aspect_ratio"].default
            body.setdefault("settings", {}).setdefault("aspect_ratio", ratio)
    body.setdefault("options", {})["external_task_id"] = key
    return body


def _is_shapeless(model: ModelInfo, given: Mapping[str, Any], *shaped: str) -> bool:
    """Tell whether nothing that is given has a shape that an omni clip could take over."""
    is_free = given.keys().isdisjoint({"first_frame", "base_video", *shaped})
    return is_free and "aspect_ratio" in model.inputs


def _items(name: str, value: Any) -> Iterator[dict[str, Any]]:
    values = value if isinstance(value, list) else [value]
    for number, each in enumerate(values, start=1):
        if isinstance(each, Mapping):
            yield {"type": name, **each}
        elif name in _NAMED:
            yield {"type": name, f"{name}_id": each, "id": f"{name}_{number}"}
        else:
            yield {"type": name, "text" if name == "prompt" else "url": each}


def _legacy(body: dict[str, Any]) -> dict[str, Any]:
    body = {name: _objects(name, value) for name, value in body.items()}
    frames = {name: body.pop(name) for name in _FRAMES if name in body}
    if frames:
        body["image_list"] = [
            {"image_url": url, **_FRAMES[name]} for name, urls in frames.items() for url in urls
        ]
    for name in _FILMS.keys() & body.keys():
        film = {"video_url": body.pop(name), "refer_type": _FILMS[name]}
        if "keep_original_sound" in body:
            film["keep_original_sound"] = body.pop("keep_original_sound")
        body["video_list"] = [film]
    scene = body.get("input")
    if isinstance(scene, dict) and isinstance(scene.get("image"), list):
        # One picture is told otherwise than two.
        pictures = scene.pop("image")
        scene |= {"images": pictures} if len(pictures) > 1 else {"image": pictures[0]}
    return body


def _objects(name: str, value: Any) -> Any:
    if name == "camera_control" and isinstance(value, str):
        return {"type": value}
    if name in _ITEMS and isinstance(value, list):
        field = _ITEMS[name]
        return [each if isinstance(each, Mapping) else {field: each} for each in value]
    if name in _FRAMES:
        return value if isinstance(value, list) else [value]
    return value


def film_in(request: Request) -> dict[str, Any]:
    """Return how the film is named whose lips are to move: by its id at Kling, or its address."""
    film = str(request.options.get("film", ""))
    return {"video_url" if "://" in film else "video_id": film}


def _voice(request: Request) -> Audio:
    if request.audio is None:
        raise TaskError("there is no voice", kind=ErrorKind.INVALID)
    return request.audio


def _lips(request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return who speaks what and when; `prepare` has put session and face among the options."""
    options, voice = request.options, _voice(request)
    begin = options.get("sound_insert_time")
    face = {
        "face_id": options.get("face_id"),
        "sound_file": urls[voice.digest],
        "sound_start_time": 0,
        "sound_end_time": int(voice.seconds * 1000),
        "sound_insert_time": options.get("seen_from", 0) if begin is None else begin,
    }
    volumes = ("sound_volume", "original_audio_volume")
    face |= {name: options[name] for name in volumes if options.get(name) is not None}
    return {"session_id": options.get("session_id"), "face_choose": [face]}
