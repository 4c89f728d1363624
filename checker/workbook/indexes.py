"""Indexes of images: for which machines there is one, and indexes of several kinds to try a reader of them on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def platforms_of(index: Mapping[str, Any]) -> list[str]:
    """Return the machines that an index has images for, `linux/arm/v7`; what is no image is left out."""
    found = []
    for one in index.get("manifests", ()):
        where = one.get("platform", {})
        parts = [where.get(name, "") for name in ("os", "architecture", "variant")]
        if parts[0] not in {"", "unknown"}:
            found.append("/".join(part for part in parts if part))
    return found


def _sample(*platforms: tuple[str, ...]) -> dict[str, Any]:
    keys = ("os", "architecture", "variant")
    return {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{"platform": dict(zip(keys, one, strict=False))} for one in platforms],
    }


SAMPLES: tuple[tuple[dict[str, Any], frozenset[str]], ...] = (
    (_sample(("linux", "amd64"), ("linux", "arm64")), frozenset({"linux/amd64", "linux/arm64"})),
    (
        _sample(("linux", "amd64"), ("unknown", "unknown")),
        frozenset({"linux/amd64"}),
    ),
    (
        _sample(("linux", "arm", "v7"), ("linux", "arm64", "v8"), ("windows", "amd64")),
        frozenset({"linux/arm/v7", "linux/arm64/v8", "windows/amd64"}),
    ),
    ({"schemaVersion": 2, "config": {}, "layers": []}, frozenset()),
)
"""Indexes, one with an attestation, one with variants, and an image that is no index; and what each is for."""
