"""Names of images as people write them, and which image of the campus' registry they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.campus.images.order import BuildError
from checker.campus.registry.asked import DIGEST, NAME, TAG

HUB = ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
"""Docker Hub's hosts; its images are those of the campus' registry."""
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Reference:
    """`name:tag` or `name@digest` in the campus' registry."""

    name: str
    """`login/name`; of one word, `library/name`."""
    reference: str
    """The tag, or the digest."""

    def __str__(self) -> str:
        mark = "@" if DIGEST.fullmatch(self.reference) else ":"
        return f"{self.name}{mark}{self.reference}"


def reference_of(text: str, registry: str = "") -> Reference:
    """Return the image that a name means; `registry` is the campus' own `host:port`.

    Raises BuildError for what is no name, and for an image of another registry than Docker Hub.
    """
    host, slash, rest = text.partition("/")
    is_host = bool(slash) and (any(one in host for one in ".:") or host == "localhost")
    if is_host and host not in HUB and host != registry:
        said = (
            f"{host[:80]} is not on the campus" if _HOST.fullmatch(host) else "that is no registry"
        )
        raise BuildError(f"{said}; images go to Docker Hub's place (docker.io): {text[:120]!r}")
    whole = rest if is_host else text
    name, at, digest = whole.partition("@")
    head, colon, tag = name.rpartition(":")
    name, tag = (head, tag) if colon else (name, "latest")
    if "/" not in name:
        name = f"library/{name}"
    is_right = DIGEST.fullmatch(digest) if at else TAG.fullmatch(tag)
    if not NAME.fullmatch(name) or not is_right:
        raise BuildError(
            f"invalid reference {text[:120]!r}: expected user/name:tag in lower case, such as ivanova_anna/hw:1.0"
        )
    return Reference(name, digest if at else tag)
