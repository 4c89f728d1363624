"""Two ways to put a new model into service, rehearsed on a site under requests: stop and start, and blue and green."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.workbook.calling import Called, call
from checker.workbook.serving import Reply, Traffic
from checker.workbook.sites import Event, Site, gap

_SECONDS = 60.0
"""A student's function may take so long."""
_WAITS = 15.0
"""And so long where the new service never gets ready."""
_BEFORE, _AFTER = 15, 25
"""Requests before and after."""


_NOT_CALLED = Called()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one rehearsal showed."""

    called: Called = _NOT_CALLED
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    served: str = ""
    """The version that serves in the end; empty for none."""
    older: str = ""
    newer: str = ""
    is_other_empty: bool = True
    """Whether nothing runs in the place that no road leads to."""

    @property
    def lost(self) -> int:
        """How many requests had no answer."""
        return gap(list(self.replies))[0]

    @property
    def seconds(self) -> float:
        """From the first such request to the end of the last."""
        return gap(list(self.replies))[1]

    def first(self, what: str, place: str) -> Event | None:
        """Return the first time that something was done in a place."""
        found = (one for one in self.events if (one.what, one.place) == (what, place))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Rehearsals:
    """Restarting; blue and green; and blue and green with a new model that cannot answer."""

    restart: Seen = Seen()
    switch: Seen = Seen()
    broken: Seen = Seen()


def rehearsals(file: Path, restart: object, switch: object) -> Rehearsals:
    """Rehearse both functions, of those that are functions; the better version is the champion in the end."""
    from checker.workbook import model_versions as models
    from checker.workbook.contenders import broken, contender, telling_row

    if not callable(restart) and not callable(switch):
        return Rehearsals()
    first, better, bad = contender("first").number, contender("better").number, broken().number
    row, _ = telling_row()

    def rehearse(function: object, older: int, newer: int, seconds: float) -> Seen:
        if not callable(function):
            return Seen()
        with Traffic(site.travel, row) as traffic:
            traffic.go_on(_BEFORE)
            models.point(models.CHAMPION, newer)
            called = call(function, site, seconds=seconds)
            site.await_ready()
            traffic.go_on(_AFTER)
        replies = tuple(sorted(traffic.replies, key=lambda one: one.ended))
        other = "green" if site.road == "blue" else "blue"
        is_empty = site.state(other) == "ended"
        events, served = tuple(site.events), site.version()
        site.settle()
        return Seen(called, replies, events, served, str(older), str(newer), is_empty)

    try:
        with Site(file, {"MODEL_NAME": models.model_name()}) as site:
            models.point(models.CHAMPION, first)
            site.start("blue")
            site.await_ready()
            site.events.clear()
            restarted = rehearse(restart, first, better, _SECONDS)
            now = better if site.version() == str(better) else first
            then = first if now == better else better
            switched = rehearse(switch, now, then, _SECONDS)
            good = not switched.lost and switched.served == str(then)
            failed = rehearse(switch, then, bad, _WAITS) if good else Seen()
    finally:
        models.point(models.CHAMPION, better)
    return Rehearsals(restarted, switched, failed)
