"""The pane beside the canvas: the form of what is selected, and all that is done in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from textual import on, work
from textual.message import Message
from textual.widget import Widget

from tui.editor.desk import Desk
from tui.editor.forms import items
from tui.editor.forms.commands import BY_ID
from tui.editor.forms.form import Form
from tui.editor.forms.keystates import KeyStates
from tui.editor.forms.modelnotes import providers_in, with_model_notes
from tui.editor.forms.pane import FormPane
from tui.editor.forms.rows import Row, Sheet
from tui.editor.forms.sheets import INPUT, sheet_of
from tui.editor.forms.subject import followed
from tui.editor.forms.values import stepped, to_text
from tui.editor.model import MISSING, Problems, Snapshot, edits
from tui.editor.model.data import Data
from tui.editor.model.names import free_id

MakePreview = Callable[[Path], Widget | None]
"""Makes a widget that shows a file; None for one that cannot be shown."""


class Inspector(FormPane):
    """The form of the selected nodes, or of the workflow where none is selected.

    Args:
        desk: What is open.
        preview: Shows files in the file picker.
        roots: Folders besides the workflow's that files may be chosen from.
    """

    class Left(Message):
        """The person wants to go back to the canvas."""

    def __init__(
        self, desk: Desk, *, preview: MakePreview | None = None, roots: Sequence[Path] = ()
    ) -> None:
        super().__init__(desk)
        self._preview = preview
        self._roots = roots
        self._keys = KeyStates(desk.keys)
        self._target = ""
        self._came_from: list[tuple[str, str]] = []
        """The forms that led to this one, each with its row."""
        self._opened: set[str] = set()
        self._selection = desk.snapshot.selection
        self._seen = desk.snapshot.data
        """The workflow that the form is of."""
        self._losses = 0
        """How often what the form was for has gone."""
        self._is_stale = False
        """Whether the form is of an earlier state, as nobody sees it or the canvas comes first."""

    def on_mount(self) -> None:
        """Follow the desk."""
        desk = self.desk
        self._ends = [
            desk.edited.subscribe(self._edited),
            desk.selected.subscribe(self._selected),
            desk.checked.subscribe(self._checked),
        ]
        self.watch(self.screen, "focused", self.catch_up, init=False)
        self.renew()

    @work(thread=True)
    def _look_for_keys(self, providers: Sequence[str]) -> None:
        self._keys.look(providers)
        self.app.call_from_thread(self.renew)

    def on_unmount(self) -> None:
        """Follow the desk no longer."""
        for end in self._ends:
            end()

    # -- what is shown -------------------------------------------------------------------------

    @property
    def target(self) -> str:
        """What the form is for, where that is no selected node: `inputs.NAME`, `note:NAME`, ..."""
        return self._target

    def show(self, target: str = "") -> None:
        """Show the form of something besides the selected nodes; without one, follow these."""
        if target != self._target:
            self.finish()
            self._target = target
            self._follow()

    def edit(self, name: str) -> bool:
        """Begin to edit a parameter of the node that is shown; tell whether there is one."""
        row = self.sheet.row(f"inputs.{name}") or self.sheet.row(name)
        if row is None:
            return False
        self.screen.set_focus(self.form)
        self.form.go_to(row.key)
        self.do("form.edit")
        return True

    @property
    def sheet(self) -> Sheet:
        """The form as data."""
        self.catch_up()
        return self.form.sheet

    def renew(self) -> None:
        """Make the form anew from the workflow's present state."""
        if not all(each.display for each in self.ancestors_with_self if isinstance(each, Widget)):
            self._is_stale = True
            return
        self._is_stale = False
        sheet = sheet_of(self.desk.snapshot, self._target, self.desk.problems, self._opened)
        self.form.show(with_model_notes(sheet, self.desk.snapshot, self._keys))
        # Only those that are in sight, as a keyring may ask the person.
        if unasked := self._keys.unasked(providers_in(sheet)):
            self._look_for_keys(unasked)
        self.tell()

    def _follow(self) -> None:
        """Show another form: at once to who is in it, otherwise when the canvas has been drawn.

        Of forms that are wanted in quick succession only the last one is made.
        """
        if self.has_focus_within:
            self.renew()
        elif not self._is_stale:
            self._is_stale = True
            self.call_after_refresh(self.catch_up)

    def catch_up(self) -> None:
        """Make the form anew if it is of an earlier state."""
        if self._is_stale:
            self.renew()

    def on_show(self) -> None:
        """Catch up with what happened while nobody saw this pane."""
        self.catch_up()

    @property
    def subject(self) -> tuple[str, ...]:
        """What the form is for: its target, or the selected nodes; empty for the workflow."""
        return (self._target,) if self._target else self._selection

    def _keep_subject(self, data: Data) -> None:
        """Go on with what the form is for under its new name; where it is gone, leave the form."""
        before, self._seen = self._seen, data
        names = {each: followed(before, data, each) for each in self.subject}
        if all(old == new for old, new in names.items()):
            return
        left = tuple(filter(None, names.values()))
        if not left:
            self._lose()
        for (target, key), draft in list(self._drafts.items()):
            if new := names.get(target):
                self._drafts[new, key] = draft
        if self._target:
            self._target = "".join(left)
        else:
            self._selection = left

    def _lose(self) -> None:
        """Let no key that is meant for what is gone go to the form that comes in its place."""
        focused = self.screen.focused
        self._losses += 1
        self._came_from.clear()
        self.give_up()
        if focused is not None and self in focused.ancestors_with_self:
            self.screen.set_focus(None)
            self.post_message(self.Left())

    def _edited(self, snapshot: Snapshot) -> None:
        self._keep_subject(snapshot.data)
        self.renew()
        if self.is_typing:
            self.follow_text()

    def _selected(self, selection: tuple[str, ...]) -> None:
        if selection != self._selection:
            self._selection = selection
            self.finish()
            self._target = ""
            self._came_from.clear()
            self._follow()

    def _checked(self, problems: Problems) -> None:
        self.renew()

    # -- commands ------------------------------------------------------------------------------

    def why_not(self, command: str) -> str:
        """Return why a command cannot be done now; empty if it can."""
        self.catch_up()
        row = self.form.current
        if row is None:
            return "" if command == "form.leave" else "There is no field here."
        return BY_ID[command].why_not(row)

    def do(self, command: str) -> None:
        """Do a command with the current row, or say why not."""
        if reason := self.why_not(command):
            self.desk.say(reason, "warning")
            return
        if not self.form.move(command):
            name = command.removeprefix("form.")
            getattr(self, f"_do_{name}")(self.form.current)

    @on(Form.Commanded)
    def _commanded(self, event: Form.Commanded) -> None:
        event.stop()
        self.do(event.command)

    @on(Form.Pressed)
    def _pressed(self, event: Form.Pressed) -> None:
        event.stop()
        if self.is_typing and self._row != event.row.key:
            self.finish()
        row = self.form.sheet.row(event.row.key)
        if row is None:
            return
        is_label = event.at < 0 and event.by_mouse
        if not is_label or row.kind in ("section", "button", "link"):
            self.do("form.edit")

    def _do_edit(self, row: Row) -> None:
        if row.kind == "section":
            self._fold(row)
        elif row.kind == "button":
            self._press(row)
        elif row.kind == "link":
            self._go(row.target)
        elif row.wire is not None:
            self._do_wire(row)
        elif row.kind == "boolean":
            self._do_toggle(row)
        elif row.kind == "file":
            self._pick_files(row)
        elif row.kind == "models":
            self._pick_models(row)
        elif row.kind == "reference":
            self._do_wire(row)
        elif row.kind == "list":
            self._do_more(row)
        else:
            self.begin(row)

    def _fold(self, row: Row) -> None:
        if row.key in self._opened:
            self._opened.discard(row.key)
        else:
            self._opened.add(row.key)
        self.renew()

    def _press(self, row: Row) -> None:
        write = row.write
        if write and self.desk.edit(lambda now: write(now, None)):
            self._back()

    def _do_toggle(self, row: Row) -> None:
        self.write(row, stepped(row, 1))

    def _do_back(self, row: Row) -> None:
        self.write(row, stepped(row, -1))

    def _do_type(self, row: Row) -> None:
        self.begin(replace(row, wire=None), self.given(row))

    def _do_wire(self, row: Row) -> None:
        text = to_text(row) if row.kind in ("text", "lines") and not row.wire else ""
        if row.kind == "list" and isinstance(row.value, list):
            self._add_item(row, "${")
            return
        self.begin(row, f"{text}${{")

    def _do_follow(self, row: Row) -> None:
        if row.kind == "link":
            self._go(row.target)
        elif row.wire is not None and row.wire.is_input:
            self._go(f"{INPUT}{row.wire.port}")
        elif row.wire is not None:
            self.desk.select(row.wire.node)

    def _do_reset(self, row: Row) -> None:
        clear = row.clear
        if clear:
            self.desk.editing.seal()
            self.desk.edit(clear)

    def _do_more(self, row: Row) -> None:
        if row.kind == "models":
            self._pick_models(row)
        elif row.media and items.kind_within(row) == "file":
            self._pick_files(row)
        else:
            self._add_item(row, None)

    def _add_item(self, row: Row, text: str | None) -> None:
        parent = items.parent_of(self.form.sheet, row)
        value, at = items.with_another(parent, "" if text else items.another(parent))
        if not self.write(parent, value):
            return
        added = self.form.sheet.row(f"{parent.key}[{at}]")
        if added:
            self.form.go_to(added.key)
            if added.kind in ("text", "lines", "reference", "file", "data") or text:
                self.begin(added, text)

    def _do_earlier(self, row: Row) -> None:
        self._move_item(row, -1)

    def _do_later(self, row: Row) -> None:
        self._move_item(row, 1)

    def _move_item(self, row: Row, step: int) -> None:
        parent = items.parent_of(self.form.sheet, row)
        moved = items.moved(parent, row, step)
        if moved is not None and self.write(parent, moved[0]):
            self.form.go_to(f"{parent.key}[{moved[1]}]")

    def _do_expose(self, row: Row) -> None:
        slot = row.slot
        if slot is not None:
            name = free_id(slot.name, self.desk.snapshot.data.get("inputs", {}))
            self.desk.edit(lambda now: edits.expose(now, slot, name))

    def _do_leave(self, row: Row | None) -> None:
        if self._came_from:
            self._back()
        else:
            self.post_message(self.Left())

    def _go(self, target: str) -> None:
        if target in self.desk.snapshot.nodes:
            self.desk.select(target)
            return
        self._came_from.append((self._target, self.form.cursor))
        self.show(target)

    def _back(self) -> None:
        """Go back to the row that led here, also if what it stands for has another name now."""
        left = self._target
        target, key = self._came_from.pop() if self._came_from else ("", "")
        self.show(target)
        rows = [row for row in self.sheet.rows if row.key == key or (left and row.target == left)]
        if rows:
            self.form.go_to(rows[0].key)

    # -- screens in front ----------------------------------------------------------------------

    def _do_outside(self, row: Row) -> None:
        from tui.editor.forms.longtext import edit_long

        losses = self._losses

        def done(text: str | None) -> None:
            if text is None:
                return
            now = self.sheet.row(row.key) if self._losses == losses else None
            if now is None:
                self.app.copy_to_clipboard(text)
                told = f"{row.label} is gone, with what it was for; the text is in the clipboard."
                self.desk.say(told, "warning")
                return
            self.desk.editing.seal()
            self.keep(now, text)

        edit_long(self.app, self.desk, row, self.given(row), done)

    def _pick_models(self, row: Row) -> None:
        from tui.editor.forms.modelpicker import ModelPicker

        def done(names: list[str] | None) -> None:
            if names is not None:
                self.write(row, names[0] if len(names) == 1 else names or MISSING)

        self.app.push_screen(ModelPicker(self.desk, row), done)

    def _pick_files(self, row: Row) -> None:
        from tui.editor.forms.filepicker import FilePicker

        parent = items.parent_of(self.form.sheet, row)
        several = parent.kind == "list" and row.level == 0

        def done(paths: list[str] | None) -> None:
            if not paths:
                return
            if several:
                value = items.with_paths(parent, paths)
                self.write(parent, value)
            else:
                self.write(row, paths[0])

        picker = FilePicker(
            self.desk, row, several=several, preview=self._preview, roots=self._roots
        )
        self.app.push_screen(picker, done)
