"""One exchange over the network: bounded in time, in size, and in what it says when it fails."""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What one exchange brought: header names are in lower case, the body is whole and decoded."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes = b""


class Lost(Exception):
    """No answer came; the message goes on after the service's name: `broke the connection off`."""

    def __init__(
        self, why: str, remedy: str = "", *, again: bool = True, late: bool = False
    ) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy
        self.again = again
        """Whether asking once more may help."""
        self.late = late
        """Whether time ran out."""


class Wire:
    """Sends requests; many threads may, at the same time.

    They share one adapter of `requests`: its pools of connections are urllib3's, which threads may share. A
    `requests.Session` is not made for that (cookies and redirects change it), and what it adds is not wanted: it
    follows redirects by itself, keeps cookies, and sends what it finds in `~/.netrc`.
    """

    def __init__(self, *, connect: float, idle: float) -> None:
        """`connect` bounds the making of a connection, `idle` each wait for bytes (seconds)."""
        self._connect = connect
        self._adapter = _Adapter(idle)
        self._settings = requests.Session()

    def exchange(
        self,
        verb: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        largest: int,
        seconds: float,
    ) -> Answer:
        """Return what a server answers within `seconds`, with a decoded body of at most `largest` bytes.

        Redirects are answers. Raises Lost; nothing of the exception behind it is kept, because those hold the
        request and its headers.
        """
        lost: Lost | None = None
        try:
            return self._exchange(verb, url, headers, body, largest, seconds)
        except Lost as known:
            lost = known
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
        ) as error:
            lost = _lost(error, urlsplit(url).netloc)
        lost.__context__ = lost.__cause__ = None
        raise lost.with_traceback(None)

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()
        self._settings.close()

    def _exchange(
        self,
        verb: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        largest: int,
        seconds: float,
    ) -> Answer:
        request = requests.Request(verb, url, headers=dict(headers), data=body or None).prepare()
        response = self._adapter.send(
            request,
            stream=True,
            timeout=urllib3.Timeout(connect=min(self._connect, seconds), total=seconds),  # type: ignore[arg-type]
            **self._surroundings(url),
        )
        with response:
            raw = response.raw
            found = {name.lower(): value for name, value in raw.headers.items()}
            content = _read(raw, {} if verb == "HEAD" else found, largest)
        return Answer(raw.status, raw.reason or "", found, content)

    def _surroundings(self, url: str) -> dict[str, Any]:
        """Return the proxies and certificates that the machine is set up with; loopback needs no proxy."""
        found = self._settings.merge_environment_settings(url, {}, None, None, None)
        if isinstance(found["verify"], str) and not Path(found["verify"]).exists():
            raise Lost(
                "cannot be asked: the file of certificates that is set for this machine does not exist",
                "correct REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE)",
                again=False,
            )
        proxies = {} if is_loopback(urlsplit(url).hostname or "") else found["proxies"]
        return {"proxies": proxies, "verify": found["verify"]}


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _read(raw: urllib3.BaseHTTPResponse, headers: Mapping[str, str], largest: int) -> bytes:
    """Return a body decoded, a piece at a time, so that neither its size nor what it unpacks to is trusted."""
    too_large = Lost(f"answered with more than {_size(largest)}", again=False)
    length = headers.get("content-length", "")
    if length.isdecimal() and len(length) < 20 and int(length) > largest:
        raise too_large
    pieces: list[bytes] = []
    left = largest
    while piece := raw.read(CHUNK, decode_content=True):
        left -= len(piece)
        if left < 0:
            raise too_large
        pieces.append(piece)
    return b"".join(pieces)


def _size(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count:,} bytes"


_Kinds = tuple[type[BaseException], ...]

_MEANINGS: tuple[tuple[_Kinds, str, str], ...] = (
    (
        (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema),
        "was asked at an address that is none",
        "",
    ),
    (
        (urllib3.exceptions.ProxyError, requests.exceptions.ProxyError),
        "could not be reached at {host}: the proxy refused",
        "look at HTTPS_PROXY and NO_PROXY",
    ),
    (
        (ssl.SSLCertVerificationError,),
        "could not be trusted: the certificate of {host} was refused",
        "look at the clock of this machine, or name your certificates in REQUESTS_CA_BUNDLE",
    ),
    (
        (socket.gaierror,),
        "could not be reached: the name {host} was not found",
        "look whether this machine is online",
    ),
    ((ConnectionRefusedError,), "could not be reached at {host}: the connection was refused", ""),
    (
        (urllib3.exceptions.ConnectTimeoutError,),
        "could not be reached at {host}: no connection in time",
        "look whether this machine is online",
    ),
    ((TimeoutError, urllib3.exceptions.TimeoutError), "did not answer in time", ""),
    (
        (urllib3.exceptions.IncompleteRead, http.client.IncompleteRead),
        "broke its answer off before the end",
        "",
    ),
    (
        (urllib3.exceptions.DecodeError,),
        "answered with something that does not unpack",
        "",
    ),
    (
        (ConnectionError, urllib3.exceptions.SSLError, ssl.SSLError),
        "broke the connection off",
        "",
    ),
    (
        (http.client.HTTPException, urllib3.exceptions.ProtocolError),
        "answered with something that is no HTTP",
        "",
    ),
)
"""What the exceptions of three libraries mean, the first that is among them counts."""

_NEVER = ("was asked", "could not be trusted")
"""How those begin that another try does not mend."""


def _lost(error: Exception, host: str) -> Lost:
    """Return what an exception means; its own text is not used, nobody knows what a library writes into it."""
    chain = _chain(error)
    for kinds, why, remedy in _MEANINGS:
        if any(isinstance(one, kinds) for one in chain):
            late = why == "did not answer in time"
            return Lost(why.format(host=host), remedy, again=not why.startswith(_NEVER), late=late)
    return Lost(f"could not be reached at {host}")


def _chain(error: BaseException) -> list[BaseException]:
    """Return an exception and those inside it: causes, contexts, arguments, reasons."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 50:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found


class _Timed(io.RawIOBase):
    """Reads a socket until a moment comes, however slowly bytes drip in."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket, idle: float) -> None:
        self._raw = raw
        self._socket = connection
        self._idle = idle
        whole = connection.gettimeout()
        self._end = time.monotonic() + (idle if whole is None else whole)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(min(left, self._idle))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response whose status line, headers and body share one time limit: the socket's at the start."""

    def __init__(self, sock: socket.socket, *rest: Any, idle: float, **more: Any) -> None:
        super().__init__(sock, *rest, **more)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_Timed(raw, sock, idle))


class _Adapter(HTTPAdapter):
    """Connections whose answers are `_Response`s, of proxies too."""

    def __init__(self, idle: float) -> None:
        answers = staticmethod(partial(_Response, idle=idle))  # else 3.14 makes it a method

        class Plain(urllib3.connection.HTTPConnection):
            response_class = answers  # type: ignore[assignment]
            debuglevel = 0  # what http.client prints at other levels holds the headers

        class Secure(urllib3.connection.HTTPSConnection):
            response_class = answers  # type: ignore[assignment]
            debuglevel = 0

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        self._pools = {"http": PlainPool, "https": SecurePool}
        super().__init__(pool_connections=16, pool_maxsize=16)

    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        super().init_poolmanager(*given, **more)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *given: Any, **more: Any) -> Any:
        manager = super().proxy_manager_for(*given, **more)
        manager.pool_classes_by_scheme = self._pools
        return manager
