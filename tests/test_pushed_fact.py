"""Image tags are tied to runs and to the repository by what a registry tells; `latest` proves nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from checker.chain import Executions, Hub, ImageNames, Pushed, Reference
from checker.chain.pushed import pushed_of
from checker.chain.references import follows, reference
from checker.services.images import Image, Origin, Tag
from tests.past import NOON, TAGGED, URL, executions, image_names, minutes, project, ran

LATER = NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "stated", "name", "tag"),
    [
        ("me/hw:1.2.3", "", "me/hw", "1.2.3"),
        ("docker.io/me/hw:1.2.3", "", "me/hw", "1.2.3"),
        ("me/hw", "", "me/hw", "latest"),
        ("Me/HW:V1", "", "me/hw", "V1"),
        ("me/hw:1.2.3@sha256:00", "", "me/hw", "1.2.3"),
        ("me/hw:⟦github.sha⟧", "", "me/hw", ""),
        ("⟦secrets.DOCKERHUB_USERNAME⟧/hw:1", "", "octo/hw", "1"),
        ("⟦secrets.DOCKERHUB_USERNAME⟧/hw:1", "me/image", "me/image", "1"),
        ("⟦secrets.IMAGE⟧:1", "me/image", "me/image", "1"),
        ("you/hw:1", "me/image", "you/hw", "1"),
        ("⟦secrets.IMAGE⟧:1", "", None, None),
        ("⟦secrets.USER⟧/⟦secrets.NAME⟧:1", "", None, None),
        ("a⟦secrets.USER⟧/hw:1", "", None, None),
        ("hw:1", "", None, None),
        ("ghcr.io/me/hw:1", "", None, None),
        ("localhost:5000/me/hw:1", "", None, None),
        ("me/hw hw:1", "", None, None),
    ],
)
def test_a_reference_is_read_as_far_as_anybody_can_tell(
    text: str, stated: str, name: str | None, tag: str | None
) -> None:
    found = reference(text, stated, "Octo")
    assert (found.name, found.tag) == (name, tag) if found else name is None
    assert bool(found and found.guess) is (name == "octo/hw")


@pytest.mark.parametrize(
    ("tag", "git_tag", "is_so"),
    [
        ("1.2.3", "v1.2.3", True),
        ("v1.2.3", "v1.2.3", True),
        ("1.2.3-slim", "1.2.3", True),
        ("1.2.3-rc1", "release/1.2.3-rc1", True),
        ("1.2.3-a", "v1.2.3+a", True),
        ("vanilla", "vanilla", True),
        ("latest", "v1.2.3", False),
        ("1.2", "v1.2.3", False),
        ("main", "v1", False),
    ],
)
def test_an_images_tag_follows_a_git_tag_when_it_holds_its_version(
    tag: str, git_tag: str, is_so: bool
) -> None:
    assert follows(tag, git_tag) is is_so


def hub(*tags: Tag, origin: Origin | None = None, exists: bool = True) -> Hub:
    image = Image("me/hw", "Docker Hub", "https://hub.example/me/hw", tags, exists)
    return Hub((image,), {("me/hw", "1.2.3"): origin} if origin else {})


def tag(name: str = "1.2.3", at: datetime | None = NOON) -> Tag:
    return Tag(name, "sha256:00", at, "me")


def pushed(
    there: Hub,
    history: Executions | None = None,
    names: ImageNames | None = None,
    now: datetime = LATER,
    **about: object,
) -> Pushed:
    return pushed_of(names or image_names(), there, history or executions(), project(**about), now)


PUSH = ran(
    "image-push",
    "tag",
    id=3,
    target="dockerhub",
    ref="v1.2.3",
    sha=TAGGED,
    destinations=("me/hw:1.2.3",),
)
OURS = Origin("me/hw", TAGGED, "refs/tags/v1.2.3", 3, 1, "provenance")


def test_provenance_names_the_run() -> None:
    (listing,) = pushed(hub(tag(), origin=OURS)).listings
    (artefact,) = listing.artefacts
    assert (artefact.run, artefact.event) == (f"{URL}/actions/runs/3", "tag")
    assert listing.tie == "it names this repository as its source"


def test_provenance_of_a_run_for_another_ref_is_of_another_event() -> None:
    branch = Origin("me/hw", TAGGED, "refs/heads/main", 9, 1, "provenance")
    assert pushed(hub(tag(), origin=branch)).listings[0].artefacts[0].event == ""
    history = executions(ran("image-push", "push", id=9, target="dockerhub", ref="main"))
    assert pushed(hub(tag(), origin=branch), history).listings[0].artefacts[0].event == "push"


@pytest.mark.parametrize(
    ("minute", "is_inside"),
    [(3, True), (4, True), (1.1, True), (5.9, True), (0.9, False), (6.1, False)],
)
def test_a_push_came_from_the_step_that_was_running_then(minute: float, is_inside: bool) -> None:
    (listing,) = pushed(hub(tag(at=minutes(minute))), executions(PUSH)).listings
    assert bool(listing.artefacts[0].run) is is_inside


def test_labels_name_the_commit_of_the_run_whenever_the_tag_was_pushed() -> None:
    labels = Origin("me/hw", TAGGED)
    (listing,) = pushed(hub(tag(at=minutes(50)), origin=labels), executions(PUSH)).listings
    assert listing.artefacts[0].by == "its labels name the run's commit ccccccc"


def test_a_step_for_another_tag_explains_nothing() -> None:
    other = ran("image-push", "tag", id=3, target="dockerhub", ref="v9", destinations=("me/hw:9",))
    (listing,) = pushed(hub(tag(at=minutes(3.5))), executions(other)).listings
    assert [one.run for one in listing.artefacts] == [""]


def test_what_names_another_source_did_not_come_from_a_step_that_was_running_too() -> None:
    there = hub(tag(at=minutes(3.5)), origin=Origin("you/hw"))
    assert pushed(there, executions(PUSH)).listings[0].artefacts[0].run == ""


def test_latest_is_not_looked_at() -> None:
    names = image_names(expected={"v1.2.3": (Reference("me/hw", "latest"),)})
    history = executions(
        ran("image-push", "tag", id=3, ref="v1.2.3", destinations=("me/hw:latest",))
    )
    (listing,) = pushed(hub(tag("latest", minutes(3.5))), history, names).listings
    assert listing.artefacts == ()


def test_what_runs_pushed_is_looked_for_beside_what_todays_workflow_would() -> None:
    old = ran(
        "image-push", "tag", id=3, target="dockerhub", ref="v0.9", destinations=("me/hw:0.9-old",)
    )
    found = pushed(hub(tag("0.9-old", minutes(3.5))), executions(old))
    assert [one.name for one in found.listings[0].artefacts] == ["me/hw:0.9-old"]
    assert found.missing == ("me/hw:1.2.3",)


OLD = NOON - timedelta(days=90)
GUESS = image_names(expected={"v1.2.3": (Reference("me/hw", "1.2.3", "a guess"),)})


@pytest.mark.parametrize(
    ("found", "history", "names", "tie", "foreign"),
    [
        (hub(tag(), origin=OURS), executions(), None, "it names this repository as its source", ""),
        (hub(tag(at=minutes(3.5))), executions(PUSH), None, "it was pushed while a pushing step of this repository was running", ""),
        (hub(tag(at=minutes(50))), executions(PUSH), None, "a pushing step of this repository sent it there", ""),
        (hub(tag(at=minutes(50))), executions(), None, "all of it was pushed after the repository was made", ""),
        (hub(tag(at=minutes(50))), executions(), GUESS, "", ""),
        (hub(tag(at=minutes(3.5))), executions(PUSH), GUESS, "it was pushed while a pushing step of this repository was running", ""),
        (hub(tag(), origin=Origin("you/hw")), executions(), None, "", "it names another repository as its source, you/hw"),
        (hub(tag(at=OLD)), executions(), None, "", "all of it is older than this repository, which was made on 2026-10-03"),
        (hub(tag(), tag("0.1", OLD)), executions(), None, "", ""),
        (hub(exists=False), executions(), None, "", ""),
    ],
    ids=[
        "its source", "its time", "a step sent it", "younger", "younger, under a guessed name",
        "its time, under a guessed name", "another's source", "older", "older in part", "nothing",
    ],
)  # fmt: skip
def test_an_image_is_the_students_somebody_elses_or_nobody_can_tell(
    found: Hub, history: Executions, names: ImageNames | None, tie: str, foreign: str
) -> None:
    (listing,) = pushed(found, history, names).listings
    assert (listing.tie, listing.foreign) == (tie, foreign)


def test_a_step_that_just_ended_lets_a_missing_tag_be_awaited() -> None:
    soon = pushed(hub(), executions(PUSH), now=minutes(5)).awaited
    assert soon is not None
    assert soon.reason.startswith("me/hw:1.2.3 is not on Docker Hub yet")
    assert pushed(hub(), executions(PUSH), now=minutes(30)).awaited is None


def test_a_tag_that_was_moved_is_told() -> None:
    moved = ran(
        "image-push", "tag", id=3, ref="v1.2.3", remark="the tag `v1.2.3` pointed at a then"
    )
    assert pushed(hub(), executions(moved)).moved == ("the tag `v1.2.3` pointed at a then",)
