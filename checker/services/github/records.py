"""What runs did: their jobs and steps, and the workflow files as they were at each run's commit."""

from __future__ import annotations

from collections.abc import Sequence

from checker.evidence import Unavailable
from checker.http.failures import Overloaded
from checker.http.page import Http
from checker.services.github import queries
from checker.services.github.fields import Fields
from checker.services.github.graphql import Reply, ask
from checker.services.github.jobs import attempt_run, jobs_of
from checker.services.github.model import Job, Project, Record, Run, Step
from checker.services.github.texts import Texts, at_commit, is_lost, texts_of

BATCH = 25
"""Runs of one request: GitHub gives up on a query after ten seconds."""
_SMALLEST = 4
"""Runs of a request that is not halved any more."""

Told = dict[int, tuple[tuple[Job, ...] | None, Texts | None]]
"""Run id -> its jobs and its workflow files, as far as GraphQL told them."""


def records_of(project: Project, runs: Sequence[Run], http: Http) -> tuple[Record, ...]:
    """Return what runs did, in their order.

    With a token that is one GraphQL request for 25 runs. A fine-grained token may not read checks: GraphQL tells it the
    workflow files alone. What it does not tell comes through REST, a request a run.
    Raises Unavailable when jobs cannot be had in either way.
    """
    told: Told = {}
    if http.has_token:
        by_suite = [run for run in runs if run.suite]
        for start in range(0, len(by_suite), BATCH):
            _ask_jobs(by_suite[start : start + BATCH], http, told)
    untold = [run for run in runs if told.get(run.id, (None, None))[1] is None]
    texts = texts_of(project, untold, http)
    found = []
    for run in runs:
        jobs, workflows = told.get(run.id, (None, None))
        if jobs is None:
            jobs = jobs_of(project.full_name, run, http)
        found.append(Record(run, jobs, workflows if workflows is not None else texts.get(run.sha)))
    return tuple(found)


def attempt_of(project: Project, run: Run, attempt: int, http: Http) -> Record:
    """Return what an earlier attempt of a run did. Raises Unavailable when GitHub does not show it."""
    earlier = attempt_run(project.full_name, run, attempt, http)
    jobs = jobs_of(project.full_name, earlier, http)
    return Record(earlier, jobs, texts_of(project, [run], http).get(run.sha))


def _ask_jobs(runs: Sequence[Run], http: Http, told: Told) -> None:
    """Ask GraphQL for a batch, for halves of it when it is too much; what fails is left to REST."""
    asked = f"the jobs of {len(runs)} runs"
    # What completed attempts did never changes, so it is kept; the comment tells a later attempt from them.
    text = f"{queries.JOBS}# attempts {' '.join(str(run.attempt) for run in runs)}\n"
    keep = "forever" if all(run.status == "completed" for run in runs) else "no"
    try:
        reply = ask(http, text, {"ids": [run.suite for run in runs]}, asked, keep=keep)
    except Overloaded:
        if len(runs) > _SMALLEST:
            half = len(runs) // 2
            _ask_jobs(runs[:half], http, told)
            _ask_jobs(runs[half:], http, told)
        return
    except Unavailable:
        return
    _take(runs, reply, told)


def _take(runs: Sequence[Run], reply: Reply, told: Told) -> None:
    by_suite = {suite.text("id"): suite for suite in reply.data.subs("nodes")}
    for number, run in enumerate(runs):
        suite = by_suite.get(run.suite)
        if suite is None:
            continue
        owner = suite.sub("workflowRun")
        mine = owner is not None and owner.whole("databaseId") in {run.id, 0}
        lost = is_lost(reply, "nodes", number, "commit")
        told[run.id] = (
            _jobs(suite, run) if mine else None,
            None if lost else at_commit(suite.sub("commit")),
        )


def _jobs(suite: Fields, run: Run) -> tuple[Job, ...] | None:
    """Return a run's jobs; None when GraphQL did not tell all of them."""
    if "checkRuns" not in suite:
        return None
    found = []
    for check in suite.nodes("checkRuns"):
        steps = tuple(
            Step(
                number=step.whole("number"),
                name=step.text("name"),
                status=step.word("status"),
                conclusion=step.word("conclusion"),
                started=step.time("startedAt"),
                completed=step.time("completedAt"),
            )
            for step in check.nodes("steps")
        )
        if check.count("steps") > len(steps):
            return None
        found.append(
            Job(
                id=check.whole("databaseId") or _number(check.text("detailsUrl")),
                name=check.text("name"),
                url=check.text("detailsUrl"),
                status=check.word("status"),
                conclusion=check.word("conclusion"),
                started=check.time("startedAt"),
                completed=check.time("completedAt"),
                attempt=run.attempt,
                steps=steps,
            )
        )
    return tuple(found) if suite.count("checkRuns") <= len(found) else None


def _number(url: str) -> int:
    """Return a job's id from its page, for ids that GraphQL's Int cannot hold."""
    last = url.rpartition("/job/")[2]
    return int(last) if last.isdecimal() and len(last) < 19 else 0
