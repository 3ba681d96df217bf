"""Finds and decodes what is to be shown, in a thread beside the interface, and keeps what was.

    pictures = Pictures(desk.engine.whereabouts)
    bitmap = await pictures.still(image, (128, 36))
    bitmap = await pictures.frame(video, (128, 36), at=2.5)

One picture is decoded at a time, so that memory holds no more than one of full size. A request that
nobody waits for any longer is dropped before it begins.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App

from engine.errors import ReelgraphError, TaskError
from engine.values import Audio, File, Image, Media, Video
from tui.editor.preview.bitmap import Bitmap, Box
from tui.editor.preview.graphics import Graphics
from tui.editor.preview.printing import Printer
from tui.editor.preview.sixel import encoded

if TYPE_CHECKING:
    from tui.editor.preview.decoding import FilmReader

T = TypeVar("T")
_MEMORY = 48_000_000
"""Bytes of decoded pictures that are kept."""
_POSTER = 0.1
"""The share of a film from which the picture that stands for it is taken."""
_MOST_TEXT = 100_000
"""Characters of a text file that are read."""


class Pictures:
    """Decodes for the screen.

    Args:
        find: Returns where the blob of a digest lies.
        graphics: How pictures are shown on this terminal.
        memory: Bytes of decoded pictures that are kept.
    """

    def __init__(
        self,
        find: Callable[[str], Path],
        graphics: Graphics | None = None,
        *,
        memory: int = _MEMORY,
    ) -> None:
        self.graphics = graphics or Graphics()
        self._find = find
        self._adopted: dict[str, Path] = {}
        self._most = memory
        self._size = 0
        self._kept: OrderedDict[tuple[Any, ...], Bitmap | ReelgraphError] = OrderedDict()
        self._film: tuple[Path, Box, FilmReader] | None = None
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, "pictures")
        self._printer: Printer | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Decode no more, and leave nothing behind."""
        with suppress(RuntimeError):
            self._thread.submit(self._close_film)
        self._thread.shutdown(wait=False)
        if self._printer is not None:
            self._printer.close()
        if self._folder is not None:
            self._folder.cleanup()

    def printer(self, app: App[Any]) -> Printer:
        """Return what prints pictures for an application."""
        if self._printer is None:
            self._printer = Printer(app, self.graphics)
        return self._printer

    @property
    def folder(self) -> Path:
        """A private folder for what other programs are given; it is gone in the end."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="reelgraph-")
        return Path(self._folder.name)

    # -- where things lie ----------------------------------------------------------------------

    def path(self, media: Media) -> Path:
        """Return where the bytes of a handle lie."""
        return self._adopted.get(media.digest) or self._find(media.digest)

    async def adopt(self, path: Path) -> Media:
        """Return a handle for a file that is not in the store.

        Raises:
            ReelgraphError: It cannot be read, or it is broken.
        """
        media = await self._call(_handle, path)
        self._adopted[media.digest] = path
        return media

    # -- decoding ------------------------------------------------------------------------------

    async def still(self, media: Media, box: Box) -> Bitmap:
        """Decode a picture, fitted into a box of pixels.

        Raises:
            ReelgraphError: It cannot be read.
        """
        return await self._kept_or((media.digest, box, 0.0), _still, self.path(media), box)

    async def frame(self, video: Video, box: Box, at: float) -> Bitmap:
        """Decode the picture of a film that is on screen at a time, in seconds.

        Raises:
            ReelgraphError: It cannot be read.
        """
        key = (video.digest, box, at)
        return await self._kept_or(key, self._frame, self.path(video), box, at)

    async def poster(self, video: Video, box: Box) -> Bitmap:
        """Decode a picture that stands for a film: not quite the first, as many begin in the dark.

        Raises:
            ReelgraphError: It cannot be read.
        """
        key = (video.digest, box, "poster")
        at = video.seconds * _POSTER
        return await self._kept_or(key, self._frame, self.path(video), box, at, True)

    def _frame(self, path: Path, box: Box, at: float, is_poster: bool = False) -> Bitmap:
        """Decode a frame, in the thread; the film stays open for the next one."""
        if self._film is None or self._film[:2] != (path, box):
            from tui.editor.preview.decoding import FilmReader

            self._close_film()
            self._film = path, box, FilmReader(path, box)
        film = self._film[2]
        try:
            return film.near(at) if is_poster else film.at(at)
        except BaseException:
            self._close_film()
            raise

    def _close_film(self) -> None:
        film, self._film = self._film, None
        if film is not None:
            film[2].close()

    async def sixels(self, bitmap: Bitmap) -> str:
        """Return the escape code that paints a picture."""
        return await self._call(encoded, bitmap)

    async def outline(self, audio: Audio, columns: int) -> list[float]:
        """Return how loud a sound is over its length, from 0 to 1.

        Raises:
            ReelgraphError: It cannot be read.
        """
        return await self._call(_outline, self.path(audio), audio.seconds, columns)

    async def text(self, file: Media) -> str:
        """Return the beginning of a text file.

        Raises:
            ReelgraphError: It cannot be read.
        """
        return await self._call(_text, self.path(file))

    # -- inside --------------------------------------------------------------------------------

    async def _kept_or(
        self, key: tuple[Any, ...], decode: Callable[..., Bitmap], *arguments: Any
    ) -> Bitmap:
        found = self._kept.get(key)
        if found is None:
            found = await self._call(self._made, key, decode, *arguments)
        if isinstance(found, ReelgraphError):
            raise found
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        return found

    def _made(
        self, key: tuple[Any, ...], decode: Callable[..., Bitmap], *arguments: Any
    ) -> Bitmap | ReelgraphError:
        """Decode and keep, in the thread: what nobody waits for any longer is kept as well."""
        made: Bitmap | ReelgraphError | None = self._kept.get(key)
        if made is None:
            try:
                made = _guarded(decode, *arguments)
            except ReelgraphError as error:
                made = error
            with self._lock:
                self._kept[key] = made
                self._size += _weight(made)
                while self._size > self._most and len(self._kept) > 1:
                    self._size -= _weight(self._kept.popitem(last=False)[1])
        return made

    async def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _guarded, function, *arguments)


# What decodes is imported in the thread, when there is something to decode: it takes a while.


def _guarded(function: Callable[..., T], *arguments: Any) -> T:
    from tui.editor.preview.decoding import guarded

    return guarded(function, *arguments)


def _still(path: Path, box: Box) -> Bitmap:
    from tui.editor.preview.decoding import still

    return still(path, box)


def _outline(path: Path, seconds: float, columns: int) -> list[float]:
    from tui.editor.preview.decoding import outline

    return outline(path, seconds, columns)


def _weight(made: Bitmap | ReelgraphError) -> int:
    return len(made.data) if isinstance(made, Bitmap) else 500


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(4 * _MOST_TEXT).decode("utf-8-sig", "replace")[:_MOST_TEXT]


def _handle(path: Path) -> Media:
    from nodes.media import inspect_media, sniff
    from nodes.media.signatures import describe
    from nodes.media.vector import SVG

    found = path.stat()
    media_type = sniff(path)
    kind = _KINDS.get(media_type.partition("/")[0], File) if media_type != SVG else File
    # No bytes are hashed: a file that is looked at in passing may be large.
    name = f"{path.absolute()}\n{found.st_size}\n{found.st_mtime_ns}"
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    if found.st_size == 0:
        raise TaskError(f"The file is {describe(path)}.")
    return kind(digest=digest, size=found.st_size, **inspect_media(path, kind))


_KINDS: dict[str, type[Image] | type[Video] | type[Audio]] = {
    "image": Image, "video": Video, "audio": Audio,
}  # fmt: skip
