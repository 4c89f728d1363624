"""Runs of the student's workflows: waited for, and told as run, jobs and steps with their logs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from checker.report.escape import plain
from checker.workbook.display import Shown, mark
from checker.workbook.refusal import WorkbookError

if TYPE_CHECKING:
    from checker.campus import store as rows
    from checker.campus.place import Place
    from checker.campus.store import Store

Clean = Callable[[str], str]
"""What is done to a log before it is shown."""
PATIENCE = 900.0
"""Seconds after which runs that have not ended are no longer waited for."""
_PAUSE = 0.1
_MARKS = {"success": "✓", "failure": "✗", "skipped": "–", "cancelled": "⊘"}
_TONES = {"✓": "good", "✗": "bad"}
_LONGEST = 160
_OWN = re.compile(r"(Set up job|Complete job|Post .*)$")
"""Steps that the runner adds; they are shown only when they fail."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job."""

    name: str
    conclusion: str
    log: str = field(default="", repr=False)
    """What it printed, secrets masked, without times."""
    started: float = field(default=0.0, compare=False, repr=False)
    """Seconds since 1970; 0 for a step that never began."""
    seconds: float = field(default=0.0, compare=False, repr=False)

    @property
    def is_own(self) -> bool:
        """Whether it is the runner's own: nobody wrote it."""
        return _OWN.match(self.name) is not None


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a run; a matrix makes several."""

    name: str
    conclusion: str
    steps: tuple[Step, ...] = ()
    needs: tuple[str, ...] = ()
    """Ids of the jobs that it waited for."""
    id: str = ""
    """Its key in the file."""
    started: float = field(default=0.0, compare=False, repr=False)
    """Seconds since 1970; 0 for a job that never began."""
    seconds: float = field(default=0.0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a workflow."""

    name: str
    event: str
    """GitHub's name: `push`, `pull_request` …"""
    conclusion: str
    jobs: tuple[Job, ...] = ()
    file: str = ""
    """Path of the workflow."""
    url: str = field(default="", compare=False, repr=False)


class Runs(tuple[Run, ...]):
    """Runs that something started, in the order of their events and names."""

    __slots__ = ()

    @property
    def succeeded(self) -> bool:
        """Whether there is any, and all of them succeeded."""
        return bool(self) and all(run.conclusion == "success" for run in self)

    def log(self, job: str, step: str = "") -> str:
        """Return what a job printed, or its step of a name; of the first run that has such a job.

        Raises WorkbookError, with what there is, for a job or step that is not there.
        """
        jobs = [one for run in self for one in run.jobs]
        found = next((one for one in jobs if job in {one.name, one.id}), None)
        if found is None:
            known = ", ".join(dict.fromkeys(one.name for one in jobs)) or "no job at all"
            raise WorkbookError(f"no job is called {job!r}; there is {known}")
        steps = [one for one in found.steps if step in {"", one.name}]
        if step and not steps:
            known = ", ".join(one.name for one in found.steps) or "no step at all"
            raise WorkbookError(f"{found.name} has no step {step!r}; it has {known}")
        return "\n".join(one.log for one in steps if one.log)

    def _ipython_display_(self) -> None:
        """Show nothing: whoever made the runs showed them."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request, with the runs that it started."""

    number: int
    runs: Runs = field(default_factory=Runs)

    def _ipython_display_(self) -> None:
        """Show nothing: the runs were shown."""


def newest(store: Store, full_name: str) -> int:
    """Return the number of a repository's newest run; 0 when there is none."""
    from checker.campus import store as rows

    row = store.repository(full_name)
    found = store.one(rows.Run, repository=row.id) if row else None
    return found.id if found else 0


def settle(store: Store, full_name: str, *, seconds: float = PATIENCE) -> None:
    """Wait until a repository has no event that waits and no run that goes on. Raises WorkbookError."""
    from checker.campus import store as rows

    row = store.repository(full_name)
    if row is None:
        return
    end = time.monotonic() + seconds
    quiet = 0
    while time.monotonic() < end:
        waits = store.find(rows.Event, repository=row.id, done=0.0)
        goes_on = [
            one
            for status in ("queued", "in_progress")
            for one in store.find(rows.Run, repository=row.id, status=status)
        ]
        quiet = 0 if waits or goes_on else quiet + 1
        if quiet == 2:  # a run that ended may start another one a moment later
            return
        time.sleep(_PAUSE)
    raise WorkbookError(
        f"the runs of {full_name} have not ended after {seconds:.0f} s; checker campus status says how the runner does"
    )


def runs(
    place: Place,
    store: Store,
    full_name: str,
    clean: Clean = str,
    which: tuple[str, str] = ("", ""),
    *,
    since: int = 0,
) -> Runs:
    """Return a repository's runs: those after a number, of a commit, of a branch or tag; `clean` is done to logs."""
    from checker.campus import store as rows

    row = store.repository(full_name)
    found = store.find(rows.Run, repository=row.id) if row else ()
    commit, branch = which
    found = tuple(one for one in found if commit in {"", one.sha} and branch in {"", one.branch})
    page = f"{place.url('forge')}/{full_name}/actions/runs"
    told = [
        _run(store, one, f"{page}/{one.id}", clean)
        for one in found
        if one.id > since and commit in {"", one.sha}
    ]
    return Runs(sorted(told, key=lambda one: (one.event, one.name, one.file)))


def tree(found: Iterable[Run], nothing: str, refused: Mapping[str, str], *, links: bool) -> Shown:
    """Return runs, their jobs and steps with marks; jobs that failed are open.

    `refused` says by file why GitHub refuses it; `links` lead to the forge's pages.
    """
    listed = tuple(found)
    if not listed:
        return Shown(f"○ {nothing}", f"<div>○ {escape(nothing)}</div>")
    lines, page = [], []
    for run in listed:
        head = f"{_mark(run.conclusion)} {_plain(run.name)} · {run.event} · {run.conclusion}"
        lines.append(head)
        link = f' <a href="{escape(run.url)}" target="_blank">↗</a>' if links and run.url else ""
        page.append(f"<div><strong>{_coloured(head)}</strong>{link}</div>")
        for job in run.jobs:
            title = f"{_mark(job.conclusion)} {_plain(job.name)}"
            steps = [
                f"{_mark(one.conclusion)} {_plain(one.name)}"
                for one in job.steps
                if not one.is_own or one.conclusion == "failure"
            ]
            lines += [f"  {title}", *(f"    {one}" for one in steps)]
            inside = "".join(f"<li>{_coloured(one)}</li>" for one in steps)
            is_open = " open" if job.conclusion != "success" else ""
            page.append(
                f'<details{is_open} style="margin-left: 1.2em"><summary>{_coloured(title)}</summary>'
                f'<ul style="list-style: none; margin: 0 0 0 1.2em; padding: 0">{inside}</ul></details>'
            )
        if not run.jobs:
            why = _plain(refused.get(run.file, run.file))
            lines.append(f"  {why}")
            page.append(f'<div style="margin-left: 1.2em">{escape(why)}</div>')
    return Shown("\n".join(lines), f'<div style="margin: 0.3em 0">{"".join(page)}</div>')


def _coloured(line: str) -> str:
    """Return a line that begins with a mark as HTML, the mark in its colour."""
    sign, _, rest = line.partition(" ")
    return f"{mark(_TONES.get(sign, 'quiet'), sign)} {escape(rest)}"


def _run(store: Store, row: object, url: str, clean: Clean) -> Run:
    from checker.campus import store as rows

    assert isinstance(row, rows.Run)
    jobs = tuple(
        _job(store, one, clean) for one in store.find(rows.Job, run=row.id, attempt=row.attempt)
    )
    return Run(row.name, row.event, row.conclusion, jobs, row.workflow, url)


def _job(store: Store, row: object, clean: Clean) -> Job:
    from checker.campus import store as rows

    assert isinstance(row, rows.Job)
    steps = sorted(store.find(rows.Step, job=row.id), key=lambda one: one.number)
    told = tuple(
        Step(one.name, one.conclusion, clean(_without_times(one.log)), one.started, _seconds(one))
        for one in steps
    )
    needs = tuple(json.loads(row.needs))
    return Job(row.name, row.conclusion, told, needs, row.key, row.started, _seconds(row))


def _seconds(row: rows.Job | rows.Step) -> float:
    return max(0.0, row.completed - row.started) if row.started else 0.0


def _without_times(log: str) -> str:
    """Return a log without the time that each line begins with."""
    return "\n".join(
        line.partition(" ")[2] if line[:2] == "20" else line for line in log.splitlines()
    )


def _mark(conclusion: str) -> str:
    return _MARKS.get(conclusion, "✗")


def _plain(text: str) -> str:
    return plain(text, _LONGEST)
