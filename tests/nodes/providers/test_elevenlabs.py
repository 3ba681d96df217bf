"""ElevenLabs: what is sent, what is made of the answers, and runs at the strict copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.execute import RunReport
from nodes.models import ModelInfo, catalogue
from nodes.providers.elevenlabs.adapter import ElevenLabs
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, Lists, LooksUp, Spooled
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_elevenlabs import ADAM, KEY, RACHEL, VOICES, FakeElevenLabs, faults_of
from tests.support.loopback import Reply
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import query_faults, schema_faults
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

SPEC = "elevenlabs.json"
ADAPTER = ElevenLabs()
MODELS = [model for model in catalogue().all() if model.provider == "elevenlabs"]
DATA: dict[str, list[Any]] = {
    "pronunciation_dictionary_locators": [[{"pronunciation_dictionary_id": "d-1"}]],
    "speakers": [{"Anna": RACHEL, "Ben": ADAM}],
}
BODIES = {
    "/v1/sound-generation": "Body_Sound_Generation_v1_sound_generation_post",
    "/v1/music": "Body_Compose_music_v1_music_post",
    "/v1/text-to-dialogue/with-timestamps": "Body_text_to_dialogue_full_with_timestamps",
    "/v1/text-to-speech/{voice_id}/with-timestamps": "Body_text_to_speech_full_with_timestamps",
}


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"elevenlabs/{name}")
    assert found is not None
    return found


def call_of(name: str, **fields: Any) -> Call:
    model = model_of(name)
    request = Request(model.kinds[0], model.id, **fields)
    return ADAPTER.submit(model, request, {}, "k-1")


def calls_of(model: ModelInfo) -> Iterator[Call]:
    """Yield the calls of all that passes the check, once voices are known by their ids."""
    for request in requests_of(model, DATA):
        if "x" * 2001 in request.prompt and request.options.get("speakers"):
            continue
        prepared = ADAPTER.prepare(model, request, [])
        if isinstance(prepared, Call):
            prepared = ADAPTER.prepare(model, request, [voices()])
        assert isinstance(prepared, Request)
        yield ADAPTER.submit(model, prepared, {}, "k-1")


def voices(*more: str) -> Answer:
    listed = [{"voice_id": voice, "name": name} for voice, name in VOICES.items()]
    listed += [{"voice_id": f"{n:020}", "name": name} for n, name in enumerate(more)]
    return Answer(200, {"voices": listed, "has_more": False}, {})


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    calls = list(calls_of(model))
    assert len(calls) >= 2
    for call in calls:
        assert faults_of(call.url, call.json, call.params) == [], (call.url, call.json)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification(SPEC)

    def wrong(call: Call) -> list[str]:
        is_speech = call.url.startswith("/v1/text-to-speech/")
        path = "/v1/text-to-speech/{voice_id}/with-timestamps" if is_speech else call.url
        return [
            *schema_faults(SPEC, BODIES[path], call.json),
            *query_faults(SPEC, path, "post", call.params),
        ]

    spec_check.checked("elevenlabs", model.id, calls_of(model), wrong)


def test_speech() -> None:
    options = {"stability": 0.2, "output_format": "wav_16000", "next_text": "and so on"}
    call = call_of(
        "eleven_flash_v2_5",
        prompt="Hello",
        voice=RACHEL,
        language="pt-BR",
        speed=1.1,
        seed=7,
        options=options,
    )
    assert (call.method, call.url) == ("POST", f"/v1/text-to-speech/{RACHEL}/with-timestamps")
    assert call.params == {"output_format": "wav_16000"}
    assert call.holds_media
    assert call.json == {
        "model_id": "eleven_flash_v2_5",
        "text": "Hello",
        "language_code": "pt",
        "seed": 7,
        "voice_settings": {"speed": 1.1, "stability": 0.2},
        "next_text": "and so on",
    }


def test_a_dialogue() -> None:
    speakers = {"Anna": RACHEL, "Ben": ADAM}
    text = "Night.\nAnna: Who is there?\n  Ben: Me: Ben.\n"
    call = call_of(
        "eleven_v3",
        prompt=text,
        voice="A" * 20,
        options={"speakers": speakers, "stability": 1},
    )
    assert call.url == "/v1/text-to-dialogue/with-timestamps"
    assert call.json == {
        "model_id": "eleven_v3",
        "inputs": [
            {"text": "Night.", "voice_id": "A" * 20},
            {"text": "Who is there?", "voice_id": RACHEL},
            {"text": "Me: Ben.", "voice_id": ADAM},
        ],
        "settings": {"stability": 1},
    }


def test_sounds() -> None:
    effect = call_of("eleven_text_to_sound_v2", prompt="rain", seconds=2.5, options={"loop": True})
    assert effect.url == "/v1/sound-generation"
    assert effect.json == {
        "model_id": "eleven_text_to_sound_v2",
        "text": "rain",
        "duration_seconds": 2.5,
        "loop": True,
    }
    music = call_of("music_v2", prompt="a waltz", seconds=10.5)
    assert music.url == "/v1/music"
    assert music.json == {"model_id": "music_v2", "prompt": "a waltz", "music_length_ms": 10_500}
    assert music.patience >= 300


@pytest.mark.parametrize(
    ("prompt", "speakers", "words"),
    [
        ("Anna: hi", ["Anna"], "names up to 10 speakers"),
        ("Anna: hi", {"Anna": 3}, "names up to 10 speakers"),
        ("Anna: hi", {str(n): RACHEL for n in range(11)}, "names up to 10 speakers"),
        ("Anna: " + "x" * 2000, {"Anna": RACHEL}, "at most 2000 characters, not 2006"),
        (
            "\n".join([*(f"S{n}: a" for n in range(10)), ""]),
            {f"S{n}": f"{n:020}" for n in range(10)},
            "",
        ),
        (
            "\n".join(["night", *(f"S{n}: a" for n in range(10))]),
            {f"S{n}": f"{n:020}" for n in range(10)},
            "at most 10 voices",
        ),
    ],
)
def test_what_is_no_dialogue_is_not_sent(prompt: str, speakers: Any, words: str) -> None:
    make = partial(
        call_of, "eleven_v3", prompt=prompt, voice=RACHEL, options={"speakers": speakers}
    )
    if not words:
        assert len(make().json["inputs"]) == 10
        return
    with pytest.raises(TaskError, match=words) as caught:
        make()
    assert caught.value.kind is ErrorKind.INVALID


def test_names_of_voices_are_looked_up() -> None:
    assert isinstance(ADAPTER, LooksUp)
    model = model_of("eleven_v3")
    options = {"speakers": {"Anna": "adam", "Ben": RACHEL}}
    request = Request("speech", model.id, prompt="Anna: hi", voice="Rachel", options=options)
    first = ADAPTER.prepare(model, request, [])
    assert isinstance(first, Call)
    assert (first.url, first.params) == ("/v2/voices", {"search": "Rachel", "page_size": "100"})
    second = ADAPTER.prepare(model, request, [voices()])
    assert isinstance(second, Call)
    assert second.params["search"] == "adam"
    prepared = ADAPTER.prepare(model, request, [voices(), voices()])
    assert isinstance(prepared, Request)
    assert prepared.voice == RACHEL
    assert prepared.options["speakers"] == {"Anna": ADAM, "Ben": RACHEL}
    known = Request("speech", model.id, prompt="hi", voice=ADAM)
    assert ADAPTER.prepare(model, known, []) == known
    sound = Request("text_to_audio", "elevenlabs/music_v2", prompt="hi")
    assert ADAPTER.prepare(model_of("music_v2"), sound, []) == sound


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [("Rachal", "no voices of the name", "mean Rachel"), ("Twin", "2 voices", "A voice's id")],
)
def test_names_that_say_no_voice(name: str, message: str, hint: str) -> None:
    request = Request("speech", "elevenlabs/eleven_v3", prompt="hi", voice=name)
    with pytest.raises(TaskError, match=message) as caught:
        ADAPTER.prepare(model_of("eleven_v3"), request, [voices()])
    assert caught.value.kind is ErrorKind.INVALID
    assert hint in caught.value.hint


def test_voices_are_listed() -> None:
    assert isinstance(ADAPTER, Lists)
    assert list(ADAPTER.listings(model_of("eleven_v3"))) == ["voice"]
    assert ADAPTER.listings(model_of("music_v2")) == {}
    assert ADAPTER.listed(voices())[0].name == "Rachel"
    with pytest.raises(TaskError):
        ADAPTER.start_upload(HANDLES["image"])
    assert ADAPTER.auth(SecretStr("k")) == {"xi-api-key": "k"}


# -- what is answered ----------------------------------------------------------------------------


def timed(text: str, **more: Any) -> dict[str, Any]:
    return {
        "audio_base64": "UklGRg==",
        "alignment": {
            "characters": list(text),
            "character_start_times_seconds": [n / 10 for n in range(len(text))],
            "character_end_times_seconds": [(n + 1) / 10 for n in range(len(text))],
        },
        **more,
    }


def read(document: Any, wants: str = "") -> JobStatus:
    status = ADAPTER.submitted(Answer(200, document, {}, wants=wants))
    assert isinstance(status, JobStatus)
    return status


def words(document: Any, wants: str = "") -> list[str]:
    data = read(document, wants).data
    return [] if data is None else [word["text"] for word in data["timing"]]


def test_words_have_their_times() -> None:
    status = read(timed(" Oh, a fox"))
    assert (status.phase, status.billed) == (JobPhase.SUCCEEDED, "billed")
    assert status.files[0].content == "UklGRg=="
    assert status.data == {
        "timing": [
            {"text": "Oh,", "start": 0.1, "end": 0.4},
            {"text": "a", "start": 0.5, "end": 0.6},
            {"text": "fox", "start": 0.7, "end": 1.0},
        ]
    }


def test_tags_are_not_heard() -> None:
    text = "[softly] Go [very fast]on"
    assert words(timed(text), "tagged") == ["Go", "on"]
    assert words(timed("a [b] c")) == ["a", "[b]", "c"]


def test_turns_and_sentences_end_words() -> None:
    segments = [{"character_start_index": 0}, {"character_start_index": 2}]
    assert words(timed("HiHo", voice_segments=segments)) == ["Hi", "Ho"]
    assert words(timed("你好。再见")) == ["你好。", "再见"]


@pytest.mark.parametrize(
    "alignment", [None, [], {}, {"characters": "ab"}, {"characters": [1]}, {"characters": ["a"]}]
)
def test_without_times_there_are_none(alignment: Any) -> None:
    assert words({**timed("a"), "alignment": alignment}) == []


def test_a_bare_file() -> None:
    spooled = Spooled(Path("x"), 3)
    status = ADAPTER.submitted(Answer(200, None, {}, file=spooled))
    assert isinstance(status, JobStatus)
    assert status.files[0].spooled is spooled
    assert status.data is None
    for odd in (None, {}, {"audio_base64": ""}):
        with pytest.raises(TaskError, match="something unexpected"):
            read(odd)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "max_character_limit_exceeded", ErrorKind.INVALID),
        (401, "invalid_api_key", ErrorKind.AUTH),
        (401, "quota_exceeded", ErrorKind.BILLING),
        (400, "voice_not_found", ErrorKind.INVALID),
        (403, "only_for_creator+", ErrorKind.BILLING),
        (403, "odd", ErrorKind.AUTH),
        (429, "too_many_concurrent_requests", ErrorKind.THROTTLED),
        (429, "system_busy", ErrorKind.THROTTLED),
        (500, "odd", ErrorKind.TRANSIENT),
        (503, "odd", ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, code: str, kind: ErrorKind) -> None:
    for body in (
        {"detail": {"status": code, "message": "so"}},
        {"detail": {"code": code, "message": "so"}},
        {"status": code, "message": "so"},
    ):
        error = ADAPTER.error(Answer(status, body, {}))
        assert (error.kind, error.message) == (kind, f"ElevenLabs answered {status}: so")


def test_errors_of_fields() -> None:
    detail = [{"loc": ["body", "text"], "msg": "Field required", "type": "missing"}]
    error = ADAPTER.error(Answer(422, {"detail": detail}, {}))
    assert (error.kind, error.message) == (
        ErrorKind.INVALID,
        "ElevenLabs answered 422: text: Field required",
    )


NAMES = ["detail", "status", "message", "audio_base64", "alignment", "voices", "voice_id", "name"]
NAMES += ["characters", "character_start_times_seconds", "character_end_times_seconds"]
NAMES += ["voice_segments", "character_start_index", "loc", "msg"]
JSON = odd_json(NAMES)


@settings(max_examples=200)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 422, 429, 500]), wants=st.text())
def test_any_answer_is_read_or_refused(data: Any, status: int, wants: str) -> None:
    told = Answer(status, data, {}, wants=wants)
    request = Request("speech", "elevenlabs/eleven_v3", prompt="hi", voice="Rachel")
    prepare = partial(ADAPTER.prepare, model_of("eleven_v3"), request)
    read_or_refused(
        told,
        or_misread=(ADAPTER.submitted, ADAPTER.is_accepted, lambda a: prepare([a]), ADAPTER.listed),
    )


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeElevenLabs) -> None:
        super().__init__(folder, "elevenlabs", KEY)
        self.fake = fake

    def go(self, node: str, *ports: str, **inputs: Any) -> RunReport:
        return self.run_at_any_price(self.workflow(node, inputs, *ports))

    def speak(self, **inputs: Any) -> RunReport:
        given = {"text": "Hello", "voice": "Rachel", "model": "elevenlabs/eleven_v3", **inputs}
        return self.go("speech", "audio", "srt", **given)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeElevenLabs(samples()["audio"])
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_ELEVENLABS_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def test_speech_has_subtitles_by_its_own_times(place: Place) -> None:
    report = place.speak(text="[slowly] One two. Three.")
    assert report.exit_code == 0, report.failures
    srt = place.path(report.outputs["srt"]).read_text()
    assert [line for line in srt.splitlines() if line[:1].isalpha()] == ["One two.", "Three."]
    assert "00:00:00,150 --> 00:00:00,283" in srt
    assert place.path(report.outputs["audio"]).read_bytes() == place.fake.sound
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == ("stored", "billed")


def test_speech_without_times_has_subtitles_all_the_same(place: Place) -> None:
    place.fake.has_times = False
    report = place.speak()
    assert report.exit_code == 0, report.failures
    assert "Hello" in place.path(report.outputs["srt"]).read_text()


def test_a_dialogue_is_one_request(place: Place) -> None:
    speakers = {"Anna": "Rachel", "Ben": "Adam"}
    report = place.speak(text="Anna: Hi\nBen: Ho", options={"speakers": speakers})
    assert report.exit_code == 0, report.failures
    ((path, body),) = place.fake.made
    assert path == "/v1/text-to-dialogue/with-timestamps"
    assert [turn["voice_id"] for turn in body["inputs"]] == [RACHEL, ADAM]


@pytest.mark.parametrize("model", ["eleven_text_to_sound_v2", "music_v1", "music_v2"])
def test_a_sound(place: Place, model: str) -> None:
    report = place.go("text_to_audio", "audio", prompt="rain", model=f"elevenlabs/{model}")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == ("stored", "billed")


def test_a_full_account_is_waited_for(place: Place) -> None:
    busy = {"detail": {"status": "too_many_concurrent_requests", "message": "too many"}}
    place.fake.script("speak", Reply(429, json=busy), Reply(429, json=busy))
    assert place.speak().exit_code == 0
    assert len(place.fake.made) == 1


@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(504, after=True)])
def test_speech_whose_answer_was_lost_is_left_to_a_person(place: Place, lost: Reply) -> None:
    place.fake.script("speak", lost)
    (failure,) = place.speak().failures
    assert "nobody knows whether elevenlabs has job" in failure.message
    (again,) = place.speak().failures
    assert "nobody knows" in again.message
    assert len(place.fake.made) == 1


@pytest.mark.parametrize(
    ("inputs", "kind", "words"),
    [
        ({"voice": "D" * 20}, "invalid", "does not exist"),
        ({"voice": "Nobody"}, "invalid", "no voices of the name 'Nobody'"),
        ({"options": {"speakers": {"Anna": 5}}}, "invalid", "names up to 10 speakers"),
    ],
)
def test_what_comes_to_nothing_costs_nothing(
    place: Place, inputs: dict[str, Any], kind: str, words: str
) -> None:
    (failure,) = place.speak(**inputs).failures
    assert failure.kind == kind
    assert words in failure.message
    assert not place.fake.made
    assert all(job.billed == "not billed" for job in place.home.journal.jobs())


def test_a_wrong_key(place: Place) -> None:
    place.key = "another-key"
    (failure,) = place.speak(voice=RACHEL).failures
    assert failure.kind == "auth"
