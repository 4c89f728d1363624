"""Releases are tied to runs and to the repository by what an index tells, and never by a name alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from checker.chain import Executions, Library, LibraryNames, Shelf
from checker.chain.indexes import library_names
from checker.chain.library import library_of
from checker.services.homework import Homework
from checker.services.packages import File, Package, Provenance
from checker.services.repository import Folder, Repository
from tests.past import MERGED, NOON, TAGGED, URL, executions, minutes, project, ran

NAMES = LibraryNames(("hw",), "1.2.3")
LATER = NOON + timedelta(days=1)


def wheel(at: datetime | None = NOON, version: str = "1.2.3", **more: object) -> File:
    return File(f"hw-{version}-py3-none-any.whl", version, at, **more)  # type: ignore[arg-type]


def shelf(*files: File, signed: Provenance | None = None, **more: object) -> Shelf:
    package = Package("hw", "PyPI", "https://index.example/hw/", files, **more)  # type: ignore[arg-type]
    return Shelf("PyPI", (package,), {files[0].name: signed} if signed else {})


def provenance(**more: object) -> Provenance:
    usual = {
        "verified": True,
        "repository": "me/hw",
        "workflow": "publish.yml",
        "repository_id": 7,
        "commit": MERGED,
        "ref": "refs/heads/main",
        "event": "push",
        "run": 2,
        "attempt": 1,
    }
    return Provenance(**{**usual, **more})  # type: ignore[arg-type]


def library(
    *shelves: Shelf,
    history: Executions | None = None,
    names: LibraryNames = NAMES,
    now: datetime = LATER,
    **about: object,
) -> Library:
    return library_of(names, shelves, history or executions(), project(**about), now)


@pytest.mark.parametrize(
    ("found", "event"),
    [
        (provenance(), "merge"),
        (provenance(commit="e" * 40), "push"),
        (provenance(ref="refs/tags/v1.2.3", commit=TAGGED), "tag"),
        (provenance(ref="refs/tags/v0", commit="e" * 40), "tag"),
        (provenance(ref="refs/pull/5/merge", event="pull_request"), "pull-request"),
        (provenance(ref="refs/pull/9/merge", event="pull_request"), ""),
        (provenance(ref="refs/tags/v1.2.3", event="release"), "release"),
        (provenance(event="workflow_dispatch"), "manual"),
    ],
    ids=[
        "a merge", "a push", "a tag", "a tag that is gone", "a pull request", "an unknown pull request", "a release",
        "by hand",
    ],
)  # fmt: skip
def test_provenance_tells_the_run_and_what_started_it(found: Provenance, event: str) -> None:
    (listing,) = library(shelf(wheel(), signed=found)).listings
    (release,) = listing.artefacts
    assert (release.run, release.event) == (f"{URL}/actions/runs/2", event)
    assert listing.tie == "its provenance names this repository"


def test_a_run_that_was_looked_at_tells_its_event_itself() -> None:
    history = executions(ran("publish", "pull-request", id=2))
    (listing,) = library(shelf(wheel(), signed=provenance()), history=history).listings
    assert listing.artefacts[0].event == "pull-request"


def test_a_later_attempt_is_named_in_the_address() -> None:
    (listing,) = library(shelf(wheel(), signed=provenance(attempt=3))).listings
    assert listing.artefacts[0].run == f"{URL}/actions/runs/2/attempts/3"


UPLOAD = ran("publish", "merge", id=2, target="pypi")


@pytest.mark.parametrize(
    ("minute", "is_inside"),
    [(2, True), (3, True), (0.1, True), (4.9, True), (-0.1, False), (5.1, False)],
    ids=["begins", "ends", "a slow clock", "a fast clock", "too early", "too late"],
)
def test_an_upload_came_from_the_step_that_was_running_then(minute: float, is_inside: bool) -> None:
    found = library(shelf(wheel(minutes(minute))), history=executions(UPLOAD), created=None)
    (release,) = found.listings[0].artefacts
    assert bool(release.run) is is_inside
    assert bool(found.listings[0].tie) is is_inside


def test_of_two_steps_the_one_that_succeeded_and_ended_nearest_is_taken() -> None:
    steps = (
        UPLOAD,
        ran("publish", "tag", "failure", id=3, target="pypi"),
        ran("publish", "push", id=4, target="pypi"),
    )
    found = library(shelf(wheel(minutes(3.2))), history=executions(*steps))
    assert found.listings[0].artefacts[0].event == "merge"


def test_a_step_that_published_elsewhere_explains_nothing() -> None:
    elsewhere = ran("publish", "merge", id=2, target="testpypi")
    found = library(shelf(wheel(minutes(2.5))), history=executions(elsewhere))
    assert found.listings[0].artefacts[0].run == ""


def test_what_is_signed_elsewhere_did_not_come_from_a_step_that_was_running_too() -> None:
    foreign = provenance(repository_id=9, repository="you/hw")
    found = library(shelf(wheel(minutes(2.5)), signed=foreign), history=executions(UPLOAD))
    assert found.listings[0].artefacts[0].run == ""


def test_the_first_file_of_a_release_tells_when_it_arrived() -> None:
    sdist = File("hw-1.2.3.tar.gz", "1.2.3", minutes(9))
    found = library(shelf(sdist, wheel(minutes(2.5))), history=executions(UPLOAD))
    (release,) = found.listings[0].artefacts
    assert (release.at, release.run) == (minutes(2.5), UPLOAD.run)


OLD = NOON - timedelta(days=90)


@pytest.mark.parametrize(
    ("found", "tie", "foreign"),
    [
        (shelf(wheel(), signed=provenance()), "its provenance names this repository", ""),
        (shelf(wheel(), signed=provenance(repository="me/before")), "its provenance names this repository", ""),
        (shelf(wheel(), signed=provenance(verified=False, repository_id=0, problem="no pypi-attestations")), "its provenance names this repository", ""),
        (shelf(wheel(), signed=provenance(repository_id=9)), "its provenance names an earlier repository of the same name", ""),
        (shelf(wheel(), signed=provenance(repository_id=9, repository="you/hw")), "", "its provenance names another repository, you/hw"),
        (shelf(wheel(), signed=provenance(verified=False, repository_id=0, repository="you/hw")), "", ""),
        (shelf(wheel(version="9"), signed=provenance(verified=False, refused=True)), "", ""),
        (shelf(wheel(), links=("https://github.com/Me/HW.git",)), "its metadata links to this repository", ""),
        (shelf(wheel(), links=("https://github.com/me/hw/issues",)), "its metadata links to this repository", ""),
        (shelf(wheel(version="9"), links=("https://github.com/me/hw2", "https://example.org/me/hw")), "", ""),
        (shelf(wheel()), "all of it arrived after the repository was made, and 1.2.3 is its version", ""),
        (shelf(wheel(version="9")), "", ""),
        (shelf(wheel(), links=("https://github.com/you/template",)), "", ""),
        (shelf(wheel(), links=("https://example.org/docs/hw",)), "all of it arrived after the repository was made, and 1.2.3 is its version", ""),
        (shelf(wheel(), wheel(OLD, "0.1")), "", ""),
        (shelf(wheel(OLD), wheel(OLD, "0.1")), "", "all of it is older than this repository, which was made on 2026-10-03"),
        (shelf(wheel(OLD), links=("https://github.com/me/hw",)), "its metadata links to this repository", ""),
        (shelf(wheel(None)), "", ""),
        (shelf(), "", ""),
    ],
    ids=[
        "provenance", "renamed since", "provenance that nobody could check", "a repository made again", "another's",
        "said to be another's", "provenance that does not hold", "a link", "a link below it", "other links",
        "younger, and of its version", "younger, of another version",
        "younger, with a link to another repository", "younger, with a link to anything else", "older in part", "older", "older, with a link",
        "without times", "nothing",
    ],
)  # fmt: skip
def test_a_library_is_the_students_somebody_elses_or_nobody_can_tell(
    found: Shelf, tie: str, foreign: str
) -> None:
    (listing,) = library(found).listings
    assert (listing.tie, listing.foreign) == (tie, foreign)


def test_a_git_tag_states_a_version_too() -> None:
    found = library(shelf(wheel()), names=LibraryNames(("hw",)))
    assert found.listings[0].tie.endswith("1.2.3 is its version")


def test_a_step_that_just_ended_lets_a_missing_release_be_awaited() -> None:
    soon = library(shelf(), history=executions(UPLOAD), now=minutes(5)).awaited
    assert soon is not None
    assert (
        soon.reason == "hw is not on the index yet, and the step that sent it ended 2 minutes ago"
    )
    assert library(shelf(), history=executions(UPLOAD), now=minutes(19)).awaited is None
    there = library(shelf(wheel(minutes(2.9))), history=executions(UPLOAD), now=minutes(5))
    assert there.awaited is None


def test_a_release_that_was_yanked_is_said_to_be() -> None:
    (listing,) = library(shelf(wheel(yanked=True))).listings
    assert listing.artefacts[0].notes == ("it was yanked",)


@pytest.mark.parametrize(
    ("stated", "files", "names", "can_be"),
    [
        (
            "",
            {"pyproject.toml": '[project]\nname = "My.Lib"\nversion = "1.0"\n'},
            ("my-lib",),
            True,
        ),
        ("other", {"pyproject.toml": '[project]\nname = "my-lib"\n'}, ("other",), True),
        ("other", {}, ("other",), True),
        ("", {"setup.py": "setup(name=NAME)"}, (), True),
        ("", {"README.md": ""}, (), False),
    ],
    ids=["as the file says", "as is stated", "stated alone", "a name that is computed", "nothing"],
)
def test_the_name_to_ask_for_is_what_is_stated_or_what_the_files_say(
    stated: str, files: dict[str, str], names: tuple[str, ...], can_be: bool
) -> None:
    found = library_names(Homework(package=stated), Repository("hw", Folder(files)))
    assert (found.names, found.can_be) == (names, can_be)
    assert bool(found.why) is not bool(names)
