"""IMG4 to IMG6: a run for a tag pushed, the image's tag is there and the student's own, and it came from that run."""

from __future__ import annotations

import pytest

from checker.actions.activity import Activities
from checker.actions.activity import Target as Destination
from checker.chain import Awaited, Execution, Executions, Moments, Pushed, Reference
from checker.evidence import Unavailable
from checker.rubric import image
from checker.rubric.accepted import Accepted
from checker.rubric.verdict import Outcome, Verdict
from tests import past
from tests.past import executions, image_names, image_tag, minutes, on_hub, ran
from tests.samples import activity

MET, NOT_MET, UNKNOWN, PENDING = (
    Outcome.MET,
    Outcome.NOT_MET,
    Outcome.UNKNOWN,
    Outcome.PENDING,
)
DEFAULT = Accepted()


def push(
    conclusion: str = "success",
    event: str = "tag",
    target: Destination = "dockerhub",
    **more: object,
) -> Execution:
    return ran("image-push", event, conclusion, id=3, target=target, **more)


def img4(*found: Execution, came: Pushed | None = None, accepted: Accepted = DEFAULT) -> Verdict:
    return image.pushing_ran_and_succeeded(
        came or past.pushed(), executions(*found), accepted, Moments()
    )


@pytest.mark.parametrize(
    ("execution", "outcome"),
    [
        (push(), MET),
        (push("failure"), NOT_MET),
        (push("skipped"), NOT_MET),
        (push(""), PENDING),
        (push(event="push"), NOT_MET),
        (push(event="release"), NOT_MET),
        (push(event="", remark="`1.0` is gone"), UNKNOWN),
        (push(target="ghcr"), NOT_MET),
        (push(doubt="`|| true` swallows its failure"), UNKNOWN),
    ],
    ids=["green", "red", "skipped", "running", "a branch", "a release", "nobody can tell", "elsewhere", "masked"],
)  # fmt: skip
def test_a_run_for_a_tag_pushed(execution: Execution, outcome: Outcome) -> None:
    assert img4(execution).outcome is outcome


def test_no_run_for_a_tag_is_not_met_and_one_that_has_expired_is_unknown() -> None:
    expired = Executions(gaps={"image-push": "GitHub keeps runs for 400 days"})
    assert img4().outcome is NOT_MET
    judged = image.pushing_ran_and_succeeded(past.pushed(), expired, DEFAULT, Moments())
    assert judged.outcome is UNKNOWN


def test_a_registry_that_the_rubric_accepts_counts() -> None:
    assert img4(push(target="ghcr"), accepted=Accepted(other_registry=("ghcr",))).outcome is MET


def test_a_masked_success_is_proven_by_the_image_that_came_from_it() -> None:
    masked = push(doubt="`|| true` swallows its failure")
    assert img4(masked, came=past.pushed(on_hub(image_tag()))).outcome is MET


BY_HAND = {"run": "", "event": "", "by": ""}
GAP = Unavailable("the tags of me/hw", "Docker Hub answered 503")
GUESSED = image_names(
    expected={"v1.2.3": (Reference("me/hw", "1.2.3", "`secrets.USER` is a guess"),)}
)


def img5(found: Pushed, accepted: Accepted = DEFAULT, *there: object) -> Verdict:
    return image.tag_is_on_docker_hub(found, Activities(there), accepted, Moments())  # type: ignore[arg-type]


def img6(found: Pushed, accepted: Accepted = DEFAULT) -> Verdict:
    return image.image_came_from_that_run(found, Activities(), accepted, Moments())


@pytest.mark.parametrize(
    ("found", "five", "six"),
    [
        (past.pushed(on_hub(image_tag())), MET, MET),
        (past.pushed(on_hub(image_tag(event="push"))), MET, NOT_MET),
        (past.pushed(on_hub(image_tag(event=""))), MET, UNKNOWN),
        (past.pushed(on_hub(image_tag(**BY_HAND))), MET, NOT_MET),
        (past.pushed(on_hub(image_tag(**BY_HAND)), unseen="expired"), MET, UNKNOWN),
        (past.pushed(on_hub(image_tag(**BY_HAND), tie="")), UNKNOWN, NOT_MET),
        (past.pushed(on_hub(image_tag(**BY_HAND), tie="", foreign="older")), NOT_MET, NOT_MET),
        (past.pushed(on_hub()), NOT_MET, NOT_MET),
        (past.pushed(on_hub(), names=GUESSED), UNKNOWN, UNKNOWN),
        (past.pushed(on_hub(image_tag()), names=GUESSED), MET, MET),
        (past.pushed(on_hub(), gaps=(GAP,)), UNKNOWN, UNKNOWN),
        (past.pushed(on_hub(), blind=(GAP,)), UNKNOWN, UNKNOWN),
        (past.pushed(on_hub(), awaited=Awaited("not yet", "https://x")), PENDING, PENDING),
        (past.pushed(names=image_names(expected={}, unread=("⟦secrets.IMAGE⟧:1.2.3",))), UNKNOWN, UNKNOWN),
        (past.pushed(names=image_names(expected={}, is_pushed=False)), NOT_MET, NOT_MET),
    ],
    ids=[
        "from a tag", "from a branch", "of an unknown event", "by hand", "runs expired", "its name alone",
        "somebody else's", "nothing", "nothing under a guessed name", "there under a guessed name",
        "Docker Hub is silent", "nothing, and GitHub is silent", "a moment ago", "a name that only a run can tell",
        "nothing is pushed",
    ],
)  # fmt: skip
def test_the_tag_is_there_and_came_from_a_run(found: Pushed, five: Outcome, six: Outcome) -> None:
    assert (img5(found).outcome, img6(found).outcome) == (five, six)


def test_a_guess_is_said_until_something_confirms_it() -> None:
    loose = past.pushed(on_hub(image_tag(**BY_HAND), tie=""), names=GUESSED)
    assert img5(loose).notes == ("`secrets.USER` is a guess",)
    assert img5(past.pushed(on_hub(image_tag()), names=GUESSED)).notes == ()
    absent = img5(past.pushed(on_hub(), names=GUESSED))
    assert "`secrets.USER` is a guess; write `image: user/name` into homework.yml" in absent.reason


def test_the_reference_that_a_tag_should_have_given_is_named() -> None:
    verdict = img5(past.pushed(on_hub(), missing=("me/hw:1.2.3",)))
    assert verdict.reason == "there is no me/hw:1.2.3 on Docker Hub"


def test_a_tag_that_was_moved_is_noted() -> None:
    verdict = img5(
        past.pushed(on_hub(image_tag()), moved=("the tag `v1.2.3` pointed at ccccccc then",))
    )
    assert verdict.notes == ("the tag `v1.2.3` pointed at ccccccc then",)


def test_another_registry_that_is_accepted_cannot_be_asked_so_it_is_unknown() -> None:
    there = activity("image-push", "docker", "tag", target="ghcr")
    accepted = Accepted(other_registry=("ghcr",))
    assert img5(past.pushed(on_hub()), accepted, there).outcome is UNKNOWN


def test_of_two_tags_the_one_before_the_deadline_counts() -> None:
    early, late = image_tag("1.0.0", at=minutes(0)), image_tag("2.0.0", at=minutes(90))
    moments = Moments(deadlines=(minutes(60),))
    verdict = image.image_came_from_that_run(
        past.pushed(on_hub(late, early)), Activities(), DEFAULT, moments
    )
    assert verdict.at == early.at
