"""What services that speak as OpenAI's do have in common: how they tell what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from engine import ErrorKind, Media, TaskError
from nodes.remote.adapter import Answer, Call, Inline
from nodes.remote.standard import StandardAdapter, data_url

PATIENCE = 600.0
"""Seconds that a call which answers at once may take: large pictures take minutes."""
CODES: Mapping[str, ErrorKind] = {
    "bio_policy": ErrorKind.REFUSED,
    "content_filter": ErrorKind.REFUSED,
    "content_policy_violation": ErrorKind.REFUSED,
    "contentfilter": ErrorKind.REFUSED,
    "image_content_policy_violation": ErrorKind.REFUSED,
    "insufficient_quota": ErrorKind.BILLING,
    "invalid_prompt": ErrorKind.INVALID,
    "misalignment_policy_violation": ErrorKind.REFUSED,
    "moderation_blocked": ErrorKind.REFUSED,
    "rate_limit_exceeded": ErrorKind.THROTTLED,
}
_SAFETY = "safety system"
"""What the words of a refusal name where no code tells."""
_NO_ACCESS = "The account may not use this model, or its organisation is not verified there."


class OpenAIService(StandardAdapter):
    """An adapter of a service that answers errors as OpenAI's do."""

    codes = CODES
    probe_path = "/models"
    formats: tuple[str, ...] = ("image/png", "image/jpeg", "image/webp")
    """Media types of files that are given."""

    def start_upload(self, media: Media) -> Call | Inline:
        """Return how a file goes along.

        Raises:
            TaskError: It is of a type that is not taken.
        """
        if media.media_type in self.formats:
            return data_url(media)
        names = ", ".join(each.partition("/")[2].upper() for each in self.formats)
        message = f"{self.title} takes no {media.media_type}, but {names}"
        raise TaskError(message, kind=ErrorKind.INVALID, hint="`resize` makes a PNG of a picture.")

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with the service's words."""
        error = super().error(answer)
        if answer.status < 500 and _SAFETY in error.message.lower():
            error.kind, error.hint = ErrorKind.REFUSED, ""
        elif answer.status == 403 and error.kind is ErrorKind.AUTH:
            error.hint = _NO_ACCESS
        error.retry_after = milliseconds(answer)
        return error


def milliseconds(answer: Answer) -> float | None:
    """Return the seconds to wait, where they are named finer than whole ones."""
    text = answer.headers.get("retry-after-ms", "")
    return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) < 9 else None


def cut_off() -> TaskError:
    """Return the error of a text that has no end."""
    return TaskError(
        "the answer was cut off, as it grew too long",
        kind=ErrorKind.INVALID,
        hint="Set max_shots, or split a chapter at a time.",
    )
