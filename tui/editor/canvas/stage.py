"""A canvas without a terminal: scene, zoom, camera, selection and highlights, and what they draw.

The widget turns events into calls of a stage and asks it for lines; everything else can be tested
without an application.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Literal

from textual.strip import Strip

from tui.drawing.layout import Frame, Layout, Link
from tui.editor.canvas import navigate
from tui.editor.canvas.camera import Camera
from tui.editor.canvas.drafting import Draft, make_draft, restate
from tui.editor.canvas.faces import PortLooks
from tui.editor.canvas.folding import fold
from tui.editor.canvas.ground import Ground, Hit, overlap
from tui.editor.canvas.painter import Painter, Patch
from tui.editor.canvas.palette import DARK, Palette
from tui.editor.canvas.scene import Place, PortRef, Scene, State, Zoom
from tui.editor.canvas.settling import Task, to_full

Trace = Literal["none", "wires", "up", "down", "both"]
"""Which wires of the selection are highlighted: none, its own, all it needs, all that needs it."""

_SEARCHES = (3, 9)
"""How many views wide the next node is looked for, before all are looked at."""


class Stage:
    """All that a canvas shows, and where it looks at it."""

    def __init__(self, palette: Palette = DARK) -> None:
        self.camera = Camera()
        self.zoom = Zoom.FULL
        self.is_roomy = False
        """Whether compact boxes are wide enough for their types."""
        self.selected: frozenset[str] = frozenset()
        self.current = ""
        """The node, note or group that was selected last."""
        self.trace: Trace = "wires"
        self.patches: dict[int, list[Patch]] = {}
        """What is drawn over the canvas for a moment, by row."""
        self.running: frozenset[str] = frozenset()
        self._scene = Scene()
        self._drafts: dict[Zoom, tuple[Draft, Ground]] = {}
        self._pending: Draft | None = None
        self._marked: frozenset[str] = frozenset()
        self.is_steered = False
        """Whether somebody has moved the camera away from where it was put to show most."""
        self.is_led = False
        """Whether it was moved last to follow the selection, which then stays in view."""
        self._is_new = True
        empty = make_draft(self._scene, self.zoom)
        self.ground = Ground(self._scene, self.zoom, {}, empty.wiring, Layout(0, 0, {}, {}))
        self.painter = Painter(self.ground, palette)

    # -- scenes ---------------------------------------------------------------------------------

    @property
    def scene(self) -> Scene:
        """The scene that was shown last, with its groups folded."""
        return self._scene

    def offer(
        self, scene: Scene, zoom: Zoom | None = None, *, is_roomy: bool | None = None
    ) -> Task | None:
        """Take over a scene or a zoom.

        Args:
            scene: The scene.
            zoom: How much is shown; as before if None.
            is_roomy: Whether compact boxes are wide enough for their types; as before if None.

        Returns:
            The layout that has to be made before it can be seen, or None if it is seen already.
        """
        self._scene = fold(scene)
        self.running = frozenset(n.id for n in self._scene.nodes if n.state is State.RUNNING)
        wanted = self.zoom if zoom is None else zoom
        roomy = self.is_roomy if is_roomy is None else is_roomy
        roomy &= wanted is Zoom.COMPACT
        known = self._drafts.get(wanted)
        if known is not None and known[0].is_roomy is roomy:
            draft, ground = known
            change = restate(draft, self._scene)
            if change is not None:
                self._pending = None
                self._refresh(draft, ground, change.nodes)
                nets = {ground.nets[link.source, link.outlet] for link in change.links}
                if ground is self.ground:
                    self.painter.drop_nets(nets)
                else:
                    self._enter(ground)
                return None
        draft = make_draft(self._scene, wanted, known[0] if known else None, is_roomy=roomy)
        near = {key: at[1] for key, at in known[1].layout.places.items()} if known else {}
        if known:
            near |= {key: frame.y for key, frame in known[1].layout.frames.items()}
        draft.task = replace(draft.task, near=near)
        self._pending = draft
        return draft.task

    def forget(self) -> None:
        """Let the next layout be made afresh, whatever stood where before."""
        self._drafts.clear()

    def _refresh(self, draft: Draft, ground: Ground, nodes: Collection[str]) -> None:
        ground.scene = self._scene
        ground.cards.update((key, draft.cards[key]) for key in nodes)
        if ground is self.ground:
            self.painter.drop_boxes(nodes)

    def build(self, task: Task, layout: Layout) -> Ground | None:
        """Return the ground for a finished layout; None if it is no longer wanted."""
        draft = self._pending
        if draft is None or draft.task is not task:
            return None
        return Ground(draft.scene, draft.zoom, draft.cards, draft.wiring, layout)

    def install(self, task: Task, ground: Ground) -> bool:
        """Show a ground that `build` has made; tell whether it was still wanted."""
        draft = self._pending
        if draft is None or draft.task is not task:
            return False
        self._pending = None
        self._drafts[draft.zoom] = (draft, ground)
        if draft.zoom is Zoom.COMPACT:
            self.is_roomy = draft.is_roomy
        self._enter(ground)
        return True

    def _enter(self, ground: Ground) -> None:
        old, self.ground = self.ground, ground
        self.zoom = ground.zoom
        gone = {key for key in self.selected if not ground.has(key)}
        self.selected -= gone
        if self.current in gone:
            self.current = next(iter(sorted(self.selected)), "")
        looks = self.painter.looks
        self.painter.looks = replace(looks, selected=self.selected, hovered="", lit=frozenset())
        self.painter.use(ground, self.painter.palette)
        self._light()
        if self._is_new:
            self._is_new = not ground.cards
            self.home()
        else:
            self._hold_still(old, ground)

    def _hold_still(self, old: Ground, new: Ground) -> None:
        """Move the camera so that what one looks at stays where it is on the screen."""
        view = self.camera.view
        anchor = self.current if self.current and old.has(self.current) else ""
        if not anchor or not new.has(anchor) or not overlap(old.frame(anchor), view):
            seen = [key for key in old.within(view) if key in new.cards]
            if not seen:
                self.camera = self.camera.clamped(new.bounds())
                return
            middle = (view.x + view.width // 2, view.y + view.height // 2)
            anchor = min(seen, key=lambda key: _away(old.frame(key), middle))
        before, after = old.frame(anchor), new.frame(anchor)
        dx = after.x + after.width // 2 - (before.x + before.width // 2)
        dy = after.y + after.height // 2 - (before.y + before.height // 2)
        if old.zoom is new.zoom:
            dx, dy = after.x - before.x, after.y - before.y
            self.camera = self.camera.moved(dx, dy).clamped(new.bounds())
        else:
            self.camera = self.camera.moved(dx, dy).snug(new.bounds())

    # -- camera ---------------------------------------------------------------------------------

    def resize(self, width: int, height: int) -> None:
        """Take over the size of the window."""
        if (width, height) != (self.camera.width, self.camera.height):
            self.camera = self.camera.resized(width, height).clamped(self.ground.bounds())
            self.painter.drop_all()
            if self.is_led:
                self.reveal(self.current)
            elif not self.is_steered:
                self.home()

    def look_again(self, at: Place, size: Place) -> None:
        """Look at what was seen another time: its middle, and little that is empty.

        Args:
            at: The cell that was at the top left.
            size: Columns and rows that were seen; none where that is not known.
        """
        camera = self.camera
        if size == (camera.width, camera.height):
            self.look_at(camera.at(*at))
            return
        seen = Camera(*at, *size) if all(size) else camera.at(*at)
        self.look_at(seen.resized(camera.width, camera.height).snug(self.ground.bounds()))
        self.reveal(self.current)

    def look_at(self, camera: Camera) -> bool:
        """Move the camera; tell whether it moved."""
        moved = self._move(camera)
        if moved:
            self.is_steered, self.is_led = True, False
        return moved

    def _move(self, camera: Camera) -> bool:
        camera = camera.clamped(self.ground.bounds())
        if camera == self.camera:
            return False
        self.camera = camera
        self.painter.touched = None
        return True

    def home(self) -> None:
        """Look at everything if it fits, else at its beginning; and again at other sizes."""
        self._go_home()
        self.is_steered = self.is_led = False

    def _go_home(self) -> None:
        bounds = self.ground.bounds()
        if self.camera.holds(bounds):
            self.look_at(self.camera.centred(bounds))
            return
        frames = self.frames()
        first = navigate.outermost(frames, "left")
        if first:
            middle = self.camera.centred(frames[first])
            x = bounds.x - 3 if bounds.width > self.camera.width else self.camera.centred(bounds).x
            y = middle.y if bounds.height > self.camera.height else self.camera.centred(bounds).y
            self.look_at(self.camera.at(x, y))

    def reveal(self, key: str) -> bool:
        """Move the camera as little as shows a node; tell whether it moved."""
        camera, ground = self.camera, self.ground
        if not ground.has(key) or camera.shows(ground.bounds()):
            return False
        if camera.shows(ground.bounds_of_nodes) and camera.shows(ground.frame(key)):
            return False
        moved = self._move(camera.showing(ground.frame(key)))
        self.is_led |= moved
        return moved

    # -- selection ------------------------------------------------------------------------------

    def select(self, keys: Iterable[str], current: str = "") -> bool:
        """Select nodes, notes and groups; tell whether that changed anything."""
        chosen = frozenset(key for key in keys if self.ground.has(key))
        current = current if current in chosen else next(iter(sorted(chosen)), "")
        changed = chosen != self.selected or current != self.current
        self.painter.drop_boxes(chosen ^ self.selected)
        self.selected, self.current = chosen, current
        self.painter.looks.selected = chosen
        self._light()
        return changed

    def _light(self) -> None:
        """Highlight the wires of the selection."""
        nets = self.ground.nets
        wiring = self.ground.wiring
        links: set[Link] = set()
        if self.trace == "wires":
            for key in self.selected:
                links.update(wiring.into.get(key, ()))
                links.update(wiring.out_of.get(key, ()))
        elif self.trace != "none":
            up, down = self.trace in ("up", "both"), self.trace in ("down", "both")
            _, links = navigate.trace(wiring, self.selected, up=up, down=down)
        self.light({nets[link.source, link.outlet] for link in links})

    def light(self, nets: Collection[int]) -> None:
        """Highlight nets, and no others."""
        looks = self.painter.looks
        lit = frozenset(nets)
        changed = lit ^ looks.lit
        looks.lit = lit
        if changed:
            self.painter.drop_nets(changed)

    # -- other looks ----------------------------------------------------------------------------

    def hover(self, key: str) -> None:
        """Mark the box under the mouse."""
        looks = self.painter.looks
        if key != looks.hovered:
            self.painter.drop_boxes({key, looks.hovered})
            looks.hovered = key

    def match(self, keys: Iterable[str]) -> None:
        """Mark what a search has found."""
        looks = self.painter.looks
        found = frozenset(keys)
        self.painter.drop_boxes(found ^ looks.matches)
        looks.matches = found

    def mark_ports(self, labels: Mapping[PortRef, str], fits: Mapping[PortRef, bool]) -> None:
        """Draw jump labels on ports, and which ports would take the wire that is drawn."""
        looks = self.painter.looks
        marked = frozenset(ref.node for ref in (*labels, *fits))
        looks.ports = PortLooks(dict(labels), dict(fits))
        self.painter.drop_boxes(marked | self._marked)
        self._marked = marked

    def tick(self) -> None:
        """Move what runs, where it is in view."""
        looks = self.painter.looks
        looks.tick += 1
        for key in self.ground.within(self.camera.view) if self.running else ():
            if key in self.running:
                frame = self.ground.frame(key)
                sign = 0 if self.zoom is Zoom.DOT else 2
                self.painter.drop_area(Frame(frame.x + sign, frame.y, 1, 1))

    def is_moving(self) -> bool:
        """Whether anything in view runs."""
        return bool(self.running) and any(
            key in self.running for key in self.ground.within(self.camera.view)
        )

    def set_palette(self, palette: Palette) -> None:
        """Draw in other colours."""
        self.painter.use(self.ground, palette)

    def patch(self, patches: dict[int, list[Patch]]) -> None:
        """Draw something over the canvas for a moment, in place of what was there before."""
        for y in {*patches, *self.patches}:
            if patches.get(y) != self.patches.get(y) and self.painter.touched is not None:
                self.painter.touched.append(Frame(self.camera.x, y, self.camera.width, 1))
        self.patches = patches

    # -- queries --------------------------------------------------------------------------------

    def line(self, row: int) -> Strip:
        """Return a line of the window."""
        camera = self.camera
        y = camera.y + row
        return self.painter.line(camera.x, y, camera.width, self.patches.get(y, ()))

    def at(self, x: int, y: int) -> Hit:
        """Return what is at a cell of the window."""
        return self.ground.at(self.camera.x + x, self.camera.y + y)

    def place_at(self, x: int, y: int) -> Place:
        """Return a cell of the window as a place of a scene."""
        return to_full(self.zoom, (self.camera.x + x, self.camera.y + y))

    def frames(self, area: Frame | None = None) -> dict[str, Frame]:
        """Return the boxes, or those that an area touches."""
        keys = self.ground.cards if area is None else self.ground.within(area)
        return {key: self.ground.frame(key) for key in keys}

    def neighbour(self, direction: navigate.Direction) -> str | None:
        """Return the nearest box in a direction from the current one."""
        if not self.ground.has(self.current):
            view = self.frames(self.camera.view) or self.frames()
            return navigate.outermost(view, "left")
        start = self.ground.frame(self.current)
        camera = self.camera
        near = [
            Frame(
                start.x - camera.width * far // 2,
                start.y - camera.height * far // 2,
                camera.width * far,
                camera.height * far,
            )
            for far in _SEARCHES
        ]
        for area in (*near, None):
            frames = self.frames(area)
            frames.pop(self.current, None)
            found = navigate.neighbour(frames, start, direction)
            if found:
                return found
        return None


def scaled_places(zoom: Zoom, places: Mapping[str, Place]) -> dict[str, Place]:
    """Return cells of a zoom as places of a scene."""
    return {key: to_full(zoom, at) for key, at in places.items()}


def _away(frame: Frame, middle: Place) -> int:
    x, y = frame.x + frame.width // 2, frame.y + frame.height // 2
    return abs(x - middle[0]) + 2 * abs(y - middle[1])
