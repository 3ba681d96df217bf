"""What is looked up at a provider before a request is sent: ids of names, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial
from typing import Any

import anyio

from engine.errors import ErrorKind, TaskError
from engine.nodetype import Price
from engine.store.job import Job
from nodes.models import ModelInfo
from nodes.remote.adapter import Answer, BillsUnits, Call, JobStatus, LooksUp, RemoteJob
from nodes.remote.mapping import media_of
from nodes.remote.session import Session
from nodes.requests import Request

STAND_IN = "https://example.com/input"
"""Stands for the address of an input where none is needed."""
_MOST_CALLS = 50
_PATIENCE = 10.0
"""Seconds that a finished job waits for what it cost."""
_NOT_ARGUMENTS = frozenset({"kind", "model"})
_NOT_INPUTS = frozenset({"options", "step"})
_NO_INPUTS = frozenset({"options", "motion", "step"})
_UNLIMITED = frozenset({"write_text", "endpoint"})
"""Kinds of work whose options are for the adapter, not the catalogue, to know."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request with ids in place of names."""

    request: Request
    job: RemoteJob | None = None
    """The job that does the same work already."""
    is_whole: bool = True
    """Whether nothing is left to be looked up."""


async def prepare(
    session: Session, model: ModelInfo, request: Request, *, may_pay: bool = False
) -> Prepared:
    """Look up what a request names.

    Args:
        session: The provider's.
        model: The model.
        request: The request.
        may_pay: Whether also what costs something is looked up.

    Raises:
        TaskError: A name is not known, or the provider does not tell.
    """
    adapter = session.adapter
    if not isinstance(adapter, LooksUp):
        return Prepared(request)
    answers: list[Answer] = []
    for _ in range(_MOST_CALLS):
        match adapter.prepare(model, request, answers):
            case Call(is_paid=True) if not may_pay:
                return Prepared(request, is_whole=False)
            case Call() as call:
                answers.append(await look(session, call))
            case RemoteJob() as job:
                return Prepared(request, job)
            case prepared:
                return Prepared(prepared)
    raise TaskError(f"{adapter.name} needs more than {_MOST_CALLS} look-ups for one request")


async def look(session: Session, call: Call) -> Answer:
    """Make a look-up, or take the answer of the last one while it may be used again.

    Raises:
        TaskError: The provider does not tell.
    """
    if not call.keep_seconds:
        return await _ask(session, call)
    key = f"{call.method} {call.url} {sorted(call.params.items())} {call.json}"
    async with session.looking.setdefault(key, anyio.Lock()):
        now = session.desk.monotonic()
        kept = session.answers.get(key)
        if kept is not None and now < kept[0]:
            return kept[1]
        # What is told to those with a key alone is of an account, and stays out of the home.
        asked = _ask if call.authenticated else partial(_ask_once, key=key)
        answer = await asked(session, call)
        session.answers[key] = (now + call.keep_seconds, answer)
        return answer


async def _ask_once(session: Session, call: Call, *, key: str) -> Answer:
    """Make a look-up, unless the home has the answer still."""
    lookups, now = session.desk.journal.lookups, session.desk.now()
    kept = await session.write(lookups.find, key, now, call.keep_seconds)
    if kept is not None:
        return Answer(200, kept, {})
    answer = await _ask(session, call)
    if answer.json is not None:
        await session.write(lookups.keep, key, answer.json, now)
    return answer


async def _ask(session: Session, call: Call) -> Answer:
    def read(answer: Answer) -> Answer:
        if answer.status >= 400:
            raise session.adapter.error(answer)
        return answer

    if call.is_paid:
        return session.understand(read, await session.http.call(call, alone=True))
    return await session.ask(call, read)


def check_limits(model: ModelInfo, request: Request) -> None:
    """See to it that a model takes what is asked, as a check before the run has seen literals only.

    Raises:
        TaskError: It does not.
    """
    if request.kind in _UNLIMITED:
        return
    arguments = arguments_of(request)
    given = frozenset(arguments) - _NO_INPUTS
    found = list(model.complaints(arguments, given, request.kind))
    if found:
        raise TaskError("; ".join(found[:5]), kind=ErrorKind.INVALID, hint=f"See {model.docs}")


async def price_of(session: Session, model: ModelInfo, request: Request, *, live: bool) -> Price:
    """Return what a request will cost.

    Args:
        session: The provider's.
        model: The model; its price in the catalogue counts where the provider tells none.
        request: The request.
        live: Whether to ask the provider.
    """
    try:
        quoted = await quote(session, model, request) if live else None
    except TaskError:
        quoted = None
    return quoted or model.estimate(arguments_of(request))


async def quote(session: Session, model: ModelInfo, request: Request) -> Price | None:
    """Ask the provider what a request will cost; None where it gives no figure.

    Raises:
        TaskError: It does not answer, or refuses to.
    """
    call = session.adapter.estimate(model, request, stand_ins(request))
    if call is None:
        return None
    quoted = await session.ask(call, session.adapter.estimated)
    return None if quoted.high is None else quoted


async def cost_of(session: Session, job: Job, status: JobStatus) -> Decimal | None:
    """Return what a finished job cost, where the provider tells it or the units that it took."""
    adapter = session.adapter
    if status.cost is not None or status.units is None or not isinstance(adapter, BillsUnits):
        return status.cost
    sent_to = str(job.request.get("url", ""))
    # Where it is not told, the ledger says what it says of any work whose bill is not told.
    if sent_to in session.untold:
        return None
    try:
        with anyio.fail_after(_PATIENCE):
            answer = await look(session, adapter.unit_price(sent_to))
        return session.understand(adapter.unit_priced, answer) * status.units
    except (TaskError, TimeoutError):
        session.untold.add(sent_to)
        return None


def stand_ins(request: Request) -> Mapping[str, str]:
    """Return an address for each input of a request that leads nowhere."""
    return {media.digest: STAND_IN for media in media_of(request)}


def arguments_of(request: Request) -> dict[str, Any]:
    """Return what a request gives, by the names that the catalogue uses."""
    given = {item.name: getattr(request, item.name) for item in fields(request)}
    return {
        name: value
        for name, value in given.items()
        if name not in _NOT_ARGUMENTS and value not in (None, "", ())
    }


def refuse_unfit(model: ModelInfo, request: Request) -> None:
    """Refuse what a model does not take, also where it was not known before the run.

    Raises:
        TaskError: It does not (`invalid`).
    """
    arguments = arguments_of(request)
    given = frozenset(arguments) - _NOT_INPUTS
    if found := list(model.complaints(arguments, given, request.kind)):
        raise TaskError("; ".join(found[:5]), kind=ErrorKind.INVALID)
