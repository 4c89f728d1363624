"""Requests and pages: what a service asks for, and what came back, be it live or from a saved case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from checker.evidence import Unavailable
from checker.http.addresses import Addresses

LARGEST = 20_000_000
"""Bytes of a body that are read when a request says nothing else; a larger one is not an answer."""

HEADERS = frozenset(
    "content-type date docker-content-digest link location ratelimit-limit ratelimit-remaining"
    " retry-after x-retry-after".split()
)
"""Headers that a page has, besides those of GitHub's limits (`x-ratelimit-…`): what a saved case holds of them."""


MLFLOW, S3 = "MLflow", "S3"
"""Services for which a login may be given, by the names that their requests have."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask of a service. It holds no credential: the door adds what belongs to the host."""

    service: str
    """Whom a person would say is asked: `GitHub`, `PyPI`, `TestPyPI`, `Docker Hub`, `MLflow`, `S3`."""
    url: str
    asked: str
    """What is asked for, to put into sentences: `the runs of me/homework`."""
    accept: str = "application/json"
    body: bytes = b""
    """JSON to post; empty for a GET."""
    method: str = ""
    """`HEAD`, `PATCH` …; empty for GET, or POST when there is a body."""
    reads: bool = False
    """Whether what is posted is a question, which may be asked again."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Other headers, none of them secret: `X-GitHub-Api-Version`."""
    largest: int = LARGEST
    redirects: tuple[str, ...] = ()
    """Hosts besides its own that a redirect may lead to; they never get a credential."""
    bearer: str = field(default="", repr=False)
    """A token the service gave for the asking, with no account behind it; it goes to this request's own host alone."""
    is_handout: bool = False
    """Whether the answer is such a token: it is neither kept nor saved, and a saved case does without."""
    keep: str = "fresh"
    """How long an answer stays true: `forever` (it never changes), `fresh` (ask again, with its ETag), `no`."""

    @property
    def verb(self) -> str:
        """The HTTP method."""
        return self.method or ("POST" if self.body else "GET")

    @property
    def key(self) -> str:
        """What tells this request from every other: its line in a saved case."""
        digest = f" {hashlib.sha256(self.body).hexdigest()}" if self.body else ""
        return f"{self.verb} {self.url} {self.accept}{digest}"


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: a status that is an answer (200, 404, 409 …), headers, and a whole body."""

    request: Request
    status: int
    headers: Mapping[str, str]
    """By lower-case name; of all that a service sends, those in `HEADERS` and those of limits."""
    body: bytes = b""
    url: str = ""
    """Where it came from after redirects."""

    @property
    def ok(self) -> bool:
        """Whether the status says that the body is what was asked for."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Return the body read as JSON. Raises Unavailable when it is none: an error page, a cut answer."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            what = "a web page" if "html" in kind else "something that is no JSON"
            raise self.unavailable(f"answered with {what}") from None

    def unavailable(self, answer: str, remedy: str = "") -> Unavailable:
        """Return the exception that says that this page is no evidence: `PyPI answered with a web page`."""
        return Unavailable(self.request.asked, f"{self.request.service} {answer}", remedy)


def telling(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those headers, in alphabetical order, that a page has; their names are in lower case."""
    return {
        name: headers[name]
        for name in sorted(headers)
        if name in HEADERS or name.startswith("x-ratelimit-")
    }


class Http(Protocol):
    """A door to the services."""

    @property
    def addresses(self) -> Addresses:
        """Where the services are."""

    @property
    def has_token(self) -> bool:
        """Whether GitHub is asked with a token; without one only part of it answers."""

    @property
    def now(self) -> datetime:
        """The time by the services' own clocks (the newest `Date` they sent), in UTC."""

    def get(self, request: Request) -> Page:
        """Return what a service answers. Thread-safe.

        Statuses that are answers (2xx, 403 without a limit, 404, 409, 410, 422, 451) come back as pages. Raises
        Unavailable when there was no answer: time-outs, resets, 401, 429, a rate limit, 5xx, a body too large or cut,
        a redirect to elsewhere.
        """


class Offline:
    """No network at all: what a folder is graded with."""

    addresses = Addresses()
    has_token = False
    now = datetime.min.replace(tzinfo=UTC)

    def get(self, request: Request) -> Page:
        """Raise Unavailable: nothing can be asked."""
        raise Unavailable(request.asked, "a folder shows no runs")
