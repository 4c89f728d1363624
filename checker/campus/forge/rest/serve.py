"""The pages of the API as an application: who asks, how often, ETags, refusals in GitHub's shape."""

from __future__ import annotations

import hashlib
import secrets as randomness
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from checker.campus.forge.access import Asker, BadCredentials, asker
from checker.campus.forge.graph import Graph
from checker.campus.forge.rest import (
    contents,
    issues,
    objects,
    pulls,
    releases,
    repositories,
    runs,
    secrets,
    starting,
)
from checker.campus.forge.rest.call import Answer, Call, Download, Page, Refused, not_found, table
from checker.campus.forge.site import API, Site

if TYPE_CHECKING:
    from starlette.requests import Request

LIMIT = 50_000
"""Requests an hour, of one person; GitHub gives 5 000, and a class polls while it waits."""
MAX_BODY = 40_000_000
"""Bytes of a request: a file of 25 MB in Base64."""
_HOUR = 3600


@dataclass
class Limits:
    """How many requests each person has made this hour."""

    limit: int = LIMIT
    _used: dict[str, tuple[int, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, login: str, now: float, *, by: int = 1) -> dict[str, str]:
        """Count a request and return the headers that tell of it. Raises Refused when none is left."""
        hour = int(now) // _HOUR
        with self._lock:
            begun, used = self._used.get(login, (hour, 0))
            used = used if begun == hour else 0
            if used >= self.limit and by:
                raise Refused(
                    403, f"API rate limit exceeded for {login or 'requests without a token'}."
                )
            used += by
            self._used[login] = (hour, used)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - used),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str((hour + 1) * _HOUR),
            "X-RateLimit-Resource": "core",
        }


class Api:
    """Serves pages of the API."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.limits = Limits()
        self.pages = table(
            contents.PAGES,
            issues.PAGES,
            objects.PAGES,
            pulls.PAGES,
            releases.PAGES,
            repositories.PAGES,
            runs.PAGES,
            secrets.PAGES,
            starting.PAGES,
            [
                Page("GET", "/rate_limit", self.quota),
                Page("POST", "/api/graphql", self.graphql, base=""),
            ],
        )

    @property
    def routes(self) -> list[Route]:
        """A route for each path, whatever its methods."""
        paths: dict[str, dict[str, Page]] = {}
        for page in self.pages:
            paths.setdefault(page.base + page.path, {})[page.method] = page
        found = [
            Route(path, partial(self.answer, by_method), methods=[*by_method])
            for path, by_method in paths.items()
        ]
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [*found, Route(f"{API}/{{rest:path}}", partial(self.answer, {}), methods=methods)]

    def quota(self, call: Call) -> Answer:
        """Return how many requests are left."""
        told = self.limits.count(call.asker.login, call.site.now, by=0)
        names = ("limit", "remaining", "used", "reset")
        core: dict[str, object] = {name: int(told[f"X-RateLimit-{name.title()}"]) for name in names}
        resources = {"core": core, "graphql": core, "search": core}
        return Answer({"resources": resources, "rate": core})

    def graphql(self, call: Call) -> Answer:
        """Answer a query; it needs a token, as on GitHub."""
        if not call.asker.login:
            raise Refused(401, "This endpoint requires you to be authenticated.")
        quota = self.limits.count(call.asker.login, call.site.now, by=0)
        return Answer(Graph(self.site).answer(call.json, quota))

    async def answer(self, by_method: dict[str, Page], request: Request) -> Response:
        """Answer a request."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY:
                return self._response(request, Refused(413, "Request body is too large").answer, {})
        return await run_in_threadpool(self._answer, by_method, request, body)

    def _answer(self, by_method: dict[str, Page], request: Request, body: bytes) -> Response:
        headers = {
            "X-GitHub-Api-Version-Selected": "2022-11-28",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": randomness.token_hex(8).upper(),
            "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP",
        }
        try:
            who = self.who(request)
            is_quota = request.url.path == f"{API}/rate_limit"
            headers |= self.limits.count(who.login, self.site.now, by=0 if is_quota else 1)
            method = "GET" if request.method == "HEAD" else request.method
            if method not in by_method:
                raise not_found()
            found = by_method[method].handler(self._call(who, request, body))
        except Refused as refused:
            found = refused.answer
        return self._response(request, found, headers)

    def who(self, request: Request) -> Asker:
        """Return who asks. Raises Refused for a token that is nobody's."""
        try:
            return asker(self.site, request.headers.get("authorization", ""))
        except BadCredentials:
            raise Refused(401, "Bad credentials") from None

    def _call(self, who: Asker, request: Request, body: bytes) -> Call:
        given = (*request.path_params.values(), *request.query_params.values())
        if any(
            "\0" in str(value) for value in given
        ):  # no name of anything, and no argument of a program
            raise not_found()
        return Call(
            site=self.site,
            asker=who,
            method=request.method,
            path=quote(request.url.path, safe="/%"),
            params={name: str(value) for name, value in request.path_params.items()},
            query=dict(request.query_params),
            accept=request.headers.get("accept", ""),
            body=body,
        )

    def _response(
        self, request: Request, found: Answer | Download, headers: dict[str, str]
    ) -> Response:
        if isinstance(found, Download):
            shown = {"Content-Disposition": f'attachment; filename="{found.name}"', **headers}
            return StreamingResponse(found.parts(), media_type=found.kind, headers=shown)
        body = b"" if found.status in {204, 304} else found.body
        headers = {"Content-Type": "application/json; charset=utf-8", **headers, **found.headers}
        headers |= {"X-Content-Type-Options": "nosniff"}
        if found.status == 200 and request.method in {"GET", "HEAD"}:
            given = request.headers.get("authorization", "").encode()
            digest = hashlib.sha256(given + b"|" + body).hexdigest()
            tag = f'W/"{digest}"'
            headers |= {"ETag": tag, "Cache-Control": "private, max-age=60, s-maxage=60"}
            if request.headers.get("if-none-match") == tag:
                return Response(b"", 304, headers)
        return Response(body, found.status, headers)
