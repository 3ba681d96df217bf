"""Bodies of multipart/form-data, read as a server reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from tests.support.loopback import Asked


@dataclass(frozen=True)
class Field:
    """A field of a form."""

    name: str
    content: bytes
    filename: str = ""
    media_type: str = ""

    @property
    def text(self) -> str:
        return self.content.decode()


def fields_of(asked: Asked) -> Iterator[Field]:
    """Yield the fields of a request, in order; nothing if it is no form."""
    kind = asked.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + asked.body
    )
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        filename = part.get_filename() or ""
        content = part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        yield Field(name, content, filename, part.get_content_type() if filename else "")
