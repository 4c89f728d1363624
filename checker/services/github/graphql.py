"""Asking GraphQL: partial answers are kept, and each kind of error becomes what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.evidence import Unavailable
from checker.http.failures import Overloaded, limit_end, limited
from checker.http.page import Http, Page
from checker.services.github.fields import Fields, said
from checker.services.github.questions import query

_TOO_MUCH = ("resource limits", "timeout", "timed out", "too complex", "something went wrong")
_MAX_ERRORS = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """An error of a GraphQL answer: what went wrong, and where in the data."""

    kind: str
    """`NOT_FOUND`, `FORBIDDEN`, …; empty when GitHub does not say."""
    message: str
    path: tuple[str | int, ...]


@dataclass(frozen=True)
class Reply:
    """What GraphQL answered: the data, with nothing where an error says why."""

    page: Page
    data: Fields
    problems: tuple[Problem, ...] = ()

    def problem(self, *path: str | int) -> Problem | None:
        """Return the first error at a place of the data or above or below it."""
        for problem in self.problems:
            if all(one == other for one, other in zip(problem.path, path, strict=False)):
                return problem
        return None


def ask(
    http: Http, text: str, variables: Mapping[str, object], asked: str, *, keep: str = "no"
) -> Reply:
    """Ask a query and return what came, partial data included; `keep` is the request's.

    Raises Overloaded when GitHub gave up on its size, Unavailable when there is no data or no requests are left.
    """
    page = query(http, text, variables, asked, keep=keep)
    if not page.ok:
        raise page.unavailable(f"answered {page.status}: {_message(page)}")
    whole = Fields(page.json(), page)
    problems = tuple(_problems(whole))
    for problem in problems:
        if problem.kind == "RATE_LIMITED":
            end = limit_end(page.headers, http.now)
            raise limited(page.request, end, http.now)
        low = problem.message.lower()
        if problem.kind == "RESOURCE_LIMITS_EXCEEDED" or any(word in low for word in _TOO_MUCH):
            raise Overloaded(asked, f"GitHub gave up: {problem.message}", "try again later")
    data = whole.sub("data")
    if data is None:
        said_why = problems[0].message if problems else "no data and no reason"
        raise page.unavailable(f"refused the question: {said_why}")
    return Reply(page, data, problems)


def _problems(whole: Fields) -> Iterator[Problem]:
    for error in whole.subs("errors", _MAX_ERRORS):
        message = said(error.text("message", 2_000))
        yield Problem(error.text("type").upper(), message, error.path("path"))


def _message(page: Page) -> str:
    try:
        return said(Fields(page.json(), page).text("message", 2_000)) or "without a reason"
    except Unavailable:
        return "without a reason"
