"""What keeps the images behind the front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from checker.campus.registry.asked import Asked

LARGEST_MANIFEST = 4 * 1024 * 1024
"""Bytes, as in docker-registry."""
LARGEST_BLOB = 4_000_000_000
"""Bytes of a layer; images with CUDA have layers of three billion."""
MARGIN = 200_000_000
"""Bytes of the disk that a push leaves free."""


class Keeper(Protocol):
    """Answers requests that the front let through."""

    async def start(self) -> None:
        """Get ready."""

    async def stop(self) -> None:
        """End what was started."""

    async def answer(self, request: Request, asked: Asked, body: AsyncIterator[bytes]) -> Response:
        """Answer a request; its body is bounded. Raises Refusal."""

    async def read(self, name: str, kind: str, digest: str) -> bytes | None:
        """Return a manifest (`manifests`) or small blob (`blobs`) of a repository; None when it has none."""
