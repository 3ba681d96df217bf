"""The search line: what it finds glows on the canvas while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label

from tui.editor.canvas.navigate import reading_order
from tui.editor.commands import Commanded, Topic, command
from tui.editor.model import Snapshot

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench


class Search:
    """What is searched for, and which nodes it finds."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._before = ""
        self.text = ""
        self.matches: tuple[str, ...] = ()

    def begin(self) -> None:
        """Show the line to type in."""
        self._before = self._bench.current
        line = self._bench.search_line
        line.set_class(False, "hidden")
        field = line.query_one(Input)
        field.value = ""
        self._bench.set_focus(field)

    def type(self, text: str) -> int:
        """Search for what is typed, and go to the first match; return how many there are."""
        self.look(self._bench.desk.snapshot, text)
        self._bench.canvas.mark_matches(self.matches)
        if self.matches:
            self.go(0)
        return len(self.matches)

    def end(self, *, keep: bool) -> None:
        """Hide the line; the matches go on glowing, or one is back where one began."""
        self._bench.search_line.set_class(True, "hidden")
        if not keep:
            self.clear()
            if self._before:
                self._bench.go_to(self._before)
        self._bench.focus_canvas()
        self._bench.tell()

    def clear(self) -> None:
        """Let nothing glow any more."""
        self.text, self.matches = "", ()
        self._bench.canvas.mark_matches(())

    def go(self, step: int) -> None:
        """Go to a match further on."""
        order = reading_order(self._bench.canvas.stage.frames())
        found = self.following(self._bench.current, step, order)
        if found:
            self._bench.go_to(found)

    def look(self, snapshot: Snapshot, text: str) -> None:
        """Search ids, titles, types and texts, without regard to upper and lower case."""
        self.text = text
        wanted = text.lower().split()
        self.matches = tuple(
            node
            for node, spec in snapshot.nodes.items()
            if wanted and all(word in _haystack(node, spec) for word in wanted)
        )

    def following(self, current: str, step: int, order: list[str]) -> str | None:
        """Return the match after or before a node in the order of the canvas."""
        found = [node for node in order if node in self.matches]
        if not found:
            return None
        if current in found and step == 0:
            return current
        if current in found:
            return found[(found.index(current) + step) % len(found)]
        if current in order:
            at = order.index(current)
            ahead = [n for n in (order[at:] if step >= 0 else order[:at][::-1]) if n in found]
            return ahead[0] if ahead else found[0 if step >= 0 else -1]
        return found[0 if step >= 0 else -1]


def _haystack(node: str, spec: Any) -> str:
    words = [node, str(spec.get("title", "")), str(spec.get("type", "")), str(spec.get("note", ""))]
    words += map(str, spec.get("inputs", {}).values())
    return " ".join(words).lower()


def _needs_matches(line: SearchLine) -> str:
    return line.why_no_match()


_TOPIC: Final = Topic(
    "Searching",
    "What is found glows while you type, also on the map; several words have to be there all.",
    (
        command("search.keep", "Search: Keep", "enter",
                "Goes on with what was found: n and N go from one to the next.",
                lambda line: line.keep(), word="keep"),
        command("search.up", "Search: Match before", "up,ctrl+p", "Goes to the match before.",
                lambda line: line.go(-1), why_not=_needs_matches, word="matches"),
        command("search.down", "Search: Next match", "down,ctrl+n", "Goes to the next match.",
                lambda line: line.go(1), why_not=_needs_matches, word="matches"),
        command("search.leave", "Search: Give up", "escape",
                "Ends the search, and goes back to where you were.", lambda line: line.leave(),
                word="back"),
    ),
    comes_first=True,
)  # fmt: skip


class SearchLine(Commanded, Horizontal):
    """The line at the bottom, as in vi."""

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    SearchLine { height: 1; background: $surface; }
    SearchLine Label { color: $primary; text-style: bold; padding: 0 0 0 1; }
    SearchLine Input, SearchLine Input:focus {
        border: none; height: 1; width: 1fr; padding: 0; background: $surface;
    }
    SearchLine Input>.input--placeholder { color: $soft; }
    SearchLine .count { color: $soft; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """Yield the line and the number of matches."""
        yield Label("/", markup=False)
        yield Input(placeholder="id, title, type or text")
        yield Label("", classes="count", markup=False)

    @property
    def _bench(self) -> Workbench:
        return cast("Workbench", self.screen)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        count = self._bench.search.type(event.value)
        self.query_one(".count", Label).update(f"{count} found" if event.value else "")

    @on(Input.Submitted)
    def _submitted(self, event: events.Event) -> None:
        event.stop()
        self.keep()

    def why_no_match(self) -> str:
        """Say why there is no match to go to."""
        return "" if self._bench.search.matches else "Nothing is found."

    def keep(self) -> None:
        """Go on with what was found."""
        self._bench.search.end(keep=True)

    def leave(self) -> None:
        """Give the search up."""
        self._bench.search.end(keep=False)

    def go(self, step: int) -> None:
        """Go to the next match."""
        self._bench.search.go(step)
