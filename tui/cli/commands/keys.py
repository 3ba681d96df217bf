"""`reelgraph keys`: which providers have a key, from where, and whether it is accepted."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, replace
from getpass import getpass

import anyio

from engine.errors import ReelgraphError, UsageError
from nodes.keys import KEYRING, NAMES, SystemVault, checked
from tui.cli.exits import Exit
from tui.cli.session import Session, unknown
from tui.cli.tables import Column, table
from tui.cli.terminal import Span, Terminal

_PATIENCE = 10.0
"""Seconds that a provider has to say whether it accepts a key."""


@dataclass(frozen=True, slots=True)
class _Row:
    provider: str
    source: str | None
    """Where the key comes from; None if there is none."""
    accepted: bool | None = None
    """What the provider said; None if it was not asked, or gave no answer."""
    message: str = ""

    @property
    def state(self) -> str:
        if self.message:
            return "trouble"
        if self.source is None:
            return "missing"
        return {True: "accepted", False: "refused", None: "present"}[self.accepted]


_STYLES = {"accepted": "green", "present": "green", "refused": "red", "trouble": "yellow"}


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """List the keys, keep one, or forget one."""
    if options.action == "list":
        if options.provider is not None:
            raise UsageError("keys list takes no provider")
        return _list(options, session, terminal)
    if options.provider is None:
        raise UsageError(f"keys {options.action} needs a provider", hint=", ".join(NAMES))
    if options.provider not in NAMES:
        raise unknown("provider", options.provider, list(NAMES), listing="reelgraph keys")
    return _set(options, session, terminal) if options.action == "set" else _remove(
        options, terminal
    )  # fmt: skip


def _set(options: Namespace, session: Session, terminal: Terminal) -> int:
    provider = options.provider
    if sys.stdin.isatty():
        key = getpass(f"Key for {provider}{_shape(provider)}: ").strip()
    else:
        key = sys.stdin.readline().strip()
    if not key:
        raise UsageError("no key was given; nothing was changed")
    secret = checked(key, provider)
    SystemVault().set(provider, secret.get_secret_value())
    terminal.note(f"The key for {provider} is in the system keyring.")
    source = session.keys.where(provider)
    if source not in (None, KEYRING):
        terminal.note(f"{source} is set and comes first.")
    return Exit.DONE


def _shape(provider: str) -> str:
    return " (id:secret)" if provider == "higgsfield" else ""


def _remove(options: Namespace, terminal: Terminal) -> int:
    if not SystemVault().remove(options.provider):
        raise UsageError(f"the system keyring has no key for {options.provider}")
    terminal.note(f"The key for {options.provider} is forgotten.")
    return Exit.DONE


def _list(options: Namespace, session: Session, terminal: Terminal) -> int:
    rows = [_look(provider, session) for provider in NAMES]
    if options.check:
        rows = anyio.run(_check_all, rows, session)
    if options.json:
        terminal.print_json({"v": 1, "keys": [_as_json(row) for row in rows]})
    else:
        columns = [
            Column("provider", style="bold"),
            Column("key"),
            Column("from"),
            Column("", wrap=True),
        ]
        terminal.print_lines(table(columns, list(_cells(rows)), terminal.width))
    return Exit.FAILED if any(row.accepted is False for row in rows) else Exit.DONE


def _look(provider: str, session: Session) -> _Row:
    try:
        return _Row(provider, session.keys.where(provider))
    except ReelgraphError as error:
        return _Row(provider, error.where, False, f"{error.message}; {error.hint}")


async def _check_all(rows: list[_Row], session: Session) -> list[_Row]:
    looked_at = list(rows)

    async def check(place: int, row: _Row) -> None:
        looked_at[place] = await _check(row, session)

    async with anyio.create_task_group() as group:
        for place, row in enumerate(rows):
            if row.source is not None and not row.message:
                group.start_soon(check, place, row)
    return looked_at


async def _check(row: _Row, session: Session) -> _Row:
    from nodes.providers import provider_of
    from nodes.remote.runner import RemoteProvider

    provider = provider_of(row.provider)
    assert isinstance(provider, RemoteProvider)  # noqa: S101 - no other kind takes a key
    try:
        async with session.outside() as context:
            with anyio.fail_after(_PATIENCE):
                accepted = await provider.accepts_key(context)
    except TimeoutError:
        return replace(row, message=f"no answer within {_PATIENCE:g} seconds")
    except ReelgraphError as error:
        return replace(row, message=session.clean(error.message))
    return replace(row, accepted=accepted)


def _cells(rows: list[_Row]) -> Iterator[list[Span]]:
    for row in rows:
        advice = row.message
        if row.state == "missing":
            choices = " or ".join(" + ".join(group) for group in NAMES[row.provider])
            advice = f"set {choices}, or `reelgraph keys set {row.provider}`"
        style = _STYLES.get(row.state, "dim")
        yield [row.provider, (row.state, style), row.source or "", advice]


def _as_json(row: _Row) -> dict[str, object]:
    return {
        "provider": row.provider,
        "source": row.source,
        "usable": row.source is not None and row.accepted is not False,
        "accepted": row.accepted,
        "message": row.message,
        "names": [list(group) for group in NAMES[row.provider]],
    }
