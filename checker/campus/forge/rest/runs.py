"""Workflows and what they did: runs, attempts, jobs, steps, logs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from checker.campus.forge.git.objects import Objects
from checker.campus.forge.rest.call import REPO, Answer, Call, Page, Pages, not_found
from checker.campus.forge.shapes.work import at_attempt, workflow_id
from checker.campus.store import Job, Run, Step

PAGES = Pages()
WORKFLOWS = ".github/workflows"
_FILTERS: dict[str, Callable[[Run], str]] = {
    "actor": lambda run: run.actor,
    "branch": lambda run: run.branch,
    "event": lambda run: run.event,
    "head_sha": lambda run: run.sha,
}


@PAGES.get(f"{REPO}/actions/runs")
def runs(call: Call) -> Answer:
    """Return the runs, newest first; `status` may be a conclusion, as on GitHub."""
    return _runs(call, call.site.store.find(Run, newest=True, repository=call.repository.id))


@PAGES.get(f"{REPO}/actions/workflows/{{workflow}}/runs")
def runs_of_workflow(call: Call) -> Answer:
    """Return the runs of one workflow, by its number or its file's name."""
    path = workflow_path(call)
    row = call.repository.id
    return _runs(call, call.site.store.find(Run, newest=True, repository=row, workflow=path))


@PAGES.get(f"{REPO}/actions/runs/{{id}}")
@PAGES.get(f"{REPO}/actions/runs/{{id}}/attempts/{{attempt}}")
def run(call: Call) -> Answer:
    """Return a run, in its newest or an earlier attempt."""
    with call.work() as work:
        return Answer(work.run(_attempt(call)[0]))


@PAGES.get(f"{REPO}/actions/runs/{{id}}/jobs")
@PAGES.get(f"{REPO}/actions/runs/{{id}}/attempts/{{attempt}}/jobs")
def jobs(call: Call) -> Answer:
    """Return the jobs of an attempt with their steps; with `filter=all` of all attempts."""
    found, of_attempt = _attempt(call)
    if call.query.get("filter") == "all" and "attempt" not in call.params:
        of_attempt = call.site.store.find(Job, run=found.id)
    with call.work() as work:
        return call.paged(of_attempt, lambda job: work.job(job, found, steps_of(call, job)), "jobs")


@PAGES.get(f"{REPO}/actions/jobs/{{id}}")
def job(call: Call) -> Answer:
    """Return a job with its steps."""
    found, of = _job(call)
    with call.work() as work:
        return Answer(work.job(found, of, steps_of(call, found)))


@PAGES.get(f"{REPO}/actions/jobs/{{id}}/logs")
def job_log(call: Call) -> Answer:
    """Lead to what a job printed."""
    found, _ = _job(call)
    to = f"{call.site.url}/_logs/{call.repository.full_name}/jobs/{found.id}"
    return Answer(b"", 302, {"Location": to})


def log_text(call: Call) -> Answer:
    """Return what a job printed, step after step."""
    found, _ = _job(call)
    steps = call.site.store.find(Step, job=found.id)
    text = "".join(
        step.log if step.log.endswith("\n") or not step.log else f"{step.log}\n" for step in steps
    )
    return Answer(text.encode(), headers={"Content-Type": "text/plain; charset=utf-8"})


@PAGES.get(f"{REPO}/actions/runs/{{id}}/logs")
@PAGES.get(f"{REPO}/actions/runs/{{id}}/attempts/{{attempt}}/logs")
def run_log(call: Call) -> Answer:
    """Lead to an archive of what all jobs of an attempt printed."""
    found, _ = _attempt(call)
    to = f"{call.site.url}/_logs/{call.repository.full_name}/runs/{found.id}/{found.attempt}"
    return Answer(b"", 302, {"Location": to})


def log_archive(call: Call) -> Answer:
    """Return an archive: a text a job, and a folder a job with a text a step."""
    _, of_attempt = _attempt(call)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, found in enumerate(of_attempt):
            name = _title(found.name)
            steps = call.site.store.find(Step, job=found.id)
            archive.writestr(f"{number}_{name}.txt", "".join(step.log for step in steps))
            for step in steps:
                archive.writestr(f"{name}/{step.number}_{_title(step.name)}.txt", step.log)
    return Answer(packed.getvalue(), headers={"Content-Type": "application/zip"})


@PAGES.get(f"{REPO}/actions/workflows")
def workflows(call: Call) -> Answer:
    """Return the workflow files of the default branch."""
    found = sorted(names_of_workflows(call).items())
    with call.work() as work:
        since = call.repository.created
        return call.paged(found, lambda one: work.workflow(*one, since), "workflows")


@PAGES.get(f"{REPO}/actions/workflows/{{workflow}}")
def workflow(call: Call) -> Answer:
    """Return a workflow by its number or its file's name."""
    path = workflow_path(call)
    name = names_of_workflows(call).get(path)
    if name is None:
        raise not_found()
    with call.work() as work:
        return Answer(work.workflow(path, name, call.repository.created))


def names_of_workflows(call: Call) -> dict[str, str]:
    """Return path and name of the workflow files of the default branch."""
    from checker.actions.syntax.workflow import read_workflow

    sha = call.bare.resolve(f"refs/heads/{call.repository.default_branch}")
    if not sha:
        return {}
    found = {}
    with Objects(call.bare) as objects:
        folder = objects.at(objects.tree_of(sha), WORKFLOWS)
        for entry in objects.entries(folder.oid) if folder else ():
            path = f"{WORKFLOWS}/{entry.name}"
            text = objects.file(sha, path) if entry.name.endswith((".yml", ".yaml")) else None
            if text is not None:
                found[path] = str(read_workflow(path, text).name or path)
    return found


def workflow_path(call: Call) -> str:
    """Return the path of a workflow that is named by its number or its file's name. Raises Refused."""
    name = call.params["workflow"]
    if not name.isdecimal():
        return f"{WORKFLOWS}/{name}"
    known = {*names_of_workflows(call)}
    known |= {run.workflow for run in call.site.store.find(Run, repository=call.repository.id)}
    found = next((path for path in known if workflow_id(path) == int(name)), None)
    if found is None:
        raise not_found()
    return found


def steps_of(call: Call, job: Job) -> tuple[Step, ...]:
    """Return a job's steps without what they printed."""
    return call.site.store.find(Step, job=job.id, without="log")


def run_row(call: Call) -> Run:
    """Return the run of a path. Raises Refused when there is none."""
    found = call.site.store.one(Run, repository=call.repository.id, id=call.number("id"))
    if found is None:
        raise not_found()
    return found


def _runs(call: Call, found: tuple[Run, ...]) -> Answer:
    wanted = {name: call.query[name] for name in _FILTERS if call.query.get(name)}
    status = call.query.get("status", "")
    kept = [
        run
        for run in found
        if all(_FILTERS[name](run) == value for name, value in wanted.items())
        and status in {"", run.status, run.conclusion}
    ]
    with call.work() as work:
        return call.paged(kept, work.run, "workflow_runs")


def _attempt(call: Call) -> tuple[Run, tuple[Job, ...]]:
    newest = run_row(call)
    attempt = call.number("attempt") if "attempt" in call.params else newest.attempt
    if not 1 <= attempt <= newest.attempt:
        raise not_found()
    of_attempt = call.site.store.find(Job, run=newest.id, attempt=attempt)
    return at_attempt(newest, attempt, of_attempt), of_attempt


def _job(call: Call) -> tuple[Job, Run]:
    found = call.site.store.one(Job, id=call.number("id"))
    if found is None:
        raise not_found()
    of = call.site.store.one(Run, id=found.run, repository=call.repository.id)
    if of is None:
        raise not_found()
    beside = call.site.store.find(Job, run=of.id, attempt=found.attempt)
    return found, at_attempt(of, found.attempt, beside)


def _title(name: str) -> str:
    """Return a name as a part of a path in an archive."""
    return "".join(c if c.isalnum() or c in " -_()" else "_" for c in name)[:80]


_LOGS = "/_logs/{owner}/{repo}"
PAGES.append(Page("GET", f"{_LOGS}/jobs/{{id}}", log_text, base=""))
PAGES.append(Page("GET", f"{_LOGS}/runs/{{id}}/{{attempt}}", log_archive, base=""))
