"""When to ask again: pure arithmetic over seconds."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from random import Random

SHARE = 0.02
"""The pause between two looks at a job, as a share of how long it has been waited for."""
_LONGEST = 30.0
_MOST_A_SECOND = 1200.0
"""Looks a second, at all jobs of a provider together; each takes about half a millisecond."""
_FIRST_RETRY = 0.5
_LONGEST_RETRY = 30.0
_LONGEST_ASKED = 300.0
"""However long the other side asks to be left alone."""


def pause(waited: float, floor: float, random: Random, jobs: int = 1) -> float:
    """Return the seconds until the next look at a job.

    They grow with the job, so that a short one is seen to end at once and a long one is not asked
    about too often. They stay below a tenth of what was waited, except for the floors,
    and vary, so that jobs that began together are not asked about together.

    Args:
        waited: Seconds since the job was submitted.
        floor: The provider's least pause.
        random: Varies it.
        jobs: How many are waited for; so many that asking would keep this machine busy are asked
            about less often.
    """
    wanted = min(max(waited, 0.0) * SHARE, _LONGEST) * random.uniform(0.75, 1.0)
    return max(floor, wanted, min(jobs / _MOST_A_SECOND, 1.0))


def backoff(attempt: int, asked: float | None, random: Random) -> float:
    """Return the seconds before another try of what failed.

    Args:
        attempt: The try that failed, from 1.
        asked: What the other side asked for, if it did.
        random: Varies it.
    """
    own = min(_FIRST_RETRY * 2.0 ** (attempt - 1), _LONGEST_RETRY) * random.uniform(0.75, 1.25)
    return own if asked is None else max(min(asked, _LONGEST_ASKED), own) + own * 0.1


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Read the header Retry-After: seconds, or a date.

    Args:
        headers: Names in lower case.
        now: Seconds since 1970.
    """
    text = headers.get("retry-after", "").strip()
    seconds: float
    try:
        seconds = float(text) if text[:1].isdigit() else _moment(text) - now
    except (ValueError, OverflowError, IndexError):
        return None
    return max(seconds, 0.0) if seconds < float("inf") else None


def _moment(text: str) -> float:
    return parsedate_to_datetime(text).timestamp()
