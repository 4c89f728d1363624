"""Runs: all of a repository, one as a graph of its jobs, and what each step of a job printed."""

from __future__ import annotations

from checker.campus.forge.pages.diagram import diagram
from checker.campus.forge.pages.page import Gone, Page, Shown
from checker.campus.forge.shapes.work import at_attempt
from checker.campus.store import Job, Run, Step

MAX_RUNS = 100


def runs(page: Page) -> Shown:
    """Show the newest runs."""
    found = page.site.store.find(Run, newest=True, most=MAX_RUNS, repository=page.repository.id)
    live = any(run.status != "completed" for run in found)
    return page.shown("runs.html", "actions", runs=found, live=live)


def run(page: Page) -> Shown:
    """Show a run, in its newest or another attempt (`?attempt=1`)."""
    newest = _run(page)
    text = page.query.get("attempt", "")
    attempt = int(text) if text.isdecimal() and len(text) < 6 else newest.attempt
    jobs = page.site.store.find(Job, run=newest.id, attempt=attempt)
    shown = at_attempt(newest, attempt, jobs) if 1 <= attempt <= newest.attempt else newest
    steps = {job.id: page.site.store.find(Step, job=job.id, without="log") for job in jobs[:50]}
    return page.shown(
        "run.html",
        "actions",
        run=shown,
        newest=newest,
        jobs=jobs,
        steps=steps,
        graph=diagram(jobs),
        live=newest.status != "completed",
    )


def job(page: Page) -> Shown:
    """Show a job with what its steps printed."""
    of = _run(page)
    found = page.site.store.one(Job, id=page.number("job"), run=of.id)
    if found is None:
        raise Gone(f"There is no job {page.params['job']} in this run.")
    steps = page.site.store.find(Step, job=found.id)
    live = found.status != "completed"
    return page.shown("job.html", "actions", run=of, job=found, steps=steps, live=live)


def _run(page: Page) -> Run:
    number = page.number("id")
    found = page.site.store.one(Run, id=number, repository=page.repository.id)
    if found is None:
        raise Gone(f"There is no run {number}.")
    return found
