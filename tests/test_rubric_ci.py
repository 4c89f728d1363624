"""CI1 to CI5: what counts as linting and testing a change, and what only looks so."""

from __future__ import annotations

import pytest

from checker.actions.activity import Activities, Activity, Place, Unread
from checker.actions.answer import depends, no
from checker.actions.syntax import Problem, Workflow
from checker.actions.workflows import Workflows
from checker.chain import Execution, Executions, Unseen
from checker.evidence import Evidence, Unavailable
from checker.rubric import ci, criteria
from checker.rubric.findings import events_of
from checker.rubric.verdict import Outcome, Verdict
from checker.services.repository import Folder, Repository
from checker.target import Target
from tests.past import executions, minutes, ran
from tests.samples import CI, activity, everything, missed, workflows

MET, NOT_MET, UNKNOWN, PENDING = (
    Outcome.MET,
    Outcome.NOT_MET,
    Outcome.UNKNOWN,
    Outcome.PENDING,
)


def of(*found: Activity) -> Activities:
    return Activities(found)


LINT = activity("lint", "ruff", line=17, seen="- run: ruff check .")
TEST = activity("test", "pytest", line=18, seen="- run: pytest")


@pytest.mark.parametrize("event", ["push", "branch-push", "pull-request", "merge"])
def test_a_linter_on_any_change_of_code_is_enough(event: str) -> None:
    verdict = ci.linter_runs_when_code_changes(of(activity("lint", "ruff", event)), workflows())
    assert verdict.outcome is MET


@pytest.mark.parametrize("events", ["tag", "release", "manual", "schedule", "tag release", ""])
def test_a_linter_on_other_events_only_is_not_enough(events: str) -> None:
    verdict = ci.linter_runs_when_code_changes(of(activity("lint", "ruff", events)), workflows())
    assert verdict.outcome is NOT_MET
    assert verdict.seen[0].place == f"{CI}:10"


def test_the_reason_says_when_it_runs_instead_and_why_not_on_a_change() -> None:
    lint = activity("lint", "ruff", "tag", answers={"push": no("`branches` leaves out `main`")})
    reason = ci.linter_runs_when_code_changes(of(lint), workflows()).reason
    assert reason.startswith("ruff runs on a pushed tag, not when code changes: ")
    assert "`branches` leaves out `main`" in reason


def test_a_step_that_never_runs_is_named_as_such() -> None:
    lint = activity("lint", "ruff", "", answers={"push": no("`if: false`")})
    verdict = ci.linter_runs_when_code_changes(of(lint), workflows())
    assert verdict.outcome is NOT_MET
    assert verdict.reason.startswith("ruff never runs: ")


def test_the_verdict_quotes_line_and_place() -> None:
    verdict = ci.linter_runs_when_code_changes(of(LINT), workflows())
    assert [(one.text, one.file, one.line) for one in verdict.seen] == [
        ("- run: ruff check .", CI, 17)
    ]
    assert verdict.reason == "ruff runs on every push and pull request"


def test_what_it_depends_on_is_a_note_and_costs_nothing() -> None:
    test = activity("test", "pytest", "", answers={"push": depends("`vars.RUN`")})
    verdict = ci.tests_run_when_code_changes(of(test), workflows())
    assert verdict.outcome is MET
    assert verdict.notes == ("it depends on `vars.RUN`",)


def test_three_workflows_that_do_the_same_make_one_verdict_with_the_best_evidence() -> None:
    unsure = activity("test", "nose", "", line=3, answers={"push": depends("`vars.RUN`")})
    narrow = activity("test", "unittest", "push", line=5)
    verdict = ci.tests_run_when_code_changes(of(unsure, narrow, TEST), workflows())
    assert verdict.reason == ("pytest runs on every push and pull request (and in 2 more places)")
    assert verdict.notes == ()


def test_a_tool_behind_make_is_named_with_the_command_that_leads_to_it() -> None:
    lint = activity("lint", "flake8", via=("make lint", "tox -e lint", "flake8 src"))
    verdict = ci.linter_runs_when_code_changes(of(lint), workflows())
    assert verdict.reason.startswith("flake8 (through make lint) runs on")


def test_the_catalogues_remark_reaches_the_verdict() -> None:
    lint = activity("lint", "pylint", notes=("checks two files only",))
    assert "checks two files only" in ci.linter_runs_when_code_changes(of(lint), workflows()).notes


def test_a_step_that_only_prints_a_command_is_quoted() -> None:
    near = missed("test", 'echo prints "pytest" and starts nothing', 'echo "pytest"')
    verdict = ci.tests_run_when_code_changes(Activities((), (near,)), workflows())
    assert verdict.outcome is NOT_MET
    assert verdict.reason == 'no step runs tests: echo prints "pytest" and starts nothing'
    assert verdict.seen[0].text == 'echo "pytest"'


def test_a_workflow_in_the_wrong_folder_is_named() -> None:
    lost = Workflows(
        Repository("hw", Folder({})), (), workflows(stray=("hw2/.github/workflows/ci.yml",)).stray
    )
    verdict = ci.linter_runs_when_code_changes(Activities(), lost)
    assert verdict.outcome is NOT_MET
    assert "hw2/.github/workflows/ci.yml lies where GitHub never looks" in verdict.reason


def test_a_workflow_that_github_refuses_is_named() -> None:
    broken = Workflow(CI, errors=(Problem(3, "a key stands twice"),))
    verdict = ci.linter_runs_when_code_changes(
        Activities(), Workflows(Repository("hw", Folder({})), (broken,))
    )
    assert f"{CI} is not valid" in verdict.reason


def test_a_workflow_of_another_repository_makes_it_unknown_not_zero() -> None:
    place = Place(CI, 7, "call", "call")
    call = Unread("org/ci/.github/workflows/py.yml@v1", place, "it calls what cannot be read")
    verdict = ci.linter_runs_when_code_changes(Activities((), (), (call,)), workflows())
    assert verdict.outcome is UNKNOWN
    assert verdict.seen[0].place == f"{CI}:7"


def test_an_action_nobody_knows_is_noted_and_earns_nothing() -> None:
    step = Unread(
        "me/mystery@v1", Place(CI, 7, "a", "b"), "`me/mystery@v1` is not in the catalogue"
    )
    verdict = ci.linter_runs_when_code_changes(Activities((), (), (step,)), workflows())
    assert (verdict.outcome, verdict.notes) == (NOT_MET, (step.why,))


def test_a_strict_linter_and_strict_tests_stop_the_build() -> None:
    verdict = ci.failures_stop_the_build(of(LINT, TEST), workflows())
    assert verdict.outcome is MET
    assert [seen.line for seen in verdict.seen] == [17, 18]


@pytest.mark.parametrize("mask", ["|| true", "--exit-zero", "continue-on-error: true", "set +e"])
@pytest.mark.parametrize("kind", ["lint", "test"])
def test_what_swallows_every_failure_is_quoted(kind: str, mask: str) -> None:
    soft = activity(kind, "tool", masked=mask)  # type: ignore[arg-type]
    other = TEST if kind == "lint" else LINT
    verdict = ci.failures_stop_the_build(of(soft, other), workflows())
    assert verdict.outcome is NOT_MET
    assert verdict.reason == f"`{mask}` swallows every failure of tool"


def test_a_lenient_linter_beside_a_strict_one_is_a_note() -> None:
    lenient = activity("lint", "flake8", masked="--exit-zero", line=21)
    verdict = ci.failures_stop_the_build(of(LINT, lenient, TEST), workflows())
    assert verdict.outcome is MET
    assert verdict.notes == (f"flake8 in {CI}:21 cannot fail: `--exit-zero`",)


def test_without_a_linter_there_is_nothing_to_stop_the_build_with() -> None:
    verdict = ci.failures_stop_the_build(of(TEST), workflows())
    assert verdict.outcome is NOT_MET
    assert "no step runs a linter" in verdict.reason


def test_both_must_run_on_pull_requests() -> None:
    assert ci.both_run_on_pull_requests(of(LINT, TEST), workflows()).outcome is MET
    on_push = activity("test", "pytest", "push")
    verdict = ci.both_run_on_pull_requests(of(LINT, on_push), workflows())
    assert verdict.outcome is NOT_MET
    assert "not on a pull request" in verdict.reason


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ((ran("lint", "push"), ran("test", "push")), MET),
        ((ran("lint", "push"), ran("test", "push", "failure")), NOT_MET),
        ((ran("lint", "push"), ran("test", "push", "skipped")), NOT_MET),
        ((ran("lint", "push"), ran("test", "push", "cancelled")), NOT_MET),
        ((ran("lint", "push", id=2), ran("test", "push", id=2), ran("test", "push", "failure")), MET),
        ((ran("lint", "push"), ran("test", "push", "failure", id=2), ran("test", "push")), NOT_MET),
        ((ran("lint", "push"), ran("test", "push", "", id=2), ran("test", "push")), MET),
        ((ran("lint", "push"), ran("test", "push", "")), PENDING),
        ((ran("lint", "push"), ran("test", "tag")), NOT_MET),
        ((ran("lint", "push"), ran("test", "push"), ran("test", "push", "failure")), NOT_MET),
        ((ran("lint", "push"), ran("test", "push"), ran("test", "push", "skipped")), MET),
        ((ran("lint", ""), ran("test", "")), MET),
        ((ran("lint", "push"), ran("test", "pull-request", graded=False)), MET),
        ((ran("lint", "push"), ran("test", "branch-push", graded=False)), NOT_MET),
        ((), NOT_MET),
    ],
    ids=[
        "green", "red", "skipped", "cancelled", "green after red", "red after green", "running again",
        "first", "tag", "one job of a matrix is red", "one job of a matrix is skipped", "to another branch",
        "only a pull request", "only another branch", "no run",
    ],
)  # fmt: skip
def test_the_newest_commit_with_a_run_that_ended_decides(
    found: tuple[Execution, ...], outcome: Outcome
) -> None:
    assert ci.newest_run_succeeded(executions(*found)).outcome is outcome


def test_of_two_workflows_for_one_commit_the_green_one_counts_and_the_red_one_is_noted() -> None:
    found = executions(
        ran("lint", "push", sha="a"),
        ran("test", "push", sha="a", id=2),
        ran("test", "push", "failure", sha="a", id=3),
    )
    verdict = ci.newest_run_succeeded(found)
    assert verdict.outcome is MET
    assert "another run of the same commit ended as failure" in verdict.notes[0]


def test_a_run_of_an_older_commit_counts_and_is_named() -> None:
    found = executions(
        ran("lint", "push", sha="b" * 40), ran("test", "push", sha="b" * 40), head="a" * 40
    )
    verdict = ci.newest_run_succeeded(found)
    assert (verdict.outcome, verdict.notes) == (
        MET,
        ("the run is of bbbbbbb, and the graded commit is aaaaaaa",),
    )


def test_what_swallows_a_failure_is_noted_beside_the_success() -> None:
    soft = ran("lint", "push", doubt="`|| true` swallows its failure")
    verdict = ci.newest_run_succeeded(executions(soft, ran("test", "push")))
    assert verdict.notes == ("its success proves little: `|| true` swallows its failure",)


def test_the_verdict_shows_both_steps_their_pages_and_the_time_of_the_later() -> None:
    verdict = ci.newest_run_succeeded(executions(ran("lint", "push"), ran("test", "push", id=4)))
    assert [(one.text, one.url.rpartition("/runs/")[2]) for one in verdict.seen] == [
        ("Run lint: success", "1/job/11"),
        ("Run test: success", "4/job/41"),
    ]
    assert verdict.at == minutes(5)


def test_runs_that_nobody_can_see_any_more_are_unknown_and_no_zero() -> None:
    expired = Executions(gaps=dict.fromkeys(("lint", "test"), "GitHub keeps runs for 400 days"))
    assert ci.newest_run_succeeded(expired).outcome is UNKNOWN
    hidden = Executions(
        unseen=(
            Unseen("https://github.com/me/hw/actions/runs/1", "push", "GitHub shows no jobs of it"),
        )
    )
    assert ci.newest_run_succeeded(hidden).outcome is UNKNOWN


def judged(id: str, **given: object) -> Verdict:
    (criterion,) = (one for one in criteria() if one.id == id)
    return criterion.judge(Evidence(Target(folder="."), **given))


def test_a_folder_shows_no_runs_and_that_is_no_zero() -> None:
    verdict = judged("CI5")
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, "a folder shows no runs")


def test_an_outage_is_not_a_zero() -> None:
    verdict = judged(
        "CI5", executions=Unavailable("the runs", "GitHub answered 503", "try again later")
    )
    assert (verdict.outcome, verdict.reason) == (UNKNOWN, "GitHub answered 503: try again later")


def test_a_criterion_is_judged_from_evidence_by_name() -> None:
    assert judged("CI1", activities=everything(), workflows=workflows()).outcome is MET


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ("push branch-push pull-request merge", "every push and pull request"),
        ("push branch-push merge", "every push"),
        ("push merge", "a push to the default branch"),
        ("push merge pull-request", "a push to the default branch and a pull request"),
        ("pull-request merge", "a pull request and a merged pull request"),
        ("tag release manual", "a pushed tag, a release and a manual start"),
        ("", ""),
    ],
)
def test_events_are_listed_as_people_say_them(events: str, words: str) -> None:
    assert events_of(activity("lint", "ruff", events)) == words
