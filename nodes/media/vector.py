"""Vector pictures: an SVG is read as data, never drawn, and refused if it is more than shapes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

from engine.errors import ErrorKind, TaskError

SVG = "image/svg+xml"
_NAMESPACE = "http://www.w3.org/2000/svg"
_MAX_BYTES = 64 * 1024**2
_MAX_DEPTH = 256
_BLOCK = 1024**2
_ACTIVE = frozenset(
    ("script", "foreignobject", "iframe", "embed", "object", "audio", "video", "canvas", "handler")
)
"""Elements that run, play or hold what is no picture."""
_ADDRESSES = frozenset(("href", "src", "action", "data", "base"))
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"url\(\s*['\"]?(?!\s*['\"]?#)(?!data:(?:image/(?:png|jpe?g|gif|webp)|font/|application/font))"
    r"|@import|expression\s*\(|javascript:|\\",
    re.IGNORECASE,
)


def check_svg(path: Path) -> None:
    """Refuse what is no SVG, or more than a picture: scripts, addresses, entities.

    Raises:
        TaskError: It is; the message says what was found (`invalid`).
    """
    if path.stat().st_size > _MAX_BYTES:
        raise _refused(f"it is larger than {_MAX_BYTES // 1024**2} MB")
    reader = _Reader()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                reader.parser.Parse(block, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _refused(f"it is no XML: {error}") from None


def _refused(reason: str) -> TaskError:
    return TaskError(
        f"The vector picture is refused: {reason}.",
        kind=ErrorKind.INVALID,
        hint="An SVG of shapes alone is taken, without scripts and addresses of other files.",
    )


class _Reader:
    """Goes over a document's elements and attributes, and raises at the first that is refused."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._open: list[str] = []
        self._style: list[str] = []

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        if internal:
            raise _refused("its document type declares things of its own")

    def _entity(self, *declaration: object) -> None:
        raise _refused("it declares an entity")

    def _instruction(self, target: str, data: str) -> None:
        raise _refused(f"it has the instruction {target[:40]!r}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._open and (namespace, local) != (_NAMESPACE, "svg"):
            raise _refused(f"its outermost element is {local[:40]!r}")
        if len(self._open) >= _MAX_DEPTH:
            raise _refused(f"its elements are more than {_MAX_DEPTH} deep")
        if local.lower() in _ACTIVE or namespace.endswith("/xhtml"):
            raise _refused(f"it has an element {local[:40]!r}")
        self._open.append(local.lower())
        for each, value in attributes.items():
            _check_attribute(each.rpartition(" ")[2].lower(), value)

    def _end(self, name: str) -> None:
        if self._open.pop() == "style":
            # A style may come in several pieces; what it holds is seen only in the whole.
            _check_style("".join(self._style))
            self._style.clear()

    def _text(self, text: str) -> None:
        if "style" in self._open:
            self._style.append(text)


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise _refused(f"it has a script in {name[:40]!r}")
    if name == "attributename" and value.strip().lower().endswith("href"):
        raise _refused("it changes an address while it is shown")
    if name in _ADDRESSES and not (value.strip().startswith("#") or _EMBEDDED.match(value.strip())):
        raise _refused(f"it leads elsewhere: {value[:60]!r}")
    _check_style(value)


def _check_style(text: str) -> None:
    if found := _OUTSIDE.search(text):
        raise _refused(f"it leads elsewhere: {text[found.start() :][:60]!r}")
