"""A graph drawn in the terminal, to look at, move about in and point at.

The canvas knows boxes, ports, wires and states; it knows neither engine nor documents. A host makes
a `Scene` from what it has, calls `Canvas.show(scene)` after each change, and listens to messages:

    canvas = Canvas(palette=DARK, compatible=may_join)   # may_join(outlet, inlet) -> bool
    canvas.show(scene)

- A `Scene` is plain immutable data. Nodes that did not change should be the same objects as
  before; then an update that changes only states draws a few rows anew. Boxes stand where
  `Scene.places` says, the others are laid out. Layouts of more than a few hundred boxes are made in
  a thread, while the old picture stays; `LayoutReady` says when the new one is seen.
- `canvas.zoom`, `camera`, `pan`, `fit`, `centre`, `reveal`: where it looks. `select(*ids)`,
  `selected`, `current`; `trace` says which wires of the selection are highlighted; `follows`
  whether what is selected by key is brought into view; `locked` that nothing can be dragged.
- `mark_matches`, `label_ports`, `mark_fits`, `mark_insertion`, `mark_wire` draw search results,
  jump labels, fitting ports, the place to insert a node, one wire. `visible_ports()` gives what
  can be labelled.
- Keys are bindings with ids (`canvas.left`, ...), so a keymap can change them; each has an action:
  `go`, `along`, `next`, `pan`, `page`, `zoom`, `fit`, `centre`, `activate`.
- Mouse: drag on empty ground pans, with shift draws a band; a drag of a box moves it
  (`NodesMoved`), one from a port draws a wire (`ConnectionDropped`); the wheel pans, with shift
  sideways, with control it zooms; the right button asks for a menu (`ContextRequested`).
- `Minimap(canvas)` is a second widget, to be put beside the canvas, never over it.
- `Stage` is the same canvas without a terminal, for tests and for text renderings; the functions of
  `tui.editor.canvas.navigate` are the pure ways from node to node.
- `QuietGarbage` keeps the garbage collector from making frames late.
"""

from __future__ import annotations

from tui.editor.canvas.arranging import Arranger, ThreadArranger
from tui.editor.canvas.garbage import QuietGarbage
from tui.editor.canvas.ground import Ground, Hit
from tui.editor.canvas.messages import (
    CameraMoved,
    CanvasMessage,
    ConnectionDropped,
    ContextRequested,
    EmptyPressed,
    GroupPressed,
    HoverChanged,
    LayoutReady,
    NodeActivated,
    NodeSelected,
    NodesMoved,
    PortPressed,
    WireSelected,
)
from tui.editor.canvas.minimap import Minimap
from tui.editor.canvas.palette import (
    CONTRAST,
    DARK,
    KIND_LETTERS,
    LIGHT,
    PALETTES,
    PLAIN,
    STATE_SIGNS,
    TASK_SIGNS,
    Palette,
)
from tui.editor.canvas.scene import (
    Badge,
    Flow,
    Group,
    Node,
    Note,
    Place,
    Port,
    PortRef,
    Scene,
    State,
    Tone,
    Wire,
    WireRef,
    Zoom,
    wire_ref,
)
from tui.editor.canvas.stage import Stage, Trace
from tui.editor.canvas.widget import Canvas

__all__ = [
    "CONTRAST",
    "DARK",
    "KIND_LETTERS",
    "LIGHT",
    "PALETTES",
    "PLAIN",
    "STATE_SIGNS",
    "TASK_SIGNS",
    "Arranger",
    "Badge",
    "CameraMoved",
    "Canvas",
    "CanvasMessage",
    "ConnectionDropped",
    "ContextRequested",
    "EmptyPressed",
    "Flow",
    "Ground",
    "Group",
    "GroupPressed",
    "Hit",
    "HoverChanged",
    "LayoutReady",
    "Minimap",
    "Node",
    "NodeActivated",
    "NodeSelected",
    "NodesMoved",
    "Note",
    "Palette",
    "Place",
    "Port",
    "PortPressed",
    "PortRef",
    "QuietGarbage",
    "Scene",
    "Stage",
    "State",
    "ThreadArranger",
    "Tone",
    "Trace",
    "Wire",
    "WireRef",
    "WireSelected",
    "Zoom",
    "wire_ref",
]
