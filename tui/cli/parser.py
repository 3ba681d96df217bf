"""The parser: global options, commands, and messages that name what was probably meant."""

from __future__ import annotations

import shutil
import sys
from argparse import (
    SUPPRESS,
    Action,
    ArgumentError,
    ArgumentParser,
    HelpFormatter,
    RawDescriptionHelpFormatter,
)
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tui.cli.arguments import COMMANDS, Command
from tui.cli.exits import Exit

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_DESCRIPTION = "Runs generative-media workflows in the terminal: plan, run and trust them."
_EPILOG = """\
exit codes:
  0  everything is done        3  partly done: some tasks failed
  1  failed                    4  stopped by the budget
  2  wrong usage or file     130  interrupted

`reelgraph COMMAND --help` explains a command."""
_WIDEST = 100


class Parser(ArgumentParser):
    """An argument parser whose errors suggest what was meant."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and end the program."""
        sys.stderr.write(f"error: {message}\n  See `{self.prog} --help`.\n")
        raise SystemExit(int(Exit.USAGE))

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; errors of the stream are the caller's."""
        # The method of the base class swallows a broken pipe, and with it the exit code.
        (file or sys.stdout).write(self.format_help())

    def _check_value(self, action: Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        what = "command" if action.dest == "command" else "choice"
        hint = suggestion(str(value), choices) or f" (choose from {', '.join(choices)})"
        raise ArgumentError(
            action if what == "choice" else None, f"there is no {what} {value!r}{hint}"
        )


class _Formatter(RawDescriptionHelpFormatter):
    """Lists the commands without the line that argparse heads them with."""

    def _format_action(self, action: Action) -> str:
        text = super()._format_action(action)
        return text.partition("\n")[2] if action.dest == "command" else text


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean X?)`, or nothing when no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else ""


def build_parser(width: int | None = None) -> Parser:
    """Return the parser of the whole command line.

    Args:
        width: Columns of the help; by default those of the terminal, up to 100.
    """
    columns = width or min(shutil.get_terminal_size().columns, _WIDEST)

    def formatter(prog: str) -> HelpFormatter:
        return _Formatter(prog, max_help_position=24, width=columns)

    parser = Parser(
        prog="reelgraph",
        usage="reelgraph COMMAND [options]",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=formatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(title="commands", dest="command", parser_class=Parser)
    for name, command in COMMANDS.items():
        _add_command(commands, name, command, formatter)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    _add_global_options(parser, is_command=False)
    return parser


def _add_command(commands: Any, name: str, command: Command, formatter: Any) -> None:
    usage = f"reelgraph {name} {command.operands}".rstrip()
    parser = commands.add_parser(
        name,
        prog=f"reelgraph {name}",
        usage=f"{usage} [options]",
        help=command.summary,
        description=command.description or f"{command.summary[0].upper()}{command.summary[1:]}.",
        formatter_class=formatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    _add_global_options(parser, is_command=True)


def _add_global_options(parser: ArgumentParser, *, is_command: bool) -> None:
    """Add the options that stand before or after the command's name.

    A command's parser leaves out what is not given, so that it does not undo what stood before.
    """
    group = parser.add_argument_group("global options") if is_command else parser
    unset: dict[str, Any] = {"default": SUPPRESS} if is_command else {}
    group.add_argument(
        "--home",
        metavar="DIR",
        type=Path,
        help="where results are kept (default: REELGRAPH_HOME, or your user data folder)",
        **unset,
    )
    group.add_argument(
        "--env-file",
        metavar="FILE",
        type=Path,
        help="a .env file to take keys and REELGRAPH_ settings from; the environment comes first",
        **(unset or {"default": None}),
    )
    group.add_argument(
        "--nodes",
        metavar="FILE",
        type=Path,
        action="append",
        dest="node_files" if is_command else "early_node_files",
        default=[],
        help="a Python file with node types of your own; it is run (repeatable)",
    )
    for option, text in (
        ("--quiet", "no progress, only results and errors"),
        ("--no-color", "no colour; so does NO_COLOR in the environment"),
        ("--debug", "show where in the program an error arose"),
    ):
        group.add_argument(option, action="store_true", help=text, **unset)


def command_parsers(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    """Return the parser of each command, by name."""
    return {
        name: command
        for action in parser._actions
        if action.dest == "command" and isinstance(action.choices, dict)
        for name, command in action.choices.items()
    }


def refuse_unknown_before_command(parser: ArgumentParser, argv: Sequence[str]) -> None:
    """End the program if an option before the command's name is unknown.

    The parser itself would take what follows the option for the command, and complain of that.
    """
    known = _options(parser)
    for word in argv:
        if word in COMMANDS or word == "--":
            return
        if word.startswith("--") and word.partition("=")[0] not in known:
            complain_about_unknown(parser, "", [word])


def complain_about_unknown(parser: ArgumentParser, command: str, extra: Sequence[str]) -> NoReturn:
    """End the program, as there are arguments that nobody knows."""
    chosen = command_parsers(parser).get(command, parser)
    word = next((word for word in extra if word.startswith("-")), extra[0])
    if word.startswith("-"):
        option = word.partition("=")[0]
        chosen.error(f"there is no option {option}{suggestion(option, _options(chosen))}")
    chosen.error(f"there is one argument too many: {word!r}")


def _options(parser: ArgumentParser) -> list[str]:
    return [option for action in parser._actions for option in action.option_strings]
