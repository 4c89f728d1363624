"""A web server on loopback that hands each request to a function and remembers what was asked."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Call:
    """A request as it arrived; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """`GET /path`, for reading in a failed test."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """What goes back: a body as bytes, as text, or as anything else that becomes JSON."""

    content: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The bytes on the wire."""
        if isinstance(self.content, bytes):
            return self.content
        text = self.content if isinstance(self.content, str) else json.dumps(self.content)
        return text.encode()

    @property
    def kind(self) -> str:
        """The content type, unless a header says otherwise."""
        is_raw = isinstance(self.content, (bytes, str))
        return "application/octet-stream" if is_raw else "application/json; charset=utf-8"


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let clients hang up: the grader does when an answer is too long."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Server:
    """Serve a function on a free port of 127.0.0.1 for the length of a `with` block.

    `latency` is waited (seconds) before each answer; `calls` holds what was asked, in order; `clock` tells the time
    that the `Date` header shows, in seconds since 1970.
    """

    def __init__(
        self,
        handle: Callable[[Call], Answer],
        *,
        latency: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.calls: list[Call] = []
        self.latency = latency
        self._server = _Quiet(("127.0.0.1", 0), _handler(self, handle, clock))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """Base address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def _handler(
    server: Server, handle: Callable[[Call], Answer], clock: Callable[[], float]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body are two writes

        def log_message(self, *args: object) -> None:
            """Say nothing; `calls` remembers."""

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length") or 0)
            call = Call(
                self.command,
                unquote(parts.path),
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            server.calls.append(call)
            if server.latency:
                time.sleep(server.latency)
            answer = handle(call)
            body = b"" if answer.status in {204, 304} else answer.body
            self.send_response_only(answer.status)
            headers = {
                "Content-Type": answer.kind,
                "Date": formatdate(clock(), usegmt=True),
                **answer.headers,
                "Content-Length": str(len(body)),
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = do_PATCH = do_PUT = do_DELETE = _answer

    return Handler
