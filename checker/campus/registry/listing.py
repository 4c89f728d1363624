"""What was pushed when and by whom: a record for each repository, written before a push is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checker.campus.place import Place, write

MOST_TAGS = 2_000
"""Tags of a repository that are listed, the newest."""


@dataclass(frozen=True, slots=True)
class Variant:
    """An image of one platform below a tag."""

    architecture: str
    os: str
    digest: str
    size: int
    """Bytes of its layers, compressed."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it was pushed last."""

    name: str
    digest: str
    """Of the manifest or index it points at."""
    media_type: str
    pushed: float
    """Seconds since 1970 (UTC)."""
    by: str
    """Login of who pushed it."""
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """A repository of the registry, its newest tag first."""

    name: str
    """`login/name`."""
    created: float
    tags: tuple[Tag, ...]


def images(place: Place) -> tuple[Image, ...]:
    """Return all repositories that were pushed to, the newest push first."""
    found = (_read(one) for one in _folder(place).glob("*.json"))
    return tuple(sorted((one for one in found if one), key=lambda one: -one.tags[0].pushed))


def image(place: Place, name: str) -> Image | None:
    """Return a repository; None when nobody pushed to it."""
    return _read(_file(place, name))


def record(place: Place, name: str, tag: Tag) -> None:
    """Note that a tag was pushed."""
    with place.locked("registry-listing"):
        known = image(place, name)
        others = tuple(one for one in (known.tags if known else ()) if one.name != tag.name)
        made = Image(name, known.created if known else tag.pushed, (tag, *others)[:MOST_TAGS])
        write(_file(place, name), json.dumps(asdict(made)))


def _folder(place: Place) -> Path:
    return place.folder("registry", "listing")


def _file(place: Place, name: str) -> Path:
    return _folder(place) / f"{name.replace('/', '+')}.json"


def _read(file: Path) -> Image | None:
    try:
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    tags = (
        Tag(**{**one, "variants": tuple(Variant(**below) for below in one["variants"])})
        for one in content["tags"]
    )
    return Image(content["name"], content["created"], tuple(tags))
