"""All places in the editor that have commands, for the tables of docs/tui.md."""

from __future__ import annotations

from collections.abc import Iterator

from tui.editor.commands import EVERYWHERE, Command, Topic


def places() -> Iterator[Topic]:
    """Yield what can be done in each place, the same thing once."""
    seen: set[str] = set()
    for topic in _topics():
        own: list[Command[object]] = [each for each in topic.commands if each.id not in seen]
        seen.update(each.id for each in own)
        yield Topic(topic.title, topic.lesson, tuple(own))


def _topics() -> Iterator[Topic]:
    from tui.editor.dialogs.base import Dialog
    from tui.editor.dialogs.conflicts import Conflicts
    from tui.editor.dialogs.prompt import Prompt
    from tui.editor.forms.filepicker import FilePicker
    from tui.editor.forms.longtext import LongText
    from tui.editor.forms.modelpicker import ModelPicker
    from tui.editor.forms.typing import ValueArea
    from tui.editor.listed import CHOICE, LIST
    from tui.editor.panes.jobs import JobsScreen
    from tui.editor.panes.listing import ListScreen
    from tui.editor.panes.log import LogPane
    from tui.editor.panes.plan import PlanScreen
    from tui.editor.panes.runs import RunsScreen
    from tui.editor.preview.preview import Preview
    from tui.editor.preview.screens import TilesScreen, WallScreen
    from tui.editor.preview.takes import TakesScreen
    from tui.editor.preview.viewer import ViewerScreen
    from tui.editor.preview.wall import Wall
    from tui.editor.screens.bindings import PANES
    from tui.editor.screens.help import Help
    from tui.editor.screens.modes import Jump, Move
    from tui.editor.screens.problems import ProblemsPane
    from tui.editor.screens.searching import SearchLine

    yield from (EVERYWHERE, Jump.TOPIC, Move.TOPIC, PANES, LIST, CHOICE)
    yield from (Dialog.TOPIC, Prompt.TOPIC)
    yield from (LogPane.TOPIC, ProblemsPane.TOPIC, SearchLine.TOPIC, ValueArea.TOPIC)
    yield from (LongText.TOPIC, ModelPicker.TOPIC, FilePicker.TOPIC, Conflicts.TOPIC)
    yield from (PlanScreen.TOPIC, RunsScreen.TOPIC, JobsScreen.TOPIC, ListScreen.TOPIC)
    yield from (Preview.TOPIC, ViewerScreen.TOPIC, Wall.TOPIC, TilesScreen.TOPIC)
    yield from (WallScreen.TOPIC, TakesScreen.TOPIC, Help.TOPIC)
