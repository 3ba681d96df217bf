"""Names for what Higgsfield knows by ids: styles, camera motions, presets, trained characters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine import ErrorKind, Image, TaskError
from engine.problems import nearest
from nodes.models import ModelInfo
from nodes.providers.higgsfield.answers import character_job, error_of, not_understood
from nodes.remote.adapter import Answer, Call, RemoteJob
from nodes.remote.wording import cleaned
from nodes.requests import Request

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAY = 86_400.0
_PAGE = 20
_MOST_PAGES = 100

Entries = Sequence[Mapping[str, Any]]


def listing(model: ModelInfo, option: str) -> Call | None:
    """Return the call that lists what an option of a model may name; None where names are fixed."""
    path = _listing_path(model.endpoint, option) if option in model.options else ""
    params = {"size": "100"} if path.startswith("/marketing-studio") else {}
    return Call("GET", path, params=params, keep_seconds=_DAY) if path else None


def _listing_path(endpoint: str, option: str) -> str:
    match option:
        case "style":
            generation = "/v2" if "/soul/v2/" in endpoint else ""
            return f"/v1/text2image/soul-styles{generation}"
        case "motions":
            return "/v1/motions"
        case "preset" if endpoint.startswith("marketing-studio/"):
            return "/marketing-studio/image/presets"
        case "preset":
            return f"/models/{endpoint}/presets"
    return ""


def entries_of(answer: Answer) -> Entries:
    """Read a listing: the entries with at least `id` and `name`.

    Raises:
        TaskError: The answer is an error, or no listing.
    """
    if answer.status >= 400:
        raise error_of(answer)
    found = answer.json.get("items") if isinstance(answer.json, Mapping) else answer.json
    if not isinstance(found, list):
        raise not_understood(answer)
    return [
        entry
        for entry in found
        if isinstance(entry, Mapping)
        and isinstance(entry.get("id"), str)
        and isinstance(entry.get("name"), str)
    ]


def note_of(entry: Mapping[str, Any]) -> str:
    """Return what is to be known of an entry of a listing besides its name."""
    description = entry.get("description")
    told = cleaned(description) if isinstance(description, str) else ""
    return told or ("not with a last picture" if entry.get("start_end_frame") is False else "")


def prepare(
    model: ModelInfo, request: Request, answers: Sequence[Answer]
) -> Call | Request | RemoteJob:
    """Look up what a request names, one listing after the other; see `LooksUp.prepare`."""
    if request.kind == "train_character":
        return _find_character(model, request, answers)
    calls = {
        option: call
        for option in _RESOLVERS
        if _names_something(request.options.get(option)) and (call := listing(model, option))
    }
    if len(answers) < len(calls):
        return list(calls.values())[len(answers)]
    listings = dict(zip(calls, map(entries_of, answers), strict=True))
    chosen = {
        option: resolve(request, listings.get(option, ()))
        for option, resolve in _RESOLVERS.items()
        if request.options.get(option) is not None
    }
    return replace(request, options={**request.options, **chosen}) if chosen else request


def _names_something(value: Any) -> bool:
    """Tell whether any name, rather than an id, is in an option's value."""
    items = value if isinstance(value, list) else [value]
    names = [item.get("name") if isinstance(item, Mapping) else item for item in items]
    return any(isinstance(name, str) and not _UUID.fullmatch(name) for name in names)


def _entry(name: str, entries: Entries, what: str) -> Mapping[str, Any]:
    for entry in entries:
        if name.casefold() in (entry["name"].casefold(), entry["id"].casefold()):
            return entry
    if _UUID.fullmatch(name):
        return {"id": name, "name": name}
    near = nearest(name, [entry["name"] for entry in entries])
    hint = f"Did you mean {near}?" if near else "`reelgraph models ID --styles` lists them."
    raise TaskError(f"Higgsfield has no {what} {name!r}", kind=ErrorKind.INVALID, hint=hint)


def _style(request: Request, entries: Entries) -> str:
    return str(_entry(str(request.options["style"]), entries, "style")["id"])


def _preset(request: Request, entries: Entries) -> str:
    return str(_entry(str(request.options["preset"]), entries, "preset")["id"])


def _motions(request: Request, entries: Entries) -> list[dict[str, Any]]:
    given = request.options["motions"]
    items = given if isinstance(given, list) else [given]
    return [_motion(item, entries, with_end=request.last_image is not None) for item in items]


def _motion(item: Any, entries: Entries, *, with_end: bool) -> dict[str, Any]:
    wish = item if isinstance(item, Mapping) else {"name": item}
    name, strength = wish.get("name") or wish.get("id"), wish.get("strength", 1.0)
    if not isinstance(name, str) or wish.keys() - {"name", "id", "strength"}:
        shape = '"Dolly In" or {"name": "Dolly In", "strength": 0.7}'
        raise TaskError(f"a motion is written {shape}, not {item!r}", kind=ErrorKind.INVALID)
    if not isinstance(strength, int | float) or not 0 <= strength <= 1:
        message = f"the strength of the motion {name!r} is from 0 to 1, not {strength!r}"
        raise TaskError(message, kind=ErrorKind.INVALID)
    entry = _entry(name, entries, "motion")
    if with_end and entry.get("start_end_frame") is False:
        message = f"the motion {entry['name']!r} does not work with a last picture"
        raise TaskError(message, kind=ErrorKind.INVALID)
    return {"id": entry["id"], "strength": strength}


_RESOLVERS: Mapping[str, Callable[[Request, Entries], Any]] = {
    "style": _style,
    "motions": _motions,
    "preset": _preset,
}


# -- characters ----------------------------------------------------------------------------------


def trained_name(name: str, images: Sequence[Image]) -> str:
    """Return the name that a character is trained under: it tells the set of pictures too.

    By that name the same training is found again, from any computer and in any order of the
    pictures, so that nobody is trained twice.
    """
    digests = "\n".join(sorted({image.digest for image in images}))
    return f"{name} {hashlib.sha256(digests.encode()).hexdigest()[:8]}"


def _find_character(
    model: ModelInfo, request: Request, answers: Sequence[Answer]
) -> Call | Request | RemoteJob:
    entries = [entry for answer in answers for entry in entries_of(answer)]
    wanted = trained_name(request.name, request.references) if request.references else request.name
    version = request.options.get("model_version") or model.constants.get("model_version")
    if found := _best(entries, wanted, version, exact=bool(request.references)):
        return character_job(found["id"])
    if not answers or _has_more(answers):
        page = str(len(answers) + 1)
        params = {"page": page, "page_size": str(_PAGE)}
        return Call("GET", "/v1/custom-references/list", params=params)
    if request.references:
        return replace(request, name=wanted)
    known = sorted({_bare(entry["name"]) for entry in entries})
    near = nearest(wanted, known)
    hint = f"Did you mean {near}?" if near else "Give pictures to train one."
    message = f"there is no character {wanted!r} in this Higgsfield account"
    raise TaskError(message, kind=ErrorKind.INVALID, hint=hint)


def _best(entries: Entries, wanted: str, version: Any, *, exact: bool) -> Mapping[str, Any] | None:
    """Return the character of that name: a trained one before one in training, then the newest."""
    fitting = [
        entry
        for entry in entries
        if wanted in ((entry["name"],) if exact else (entry["name"], _bare(entry["name"])))
        and entry.get("status") != "failed"
        and entry.get("model_version", version) == version
    ]
    return max(
        fitting,
        key=lambda entry: (entry.get("status") == "completed", str(entry.get("created_at"))),
        default=None,
    )


def _bare(name: str) -> str:
    """Return the name that was given to a character, without what `trained_name` added."""
    return re.sub(r" [0-9a-f]{8}$", "", name)


def _has_more(answers: Sequence[Answer]) -> bool:
    pages = answers[-1].json.get("total_pages") if isinstance(answers[-1].json, Mapping) else 0
    return isinstance(pages, int) and len(answers) < min(pages, _MOST_PAGES)
