"""The workflow as lines of text, one for each node: for screen readers, and for whoever likes it.

No frames, no pictures of wires: a line says in words what a node is, what it takes from where, what
it gives, how it stands and what is wrong. The terminal's cursor is on the current line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.labels import harmless
from tui.editor.canvas import Node, Note, Scene, State
from tui.editor.canvas.cards import wrap
from tui.editor.lessons import STATE_WORDS
from tui.editor.model import words
from tui.editor.screens.bindings import bindings

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench


class Outline(Widget, can_focus=True):
    """The lines."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings("canvas")
    DEFAULT_CSS = "Outline { width: 1fr; height: 1fr; background: $background; }"

    def __init__(self) -> None:
        super().__init__()
        self._boxes: list[Node | Note] = []
        self._scene = Scene()
        self._lines: list[tuple[str, bool]] = []
        """Texts, and whether they are of the current box."""
        self._first = 0

    @property
    def _bench(self) -> Workbench:
        return cast("Workbench", self.screen)

    def show(self, scene: Scene) -> None:
        """Show a scene."""
        self._scene = scene
        self._boxes = [*scene.nodes, *scene.notes]
        self.retell()

    def retell(self) -> None:
        """Write the lines anew: another box is the current one."""
        width = max(20, self.size.width - 2)
        current = self._bench.current if self.is_attached else ""
        self._lines = []
        at = 0
        for number, box in enumerate(self._boxes, 1):
            is_current = box.id == current
            if is_current:
                at = len(self._lines)
            head = f"{number} of {len(self._boxes)}: {self._head(box)}"
            self._lines.append((f"{'>' if is_current else ' '} {head}", is_current))
            if is_current:
                for text in self._details(box):
                    self._lines += [(f"    {line}", True) for line in wrap(text, width - 4)]
        height = max(1, self.size.height)
        last = at + sum(is_current for _, is_current in self._lines) - 1
        self._first = min(max(self._first, last - height + 1), at)
        if self.has_focus:
            region = self.content_region
            self.app.cursor_position = Offset(region.x, region.y + at - self._first)
        self.refresh()

    def on_resize(self) -> None:
        """Wrap the lines anew."""
        self.retell()

    def on_focus(self) -> None:
        """Put the cursor on the current line."""
        self.retell()

    def go(self, step: int) -> None:
        """Go to another line."""
        keys = [box.id for box in self._boxes]
        if keys:
            current = self._bench.current
            at = keys.index(current) + step if current in keys else (0 if step > 0 else -1)
            self._bench.canvas.select(keys[min(max(at, -1), len(keys) - 1)])

    def _head(self, box: Node | Note) -> str:
        if isinstance(box, Note):
            return f"note: {harmless(box.text)}"
        parts = [f"{box.title}, {box.type.replace('_', ' ')}"]
        parts += [STATE_WORDS[box.state]] if box.state is not State.IDLE else []
        parts += [f"for each of {' and '.join(box.axes)}"] if box.axes else []
        parts += [badge.text for badge in box.badges]
        missing = [port.name for port in box.inlets if port.needed]
        parts += [f"needs {', '.join(missing)}"] if missing else []
        return "; ".join(parts)

    def _details(self, box: Node | Note) -> Iterator[str]:
        if isinstance(box, Note):
            return
        for wire in self._scene.wires:
            if wire.target == box.id:
                yield f"takes {wire.inlet} from {_name(wire.source)}, {wire.outlet}"
        for name, value in box.details:
            yield f"{name} is {value}"
        for port in box.outlets:
            users = [_name(w.target) for w in self._scene.wires
                     if w.source == box.id and w.outlet == port.name]  # fmt: skip
            to = f" to {', '.join(dict.fromkeys(users))}" if users else ", which nobody takes"
            yield f"gives {port.name}, {port.kind}{to}"
        for problem in self._bench.desk.problems.by_node.get(box.id, ()):
            yield f"{problem.severity}: {words(problem)}"

    def render_line(self, y: int) -> Strip:
        """Return one of the lines."""
        at = self._first + y
        text, is_current = self._lines[at] if at < len(self._lines) else ("", False)
        base = self.rich_style
        style = base + Style(bold=True) if is_current else base
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, base)

    def action_do(self, id: str) -> None:
        """Do an action of the registry."""
        self._bench.do(id)

    def on_click(self, event: events.Click) -> None:
        """Go to the line that was clicked."""
        at = self._first + event.y
        heads = [i for i, (text, _) in enumerate(self._lines[: at + 1]) if text[:3].strip(" >")]
        if at < len(self._lines) and heads:
            self._bench.canvas.select(self._boxes[len(heads) - 1].id)

    def on_paste(self, event: events.Paste) -> None:
        """Add nodes that were copied anywhere."""
        event.stop()
        self._bench.paste_text(event.text)


def _name(box: str) -> str:
    if box.startswith("inputs."):
        return f"input {box.removeprefix('inputs.')}"
    return f"output {box.removeprefix('output:')}" if box.startswith("output:") else box
