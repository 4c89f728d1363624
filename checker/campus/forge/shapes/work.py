"""Workflows, their runs and jobs."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from checker.campus.forge.git.objects import Objects
from checker.campus.forge.shapes import Json, precise, time
from checker.campus.forge.shapes.accounts import Accounts
from checker.campus.forge.shapes.history import History
from checker.campus.store import Job, Repository, Run, Step


def workflow_id(path: str) -> int:
    """Return the number of a workflow: the same for the same path."""
    return 1 + zlib.crc32(path.encode())


def at_attempt(run: Run, attempt: int, jobs: Sequence[Job]) -> Run:
    """Return a run as it was in an earlier attempt, told by that attempt's jobs."""
    if attempt == run.attempt:
        return run
    started = min((job.started for job in jobs if job.started), default=run.created)
    ended = max((job.completed for job in jobs), default=started)
    ends = {job.conclusion for job in jobs}
    worst = next((end for end in ("failure", "timed_out", "cancelled") if end in ends), "")
    conclusion = worst or ("skipped" if ends == {"skipped"} else "success")
    return replace(
        run,
        attempt=attempt,
        status="completed",
        conclusion=conclusion,
        started=started,
        updated=ended or started,
    )


@dataclass(frozen=True)
class Work:
    """Makes JSON of a repository's runs."""

    accounts: Accounts
    repository: Repository
    objects: Objects

    @property
    def page(self) -> str:
        """The repository's address in the API."""
        return self.accounts.page(self.repository)

    @property
    def html(self) -> str:
        """The repository's page for people."""
        return self.accounts.html(self.repository)

    def run(self, run: Run) -> Json:
        """Return a run in one of its attempts."""
        page = f"{self.page}/actions/runs/{run.id}"
        number = workflow_id(run.workflow)
        actor = self.accounts.user(run.actor)
        minimal = self.accounts.minimal(self.repository)
        before = f"{page}/attempts/{run.attempt - 1}" if run.attempt > 1 else None
        return {
            "id": run.id,
            "name": run.name,
            "node_id": f"WFR_{run.id}",
            "head_branch": run.branch,
            "head_sha": run.sha,
            "path": run.workflow,
            "display_title": run.title,
            "run_number": run.number,
            "event": run.event,
            "status": run.status,
            "conclusion": run.conclusion or None,
            "workflow_id": number,
            "check_suite_id": run.id,
            "check_suite_node_id": f"CS_{run.id}",
            "url": page,
            "html_url": f"{self.html}/actions/runs/{run.id}",
            "pull_requests": [],
            "created_at": time(run.created),
            "updated_at": time(run.updated or run.created),
            "actor": actor,
            "run_attempt": run.attempt,
            "referenced_workflows": [],
            "run_started_at": time(run.started or run.created),
            "triggering_actor": actor,
            "jobs_url": f"{page}/jobs",
            "logs_url": f"{page}/logs",
            "check_suite_url": f"{self.page}/check-suites/{run.id}",
            "artifacts_url": f"{page}/artifacts",
            "cancel_url": f"{page}/cancel",
            "rerun_url": f"{page}/rerun",
            "previous_attempt_url": before,
            "workflow_url": f"{self.page}/actions/workflows/{number}",
            "head_commit": self._commit(run.sha),
            "repository": minimal,
            "head_repository": minimal,
        }

    def job(self, job: Job, run: Run, steps: Sequence[Step]) -> Json:
        """Return a job of an attempt with its steps."""
        begun = job.started or run.started or run.created
        return {
            "id": job.id,
            "run_id": run.id,
            "workflow_name": run.name,
            "head_branch": run.branch,
            "run_url": f"{self.page}/actions/runs/{run.id}",
            "run_attempt": job.attempt,
            "node_id": f"CR_{job.id}",
            "head_sha": run.sha,
            "url": f"{self.page}/actions/jobs/{job.id}",
            "html_url": f"{self.html}/actions/runs/{run.id}/job/{job.id}",
            "status": job.status,
            "conclusion": job.conclusion or None,
            "created_at": time(run.created),
            "started_at": time(begun),
            "completed_at": time(job.completed),
            "name": job.name,
            "steps": [
                {
                    "name": step.name,
                    "status": step.status,
                    "conclusion": step.conclusion or None,
                    "number": step.number,
                    "started_at": precise(step.started),
                    "completed_at": precise(step.completed),
                }
                for step in steps
            ],
            "check_run_url": f"{self.page}/check-runs/{job.id}",
            "labels": ["ubuntu-latest"],
            "runner_id": 1,
            "runner_name": "campus",
            "runner_group_id": 0,
            "runner_group_name": "campus",
        }

    def workflow(self, path: str, name: str, since: float) -> Json:
        """Return a workflow file of the default branch."""
        number = workflow_id(path)
        file = path.rpartition("/")[2]
        return {
            "id": number,
            "node_id": f"W_{number}",
            "name": name,
            "path": path,
            "state": "active",
            "created_at": time(since),
            "updated_at": time(since),
            "url": f"{self.page}/actions/workflows/{number}",
            "html_url": f"{self.html}/blob/{self.repository.default_branch}/{path}",
            "badge_url": f"{self.html}/actions/workflows/{file}/badge.svg",
        }

    def _commit(self, sha: str) -> Json | None:
        if not self.objects.is_commit(sha):
            return None
        told = History(self.accounts, self.repository, self.objects).event_commit(sha)
        return {
            key: told[key]
            for key in ("id", "tree_id", "message", "timestamp", "author", "committer")
        }
