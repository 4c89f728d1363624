"""The Lab of one lesson: what a notebook calls."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.workbook import capabilities, connecting, display, homework, telling
from checker.workbook.answers import Answer, answers
from checker.workbook.calling import described
from checker.workbook.display import Shown
from checker.workbook.exercise import Attempt, checks
from checker.workbook.journal import Entry
from checker.workbook.outcome import Outcome, unattempted
from checker.workbook.practice import Practice
from checker.workbook.refusal import WorkbookError
from checker.workbook.runs import PullRequest, Runs
from checker.workbook.shell import Shell
from checker.workbook.simulating import Would, would
from checker.workbook.student import Student
from checker.workbook.texts import LANGUAGES, Catalogue, catalogue
from checker.workbook.work import Work, given, inside, restore, write

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from checker.prove.project import Change
    from checker.services.images import Image
    from checker.services.packages import Package
    from checker.workbook.grading import Graded
    from checker.workbook.proving import Proved

BUILDING = "build"
"""The value of CHECKER_WORKBOOK with which notebooks are made and compared: nothing live is shown then."""


class Lab:
    """A lesson in a language: its checks, hints and files.

    `edition` is the notebook's; one that the package does not have is refused in one line.
    """

    def __init__(self, slug: str, language: str = "en", edition: int = 1) -> None:
        if language not in LANGUAGES:
            raise WorkbookError(f"LANG is {language!r}; there are {' and '.join(LANGUAGES)}")
        self.slug = slug
        self.language = language
        self.texts: Catalogue = catalogue(slug, language)
        self.words: Catalogue = catalogue("lab", language)
        if edition != self.texts.edition:
            which = "old" if edition < self.texts.edition else "new"
            facts = {"notebook": edition, "package": self.texts.edition}
            raise WorkbookError(self.words.message("edition", which, **facts).text)
        self.work = Work.of(os.environ)
        self.student = Student(self.work)
        self.practice = Practice(self.student, self.words, self.texts.parts, not self.is_building)
        self._hints: dict[str, int] = {}
        self._outcomes: dict[str, Outcome] = {}

    def __repr__(self) -> str:
        """Return the header as text."""
        return self.header.text

    def _repr_mimebundle_(self, **given: object) -> dict[str, str]:
        return self.header._repr_mimebundle_(**given)

    @property
    def header(self) -> Shown:
        """Title, minutes, exercises, and what this machine lacks for them."""
        return telling.header(
            self.texts, self.words, lacking=() if self.is_building else self._lacking
        )

    @property
    def is_building(self) -> bool:
        """Whether notebooks are being made or compared, so that nothing live may show."""
        return os.environ.get("CHECKER_WORKBOOK") == BUILDING

    # Exercises

    def check(self, id: str, *answers: object) -> None:
        """Judge the answers of an exercise, and show what came of it."""
        self._known(id)
        judge = checks(self.slug).get(id)
        if judge is None:
            raise WorkbookError(self.words.message("unchecked", exercise=id).text)
        try:
            outcome = judge(Attempt(self), *answers)
        except WorkbookError:
            raise
        except Exception as error:  # an answer can be an object that does anything at all
            if self.is_building:
                raise
            self.work.journal.write(Entry(self.slug, id, "error", described(error)))
            display.show(telling.stumbled(self.texts, self.words, id, described(error)))
            return
        self._outcomes[id] = outcome
        self.work.journal.write(Entry(self.slug, id, outcome.kind, outcome.reason))
        display.show(telling.outcome(self.texts, self.words, id, outcome))

    def outcome(self, id: str) -> Outcome:
        """Return what came of the last check of an exercise in this session."""
        return self._outcomes.get(id, unattempted())

    def hint(self, id: str, number: int = 0) -> None:
        """Show the next hint of an exercise, or a certain one."""
        self._known(id)
        count = sum(self.texts.has(id, f"hint{n}") for n in (1, 2, 3))
        self._hints[id] = min(number or self._hints.get(id, 0) + 1, count)
        if not 1 <= self._hints[id] <= count:
            raise WorkbookError(self.words.message("hint", "none", exercise=id).text)
        self.work.journal.write(Entry(self.slug, id, "hint", str(self._hints[id])))
        display.show(telling.hint(self.texts, self.words, id, self._hints[id], count))

    def solution(self, id: str) -> None:
        """Show a solution of an exercise; others may be as good."""
        answer = self._answer(id)
        self.work.journal.write(Entry(self.slug, id, "solution"))
        display.show(telling.solution(self.texts, self.words, id, answer.solution))

    def reset(self, id: str) -> None:
        """Put the starter of an exercise into the next cell, and give its files back as they were at the beginning.

        What a student wrote into such a file is kept beside it.
        """
        answer = self._answer(id)
        kept = [one.name for one in map(self._restored, self._files(id, answer)) if one is not None]
        self._hints.pop(id, None)
        self._outcomes.pop(id, None)
        self.work.journal.write(Entry(self.slug, id, "reset"))
        if display.in_notebook():
            from IPython import get_ipython

            get_ipython().set_next_input(answer.starter, replace=False)
        display.show(telling.reset(self.texts, self.words, id, answer.starter, kept))

    def progress(self) -> None:
        """Show how this lesson and all lessons stand."""
        display.show(telling.progress(self.texts, self.words, self.work.journal.standing()))

    def caps(self) -> None:
        """Show what works on this machine, and what it means when something does not."""
        found = (
            {} if self.is_building else {name: self.has(name) for name in capabilities.CAPABILITIES}
        )
        display.show(telling.caps(self.words, found))

    def has(self, name: str) -> bool:
        """Say whether something of `lab.caps()` works here, such as `act`."""
        return capabilities.has(name)

    # Texts and pictures

    def say(self, name: str, /, **values: object) -> None:
        """Show a line of the lesson."""
        display.show(self.texts.message("say", name, **values))

    def text(self, name: str, /, **values: object) -> str:
        """Return a label of the lesson in its language."""
        return self.texts.message("text", name, **values).text

    def figure(self, figure: Figure, name: str, /, *, live: bool = False, **facts: object) -> None:
        """Show a picture and the line that says the same; one that is `live` differs from run to run."""
        from checker.workbook.figures import picture

        twin = self.texts.message("figure", name, **facts)
        picture(figure, twin, drawn=not (live and self.is_building))

    # Files

    @property
    def me(self) -> str:
        """The student's login: `petrov_ivan`."""
        return self.student.login

    @property
    def homework(self) -> Path:
        """The student's own repository, with what earlier lessons would have made in it."""
        return homework.prepare(self.student.homework, self.me, self._number)

    def scratch(self, name: str) -> Path:
        """Return a folder of this lesson, with the files that the lesson gives for it."""
        return self.work.scratch(self.slug, name)

    def write(self, path: str, text: object, folder: Path | None = None) -> None:
        """Write a text as a file of the homework, or of a folder; an empty one does nothing."""
        if text is None:
            return
        if not isinstance(text, str):
            raise WorkbookError(self.words.message("write", "no_text", path=path).text)
        if not text.strip():
            return
        file = inside(folder or self.homework, path)
        which = "written" if write(file, text) else "same"
        lines = len(file.read_text(encoding="utf-8").splitlines())
        display.show(self.words.message("write", which, path=path, lines=lines))

    # On the campus

    def join(self, name: str) -> None:
        """Become a student, `Surname Name` in any script: on the campus, when the lesson needs one."""
        self.student.become(name)
        self.practice.join()

    def connect(self) -> None:
        """Let MLflow and boto3 in this kernel work as the student: on the campus, or where the environment says.

        With CHECKER_TRACKING=own the variables of the environment stay as they are, for the course's own server.
        """
        connecting.hush(os.environ, building=self.is_building)
        which = "own" if connecting.is_own(os.environ) else "campus"
        if which == "own":
            connecting.complete(os.environ, self.me)
        else:
            connecting.connect(os.environ, self.variables)
        facts = {"bucket": os.environ["S3_BUCKET"], "prefix": os.environ["S3_PREFIX"]}
        display.show(self.words.message("connect", which, login=self.me, **facts))

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables with which the student's programs work on the campus; they hold its secrets."""
        return self.practice.campus.variables

    def push(self, message: str, branch: str = "main") -> Runs:
        """Commit all that changed in the homework, push it, and show what ran for it."""
        return self.practice.push(message, self._branch(branch))

    def tag(self, name: str) -> Runs:
        """Tag the homework's present commit, push the tag, and show what ran for it."""
        self.homework  # noqa: B018 - made when it is not there
        return self.practice.tag(name)

    def pull_request(self, title: str, branch: str = "feature") -> PullRequest:
        """Push what changed on a branch, open a pull request into main, and show what ran for it."""
        return self.practice.pull_request(title, self._branch(branch))

    def merge(self, number: int) -> Runs:
        """Merge a pull request, and show what ran for it."""
        return self.practice.merge(number)

    def dispatch(
        self, file: str, inputs: Mapping[str, object] | None = None, ref: str = "main"
    ) -> Runs:
        """Start a workflow by hand, and show what ran."""
        return self.practice.dispatch(file, inputs or {}, ref)

    def secret(self, name: str, value: str) -> None:
        """Keep a secret for the workflows of the homework on the campus, under a name that they ask for."""
        self.homework  # noqa: B018 - made when it is not there
        self.practice.secret(name, value)

    def runs(self, commit: str = "HEAD") -> Runs:
        """Show what ran for a commit of the homework."""
        return self.practice.runs(commit)

    def sh(self, command: str, folder: Path | None = None, seconds: float = 120) -> Shell:
        """Run a command in the homework, or in a folder, and show it with what it printed."""
        there = folder or self.homework
        places = {
            str(self.work.root): "⟨work⟩",
            str(self.work.root / self.slug): "⟨lesson⟩",
            str(there): there.name,
        }
        return self.practice.sh(command, there, seconds, places)

    def would(
        self,
        event: str,
        folder: Path | None = None,
        *,
        branch: str = "feature",
        tag: str = "v1.2.3",
    ) -> Would:
        """Say what the workflows of the homework, or of a folder, would do on an event, without running them."""
        names = {"branch": branch, "tag": tag, "repository": f"{self.me}/homework"}
        return would(folder or self.homework, event, **names)

    def prove(
        self, folder: Path | None = None, faults: Sequence[str] = (), change: Change = "push"
    ) -> Proved:
        """Plant faults in a copy of the homework, or of a folder, and show which its workflows let through.

        `change` says what brings them: a push, or a pull request.
        """
        return self.practice.prove(folder or self.homework, faults, change)

    def grade(self, *items: str) -> Graded:
        """Show the grade of the homework on the campus, of all items or of some: `CI`, `LIB`, `IMG`, `ML`."""
        return self.practice.grade(items)

    def package(self, name: str = "") -> Package:
        """Return a library on the index as the grader sees it; the student's own for no name."""
        return self.practice.package(name)

    def image(self, name: str = "campfire") -> Image:
        """Return an image in the registry as the grader sees it: `user/name`, or a name of the student's own."""
        return self.practice.image(name)

    # Within

    def _branch(self, name: str) -> str:
        """Return a branch's name, with the homework made when it is not there."""
        self.homework  # noqa: B018
        return name

    @property
    def _number(self) -> int:
        return int(self.slug.partition("_")[0])

    @cached_property
    def _lacking(self) -> tuple[str, ...]:
        needed = ("git", "campus", "act") if self.texts.parts else ("git",)
        return tuple(name for name in needed if not self.has(name))

    def _known(self, id: str) -> None:
        if id not in self.texts.exercises:
            facts = {"exercise": id, "known": self.texts.exercises}
            raise WorkbookError(self.words.message("unknown", **facts).text)

    def _answer(self, id: str) -> Answer:
        self._known(id)
        found = (answers(self.slug) or {}).get(id)
        if found is None:
            raise WorkbookError(self.words.message("unanswered", exercise=id).text)
        return found

    def _files(self, id: str, answer: Answer) -> list[tuple[Path, str]]:
        """Return an exercise's files, each as a folder and a path in it: those its cell writes, those it names."""
        named = self.texts.value(id, "files") or ()
        pairs = [(self.scratch(one.split("/")[0]), one.partition("/")[2]) for one in named]
        return pairs + _written_by(answer.starter, self)

    def _restored(self, file: tuple[Path, str]) -> Path | None:
        """Give a file back as it was at the beginning; returns where the student's own is kept."""
        folder, path = file
        if folder == self.student.homework:
            return restore(inside(folder, path), homework.original(path, self.me))
        return restore(inside(folder, path), given(self.slug, folder.name, path))


def _written_by(starter: str, lab: Lab) -> list[tuple[Path, str]]:
    """Return what `lab.write` writes in a starter: folder and path of each."""
    found: list[tuple[Path, str]] = []
    try:
        calls = [one for one in ast.walk(ast.parse(starter)) if isinstance(one, ast.Call)]
    except SyntaxError:
        return found
    for call in calls:
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "write" and call.args):
            continue
        path = call.args[0]
        where = next((one.value for one in call.keywords if one.arg == "folder"), None)
        where = call.args[2] if where is None and len(call.args) > 2 else where
        folder = lab.homework if where is None else _folder(where, lab)
        if folder and isinstance(path, ast.Constant) and isinstance(path.value, str):
            found.append((folder, path.value))
    return found


def _folder(node: ast.expr, lab: Lab) -> Path | None:
    """Return the folder that a starter's expression means: `lab.scratch("name")`, or a name of the notebook's."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        name = node.args[0]
        if node.func.attr == "scratch" and isinstance(name, ast.Constant):
            return lab.scratch(str(name.value))
    if isinstance(node, ast.Name) and display.in_notebook():
        from IPython import get_ipython

        value: Any = get_ipython().user_ns.get(node.id)
        if isinstance(value, Path) and value.resolve().is_relative_to(lab.work.root):
            return value
    return None
