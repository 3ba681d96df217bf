"""`reelgraph completion`: what a shell must evaluate to complete commands."""

from __future__ import annotations

from argparse import Namespace

from tui.cli.exits import Exit
from tui.cli.session import Session
from tui.cli.terminal import Terminal


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print the shell's code."""
    from argcomplete.shell_integration import shellcode

    terminal.out.write(shellcode(["reelgraph"], shell=options.shell))
    return Exit.DONE
