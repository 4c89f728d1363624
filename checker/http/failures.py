"""What a status means when it is no answer: a refused token, a limit, a service in trouble."""

from __future__ import annotations

import http
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from checker.evidence import Unavailable
from checker.http.page import Request

ANSWERS = frozenset({403, 404, 409, 410, 422, 451})
"""Statuses that say something about what was asked for; 2xx do too."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})

AGAIN = frozenset({500, 502, 503, 504})
"""Statuses of a service in trouble: the next moment may be better."""

UNSAID = timedelta(seconds=60)
"""How long a limit lasts that does not say so (docs.github.com, Best practices for using the REST API)."""


class Overloaded(Unavailable):
    """The question was too large to be answered in time: half of it may be answered."""


class RateLimited(Unavailable):
    """The service has answered enough for now."""


def is_limit(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Say whether an answer means that too much was asked (docs.github.com, Rate limits for the REST API)."""
    if status == 429:
        return True
    if status != 403:
        return False
    spent = headers.get("x-ratelimit-remaining", "").strip() == "0"
    return spent or "retry-after" in headers or b"secondary rate limit" in body[:10_000].lower()


def limit_end(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return when a limit ends by the service's own headers; a minute from now when they do not say."""
    wait = seconds_asked(headers, now)
    if wait is not None:
        return now + timedelta(seconds=wait)
    reset = headers.get("x-ratelimit-reset", "").strip()
    spent = headers.get("x-ratelimit-remaining", "0").strip() == "0"
    if spent and reset.isdecimal() and len(reset) < 12:
        return max(datetime.fromtimestamp(int(reset), UTC), now)
    return now + UNSAID


def seconds_asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return for how long `Retry-After` asks to wait, a number of seconds or a date; None when it does not."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal() and len(value) < 9:
        return float(value)
    moment = date(value)
    return None if moment is None else max((moment - now).total_seconds(), 0.0)


def date(value: str) -> datetime | None:
    """Read a date as HTTP headers write it; None for anything else."""
    if not value or len(value) > 50:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def limited(request: Request, end: datetime, now: datetime, variable: str = "") -> RateLimited:
    """Return the exception for a limit that ends at `end`; for limits that come as GraphQL errors, too.

    `variable` is where a token would be looked for that raises the limit; empty when there is one.
    """
    minutes = max(round((end - now).total_seconds() / 60), 1)
    when = f"{end:%H:%M} UTC" if end.date() == now.date() else f"{end:%Y-%m-%d %H:%M} UTC"
    span = f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
    remedy = f"try again after {when}, in about {span}"
    if request.service == "GitHub" and variable:
        remedy = f"set {variable}, with a token the limit is higher, or {remedy}"
    return RateLimited(request.asked, f"{request.service}'s limit of requests is reached", remedy)


def refused(request: Request, source: str, variable: str) -> Unavailable:
    """Return the exception for a 401; `source` is where the token came from, empty when none was sent."""
    if source and request.service == "GitHub":
        remedy = f"the token from {source} is refused; it may have expired or been revoked: make a new one"
    elif source:
        remedy = f"{source} is refused; it may have been changed"
    elif request.service == "MLflow":
        remedy = "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
    else:
        remedy = f"set {variable}, it wants a token" if request.service == "GitHub" else ""
    return Unavailable(request.asked, f"{request.service} answered 401 Unauthorized", remedy)


def failed(request: Request, status: int) -> Unavailable:
    """Return the exception for a status that is no answer."""
    try:
        phrase = f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    remedy = "try again later" if status >= 500 else ""
    kind = Overloaded if is_graphql(request) and status in {502, 504} else Unavailable
    return kind(request.asked, f"{request.service} answered {phrase}", remedy)


def is_graphql(request: Request) -> bool:
    """Say whether a request is a GraphQL query, which changes nothing though it is posted."""
    return request.verb == "POST" and request.url.rpartition("/")[2] == "graphql"
