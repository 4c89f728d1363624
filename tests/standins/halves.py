"""Requests that leave something, of which half can be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import requests

from tests.standins.town import PATIENCE


@dataclass
class Half:
    """A request's body that stops in the middle until it is told to go on."""

    body: bytes
    begun: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)

    def __len__(self) -> int:
        return len(self.body)

    def __iter__(self) -> Iterator[bytes]:
        middle = len(self.body) // 2
        yield self.body[:middle]
        self.begun.set()
        self.may_end.wait(PATIENCE)
        yield self.body[middle:]


@dataclass(frozen=True)
class Request:
    """A request that leaves something, sent whole or by halves."""

    method: str
    url: Callable[[], str]
    body: bytes
    is_there: Callable[[], bool]
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: tuple[str, str] | None = None

    def send(self, body: Half | bytes) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                self.method,
                self.url(),
                data=body,  # type: ignore[arg-type]
                headers=dict(self.headers),
                auth=self.auth,
                timeout=PATIENCE,
            )
        answer.raise_for_status()
        return answer
