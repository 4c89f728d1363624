"""Our own keeper of images: files named by their digests, and a folder of names for each repository.

As the OCI distribution specification 1.1 says, without deletion and referrers. What was acknowledged lies there whole
under its name, put there in one step.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from checker.campus.place import Place, write
from checker.campus.registry.asked import DIGEST, Asked, asked_of
from checker.campus.registry.keeper import LARGEST_BLOB, LARGEST_MANIFEST
from checker.campus.registry.manifest import (
    check_start,
    kind_of,
    listed,
    references,
    span,
)
from checker.campus.registry.refusal import Refusal, too_large, unknown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class Own:
    """Images in a folder of the place."""

    def __init__(self, place: Place) -> None:
        self._blobs = place.folder("registry", "own", "blobs")
        self._repositories = place.folder("registry", "own", "repositories")
        self._uploads = place.folder("registry", "own", "uploads")
        self._busy: set[str] = set()

    async def start(self) -> None:
        """Forget uploads that nobody finishes any more."""
        for one in self._uploads.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()

    async def stop(self) -> None:
        """Do nothing: nothing was started."""

    async def answer(self, request: Request, asked: Asked, body: AsyncIterator[bytes]) -> Response:
        """Answer a request."""
        verb = "GET" if request.method == "HEAD" else request.method
        match asked.kind, verb:
            case "manifest", "GET":
                return self._manifest(asked)
            case "manifest", "PUT":
                return await self._put_manifest(request, asked, body)
            case "blob", "GET":
                return self._blob(asked)
            case "tags", "GET":
                return self._tags(request, asked)
            case "upload", "POST" if not asked.reference:
                return await self._begin(request, asked, body)
            case "upload", _ if asked.reference:
                return await self._upload(request, asked, body)
        raise Refusal(405, "UNSUPPORTED", f"{request.method} is not for this address")

    async def read(self, name: str, kind: str, digest: str) -> bytes | None:
        """Return a manifest or small blob."""
        if not DIGEST.fullmatch(digest) or not self._link(name, kind, digest).is_file():
            return None
        path = self._content(digest)
        return path.read_bytes() if path.stat().st_size <= LARGEST_MANIFEST else None

    # Manifests and tags

    def _manifest(self, asked: Asked) -> Response:
        digest = asked.reference
        if asked.is_tag:
            tag = self._tag(asked.name, asked.reference)
            if not tag.is_file():
                raise unknown(f"{asked.name}:{asked.reference}", "MANIFEST_UNKNOWN")
            digest = tag.read_text(encoding="ascii")
        link = self._link(asked.name, "manifests", digest)
        if not link.is_file():
            raise unknown(f"{asked.name}@{digest}", "MANIFEST_UNKNOWN")
        return self._file(digest, link.read_text(encoding="ascii"))

    async def _put_manifest(
        self, request: Request, asked: Asked, body: AsyncIterator[bytes]
    ) -> Response:
        text = b"".join([chunk async for chunk in body])
        digest = f"sha256:{hashlib.sha256(text).hexdigest()}"
        if not asked.is_tag and asked.reference != digest:
            raise Refusal(400, "DIGEST_INVALID", f"the manifest's digest is {digest}")
        kind = kind_of(text, request.headers.get("content-type", ""))
        for folder, below in references(text):
            if not self._link(asked.name, folder, below).is_file():
                what = "manifest" if folder == "manifests" else "blob"
                raise Refusal(
                    400, "MANIFEST_BLOB_UNKNOWN", f"the {what} {below} was not pushed before"
                )
        self._keep(digest, text)
        _write(self._link(asked.name, "manifests", digest), kind)
        if asked.is_tag:
            _write(self._tag(asked.name, asked.reference), digest)
        return _empty(201, self._where(asked, "manifests", digest), digest)

    def _tags(self, request: Request, asked: Asked) -> Response:
        folder = self._repositories / asked.name
        if not (folder / "_manifests").is_dir():
            raise unknown(asked.name, "NAME_UNKNOWN")
        names = (one.name for one in (folder / "_tags").glob("[!.]*"))
        return listed(asked.name, names, request)

    # Blobs

    def _blob(self, asked: Asked) -> Response:
        if not self._link(asked.name, "blobs", asked.reference).is_file():
            raise unknown(f"{asked.name}@{asked.reference}", "BLOB_UNKNOWN")
        return self._file(asked.reference, "application/octet-stream")

    async def _begin(self, request: Request, asked: Asked, body: AsyncIterator[bytes]) -> Response:
        mount, origin = request.query_params.get("mount", ""), request.query_params.get("from", "")
        if mount and self._can_mount(origin, mount):
            _write(self._link(asked.name, "blobs", mount), "")
            return _empty(201, self._where(asked, "blobs", mount), mount)
        begun = Asked(asked.name, "upload", str(uuid.uuid4()))
        path = self._session(begun)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        if request.query_params.get("digest"):
            return await self._upload(request, begun, body, finish=True)
        return self._progress(begun, 202)

    def _can_mount(self, origin: str, digest: str) -> bool:
        other = asked_of(f"/v2/{origin}/blobs/{digest}")
        return other is not None and self._link(other.name, "blobs", digest).is_file()

    async def _upload(
        self, request: Request, asked: Asked, body: AsyncIterator[bytes], *, finish: bool = False
    ) -> Response:
        path = self._session(asked)
        if not path.is_file():
            raise unknown("the upload", "BLOB_UPLOAD_UNKNOWN")
        if request.method in {"GET", "HEAD"}:
            return self._progress(asked, 204)
        if request.method == "DELETE":
            path.unlink()
            return _empty(204)
        if asked.reference in self._busy:
            raise Refusal(409, "BLOB_UPLOAD_INVALID", "another request writes to this upload")
        self._busy.add(asked.reference)
        try:
            await self._append(path, request.headers.get("content-range", ""), body)
            if request.method == "PUT" or finish:
                return await self._finish(asked, path, request.query_params.get("digest", ""))
        finally:
            self._busy.discard(asked.reference)
        return self._progress(asked, 202)

    async def _append(self, path: Path, ranged: str, body: AsyncIterator[bytes]) -> None:
        size = path.stat().st_size
        check_start(ranged, size)
        with path.open("ab") as file:
            async for chunk in body:
                size += len(chunk)
                if size > LARGEST_BLOB:
                    raise too_large("a layer", LARGEST_BLOB)
                file.write(chunk)

    async def _finish(self, asked: Asked, path: Path, digest: str) -> Response:
        from anyio.to_thread import run_sync

        found = await run_sync(_digest, path)
        if found != digest or not DIGEST.fullmatch(digest):
            path.unlink(missing_ok=True)
            raise Refusal(400, "DIGEST_INVALID", f"what was uploaded has the digest {found}")
        where = self._content(digest)
        where.parent.mkdir(parents=True, exist_ok=True)
        path.replace(where)
        _write(self._link(asked.name, "blobs", digest), "")
        return _empty(201, self._where(asked, "blobs", digest), digest)

    def _progress(self, asked: Asked, status: int) -> Response:
        response = _empty(status, f"/v2/{asked.name}/blobs/uploads/{asked.reference}")
        response.headers["Range"] = span(self._session(asked).stat().st_size)
        response.headers["Docker-Upload-UUID"] = asked.reference
        return response

    # Where things lie

    def _content(self, digest: str) -> Path:
        shown = digest.removeprefix("sha256:")
        return self._blobs / shown[:2] / shown

    def _link(self, name: str, kind: str, digest: str) -> Path:
        """Return where a repository notes that it has something; of a manifest, its media type is noted."""
        return self._repositories / name / f"_{kind}" / digest.removeprefix("sha256:")

    def _tag(self, name: str, tag: str) -> Path:
        return self._repositories / name / "_tags" / tag

    def _session(self, asked: Asked) -> Path:
        return self._uploads / asked.name.replace("/", "+") / asked.reference

    def _keep(self, digest: str, text: bytes) -> None:
        _write(self._content(digest), text.decode("utf-8"))

    def _file(self, digest: str, kind: str) -> Response:
        from starlette.responses import FileResponse

        headers = {"Docker-Content-Digest": digest, "ETag": f'"{digest}"'}
        return FileResponse(self._content(digest), media_type=kind, headers=headers)

    @staticmethod
    def _where(asked: Asked, kind: str, digest: str) -> str:
        return f"/v2/{asked.name}/{kind}/{digest}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, text)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _empty(status: int, where: str = "", digest: str = "") -> Response:
    from starlette.responses import Response

    headers = {"Location": where} if where else {}
    if digest:
        headers["Docker-Content-Digest"] = digest
    return Response(status_code=status, headers=headers)
