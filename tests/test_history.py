"""A second look goes where artefacts lead: to runs they name, runs of their time, and earlier attempts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from checker.chain import Execution, Hub, Shelf
from checker.chain.history import arrivals, attempts_before, named_or_near
from checker.services.github.model import Run
from checker.services.images import Image, Origin, Tag
from checker.services.packages import File, Package, Provenance
from tests.past import executions, minutes, ran, run


def shelf(*times: datetime | None, named: int = 0) -> Shelf:
    files = tuple(File(f"hw-{n}.tar.gz", str(n), at) for n, at in enumerate(times))
    signed = {"hw-0.tar.gz": Provenance(True, "me/hw", "p.yml", 7, run=named)} if named else {}
    return Shelf("PyPI", (Package("hw", "PyPI", "https://x/", files),), signed)


def hub(*tags: Tag, named: int = 0) -> Hub:
    origins = {("me/hw", "1"): Origin("me/hw", run=named)} if named else {}
    return Hub((Image("me/hw", "Docker Hub", "https://x/", tags),), origins)


RUNS = tuple(run(number, updated=minutes(number + 3)) for number in (90, 60, 30, 1))


@pytest.mark.parametrize(
    ("shelves", "registry", "known", "ids"),
    [
        ((shelf(minutes(31)),), Hub(), (RUNS[0],), [30]),
        ((shelf(minutes(31)),), Hub(), (RUNS[2],), []),
        ((shelf(minutes(45)),), Hub(), (), []),
        ((shelf(minutes(31), named=1),), Hub(), (), [1, 30]),
        ((), hub(named=60), (), [60]),
        ((), hub(named=60), (RUNS[1],), []),
        ((), hub(Tag("1.0", "d", minutes(2))), (), [1]),
        ((), hub(Tag("latest", "d", minutes(2))), (), []),
        ((), Hub(), (), []),
        ((shelf(None),), Hub(), (), []),
    ],
    ids=[
        "of its time", "looked at already", "of no run's time", "named before near", "an image names it",
        "named and looked at", "a tag's time", "latest tells no time", "nothing arrived", "no time is told",
    ],
)  # fmt: skip
def test_a_run_is_looked_at_when_something_leads_to_it(
    shelves: tuple[Shelf, ...], registry: Hub, known: tuple[Run, ...], ids: list[int]
) -> None:
    assert [one.id for one in named_or_near(RUNS, known, shelves, registry, ())] == ids


def test_runs_of_workflows_that_publish_come_first() -> None:
    runs = [run(number, workflow=f"{number}.yml") for number in range(10, 4, -1)]
    found = named_or_near(runs, (), (shelf(minutes(9)),), Hub(), {"5.yml"})
    assert [one.id for one in found] == [5, 10, 9, 8]


def test_only_a_few_runs_are_looked_at_however_much_arrived() -> None:
    runs = tuple(run(number) for number in range(50))
    assert len(named_or_near(runs, (), (shelf(minutes(10)),), Hub(), ())) == 4


def test_a_release_arrives_with_its_first_file() -> None:
    files = (File("b", "1", minutes(9)), File("a", "1", minutes(2)), File("c", "0", minutes(1)))
    one = Shelf("PyPI", (Package("hw", "PyPI", "https://x/", files),))
    assert arrivals((one,), Hub()) == (minutes(2), minutes(1))


def again(attempt: int, **more: object) -> Run:
    return run(5, attempt=attempt, started=minutes(60), updated=minutes(63), **more)


def published(conclusion: str) -> Execution:
    return ran("publish", "merge", conclusion, id=5)


@pytest.mark.parametrize(
    ("of", "did", "times", "attempts"),
    [
        (again(1), published("failure"), (), []),
        (again(3), published("failure"), (), [2, 1]),
        (again(3), published("success"), (), []),
        (again(2), published("success"), (minutes(7),), [1]),
        (again(2), published("success"), (minutes(61),), []),
        (again(2), ran("test", "push", "failure", id=5), (), []),
        (again(9), published("skipped"), (), [8, 7, 6, 5]),
    ],
    ids=[
        "never again", "failed", "succeeded", "something arrived before it", "nothing did", "publishes nothing",
        "many attempts",
    ],
)  # fmt: skip
def test_an_earlier_attempt_is_looked_at_when_the_last_one_explains_too_little(
    of: Run, did: Execution, times: tuple[datetime, ...], attempts: list[int]
) -> None:
    found = attempts_before((of,), executions(did), times)
    assert found == tuple((of, attempt) for attempt in attempts)


def test_a_run_that_has_not_ended_may_be_the_one() -> None:
    open_ = run(5, status="in_progress", conclusion="", updated=None)
    assert named_or_near((open_,), (), (shelf(minutes(5) + timedelta(days=1)),), Hub(), ()) == (
        open_,
    )
