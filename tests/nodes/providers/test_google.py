"""Google's adapter as a table: what is sent, and what is read out of each answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from nodes.models import ModelInfo, catalogue
from nodes.providers.google.adapter import Google
from nodes.remote.adapter import Answer, Call, Inline, JobPhase, JobStatus, RemoteJob, Spooled
from nodes.remote.mapping import media_of
from nodes.remote.session import MISREAD
from nodes.requests import Request
from tests.support.fake_google import interaction_faults
from tests.support.fakes import factories
from tests.support.gemini import Gemini
from tests.support.google_specs import content_faults, plain, upload_faults
from tests.support.google_specs import interaction_faults as interaction_spec_faults
from tests.support.handles import VIDEO, image
from tests.support.spec_check import checked
from tests.support.sweep import complaints, requests_of

ADAPTER = Google()
MODELS = [m for m in catalogue().all() if m.provider == "google"]
OFFERED = [m for m in MODELS if catalogue().is_offered(m)]
JOB = RemoteJob("v1_abc")
SCHEMA = {"type": "object", "properties": {"said": {"type": "string"}}, "required": ["said"]}
SAYS = [
    {"role": "system", "content": "Split it."},
    {"role": "user", "content": "Once."},
    {"role": "assistant", "content": "{}"},
    {"role": "user", "content": "Again."},
]
TALK = {"messages": SAYS, "schema": SCHEMA}
FILES = {"image": b"png", "video": b"mp4", "audio": b"wav"}


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"google/{name}")
    assert found is not None
    return found


def every_request(model: ModelInfo) -> list[Request]:
    """Return all kinds of requests for a model; those for text hold a conversation."""
    found = list(requests_of(model))
    if model.kinds == ("write_text",):
        return [replace(r, options={**r.options, **TALK}) for r in found]
    if "speakers" in model.options:
        turns = "Anna: Hello.\nBen: Hi: you."
        pair = {"speakers": {"Anna": "Kore", "Ben": "Puck"}}
        found += [
            replace(r, prompt=turns, voice=None, options={**r.options, **pair}) for r in found
        ]
    return found


def call_of(model: ModelInfo, request: Request) -> Call:
    urls = {m.digest: _address(m) for m in media_of(request)}
    return ADAPTER.submit(model, request, urls, "key")


def _address(media: Any) -> Any:
    first = ADAPTER.start_upload(media)
    return first if isinstance(first, Inline) else f"https://g.test/v1beta/files/{media.digest[:8]}"


def body_of(name: str, /, **fields: Any) -> Any:
    model = model_of(name)
    return plain(
        call_of(model, Request(fields.pop("kind", model.kinds[0]), model.id, **fields)).json
    )


def answer(data: Any, status: int = 200, wants: str = "image", **more: Any) -> Answer:
    return Answer(status, data, {}, wants=wants, **more)


def content(*parts: Any, reason: str = "STOP", wants: str = "image", **more: Any) -> JobStatus:
    candidate = {"content": {"parts": list(parts)}, "finishReason": reason, **more}
    said = ADAPTER.submitted(answer({"candidates": [candidate]}, wants=wants))
    assert isinstance(said, JobStatus)
    return said


def clip(data: Any, code: int = 200) -> JobStatus | Call:
    return ADAPTER.status(answer(data, code, "clip"), JOB)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", OFFERED, ids=lambda model: model.id)
def test_every_request_is_as_the_specification_says(model: ModelInfo) -> None:
    def faults(call: Call) -> list[str]:
        is_clip = call.url == "/v1beta/interactions"
        return (interaction_spec_faults if is_clip else content_faults)(call.json)

    checked("google", model.id, (call_of(model, r) for r in every_request(model)), faults)


@pytest.mark.parametrize("model", OFFERED, ids=lambda model: model.id)
def test_every_request_is_taken(model: ModelInfo) -> None:
    gemini = Gemini(FILES)
    for request in every_request(model):
        call = call_of(model, request)
        if request.kind != "write_text" and "speakers" not in request.options:
            assert not complaints(model, replace(request, voice=None, language=None))
        if call.url == "/v1beta/interactions":
            assert not interaction_faults(plain(call.json))
            continue
        path = f"/v1beta/models/{model.endpoint}:generateContent"
        assert (call.method, call.url, call.holds_media) == ("POST", path, call.wants != "text")
        reply = gemini.answer(model.endpoint, plain(call.json))
        assert reply.status == 200, reply.json


def test_the_adapter_has_a_fake_for_every_model() -> None:
    assert "google" in factories()


def test_a_picture_is_edited_with_references() -> None:
    body = body_of(
        "gemini-3-pro-image",
        kind="image_to_image",
        prompt="in snow",
        image=image(1),
        references=(image(2, "image/webp"),),
        aspect_ratio="16:9",
        resolution="2K",
    )
    assert body == {
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
                    {"inlineData": {"mimeType": "image/webp", "data": "AAAA"}},
                    {"text": "in snow"},
                ],
            }
        ],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"},
        },
    }


def test_a_conversation_with_a_schema() -> None:
    body = body_of("gemini-3.8-flash", options=TALK)
    assert body == {
        "systemInstruction": {"parts": [{"text": "Split it."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Once."}]},
            {"role": "model", "parts": [{"text": "{}"}]},
            {"role": "user", "parts": [{"text": "Again."}]},
        ],
        "generationConfig": {
            "responseMimeType": "application/json",
            "responseJsonSchema": SCHEMA,
        },
    }


def test_two_speakers_take_turns() -> None:
    body = body_of(
        "gemini-3.8-flash-tts",
        prompt="Anna: Is it you?\nBen : It is: me.\n  And her.\nAnna:\nBen: Bye.",
        language="en-US",
        options={"style": "warm", "speakers": {"Anna": "Kore", "Ben": "Puck"}},
    )
    turns = [("Anna", "Is it you?"), ("Ben", "It is: me.\n  And her."), ("Ben", "Bye.")]
    assert body["contents"][0]["parts"] == [
        {"text": text, "speechMetadata": {"style": "warm", "speaker": name}} for name, text in turns
    ]
    assert body["generationConfig"]["speechConfig"] == {
        "languageCode": "en-US",
        "multiSpeakerVoiceConfig": {
            "speakerVoiceConfigs": [
                {"speaker": "Anna", "voiceConfig": {"voice": "Kore"}},
                {"speaker": "Ben", "voiceConfig": {"voice": "Puck"}},
            ]
        },
    }


@pytest.mark.parametrize(
    ("prompt", "voice", "speakers", "says"),
    [
        (
            "Hello",
            None,
            {"Anna": "Kore", "Ben": "Puck"},
            "does not begin with a line of Anna or Ben",
        ),
        ("x\nAnna: a", None, {"Anna": "Kore", "Ben": "Puck"}, "does not begin"),
        ("Anna: a", "Kore", {"Anna": "Kore", "Ben": "Puck"}, "leave one out"),
        ("Anna: a", None, {"Anna": "Kore"}, "names two speakers"),
        ("Anna: a", None, {"Anna": "Kore", "Ben": 3}, "names two speakers"),
        ("Anna: a", None, ["Anna", "Ben"], "names two speakers"),
    ],
)
def test_speakers_that_cannot_be(prompt: str, voice: Any, speakers: Any, says: str) -> None:
    with pytest.raises(TaskError, match=says) as caught:
        body_of("gemini-3.8-flash-tts", prompt=prompt, voice=voice, options={"speakers": speakers})
    assert caught.value.kind is ErrorKind.INVALID


def test_a_clip_between_two_pictures() -> None:
    body = body_of(
        "gemini-omni-1.2-flash",
        kind="image_to_video",
        prompt="it drifts off",
        image=image(1),
        last_image=image(2),
        seconds=5.2,
        aspect_ratio="9:16",
        seed=7,
    )
    assert body == {
        "model": "gemini-omni-1.2-flash",
        "background": True,
        "input": [
            {
                "type": "user_input",
                "content": [
                    {"type": "image", "mime_type": "image/png", "data": "AAAA"},
                    {"type": "image", "mime_type": "image/png", "data": "AAAA"},
                    {"type": "text", "text": "<FIRST_FRAME> <LAST_FRAME> it drifts off"},
                ],
            }
        ],
        "response_format": {
            "type": "video",
            "delivery": "uri",
            "duration": "6s",
            "aspect_ratio": "9:16",
        },
        "generation_config": {"video_config": {"task": "image_to_video"}, "seed": 7},
    }


@pytest.mark.parametrize(
    ("name", "fields", "task", "text"),
    [
        ("gemini-omni-1.2-flash", {}, "text_to_video", "p"),
        ("gemini-omni-1.2-flash", {"references": (image(1),)}, "reference_to_video", "p"),
        ("gemini-omni-1.1-flash", {"image": image(1)}, "image_to_video", "<FIRST_FRAME> p"),
        ("gemini-omni-1.2-flash/edit", {"video": VIDEO}, "edit", "p"),
        ("gemini-omni-1.2-flash/extend", {"video": VIDEO}, "extend", "p"),
    ],
)
def test_the_task_is_told(name: str, fields: dict[str, Any], task: str, text: str) -> None:
    kind = "image_to_video" if "image" in fields else model_of(name).kinds[0]
    body = body_of(name, kind=kind, prompt="p", **fields)
    assert body["generation_config"]["video_config"]["task"] == task
    assert body["input"][0]["content"][-1]["text"] == text


def test_a_prompt_with_tags_is_left_as_it_is() -> None:
    prompt = "[# Sources <FIRST_FRAME>@Image1] it drifts"
    body = body_of("gemini-omni-1.2-flash", kind="image_to_video", prompt=prompt, image=image(1))
    assert body["input"][0]["content"][-1]["text"] == prompt


def test_what_is_not_stored_is_waited_for() -> None:
    model = model_of("gemini-omni-1.2-flash")
    call = call_of(model, Request("text_to_video", model.id, prompt="p", options={"store": False}))
    assert (call.json["background"], call.json["store"]) == (False, False)
    assert call.json["response_format"]["delivery"] == "inline"
    assert call.holds_media
    # A clip in 4K takes up to a quarter of an hour, and is lost with its connection.
    assert call.patience >= 1800


def test_films_and_large_pictures_are_uploaded() -> None:
    assert isinstance(ADAPTER.start_upload(image(1)), Inline)
    for media in (VIDEO, replace_size(image(1), 6_000_000)):
        call = ADAPTER.start_upload(media)
        assert isinstance(call, Call)
        assert call.headers["X-Goog-Upload-Header-Content-Length"] == str(media.size)


def test_an_upload_begins_as_the_specification_says() -> None:
    call = ADAPTER.start_upload(VIDEO)
    assert isinstance(call, Call)
    checked("google", "an upload", [call.json], upload_faults)


def replace_size(media: Any, size: int) -> Any:
    return media.model_copy(update={"size": size})


def test_an_upload_goes_on_until_the_film_is_ready() -> None:
    first = Answer(200, {}, {"x-goog-upload-url": "https://up.test/1"})
    put = ADAPTER.continue_upload(VIDEO, first, 0)
    assert isinstance(put, Call)
    assert (put.url, put.body, put.authenticated) == ("https://up.test/1", VIDEO, False)
    file = {"name": "files/abc", "uri": "https://g.test/v1beta/files/abc", "state": "PROCESSING"}
    ask = ADAPTER.continue_upload(VIDEO, Answer(200, {"file": file}, {}), 1)
    assert isinstance(ask, Call)
    assert ask.url == "/v1beta/files/abc"
    with pytest.raises(TaskError) as caught:
        ADAPTER.continue_upload(VIDEO, Answer(200, file, {}), 2)
    assert (caught.value.kind, caught.value.retry_after) == (ErrorKind.TRANSIENT, 5.0)
    assert (
        ADAPTER.continue_upload(VIDEO, Answer(200, {**file, "state": "ACTIVE"}, {}), 2)
        == file["uri"]
    )
    for step, data in (
        (1, {"file": {**file, "state": "FAILED"}}),
        (2, {**file, "state": "FAILED"}),
    ):
        with pytest.raises(TaskError, match="cannot read the file"):
            ADAPTER.continue_upload(VIDEO, Answer(200, data, {}), step)
    with pytest.raises(TaskError):
        evil = {"file": {**file, "name": "files/../../x"}}
        ADAPTER.continue_upload(VIDEO, Answer(200, evil, {}), 1)


# -- what is read --------------------------------------------------------------------------------


def test_pictures_are_taken_and_thoughts_are_not() -> None:
    spooled = Spooled(path=Path("x"), size=3)
    thought = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thought": True}
    picture = {"inlineData": {"mimeType": "image/jpeg", "data": spooled}, "thoughtSignature": "s"}
    short = {"inlineData": {"mimeType": "image/png", "data": "BBBB"}}
    said = content(thought, {"text": "Here."}, picture, short)
    assert said.phase is JobPhase.SUCCEEDED
    assert [(f.spooled, f.content) for f in said.files] == [(spooled, ""), (None, "BBBB")]
    assert said.billed == "billed"


@pytest.mark.parametrize(
    ("mime", "rate"),
    [
        ("audio/L16;codec=pcm;rate=24000", 24_000),
        ("audio/l16; rate=16000; channels=1", 16_000),
        ("audio/L16", 24_000),
        ("audio/wav", None),
    ],
)
def test_bare_samples_have_a_rate(mime: str, rate: int | None) -> None:
    said = content({"inlineData": {"mimeType": mime, "data": "AAAA"}}, wants="audio")
    assert [(f.kind, f.pcm_rate) for f in said.files] == [("audio", rate)]


def test_a_text_is_put_together() -> None:
    said = content({"text": "hm", "thought": True}, {"text": '{"a":'}, {"text": "1}"}, wants="text")
    assert said.data == {"text": '{"a":1}'}


REFUSED = ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "OTHER"]
REFUSED += ["IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"]


@pytest.mark.parametrize("wants", ["image", "audio", "text"])
@pytest.mark.parametrize("reason", REFUSED)
def test_refusals_name_their_reason(reason: str, wants: str) -> None:
    said = content(reason=reason, wants=wants, finishMessage="No.")
    assert (said.phase, said.message) == (JobPhase.REFUSED, f"{reason}: No.")
    assert said.billed == "unknown"


@pytest.mark.parametrize(
    "block", ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"]
)
def test_a_blocked_prompt(block: str) -> None:
    said = ADAPTER.submitted(answer({"promptFeedback": {"blockReason": block}}))
    assert isinstance(said, JobStatus)
    assert (said.phase, said.message) == (JobPhase.REFUSED, f"the prompt is blocked: {block}")


def test_words_in_place_of_a_picture_are_a_refusal() -> None:
    said = content({"text": "I would\nrather not."})
    assert (said.phase, said.message) == (JobPhase.REFUSED, "I would rather not.")
    silent = ADAPTER.submitted(answer({}))
    assert isinstance(silent, JobStatus)
    assert (silent.phase, silent.message) == (JobPhase.REFUSED, "it answered without image")


@pytest.mark.parametrize("reason", ["IMAGE_OTHER", "NO_IMAGE"])
def test_bad_luck_is_worth_another_try(reason: str) -> None:
    said = content(reason=reason)
    assert said.phase is JobPhase.FAILED
    assert said.error is not None
    assert "Another try" in said.error.hint


def test_what_was_cut_off_is_paid_for() -> None:
    said = content({"text": '{"a"'}, reason="MAX_TOKENS", wants="text")
    assert (said.phase, said.billed) == (JobPhase.FAILED, "billed")
    assert said.error is not None
    assert "cut off" in said.error.message


def test_any_other_end_is_a_failure() -> None:
    said = content(reason="MALFORMED_FUNCTION_CALL")
    assert (said.phase, said.message) == (JobPhase.FAILED, "MALFORMED_FUNCTION_CALL")


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("queued", JobPhase.QUEUED),
        ("in_progress", JobPhase.RUNNING),
        ("requires_action", JobPhase.RUNNING),
        ("requires_continuation", JobPhase.RUNNING),
        ("failed", JobPhase.FAILED),
        ("incomplete", JobPhase.FAILED),
        ("budget_exceeded", JobPhase.FAILED),
        ("cancelled", JobPhase.CANCELED),
    ],
)
def test_every_status_of_a_clip(status: str, phase: JobPhase) -> None:
    said = clip({"id": "v1_abc", "status": status})
    assert isinstance(said, JobStatus)
    assert said.phase is phase


def made(*blocks: Any) -> dict[str, Any]:
    output = {"type": "model_output", "content": list(blocks)}
    return {"id": "v1_abc", "status": "completed", "steps": [{"type": "thought"}, output]}


def test_the_last_clip_is_the_result() -> None:
    first, last = ({"type": "video", "data": d} for d in ("AAAA", "BBBB"))
    said = clip(made({"type": "text", "text": "Here."}, first, last))
    assert isinstance(said, JobStatus)
    assert [f.content for f in said.files] == ["BBBB"]


def test_a_clip_that_lies_elsewhere_is_fetched_with_the_key() -> None:
    uri = "https://generativelanguage.googleapis.com/v1beta/files/abc-1:download?alt=media"
    call = clip(made({"type": "video", "uri": uri}))
    assert isinstance(call, Call)
    assert (call.url, call.params) == ("/v1beta/files/abc-1:download", {"alt": "media"})
    assert call.holds_media
    assert call.authenticated
    spooled = Spooled(path=Path("x"), size=3)
    said = ADAPTER.status(answer(None, wants="file", file=spooled), JOB)
    assert isinstance(said, JobStatus)
    assert said.files[0].spooled is spooled
    for bad in (answer({"x": 1}, wants="file"), answer({}, 404, "file")):
        with pytest.raises(TaskError):
            ADAPTER.status(bad, JOB)
    with pytest.raises(TaskError):
        clip(made({"type": "video", "uri": "https://evil.test/x"}))


def test_a_completed_interaction_without_a_clip_is_a_refusal() -> None:
    said = clip(made({"type": "text", "text": "No people."}))
    assert isinstance(said, JobStatus)
    assert (said.phase, said.message) == (JobPhase.REFUSED, "No people.")
    silent = clip(made())
    assert isinstance(silent, JobStatus)
    assert "EEA" in silent.message


@pytest.mark.parametrize(
    "more",
    [
        {"errors": [{"code": "internal", "message": "it fell over"}]},
        {"steps": [{"type": "model_output", "error": {"code": 13, "message": "it fell over"}}]},
    ],
)
def test_a_failed_clip_says_why(more: dict[str, Any]) -> None:
    said = clip({"id": "v1_abc", "status": "failed", **more})
    assert isinstance(said, JobStatus)
    assert said.message == "it fell over"


def test_an_exceeded_budget_is_about_money() -> None:
    said = clip({"id": "v1_abc", "status": "budget_exceeded"})
    assert isinstance(said, JobStatus)
    assert said.error is not None
    assert said.error.kind is ErrorKind.BILLING


def test_the_first_polls_may_not_know_the_job_yet() -> None:
    with pytest.raises(TaskError) as caught:
        clip({"error": {"code": 400, "message": "Invalid interaction name"}}, 400)
    assert caught.value.kind is ErrorKind.TRANSIENT


def test_a_started_clip_is_a_job() -> None:
    for status in ("queued", "in_progress", "completed"):
        said = ADAPTER.submitted(answer({"id": "v1_abc", "status": status}, wants="clip"))
        assert isinstance(said, RemoteJob) == (status != "completed")
    assert ADAPTER.poll(JOB).url == "/v1beta/interactions/v1_abc"
    cancel = ADAPTER.cancel(JOB)
    assert cancel is not None
    assert (cancel.method, cancel.url) == ("POST", "/v1beta/interactions/v1_abc/cancel")


@pytest.mark.parametrize(
    ("status", "word", "kind"),
    [
        (400, "INVALID_ARGUMENT", ErrorKind.INVALID),
        (400, "FAILED_PRECONDITION", ErrorKind.BILLING),
        (401, "UNAUTHENTICATED", ErrorKind.AUTH),
        (403, "PERMISSION_DENIED", ErrorKind.AUTH),
        (404, "NOT_FOUND", ErrorKind.DOWN),
        (429, "RESOURCE_EXHAUSTED", ErrorKind.THROTTLED),
        (500, "INTERNAL", ErrorKind.TRANSIENT),
        (503, "UNAVAILABLE", ErrorKind.TRANSIENT),
        (504, "DEADLINE_EXCEEDED", ErrorKind.TRANSIENT),
    ],
)
@pytest.mark.parametrize("is_list", [False, True])
def test_errors(status: int, word: str, kind: ErrorKind, is_list: bool) -> None:
    error: Any = {"error": {"code": status, "message": "so it is", "status": word}}
    found = ADAPTER.error(answer([error] if is_list else error, status))
    assert (found.kind, found.message) == (kind, f"Google answered {status}: so it is")


@pytest.mark.parametrize(("status", "kind"), [(400, ErrorKind.INVALID), (502, ErrorKind.TRANSIENT)])
def test_errors_of_interactions(status: int, kind: ErrorKind) -> None:
    error = {"error": {"code": "invalid_request", "message": "unknown field"}}
    assert ADAPTER.error(answer(error, status)).kind is kind
    assert "unknown field" in ADAPTER.error(answer(error, status)).message


@pytest.mark.parametrize(
    ("delay", "seconds"), [("37s", 37.0), ("1.5s", 1.5), ("soon", None), (3, None)]
)
def test_a_quota_says_when(delay: Any, seconds: float | None) -> None:
    details = [{"@type": "x"}, {"@type": "google.rpc.RetryInfo", "retryDelay": delay}]
    error = {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": details}}
    assert ADAPTER.error(answer(error, 429)).retry_after == seconds


def test_the_key_and_the_voices() -> None:
    assert ADAPTER.auth(SecretStr("k")) == {"x-goog-api-key": "k"}
    assert ADAPTER.probe().url == "/v1beta/models"
    assert set(ADAPTER.listings(model_of("gemini-3.8-flash-tts"))) == {"voice"}
    assert not ADAPTER.listings(model_of("gemini-3.8-flash"))
    voices = {"voices": [{"type": "prebuilt", "id": "Kore"}, {"type": "prompted"}, 3]}
    assert [each.id for each in ADAPTER.listed(answer(voices))] == ["Kore"]


NAMES = ["candidates", "content", "parts", "text", "inlineData", "mimeType", "data", "finishReason"]
NAMES += ["promptFeedback", "blockReason", "id", "status", "steps", "type", "errors", "error"]
NAMES += [
    "message",
    "details",
    "uri",
    "file",
    "state",
    "name",
    "voices",
    "finishMessage",
    "thought",
]
WORDS = ["STOP", "SAFETY", "completed", "failed", "model_output", "video", "files/a", "ACTIVE", "A"]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text()
)
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=20,
)


@settings(max_examples=200)
@given(
    data=DATA,
    status=st.sampled_from([200, 400, 403, 429, 500]),
    wants=st.sampled_from(["image", "audio", "text", "clip", "file"]),
)
def test_no_answer_is_a_crash(data: Any, status: int, wants: str) -> None:
    given_answer = answer(data, status, wants)
    readers: tuple[Callable[[Answer], Any], ...] = (
        ADAPTER.submitted,
        ADAPTER.error,
        ADAPTER.listed,
        lambda a: ADAPTER.status(a, JOB),
        *(lambda a, step=step: ADAPTER.continue_upload(VIDEO, a, step) for step in range(3)),
    )
    for read in readers:
        try:
            read(given_answer)
        except (TaskError, *MISREAD):
            pass


def test_what_is_not_offered_has_a_successor() -> None:
    for model in MODELS:
        if catalogue().status(model) != "active":
            successor = catalogue().get(model.lifecycle.successor)
            known = successor is not None or model.lifecycle.successor.startswith("google_vertex/")
            assert known, model.id
    assert set(chain.from_iterable(m.kinds for m in OFFERED)) >= {
        "text_to_image",
        "image_to_image",
        "text_to_video",
        "image_to_video",
        "video_to_video",
        "write_text",
        "speech",
    }
