"""A plain door to servers on loopback, for tests of one service: no cache, no retries, no limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import requests

from checker.evidence import Unavailable
from checker.http import Addresses, Page, Request


@dataclass
class Door:
    """Asks one request at a time and remembers what it asked."""

    addresses: Addresses = field(default_factory=Addresses)
    has_token: bool = False
    now: datetime = datetime(2026, 5, 2, tzinfo=UTC)
    asked: list[str] = field(default_factory=list)

    def get(self, request: Request) -> Page:
        """Ask, following redirects to the request's own host and to those that it allows."""
        url = request.url
        for _ in range(5):
            own = urlsplit(url).netloc == urlsplit(request.url).netloc
            headers = {"Accept": request.accept, **request.headers}
            if request.bearer and own:
                headers["Authorization"] = f"Bearer {request.bearer}"
            self.asked.append(f"{request.verb} {url}")
            answer = requests.request(
                request.verb, url, headers=headers, timeout=20, allow_redirects=False
            )
            if not answer.is_redirect:
                break
            url = urljoin(url, answer.headers["location"])
            there = urlsplit(url)
            if there.netloc != urlsplit(request.url).netloc and not (
                {there.netloc, there.hostname} & set(request.redirects)
            ):
                raise Unavailable(request.asked, f"{request.service} sent us to {there.netloc}")
        if answer.status_code in {401, 429} or answer.status_code >= 500:
            raise Unavailable(request.asked, f"{request.service} answered {answer.status_code}")
        if len(answer.content) > request.largest:
            raise Unavailable(request.asked, f"{request.service} answered too much")
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Page(request, answer.status_code, headers, answer.content, url)
