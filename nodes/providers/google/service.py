"""What Google's services have in common: how they tell what is wrong, and how clips come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine import ErrorKind, TaskError
from nodes.remote.adapter import Answer, JobPhase, JobStatus, RemoteFile
from nodes.remote.standard import StandardAdapter
from nodes.remote.wording import unexpected

PATIENCE = 600.0
"""Seconds that a call which answers at once may take: the largest pictures take minutes."""
_SECONDS = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)s")

_CODES: Mapping[str, ErrorKind] = {
    "deadline_exceeded": ErrorKind.TRANSIENT,
    "failed_precondition": ErrorKind.BILLING,
    "internal": ErrorKind.TRANSIENT,
    "invalid_argument": ErrorKind.INVALID,
    "not_found": ErrorKind.DOWN,
    "permission_denied": ErrorKind.AUTH,
    "resource_exhausted": ErrorKind.THROTTLED,
    "unauthenticated": ErrorKind.AUTH,
    "unavailable": ErrorKind.TRANSIENT,
}


class GoogleService(StandardAdapter):
    """An adapter of a service that answers errors as Google's do."""

    codes = _CODES

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Google's words.

        The front end puts the error into a list at times.
        """
        document = answer.json
        if isinstance(document, list):
            document = next((each for each in document if isinstance(each, Mapping)), None)
        error = super().error(replace(answer, json=document))
        if isinstance(document, Mapping):
            error.retry_after = _delay(document.get("error"))
        return error

    def fetched(self, answer: Answer) -> JobStatus:
        """Read the clip that a call of `wants="file"` brought."""
        if answer.status >= 400:
            raise self.error(answer)
        if answer.file is None:
            raise unexpected(self.title, answer)
        file = RemoteFile("", "video", spooled=answer.file)
        return JobStatus(JobPhase.SUCCEEDED, files=(file,), billed="billed")


def _delay(error: Any) -> float | None:
    """Return the seconds to wait, where the details of an error tell."""
    details = error.get("details") if isinstance(error, Mapping) else None
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, Mapping) else None
        if isinstance(delay, str) and (match := _SECONDS.fullmatch(delay)):
            return float(match[1])
    return None
