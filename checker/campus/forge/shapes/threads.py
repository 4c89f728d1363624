"""Pull requests, issues, comments and releases."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from checker.campus.forge.shapes import Json, time
from checker.campus.forge.shapes.accounts import Accounts
from checker.campus.store import Comment, Issue, PullRequest, Release, Repository


@dataclass(frozen=True, slots=True)
class Size:
    """How much a pull request changes, and whether it can be merged (None: not known yet)."""

    commits: int = 0
    additions: int = 0
    deletions: int = 0
    files: int = 0
    mergeable: bool | None = None


@dataclass(frozen=True)
class Threads:
    """Makes JSON of a repository's pull requests, issues, comments and releases."""

    accounts: Accounts
    repository: Repository

    @property
    def page(self) -> str:
        """The repository's address in the API."""
        return self.accounts.page(self.repository)

    @property
    def html(self) -> str:
        """The repository's page for people."""
        return self.accounts.html(self.repository)

    def pull(self, pull: PullRequest) -> Json:
        """Return a pull request as lists hold it."""
        page = f"{self.page}/pulls/{pull.number}"
        issue = f"{self.page}/issues/{pull.number}"
        html = f"{self.html}/pull/{pull.number}"
        statuses = f"{self.page}/statuses/{pull.head_sha}"
        links = {
            "self": page,
            "html": html,
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{page}/comments",
            "review_comment": f"{self.page}/pulls/comments{{/number}}",
            "commits": f"{page}/commits",
            "statuses": statuses,
        }
        return {
            "id": pull.id,
            "node_id": f"PR_{pull.id}",
            "url": page,
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "issue_url": issue,
            "commits_url": links["commits"],
            "review_comments_url": links["review_comments"],
            "review_comment_url": links["review_comment"],
            "comments_url": links["comments"],
            "statuses_url": statuses,
            "number": pull.number,
            "state": pull.state,
            "locked": False,
            "title": pull.title,
            "user": self.accounts.user(pull.author),
            "body": pull.body or None,
            "labels": [],
            "milestone": None,
            "active_lock_reason": None,
            "created_at": time(pull.created),
            "updated_at": time(pull.updated or pull.created),
            "closed_at": time(pull.closed),
            "merged_at": time(pull.merged),
            "merge_commit_sha": pull.merge_sha or None,
            "assignee": None,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "head": self._side(pull.head, pull.head_sha),
            "base": self._side(pull.base, pull.base_sha),
            "_links": {name: {"href": url} for name, url in links.items()},
            "author_association": self._association(pull.author),
            "auto_merge": None,
            "draft": False,
        }

    def whole_pull(self, pull: PullRequest, size: Size, comments: int = 0) -> Json:
        """Return a pull request's own page, and what events hold."""
        by = self.accounts.user(pull.merged_by) if pull.merged_by else None
        states = {True: "clean", False: "dirty", None: "unknown"}
        return {
            **self.pull(pull),
            "merged": bool(pull.merged),
            "mergeable": size.mergeable,
            "rebaseable": size.mergeable,
            "mergeable_state": states[size.mergeable],
            "merged_by": by,
            "comments": comments,
            "review_comments": 0,
            "maintainer_can_modify": False,
            "commits": size.commits,
            "additions": size.additions,
            "deletions": size.deletions,
            "changed_files": size.files,
        }

    def issue(self, issue: Issue, comments: int = 0) -> Json:
        """Return an issue."""
        page = f"{self.page}/issues/{issue.number}"
        return {
            "id": issue.id,
            "node_id": f"I_{issue.id}",
            "url": page,
            "repository_url": self.page,
            "labels_url": f"{page}/labels{{/name}}",
            "comments_url": f"{page}/comments",
            "events_url": f"{page}/events",
            "html_url": f"{self.html}/issues/{issue.number}",
            "number": issue.number,
            "state": issue.state,
            "state_reason": "completed" if issue.state == "closed" else None,
            "title": issue.title,
            "body": issue.body or None,
            "user": self.accounts.user(issue.author),
            "labels": [],
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "locked": False,
            "comments": comments,
            "created_at": time(issue.created),
            "updated_at": time(issue.updated or issue.created),
            "closed_at": time(issue.closed),
            "author_association": self._association(issue.author),
        }

    def pull_as_issue(self, pull: PullRequest, comments: int = 0) -> Json:
        """Return a pull request among issues, where GitHub lists it too."""
        row = Issue(
            pull.repository,
            pull.number,
            pull.title,
            pull.author,
            pull.created,
            pull.body,
            pull.state,
            pull.updated,
            pull.closed,
            pull.id,
        )
        links = {
            "url": f"{self.page}/pulls/{pull.number}",
            "html_url": f"{self.html}/pull/{pull.number}",
            "diff_url": f"{self.html}/pull/{pull.number}.diff",
            "patch_url": f"{self.html}/pull/{pull.number}.patch",
            "merged_at": time(pull.merged),
        }
        found = self.issue(row, comments)
        return {**found, "html_url": links["html_url"], "pull_request": links}

    def comment(self, comment: Comment) -> Json:
        """Return a comment."""
        place = f"{self.html}/issues/{comment.number}#issuecomment-{comment.id}"
        return {
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "url": f"{self.page}/issues/comments/{comment.id}",
            "html_url": place,
            "issue_url": f"{self.page}/issues/{comment.number}",
            "user": self.accounts.user(comment.author),
            "body": comment.body,
            "created_at": time(comment.created),
            "updated_at": time(comment.updated or comment.created),
            "author_association": self._association(comment.author),
        }

    def release(self, release: Release) -> Json:
        """Return a release."""
        page = f"{self.page}/releases/{release.id}"
        tail = f"refs/tags/{quote(release.tag)}"
        return {
            "id": release.id,
            "node_id": f"RE_{release.id}",
            "url": page,
            "html_url": f"{self.html}/releases/tag/{quote(release.tag)}",
            "assets_url": f"{page}/assets",
            "upload_url": f"{page}/assets{{?name,label}}",
            "tarball_url": f"{self.page}/tarball/{tail}",
            "zipball_url": f"{self.page}/zipball/{tail}",
            "tag_name": release.tag,
            "target_commitish": self.repository.default_branch,
            "name": release.name or None,
            "body": release.body or None,
            "draft": release.draft,
            "prerelease": release.prerelease,
            "immutable": False,
            "created_at": time(release.created),
            "published_at": time(release.published),
            "author": self.accounts.user(release.author),
            "assets": [],
        }

    def _side(self, branch: str, sha: str) -> Json:
        return {
            "label": f"{self.repository.owner}:{branch}",
            "ref": branch,
            "sha": sha,
            "user": self.accounts.user(self.repository.owner),
            "repo": self.accounts.repository(self.repository),
        }

    def _association(self, login: str) -> str:
        return "OWNER" if login == self.repository.owner else "CONTRIBUTOR"
