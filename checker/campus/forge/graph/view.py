"""Repositories and their runs as GraphQL tells them: a dictionary a thing, what is dear as a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from checker.campus.forge.git.objects import Objects
from checker.campus.forge.graph.contents import Contents, connection, not_found
from checker.campus.forge.shapes import Json, precise, time
from checker.campus.forge.shapes.accounts import Accounts
from checker.campus.forge.site import Site
from checker.campus.store import Job, PullRequest, Release, Repository, Run, Step


class View:
    """What one query sees. Repositories that it opens are closed with the stack."""

    def __init__(self, site: Site, stack: ExitStack) -> None:
        self.site = site
        self.accounts = Accounts(site)
        self._stack = stack
        self._open: dict[int, Contents] = {}

    def repository(self, owner: str, name: str, follow_renames: bool = True) -> Json:
        """Return a repository."""
        del follow_renames  # nothing is renamed here
        row = self.site.find(owner, name)
        if row is None:
            raise not_found(f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        return self._repository(row)

    def nodes(self, ids: Sequence[str]) -> list[Any]:
        """Return check suites by their ids."""
        return [self._suite_or_error(id) for id in ids[:100]]

    def _contents(self, row: Repository) -> Contents:
        if row.id not in self._open:
            bare = self.site.bare(row)
            self._open[row.id] = Contents(bare, self._stack.enter_context(Objects(bare)))
        return self._open[row.id]

    def _repository(self, row: Repository) -> Json:
        inside = self._contents(row)
        default = f"refs/heads/{row.default_branch}"
        of = row.fork_of and self.site.store.one(Repository, id=row.fork_of)
        parent = of or None
        owner = {
            "__typename": "User",
            "id": f"U_{row.owner}",
            "login": row.owner,
            "databaseId": self.site.login_id(row.owner),
        }
        return {
            "__typename": "Repository",
            "id": f"R_{row.id}",
            "databaseId": row.id,
            "name": row.name,
            "nameWithOwner": row.full_name,
            "description": row.description or None,
            "url": self.accounts.html(row),
            "owner": owner,
            "createdAt": time(row.created),
            "pushedAt": time(row.pushed),
            "isPrivate": False,
            "isEmpty": lambda: not inside.bare.refs(),
            "isFork": bool(row.fork_of),
            "isArchived": False,
            "isDisabled": False,
            "isLocked": False,
            "lockReason": None,
            "parent": lambda: self._repository(parent) if parent else None,
            "templateRepository": None,
            "defaultBranchRef": lambda: inside.ref(default),
            "ref": inside.ref,
            "refs": inside.refs,
            "object": inside.object,
            "pullRequest": lambda number: self._pull_or_error(row, inside, number),
            "pullRequests": lambda **given: self._pulls(row, inside, **given),
            "releases": lambda **given: self._releases(row, **given),
        }

    def _pull_or_error(self, row: Repository, inside: Contents, number: int) -> Json:
        pull = self.site.store.one(PullRequest, repository=row.id, number=number)
        if pull is None:
            raise not_found(f"Could not resolve to a PullRequest with the number of {number}.")
        return self._pull(row, inside, pull)

    def _pulls(
        self,
        row: Repository,
        inside: Contents,
        first: int | None = None,
        states: Sequence[str] | None = None,
        order_by: Mapping[str, str] | None = None,
    ) -> Json:
        found = [
            pull
            for pull in self.site.store.find(PullRequest, repository=row.id)
            if states is None or _state(pull) in states
        ]
        if order_by:
            is_updated = order_by["field"] == "UPDATED_AT"
            found.sort(
                key=lambda pull: (pull.updated if is_updated else pull.created, pull.number),
                reverse=order_by["direction"] == "DESC",
            )
        return connection(found, first, lambda pull: self._pull(row, inside, pull))

    def _pull(self, row: Repository, inside: Contents, pull: PullRequest) -> Json:
        author = {"__typename": "User", "id": f"U_{pull.author}", "login": pull.author}
        return {
            "__typename": "PullRequest",
            "id": f"PR_{pull.id}",
            "number": pull.number,
            "title": pull.title,
            "url": f"{self.accounts.html(row)}/pull/{pull.number}",
            "state": _state(pull),
            "baseRefName": pull.base,
            "headRefName": pull.head,
            "headRefOid": pull.head_sha,
            "headRef": lambda: inside.ref(f"refs/heads/{pull.head}"),
            "isCrossRepository": False,
            "createdAt": time(pull.created),
            "updatedAt": time(pull.updated or pull.created),
            "mergedAt": time(pull.merged),
            "mergeCommit": lambda: inside.thing(pull.merge_sha) if pull.merged else None,
            "author": author,
            "commits": lambda last=None: connection([pull.head_sha], last, inside.pull_commit),
        }

    def _releases(
        self,
        row: Repository,
        first: int | None = None,
        order_by: Mapping[str, str] | None = None,
    ) -> Json:
        found = [one for one in self.site.store.find(Release, repository=row.id) if not one.draft]
        if order_by:
            by_name = order_by["field"] == "NAME"
            found.sort(
                key=lambda one: (one.name,) if by_name else (one.created, one.id),
                reverse=order_by["direction"] == "DESC",
            )
        return connection(found, first, lambda one: self._release(row, one))

    def _release(self, row: Repository, release: Release) -> Json:
        author = {"__typename": "User", "id": f"U_{release.author}", "login": release.author}
        return {
            "__typename": "Release",
            "id": f"RE_{release.id}",
            "name": release.name or None,
            "tagName": release.tag,
            "isDraft": release.draft,
            "isPrerelease": release.prerelease,
            "url": f"{self.accounts.html(row)}/releases/tag/{release.tag}",
            "createdAt": time(release.created),
            "publishedAt": time(release.published),
            "author": author,
        }

    def _suite_or_error(self, id: str) -> Any:
        number = id.removeprefix("CS_")
        is_number = id != number and number.isdecimal() and len(number) < 18
        run = self.site.store.one(Run, id=int(number)) if is_number else None
        row = self.site.store.one(Repository, id=run.repository) if run else None
        if run is None or row is None:
            return not_found(f"Could not resolve to a node with the global id of '{id[:100]}'")
        return self._suite(row, run)

    def _suite(self, row: Repository, run: Run) -> Json:
        inside, url = self._contents(row), f"{self.accounts.html(row)}/actions/runs/{run.id}"
        workflow_run = {
            "__typename": "WorkflowRun",
            "id": f"WFR_{run.id}",
            "databaseId": run.id,
            "runNumber": run.number,
            "event": run.event,
            "createdAt": time(run.created),
            "url": url,
        }
        return {
            "__typename": "CheckSuite",
            "id": f"CS_{run.id}",
            "databaseId": run.id,
            "status": run.status.upper(),
            "conclusion": run.conclusion.upper() or None,
            "commit": lambda: inside.thing(run.sha),
            "workflowRun": workflow_run,
            "checkRuns": lambda **given: self._checks(run, url, **given),
        }

    def _checks(
        self,
        run: Run,
        url: str,
        first: int | None = None,
        filter_by: Mapping[str, str] | None = None,
    ) -> Json:
        latest = (filter_by or {}).get("checkType", "LATEST") == "LATEST"
        found = [
            job
            for job in self.site.store.find(Job, run=run.id)
            if not latest or job.attempt == run.attempt
        ]
        return connection(found, first, lambda job: self._check(job, url))

    def _check(self, job: Job, url: str) -> Json:
        return {
            "__typename": "CheckRun",
            "id": f"CR_{job.id}",
            "databaseId": job.id,
            "name": job.name,
            "status": job.status.upper(),
            "conclusion": job.conclusion.upper() or None,
            "startedAt": time(job.started),
            "completedAt": time(job.completed),
            "detailsUrl": f"{url}/job/{job.id}",
            "steps": lambda first=None: connection(
                self.site.store.find(Step, job=job.id, without="log"), first, _step
            ),
        }


def _step(step: Step) -> Json:
    return {
        "number": step.number,
        "name": step.name,
        "status": step.status.upper(),
        "conclusion": step.conclusion.upper() or None,
        "startedAt": precise(step.started),
        "completedAt": precise(step.completed),
    }


def _state(pull: PullRequest) -> str:
    return "MERGED" if pull.merged else pull.state.upper()
