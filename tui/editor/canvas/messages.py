"""What a canvas tells its host, which then changes its graph and shows a new scene."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.message import Message

from tui.editor.canvas.ground import Hit
from tui.editor.canvas.scene import Place, PortRef, WireRef, Zoom

if TYPE_CHECKING:
    from tui.editor.canvas.widget import Canvas


class CanvasMessage(Message, namespace="canvas"):
    """Something that a person did on a canvas."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.canvas = canvas

    @property
    def control(self) -> Canvas:
        """The canvas, for `@on(..., selector)`."""
        return self.canvas


class NodeSelected(CanvasMessage, namespace="canvas"):
    """Other nodes, notes or groups are selected than before; maybe none."""

    def __init__(self, canvas: Canvas, selected: frozenset[str], current: str) -> None:
        super().__init__(canvas)
        self.selected = selected
        self.current = current
        """The one that was selected last; empty if none."""


class NodeActivated(CanvasMessage, namespace="canvas"):
    """A node was double-clicked, or enter was pressed on it."""

    def __init__(self, canvas: Canvas, node: str) -> None:
        super().__init__(canvas)
        self.node = node


class NodesMoved(CanvasMessage, namespace="canvas"):
    """Boxes were dragged to new places."""

    def __init__(self, canvas: Canvas, places: Mapping[str, Place]) -> None:
        super().__init__(canvas)
        self.places = places
        """As in `Scene.places`."""


class PortPressed(CanvasMessage, namespace="canvas"):
    """A port was clicked."""

    def __init__(self, canvas: Canvas, port: PortRef) -> None:
        super().__init__(canvas)
        self.port = port


class ConnectionDropped(CanvasMessage, namespace="canvas"):
    """A wire was drawn from a port, and let go."""

    def __init__(
        self, canvas: Canvas, start: PortRef, end: PortRef | None, fits: bool, at: Place
    ) -> None:
        super().__init__(canvas)
        self.start = start
        self.end = end
        """The port that it was let go on; None on anything else."""
        self.fits = fits
        """What `compatible` said of the two."""
        self.at = at
        """Where, as in `Scene.places`."""


class WireSelected(CanvasMessage, namespace="canvas"):
    """A wire was clicked."""

    def __init__(self, canvas: Canvas, wires: tuple[WireRef, ...]) -> None:
        super().__init__(canvas)
        self.wires = wires
        """Several where it is a net with several ends."""


class GroupPressed(CanvasMessage, namespace="canvas"):
    """The title of a group's frame was clicked twice: it is to be folded or unfolded."""

    def __init__(self, canvas: Canvas, group: str) -> None:
        super().__init__(canvas)
        self.group = group


class EmptyPressed(CanvasMessage, namespace="canvas"):
    """Empty ground was clicked."""

    def __init__(self, canvas: Canvas, at: Place, *, twice: bool) -> None:
        super().__init__(canvas)
        self.at = at
        """As in `Scene.places`."""
        self.twice = twice


class ContextRequested(CanvasMessage, namespace="canvas"):
    """The right mouse button was pressed on something."""

    def __init__(self, canvas: Canvas, hit: Hit, at: Place, screen: Place) -> None:
        super().__init__(canvas)
        self.hit = hit
        self.at = at
        """As in `Scene.places`."""
        self.screen = screen
        """Cell of the screen, for a menu."""


class HoverChanged(CanvasMessage, namespace="canvas"):
    """The mouse is over something else."""

    def __init__(self, canvas: Canvas, hit: Hit) -> None:
        super().__init__(canvas)
        self.hit = hit


class CameraMoved(CanvasMessage, namespace="canvas"):
    """Another part of the drawing is in view, or at another zoom."""

    def __init__(self, canvas: Canvas, at: Place, zoom: Zoom) -> None:
        super().__init__(canvas)
        self.at = at
        self.zoom = zoom


class LayoutReady(CanvasMessage, namespace="canvas"):
    """A new layout is drawn."""
