"""The blobs and manifests of an image as BuildKit writes them: config with labels, provenance, an index over both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
IN_TOTO = "application/vnd.in-toto+json"
SLSA_02 = "https://slsa.dev/provenance/v0.2"
SLSA_1 = "https://slsa.dev/provenance/v1"


@dataclass(frozen=True)
class Build:
    """What an Actions run tells BuildKit of itself."""

    repository: str
    run: int
    attempt: int = 1
    ref: str = "refs/tags/v1.0.0"
    commit: str = "c" * 40
    predicate: str = SLSA_02
    server: str = "https://github.com"

    @property
    def builder(self) -> str:
        return f"{self.server}/{self.repository}/actions/runs/{self.run}/attempts/{self.attempt}"

    @property
    def statement(self) -> dict[str, Any]:
        """The in-toto statement, in the shape of its predicate type."""
        source = {
            "uri": f"{self.server}/{self.repository}.git#{self.ref}",
            "digest": {"sha1": self.commit},
        }
        if self.predicate == SLSA_02:
            predicate: dict[str, Any] = {
                "builder": {"id": self.builder},
                "buildType": "https://mobyproject.org/buildkit@v1",
                "invocation": {
                    "configSource": {**source, "entryPoint": "Dockerfile"},
                    "parameters": {"frontend": "dockerfile.v0"},
                    "environment": {"platform": "linux/amd64"},
                },
                "metadata": {"buildStartedOn": "2026-05-01T12:00:00Z", "reproducible": False},
            }
        else:
            predicate = {
                "buildDefinition": {
                    "buildType": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
                    "externalParameters": {"configSource": {**source, "path": "Dockerfile"}},
                },
                "runDetails": {
                    "builder": {"id": self.builder},
                    "metadata": {"startedOn": "2026-05-01T12:00:00Z"},
                },
            }
        return {
            "_type": "https://in-toto.io/Statement/v0.1",
            "predicateType": self.predicate,
            "subject": [],
            "predicate": predicate,
        }


@dataclass
class Content:
    """All that is pushed for one tag."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Digest -> media type and text, in the order in which they are pushed."""
    digest: str = ""
    """What the tag points at."""

    @property
    def kind(self) -> str:
        return self.manifests[self.digest][0]


def content(
    *, labels: Mapping[str, str] | None = None, build: Build | None = None, layer: bytes = b"layer"
) -> Content:
    """Return an image of one layer; with `build` it is an index with an attestation manifest beside the image."""
    made = Content()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Labels": dict(labels or {})},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]},
    }
    image = _manifest(made, config, [(LAYER, layer, {})])
    if build is None:
        made.digest = image["digest"]
        return made
    statement = json.dumps(build.statement).encode()
    note = {"in-toto.io/predicate-type": build.predicate}
    unknown = {"architecture": "unknown", "os": "unknown", "config": {}, "rootfs": {}}
    attestation = _manifest(made, unknown, [(IN_TOTO, statement, note)])
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [
            {**image, "platform": {"architecture": "amd64", "os": "linux"}},
            {
                **attestation,
                "annotations": {
                    "vnd.docker.reference.digest": image["digest"],
                    "vnd.docker.reference.type": "attestation-manifest",
                },
                "platform": {"architecture": "unknown", "os": "unknown"},
            },
        ],
    }
    made.digest = _keep_manifest(made, INDEX, index)["digest"]
    return made


def _manifest(
    made: Content, config: Mapping[str, Any], layers: list[tuple[str, bytes, dict[str, str]]]
) -> dict[str, Any]:
    described = []
    for kind, data, notes in layers:
        entry = _blob(made, kind, data)
        described.append({**entry, "annotations": notes} if notes else entry)
    return _keep_manifest(
        made,
        MANIFEST,
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _blob(made, CONFIG, json.dumps(config).encode()),
            "layers": described,
        },
    )


def _blob(made: Content, kind: str, data: bytes) -> dict[str, Any]:
    digest = digest_of(data)
    made.blobs[digest] = data
    return {"mediaType": kind, "digest": digest, "size": len(data)}


def _keep_manifest(made: Content, kind: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(manifest, indent=2).encode()
    digest = digest_of(text)
    made.manifests[digest] = (kind, text)
    return {"mediaType": kind, "digest": digest, "size": len(text)}


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
