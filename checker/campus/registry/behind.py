"""docker-registry as the keeper of images: it listens on a socket in the place alone, so nobody gets past the front."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from checker.campus.place import CampusError, Place, write
from checker.campus.registry.access import secret
from checker.campus.registry.asked import Asked
from checker.campus.registry.keeper import LARGEST_MANIFEST
from checker.campus.registry.manifest import KINDS, check_start, listed
from checker.campus.registry.part import PROGRAM
from checker.campus.registry.refusal import Refusal

if TYPE_CHECKING:
    import httpx
    from starlette.requests import Request
    from starlette.responses import Response

_SOCKET = "keeper.sock"
"""In the part's folder, by a relative name: a path to a socket may have about 100 characters."""
_READY_WITHIN = 30.0
_PASSED_ON = ("accept", "content-type", "content-length", "content-range", "range", "if-none-match")
_HANDED_BACK = (
    "content-type",
    "content-length",
    "content-range",
    "accept-ranges",
    "docker-content-digest",
    "docker-upload-uuid",
    "etag",
    "link",
    "location",
    "range",
)


class Behind:
    """docker-registry, and the way to it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process: asyncio.subprocess.Process | None = None
        self._client: httpx.AsyncClient | None = None

    async def start(self) -> None:
        """Start it and wait until it answers. Raises CampusError."""
        import httpx

        folder = self._place.folder("registry")
        os.chdir(folder)
        (folder / _SOCKET).unlink(missing_ok=True)
        settings = {
            "version": "0.1",
            "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {
                "filesystem": {"rootdirectory": str(self._place.folder("registry", "docker"))}
            },
            "http": {
                "net": "unix",
                "addr": _SOCKET,
                "relativeurls": True,
                "secret": secret(self._place),
            },
        }
        write(folder / "keeper.json", json.dumps(settings))  # JSON is YAML
        program = shutil.which(PROGRAM) or PROGRAM
        self._process = await asyncio.create_subprocess_exec(program, "serve", "keeper.json")
        self._client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=_SOCKET),
            base_url="http://keeper",
            timeout=httpx.Timeout(300),
            trust_env=False,
        )
        for _ in range(int(_READY_WITHIN / 0.02)):
            if self._process.returncode is not None:
                break
            try:
                await self._client.get("/v2/")
            except httpx.TransportError:
                await asyncio.sleep(0.02)
            else:
                return
        raise CampusError(f"{PROGRAM} does not start; its last words are above")

    async def ended(self) -> None:
        """Return when it ended by itself."""
        if self._process is not None:
            await self._process.wait()

    async def stop(self) -> None:
        """End it."""
        if self._client is not None:
            await self._client.aclose()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            await self._process.wait()

    async def answer(self, request: Request, asked: Asked, body: AsyncIterator[bytes]) -> Response:
        """Hand a request on, and its answer back."""
        from starlette.background import BackgroundTask
        from starlette.responses import StreamingResponse

        assert self._client is not None
        # Clients send several lines of `Accept`.
        headers = {
            one: ", ".join(request.headers.getlist(one))
            for one in _PASSED_ON
            if one in request.headers
        }
        path = request.scope["raw_path"].decode("ascii")
        query = request.scope["query_string"].decode("ascii")
        url = f"{path}?{query}" if query else path
        if asked.kind == "upload" and "content-range" in headers:
            state = await self._client.get(url)  # docker-registry 2.8 does not look at the range
            there = state.headers.get("range", "0-0").partition("-")[2]
            check_start(headers["content-range"], int(there) + 1 if int(there) else 0)
        has_body = request.method in {"POST", "PUT", "PATCH"}
        sent = self._client.build_request(
            request.method,
            url,
            headers=headers,
            content=body if has_body else None,
        )
        answer = await self._client.send(sent, stream=True)
        if asked.kind == "tags" and answer.status_code == 200:
            tags = json.loads(await answer.aread()).get("tags") or ()
            return listed(asked.name, tags, request)  # docker-registry 2.8 knows no pages
        if answer.status_code == 416:  # it says so with the length of the whole
            await answer.aclose()
            raise Refusal(416, "SIZE_INVALID", "there is no such part")
        back = {one: answer.headers[one] for one in _HANDED_BACK if one in answer.headers}
        return StreamingResponse(
            answer.aiter_raw(), answer.status_code, back, background=BackgroundTask(answer.aclose)
        )

    async def read(self, name: str, kind: str, digest: str) -> bytes | None:
        """Return a manifest or small blob."""
        assert self._client is not None
        headers = {"Accept": ", ".join(KINDS)} if kind == "manifests" else {}
        url = f"/v2/{name}/{kind}/{quote(digest, safe=':')}"
        async with self._client.stream("GET", url, headers=headers) as answer:
            size = int(answer.headers.get("content-length", LARGEST_MANIFEST + 1))
            if answer.status_code != 200 or size > LARGEST_MANIFEST:
                return None
            return await answer.aread()
