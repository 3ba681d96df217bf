"""Typing names: of nodes, groups, inputs and outputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Mapping
from typing import TYPE_CHECKING, Any

from engine.references import Reference
from tui.editor.desk import sentences
from tui.editor.model import Refused, edits
from tui.editor.model.data import MISSING
from tui.editor.model.names import ensure_free, free_id
from tui.editor.sketch import INPUT, OUTPUT

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_INPUT_TYPES = (
    ("text", "a text"), ("integer", "a whole number"), ("number", "a number"),
    ("boolean", "yes or no"), ("image", "a picture"), ("video", "a film"), ("audio", "a sound"),
    ("file", "any file"), ("list[text]", "texts: one run of a node for each"),
    ("list[image]", "pictures"), ("list[video]", "films"), ("list[audio]", "sounds"),
)  # fmt: skip


def rename(bench: Workbench) -> None:
    """Ask for another name of what is selected."""
    current, data = bench.current, bench.desk.snapshot.data
    if bench.desk.current:
        _rename_node(bench, bench.desk.current)
    elif current.startswith(INPUT):
        old = current.removeprefix(INPUT)
        _ask(bench, "input", old, data["inputs"], lambda s, new: edits.rename_input(s, old, new))
    elif current.startswith(OUTPUT):
        name = current.removeprefix(OUTPUT)
        _ask(bench, "output", name, data["outputs"],
             lambda s, new: edits.rename_output(s, name, new))  # fmt: skip
    elif bench.current_group:
        bench.do("group.rename")
    elif bench.current_note:
        bench.do("note.write")


def _rename_node(bench: Workbench, old: str) -> None:
    taken = bench.desk.snapshot.nodes
    _ask(bench, "node", old, taken, lambda s, new: edits.rename_node(s, old, new))


def _ask(
    bench: Workbench, what: str, old: str, taken: Container[str], change: Callable[..., object]
) -> None:
    from tui.editor.dialogs.prompt import Prompt

    def renamed(new: str) -> None:
        if new != old:
            bench.desk.edit(lambda s: change(s, new))  # type: ignore[arg-type,return-value]

    bench.ask(
        Prompt(f"Rename {old}", old, wrong=wrong_name(taken, what), at=bench.place_on_screen()),
        renamed,
    )


def wrong_name(taken: Container[str], what: str) -> Callable[[str], str]:
    """Return a function that gives what is wrong with a name; empty if nothing is."""

    def wrong(name: str) -> str:
        try:
            ensure_free(name, taken, what, is_node=what == "node")
        except Refused as refused:
            return sentences(refused)
        return ""

    return wrong


_PLAIN: Mapping[str, tuple[type, ...]] = {
    "integer": (int,), "number": (int, float), "boolean": (bool,),
}  # fmt: skip


def given_input(text: str, kind: str) -> tuple[str, Any]:
    """Return the name and the default of an input that were typed as `NAME = DEFAULT`.

    Raises:
        ValueError: The default is none of that type.
    """
    name, sign, given = (part.strip() for part in text.partition("="))
    if not sign:
        return name, MISSING
    if kind not in _PLAIN:
        return name, given
    value = json.loads(given)
    if type(value) not in _PLAIN[kind]:
        raise ValueError(f"{given} is no {kind}")
    return name, value


def wrong_input(text: str, kind: str, taken: Container[str]) -> str:
    """Return what is wrong with the name and the default of a new input; empty if nothing is."""
    if "=" in text and kind.startswith("list["):
        return f"A default of {kind} is given in the form of the input."
    try:
        name, _ = given_input(text, kind)
    except ValueError:
        return f"The default is to be of type {kind}."
    return wrong_name(taken, "input")(name)


def add_input(bench: Workbench) -> None:
    """Ask for the type and the name of a new input."""
    from tui.editor.canvas.palette import kind_letter
    from tui.editor.dialogs.choices import Choice
    from tui.editor.dialogs.picker import Picker
    from tui.editor.dialogs.prompt import Prompt

    palette = bench.canvas.palette

    def typed(kind: str) -> None:
        taken = bench.desk.snapshot.data.get("inputs", {})
        name = free_id(kind.removeprefix("list[").removesuffix("]"), taken)

        def named(text: str) -> None:
            name, default = given_input(text, kind)
            if bench.desk.edit(lambda s: edits.add_input(s, name, kind, default=default)):
                bench.go_to_later(f"{INPUT}{name}")

        bench.ask(
            Prompt("Name of the input", name, help="NAME, or NAME = DEFAULT",
                   wrong=lambda text: wrong_input(text, kind, taken)),
            named,
        )  # fmt: skip

    def base(kind: str) -> str:
        return kind.removeprefix("list[").removesuffix("]")

    choices = [
        Choice(kind, kind, words, sign=kind_letter(base(kind)), color=palette.kind(base(kind)))
        for kind, words in _INPUT_TYPES
    ]
    bench.ask(Picker("Type of the new input", choices), typed)


def add_output(bench: Workbench) -> None:
    """Ask for the name of a new output."""
    from tui.editor.actions.wires import pick_outlet
    from tui.editor.dialogs.prompt import Prompt

    def picked(source: Reference) -> None:
        taken = bench.desk.snapshot.data.get("outputs", {})
        wrong = wrong_name(taken, "output")
        name = free_id(source.node if not source.is_input else source.port, taken)
        bench.ask(
            Prompt("Name of the output", name, wrong=wrong,
                   help="A run writes its files under this name."),
            lambda name: bench.desk.edit(lambda s: edits.set_output(s, name, source)),
        )  # fmt: skip

    pick_outlet(bench, "output", picked)
