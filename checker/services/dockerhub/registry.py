"""Manifests and small blobs of an image, asked of the registry without pulling a layer.

What is content-addressed is held to its digest. Whom we ask is settled before the first answer: no header of an
answer (`Www-Authenticate`) and no address in one leads to another host, but for the networks that deliver blobs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from checker.evidence import Unavailable
from checker.http import Addresses, Http, Page, Request
from checker.services.dockerhub.hub import DIGEST
from checker.services.fields import like, mapping

SERVICE = "Docker Hub's registry"
"""Apart from Docker Hub's API, because each has its own limits."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a manifest or blob; registries refuse larger manifests, and provenance stays far below."""

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)

DELIVERY = (
    "production.cloudfront.docker.com",
    "production.cloudflare.docker.com",
    "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
)
"""Where Docker Hub sends whoever asks for a blob (Docker's allow-list, read in November 2026; the first is today's)."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,16384}")
_LEFT = re.compile(r"([0-9]{1,9})(?:;w=[0-9]{1,9})?")
_LIMIT = re.compile(r"([0-9]{1,9});w=([0-9]{1,9})")


class Registry:
    """One image in a registry, with the pull token that is given to everybody."""

    def __init__(self, name: str, http: Http) -> None:
        """Ask for the token; without one the registry itself will say what it thinks of us."""
        self._name = name
        self._http = http
        self._base, service, tokens, self._delivery = _places(http.addresses)
        self._gap: Unavailable | None = None
        self._token = ""
        scope = quote(f"repository:{name}:pull", safe=":/")
        asked = f"a token to read {name}"
        request = Request(
            SERVICE, f"{tokens}?service={service}&scope={scope}", asked, is_handout=True, keep="no"
        )
        try:
            page = http.get(request)
            handed = mapping(page.json()) if page.ok else {}
        except Unavailable as gap:
            self._gap, handed = gap, {}
        self._token = like(handed.get("token") or handed.get("access_token"), _TOKEN)

    def digest(self, tag: str) -> str | None:
        """Return what a tag points at, by a HEAD, which is no pull; None when there is no such tag.

        Raises Unavailable when the registry says that no pull is left.
        """
        asked = f"the manifest of {self._name}:{tag}"
        url = f"{self._base}/v2/{self._name}/manifests/{quote(tag, safe='')}"
        page = self._get(
            Request(
                SERVICE,
                url,
                asked,
                ", ".join(INDEXES + MANIFESTS),
                method="HEAD",
                keep="no",
                bearer=self._token,
            )
        )
        if page is None:
            return None
        left = _LEFT.fullmatch(page.headers.get("ratelimit-remaining", ""))
        if left and int(left[1]) == 0:
            limit = _LIMIT.fullmatch(page.headers.get("ratelimit-limit", ""))
            often = f" ({limit[1]} in {int(limit[2]) / 3600:g} hours)" if limit else ""
            raise Unavailable(
                asked,
                f"{SERVICE} lets nobody pull any more from this address{often}",
                "grade again when the time has passed",
            )
        return like(page.headers.get("docker-content-digest"), DIGEST)

    def manifest(self, digest: str) -> dict[str, Any] | None:
        """Return an index or manifest by its digest; None when the registry has it no more."""
        accept = ", ".join(INDEXES + MANIFESTS)
        return self._content("manifests", digest, accept)

    def blob(self, digest: str) -> dict[str, Any] | None:
        """Return a blob that is JSON: an image's configuration, a statement."""
        return self._content("blobs", digest, "*/*")

    def _content(self, kind: str, digest: str, accept: str) -> dict[str, Any] | None:
        what = kind.removesuffix("s")
        page = self._get(
            Request(
                SERVICE,
                f"{self._base}/v2/{self._name}/{kind}/{digest}",
                f"a {what} of {self._name}",
                accept,
                largest=LARGEST,
                redirects=self._delivery,
                keep="forever",
                bearer=self._token,
            )
        )
        if page is None:
            return None
        if f"sha256:{hashlib.sha256(page.body).hexdigest()}" != digest:
            raise page.unavailable(f"answered with another {what} than the one of that digest")
        try:
            data = json.loads(page.body)
        except (ValueError, RecursionError):
            data = None
        # The bytes are the ones that were pushed: what they are not, the image does not say.
        return mapping(data)

    def _get(self, request: Request) -> Page | None:
        try:
            page = self._http.get(request)
        except Unavailable as refusal:
            raise self._gap or refusal from None
        if page.status == 404:
            return None
        if not page.ok:
            raise page.unavailable(f"answered {page.status}")
        return page


def _places(addresses: Addresses) -> tuple[str, str, str, tuple[str, ...]]:
    """Return where the registry is, its name for tokens, who hands these out, and who delivers its blobs."""
    if not addresses.registry:
        tokens = "https://auth.docker.io/token"
        return "https://registry-1.docker.io", "registry.docker.io", tokens, DELIVERY
    host = urlsplit(addresses.registry).hostname or ""
    return addresses.registry, quote(host), f"{addresses.registry}/token", (host,)


def notes(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of a manifest or of an entry of one."""
    return mapping(manifest.get("annotations"))
