"""Images in a folder, as the OCI image layout describes it; skopeo and buildah read and write the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")

Descriptor = dict[str, Any]
"""`mediaType`, `digest`, `size` and what else is said of a blob."""

_NAME = "org.opencontainers.image.ref.name"


@dataclass(frozen=True)
class Layout:
    """A folder of blobs, and names for some of them."""

    folder: Path

    def __post_init__(self) -> None:
        """Make the folder."""
        self._blobs.mkdir(parents=True, exist_ok=True)
        mark = self.folder / "oci-layout"
        if not mark.exists():
            mark.write_text('{"imageLayoutVersion": "1.0.0"}', encoding="ascii")

    def put(self, data: bytes, kind: str) -> Descriptor:
        """Keep a blob and return its descriptor."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._blobs / digest
        if not path.exists():
            path.write_bytes(data)
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}

    def put_json(self, content: Mapping[str, Any], kind: str) -> Descriptor:
        """Keep a document and return its descriptor."""
        return self.put(json.dumps(content, indent=1).encode(), kind)

    def take(self, file: Path, kind: str) -> Descriptor:
        """Keep a file that is moved here, and return its descriptor."""
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = file.stat().st_size
        file.replace(self._blobs / digest)
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": size}

    def path(self, digest: str) -> Path:
        """Return where a blob lies."""
        return self._blobs / digest.removeprefix("sha256:")

    def json(self, descriptor: Mapping[str, Any]) -> dict[str, Any]:
        """Return a document."""
        return dict(json.loads(self.path(descriptor["digest"]).read_bytes()))

    def name(self, name: str, descriptor: Descriptor) -> None:
        """Name an image, or give its name to another one."""
        others = [one for one in self._entries() if one["annotations"].get(_NAME) != name]
        entry = {**descriptor, "annotations": {_NAME: name}}
        content = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [*others, entry]}
        (self.folder / "index.json").write_text(json.dumps(content), encoding="utf-8")

    def find(self, name: str) -> Descriptor | None:
        """Return the image of a name; None when there is none."""
        return dict(self.names()).get(name)

    def names(self) -> Iterator[tuple[str, Descriptor]]:
        """Iterate over names and images."""
        for one in self._entries():
            plain = {key: value for key, value in one.items() if key != "annotations"}
            yield one["annotations"].get(_NAME, ""), plain

    def images(self, descriptor: Descriptor) -> tuple[Descriptor, ...]:
        """Return the images below an index, or the image itself."""
        if descriptor["mediaType"] not in INDEXES:
            return (descriptor,)
        return tuple(self.json(descriptor)["manifests"])

    def _entries(self) -> list[dict[str, Any]]:
        file = self.folder / "index.json"
        if not file.is_file():
            return []
        found = json.loads(file.read_text(encoding="utf-8"))["manifests"]
        return [{"annotations": {}, **one} for one in found]

    @property
    def _blobs(self) -> Path:
        return self.folder / "blobs" / "sha256"
