"""Arguments, messages, exit codes: what all commands share."""

from __future__ import annotations

import argparse
import io
from argparse import Namespace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from engine import events
from engine.errors import StoreError, TaskError, UsageError
from tests.tui.cli.conftest import Cli, SmallSession
from tui.cli import docs, words
from tui.cli.arguments import COMMANDS
from tui.cli.budget import BudgetError
from tui.cli.exits import exit_for
from tui.cli.parser import build_parser
from tui.cli.report import report_error
from tui.cli.tables import Column, paragraphs, shorten, table
from tui.cli.terminal import Terminal, visible


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["rnu"], "there is no command 'rnu' (did you mean run?)"),
            (["zzzzz"], "(choose from run, plan, check,"),
            (["run", "x", "--ste", "a=b"], "there is no option --ste (did you mean --set?)"),
            (["--hom", "x"], "there is no option --hom (did you mean --home?)"),
            (["run"], "the following arguments are required: FILE"),
            (["run", "a", "b"], "there is one argument too many: 'b'"),
            (["run", "a", "--jobs", "0"], "'0' is not a whole number from 1"),
            (["run", "a", "--max-cost", "nan"], "'nan' is not an amount of US dollars"),
            (["run", "a", "--limit", "media"], "'media' is not POOL=N"),
            (["completion", "bsh"], "did you mean bash?"),
        ],
    )
    def test_mistakes(self, cli: Cli, arguments: list[str], message: str) -> None:
        result = cli(*arguments)
        assert result.code == 2
        assert message in result.err
        assert "--help`." in result.err
        assert result.out == ""

    def test_no_command_is_a_wish_for_help(self, cli: Cli) -> None:
        result = cli()
        assert result.code == 0
        assert result.out.startswith("usage: reelgraph COMMAND")

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_explains_itself(self, cli: Cli, command: str) -> None:
        result = cli(command, "--help")
        assert result.code == 0
        assert f"usage: reelgraph {command}" in result.out

    def test_version(self, cli: Cli) -> None:
        assert cli("--version").out.startswith("reelgraph 0.")

    def test_global_options_stand_on_either_side(self) -> None:
        parser = build_parser()
        for argv in (["--home", "h", "--debug", "runs"], ["runs", "--home", "h", "--debug"]):
            options = parser.parse_args(argv)
            assert (options.home, options.debug, options.quiet) == (Path("h"), True, False)


class TestErrors:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (UsageError("x"), 2),
            (BudgetError("x"), 4),
            (StoreError("x"), 1),
            (TaskError("x"), 1),
            (KeyboardInterrupt(), 130),
            (BrokenPipeError(), 141),
            (ValueError(), 1),
        ],
    )
    def test_exit_codes(self, error: BaseException, code: int) -> None:
        assert exit_for(error) == code

    def test_an_expected_error(self) -> None:
        assert self.told(UsageError("no", where="there", hint="Do that.")) == (
            "error: there: no\n  Do that.\n"
        )

    def test_an_error_of_the_system(self) -> None:
        error = PermissionError(13, "Permission denied", "a.json")
        assert self.told(error) == "error: a.json: Permission denied\n"

    def test_an_error_that_nobody_expected(self) -> None:
        told = self.told(ZeroDivisionError("by zero"))
        assert told.startswith("error: reelgraph failed: ZeroDivisionError: by zero\n")
        assert "--debug" in told

    def told(self, error: BaseException) -> str:
        stream = io.StringIO()
        report_error(error, Terminal(stream, stream, Namespace(), {}))
        return stream.getvalue()

    def failing(self, cli: Cli, error: BaseException) -> None:
        class Failing(SmallSession):
            @property
            def registry(self) -> Any:
                raise error

        cli.session = Failing

    def test_no_traceback_unless_asked_for(self, cli: Cli) -> None:
        self.failing(cli, ZeroDivisionError("by zero"))
        result = cli("nodes")
        assert result.code == 1
        assert "Traceback" not in result.err
        debug = cli("nodes", "--debug")
        assert debug.code == 1
        assert "Traceback" in debug.err
        assert "reelgraph failed" in debug.err

    def test_an_error_out_of_a_task_group_is_told_like_any_other(self, cli: Cli) -> None:
        inner: list[Exception] = [StoreError("in use", hint="Wait.")]
        self.failing(cli, ExceptionGroup("tasks", inner))
        result = cli("nodes")
        assert result.code == 1
        assert result.err == "error: in use\n  Wait.\n"

    def test_an_interruption(self, cli: Cli) -> None:
        self.failing(cli, KeyboardInterrupt())
        result = cli("nodes")
        assert (result.code, result.err) == (130, "Interrupted.\n")

    def test_a_home_that_cannot_be(self, cli: Cli) -> None:
        (cli.folder / "home").write_text("a file")
        result = cli("runs")
        assert result.code == 1
        assert "Choose another folder with --home DIR" in result.err


class FakeTty(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestTerminal:
    @pytest.mark.parametrize(
        ("environ", "options", "colour"),
        [
            ({}, {}, True),
            ({"NO_COLOR": "1"}, {}, False),
            ({"TERM": "dumb"}, {}, False),
            ({}, {"no_color": True}, False),
        ],
    )
    def test_colour(self, environ: dict[str, str], options: dict[str, Any], colour: bool) -> None:
        stream = FakeTty()
        Terminal(stream, stream, Namespace(**options), environ).print(("x", "red"))
        assert stream.getvalue() == ("\x1b[31mx\x1b[0m\n" if colour else "x\n")

    def test_no_colour_in_a_pipe(self) -> None:
        stream = io.StringIO()
        Terminal(stream, stream, Namespace(), {}).print(("x", "red"))
        assert stream.getvalue() == "x\n"

    def test_text_cannot_steer_the_terminal(self) -> None:
        assert visible("a\x1b]0;title\x07b\u202ec\r\n") == "a\\x1b]0;title\\x07b\\u202ec\\r\n"

    def test_a_drawing_surface_has_the_width_of_the_terminal(self) -> None:
        terminal = Terminal(FakeTty(), FakeTty(), Namespace(no_color=True), {"COLUMNS": "50"})
        assert terminal.interactive
        assert terminal.console().no_color


class TestTables:
    def text(self, columns: list[Column], rows: Any, width: int | None = None) -> list[str]:
        lines = table(columns, rows, width)
        return ["".join(s if isinstance(s, str) else s[0] for s in line) for line in lines]

    def test_alignment(self) -> None:
        columns = [Column("name"), Column("n", right=True)]
        assert self.text(columns, [["a", "1"], ["bcdef", "10"]]) == [
            "name    n",
            "a       1",
            "bcdef  10",
        ]

    def test_wide_characters_and_line_breaks(self) -> None:
        columns = [Column(""), Column("")]
        assert self.text(columns, [["漢字", "x"], ["a\nb", "y"]]) == ["漢字  x", "a b   y"]

    def test_what_does_not_fit_is_cut(self) -> None:
        columns = [Column("a"), Column("b", shrink=True)]
        lines = self.text(columns, [["12345", "漢字漢字漢字漢字漢字"]], 20)
        assert [cell_len(line) <= 20 for line in lines] == [True, True]
        assert lines[1].endswith("…")

    def test_the_last_column_may_be_broken_into_lines(self) -> None:
        columns = [Column("name"), Column("about", wrap=True)]
        text = "one two three four five six seven"
        assert self.text(columns, [["a", text], ["b", "short"]], 32) == [
            "name  about",
            "a     one two three four five",
            "      six seven",
            "b     short",
        ]

    def test_paragraphs(self) -> None:
        text = "one two\nthree\n\n    code\n    more"
        assert list(paragraphs(text)) == [["one two"], ["three"], [], ["    code"], ["    more"]]
        assert list(paragraphs(text, 80)) == [
            ["one two three"],
            [],
            ["    code"],
            ["    more"],
        ]

    def test_empty_columns_are_left_out(self) -> None:
        assert self.text([Column("a"), Column(""), Column("b")], [["1", "", "2"]]) == [
            "a  b",
            "1  2",
        ]

    @pytest.mark.parametrize("width", range(1, 12))
    def test_shorten(self, width: int) -> None:
        assert cell_len(shorten("漢a字b漢c", width)) <= width


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (7800, "2 h 10 min")],
)
def test_lengths_of_time(value: float, text: str) -> None:
    assert words.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(812, "812 B"), (4_200_000, "4.2 MB"), (999_960, "1.0 MB"), (5 * 10**15, "5000.0 TB")],
)
def test_sizes(value: int, text: str) -> None:
    assert words.size(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("0", "0", "free"),
        ("0.40", "0.40", "$0.40"),
        ("0.40", "1.20", "$0.40 to $1.20"),
        ("0", "2.52", "up to $2.52"),
        ("0.40", None, "at least $0.40"),
        ("0", None, "unknown"),
    ],
)
def test_prices(low: str, high: str | None, text: str) -> None:
    assert words.dollars(Decimal(low), None if high is None else Decimal(high)) == text


@pytest.mark.parametrize("name", docs.pages())
def test_docs_are_current(name: str) -> None:
    """`python -m tui.cli.docs` writes them."""
    assert (docs.DOCS / name).read_text(encoding="utf-8") == docs.pages()[name]


@pytest.mark.parametrize("name", ["cli.md", "events.md"])
def test_events_in_the_docs_are_those_that_there_are(name: str) -> None:
    page = (docs.DOCS / name).read_text(encoding="utf-8")
    for event in events.Event.__subclasses__():
        assert f"`{events._name(event)}`" in page


def test_the_formatter_is_stable() -> None:
    """Usage lines are written out, as argparse breaks its own in another way in each version."""
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            assert all(parser.usage for parser in action.choices.values())
