"""An image in a registry: its tags, when they were pushed, and what it says of where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of an image: a name that may be moved, and what it points at now."""

    name: str
    digest: str
    """Of the index or manifest; empty when the registry does not tell."""
    pushed: datetime | None
    """When it last was, by the registry's clock."""
    pusher: str = ""
    """The account that pushed it last."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an image says of the run that built it; unsigned, so strong against mistakes only.

    From BuildKit's provenance (`builder.id`, `configSource`), else from its labels.
    """

    source: str
    """`owner/repo` on GitHub; empty when the image names none."""
    commit: str = ""
    ref: str = ""
    """`refs/tags/v1.2.3`; empty when unknown."""
    run: int = 0
    """The run's id, from provenance; 0 when unknown."""
    attempt: int = 0
    by: str = "labels"
    """`provenance` or `labels`."""


@dataclass(frozen=True)
class Image:
    """An image's repository, newest tag first; never pushed means no tags."""

    name: str
    """`user/repository`."""
    registry: str
    """`Docker Hub`."""
    url: str
    tags: tuple[Tag, ...] = ()
    exists: bool = True
    """False when there is no such repository, or none that everybody can see."""
    remarks: tuple[str, ...] = ()
    """What a person should know of the registry's answer, a sentence each."""
