"""What a request to a registry is about: the paths of the OCI distribution specification, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
NAME = re.compile(rf"{_PART}(?:/{_PART})*")
TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_UPLOAD = re.compile(r"[\w.=-]{1,200}", re.ASCII)
LONGEST = 200
"""Letters of a name, which is a file's name here and there."""
_PATH = re.compile(
    r"/v2/(?P<name>[^?]+?)/(?P<kind>manifests|blobs/uploads|blobs|tags)(?:/(?P<reference>[^/]*))?"
)

Kind = Literal["manifest", "blob", "upload", "tags"]
_KINDS: dict[str, Kind] = {
    "manifests": "manifest",
    "blobs": "blob",
    "blobs/uploads": "upload",
    "tags": "tags",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing in one repository."""

    name: str
    kind: Kind
    reference: str
    """A tag or digest of a manifest, a digest of a blob, an upload's id (empty for a new one)."""

    @property
    def is_tag(self) -> bool:
        """Whether it names a manifest by a tag."""
        return self.kind == "manifest" and ":" not in self.reference

    @property
    def namespace(self) -> str:
        """Whose it is: the first part of the name."""
        return self.name.partition("/")[0]


def asked_of(path: str) -> Asked | None:
    """Take a path apart; None for one that nothing has."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    name, reference = found["name"], found["reference"] or ""
    kind = _KINDS[found["kind"]]
    if len(name) > LONGEST or "/" not in name or not NAME.fullmatch(name):
        return None
    fits = {
        "manifest": bool(TAG.fullmatch(reference) or DIGEST.fullmatch(reference)),
        "blob": bool(DIGEST.fullmatch(reference)),
        "upload": not reference or bool(_UPLOAD.fullmatch(reference)),
        "tags": reference == "list",
    }
    return Asked(name, kind, reference) if fits[kind] else None
