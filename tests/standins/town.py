"""A campus in use: parts of it under a supervisor that watches, students at their desks, and the grader's command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.campus import campus
from checker.campus.part import Part
from checker.campus.people import Person
from checker.campus.place import Place
from checker.campus.store import Store
from checker.campus.supervisor import Supervisor, running
from checker.workbook.desk import Desk

PATIENCE = 120.0
"""Seconds after which what has not come will not come."""


@dataclass
class Town:
    """A campus that is up."""

    root: Path
    place: Place
    news: dict[str, list[threading.Event]] = field(default_factory=dict)
    """What waits for the next time that a part is ready."""

    def student(self, name: str) -> Person:
        return campus.join(self.place, name)

    def variables(self, person: Person) -> dict[str, str]:
        return campus.variables(self.place, person)

    def environment(self, person: Person) -> dict[str, str]:
        """Return all that a student's programs know: the variables of the campus, and nothing of this machine's owner."""
        home = self.root / "homes" / person.login
        home.mkdir(parents=True, exist_ok=True)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        own = {"PATH": path, "HOME": str(home), "NO_PROXY": "127.0.0.1"}
        return {**own, "GIT_TERMINAL_PROMPT": "0", "COLUMNS": "200", **self.variables(person)}

    def run(
        self, person: Person, *words: str, given: str | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as a student does."""
        return subprocess.run(
            words,
            env=self.environment(person),
            cwd=cwd or self.root,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def python(self, person: Person, code: str, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(person, sys.executable, "-W", "ignore", "-c", code, *words)

    def desk(self, person: Person, folder: Path, repository: str = "homework") -> Desk:
        return Desk(folder, person.login, repository, self.variables(person))

    def begin(self, desk: Desk, **secrets: str) -> None:
        """Make a desk's repository on the forge, with secrets and a default branch that has the README alone."""
        desk.prepare(secrets)
        desk.commit("Begin", "README.md")
        desk.push("main")

    def grade(self, full_name: str, *words: str) -> dict[str, Any]:
        """Return what `checker grade --campus` says, by a criterion's id, with the totals under "whole"."""
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "checker",
                "grade",
                "--campus",
                full_name,
                "--format",
                "json",
                *words,
            ],
            env={**os.environ, "CHECKER_CAMPUS": str(self.place.root), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode in {0, 1, 3}, done.stderr
        whole: Mapping[str, Any] = json.loads(done.stdout)
        lines = (line for item in whole["items"] for line in item["criteria"])
        return {"whole": whole, "status": done.returncode, **{line["id"]: line for line in lines}}

    def rest(self) -> None:
        """Wait until no event waits for the runner, and no run is queued or in progress."""
        store = Store(self.place)
        end = time.monotonic() + 5 * PATIENCE
        while not store.is_quiet:
            assert time.monotonic() < end, "the runs do not end"
            threading.Event().wait(0.05)
        store.close()

    def back(self, part: str) -> threading.Event:
        """Return what is set the next time that a part is ready again."""
        told = threading.Event()
        self.news.setdefault(part, []).append(told)
        return told

    def pid(self, part: str) -> int:
        return running(self.place)[part]

    def hear(self, part: str, state: str, _: float) -> None:
        if state == "ready":
            for one in self.news.pop(part, []):
                one.set()


@contextmanager
def town(root: Path, *names: str) -> Iterator[Town]:
    """Keep a campus up for the length of a `with` block: all of it, or the parts of some names."""
    made = Town(root, Place.open(root / "campus"))
    parts: tuple[Part, ...] = tuple(one for one in campus.parts() if not names or one.name in names)
    with Supervisor(made.place, parts, made.hear) as supervisor:
        supervisor.up()
        watching = threading.Thread(target=supervisor.watch, kwargs={"seconds": 0.05})
        watching.start()
        try:
            yield made
        finally:
            supervisor.stop()
            watching.join(PATIENCE)
