"""A chat server on this machine, as strict as the real one: keys, fields, schemas.

It counts what it was asked, and answers what the test has put in line.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_KNOWN = {"model", "messages", "response_format", "max_completion_tokens", "store"}
_ROLES = {"system", "developer", "user", "assistant"}
_KEYWORDS = {
    "type",
    "description",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "anyOf",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
}


@dataclass(frozen=True)
class Reply:
    """What the server answers with."""

    text: str | None = None
    finish_reason: str = "stop"
    refusal: str | None = None
    status: int = 200
    error: Mapping[str, Any] | None = None
    raw: bytes | None = None
    """The body as it is, in place of all that."""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False
    """Take the request, and close the connection."""


class FakeChat:
    """The server's state, as the test sees it."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.url = ""
        self.bodies: list[dict[str, Any]] = []
        """Requests that were taken, in order."""
        self.replies: deque[Reply | Callable[[dict[str, Any]], Reply]] = deque()
        self.seen = 0
        """Requests of any kind."""

    def answer(self, method: str, path: str, authorization: str, raw: bytes) -> Reply:
        self.seen += 1
        if authorization != f"Bearer {self.key}":
            shown = authorization.removeprefix("Bearer ")
            return _refuse(401, f"Incorrect API key provided: {shown}.", "invalid_api_key")
        if (method, path) == ("GET", "/v1/models"):
            return Reply(raw=json.dumps({"object": "list", "data": []}).encode())
        if (method, path) != ("POST", "/v1/chat/completions"):
            return _refuse(404, f"Invalid URL ({method} {path})")
        try:
            body = json.loads(raw)
            check_request(body)
        except (ValueError, KeyError, TypeError) as error:
            return _refuse(400, str(error))
        self.bodies.append(body)
        reply = self.replies.popleft()
        return reply(body) if callable(reply) else reply


def _refuse(status: int, message: str, code: str | None = None) -> Reply:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Reply(status=status, error=error)


def check_request(body: Any) -> None:
    """Refuse what the real server refuses.

    Raises:
        ValueError, KeyError, TypeError: Something is wrong.
    """
    unknown = set(body) - _KNOWN
    if unknown:
        raise ValueError(f"Unrecognized request argument supplied: {', '.join(sorted(unknown))}")
    if not isinstance(body["model"], str) or not body["model"]:
        raise ValueError("you must provide a model parameter")
    if not body["messages"]:
        raise ValueError("[] is too short - 'messages'")
    for message in body["messages"]:
        if set(message) != {"role", "content"} or message["role"] not in _ROLES:
            raise ValueError(f"Invalid value: {message.get('role')!r}")
        if not isinstance(message["content"], str):
            raise ValueError("Invalid type for 'messages.content'")
    _check_format(body["response_format"])


def _check_format(structure: Mapping[str, Any]) -> None:
    if set(structure) != {"type", "json_schema"} or structure["type"] != "json_schema":
        raise ValueError("Invalid value for 'response_format'")
    wanted = structure["json_schema"]
    if set(wanted) - {"name", "description", "schema", "strict"} or wanted["strict"] is not True:
        raise ValueError("Invalid value for 'response_format.json_schema'")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wanted["name"]):
        raise ValueError("Invalid 'response_format.json_schema.name'")
    if wanted["schema"].get("type") != "object":
        raise ValueError("Invalid schema for response_format: schema must be an object")
    check_schema(wanted["schema"])


def check_schema(schema: Mapping[str, Any]) -> None:
    """Hold a schema to the strict subset.

    Raises:
        ValueError: It is not within it.
    """
    if odd := set(schema) - _KEYWORDS:
        raise ValueError(f"Invalid schema for response_format: {sorted(odd)} is not permitted")
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            raise ValueError("'additionalProperties' is required to be supplied and to be false")
        if set(schema["required"]) != set(schema["properties"]):
            raise ValueError("'required' is required to include every key in properties")
        for inner in schema["properties"].values():
            check_schema(inner)
    if schema.get("type") == "array":
        check_schema(schema["items"])


def _body(reply: Reply, model: str) -> bytes:
    if reply.raw is not None:
        return reply.raw
    if reply.error is not None:
        return json.dumps({"error": reply.error}).encode()
    message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": reply.finish_reason,
    }
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1790000000,
            "model": model,
            "choices": [choice],
            "usage": usage,
        }
    ).encode()


@contextmanager
def fake_chat(key: str) -> Iterator[FakeChat]:
    """Serve on a port of this machine for as long as the context lasts."""
    fake = FakeChat(key)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def _serve(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            authorization = self.headers.get("Authorization") or ""
            reply = fake.answer(method, self.path, authorization, raw)
            if reply.hang_up:
                self.close_connection = True
                return
            body = _body(reply, fake.bodies[-1]["model"] if fake.bodies else "")
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
