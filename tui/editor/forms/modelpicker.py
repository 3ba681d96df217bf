"""Choosing models: by a few letters and filters, with the price of this call; several in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from nodes.models import ModelInfo, catalogue
from tui.cli.commands.models import accepts, price
from tui.cli.words import count, dollars
from tui.drawing.labels import harmless, shorten
from tui.editor import fuzzy
from tui.editor.commands import Command, Topic, command, offers
from tui.editor.desk import Desk
from tui.editor.dialogs.base import Dialog
from tui.editor.forms.asked import asked_of
from tui.editor.forms.keystates import KeyStates
from tui.editor.forms.lines import names_of, wrapped
from tui.editor.forms.modelrows import Filters, ModelRow, call_of, chosen, rows_of
from tui.editor.forms.rows import Row
from tui.editor.keynames import key_name
from tui.editor.listed import CHOICE

_MOST_MODELS = 8
_WIDE = 118
"""Columns from which the details stand beside the list."""
_WIDEST_PRICE = 22


class ModelList(Widget):
    """The models, a line each, drawn as they are seen."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "models--line", "models--cursor", "models--match", "models--soft", "models--bad",
        "models--mark", "models--free",
    }  # fmt: skip
    DEFAULT_CSS = """
    ModelList { height: 1fr; background: $surface; }
    ModelList .models--line { color: $foreground; }
    ModelList .models--cursor { background: $primary 15%; text-style: bold; }
    ModelList .models--match { color: $match; text-style: bold; }
    ModelList .models--soft { color: $soft; }
    ModelList .models--bad { color: $warning; }
    ModelList .models--free { color: $success; }
    ModelList .models--mark { color: $primary; text-style: bold; }
    """

    class Gone(Message):
        """The cursor is on another model."""

    class Picked(Message):
        """A model was clicked twice."""

    def __init__(self, keys: KeyStates) -> None:
        super().__init__()
        self.keys = keys
        self.marked: list[str] = []
        self.cursor = 0
        self._rows: Sequence[fuzzy.Match[ModelRow]] = ()
        self._price_width = 0
        self._first = 0

    def show(self, rows: Sequence[fuzzy.Match[ModelRow]], at: str = "") -> None:
        """Show models; the cursor goes to the named one, or to the first."""
        self._rows = rows
        prices = [cell_len(each.item.price_words) for each in rows]
        self._price_width = min(max(prices, default=0), _WIDEST_PRICE)
        places = [i for i, each in enumerate(rows) if each.item.model.id == at]
        self.cursor = self._first = 0
        self.go(places[0] if places else 0)

    @property
    def current(self) -> ModelRow | None:
        """The model under the cursor."""
        return self._rows[self.cursor].item if self._rows else None

    def __len__(self) -> int:
        return len(self._rows)

    def go(self, step: int) -> None:
        """Move the cursor."""
        self.cursor = min(max(self.cursor + step, 0), max(0, len(self._rows) - 1))
        height = max(1, self.size.height)
        self._first = min(max(self._first, self.cursor - height + 1), self.cursor)
        self.refresh()
        self.post_message(self.Gone())

    def render_line(self, y: int) -> Strip:
        """Return a line of the list."""
        width, at = self.size.width, self._first + y
        if at >= len(self._rows):
            words = "  no model fits; change the filters" if y == 0 and not self._rows else ""
            return Strip([Segment(words, self._of("soft"))]).adjust_cell_length(
                width, self._of("line")
            )
        found = self._rows[at]
        base = self._of("line")
        if at == self.cursor:
            lit = self.get_component_rich_style("models--cursor").bgcolor
            base += Style(bold=True, bgcolor=lit) if lit else Style(bold=True, reverse=True)
        segments = list(self._segments(found, width, base))
        return Strip(segments).adjust_cell_length(width, base)

    def _of(self, name: str) -> Style:
        partial = name not in ("line",)
        return self.get_component_rich_style(f"models--{name}", partial=partial)

    def _segments(self, found: fuzzy.Match[ModelRow], width: int, base: Style) -> Iterator[Segment]:
        row = found.item
        model = row.model
        soft, bad = base + self._of("soft"), base + self._of("bad")
        order = self.marked.index(model.id) + 1 if model.id in self.marked else 0
        yield Segment(f"{order or ' ':>2} ", base + self._of("mark"))
        key = self.keys.words(model.provider, local=model.local)
        status = "" if row.status == "active" else row.status
        tail = f" {status or key:<10} "
        limits_width = 24 if width >= 96 else 14 if width >= 76 else 0
        room = max(12, width - 3 - self._price_width - 1 - limits_width - len(tail) - 1)
        name = shorten(harmless(model.id), room)
        lit = base + self._of("match")
        for is_lit, places in groupby(range(len(name)), lambda at: at in found.places):
            yield Segment("".join(name[at] for at in places), lit if is_lit else base)
        yield Segment(" " * (room - cell_len(name) + 1), base)
        is_free = row.price.high == 0
        price = f"{shorten(row.price_words, self._price_width):>{self._price_width}} "
        yield Segment(price, base + self._of("free") if is_free else base)
        if limits_width:
            limits = shorten(row.limits, limits_width - 1)
            yield Segment(" " + limits + " " * (limits_width - 1 - cell_len(limits)), soft)
        yield Segment(tail, bad if status or key == "no key" else soft)

    def on_click(self, event: events.Click) -> None:
        """Go to the model that was clicked; a second click chooses it."""
        at = self._first + event.y
        if at < len(self._rows):
            is_again = at == self.cursor and event.chain > 1
            self.cursor = at
            self.go(0)
            if is_again:
                self.post_message(self.Picked())

    def on_mouse_scroll_down(self) -> None:
        """Go on in the list."""
        self.go(3)

    def on_mouse_scroll_up(self) -> None:
        """Go back in the list."""
        self.go(-3)


def _filter(name: str, title: str, key: str, help: str) -> Command[Any]:
    return command(f"models.{name}", f"Models: {title}", key, help,
                   lambda picker: picker.filter(name))  # fmt: skip


_TOPIC: Final = Topic(
    "Models",
    "Every model that does what the node asks for, with its price for this very call and whether "
    "there is a key. Several, in order, are tried one after the other.",
    (
        *CHOICE.commands,
        command("models.mark", "Model: Take one more", "tab",
                "Takes the model as one more, or leaves it out again.",
                lambda picker: picker.mark(), why_not=lambda picker: picker.why_no_mark(),
                word="several"),
        _filter("kind", "Of this kind", "f2", "Shows models of this kind of work, or of any."),
        _filter("provider", "Next provider", "f3", "Shows the models of the next provider only."),
        _filter("price", "Next price", "f4", "Shows models up to the next price only."),
        _filter("offered", "Retired too", "f5", "Shows also models that are offered no more."),
        _filter("key", "With a key", "f6", "Shows only models for which there is a key, or all."),
        _filter("order", "Next order", "f7", "Sorts by the next thing: price, name and so on."),
    ),
    comes_first=True,
)  # fmt: skip


class ModelPicker(Dialog[list[str]]):
    """Choosing the models of a node; the answer is their ids in order.

    Args:
        desk: What is open.
        row: The parameter of the node that asks.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    HINT = "type to search"
    DEFAULT_CSS = """
    ModelPicker .box { width: 96%; max-width: 150; height: 92%; }
    ModelPicker #both { height: 1fr; }
    ModelPicker #list { height: 1fr; width: 1fr; }
    ModelPicker #details { height: 9; border-top: solid $line; scrollbar-size-vertical: 1; }
    ModelPicker.wide #both { layout: horizontal; }
    ModelPicker.wide #details {
        width: 46; height: 1fr; border-top: none; border-left: solid $line; padding-left: 1;
    }
    ModelPicker #filters { height: auto; color: $soft; }
    """

    def __init__(self, desk: Desk, row: Row) -> None:
        super().__init__()
        self.desk = desk
        snapshot, node = desk.snapshot, row.slot.node if row.slot else ""
        asked = asked_of(snapshot, node)
        kind = asked.kind if asked else "text_to_image"
        self._call = call_of(snapshot, node, kind)
        self._title = f"Models for {node or row.label}"
        self._names = names_of(row.shown)
        self._rows: list[ModelRow] = []
        self._filters = Filters()
        self._keys = KeyStates(desk.keys)
        self.models = ModelList(self._keys)
        if len(self._names) > 1:
            self.models.marked = list(self._names)

    def compose(self) -> ComposeResult:
        """Yield the line to type in, the filters, the list and the details."""
        with Vertical(classes="box") as box:
            box.border_title = harmless(self._title)
            yield Input(placeholder="a few letters of it")
            yield Static(id="filters", markup=False)
            with Vertical(id="both"):
                with Horizontal(id="list"):
                    yield self.models
                with VerticalScroll(id="details", can_focus=False):
                    yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        """Show the models that do what the node asks for."""
        self.set_class(self.app.size.width >= _WIDE, "wide")
        self._rows = rows_of(catalogue(), self._call)
        self.query_one(Input).focus()
        self.call_after_refresh(self._search, self._names[0] if self._names else "")
        self._look_for_keys()

    def on_resize(self) -> None:
        """Put the details where there is room, and lay the filters out anew."""
        super().on_resize()
        self.set_class(self.app.size.width >= _WIDE, "wide")
        self.call_after_refresh(self._tell_filters)

    @work(thread=True, exclusive=True)
    def _look_for_keys(self) -> None:
        self._keys.look(self._providers)
        self.app.call_from_thread(self._search_again)

    @property
    def _providers(self) -> list[str]:
        return list(dict.fromkeys(row.model.provider for row in self._rows))

    # -- searching -----------------------------------------------------------------------------

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search()

    def _search_again(self) -> None:
        current = self.models.current
        self._search(current.model.id if current else "")

    def _search(self, at: str = "") -> None:
        query = self.query_one(Input).value
        self.models.show(chosen(self._rows, self._filters, query, self._keys.has), at)
        self._tell_filters()

    def _tell_filters(self) -> None:
        """Say what is filtered by, in as many lines as it takes: none breaks within a filter."""
        filters = self.query_one("#filters", Static)
        keys = {each.command.id: each.keys[0] for each in offers(self)}
        named = [
            (f" {key_name(keys.get(f'models.{name}', ''))} ", f"{words} ")
            for name, words in self._filters.words(self._call.kind)
        ]
        text, used = Text(), 0
        for key, words in (*named, ("", f" {count(len(self.models), 'model')}")):
            wanted = cell_len(key + words)
            if used and used + wanted > filters.size.width:
                text.append("\n")
                used = 0
            text.append(key, "bold")
            text.append(words)
            used += wanted
        filters.update(text)

    def filter(self, what: str) -> None:
        """Take the next value of a filter."""
        self._filters = self._filters.changed(what, self._providers)
        self._search_again()

    def go(self, step: int) -> None:
        """Move the cursor of the list."""
        self.models.go(step)

    def go_page(self, step: int) -> None:
        """Move the cursor by a page."""
        self.go(step * max(1, self.models.size.height - 1))

    def why_no_line(self) -> str:
        """Say why there is no model to go to."""
        return "" if len(self.models) else "No model fits; change the filters."

    def why_no_mark(self) -> str:
        """Say why the model cannot be one more."""
        row = self.models.current
        if row is None:
            return self.why_no_line()
        if row.model.id in self.models.marked:
            return ""
        if len(self.models.marked) >= _MOST_MODELS:
            return f"A node tries at most {_MOST_MODELS} models."
        return self._why_not_take(row)

    def why_no_pick(self) -> str:
        """Say why the model cannot be taken."""
        row = self.models.current
        if self.models.marked:
            return ""
        return self._why_not_take(row) if row else self.why_no_line()

    def mark(self) -> None:
        """Take the current model as one more, or leave it out again."""
        row = self.models.current
        if row is None:
            return
        marked = self.models.marked
        if row.model.id in marked:
            marked.remove(row.model.id)
        else:
            marked.append(row.model.id)
        self.models.go(0)

    # -- choosing ------------------------------------------------------------------------------

    def _why_not_take(self, row: ModelRow) -> str:
        if self._call.kind in row.model.kinds and row.status != "retired":
            return ""
        reason = row.complaints[0] if row.complaints else f"{row.model.id} is retired"
        return f"{reason.rstrip('.')}."

    @on(Input.Submitted)
    @on(ModelList.Picked)
    async def _wanted(self) -> None:
        await self.perform("choice.pick")

    def pick(self) -> None:
        """Give the models as the answer."""
        row = self.models.current
        if self.models.marked:
            self.dismiss(list(self.models.marked))
        elif row is not None:
            self.dismiss([row.model.id])

    # -- details -------------------------------------------------------------------------------

    @on(ModelList.Gone)
    def _gone(self, event: ModelList.Gone) -> None:
        event.stop()
        row = self.models.current
        told = self.query_one("#told", Static)
        told.update(details(row, self._keys, max(20, told.size.width)) if row else "")
        self.query_one("#details").scroll_to(y=0, animate=False)


def details(row: ModelRow, keys: KeyStates, width: int) -> Text:
    """Return all that is known of a model, for this call first."""
    model = row.model
    text = Text(no_wrap=True)
    text.append(f"{harmless(model.id)}\n", "bold")
    for line in wrapped(f"{model.title}. {model.summary}", width):
        text.append(f"{line}\n")
    for complaint in row.complaints[:4]:
        for line in wrapped(f"✗ {complaint}", width):
            text.append(f"{line}\n", "bold")
    for label, words in _facts(row, keys):
        for at, line in enumerate(wrapped(words, max(10, width - 12))):
            text.append(f"{shorten(label, 11) if at == 0 else '':<12}", "dim")
            text.append(f"{line}\n")
    return text


def _facts(row: ModelRow, keys: KeyStates) -> Iterator[tuple[str, str]]:
    model = row.model
    yield "this call", row.price_words
    yield "price", price(model)
    yield from _cases(model)
    yield "as of", f"{model.price.date}"
    yield "key", _key_words(keys, model)
    life = model.lifecycle
    until = f" until {life.until}" if life.until else ""
    then = f"; its successor is {life.successor}" if life.successor else ""
    yield "status", f"{row.status}{until}{then}"
    yield from accepts(model)
    yield "more", model.docs


def _key_words(keys: KeyStates, model: ModelInfo) -> str:
    if model.local:
        return "needs none"
    known = keys.has(model.provider)
    return "…" if known is None else "present" if known else "missing"


def _cases(model: ModelInfo) -> Iterator[tuple[str, str]]:
    for case in model.price.cases:
        values = ", ".join(f"{name} {value}" for name, value in case.when.items())
        yield "", f"{dollars(case.low, case.high)} for {values}"
