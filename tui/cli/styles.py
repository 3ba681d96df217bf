"""What the options of a model may name, as its provider lists it: asked once a day."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from engine.errors import UsageError
from tui.cli.session import Session

if TYPE_CHECKING:
    from nodes.remote.adapter import Listed

_KEPT = 86_400.0
"""Seconds for which a listing is used again."""

Listings = dict[str, list["Listed"]]


def listings_of(session: Session, model_id: str, now: float | None = None) -> Listings:
    """Return the names that each option of a model takes: kept ones, or as the provider tells.

    Args:
        session: The command's.
        model_id: The model.
        now: Seconds since 1970; the present by default.

    Raises:
        UsageError: The model lists nothing.
        TaskError: There is no key, or the provider does not answer.
    """
    moment = time.time() if now is None else now
    place = session.home.path / "listings" / f"{sha256(model_id.encode()).hexdigest()[:16]}.json"
    kept = _read(place, moment)
    if kept is None:
        kept = anyio.run(_ask, session, model_id)
        if kept:
            _keep(place, kept, moment)
    if not kept:
        hint = f"`reelgraph models {model_id}` shows what its options take."
        raise UsageError(f"{model_id} has no styles or motions to list", hint=hint)
    return kept


async def _ask(session: Session, model_id: str) -> Listings:
    from nodes.providers import provider_of
    from nodes.remote.runner import RemoteProvider

    provider = provider_of(model_id)
    if not isinstance(provider, RemoteProvider):
        return {}
    async with session.outside() as context:
        return await provider.listings(model_id, context)


def _read(place: Path, now: float) -> Listings | None:
    """Return a kept listing; None if there is none that may still be used."""
    from nodes.remote.adapter import Listed

    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        if not 0 <= now - kept["asked"] < _KEPT:
            return None
        return {
            option: [Listed(**entry) for entry in entries]
            for option, entries in kept["listings"].items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _keep(place: Path, listings: Listings, now: float) -> None:
    told = {option: [asdict(each) for each in entries] for option, entries in listings.items()}
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps({"asked": now, "listings": told}), encoding="utf-8")
