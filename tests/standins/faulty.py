"""A server that stands before another one and breaks what goes through, as networks and services do.

Raw sockets, because a library's server would refuse to send most of this. Faults are switched on by path::

    with Server(github) as upstream, Faulty(upstream.url) as front:
        front.breaks("/graphql", FAULTS["502"], times=1)
        front.breaks("/repos/.*", FAULTS["slow drip"])
"""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.standins.server import Call

LINGER = struct.pack("ii", 1, 0)
"""Closing sends a reset instead of an end."""


@dataclass(frozen=True)
class Broken:
    """A request as it arrived, and the connection to misbehave on."""

    server: Faulty
    connection: socket.socket
    call: Call
    target: str
    """Path and query as they were sent."""

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self.connection.sendall(piece)

    def head(self, status: int, **headers: object) -> bytes:
        """Return a status line and headers; underscores in names are dashes."""
        lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Odd')}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def answer(self, status: int, body: bytes = b"{}", **headers: object) -> None:
        """Send a whole, well-formed answer."""
        headers = {"content_type": "application/json", **headers, "content_length": len(body)}
        self.send(self.head(status, **headers), body)

    def reset(self) -> None:
        """End the connection as a crash does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)

    def drip(self, *pieces: bytes) -> None:
        """Send a byte now and then, for ever."""
        for piece in pieces:
            for byte in piece:
                self.send(bytes([byte]))
                if self.server.closing.wait(0.01):
                    return
        while not self.server.closing.wait(0.01):
            self.send(b" ")

    def pour(self, pieces: Iterator[bytes]) -> None:
        """Send pieces for as long as somebody reads."""
        for piece in pieces:
            if self.server.closing.is_set():
                return
            self.send(piece)


Fault = Callable[[Broken], None]


class Faulty:
    """Pass requests on to `upstream` (an address) and break those that a fault is set for.

    `calls` holds all that arrived. `elsewhere` is where redirects to another host lead. With `tls` it speaks HTTPS.
    """

    def __init__(
        self, upstream: str = "", *, elsewhere: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        self.calls: list[Call] = []
        self.elsewhere = elsewhere
        self.closing = threading.Event()
        self._upstream = urlsplit(upstream)
        self._tls = tls
        self._faults: list[tuple[re.Pattern[str], Fault, list[None] | None]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def url(self) -> str:
        """Base address, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def breaks(self, path: str, fault: Fault, *, times: int | None = None) -> None:
        """Break requests whose path a pattern matches whole: `times` of them, or all. The newest fault counts."""
        left = None if times is None else [None] * times
        self._faults.insert(0, (re.compile(path), fault, left))

    def heal(self) -> None:
        """Switch all faults off."""
        self._faults.clear()

    def refuse(self) -> None:
        """Refuse every further connection."""
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.refuse()
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with suppress(OSError):  # who was broken off does not read on
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            broken = self._read(connection)
            if broken is not None:
                self.calls.append(broken.call)
                (self._fault(broken.call.path) or self._pass_on)(broken)
        with suppress(OSError):
            connection.close()

    def _read(self, connection: socket.socket) -> Broken | None:
        with connection.makefile("rb") as file:
            line = file.readline(10_000).decode("latin-1").split()
            if len(line) != 3:
                return None
            headers = http.client.parse_headers(file)
            body = file.read(int(headers.get("content-length") or 0))
        parts = urlsplit(line[1])
        call = Call(
            line[0],
            unquote(parts.path),
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in headers.items()},
            body,
        )
        return Broken(self, connection, call, line[1])

    def _fault(self, path: str) -> Fault | None:
        with self._lock:
            for pattern, fault, left in self._faults:
                if pattern.fullmatch(path) and left != []:
                    if left is not None:
                        left.pop()
                    return fault
        return None

    def _pass_on(self, broken: Broken) -> None:
        if not self._upstream.hostname:
            broken.answer(200, b'{"ok": true}')
            return
        upstream = http.client.HTTPConnection(self._upstream.netloc, timeout=5)
        try:
            upstream.request(
                broken.call.method,
                broken.target,
                broken.call.body or None,
                dict(broken.call.headers),
            )
            answer = upstream.getresponse()
            body = answer.read()
            headers = [
                f"{name}: {value}"
                for name, value in answer.getheaders()
                if name.lower() not in {"transfer-encoding", "connection", "content-length"}
            ]
            length = (
                answer.getheader("content-length") if broken.call.method == "HEAD" else len(body)
            )
            headers += [f"Content-Length: {length or 0}", "Connection: close"]
            head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n" + "\r\n".join(headers)
            broken.send(head.encode("latin-1") + b"\r\n\r\n", body)
        finally:
            upstream.close()


def _status(status: int, body: bytes = b'{"message": "no"}', **headers: object) -> Fault:
    return lambda broken: broken.answer(status, body, connection="close", **headers)


def _time_out(broken: Broken) -> None:
    broken.server.closing.wait()


def _reset(broken: Broken) -> None:
    broken.reset()


def _reset_within(broken: Broken) -> None:
    broken.send(broken.head(200, content_length=1000), b'{"half": ')
    broken.reset()


def _garbage(broken: Broken) -> None:
    broken.send(b"\x00\xff\x16\x03\x01 what is this\r\n\r\n" * 50)


def _no_header_end(broken: Broken) -> None:
    broken.pour(iter([b"HTTP/1.1 200 OK\r\n", *[b"x-more: yes\r\n"] * 10_000]))


def _long_header(broken: Broken) -> None:
    broken.pour(iter([b"HTTP/1.1 200 OK\r\nx-long: ", *[b"x" * 65_536] * 20]))


def _cut(broken: Broken) -> None:
    broken.send(
        broken.head(200, content_type="application/json", content_length=1000), b'{"half": 1}'
    )


def _cut_chunk(broken: Broken) -> None:
    broken.send(broken.head(200, transfer_encoding="chunked"), b'ff\r\n{"half": 1}')


def _cut_between_chunks(broken: Broken) -> None:
    broken.send(broken.head(200, transfer_encoding="chunked"), b'b\r\n{"half": 1}\r\n')


def _cut_gzip(broken: Broken) -> None:
    body = gzip.compress(json.dumps(list(range(5000))).encode())[:-500]
    broken.answer(200, body, content_encoding="gzip", connection="close")


def _no_gzip(broken: Broken) -> None:
    broken.answer(200, b'{"plain": 1}', content_encoding="gzip", connection="close")


def _drip(broken: Broken) -> None:
    broken.send(broken.head(200, content_type="application/json", content_length=1_000_000))
    broken.drip()


def _drip_head(broken: Broken) -> None:
    broken.drip(b"HTTP/1.1 200 OK\r\nx-slow: ")


def _drip_chunks(broken: Broken) -> None:
    broken.send(broken.head(200, transfer_encoding="chunked"))
    broken.drip(b"1\r\n \r\n" * 1000)


def _redirect(location: Callable[[Broken], str], status: int = 302) -> Fault:
    return lambda broken: broken.answer(status, b"", location=location(broken), connection="close")


def _further(broken: Broken) -> str:
    return f"{broken.call.path}?hop={int(broken.call.query.get('hop', 0)) + 1}"


def _huge(broken: Broken) -> None:
    broken.send(broken.head(200, content_length=10_000_000_000))
    broken.pour(iter([b"[" * 65_536] * 152_588))


def _huge_chunks(broken: Broken) -> None:
    broken.send(broken.head(200, transfer_encoding="chunked"))
    broken.pour(iter([b"10000\r\n" + b"[" * 65_536 + b"\r\n"] * 152_588))


def _bomb(broken: Broken) -> None:
    member = gzip.compress(bytes(10_000_000))  # ten kilobytes
    broken.send(broken.head(200, content_encoding="gzip", content_length=len(member) * 1000))
    broken.pour(iter([member] * 1000))


def _echo(status: int) -> Fault:
    """Answer with the headers that came, as some error pages do."""

    def fault(broken: Broken) -> None:
        text = json.dumps({"message": "you sent", **broken.call.headers})
        credential = broken.call.headers.get("authorization", "")
        broken.answer(
            status, text.encode(), link=f"<{credential}>", x_you_sent=credential, connection="close"
        )

    return fault


FAULTS: dict[str, Fault] = {
    "time-out": _time_out,
    "connection reset": _reset,
    "reset within the body": _reset_within,
    "500": _status(500),
    "502": _status(502, b"<html>Bad Gateway</html>", content_type="text/html"),
    "503": _status(503),
    "504": _status(504),
    "429": _status(429, retry_after=600),
    "403 primary": _status(403, x_ratelimit_remaining=0, x_ratelimit_reset=4_000_000_000),
    "403 secondary": _status(403, b'{"message": "You have exceeded a secondary rate limit."}'),
    "401": _status(401, b'{"message": "Bad credentials"}'),
    "garbage": _garbage,
    "endless headers": _no_header_end,
    "endless header": _long_header,
    "a web page": _status(200, b"<!doctype html><title>Log in</title>", content_type="text/html"),
    "no JSON": _status(200, b"\x00\xff\xfe[[["),
    "deep JSON": _status(200, b"[" * 200_000),
    "cut": _cut,
    "cut in a chunk": _cut_chunk,
    "cut between chunks": _cut_between_chunks,
    "cut gzip": _cut_gzip,
    "no gzip": _no_gzip,
    "slow drip": _drip,
    "slow drip of headers": _drip_head,
    "slow drip of chunks": _drip_chunks,
    "redirect loop": _redirect(lambda broken: broken.target),
    "redirects without end": _redirect(_further),
    "redirect to another host": _redirect(lambda broken: f"{broken.server.elsewhere}/steal"),
    "redirect without TLS": _redirect(lambda broken: broken.server.url.replace("https:", "http:")),
    "10 GB": _huge,
    "10 GB in chunks": _huge_chunks,
    "gzip bomb": _bomb,
    "echo": _echo(200),
    "echo in an error": _echo(500),
    "echo in a refusal": _echo(404),
}
"""What goes wrong, by name. `Faulty.refuse` is one more."""
