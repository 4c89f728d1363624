"""The runs of a repository's workflows, newest first."""

from __future__ import annotations

from checker.http.page import Http
from checker.services.github.fields import Fields
from checker.services.github.model import Run, Runs
from checker.services.github.questions import rest
from checker.services.github.refusals import refused

PER_PAGE = 100


def runs_of(full_name: str, http: Http, *, sha: str = "") -> Runs:
    """Return a repository's newest 100 runs; with `sha` those of one commit.

    The repository need not be described first. Raises Unavailable when GitHub does not show them.
    """
    asked = f"the runs of {full_name}"
    parameters: dict[str, object] = {"per_page": PER_PAGE, "exclude_pull_requests": "true"}
    if sha:
        parameters["head_sha"] = sha
    page = rest(http, f"{full_name}/actions/runs", asked, parameters)
    if not page.ok:
        raise refused(page, full_name, "runs")
    answer = Fields(page.json(), page)
    found = tuple(run_of(one) for one in answer.subs("workflow_runs", PER_PAGE))
    found = tuple(sorted(found, key=lambda run: (run.created, run.id), reverse=True))
    return Runs(found, complete=answer.whole("total_count") <= len(found))


def run_of(run: Fields) -> Run:
    """Read one run."""
    created = run.time("created_at")
    if not run.whole("id") or created is None:
        raise run.page.unavailable("answered with a run that has no id or no time")
    head = run.sub("head_repository")
    actor = run.sub("actor")
    return Run(
        id=run.whole("id"),
        url=run.text("html_url"),
        workflow=run.text("path").partition("@")[0],
        event=run.text("event"),
        branch=run.text("head_branch"),
        sha=run.text("head_sha"),
        status=run.word("status"),
        conclusion=run.word("conclusion"),
        created=created,
        started=run.time("run_started_at"),
        updated=run.time("updated_at"),
        attempt=run.whole("run_attempt") or 1,
        number=run.whole("run_number"),
        suite=run.text("check_suite_node_id"),
        name=run.text("name"),
        actor=actor.text("login") if actor else "",
        head_repository=head.text("full_name") if head else "",
    )
