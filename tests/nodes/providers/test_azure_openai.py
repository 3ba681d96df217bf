"""Azure OpenAI: where it differs from OpenAI, and runs at the strict copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.errors import UsageError
from engine.execute import RunReport
from nodes.keys import settings_in
from nodes.models import ModelInfo, catalogue
from nodes.providers.azure_openai import AzureOpenAI
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, Located
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_azure_openai import KEY, FakeAzureOpenAI
from tests.support.media import make_image
from tests.support.openai_calls import Inputs, as_body, specified, taken
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = AzureOpenAI()
MODELS = [m for m in catalogue().all() if m.provider == "azure_openai"]
OFFERED = [model for model in MODELS if catalogue().is_offered(model)]
IMAGE = HANDLES["image"]


def calls_of(model: ModelInfo) -> Iterator[Call]:
    for request in requests_of(model, {}):
        yield ADAPTER.submit(model, request, Inputs(), "k-1")


@pytest.mark.parametrize("model", OFFERED, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo, tmp_path: Path) -> None:
    for call in calls_of(model):
        assert taken(call, tmp_path, is_azure=True) == [], as_body(call)


@pytest.mark.parametrize("model", OFFERED, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification("openai.yaml")
    spec_check.checked("azure_openai", model.id, calls_of(model), specified)


def test_a_deployment_has_a_name_of_its_own() -> None:
    model = catalogue().get("azure_openai/gpt-image-2")
    assert model is not None
    request = Request("text_to_image", model.id, prompt="a fox")
    assert ADAPTER.submit(model, request, {}, "k").json == {
        "model": "gpt-image-2",
        "prompt": "a fox",
        "quality": "high",
    }
    named = Request(
        "image_to_image", model.id, prompt="b", image=IMAGE, options={"deployment": "d"}
    )
    form = ADAPTER.submit(model, named, Inputs(), "k").form
    assert [(part.name, part.value) for part in form] == [
        ("model", "d"),
        ("quality", "high"),
        ("prompt", "b"),
        ("image[]", IMAGE),
    ]


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("https://r.openai.azure.com", "https://r.openai.azure.com/openai/v1"),
        ("https://r.openai.azure.com/", "https://r.openai.azure.com/openai/v1"),
        (
            "https://r.services.ai.azure.com/openai/v1/",
            "https://r.services.ai.azure.com/openai/v1",
        ),
    ],
)
def test_the_address_is_that_of_a_resource(endpoint: str, address: str) -> None:
    assert isinstance(ADAPTER, Located)
    variables = {"AZURE_OPENAI_ENDPOINT": endpoint}
    assert ADAPTER.address(variables) == address
    assert settings_in(variables) == variables


@pytest.mark.parametrize(
    ("endpoint", "words"), [("", "needs the address"), ("http://a.test", "not encrypted")]
)
def test_without_an_address_nothing_is_sent(endpoint: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        ADAPTER.address({"AZURE_OPENAI_ENDPOINT": endpoint})
    assert caught.value.where == "AZURE_OPENAI_ENDPOINT"


def test_the_key_and_what_is_not_taken() -> None:
    assert ADAPTER.auth(SecretStr("k")) == {"api-key": "k"}
    with pytest.raises(TaskError, match="Azure OpenAI takes no image/webp, but PNG, JPEG"):
        ADAPTER.start_upload(IMAGE.model_copy(update={"media_type": "image/webp"}))
    with pytest.raises(TaskError, match="no free call"):
        ADAPTER.probe()


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (200, {"created": 1, "error": {"code": "contentFilter", "message": "so"}}),
        (400, {"error": {"code": "content_filter", "message": "so"}}),
        (400, {"error": {"code": "400", "message": "Refused by our safety system: so"}}),
    ],
)
def test_refusals(status: int, document: Any) -> None:
    said = ADAPTER.submitted(Answer(status, document, {}, wants="pictures"))
    assert isinstance(said, JobStatus)
    assert (said.phase, said.billed) == (JobPhase.REFUSED, "unknown")
    assert said.message.endswith("so")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "401", ErrorKind.AUTH),
        (403, None, ErrorKind.AUTH),
        (404, "DeploymentNotFound", ErrorKind.DOWN),
        (408, None, ErrorKind.TRANSIENT),
        (429, "429", ErrorKind.THROTTLED),
        (500, None, ErrorKind.TRANSIENT),
        (503, None, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, code: str | None, kind: ErrorKind) -> None:
    document = {"error": {"code": code, "message": "so"}}
    with pytest.raises(TaskError, match=f"Azure OpenAI answered {status}: so") as caught:
        ADAPTER.submitted(Answer(status, document, {}, wants="pictures"))
    assert caught.value.kind is kind
    assert ("deployment" in caught.value.hint) is (status == 404)


def test_an_error_in_a_good_answer_is_the_end() -> None:
    document = {"created": 1, "error": {"code": "odd", "message": "so"}}
    said = ADAPTER.submitted(Answer(200, document, {}, wants="pictures"))
    assert isinstance(said, JobStatus)
    assert said.phase is JobPhase.FAILED
    assert said.error is not None


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "azure_openai", KEY)
        make_image(folder / "picture.png", (64, 48))

    def go(self, node: str, *ports: str, **inputs: Any) -> RunReport:
        return self.run_at_any_price(self.workflow(node, inputs, *ports))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Place, Any]]:
    files = samples()
    with FakeAzureOpenAI(files["image"], files["audio"]).serve() as server:
        monkeypatch.delenv("REELGRAPH_AZURE_OPENAI_BASE_URL", raising=False)
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.url)
        made = Place(tmp_path)
        yield made, server
        made.home.close()


@pytest.mark.parametrize(
    ("node", "port", "inputs"),
    [
        ("text_to_image", "image", {"prompt": "a fox", "model": "azure_openai/gpt-image-2"}),
        (
            "image_to_image",
            "image",
            {"prompt": "b", "image": "picture.png", "model": "azure_openai/gpt-image-2"},
        ),
        ("speech", "audio", {"text": "Hello", "model": "azure_openai/tts-hd"}),
    ],
)
def test_runs(place: tuple[Place, Any], node: str, port: str, inputs: dict[str, Any]) -> None:
    made, server = place
    report = made.go(node, port, **inputs)
    assert report.exit_code == 0, report.failures
    (job,) = made.home.journal.jobs()
    assert (job.state, job.billed) == ("stored", "billed")
    assert len(server.made) == 1


def test_a_refused_picture_may_have_cost_something(place: tuple[Place, Any]) -> None:
    made, _ = place
    report = made.go("text_to_image", "image", prompt="forbidden", model="azure_openai/gpt-image-2")
    (failure,) = report.failures
    assert failure.kind == "refused"
    (job,) = made.home.journal.jobs()
    assert job.billed == "unknown"
