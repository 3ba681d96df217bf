"""The list of all that can be done in a screen, to pick from: the command palette."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from tui.editor.commands import PALETTE, CommandedScreen, Offer, arranged, offers
from tui.editor.dialogs.choices import Choice
from tui.editor.dialogs.picker import Picker
from tui.editor.keynames import key_names

_FEW = 2
"""Keys of a command that are named."""


def show_palette(screen: Screen[Any]) -> None:
    """Have something picked of all that can be done in a screen, and do it."""
    found = [each for each in arranged(offers(screen)) if each.command.id != PALETTE.id]
    pick_offer(screen, "Commands", found)


def pick_offer(screen: Screen[Any], title: str, found: Sequence[Offer]) -> None:
    """Have one of some commands picked, and do it; what cannot be done now comes last."""
    choices = sorted(map(_choice, found), key=lambda choice: bool(choice.reason))

    async def answered(offer: Offer | None) -> None:
        if offer is not None:
            await offer.perform()
        if isinstance(screen, CommandedScreen):
            screen.tell()

    screen.app.push_screen(Picker(title, choices), answered)


def _choice(offer: Offer) -> Choice:
    each = offer.command
    keys = key_names(offer.keys[:_FEW])
    return Choice(offer, each.title, each.help, keys, each.help, offer.reason)
