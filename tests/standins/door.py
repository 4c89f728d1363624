"""The live door to servers on loopback, with a list of what was asked."""

from __future__ import annotations

from datetime import datetime

from checker.http import Addresses, Page, Request
from checker.http.live import Live


class Door:
    """Asks as the grader does, without a cache and without waiting between tries."""

    has_token = False

    def __init__(self, addresses: Addresses | None = None) -> None:
        self.addresses = addresses or Addresses()
        self.requests: list[Request] = []
        self._live = Live(self.addresses, sleep=lambda _: None)

    @property
    def now(self) -> datetime:
        return self._live.now

    @property
    def asked(self) -> list[str]:
        """`GET http://…`, in order."""
        return [f"{request.verb} {request.url}" for request in self.requests]

    def get(self, request: Request) -> Page:
        self.requests.append(request)
        return self._live.get(request)

    def close(self) -> None:
        self._live.close()
