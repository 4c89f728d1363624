"""The marks, colours and words that reports share."""

from __future__ import annotations

from datetime import datetime

from checker.actions.answer import Value
from checker.grading import Grade
from checker.rubric.verdict import Outcome

MARKS: dict[Outcome, str] = {
    Outcome.MET: "✓",
    Outcome.NOT_MET: "✗",
    Outcome.PENDING: "…",
    Outcome.UNKNOWN: "?",
}
COLOURS: dict[Outcome, str] = {
    Outcome.MET: "green",
    Outcome.NOT_MET: "red",
    Outcome.PENDING: "yellow",
    Outcome.UNKNOWN: "yellow",
}

ANSWER_MARKS: dict[Value, str] = {"yes": "✓", "no": "✗", "depends": "?"}
ANSWER_COLOURS: dict[Value, str] = {"yes": "green", "no": "dim", "depends": "yellow"}

SHORT_EVENTS = {
    "push": "push",
    "branch-push": "branch",
    "pull-request": "PR",
    "merge": "merge",
    "tag": "tag",
    "release": "release",
    "manual": "manual",
    "schedule": "cron",
}
"""Headings of narrow columns."""


def moment(at: datetime) -> str:
    """Return a moment as a person reads it, with its zone: `2 Nov 2026 12:03 UTC`."""
    zone = at.tzname() or ""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M} {zone}".rstrip()


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
"""In English whatever the locale is: a report is the same everywhere."""


def is_start(grade: Grade) -> bool:
    """Say whether there is nothing yet: then a first step helps more than reasons."""
    return any(notice.text.startswith("There are no workflows") for notice in grade.notices)


def is_blank(grade: Grade) -> bool:
    """Say whether not even the repository could be had: then a sentence says all there is."""
    return not grade.default_branches and all(
        line.verdict.outcome is Outcome.UNKNOWN for line in grade.lines
    )
