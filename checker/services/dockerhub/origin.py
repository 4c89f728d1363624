"""What an image says of the run that built it: BuildKit's provenance, else its labels.

BuildKit writes provenance into a manifest beside the image, as an in-toto statement (SLSA 0.2 or 1.0); in Actions its
`builder.id` is the run's address (docker/build-push-action, read in November 2026). Nobody signs it: it is strong
against mistakes, not against a forger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from checker.http import Addresses, Http
from checker.services.dockerhub.hub import DIGEST, TAG, normal
from checker.services.dockerhub.registry import Registry, notes
from checker.services.fields import like, mapping, sequence, text
from checker.services.images import Image, Origin, Tag

MAX_ENTRIES = 100
"""Manifests of an index and layers of a manifest that are looked at."""

_PREDICATES = ("https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1")
_IN_TOTO = "application/vnd.in-toto+json"
_VCS = "https://mobyproject.org/buildkit@v1#metadata"
_LABEL = "org.opencontainers.image."

_RUN = re.compile(r"/([^/]+/[^/]+)/actions/runs/([0-9]{1,18})(?:/attempts/([0-9]{1,6}))?/?")
_REPOSITORY = re.compile(r"[A-Za-z0-9_-]{1,39}/[A-Za-z0-9._-]{1,100}")
"""Accounts that a company manages have an underscore in their names (GitHub, Enterprise Managed Users)."""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF = re.compile(r"refs/(?:heads|tags|pull)/[!-9;-~]{1,250}")


def origin_of(image: Image, tag: Tag, http: Http) -> Origin | None:
    """Ask the registry what a tag's image says of its origin; at most five requests, none of them for a layer.

    None when it says nothing, or is gone. Raises Unavailable when the registry does not answer, sends other content
    than it was asked for, or has no pull left for this address.
    """
    name = normal(image.name)
    if not name or name != image.name or not TAG.fullmatch(tag.name):
        return None
    registry = Registry(name, http)
    now = registry.digest(tag.name)
    digest = like(tag.digest, DIGEST) or now
    top = registry.manifest(digest) if digest else None
    if top is None:
        return None
    hosts = _hosts(http.addresses)
    entries = [mapping(entry) for entry in sequence(top.get("manifests"), MAX_ENTRIES)]
    if not entries:
        return _from_labels(notes(top), hosts) or _from_config(registry, top, hosts)
    attestation = next(_attestations(entries), "")
    if attestation:
        statement = _statement(registry, registry.manifest(attestation) or {})
        return _from_statement(statement, hosts) or _from_labels(notes(top), hosts)
    found = _from_labels(notes(top), hosts)
    images = (like(entry.get("digest"), DIGEST) for entry in entries)
    first = next(filter(None, images), "")
    below = registry.manifest(first) if first and found is None else None
    if below is None:
        return found
    return _from_labels(notes(below), hosts) or _from_config(registry, below, hosts)


def _hosts(addresses: Addresses) -> frozenset[str]:
    """Return where a run or repository of GitHub's may be."""
    own = urlsplit(addresses.github).hostname
    return frozenset({"github.com", own} if own else {"github.com"})


def _attestations(entries: list[dict[str, Any]]) -> Iterator[str]:
    """Return the digests of the attestation manifests of an index."""
    for entry in entries:
        if notes(entry).get("vnd.docker.reference.type") == "attestation-manifest":
            digest = like(entry.get("digest"), DIGEST)
            if digest:
                yield digest


def _statement(registry: Registry, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the provenance that an attestation manifest holds; empty when it holds none."""
    for layer in sequence(manifest.get("layers"), MAX_ENTRIES):
        fields = mapping(layer)
        predicate = notes(fields).get("in-toto.io/predicate-type")
        digest = like(fields.get("digest"), DIGEST)
        if fields.get("mediaType") == _IN_TOTO and predicate in _PREDICATES and digest:
            return registry.blob(digest) or {}
    return {}


def _from_statement(statement: Mapping[str, Any], hosts: frozenset[str]) -> Origin | None:
    predicate = mapping(statement.get("predicate"))
    if statement.get("predicateType") == _PREDICATES[0]:
        builder = mapping(predicate.get("builder"))
        source = mapping(mapping(predicate.get("invocation")).get("configSource"))
        vcs = mapping(mapping(mapping(predicate.get("metadata")).get(_VCS)).get("vcs"))
    else:
        details = mapping(predicate.get("runDetails"))
        builder = mapping(details.get("builder"))
        definition = mapping(predicate.get("buildDefinition"))
        source = mapping(mapping(definition.get("externalParameters")).get("configSource"))
        metadata = mapping(details.get("metadata"))
        own = mapping(metadata.get("buildkit_metadata")) or mapping(metadata.get(_VCS))
        vcs = mapping(own.get("vcs"))
    run = _RUN.fullmatch(_path(builder.get("id"), hosts))
    address, _, ref = text(source.get("uri"), 600).partition("#")
    repository = (run and like(run[1], _REPOSITORY)) or _repository(address, hosts)
    repository = repository or _repository(vcs.get("source"), hosts)
    if not repository:
        return None
    commit = like(mapping(source.get("digest")).get("sha1"), _COMMIT)
    return Origin(
        repository,
        commit or like(vcs.get("revision"), _COMMIT),
        like(ref.partition(":")[0], _REF),
        int(run[2]) if run else 0,
        int(run[3] or 0) if run else 0,
        "provenance",
    )


def _from_config(
    registry: Registry, manifest: Mapping[str, Any], hosts: frozenset[str]
) -> Origin | None:
    """Read the labels of the image's configuration."""
    digest = like(mapping(manifest.get("config")).get("digest"), DIGEST)
    config = (registry.blob(digest) if digest else None) or {}
    return _from_labels(mapping(mapping(config.get("config")).get("Labels")), hosts)


def _from_labels(labels: Mapping[str, Any], hosts: frozenset[str]) -> Origin | None:
    source = _repository(labels.get(f"{_LABEL}source"), hosts)
    if not source:
        return None
    return Origin(source, like(labels.get(f"{_LABEL}revision"), _COMMIT))


def _repository(value: Any, hosts: frozenset[str]) -> str:
    """Return `owner/repo` from an address on GitHub; empty for any other."""
    parts = _path(value, hosts).strip("/").split("/")
    return like("/".join(parts[:2]).removesuffix(".git"), _REPOSITORY)


def _path(value: Any, hosts: frozenset[str]) -> str:
    """Return the path of an address on GitHub; empty for any other."""
    try:
        parts = urlsplit(text(value, 600))
        ours = parts.scheme in {"http", "https"} and parts.hostname in hosts
    except ValueError:
        return ""
    return parts.path if ours else ""
