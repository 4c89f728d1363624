"""IMG1 to IMG3: what counts as pushing an image to Docker Hub on a tag."""

from __future__ import annotations

import pytest

from checker.actions.activity import Activities, Activity
from checker.actions.activity import Target as Destination
from checker.actions.answer import depends
from checker.rubric import image
from checker.rubric.accepted import Accepted
from checker.rubric.verdict import Outcome, Verdict
from tests.samples import IMAGE, activity, missed, workflows

MET, NOT_MET, UNKNOWN, PENDING = (
    Outcome.MET,
    Outcome.NOT_MET,
    Outcome.UNKNOWN,
    Outcome.PENDING,
)
DEFAULT = Accepted()
HUB = "⟦secrets.DOCKERHUB_TOKEN⟧"


def push(on: str = "tag", target: Destination = "dockerhub", **more: object) -> Activity:
    more = {"file": IMAGE, "line": 24, "job": "image", **more}
    return activity("image-push", "docker", on, target=target, **more)  # type: ignore[arg-type]


def login(on: str = "tag", target: Destination = "dockerhub", **more: object) -> Activity:
    more = {"file": IMAGE, "line": 15, "job": "image", "credential": HUB, **more}
    return activity("registry-login", "login", on, target=target, **more)  # type: ignore[arg-type]


def img1(*found: Activity, accepted: Accepted = DEFAULT) -> Verdict:
    return image.a_pushed_tag_pushes_an_image(Activities(found), workflows(), accepted)


def img2(*found: Activity, accepted: Accepted = DEFAULT) -> Verdict:
    return image.login_is_authorised_by_secrets(Activities(found), workflows(), accepted)


def img3(*references: str, on: str = "tag", **others: tuple[str, ...]) -> Verdict:
    found = push(on, destinations={"tag": references, **others} if references else {})
    return image.image_tag_follows_the_git_tag(Activities((found,)), workflows(), DEFAULT)


def test_a_push_to_docker_hub_on_a_tag_counts() -> None:
    assert img1(push()).outcome is MET


@pytest.mark.parametrize("events", ["push", "push branch-push merge", "release", "manual", ""])
def test_a_push_on_other_events_does_not_count(events: str) -> None:
    assert img1(push(events)).outcome is NOT_MET


def test_a_push_that_depends_on_the_tags_name_counts_with_a_note() -> None:
    verdict = img1(push("", answers={"tag": depends("the tag's name")}))
    assert (verdict.outcome, verdict.notes) == (MET, ("it depends on the tag's name",))


@pytest.mark.parametrize("target", ["ghcr", "other"])
def test_another_registry_does_not_count(target: Destination) -> None:
    verdict = img1(push(target=target))
    assert verdict.outcome is NOT_MET
    assert "which this rubric does not accept" in verdict.reason


def test_another_registry_counts_where_the_rubric_accepts_it() -> None:
    ghcr = img1(push(target="ghcr"), accepted=Accepted(other_registry=("ghcr",)))
    assert (ghcr.outcome, ghcr.notes) == (MET, ("GitHub's registry is accepted by this rubric",))
    own = push(target="other", destinations={"tag": ("hub.example/me/app:1.2.3",)})
    assert img1(own, accepted=Accepted(other_registry=("hub.example",))).outcome is MET


def test_a_build_that_is_not_pushed_is_quoted() -> None:
    near = missed("image-push", "`push: false` keeps the image on the runner", "push: false")
    verdict = image.a_pushed_tag_pushes_an_image(Activities((), (near,)), workflows(), DEFAULT)
    assert verdict.outcome is NOT_MET
    assert "`push: false`" in verdict.reason
    assert verdict.seen[0].text == "push: false"


def test_a_login_with_a_secret_in_the_job_that_pushes_counts() -> None:
    assert img2(login(), push()).outcome is MET


def test_a_push_with_its_own_secret_needs_no_login() -> None:
    assert img2(push(credential=HUB)).outcome is MET


@pytest.mark.parametrize(
    "other",
    [
        login(job="another"),
        login(file=".github/workflows/other.yml"),
        login(line=30),
        login(target="ghcr"),
        login("push"),
    ],
    ids=["another job", "another workflow", "later", "another registry", "another event"],
)
def test_a_login_that_does_not_open_the_door_does_not_count(other: Activity) -> None:
    verdict = img2(other, push())
    assert verdict.outcome is NOT_MET
    assert verdict.reason.startswith("no step logs in before")


def test_a_password_in_the_file_is_never_printed() -> None:
    verdict = img2(login(credential="visibly-fake"), push())
    assert verdict.outcome is NOT_MET
    assert "fake" not in repr(verdict)
    assert "`vis…`" in verdict.reason


def test_githubs_own_token_does_not_open_docker_hub() -> None:
    assert img2(login(credential="⟦secrets.GITHUB_TOKEN⟧"), push()).outcome is NOT_MET


def test_githubs_own_token_opens_githubs_registry() -> None:
    found = (login(target="ghcr", credential="⟦secrets.GITHUB_TOKEN⟧"), push(target="ghcr"))
    assert img2(*found, accepted=Accepted(other_registry=("ghcr",))).outcome is MET


def test_nothing_pushed_is_said_in_few_words() -> None:
    assert img1().reason == img2().reason == "nothing is pushed to Docker Hub"
    empty = image.image_tag_follows_the_git_tag(Activities(), workflows(), DEFAULT)
    assert empty.reason == "nothing is pushed to Docker Hub"


@pytest.mark.parametrize(
    ("references", "outcome"),
    [
        (("me/app:1.2.3",), MET),
        (("me/app:v1.2.3", "me/app:latest"), MET),
        (("⟦secrets.USER⟧/app:v1.2.3",), MET),
        (("⟦secrets.IMAGE⟧:1.2.3-slim",), MET),
        (("localhost:5000/me/app:1.2.3",), MET),
        (("me/app:latest",), NOT_MET),
        (("me/app",), NOT_MET),
        (("hub.example:5000/app",), NOT_MET),
        (("me/app:2.0",), NOT_MET),
        (("me/app:⟦github.sha⟧",), NOT_MET),
        (("me/app:⟦github.run_number⟧",), NOT_MET),
        (("me/app:⟦vars.TAG⟧",), NOT_MET),
        (("me/1.2.3:latest",), NOT_MET),
        (("me/app:⟦steps.v.outputs.tag⟧",), UNKNOWN),
        (("⟦steps.meta.outputs.tags⟧",), UNKNOWN),
        (("me/app:latest", "me/app:⟦steps.v.outputs.tag⟧"), UNKNOWN),
        ((), UNKNOWN),
    ],
)
def test_the_images_tag_follows_the_git_tag(references: tuple[str, ...], outcome: Outcome) -> None:
    assert img3(*references).outcome is outcome


def test_a_version_written_by_hand_follows_nothing() -> None:
    fixed = img3("me/app:1.2.3", on="tag push", push=("me/app:1.2.3",))
    assert fixed.outcome is NOT_MET
    following = img3("me/app:1.2.3", on="tag push", push=("me/app:main",))
    assert following.outcome is MET


def test_one_push_that_follows_is_enough() -> None:
    found = (
        push(destinations={"tag": ("me/app:latest",)}),
        push(line=30, destinations={"tag": ("me/app:v1.2.3",)}),
    )
    verdict = image.image_tag_follows_the_git_tag(Activities(found), workflows(), DEFAULT)
    assert verdict.outcome is MET
    assert verdict.seen[0].line == 30


def test_an_image_pushed_on_branches_only_follows_no_tag() -> None:
    found = Activities((push("push", destinations={"push": ("me/app:latest",)}),))
    verdict = image.image_tag_follows_the_git_tag(found, workflows(), DEFAULT)
    assert verdict.outcome is NOT_MET
    assert "only on a push to the default branch" in verdict.reason
