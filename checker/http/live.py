"""The live door: asks the services, within bounds of time, size and number, and keeps what may be kept."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from checker.http.addresses import Addresses
from checker.http.asking import Asking, Patience
from checker.http.cache import Answers, Kept
from checker.http.credentials import Token
from checker.http.logins import Login
from checker.http.meter import Count, Meter, Quota
from checker.http.page import Page, Request, telling

__all__ = ["Count", "Live", "Patience", "Quota"]

_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')
"""An ETag that may be sent back (RFC 9110, 8.8.3), of a sane length."""


class Live(AbstractContextManager["Live"]):
    """The door to the services themselves; threads may share it.

    `token` is GitHub's and goes to the address of `addresses.github` alone; `logins` are other services', by their
    names. `cache` is a folder for answers, None keeps none.
    """

    def __init__(
        self,
        addresses: Addresses | None = None,
        token: Token | str = "",
        *,
        cache: Path | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        logins: Mapping[str, Login] | None = None,
    ) -> None:
        """Raise ValueError for a malformed token, and for a secret that would travel readable."""
        self._addresses = addresses or Addresses()
        self._token = token if isinstance(token, Token) else Token(token, "the caller")
        self._meter = Meter()
        self._asking = Asking(
            self._addresses, self._token, patience or Patience(), sleep, self._meter, logins or {}
        )
        self._answers = Answers(cache) if cache is not None else None

    def __repr__(self) -> str:
        return f"Live({self._addresses!r}, {self._token!r})"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and the cache's file."""
        self._asking.close()
        if self._answers is not None:
            self._answers.close()

    @property
    def addresses(self) -> Addresses:
        """Where the services are."""
        return self._addresses

    @property
    def has_token(self) -> bool:
        """Whether GitHub is asked with a token."""
        return bool(self._token)

    @property
    def token_source(self) -> str:
        """Where the token came from: `GITHUB_TOKEN`; empty without one."""
        return self._token.source if self._token else ""

    @property
    def now(self) -> datetime:
        """The newest `Date` that a service sent, in UTC; this machine's time before any did."""
        return self._meter.now

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """What GitHub will still answer, for each resource it was asked for."""
        return self._meter.quotas

    @property
    def quota(self) -> Quota | None:
        """The scarcest of the quotas; None before GitHub answered."""
        return min(self.quotas, key=lambda one: one.remaining / max(one.limit, 1), default=None)

    @property
    def counts(self) -> Mapping[str, Count]:
        """How often each service was asked, by its name."""
        return self._meter.counts

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should be told once: that the cache cannot be used."""
        note = self._answers.note if self._answers is not None else ""
        return (note,) if note else ()

    def get(self, request: Request) -> Page:
        """Return what a service answers, from the network or as it was kept; see `Http.get`."""
        if self._answers is None or request.keep == "no" or request.is_handout:
            answer, url = self._asking.ask(request)
            return Page(request, answer.status, telling(answer.headers), answer.body, url)
        token = self._token.value if self._asking.has_token(request) else ""
        key = self._answers.key(_text(request), token)
        kept = self._answers.find(key)
        if kept is not None and request.keep == "forever":
            return Page(request, kept.status, kept.headers, kept.body, kept.url)
        answer, url = self._asking.ask(request, kept.etag if kept is not None else "")
        headers = telling(answer.headers)
        if kept is not None and answer.status == 304:
            headers.pop("content-type", "")  # of a body that did not come
            return Page(request, kept.status, {**kept.headers, **headers}, kept.body, kept.url)
        page = Page(request, answer.status, headers, answer.body, url)
        etag = answer.headers.get("etag", "")
        etag = etag if _ETAG.fullmatch(etag) else ""
        if _may_be_kept(page, etag):
            self._answers.keep(key, Kept(page.status, page.headers, etag, url, page.body))
        return page


def _text(request: Request) -> str:
    """Return what tells a request from others, with its headers."""
    return f"{request.key}\n{json.dumps(sorted(request.headers.items()))}"


def _may_be_kept(page: Page, etag: str) -> bool:
    """Say whether a page is good for another grade: what was asked for, readable, and no half of it missing."""
    request = page.request
    if page.status != 200 or request.verb == "HEAD":
        return False
    if request.keep != "forever" and (request.verb != "GET" or not etag):
        return False
    if "json" not in request.accept:
        return True
    try:
        content = json.loads(page.body)
    except (ValueError, RecursionError):
        return False
    return not (request.body and isinstance(content, dict) and content.get("errors"))
