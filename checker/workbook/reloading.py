"""A service under requests while its model is to be replaced: by a stranger, rightly, and by a broken model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from checker.workbook.serving import Reply, Service, Traffic, ask

TOKEN = "open sesame"
"""What opens /reload."""
REQUESTS = 200
"""So many are sent at least, over the whole story."""
_PHASE = 50
_AFTER = 30
"""Requests between one event and the next, and after an event before anything is concluded from it."""


@dataclass(frozen=True, slots=True)
class Reload:
    """One call of /reload."""

    what: str
    """`stranger`: without the right token · `right`: a better champion waits · `broken`: one that cannot answer."""
    begun: float
    ended: float
    status: int


@dataclass(frozen=True, slots=True)
class Story:
    """What a service did while it was asked to reload."""

    replies: tuple[Reply, ...] = ()
    reloads: tuple[Reload, ...] = ()
    older: str = ""
    """The version that was the champion when it started."""
    newer: str = ""
    broken: str = ""
    berries: tuple[str, str] = ("", "")
    """What the older and the newer version answer to the row that is asked."""
    failed: str = ""
    """Why it did not start; empty when it did."""

    @property
    def errors(self) -> int:
        """How many requests had no answer."""
        return sum(one.is_error for one in self.replies)

    @property
    def versions(self) -> list[str]:
        """The versions that answered, in the order in which they first did."""
        return list(dict.fromkeys(one.version for one in self.replies if not one.is_error))

    def reload(self, what: str) -> Reload:
        """Return one of its three calls."""
        return next(one for one in self.reloads if one.what == what)

    def between(self, begin: str, end: str = "") -> list[Reply]:
        """Return what was asked after one call had ended and answered before another began; no limit for none."""
        start = self.reload(begin).ended if begin else float("-inf")
        stop = self.reload(end).begun if end else float("inf")
        return [one for one in self.replies if one.begun >= start and one.ended <= stop]


def story(file: Path) -> Story:
    """Run a service through three calls of /reload under requests; the better version is the champion in the end."""
    from checker.workbook import model_versions as models
    from checker.workbook.contenders import broken, contender, telling_row

    first, better, bad = contender("first"), contender("better"), broken()
    row, berries = telling_row()
    models.point(models.CHAMPION, first.number)
    variables = {"MODEL_NAME": models.model_name(), "RELOAD_TOKEN": TOKEN}
    known = (str(first.number), str(better.number), str(bad.number))
    with Service(file, variables) as service:
        state = service.await_ready()
        if state != "ready":
            return Story((), (), *known, berries, service.said if state == "ended" else state)
        reloads = []

        def reload(what: str, token: str) -> None:
            begun = time.monotonic()
            status, _ = ask(service.port, "/reload", verb="POST", token=token)
            reloads.append(Reload(what, begun, time.monotonic(), status))

        with Traffic.to(service.port, row) as traffic:
            try:
                traffic.go_on(_PHASE)
                models.point(models.CHAMPION, better.number)
                traffic.go_on(_AFTER)
                reload("stranger", "open barley")
                traffic.go_on(_AFTER)
                reload("right", TOKEN)
                traffic.go_on(_PHASE)
                models.point(models.CHAMPION, bad.number)
                reload("broken", TOKEN)
            finally:
                models.point(models.CHAMPION, better.number)
            traffic.go_on(max(_AFTER, REQUESTS - len(traffic.replies)))
        replies = sorted(traffic.replies, key=lambda one: one.ended)
    return Story(tuple(replies), tuple(reloads), *known, berries)
