"""How a service is asked: with the credential of its host, along redirects, and again when that may help."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from checker import __version__
from checker.evidence import Unavailable
from checker.http import failures
from checker.http.addresses import Addresses
from checker.http.credentials import GITHUB, Token, origin, redacted, redacted_bytes
from checker.http.logins import Login
from checker.http.meter import Meter
from checker.http.page import Request
from checker.http.wire import Answer, Lost, Wire, is_loopback

REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the door waits, in seconds, and how often it asks."""

    connect: float = 10.0
    """For a connection."""
    idle: float = 20.0
    """For the next bytes."""
    whole: float = 60.0
    """For one request with its redirects, repeats and waits."""
    tries: int = 4
    pause: float = 0.5
    """Before the second try; doubled before each further one, and spread at random."""
    waits: float = 20.0
    """All in all, between tries; a service that says to wait longer is not waited for."""


class Asking:
    """Asks services; threads may share it."""

    def __init__(
        self,
        addresses: Addresses,
        token: Token,
        patience: Patience,
        sleep: Callable[[float], None],
        meter: Meter,
        logins: Mapping[str, Login],
    ) -> None:
        """Raise ValueError for a secret that would travel readable, over plain HTTP to another machine."""
        given = [getattr(addresses, one.name) for one in fields(addresses)]
        self._plain = {origin(url) for url in given if url}
        self._home = origin(addresses.github or GITHUB)
        if token and self._home[0] != "https" and not is_loopback(self._home[1]):
            raise ValueError(
                f"CHECKER_GITHUB_URL is {addresses.github[:80]!r}, where a token would travel readable;"
                " expected an address with https"
            )
        for name, login in logins.items():
            if (
                login.is_readable
                and login.origin[0] != "https"
                and not is_loopback(login.origin[1])
            ):
                raise ValueError(
                    f"{name} is asked at {_shown(login.origin[1])} without TLS, where {login.source} would travel"
                    " readable; expected an address with https"
                )
        self._logins = logins
        self._token = token
        self._variable = "GITHUB_TOKEN" if self._home == origin(GITHUB) else "CHECKER_GITHUB_TOKEN"
        self._patience = patience
        self._sleep = sleep
        self._meter = meter
        self._wire = Wire(connect=patience.connect, idle=patience.idle)

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def has_token(self, request: Request) -> bool:
        """Say whether a request goes out with GitHub's token."""
        return bool(self._token) and self._is_home(request, request.url)

    def ask(self, request: Request, etag: str = "") -> tuple[Answer, str]:
        """Return what is answered at the end of redirects, and where. With an ETag that may be a 304.

        Raises Unavailable as `Http.get` says, after tries that may help.
        """
        closed = self._meter.limit_of(request)
        if closed is not None:
            raise self._limited(request, closed, self._meter.now).failure
        end = time.monotonic() + self._patience.whole
        waits, pause = self._patience.waits, self._patience.pause
        tries = 0
        while True:
            outcome = self._try(request, etag, end - time.monotonic())
            if not isinstance(outcome, _Miss):
                return outcome
            tries += 1
            delay = outcome.delay
            if delay is None:
                delay = pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, keeps no secret
                pause *= 2
            late = delay > waits or time.monotonic() + delay >= end
            if late or tries >= outcome.tries(request, self._patience.tries):
                if outcome.limit is not None:
                    self._meter.limit(request, outcome.limit, delay)
                raise outcome.failure
            waits -= delay
            self._sleep(delay)

    def _try(self, request: Request, etag: str, seconds: float) -> tuple[Answer, str] | _Miss:
        """Ask once, and say what the status means."""
        try:
            answer, url = self._follow(request, etag, seconds)
        except Lost as lost:
            is_large = lost.late and failures.is_graphql(request)
            kind = failures.Overloaded if is_large else Unavailable
            text = f"{request.service} {lost.why}"
            return _Miss(kind(request.asked, text, lost.remedy), again=lost.again)
        status, now = (
            answer.status,
            failures.date(answer.headers.get("date", "")) or self._meter.now,
        )
        if failures.is_limit(status, answer.headers, answer.body):
            return self._limited(request, failures.limit_end(answer.headers, now), now)
        if 200 <= status < 300 or status in failures.ANSWERS or (status == 304 and etag):
            return answer, url
        if status == 401:
            login = self._login(request, request.url)
            source = login.source if login else ""
            if self.has_token(request):
                source = self._token.source
            return _Miss(failures.refused(request, source, self._variable), again=False)
        return _Miss(
            failures.failed(request, status),
            again=status in failures.AGAIN,
            delay=failures.seconds_asked(answer.headers, now),
        )

    def _limited(self, request: Request, end: datetime, now: datetime) -> _Miss:
        variable = "" if self._token else self._variable
        failure = failures.limited(request, end, now, variable)
        return _Miss(failure, delay=(end - now).total_seconds(), limit=end)

    def _follow(self, request: Request, etag: str, seconds: float) -> tuple[Answer, str]:
        """Ask along redirects. Raises Lost, for those that lead elsewhere too."""
        end = time.monotonic() + seconds
        url, seen, is_own = request.url, {request.url}, True
        self._check(url)
        for _ in range(REDIRECTS + 1):
            headers = self._headers(request, url if is_own else "", etag)
            self._meter.asks(request)
            answer = self._wire.exchange(
                request.verb,
                url,
                headers,
                request.body,
                largest=request.largest,
                seconds=max(end - time.monotonic(), 0.001),
            )
            others = (one for login in self._logins.values() for one in login.secrets)
            answer = _clean(answer, (self._token.value, request.bearer, *others))
            self._meter.answered(
                request, answer.status, answer.headers, has_token=self.has_token(request)
            )
            if answer.status not in failures.REDIRECTS:
                return answer, url
            url, is_same = _next(request, url, answer)
            is_own = is_own and is_same
            if url in seen:
                raise Lost("redirects in a circle", again=False)
            seen.add(url)
        raise Lost(f"redirected more than {REDIRECTS} times", again=False)

    def _check(self, url: str) -> None:
        """Refuse to ask at an address that is none, or unprotected and not one that was set."""
        try:
            parts, place = urlsplit(url), origin(url)
        except ValueError:
            parts, place = urlsplit(""), ("", "", 0)
        if not place[1] or parts.username is not None:
            raise Lost("was to be asked at an address that is none", again=False)
        if place[0] != "https" and place not in self._plain:
            raise Lost(f"was to be asked without TLS, at {_shown(place[1])}", again=False)

    def _is_home(self, request: Request, url: str) -> bool:
        return request.service == "GitHub" and origin(url) == self._home

    def _headers(self, request: Request, url: str, etag: str) -> dict[str, str]:
        """Return the headers for a request; an empty `url` stands for another host, which gets the bare ones."""
        headers = {
            **request.headers,
            "User-Agent": f"ml-cicd-workbook/{__version__}",
            "Accept": request.accept,
            "Accept-Encoding": "gzip",
        }
        if request.body:
            headers["Content-Type"] = "application/json"
        if etag and url:
            headers["If-None-Match"] = etag
        if self._token and url and self._is_home(request, url):
            headers["Authorization"] = f"Bearer {self._token.value}"
        elif request.bearer and url:
            headers["Authorization"] = f"Bearer {request.bearer}"
        elif url and (login := self._login(request, url)):
            headers |= login.headers(request.verb, url, request.body)
        return headers

    def _login(self, request: Request, url: str) -> Login | None:
        """Return what opens the service at an address; None where it belongs to another one, or there is none."""
        login = self._logins.get(request.service)
        return login if login is not None and login.origin == origin(url) else None


@dataclass(frozen=True, slots=True)
class _Miss:
    """A try that brought no answer."""

    failure: Unavailable
    again: bool = True
    """Whether another try may help."""
    delay: float | None = None
    """Seconds to wait before it, where the service says so."""
    limit: datetime | None = None
    """When the limit ends that was reached."""

    def tries(self, request: Request, most: int) -> int:
        """Return how often a request is tried that fails like this."""
        is_question = request.verb in {"GET", "HEAD"} or request.reads
        if not self.again or not (is_question or failures.is_graphql(request)):
            return 1
        # What is too large stays so, and GitHub takes points for the time that it spent.
        return min(most, 2) if isinstance(self.failure, failures.Overloaded) else most


def _next(request: Request, url: str, answer: Answer) -> tuple[str, bool]:
    """Return where a redirect leads, and whether that is the same host. Raises Lost where it must not lead."""
    location = answer.headers.get("location", "")
    try:
        target = urljoin(url, location).partition("#")[0]
        old, new = origin(url), origin(target)
        has_user = urlsplit(target).username is not None
    except ValueError:
        location, old, new, has_user = "", ("", "", 0), ("", "", 0), False
    if not location or new[0] not in {"http", "https"} or not new[1] or has_user:
        raise Lost("redirected to an address that is none", again=False)
    if old[0] == "https" and new[0] != "https":
        raise Lost("redirected to an address without TLS", again=False)
    if request.verb not in {"GET", "HEAD"} and answer.status not in {307, 308}:
        raise Lost("redirected what was posted", again=False)
    is_same = new[1] == old[1] and (new[2] == old[2] or (old[2], new[2]) == (80, 443))
    if not is_same and not {new[1], f"{new[1]}:{new[2]}"} & set(request.redirects):
        raise Lost(
            f"redirected to another host ({_shown(new[1])}), which was not asked", again=False
        )
    return target, is_same


def _clean(answer: Answer, secrets: tuple[str, ...]) -> Answer:
    """Return an answer without the secrets that were sent: some services echo what they are asked."""
    if not any(secrets):
        return answer
    headers = {
        redacted(name, secrets): redacted(value, secrets) for name, value in answer.headers.items()
    }
    return replace(answer, headers=headers, body=redacted_bytes(answer.body, secrets))


def _shown(host: str) -> str:
    """Return a host as it may be printed."""
    return host.encode("ascii", errors="backslashreplace").decode()[:80]
