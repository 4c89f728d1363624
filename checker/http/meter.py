"""What the answers say besides their content: the services' clock, GitHub's quota, how much was asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from checker.http import failures
from checker.http.page import Request


@dataclass(frozen=True, slots=True)
class Quota:
    """How much GitHub will still answer, as its newest answer said."""

    resource: str
    """What is counted: `core` for REST, `graphql` for points."""
    limit: int
    remaining: int
    reset: datetime
    """When it starts anew, in UTC."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a service was asked."""

    asked: int = 0
    """Exchanges over the network, repeats and redirects among them."""
    billed: int = 0
    """Those that count towards a limit: all but the *not modified* that a token makes free."""


class Meter:
    """Reads the headers of every answer; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: datetime | None = None
        self._quotas: dict[str, Quota] = {}
        self._asked: Counter[str] = Counter()
        self._billed: Counter[str] = Counter()
        self._limits: dict[tuple[str, bool], tuple[datetime, float]] = {}

    @property
    def now(self) -> datetime:
        """The newest `Date` that a service sent, in UTC; this machine's time before any did."""
        return self._newest or datetime.now(UTC)

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """The newest quota of each resource."""
        with self._lock:
            return tuple(self._quotas[name] for name in sorted(self._quotas))

    @property
    def counts(self) -> Mapping[str, Count]:
        """How often each service was asked."""
        with self._lock:
            return {
                name: Count(self._asked[name], self._billed[name]) for name in sorted(self._asked)
            }

    def asks(self, request: Request) -> None:
        """Count an exchange that is about to start."""
        with self._lock:
            self._asked[request.service] += 1

    def answered(
        self, request: Request, status: int, headers: Mapping[str, str], *, has_token: bool
    ) -> None:
        """Read the headers of an answer."""
        moment = failures.date(headers.get("date", ""))
        quota = _quota(headers) if request.service == "GitHub" else None
        with self._lock:
            if status != 304 or (request.service == "GitHub" and not has_token):
                self._billed[request.service] += 1
            if moment is not None and (self._newest is None or moment > self._newest):
                self._newest = moment
            if quota is not None:
                before = self._quotas.get(quota.resource)
                if before is None or (quota.reset, -quota.remaining) > (
                    before.reset,
                    -before.remaining,
                ):
                    self._quotas[quota.resource] = quota

    def limit(self, request: Request, end: datetime, seconds: float) -> None:
        """Remember that a service answers no more until `end`, `seconds` from now, so as not to ask in vain."""
        with self._lock:
            self._limits[_counted(request)] = (end, time.monotonic() + seconds)

    def limit_of(self, request: Request) -> datetime | None:
        """Return until when a service said it will not answer; None when it will."""
        with self._lock:
            end, over = self._limits.get(_counted(request), (None, 0.0))
        return end if over > time.monotonic() else None


def _counted(request: Request) -> tuple[str, bool]:
    """Return what a limit is counted for: GitHub counts GraphQL apart."""
    return request.service, failures.is_graphql(request)


def _quota(headers: Mapping[str, str]) -> Quota | None:
    names = ("limit", "remaining", "reset")
    values = [headers.get(f"x-ratelimit-{name}", "").strip() for name in names]
    if not all(value.isdecimal() and len(value) < 12 for value in values):
        return None
    limit, remaining, reset = map(int, values)
    resource = headers.get("x-ratelimit-resource", "core")[:40]
    return Quota(resource, limit, remaining, datetime.fromtimestamp(reset, UTC))
