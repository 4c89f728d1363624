"""The world in the words of GitHub's REST API, version 2022-11-28."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.standins.github.repo import Repo
from tests.standins.github.runs import Attempt, Job, Run
from tests.standins.github.view import suite_id

Json = dict[str, Any]

_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPOSITORY_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


_COUNTS = (
    "forks_count stargazers_count watchers_count open_issues_count forks open_issues watchers"
).split()
_FEATURES = "has_issues has_projects has_wiki has_pages has_discussions has_downloads".split()


class Shapes:
    """Makes JSON of what is in the world; `api` is the server's own base address."""

    def __init__(self, api: str) -> None:
        self.api = api

    def user(self, repo: Repo, login: str) -> Json:
        """Return a simple user."""
        page = f"{self.api}/users/{login}"
        return {
            "login": login,
            "id": repo.world.user_id(login),
            "node_id": f"U_{repo.world.user_id(login)}",
            "avatar_url": "https://avatars.githubusercontent.com/u/1",
            "gravatar_id": "",
            "url": page,
            "html_url": f"https://github.com/{login}",
            **{key: page + tail for key, tail in _USER_LINKS.items()},
            "type": "Organization" if repo.organization and login == repo.owner else "User",
            "site_admin": False,
        }

    def minimal(self, repo: Repo) -> Json:
        """Return a repository as runs hold it."""
        page = f"{self.api}/repos/{repo.full_name}"
        return {
            "id": repo.id,
            "node_id": f"R_{repo.id}",
            "name": repo.name,
            "full_name": repo.full_name,
            "private": repo.private,
            "owner": self.user(repo, repo.owner),
            "html_url": repo.url,
            "description": None,
            "fork": bool(repo.fork_of),
            "url": page,
            **{key: page + tail for key, tail in _REPOSITORY_LINKS.items()},
        }

    def repository(self, repo: Repo) -> Json:
        """Return a repository as its own page tells it."""
        found = self.plain(repo) | {
            "subscribers_count": 0,
            "network_count": 0,
            "organization": self.user(repo, repo.owner) if repo.organization else None,
        }
        for key, full_name in (("parent", repo.fork_of), ("source", repo.fork_of)):
            if full_name:
                found[key] = self._other(repo, full_name)
        if repo.template:
            found["template_repository"] = self._other(repo, repo.template)
        return {
            key: value for key, value in found.items() if value is not None or key != "organization"
        }

    def plain(self, repo: Repo) -> Json:
        """Return a repository as pull requests hold it."""
        return self.minimal(repo) | {
            "git_url": f"git://github.com/{repo.full_name}.git",
            "ssh_url": f"git@github.com:{repo.full_name}.git",
            "clone_url": f"{repo.url}.git",
            "svn_url": repo.url,
            "mirror_url": None,
            "homepage": None,
            "language": "Python",
            "size": repo.kilobytes,
            "default_branch": repo.default_branch,
            "archived": repo.archived,
            "disabled": repo.disabled,
            "visibility": "private" if repo.private else "public",
            "pushed_at": time(repo.pushed),
            "created_at": time(repo.created),
            "updated_at": time(repo.pushed),
            "license": None,
            "topics": [],
            "is_template": False,
            "allow_forking": True,
            "web_commit_signoff_required": False,
            **dict.fromkeys(_COUNTS, 0),
            **dict.fromkeys(_FEATURES, True),
        }

    def _other(self, repo: Repo, full_name: str) -> Json:
        other = Repo(repo.world, full_name, repo.id - 1, repo.created, repo.pushed)
        return self.plain(other)

    def run(self, repo: Repo, run: Run, attempt: Attempt | None = None) -> Json:
        """Return a workflow run in its newest or another attempt."""
        now = attempt or run.newest
        page = f"{self.api}/repos/{repo.full_name}/actions/runs/{run.id}"
        commit = repo.commit(run.sha)
        actor = self.user(repo, run.actor)
        head = self.minimal(repo)
        if run.head_repository != repo.full_name:
            head |= {"full_name": run.head_repository, "id": repo.id + 1, "fork": True}
        before = f"{page}/attempts/{now.number - 1}" if now.number > 1 else None
        who = {"name": commit.author, "email": f"{commit.author}@users.noreply.github.com"}
        return {
            "id": run.id,
            "name": run.name,
            "node_id": f"WFR_{run.id}",
            "head_branch": run.branch,
            "head_sha": run.sha,
            "path": run.workflow,
            "display_title": commit.message,
            "run_number": run.number,
            "event": run.event,
            "status": now.status,
            "conclusion": now.conclusion or None,
            "workflow_id": _workflow_id(run.workflow),
            "check_suite_id": run.suite,
            "check_suite_node_id": suite_id(run),
            "url": page,
            "html_url": f"{repo.url}/actions/runs/{run.id}",
            "pull_requests": [],
            "created_at": time(run.created),
            "updated_at": time(now.updated),
            "actor": actor,
            "run_attempt": now.number,
            "referenced_workflows": [],
            "run_started_at": time(now.started),
            "triggering_actor": actor,
            "jobs_url": f"{page}/jobs",
            "logs_url": f"{page}/logs",
            "check_suite_url": f"{self.api}/repos/{repo.full_name}/check-suites/{run.suite}",
            "artifacts_url": f"{page}/artifacts",
            "cancel_url": f"{page}/cancel",
            "rerun_url": f"{page}/rerun",
            "previous_attempt_url": before,
            "workflow_url": f"{self.api}/repos/{repo.full_name}/actions/workflows/{_workflow_id(run.workflow)}",
            "head_commit": {
                "id": commit.sha,
                "tree_id": commit.tree,
                "message": commit.message,
                "timestamp": time(commit.at),
                "author": who,
                "committer": who,
            },
            "repository": self.minimal(repo),
            "head_repository": head,
        }

    def job(self, repo: Repo, run: Run, attempt: Attempt, job: Job) -> Json:
        """Return a job of an attempt."""
        base = f"{self.api}/repos/{repo.full_name}"
        done = attempt.status == "completed"
        started = job.started or attempt.started
        return {
            "id": job.id,
            "run_id": run.id,
            "workflow_name": run.name,
            "head_branch": run.branch,
            "run_url": f"{base}/actions/runs/{run.id}",
            "run_attempt": job.attempt,
            "node_id": f"CR_{job.id}",
            "head_sha": run.sha,
            "url": f"{base}/actions/jobs/{job.id}",
            "html_url": f"{repo.url}/actions/runs/{run.id}/job/{job.id}",
            "status": attempt.status,
            "conclusion": job.conclusion if done else None,
            "created_at": time(attempt.started),
            "started_at": time(started),
            "completed_at": time(job.completed) if done else None,
            "name": job.name,
            "steps": [
                {
                    "name": step.name,
                    "status": "completed",
                    "conclusion": step.conclusion,
                    "number": step.number,
                    "started_at": precise(step.started),
                    "completed_at": precise(step.completed),
                }
                for step in job.steps
            ],
            "check_run_url": f"{base}/check-runs/{job.id}",
            "labels": ["ubuntu-latest"],
            "runner_id": 1,
            "runner_name": "GitHub Actions 1",
            "runner_group_id": 0,
            "runner_group_name": "GitHub Actions",
        }


def time(moment: datetime | None) -> str | None:
    """Return a time as most fields have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def precise(moment: datetime | None) -> str | None:
    """Return a time as steps have it: with milliseconds and another offset than UTC's."""
    return moment.isoformat(timespec="milliseconds") if moment else None


def _workflow_id(path: str) -> int:
    return 100_000_000 + sum(path.encode())
