"""CI: a linter and the tests run when code changes, and can stop it."""

from __future__ import annotations

from checker.actions.activity import Activities, Kind
from checker.actions.workflows import Workflows
from checker.chain import Runs
from checker.rubric.criterion import criterion
from checker.rubric.findings import (
    CHANGE,
    absent,
    events_of,
    more,
    name,
    quote,
    remarks,
    running,
)
from checker.rubric.verdict import Seen, Verdict, met, not_met, pending

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
    return met(reason, quote(best), remarks(best, *CHANGE))


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


@criterion("CI5", points=3)
def newest_run_succeeded(runs: Runs) -> Verdict:
    """In the newest completed run for the graded branch the lint and test steps succeeded.

    Open the *Actions* tab of the repository, read the red step's log, mend its cause and push.
    The newest run counts, so a red history does no harm.
    """
    quoted = []
    for kind in _NOTHING:
        found = [one for one in runs.executions if one.kind == kind and one.event in CHANGE]
        if not found:
            return not_met(f"no run has a {kind} step")
        ended = [one for one in found if one.conclusion]
        if not ended:
            return pending(f"the first {kind} step has not ended", (Seen(kind, url=found[0].run),))
        newest = ended[0]
        seen = Seen(f"{kind}: {newest.conclusion}", url=newest.run)
        if newest.conclusion != "success":
            return not_met(f"the newest {kind} step ended as {newest.conclusion}", (seen,))
        quoted.append(seen)
    return met("the newest lint and test steps succeeded", tuple(quoted))
