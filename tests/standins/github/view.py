"""The world in the words of GitHub's GraphQL API, as one token sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from graphql import GraphQLError

from tests.standins.github.git import AnnotatedTag, Blob, Commit, Entry, Tree
from tests.standins.github.repo import Repo
from tests.standins.github.runs import Attempt, Job, Run, Step
from tests.standins.github.things import GitTag, Pull, Release, Token
from tests.standins.github.world import World

CUT = 512_000
"""Bytes of a text that GraphQL gives."""


class View:
    """The world as one token sees it in one query."""

    def __init__(self, world: World, token: Token, most: int) -> None:
        self.world = world
        self.token = token
        self.most = most
        self.touched = 0
        self.exhausted = False

    def repository(self, owner: str, name: str, follow_renames: bool = True) -> Any:
        full_name = f"{owner}/{name}"
        repo = self.world.find(full_name, self.token)
        moved = repo is not None and repo.full_name.lower() != full_name.lower()
        if repo is None or (moved and not follow_renames):
            message = f"Could not resolve to a Repository with the name '{full_name}'."
            raise GraphQLError(message, extensions={"type": "NOT_FOUND"})
        if repo.blocked:
            raise GraphQLError("Repository access blocked", extensions={"type": "FORBIDDEN"})
        return self._repository(repo)

    def nodes(self, ids: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for id in ids:
            suites = (
                (repo, run)
                for repo in self.world.repositories.values()
                for run in repo.runs
                if suite_id(run) == id and self.world.find(repo.full_name, self.token)
            )
            repo, run = next(suites, (None, None))
            if repo is None or run is None:
                message = f"Could not resolve to a node with the global id of '{id}'"
                found.append(GraphQLError(message, extensions={"type": "NOT_FOUND"}))
            else:
                found.append(self._suite(repo, run))
        return found

    def _repository(self, repo: Repo) -> dict[str, Any]:
        empty = not repo.branches
        return {
            "__typename": "Repository",
            "id": f"R_{repo.id}",
            "databaseId": repo.id,
            "nameWithOwner": repo.full_name,
            "url": repo.url,
            "owner": self._owner(repo),
            "createdAt": time(repo.created),
            "pushedAt": time(repo.pushed),
            "isPrivate": repo.private,
            "isEmpty": empty,
            "isFork": bool(repo.fork_of),
            "isArchived": repo.archived,
            "isDisabled": repo.disabled,
            "isLocked": bool(repo.locked),
            "lockReason": repo.locked or None,
            "parent": self._other(repo.fork_of),
            "templateRepository": self._other(repo.template),
            "defaultBranchRef": None if empty else self._branch(repo, repo.default_branch),
            "refs": lambda **given: self._refs(repo, **given),
            "ref": lambda qualified_name: self._ref(repo, qualified_name),
            "object": lambda **given: self._object(repo, **given),
            "pullRequests": lambda **given: self._pulls(repo, **given),
            "pullRequest": lambda number: self._pull_or_error(repo, number),
            "releases": lambda **given: self._releases(repo, **given),
        }

    def _owner(self, repo: Repo) -> dict[str, Any]:
        return {
            "__typename": "Organization" if repo.organization else "User",
            "login": repo.owner,
            "databaseId": self.world.user_id(repo.owner),
        }

    def _other(self, full_name: str) -> dict[str, Any] | None:
        return {"nameWithOwner": full_name} if full_name else None

    def _refs(
        self, repo: Repo, ref_prefix: str, first: int, order_by: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        if ref_prefix == "refs/heads/":
            return _connection(sorted(repo.branches), first, lambda name: self._branch(repo, name))
        assert ref_prefix == "refs/tags/"
        tags = sorted(repo.tags.values(), key=lambda tag: tag.name)
        if order_by and order_by["field"] == "TAG_COMMIT_DATE":
            is_down = order_by["direction"] == "DESC"
            tags.sort(key=lambda tag: repo.commit(tag.sha).at, reverse=is_down)
        return _connection(tags, first, lambda tag: self._tag(repo, tag))

    def _ref(self, repo: Repo, name: str) -> dict[str, Any] | None:
        branch, tag = name.removeprefix("refs/heads/"), name.removeprefix("refs/tags/")
        if name != branch and branch in repo.branches:
            return self._branch(repo, branch)
        return self._tag(repo, repo.tags[tag]) if name != tag and tag in repo.tags else None

    def _branch(self, repo: Repo, name: str) -> dict[str, Any]:
        target = self._thing(repo, repo.branches[name])
        return {"__typename": "Ref", "name": name, "prefix": "refs/heads/", "target": target}

    def _tag(self, repo: Repo, tag: GitTag) -> dict[str, Any]:
        target = self._thing(repo, tag.annotated.sha if tag.annotated else tag.sha)
        return {"__typename": "Ref", "name": tag.name, "prefix": "refs/tags/", "target": target}

    def _object(
        self, repo: Repo, oid: str | None = None, expression: str | None = None
    ) -> dict[str, Any] | None:
        if oid is not None:
            return self._thing(repo, oid)
        rev, colon, path = (expression or "").partition(":")
        sha = revision(repo, rev)
        if not colon or not sha:
            return self._thing(repo, sha)
        tree = repo.commit(sha).tree
        found = repo.objects.at(tree, path) if path else None
        return self._thing(repo, found[0].oid if found else "" if path else tree)

    def _thing(self, repo: Repo, oid: str) -> dict[str, Any] | None:
        thing = repo.objects.get(oid)
        if thing is None:
            return None
        self._touch()
        known: dict[str, Any] = {"__typename": thing.kind, "oid": oid}
        if isinstance(thing, Blob):
            return known | _blob(thing)
        if isinstance(thing, Tree):
            return known | {"entries": lambda: [self._entry(repo, one) for one in thing.entries]}
        if isinstance(thing, AnnotatedTag):
            tagger = {"date": time(thing.at), "user": {"login": thing.author}}
            return known | {
                "name": thing.name,
                "tagger": tagger,
                "target": lambda: self._thing(repo, thing.target),
            }
        return known | {
            "committedDate": time(thing.at),
            "messageHeadline": thing.message.partition("\n")[0],
            "tree": lambda: self._thing(repo, thing.tree),
            "file": lambda path: self._file(repo, thing, path),
        }

    def _file(self, repo: Repo, commit: Commit, path: str) -> dict[str, Any] | None:
        found = repo.objects.at(commit.tree, path)
        return self._entry(repo, found[0]) if found else None

    def _entry(self, repo: Repo, entry: Entry) -> dict[str, Any]:
        self._touch()
        thing = repo.objects.get(entry.oid)
        return {
            "__typename": "TreeEntry",
            "name": entry.name,
            "type": entry.kind,
            "mode": entry.mode,
            "oid": entry.oid,
            "size": len(thing.data) if isinstance(thing, Blob) else 0,
            "object": lambda: self._thing(repo, entry.oid),
        }

    def _touch(self) -> None:
        self.touched += 1
        if self.most and self.touched > self.most:
            self.exhausted = True

    def _pulls(
        self, repo: Repo, states: Sequence[str], first: int, order_by: Mapping[str, str]
    ) -> dict[str, Any]:
        assert order_by == {"field": "UPDATED_AT", "direction": "DESC"}
        found = [pull for pull in repo.pulls.values() if _state(pull) in states]
        found.sort(key=lambda pull: pull.updated, reverse=True)
        return _connection(found, first, lambda pull: self._pull(repo, pull))

    def _pull_or_error(self, repo: Repo, number: int) -> dict[str, Any]:
        if number not in repo.pulls:
            message = f"Could not resolve to a PullRequest with the number of {number}."
            raise GraphQLError(message, extensions={"type": "NOT_FOUND"})
        return self._pull(repo, repo.pulls[number])

    def _pull(self, repo: Repo, pull: Pull) -> dict[str, Any]:
        own = pull.head_repository == repo.full_name
        has_head = pull.head in repo.branches if own else bool(pull.head_repository)
        commit = {"commit": lambda: self._thing(repo, pull.head_sha)}
        return {
            "__typename": "PullRequest",
            "number": pull.number,
            "url": f"{repo.url}/pull/{pull.number}",
            "title": pull.title,
            "state": _state(pull),
            "baseRefName": pull.base,
            "headRefName": pull.head,
            "headRefOid": pull.head_sha,
            "headRef": {"name": pull.head, "target": lambda: self._thing(repo, pull.head_sha)}
            if has_head
            else None,
            "isCrossRepository": not own,
            "createdAt": time(pull.created),
            "updatedAt": time(pull.updated),
            "mergedAt": time(pull.merged),
            "mergeCommit": (lambda: self._thing(repo, pull.merge_sha)) if pull.merge_sha else None,
            "author": {"__typename": "User", "login": pull.author},
            "commits": lambda last: _connection([commit], last, dict),
        }

    def _releases(self, repo: Repo, first: int, order_by: Mapping[str, str]) -> dict[str, Any]:
        assert order_by == {"field": "CREATED_AT", "direction": "DESC"}
        found = sorted(repo.releases, key=lambda one: one.created, reverse=True)
        return _connection(found, first, lambda release: self._release(repo, release))

    def _release(self, repo: Repo, release: Release) -> dict[str, Any]:
        return {
            "tagName": release.tag,
            "isDraft": release.draft,
            "isPrerelease": release.prerelease,
            "url": f"{repo.url}/releases/tag/{release.tag}",
            "createdAt": time(release.created),
            "publishedAt": time(release.published),
            "author": {"login": release.author},
        }

    def _suite(self, repo: Repo, run: Run) -> dict[str, Any]:
        return {
            "__typename": "CheckSuite",
            "id": suite_id(run),
            "databaseId": run.suite,
            "status": run.newest.status.upper(),
            "conclusion": run.newest.conclusion.upper() or None,
            "commit": lambda: self._thing(repo, run.sha),
            "workflowRun": {
                "databaseId": run.id,
                "runNumber": run.number,
                "event": run.event,
                "createdAt": time(run.created),
                "url": f"{repo.url}/actions/runs/{run.id}",
                "file": {"path": run.workflow},
            },
            "checkRuns": lambda first, filter_by: self._checks(repo, run, first, filter_by),
        }

    def _checks(
        self, repo: Repo, run: Run, first: int, filter_by: Mapping[str, str]
    ) -> dict[str, Any]:
        if not self.token.checks:
            message = "Resource not accessible by personal access token"
            raise GraphQLError(message, extensions={"type": "FORBIDDEN"})
        assert filter_by == {"checkType": "LATEST"}
        return _connection(run.newest.jobs, first, lambda job: _check(repo, run, run.newest, job))


def suite_id(run: Run) -> str:
    """Return the node id of a run's check suite."""
    return f"CS_{run.suite}"


def revision(repo: Repo, name: str) -> str:
    """Return the commit that a name or the beginning of a sha means, tags first, as git does; empty for none."""
    if not repo.branches:
        return ""
    if name == "HEAD":
        return repo.branches[repo.default_branch]
    tag, branch = name.removeprefix("refs/tags/"), name.removeprefix("refs/heads/")
    if tag in repo.tags:
        return repo.tags[tag].sha
    if branch in repo.branches:
        return repo.branches[branch]
    found = repo.objects.starting(name) if re.fullmatch(r"[0-9a-f]{4,40}", name) else None
    return found.sha if isinstance(found, Commit) else ""


def _blob(blob: Blob) -> dict[str, Any]:
    """Return a file as GraphQL tells it: no text when it is binary, and not all of a long one."""
    binary = b"\0" in blob.data
    text = None if binary else blob.data[:CUT].decode("utf-8", errors="replace")
    return {
        "byteSize": len(blob.data),
        "isBinary": binary,
        "isTruncated": len(blob.data) > CUT,
        "text": text,
    }


def _check(repo: Repo, run: Run, attempt: Attempt, job: Job) -> dict[str, Any]:
    done = attempt.status == "completed"
    return {
        "databaseId": job.id,
        "name": job.name,
        "status": attempt.status.upper(),
        "conclusion": job.conclusion.upper() if done else None,
        "startedAt": time(job.started),
        "completedAt": time(job.completed) if done else None,
        "detailsUrl": f"{repo.url}/actions/runs/{run.id}/job/{job.id}",
        "steps": lambda first: _connection(job.steps, first, _step),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "name": step.name,
        "status": "COMPLETED",
        "conclusion": step.conclusion.upper(),
        "startedAt": time(step.started),
        "completedAt": time(step.completed),
    }


def _state(pull: Pull) -> str:
    return "MERGED" if pull.merged else pull.state.upper()


def _connection(found: Sequence[Any], first: int, shape: Callable[[Any], Any]) -> dict[str, Any]:
    if not 1 <= first <= 100:
        raise GraphQLError(f"`first` is {first}; it must be between 1 and 100.")
    return {
        "totalCount": len(found),
        "pageInfo": {"hasNextPage": len(found) > first, "endCursor": None},
        "nodes": [shape(one) for one in found[:first]],
    }


def time(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None
