"""What a check answers: correct, wrong with a named reason, not attempted, or skipped with a named reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["correct", "wrong", "unattempted", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer of a check; the lesson's catalogue holds the words for it."""

    kind: Kind
    reason: str = ""
    """Names the message: `[q3.wrong] tag_runs`; empty for the others."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """What the message's placeholders stand for; students' own values, so anything at all."""


def correct(**facts: object) -> Outcome:
    """Return that an answer is right."""
    return Outcome("correct", "", facts)


def wrong(reason: str, /, **facts: object) -> Outcome:
    """Return that an answer is wrong, for the reason whose message stands in `[qN.wrong]`."""
    return Outcome("wrong", reason, facts)


def unattempted() -> Outcome:
    """Return that nothing was tried yet."""
    return Outcome("unattempted")


def skipped(reason: str, /, **facts: object) -> Outcome:
    """Return that it cannot be judged on this machine; `[qN.skipped]` says why, and what was looked at instead."""
    return Outcome("skipped", reason, facts)
