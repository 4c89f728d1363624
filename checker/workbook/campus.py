"""The campus as a lesson needs it: started when it does not run, with the student on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from checker.workbook.desk import Desk
from checker.workbook.refusal import WorkbookError
from checker.workbook.student import REPOSITORY, Student

if TYPE_CHECKING:
    from checker.campus.people import Person
    from checker.campus.place import Place
    from checker.campus.store import Store

_STARTS_WITHIN = 300.0
_ANSWERS_WITHIN = 60.0
_CALLED = {
    "CAMPUS_FORGE": "forge",
    "PIP_INDEX_URL": "index",
    "CHECKER_DOCKERHUB_URL": "hub",
    "CHECKER_REGISTRY_URL": "registry",
    "CHECKER_MLFLOW_URL": "mlflow",
    "CHECKER_S3_URL": "s3",
}
"""By the variable that holds an address, what it is called."""


@dataclass(frozen=True)
class Campus:
    """A campus that runs, and one student of it."""

    place: Place
    person: Person
    variables: dict[str, str] = field(repr=False)
    """What `checker campus env` prints for them."""
    teacher: dict[str, str] = field(repr=False)
    """The same of the teacher, who grades."""
    running: frozenset[str] = frozenset()
    """The parts that run."""

    @cached_property
    def store(self) -> Store:
        """What the forge and the runner keep."""
        from checker.campus.store import Store

        return Store(self.place)

    @property
    def secrets(self) -> dict[str, str]:
        """What a repository is given to publish with."""
        token = self.person.token
        return {
            "PYPI_TOKEN": token,
            "DOCKERHUB_USERNAME": self.person.login,
            "DOCKERHUB_TOKEN": token,
        }

    def docker(self, work: Path, path: str) -> dict[str, str]:
        """Return the variables of a student's own `docker`: the campus's, which builds and pushes, and runs nothing."""
        from checker.campus.images.program import command

        programs = command(self.place.folder("lab", "bin")).parent
        return {
            **{name: value for name, value in self.secrets.items() if name != "PYPI_TOKEN"},
            "CAMPUS_PYTHON": sys.executable,
            "DOCKER_CONFIG": str(work / ".docker"),
            "PATH": os.pathsep.join((str(programs), path)),
        }

    def desk(self, student: Student) -> Desk:
        """Return the student's homework on the forge, made when it is not there."""
        desk = Desk(student.homework, self.person.login, REPOSITORY, self.variables)
        desk.prepare(self.secrets)
        return desk

    @property
    def hidden(self) -> tuple[str, ...]:
        """What no output shows."""
        return (self.person.token, self.person.s3_secret, self.person.s3_key)

    @property
    def addresses(self) -> dict[str, str]:
        """What the addresses of its parts are called in output that is the same everywhere."""
        hosts = {self.variables[name].split("/")[2]: word for name, word in _CALLED.items()}
        return {**hosts, str(self.place.root): "⟨campus⟩"}


def visit(student: Student, parts: Collection[str], tell: Callable[[], None]) -> Campus:
    """Return a campus with some parts and the student on it; `tell` is called before one is started.

    Raises WorkbookError, in one line, when the extra is not installed or a part does not start.
    """
    try:
        from checker.campus import campus, supervisor
        from checker.campus.people import People
        from checker.campus.place import CampusError, Place
    except ImportError as error:
        told = f"{error.name} is not installed: pip install 'ml-cicd-workbook[campus]'"
        raise WorkbookError(told if error.name else str(error)) from None
    try:
        place = Place.open(campus.folder(os.environ))
        needed = {part.name for part in campus.chosen(parts)}
        with place.locked("lab"):
            running = _kept_up(supervisor.running(place))
            if not needed <= running:
                tell()
                supervisor.end(place)
                _start(place, needed | running)
            _await(
                lambda: campus.is_ready(place, needed)
            )  # a busy machine keeps it silent for a moment
        person = campus.join(place, student.name)
        teacher = campus.variables(place, People(place).teacher)
        running = _kept_up(supervisor.running(place))
        mine = campus.variables(place, person)
    except CampusError as error:
        raise WorkbookError(str(error)) from None
    return Campus(place, person, mine, teacher, frozenset(running))


def _kept_up(running: Mapping[str, int]) -> set[str]:
    """Return the parts that run and have a supervisor; what a killed one left is started anew."""
    return set(running) - {""} if "" in running else set()


def _await(is_ready: Callable[[], bool]) -> None:
    end = time.monotonic() + _ANSWERS_WITHIN
    while not is_ready():
        if time.monotonic() > end:
            raise WorkbookError(
                "the campus runs and does not answer; checker campus status says which part"
            )
        time.sleep(0.2)


def _start(place: Place, names: Collection[str]) -> None:
    only = [word for name in sorted(names) for word in ("--part", name)]
    words = [
        sys.executable,
        "-P",
        "-m",
        "checker",
        "campus",
        "up",
        "--background",
        "--state",
        str(place.root),
    ]
    try:
        done = subprocess.run(
            [*words, *only],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_STARTS_WITHIN,
        )
    except subprocess.TimeoutExpired:
        raise WorkbookError("the campus does not start; checker campus logs says more") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise WorkbookError(f"the campus does not start: {said[-1].removeprefix('Error: ')}")
