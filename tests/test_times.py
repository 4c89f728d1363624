"""As of a moment, whatever came later has not happened yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from checker.chain import Earlier, KnownRuns, Moments, Source
from checker.chain.runs import gaps, handed_in, telling_commits
from checker.chain.sources import earlier, newest_before
from checker.chain.times import seen_project, seen_record, seen_runs
from checker.evidence import Unavailable
from checker.http import Offline
from checker.services.github.model import Branch, Release, Runs, Tag
from checker.services.repository import Folder, Repository
from tests.past import HEAD, MERGED, NOON, TAGGED, job, minutes, project, pull, record, run, step

NOW = Moments()
AT_TEN = Moments(minutes(10))
"""Ten minutes past noon."""


@dataclass(frozen=True)
class Thing:
    at: datetime | None


def test_later_runs_have_not_begun_and_unfinished_ones_have_not_ended() -> None:
    runs = Runs((run(12), run(9, updated=minutes(11)), run(1)))
    found = seen_runs(runs, AT_TEN).all
    assert [(one.id, one.status, one.conclusion) for one in found] == [
        (9, "in_progress", ""),
        (1, "completed", "success"),
    ]
    assert seen_runs(runs, NOW) is runs


def test_later_merges_are_undone_and_later_tags_and_releases_are_not_there() -> None:
    later = project(
        pull_requests=(pull(created=minutes(11)), pull(merged=minutes(11)), pull()),
        tags=(Tag("v2", HEAD, minutes(11)), Tag("v1", HEAD, minutes(9)), Tag("v0", HEAD)),
        releases=(Release("v2", "", minutes(11)), Release("v1", "", minutes(9))),
    )
    found = seen_project(later, AT_TEN)
    assert [(one.state, one.merge_sha) for one in found.pull_requests] == [
        ("open", ""),
        ("merged", MERGED),
    ]
    assert [one.name for one in found.tags] == ["v1", "v0"]
    assert [one.tag for one in found.releases] == ["v1"]
    assert seen_project(later, NOW) is later


def test_steps_that_ended_later_had_not_ended() -> None:
    late = job("a", "Run early", step(3, "Run late", "success", start=10.5))
    late = replace(late, completed=minutes(12))
    (found,) = seen_record(record(run(), late), AT_TEN).jobs
    assert (found.conclusion, found.status) == ("", "in_progress")
    assert [one.conclusion for one in found.steps] == ["success", "success", "", "success"]
    future = replace(late, started=minutes(11))
    assert seen_record(record(run(), future), AT_TEN).jobs == ()


def test_evidence_that_missed_the_fewest_deadlines_is_best_and_the_first_of_these() -> None:
    moments = Moments(deadlines=(minutes(10), minutes(20)))
    things = [Thing(minutes(25)), Thing(minutes(15)), Thing(minutes(5)), Thing(minutes(1))]
    assert moments.best(things) is things[2]
    assert moments.best(things[:2]) is things[1]
    assert NOW.best(things) is things[0]
    assert moments.best([Thing(None), *things]).at is None


def source(**more: object) -> Source:
    repository = Repository("me/hw", Folder({}), ("main",), "main")
    return Source(repository, project(**more))


@pytest.mark.parametrize(
    ("runs", "sha"),
    [
        ((run(9, sha=MERGED), run(1, sha="e" * 40)), MERGED),
        ((run(9),), ""),
        ((run(9, branch="hw5", sha="d" * 40), run(1, sha=MERGED)), MERGED),
        ((run(9, sha="f" * 40, head_repository="you/hw"), run(1, sha=MERGED)), MERGED),
    ],
    ids=["an older one", "the newest", "of that branch", "of that repository"],
)
def test_the_commit_that_a_run_saw_last_is_graded(runs: tuple[object, ...], sha: str) -> None:
    found = newest_before(source(), Runs(runs), minutes(10))  # type: ignore[arg-type]
    assert found.sha == sha
    assert bool(found.why) is bool(sha)


def test_without_a_run_the_committers_clock_decides_or_nobody_can_tell() -> None:
    old = source(branches=(Branch("main", HEAD, minutes(3)),))
    assert "committer's clock" in newest_before(old, Runs(), minutes(10)).why
    assert "committer's clock" in earlier(old, AT_TEN, Offline()).why
    new = source(branches=(Branch("main", HEAD, minutes(30)),))
    with pytest.raises(Unavailable, match="nobody can tell what `main` held on 2026-11-02 12:10"):
        newest_before(new, Runs(), minutes(10))


def test_without_a_moment_the_newest_commit_is_graded() -> None:
    assert earlier(source(), NOW, Offline()) == Earlier()


def test_work_is_handed_in_with_its_first_run_or_with_the_last_push() -> None:
    runs = Runs((run(9), run(5), run(1, sha=MERGED)))
    assert handed_in(project(pushed=minutes(60)), runs).at == minutes(5)
    assert handed_in(project(pushed=minutes(2)), runs).at == minutes(2)
    assert handed_in(project(pushed=minutes(2)), Unavailable("the runs", "503")).at == minutes(2)
    assert handed_in(project(pushed=None), Runs()).at is None
    assert handed_in(Unavailable("it", "503"), runs).at is None


LONG_AGO = NOON - timedelta(days=500)


@pytest.mark.parametrize(
    ("runs", "about", "kinds"),
    [
        (KnownRuns(), {}, set()),
        (KnownRuns(complete=False), {}, {"lint", "publish", "image-push"}),
        (KnownRuns(), {"pushed": LONG_AGO}, {"lint", "publish", "image-push"}),
        (KnownRuns(), {"pull_requests": (pull(merged=LONG_AGO),)}, {"publish"}),
        (KnownRuns(), {"tags": (Tag("v1", HEAD, LONG_AGO),)}, {"image-push"}),
        (KnownRuns(), {"tags": (Tag("v1", HEAD),)}, set()),
    ],
    ids=["nothing is hidden", "too many runs", "an old repository", "an old merge", "an old tag", "a tag without a date"],
)  # fmt: skip
def test_what_may_have_expired_is_told_by_kind(
    runs: KnownRuns, about: dict[str, object], kinds: set[str]
) -> None:
    found = gaps(runs, project(**about), NOON)
    assert kinds <= set(found)
    assert bool(found) is bool(kinds)
    assert "publish" not in found or "publish" in kinds


def test_of_too_many_runs_those_of_the_telling_commits_are_sought() -> None:
    pulls = (pull(merge_sha="1" * 40, head_sha="2" * 40), pull(merged=None, merge_sha=""))
    there = project(pull_requests=pulls)
    assert telling_commits(Runs(), there) == (HEAD, "1" * 40, "2" * 40, TAGGED)
    assert telling_commits(Runs((run(), run(sha=TAGGED))), there) == ("1" * 40, "2" * 40)


def test_the_time_is_the_services_and_never_later_than_the_moment_asked_for() -> None:
    http = SimpleNamespace(now=minutes(30))
    assert NOW.now(http) == minutes(30)  # type: ignore[arg-type]
    assert AT_TEN.now(http) == minutes(10)  # type: ignore[arg-type]
