"""What the bars say: the keys that are of use here, and how the workflow stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.cli.words import count, seconds
from tui.editor.actions import actions
from tui.editor.canvas import Zoom
from tui.editor.commands import HELP, PALETTE, Offer, offers
from tui.editor.footers import Key, footer
from tui.editor.keynames import is_function, key_name
from tui.editor.screens.bars import Words

if TYPE_CHECKING:
    from tui.editor.screens.modes import Mode
    from tui.editor.screens.workbench import Workbench

_MANY = 100
"""With more boxes than this, it goes without saying that some are out of view."""
_NOTHING = (
    "node.add",
    "file.example",
    "file.open",
    "node.paste",
    "app.palette",
    "help.show",
    "app.quit",
)
_NO_SELECTION = (
    "node.add",
    "help.show",
    "app.palette",
    "find.search",
    "run.all",
    "edit.undo",
    "view.fit",
    "file.save",
    "node.paste",
    "view.inspector",
    "app.quit",
)
_NODE = (
    "node.add",
    "wire.connect",
    "node.edit",
    "node.delete",
    "run.here",
    "edit.undo",
    "help.show",
    "app.palette",
    "look.show",
    "wire.next",
    "node.rename",
    "node.copy",
    "node.duplicate",
    "node.disable",
    "canvas.move",
    "find.search",
    "file.save",
)
_WIRE = (
    "wire.insert",
    "wire.disconnect",
    "wire.next",
    "canvas.back",
    "edit.undo",
    "help.show",
    "app.palette",
)
_NOTE = ("note.write", "node.delete", "canvas.move", "edit.undo", "help.show", "app.palette")
_GROUP = ("group.fold", "node.rename", "group.remove", "edit.undo", "help.show", "app.palette")
_FORM = (
    "form.edit",
    "form.leave",
    "form.wire",
    "form.follow",
    "form.reset",
    "form.more",
    "form.toggle",
    "edit.undo",
    "help.show",
    "app.palette",
    "form.outside",
    "form.type",
    "form.expose",
    "file.save",
    "run.all",
)
CONTEXTS = (_NOTHING, _NO_SELECTION, _NODE, _WIRE, _NOTE, _GROUP, _FORM)
"""All that the bar of keys may show, of what can be done."""
_ENDINGS = {
    "done": ("✓ ran", "good"),
    "partial": ("◼ partly done", "warn"),
    "interrupted": ("◼ stopped", "warn"),
}
"""How runs end that do not fail, and the colour of that."""
_SOON = 1.0
"""Seconds; a run that is said to last shorter is not said to."""


def bar_keys(bench: Workbench) -> tuple[str, Sequence[Key]]:
    """Return the name of the mode, if there is one, and the keys that are of use now."""
    if bench.mode is not None:
        return bench.mode.name, _mode_keys(bench, bench.mode)
    if keys := _typing_keys(bench) or _pane_keys(bench):
        return "", keys
    mode = "extend" if bench.is_extending else ""
    names = (*(("run.stop",) if bench.runner.is_running else ()), *_context(bench))
    return mode, tuple(_key(bench, name) for name in names)


def _mode_keys(bench: Workbench, mode: Mode) -> Sequence[Key]:
    found = offers(bench)
    own = [each for each in found if each.owner is mode]
    return footer([*own, *_common(found)])


def _common(found: Sequence[Offer]) -> list[Offer]:
    return [each for each in found if each.command.id in (HELP.id, PALETTE.id)]


def _typing_keys(bench: Workbench) -> Sequence[Key]:
    """Return the keys of a text that is being typed in the form, which takes all letters."""
    area = bench.inspector.area
    if not area.has_focus:
        return ()
    found = offers(bench)
    own = [each for each in found if each.owner is area]
    common = [replace(each, keys=tuple(filter(is_function, each.keys))) for each in _common(found)]
    return footer([*own, *common])


def _pane_keys(bench: Workbench) -> Sequence[Key]:
    """Return the keys of the pane that has the focus; those of the form are the form's own."""
    if bench.canvas_has_keys or bench.inspector.has_focus_within:
        return ()
    found = offers(bench)
    own = [each for each in found if each.owner is not bench or each.command.id == "pane.leave"]
    return footer([*own, *_common(found)])


def _context(bench: Workbench) -> Sequence[str]:
    if bench.inspector.has_focus_within:
        return _FORM
    if not bench.desk.snapshot.nodes and not bench.current:
        return _NOTHING
    if bench.wire:
        return _WIRE
    if bench.current_note:
        return _NOTE
    if bench.current.endswith("/"):
        return _GROUP
    return _NODE if bench.current else _NO_SELECTION


def _key(bench: Workbench, name: str) -> Key:
    each = actions()[name]
    keys = bench.keys_of(each)
    if each.scope == "canvas" and not bench.canvas_has_keys:
        keys = [key for key in keys if key in each.keys_in("everywhere")] or keys
    return Key(
        key_name(keys[0]) if keys else "·", each.word or each.title, name, not each.why_not(bench)
    )


def status_words(bench: Workbench) -> tuple[Sequence[Words], Sequence[Words]]:
    """Return what stands above the canvas, at the left and at the right."""
    editing = bench.desk.editing
    name = editing.path.name if editing.path else "new workflow"
    left = [Words("▞", "soft"), Words(name, "name")]
    if editing.is_dirty:
        left.append(Words("● not saved", "warn", "file.save"))
    words = bench.desk.snapshot.data.get("description") or bench.desk.snapshot.data.get("name", "")
    left += [Words(f"· {words}", "soft")] if words else []
    draft = [Words("draft", "warn", "run.draft")] if bench.runner.draft else []
    return left, [*_where(bench), *_problems(bench), *draft, *_run(bench)]


def _where(bench: Workbench) -> list[Words]:
    words = [Words(count(len(bench.desk.snapshot.nodes), "node"), "soft")]
    selected = len(bench.desk.snapshot.selection)
    if selected > 1:
        words.append(Words(f"{selected} selected", "word"))
    if bench.outline is not None:
        return [*words, Words("as text", "soft")]
    zoom = {Zoom.FULL: "", Zoom.COMPACT: "compact", Zoom.DOT: "dots"}[bench.canvas.zoom]
    if selected <= 1 and bench.canvas.zoom is Zoom.DOT and bench.current and not bench.current_note:
        # A dot has no name.
        name = bench.current.removeprefix("output:").removesuffix("/")
        words.append(Words(name, "word", "canvas.centre"))
    hidden = _out_of_view(bench)
    words += [Words(f"{hidden} out of view", "soft", "view.fit")] if hidden else []
    return words + ([Words(zoom, "soft", "canvas.zoom-in")] if zoom else [])


def _out_of_view(bench: Workbench) -> int:
    """Return how many nodes of a graph that one might see whole are out of view."""
    ground = bench.canvas.ground
    if len(ground.cards) > _MANY:
        return 0
    seen = set(ground.within(bench.canvas.stage.camera.view))
    return sum(key in ground.cards and key not in seen for key in bench.desk.snapshot.nodes)


def _run(bench: Workbench) -> list[Words]:
    figures = bench.runner.figures
    if figures is None or not bench.runner.is_running:
        return _last_run(bench)
    words = [Words(f"▸ {figures.done}/{figures.total}{'' if figures.is_whole else '+'}", "run")]
    words.append(Words(seconds(figures.elapsed), "soft"))
    if figures.away:
        # How long that takes, nobody knows.
        words.append(Words(f"waiting for {figures.away}", "warn", "run.log"))
    elif figures.left is not None and figures.left >= _SOON:
        words.append(Words(f"{seconds(figures.left)} left", "soft"))
    elif figures.over >= _SOON:
        words.append(Words(f"{seconds(figures.over)} longer than usual", "soft"))
    if figures.spent_in_words:
        words.append(Words(figures.spent_in_words, "warn"))
    return words


def _last_run(bench: Workbench) -> list[Words]:
    """Return how the last run ended, for whoever was away."""
    report, figures = bench.runner.report, bench.runner.figures
    if report is None:
        return []
    words, tone = _ENDINGS.get(report.status, ("✗ failed", "bad"))
    failed = report.counts.get("failed", 0)
    told = [Words(f"✗ {failed} failed" if failed else words, tone, "run.log")]
    told.append(Words(seconds(report.seconds), "soft", "run.log"))
    paid = figures.spent_in_words if figures else ""
    return told + ([Words(paid, "warn", "run.log")] if paid else [])


def _problems(bench: Workbench) -> list[Words]:
    problems = bench.desk.problems
    if problems.revision < 0:
        return [Words("checking", "soft")]
    if problems.errors:
        return [Words(f"✗ {count(problems.errors, 'problem')}", "bad", "view.problems")]
    if problems.warnings:
        return [Words(f"! {count(problems.warnings, 'warning')}", "warn", "view.problems")]
    return [Words("✓ no problems", "good")] if bench.desk.snapshot.nodes else []
