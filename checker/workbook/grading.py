"""The grade of the student's homework on the campus, by the grader's own code, and what they published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING

from checker.grading import Grade, number
from checker.report.escape import plain
from checker.rubric.verdict import Outcome
from checker.workbook.display import Shown, above, card, table
from checker.workbook.refusal import WorkbookError
from checker.workbook.steady import steady
from checker.workbook.student import REPOSITORY

if TYPE_CHECKING:
    from checker.http import Http
    from checker.services.images import Image
    from checker.services.packages import Package
    from checker.workbook.campus import Campus

_MARKS = {Outcome.MET: "✓", Outcome.NOT_MET: "✗", Outcome.PENDING: "…", Outcome.UNKNOWN: "?"}
_TONES = {Outcome.MET: "good", Outcome.NOT_MET: "bad"}


class Graded(Grade):
    """A grade that was shown already."""

    def _ipython_display_(self) -> None:
        """Show nothing more."""


def grade(campus: Campus, items: tuple[str, ...]) -> Graded:
    """Grade the homework, as `checker grade --campus` does. Raises WorkbookError for an item that there is not."""
    from checker import grading
    from checker.rubric import scheme
    from checker.target import Target

    login = campus.person.login
    target = Target(repository=f"{login}/{REPOSITORY}", student=login)
    try:
        rubric = scheme.default().only(items)
        with _door(campus) as door:
            found = grading.grade(target, rubric, http=door)
    except ValueError as error:
        raise WorkbookError(str(error)) from None
    return Graded(**{one.name: getattr(found, one.name) for one in fields(Grade)})


def package(campus: Campus, name: str) -> Package:
    """Return a library on the campus's index as the grader sees it. Raises Unavailable."""
    from checker.services.pypi import package_of

    with _door(campus) as door:
        return package_of(name, "PyPI", door)


def image(campus: Campus, name: str) -> Image:
    """Return an image, `user/name`, in the campus's registry as the grader sees it. Raises Unavailable."""
    from checker.services.dockerhub import image_of

    with _door(campus) as door:
        return image_of(name, door)


def told(found: Grade, campus: Campus) -> Shown:
    """Return a grade as cards, one an item."""
    cards = []
    for item in found.items:
        outcomes = {line.verdict.outcome for line in item.lines}
        tone = _TONES.get(next(iter(outcomes)), "open") if len(outcomes) == 1 else "open"
        if Outcome.NOT_MET in outcomes:
            tone = "bad"
        rows = []
        for line in item.lines:
            mark, criterion = _MARKS[line.verdict.outcome], line.criterion
            points = f"{number(line.points)}/{number(criterion.points)}"
            rows.append((mark, criterion.id, points, criterion.statement))
            reason = steady(plain(line.verdict.reason, 200), campus.addresses, campus.hidden)
            rows.append(("", "", "", f"→ {reason}"))
        title = f"{item.id} · {item.title}: {number(item.points)} of {number(item.of)}"
        cards.append(card(tone, "◆", title, table([""] * 4, rows)))
    return above(*cards)


@contextmanager
def _door(campus: Campus) -> Iterator[Http]:
    """Open the campus's services as the teacher; a part that does not run is not asked."""
    from checker.http import Addresses
    from checker.http.credentials import token
    from checker.http.live import Live
    from checker.http.logins import logins

    kept = ("PATH", "HOME")
    variables = {name: os.environ[name] for name in kept if name in os.environ} | campus.teacher
    if "tracking" not in campus.running:
        variables.pop("CHECKER_MLFLOW_URL")
    if "storage" not in campus.running:
        variables.pop("CHECKER_S3_URL")
    found = Addresses.of(variables)
    with Live(found, token(variables), logins=logins(variables, found)) as door:
        yield door
