"""A storyboard written by a language model: what is asked, what is accepted, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, Registry, RunReport, Shot, TaskError
from engine.engine import Engine
from engine.events import TaskFailed
from engine.money import Budget
from engine.request import Request as RunRequest
from nodes import story
from nodes.models.chat import chat_model
from nodes.providers.chat import Chat
from nodes.remote.adapter import Answer, JobPhase, JobStatus
from nodes.requests import Request
from nodes.storyboard.ai import Message, answer_schema, read_answer, write_storyboard
from tests.support.engines import Bench, inspect
from tests.support.fake_chat import FakeChat, Reply, check_request, check_schema, fake_chat

STORY = "A hare ran. The tortoise walked on."


def shot(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "number": number,
        "prompt": f"A hare runs, {number}",
        "motion": "pan left",
        "camera": "wide shot",
        "seconds": 3,
        "dialogue": "",
        "characters": ["Hare"],
        "location": "a meadow",
        "time": "",
        "text": "A hare ran.",
        **fields,
    }


def board(*shots: dict[str, Any]) -> str:
    return json.dumps({"shots": list(shots)})


class Model:
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = iter(answers)
        self.asked: list[list[Message]] = []

    async def __call__(self, messages: list[Message], schema: dict[str, Any]) -> str:
        self.asked.append(messages)
        check_schema(schema)
        return next(self._answers)


def write(model: Model, **options: Any) -> list[Shot]:
    async def work() -> list[Shot]:
        return await write_storyboard(STORY, model, **{"most": 4, **options})

    return anyio.run(work)


# -- the storyboard ------------------------------------------------------------------------------


def test_a_good_answer_is_taken_at_once() -> None:
    model = Model(board(shot(1), shot(2, seconds=2.5)))
    shots = write(model)
    assert [s.number for s in shots] == [1, 2]
    assert shots[1].seconds == 2.5
    (messages,) = model.asked
    assert [m["role"] for m in messages] == ["system", "user"]
    assert "at most 4 shots" in messages[0]["content"]
    assert messages[1]["content"] == STORY


def test_wishes_are_passed_on_and_the_length_is_exact() -> None:
    model = Model(board(shot(1, seconds=1), shot(2, seconds=2)))
    shots = write(model, target_seconds=9.0, language="fr", words_per_minute=120)
    assert sum(s.seconds for s in shots) == pytest.approx(9.0)
    asked = model.asked[0][0]["content"]
    assert "9 seconds" in asked
    assert "French" in asked
    assert "120 words" in asked


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("Here are the shots!", "Invalid JSON"),
        (f"```json\n{board(shot())}\n```", "Invalid JSON"),
        ('{"shots": []}', "shots: there are 0, but 1 to 4 are wanted"),
        (board(*(shot(n) for n in range(1, 6))), "shots: there are 5"),
        (board(shot(1), shot(3)), "shots[1].number: it is 3, but must be 2"),
        (board(shot(seconds=0)), "shots[0].seconds: Input should be greater than 0"),
        (board(shot(seconds="3")), "shots[0].seconds: Input should be a valid number"),
        (board(shot(seconds=1e9)), "shots[0].seconds: it is 1e+09"),
        (board(shot(prompt="  ")), "shots[0].prompt: it is empty"),
        (board(shot(mood="dark")), "shots[0].mood: Extra inputs"),
        (board({"number": 1}), "shots[0].prompt: Field required"),
        (json.dumps([shot()]), "Input should be an object"),
        ("[" * 5000, "Invalid JSON"),
    ],
)
def test_a_bad_answer_is_sent_back_once_with_what_is_wrong(answer: str, complaint: str) -> None:
    model = Model(answer, board(shot()))
    assert len(write(model)) == 1
    assert [m["role"] for m in model.asked[1]] == ["system", "user", "assistant", "user"]
    assert model.asked[1][2]["content"] == answer
    assert complaint in model.asked[1][3]["content"]

    model = Model(answer, answer)
    with pytest.raises(TaskError, match="also when asked again") as caught:
        write(model)
    assert caught.value.kind is ErrorKind.DOWN
    assert complaint.partition(":")[2].strip()[:20] in caught.value.message
    assert len(model.asked) == 2


def test_an_empty_story_is_not_sent() -> None:
    model = Model()

    async def work() -> None:
        await write_storyboard(" \n", model, most=3)

    with pytest.raises(TaskError, match="empty") as caught:
        anyio.run(work)
    assert caught.value.kind is ErrorKind.INVALID
    assert not model.asked


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_no_answer_breaks_the_reader(answer: str) -> None:
    shots, complaints = read_answer(answer, 3)
    assert bool(shots) is not bool(complaints)


def test_the_schema_is_that_of_a_shot() -> None:
    items = answer_schema(7)["properties"]["shots"]
    assert items["maxItems"] == 7
    assert set(items["items"]["properties"]) == set(Shot.model_fields)


# -- the adapter ---------------------------------------------------------------------------------

CHAT = Chat()


def answered(status: int = 200, json: Any = None, **headers: str) -> Answer:
    return Answer(status, json, {k.replace("_", "-"): v for k, v in headers.items()})


def choice(**message: Any) -> Answer:
    reason = message.pop("finish_reason", "stop")
    return answered(json={"choices": [{"message": message, "finish_reason": reason}]})


def test_a_request_is_one_that_the_server_takes() -> None:
    options = {"messages": [{"role": "user", "content": "x"}], "schema": answer_schema(3)}
    request = Request("write_text", "chat/some/model-1.5", options=options)
    model = chat_model(request.model)
    assert model is not None
    call = CHAT.submit(model, request, {}, "key")
    assert (call.method, call.url, dict(call.headers)) == ("POST", "/chat/completions", {})
    assert call.json["model"] == "some/model-1.5"
    check_request(call.json)
    assert CHAT.auth(SecretStr("sk-1")) == {"Authorization": "Bearer sk-1"}


def test_nobody_knows_what_it_costs() -> None:
    model = chat_model("chat/any")
    assert model is not None
    price = model.estimate({})
    assert price.low == 0
    assert price.high is None


@pytest.mark.parametrize("name", ["chat/", "chat", "other/x", "chat/a b", "chat/-x"])
def test_other_ids_are_no_chat_models(name: str) -> None:
    assert chat_model(name) is None


@pytest.mark.parametrize(
    ("answer", "phase", "words"),
    [
        (choice(content="{}"), JobPhase.SUCCEEDED, ""),
        (choice(content=None, refusal="I will\nnot"), JobPhase.REFUSED, "I will not"),
        (choice(content="{", finish_reason="content_filter"), JobPhase.REFUSED, "filter"),
        (choice(content="{", finish_reason="length"), JobPhase.FAILED, ""),
    ],
)
def test_answers_are_told_apart(answer: Answer, phase: JobPhase, words: str) -> None:
    status = CHAT.submitted(answer)
    assert isinstance(status, JobStatus)
    assert status.phase is phase
    assert words in status.message
    assert status.billed == "billed"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, ErrorKind.INVALID),
        (400, "moderation_blocked", ErrorKind.REFUSED),
        (401, "invalid_api_key", ErrorKind.AUTH),
        (403, None, ErrorKind.AUTH),
        (404, "model_not_found", ErrorKind.DOWN),
        (422, None, ErrorKind.INVALID),
        (429, "rate_limit_exceeded", ErrorKind.THROTTLED),
        (429, "insufficient_quota", ErrorKind.BILLING),
        (402, None, ErrorKind.BILLING),
        (409, None, ErrorKind.TRANSIENT),
        (500, "server_error", ErrorKind.TRANSIENT),
    ],
)
def test_errors_are_classed(status: int, code: str | None, kind: ErrorKind) -> None:
    error = {"message": "No,\nnot so", "type": "t", "param": None, "code": code}
    with pytest.raises(TaskError, match=f"answered {status}: No, not so") as caught:
        CHAT.submitted(answered(status, {"error": error}, retry_after_ms="1500"))
    assert caught.value.kind is kind
    assert caught.value.retry_after == 1.5


@pytest.mark.parametrize("body", [None, "gone", [], {"error": "plain"}, {"error": None}])
def test_errors_of_any_shape_are_understood(body: Any) -> None:
    error = CHAT.error(answered(502, body))
    assert error.kind is ErrorKind.TRANSIENT


def hostile() -> Iterator[Any]:
    yield from (None, [], "x", {}, {"choices": []}, {"choices": [{}]}, {"choices": [None]})
    yield {"choices": [{"message": {"content": 3}}]}
    yield {"choices": [{"message": {"content": None}}]}


@pytest.mark.parametrize("body", list(hostile()))
def test_answers_that_are_not_understood_raise_what_the_runner_explains(body: Any) -> None:
    with pytest.raises((LookupError, TypeError, AttributeError)):
        CHAT.submitted(answered(200, body))


def test_a_key_is_probed_for_free() -> None:
    assert CHAT.probe().url == "/models"
    assert CHAT.is_accepted(answered(200, {"data": []}))
    assert not CHAT.is_accepted(answered(401, {}))
    with pytest.raises(TaskError):
        CHAT.is_accepted(answered(503, {}))


# -- a run ---------------------------------------------------------------------------------------

KEY = "sk-canary-0123456789"


class Desk(Bench):
    """Runs `storyboard_split` against a chat server."""

    def __init__(self, folder: Path, key: str | None = KEY) -> None:
        registry = Registry()
        registry.add_module(story)
        super().__init__(folder, registry)
        secret = SecretStr(key) if key else None
        self.engine = Engine(
            self.home, registry, inspect, sleep=self._sleep, secrets={"chat": secret}.get
        )

    def split(self, *models: str, budget: Budget | None = None, **inputs: Any) -> RunReport:
        document = self.document(self.flow(*models, **inputs))
        graph, _ = self.engine.bind(document)
        self.events.clear()
        budget = budget or Budget(allow_unknown=True)

        async def work() -> RunReport:
            parsed = RunRequest.parse(graph)
            return await self.engine.run(document, graph, parsed, self.events.append, budget=budget)

        return anyio.run(work)

    def flow(self, *models: str, **inputs: Any) -> dict[str, Any]:
        given = {"script": STORY, **inputs} | ({"model": list(models)} if models else {})
        return {
            "nodes": {"board": {"type": "storyboard_split", "inputs": given}},
            "outputs": {"prompts": "${board.shots.prompt}"},
        }


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeChat]:
    monkeypatch.delenv("REELGRAPH_CHAT_BASE_URL", raising=False)
    with fake_chat(KEY) as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        yield fake


def failure(report: RunReport) -> TaskFailed:
    (found,) = report.failures
    return found


def test_a_model_writes_the_shots_once(chat: FakeChat, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    chat.replies.append(Reply(board(shot(1), shot(2))))
    report = desk.split("chat/writer:8b")
    assert report.outputs["prompts"] == ["A hare runs, 1", "A hare runs, 2"]
    assert chat.bodies[0]["model"] == "writer:8b"
    assert desk.split("chat/writer:8b").counts["cached"] == 1
    assert len(chat.bodies) == 1
    (job,) = desk.home.journal.jobs()
    assert (job.state, job.billed, job.model) == ("stored", "billed", "chat/writer:8b")


def test_the_rules_stay_instant_and_free(chat: FakeChat, tmp_path: Path) -> None:
    desk = Desk(tmp_path, key=None)
    assert desk.split().outputs["prompts"]
    plan = desk.plan(desk.flow())
    assert plan.cost_high == 0
    assert chat.seen == 0


def test_planning_asks_no_model(chat: FakeChat, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    flow = desk.flow("chat/a")
    flow["nodes"]["next"] = {
        "type": "storyboard_sheet",
        "inputs": {"shots": "${board.shots}", "images": []},
    }
    flow["outputs"]["sheet"] = "${next.image}"
    plan = desk.plan(flow)
    assert chat.seen == 0
    assert [(task.node, task.status) for task in plan.tasks] == [
        ("board", "run"),
        ("next", "unknown"),
    ]
    assert plan.cost_high is None


def test_a_repair_is_a_second_call_and_is_kept_too(chat: FakeChat, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    chat.replies += [Reply("no"), Reply(board(shot()))]
    assert desk.split("chat/a").counts["ran"] == 1
    assert [job.state for job in desk.home.journal.jobs()] == ["stored", "stored"]


def test_after_a_crash_between_two_calls_only_the_second_is_made(
    chat: FakeChat, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    chat.replies += [Reply("no"), Reply(status=400, error={"message": "odd", "code": None})]
    assert failure(desk.split("chat/a")).kind == "invalid"
    chat.replies.append(Reply(board(shot())))
    assert desk.split("chat/a").counts["ran"] == 1
    assert len(chat.bodies) == 3
    assert chat.bodies[2]["messages"][2]["content"] == "no"


def test_useless_answers_are_not_taken_again(chat: FakeChat, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    chat.replies += [Reply("no"), Reply("never")]
    found = failure(desk.split("chat/a"))
    assert found.kind == "down"
    assert "also when asked again" in found.message
    chat.replies.append(Reply(board(shot())))
    assert desk.split("chat/a").counts["ran"] == 1
    assert len(chat.bodies) == 3


def test_the_next_model_is_asked_when_one_refuses(chat: FakeChat, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    chat.replies += [Reply(refusal="I will not."), Reply(board(shot()))]
    assert desk.split("chat/a", "chat/b").counts["ran"] == 1
    assert [body["model"] for body in chat.bodies] == ["a", "b"]


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(refusal="I will not."), "refused", "I will not."),
        (Reply("{", finish_reason="length"), "invalid", "cut off"),
        (Reply(raw=b"<html>"), "local", "nobody knows whether chat has job 1"),
        (Reply(hang_up=True), "local", "nobody knows whether chat has job 1"),
        (
            Reply(status=429, error={"message": "No money", "code": "insufficient_quota"}),
            "billing",
            "No money",
        ),
    ],
)
def test_what_goes_wrong_is_said(
    chat: FakeChat, tmp_path: Path, reply: Reply, kind: str, words: str
) -> None:
    chat.replies.append(reply)
    found = failure(Desk(tmp_path).split("chat/a"))
    assert found.kind == kind
    assert words in found.message
    assert len(chat.bodies) == 1


def test_a_wrong_key_is_not_repeated_to_anybody(chat: FakeChat, tmp_path: Path) -> None:
    desk = Desk(tmp_path, key="sk-another-canary")
    found = failure(desk.split("chat/a"))
    assert found.kind == "auth"
    assert "Incorrect API key provided: ***." in found.message
    assert all("sk-another" not in job.error for job in desk.home.journal.jobs())


def test_without_a_key_nothing_is_sent(chat: FakeChat, tmp_path: Path) -> None:
    found = failure(Desk(tmp_path, key=None).split("chat/a"))
    assert (found.kind, chat.seen) == ("auth", 0)
    assert "reelgraph keys" in found.hint


def test_a_price_that_nobody_knows_needs_leave(chat: FakeChat, tmp_path: Path) -> None:
    found = failure(Desk(tmp_path).split("chat/a", budget=Budget()))
    assert (found.kind, chat.seen) == ("billing", 0)


def test_other_models_are_refused_before_a_run(tmp_path: Path) -> None:
    problems = Desk(tmp_path).problems(Desk(tmp_path).flow("animatic/frame"))
    assert any(
        "'animatic/frame' is no language model, as chat/NAME or one of the catalogue" in p
        for p in problems
    )
