"""The plan before a run, by keys: prices, budgets, keys that are missing, values of inputs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Checkbox, Input, Static

from engine.errors import TaskError, UsageError
from engine.money import Budget, OverBudgetError, Spent
from engine.values import Media
from tests.support import nodes
from tests.support.engines import inspect
from tests.support.fake_provider import FakeProvider
from tests.support.remote import WORKFLOWS
from tests.tui.editor.panes_host import Host, drive
from tests.tui.editor.running_desks import Place, run_all, until
from tui.editor.model import edits
from tui.editor.panes import PlanScreen, start
from tui.editor.running import Order, Runner
from tui.editor.wording import plainly

FILM: dict[str, Any] = {
    "nodes": {
        "board": {"type": "split", "inputs": {"script": "one\ntwo"}},
        "frame": {"type": "picture", "inputs": {"name": "${board.shots.prompt}"}},
    }
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    nodes.reset()
    place = Place(tmp_path)
    yield place
    place.close()


@pytest.fixture
def paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    provider = FakeProvider()
    provider.start()
    place = Place(tmp_path, provider)
    yield place
    place.close()
    provider.stop()


async def opened(host: Host, runner: Runner, order: Order | None = None) -> PlanScreen:
    screen = PlanScreen(runner, order or runner.order())
    host.show(screen)
    await until(lambda: screen.is_mounted and host.screen is screen)
    return screen


def wrong(host: Host) -> str:
    return str(host.screen.query_one("#wrong", Static).content)


def totals(host: Host) -> str:
    return str(host.screen.query_one("#totals", Static).content)


def test_it_says_what_would_run_and_why(place: Place) -> None:
    runner = place.runner(FILM)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await host.until_text("frame[1] to [2]  no result yet")
        assert "board  split" in host.text()
        assert "3 to run, 0 cached; free" in totals(host)
        await pilot.press("escape")
        assert host.answers == [None]

    drive(runner, script)


def test_a_paid_run_is_agreed_to_with_its_price_as_the_limit(paid: Place) -> None:
    runner = paid.runner(WORKFLOWS["mapped"])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await host.until_text("frame")
        assert "$0.24" in totals(host)
        await pilot.press("f5")
        (consent,) = host.answers
        assert consent.budget.run == Decimal("0.24")

    drive(runner, script)


def test_a_budget_that_is_too_small_keeps_it_from_beginning(paid: Place) -> None:
    runner = paid.runner(WORKFLOWS["mapped"])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        screen = await opened(host, runner)
        await host.until_text("frame")
        screen.query_one("#budget").focus()
        await pilot.press("0", ".", "2")
        told = "this run costs $0.24, more than $0.20. Draft models cost nothing."
        assert wrong(host) == told
        assert screen.query_one("#run", Button).disabled
        await pilot.press("enter")
        assert not host.answers
        await pilot.press("5", "enter")
        assert host.answers[0].budget.run == Decimal("0.25")

    drive(runner, script)


def test_a_budget_must_be_a_number(paid: Place) -> None:
    runner = paid.runner(WORKFLOWS["image"])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        screen = await opened(host, runner)
        await host.until_text("frame")
        screen.query_one("#budget").focus()
        await pilot.press(".", "x")
        assert wrong(host) == ". is no amount of dollars."

    drive(runner, script)


def test_the_budget_of_the_day_counts(paid: Place) -> None:
    runner = paid.runner(WORKFLOWS["mapped"], Budget(day=Decimal("0.10")))

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await host.until_text("frame")
        assert "of the $0.10 for today" in wrong(host)

    drive(runner, script)


def test_inputs_without_a_value_are_asked_for(place: Place) -> None:
    data = {
        "inputs": {"script": {"type": "text"}},
        "nodes": {"board": {"type": "split", "inputs": {"script": "${inputs.script}"}}},
    }
    runner = place.runner(data)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.run_worker(start(host, runner))
        await until(lambda: isinstance(host.screen, PlanScreen))
        await host.until_text("script")
        assert "script needs a value: give it above." in host.text()
        await until(lambda: isinstance(host.focused, Input))
        await pilot.press("o", "n", "e")
        await host.until_text("board  split")
        await pilot.press("enter")
        await until(lambda: host.notices)
        assert host.notices[0].text.startswith("Done in")
        assert runner.results.get("board") is not None

    drive(runner, script)


def test_a_free_run_begins_at_once(place: Place) -> None:
    runner = place.runner(FILM)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.run_worker(start(host, runner, ("board",)))
        await until(lambda: host.notices)
        assert "1 ran" in host.notices[0].text
        assert list(runner.results.nodes()) == ["board"]

    drive(runner, script)


def test_a_paid_run_begins_when_it_is_agreed_to_and_tells_what_it_spent(paid: Place) -> None:
    runner = paid.runner(WORKFLOWS["image"])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.run_worker(start(host, runner))
        await until(lambda: isinstance(host.screen, PlanScreen))
        await pilot.pause()
        await pilot.press("enter")
        await until(lambda: host.notices)
        assert "Spent: $0.04 paid." in host.notices[0].text
        assert runner.states["frame"].cost == Decimal("0.04")

    drive(runner, script)


def test_a_workflow_with_errors_is_not_run(place: Place) -> None:
    runner = place.runner({"nodes": {"odd": {"type": "describe", "inputs": {}}}})

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.run_worker(start(host, runner))
        await until(lambda: host.notices)
        assert host.notices[0].severity == "error"
        assert "It cannot run yet: 1 problem." in host.notices[0].text

    drive(runner, script)


def test_draft_models_are_planned_anew(place: Place) -> None:
    runner = place.runner(FILM)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        screen = await opened(host, runner)
        await host.until_text("frame")
        await pilot.press("f7")
        assert screen.query_one("#draft", Checkbox).value
        await until(lambda: runner.draft)

    drive(runner, script)


def test_what_is_wrong_with_a_value_is_said_in_the_words_of_the_editor(place: Place) -> None:
    film = {
        "inputs": {"story": {"type": "text"}},
        "nodes": {"board": {"type": "split", "inputs": {"script": "${inputs.story}"}}},
    }
    runner = place.runner(film)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await pilot.press("at")
        await host.until_text("the input story")
        assert "--" not in host.text()

    drive(runner, script)


def test_a_missing_key_is_told_without_words_of_the_command_line() -> None:
    told = plainly(
        UsageError(
            "there is no key for fal, so that nothing was begun",
            where="frame",
            hint="Set FAL_KEY. --draft takes the built-in models instead.",
        )
    )
    assert (told.message, told.hint) == (
        "there is no key for fal",
        "Set FAL_KEY. Draft models need none.",
    )


STORY: dict[str, Any] = {
    "inputs": {"story": {"type": "text"}},
    "nodes": {"board": {"type": "split", "inputs": {"script": "${inputs.story}"}}},
}


def field_in_focus(host: Host) -> str:
    return host.focused.name or "" if isinstance(host.focused, Input) else ""


def test_paths_start_from_the_folder_of_the_workflow(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = place.runner(STORY)
    runner.values["story"] = "@words.txt"
    (tmp_path / "words.txt").write_text("one\ntwo\nthree")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await host.until_text("board  split")
        assert not isinstance(host.focused, Input)
        await runner.survey()
        assert runner.states["board"].total == 1

    drive(runner, script)


def test_a_remembered_value_that_cannot_be_read_has_the_focus(place: Place) -> None:
    film = {
        "inputs": {"a": {"type": "text"}, "b": {"type": "text"}, "c": {"type": "text"}},
        "nodes": {"board": {"type": "split", "inputs": {"script": "${inputs.a}${inputs.b}"}}},
    }
    runner = place.runner(film)
    runner.values.update(a="one", b="@gone.txt", c="three")

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await host.until_text("the input b")
        await until(lambda: field_in_focus(host) == "b")
        await pilot.press("x")
        await until(lambda: runner.values["b"] == "x")

    drive(runner, script)


def test_a_run_with_a_remembered_value_that_cannot_be_read_asks_for_it(place: Place) -> None:
    runner = place.runner(STORY)
    runner.values["story"] = "@gone.txt"

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.run_worker(start(host, runner))
        await until(lambda: field_in_focus(host) == "story")
        await pilot.press("o", "n", "e")
        await host.until_text("board  split")
        await pilot.press("enter")
        await until(lambda: host.notices)
        assert host.notices[0].text.startswith("Done in")

    drive(runner, script)


def test_a_remembered_value_that_does_not_fit_has_the_focus(place: Place) -> None:
    film = {
        "inputs": {"n": {"type": "list[integer]"}},
        "nodes": {"sum": {"type": "add", "inputs": {"a": "${inputs.n}", "b": 1}}},
    }
    runner = place.runner(film)
    runner.values["n"] = '["x"]'

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await until(lambda: field_in_focus(host) == "n")

    drive(runner, script)


def test_the_first_input_without_a_value_has_the_focus(place: Place) -> None:
    film = STORY | {"inputs": {"other": {"type": "text"}, "story": {"type": "text"}}}
    runner = place.runner(film)
    runner.values["other"] = "given"

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await until(lambda: field_in_focus(host) == "story")

    drive(runner, script)


def test_a_value_stays_at_hand_when_its_input_gets_a_default(place: Place) -> None:
    film = STORY | {"inputs": {"story": {"type": "text", "default": "one"}}}
    runner = place.runner(film)
    runner.values["story"] = "one\ntwo"

    async def script(host: Host, pilot: Pilot[None]) -> None:
        screen = await opened(host, runner)
        field = screen.query_one("#values Input", Input)
        assert field.value == "one\ntwo"
        field.value = ""
        await until(lambda: not runner.values)

    drive(runner, script)


def test_a_warning_has_no_sign_of_an_error(place: Place) -> None:
    film = STORY | {"inputs": {"story": {"type": "text"}, "idle": {"type": "text"}}}
    runner = place.runner(film)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await host.until_text("used nowhere")
        assert "✗" not in host.text()
        assert "! inputs.idle: " in host.text()
        assert "warning:" not in host.text()

    drive(runner, script)


def test_advice_of_the_command_line_is_given_in_the_words_of_the_editor() -> None:
    told = plainly(UsageError("no", where="--set story"))
    assert (told.message, told.hint) == ("the input story: no", "")
    hint = "Allow its folder with --allow /films"
    told = plainly(UsageError("no", hint=hint))
    assert told.hint == "Allow its folder with `reelgraph edit --allow /films`"
    with pytest.raises(OverBudgetError) as caught:
        Budget(run=Decimal(1)).check("fal", Decimal(2), Spent())
    assert plainly(caught.value).hint == (
        "The call was not sent. Raise the budget in the plan, or [budget] in config.toml, and run "
        "again; what is done is kept."
    )


def test_files_that_are_left_out_are_told_in_the_plan_in_the_log_and_at_the_end(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = {
        "inputs": {"stills": {"type": "list[image]"}},
        "nodes": {"d": {"type": "describe", "inputs": {"image": "${inputs.stills}"}}},
    }
    (tmp_path / "stills").mkdir()
    (tmp_path / "stills" / "a.png").write_text("a")
    (tmp_path / "stills" / "b.png").touch()
    monkeypatch.setattr(place.engine, "_inspect", look)
    runner = place.runner(film)
    runner.values["stills"] = "stills"

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.run_worker(start(host, runner, ask=True))
        await host.until_text("is left out. b.png: it is empty.")
        await pilot.press("f5")
        await until(lambda: host.notices)
        assert host.notices[0].text.endswith("stills is left out. The log says why.")
        assert host.notices[0].severity == "warning"
        assert any("b.png: it is empty" in entry.text for entry in runner.log.sifted())

    drive(runner, script, size=(120, 40))


def look(path: Path, kind: type[Media]) -> dict[str, Any]:
    if not path.stat().st_size:
        raise TaskError("it is empty")
    return inspect(path, kind)


def test_picks_that_are_too_few_are_told_with_what_to_do(place: Place) -> None:
    film = {
        "inputs": {"takes": {"type": "list[integer]", "default": [2, 1]}},
        "nodes": {
            "board": {"type": "split", "inputs": {"script": "one\ntwo\nthree"}},
            "loud": {
                "type": "upper",
                "inputs": {"text": "${board.shots.prompt}", "seed": [1, 2]},
            },
            "best": {
                "type": "pick",
                "inputs": {"items": "${loud.text}", "index": "${inputs.takes}"},
                "over": "zip",
            },
        },
    }
    runner = place.runner(film)
    remedy = "Where it lists takes that were picked, pick one again."

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner)
        await host.until_text("best would fail: zip wants lists of equal length")
        assert "Give inputs.takes 3 items, one for each of board." in " ".join(host.text().split())
        assert remedy in host.text()
        await pilot.press("escape")
        host.run_worker(start(host, runner, ("best",)))
        await until(lambda: host.notices)
        assert host.notices[0].text.endswith(f"one for each of board. {remedy}")
        assert runner.states["best"].hint == remedy
        edit = partial(edits.pick_for_item, node="loud", number=2, item=3, items=3)
        assert runner.desk.edit(edit)
        report = await run_all(runner, "best")
        assert report.exit_code == 0

    drive(runner, script)


def test_reasons_and_counts_name_no_options(place: Place) -> None:
    data = {"nodes": {f"n{i}": {"type": "upper", "inputs": {"text": f"x{i}"}} for i in range(50)}}
    runner = place.runner(data)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await opened(host, runner, Order(redo=("n1",)))
        await host.until_text("asked to be made anew")
        assert "and 10 more nodes" in host.text()
        assert "--" not in host.text()

    drive(runner, script)
