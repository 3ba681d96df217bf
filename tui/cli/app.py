"""From arguments to a command, and from whatever it raises to a message and an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from tui.cli.exits import Exit, bare, exit_for
from tui.cli.parser import (
    build_parser,
    complain_about_unknown,
    refuse_unknown_before_command,
)
from tui.cli.terminal import Terminal

if TYPE_CHECKING:
    from tui.cli.session import Session

SessionFactory = Callable[[Namespace], "Session"]

_YOUNG = 100_000
"""Objects between two collections: at the usual pace these take a tenth of a short command."""


def main(argv: Sequence[str] | None = None, *, session: SessionFactory | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments; by default those of the process.
        session: Makes the home, node types and engine that a command works with.

    Returns:
        The exit code, see `tui.cli.exits`.
    """
    gc.set_threshold(_YOUNG)
    _replace_closed_streams()
    _tolerate_odd_characters()
    try:
        options = _parse(sys.argv[1:] if argv is None else argv)
        if options is None:
            return Exit.DONE
        return _perform(options, Terminal(sys.stdout, sys.stderr, options), session)
    except BrokenPipeError:
        _forget_stdout()
        return Exit.BROKEN_PIPE
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(Exit.FAILED)


def _parse(argv: Sequence[str]) -> Namespace | None:
    """Return the options; None when all is said."""
    parser = build_parser()
    if "_ARGCOMPLETE" in os.environ:
        from tui.cli.completers import complete

        complete(parser)
    refuse_unknown_before_command(parser, argv)
    options, extra = parser.parse_known_args(argv)
    if options.version:
        from importlib.metadata import version

        print(f"reelgraph {version('reelgraph')}")
        return None
    if extra:
        complain_about_unknown(parser, options.command, extra)
    if options.command is None:
        parser.print_help()
        return None
    options.node_files = [*options.early_node_files, *options.node_files]
    return options


def _perform(options: Namespace, terminal: Terminal, session: SessionFactory | None) -> int:
    try:
        with _sigterm_as_interrupt():
            command = import_module(f"tui.cli.commands.{options.command}")
            with (session or _session)(options) as opened:
                terminal.clean = opened.clean
                code = int(command.execute(options, opened, terminal))
            terminal.out.flush()
            return code
    except (Exception, KeyboardInterrupt, BaseExceptionGroup) as error:
        cause = bare(error)
        if isinstance(cause, BrokenPipeError):
            raise cause from None
        if options.debug:
            import traceback

            terminal.complain_raw("".join(traceback.format_exception(error)))
        from tui.cli.report import report_error

        report_error(cause, terminal)
        return exit_for(cause)


def _session(options: Namespace) -> Session:
    from tui.cli.session import Session

    return Session(options)


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """Let SIGTERM unwind the command as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:
        # Not in the main thread: whoever runs us there sees to signals.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _replace_closed_streams() -> None:
    """Let a stream that was closed before the start swallow what it is given, or give nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def _tolerate_odd_characters() -> None:
    """Never fail for a character that the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _forget_stdout() -> None:
    """Keep the interpreter from flushing into the broken pipe when it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
