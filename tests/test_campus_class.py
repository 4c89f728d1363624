"""A class of thirty pushes at once: every push becomes its run, and no run, log or artefact is another's."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from checker.campus.store import Event, Job, Run, Store
from checker.workbook.desk import Desk
from tests.standins.town import PATIENCE, Town, town

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

STUDENTS = 30
WORKFLOW = """
name: Echo
on: push
jobs:
  say:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: cat mark.txt
      - uses: actions/upload-artifact@v7
        with:
          name: mark
          path: mark.txt
  hear:
    needs: say
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v8
        with:
          name: mark
      - run: echo "$GITHUB_REPOSITORY $GITHUB_SHA $(cat mark.txt)"
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("class"), "forge", "runner") as made:
        yield made


def mark(number: int) -> str:
    return f"mark-{number:02}-of-nobody-else"


def sit_down(whole: Town, number: int) -> Desk:
    """Join, make a repository, and have the homework ready to push."""
    person = whole.student(f"student_{chr(97 + number // 26)}{chr(97 + number % 26)}")
    folder = whole.root / "desks" / person.login
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "echo.yml").write_text(WORKFLOW, encoding="utf-8")
    (folder / "mark.txt").write_text(f"{mark(number)}\n", encoding="utf-8")
    desk = whole.desk(person, folder)
    desk.ask("POST", "/user/repos", {"name": desk.repository})
    desk.git("init", "--quiet", "--initial-branch=main")
    desk.git("remote", "add", "origin", f"{desk.variables['CAMPUS_GIT']}/{desk.full_name}.git")
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "--message", f"Hand in {mark(number)}")
    return desk


def log(desk: Desk, job: int) -> str:
    address = (
        f"{desk.variables['CHECKER_GITHUB_URL']}/repos/{desk.full_name}/actions/jobs/{job}/logs"
    )
    answer = requests.get(address, timeout=60)
    answer.raise_for_status()
    return answer.text


def test_thirty_push_at_once_and_nothing_is_lost_or_crossed(small: Town) -> None:
    with ThreadPoolExecutor(STUDENTS) as pool:
        desks = list(pool.map(lambda one: sit_down(small, one), range(STUDENTS)))
        together = threading.Barrier(STUDENTS)

        def push(desk: Desk) -> None:
            together.wait(PATIENCE)
            desk.git("push", "--quiet", "origin", "main")

        list(pool.map(push, desks))
    small.rest()
    for number, desk in enumerate(desks):
        head = (desk.folder / ".git" / "refs" / "heads" / "main").read_text().strip()
        [run] = desk.repo("GET", "/actions/runs")["workflow_runs"]
        assert (run["conclusion"], run["head_sha"], run["run_number"]) == ("success", head, 1)
        assert run["display_title"] == f"Hand in {mark(number)}"
        jobs = desk.repo("GET", f"/actions/runs/{run['id']}/jobs")["jobs"]
        assert [job["name"] for job in jobs] == ["say", "hear"]
        logs = [log(desk, job["id"]) for job in jobs]
        assert mark(number) in logs[0]
        assert f"{desk.full_name} {head} {mark(number)}" in logs[1]
        others = [mark(one) for one in range(STUDENTS) if one != number]
        assert not [one for one in others if any(one in log for log in logs)]
    store = Store(small.place)
    assert len(store.find(Run)) == STUDENTS
    assert len(store.find(Job)) == 2 * STUDENTS
    assert len([event for event in store.find(Event) if event.name == "push"]) == STUDENTS
    store.close()
