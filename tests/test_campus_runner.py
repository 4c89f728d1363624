"""The runner really executes workflows with act: what GitHub would show of a run is in the store, and nothing is lost or left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from checker.campus.place import Place
from checker.campus.runner import RunnerPart, act
from checker.campus.runner.serving import Runner
from checker.campus.store import Event, Run, Secret
from checker.campus.supervisor import Supervisor
from tests.standins.campus import OWNER, Project, project, settle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

CI = ".github/workflows/ci.yml"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.open(tmp_path / "campus")


@pytest.fixture
def runner(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    shared = tmp_path_factory.getbasetemp() / "templates"
    with Runner(
        place, at_once=2, seconds=120, environment={"CAMPUS_TEMPLATES": str(shared)}
    ) as runner:
        yield runner


def pushed(place: Place, runner: Runner, text: str, **more: str) -> tuple[Project, Run]:
    """Push a workflow, let it run, and return its newest run."""
    made = project(
        place,
        files={CI: text, **{f".github/workflows/{name}.yml": one for name, one in more.items()}},
    )
    made.push()
    settle(runner)
    return made, made.runs()[0]


def test_steps_have_the_names_numbers_and_conclusions_that_github_shows(
    place: Place, runner: Runner
) -> None:
    made, run = pushed(
        place,
        runner,
        """
name: CI
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - name: Look around ${{ github.ref_name }}
        run: cat README.md
      - run: |
          echo one
          echo two
      - name: May fail
        continue-on-error: true
        run: exit 3
      - name: Never
        if: github.ref == 'refs/heads/other'
        run: exit 1
      - run: exit 7
      - run: echo not reached
      - if: failure()
        run: echo it failed
""".replace("cat README.md", "ls -a"),
    )
    assert (run.status, run.conclusion, run.number, run.branch) == (
        "completed",
        "failure",
        1,
        "main",
    )
    job = made.jobs(run)["check"]
    shown = [(step.number, step.name, step.conclusion) for step in made.steps(job).values()]
    assert shown == [
        (1, "Set up job", "success"),
        (2, "Run actions/checkout@v7", "success"),
        (3, "Look around main", "success"),
        (4, "Run echo one", "success"),
        (5, "May fail", "success"),
        (6, "Never", "skipped"),
        (7, "Run exit 7", "failure"),
        (8, "Run echo not reached", "skipped"),
        (9, "Run echo it failed", "success"),
        (18, "Post Run actions/checkout@v7", "success"),
        (19, "Complete job", "success"),
    ]
    assert ".github" in made.log(run, "check", "Look around main")
    assert "##[error]Process completed with exit code 7." in made.log(run, "check", "Run exit 7")
    assert all(step.started <= step.completed for step in made.steps(job).values())
    first = made.log(run, "check", "Run echo one").splitlines()[0]
    assert first[10] == "T"
    assert first.split(" ", 1)[0].endswith("Z")


MATRIX = """
name: CI
on: push
jobs:
  test:
    runs-on: ${{ matrix.os }}
    strategy: {fail-fast: false, matrix: {os: [ubuntu-latest, windows-latest], python: ["3.11"]}}
    steps: [{run: 'test "${{ matrix.os }}" = ubuntu-latest'}]
  named:
    name: On ${{ matrix.a }}
    runs-on: x
    strategy: {matrix: {a: [1, 2]}}
    steps: [{run: echo}]
  skipped:
    if: false
    runs-on: x
    strategy: {matrix: {a: [1, 2]}}
    steps: [{run: echo}]
  numbers:
    runs-on: x
    outputs: {all: '${{ steps.s.outputs.all }}'}
    steps: [{id: s, run: 'echo "all=[5,6]" >> "$GITHUB_OUTPUT"'}]
  dynamic:
    needs: numbers
    runs-on: x
    strategy: {matrix: {n: '${{ fromJSON(needs.numbers.outputs.all) }}'}}
    steps: [{run: 'echo ${{ matrix.n }}'}]
  waits:
    needs: test
    runs-on: x
    steps: [{run: echo}]
  calls:
    uses: ./.github/workflows/called.yml
    with: {who: Anna}
  allowed:
    continue-on-error: true
    runs-on: x
    steps: [{run: exit 1}]
"""
CALLED = """
name: Called
on: {workflow_call: {inputs: {who: {type: string}}}}
jobs:
  inner:
    name: Greet ${{ inputs.who }}
    runs-on: x
    steps: [{run: 'echo Hello, ${{ inputs.who }}'}]
"""


def test_jobs_of_matrices_and_called_workflows_are_told_apart(place: Place, runner: Runner) -> None:
    made, run = pushed(place, runner, MATRIX, called=CALLED)
    assert {name: job.conclusion for name, job in made.jobs(run).items()} == {
        "test (ubuntu-latest, 3.11)": "success",
        "test (windows-latest, 3.11)": "failure",
        "On 1": "success",
        "On 2": "success",
        "skipped": "skipped",
        "numbers": "success",
        "dynamic (5)": "success",
        "dynamic (6)": "success",
        "waits": "skipped",
        "calls / Greet Anna": "success",
        "allowed": "failure",
    }
    assert run.conclusion == "failure"
    assert "Hello, Anna" in made.log(run, "calls / Greet Anna", "Run echo Hello, Anna")
    assert json.loads(made.jobs(run)["waits"].needs) == ["test"]


def test_a_job_that_may_fail_does_not_fail_its_run(place: Place, runner: Runner) -> None:
    made, run = pushed(
        place, runner,
        "on: push\njobs:\n  a: {runs-on: x, continue-on-error: true, steps: [{run: exit 1}]}\n",
    )  # fmt: skip
    assert (run.conclusion, made.jobs(run)["a"].conclusion) == ("success", "failure")
    assert run.name == CI  # a workflow without a name


def test_a_run_of_which_every_job_is_skipped_is_skipped(place: Place, runner: Runner) -> None:
    _, run = pushed(
        place, runner, "on: push\njobs:\n  a: {runs-on: x, if: false, steps: [{run: exit 1}]}\n"
    )
    assert run.conclusion == "skipped"


def test_a_file_that_github_refuses_makes_a_failed_run_without_jobs(
    place: Place, runner: Runner
) -> None:
    made, run = pushed(place, runner, "on: push\njobs:\n  a: {steps: [{run: echo}]}\n")
    assert (run.status, run.conclusion, made.jobs(run)) == ("completed", "failure", {})


@pytest.mark.parametrize("word", ["container: debian", "services: {db: {image: postgres}}"])
def test_a_job_that_needs_docker_fails_with_a_sentence(
    place: Place, runner: Runner, word: str
) -> None:
    made, run = pushed(
        place, runner, f"on: push\njobs:\n  a: {{runs-on: x, {word}, steps: [{{run: echo}}]}}\n"
    )
    assert run.conclusion == "failure"
    assert "Docker engine" in made.log(run, "a", "Set up job")
    assert made.told(run)["a"]["Run echo"] == "skipped"


def test_secrets_reach_the_steps_and_no_log_no_name_and_no_command_line(
    place: Place, runner: Runner
) -> None:
    text = """
on: push
jobs:
  a:
    runs-on: x
    steps:
      - name: with ${{ secrets.TOKEN }}
        env: {TOKEN: '${{ secrets.TOKEN }}'}
        run: |
          echo "plain $TOKEN"
          echo ${{ secrets.TOKEN }} | rev | rev
          test "$(printf %s "$TOKEN" | wc -c)" = 17
          tr '\\0' ' ' < /proc/$PPID/cmdline || true
"""
    made = project(place, files={CI: text})
    made.store.add(Secret(made.row.id, "TOKEN", "s3cr3t-of-anna-77"))
    made.push()
    settle(runner)
    run = made.runs()[0]
    assert run.conclusion == "success"
    steps = made.steps(made.jobs(run)["a"])
    assert "s3cr3t-of-anna-77" not in repr(steps)
    assert "with ***" in steps
    assert "plain ***" in steps["with ***"].log
    kept = [
        path for path in place.root.rglob("*") if path.is_file() and "forge.db" not in path.name
    ]
    assert not [path for path in kept if b"s3cr3t-of-anna-77" in path.read_bytes()]


def test_a_pull_request_is_run_at_its_merge_commit_and_told_under_its_head(
    place: Place, runner: Runner
) -> None:
    text = """
on:
  pull_request: {types: [opened, closed]}
jobs:
  a:
    runs-on: x
    steps:
      - uses: actions/checkout@v7
      - run: ls; echo "$GITHUB_REF $GITHUB_SHA $GITHUB_HEAD_REF $GITHUB_BASE_REF $GITHUB_REPOSITORY $(git rev-parse HEAD)"
"""
    made = project(place, files={CI: text})
    made.push()
    made.git("checkout", "--quiet", "-b", "feature")
    made.commit({"new.py": ""})
    made.push("refs/heads/feature")
    opened = made.pull_request("feature", "opened")
    merged = made.pull_request("feature", "closed", merged=True)
    settle(runner)
    first, second = made.runs()
    assert {(run.branch, run.sha, run.title) for run in (first, second)} == {
        ("feature", made.refs["refs/heads/feature"], "Add feature")
    }
    for run, event, ref in (
        (first, opened, "refs/pull/1/merge"),
        (second, merged, "refs/heads/main"),
    ):
        [step] = [
            step
            for step in made.steps(made.jobs(run)["a"]).values()
            if step.name.startswith("Run ls")
        ]
        expected = f"{ref} {event.sha} feature main {OWNER}/hw {event.sha}"
        assert expected in step.log
        assert "new.py" in step.log


def test_inputs_of_a_start_by_hand_and_names_of_releases_arrive(
    place: Place, runner: Runner
) -> None:
    text = """
on:
  workflow_dispatch: {inputs: {level: {default: low}, loud: {type: boolean, default: false}}}
  release: {types: [published]}
  create:
  schedule: [{cron: '0 5 * * *'}]
jobs:
  a:
    runs-on: x
    steps: [{run: 'echo "<${{ inputs.level }}|${{ inputs.loud }}|${{ github.event.release.tag_name }}|${{ github.ref }}>"'}]
"""
    made = project(place, files={CI: text})
    sha = made.commit({})
    made.push()
    made.push("refs/tags/v1")
    settle(runner)
    assert made.runs() == ()
    made.event(
        "workflow_dispatch",
        "refs/heads/main",
        sha,
        {"inputs": {"level": "high"}, "ref": "refs/heads/main"},
        workflow=CI,
    )
    made.event(
        "release",
        "refs/tags/v1",
        sha,
        {"action": "published", "release": {"tag_name": "v1", "name": "First"}},
    )
    made.event("release", "refs/tags/v1", sha, {"action": "edited", "release": {"tag_name": "v1"}})
    made.event("create", "refs/tags/v1", sha, {"ref": "v1", "ref_type": "tag"})
    made.event("schedule", "refs/heads/main", sha, {"schedule": "0 5 * * *"})
    settle(runner)
    said = {}
    for run in made.runs():
        log = next(
            step.log
            for name, step in made.steps(made.jobs(run)["a"]).items()
            if name.startswith("Run echo")
        )
        said[run.event] = log.rpartition("Z <")[2].partition(">")[0]
    assert said == {
        "workflow_dispatch": "high|false||refs/heads/main",
        "release": "||v1|refs/tags/v1",
        "create": "|||refs/tags/v1",
        "schedule": "|||refs/heads/main",
    }
    assert [run.title for run in made.runs() if run.event == "release"] == ["First"]


def test_one_workflow_follows_another(place: Place, runner: Runner) -> None:
    made, _ = pushed(
        place, runner, "name: CI\non: push\njobs:\n  a: {runs-on: x, steps: [{run: exit 1}]}\n",
        after="name: After\non: {workflow_run: {workflows: [CI], types: [completed]}}\njobs:\n"
        "  b: {runs-on: x, steps: [{run: 'echo it was ${{ github.event.workflow_run.conclusion }}'}]}\n",
    )  # fmt: skip
    assert [(run.name, run.event, run.conclusion) for run in made.runs()] == [
        ("CI", "push", "failure"),
        ("After", "workflow_run", "success"),
    ]
    assert made.told(made.runs()[1])["b"]["Run echo it was failure"] == "success"


SLOW = """
on: push
{group}
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          (setsid nohup sleep 1000 >/dev/null 2>&1 &)
          touch "$CAMPUS_CACHE/begun"
          sleep 1000
      - if: always()
        run: echo after
"""


def until_begun(place: Place, runner: Runner, number: int = 1) -> None:
    """Let a runner work until a step says that it runs."""
    for _ in range(3000):
        runner.work()
        if len(list(place.root.glob("runner/cache/*/begun"))) >= number:
            return
        threading.Event().wait(0.02)
    raise AssertionError("no step began")


def of_runs(place: Place) -> list[psutil.Process]:
    """Return the processes of the runs of a place."""
    found = []
    for one in psutil.process_iter():
        try:
            if one.environ().get(act.MARK, "").startswith(f"{place.root}#"):
                found.append(one)
        except (psutil.Error, OSError):
            continue
    return found


def test_a_run_is_cancelled_by_hand_and_no_process_of_it_is_left(
    place: Place, runner: Runner
) -> None:
    made = project(place, files={CI: SLOW.replace("{group}", "")})
    made.push()
    until_begun(place, runner)
    assert len(of_runs(place)) >= 2
    made.store.change(made.runs()[0], wanted="cancel")
    settle(runner)
    run = made.runs()[0]
    assert (run.status, run.conclusion, run.wanted) == ("completed", "cancelled", "")
    steps = {name: step.conclusion for name, step in made.steps(made.jobs(run)["a"]).items()}
    assert [*steps.values()][:3] == ["success", "cancelled", "skipped"]
    assert of_runs(place) == []


def test_a_run_that_takes_too_long_is_ended(place: Place) -> None:
    made = project(place, files={CI: SLOW.replace("{group}", "")})
    made.push()
    with Runner(place, seconds=4) as runner:
        settle(runner)
    run = made.runs()[0]
    assert run.conclusion == "cancelled"
    assert any(
        "maximum execution time" in step.log for step in made.steps(made.jobs(run)["a"]).values()
    )
    assert of_runs(place) == []


def test_a_newer_run_of_a_group_ends_the_one_in_progress(place: Place, runner: Runner) -> None:
    group = "concurrency: {group: '${{ github.ref }}', cancel-in-progress: true}"
    made = project(place, files={CI: SLOW.replace("{group}", group)})
    made.push()
    until_begun(place, runner)
    made.commit({CI: f"on: push\n{group}\njobs:\n  a: {{runs-on: x, steps: [{{run: echo}}]}}\n"})
    made.push()
    settle(runner)
    assert [run.conclusion for run in made.runs()] == ["cancelled", "success"]
    assert [run.number for run in made.runs()] == [1, 2]


def test_a_run_is_run_again_as_a_new_attempt(place: Place, runner: Runner) -> None:
    made, run = pushed(
        place, runner,
        "on: push\njobs:\n  a: {runs-on: x, steps: [{run: 'test ${{ github.run_attempt }} = 2'}]}\n",
    )  # fmt: skip
    assert run.conclusion == "failure"
    made.store.change(run, wanted="rerun")
    settle(runner)
    [run] = made.runs()
    assert (run.conclusion, run.attempt, run.number) == ("success", 2, 1)
    assert made.jobs(run)["a"].attempt == 2


def test_what_a_killed_runner_was_doing_is_done_by_the_next_one(place: Place) -> None:
    text = """
on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          echo x >> "$CAMPUS_CACHE/begun"
          test "$(wc -l < "$CAMPUS_CACHE/begun")" = 2 || exec sleep 1000
"""
    made = project(place, files={CI: text})
    made.push()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "checker.campus.runner", "--place", str(place.root)],
        start_new_session=True,
    )
    try:
        for _ in range(3000):
            if list(place.root.glob("runner/cache/*/begun")):
                break
            threading.Event().wait(0.02)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert made.runs()[0].status == "in_progress"
    assert of_runs(place)
    with Runner(place, seconds=60) as runner:
        settle(runner)
    assert [(run.conclusion, run.attempt) for run in made.runs()] == [("success", 1)]
    assert of_runs(place) == []
    assert made.store.find(Event, done=0.0) == ()


def test_the_supervisor_starts_the_runner_and_sees_that_it_works(place: Place) -> None:
    text = "on: push\njobs:\n  a: {runs-on: x, steps: [{run: echo}]}\n"
    made = project(place, files={CI: text})
    with Supervisor(place, [RunnerPart()]) as supervisor:
        supervisor.up()
        made.push()
        end = time.monotonic() + 60
        while not made.store.is_quiet and time.monotonic() < end:
            threading.Event().wait(0.05)
    assert [run.conclusion for run in made.runs()] == ["success"]
