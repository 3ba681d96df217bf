"""The editor in the browser: textual-serve runs it for each page, on this machine only."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from engine.errors import UsageError

if TYPE_CHECKING:
    from aiohttp import web

    from tui.cli.terminal import Terminal

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HOST = "127.0.0.1"
_TAKES_KEYS = """<script>
  (function takeKeys() {
    const keys = document.querySelector(".xterm-helper-textarea");
    keys ? keys.focus() : requestAnimationFrame(takeKeys);
  })();
</script>
</body>"""
"""Gives the page's keys to the editor at once; textual-serve waits for a click."""
_PLAIN_PORT = 80
"""The port that browsers leave out of addresses."""


def serve(options: Namespace, terminal: Terminal) -> int:
    """Serve the editor until Ctrl-C.

    Raises:
        UsageError: What is needed for it is not installed, or the port is taken.
    """
    try:
        from textual_serve.server import Server
    except ImportError as error:
        raise UsageError(
            "the editor in the browser needs textual-serve",
            hint="Install it with: pip install 'reelgraph[web]'",
        ) from error
    _refuse_taken(options.port)
    terminal.note(f"The editor is at http://{_HOST}:{options.port} (Ctrl-C ends it)")
    server: Any = Server(command_for(options), host=_HOST, port=options.port, title="reelgraph")
    server.handle_index = _that_takes_keys(server.handle_index)
    server.handle_websocket = _for_its_own_page(server.handle_websocket, options.port)
    server.handle_download = _for_its_own_page(server.handle_download, options.port)
    server.serve()
    return 0


def command_for(options: Namespace) -> str:
    """Return the command that is run for each page."""
    words = [sys.executable, "-m", "tui.cli", "edit", "--served"]
    words += [str(options.file.absolute())] if options.file else []
    words += ["--theme", options.theme] if options.theme else []
    for option in ("text", "ascii", "no_color"):
        words += [f"--{option.replace('_', '-')}"] if getattr(options, option) else []
    for option, value in (("--home", "home"), ("--env-file", "env_file")):
        path = getattr(options, value, None)
        words += [option, str(path.absolute())] if path else []
    for path in options.allow:
        words += ["--allow", str(path.absolute())]
    for path in options.node_files:
        words += ["--nodes", str(path.absolute())]
    return shlex.join(words)


def _that_takes_keys(handle: Callable[[web.Request], Awaitable[web.Response]]) -> Handler:
    """Have the page that is answered with give its keys to the editor."""

    async def answer(request: web.Request) -> web.StreamResponse:
        page = await handle(request)
        page.text = (page.text or "").replace("</body>", _TAKES_KEYS)
        return page

    return answer


def _for_its_own_page(handle: Handler, port: int) -> Handler:
    """Refuse the pages of others: a browser lets any of them connect to servers on this machine."""
    from aiohttp import web

    hosts = {f"{name}:{port}" for name in (_HOST, "localhost")}
    hosts |= {_HOST, "localhost"} if port == _PLAIN_PORT else set()
    origins = {f"http://{host}" for host in hosts}

    async def guarded(request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in origins):
            raise web.HTTPForbidden(text="Only the editor's own page may use it.")
        return await handle(request)

    return guarded


def _refuse_taken(port: int) -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except (OSError, OverflowError) as error:
            raise UsageError(
                f"port {port} cannot be used: {error}", hint="Name another one with --port."
            ) from error
