"""LIB1 to LIB3: what counts as publishing a library on a pull request."""

from __future__ import annotations

import pytest

from checker.actions.activity import Activities, Activity, Place, Unread
from checker.actions.activity import Target as Destination
from checker.actions.answer import depends, no
from checker.rubric import library
from checker.rubric.accepted import Accepted
from checker.rubric.verdict import Outcome
from tests.samples import CI, PUBLISH, activity, missed, workflows

MET, NOT_MET, UNKNOWN, PENDING = (
    Outcome.MET,
    Outcome.NOT_MET,
    Outcome.UNKNOWN,
    Outcome.PENDING,
)
DEFAULT = Accepted()
STRICT = Accepted(testpypi=False)


def publish(on: str = "push merge", target: Destination = "pypi", **more: object) -> Activity:
    more = {"file": PUBLISH, "line": 21, "job": "publish", **more}
    return activity("publish", "twine", on, target=target, **more)  # type: ignore[arg-type]


def build(on: str = "push merge", **more: object) -> Activity:
    more = {"file": PUBLISH, "line": 20, "job": "publish", **more}
    return activity("build", "build", on, **more)  # type: ignore[arg-type]


def lib1(*found: Activity, accepted: Accepted = DEFAULT) -> library.Verdict:
    return library.publishing_runs_on_a_pull_request_to_master(
        Activities(found), workflows(), accepted
    )


@pytest.mark.parametrize("event", ["pull-request", "merge"])
def test_publishing_when_a_pull_request_is_opened_or_merged_counts(event: str) -> None:
    assert lib1(publish(event)).outcome is MET


@pytest.mark.parametrize("events", ["tag", "release", "manual", "schedule", "branch-push", ""])
def test_publishing_on_other_events_does_not_count(events: str) -> None:
    assert lib1(publish(events)).outcome is NOT_MET


def test_the_reason_says_when_it_publishes_instead() -> None:
    upload = publish("release", answers={"merge": no("it starts on `release` only")})
    reason = lib1(upload).reason
    assert reason.startswith("twine runs on a release, not on a pull request or a merged")
    assert "it starts on `release` only" in reason


def test_testpypi_counts_by_default_and_the_report_says_so() -> None:
    verdict = lib1(publish(target="testpypi"))
    assert verdict.outcome is MET
    assert verdict.notes == ("TestPyPI is accepted by this rubric",)


def test_testpypi_does_not_count_where_the_rubric_refuses_it() -> None:
    verdict = lib1(publish(target="testpypi"), accepted=STRICT)
    assert verdict.outcome is NOT_MET
    assert "TestPyPI, which this rubric does not accept" in verdict.reason


def test_pypi_is_preferred_to_an_index_that_does_not_count() -> None:
    found = (publish(target="testpypi"), publish(line=30))
    assert lib1(*found, accepted=STRICT).outcome is MET


@pytest.mark.parametrize(
    ("accepted", "outcome"),
    [(DEFAULT, NOT_MET), (Accepted(other_index=("index.example",)), MET)],
    ids=["unknown index", "accepted index"],
)
def test_another_index_counts_only_where_it_is_accepted(
    accepted: Accepted, outcome: Outcome
) -> None:
    upload = publish(target="other", destinations={"merge": ("https://index.example/up",)})
    assert lib1(upload, accepted=accepted).outcome is outcome


def test_github_packages_take_no_python_packages_and_the_report_says_so() -> None:
    upload = publish(target="other", destinations={"merge": ("https://pip.pkg.github.example/o",)})
    assert "takes no Python packages" in lib1(upload).reason


def test_what_the_upload_depends_on_is_a_note() -> None:
    upload = publish("", answers={"merge": depends("`vars.RELEASE`")})
    verdict = lib1(upload)
    assert (verdict.outcome, verdict.notes) == (MET, ("it depends on `vars.RELEASE`",))


def test_an_upload_that_cannot_fail_is_noted() -> None:
    assert "a failed upload stays unseen: `|| true`" in lib1(publish(masked="|| true")).notes


def test_mock_publishing_is_quoted() -> None:
    near = missed("publish", 'echo prints "uv publish" and starts nothing', 'echo "uv publish"')
    verdict = library.publishing_runs_on_a_pull_request_to_master(
        Activities((), (near,)), workflows(), DEFAULT
    )
    assert verdict.outcome is NOT_MET
    assert "starts nothing" in verdict.reason
    assert verdict.seen[0].text == 'echo "uv publish"'


def lib2(*found: Activity, **needs: tuple[str, ...]) -> library.Verdict:
    return library.library_is_built_before_it_is_published(
        Activities(found), workflows(needs=needs), DEFAULT
    )


def test_a_build_earlier_in_the_same_job_counts() -> None:
    assert lib2(build(), publish()).outcome is MET


def test_one_command_that_builds_and_publishes_counts() -> None:
    assert lib2(build(line=21), publish()).outcome is MET


def test_a_build_in_a_job_that_is_waited_for_counts_however_far() -> None:
    needs = {"build": (), "check": ("build",), "publish": ("check",)}
    assert lib2(build(job="build", line=40), publish(), **needs).outcome is MET


@pytest.mark.parametrize(
    "made",
    [
        build(line=22),
        build(job="other"),
        build(file=CI),
        build("tag"),
    ],
    ids=["later", "another job", "another workflow", "another event"],
)
def test_a_build_that_is_not_before_the_upload_does_not_count(made: Activity) -> None:
    verdict = lib2(made, publish(), other=(), publish=())
    assert verdict.outcome is NOT_MET
    assert verdict.seen[0].place == f"{PUBLISH}:21"


def test_jobs_that_need_each_other_in_a_circle_do_no_harm() -> None:
    verdict = lib2(build(job="build"), publish(), a=("publish",), publish=("a",))
    assert verdict.outcome is NOT_MET


def test_an_upload_without_any_build_is_not_met() -> None:
    assert lib2(publish()).reason == "no step builds what twine uploads"


def test_building_without_publishing_earns_the_building_and_says_so() -> None:
    verdict = lib2(build())
    assert (verdict.outcome, verdict.notes) == (MET, ("nothing is published after it",))


def lib3(*found: Activity) -> library.Verdict:
    return library.upload_is_authorised_by_a_secret(Activities(found), workflows(), DEFAULT)


@pytest.mark.parametrize(
    ("upload", "outcome", "words"),
    [
        (publish(credential="⟦secrets.PYPI_TOKEN⟧"), MET, "takes the secret PYPI_TOKEN"),
        (publish(id_token=True), MET, "trusted publishing"),
        (publish(), NOT_MET, "no password and no `id-token: write`"),
        (publish(credential="pypi-visiblyfake"), NOT_MET, "`pyp…`"),
        (publish(credential="pypi-visiblyfake", id_token=True), NOT_MET, "`pyp…`"),
        (publish(credential="ab"), NOT_MET, "`…`"),
        (publish(credential="⟦vars.TOKEN⟧"), NOT_MET, "anybody may read"),
        (publish(credential="⟦secrets.GITHUB_TOKEN⟧"), NOT_MET, "opens GitHub only"),
        (publish(credential="⟦github.token⟧"), NOT_MET, "opens GitHub only"),
        (publish(credential="⟦steps.mint.outputs.token⟧"), UNKNOWN, "steps.mint.outputs.token"),
    ],
    ids=[
        "secret", "trusted publishing", "nothing", "literal", "literal beside a token", "short",
        "variable", "GITHUB_TOKEN", "github.token", "step output",
    ],
)  # fmt: skip
def test_the_upload_is_authorised_as_it_should_be(
    upload: Activity, outcome: Outcome, words: str
) -> None:
    verdict = lib3(upload)
    assert verdict.outcome is outcome
    assert words in verdict.reason


def test_a_literal_is_never_printed() -> None:
    verdict = lib3(publish(credential="pypi-visiblyfake"))
    assert "visibly" not in repr(verdict)


def test_one_literal_spoils_it_beside_a_secret() -> None:
    good = publish(credential="⟦secrets.PYPI_TOKEN⟧")
    assert lib3(good, publish(credential="pypi-visiblyfake", line=30)).outcome is NOT_MET


def test_an_upload_on_another_event_is_still_judged_by_how_it_is_authorised() -> None:
    assert lib3(publish("release", id_token=True)).outcome is MET
    assert lib2(build("release"), publish("release")).outcome is MET


def test_nothing_published_is_said_in_three_words() -> None:
    assert lib2().reason == lib3().reason == lib1().reason == "nothing is published"


def test_a_workflow_of_another_repository_may_publish_so_it_is_unknown() -> None:
    call = Unread("o/r/.github/workflows/p.yml@v1", Place(CI, 7, "a", "b"), "it cannot be read")
    found = Activities((), (), (call,))
    for judge in (
        library.publishing_runs_on_a_pull_request_to_master,
        library.library_is_built_before_it_is_published,
        library.upload_is_authorised_by_a_secret,
    ):
        assert judge(found, workflows(), DEFAULT).outcome is UNKNOWN
