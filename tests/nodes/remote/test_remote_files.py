"""Files inside requests and answers: streamed both ways, exact to the byte."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import itertools
import json
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Image
from engine.errors import TaskError
from nodes.remote.adapter import Answer, Call, Inline, Part, Spooled
from nodes.remote.addresses import Addresses
from nodes.remote.http import Http, NotSent
from nodes.remote.outgoing import as_recorded, recorded
from nodes.remote.spool import LONG, Spool, file_in, write_short
from tests.support.loopback import Asked, Loopback, Reply

CONTENT = bytes(range(256)) * 2000


class Mirror(Loopback):
    """Takes anything."""

    def answer(self, asked: Asked) -> Reply:
        return Reply(json={})


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    mirror = Mirror()
    mirror.start()
    yield mirror
    mirror.stop()


def image_of(content: bytes) -> Image:
    digest = hashlib.sha256(content).hexdigest()
    return Image(digest=digest, media_type="image/png", size=len(content), width=1, height=1)


def ask(mirror: Mirror, call: Call, folder: Path, largest: int = 10**9) -> Answer:
    """Make a call whose files lie in a folder by their digests."""
    numbers = itertools.count()

    async def headers(ask: object) -> Mapping[str, str]:
        return {"X-Key": "secret"}

    def clean(data: Any, *, message: bool = False) -> Any:
        return data

    async def run() -> Answer:
        addresses = Addresses(mirror.url)
        http = Http(addresses, headers, clean, lambda media: folder / media.digest, largest)
        try:
            return await http.call(call, fresh=lambda: folder / f"answer-{next(numbers)}")
        finally:
            await http.close()

    return anyio.run(run)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 1000, 196_608, 196_609, 512_000])
def test_a_file_stands_in_json_as_base64(mirror: Mirror, tmp_path: Path, size: int) -> None:
    image = image_of(CONTENT[:size])
    (tmp_path / image.digest).write_bytes(CONTENT[:size])
    said = 'a "quoted" prompt, @inline0@ and ümlauts'
    body = {"prompt": said, "images": [Inline(image), Inline(image, "data:image/png;base64,")]}
    ask(mirror, Call("POST", "/x", json=body), tmp_path)
    (asked,) = mirror.asked
    assert asked.headers["content-type"] == "application/json"
    plain, prefixed = asked.json["images"]
    assert base64.b64decode(plain, validate=True) == CONTENT[:size]
    assert prefixed == "data:image/png;base64," + plain
    assert asked.json["prompt"] == said


@pytest.mark.parametrize("size", [0, 5, 512_000])
def test_a_form_holds_texts_and_files(mirror: Mirror, tmp_path: Path, size: int) -> None:
    image = image_of(CONTENT[:size])
    (tmp_path / image.digest).write_bytes(CONTENT[:size])
    parts = (Part("prompt", "fö\r\n--x"), Part("image[]", image), Part('a"b', image, "mask.png"))
    ask(mirror, Call("POST", "/x", form=parts), tmp_path)
    (asked,) = mirror.asked
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + asked.body, policy=email.policy.HTTP)
    got = [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]
    assert got == [
        ("prompt", None, "fö\r\n--x".encode()),
        ("image[]", "input.png", CONTENT[:size]),
        ("a%22b", "mask.png", CONTENT[:size]),
    ]


def test_a_call_with_files_comes_back_from_the_journal_as_it_was() -> None:
    image = image_of(b"x")
    call = Call(
        "POST",
        "/x",
        json={"a": [1, Inline(image, "p")], "b": None},
        form=(Part("n", "v"), Part("f", image, "name.png")),
        headers={"X-Secret": "hidden"},
    )
    record = json.loads(json.dumps(recorded(call)))
    assert "hidden" not in json.dumps(record)
    assert as_recorded(Call("POST", "/other", headers=call.headers), record) == call


def test_a_file_may_be_the_whole_answer(mirror: Mirror, tmp_path: Path) -> None:
    mirror.script("/x", Reply(body=CONTENT, headers={"Content-Type": "image/png"}))
    answer = ask(mirror, Call("POST", "/x", holds_media=True), tmp_path)
    assert answer.file is not None
    assert answer.file.path.read_bytes() == CONTENT
    assert answer.file.size == len(CONTENT)


def test_a_file_may_lie_elsewhere_where_the_key_does_not_go(mirror: Mirror, tmp_path: Path) -> None:
    mirror.script("/x", Reply(302, headers={"Location": "/y"}))
    mirror.script("/y", Reply(body=CONTENT, headers={"Content-Type": "video/mp4"}))
    answer = ask(mirror, Call("GET", "/x", holds_media=True, wants="clip"), tmp_path)
    assert answer.file is not None
    assert (answer.file.size, answer.wants) == (len(CONTENT), "clip")
    assert ["x-key" in asked.headers for asked in mirror.asked] == [True, False]


def test_a_redirect_is_followed_to_a_file_only_and_not_in_circles(
    mirror: Mirror, tmp_path: Path
) -> None:
    mirror.script("/x", *[Reply(302, headers={"Location": "/x"})] * 8)
    for call in (Call("POST", "/x", holds_media=True), Call("GET", "/x")):
        with pytest.raises(TaskError, match="which is not followed"):
            ask(mirror, call, tmp_path)
    with pytest.raises(TaskError, match="in circles"):
        ask(mirror, Call("GET", "/x", holds_media=True), tmp_path)


def test_an_error_is_read_as_text_even_where_a_file_is_awaited(
    mirror: Mirror, tmp_path: Path
) -> None:
    mirror.script("/x", Reply(403, json={"error": "no"}))
    answer = ask(mirror, Call("POST", "/x", holds_media=True), tmp_path)
    assert (answer.status, answer.json, answer.file) == (403, {"error": "no"}, None)


def test_a_large_file_in_json_never_is_in_memory(tmp_path: Path) -> None:
    chunk = base64.b64encode(bytes(96_000))
    spool = Spool(lambda: tmp_path / "file", 1000, 10**9)
    tracemalloc.start()
    spool.feed(b'{"data": "')
    for _ in range(200):
        spool.feed(chunk)
    spool.feed(b'"}')
    answer = spool.finish()
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert answer["data"].size == answer["data"].path.stat().st_size == 200 * 96_000


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"a": "' + b"A" * 50_000, "middle of a text"),
        (b'{"a": "' + b"A" * 50_001 + b'"}', "a file in it is broken"),
        (b'{"a": "' + b"A" * 50_000 + b'\\u0041"}', "a file in it is broken"),
        (b'{"a": "' + b"A" * 50_000 + b"===" + b"A" * 9 + b'"}', "a file in it is broken"),
        (b'{"a": "' + b"A" * 2_000_000 + b'"}', "too large"),
        (b"<html>", "cannot be read"),
    ],
)
def test_a_broken_answer_is_one_clear_error(
    mirror: Mirror, tmp_path: Path, body: bytes, message: str
) -> None:
    mirror.script("/x", Reply(body=body, headers={"Content-Type": "application/json"}))
    with pytest.raises(TaskError, match=message):
        ask(mirror, Call("POST", "/x", holds_media=True), tmp_path, largest=1_000_000)


def test_text_that_is_no_file_stays_text_however_long(tmp_path: Path) -> None:
    said = "a word, and " * 10_000
    assert spool(tmp_path, json.dumps({"said": said}).encode(), 1000) == {"said": said}


def spool(folder: Path, body: bytes, step: int) -> Any:
    numbers = itertools.count()
    spool = Spool(lambda: folder / f"{next(numbers)}", 10**7, 10**8)
    for start in range(0, len(body), step):
        spool.feed(body[start : start + step])
    return spool.finish()


def read_back(data: Any) -> Any:
    if isinstance(data, Spooled):
        return data.path.read_bytes()
    if isinstance(data, dict):
        return {name: read_back(value) for name, value in data.items()}
    return [read_back(item) for item in data] if isinstance(data, list) else data


texts = st.text(max_size=20) | st.sampled_from(["\\", '"', "spooled-0-0", "a\\/b", "é\u2028"])
plain = st.recursive(
    st.none() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    data=plain,
    size=st.integers(LONG, LONG + 40_000),
    prefix=st.sampled_from(["", "data:image/png;base64,"]),
    slashes=st.booleans(),
    urlsafe=st.booleans(),
    ascii_only=st.booleans(),
    step=st.sampled_from([1000, 4097, 10**6]),
)
def test_whatever_comes_is_put_together_again(
    tmp_path_factory: pytest.TempPathFactory,
    data: Any,
    size: int,
    prefix: str,
    slashes: bool,
    urlsafe: bool,
    ascii_only: bool,
    step: int,
) -> None:
    content = hashlib.sha256(str(size).encode()).digest() * (size // 32 + 1)
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    document = {"first": data, "file": prefix + encode(content).decode(), "last": [data]}
    body = json.dumps(document, ensure_ascii=ascii_only)
    if slashes:
        body = body.replace("/", "\\/")
    folder = tmp_path_factory.mktemp("spool")
    got = read_back(spool(folder, body.encode(), step))
    expected = json.loads(body)
    assert got == {**expected, "file": content}


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_short_file_stays_text_until_it_is_written(
    tmp_path: Path, size: int, prefix: str
) -> None:
    found = file_in(prefix + base64.b64encode(CONTENT[:size]).decode(), "image")
    assert (found.url, found.spooled) == ("", None)
    assert write_short(found.content, tmp_path / "it").size == size
    assert (tmp_path / "it").read_bytes() == CONTENT[:size]


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    spooled = Spooled(tmp_path, 3)
    assert file_in(spooled, "audio", 24_000).spooled is spooled
    nothing: tuple[Any, ...] = (None, "", 5, {})
    for value in nothing:
        with pytest.raises(TypeError):
            file_in(value, "image")
    for content in ("not base64!", "é", "AAAAA"):
        with pytest.raises(ValueError, match=r"broken|encode"):
            write_short(content, tmp_path / "it")


def test_fields_are_sent_as_browsers_send_them(mirror: Mirror, tmp_path: Path) -> None:
    ask(mirror, Call("POST", "/x", fields={"grant_type": "urn:a:b", "text": "a b&c"}), tmp_path)
    (asked,) = mirror.asked
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.body == b"grant_type=urn%3Aa%3Ab&text=a+b%26c"


def test_where_no_token_can_be_had_nothing_was_sent(mirror: Mirror) -> None:
    mirror.script("/token", Reply(silent=True))

    async def headers(ask: Any) -> Mapping[str, str]:
        await ask(Call("POST", "/token", authenticated=False))
        return {}

    async def run() -> None:
        http = Http(
            Addresses(mirror.url), headers, lambda data, message=False: data, lambda m: Path()
        )
        try:
            await http.call(Call("POST", "/job", json={}))
        finally:
            await http.close()

    with pytest.raises(NotSent, match="no whole answer"):
        anyio.run(run)
    assert [asked.path for asked in mirror.asked] == ["/token"]
