"""Higgsfield's adapter as a table: what is sent, and what is read out of each answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from engine import Character, ErrorKind, Image, TaskError
from nodes.models import catalogue
from nodes.providers.higgsfield.adapter import Higgsfield, body_of
from nodes.providers.higgsfield.names import listing, trained_name
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, LooksUp, RemoteFile, RemoteJob
from nodes.requests import Request
from tests.support.handles import AUDIO, MARA, UUID, VIDEO, Urls, image, model_of
from tests.support.higgsfield_models import LISTINGS, SCHEMAS, V1_SCHEMAS
from tests.support.json_schema import faults

ADAPTER = Higgsfield()
JOB = RemoteJob("r1", {"status": "https://api.higgsfield.ai/requests/r1/status"})


def body(model_name: str, /, **fields: Any) -> Any:
    model = model_of(model_name)
    return body_of(model, Request(model.kinds[0], model.id, **fields), Urls())


def answer(data: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, data, headers)


# -- what is sent --------------------------------------------------------------------------------

PICTURES = {"image": image(1), "last_image": image(2)}
BODIES: list[tuple[str, dict[str, Any], Any]] = [
    (
        "soul",
        {"prompt": "a", "count": 4, "options": {"style": UUID, "style_strength": 0.5}},
        {"prompt": "a", "batch_size": 4, "style_id": UUID, "style_strength": 0.5},
    ),
    (
        "soul-2",
        {"prompt": "a", "character": MARA, "resolution": "1080p"},
        {"prompt": "a", "custom_reference_id": UUID, "resolution": "1080p"},
    ),
    (
        "soul-character",
        {"prompt": "a", "character": MARA},
        {"prompt": "a", "custom_reference_id": UUID, "custom_reference_strength": 1},
    ),
    (
        "soul-reference",
        {"prompt": "a", "image": image(1)},
        {"prompt": "a", "image_reference_url": "https://cdn.test/1"},
    ),
    (
        "dop-turbo",
        {"prompt": "a", **PICTURES, "options": {"motions": [{"id": UUID, "strength": 0.4}]}},
        {
            "prompt": "a",
            "image_url": "https://cdn.test/1",
            "end_image_url": "https://cdn.test/2",
            "motions": [{"id": UUID, "strength": 0.4}],
        },
    ),
    (
        "popcorn",
        {"prompt": "a", "count": 6, "references": (image(1), image(2)), "resolution": "1600p"},
        {
            "prompt": "a",
            "num_images": 6,
            "image_urls": ["https://cdn.test/1", "https://cdn.test/2"],
            "resolution": "1600p",
        },
    ),
    (
        "kling-video/v3.0/pro/image-to-video",
        {"prompt": "a", **PICTURES, "seconds": 4.2, "options": {"sound": False}},
        {
            "prompt": "a",
            "image_url": "https://cdn.test/1",
            "last_image_url": "https://cdn.test/2",
            "duration": 5,
            "sound": "off",
        },
    ),
    (
        "veo3.1/first-last-frame-to-video",
        {"prompt": "a", **PICTURES, "seconds": 7.0, "resolution": "1080p"},
        {
            "prompt": "a",
            "first_frame_url": "https://cdn.test/1",
            "last_frame_url": "https://cdn.test/2",
            "duration": "8",
            "resolution": "1080",
        },
    ),
    (
        "veo3.1",
        {"prompt": "a"},
        {"prompt": "a", "resolution": "720", "aspect_ratio": "16:9", "generate_audio": False},
    ),
    (
        "minimax/hailuo-02/standard/image-to-video",
        {"prompt": "a", **PICTURES, "resolution": "768p", "seconds": 7.0},
        {
            "prompt": "a",
            "image_url": "https://cdn.test/1",
            "end_image_url": "https://cdn.test/2",
            "resolution": "768P",
            "duration": 10,
        },
    ),
    (
        "nano-banana",
        {"prompt": "a", "references": (image(1),)},
        {
            "prompt": "a",
            "input_images": [{"type": "image_url", "image_url": "https://cdn.test/1"}],
        },
    ),
    (
        "alibaba/qwen-image-3/edit",
        {"prompt": "a", "image": image(1), "references": (image(2),)},
        {"prompt": "a", "image_urls": ["https://cdn.test/1", "https://cdn.test/2"]},
    ),
    (
        "bytedance/seedance-2.0/reference-to-video",
        {"prompt": "a", "video": VIDEO, "audio": AUDIO, "seconds": 6.0},
        {
            "prompt": "a",
            "video_urls": [f"https://cdn.test/{'b' * 64}"],
            "audio_urls": [f"https://cdn.test/{'a' * 64}"],
            "duration": 6,
        },
    ),
    (
        "kling-video/motion-control/std",
        {"video": VIDEO, "image": image(1), "options": {"keep_original_sound": True}},
        {
            "video_url": f"https://cdn.test/{'b' * 64}",
            "image_url": "https://cdn.test/1",
            "keep_original_sound": "yes",
        },
    ),
    (
        "speak",
        {"prompt": "a", "image": image(1), "audio": AUDIO, "seconds": 6.0},
        {
            "params": {
                "prompt": "a",
                "input_image": {"type": "image_url", "image_url": "https://cdn.test/1"},
                "input_audio": {"type": "audio_url", "audio_url": f"https://cdn.test/{'a' * 64}"},
                "duration": 10,
                "quality": "mid",
            }
        },
    ),
    (
        "soul-id",
        {"name": "Mara", "references": (image(1), image(2))},
        {
            "name": "Mara",
            "model_version": "v2",
            "input_images": [
                {"type": "image_url", "image_url": "https://cdn.test/1"},
                {"type": "image_url", "image_url": "https://cdn.test/2"},
            ],
        },
    ),
]


@pytest.mark.parametrize(("name", "fields", "sent"), BODIES, ids=[case[0] for case in BODIES])
def test_bodies(name: str, fields: dict[str, Any], sent: Any) -> None:
    assert body(name, **fields) == sent
    path = f"/{model_of(name).endpoint}"
    if schema := SCHEMAS.get(path) or V1_SCHEMAS.get(path):
        assert faults(sent, schema) == []


def test_a_submission_is_keyed_and_says_where_keys_are_no_help() -> None:
    request = Request("text_to_image", "higgsfield/soul", prompt="a")
    call = ADAPTER.submit(model_of("soul"), request, {}, "k-1")
    assert (call.method, call.url) == ("POST", "/higgsfield-ai/soul/standard")
    assert call.headers == {"Idempotency-Key": "k-1"}
    assert call.repeatable
    training = Request("train_character", "higgsfield/soul-id", name="Mara")
    assert not ADAPTER.submit(model_of("soul-id"), training, {}, "k-1").repeatable


def test_the_key_goes_into_one_header() -> None:
    assert ADAPTER.auth(SecretStr("id:secret")) == {"Authorization": "Key id:secret"}


def test_nobody_can_be_seen_whom_higgsfield_does_not_know() -> None:
    with pytest.raises(TaskError, match="Mara is no character that Higgsfield knows"):
        body("soul-2", prompt="a", character=Character(name="Mara"))


def test_an_estimate_needs_no_upload() -> None:
    request = Request("image_to_video", "higgsfield/dop", prompt="a", image=image(1))
    call = ADAPTER.estimate(model_of("dop"), request, {})
    assert call is not None
    assert call.url == "/estimate/higgsfield-ai/dop/standard"
    assert call.json["image_url"].startswith("https://")
    assert ADAPTER.estimate(model_of("speak"), request, {}) is None


@pytest.mark.parametrize(
    ("told", "low", "high"),
    [
        (
            {"type": "estimate", "credits": "1.500", "usd": "0.094", "discount": None},
            "0.094",
            "0.094",
        ),
        ({"type": "estimate", "credits": "0.000", "usd": "0.000"}, "0", None),
        ({"type": "description", "pricing_description": "by tokens"}, "0", None),
        ({"usd": "1.00", "discount": {"percentage": "20", "usd": "0.20"}}, "0.20", "1.00"),
        ({"usd": "nan"}, "0", None),
        ({"usd": "-1"}, "0", None),
        ({"usd": "1e30"}, "0", None),
    ],
)
def test_estimates(told: Any, low: str, high: str | None) -> None:
    price = ADAPTER.estimated(answer(told))
    assert (price.low, price.high) == (Decimal(low), high and Decimal(high))


# -- what is answered ----------------------------------------------------------------------------


def test_a_submission_gives_the_addresses_of_the_job() -> None:
    told = {"status": "queued", "request_id": "r1", "status_url": "https://s", "cancel_url": "c"}
    assert ADAPTER.submitted(answer(told)) == RemoteJob(
        "r1", {"status": "https://s", "cancel": "c"}
    )
    assert ADAPTER.submitted(answer({"id": "s1", "jobs": []})) == RemoteJob(
        "s1", {"status": "/v1/job-sets/s1"}
    )
    assert ADAPTER.submitted(answer({"id": "c1", "status": "queued"})) == RemoteJob(
        "c1", {"status": "/v1/custom-references/c1"}
    )


@pytest.mark.parametrize("data", [None, [], {}, {"request_id": 7}, "queued"])
def test_an_answer_that_names_no_job_is_no_job(data: Any) -> None:
    with pytest.raises(TaskError, match="something unexpected"):
        ADAPTER.submitted(answer(data))


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        ({"status": "queued"}, JobPhase.QUEUED, "unknown"),
        ({"status": "in_progress"}, JobPhase.RUNNING, "unknown"),
        ({"status": "thinking_about_it"}, JobPhase.RUNNING, "unknown"),
        ({"status": "failed", "error": "out of paint"}, JobPhase.FAILED, "not billed"),
        ({"status": "nsfw"}, JobPhase.REFUSED, "not billed"),
        ({"status": "canceled"}, JobPhase.CANCELED, "not billed"),
        ({"status": "completed", "images": [{"url": "u"}]}, JobPhase.SUCCEEDED, "billed"),
        ({"status": "completed"}, JobPhase.FAILED, "billed"),
    ],
)
def test_statuses(told: Any, phase: JobPhase, billed: str) -> None:
    status = ADAPTER.status(answer(told), JOB)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, billed)


@pytest.mark.parametrize(
    ("results", "files"),
    [
        ({"images": [{"url": "a"}, {"url": "b"}]}, [("a", "image"), ("b", "image")]),
        ({"video": {"url": "v"}}, [("v", "video")]),
        ({"audio": {"url": "s"}}, [("s", "audio")]),
        ({"audios": [{"url": "s"}]}, [("s", "audio")]),
    ],
)
def test_results(results: Any, files: list[Any]) -> None:
    status = ADAPTER.status(answer({"status": "completed", **results}), JOB)
    assert isinstance(status, JobStatus)
    assert list(status.files) == [RemoteFile(*file) for file in files]


def test_a_job_set_ends_when_all_its_jobs_have() -> None:
    job = RemoteJob("s1", {"status": "/v1/job-sets/s1"})
    raw = {"raw": {"type": "video", "url": "v"}, "min": {"type": "video", "url": "small"}}
    done = {"status": "completed", "results": raw}
    going = ADAPTER.status(answer({"jobs": [done, {"status": "queued"}]}), job)
    assert isinstance(going, JobStatus)
    assert (going.phase, going.progress) == (JobPhase.RUNNING, 0.5)
    ended = ADAPTER.status(answer({"jobs": [done]}), job)
    assert isinstance(ended, JobStatus)
    assert ended.files == (RemoteFile("v", "video"),)
    refused = ADAPTER.status(answer({"jobs": [{"status": "nsfw", "results": None}]}), job)
    assert isinstance(refused, JobStatus)
    assert (refused.phase, refused.billed) == (JobPhase.REFUSED, "not billed")


@pytest.mark.parametrize("data", [{}, {"jobs": []}, {"jobs": [None]}, {"jobs": "none"}])
def test_a_job_set_without_jobs_is_not_understood(data: Any) -> None:
    with pytest.raises(TaskError, match="something unexpected"):
        ADAPTER.status(answer(data), RemoteJob("s1", {"status": "/v1/job-sets/s1"}))


def test_a_training_gives_an_identity() -> None:
    job = RemoteJob("c1", {"status": "/v1/custom-references/c1"})
    done = ADAPTER.status(answer({"id": "c1", "status": "completed"}), job)
    assert isinstance(done, JobStatus)
    assert done.data == {"identity": "c1"}
    failed = ADAPTER.status(answer({"status": "failed", "fail_reason": "no face"}), job)
    assert isinstance(failed, JobStatus)
    assert "no face" in failed.message
    assert failed.billed == "unknown"


def test_where_jobs_are_asked_about_and_called_off() -> None:
    assert ADAPTER.poll(JOB).url == JOB.urls["status"]
    assert ADAPTER.poll(RemoteJob("a/b")).url == "/requests/a%2Fb/status"
    cancel = ADAPTER.cancel(JOB)
    assert cancel is not None
    assert (cancel.method, cancel.url) == ("POST", "/requests/r1/cancel")
    assert ADAPTER.cancel(RemoteJob("c1", {"status": "/v1/custom-references/c1"})) is None


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (
            400,
            {"detail": "Maximum number of concurrent requests (4) has been reached"},
            ErrorKind.THROTTLED,
        ),
        (400, {"detail": "aspect_ratio is wrong"}, ErrorKind.INVALID),
        (401, {"detail": "Invalid credentials"}, ErrorKind.AUTH),
        (403, {"detail": "not_enough_credits"}, ErrorKind.BILLING),
        (404, {"detail": "model_not_found"}, ErrorKind.DOWN),
        (422, {"detail": [{"loc": ["body", "prompt"], "msg": "required"}]}, ErrorKind.INVALID),
        (423, {"detail": "model_blocked"}, ErrorKind.DOWN),
        (429, None, ErrorKind.THROTTLED),
        (500, {"message": "oops"}, ErrorKind.TRANSIENT),
        (502, None, ErrorKind.TRANSIENT),
        (503, {"detail": "model_disabled"}, ErrorKind.DOWN),
    ],
)
def test_errors(status: int, data: Any, kind: ErrorKind) -> None:
    assert ADAPTER.error(answer(data, status)).kind is kind


def test_errors_carry_higgsfields_words_and_nothing_that_moves_a_cursor() -> None:
    told = {"detail": [{"loc": ["body", "seed"], "msg": "too\x1b[2J large"}, {"msg": "no"}]}
    error = ADAPTER.error(answer(told, 422, **{"x-correlation-id": "c0ffee"}))
    assert error.message == "Higgsfield answered 422: seed: too [2J large; no"
    assert "c0ffee" in error.hint
    assert len(ADAPTER.error(answer({"detail": "x" * 10_000}, 422)).message) < 500


# -- uploads -------------------------------------------------------------------------------------


def test_an_upload_sends_all_the_headers_that_were_signed() -> None:
    start = ADAPTER.start_upload(image(1))
    assert start.json == {"content_type": "image/png"}
    signed = {"Content-Type": "image/png", "x-amz-tagging": "retention=temporary"}
    told = {"public_url": "https://p", "upload_url": "https://u", "upload_headers": signed}
    put = ADAPTER.continue_upload(image(1), answer(told), 0)
    assert isinstance(put, Call)
    assert (put.method, put.url, put.headers, put.gives) == (
        "PUT",
        "https://u",
        signed,
        "https://p",
    )
    assert not put.authenticated
    assert put.body == image(1)
    older = {"public_url": "https://p", "upload_url": "https://u"}
    bare = ADAPTER.continue_upload(image(1), answer(older), 0)
    assert isinstance(bare, Call)
    assert bare.headers == {"Content-Type": "image/png"}


def test_what_higgsfield_does_not_store_is_not_sent() -> None:
    with pytest.raises(TaskError, match="takes no audio/mpeg"):
        ADAPTER.start_upload(AUDIO.model_copy(update={"media_type": "audio/mpeg"}))


# -- names ---------------------------------------------------------------------------------------


def prepared(request: Request, *answers: Any) -> Any:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.prepare(model, request, [answer(data) for data in answers])


def dop(**options: Any) -> Request:
    return Request("image_to_video", "higgsfield/dop", options=options)


def test_a_style_is_found_by_name_in_the_listing_of_its_generation() -> None:
    request = Request("text_to_image", "higgsfield/soul-2", options={"style": "film noir"})
    call = prepared(request)
    assert isinstance(call, Call)
    assert call.url == "/v1/text2image/soul-styles/v2"
    assert call.keep_seconds > 0
    assert prepared(request, LISTINGS[call.url]).options["style"].endswith("4")
    first = listing(model_of("soul"), "style")
    assert first is not None
    assert first.url == "/v1/text2image/soul-styles"
    assert listing(model_of("soul-cinema"), "style") is None


def test_motions_are_names_or_objects_with_a_strength() -> None:
    request = dop(motions=["dolly in", {"name": "Crash Zoom", "strength": 0.3}])
    first, second = prepared(request, LISTINGS["/v1/motions"]).options["motions"]
    assert (first["id"][-1], first["strength"]) == ("5", 1.0)
    assert (second["id"][-1], second["strength"]) == ("6", 0.3)


def test_ids_need_no_look_up() -> None:
    request = dop(motions=[{"id": UUID, "strength": 0.3}])
    assert prepared(request).options["motions"] == [{"id": UUID, "strength": 0.3}]
    assert prepared(dop()) == dop()


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (dop(motions="Dolly Inn"), "no motion 'Dolly Inn'"),
        (replace(dop(motions="Crash Zoom"), last_image=image(2)), "not work with a last picture"),
        (dop(motions=[{"name": "Dolly In", "strength": 2}]), "from 0 to 1"),
        (dop(motions=[{"name": "Dolly In", "speed": 2}]), "a motion is written"),
    ],
)
def test_motions_that_cannot_be(request_: Request, message: str) -> None:
    with pytest.raises(TaskError, match=message) as caught:
        prepared(request_, LISTINGS["/v1/motions"])
    assert caught.value.kind is ErrorKind.INVALID


def training(*images: Image, name: str = "Mara") -> Request:
    return Request("train_character", "higgsfield/soul-id", name=name, references=images)


def known(name: str, status: str = "completed", **fields: Any) -> dict[str, Any]:
    entry = {"id": "c1", "name": name, "status": status, "model_version": "v2"}
    return {"items": [{**entry, **fields}], "total_pages": 1}


def test_the_same_pictures_under_the_same_name_are_trained_once() -> None:
    name = trained_name("Mara", [image(1), image(2)])
    assert prepared(training(image(2), image(1)), known(name)).remote_id == "c1"
    assert prepared(training(image(2), image(1)), known(name, "in_progress")).remote_id == "c1"
    for other in (known(name, "failed"), known("Mara"), known(name, model_version="v1")):
        assert prepared(training(image(1), image(2)), other).name == name


def test_all_pages_of_characters_are_looked_through() -> None:
    pages = {"items": [], "total_pages": 2}
    assert prepared(training(image(1))).params["page"] == "1"
    assert prepared(training(image(1)), pages).params["page"] == "2"
    assert isinstance(prepared(training(image(1)), pages, pages), Request)


def test_a_character_is_taken_by_name_alone() -> None:
    assert prepared(training(), known("Mara")).remote_id == "c1"
    assert prepared(training(), known(trained_name("Mara", [image(1)]))).remote_id == "c1"
    with pytest.raises(TaskError, match="no character 'Mara'") as caught:
        prepared(training(), known("Marta"))
    assert "Did you mean Marta?" in caught.value.hint


def test_the_adapter_looks_up() -> None:
    assert isinstance(ADAPTER, LooksUp)
