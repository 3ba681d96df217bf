"""Known keys are set, everything that can go wrong goes wrong, and then every place is searched.

No key may be in any file under the home and the output folder, in a row of the database, in the
metadata of a picture or film, or in anything printed; nor a part of one, nor one in disguise.
"""

from __future__ import annotations

import base64
import itertools
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, quote_plus

import anyio
import anyio.lowlevel
import av
import pytest
from PIL import Image as Picture
from pydantic import SecretStr

from engine.document import create
from engine.engine import Engine
from engine.money import Budget
from engine.request import Request
from engine.store import Home
from nodes import registry
from nodes.export import Exporter
from nodes.media import inspect_media, read_workflow
from tests.support.fake_chat import Reply, fake_chat
from tests.tui.cli.conftest import Cli, Result

KEYS = {
    "HF_API_KEY": "canary-hf-id-71c2",
    "HF_API_SECRET": "canary/hf+secret=93ab",
    "FAL_KEY": "canary-fal-id-c0de:canary-fal-secret-55",
    "OPENAI_API_KEY": "sk-canary-chat-0a1b",
}


def disguises() -> Iterator[str]:
    values = [*KEYS.values(), f"{KEYS['HF_API_KEY']}:{KEYS['HF_API_SECRET']}"]
    for secret in {part for value in values for part in (value, *value.split(":"))}:
        yield from (secret, json.dumps(secret)[1:-1])
        yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
        yield secret.encode().hex()
        for start in range(3):
            coded = base64.b64encode(bytes(start) + secret.encode()).decode()
            yield coded[4:-4]
            yield coded[4:-4].replace("+", "-").replace("/", "_")


FORBIDDEN = sorted({form.encode() for form in disguises()})


def hits(data: bytes) -> list[bytes]:
    return [form for form in FORBIDDEN if form in data]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything under a folder, also what lies packed in databases, pictures and films."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield str(path), str(path).encode() + path.read_bytes()
        if path.suffix == ".db":
            yield from rows(path)
        elif path.suffix in (".png", ".mp4"):
            yield f"{path}: workflow", (read_workflow(path) or "").encode()
            yield f"{path}: metadata", json.dumps(metadata(path)).encode()


def rows(path: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
        for table in tables:
            try:
                found = database.execute(f"SELECT * FROM {table}").fetchall()
            except sqlite3.OperationalError:
                continue  # an index
            for row in found:
                yield f"{table}: {row}", b"|".join(map(plain, row))


def plain(value: Any) -> bytes:
    if not isinstance(value, bytes):
        return str(value).encode()
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


def metadata(path: Path) -> Any:
    if path.suffix == ".png":
        with Picture.open(path) as picture:
            picture.load()
            return {name: str(value) for name, value in picture.info.items()}
    with av.open(str(path)) as film:
        return [dict(film.metadata), *(dict(stream.metadata) for stream in film.streams)]


def assert_clean(folder: Path, *printed: Result) -> None:
    searched = 0
    for place, data in contents(folder):
        searched += 1
        assert not hits(data), place
    assert searched > 5
    for result in printed:
        assert not hits(result.out.encode()), result.out
        assert not hits(result.err.encode()), result.err


NODES = '''
"""Nodes that say what they must not say."""

import base64
from urllib.parse import quote

from engine import Context, ErrorKind, TaskError, node


@node(version=1)
async def blab(how: str, *, ctx: Context) -> str:
    """Give a key away."""
    key = ctx.secret("fal").get_secret_value()
    ctx.secret("higgsfield")
    ctx.progress(0.5, f"sending {key}")
    match how:
        case "crash":
            raise ValueError(f"bad header: Key {key}")
        case "chain":
            try:
                raise RuntimeError(key)
            except RuntimeError as error:
                raise TaskError(f"no: {key}", hint=f"look at {key}", where=key) from error
        case "retry":
            raise TaskError(f"later, {key}", kind=ErrorKind.TRANSIENT, retry_after=0)
        case "system":
            raise OSError(5, "failed", f"/tmp/{key}")
        case "repr":
            raise KeyError({"Authorization": f"Key {key}"})
        case "group":
            raise ExceptionGroup(key, [ValueError(key)])
        case "part":
            raise ValueError("refused id " + key.partition(":")[0])
        case "coded":
            coded = base64.b64encode(f"Basic {key}".encode()).decode()
            raise ValueError(f"{coded} {quote(key, safe='')} {key.encode().hex()}")
        case "secret":
            return ctx.secret("fal")
        case "return":
            return f"made with {key} by {ctx.secret('fal')!r}"
'''
HOWS = ("crash", "chain", "retry", "system", "repr", "group", "part", "coded", "secret", "return")


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "keyring", None)
    for name in ("HF_CREDENTIALS", "HF_KEY", "REELGRAPH_CHAT_BASE_URL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    cli = Cli(tmp_path, capsys)
    cli.session = None
    return cli


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for number, form in enumerate(FORBIDDEN):
        (tmp_path / f"{number}.txt").write_bytes(b"x" + form + b"x")
    assert all(hits(data) for _, data in contents(tmp_path))


@pytest.mark.parametrize("output", ["plain", "--json", "--events"])
def test_nodes_that_give_keys_away(cli: Cli, output: str) -> None:
    (cli.folder / "blab.py").write_text(NODES, encoding="utf-8")
    flow = cli.write(
        {
            "nodes": {
                how: {"type": "blab", "inputs": {"how": how}, "retry": 1 if how == "retry" else 0}
                for how in HOWS
            },
            "outputs": {how: f"${{{how}.text}}" for how in HOWS},
        }
    )
    flags = {"plain": [], "--json": ["--json"], "--events": ["--events", "jsonl"]}[output]
    arguments = (flow, "--nodes", "blab.py")
    results = [
        cli("run", *arguments, "--debug", *flags),
        cli("run", *arguments, "--debug", *flags),
        cli("plan", *arguments, "--debug"),
        cli("runs", "1"),
        cli("runs", "1", "--json"),
        cli("keys"),
        cli("keys", "--json"),
    ]
    assert results[0].code == 3
    shown = results[0].out + results[0].err
    assert "***" in shown
    assert "bad header" in shown
    assert_clean(cli.folder, *results)


@contextmanager
def echo(statuses: Iterator[int]) -> Iterator[str]:
    """A server that answers each request with all its headers, in any way that it can."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status = next(statuses)
            said = self.headers.get("Authorization", "")
            secret = said.partition(" ")[2]
            words = f"{said} {quote(said)} {base64.b64encode(said.encode()).decode()} {secret}"
            if status >= 400:
                # Elsewhere ids may stand; an error has no use for them.
                words += f" {secret.partition(':')[0]} {secret.encode().hex()}"
            body = json.dumps(
                {
                    "detail": words,
                    "message": words,
                    "error": {"message": words, "code": said},
                    "status": "failed",
                    "request_id": said,
                    "choices": words,
                }
            ).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Correlation-Id", said)
            if status == 302:
                self.send_header("Location", f"https://elsewhere.example/{quote(said)}?{secret}")
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 422, 500])
def test_providers_that_repeat_the_key(
    cli: Cli, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = cli.write(
        {
            "nodes": {
                "frame": {
                    "type": "text_to_image",
                    "inputs": {"prompt": "a hill", "model": ["higgsfield/soul"]},
                },
                "board": {
                    "type": "storyboard_split",
                    "inputs": {"script": "A hare ran.", "model": ["chat/any"]},
                },
            },
            "outputs": {"frame": "${frame.image}", "prompts": "${board.shots.prompt}"},
        }
    )
    document = create(json.loads(flow.read_bytes())).save(flow)
    with echo(itertools.repeat(status)) as url:
        monkeypatch.setenv("REELGRAPH_HIGGSFIELD_BASE_URL", url)
        monkeypatch.setenv("REELGRAPH_CHAT_BASE_URL", url)
        monkeypatch.setenv("REELGRAPH_OPENAI_BASE_URL", url)
        monkeypatch.delenv("FAL_KEY")
        with closing(Home.open(cli.folder / "home")) as home:
            events: list[Any] = []
            engine = engine_for(home)
            graph, _ = engine.bind(document)

            async def work() -> Any:
                request = Request.parse(graph)
                return await engine.run(
                    document, graph, request, events.append, budget=Budget(allow_unknown=True)
                )

            report = anyio.run(work)
        assert {failure.task for failure in report.failures} == {"frame", "board"}
        assert not hits(repr(events).encode())
        assert not hits(repr(report.failures).encode())
        monkeypatch.setattr(anyio, "sleep", _no_sleep)
        shown = [cli("keys", "--check"), cli("keys", "--check", "--json"), cli("runs", "1")]
    assert_clean(cli.folder, *shown)


def engine_for(home: Home) -> Engine:
    from nodes.keys import Keys

    return Engine(home, registry(), inspect_media, secrets=Keys().get, sleep=_no_sleep)


async def _no_sleep(seconds: float) -> None:
    await anyio.lowlevel.checkpoint()


def test_a_film_whose_words_hold_a_key(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    key = KEYS["OPENAI_API_KEY"]
    shot = {
        "number": 1,
        "prompt": f"A hare, {key}",
        "motion": "pan left",
        "camera": f"wide {key}",
        "seconds": 0.2,
        "dialogue": "",
        "characters": [key],
        "location": "",
        "time": "",
        "text": key,
    }
    flow = {
        "nodes": {
            "board": {
                "type": "storyboard_split",
                "inputs": {"script": "A hare ran.", "model": ["chat/any"]},
            },
            "frame": {
                "type": "text_to_image",
                "inputs": {"prompt": "${board.shots.prompt}", "resolution": "360p"},
            },
            "clip": {
                "type": "image_to_video",
                "inputs": {"image": "${frame.image}", "duration": "${board.shots.seconds}"},
            },
        },
        "outputs": {
            "frames": "${frame.image}",
            "film": "${clip.video}",
            "prompts": "${board.shots.prompt}",
        },
    }
    document = create({"reelgraph": 1, **flow}).save(cli.folder / "flow.json")
    with fake_chat(key) as chat, closing(Home.open(cli.folder / "home")) as home:
        monkeypatch.setenv("REELGRAPH_CHAT_BASE_URL", chat.url)
        chat.replies.append(Reply(json.dumps({"shots": [shot]})))
        engine = engine_for(home)
        graph, _ = engine.bind(document)
        find = engine.files(document).path
        with Exporter(graph, find, cli.folder / "out", graph.text, ()) as exporter:

            async def work() -> Any:
                request = Request.parse(graph)
                return await engine.run(
                    document, graph, request, exporter.handle, budget=Budget(allow_unknown=True)
                )

            report = anyio.run(work)
            exporter.finish(report)
    assert report.outputs["prompts"] == ["A hare, ***"]
    suffixes = {path.suffix for path in (cli.folder / "out").rglob("*")}
    assert {".png", ".mp4"} <= suffixes
    assert_clean(cli.folder)


def test_a_secret_is_masked_wherever_it_is_shown() -> None:
    secret = SecretStr("canary")
    assert "canary" not in f"{secret} {secret!r} {[secret]}"
