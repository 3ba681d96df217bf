"""An application that holds one pane or screen, for tests and for pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tests.tui.editor.running_desks import until
from tui.editor.desk import Notice
from tui.editor.panes import Lines
from tui.editor.running import Runner
from tui.editor.themes import THEMES

Script = Callable[["Host", "Pilot[None]"], Awaitable[Any]]


class Host(App[None]):
    """Shows a pane below a line of text, or a screen in front of it."""

    CSS = "Host #above { height: 1fr; }"

    def __init__(self, runner: Runner, pane: Widget | None = None, theme: str = "dark") -> None:
        super().__init__()
        self.runner = runner
        self.pane = pane
        self.notices: list[Notice] = []
        self.told: list[Any] = []
        self.answers: list[Any] = []
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = theme
        runner.desk.noticed.subscribe(self.notices.append)

    def compose(self) -> ComposeResult:
        yield Static(id="above")
        if self.pane is not None:
            yield self.pane

    def show(self, screen: Screen[Any]) -> None:
        self.push_screen(screen, self.answers.append)

    def text(self, selector: str = "Lines") -> str:
        found = self.screen.query(selector).results(Lines)
        rows = [
            "".join(span if isinstance(span, str) else span[0] for span in row.spans)
            for lines in found
            for row in lines.rows
        ]
        return "\n".join(rows)

    async def until_text(self, words: str, selector: str = "Lines") -> None:
        await until(lambda: words in self.text(selector))


def drive(
    runner: Runner,
    script: Script,
    pane: Widget | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    theme: str = "dark",
) -> Any:
    """Run a script of keys on a pane."""

    async def main() -> Any:
        host = Host(runner, pane, theme)
        async with host.run_test(size=size) as pilot:
            await pilot.pause()
            return await script(host, pilot)

    return asyncio.run(main())
