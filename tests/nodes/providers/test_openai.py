"""OpenAI: what is sent, what is made of the answers, and runs at the strict copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine import ErrorKind, TaskError
from nodes.models import ModelInfo, catalogue
from nodes.providers.openai.adapter import OpenAI
from nodes.providers.openai.pictures import size_of
from nodes.remote.adapter import Call, Masks, Part, RemoteJob
from nodes.requests import Request
from nodes.storyboard.ai import answer_schema
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_openai import (
    is_size,
)
from tests.support.openai_calls import Inputs, as_body, specified, taken
from tests.support.variations import requests_of

SPEC = "openai.yaml"
ADAPTER = OpenAI()
MODELS = [m for m in catalogue().all() if m.provider == "openai" and catalogue().is_offered(m)]
WRITING = [model for model in MODELS if "write_text" in model.kinds]
IMAGE = HANDLES["image"]
MESSAGES = [
    {"role": "system", "content": "You split stories."},
    {"role": "user", "content": "A hare runs."},
    {"role": "assistant", "content": "no"},
    {"role": "user", "content": "Again."},
]
ASKED = {"messages": MESSAGES, "schema": answer_schema(3)}
JOB = RemoteJob("resp_7")


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"openai/{name}")
    assert found is not None
    return found


def call_of(name: str, **fields: Any) -> Call:
    model = model_of(name)
    return ADAPTER.submit(model, Request(model.kinds[0], model.id, **fields), Inputs(), "k-1")


def calls_of(adapter: OpenAI, model: ModelInfo) -> Iterator[Call]:
    for request in requests_of(model, {}):
        yield adapter.submit(model, request, Inputs(), "k-1")


def written(adapter: OpenAI, model: ModelInfo) -> Call:
    return adapter.submit(model, Request("write_text", model.id, options=ASKED), {}, "k-1")


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo, tmp_path: Path) -> None:
    calls = [written(ADAPTER, model)] if model in WRITING else list(calls_of(ADAPTER, model))
    assert calls
    for call in calls:
        assert taken(call, tmp_path) == [], as_body(call)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification(SPEC)
    calls = [written(ADAPTER, model)] if model in WRITING else calls_of(ADAPTER, model)
    spec_check.checked("openai", model.id, calls, specified)


def test_a_picture_from_words() -> None:
    options = {"quality": "low", "complexity": "high", "moderation": "low"}
    call = call_of(
        "gpt-image-2.6-flare",
        prompt="a fox",
        aspect_ratio="16:9",
        resolution="2K",
        options=options,
    )
    assert (call.method, call.url, call.holds_media) == ("POST", "/images/generations", True)
    assert call.patience == 600
    assert call.wants == "pictures"
    assert call_of("gpt-image-2", prompt="a").wants == "pictures text=5 image=8 output=30"
    assert call.json == {
        "model": "gpt-image-2.6-flare",
        "prompt": "a fox",
        "size": "2560x1440",
        **options,
    }
    assert "size" not in call_of("gpt-image-2", prompt="a fox").json
    exact = call_of("gpt-image-2", prompt="a fox", options={"size": "1536x864"})
    assert exact.json["size"] == "1536x864"
    older = call_of("gpt-image-1.5", prompt="a fox", aspect_ratio="3:2")
    assert older.json["size"] == "1536x1024"


def test_a_picture_from_pictures() -> None:
    other = IMAGE.model_copy(update={"digest": "9" * 64, "media_type": "image/webp"})
    call = ADAPTER.submit(
        model_of("gpt-image-2"),
        Request(
            "image_to_image",
            "openai/gpt-image-2",
            prompt="bluer",
            image=IMAGE,
            mask=IMAGE,
            references=(other,),
            options={"output_format": "jpeg", "output_compression": 80},
        ),
        Inputs(),
        "k-1",
    )
    assert (call.url, call.json, call.holds_media) == ("/images/edits", None, True)
    assert call.form == (
        Part("model", "gpt-image-2"),
        Part("prompt", "bluer"),
        Part("output_format", "jpeg"),
        Part("output_compression", "80"),
        Part("image[]", IMAGE, "image.png"),
        Part("image[]", other, "image.webp"),
        Part("mask", IMAGE, "mask.png"),
    )


@pytest.mark.parametrize("kind", ["text_to_image", "image_to_image"])
def test_a_lone_picture_has_another_name(kind: Any) -> None:
    given = {"image": IMAGE} if kind == "image_to_image" else {"references": (IMAGE,)}
    request = Request(kind, "openai/gpt-image-2", prompt="b", **given)
    call = ADAPTER.submit(model_of("gpt-image-2"), request, Inputs(), "k-1")
    assert [part.name for part in call.form] == ["model", "prompt", "image"]


def test_sizes_follow_from_shapes() -> None:
    accepted = model_of("gpt-image-2").inputs
    pixels = accepted["resolution"].sent
    for shape in map(str, accepted["aspect_ratio"].values):
        for most in pixels.values():
            size = size_of(shape, int(most))
            assert is_size(size), (shape, size)
            assert Fraction(size.replace("x", "/")) == Fraction(shape.replace(":", "/"))
    assert [size_of("1:1", int(most)) for most in pixels.values()] == [
        "1024x1024",
        "2048x2048",
        "2880x2880",
    ]
    assert size_of("16:9", int(pixels["4K"])) == "3840x2160"
    assert size_of("3:1", int(pixels["4K"])) == "3840x1280"


@pytest.mark.parametrize(
    ("name", "kind", "fields", "words"),
    [
        ("gpt-image-2", "text_to_image", {"resolution": "4K"}, "needs aspect_ratio"),
        ("gpt-image-2", "image_to_image", {"references": [IMAGE] * 16}, "at most 16 together"),
        ("gpt-image-2", "text_to_image", {"references": [IMAGE] * 17}, "at most 16"),
        (
            "gpt-image-2",
            "text_to_image",
            {"options": {"background": "transparent", "output_format": "jpeg"}},
            "needs output_format png or webp",
        ),
        ("gpt-image-2", "text_to_image", {"options": {"output_compression": 5}}, "needs output_f"),
        ("gpt-image-2", "text_to_image", {"options": {"quality": "max"}}, "not max"),
        ("gpt-image-2", "text_to_image", {"options": {"input_fidelity": "high"}}, "no option"),
        ("gpt-image-1.5", "text_to_image", {"options": {"input_fidelity": "low"}}, "needs referen"),
        ("gpt-image-1.5", "text_to_image", {"aspect_ratio": "16:9"}, "not 16:9"),
        ("gpt-image-2", "image_to_image", {"options": {"moderation": "low"}}, "go with moderation"),
        (
            "gpt-image-2",
            "text_to_image",
            {"options": {"size": "1024x1024"}, "aspect_ratio": "1:1"},
            "size does not go with aspect_ratio",
        ),
        ("tts-1", "speech", {"options": {"instructions": "slowly"}}, "no option 'instructions'"),
        ("tts-1", "speech", {"voice": "Rachel"}, "not Rachel"),
        (
            "tts-1",
            "speech",
            {"voice": "ash", "options": {"custom_voice": "voice_1"}},
            "custom_voice does not go with voice",
        ),
    ],
)
def test_what_does_not_go_together_is_told(
    name: str, kind: Any, fields: dict[str, Any], words: str
) -> None:
    arguments = {"prompt": "a fox", **({"image": IMAGE} if kind == "image_to_image" else {})}
    arguments |= fields
    given = frozenset(arguments) - {"options"}
    assert words in "; ".join(model_of(name).complaints(arguments, given, kind))


def test_a_mask_fits_the_picture() -> None:
    assert isinstance(ADAPTER, Masks)
    assert ADAPTER.mask_form(model_of("gpt-image-2")) == "transparent"
    for update, words in (
        ({"width": 8}, "8 x 768 pixels, and the picture 1024 x 768"),
        ({"size": 4_000_000}, "less than 4 MB"),
    ):
        mask = IMAGE.model_copy(update=update)
        request = Request(
            "image_to_image", "openai/gpt-image-2", prompt="b", image=IMAGE, mask=mask
        )
        with pytest.raises(TaskError, match=words) as caught:
            ADAPTER.submit(model_of("gpt-image-2"), request, Inputs(), "k-1")
        assert caught.value.kind is ErrorKind.INVALID


def test_what_is_not_taken() -> None:
    for media in (HANDLES["video"], IMAGE.model_copy(update={"media_type": "image/gif"})):
        with pytest.raises(TaskError, match="but PNG, JPEG, WEBP"):
            ADAPTER.start_upload(media)


def test_speech() -> None:
    call = call_of("gpt-4o-mini-tts", prompt="Hello", voice="ash", speed=1.5)
    assert (call.url, call.holds_media) == ("/audio/speech", True)
    assert call.json == {"model": "gpt-4o-mini-tts", "input": "Hello", "voice": "ash", "speed": 1.5}
    custom = {"custom_voice": "voice_1", "output_format": "wav", "instructions": "softly"}
    assert call_of("gpt-4o-mini-tts", prompt="Hello", options=custom).json == {
        "model": "gpt-4o-mini-tts",
        "input": "Hello",
        "voice": {"id": "voice_1"},
        "response_format": "wav",
        "instructions": "softly",
    }
    assert call_of("tts-1", prompt="Hello").json["voice"] == "alloy"


def test_a_text_is_a_job() -> None:
    call = written(ADAPTER, model_of("gpt-6.1-terra"))
    assert (call.url, call.holds_media) == ("/responses", False)
    structure = {"type": "json_schema", "name": "answer", "strict": True}
    assert call.json == {
        "model": "gpt-6.1-terra",
        "input": MESSAGES,
        "text": {"format": {**structure, "schema": ASKED["schema"]}},
        "background": True,
    }
    assert ADAPTER.poll(RemoteJob("a/7")).url == "/responses/a%2F7"
    cancel = ADAPTER.cancel(JOB)
    assert cancel is not None
    assert (cancel.method, cancel.url) == ("POST", "/responses/resp_7/cancel")
