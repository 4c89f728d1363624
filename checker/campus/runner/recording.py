"""What act tells, line by line, as the jobs and steps that GitHub would show: names, conclusions, times, logs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from checker.campus.runner.act import Ending
from checker.campus.runner.limits import Watch
from checker.campus.runner.planning import Plan, Planned, as_json, named
from checker.campus.runner.rewriting import FIRST, LAST, place
from checker.campus.store import Job, Run, Step, Store

MAX_LOG = 1_000_000
"""Characters of a step's log that are kept."""
SHOWN_AFTER = 1.0
"""Seconds after which what a running step printed is stored."""

_AFTERWARDS = frozenset(
    (
        "actions/checkout",
        "actions/setup-python",
        "actions/setup-node",
        "actions/cache",
        "astral-sh/setup-uv",
        "docker/setup-qemu-action",
        "docker/setup-buildx-action",
        "docker/login-action",
        "docker/build-push-action",
    )
)
"""Actions that have something to do when the job is over: GitHub shows `Post …` for each."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[=>()][0-9A-B]?)")
_COMMAND = re.compile(r"::(error|warning|notice|debug|group|endgroup)\b([^:]*)::(.*)", re.DOTALL)
_EXIT = re.compile(r"exit status (\d+)")
_UP = 0
_OVER = -1


@dataclass
class _Line:
    """A step while it is recorded."""

    row: Step
    text: list[str] = field(default_factory=list)
    length: int = 0
    stored: float = 0.0
    masked: bool = False
    """Whether its failure does not fail the job."""


@dataclass
class _Live:
    """A job while it is recorded; steps by their number in the file, 0 and -1 are the runner's own."""

    planned: Planned
    row: Job
    steps: dict[int, _Line] = field(default_factory=dict)
    after: dict[int, _Line] = field(default_factory=dict)


def open_jobs(store: Store, run: Run, plan: Plan) -> None:
    """Make the rows of a run's jobs, all of them queued; those of a begun attempt are made anew."""
    for old in store.find(Job, run=run.id, attempt=run.attempt):
        for step in store.find(Step, job=old.id):
            store.remove(step)
        store.remove(old)
    for planned in plan.jobs:
        store.add(Job(run.id, planned.name, planned.key, run.attempt, needs=as_json(planned.needs)))


class Recording:
    """Records one run as act tells of it; `hear` is called from one thread."""

    def __init__(
        self, store: Store, run: Run, plan: Plan, secrets: Iterable[str], watch: Watch
    ) -> None:
        self._store = store
        self._watch = watch
        self._run = run
        self._plan = plan
        self._secrets = sorted(
            {line for value in secrets for line in (value, *value.splitlines()) if line.strip()},
            key=len,
            reverse=True,
        )
        rows = store.find(Job, run=run.id, attempt=run.attempt)
        self._jobs = {
            planned.place: _Live(planned, row) for planned, row in zip(plan.jobs, rows, strict=True)
        }

    def hear(self, told: Mapping[str, object]) -> None:
        """Take in one object of act's stream."""
        live = self._live(told)
        if live is None:
            return
        where = live.planned.place
        if not live.row.started:
            if not self._watch.begin(where, live.planned.job, live.planned.limits):
                self._close(live, "cancelled")
                return
            self._begin(live)
        if live.row.status == "completed":
            self._watch.hear(where, 0, told)
            return
        if "jobResult" in told:
            self._end(live)
            return
        line = self._line(live, told)
        if line is None:
            return
        message = str(told.get("msg", ""))
        path = _path(told)
        self._watch.hear(where, line.row.number - 1, told)
        if line.row.status == "queued":
            self._start_step(live, line, told, path)
        if path and message.startswith("Failed but continue"):
            line.masked = True
        self._write(line, _shown(told, message, first=not line.masked))
        if "stepResult" in told and (len(path) == 1 or told.get("stepid") == ["--complete-job"]):
            self._end_step(line, self._explained(live, line, str(told["stepResult"])))
        elif path[:1] == (FIRST,) and told.get("stepResult") == "failure":
            line.row = replace(line.row, conclusion="failure")

    def _explained(self, live: _Live, line: _Line, result: str) -> str:
        """Return a step's conclusion; why it was ended, when it was, stands in its log."""
        where = live.planned.place
        if result != "failure":
            return result
        if late := self._watch.lateness(where, line.row.number - 1):
            self._write(line, f"##[error]{late}")
        if reason := self._watch.reason(where):
            self._write(line, f"##[error]{reason}")
            return "cancelled"
        return result

    def finish(self, ending: Ending) -> str:
        """Conclude what is open, and return the run's conclusion."""
        stopped = ending.reason in {"cancelled", "limit"}
        began = any(live.row.started for live in self._jobs.values())
        for live in list(self._jobs.values()):
            if live.row.status == "completed":
                continue
            if not began and ending.status and not stopped:
                self._broken(live, ending.reason)
            elif live.row.started:
                if ending.reason == "limit":
                    self._say(live, "##[error]The run has exceeded the maximum execution time.")
                self._end(live, "cancelled" if stopped else "failure")
            else:
                self._close(live, "cancelled" if stopped else "skipped")
        if not stopped:
            self._fold()
        conclusions = {
            live.row.conclusion
            for live in self._jobs.values()
            if not (live.planned.may_fail and live.row.conclusion == "failure")
        }
        if stopped:
            return "cancelled"
        for worst in ("failure", "cancelled"):
            if worst in conclusions:
                return worst
        return "skipped" if conclusions == {"skipped"} else "success"

    def mask(self, text: str) -> str:
        """Return a text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _live(self, told: Mapping[str, object]) -> _Live | None:
        where = place(str(told.get("job", "")))
        if not where:
            return None
        if where in self._jobs:
            return self._jobs[where]
        for planned in self._plan.jobs:  # a matrix that only the run could tell
            if not planned.known and _files(planned.place) == _files(where):
                return self._unforeseen(planned, where, told)
        return None

    def _unforeseen(
        self, planned: Planned, where: tuple[tuple[int, int], ...], told: Mapping[str, object]
    ) -> _Live:
        matrix = told.get("matrix")
        row = matrix if isinstance(matrix, dict) else {}
        made = replace(planned, place=where, name=named(planned, row, self._plan.github))
        first = self._jobs.pop(planned.place, None)
        if first is not None:
            job = self._store.change(first.row, name=made.name)
        else:
            job = self._store.add(
                Job(self._run.id, made.name, made.key, self._run.attempt, needs=as_json(made.needs))
            )
        self._jobs[where] = _Live(made, job)
        return self._jobs[where]

    def _begin(self, live: _Live) -> None:
        now = time.time()
        live.row = self._store.change(live.row, status="in_progress", started=now)
        steps = live.planned.job.steps
        live.steps[_UP] = self._add(live, 1, "Set up job")
        for step in steps:
            live.steps[step.number] = self._add(live, step.number + 1, step.label)
        for step in steps:
            if str(step.uses).split("@", maxsplit=1)[0].lower() in _AFTERWARDS:
                label = f"Post {step.label}"
                live.after[step.number] = self._add(live, 2 * len(steps) + 3 - step.number, label)
        live.steps[_OVER] = self._add(live, 2 * len(steps) + 3, "Complete job")

    def _add(self, live: _Live, number: int, name: str) -> _Line:
        return _Line(self._store.add(Step(live.row.id, number, self.mask(name))))

    def _line(self, live: _Live, told: Mapping[str, object]) -> _Line | None:
        path = _path(told)
        if not path:
            own = told.get("stepid")
            if own == ["--setup-job"]:
                return live.steps[_UP]
            return live.steps[_OVER] if own == ["--complete-job"] else None
        if told.get("stage") != "Main":
            return None
        if path[0] == FIRST:
            return live.steps[_UP]
        if path[0].startswith(LAST):
            return live.after.get(int(path[0].removeprefix(LAST)))
        for step in live.planned.job.steps:
            if path[0] == (step.id or f"campus-{step.number}"):
                if live.steps[_UP].row.status != "completed":
                    self._end_step(live.steps[_UP], live.steps[_UP].row.conclusion or "success")
                return live.steps[step.number]
        return None

    def _start_step(
        self, live: _Live, line: _Line, told: Mapping[str, object], path: tuple[str, ...]
    ) -> None:
        name = line.row.name
        step = next(
            (one for one in live.planned.job.steps if one.number + 1 == line.row.number), None
        )
        if path and step is not None:
            said = str(told.get("step", ""))
            first = next(iter(said.strip().splitlines()), "")
            name = said if step.name else f"Run {first}" if step.run else name
        line.row = self._store.change(
            line.row, status="in_progress", started=time.time(), name=self.mask(name)
        )
        if path and step is not None and step.run:
            script = str(told.get("step", "")) if not step.name else str(step.run)
            self._write(line, f"##[group]Run {next(iter(script.strip().splitlines()), '')}")
            self._write(line, f"{script.rstrip()}\n##[endgroup]")

    def _write(self, line: _Line, text: str) -> None:
        if not text or line.length > MAX_LOG:
            return
        if text.startswith("##[error]") and line.text and line.text[-1].endswith(f" {text}\n"):
            return  # a failure inside of an action is told again for the step around it
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
        clean = self.mask(_ESCAPES.sub("", text).replace("\r\n", "\n").replace("\0", ""))
        made = "".join(
            f"{stamp} {one.rpartition(chr(13))[2].rstrip()}\n"
            for one in clean.rstrip("\n").split("\n")
        )
        line.length += len(made)
        if line.length > MAX_LOG:
            made = f"{stamp} ##[warning]The log is longer than the campus keeps; the rest is left out.\n"
        line.text.append(made)
        now = time.monotonic()
        if now - line.stored > SHOWN_AFTER or line.row.status == "completed":
            line.stored = now
            line.row = self._store.change(line.row, log="".join(line.text))

    def _say(self, live: _Live, text: str) -> None:
        for line in live.steps.values():
            if line.row.status == "in_progress":
                self._write(line, text)

    def _end_step(self, line: _Line, result: str) -> None:
        conclusion = "success" if line.masked else result
        line.row = self._store.change(
            line.row,
            status="completed",
            conclusion=conclusion,
            completed=time.time(),
            log="".join(line.text),
        )

    def _end(self, live: _Live, conclusion: str = "") -> None:
        """Conclude a job: as its steps went, for act tells of a matrix's jobs together."""
        now = time.time()
        for line in (*live.steps.values(), *live.after.values()):
            if line.row.status == "in_progress":
                self._end_step(line, conclusion or line.row.conclusion or "success")
        for number, line in list(live.after.items()):
            if line.row.status == "completed":
                continue
            if live.steps[number].row.started and not conclusion:
                line.row = self._store.change(
                    line.row, status="completed", conclusion="success", started=now, completed=now
                )
            else:
                self._store.remove(line.row)
                del live.after[number]
        for line in live.steps.values():
            if line.row.status == "queued":
                line.row = self._store.change(
                    line.row, status="completed", conclusion="skipped", started=now, completed=now
                )
        lines = (*live.steps.values(), *live.after.values())
        failed = any(one.row.conclusion == "failure" for one in lines)
        where = live.planned.place
        ended = "cancelled" if self._watch.reason(where) else "failure" if failed else "success"
        self._close(live, conclusion or ended)
        self._watch.conclude(where, conclusion or ended, may_fail=live.planned.may_fail)

    def _close(self, live: _Live, conclusion: str) -> None:
        now = time.time()
        live.row = self._store.change(
            live.row,
            status="completed",
            conclusion=conclusion,
            started=live.row.started or now,
            completed=now,
        )

    def _broken(self, live: _Live, reason: str) -> None:
        """Conclude a job that act could not begin, with what it complained of."""
        line = self._add(live, 1, "Set up job")
        self._write(line, f"##[error]{reason or 'act ended before any job began'}")
        line.row = replace(line.row, started=time.time())
        self._end_step(line, "failure")
        self._close(live, "failure")

    def _fold(self) -> None:
        """Show a matrix none of whose jobs ran as the one skipped job that GitHub shows."""
        alike: dict[tuple[int, ...], list[_Live]] = {}
        for live in self._jobs.values():
            alike.setdefault(_files(live.planned.place), []).append(live)
        for lives in alike.values():
            if all(live.row.conclusion == "skipped" and not live.steps for live in lives):
                for live in lives[1:]:
                    self._store.remove(live.row)
                    del self._jobs[live.planned.place]
                lives[0].row = self._store.change(lives[0].row, name=lives[0].planned.once)


def _files(where: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    return tuple(number for number, _ in where)


def _path(told: Mapping[str, object]) -> tuple[str, ...]:
    found = told.get("stepID")
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _shown(told: Mapping[str, object], message: str, *, first: bool) -> str:
    """Return what a line of act's is in a log of GitHub's; empty for what act says to itself."""
    if told.get("raw_output"):
        return message.rstrip("\n") or " "
    if told.get("command"):
        found = _COMMAND.search(message)
        if found is None:
            return ""
        kind, text = found[1], found[3].strip()
        return f"##[{kind}]{text}"
    if exited := _EXIT.fullmatch(message.strip()):
        return f"##[error]Process completed with exit code {exited[1]}." if first else ""
    return f"##[error]{message.strip()}" if told.get("level") == "error" else ""
