"""What a criterion answers: an outcome, what was seen, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Outcome(Enum):
    """The four answers; the last two are neither a success nor a zero."""

    MET = "met"
    NOT_MET = "not met"
    PENDING = "pending"
    """It happened too recently to be visible."""
    UNKNOWN = "unknown"
    """It could not be seen: a service did not answer, or a value exists only while running."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was looked at, and where it stands: a line of a file, or a page."""

    text: str
    """The line as written."""
    file: str = ""
    line: int = 0
    url: str = ""

    @property
    def place(self) -> str:
        """`file:line`, the address, or nothing."""
        if self.url:
            return self.url
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Verdict:
    """A criterion's answer, with its reason in one sentence part."""

    outcome: Outcome
    reason: str
    seen: tuple[Seen, ...] = ()
    notes: tuple[str, ...] = ()
    """What a teacher should know and what does not change the outcome."""
    at: datetime | None = None
    """When the evidence came to be, by a server's clock; None when that is not known or does not matter."""


def met(
    reason: str,
    seen: tuple[Seen, ...] = (),
    notes: tuple[str, ...] = (),
    at: datetime | None = None,
) -> Verdict:
    """Return a verdict that gives the points."""
    return Verdict(Outcome.MET, reason, seen, notes, at)


def not_met(reason: str, seen: tuple[Seen, ...] = (), notes: tuple[str, ...] = ()) -> Verdict:
    """Return a verdict that gives none, with what is missing."""
    return Verdict(Outcome.NOT_MET, reason, seen, notes)


def unknown(reason: str, seen: tuple[Seen, ...] = (), notes: tuple[str, ...] = ()) -> Verdict:
    """Return a verdict that says why nobody can tell."""
    return Verdict(Outcome.UNKNOWN, reason, seen, notes)


def pending(reason: str, seen: tuple[Seen, ...] = (), notes: tuple[str, ...] = ()) -> Verdict:
    """Return a verdict for what may still become visible."""
    return Verdict(Outcome.PENDING, reason, seen, notes)
