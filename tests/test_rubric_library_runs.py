"""LIB4 to LIB6: a run published, the package is there and the student's own, and it came from such a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.actions.activity import Activities
from checker.actions.activity import Target as Destination
from checker.chain import (
    Awaited,
    Execution,
    Executions,
    Library,
    LibraryNames,
    Moments,
    Unseen,
)
from checker.evidence import Unavailable
from checker.rubric import library
from checker.rubric.accepted import Accepted
from checker.rubric.verdict import Outcome, Verdict
from tests import past
from tests.past import executions, minutes, on_pypi, ran, release
from tests.samples import activity

MET, NOT_MET, UNKNOWN, PENDING = (
    Outcome.MET,
    Outcome.NOT_MET,
    Outcome.UNKNOWN,
    Outcome.PENDING,
)
DEFAULT = Accepted()
STRICT = Accepted(testpypi=False)


def lib4(*found: Execution, came: Library | None = None, accepted: Accepted = DEFAULT) -> Verdict:
    return library.publishing_ran_and_succeeded(
        came or past.library(), executions(*found), accepted, Moments()
    )


def published(
    conclusion: str = "success", event: str = "merge", target: Destination = "pypi", **more: object
) -> Execution:
    return ran("publish", event, conclusion, id=2, target=target, **more)


@pytest.mark.parametrize(
    ("execution", "accepted", "outcome"),
    [
        (published(), DEFAULT, MET),
        (published(event="pull-request"), DEFAULT, MET),
        (published("failure"), DEFAULT, NOT_MET),
        (published("skipped"), DEFAULT, NOT_MET),
        (published(""), DEFAULT, PENDING),
        (published(event="tag"), DEFAULT, NOT_MET),
        (published(event="push"), DEFAULT, NOT_MET),
        (published(event="", remark="the branch is gone"), DEFAULT, UNKNOWN),
        (published(target="testpypi"), DEFAULT, MET),
        (published(target="testpypi"), STRICT, NOT_MET),
        (published(doubt="`|| true` swallows its failure"), DEFAULT, UNKNOWN),
    ],
    ids=[
        "merged", "opened", "red", "skipped", "running", "tag", "no pull request", "nobody can tell", "TestPyPI",
        "TestPyPI refused", "masked",
    ],
)  # fmt: skip
def test_a_run_published(execution: Execution, accepted: Accepted, outcome: Outcome) -> None:
    assert lib4(execution, accepted=accepted).outcome is outcome


def test_no_run_is_not_met_and_one_that_cannot_be_seen_is_unknown() -> None:
    def judge(history: Executions) -> Outcome:
        return library.publishing_ran_and_succeeded(
            past.library(), history, DEFAULT, Moments()
        ).outcome

    assert judge(Executions()) is NOT_MET
    assert judge(Executions(gaps={"publish": "GitHub keeps runs for 400 days"})) is UNKNOWN
    gone = Unseen(
        "https://github.com/me/hw/actions/runs/2", "merge", "its jobs are gone", ("publish",)
    )
    assert judge(Executions(unseen=(gone,))) is UNKNOWN
    elsewhere = Unseen(
        "https://github.com/me/hw/actions/runs/2", "tag", "its jobs are gone", ("publish",)
    )
    assert judge(Executions(unseen=(elsewhere,))) is NOT_MET


def test_a_push_without_a_pull_request_is_said_to_be_one() -> None:
    assert "with no pull request behind it" in lib4(published(event="push")).reason


def test_a_masked_success_is_proven_by_the_release_that_came_from_it() -> None:
    masked = published(doubt="`|| true` swallows its failure")
    verdict = lib4(masked, came=past.library(on_pypi(release())))
    assert verdict.outcome is MET
    assert verdict.notes == ("its success proves little: `|| true` swallows its failure",)


def test_a_masked_success_of_a_moment_ago_is_pending() -> None:
    masked = published(doubt="`|| true` swallows its failure")
    came = past.library(on_pypi(), awaited=Awaited("hw is not on the index yet", masked.address))
    assert lib4(masked, came=came).outcome is PENDING


def test_a_release_whose_provenance_names_the_run_proves_the_run_that_nobody_shows() -> None:
    verdict = lib4(came=past.library(on_pypi(release())))
    assert verdict.outcome is MET
    assert [one.url for one in verdict.seen][-1] == "https://github.com/me/hw/actions/runs/2"


def test_a_release_proves_its_run_while_github_is_silent() -> None:
    def judge(came: Library) -> Outcome:
        return library.publishing_ran_and_succeeded(came, GAP, DEFAULT, Moments()).outcome

    assert judge(past.library(on_pypi(release()))) is MET
    assert judge(past.library(on_pypi(release(event="tag")))) is UNKNOWN


def test_a_pull_request_from_a_fork_is_named_beside_the_failure() -> None:
    verdict = lib4(published("failure", remark="it came from a fork, whose runs get no secrets"))
    assert "fork" in verdict.reason


def lib5(
    found: Library, accepted: Accepted = DEFAULT, activities: Activities | None = None
) -> Verdict:
    given = Activities() if activities is None else activities
    return library.package_is_on_the_index(found, given, accepted, Moments())


def lib6(
    found: Library, accepted: Accepted = DEFAULT, activities: Activities | None = None
) -> Verdict:
    given = Activities() if activities is None else activities
    return library.release_came_from_such_a_run(found, given, accepted, Moments())


BY_HAND = {"run": "", "event": "", "by": ""}
GAP = Unavailable("the files of hw", "PyPI answered 503")


@pytest.mark.parametrize(
    ("found", "five", "six"),
    [
        (past.library(on_pypi(release())), MET, MET),
        (past.library(on_pypi(release(event="pull-request"))), MET, MET),
        (past.library(on_pypi(release(event="tag"))), MET, NOT_MET),
        (past.library(on_pypi(release(event="push"))), MET, NOT_MET),
        (past.library(on_pypi(release(event=""))), MET, UNKNOWN),
        (past.library(on_pypi(release(**BY_HAND))), MET, NOT_MET),
        (past.library(on_pypi(release(**{**BY_HAND, "at": None}))), MET, UNKNOWN),
        (past.library(on_pypi(release(**BY_HAND)), unseen="expired"), MET, UNKNOWN),
        (past.library(on_pypi(release(**BY_HAND)), blind=(GAP,)), MET, UNKNOWN),
        (past.library(on_pypi(release(**BY_HAND), tie="")), UNKNOWN, NOT_MET),
        (past.library(on_pypi(release(**BY_HAND), tie="", foreign="older")), NOT_MET, NOT_MET),
        (past.library(on_pypi()), NOT_MET, NOT_MET),
        (past.library(on_pypi(), gaps=(GAP,)), UNKNOWN, UNKNOWN),
        (past.library(on_pypi(release()), gaps=(GAP,)), MET, MET),
        (past.library(on_pypi(), blind=(GAP,)), UNKNOWN, UNKNOWN),
        (past.library(on_pypi(), awaited=Awaited("not yet", "https://x")), PENDING, PENDING),
        (past.library(on_pypi(release()), awaited=Awaited("not yet", "https://x")), MET, MET),
        (past.library(names=()), UNKNOWN, UNKNOWN),
    ],
    ids=[
        "from a merge", "from an open pull request", "from a tag", "without a pull request", "of an unknown event",
        "by hand", "without a time", "runs expired", "GitHub is silent", "its name alone", "somebody else's", "nothing",
        "PyPI is silent", "TestPyPI is silent", "nothing, and GitHub is silent", "a moment ago", "an older one is there",
        "no name can be read",
    ],
)  # fmt: skip
def test_the_package_is_there_and_came_from_a_run(
    found: Library, five: Outcome, six: Outcome
) -> None:
    assert (lib5(found).outcome, lib6(found).outcome) == (five, six)


def test_testpypi_counts_where_it_is_accepted_and_nowhere_else() -> None:
    found = past.library(on_pypi(), on_pypi(release(), place="TestPyPI"))
    assert (lib5(found).outcome, lib6(found).outcome) == (MET, MET)
    assert (lib5(found, STRICT).outcome, lib6(found, STRICT).outcome) == (NOT_MET, NOT_MET)


def test_another_index_that_is_accepted_cannot_be_asked_so_it_is_unknown() -> None:
    there = activity(
        "publish", "twine", target="other", destinations={"merge": ("https://index.example/",)}
    )
    accepted = Accepted(other_index=("index.example",))
    assert lib5(past.library(on_pypi()), accepted, Activities((there,))).outcome is UNKNOWN


def test_a_library_that_nothing_names_is_not_met() -> None:
    none = replace(past.library(), names=LibraryNames(why="nothing names a library", can_be=False))
    assert (lib5(none).outcome, lib5(none).reason) == (NOT_MET, "nothing names a library")


def test_what_ties_it_to_the_repository_is_said_and_what_would_is_asked_for() -> None:
    assert lib5(past.library(on_pypi(release()))).reason == (
        "hw 1.2.3 is on PyPI: its provenance names this repository"
    )
    assert "[project.urls]" in lib5(past.library(on_pypi(release(**BY_HAND), tie=""))).reason


def test_of_two_releases_the_one_before_the_deadline_counts() -> None:
    early, late = release("1.0", at=minutes(0)), release("2.0", at=minutes(90))
    found = past.library(on_pypi(late, early))
    moments = Moments(deadlines=(minutes(60),))
    verdict = library.release_came_from_such_a_run(found, Activities(), DEFAULT, moments)
    assert verdict.at == early.at
    assert lib6(found).at == late.at
