"""People and repositories."""

from __future__ import annotations

from dataclasses import dataclass

from checker.campus.forge.shapes import Json, time
from checker.campus.forge.site import ROBOT, Site
from checker.campus.people import Person
from checker.campus.store import Repository

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
_LINKS = {
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
    "forks",
    "forks_count",
    "network_count",
    "open_issues",
    "open_issues_count",
    "stargazers_count",
    "subscribers_count",
    "watchers",
    "watchers_count",
)
_NOTHING = ("company", "location", "email", "hireable", "bio")


@dataclass(frozen=True)
class Accounts:
    """Makes JSON of people and repositories."""

    site: Site

    def page(self, repository: Repository) -> str:
        """Return a repository's address in the API."""
        return f"{self.site.api}/repos/{repository.full_name}"

    def html(self, repository: Repository) -> str:
        """Return a repository's page for people."""
        return f"{self.site.url}/{repository.full_name}"

    def user(self, login: str) -> Json:
        """Return somebody as other things hold them."""
        page = f"{self.site.api}/users/{login}"
        number = self.site.login_id(login)
        return {
            "login": login,
            "id": number,
            "node_id": f"U_{number}",
            "avatar_url": f"{self.site.url}/static/person.svg",
            "gravatar_id": "",
            "url": page,
            "html_url": f"{self.site.url}/{login}",
            **{key: page + tail for key, tail in _USER_LINKS.items()},
            "type": "Bot" if login == ROBOT else "User",
            "site_admin": False,
        }

    def public_user(self, person: Person) -> Json:
        """Return somebody's own page."""
        owned = len(self.site.store.find(Repository, owner=person.login))
        since = "2026-01-01T00:00:00Z"
        return {
            **self.user(person.login),
            "name": person.name,
            "blog": "",
            **dict.fromkeys(_NOTHING),
            "public_repos": owned,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": since,
            "updated_at": since,
        }

    def private_user(self, person: Person) -> Json:
        """Return the page of who asks."""
        counts = (
            "private_gists",
            "total_private_repos",
            "owned_private_repos",
            "disk_usage",
            "collaborators",
        )
        return {
            **self.public_user(person),
            **dict.fromkeys(counts, 0),
            "two_factor_authentication": False,
        }

    def minimal(self, repository: Repository) -> Json:
        """Return a repository as runs hold it."""
        page = self.page(repository)
        return {
            "id": repository.id,
            "node_id": f"R_{repository.id}",
            "name": repository.name,
            "full_name": repository.full_name,
            "private": False,
            "owner": self.user(repository.owner),
            "html_url": self.html(repository),
            "description": repository.description or None,
            "fork": bool(repository.fork_of),
            "url": page,
            **{key: page + tail for key, tail in _LINKS.items()},
        }

    def repository(self, repository: Repository) -> Json:
        """Return a repository as its own page and as events hold it."""
        clone = f"{self.html(repository)}.git"
        return {
            **self.minimal(repository),
            "git_url": clone,
            "ssh_url": clone,
            "clone_url": clone,
            "svn_url": self.html(repository),
            "mirror_url": None,
            "homepage": None,
            "language": None,
            "license": None,
            **dict.fromkeys(_COUNTS, 0),
            "size": 0,
            "default_branch": repository.default_branch,
            "has_issues": True,
            "has_downloads": False,
            "has_projects": False,
            "has_wiki": False,
            "has_pages": False,
            "has_discussions": False,
            "archived": False,
            "disabled": False,
            "visibility": "public",
            "topics": [],
            "pushed_at": time(repository.pushed or repository.created),
            "created_at": time(repository.created),
            "updated_at": time(repository.pushed or repository.created),
        }
