"""What Ideogram answers: results at once, and how jobs stand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.wording import cleaned

_REFUSALS = ("safety", "unsafe", "moderation", "policy")
_UNSAFE = "Ideogram finds that what was made is not safe"
_MILLIONTHS = 10**6
_MOST = 10**6
"""Dollars that no job costs."""


def reason_in(document: Any) -> str:
    """Return Ideogram's own name for why a request was rejected; empty if there is none."""
    reason = document.get("reject_reason") if isinstance(document, Mapping) else None
    return cleaned(reason).lower() if isinstance(reason, str) else ""


def made_in(document: Mapping[str, Any], kind: Literal["image", "video"]) -> JobStatus | None:
    """Read what was made; None where nothing is said of it.

    What is not safe has no address: the rest is taken.
    """
    data = document.get("data")
    if not isinstance(data, list):
        return None
    items = [item for item in data if isinstance(item, Mapping)]
    urls = [item.get("url") for item in items if item.get("is_image_safe") is not False]
    files = tuple(RemoteFile(url, kind) for url in urls if isinstance(url, str) and url)
    cost = _cost(document.get("usage_cost_usd_micros"))
    if files:
        return JobStatus(JobPhase.SUCCEEDED, 1.0, files=files, cost=cost, billed="billed")
    if any(item.get("is_image_safe") is False for item in items):
        return JobStatus(JobPhase.REFUSED, message=_UNSAFE, cost=cost)
    message = "Ideogram says that it has succeeded, but gives no file"
    return JobStatus(JobPhase.FAILED, message=message, cost=cost, billed="billed")


def status_of(document: Mapping[str, Any], kind: Literal["image", "video"]) -> JobStatus | None:
    """Read how a job stands; None where it does not say."""
    word = document.get("status")
    if not isinstance(word, str):
        return None
    if word == "completed":
        return made_in({"data": [], **document}, kind)
    if word == "failed":
        reason = document.get("failure_reason")
        said = cleaned(reason) if isinstance(reason, str) else ""
        is_refusal = any(each in said.lower() for each in _REFUSALS)
        phase = JobPhase.REFUSED if is_refusal else JobPhase.FAILED
        return JobStatus(phase, message=said or "Ideogram gives no reason")
    # A word that is not known yet means that it goes on.
    return JobStatus(JobPhase.RUNNING, note=cleaned(word))


def _cost(millionths: Any) -> Decimal | None:
    is_number = isinstance(millionths, int) and not isinstance(millionths, bool)
    if not is_number or not 0 <= millionths < _MOST * _MILLIONTHS:
        return None
    return Decimal(millionths) / _MILLIONTHS
