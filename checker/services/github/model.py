"""What GitHub knows of a repository, in its own words: branches, tags, pull requests, runs, jobs and steps.

Times are UTC and by GitHub's clock unless a field says otherwise; a time that is not known is None. Words such as
`success` are GitHub's, in REST's lower case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and the commit it points at."""

    name: str
    sha: str
    committed: datetime | None = None
    """By the committer's clock."""
    has_workflows: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A git tag, annotated ones followed to their commit."""

    name: str
    sha: str
    """The commit's."""
    tagged: datetime | None = None
    """When an annotated tag was made, by the tagger's clock; None for a lightweight one."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request."""

    number: int
    url: str
    state: str
    """`open`, `merged`, or `closed` without a merge."""
    base: str
    head: str
    head_sha: str
    created: datetime | None
    merged: datetime | None = None
    merge_sha: str = ""
    """The commit the merge made; empty when it was not merged."""
    is_fork: bool = False
    """Whether its head lies in another repository, so that its runs get no secrets."""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A release on GitHub."""

    tag: str
    url: str
    published: datetime | None
    author: str = ""
    draft: bool = False


@dataclass(frozen=True)
class Project:
    """A repository as GitHub describes it."""

    id: int
    """Stays the same when the repository is renamed or moved; provenance names it."""
    full_name: str
    url: str
    owner: str
    owner_id: int = 0
    default_branch: str = ""
    """Empty for a repository without commits."""
    head: str = ""
    """The commit that is graded."""
    created: datetime | None = None
    pushed: datetime | None = None
    private: bool = False
    archived: bool = False
    disabled: bool = False
    fork_of: str = ""
    """`owner/repo` that it is a fork of; empty for none."""
    template: str = ""
    """`owner/repo` of the template it was made from; empty for none."""
    branches: tuple[Branch, ...] = ()
    tags: tuple[Tag, ...] = ()
    """Newest first."""
    pull_requests: tuple[PullRequest, ...] = ()
    """Newest first: open, merged and closed ones."""
    releases: tuple[Release, ...] = ()
    """Newest first."""
    remarks: tuple[str, ...] = ()
    """What a person should know, a sentence each: renamed, archived, a fork, only the newest 50 tags were read …"""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a workflow: one attempt of it, the newest unless asked otherwise."""

    id: int
    url: str
    workflow: str
    """Path of the workflow file, without `@ref`."""
    event: str
    """GitHub's name of the event: `push`, `pull_request`."""
    branch: str
    """The branch or, for a tag that was pushed, the tag; the head branch of a pull request."""
    sha: str
    """The head's commit: for a pull request not the merge commit that ran."""
    status: str
    """`completed`, `in_progress`, `queued` …"""
    conclusion: str
    """`success`, `failure`, `skipped` …; empty until it is completed."""
    created: datetime
    started: datetime | None = None
    """Of this attempt."""
    updated: datetime | None = None
    attempt: int = 1
    number: int = 0
    suite: str = ""
    """Node id of its check suite, by which GraphQL finds its jobs; empty when unknown."""
    name: str = ""
    """The workflow's name."""
    actor: str = ""
    head_repository: str = ""
    """`owner/repo` of the head; another one than the repository's for a fork's pull request."""


@dataclass(frozen=True)
class Runs:
    """A repository's runs, newest first."""

    all: tuple[Run, ...] = ()
    complete: bool = True
    """False when there are more than were read."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job that ran, was skipped, or has not come to its turn."""

    number: int
    name: str
    status: str
    conclusion: str
    """`success`, `failure`, `skipped`, `cancelled`; empty until it has ended."""
    started: datetime | None = None
    completed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a run."""

    id: int
    name: str
    """As GitHub shows it: `test (3.12)`, `caller / callee`."""
    url: str
    status: str
    conclusion: str
    started: datetime | None = None
    completed: datetime | None = None
    attempt: int = 1
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Record:
    """What one run did, and the workflow files as they were at its commit."""

    run: Run
    jobs: tuple[Job, ...] = ()
    workflows: dict[str, str] | None = None
    """Path -> text at the run's commit; None when they could not be read, so that today's text has to do."""
