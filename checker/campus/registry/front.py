"""The front of the registry: who asks, whether they may, how much it is, and what is noted of a push."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from checker.campus.place import CampusError, Place
from checker.campus.registry.access import LASTS, Access, Doorkeeper
from checker.campus.registry.asked import DIGEST, Asked, asked_of
from checker.campus.registry.keeper import LARGEST_BLOB, LARGEST_MANIFEST, MARGIN, Keeper
from checker.campus.registry.listing import Tag, Variant, record
from checker.campus.registry.manifest import kind_of, references
from checker.campus.registry.refusal import Refusal, full_disk, too_large, unknown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
_FORM = 16_384
_MOST_VARIANTS = 50


class Front:
    """Answers on the port `registry`."""

    def __init__(self, place: Place, keeper: Keeper) -> None:
        self._place = place
        self._keeper = keeper
        self._door = Doorkeeper(place)

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        try:
            response = await self._answer(request)
        except Refusal as refusal:
            response = refusal.response()
        except (OSError, CampusError) as error:
            if getattr(error, "errno", errno.ENOSPC) != errno.ENOSPC:
                raise
            traceback.print_exc()
            response = full_disk(self._free).response()
        response.headers.update(_VERSION)
        return response

    async def _answer(self, request: Request) -> Response:
        from starlette.responses import JSONResponse

        path, authorization = request.url.path, request.headers.get("authorization", "")
        if path == "/token":
            return await self._token(request, authorization)
        if path in {"/v2", "/v2/"}:
            if self._door.access(authorization) is None:
                raise Refusal(
                    401, "UNAUTHORIZED", "authentication required", self._door.challenge()
                )
            return JSONResponse({})
        asked = asked_of(path)
        if asked is None:
            raise unknown(f"{path[:200]!r}", "NAME_INVALID")
        is_read = request.method in {"GET", "HEAD"} and asked.kind != "upload"
        access = self._door.check(asked, "pull" if is_read else "push", authorization)
        if request.method == "DELETE" and asked.kind != "upload":
            raise Refusal(
                405, "UNSUPPORTED", "what was pushed stays; push the tag again to move it"
            )
        if is_read:
            return await self._keeper.answer(request, asked, _once(b""))
        if self._free < MARGIN + int(request.headers.get("content-length") or 0):
            raise full_disk(self._free)
        if asked.kind == "manifest" and request.method == "PUT":
            return await self._push(request, asked, access)
        body = _bounded(request, "a layer", LARGEST_BLOB)
        return await self._keeper.answer(request, asked, body)

    async def _push(self, request: Request, asked: Asked, access: Access) -> Response:
        bounded = _bounded(request, "a manifest", LARGEST_MANIFEST)
        text = b"".join([chunk async for chunk in bounded])
        kind = kind_of(text, request.headers.get("content-type", ""))
        references(text)
        response = await self._keeper.answer(request, asked, _once(text))
        if asked.is_tag and response.status_code == 201:
            manifest = _mapping(text)
            tag = Tag(
                asked.reference,
                f"sha256:{hashlib.sha256(text).hexdigest()}",
                kind,
                time.time(),
                access.login,
                await self._variants(asked.name, manifest, text),
            )
            record(self._place, asked.name, tag)  # before the push is acknowledged
        return response

    async def _variants(
        self, name: str, manifest: Mapping[str, Any], text: bytes
    ) -> tuple[Variant, ...]:
        """Return the platforms of an image, with what each of them weighs."""
        entries = manifest.get("manifests")
        if not isinstance(entries, list):
            return (await self._variant(name, manifest, text),)
        found = []
        for entry in entries[:_MOST_VARIANTS]:
            notes = entry.get("annotations") or {}
            if notes.get("vnd.docker.reference.type") == "attestation-manifest":
                continue
            below = await self._keeper.read(name, "manifests", str(entry.get("digest")))
            if below is not None:
                found.append(await self._variant(name, _mapping(below), below))
        return tuple(found)

    async def _variant(self, name: str, manifest: Mapping[str, Any], text: bytes) -> Variant:
        described = manifest.get("config")
        digest = str(described.get("digest")) if isinstance(described, dict) else ""
        config = (
            await self._keeper.read(name, "blobs", digest) if DIGEST.fullmatch(digest) else None
        )
        platform = _mapping(config or b"")
        layers = manifest.get("layers")
        sizes = (
            [one.get("size") for one in layers if isinstance(one, dict)]
            if isinstance(layers, list)
            else []
        )
        return Variant(
            str(platform.get("architecture") or "unknown")[:40],
            str(platform.get("os") or "unknown")[:40],
            f"sha256:{hashlib.sha256(text).hexdigest()}",
            sum(one for one in sizes if isinstance(one, int)),
        )

    async def _token(self, request: Request, authorization: str) -> Response:
        from starlette.responses import JSONResponse

        scopes = request.query_params.getlist("scope")
        person = self._door.person(authorization)
        if request.method == "POST":  # as OAuth 2 has it (distribution, `docs/spec/auth/oauth.md`)
            body = b"".join([chunk async for chunk in _bounded(request, "a form", _FORM)])
            form = parse_qs(body.decode("utf-8", "replace"))
            scopes = form.get("scope", [])
            if form.get("grant_type") != ["password"]:
                raise Refusal(400, "UNSUPPORTED", "only grant_type=password is known")
            person = self._door.login(form.get("username", [""])[0], form.get("password", [""])[0])
        elif request.method != "GET":
            raise Refusal(405, "UNSUPPORTED", f"{request.method} is not for this address")
        wanted = [one for scope in scopes for one in scope.split()]
        token = self._door.hand_out(person, wanted)
        return JSONResponse({"token": token, "access_token": token, "expires_in": LASTS})

    @property
    def _free(self) -> int:
        return shutil.disk_usage(self._place.root).free


async def _bounded(request: Request, what: str, largest: int) -> AsyncIterator[bytes]:
    """Yield a request's body. Raises Refusal when it is too much."""
    left = largest
    async for chunk in request.stream():
        left -= len(chunk)
        if left < 0:
            raise too_large(what, largest)
        yield chunk


async def _once(text: bytes) -> AsyncIterator[bytes]:
    yield text


def _mapping(text: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
