"""Deadlines: what share of its points evidence of a moment still earns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from checker.rubric.scheme import Deadline


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late something is."""

    share: float = 1.0
    """Share of the points that remains, from 0 to 1."""
    late: str = ""
    """In words: `late by 1 min: 50 %`; empty for what is in time."""


IN_TIME = Lateness()


def lateness(moment: datetime | None, deadlines: Sequence[Deadline]) -> Lateness:
    """Return what remains of the points for evidence of a moment; all of them when nobody knows the moment."""
    passed = [one for one in deadlines if moment is not None and moment > one.at]
    if moment is None or not passed:
        return IN_TIME
    share = min(one.keeps for one in passed)
    first = min(one.at for one in passed)
    return Lateness(share, f"late by {duration(moment - first)}: {share * 100:.3g} %")


def duration(time: timedelta) -> str:
    """Return a time as a person says it, in its two largest units: `2 d 4 h`, `1 min`, `12 s`."""
    seconds = int(time.total_seconds())
    units = (("d", 86400), ("h", 3600), ("min", 60))
    parts: list[str] = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append(f"{count} {name}")
    shown = [part for part in parts[:2] if not part.startswith("0 ")]
    return " ".join(shown) or f"{seconds} s"
