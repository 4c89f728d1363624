"""Fetching and pushing over HTTP, by git's own `http-backend`: requests and answers are streamed both ways.

A push holds its repository's lock from its first byte until its events are stored, so that pushes are told one by one;
its answer ends after that: what a client was told is there has its events.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import zlib
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from anyio import CapacityLimiter, to_thread

from checker.campus.forge.access import Asker, BadCredentials, asker
from checker.campus.forge.changes import settle
from checker.campus.forge.git.bare import MAX_PUSH, MAX_REFS, MAX_SIZE, environment
from checker.campus.forge.site import Site
from checker.campus.store import Repository

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

FETCH, PUSH = "git-upload-pack", "git-receive-pack"
MAX_ASKED = 10_000_000
"""Bytes of a client's question when it fetches."""
MAX_COMMANDS = 1_000_000
"""Bytes in which a push says what it moves: several thousand branches."""
AT_ONCE = 8
"""Git processes that work at the same time; others wait."""
_CHUNK = 65_536
_IDLE = 30
"""Seconds in which a client that sends has to send something."""
_SECONDS = 600
"""Time after which a transfer that does not end is ended."""


class TooLarge(Exception):
    """A request that is larger than what is taken."""


@dataclass
class GitHttp:
    """The ASGI application behind `/owner/repo.git/...`."""

    site: Site
    _locks: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _processes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _locking: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))
    _settling: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(4))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of git's."""
        answer = _Answer(send)
        try:
            who, repository, service = await to_thread.run_sync(self._admit, scope)
        except _Refusal as refusal:
            await answer.whole(refusal.status, str(refusal), refusal.headers)
            return
        body = _Body(scope, receive, MAX_PUSH + MAX_COMMANDS if service == PUSH else MAX_ASKED)
        try:
            if scope["method"] == "POST" and service == PUSH:
                await self._push(scope, body, answer, repository, who)
            else:
                async with self._processes:
                    await self._run(scope, body, answer, repository, who)
        except TooLarge as problem:
            await answer.whole(413, str(problem))
        except TimeoutError:
            await answer.whole(504, f"The transfer took longer than {_SECONDS} s.")

    def _admit(self, scope: Scope) -> tuple[Asker, Repository, str]:
        """Return who asks for what. Raises _Refusal."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        try:
            who = asker(self.site, headers.get(b"authorization", ""))
        except BadCredentials:
            raise _Refusal(401, "Invalid username or token.", _CHALLENGE) from None
        found = scope["path_params"]
        name = found["repo"].removesuffix(".git")
        repository = self.site.find(found["owner"], name)
        if repository is None:
            if not who.login:  # as GitHub does: it may be there for somebody who says who they are
                raise _Refusal(401, "Repository not found.", _CHALLENGE)
            raise _Refusal(404, f"Repository {found['owner']}/{name} not found.")
        action = _action(scope)
        query = scope["query_string"].decode("latin-1")
        service = query.removeprefix("service=") if action == "info/refs" else action
        if service not in {FETCH, PUSH}:
            raise _Refusal(403, "Only git 1.6.6 and newer can fetch and push here (smart HTTP).")
        if scope["method"] != ("GET" if action == "info/refs" else "POST"):
            raise _Refusal(405, "Method not allowed.")
        if service == PUSH:
            self._admit_push(who, repository)
        return who, repository, service

    def _admit_push(self, who: Asker, repository: Repository) -> None:
        if not who.login:
            raise _Refusal(401, "Say who you are: your login and your campus token.", _CHALLENGE)
        if not who.may_write(repository):
            raise _Refusal(403, f"Permission to {repository.full_name}.git denied to {who.login}.")
        bare = self.site.bare(repository)
        if bare.size > MAX_SIZE or len(bare.refs()) > MAX_REFS:
            raise _Refusal(
                403,
                f"{repository.full_name} is full: more than {MAX_SIZE // 1_000_000} MB or"
                f" {MAX_REFS} branches and tags.",
            )

    async def _push(
        self, scope: Scope, body: _Body, answer: _Answer, repository: Repository, who: Asker
    ) -> None:
        lock = self._locks.setdefault(repository.id, asyncio.Lock())
        bare = self.site.bare(repository)
        async with lock:
            handle = await to_thread.run_sync(bare.lock, limiter=self._locking)
            try:
                await to_thread.run_sync(self._note, repository, who.login)
                async with self._processes:
                    await self._run(scope, body, answer, repository, who, handle, self._settle)
            finally:
                os.close(handle)

    def _note(self, repository: Repository, login: str) -> None:
        # whose push it is, should the forge die before its events are made
        self.site.store.change(repository, pusher=login)

    async def _settle(self, repository: Repository, who: Asker) -> None:
        def work() -> None:
            row = self.site.store.one(Repository, id=repository.id)
            if row is not None:
                settle(self.site, row, who.login)

        await to_thread.run_sync(work, limiter=self._settling)

    async def _run(
        self,
        scope: Scope,
        body: _Body,
        answer: _Answer,
        repository: Repository,
        who: Asker,
        handle: int | None = None,
        after: Callable[[Repository, Asker], Any] | None = None,
    ) -> None:
        """Let git answer; `after` is awaited before the answer ends, whatever became of the client."""
        process = await asyncio.create_subprocess_exec(
            "git",
            "http-backend",
            stdin=PIPE,
            stdout=PIPE,
            env=environment() | self._variables(scope, repository, who),
            pass_fds=() if handle is None else (handle,),
            start_new_session=True,
            limit=_CHUNK,
        )
        feeding = asyncio.create_task(_feed(process, body))
        header = None
        try:
            async with asyncio.timeout(_SECONDS):
                header = await _relay(process, answer)
                await process.wait()
        finally:
            _end(process)
            await process.wait()
            feeding.cancel()
            problem = (await asyncio.gather(feeding, return_exceptions=True))[0]
            if after is not None:
                await asyncio.shield(after(repository, who))
        if isinstance(problem, TooLarge):
            raise problem
        if header is not None:
            await answer.begin(*header)
        await answer.end()

    def _variables(self, scope: Scope, repository: Repository, who: Asker) -> dict[str, str]:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        found = {
            "GATEWAY_INTERFACE": "CGI/1.1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REQUEST_METHOD": scope["method"],
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "CONTENT_TYPE": headers.get(b"content-type", ""),
            "GIT_PROJECT_ROOT": os.fspath(self.site.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": headers.get(b"git-protocol", "")[:100],
            "PATH_INFO": f"/{repository.id}.git/{_action(scope)}",
            "REMOTE_ADDR": "127.0.0.1",
        }
        return found | ({"REMOTE_USER": who.login} if who.login else {})


_CHALLENGE = {"WWW-Authenticate": 'Basic realm="campus", charset="UTF-8"'}


def _action(scope: Scope) -> str:
    """Return what is asked of a repository: `info/refs`, `git-upload-pack`."""
    return str(scope["path"]).split("/", 3)[3]


class _Refusal(Exception):
    """Why git gets no answer."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class _Body:
    """A request's body: unpacked, and no larger than `most` bytes, of which few say what is moved."""

    def __init__(self, scope: Scope, receive: Receive, most: int) -> None:
        headers = dict(scope["headers"])
        self.receive = receive
        self.most = most
        self.is_push = _action(scope) == PUSH
        self.packed = headers.get(b"content-encoding", b"").lower() in {b"gzip", b"x-gzip"}

    async def parts(self) -> AsyncIterator[bytes]:
        """Return the bytes in parts. Raises TooLarge, or ConnectionError when the client is gone."""
        unpacker = zlib.decompressobj(wbits=31) if self.packed else None
        total = 0
        commands = _Commands() if self.is_push else None
        async for raw in self._raw():
            rest = raw
            while rest:
                if unpacker is None:
                    part, rest = rest, b""
                else:
                    part, rest = unpacker.decompress(rest, _CHUNK), unpacker.unconsumed_tail
                total += len(part)
                if total > self.most:
                    raise TooLarge(f"This is more than {self.most // 1_000_000} MB at once.")
                if commands is not None:
                    commands.add(part)
                if part:
                    yield part

    async def _raw(self) -> AsyncIterator[bytes]:
        while True:
            async with asyncio.timeout(_IDLE):
                message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ConnectionResetError
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return


class _Commands:
    """The beginning of a push: packets that say what is moved, up to an empty one."""

    def __init__(self) -> None:
        self.left: bytes | None = b""
        self.seen = 0

    def add(self, part: bytes) -> None:
        """Read on. Raises TooLarge when the packets are too many."""
        if self.left is None:
            return
        text = self.left + part
        while len(text) >= 4:
            try:
                length = int(text[:4], 16)
            except ValueError:
                length = 0
            if length == 0 or len(text) < length:
                break
            self.seen += max(length, 4)
            text = text[max(length, 4) :]
        ended = len(text) >= 4 and text[:4] == b"0000"
        self.left = None if ended else text
        if self.seen + len(text) > MAX_COMMANDS and not ended:
            raise TooLarge("This push moves too many branches and tags at once.")


async def _feed(process: Process, body: _Body) -> None:
    """Hand the request's body to git. A client that is gone, or a body too large, ends git's work unfinished."""
    assert process.stdin is not None
    try:
        async for part in body.parts():
            process.stdin.write(part)
            await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError, TimeoutError):
        # git stopped reading, or the client is gone or says nothing: git sees that its input ends
        process.stdin.close()
    except (TooLarge, zlib.error) as error:
        _end(process)
        raise TooLarge(str(error)) from None


def _end(process: Process) -> None:
    """End git and what it started, if it has not ended by itself."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


async def _relay(process: Process, answer: _Answer) -> tuple[int, dict[str, str]] | None:
    """Send what git answers: the header of a CGI program, then the body; return the header when no body followed.

    Git writes the header before it has read the request, which may still turn out to be too large.
    """
    assert process.stdout is not None
    status, headers = 200, {}
    while line := (await process.stdout.readline()).decode("latin-1").strip():
        name, _, value = line.partition(":")
        if name.lower() == "status":
            status = int(value.split()[0])
        else:
            headers[name] = value.strip()
    while part := await process.stdout.read(_CHUNK):
        if not answer.begun:
            await answer.begin(status, headers)
        await answer.part(part)
    return None if answer.begun or not headers else (status, headers)


class _Answer:
    """What goes back to the client."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.begun = False

    async def begin(self, status: int, headers: dict[str, str]) -> None:
        """Send the header."""
        self.begun = True
        pairs = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()
        ]
        await self.send({"type": "http.response.start", "status": status, "headers": pairs})

    async def part(self, part: bytes) -> None:
        """Send some of the body."""
        await self.send({"type": "http.response.body", "body": part, "more_body": True})

    async def end(self) -> None:
        """Send the end; an error when nothing was sent before."""
        if self.begun:
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self.whole(500, "git could not answer.")

    async def whole(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer, unless one has begun."""
        if self.begun:
            await self.end()
            return
        data = f"{text}\n".encode()
        plain = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(data))}
        await self.begin(status, {**plain, **(headers or {})})
        await self.send({"type": "http.response.body", "body": data, "more_body": False})
