"""The plan of a run before it begins: what would run and why, what it costs, and a field for the
most that it may."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Checkbox, Input, Label, Static

from engine.errors import CheckError, ReelgraphError, UsageError
from engine.money import Budget
from engine.types import MEDIA_KINDS
from tui.cli.needed_keys import how_to_give
from tui.cli.plan_table import node_table, totals
from tui.cli.reasons import reason_lines
from tui.cli.terminal import Span, visible
from tui.editor.commands import Topic, command
from tui.editor.dialogs.base import Dialog
from tui.editor.keynames import key_name
from tui.editor.panes.lines import Lines, Row, rows_of
from tui.editor.panes.words import content_of, error_lines, failing_lines, problem_lines
from tui.editor.running import Order, Prepared, Runner
from tui.editor.wording import input_of, plainly

_FEW = 10
"""Groups of tasks of a node whose reasons are given."""
_TYPED = 0.6
"""Seconds after the last letter of an input's value until it is planned anew."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A run that a person has agreed to."""

    prepared: Prepared
    budget: Budget


class Tick(Checkbox):
    """A box to tick, of which one sees also without colours whether it is ticked."""

    @property
    def _button(self) -> Content:
        return Content.assemble(
            (f"[{'x' if self.value else ' '}]", self.get_visual_style("toggle--button"))
        )


def _needs_leave(screen: PlanScreen) -> str:
    return screen.why_no_run()


_TOPIC: Final = Topic(
    "Plan",
    "What a run would do and why, before anything is done: what is there already costs nothing, "
    "what is asked of providers has its price. It does not begin while it may cost more than the "
    "amount below.",
    (
        command("plan.run", "Plan: Run", "f5",
                "Begins the run; so does enter in the list and in the fields.",
                lambda screen: screen.begin(), why_not=_needs_leave, word="run"),
        command("plan.live", "Plan: Live prices", "f6,ctrl+l",
                "Asks the providers for today's prices, where they tell them.",
                lambda screen: screen.ask_prices(), word="live prices"),
        command("plan.draft", "Plan: Draft models", "f7",
                "Takes the free built-in models in place of all others, or no longer.",
                lambda screen: screen.turn("draft"), word="draft"),
        command("plan.unknown", "Plan: Unknown prices", "f8",
                "Allows tasks whose price nobody knows, or no longer.",
                lambda screen: screen.turn("unknown"), word="unknown prices"),
    ),
)  # fmt: skip


class PlanScreen(Dialog[Consent]):
    """Shows a plan, and asks whether to go on; what it gives is None where the answer is no.

    Args:
        runner: Prepares the run.
        order: What is wanted.
        prepared: The same prepared, where that has been done.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    PlanScreen .box { width: 120; height: 90%; }
    PlanScreen #plan { height: 1fr; min-height: 4; }
    PlanScreen #totals { height: 1; padding: 0 1; margin-top: 1; }
    PlanScreen #wrong { height: auto; max-height: 3; padding: 0 1; color: $error; }
    PlanScreen .row { height: 1; padding: 0 1; }
    PlanScreen #values { height: auto; max-height: 6; overflow-y: auto; }
    PlanScreen .row Label { width: auto; color: $soft; margin-right: 1; }
    PlanScreen .row Input { width: 1fr; }
    PlanScreen #budget { width: 12; margin-right: 2; }
    PlanScreen Checkbox { margin-right: 2; background: $surface; }
    PlanScreen Checkbox .toggle--button { color: $foreground; background: $surface; }
    PlanScreen Button { margin-right: 2; }
    PlanScreen #run:disabled {
        color: $soft; background: $panel; border: none !important;
        opacity: 100%; text-opacity: 100%;
    }
    """

    def __init__(self, runner: Runner, order: Order, prepared: Prepared | None = None) -> None:
        super().__init__()
        self._runner = runner
        self._order = order
        self._prepared = prepared
        self._failure: ReelgraphError | None = None
        self._is_planning = prepared is None

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the plan, what it comes to, and what may be set."""
        with Vertical(classes="box") as box:
            box.border_title = _title(self._order)
            with Vertical(id="values"):
                for name, spec in asked_inputs(self._runner).items():
                    with Horizontal(classes="row"):
                        yield Label(visible(name), markup=False)
                        value = self._runner.values.get(name, "")
                        yield Input(value, placeholder=_form(spec), name=name)
            yield Lines("planning ...", picks="run", id="plan")
            yield Static(id="totals", markup=False)
            yield Static(id="wrong", markup=False)
            with Horizontal(classes="row"):
                yield Label("at most $")
                yield Input(placeholder=self._placeholder(), id="budget", restrict=r"[0-9.]*")
                yield Tick("draft models", self._runner.draft, id="draft", compact=True)
                yield Tick("unknown prices", id="unknown", compact=True)
            with Horizontal(classes="row"):
                yield Button(f"Run {key_name('enter')}", id="run", variant="primary", compact=True)
                yield Button("Live prices F6", id="live", compact=True)
                yield Button("Back esc", id="back", compact=True)

    def on_mount(self) -> None:
        """Plan, where that is still to be done."""
        if not self._go_to_field(unset_inputs(self._runner)):
            self.query_one(Lines).focus()
        if self._prepared is None:
            self._plan_anew()
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Lay the table out anew."""
        self.call_after_refresh(self._show)

    def _go_to_field(self, names: Collection[str]) -> bool:
        """Go to the first field of some inputs; tell whether there is one."""
        for field in self.query("#values Input").results(Input):
            if field.name in names:
                field.focus()
                return True
        return False

    def _placeholder(self) -> str:
        limit = self._runner.terms.config.budget.run
        return "the price" if limit is None else f"{limit}"

    # -- planning ------------------------------------------------------------------------------

    def _plan_anew(self, *, live: bool = False, after: float = 0.0) -> None:
        self._is_planning = True
        self.query_one(Lines).say_empty("asking for prices ..." if live else "planning ...")
        self.launch(partial(self._plan, live=live, after=after), "plan", instead=True)

    async def _plan(self, *, live: bool, after: float) -> None:
        await asyncio.sleep(after)
        order = self._runner.order(self._order.to, self._order.redo)
        try:
            self._prepared = await self._runner.prepare(order, plan_anyway=True, live=live)
            self._failure = None
        except ReelgraphError as error:
            self._prepared, self._failure = None, error
        self._is_planning = False
        if self.is_open:
            self._show()
            if self._failure is not None and not isinstance(self.focused, Input):
                self._go_to_field(wrong_inputs(self._failure))

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        lines = self.query_one(Lines)
        lines.show(list(self._rows(max(40, lines.size.width - 2))))
        plan = self._prepared.plan if self._prepared else None
        self.query_one("#totals", Static).update(content_of(totals(plan) if plan else [""]))
        self._judge()

    def _rows(self, width: int) -> Iterator[Row]:
        if self._failure is not None:
            yield from rows_of(_failure_lines(self._failure, width))
        prepared = self._prepared
        if prepared is None or prepared.plan is None:
            return
        yield from rows_of(_heeded(prepared))
        yield from rows_of(node_table(prepared.plan, prepared.plan.nodes, width))
        reasons = rows_of(reason_lines(prepared.plan.tasks, _FEW, width, way=""))
        if reasons:
            yield Row([""])
            yield from reasons
        yield from rows_of(_remarks(prepared, width))

    def _judge(self) -> None:
        """Say why the run may not begin, if it may not."""
        reason = self._refusal()
        wrong = self.query_one("#wrong", Static)
        wrong.update(content_of([reason]))
        wrong.display = bool(reason)
        self.query_one("#run", Button).disabled = bool(reason) or self._prepared is None

    def _refusal(self) -> str:
        try:
            self._leave()
        except ReelgraphError as error:
            return _reason(error)
        return ""

    def _leave(self) -> Budget | None:
        """Return the limits to run under; None where there is nothing to be run yet.

        Raises:
            ReelgraphError: It may not be run.
        """
        prepared = self._prepared
        if prepared is None:
            return None
        allow = self.query_one("#unknown", Checkbox).value
        return self._runner.leave(prepared, self._limit(), allow_unknown=allow)

    def _limit(self) -> Decimal | None:
        text = self.query_one("#budget", Input).value.strip()
        if not text:
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            raise UsageError(f"{text} is no amount of dollars") from None

    # -- acting --------------------------------------------------------------------------------

    @on(Input.Changed, "#budget")
    @on(Checkbox.Changed, "#unknown")
    def _limits_changed(self, event: events.Event) -> None:
        self._judge()

    @on(Checkbox.Changed, "#draft")
    def _draft_changed(self, event: Checkbox.Changed) -> None:
        if self._runner.draft != event.value:
            self._runner.draft = event.value
            self._plan_anew()

    @on(Input.Changed, "#values Input")
    def _value_changed(self, event: Input.Changed) -> None:
        name = event.input.name or ""
        if self._runner.values.get(name, "") == event.value:
            return
        if event.value:
            self._runner.values[name] = event.value
        else:
            self._runner.values.pop(name, None)
        self._plan_anew(after=_TYPED)

    @on(Button.Pressed, "#run")
    @on(Input.Submitted)
    @on(Lines.Picked)
    async def _wanted(self) -> None:
        await self.perform("plan.run")

    def begin(self) -> None:
        """Go on; to be called where nothing is against it."""
        budget = self._leave()
        if budget is not None and self._prepared is not None:
            self.dismiss(Consent(self._prepared, budget))

    def why_no_run(self) -> str:
        """Say why it cannot begin."""
        if self._is_planning:
            return "The plan is not made yet."
        if self._prepared is None:
            return "There is no plan; what is wrong stands above."
        return self._refusal()

    @on(Button.Pressed, "#live")
    def ask_prices(self) -> None:
        """Ask the providers for today's prices."""
        self._plan_anew(live=True)

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.back_out()

    def turn(self, name: str) -> None:
        """Tick one of the boxes, or no longer."""
        self.query_one(f"#{name}", Checkbox).toggle()


def asked_inputs(runner: Runner) -> dict[str, Any]:
    """Return the workflow's inputs that a run is asked for: those without a default, and those that
    have been given a value here."""
    inputs: dict[str, Any] = runner.desk.snapshot.data.get("inputs", {})
    given = runner.values
    return {name: spec for name, spec in inputs.items() if "default" not in spec or name in given}


def unset_inputs(runner: Runner) -> list[str]:
    """Return the workflow's inputs that have no value yet, so that it cannot run."""
    return [name for name in asked_inputs(runner) if name not in runner.values]


def wrong_inputs(error: ReelgraphError) -> set[str]:
    """Return the inputs whose values are missing, cannot be read, or do not fit."""
    problems = error.problems if isinstance(error, CheckError) else ()
    paths = [p.path for p in problems if p.severity == "error" and p.path.startswith("inputs.")]
    return {name for name in (input_of(error), *map(_input_name, paths)) if name}


def _input_name(path: str) -> str:
    return re.split(r"[.\[]", path)[1]


def _form(spec: Mapping[str, Any]) -> str:
    """Return how the value of an input is written, for its empty field."""
    kind = str(spec.get("type", "text"))
    item = kind.removeprefix("list[").removesuffix("]")
    is_list = item != kind
    if item in MEDIA_KINDS:
        several = "a folder, a pattern as *.png, or a path" if is_list else "a path"
        return f"{several}, from the workflow's folder"
    if is_list or kind in ("shot", "character"):
        return "JSON, or @FILE" if kind != "list[text]" else 'as ["a", "b"], or @FILE'
    if kind == "boolean":
        return "true or false"
    if kind == "choice":
        return ", ".join(map(str, spec.get("options", ())))
    return "a text, or @FILE from the workflow's folder" if kind == "text" else "a number"


def _failure_lines(error: ReelgraphError, width: int) -> Iterator[list[Span]]:
    """Yield why there is no plan; for an input that has no value that there is a field for it."""
    problems = error.problems if isinstance(error, CheckError) else ()
    missing = [p for p in problems if p.code == "missing-value"]
    for problem in missing:
        yield [(_input_name(problem.path), "bold"), " needs a value: give it above."]
    others = [p for p in problems if p not in missing]
    if others or not problems:
        yield from error_lines(CheckError(others) if others else error, width)


def _title(order: Order) -> str:
    what = f" to {', '.join(order.to)}" if order.to else ""
    return visible(f"Make {', '.join(order.redo)} anew" if order.redo else f"Run{what or ' all'}")


def _heeded(prepared: Prepared) -> Iterator[list[Span]]:
    """Yield what has to be done before the run can begin."""
    for provider, nodes in prepared.lacking.items():
        asking = ", ".join(nodes[:_FEW]) + (", ..." if len(nodes) > _FEW else "")
        yield [("! ", "yellow"), f"there is no key for {provider}, which is asked by {asking}"]
        yield [("  " + how_to_give(provider), "dim")]
    if prepared.lacking:
        yield [""]


def _remarks(prepared: Prepared, width: int) -> Iterator[list[Span]]:
    """Yield what else a person may want to know."""
    plan = prepared.plan
    errors = plan.errors if plan else {}
    if errors or prepared.warnings or prepared.notes:
        yield [""]
    for where, message in errors.items():
        yield from failing_lines(f"{where} would fail: {message}", width)
    for warning in prepared.warnings:
        yield from problem_lines(warning, width)
    for note in prepared.notes:
        yield [("note: ", "yellow"), note]


def _reason(error: ReelgraphError) -> str:
    """Return why a run may not begin, and what to do about it in this view."""
    plain = plainly(error)
    return " ".join(filter(None, (f"{plain.message}.", plain.hint)))
