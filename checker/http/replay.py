"""The door that remembers what was answered, and the door that answers from what was remembered."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from checker.evidence import Unavailable
from checker.http.addresses import Addresses
from checker.http.case import Case, Saved, write
from checker.http.page import Http, Page, Request, telling
from checker.target import Target

_HANDOUT = b'{"token": "not-saved", "access_token": "not-saved"}'


class Recorder:
    """Stands before another door and remembers every answer and every outage; threads may share it."""

    def __init__(self, door: Http) -> None:
        self._door = door
        self._lock = threading.Lock()
        self._answers: dict[str, list[Saved]] = defaultdict(list)
        self._now: datetime | None = None

    @property
    def addresses(self) -> Addresses:
        """Where the services are."""
        return self._door.addresses

    @property
    def has_token(self) -> bool:
        """Whether GitHub is asked with a token."""
        return self._door.has_token

    @property
    def now(self) -> datetime:
        """The time by the services' own clocks when it was first asked for, as the saved case will tell it."""
        with self._lock:
            if self._now is None:
                self._now = self._door.now
            return self._now

    def get(self, request: Request) -> Page:
        """Return what the other door answers, as the saved case will."""
        try:
            page = self._door.get(request)
        except Unavailable as failure:
            self._remember(Saved(request.key, failure=_copy(failure)))
            raise
        if request.is_handout:
            self._remember(Saved(request.key, is_handout=True))
            return page
        page = replace(page, headers=telling(page.headers))
        self._remember(Saved(request.key, page.status, page.headers, page.body, page.url))
        return page

    def case(self, target: Target) -> Case:
        """Return all that was remembered, by key; for one key, in the order asked."""
        with self._lock:
            answers = [one for key in sorted(self._answers) for one in self._answers[key]]
        return Case(target, self.addresses, self.has_token, self.now, tuple(answers))

    def write(self, path: Path, target: Target) -> None:
        """Write all that was remembered to a file, whole or not at all. Raises OSError."""
        write(path, self.case(target))

    def _remember(self, one: Saved) -> None:
        with self._lock:
            self._answers[one.key].append(one)


class Replay:
    """Answers from a saved case alone; threads may share it.

    The addresses are the case's: what the settings of this machine name plays no part.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._left: dict[str, list[Saved]] = defaultdict(list)
        for one in reversed(case.answers):
            self._left[one.key].append(one)

    @property
    def addresses(self) -> Addresses:
        """Where the services were."""
        return self._case.addresses

    @property
    def has_token(self) -> bool:
        """Whether GitHub was asked with a token."""
        return self._case.has_token

    @property
    def now(self) -> datetime:
        """The time when the case was saved, in UTC."""
        return self._case.now

    def get(self, request: Request) -> Page:
        """Return what was answered; the outages were, too. Raises Unavailable for what was never asked."""
        with self._lock:
            left = self._left.get(request.key, [])
            one = left.pop() if len(left) > 1 else next(iter(left), None)
        if one is None:
            raise Unavailable(request.asked, f"{request.asked} is not in the saved case")
        if one.failure is not None:
            raise _copy(one.failure)
        if one.is_handout:
            return Page(request, 200, {"content-type": "application/json"}, _HANDOUT, request.url)
        return Page(request, one.status, one.headers or {}, one.body, one.url)


def _copy(failure: Unavailable) -> Unavailable:
    """Return the same outage without its traceback."""
    return type(failure)(failure.asked, failure.answer, failure.remedy)
