"""Each part of a whole campus is killed (kill -9) while a class works: what was acknowledged stays, and work goes on.

Six students work without a pause, one with each part. A part is killed in the midst of a request of which it has half:
that request fails and leaves nothing; afterwards the part is back at its address, and holds all it said yes to.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
import requests

from checker.campus import campus
from checker.campus.storage import weed
from checker.campus.store import Run, Store
from tests.standins.busy import KINDS, Student, Work
from tests.standins.halves import Half, Request
from tests.standins.processes import program
from tests.standins.town import PATIENCE, Town, town

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
    pytest.mark.skipif(weed() is None, reason="no wheel of SeaweedFS for this machine"),
]


@dataclass
class Life:
    """A campus and all that goes on there."""

    whole: Town
    works: Mapping[str, Work]
    halves: Mapping[str, Request | None]
    stop: threading.Event
    going: Sequence[Future[None]]

    def rest(self) -> None:
        """Let everybody end what they are at: a list read page by page shows a thing twice while things are added."""
        self.stop.set()
        for one in self.going:
            one.result(PATIENCE)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    for one in ("skopeo", "umoci"):
        program(one, one)
    stop = threading.Event()
    with ExitStack() as stack:
        whole = stack.enter_context(town(tmp_path_factory.mktemp("life")))
        made = {part: kind(Student(whole, f"student_{part}")) for part, kind in KINDS.items()}
        works = {part: work for part, (work, _) in made.items()}
        pool = stack.enter_context(ThreadPoolExecutor(len(works)))
        going = [pool.submit(one.go_on, stop) for one in works.values()]
        halves = {part: half for part, (_, half) in made.items()}
        try:
            yield Life(whole, works, halves, stop, going)
        finally:
            stop.set()


@pytest.mark.parametrize("part", KINDS)
def test_a_killed_part_loses_nothing_and_comes_back_where_it_was(life: Life, part: str) -> None:
    whole, half = life.whole, life.halves[part]
    for work in life.works.values():
        work.await_more(1)
    addresses, pid = (whole.place.root / "ports.json").read_text(), whole.pid(part)
    back = whole.back(part)
    with ThreadPoolExecutor(1) as pool:
        if half is not None:
            body = Half(half.body)
            sent = pool.submit(half.send, body)
            assert body.begun.wait(PATIENCE)
        else:
            await_run(whole)
        acknowledged = {name: tuple(work.done) for name, work in life.works.items()}
        os.kill(pid, signal.SIGKILL)
        if half is not None:
            body.may_end.set()
            assert isinstance(sent.exception(PATIENCE), requests.ConnectionError)
    assert back.wait(PATIENCE)
    assert whole.pid(part) != pid
    assert (whole.place.root / "ports.json").read_text() == addresses
    for name, work in life.works.items():
        assert set(acknowledged[name]) <= set(work.there()), name
        work.await_more(1)
    if half is not None:
        assert not half.is_there()
        half.send(half.body)
        assert half.is_there()
    assert {one.name: one.state for one in campus.standings(whole.place)} == dict.fromkeys(
        KINDS, "ready"
    )


def test_nothing_was_lost_and_what_had_failed_was_done_once(life: Life) -> None:
    life.rest()
    for name, work in life.works.items():
        done, there = tuple(work.done), work.there()
        assert done == tuple(range(len(done))), name
        assert set(done) <= set(there), name
        assert sorted(there) == sorted(set(there)), name


def await_run(whole: Town) -> None:
    """Wait until a run is in progress."""
    store = Store(whole.place)
    for _ in range(round(PATIENCE / 0.01)):
        if store.find(Run, status="in_progress"):
            break
        threading.Event().wait(0.01)
    else:
        raise AssertionError("no run is in progress")
    store.close()
