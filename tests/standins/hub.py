"""Docker Hub: the tags its API lists, and its registry, in memory or in front of a real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.standins.image import INDEX, Build, Content, content
from tests.standins.server import Answer, Call

TOKEN = "token-for-the-asking"
NOT_FOUND = {"message": "httperror 404: object not found", "errinfo": {}}


@dataclass
class Pushed:
    """A tag and when it was pushed last."""

    tag: str
    digest: str
    at: datetime
    pusher: str


@dataclass
class Stored:
    """A repository of the registry."""

    tags: dict[str, Pushed] = field(default_factory=dict)
    contents: list[Content] = field(default_factory=list)

    def manifest(self, reference: str) -> tuple[str, str, bytes] | None:
        """Digest, media type and text of the manifest a tag or digest names."""
        digest = self.tags[reference].digest if reference in self.tags else reference
        for one in self.contents:
            if digest in one.manifests:
                return (digest, *one.manifests[digest])
        return None

    def blob(self, digest: str) -> bytes | None:
        return next((one.blobs[digest] for one in self.contents if digest in one.blobs), None)


class Tags:
    """The API that lists tags; hand it to a `Server`.

    `found` tells the digest that a tag of an image has in the registry behind it.
    """

    def __init__(self, found: Callable[[str, str], str] | None = None) -> None:
        self.images: dict[str, Stored] = {}
        self._found = found

    def list(self, name: str, tag: str, *, at: datetime, pusher: str = "") -> None:
        """List a tag that the registry behind has, as pushed at a moment."""
        assert self._found is not None
        stored = self.images.setdefault(name, Stored())
        stored.tags[tag] = Pushed(
            tag, self._found(name, tag), at, pusher or name.split("/", maxsplit=1)[0]
        )

    def __call__(self, call: Call) -> Answer:
        """Answer as Docker Hub's API does."""
        parts = [part for part in call.path.split("/") if part]
        match parts:
            case ["v2", "namespaces", user, "repositories", repository, "tags"]:
                stored = self.images.get(f"{user}/{repository}")
                return self._tags(call, stored) if stored else Answer(NOT_FOUND, 404)
        return Answer(NOT_FOUND, 404)

    @staticmethod
    def _tags(call: Call, stored: Stored) -> Answer:
        size = min(int(call.query.get("page_size", 10)), 100)
        number = int(call.query.get("page", 1))
        newest = sorted(stored.tags.values(), key=lambda one: one.at, reverse=True)
        shown = newest[(number - 1) * size : number * size]
        if number > 1 and not shown:
            return Answer(NOT_FOUND, 404)
        here = f"http://{call.headers['host']}{call.path}?page_size={size}"
        more = len(newest) > number * size
        return Answer(
            {
                "count": len(newest),
                "next": f"{here}&page={number + 1}" if more else None,
                "previous": f"{here}&page={number - 1}" if number > 1 else None,
                "results": [_listed(one) for one in shown],
            },
            headers={"X-RateLimit-Limit": "180", "X-RateLimit-Remaining": "179"},
        )


class Hub(Tags):
    """Docker Hub with its registry, both on one address; hand it to a `Server`.

    `hub.push("ivanova/hw", "1.2.3", at=moment, run=Build("ivanova/hw", 42))` pushes an image with provenance; with
    `labels` alone an image without. `pulls` is what is left of the pull limit; None sends no such header.
    """

    def __init__(self, *, blobs_at: str = "", pulls: int | None = None) -> None:
        super().__init__()
        self.blobs_at = blobs_at
        """Address of another server that hands out the blobs; empty for this one."""
        self.pulls = pulls

    def push(
        self,
        name: str,
        tag: str,
        *,
        at: datetime,
        run: Build | None = None,
        labels: Mapping[str, str] | None = None,
        pusher: str = "",
    ) -> Content:
        """Push an image under a tag, moving the tag if it is there."""
        made = content(labels=labels, build=run, layer=f"{name}:{tag}".encode())
        stored = self.images.setdefault(name, Stored())
        stored.contents.append(made)
        stored.tags[tag] = Pushed(tag, made.digest, at, pusher or name.split("/", maxsplit=1)[0])
        return made

    def __call__(self, call: Call) -> Answer:
        """Answer as Docker Hub's API, its token service and its registry do."""
        if call.path == "/token":
            return Answer({"token": TOKEN, "access_token": TOKEN, "expires_in": 300})
        parts = [part for part in call.path.split("/") if part]
        match parts:
            case ["v2", user, repository, "manifests", reference]:
                return self._authorised(call) or self._manifest(f"{user}/{repository}", reference)
            case ["v2", user, repository, "blobs", digest]:
                return self._authorised(call) or self._blob(f"{user}/{repository}", digest)
        return super().__call__(call)

    def cdn(self, call: Call) -> Answer:
        """Answer as the network does that hands out blobs: whoever shows a credential is sent away."""
        if "authorization" in call.headers:
            return Answer("Only one auth mechanism allowed", 400)
        digest = call.path.removeprefix("/blobs/")
        for stored in self.images.values():
            found = stored.blob(digest)
            if found is not None:
                return Answer(found)
        return Answer("", 404)

    @staticmethod
    def _authorised(call: Call) -> Answer | None:
        if call.headers.get("authorization") == f"Bearer {TOKEN}":
            return None
        realm = f'Bearer realm="http://{call.headers["host"]}/token",service="registry.docker.io"'
        wrong = {"code": "UNAUTHORIZED", "message": "authentication required", "detail": None}
        return Answer({"errors": [wrong]}, 401, {"WWW-Authenticate": realm})

    def _manifest(self, name: str, reference: str) -> Answer:
        stored = self.images.get(name)
        found = stored.manifest(reference) if stored else None
        if found is None:
            return Answer({"errors": [{"code": "MANIFEST_UNKNOWN"}]}, 404)
        digest, kind, text = found
        limit = {}
        if self.pulls is not None:
            limit = {
                "ratelimit-limit": "100;w=21600",
                "ratelimit-remaining": f"{self.pulls};w=21600",
            }
        return Answer(
            text, headers={"Content-Type": kind, "Docker-Content-Digest": digest, **limit}
        )

    def _blob(self, name: str, digest: str) -> Answer:
        stored = self.images.get(name)
        found = stored.blob(digest) if stored else None
        if found is None:
            return Answer({"errors": [{"code": "BLOB_UNKNOWN"}]}, 404)
        if self.blobs_at:
            return Answer(b"", 307, {"Location": f"{self.blobs_at}/blobs/{digest}"})
        return Answer(found)


def _listed(one: Pushed) -> dict[str, Any]:
    time = one.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "creator": 1,
        "id": 1,
        "name": one.tag,
        "digest": one.digest,
        "media_type": INDEX,
        "content_type": "image",
        "tag_status": "active",
        "last_updated": time,
        "tag_last_pushed": time,
        "tag_last_pulled": None,
        "last_updater_username": one.pusher,
        "full_size": 51234567,
        "v2": True,
        "images": [
            {"architecture": "amd64", "os": "linux", "digest": one.digest, "status": "active"}
        ],
    }
