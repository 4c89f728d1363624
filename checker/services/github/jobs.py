"""The jobs of one attempt of a run, through REST."""

from __future__ import annotations

from checker.http.page import Http, Page
from checker.services.github.fields import Fields
from checker.services.github.model import Job, Run, Step
from checker.services.github.questions import rest
from checker.services.github.refusals import refused
from checker.services.github.runs import run_of

PER_PAGE = 100
MAX_PAGES = 3
"""A matrix has 256 jobs at most (docs.github.com, Workflow syntax)."""
MAX_STEPS = 1_000


def jobs_of(full_name: str, run: Run, http: Http) -> tuple[Job, ...]:
    """Return the jobs of a run's attempt. Those of a completed attempt never change and are kept."""
    found: list[Job] = []
    for number in range(1, MAX_PAGES + 1):
        page = rest(
            http,
            f"{full_name}/actions/runs/{run.id}/attempts/{run.attempt}/jobs",
            f"the jobs of run {run.id} of {full_name}",
            {"per_page": PER_PAGE, "page": number} if number > 1 else {"per_page": PER_PAGE},
            keep=_keep(run),
        )
        if not page.ok:
            raise refused(page, full_name, "jobs")
        answer = Fields(page.json(), page)
        found += [_job(one, run) for one in answer.subs("jobs", PER_PAGE)]
        if len(found) >= answer.whole("total_count"):
            break
    return tuple(found)


def attempt_run(full_name: str, run: Run, attempt: int, http: Http) -> Run:
    """Return a run as it was in an earlier attempt."""
    page: Page = rest(
        http,
        f"{full_name}/actions/runs/{run.id}/attempts/{attempt}",
        f"attempt {attempt} of run {run.id} of {full_name}",
        {"exclude_pull_requests": "true"},
        keep="forever" if attempt < run.attempt else _keep(run),
    )
    if not page.ok:
        raise refused(page, full_name, "runs")
    return run_of(Fields(page.json(), page))


def _keep(run: Run) -> str:
    return "forever" if run.status == "completed" else "fresh"


def _job(job: Fields, run: Run) -> Job:
    return Job(
        id=job.whole("id"),
        name=job.text("name"),
        url=job.text("html_url"),
        status=job.word("status"),
        conclusion=job.word("conclusion"),
        started=job.time("started_at"),
        completed=job.time("completed_at"),
        attempt=job.whole("run_attempt") or run.attempt,
        steps=tuple(
            Step(
                number=step.whole("number"),
                name=step.text("name"),
                status=step.word("status"),
                conclusion=step.word("conclusion"),
                started=step.time("started_at"),
                completed=step.time("completed_at"),
            )
            for step in job.subs("steps", MAX_STEPS)
        ),
    )
