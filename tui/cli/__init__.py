"""The command line, `reelgraph`.

`app` reads the arguments and hands over to one module of `commands`; only that module is imported,
and with it what it needs. Results go to stdout; progress and messages go to stderr.
"""

from tui.cli.app import main

__all__ = ["main"]
