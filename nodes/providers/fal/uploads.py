"""How a file gets into the storage of fal: in one piece, or, if large, to a place of its own."""

from __future__ import annotations

import json

from engine import Media
from nodes.providers.fal.answers import document_of, text_of
from nodes.remote.adapter import Answer, Call

_KEPT = json.dumps({"expiration_duration_seconds": 7 * 86_400})
_LARGEST_DIRECT = 100 * 1000**2
"""Bytes up to which the storage takes a file in one piece."""


def asking_for_a_place(rest: str, media: Media) -> Call:
    """Return the call that asks for leave, or for a place, to upload.

    Args:
        rest: Address of the service that hands out places.
        media: The file.
    """
    if media.size <= _LARGEST_DIRECT:
        url = f"{rest}/storage/auth/token"
        return Call("POST", url, json={}, params={"storage_type": "fal-cdn-v3"})
    return Call(
        "POST",
        f"{rest}/storage/upload/initiate",
        json={"file_name": _file_name(media), "content_type": media.media_type},
        params={"storage_type": "gcs"},
    )


def sending(media: Media, answer: Answer, step: int) -> Call | str:
    """Return the call that sends the bytes, or the address that they can be found at."""
    document = document_of(answer)
    if step > 0:
        return text_of(document, "access_url", answer)
    content = {"Content-Type": media.media_type}
    if "upload_url" in document:
        return Call(
            "PUT",
            text_of(document, "upload_url", answer),
            headers=content,
            authenticated=False,
            body=media,
            gives=text_of(document, "file_url", answer),
        )
    leave = (text_of(document, field, answer) for field in ("token_type", "token"))
    headers = {
        **content,
        "Authorization": " ".join(leave),
        "X-Fal-File-Name": _file_name(media),
        "X-Fal-Object-Lifecycle": _KEPT,
    }
    base = text_of(document, "base_url", answer).rstrip("/")
    return Call("POST", f"{base}/files/upload", headers=headers, authenticated=False, body=media)


def _file_name(media: Media) -> str:
    """Return a name that tells nothing of the file on this machine."""
    return f"{media.digest[:16]}.{media.media_type.partition('/')[2].partition('+')[0]}"
