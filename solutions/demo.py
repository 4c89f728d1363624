"""Five students hand in their homework on a campus, and are graded as on GitHub: make demo.

Everything happens for real, on this machine alone: git pushes, workflows that run, a package on an index, an image in
a registry. Then the very command that grades GitHub grades the five.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from checker.campus import campus
from checker.campus.part import Part
from checker.campus.place import CampusError, Place
from checker.campus.store import Store
from checker.campus.supervisor import Supervisor
from checker.workbook.desk import Desk
from checker.workbook.refusal import WorkbookError
from checker.workbook.runs import runs, settle
from solutions.students import STUDENTS, Student

BUILD = Path(__file__).parent.parent / "build" / "demo"
REPOSITORY = "homework"
TAG = "v0.1.0"
NEEDED = ("forge", "runner", "index", "registry")
"""The parts that the three items of the homework need."""


@dataclass
class Clock:
    """Lines with the seconds since the start, from several threads."""

    start: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, text: str) -> None:
        """Print a line."""
        with self.lock:
            print(f"{time.monotonic() - self.start:5.1f} s  {text}", flush=True)


def main() -> None:
    """Live through it, print what each student earned and why, and leave a page for each."""
    clock = Clock()
    shutil.rmtree(BUILD, ignore_errors=True)
    grades = BUILD / "grades"
    grades.mkdir(parents=True)
    try:
        place = Place.open(BUILD / "campus")
        campus.lay_in(place, clock.say)
        with Supervisor(place, _parts()) as running:
            running.up()
            clock.say(f"a campus is up: {', '.join(one.title for one in running.parts)}")
            with ThreadPoolExecutor(len(STUDENTS)) as pool:
                found = list(pool.map(lambda one: _work(one, place, clock, grades), STUDENTS))
    except (CampusError, WorkbookError) as error:
        sys.exit(f"the demo cannot go on: {error}")
    clock.say("the campus has ended")
    _show(found, grades)
    for student, grade in zip(STUDENTS, found, strict=True):
        if student.begun and (unmet := _unmet(grade)) != student.unmet:
            sys.exit(f"{student.login} was expected to miss {student.unmet}, and missed {unmet}")


def _parts() -> tuple[Part, ...]:
    return tuple(one for one in campus.parts() if one.name in NEEDED)


def _work(student: Student, place: Place, clock: Clock, grades: Path) -> dict[str, Any]:
    """Do the homework as the student does it, and return its grade."""
    person = campus.join(place, student.name)

    def say(text: str) -> None:
        clock.say(f"{student.name} {text}")

    store = Store(place)
    desk = Desk(
        student.write(BUILD / "desks"),
        person.login,
        REPOSITORY,
        campus.variables(place, person),
    )
    desk.prepare({"DOCKERHUB_USERNAME": person.login, "DOCKERHUB_TOKEN": person.token})
    desk.commit("Begin", "README.md")
    desk.push("main")
    if student.begun:
        desk.start_over("hw")
        desk.commit("Homework")
        desk.push("hw")
        number = desk.open("Homework", "hw")
        say("opened a pull request")
        settle(store, desk.full_name)
        desk.merge(number)
        say("merged it")
        desk.tag(TAG)
        say(f"pushed the tag {TAG}")
        settle(store, desk.full_name)
    ended = runs(place, store, desk.full_name)
    store.close()
    told = ", ".join(f"{one.name} on {one.event}: {one.conclusion}" for one in ended)
    say(f"is done: {told or 'nothing ran'}")
    found = _grade(student, place, grades)
    say("is graded, with the command that grades GitHub")
    return found


def _grade(student: Student, place: Place, folder: Path) -> dict[str, Any]:
    page = folder / f"{student.login}.html"
    words = ["grade", "--campus", f"{student.login}/{REPOSITORY}"]
    words += [
        "--only",
        "CI",
        "--only",
        "LIB",
        "--only",
        "IMG",
        "--output",
        str(page),
        "--format",
        "json",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "checker", *words],
        env={**os.environ, "CHECKER_CAMPUS": str(place.root), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in {0, 1, 3}:
        sys.exit(f"checker {' '.join(words)} ended with status {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _unmet(grade: Mapping[str, Any]) -> tuple[str, ...]:
    lines = [line for item in grade["items"] for line in item["criteria"]]
    return tuple(line["id"] for line in lines if line["outcome"] != "met")


def _show(grades: list[dict[str, Any]], folder: Path) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("student", "CI", "LIB", "IMG", "all", "why"):
        table.add_column(name, justify="left" if name in {"student", "why"} else "right")
    for student, grade in zip(STUDENTS, grades, strict=True):
        points = [f"{item['points']}/{item['of']}" for item in grade["items"]]
        table.add_row(
            student.name, *points, f"{grade['points']}/{grade['of']}", _why(student, grade)
        )
    console = Console(width=max(100, shutil.get_terminal_size((100, 24)).columns))
    console.print()
    console.print(table)
    console.print(f"\nA page for each: {os.path.relpath(folder)}/*.html", highlight=False)


def _why(student: Student, grade: Mapping[str, Any]) -> str:
    """Return what the student did, and the first thing that was not met."""
    lines = [line for item in grade["items"] for line in item["criteria"]]
    first = next((line for line in lines if line["outcome"] != "met"), None)
    return f"{student.title}: {first['reason']}" if first and student.begun else student.title


if __name__ == "__main__":
    main()
