"""What kind of file an address leads to, by what its provider says of it and by its ending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

FileKind = Literal["image", "video", "audio", "file"]

_MEDIA: tuple[FileKind, ...] = ("video", "image", "audio")
_EXTENSIONS: Mapping[str, FileKind] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "gif", "bmp"), "image"),
    **dict.fromkeys(("mp4", "mov", "webm", "mkv"), "video"),
    **dict.fromkeys(("mp3", "wav", "flac", "ogg", "m4a", "aac", "opus"), "audio"),
}
_SAY_NOTHING = ("", "application/octet-stream", "binary/octet-stream")


def kind_of(url: str, *, media_type: str = "", name: str = "") -> FileKind:
    """Return the kind of a file.

    Args:
        url: Its address.
        media_type: What its provider says that it is, where it does.
        name: The field that it was found in, which counts where nothing else tells.
    """
    extension = url.partition("?")[0].rpartition(".")[2].lower()
    if media_type.startswith("image/svg") or extension == "svg":
        # Lines, which are no picture to what takes pixels.
        return "file"
    for kind in _MEDIA:
        if media_type.startswith(kind + "/"):
            return kind
    if not media_type and extension in _EXTENSIONS:
        return _EXTENSIONS[extension]
    if media_type in _SAY_NOTHING:
        return next((kind for kind in _MEDIA if name.startswith(kind)), "file")
    return "file"
