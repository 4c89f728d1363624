"""The registry's server: `python -m checker.campus.registry.serve PLACE KEEPER`; both ports are one process's."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from pathlib import Path
from typing import Any

from checker.campus.place import HOST, CampusError, Place
from checker.campus.registry.behind import Behind
from checker.campus.registry.front import Front
from checker.campus.registry.hub import Hub
from checker.campus.registry.own import Own
from checker.campus.registry.part import PROGRAM


class Application:
    """Sends each request to the one its port belongs to."""

    def __init__(self, place: Place, front: Front) -> None:
        self._front = front
        self._hub = Hub(place)
        self._hub_port = place.port("hub")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request (ASGI)."""
        from starlette.requests import ClientDisconnect, Request

        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        with contextlib.suppress(ClientDisconnect):  # a client that goes on later is one, too
            is_hub = scope["server"][1] == self._hub_port
            answer = self._hub.answer(request) if is_hub else await self._front.answer(request)
            await answer(scope, receive, send)


async def serve(place: Place, kept_by: str) -> None:
    """Serve until a signal ends it, or docker-registry ends. Raises CampusError when that does not start."""
    import uvicorn

    keeper = Behind(place) if kept_by == PROGRAM else Own(place)
    try:
        await keeper.start()
        config = uvicorn.Config(
            Application(place, Front(place, keeper)),
            lifespan="off",
            access_log=False,
            log_level="error",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)
        watch = None
        if isinstance(keeper, Behind):
            watch = asyncio.create_task(_end_with(keeper, server))
        await server.serve([_listen(place.port(name)) for name in ("registry", "hub")])
        if watch is not None:
            watch.cancel()
    finally:
        await keeper.stop()


async def _end_with(keeper: Behind, server: Any) -> None:
    """End when docker-registry did, so that both are started again."""
    await keeper.ended()
    server.should_exit = True


def _listen(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((HOST, port))
    return made


if __name__ == "__main__":
    try:
        asyncio.run(serve(Place(Path(sys.argv[1])), sys.argv[2]))
    except CampusError as problem:
        sys.exit(str(problem))
