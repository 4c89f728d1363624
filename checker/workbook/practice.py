"""What a lesson does on the campus for a student, and shows: pushes, runs, grades, commands."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checker.workbook import capabilities, connecting, display, runs
from checker.workbook.campus import Campus, visit
from checker.workbook.desk import Desk, identity
from checker.workbook.display import Shown
from checker.workbook.homework import library
from checker.workbook.refusal import WorkbookError
from checker.workbook.runs import PullRequest, Runs
from checker.workbook.shell import Shell
from checker.workbook.simulating import refusals
from checker.workbook.steady import steady
from checker.workbook.student import Student
from checker.workbook.texts import Catalogue

if TYPE_CHECKING:
    from checker.prove.project import Change
    from checker.services.images import Image
    from checker.services.packages import Package
    from checker.workbook.grading import Graded
    from checker.workbook.proving import Proved

NEEDED = ("forge", "runner")
"""What a push needs, whatever else a lesson uses."""
Which = tuple[str, str]
"""A commit, and a branch or tag; both empty where only the new runs are meant."""
NEW: Which = ("", "")


@dataclass(frozen=True)
class Practice:
    """A student's doings on the campus, in one lesson."""

    student: Student
    words: Catalogue
    parts: tuple[str, ...]
    is_live: bool
    """Whether addresses may be shown."""

    @property
    def campus(self) -> Campus:
        """The campus with the parts of the lesson and the student on it; started when it does not run."""
        return visit(self.student, self.parts or NEEDED, self._tell_of_start)

    def join(self) -> None:
        """Let the student onto the campus, when the lesson needs one, and say who they are."""
        name, login = self.student.name, self.student.login
        lines = [
            self.words.message("join", "login", login=login)
            if name == login
            else self.words.message("join", "me", name=name, login=login)
        ]
        if self.parts:
            address = self.campus.variables["CAMPUS_FORGE"]
            lines += [self.words.message("join", "forge", address=address)] if self.is_live else []
        display.show(*lines)

    def push(self, message: str, branch: str) -> Runs:
        """Commit all that changed and push it; returns the runs of that commit, once they have ended."""

        def act(desk: Desk) -> Which:
            desk.turn_to(branch)
            desk.commit(message)
            return desk.push(branch), branch

        return self._acted(act)

    def tag(self, name: str) -> Runs:
        """Tag the present commit and push the tag."""
        return self._acted(lambda desk: (desk.tag(name), name))

    def pull_request(self, title: str, branch: str) -> PullRequest:
        """Push all that changed on a branch and open a pull request of it."""
        number = 0

        def act(desk: Desk) -> Which:
            nonlocal number
            desk.begin()
            desk.start_over(branch)
            desk.commit(title)
            desk.push(branch)
            number = desk.open(title, branch)
            return NEW

        found = self._acted(
            act, lambda: self.words.message("pull_request", "opened", number=number)
        )
        return PullRequest(number, found)

    def merge(self, number: int) -> Runs:
        """Merge a pull request."""

        def act(desk: Desk) -> Which:
            desk.merge(number)
            return NEW

        return self._acted(act)

    def dispatch(self, file: str, inputs: Mapping[str, object], ref: str) -> Runs:
        """Start a workflow by hand."""

        def act(desk: Desk) -> Which:
            desk.dispatch(file, inputs, ref)
            return NEW

        return self._acted(act)

    def secret(self, name: str, value: str) -> None:
        """Keep a secret for the workflows of the homework."""
        self.campus.desk(self.student).keep_secret(name, value)

    def runs(self, revision: str) -> Runs:
        """Return and show the runs of a commit, once they have ended. Raises WorkbookError for no commit."""
        campus = self.campus
        desk = campus.desk(self.student)
        commit = desk.commit_of(revision)
        if not commit:
            raise WorkbookError(self.words.message("runs", "no_commit", revision=revision).text)
        runs.settle(campus.store, desk.full_name)
        found = self._found(campus, desk, (commit, ""))
        self._show(found)
        return found

    def sh(self, command: str, folder: Path, seconds: float, places: Mapping[str, str]) -> Shell:
        """Run a command in the student's name, and show it with what it printed."""
        from checker.workbook.shell import run

        variables = {**identity(self.student.login), "PATH": capabilities.path()}
        hidden: tuple[str, ...] = ()
        if self.parts and capabilities.has("campus"):
            campus = self.campus
            variables |= connecting.without_tracking(campus.variables, os.environ)
            if "registry" in campus.running:
                variables |= campus.docker(self.student.work.root, variables["PATH"])
            places = {**places, **campus.addresses}
            hidden = (*campus.hidden, *connecting.secrets(os.environ))
        ended = run(command, folder, variables, seconds)
        text = steady(ended.text, places, hidden)
        shown = [f"$ {command.strip()}", text] if text else [f"$ {command.strip()}"]
        if ended.left:
            shown.append(self.words.message("shell", "left", bytes=ended.left).text)
        if ended.timed_out:
            shown.append(self.words.message("shell", "ended", seconds=f"{seconds:g}").text)
        elif ended.status:
            shown.append(self.words.message("shell", "status", status=ended.status).text)
        display.show(display.pre("\n".join(shown)))
        return Shell(ended.status, text)

    def prove(self, folder: Path, faults: Sequence[str], change: Change) -> Proved:
        """Plant faults in a copy of a folder and show which its workflows let through."""
        if not capabilities.has("act"):
            raise WorkbookError(self.words.message("caps", "act", "without").text)
        from checker.workbook import proving

        chosen = {}
        if "index" in self.parts:
            chosen = {
                name: self.campus.variables[name] for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX")
            }
        found = proving.proved(folder, faults, chosen, change)
        states = ("caught", "passes", "no gate", "no place", "unfinished", "red", "nothing runs")
        words = {one: self.words.message("prove", one.replace(" ", "_")).text for one in states}
        titles = {
            one.fault.id: self.words.message("fault", one.fault.id.replace("-", "_")).text
            for one in found.outcomes
        }
        display.show(proving.told(found, words, titles))
        return found

    def grade(self, items: tuple[str, ...]) -> Graded:
        """Grade the homework on the campus, and show the grade."""
        from checker.workbook import grading

        campus = self.campus
        found = grading.grade(campus, items)
        display.show(grading.told(found, campus))
        return found

    def package(self, name: str) -> Package:
        """Return a library on the index; the student's own for no name."""
        from checker.workbook import grading

        return grading.package(self.campus, name or library(self.student.login))

    def image(self, name: str) -> Image:
        """Return an image in the registry, in the student's namespace when none is named."""
        from checker.workbook import grading

        return grading.image(self.campus, name if "/" in name else f"{self.student.login}/{name}")

    def _acted(
        self, act: Callable[[Desk], Which], said: Callable[[], object] | None = None
    ) -> Runs:
        """Do something on the forge; returns and shows the runs that it started, now or else earlier."""
        campus = self.campus
        desk = campus.desk(self.student)
        before = runs.newest(campus.store, desk.full_name)
        which = act(desk)
        runs.settle(campus.store, desk.full_name)
        found = self._found(campus, desk, since=before)
        if not found and which != NEW:  # it was pushed earlier
            found = self._found(campus, desk, which)
        if said is not None:
            display.show(said())  # type: ignore[arg-type]
        self._show(found)
        return found

    def _found(self, campus: Campus, desk: Desk, which: Which = NEW, *, since: int = 0) -> Runs:
        def clean(text: str) -> str:
            return steady(text, campus.addresses, campus.hidden)

        return runs.runs(campus.place, campus.store, desk.full_name, clean, which, since=since)

    def _show(self, found: Runs) -> None:
        nothing = self.words.message("runs", "nothing").text
        refused = {} if all(run.jobs for run in found) else refusals(self.student.homework)
        display.show(runs.tree(found, nothing, refused, links=self.is_live))

    def _tell_of_start(self) -> None:
        if self.is_live:
            display.show(Shown(*(self.words.message("join", "starts").text,) * 2))
