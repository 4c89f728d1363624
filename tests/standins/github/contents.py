"""Commits, branches, tags, pull requests and files in the words of GitHub's REST API."""

from __future__ import annotations

from tests.standins.github.git import Entry
from tests.standins.github.repo import Repo
from tests.standins.github.shapes import Json, Shapes, time
from tests.standins.github.things import Pull, Release

_LINKS = {
    "url": "self",
    "html_url": "html",
    "issue_url": "issue",
    "comments_url": "comments",
    "review_comments_url": "review_comments",
    "review_comment_url": "review_comment",
    "commits_url": "commits",
    "statuses_url": "statuses",
}


class Contents(Shapes):
    """Makes JSON of what lies in a repository."""

    def commit(self, repo: Repo, sha: str) -> Json:
        """Return a commit."""
        commit = repo.commit(sha)
        base = f"{self.api}/repos/{repo.full_name}"
        who = {
            "name": commit.author,
            "email": f"{commit.author}@example.org",
            "date": time(commit.at),
        }
        return {
            "sha": sha,
            "node_id": f"C_{sha}",
            "url": f"{base}/commits/{sha}",
            "html_url": f"{repo.url}/commit/{sha}",
            "comments_url": f"{base}/commits/{sha}/comments",
            "commit": {
                "url": f"{base}/git/commits/{sha}",
                "author": who,
                "committer": who,
                "message": commit.message,
                "comment_count": 0,
                "tree": {"sha": commit.tree, "url": f"{base}/git/trees/{commit.tree}"},
            },
            "author": self.user(repo, commit.author),
            "committer": self.user(repo, commit.author),
            "parents": [
                {"sha": one, "url": f"{base}/commits/{one}", "html_url": f"{repo.url}/commit/{one}"}
                for one in commit.parents
            ],
        }

    def branch(self, repo: Repo, name: str) -> Json:
        """Return a branch of the list of branches."""
        sha = repo.branches[name]
        url = f"{self.api}/repos/{repo.full_name}/commits/{sha}"
        return {"name": name, "commit": {"sha": sha, "url": url}, "protected": False}

    def tag(self, repo: Repo, name: str) -> Json:
        """Return a tag of the list of tags, followed to its commit."""
        base, sha = f"{self.api}/repos/{repo.full_name}", repo.tags[name].sha
        return {
            "name": name,
            "zipball_url": f"{base}/zipball/refs/tags/{name}",
            "tarball_url": f"{base}/tarball/refs/tags/{name}",
            "commit": {"sha": sha, "url": f"{base}/commits/{sha}"},
            "node_id": f"REF_{name}",
        }

    def pull(self, repo: Repo, pull: Pull) -> Json:
        """Return a pull request of the list of them."""
        page = f"{self.api}/repos/{repo.full_name}/pulls/{pull.number}"
        issue = f"{self.api}/repos/{repo.full_name}/issues/{pull.number}"
        links = {
            "url": page,
            "html_url": f"{repo.url}/pull/{pull.number}",
            "issue_url": issue,
            "comments_url": f"{issue}/comments",
            "review_comments_url": f"{page}/comments",
            "review_comment_url": f"{page}/comments{{/number}}",
            "commits_url": f"{page}/commits",
            "statuses_url": f"{self.api}/repos/{repo.full_name}/statuses/{pull.head_sha}",
        }
        base_sha = repo.branches.get(pull.base, pull.head_sha)
        own = pull.head_repository == repo.full_name
        fork = repo if own else self._fork(repo, pull)
        login = fork.owner if fork else pull.author
        return {
            **links,
            "id": pull.number + 1_000_000,
            "node_id": f"PR_{pull.number}",
            "diff_url": f"{repo.url}/pull/{pull.number}.diff",
            "patch_url": f"{repo.url}/pull/{pull.number}.patch",
            "number": pull.number,
            "state": pull.state,
            "locked": False,
            "title": pull.title,
            "user": self.user(repo, pull.author),
            "body": None,
            "labels": [],
            "milestone": None,
            "created_at": time(pull.created),
            "updated_at": time(pull.updated),
            "closed_at": time(pull.updated) if pull.state == "closed" else None,
            "merged_at": time(pull.merged),
            # of one that is open this is the commit of a merge that was only tried
            "merge_commit_sha": pull.merge_sha or "f" * 40,
            "assignee": None,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "draft": pull.draft,
            "head": {
                "label": f"{login}:{pull.head}",
                "ref": pull.head,
                "sha": pull.head_sha,
                "user": self.user(repo, login),
                "repo": self.plain(fork) if fork else None,
            },
            "base": {
                "label": f"{repo.owner}:{pull.base}",
                "ref": pull.base,
                "sha": base_sha,
                "user": self.user(repo, repo.owner),
                "repo": self.plain(repo),
            },
            "_links": {_LINKS[key]: {"href": href} for key, href in links.items()},
            "author_association": "OWNER",
            "auto_merge": None,
        }

    def whole_pull(self, repo: Repo, pull: Pull) -> Json:
        """Return a pull request's own page."""
        return self.pull(repo, pull) | {
            "merged": bool(pull.merged),
            "mergeable": None,
            "mergeable_state": "unknown",
            "merged_by": self.user(repo, repo.owner) if pull.merged else None,
            "maintainer_can_modify": False,
            **dict.fromkeys(
                "comments review_comments commits additions deletions changed_files".split(), 1
            ),
        }

    def _fork(self, repo: Repo, pull: Pull) -> Repo | None:
        if not pull.head_repository:
            return None
        fork = Repo(repo.world, pull.head_repository, repo.id + 1, repo.created, repo.pushed)
        fork.fork_of = repo.full_name
        return fork

    def release(self, repo: Repo, release: Release) -> Json:
        """Return a release."""
        page = f"{self.api}/repos/{repo.full_name}/releases/{release.id}"
        return {
            "url": page,
            "html_url": f"{repo.url}/releases/tag/{release.tag}",
            "assets_url": f"{page}/assets",
            "upload_url": f"{page}/assets{{?name,label}}",
            "tarball_url": f"{self.api}/repos/{repo.full_name}/tarball/{release.tag}",
            "zipball_url": f"{self.api}/repos/{repo.full_name}/zipball/{release.tag}",
            "id": release.id,
            "node_id": f"RE_{release.id}",
            "tag_name": release.tag,
            "target_commitish": repo.default_branch,
            "name": release.tag,
            "draft": release.draft,
            "prerelease": release.prerelease,
            "created_at": time(release.created),
            "published_at": time(release.published),
            "author": self.user(repo, release.author),
            "assets": [],
            "body": None,
        }

    def content(self, repo: Repo, path: str, entry: Entry) -> Json:
        """Return an entry of a folder."""
        url = f"{self.api}/repos/{repo.full_name}/contents/{path}"
        kind = {"tree": "dir", "commit": "submodule"}.get(entry.kind, "file")
        git = f"{self.api}/repos/{repo.full_name}/git/{entry.kind}s/{entry.oid}"
        html = f"{repo.url}/blob/{repo.default_branch}/{path}"
        return {
            "type": "symlink" if entry.mode == 0o120000 else kind,
            "size": repo.size(entry.oid),
            "name": entry.name,
            "path": path,
            "sha": entry.oid,
            "url": url,
            "git_url": git,
            "html_url": html,
            "download_url": None if kind == "dir" else f"https://raw.githubusercontent.com/{path}",
            "_links": {"self": url, "git": git, "html": html},
        }

    def entry(self, repo: Repo, path: str, entry: Entry) -> Json:
        """Return an entry of a whole commit's listing."""
        url = f"{self.api}/repos/{repo.full_name}/git/{entry.kind}s/{entry.oid}"
        found = {"path": path, "mode": f"{entry.mode:06o}", "type": entry.kind, "sha": entry.oid}
        return found | (
            {"size": repo.size(entry.oid), "url": url} if entry.kind == "blob" else {"url": url}
        )
