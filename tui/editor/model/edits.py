"""All edits of a workflow, each a function from a snapshot to a `Change`.

They are written down by subject: `nodes`, `wires`, `deleting`, `clipboard`, `furniture` (what
stands on the canvas only), `interface` (inputs, outputs, title) and `takes`.
"""

from __future__ import annotations

from tui.editor.model.clipboard import copy_nodes, duplicate, paste
from tui.editor.model.deleting import delete_nodes
from tui.editor.model.furniture import (
    add_note,
    change_note,
    group,
    move,
    move_group,
    regroup,
    remove_group,
    remove_note,
    unpin,
)
from tui.editor.model.interface import (
    add_input,
    expose,
    remove_input,
    remove_output,
    rename_output,
    set_description,
    set_output,
    set_title,
)
from tui.editor.model.nodes import (
    add_node,
    remove_value,
    rename_input,
    rename_node,
    set_disabled,
    set_field,
    set_parameter,
    set_value,
    unset_parameter,
)
from tui.editor.model.picks import pick_for_item
from tui.editor.model.takes import pick_take, set_takes
from tui.editor.model.wires import connect, disconnect, insert_node

__all__ = (
    "add_input",
    "add_node",
    "add_note",
    "change_note",
    "connect",
    "copy_nodes",
    "delete_nodes",
    "disconnect",
    "duplicate",
    "expose",
    "group",
    "insert_node",
    "move",
    "move_group",
    "paste",
    "pick_for_item",
    "pick_take",
    "regroup",
    "remove_group",
    "remove_input",
    "remove_note",
    "remove_output",
    "remove_value",
    "rename_input",
    "rename_node",
    "rename_output",
    "set_description",
    "set_disabled",
    "set_field",
    "set_output",
    "set_parameter",
    "set_takes",
    "set_title",
    "set_value",
    "unpin",
    "unset_parameter",
)
