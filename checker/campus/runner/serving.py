"""The runner at work: events become runs, runs wait for their turn, are executed side by side, and are recorded.

What is done is in the store before the next thing begins. A runner that was killed therefore takes up where it was: an
event half taken is taken again, and a run that was in progress begins again, in the same attempt, from its first step.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

from checker.actions.workflows import Workflows
from checker.campus.identity import mint
from checker.campus.place import CampusError, Place, write
from checker.campus.runner import act, deciding, planning, repositories, surroundings
from checker.campus.runner.following import following
from checker.campus.runner.limits import MINUTE, Watch
from checker.campus.runner.recording import Recording, open_jobs
from checker.campus.store import Event, Job, Repository, Run, Secret, Step, Store

HEARTBEAT = "heartbeat"
"""The file whose time says that the runner is at work."""
PAUSE = 0.1
"""Seconds between two looks at the store."""


@dataclass
class _Turn:
    """A run that is queued or in progress."""

    run: Run
    event: Event
    owned: Repository
    plan: planning.Plan
    workflows: Workflows
    cancel: threading.Event
    future: Future[None] | None = None


class Runner:
    """Takes events and executes runs, so many at a time. Use it as a context manager: no run outlives it."""

    def __init__(
        self,
        place: Place,
        *,
        at_once: int = 0,
        seconds: float = act.SECONDS,
        minute: float = MINUTE,
        environment: Mapping[str, str] | None = None,
        say: Callable[[str], object] = str,
    ) -> None:
        self.place = place
        self.store = Store(place)
        self.seconds = seconds
        self._minute = minute
        self.at_once = at_once or max(2, os.cpu_count() or 2)
        self._environment = dict(environment or {})
        self._say = say
        self._beat = 0.0
        self._mark = f"{place.root}#"
        self._turns: dict[int, _Turn] = {}
        self._pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="run")
        self._pythons = surroundings.pythons()

    def __enter__(self) -> Self:
        """Take up what an earlier runner left."""
        self.recover()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what is in progress; a later runner begins it again."""
        for turn in self._turns.values():
            turn.cancel.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        act.end(self._mark)
        self.store.close()

    def recover(self) -> None:
        """End what an earlier runner was executing, and put it into the queue again."""
        act.end(self._mark)
        shutil.rmtree(self.place.root / "runner" / "runs", ignore_errors=True)
        for event in self.store.find(Event, done=0.0):
            self.store.change(event, taken=0.0)
        for run in self.store.find(Run, status="in_progress"):
            self.store.change(run, status="queued", started=0.0)
        for run in self.store.find(Run, status="queued"):
            self._queue(run)

    def serve(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        while not stop.is_set():
            if not self.work():
                stop.wait(PAUSE)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do: no event waits, no run is queued or in progress."""
        return self.store.is_quiet and not self._turns

    def work(self) -> bool:
        """Do what there is to do now; says whether there was anything."""
        if time.monotonic() - self._beat > 1:
            self._beat = time.monotonic()
            write(self.place.folder("runner") / HEARTBEAT, f"{os.getpid()} {time.time()}\n")
        event = self.store.take(time.time())
        if event is not None:
            self._take(event)
        asked = self._answer()
        begun = self._begin()
        return event is not None or asked or begun

    def _take(self, event: Event) -> None:
        """Make the runs that an event starts."""
        owned = self.store.one(Repository, id=event.repository)
        try:
            if owned is not None:
                self._make_runs(event, owned)
        except (CampusError, ValueError) as error:
            self._say(f"event {event.id} ({event.name}) starts nothing: {error}")
        self.store.change(event, done=time.time())

    def _make_runs(self, event: Event, owned: Repository) -> None:
        git = repositories.folder(self.place, owned)
        event = replace(event, sha=repositories.commit(git, event.sha) or event.sha)
        workflows = repositories.workflows(git, event.sha, owned)
        occurrence = deciding.occurrence_of(event)
        changed = repositories.changed(git, event, occurrence.payload)
        started = deciding.started(workflows, event, owned, changed)
        known = {run.workflow for run in self.store.find(Run, event_id=event.id)}
        for workflow in (*started, *deciding.refused(workflows, event)):
            if workflow.path in known:
                continue
            now = time.time()
            earlier = self.store.find(
                Run, newest=True, most=1, repository=owned.id, workflow=workflow.path
            )
            run = Run(
                owned.id,
                event.id,
                workflow.path,
                workflow.title,
                event.name,
                deciding.head_branch(occurrence.payload, event),
                deciding.head_sha(occurrence.payload, event),
                earlier[0].number + 1 if earlier else 1,
                event.actor,
                _title(git, occurrence.payload, event),
                now,
                updated=now,
            )
            if workflow.errors:
                run = replace(run, name=workflow.path, status="completed", conclusion="failure")
                self.store.add(replace(run, started=now))
                continue
            run = self.store.add(run)
            self._queue(run)
            self._chain(owned, run, "requested")

    def _queue(self, run: Run) -> None:
        """Put a run into the queue, with its jobs; the runs of its group that it displaces are cancelled."""
        owned, event = (
            self.store.one(Repository, id=run.repository),
            self.store.one(Event, id=run.event_id),
        )
        if owned is None or event is None:
            self._conclude(run, "cancelled")
            return
        git = repositories.folder(self.place, owned)
        sha = repositories.commit(git, event.sha) or event.sha
        try:
            workflows = repositories.workflows(git, sha, owned)
            workflow = workflows.by_path[run.workflow]
        except (CampusError, KeyError) as error:
            self._say(f"run {run.id} cannot begin: {error}")
            self._conclude(run, "failure")
            return
        known = {
            "sha": sha,
            "run_id": str(run.id),
            "run_number": str(run.number),
            "run_attempt": str(run.attempt),
        }
        names = deciding.names_of(event, owned)
        plan = planning.plan(workflows, workflow, deciding.occurrence_of(event), names, known)
        open_jobs(self.store, run, plan)
        turn = _Turn(run, replace(event, sha=sha), owned, plan, workflows, threading.Event())
        if plan.group:
            for other in list(self._turns.values()):
                if other.plan.group == plan.group and other.owned.id == owned.id:
                    if other.future is None:
                        self._conclude(other.run, "cancelled")
                    elif plan.cancels:
                        other.cancel.set()
        self._turns[run.id] = turn

    def _begin(self) -> bool:
        """Begin the runs whose turn it is."""
        begun = False
        for id, turn in list(self._turns.items()):
            if turn.future is not None and turn.future.done():
                problem = turn.future.exception()
                del self._turns[id]
                if problem is not None:
                    self._say(f"run {id} broke off: {problem!r}")
                    self._conclude(turn.run, "failure")
                begun = True
        busy = [one for one in self._turns.values() if one.future is not None]
        for turn in self._turns.values():
            if turn.future is not None or len(busy) >= self.at_once:
                continue
            if turn.plan.group and any(
                one.plan.group == turn.plan.group and one.owned.id == turn.owned.id for one in busy
            ):
                continue
            turn.future = self._pool.submit(self._work_off, turn)
            busy.append(turn)
            begun = True
        return begun

    def _answer(self) -> bool:
        """Do what somebody asked for by hand: cancel a run, or run it again."""
        asked = False
        for wanted in ("cancel", "rerun", "rerun-failed"):
            for run in self.store.find(Run, wanted=wanted):
                asked = True
                run = self.store.change(run, wanted="")
                turn = self._turns.get(run.id)
                if wanted == "cancel" and turn is not None:
                    if turn.future is None:
                        self._conclude(run, "cancelled")
                    turn.cancel.set()
                elif wanted != "cancel" and run.status == "completed" and turn is None:
                    again = {
                        "status": "queued",
                        "conclusion": "",
                        "started": 0.0,
                        "attempt": run.attempt + 1,
                    }
                    self._queue(self.store.change(run, **again, updated=time.time()))
        return asked

    def _conclude(self, run: Run, conclusion: str) -> None:
        """Conclude a run that is not in progress."""
        self._turns.pop(run.id, None)
        now = time.time()
        for job in self.store.find(Job, run=run.id, attempt=run.attempt):
            if job.status != "completed":
                for step in self.store.find(Step, job=job.id):
                    if step.status != "completed":
                        self.store.change(
                            step, status="completed", conclusion="cancelled", completed=now
                        )
                self.store.change(
                    job,
                    status="completed",
                    conclusion=conclusion,
                    started=job.started or now,
                    completed=now,
                )
        self.store.change(
            run, status="completed", conclusion=conclusion, started=run.started or now, updated=now
        )

    def _work_off(self, turn: _Turn) -> None:
        """Execute a run in a thread of its own."""
        try:
            self._execute(turn)
        finally:
            self.store.close()

    def _execute(self, turn: _Turn) -> None:
        """Execute a run and record it."""
        if turn.cancel.is_set():
            return
        now = time.time()
        run = turn.run = self.store.change(turn.run, status="in_progress", started=now, updated=now)
        self._chain(turn.owned, run, "in_progress")
        folder = self.place.folder("runner", "runs", f"{run.id}-{run.attempt}")
        secrets = self._secrets(turn)
        is_own = not deciding.is_from_a_fork(json.loads(turn.event.payload))
        keys = surroundings.keys(self.place, turn.owned.owner) if is_own else {}
        hidden = (*secrets.values(), *surroundings.private(keys))
        task = self._task(turn, folder, secrets, keys)
        watch = Watch(partial(act.end_some, task.mark), minute=self._minute)
        recording = Recording(self.store, run, turn.plan, hidden, watch)
        try:
            ending = act.run(task, recording.hear, turn.cancel, watch.look)
        except CampusError as error:
            ending = act.Ending(1, str(error))
        if turn.cancel.is_set() and self._pool._shutdown:
            return  # the runner ends: a later one begins the run again
        conclusion = recording.finish(ending)
        run = turn.run = self.store.change(
            run, status="completed", conclusion=conclusion, updated=time.time()
        )
        shutil.rmtree(folder, ignore_errors=True)
        self._chain(turn.owned, run, "completed")

    def _task(
        self, turn: _Turn, folder: Path, secrets: Mapping[str, str], keys: Mapping[str, str]
    ) -> act.Task:
        run, event, owned = turn.run, turn.event, turn.owned
        jobs = ",".join(one.job.id for one in turn.plan.jobs if one.id_token)
        ref = event.ref or f"refs/heads/{owned.default_branch}"
        environment = {
            "GITHUB_RUN_ID": str(run.id),
            "GITHUB_RUN_NUMBER": str(run.number),
            "GITHUB_RUN_ATTEMPT": str(run.attempt),
            "GITHUB_REF": ref,
            "GITHUB_SHA": event.sha,
            "CAMPUS_CACHE": str(self.place.folder("runner", "cache", str(owned.id))),
            "CAMPUS_ID_TOKEN_JOBS": jobs,
            **self._pythons,
            **surroundings.addresses(self.place),
            **keys,
            **self._environment,
        }
        if "CAMPUS_IDENTITY" in secrets:
            environment["CAMPUS_IDENTITY"] = secrets["CAMPUS_IDENTITY"]
        return act.Task(
            folder,
            f"{self._mark}{run.id};",  # run 1 is not run 10
            repositories.folder(self.place, owned),
            event.sha,
            turn.workflows.repository.files,
            run.workflow,
            event.name,
            json.loads(event.payload),
            event.actor,
            owned.full_name,
            environment,
            secrets,
            self.seconds,
        )

    def _secrets(self, turn: _Turn) -> dict[str, str]:
        """Return what is secret in a run; a pull request from a fork gets none of the repository's."""
        owned = turn.owned
        who = {
            "owner": owned.owner,
            "repository": owned.name,
            "run": turn.run.id,
            "seconds": self.seconds + 60,
        }
        found = {"GITHUB_TOKEN": mint(self.place, **who, job="", audience="forge")}  # type: ignore[arg-type]
        if deciding.is_from_a_fork(json.loads(turn.event.payload)):
            return found
        found |= {
            one.name: one.value for one in self.store.find(Secret, repository=owned.id) if one.value
        }
        if jobs := ",".join(sorted({one.job.id for one in turn.plan.jobs if one.id_token})):
            found["CAMPUS_IDENTITY"] = mint(self.place, **who, job=jobs)  # type: ignore[arg-type]
        return found

    def _chain(self, owned: Repository, run: Run, action: str) -> None:
        """Tell the workflows that follow others of a run."""
        git = repositories.folder(self.place, owned)
        event = following(self.store, git, owned, run, action)
        if event is not None:
            self.store.add(event)


def _title(git: Path, payload: Mapping[str, object], event: Event) -> str:
    """Return what a page calls the run: the pull request's title, the release's name, or the commit's first line."""
    for name, key in (("pull_request", "title"), ("release", "name")):
        found = payload.get(name)
        if isinstance(found, Mapping) and found.get(key):
            return str(found[key])
    return repositories.subject(git, event.sha)
