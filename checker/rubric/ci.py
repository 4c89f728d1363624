"""CI: a linter and the tests run when code changes, and can stop it."""

from __future__ import annotations

from checker.actions.activity import Activities, Activity, Kind
from checker.actions.filters import matches
from checker.actions.workflows import Workflows
from checker.chain import Execution, Executions
from checker.rubric.criterion import criterion
from checker.rubric.findings import (
    CHANGE,
    PROPOSAL,
    absent,
    events_of,
    more,
    name,
    quote,
    remarks,
    running,
)
from checker.rubric.runs import latest, shown, success_notes, unproven
from checker.rubric.verdict import Outcome, Verdict, met, not_met, pending

_NOTHING: dict[Kind, str] = {"lint": "no step runs a linter", "test": "no step runs tests"}


@criterion("CI1", points=2)
def linter_runs_when_code_changes(activities: Activities, workflows: Workflows) -> Verdict:
    """A linter runs when code changes (push or pull request).

    Write `.github/workflows/ci.yml`; it lints and tests at each push and pull request:

    ```yaml
    name: CI
    on:
      push:
        branches: [main, master]
      pull_request:
    permissions:
      contents: read
    jobs:
      check:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v7
            with:
              persist-credentials: false
          - uses: actions/setup-python@v7
            with:
              python-version: "3.14"
          - run: python -m pip install -e . ruff pytest
          - run: ruff check .
          - run: pytest
    ```
    """
    return _runs("lint", activities, workflows)


@criterion("CI2", points=2)
def tests_run_when_code_changes(activities: Activities, workflows: Workflows) -> Verdict:
    """Tests run when code changes (push or pull request).

    Add a step with your test runner to the job that lints, after the package is installed:

    ```yaml
    - run: python -m pip install -e . pytest
    - run: pytest
    ```
    """
    return _runs("test", activities, workflows)


def _runs(kind: Kind, activities: Activities, workflows: Workflows) -> Verdict:
    found = running(activities.of(kind), *CHANGE)
    if not found:
        return absent(kind, _NOTHING[kind], CHANGE, activities, workflows)
    best = found[0]
    reason = f"{name(best)} runs on {events_of(best, CHANGE)}{more(found)}"
    return met(reason, quote(best), (*remarks(best, *CHANGE), *_left_out(best, workflows)))


def _left_out(activity: Activity, workflows: Workflows) -> tuple[str, ...]:
    """Return what is wrong with the pattern `*`: it takes no branch with a slash in its name."""
    workflow = workflows.by_path.get(activity.workflow)
    trigger = workflow.triggers.get("push") if workflow else None
    branches = trigger.branches if trigger else ()
    if not matches(branches, "feature") or matches(branches, "feature/x"):
        return ()
    wide = next((pattern for pattern in branches if matches((pattern,), "feature")), "*")
    return (
        f"`{wide}` takes no branch with a `/` in its name, such as `feature/x`; `**` takes all",
    )


@criterion("CI3", points=2)
def failures_stop_the_build(activities: Activities, workflows: Workflows) -> Verdict:
    """A lint error or a failing test stops the build.

    Take away what swallows the failure: `|| true`, `--exit-zero`, `continue-on-error: true`,
    `set +e`, `if: false`. A step that may fail in peace tells nobody anything.

    ```yaml
    - run: ruff check .
    - run: pytest
    ```
    """
    strict = []
    notes: list[str] = []
    for kind, nothing in _NOTHING.items():
        found = running(activities.of(kind), *CHANGE)
        if not found:
            missing = absent(kind, nothing, CHANGE, activities, workflows)
            return not_met(f"nothing to stop the build with: {missing.reason}", missing.seen)
        able = [one for one in found if not one.masked]
        if not able:
            masks = " and ".join(dict.fromkeys(f"`{one.masked}`" for one in found))
            return not_met(f"{masks} swallows every failure of {found[0].tool}", quote(*found)[:3])
        strict.append(able[0])
        notes += (
            f"{one.tool} in {one.place.file}:{one.place.line} cannot fail: `{one.masked}`"
            for one in found
            if one.masked
        )
    lint, test = strict
    reason = f"a failure of {name(lint)} or {name(test)} fails the job"
    return met(reason, quote(lint, test), tuple(dict.fromkeys(notes))[:3])


@criterion("CI4", points=1)
def both_run_on_pull_requests(activities: Activities, workflows: Workflows) -> Verdict:
    """Both run on pull requests to the default branch.

    Add the event, without a filter that excludes the default branch:

    ```yaml
    on:
      push:
        branches: [main, master]
      pull_request:
    ```
    """
    best = []
    for kind, nothing in _NOTHING.items():
        found = running(activities.of(kind), "pull-request")
        if not found:
            return absent(kind, nothing, ("pull-request",), activities, workflows)
        best.append(found[0])
    notes = [note for one in best for note in remarks(one, "pull-request")]
    reason = " and ".join(name(one) for one in best) + " run on a pull request"
    return met(reason, quote(*best), tuple(dict.fromkeys(notes)))


@criterion("CI5", points=3, level="ran")
def newest_run_succeeded(executions: Executions) -> Verdict:
    """In the newest completed run for the graded branch the lint and test steps succeeded.

    Open the *Actions* tab of the repository, read the red step's log, mend its cause and push.
    The newest run counts, so a red history does no harm.
    """
    verdicts = [_newest(kind, executions) for kind in _NOTHING]
    for outcome in (Outcome.NOT_MET, Outcome.PENDING, Outcome.UNKNOWN):
        for verdict in verdicts:
            if verdict.outcome is outcome:
                return verdict
    lint, test = verdicts
    return met(
        "the newest lint and test steps succeeded",
        tuple(dict.fromkeys((*lint.seen, *test.seen))),
        tuple(dict.fromkeys((*lint.notes, *test.notes))),
        latest(lint.at, test.at),
    )


def _newest(kind: Kind, executions: Executions) -> Verdict:
    """Judge the newest commit for which a step of a kind has ended; one run of it that succeeded is enough."""
    changes = [one for one in executions.of(kind) if one.event in {*CHANGE, ""}]
    found = [one for one in changes if one.graded] or [
        one for one in changes if one.event in PROPOSAL
    ]
    if not found:
        return unproven(kind, CHANGE, executions) or not_met(f"no run has a {kind} step")
    commits: dict[str, dict[tuple[str, int], list[Execution]]] = {}
    for one in found:
        runs = commits.setdefault(one.sha or one.run, {})
        runs.setdefault((one.run, one.attempt), []).append(one)
    for runs in commits.values():
        telling = [_telling(steps) for steps in runs.values()]
        ended = [one for one in telling if one.conclusion]
        good = [one for one in ended if one.conclusion == "success"]
        if good:
            notes = [*success_notes(good[0]), *_behind(good[0], executions)]
            notes += (
                f"another run of the same commit ended as {one.conclusion}: {one.address}"
                for one in ended
                if one not in good
            )
            return met("", (shown(good[0]),), tuple(notes), good[0].ended)
        if ended:
            worst = ended[0]
            reason = f"the newest {kind} step ended as {worst.conclusion}"
            return not_met(reason, (shown(worst),), tuple(_behind(worst, executions)))
    return pending(f"the first {kind} step has not ended", (shown(found[0]),))


def _telling(steps: list[Execution]) -> Execution:
    """Return the step that tells how a run went: one that failed, else one still open, else one that succeeded."""

    def rank(one: Execution) -> int:
        known = {"": 1, "success": 2, "skipped": 3, "neutral": 3}
        return known.get(one.conclusion, 0)

    return min(steps, key=lambda one: (rank(one), bool(one.doubt)))


def _behind(execution: Execution, executions: Executions) -> list[str]:
    if not executions.head or not execution.sha or execution.sha == executions.head:
        return []
    if execution.event in {"merge", "pull-request"} and not execution.graded:
        return ["it ran for a pull request that is not merged"]
    return [f"the run is of {execution.sha[:7]}, and the graded commit is {executions.head[:7]}"]
