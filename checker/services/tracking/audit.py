"""What lies in the class's bucket, by student, and what belongs to nobody of the class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from checker.services.tracking.bucket import Entry, Listing


@dataclass(frozen=True, slots=True)
class Holding:
    """What lies under one prefix."""

    prefix: str
    """The first folder, without a slash; of what lies at the top, the key."""
    name: str = ""
    """Who that is, as the class list has it."""
    objects: int = 0
    bytes: int | None = 0
    """None when the bucket did not say of each object how large it is."""
    newest: datetime | None = None
    perhaps: str = ""
    """Whose it may be, by the prefix's letters; a guess."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The bucket of a class."""

    students: tuple[Holding, ...]
    """All of the class, in the list's order; those with nothing too."""
    strangers: tuple[Holding, ...]
    """Prefixes of nobody in the class, in alphabetical order."""
    complete: bool = True
    """False when the bucket holds more than was read: then no number is the last word."""


def audit(found: Listing, names: Mapping[str, str]) -> Audit:
    """Sort a whole bucket's objects by whose they are; `names` are the class by `surname_name`."""
    groups: dict[str, list[Entry]] = {}
    for entry in found.entries:
        first, slash, _ = entry.key.partition("/")
        # A file at the top lies in nobody's folder, even where it is called like one.
        groups.setdefault(first if slash else f"/{first}", []).append(entry)
    students = (holding(one, groups.pop(one, ()), name) for one, name in names.items())
    known = {_letters(one): one for one in names} | {
        _letters("_".join(reversed(one.split("_", 1)))): one for one in names
    }
    return Audit(
        tuple(students),
        tuple(
            holding(group.removeprefix("/"), groups[group], perhaps=known.get(_letters(group), ""))
            for group in sorted(groups)
        ),
        found.complete,
    )


def holding(prefix: str, entries: Iterable[Entry], name: str = "", *, perhaps: str = "") -> Holding:
    """Add up what lies under a prefix."""
    all_ = tuple(entries)
    sizes = [one.size for one in all_ if one.size is not None]
    return Holding(
        prefix,
        name,
        len(all_),
        sum(sizes) if len(sizes) == len(all_) else None,
        max((one.modified for one in all_ if one.modified), default=None),
        perhaps,
    )


def _letters(prefix: str) -> str:
    return re.sub(r"[^a-z0-9]", "", prefix.lower()[:200])
