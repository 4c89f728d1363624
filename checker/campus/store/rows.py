"""The rows of the store, a dataclass a table; the field `id` is the row's number, 0 until it is stored.

Times are seconds since 1970 (UTC), 0 for never. Words such as `in_progress` and `success` are GitHub's.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; its git objects lie in the forge's folder."""

    owner: str
    name: str
    created: float
    default_branch: str = "main"
    pushed: float = 0.0
    description: str = ""
    fork_of: int = 0
    """Number of the repository it was forked from."""
    pusher: str = ""
    """Who pushed last, or is pushing: whose work it is when the forge dies between a push and its events."""
    id: int = 0

    @property
    def full_name(self) -> str:
        """`owner/repo`."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch or tag as the last event left it; what git has besides is not told yet."""

    repository: int
    name: str
    """`refs/heads/main`, `refs/tags/v1`."""
    sha: str
    """What it points at: the tag object of an annotated tag."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request; issues and pull requests of a repository share their numbers."""

    repository: int
    number: int
    title: str
    author: str
    base: str
    head: str
    head_sha: str
    created: float
    body: str = ""
    state: str = "open"
    """`open` or `closed`."""
    base_sha: str = ""
    merge_sha: str = ""
    updated: float = 0.0
    merged: float = 0.0
    merged_by: str = ""
    closed: float = 0.0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue."""

    repository: int
    number: int
    title: str
    author: str
    created: float
    body: str = ""
    state: str = "open"
    updated: float = 0.0
    closed: float = 0.0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue or a pull request."""

    repository: int
    number: int
    """Of the issue or pull request."""
    author: str
    body: str
    created: float
    updated: float = 0.0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Release:
    """A release."""

    repository: int
    tag: str
    sha: str
    author: str
    created: float
    name: str = ""
    body: str = ""
    published: float = 0.0
    draft: bool = False
    prerelease: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of a repository; its value leaves the store for the runner alone."""

    repository: int
    name: str
    """In capitals."""
    value: str = field(repr=False)
    updated: float = 0.0
    created: float = 0.0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and may start workflows: the forge adds it, the runner takes it."""

    repository: int
    name: str
    """GitHub's name: `push`, `pull_request`, `release`, `workflow_dispatch`, `create` …"""
    actor: str
    ref: str
    """`refs/heads/main`, `refs/tags/v1`, `refs/pull/3/merge`."""
    sha: str
    """The commit whose workflow files count: the pushed one, the merge commit of a pull request."""
    created: float
    payload: str = "{}"
    """`github.event` as JSON, in GitHub's shape, with `action` where the event has one."""
    workflow: str = ""
    """Path of the one workflow to start, for a start by hand; empty for all that the event starts."""
    taken: float = 0.0
    """When the runner took it up."""
    done: float = 0.0
    """When all its runs were made."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a workflow, in its newest attempt."""

    repository: int
    event_id: int
    workflow: str
    """Path of the file."""
    name: str
    event: str
    branch: str
    """As GitHub's `head_branch`: the branch or the tag; the head branch of a pull request."""
    sha: str
    """As GitHub's `head_sha`: of a pull request its head, not the merge commit."""
    number: int
    """Counts the runs of this workflow from 1."""
    actor: str
    title: str
    created: float
    status: str = "queued"
    """`queued`, `in_progress`, `completed`."""
    conclusion: str = ""
    attempt: int = 1
    started: float = 0.0
    updated: float = 0.0
    wanted: str = ""
    """What somebody asked of the runner: `cancel`, `rerun`, `rerun-failed`; empty again when it is done."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a run; a matrix makes several."""

    run: int
    name: str
    key: str
    """Its id in the file."""
    attempt: int = 1
    status: str = "queued"
    conclusion: str = ""
    started: float = 0.0
    completed: float = 0.0
    needs: str = "[]"
    """Ids of the jobs it waits for, as JSON: the edges of the job graph."""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job."""

    job: int
    number: int
    name: str
    status: str = "queued"
    conclusion: str = ""
    started: float = 0.0
    completed: float = 0.0
    log: str = ""
    """What it printed, secrets masked, each line begun with its time as GitHub's logs are."""
    id: int = 0
