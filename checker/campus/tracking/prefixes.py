"""What stands before MLflow: new experiments get the prefix of whoever makes them, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from checker.campus.people import BUCKET, TEACHER

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_LARGEST = 1_000_000
"""Bytes of a request that makes an experiment."""
_CLOSED = ("/mlflow/assistant", "/gateway", "/mlflow/gateway", "/mlflow/promptlab")
"""What lets MLflow start programs on this machine, or ask others: not part of the campus."""


class Refused(Exception):
    """What a request asks for must not be, in one sentence."""


class Prefixes:
    """MLflow's application behind a look at what is asked of it; pure ASGI, and of MLflow only its REST API."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, changed where it makes an experiment."""
        path = str(scope.get("path", "")).rstrip("/")
        if scope["type"] == "http" and any(one in path for one in _CLOSED):
            await _answer(send, 404, "ENDPOINT_NOT_FOUND", "the campus does without this")
            return
        if scope["type"] == "http" and path.endswith("/mlflow/experiments/create"):
            try:
                body = _placed(await _body(receive), login(scope))
            except Refused as why:
                await _answer(send, 400, "INVALID_PARAMETER_VALUE", str(why))
                return
            scope = {**scope, "headers": _sized(scope["headers"], len(body))}
            receive = _again(body, receive)
        await self.app(scope, receive, send)


def login(scope: Scope) -> str:
    """Return whose login a request names; MLflow checks the token afterwards."""
    from werkzeug.datastructures import Authorization

    found = [value for name, value in scope["headers"] if name == b"authorization"]
    given = Authorization.from_header(found[0].decode("latin-1")) if found else None
    return str(given.username or "") if given is not None and given.type == "basic" else ""


def location(login: str, name: str) -> str:
    """Return where an experiment's artefacts go unless its maker says so."""
    return f"s3://{BUCKET}/{login}/{re.sub(r'[^A-Za-z0-9._-]+', '_', name)[:100].strip('.') or '_'}"


def _placed(body: bytes, login: str) -> bytes:
    """Return a request to make an experiment with a place for its artefacts. Raises Refused for another's."""
    try:
        asked = json.loads(body)
        asked = json.loads(asked) if isinstance(asked, str) else asked  # old clients pack it twice
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise Refused("what was sent is no JSON object")
    # Protocol Buffers know two spellings of each field, and MLflow takes either.
    given = [asked.pop(one, None) for one in ("artifact_location", "artifactLocation")]
    place = next((one for one in given if one), None) or location(login, str(asked.get("name")))
    own = f"s3://{BUCKET}/{login}"
    is_own = re.fullmatch(re.escape(own) + r"(/[A-Za-z0-9._=@+-]+)*/?", str(place)) is not None
    if login != TEACHER and (not is_own or {".", ".."} & set(str(place).split("/"))):
        raise Refused(f"artifact_location has to be {own}, or a folder of it in Latin letters")
    return json.dumps({**asked, "artifact_location": place}).encode()


async def _body(receive: Receive) -> bytes:
    """Return the whole body of a request. Raises Refused for one that is too large."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        more = message.get("more_body", False)
        if size > _LARGEST:
            raise Refused(f"the request has more than {_LARGEST // 1000} kB")
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what hands out a body that was read already, then whatever comes later."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


def _sized(headers: Iterable[tuple[bytes, bytes]], size: int) -> list[tuple[bytes, bytes]]:
    """Return headers for a body of another size that comes in one piece."""
    changed = {b"content-length", b"transfer-encoding", b"content-encoding"}
    kept = [(name, value) for name, value in headers if name not in changed]
    return [*kept, (b"content-length", str(size).encode())]


async def _answer(send: Send, status: int, code: str, message: str) -> None:
    """Answer as MLflow does when something is wrong."""
    body = json.dumps({"error_code": code, "message": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
