"""The world as a server: REST pages and GraphQL, with tokens, limits, ETags, redirects and pages of lists."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from checker.http import Addresses
from checker.http.live import Live
from tests.standins.github.graph import Exhausted, Graph, schema
from tests.standins.github.pages import Pages, Refused, codeload, not_found
from tests.standins.github.things import Token
from tests.standins.github.world import World
from tests.standins.server import Answer, Call, Server

LAST = 9_999_999_999


class GitHub:
    """A GitHub on loopback. `prefix` is `/api/v3` for an Enterprise server."""

    def __init__(self, world: World | None = None, *, prefix: str = "") -> None:
        self.world = world or World()
        self.graph = Graph(self.world)
        self.prefix = prefix
        self.instead: list[Callable[[Call], Answer | None]] = []
        """Asked first: what one of them returns is the answer."""
        self._server: Server | None = None
        self._mistakes: list[Exception] = []
        self._doors: list[Live] = []

    @contextmanager
    def running(self) -> Iterator[GitHub]:
        """Serve for the length of a `with` block; at its end raise what went wrong in the stand-in itself."""
        schema()
        with Server(self, clock=self._seconds) as server:
            self._server = server
            try:
                yield self
            finally:
                for door in self._doors:
                    door.close()
        if self._mistakes:
            raise self._mistakes[0]

    def _seconds(self) -> float:
        return self.world.now.timestamp()

    @property
    def server(self) -> Server:
        """The server, while it is running."""
        assert self._server is not None
        return self._server

    @property
    def url(self) -> str:
        """Base address of the REST API, without a slash at the end."""
        return self.server.url + self.prefix

    @property
    def calls(self) -> list[Call]:
        """What was asked, in order."""
        return self.server.calls

    @property
    def lines(self) -> list[str]:
        """What was asked, in order, as `GET /path`."""
        return [call.line for call in self.calls]

    def door(self, token: str | None = None, *, cache: Path | None = None) -> Live:
        """Return the live door to this GitHub, with a token of a teacher's unless told otherwise (`""`: none)."""
        given = self.world.token() if token is None else token
        live = Live(Addresses(github=self.url), given, cache=cache, sleep=lambda _: None)
        self._doors.append(live)
        return live

    def fail(self, path: str, status: int = 502, times: int = LAST, content: object = "") -> None:
        """Answer requests whose path holds `path` with a status, so many times."""
        left = [times]

        def answer(call: Call) -> Answer | None:
            if path not in call.path or not left[0]:
                return None
            left[0] -= 1
            return Answer(content or "<html>Unicorn!</html>", status)

        self.instead.append(answer)

    def __call__(self, call: Call) -> Answer:
        """Answer a request."""
        try:
            return self._answer(call)
        except Exception as mistake:
            self._mistakes.append(mistake)
            raise

    def _answer(self, call: Call) -> Answer:
        for answer in self.instead:
            found = answer(call)
            if found is not None:
                return found
        try:
            token = self._token(call)
            return self._limited(call, token)
        except Refused as refused:
            return refused.answer

    def _token(self, call: Call) -> Token:
        given = call.headers.get("authorization", "")
        if not given:
            return self.world.anonymous
        found = self.world.tokens.get(given.split(" ")[-1])
        if found is None:
            raise Refused(401, "Bad credentials", documentation_url="https://docs.github.com/rest")
        return found

    def _limited(self, call: Call, token: Token) -> Answer:
        is_graph = call.path.endswith("/graphql")
        spent = token.used >= token.limit
        if not spent:
            token.used += 1
        headers = {
            "X-RateLimit-Limit": str(token.limit),
            "X-RateLimit-Remaining": str(token.limit - token.used),
            "X-RateLimit-Used": str(token.used),
            "X-RateLimit-Reset": str(int(self.world.now.timestamp()) + 1800),
            "X-RateLimit-Resource": "graphql" if is_graph else "core",
            "X-GitHub-Api-Version-Selected": "2022-11-28",
            "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP",
        }
        if spent:
            message = "API rate limit exceeded for user ID 1."
            if is_graph:
                errors = [{"type": "RATE_LIMITED", "message": message}]
                return Answer({"data": None, "errors": errors}, 200, headers)
            return Answer({"message": message}, 403, headers)
        try:
            found = self._graph(call, token) if is_graph else self._rest(call, token)
        except Refused as refused:
            found = refused.answer
        headers |= found.headers
        if call.method == "GET" and found.status == 200:
            tag = hashlib.sha256(token.value.encode() + found.body).hexdigest()
            headers["ETag"] = f'W/"{tag}"'
            headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
            if call.headers.get("if-none-match") == headers["ETag"]:
                token.used -= 1 if token.value else 0
                return Answer(b"", 304, headers)
        return Answer(found.content, found.status, headers)

    def _graph(self, call: Call, token: Token) -> Answer:
        if not token.value:
            raise Refused(401, "This endpoint requires you to be authenticated.")
        try:
            return Answer(self.graph.answer(json.loads(call.body), token))
        except Exhausted:
            return Answer("<html>Unicorn!</html>", 502, {"Content-Type": "text/html"})

    def _rest(self, call: Call, token: Token) -> Answer:
        path = call.path.removeprefix(self.prefix)
        archive = re.fullmatch(r"/_codeload/([^/]+/[^/]+)/legacy.tar.gz/(\w+)", path)
        if archive is not None:
            repo = self.world.find(archive[1], token)
            if repo is None:
                raise not_found()
            return codeload(repo, archive[2])
        found = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", path)
        numbered = re.fullmatch(r"/repositories/(\d+)(/.*)?", path)
        if found is not None:
            repo = self.world.find(found[1], token)
            rest = found[2] or ""
        elif numbered is not None:
            wanted = (one for one in self.world.repositories.values() if one.id == int(numbered[1]))
            one = next(wanted, None)
            repo = self.world.find(one.full_name, token) if one else None
            rest = numbered[2] or ""
        else:
            raise not_found()
        if repo is None:
            raise not_found()
        if repo.blocked:
            block = {"reason": repo.blocked, "created_at": "2026-10-01T00:00:00Z", "html_url": None}
            status = 451 if repo.blocked == "dmca" else 403
            raise Refused(status, "Repository access blocked", block=block)
        if repo.private and "/actions/" in path and not token.actions:
            raise Refused(403, "Resource not accessible by personal access token")
        if found is not None and found[1].lower() != repo.full_name.lower():
            query = f"?{urlencode(call.query)}" if call.query else ""
            to = f"{self.url}/repositories/{repo.id}{quote(rest)}{query}"
            return Answer({"message": "Moved Permanently", "url": to}, 301, {"Location": to})
        return Pages(self.url, repo, call).answer(rest)
