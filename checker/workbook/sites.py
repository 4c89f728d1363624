"""A site with two places for a service, blue and green, and one road, which leads to one of them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from checker.workbook.serving import Reply, Service, State, ask

PLACES = ("blue", "green")
_DRAINS_WITHIN = 5.0
_STARTS = 8
"""So often a student's function may start a service."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to a site."""

    at: float
    what: str
    """`start`, `switch` or `stop`."""
    place: str
    state: str
    """How far the service was there at that moment; empty where none was."""


class Site:
    """What a student's function is given: start, stop and watch a service in a place, and turn the road to it."""

    def __init__(self, file: Path, variables: Mapping[str, str]) -> None:
        self._file, self._variables = file, variables
        self._there: dict[str, Service] = {}
        self._under_way = dict.fromkeys(PLACES, 0)
        self._lock = threading.Lock()
        self._starts = 0
        self.events: list[Event] = []
        self.road = "blue"
        """The place to which requests go."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for place in list(self._there):
            self._leave(place)

    def start(self, place: str) -> None:
        """Start the service in a place, with the model that is the champion now; returns while it still loads."""
        _known(place)
        if self.state(place) != "ended":
            raise RuntimeError(f"a service runs in {place} already")
        self._starts += 1
        if self._starts > _STARTS:
            raise RuntimeError(f"a service was started {_STARTS} times, and that is enough")
        self._note("start", place)
        self._leave(place)
        self._there[place] = Service(self._file, self._variables)

    def state(self, place: str) -> State:
        """Say how far a place is: `starting`, `alive` (answers, has no model yet), `ready` or `ended`."""
        _known(place)
        return self._there[place].state if place in self._there else "ended"

    def switch(self, place: str) -> None:
        """Turn the road: from now on, requests go to this place."""
        _known(place)
        self._note("switch", place)
        with self._lock:
            self.road = place

    def stop(self, place: str) -> None:
        """Stop the service in a place. Where the road leads elsewhere, requests under way are answered first."""
        _known(place)
        self._note("stop", place)
        end = time.monotonic() + _DRAINS_WITHIN
        while self.road != place and self._under_way[place] and time.monotonic() < end:
            time.sleep(0.005)
        self._leave(place)

    @contextlib.contextmanager
    def travel(self) -> Iterator[int]:
        """Lead one request to where the road leads; gives the port there, 0 where nothing is."""
        with self._lock:
            place = self.road
            self._under_way[place] += 1
        try:
            yield self._there[place].port if place in self._there else 0
        finally:
            with self._lock:
                self._under_way[place] -= 1

    def await_ready(self) -> State:
        """Wait until the place where the road leads is ready, or nothing is there any more."""
        there = self._there.get(self.road)
        return there.await_ready() if there else "ended"

    def version(self) -> str:
        """Return the version that serves, as it says itself; empty when nobody answers."""
        with self.travel() as port:
            _, told = ask(port, "/predict?diameter=15&weight=1.5")
        return str(told.get("version", "")) if isinstance(told, dict) else ""

    def settle(self) -> None:
        """Call the place where the road leads blue, and empty the other."""
        for place in list(self._there):
            if place != self.road:
                self._leave(place)
        if self.road != "blue":
            self._there = {"blue": self._there[self.road]} if self.road in self._there else {}
            self._under_way = dict.fromkeys(PLACES, 0)
            self.road = "blue"
        self.events.clear()

    def _leave(self, place: str) -> None:
        if (there := self._there.pop(place, None)) is not None:
            there.__exit__()

    def _note(self, what: str, place: str) -> None:
        state = self._there[place].state if place in self._there else ""
        self.events.append(Event(time.monotonic(), what, place, state))


def gap(replies: list[Reply]) -> tuple[int, float]:
    """Return how many requests had no answer, and how many seconds lay between the first of them and the last."""
    lost = [one for one in replies if one.is_error]
    if not lost:
        return 0, 0.0
    return len(lost), max(one.ended for one in lost) - min(one.begun for one in lost)


def _known(place: str) -> None:
    if place not in PLACES:
        raise ValueError(f"{place!r} is no place; there are {' and '.join(PLACES)}")
