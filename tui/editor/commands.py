"""What can be done in a screen, a pane or a dialog, each thing declared once.

Whatever keys go to is `Commanded`, and its `TOPIC` has its commands. From these come its keys, the
words in its footer, its help (`?`), what the palette (`:`) offers there with the reason why it
cannot be done now, and the tables of docs/tui.md. A keymap changes keys by the commands' ids.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

Place = TypeVar("Place")
Bound: TypeAlias = dict[tuple[object, str | None], list[str]]
"""Keys, by the widget that they lead to and the command there."""
Result = TypeVar("Result")


def always(place: Any) -> str:
    """Give no reason why not."""
    return ""


@dataclass(frozen=True, slots=True)
class Command(Generic[Place]):
    """Something that a person can do in a place: a screen, a pane, a dialog."""

    id: str
    """Its name in keymaps: `jobs.fetch`."""
    title: str
    """Its name for people, `Noun: Verb`."""
    keys: tuple[str, ...]
    """As the framework names them, the one to be shown first."""
    help: str
    """What it does, in a sentence or two."""
    perform: Callable[[Place], object]
    why_not: Callable[[Place], str] = always
    """Gives the reason why it cannot be done now; empty if it can."""
    word: str = ""
    """Its name in a footer; empty to stand only in the help and the palette."""


def command(
    id: str,
    title: str,
    keys: str,
    help: str,
    perform: Callable[[Any], object],
    *,
    why_not: Callable[[Any], str] = always,
    word: str = "",
) -> Command[Any]:
    """Return a command, whose keys are written with commas between."""
    return Command(id, title, tuple(keys.split(",")), help, perform, why_not, word)


@dataclass(frozen=True, slots=True)
class Topic:
    """The commands of a place, and what one has to know of it."""

    title: str
    lesson: str
    commands: tuple[Command[Any], ...]
    comes_first: bool = False
    """Whether its keys are taken before what is typed into has a chance."""
    is_common: bool = False
    """Whether other places have the same, so that it says little of this one."""

    @property
    def bindings(self) -> list[BindingType]:
        """The keys of the commands."""
        first = self.comes_first
        return [
            Binding(",".join(each.keys), f"command('{each.id}')", each.title, False, id=each.id,
                    priority=first)
            for each in self.commands
        ]  # fmt: skip


class Commanded:
    """Has commands; widgets name it before the class of the framework that takes keys."""

    TOPIC: ClassVar[Topic]
    BINDINGS: ClassVar[list[BindingType]]

    def __init_subclass__(cls, **more: Any) -> None:
        if "TOPIC" in cls.__dict__:
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *cls.TOPIC.bindings]
        super().__init_subclass__(**more)

    def topics(self) -> Iterator[Topic]:
        """Yield what can be done here: the class's own first, then what it has from others."""
        yield from (c.__dict__["TOPIC"] for c in type(self).__mro__ if "TOPIC" in c.__dict__)

    def offers(self, bound: Bound) -> Iterator[Offer]:
        """Yield what can be done here; what no key leads to, as something nearer has them, is not.

        Args:
            bound: The keys that lead somewhere now.
        """
        for topic in self.topics():
            for each in topic.commands:
                keys = bound.get((self, each.id), [])
                keys.sort(key=lambda key, own=each.keys: (*own, key).index(key))  # type: ignore[misc]
                if keys:
                    yield Offer(each, self, topic, tuple(keys))

    async def perform(self, id: str) -> None:
        """Do one of the commands, or say why it cannot be done now."""
        widget = cast("Widget", self)
        found = next(each for topic in self.topics() for each in topic.commands if each.id == id)
        reason = found.why_not(self)
        if reason:
            widget.app.clear_notifications()
            widget.app.notify(reason, severity="warning", markup=False)
            return
        result = found.perform(self)
        if inspect.iscoroutine(result):
            await result
        screen = widget.app.screen
        if isinstance(screen, CommandedScreen):
            screen.tell()

    async def action_command(self, id: str) -> None:
        """Do what a key is bound to."""
        await self.perform(id)


async def _help(screen: Screen[Any]) -> None:
    from tui.editor.screens.help import show_help

    show_help(screen)


async def _palette(screen: Screen[Any]) -> None:
    from tui.editor.screens.commanding import show_palette

    show_palette(screen)


def _needs_marked(screen: Screen[Any]) -> str:
    return "" if screen.get_selected_text() else "No text is marked; drag the mouse over some."


HELP = command(
    "help.show", "Help: Show", "question_mark,f1",
    "Explains what one sees, and lists all that can be done there with its keys.", _help,
    word="help")  # fmt: skip
PALETTE = command(
    "app.palette", "Command: Find", "colon,ctrl+p,f10",
    "Finds anything that can be done, by a few letters; what cannot be done now says why.",
    _palette, word="commands")  # fmt: skip
EVERYWHERE = Topic(
    "Everywhere",
    "Where letters are typed, ? and : are letters, too; F1 and F10 do the same.",
    (
        HELP,
        PALETTE,
        command("part.next", "Part: Next", "tab", "Goes to the next part of what one sees.",
                lambda screen: screen.focus_next()),
        command("part.previous", "Part: Previous", "shift+tab", "Goes to the part before.",
                lambda screen: screen.focus_previous()),
        command("text.copy", "Text: Copy", "ctrl+c",
                "Copies the text that was marked with the mouse.",
                lambda screen: screen.action_copy_text(), why_not=_needs_marked),
    ),
    is_common=True,
)  # fmt: skip


class CommandedScreen(Commanded, Screen[Result], inherit_bindings=False):
    """A screen of the editor: what can be done in it can be found, and is explained."""

    TOPIC: ClassVar[Topic] = EVERYWHERE
    LESSONS: ClassVar[Sequence[tuple[str, str]]] = ()
    """Titles and paragraphs of its help."""

    @property
    def is_open(self) -> bool:
        """Whether it is not being closed: an answer that comes then is for nobody."""
        return self.is_attached and not self._pruning

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close, and give an answer; what is closed or covered stays as it is.

        The second of two quick clicks comes when the first has closed the screen already, and
        would close the one behind it.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def tell(self) -> None:
        """Bring the footer up to date."""

    def on_descendant_focus(self) -> None:
        """Name the keys of what has them now."""
        self.call_later(self.tell)

    def launch(
        self, work: Callable[[], Awaitable[Any]], group: str, *, instead: bool = False
    ) -> Worker[Any]:
        """Have an async function called beside all else.

        It is not called before its turn comes: where that is given up first, because the screen is
        closed or something else is launched, no coroutine is left that nobody awaits.

        Args:
            work: The function.
            group: What it belongs to.
            instead: Whether all else of that group is called off.
        """

        async def call() -> None:
            await work()

        return self.run_worker(cast("Any", call), group=group, exclusive=instead)

    def do(self, id: str) -> None:
        """Do something that the screen or what has the focus in it can do."""
        for offer in offers(self):
            if offer.command.id == id:
                self.launch(offer.perform, "commands")
                return


# -- what can be done in a place -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A command that can be chosen now, or that says why not."""

    command: Command[Any]
    owner: Commanded
    topic: Topic
    keys: tuple[str, ...]
    """Those that lead to it now."""

    @property
    def reason(self) -> str:
        """Why it cannot be done now; empty if it can."""
        return self.command.why_not(self.owner)

    async def perform(self) -> None:
        """Do it."""
        await self.owner.perform(self.command.id)


def offers(screen: Screen[Any]) -> list[Offer]:
    """Return what can be done in a screen: first by what has the focus, then by what is around."""
    chain = screen.focused.ancestors_with_self if screen.focused else [screen]
    bound: Bound = {}
    for key, active in screen.active_bindings.items():
        bound.setdefault((active.node, active.binding.id), []).append(key)
    found: dict[str, Offer] = {}
    for node in chain:
        for offer in node.offers(bound) if isinstance(node, Commanded) else ():
            found.setdefault(offer.command.id, offer)
    return list(found.values())


def arranged(found: Iterable[Offer]) -> list[Offer]:
    """Return what can be done: what is special to a place before what others have as well."""
    arranged: list[Offer] = []
    common: list[Offer] = []
    for topic, group in groupby(found, lambda each: each.topic):
        if topic.is_common:
            common += group
        else:
            arranged += [*group, *common]
            common = []
    return arranged + common
