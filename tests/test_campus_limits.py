"""Limits of time, and a matrix whose jobs end together, hold on the campus as on GitHub: its runs are real ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.campus.place import Place
from checker.campus.runner.serving import Runner
from tests.standins.campus import Project, project, settle

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
    """A runner whose minutes have a second."""
    shared = tmp_path_factory.getbasetemp() / "templates"
    with Runner(
        place, seconds=120, minute=1.0, environment={"CAMPUS_TEMPLATES": str(shared)}
    ) as runner:
        yield runner


def pushed(place: Place, runner: Runner, jobs: str) -> Project:
    made = project(place, files={CI: f"on: push\njobs:\n{jobs}"})
    made.push()
    settle(runner)
    return made


def conclusions(made: Project) -> dict[str, str]:
    (run,) = made.runs()
    return {name: job.conclusion for name, job in made.jobs(run).items()}


def log(made: Project, job: str) -> str:
    (run,) = made.runs()
    return "".join(step.log for step in made.steps(made.jobs(run)[job]).values())


def test_a_step_that_takes_too_long_fails_and_the_job_goes_on_as_after_a_failure(
    place: Place, runner: Runner
) -> None:
    made = pushed(
        place,
        runner,
        """
  a:
    runs-on: ubuntu-latest
    steps:
      - name: Wait
        timeout-minutes: 1
        run: sleep 300
      - run: echo never
      - if: failure()
        run: echo mended
      - if: always()
        timeout-minutes: 60
        run: echo ${{ job.status }}
""",
    )
    (run,) = made.runs()
    assert run.conclusion == "failure"
    assert made.conclusions(run, "a")[1:5] == ["failure", "skipped", "success", "success"]
    assert "##[error]The action 'Wait' has timed out after 1 minutes." in log(made, "a")
    assert "Z failure\n" in log(made, "a")


def test_a_step_that_may_fail_may_take_too_long(place: Place, runner: Runner) -> None:
    made = pushed(
        place,
        runner,
        """
  a:
    runs-on: ubuntu-latest
    steps:
      - {timeout-minutes: 1, continue-on-error: true, run: sleep 300}
      - run: echo on
""",
    )
    (run,) = made.runs()
    assert run.conclusion == "success"
    assert made.conclusions(run, "a")[1:3] == ["success", "success"]


def test_a_job_that_takes_too_long_is_cancelled_whatever_it_started(
    place: Place, runner: Runner
) -> None:
    made = pushed(
        place,
        runner,
        """
  slow:
    runs-on: ubuntu-latest
    timeout-minutes: 8
    steps:
      - run: (sleep 300 &) ; sh -c "sleep 300"
      - run: echo never
      - if: failure()
        run: sleep 300
      - if: ${{ always() }}
        run: echo last
  quick:
    runs-on: ubuntu-latest
    timeout-minutes: 100
    steps: [{run: sleep 0}]
  after:
    needs: slow
    runs-on: ubuntu-latest
    steps: [{run: echo}]
""",
    )
    (run,) = made.runs()
    assert run.conclusion == "cancelled"
    assert conclusions(made) == {"slow": "cancelled", "quick": "success", "after": "skipped"}
    assert made.conclusions(run, "slow")[1:5] == ["cancelled", "skipped", "cancelled", "success"]
    assert "##[error]The job has exceeded the maximum execution time of 8m0s" in log(made, "slow")


MATRIX = """
  a:
    runs-on: ubuntu-latest
    strategy:
      {strategy}
      matrix: {{n: [1, 2, 3]}}
    steps:
      - if: matrix.n == 1
        run: exit 1
      - run: sleep {seconds}
"""


def test_the_jobs_of_a_matrix_end_with_the_first_that_fails(place: Place, runner: Runner) -> None:
    made = pushed(place, runner, MATRIX.format(strategy="max-parallel: 2", seconds=300))
    (run,) = made.runs()
    assert run.conclusion == "failure"
    assert conclusions(made) == {"a (1)": "failure", "a (2)": "cancelled", "a (3)": "cancelled"}
    assert "##[error]The operation was canceled." in log(made, "a (2)")


def test_the_jobs_of_a_matrix_go_on_where_it_says_so(place: Place, runner: Runner) -> None:
    made = pushed(place, runner, MATRIX.format(strategy="fail-fast: false", seconds=0))
    (run,) = made.runs()
    assert run.conclusion == "failure"
    assert conclusions(made) == {"a (1)": "failure", "a (2)": "success", "a (3)": "success"}


def test_a_job_that_may_fail_ends_no_other(place: Place, runner: Runner) -> None:
    made = pushed(
        place,
        runner,
        """
  a:
    runs-on: ubuntu-latest
    continue-on-error: ${{ matrix.n == 1 }}
    strategy: {matrix: {n: [1, 2]}}
    steps:
      - run: test ${{ matrix.n }} != 1
""",
    )
    (run,) = made.runs()
    assert run.conclusion == "success"
    assert conclusions(made)["a (2)"] == "success"
